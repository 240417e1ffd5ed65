"""Every exercise: its solutions pass, its stub is "not tried yet", and each named wrong answer is told what is wrong with it."""

import importlib
import pkgutil

import numpy as np
import pytest

from gates_to_flows import checks
from gates_to_flows.checks import Exercise, Wrong, exercise, gates, hint, real_numbers, start, xor, xor_in_pytorch


def _xor_with(**changed):
    units = {"first": (1, 1, -0.5), "second": (-1, -1, 1.5), "output": (1, 1, -1.5)} | changed
    return list(units.values())


RIGHT = {
    start.rows_of_three_inputs: [8, 8.0, np.int64(8), [8], 8.0000001],
    gates.nand_from_the_box: [
        lambda a, b: int(not (a and b)),
        lambda a, b: a + b < 2,
        lambda a, b: np.int64(1 - a * b),
    ],
    gates.majority_of_three: [[1, 1, 1, -1.5], (2, 2, 2, -4), np.array([0.3, 0.3, 0.3, -0.5])],
    gates.why_no_line_makes_xor: [[1, 1, 1, 1], (0.5, 0.5, 0.5, 0.5), np.full(4, 3)],
    gates.largest_stable_step: [1.0718, np.float64(1.07179677)],
    xor.nine_weights: [_xor_with(), [(-1, 1, -0.5), (1, -1, -0.5), (1, 1, -0.5)], np.array(_xor_with())],
    xor.xnor_by_three_numbers: [
        _xor_with(output=(-1, -1, 1.5)),
        _xor_with(output=(-2, -2, 3)),
        [(1, 1, -1.5), (-1, -1, 0.5), (1, 1, -0.5)],
        _xor_with(first=(1, 1, -0.5 + 1e-12), output=(-1, -1, 1.5)),
    ],
    xor.one_hidden_unit_and_a_skip: [
        [(1, 1, -1.5), (1, 1, -2, -0.5)],
        [(1, 1, -0.5), (-1, -1, 2, -0.5)],
        np.array([(1, 1, -1.5), (1, 1, -2, -0.5)], dtype=object),
    ],
    xor_in_pytorch.forgotten_zero_grad: [5, 5.0001],
    xor_in_pytorch.shape_of_the_weight: [(3, 5), [3, 5]],
    xor_in_pytorch.momentum_after_halving: [2, 2.0],
}

