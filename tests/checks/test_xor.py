"""Answers to the exercises of `checks.xor`."""

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts
from scipy.special import expit

from gates_to_flows.checks.xor import (
    another_output_unit,
    folded_the_other_way,
    loop_that_stops,
    nine_weights,
    one_hidden_unit_and_a_skip,
    three_learning_rates,
)
from gates_to_flows.playground import Playground

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
Y = np.array([[0], [1], [1], [0]], dtype=float)


def _xor_with(**changed):
    units = {"first": (1, 1, -0.5), "second": (-1, -1, 1.5), "output": (1, 1, -1.5)} | changed
    return list(units.values())


def loss_and_gradients(W1, b1, W2, b2):
    """Notebook 2's."""
    h = expit(X @ W1 + b1)
    ŷ = h @ W2 + b2
    δ2 = 2 * (ŷ - Y) / len(X)
    δ1 = δ2 @ W2.T * h * (1 - h)
    return np.mean((ŷ - Y) ** 2), [X.T @ δ1, δ1.sum(axis=0), h.T @ δ2, δ2.sum(axis=0)]


def stops(weights, η, enough, most):
    for steps in range(most):
        loss, gradients = loss_and_gradients(*weights)
        if loss < enough:
            return weights, steps
        weights = [w - η * g for w, g in zip(weights, gradients, strict=True)]
    return weights, most


def stops_by_a_while(weights, η, enough, most):
    steps = 0
    while steps < most and not loss_and_gradients(*weights)[0] < enough:
        gradients = loss_and_gradients(*weights)[1]
        weights, steps = [np.array(w - η * g) for w, g in zip(weights, gradients, strict=True)], steps + 1
    return [tuple(weights), np.int64(steps)]


def asks_after_the_step(weights, η, enough, most):
    for steps in range(most):
        loss, gradients = loss_and_gradients(*weights)
        weights = [w - η * g for w, g in zip(weights, gradients, strict=True)]
        if loss < enough:
            return weights, steps + 1
    return weights, most


def counts_one_more(weights, η, enough, most):
    weights, steps = stops(weights, η, enough, most)
    return weights, steps + 1


def ignores_the_limit(weights, η, enough, most):
    return stops(weights, η, enough, 10_000)


def ignores_the_rate(weights, η, enough, most):
    return stops(weights, 0.2, enough, most)


def one_limit_too_many(weights, η, enough, most):
    return stops(weights, η, enough, most + 1)


def in_place(weights, η, enough, most):
    for steps in range(most):
        loss, gradients = loss_and_gradients(*weights)
        if loss < enough:
            return weights, steps
        for w, g in zip(weights, gradients, strict=True):
            w -= η * g
    return weights, most


def ignores_the_loss(weights, η, enough, most):
    return stops(weights, η, 0, most)


def uphill(weights, η, enough, most):
    return stops(weights, -η, enough, most)


def twice_as_far(weights, η, enough, most):
    return stops(weights, 2 * η, enough, most)


def the_same_slopes_again(weights, η, enough, most):
    gradients = loss_and_gradients(*weights)[1]
    for steps in range(most):
        if loss_and_gradients(*weights)[0] < enough:
            return weights, steps
        weights = [w - η * g for w, g in zip(weights, gradients, strict=True)]
    return weights, most


def no_number(weights, η, enough, most):
    return [np.full_like(w, np.nan) for w in weights], most


def stops_at_once(weights, η, enough, most):
    return weights, 0


