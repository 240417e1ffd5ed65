"""Answers to the exercises of `checks.which_functions`."""

import keras
import numpy as np
import pandas as pd
import scipy.optimize
import verdicts

from gates_to_flows.checks.which_functions import (
    order_of_difficulty,
    read_the_slope,
    runge_to_a_thousandth,
    three_waves,
    wall_for_the_kink,
)
from gates_to_flows.functions import absolute_value, runge
from gates_to_flows.playground import Playground

SIX = ["|x|", "exp x", "sin x", "1/(1 + 25x²)", "sin 10x", "√x"]


def _swapped(i, j):
    names = list(SIX)
    names[i], names[j] = names[j], names[i]
    return names


def _units(units=16, activation="tanh", dtype="float64"):
    return keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(units, activation, dtype=dtype), keras.layers.Dense(1, dtype=dtype)]
    )


def _trained():
    """The weights of a network of 16 tanh units that is right, by Levenberg–Marquardt."""
    x, y = runge.samples(128)
    rng = np.random.default_rng(7)
    w = rng.normal(size=16) * 5

    def off(p):
        return np.tanh(x * p[:16] + p[16:32]) @ p[32:48] + p[48] - y[:, 0]

    start = np.concatenate([w, -w * rng.uniform(-1, 1, 16), rng.normal(size=16) / 4, [0]])
    p = scipy.optimize.least_squares(off, start, method="lm", max_nfev=20_000).x
    return [p[None, :16], p[16:32], p[32:48, None], p[48:]]


WEIGHTS = _trained()


def _with_weights(model, raised=0.0, scaled=1.0):
    *hidden, v, c = WEIGHTS
    model.set_weights([*hidden, v * scaled, c * scaled + raised])
    return model


def _functional(act=None):
    x = keras.Input((1,))
    z = keras.layers.Dense(16, dtype="float64")(x)
    h = keras.layers.Activation("tanh", dtype="float64")(z) if act is None else act(z)
    return keras.Model(x, keras.layers.Dense(1, dtype="float64")(h))


def _written(function, units=None):
    """A model that computes function without being trained; with units, it has as many idle weights as such a network."""
    inputs = keras.Input((1,))
    output = keras.layers.Lambda(function)(inputs)
    if units:
        idle = keras.layers.Dense(1)(keras.layers.Dense(units)(inputs))
        output = keras.layers.Lambda(lambda two: two[0] + 0 * two[1])([output, idle])
    return keras.Model(inputs, output)


def _written_with_operators():
    x = keras.Input((1,))
    return keras.Model(x, 1 / (1 + 25 * x**2))


def _by_reciprocals():
    """Runge's function from two Dense layers and two functions that are no activations."""
    square, reciprocal = keras.ops.square, keras.ops.reciprocal
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, square), keras.layers.Dense(1, reciprocal)])
    model.set_weights([np.full((1, 1), 5.0), np.zeros(1), np.ones((1, 1)), np.ones(1)])
    return model


def _own_activation():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, lambda z: 1 / (1 + z**2))])
    model.set_weights([np.full((1, 1), 5.0), np.zeros(1)])
    return model


class _Own(keras.Sequential):
    def call(self, x, **_):
        return _runge(x)


class _OwnModel(keras.Model):
    def call(self, x):
        return _runge(x)


class _OwnLayer(keras.layers.Layer):
    def call(self, x):
        return _runge(x)


def _runge(x):
    return 1 / (1 + 25 * x**2)


RIGHT = {
    order_of_difficulty: [SIX, tuple(SIX), np.array(SIX), [absolute_value, *SIX[1:]], pd.Series(SIX), ", ".join(SIX)],
    wall_for_the_kink: [
        (lambda z: z, 0.5),
        (lambda z: 3 * z - 1, 1 / 2),
        ("linear", 0.5),
        (lambda z: z.astype("float32"), 0.5),
        [lambda z: z**3, 0.125],
        (lambda z: 0 * z + 1, 0.5),
        (lambda z: z**3 - z, 0.1251),
        (np.positive, np.array([0.5])),
        (keras.activations.linear, np.float32(0.5)),
        (np.poly1d([1, 0, 0, 0]), 0.125),
        (lambda z: keras.ops.power(keras.ops.cast(z, "float32"), 3), 0.125),
    ],
    runge_to_a_thousandth: [
        _with_weights(_units()),
        _with_weights(_units(dtype="float32")),
        _with_weights(_functional()),
        _with_weights(_functional(keras.activations.tanh)),
        _with_weights(_units(activation=keras.ops.tanh)),
        _with_weights(_units(activation=keras.layers.Activation("tanh"))),
        keras.Sequential([keras.Input((1,)), _with_weights(_units())]),
    ],
    read_the_slope: [
        [-0.5, 62_500],
        (-0.501, 62_000),
        np.array([-0.4998, 63_100]),
        np.array([[-1 / 2, 61_952]]),
        [-0.5033, 60_036],  # from the last two rows alone
    ],
}

