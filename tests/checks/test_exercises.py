"""What holds for every exercise, and how verdicts and hints are printed."""

import importlib
import pkgutil

import numpy as np
import pytest

from gates_to_flows import checks
from gates_to_flows.checks import Exercise, Wrong, exercise, hint, real_numbers
from gates_to_flows.checks.start import rows_of_three_inputs

# Each exercise, and the test file beside this one that holds its answers.
ALL = {
    found: importlib.import_module(f"test_{module.name}")
    for module in pkgutil.iter_modules(checks.__path__)
    for found in vars(importlib.import_module(f"gates_to_flows.checks.{module.name}")).values()
    if isinstance(found, Exercise)
}


@pytest.mark.parametrize("tried", ALL, ids=lambda e: e.number)
def test_every_exercise_has_a_solution_three_wrong_answers_and_a_hint(tried):
    assert ALL[tried].RIGHT[tried] and len(ALL[tried].WRONG[tried]) >= 3 and tried.hints


@pytest.mark.parametrize("tried", ALL, ids=lambda e: e.number)
@pytest.mark.parametrize("stub", [None, ..., [None, None], [(None, None), None]], ids=str)
def test_the_untouched_stub_is_not_tried_yet(tried, stub):
    assert tried.verdict(stub) == f"· {tried.number} not tried yet"


def test_no_two_exercises_share_a_number():
    assert len({e.number for e in ALL}) == len(ALL)


def test_calling_an_exercise_prints_its_verdict(capsys):
    rows_of_three_inputs(8)
    assert capsys.readouterr().out.startswith("✓ 0.1 ")


def test_a_long_verdict_is_broken_between_words(capsys):
    rows_of_three_inputs(6)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1 and max(map(len, lines)) <= 88
    assert " ".join(line.strip() for line in lines) == rows_of_three_inputs.verdict(6)


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
