"""Answers to the exercises of `checks.which_functions`."""

import keras
import numpy as np
import verdicts

from gates_to_flows.checks.which_functions import (
    order_of_difficulty,
    read_the_slope,
    runge_to_a_thousandth,
    wall_for_the_kink,
)
from gates_to_flows.functions import absolute_value

SIX = ["|x|", "exp x", "sin x", "1/(1 + 25x²)", "sin 10x", "√x"]


def _swapped(i, j):
    names = list(SIX)
    names[i], names[j] = names[j], names[i]
    return names


def _keras_model(function, units=None):
    """A Keras model of one input that computes function; with units, it has as many idle weights as such a network."""
    inputs = keras.Input((1,))
    output = keras.layers.Lambda(function)(inputs)
    if units:
        idle = keras.layers.Dense(1)(keras.layers.Dense(units)(inputs))
        output = keras.layers.Lambda(lambda two: two[0] + 0 * two[1])([output, idle])
    return keras.Model(inputs, output)


def _runge(x):
    return 1 / (1 + 25 * x**2)


RIGHT = {
    order_of_difficulty: [SIX, tuple(SIX), np.array(SIX), [absolute_value, *SIX[1:]]],
    wall_for_the_kink: [
        (lambda z: z, 0.5),
        (lambda z: 3 * z - 1, 1 / 2),
        ("linear", 0.5),
        (lambda z: z.astype("float32"), 0.5),
        [lambda z: z**3, 0.125],
        (lambda z: 0 * z + 1, 0.5),
        (lambda z: z**3 - z, 0.1251),
    ],
    runge_to_a_thousandth: [_keras_model(_runge, 16), _keras_model(lambda x: _runge(x) + 9e-4)],
    read_the_slope: [[-0.5, 62_500], (-0.501, 62_000), np.array([-0.4998, 63_100])],
}

WRONG = {
    order_of_difficulty: {
        "backwards": (SIX[::-1], "right order backwards"),
        "root_is_smooth": (["√x", *SIX[:-1]], "You put √x before |x|, but √x needs 623 pieces and |x| 2"),
        "kink_is_hard": ([*SIX[1:], "|x|"], "You put √x before |x|"),
        "runge_last_but_one": (_swapped(3, 4), "sin 10x needs 71 pieces and 1/(1 + 25x²) 50"),
        "forgets_the_domain": (_swapped(1, 2), "sin x needs 23 pieces and exp x 12"),
        "half_filled": (["|x|", "exp x", None, None, None, None], "Place 3 is not filled in yet"),
        "five": (SIX[:-1], "√x is missing"),
        "four": (SIX[:-2], "sin 10x, √x are missing"),
        "twice": (["|x|", "exp x", "exp x", *SIX[3:]], "exp x is in the list twice"),
        "other_spelling": (["|x|", "exp", *SIX[2:]], "'exp' is not one of the six"),
        "numbers": ([1, 2, 3, 4, 5, 6], "1 is not one of the six"),
        "one_name": ("|x|", "Give one list of the six names"),
        "ranks": ({name: i for i, name in enumerate(SIX)}, "Give one list of the six names"),
    },
    wall_for_the_kink: {
        "the_square": ((lambda z: z**2, 0.125), "the text's own wall"),
        "another_quadratic": ((lambda z: 2 - z * (z + 1), 0.125), "the text's own wall"),
        "fourth_power": ((lambda z: z**4, 0.068), "already come within"),
        "relu": ((lambda z: np.maximum(z, 0), 0.5), "already come within"),
        "tanh": ((np.tanh, 0.1), "already come within"),
        "by_name": (("relu", 0.1), "already come within"),
        "threshold": ((lambda z: 1.0 * (z > 0), 0.5), "already come within"),
        "sine": ((np.sin, 0.5), "already come within"),
        "straight_from_nearby": ((lambda z: np.tanh(z / 1e4), 0.5), "already come within"),
        "line_with_the_floor_of_the_square": ((lambda z: z, 0.125), "its floor is higher than 0.125"),
        "ends_only": ((lambda z: z, 1), "its floor is lower than 1"),
        "least_squares": ((lambda z: z**3, 3 / 16), "its floor is lower than 0.1875"),
        "not_defined": ((lambda z: np.full_like(z, np.nan), 0.5), "not finite"),
        "one_number_for_all": ((lambda z: 1.0, 0.5), "one real number for each z"),
        "no_floor": ((lambda z: z, None), "the floor is not filled in yet"),
        "only_a_function": (lambda z: z, "Give two things"),
        "a_number_as_activation": ((3, 0.5), "should be a function of z; you gave 3"),
        "raises": ((lambda z: z.nothing, 0.5), "stopped with AttributeError"),
    },
    runge_to_a_thousandth: {
        "too_wide": (_keras_model(_runge, 17), "has 52 weights, and 50 are allowed"),
        "nearly": (_keras_model(lambda x: _runge(x) + 2e-3), "Nearly"),
        "coarse": (_keras_model(lambda x: _runge(x) + 0.05 * x**2), "still far from 0.001"),
        "flat": (_keras_model(lambda x: 0 * x + 0.3), "has not found the peak"),
        "diverged": (_keras_model(lambda x: x * np.nan), "not finite"),
        "history": (keras.callbacks.History(), "you gave History"),
        "function": (_runge, "you gave function"),
        "class": (keras.Sequential, "Give a trained Keras model"),
        "two_inputs": (keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), "stopped with ValueError"),
    },
    read_the_slope: {
        "positive": ([0.5, 62_500], "its sign is not"),
        "smooth": ([-2, 75], "−2 is what a smooth target has"),
        "minus_one": ([-1, 707], "With −1"),
        "swapped": ([62_500, -0.5], "wrong way round"),
        "scaled_like_the_error": ([-0.5, 707], "scaled the pieces as the error"),
        "scaled_by_the_root": ([-0.5, 75], "a slope of −2"),
        "without_the_constant": ([-0.5, 1_000_000], "left out C"),
        "for_a_hundredth": ([-0.5, 625], "for an error of 0.01"),
        "half": ([-0.5, 31_250], "the error is 0.0014"),
        "another_slope": ([-0.7, 1000], "is not -0.7"),
        "negative_pieces": ([-0.5, -3], "positive"),
        "half_filled": ([-0.5, None], "the number of pieces is not filled in yet"),
        "one_number": (-0.5, "you gave 1"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