WRONG = {
    order_of_difficulty: {
        "backwards": (SIX[::-1], "right order backwards"),
        "root_is_smooth": (["√x", *SIX[:-1]], "You put √x before |x|, but √x needs 623 pieces and |x| 2"),
        "kink_is_hard": ([*SIX[1:], "|x|"], "You put √x before |x|"),
        "runge_last_but_one": (_swapped(3, 4), "sin 10x needs 71 pieces and 1/(1 + 25x²) 50"),
        "forgets_the_domain": (_swapped(1, 2), "sin x needs 23 pieces and exp x 12"),
        "half_filled": (["|x|", "exp x", None, None, None, None], "third place is not filled in yet"),
        "five": (SIX[:-1], "Give 6 words"),
        "twice": (["|x|", "exp x", "exp x", *SIX[3:]], "exp x is in the list twice"),
        "other_spelling": (["|x|", "exp", *SIX[2:]], "you gave 'exp'"),
        "numbers": ([1, 2, 3, 4, 5, 6], "For first place give one of"),
        "one_name": ("|x|", "Give 6 words"),
        "ranks": ({name: i for i, name in enumerate(SIX)}, "Give 6 words"),
    },
    wall_for_the_kink: {
        "the_square": ((lambda z: z**2, 0.125), "the text's own wall"),
        "another_quadratic": ((lambda z: 2 - z * (z + 1), 0.125), "the text's own wall"),
        "fourth_power": ((lambda z: z**4, 0.068), "a polynomial of degree 4, and a wall too low"),
        "fifth_power": ((lambda z: z**5 - z, 0.125), "a polynomial of degree 5, and a wall too low"),
        "square_with_a_sign": ((lambda z: z * abs(z), 0.125), "no polynomial of degree 3 or less"),
        "swapped": ((0.5, lambda z: z), "the wrong way round"),
        "relu": ((lambda z: np.maximum(z, 0), 0.5), "come within 0.1"),
        "tanh": ((np.tanh, 0.1), "come within 0.1"),
        "by_name": (("relu", 0.1), "come within 0.1"),
        "no_such_name": (("cube", 0.125), "no activation called 'cube'"),
        "threshold": ((lambda z: 1.0 * (z > 0), 0.5), "it jumps, and a continuous one is asked for"),
        "one_at_zero": ((lambda z: 1.0 * (z == 0), 0.5), "it jumps, and a continuous one is asked for"),
        "jump_far_out": ((lambda z: np.where(z > 1e10, 0.0, z), 0.5), "it jumps"),
        "rounds": ((np.round, 0.5), "it jumps"),
        "sine": ((np.sin, 0.5), "come within 0.1"),
        "straight_from_nearby": ((lambda z: np.tanh(z / 1e4), 0.5), "come within 0.1"),
        "straight_from_very_near": ((lambda z: np.tanh(z / 1e20), 0.5), "come within 0.1"),
        "softmax": (("softmax", 0.5), "depend on each z alone"),
        "divided_by_the_largest": ((lambda z: z / z.max(), 0.5), "depend on each z alone"),
        "line_with_the_floor_of_the_square": ((lambda z: z, 0.125), "higher than 0.125: ⅛ is the floor of quadratics"),
        "ends_only": ((lambda z: z, 1), "its floor is lower than 1"),
        "least_squares": ((lambda z: z**3, 3 / 16), "its floor is lower than 0.1875: least squares"),
        "not_defined": ((lambda z: np.full_like(z, np.nan), 0.5), "should be finite"),
        "one_number_for_all": ((lambda z: 1.0, 0.5), "should have the shape"),
        "no_floor": ((lambda z: z, None), "the floor is not filled in yet"),
        "only_a_function": (lambda z: z, "Give 2 things in a list, the activation, the floor"),
        "a_number_as_activation": ((3, 0.5), "Give a function of one array, z"),
        "raises": ((lambda z: z.nothing, 0.5), "stopped with an AttributeError"),
    },
    runge_to_a_thousandth: {
        "too_wide": (_units(17), "has 52 weights, and 50 are allowed"),
        "nearly": (_with_weights(_units(), raised=2e-3), "Nearly"),
        "coarse": (_with_weights(_units(), raised=0.05), "still far from 0.001"),
        "flat": (_with_weights(_units(), scaled=0.3), "has not found the peak"),
        "diverged": (_with_weights(_units(), raised=np.nan), "not finite"),
        "history": (keras.callbacks.History(), "Give a trained Keras model"),
        "function": (_runge, "you gave the function _runge"),
        "class": (keras.Sequential, "Give a trained Keras model"),
        "two_inputs": (keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]), "should map 1 to 1 numbers"),
        "formula": (_written(_runge), "yours holds a Lambda"),
        "formula_beside_idle_units": (_written(_runge, 16), "yours holds a Lambda"),
        "formula_of_operators": (_written_with_operators(), "Use Dense layers"),
        "formula_as_a_layer": (keras.Sequential([keras.Input((1,)), _OwnLayer()]), "yours holds a _OwnLayer"),
        "formula_as_an_activation": (_own_activation(), "holds one of your own"),
        "formula_of_reciprocals": (_by_reciprocals(), "Use an activation that comes with Keras"),
        "own_model": (_OwnModel(), "not with a class of your own"),
        "formula_as_a_model": (_Own([keras.Input((1,)), keras.layers.Dense(1)]), "not with a class of your own"),
    },
    read_the_slope: {
        "positive": ([0.5, 62_500], "its sign is not"),
        "smooth": ([-2, 75], "−2 is what a smooth target has"),
        "minus_one": ([-1, 707], "With −1"),
        "swapped": ([62_500, -0.5], "wrong way round"),
        "scaled_like_the_error": ([-0.5, 707], "scaled the pieces as the error"),
        "scaled_by_the_root": ([-0.5, 75], "a slope of −2"),
        "last_row_scaled_like_the_error": ([-0.5, 5632], "scaled the pieces as the error"),
        "last_row_scaled_by_the_root": ([-0.5, 1698], "a slope of −2"),
        "constant_not_squared": ([-0.5, 250_000], "C is squared too"),
        "nothing_squared": ([-0.5, 250], "You did not square"),
        "logarithm_of_the_error_alone": ([-0.301, 62_500], "Divide it by the logarithm of the pieces' ratio"),
        "natural_logarithm_alone": ([-0.693, 62_500], "Divide it by the logarithm of the pieces' ratio"),
        "without_the_constant": ([-0.5, 1_000_000], "left out C"),
        "for_a_hundredth": ([-0.5, 625], "for an error of 0.01"),
        "half": ([-0.5, 31_250], "the error is 0.0014"),
        "another_slope": ([-0.7, 1000], "is not -0.7"),
        "negative_pieces": ([-0.5, -3], "positive"),
        "half_filled": ([-0.5, None], "the number of pieces is not filled in yet"),
        "one_number": (-0.5, "you gave 1"),
    },
}


def _waves(*frequencies):
    """A playground whose 32 steps, heights by least squares, follow these of the four sines."""
    played = Playground("four sines")
    w, b = np.full((1, 32), 8.0), -8 * np.linspace(-3.3, 3.3, 32)
    hidden = np.hstack([np.tanh(played.x @ w + b), np.ones_like(played.x)])
    v = np.linalg.lstsq(hidden, sum(np.sin(k * played.x) for k in frequencies), rcond=None)[0]
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((1,)), dense(32, activation="tanh"), dense(1)])
    model.set_weights([w, b, v[:-1], v[-1]])
    return Playground("four sines", model=model)


RIGHT[three_waves] = [_waves(1, 2, 4)]
WRONG[three_waves] = {
    "all_four": (_waves(1, 2, 4, 8), "Too late"),
    "two": (_waves(1, 2), "Frequency 4 is not there yet"),
    "one": (_waves(1), "Frequency 2 is not there yet"),
    "the_ripples": (_waves(8), "Frequency 1 is not there yet"),
    "one_sine": (Playground("sin x"), "holds other data now, 'sin x'"),
    "steps": (500, "Give the playground itself"),
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
