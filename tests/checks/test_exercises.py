"""What holds for every exercise, and how verdicts and hints are printed."""

import importlib
import pkgutil
import re
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from gates_to_flows import checks
from gates_to_flows.checks import Exercise, Wrong, array, exercise, function, hint, network, parts, real_numbers, words
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


FAIR = [
    [1, -1.5],
    (1, -1.5),
    ([1], -1.5),
    np.array([1, -1.5]),
    np.array([[1, -1.5]]),
    np.array([[1], [-1.5]], dtype="float32"),
    np.array([1, -1.5], dtype=object),
    [np.float32(1), np.array(-1.5)],
    pd.Series([1, -1.5], index=["w", "b"]),
    pd.DataFrame({"w": [1], "b": [-1.5]}),
    tf.constant([1, -1.5]),
    tf.Variable([1, -1.5]),
    keras.ops.convert_to_tensor([1, -1.5]),
    keras.Variable([1, -1.5]),
    [tf.constant([1.0]), keras.Variable(-1.5)],
    [Fraction(1), Decimal("-1.5")],
    {"w": 1, "b": -1.5}.values(),
]


@pytest.mark.parametrize("answer", FAIR, ids=lambda answer: type(answer).__name__)
def test_numbers_in_any_fair_form(answer):
    assert real_numbers(answer, ["w", "b"]).tolist() == [1, -1.5]


@pytest.mark.parametrize(
    "answer", [8, 8.0, np.array(8), [8], np.array([[8]]), (np.int64(8),), tf.constant(8), range(8, 9)]
)
def test_one_number_in_any_fair_form(answer):
    assert real_numbers(answer, ["the number of rows"]).tolist() == [8]


@pytest.mark.parametrize(
    "answer, says",
    [
        ([1, [2, 3]], "Give 2 numbers, w, b; you gave 3."),
        ([1], "Give 2 numbers, w, b; you gave 1."),
        (["a", 1], "Give 2 numbers, w, b; you gave ['a', 1]."),
        ("1, 2", "Give 2 numbers, w, b; you gave '1, 2'."),
        ([1j, 1], "Give 2 numbers, w, b; you gave [1j, 1]."),
        ({"w": 1, "b": 2}, "Give 2 numbers, w, b; you gave {'w': 1, 'b': 2}."),
        ([1, None], "b is not filled in yet."),
        ([None, 1, 2], "A part of your answer is not filled in yet."),
        ([1, np.nan], "Give 2 numbers, w, b; b is not a finite number."),
        ([abs, 1], "Give 2 numbers, w, b; you gave [<built-in function abs>, 1]."),
        (10**400, "Give 2 numbers, w, b; you gave 1"),
    ],
)
def test_what_is_not_so_many_numbers_gets_one_sentence(answer, says):
    with pytest.raises(Wrong, match="^" + re.escape(says)):
        real_numbers(answer, ["w", "b"])


@pytest.mark.parametrize(
    "answer", [["b₁", "W1"], ("b_1", "W_1"), np.array(["B1", " w1"]), pd.Series(["$b_1$", "`W1`"]), "b1, W1"]
)
def test_words_in_any_fair_spelling(answer):
    assert words(answer, ["A", "B"], ["W1", "b1"]) == ["b1", "W1"]


@pytest.mark.parametrize(
    "answer, says",
    [
        (["b1"], "Give 2 words, for A, B, each one of W1, b1; you gave ['b1']."),
        (["b1", "W3"], "For B give one of W1, b1; you gave 'W3'."),
        ([1, 2], "For A give one of W1, b1; you gave 1."),
        (["b1", None], "B is not filled in yet."),
    ],
)
def test_other_words_get_one_sentence(answer, says):
    with pytest.raises(Wrong, match=re.escape(says)):
        words(answer, ["A", "B"], ["W1", "b1"])