RIGHT = {
    nine_weights: [
        _xor_with(),
        [(-1, 1, -0.5), (1, -1, -0.5), (1, 1, -0.5)],
        np.array(_xor_with()),
        [([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)],
        np.ravel(_xor_with()),
    ],
    loop_that_stops: [stops, stops_by_a_while],
    three_learning_rates: [
        [5, 8, 0],
        (5, 8, 0),
        np.array([[5.0, 8.0, 0.0]]),
        pd.Series([5, 8, 0]),
        tf.constant([5, 8, 0]),
    ],
    another_output_unit: [[-3.0286, 1.4556, 1.7583], np.array([[-3.029], [1.456], [1.758]]), ([-3.03, 1.46], 1.76)],
    one_hidden_unit_and_a_skip: [
        [(1, 1, -1.5), (1, 1, -2, -0.5)],
        [(1, 1, -0.5), (-1, -1, 2, -0.5)],
        np.array([(1, 1, -1.5), (1, 1, -2, -0.5)], dtype=object),
    ],
}

WRONG = {
    nine_weights: {
        "all_zero": ([(0, 0, 0)] * 3, "hidden units are 1 1 for every input"),
        "same_line_twice": (_xor_with(second=(1, 1, -0.5)), "Two equal lines are one line"),
        "output_or": (_xor_with(output=(1, 1, -0.5)), "2 of 4 rows are right. For inputs 0 0 the hidden layer is 0 1"),
        "second_is_and": (_xor_with(second=(1, 1, -1.5)), "For inputs 0 1 the hidden layer is 1 0"),
        "xnor": (_xor_with(output=(-1, -1, 1.5)), "That is XNOR"),
        "xnor_on_the_edge": ([(1, 1, -1.5), (-1, -1, 0.5), (1, 1, -1)], "and move c a little"),
        "half_filled": ([None, None, (1, 1, -1.5)], "A part of your answer is not filled in yet"),
        "two_units": ([(1, 1, -0.5), (1, 1, -1.5)], "Give 9 numbers, w1, w2, b (first unit)"),
        "unit_without_bias": (_xor_with(first=(1, 1)), "; you gave 8"),
    },
    loop_that_stops: {
        "asks_after_the_step": (asks_after_the_step, "you make one step too many: the loss was below it"),
        "counts_one_more": (counts_one_more, "your weights are those after 877 steps, and you say 878"),
        "ignores_the_limit": (ignores_the_limit, "you make several steps too many: most is the largest number"),
        "ignores_the_rate": (ignores_the_rate, "but those of η = 0.2. Use the η that is given"),
        "one_limit_too_many": (one_limit_too_many, "you make one step too many: most is the largest number"),
        "in_place": (in_place, "changes the weights that it is given"),
        "ignores_the_loss": (ignores_the_loss, "you make several steps too many: the loss was below it after 877"),
        "uphill": (uphill, "run away to infinity. Subtract η times the slopes"),
        "twice_as_far": (twice_as_far, "but those of η = 0.4. Use the η that is given"),
        "the_same_slopes_again": (the_same_slopes_again, "passes through, if each step takes its loss and slopes"),
        "no_number": (no_number, "run away to infinity"),
        "steps_first": (lambda *given: stops(*given)[::-1], "return the weights first, and then the number of steps"),
        "stops_at_once": (stops_at_once, "steps are needed, and you return the weights after 0"),
        "only_the_steps": (
            lambda *given: stops(*given)[1],
            "Give 2 things in a list, the weights, the number of steps",
        ),
        "no_return": (lambda *given: None, "returns nothing"),
        "three_arguments": (lambda weights, enough, most: None, "should take weights, η, enough and most; yours takes"),
        "its_result": (
            stops([np.zeros((2, 2)), np.zeros(2), np.zeros((2, 1)), np.zeros(1)], 0.2, 0.3, 5)[0],
            "Give a function",
        ),
        "a_misspelt_name": (lambda w, η, enough, most: w.shape, "stopped with an AttributeError in its line"),
    },
    three_learning_rates: {
        "shares": ([0.5, 0.8, 0], "How many of the ten?"),
        "per_cent": ([50, 80, 0], "These are per cent"),
        "missing_ones": ([5, 2, 10], "You counted the runs that did not"),
        "backwards": ([0, 8, 5], "the wrong way round"),
        "all_starts_at_once": ([5, 9, 0], "For η = 0.4 it is not 9 of ten"),
        "all_but_the_largest": ([5, 8, 10], "For η = 1.5 it is not 10 of ten"),
        "two_thousand_steps": ([6, 8, 0], "For η = 0.2 it is not 6 of ten"),
        "two": ([5, 8], "Give 3 numbers, for η = 0.2"),
        "half_filled": ([5, None, None], "for η = 0.4 is not filled in yet"),
    },
    another_output_unit: {
        "xor": ([0.0, 0.0, 0.0], "For inputs 1 1 the output is 0 where 1 is wanted"),
        "or": ([0.2921, -1.9237, 0.9308], "These weights compute OR"),
        "xnor": ([-3.3207, 3.3793, 1.8275], "These weights compute XNOR"),
        "nand": ([3.0286, -1.4556, -0.7583], "These weights compute NAND"),
        "a_threshold_unit": ([-1, 0, 0.4], "Its sign is right, as for a threshold unit"),
        "rough": ([-2.5, 1, 1.6], "On the right side of ½ it is"),
        "two": ([-3, 1.5], "Give 3 numbers, v1, v2, c"),
    },
    one_hidden_unit_and_a_skip: {
        "ignores_the_hidden_unit": ([(1, 1, -1.5), (1, 1, 0, -0.5)], "With v = 0"),
        "constant_hidden_unit": ([(1, 1, -5), (1, 1, -2, -0.5)], "is 0 in every row"),
        "wrong_sign": (
            [(1, 1, -1.5), (1, 1, 2, -0.5)],
            "For inputs 1 1 the hidden layer is 1 and your network gives 1",
        ),
        "xnor": ([(1, 1, -1.5), (-1, -1, 2, 0.5)], "That is XNOR"),
        "too_weak": ([(1, 1, -1.5), (1, 1, -1, -0.5)], "3 of 4 rows are right"),
        "xnor_on_the_edge": ([(1, 1, -1.5), (-1, -1, 2, 0)], "and move c a little"),
        "three_units": (_xor_with(), "Give 7 numbers, w1, w2, b, u1, u2, v, c; you gave 9"),
        "six_numbers": ([(1, 1, -1.5), (1, 1, -2)], "; you gave 6"),
    },
}


def _played(first, output, **state):
    """A playground whose network has these hidden units, (w1, w2, b) each, and this output, (v…, c), as after training."""
    played = Playground("XOR", hidden=(len(first),), activation="sigmoid", loss="squared error")
    first, output = np.array(first, dtype=float), np.array(output, dtype=float)
    weights = [first[:, :2].T, first[:, 2], output[:-1, None], output[-1:]]
    played.state = {"steps": 2000, "pushes": [], "weights": [w.tolist() for w in weights], **state}
    return played


_BOTH, _EITHER = (20, 20, -30), (20, 20, -10)  # x₁ AND x₂, x₁ OR x₂, nearly
_NOT_2, _NOT_1 = (20, -20, -10), (-20, 20, -10)  # only x₁; only x₂
RIGHT[folded_the_other_way] = [
    _played([_NOT_2, _NOT_1], (1, 1, 0)),
    _played([(-20, 20, 10), (20, -20, 10)], (-1, -1, 2)),
    _played([_NOT_2, _NOT_1], (1.2, 0.9, 0.1)),
]
WRONG[folded_the_other_way] = {
    "as_in_section_6": (_played([_BOTH, _EITHER], (-1, 1, 0)), "0 1 and 1 0 have come together"),
    "apart": (_played([(20, 0, -10), (20, -20, 10)], (0, 0, 0.5)), "Train on, or take the next seed"),
    "not_right": (_played([_NOT_2, _NOT_1], (1, 0, 0)), "3 of 4 rows are right"),
    "three_units": (_played([_NOT_2, _NOT_1, _BOTH], (1, 1, 0, 0)), "has 3"),
    "a_model": (keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), "Give the playground itself"),
    "a_class": (Playground, "Give the playground itself"),
    "other_data": (Playground("x₁ OR x₂"), "holds other data now, 'x₁ OR x₂'"),
    "exploded": (_played([_NOT_2, _NOT_1], (np.nan, 1, 0)), "have exploded"),
}


def test_a_playground_that_nobody_touched_is_not_tried_yet():
    assert folded_the_other_way.verdict(Playground("XOR", seed=2)) == "· 2.6 not tried yet"


test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