WRONG = {
    start.rows_of_three_inputs: {
        "adds_two_rows": (6, "does not add two rows"),
        "squares": (9, "wrong way round"),
        "counts_functions": (256, "counts functions"),
        "counts_functions_of_two": (16, "counts functions"),
        "forgets_the_zeros": (7, "0 0 0 counts too"),
        "a_word": ("eight", "Give one number, the number of rows; you gave 'eight'"),
        "another_number": (5, "two inputs, then add a third"),
    },
    gates.nand_from_the_box: {
        "nor": (lambda a, b: int(not (a or b)), "That is NOR"),
        "and": (lambda a, b: int(a and b), "That is AND itself"),
        "or": (lambda a, b: int(a or b), "For inputs 0 0 your function gives 0, and NAND gives 1"),
        "always": (lambda a, b: 1, "For inputs 1 1 your function gives 1, and NAND gives 0"),
        "no_return": (lambda a, b: None, "returns nothing"),
        "an_array": (lambda a, b: np.array([1, 1]), "a gate returns 0 or 1"),
        "leaves": (lambda a, b: exit(), "stopped with SystemExit"),
        "a_sum": (lambda a, b: a + b + 1, "returns 2"),
        "one_input": (lambda a: 1 - a, "stopped with TypeError"),
        "not_a_function": (1, "Give a function"),
    },
    gates.majority_of_three: {
        "or_of_three": ([1, 1, 1, -0.5], "OR of three"),
        "and_of_three": ([1, 1, 1, -2.5], "AND of three"),
        "minority": ([-1, -1, -1, 1.5], "fires for the minority"),
        "forgets_the_bias": ([1, 1, 1], "4 numbers in one flat list, w1, w2, w3, b; you gave 3"),
        "weights_in_a_list": ([[1, 1, 1], -1.5], "in one flat list"),
        "half_filled": ([1, None, 1, -1.5], "w2 is not filled in yet"),
        "outvoted": ([1, 5, 9, -0.5], "For inputs 0 0 1 the sum is 8.5"),
        "minority_on_the_edge": ([-1, -1, -1, 1], "on the very edge. Move b a little"),
        "rounding": ([0.1, 0.7, 0.75, -0.8], "on the very edge"),
        "first_voter_decides": (
            [1, 0, 0, -0.5],
            "For inputs 0 1 1 the sum is -0.5, so your unit does not fire, and it should",
        ),
        "first_voter_counts_double": (
            [2, 1, 1, -1.5],
            "For inputs 1 0 0 the sum is 0.5, so your unit fires, and it should not",
        ),
        "text": (["a", 1, 1, 1], "Give 4 numbers"),
        "nan": ([1, np.nan, 1, -1.5], "w2 is not a finite number"),
    },
    gates.why_no_line_makes_xor: {
        "outer_rows_only": ([1, 0, 0, 1], "+1·w1 +1·w2 +2·b is left"),
        "middle_rows_only": ([0, 1, 1, 0], "-1·w1 -1·w2 -2·b is left"),
        "all_zero": ([0, 0, 0, 0], "All four are 0"),
        "negative": ([1, -1, -1, 1], "negative multiplier"),
        "three_rows": ([1, 1, 1], "you gave 3"),
    },
    gates.largest_stable_step: {
        "one_over": (0.5359, "1 / λmax"),
        "the_eigenvalue": (1.866, "λmax itself"),
        "trace": (0.8, "2 / trace R"),
        "smallest_eigenvalue": (14.928, "2 / λmin"),
        "negative": (-5, "A step size is positive"),
        "zero": (0, "A step size is positive"),
        "not_averaged": (0.13397, "divides by the number of rows"),
        "without_the_bias": (2.0, "without the bias"),
        "two_inputs": (1.2554, "limit for two inputs"),
        "too_small": (0.3, "is stable, and so is a larger one"),
        "too_large": (1.5, "That step diverges"),
    },
    xor.nine_weights: {
        "all_zero": ([(0, 0, 0)] * 3, "hidden units are 1 1 for every input"),
        "same_line_twice": (_xor_with(second=(1, 1, -0.5)), "Two equal lines are one line"),
        "output_or": (_xor_with(output=(1, 1, -0.5)), "2 of 4 rows are right. For inputs 0 0 the hidden layer is 0 1"),
        "second_is_and": (_xor_with(second=(1, 1, -1.5)), "For inputs 0 1 the hidden layer is 1 0"),
        "xnor": (_xor_with(output=(-1, -1, 1.5)), "That is XNOR"),
        "xnor_on_the_edge": ([(1, 1, -1.5), (-1, -1, 0.5), (1, 1, -1)], "and move c a little"),
        "half_filled": ([None, None, (1, 1, -1.5)], "w1 is not filled in yet"),
        "weights_in_a_list": ([([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)], "in one flat list"),
        "two_units": ([(1, 1, -0.5), (1, 1, -1.5)], "Give a list of three units"),
        "unit_without_bias": (_xor_with(first=(1, 1)), "Give 3 numbers in one flat list, w1, w2, b; you gave 2"),
    },
    xor.xnor_by_three_numbers: {
        "unchanged": (_xor_with(), "numbers of XOR still"),
        "everything_turned": (np.negative(_xor_with()), "For inputs"),
        "hidden_turned_too": ([(-1, -1, 0.5), (1, 1, -1.5), (1, 1, -0.5)], "you changed 7 of the nine"),
        "still_xor": (_xor_with(output=(2, 2, -3)), "still computes XOR"),
        "only_the_bias": (_xor_with(output=(1, 1, 1.5)), "2 of 4 rows are right. For inputs 0 1"),
        "forgets_the_bias": (_xor_with(output=(-1, -1, -1.5)), "For inputs 0 0"),
    },
    xor.one_hidden_unit_and_a_skip: {
        "ignores_the_hidden_unit": ([(1, 1, -1.5), (1, 1, 0, -0.5)], "With v = 0"),
        "constant_hidden_unit": ([(1, 1, -5), (1, 1, -2, -0.5)], "is 0 in every row"),
        "wrong_sign": (
            [(1, 1, -1.5), (1, 1, 2, -0.5)],
            "For inputs 1 1 the hidden layer is 1 and your network gives 1",
        ),
        "xnor": ([(1, 1, -1.5), (-1, -1, 2, 0.5)], "That is XNOR"),
        "too_weak": ([(1, 1, -1.5), (1, 1, -1, -0.5)], "3 of 4 rows are right"),
        "xnor_on_the_edge": ([(1, 1, -1.5), (-1, -1, 2, 0)], "and move c a little"),
        "three_units": (_xor_with(), "Give a list of two units"),
        "six_numbers": ([(1, 1, -1.5), (1, 1, -2)], "Give 4 numbers in one flat list, u1, u2, v, c; you gave 3"),
    },
    xor_in_pytorch.forgotten_zero_grad: {
        "replaces": (1, "replaces the old slopes"),
        "forgets_the_first": (4, "first backward() counts too"),
        "doubles": (32, "do not double"),
        "another_number": (10, "add up five"),
    },
    xor_in_pytorch.shape_of_the_weight: {
        "keras_kernel": ((5, 3), "shape of the kernel in Keras"),
        "with_the_bias": ((3, 6), "bias is not part"),
        "square": ((3, 3), "is square"),
        "one_number": (15, "Give 2 numbers"),
        "a_matrix": (np.zeros((3, 5)), "Give 2 numbers in one flat list"),
        "another_shape": ((2, 5), "one number for each pair"),
    },
    xor_in_pytorch.momentum_after_halving: {
        "still_equal": (1, "still holds the old η"),
        "upside_down": (0.5, "The other way round"),
        "momentum": (0.9, "cancels"),
        "another_number": (4, "Compare them"),
    },
}

ALL = [
    found
    for module in pkgutil.iter_modules(checks.__path__)
    for found in vars(importlib.import_module(f"gates_to_flows.checks.{module.name}")).values()
    if isinstance(found, Exercise)
]


@pytest.mark.parametrize("tried", ALL, ids=lambda e: e.number)
def test_every_exercise_has_a_solution_three_wrong_answers_and_a_hint(tried):
    assert RIGHT[tried] and len(WRONG[tried]) >= 3 and tried.hints


@pytest.mark.parametrize("tried", ALL, ids=lambda e: e.number)
@pytest.mark.parametrize("stub", [None, ..., [None, None], [(None, None), None]], ids=str)
def test_the_untouched_stub_is_not_tried_yet(tried, stub):
    assert tried.verdict(stub) == f"· {tried.number} not tried yet"


@pytest.mark.parametrize(
    ("tried", "answer"),
    [pytest.param(e, a, id=f"{e.number}-{i}") for e, answers in RIGHT.items() for i, a in enumerate(answers)],
)
def test_a_right_answer_is_right(tried, answer):
    assert tried.verdict(answer).startswith(f"✓ {tried.number} ")


@pytest.mark.parametrize(
    ("tried", "answer", "fragment"),
    [pytest.param(e, *case, id=f"{e.number}-{name}") for e, cases in WRONG.items() for name, case in cases.items()],
)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(tried, answer, fragment):
    verdict = tried.verdict(answer)
    assert verdict.startswith(f"✗ {tried.number} ")
    assert fragment in verdict
    assert "\n" not in verdict


def test_no_two_exercises_share_a_number():
    assert len({e.number for e in ALL}) == len(ALL)


def test_calling_an_exercise_prints_its_verdict(capsys):
    start.rows_of_three_inputs(8)
    assert capsys.readouterr().out.startswith("✓ 0.1 ")


def test_a_long_verdict_is_broken_between_words(capsys):
    start.rows_of_three_inputs(6)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1 and max(map(len, lines)) <= 88
    assert " ".join(line.strip() for line in lines) == start.rows_of_three_inputs.verdict(6)


def test_hints_come_one_at_a_time(capsys):
    @exercise("9.9", "gentle", "plain")
    def judged(answer):
        return "right"

    hint(judged)
    hint(judged, 2)
    assert capsys.readouterr().out == "Hint 1 of 2: gentle\nHint 2 of 2: plain\n"
    with pytest.raises(ValueError, match="exercise 9.9 has hints 1 to 2, not 3"):
        hint(judged, 3)


def test_what_is_not_a_list_of_numbers_gets_one_sentence():
    for answer in ([1, [2, 3]], ["a", 1], [1j, 1], [np.complex128(1), 1], [np.array([1, 2]), 1]):
        with pytest.raises(Wrong, match="Give 2 numbers in one flat list, w, b; you gave "):
            real_numbers(answer, ["w", "b"])

    @exercise("9.9")
    def judged(answer):
        raise ValueError("two\nlines")

    assert judged.verdict(1) == "✗ 9.9 Your answer stopped with ValueError: two lines"