def test_parts():
    assert parts((np.tanh, 0.5), ["h", "floor"]) == [np.tanh, 0.5]
    assert parts(np.array([np.tanh, 0.5], dtype=object), ["h", "floor"]) == [np.tanh, 0.5]
    assert [part.tolist() for part in parts(tf.eye(2), ["x", "y"])] == [[1, 0], [0, 1]]
    for answer in (np.tanh, 3, [1, 2, 3], np.array(1), "ab"):
        with pytest.raises(Wrong, match="Give 2 things in a list, h, floor; you gave "):
            parts(answer, ["h", "floor"])
    with pytest.raises(Wrong, match="floor is not filled in yet"):
        parts([np.tanh, None], ["h", "floor"])


def test_a_function_gets_copies_and_its_own_line_when_it_stops():
    def overwrite(x):
        x[:] = 0
        return x

    x = np.ones(3)
    assert function(overwrite, "x")(x).tolist() == [0, 0, 0] and x.tolist() == [1, 1, 1]
    for answer in (3, "tanh", np.ndarray):
        with pytest.raises(Wrong, match="Give a function of x, its name without brackets; you gave "):
            function(answer, "x")
    with pytest.raises(Wrong, match="Your function returns nothing. Does it have a return?"):
        function(lambda x: None, "x")(x)
    with pytest.raises(Wrong, match=re.escape("Your function should take z and y; yours takes (z).")):
        function(lambda z: z, "z and y")(x, x)
    with pytest.raises(Wrong) as stopped:
        function(lambda x: x @ np.ones(2), "x")(x)
    assert "stopped with a ValueError in its line “function(lambda x: x @ np.ones(2)" in str(stopped.value)
    assert str(stopped.value).endswith("given the shape (3,).") and "matmul" not in str(stopped.value)
    with pytest.raises(Wrong, match="Your function stopped with a ModuleNotFoundError in"):
        function(lambda x: __import__("no_such_module"), "x")([1, [2, 3]])


@pytest.mark.parametrize("value", [[1, 2], [[1], [2]], np.ones((1, 2, 1)) * [[[1], [2]]], tf.constant([1, 2])])
def test_arrays_may_have_more_or_fewer_axes_of_length_1(value):
    assert array(value, (2, 1), "the gradient").tolist() == [[1.0], [2.0]]


@pytest.mark.parametrize(
    "value, says",
    [
        ([1, 2, 3], "The gradient should have the shape (2, 1); yours has (3,)."),
        ("ab", "The gradient should be real numbers of the shape (2, 1); you gave 'ab'."),
        ([[1], [2, 3]], "The gradient should be real numbers of the shape (2, 1); you gave [[1], [2, 3]]."),
        ([1, np.inf], "The gradient should be finite; yours holds inf."),
    ],
)
def test_other_arrays_get_one_sentence(value, says):
    with pytest.raises(Wrong, match=re.escape(says)):
        array(value, (2, 1), "The gradient")


def test_networks():
    dense = keras.layers.Dense
    inputs = keras.Input((1,))
    good = [keras.Sequential([keras.Input((1,)), dense(3), dense(1)]), keras.Model(inputs, dense(1)(dense(2)(inputs)))]

    class Own(keras.Model):
        def __init__(self, outputs):
            super().__init__()
            self.dense = dense(outputs)

        def call(self, x):
            return self.dense(x)

    own, wide = Own(1), Own(2)
    own(np.ones((3, 1))), wide(np.ones((3, 1)))
    assert all(network(model, 1, 1) is model for model in [*good, own])
    for model, says in {
        keras.Sequential([dense(1)]): "Your network has no weights yet",
        keras.Sequential([keras.Input((2,)), dense(1)]): "should map 1 to 1 numbers; yours maps (None, 2) to (None, 1)",
        wide: "should map 1 to 1 numbers; yours maps (None, 1) to (1, 2)",
        keras.Model: "Give a trained Keras model; you gave the class Model.",
        np.tanh: "Give a trained Keras model; you gave",
    }.items():
        with pytest.raises(Wrong, match=re.escape(says)):
            network(model, 1, 1)


def test_an_error_of_the_judges_own_is_told_without_its_text():
    judged = exercise("9.9")(itemgetter("w"))
    says = "✗ 9.9 Your answer stopped with a TypeError: it takes, or gives, something else than the exercise asks for."
    assert judged.verdict(1) == says
