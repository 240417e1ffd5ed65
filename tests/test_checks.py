"""Every exercise: its solutions pass, its stub is "not tried yet", and each named wrong answer is told what is wrong with it."""

import importlib
import math
import pkgutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from gates_to_flows import checks
from gates_to_flows.checks import Exercise, Wrong, exercise, gates, hint, real_numbers, start, xor, xor_in_pytorch
from gates_to_flows.checks import backpropagation as backprop
from gates_to_flows.checks import cross_entropy as entropy
from gates_to_flows.checks import lambda_as_a_function as lambda_function
from gates_to_flows.checks import lambda_problem as λs
from gates_to_flows.checks import logic_statements as logic
from gates_to_flows.checks import losses as choosing
from gates_to_flows.checks import sine as sines
from gates_to_flows.checks import training_failure as failure
from gates_to_flows.checks import which_functions as which
from gates_to_flows.functions import absolute_value


def _xor_with(**changed):
    units = {"first": (1, 1, -0.5), "second": (-1, -1, 1.5), "output": (1, 1, -1.5)} | changed
    return list(units.values())


def _tanh(slope, output=np.tanh):
    """A tanh layer whose backward is slope(δ, h, z)."""
    return lambda z: (output(z), lambda δ: slope(δ, np.tanh(z), z))


def _cross_entropy(gradient, loss=lambda p, y: -(y * np.log(p)).sum(axis=1).mean(), axis=1):
    """A softmax + cross-entropy layer whose backward is gradient(p, y, z)."""

    def layer(z, y):
        p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
        return loss(p, y), lambda: gradient(p, y, z)

    return layer


def _stable_cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log((p * y).sum(axis=1)).mean(), lambda: (p - y) / len(z)


def _tanh_that_forgets(z):
    h = np.tanh(z)

    def backward(δ):
        nonlocal h
        slope, h = 1 - h**2, 0 * h
        return δ * slope

    return h, backward


THREE_STEPS = [[0.51063, 0.445916, 0.51063], [1.449446, 0, -1.449446], [-2.658067, 3.448054, -2.658067]]


def _steps(w, b, v, hidden="tanh", output=None, inputs=1):
    """A 1-h-1 Keras network with these weights and no output bias."""
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((inputs,)), dense(len(w), activation=hidden), dense(1, activation=output)])
    model.set_weights([np.array([w] * inputs), np.array(b), np.array(v)[:, None], np.zeros(1)])
    return model


def _quarter(x):
    r = (x + np.pi) % (2 * np.pi) - np.pi
    u = np.abs(r)
    return np.where(u > np.pi / 2, np.pi - u, u), np.where(r < 0, -1, 1)


def _refitted(target, keep=slice(None)):
    """New output weights for target on the hidden layer of a sine network, by least squares."""

    def change(weights):
        w, b, v, _ = weights
        x = np.linspace(-np.pi, np.pi, 300)[:, None]
        columns = np.hstack([np.tanh(x @ w + b), np.ones_like(x)])
        output = np.linalg.lstsq(columns, target(x), rcond=None)[0]
        return [w, b, output[:-1], output[-1]][keep]

    return change


def _shifted(by, also=0):
    return lambda weights: [weights[0], weights[1] + by * weights[0][0], weights[2], weights[3] + also]


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


def _wrapped(d):
    """An angle in (-π, π], for Keras tensors."""
    return keras.ops.mod(d + np.pi, 2 * np.pi) - np.pi


def _travel_band(low=0.05, high=0.95):
    """The true quantiles of `checks.losses.travel_times`: an exponential jam on top."""

    def quantile(x, q):
        return 1 + 0.5 * np.cos(3 * x) - (0.1 + 0.15 * (x + 1)) * np.log(1 - q)

    return lambda x: (quantile(x, low), quantile(x, high))


def _travel_mean_and(half_width):
    """A band around the mean travel time."""

    def band(x):
        mean = 1.1 + 0.5 * np.cos(3 * x) + 0.15 * (x + 1)
        return mean - half_width(x), mean + half_width(x)

    return band


def _σ(z):
    return 1 / (1 + np.exp(-z))


def _slope_pair(fourth_power=None, cross_entropy=None):
    """The answer to exercise 8.1, with one of its two slopes (of a and y) replaced."""
    fourth_power = fourth_power or (lambda a, y: (a - y) ** 3 * a * (1 - a))
    cross_entropy = cross_entropy or (lambda a, y: a - y)
    return [lambda z, y: fourth_power(_σ(z), y), lambda z, y: cross_entropy(_σ(z), y)]


def _smooth(one_hot, ε):
    return (1 - ε) * one_hot + ε / one_hot.shape[1]


def _clipped_loss(z, y):
    a = np.clip(_σ(z), 1e-7, 1 - 1e-7)
    return -y * np.log(a) - (1 - y) * np.log(1 - a)


def _fitted(degrees, moments_over=0, k_over=0):
    """[a, b, c] of exercise 11.1 by least squares on these moments, over powers of the average of squares."""
    x, k = lambda_function.ten_paths()
    S = (x**2).mean(axis=1)
    moments = np.stack([(x**d).mean(axis=1) for d in degrees], axis=1)
    return np.linalg.lstsq(moments / S[:, None] ** moments_over, k / S**k_over)[0]


def _average_position_in():
    x, k = lambda_function.ten_paths()
    return np.polyfit(x.mean(axis=1), k / (x**2).mean(axis=1), 2)[::-1]


RIGHT = {
    backprop.tanh_backward: [
        _tanh(lambda δ, h, z: δ * (1 - h**2)),
        _tanh(lambda δ, h, z: δ / np.cosh(z) ** 2),
        lambda z: [np.tanh(z), lambda δ: (δ * (1 - np.tanh(z) ** 2),)],
    ],
    backprop.softmax_cross_entropy: [_cross_entropy(lambda p, y, z: (p - y) / len(z)), _stable_cross_entropy],
    backprop.three_suspects: [["b1", "W1", "W2"], ("b1", "W1", "W2"), np.array(["b1", "W1", "W2"])],
    backprop.single_precision: [[4.9e-3, 2.4e-5], (0.01, 1.2e-5), np.array([5e-3, 5e-5])],
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
    failure.reliable_setting: [(8, "tanh", "SGD", 0.02), [6, "Sigmoid", "adam", 0.1]],
    failure.plateau: [[0.25, 3 / 32], (0.25, 0.0938), np.array([0.25, 0.09375])],
    failure.restarts: [[5, 1.2346], (5, 1.23), np.array([5, 1.235])],
    failure.steps_off_the_ridge: [863_000, 863_469.4, [np.float64(8.63e5)]],
    xor_in_pytorch.forgotten_zero_grad: [5, 5.0001],
    xor_in_pytorch.shape_of_the_weight: [(3, 5), [3, 5]],
    xor_in_pytorch.momentum_after_halving: [2, 2.0],
    which.order_of_difficulty: [SIX, tuple(SIX), np.array(SIX), [absolute_value, *SIX[1:]]],
    which.wall_for_the_kink: [
        (lambda z: z, 0.5),
        (lambda z: 3 * z - 1, 1 / 2),
        ("linear", 0.5),
        (lambda z: z.astype("float32"), 0.5),
        [lambda z: z**3, 0.125],
        (lambda z: 0 * z + 1, 0.5),
        (lambda z: z**3 - z, 0.1251),
    ],
    which.runge_to_a_thousandth: [_keras_model(_runge, 16), _keras_model(lambda x: _runge(x) + 9e-4)],
    which.read_the_slope: [[-0.5, 62_500], (-0.501, 62_000), np.array([-0.4998, 63_100])],
    sines.fewest_units: [_steps(*THREE_STEPS)],
    sines.level_of_the_loss: [[0.04325, 0.5], (0.0433, 0.5), np.array([0.0432, 0.4999])],
    sines.quarter: [
        _quarter,
        lambda x: list(_quarter(x)),
        lambda x: (np.abs(np.arcsin(np.sin(x))), np.where(np.sin(x) < 0, -1.0, 1.0)),
    ],
    sines.cosine: [_refitted(np.cos), lambda weights: tuple(_refitted(np.cos)(weights))],
    logic.full_adder: [
        ["a xor b xor c", "a and b or c and (a xor b)"],
        ("not (a xor b xor not c)", "(a and b) or (a and c) or (b and c)"),
    ],
    logic.parity_by_counting: [[1, -1, 1, -1, 1, -0.5], (2, -2, 2, -2, 2, -1), np.array([3, -4, 4, -4, 4, -1])],
    logic.read_a_formula: [
        "(a or b and c) and not (a and b and c)",
        "a xor b and c",
        "a and not (b and c) or not a and b and c",
    ],
    logic.too_much_for_one_hidden_unit: ["a xor b", "a and b or c and d", "not (x xor y)", "p xor q xor r"],
    choosing.loaves: [[0.8, 70], (4 / 5, 70.0), np.array([0.8, 70])],
    choosing.angle_loss: [
        lambda y, ŷ: keras.ops.mean(1 - keras.ops.cos(ŷ - y), axis=-1),
        lambda y, ŷ: 2 - 2 * tf.cos(y - ŷ),
        lambda y, ŷ: keras.ops.sin((ŷ - y) / 2) ** 2,
        lambda y, ŷ: tf.reduce_mean(_wrapped(ŷ - y) ** 2),
        lambda y, ŷ: keras.ops.mean(keras.ops.abs(_wrapped(ŷ - y)), axis=-1),
        lambda y, ŷ: (keras.ops.cos(ŷ) - keras.ops.cos(y)) ** 2 + (keras.ops.sin(ŷ) - keras.ops.sin(y)) ** 2,
    ],
    choosing.band: [
        _travel_band(),
        lambda x: [limit[:, 0] for limit in _travel_band()(x)],
        lambda x: tf.constant(np.hstack(_travel_band()(x))),
        _travel_band(0.06, 0.945),
    ],
    choosing.robust_sine: [lambda x: np.sin(x) + 0.01, lambda x: tf.constant(np.sin(x) + 0.02 * np.cos(5 * x))],
    entropy.two_slopes: [
        _slope_pair(),
        tuple(_slope_pair(lambda a, y: a * (1 - a) * (a - y) * np.abs(a - y) ** 2)),
        [lambda z, y: (_σ(z) - y) ** 3 * _σ(z) * _σ(-z), lambda z, y: tf.sigmoid(z) - y],
    ],
    entropy.stuck_start: [[4, 4], (8, 0), np.array([-3.0, 15.0]), [9.5, 9.5]],
    entropy.label_smoothing: [
        [_smooth, np.log(91)],
        [lambda one_hot, ε: np.where(one_hot == 1, 1 - ε + ε / one_hot.shape[1], ε / one_hot.shape[1]), 4.51],
        (_smooth, [4.5]),
    ],
    entropy.stable_loss: [
        lambda z, y: np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))),
        lambda z, y: np.logaddexp(0, z) - z * y,
        lambda z, y: tf.nn.sigmoid_cross_entropy_with_logits(y, z),
        lambda z, y: np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z)),
    ],
    lambda_function.quadratic_lambda: [_fitted((2, 3, 4), 1, 1), _fitted((2, 3, 4)), (0.3, -0.06, 0.008)],
    lambda_function.from_x_alone: [[0.25, 0.1443], (0.25, 0.5 / np.sqrt(12)), np.array([0.2503, 0.1445])],
    lambda_function.invisible_change: [
        lambda x: np.exp(-0.4 * x) * np.sin(x),
        lambda x: math.exp(-0.4 * x) * x**3,
        lambda x: [np.exp(-0.1 * x / 0.5**2) * np.sign(x)],
        lambda x: np.exp(-0.4 * x) / x,
        lambda x: np.exp(-0.4 * x) - np.exp(-1.4 * x) / np.exp(-x) + np.exp(0.6 * x) - np.exp(-1.4 * x),
    ],
    lambda_function.coverage_at_the_edge: [[0, 1, 0.9], (0.0, 1.0, 0.9), np.array([0.0005, 1, 0.9])],
    λs.largest_rate: [[0.0525751, 1e-8], (0.0526, 100**-4), np.array([0.0525, 1e-8])],
    λs.interval_for_lambda: [
        [0.36943, 0.31074, 0.42812],
        (0.3694, 0.3107, 0.4281),
        np.array([0.3694, 0.311, 0.428]),
        [0.369, 0.311, 0.428],
    ],
    λs.paths_or_times: [
        ["times", "paths", "neither", "neither"],
        ("Times", " paths", "NEITHER", "neither"),
        np.array(["times", "paths", "neither", "neither"]),
    ],
    λs.times_needed: [519, 520.0, 503, 530, [np.int64(519)]],
}

WRONG = {
    sines.fewest_units: {
        "four": (_steps(*([*row, 0.0] for row in THREE_STEPS)), "That is below 1e-3, and fewer units can do it"),
        "two": (_steps([0.4], [0.0], [3.0]), "1 step cannot follow it"),
        "an_edge_missed": (_steps([1.4, 1.8, 3.3], [3.9, 1, -1], [-0.7, 0.6, 0.3]), "misses an edge"),
        "adam": (_steps([0.811, 0.659, 0.812], [2.301, 0, -2.303], [-1.288, 1.66, -1.286]), "No edge is missed"),
        "close": (_steps(*THREE_STEPS[:2], [-2.656, 3.448, -2.658]), "Close: 1e-3 is asked for"),
        "one_sine_unit": (_steps([1.0], [0.0], [1.0], hidden=keras.ops.sin), "have the activation sin"),
        "relu_output": (_steps(*THREE_STEPS, output="relu"), "Leave the output linear; yours has the activation relu"),
        "two_inputs": (_steps(*THREE_STEPS, inputs=2), "take one number and give one"),
        "no_hidden_layer": (
            _keras_model(keras.ops.sin),
            "with its activation inside, and an output; yours has the layers Lambda",
        ),
        "not_a_number": (_steps(*THREE_STEPS[:2], [np.nan, 1, 1]), "not a finite number"),
        "weights_alone": (THREE_STEPS, "Give a trained Keras model"),
    },
    sines.level_of_the_loss: {
        "of_the_sine": ([0.25, 0.5], "¼ is the level for sin x"),
        "of_the_third": ([0.12975, 0.5], "mean over the third"),
        "of_all": ([0.75, 1.5], "only its negative part"),
        "of_the_positive_part": ([0.70675, 1.5], "the part of the target above 0"),
        "not_squared": ([0.109, 0.5], "You averaged the negative part itself"),
        "integral": ([0.2718, 0.5], "That is the integral"),
        "negative": ([-0.04325, 0.5], "never negative"),
        "turned_round": ([0.5, 0.04325], "the wrong way round"),
        "error_of_the_sine": ([0.04325, 1], "the output 0 is not 1 away"),
        "signed": ([0.04325, -0.5], "an error is its distance"),
        "rms": ([0.04325, 0.208], "the max error is the worst single point"),
        "elsewhere": ([0.04325, 0.7], "The loss is right. Where is"),
        "guess": ([0.1, 0.5], "0.1 is not the mean"),
        "half_filled": ([0.04325, None], "the max error is not filled in"),
    },
    sines.quarter: {
        "half_a_period": (lambda x: (np.abs((x + np.pi) % (2 * np.pi) - np.pi), _quarter(x)[1]), "Fold at π/2 too"),
        "not_folded": (lambda x: (np.abs(x), np.where(x < 0, -1, 1)), "the network knows [0, π/2] only."),
        "negative": (lambda x: ((x + np.pi) % (2 * np.pi) - np.pi, np.ones_like(x)), "should not be negative"),
        "no_sign": (lambda x: (_quarter(x)[0], np.ones_like(x)), "u is right, and the sign is not"),
        "modulo_a_quarter": (lambda x: (x % (np.pi / 2), _quarter(x)[1]), "sign · sin u is"),
        "all_in_the_sign": (lambda x: (np.full_like(x, np.pi / 2), np.sin(x)), "1 or −1 everywhere"),
        "flat": (lambda x: tuple(part.ravel() for part in _quarter(x)), "u has the shape (4001,)"),
        "only_u": (lambda x: _quarter(x)[0], "should return two things"),
        "nan": (lambda x: (np.full_like(x, np.nan), np.ones_like(x)), "u is nan"),
        "no_return": (lambda x: None, "returns nothing"),
        "for_one_number": (lambda x: (0.1, 1) if x < 0 else (0.2, 1), "stopped with ValueError"),
        "not_a_function": (0.5, "Give a function of x; you gave 0.5"),
    },
    sines.cosine: {
        "shift": (_shifted(np.pi / 2), "Right up to x = π/2"),
        "shift_and_turn": (
            lambda weights: (
                _shifted(np.pi / 2)([-weights[0], *weights[1:]])[:1]
                + [weights[1] + np.pi / 2 * weights[0][0], *weights[2:]]
            ),
            "Right from x = −π/2 on",
        ),
        "minus_cosine": (_shifted(-np.pi / 2), "which is −cos x"),
        "both_layers": (_shifted(np.pi / 2, also=0.1), "changed numbers in both layers"),
        "nothing": (lambda weights: weights, "still computes sin x"),
        "output_bias": (lambda weights: [*weights[:3], weights[3] + 1], "One layer is changed, and the output is off"),
        "too_coarse": (_refitted(lambda x: np.cos(x) + 0.01), "off by 0.01"),
        "three_arrays": (_refitted(np.cos, keep=slice(3)), "should return four arrays"),
        "flat": (lambda weights: [weights[0], weights[1], weights[2].ravel(), weights[3]], "it should stay (24, 1)"),
        "nan": (lambda weights: [weights[0] * np.nan, *weights[1:]], "the first kernel are finite"),
        "no_return": (lambda weights: None, "returns nothing"),
        "arrays": ([1, 2, 3, 4], "Give a function of the four arrays"),
    },
    which.order_of_difficulty: {
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
    which.wall_for_the_kink: {
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
    which.runge_to_a_thousandth: {
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
    which.read_the_slope: {
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
    backprop.tanh_backward: {
        "no_delta": (_tanh(lambda δ, h, z: 1 - h**2), "incoming gradient δ is missing"),
        "minus": (_tanh(lambda δ, h, z: δ * (h**2 - 1)), "sign is wrong"),
        "no_square": (_tanh(lambda δ, h, z: δ * (1 - h)), "square is missing"),
        "of_the_input": (_tanh(lambda δ, h, z: δ * (1 - z**2)), "You used 1 − z²"),
        "sigmoids_slope": (_tanh(lambda δ, h, z: δ * h * (1 - h)), "slope of σ"),
        "plus": (_tanh(lambda δ, h, z: δ * (1 + h**2)), "you used 1 + h²"),
        "divides": (_tanh(lambda δ, h, z: δ / (1 - h**2)), "chain rule multiplies"),
        "tanh_twice": (_tanh(lambda δ, h, z: δ * (1 - np.tanh(h) ** 2)), "You took tanh twice"),
        "passes_through": (_tanh(lambda δ, h, z: δ), "return δ unchanged"),
        "times_h": (_tanh(lambda δ, h, z: δ * h), "δ times h"),
        "matrix_product": (_tanh(lambda δ, h, z: δ @ (1 - h**2).T), "returns the shape (2, 2)"),
        "transpose": (_tanh(lambda δ, h, z: (δ * (1 - h**2)).T), "returns the transpose: (3, 2)"),
        "factor_two": (_tanh(lambda δ, h, z: 2 * δ * (1 - h**2)), "In row 0, column 0 (from 0) backward(δ) gives"),
        "forgets": (_tanh_that_forgets, "the second is not"),
        "no_return_in_backward": (_tanh(lambda δ, h, z: None), "Your backward returns nothing"),
        "words": (_tanh(lambda δ, h, z: "steep"), "returns a str"),
        "sigmoid": (_tanh(lambda δ, h, z: δ, lambda z: 1 / (1 + np.exp(-z))), "h = np.tanh(z)"),
        "no_return": (lambda z: None, "returns nothing"),
        "only_h": (np.tanh, "should return two things"),
        "called_backward": (lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2), "without calling it"),
        "raises": (_tanh(lambda δ, h, z: δ @ h), "stopped with ValueError"),
        "not_a_function": (3, "Give a function of z; you gave 3"),
    },
    backprop.softmax_cross_entropy: {
        "y_less_p": (_cross_entropy(lambda p, y, z: (y - p) / len(z)), "you return y − p"),
        "no_mean": (_cross_entropy(lambda p, y, z: p - y), "factor 1 / n is missing"),
        "mean_over_all": (_cross_entropy(lambda p, y, z: (p - y) / z.size), "divided by n × K"),
        "with_respect_to_p": (_cross_entropy(lambda p, y, z: -y / p / len(z)), "the slope with respect to p"),
        "no_y": (_cross_entropy(lambda p, y, z: p / len(z)), "the y is missing"),
        "slope_again": (_cross_entropy(lambda p, y, z: (p - y) * p * (1 - p) / len(z)), "once more"),
        "diagonal": (_cross_entropy(lambda p, y, z: -y * (1 - p) / len(z)), "only the diagonal"),
        "z_less_y": (_cross_entropy(lambda p, y, z: (z - y) / len(z)), "You return z − y"),
        "transpose": (_cross_entropy(lambda p, y, z: (p - y).T / len(z)), "returns the transpose"),
        "half": (_cross_entropy(lambda p, y, z: (p - y) / 2), "You divided by 2"),
        "two_from_a_square": (_cross_entropy(lambda p, y, z: 2 * (p - y) / len(z)), "no square in this loss"),
        "log2": (_cross_entropy(None, lambda p, y: -(y * np.log2(p)).sum() / len(y)), "natural logarithm"),
        "one_per_row": (_cross_entropy(lambda p, y, z: (p - y).sum(axis=1)), "returns the shape (5,)"),
        "factor_three": (_cross_entropy(lambda p, y, z: 3 * (p - y)), "In row 0, column 0 (from 0) backward() gives"),
        "loss_per_row": (_cross_entropy(None, lambda p, y: -(y * np.log(p)).sum(axis=1)), "you return one per row"),
        "loss_per_number": (_cross_entropy(None, lambda p, y: -y * np.log(p)), "yours has the shape (5, 3)"),
        "loss_summed": (_cross_entropy(None, lambda p, y: -(y * np.log(p)).sum()), "divide by n"),
        "loss_mean_of_all": (_cross_entropy(None, lambda p, y: -(y * np.log(p)).mean()), "mean over all n × K"),
        "loss_plus": (_cross_entropy(None, lambda p, y: (y * np.log(p)).sum() / len(y)), "needs a minus"),
        "down_the_columns": (_cross_entropy(None, axis=0), "taken down the columns"),
        "squared_error": (_cross_entropy(None, lambda p, y: ((p - y) ** 2).mean()), "is wanted"),
        "no_return": (lambda z, y: None, "returns nothing"),
        "one_argument": (lambda z: z, "stopped with TypeError"),
    },
    backprop.three_suspects: {
        "first_wrong": (["W1", "W1", "W2"], "2 of 3 are right. In A the gradient of W1 agrees"),
        "last_wrong": (["b1", "W1", "b2"], "In C the gradient of b2 agrees"),
        "all_wrong": (["W2", "W2", "W1"], "0 of 3 are right"),
        "letters": (["A", "B", "C"], 'For A give one of "W1"'),
        "half_filled": (["b1", None, "W2"], "B is not filled in yet"),
        "two_names": (["b1", "W1"], "Give a list of three names"),
        "a_word": ("b1", "Give a list of three names"),
    },
    backprop.single_precision: {
        "double_precision": ([6e-6, 4e-11], "best one in double precision"),
        "epsilon": ([1.2e-7, 1], "You gave ε itself"),
        "one_sided": ([3.5e-4, 3.5e-4], "one-sided differences"),
        "swapped": ([2.4e-5, 4.9e-3], "wrong way round"),
        "far_too_large": ([0.1, 1e-5], "Take the cube root"),
        "error_is_epsilon": ([5e-3, 1.2e-7], "An error of ε would be that of the loss itself"),
        "as_in_the_table": ([5e-3, 1e-11], "out of reach"),
        "error_too_large": ([5e-3, 5e-3], "The nudge is right; the error is not"),
        "negative": ([-5e-3, 1e-5], "positive"),
        "one_number": (5e-3, "you gave 1"),
    },
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
    failure.reliable_setting: {
        "the_blogs": ((2, "sigmoid", "SGD", 0.02), "The rest sit on plateaus"),
        "one_unit": ((1, "tanh", "Adam", 0.1), "With one hidden unit"),
        "wide_and_slow": ((8, "sigmoid", "Adam", 0.0001), "learning rate is too small"),
        "width_in_words": (("8", "tanh", "SGD", 0.02), "Give one number, the width"),
        "too_hasty": ((4, "sigmoid", "SGD", 1.0), "too small, or too large"),
        "wide_relu": ((8, "relu", "SGD", 0.02), "none that is dead comes back"),
        "diverges": ((8, "tanh", "SGD", 1000), "learning rate is too large"),
        "too_wide": ((64, "tanh", "SGD", 0.02), "whole number from 1 to 8"),
        "half_a_unit": ((3.5, "tanh", "SGD", 0.02), "whole number from 1 to 8"),
        "uphill": ((8, "tanh", "SGD", -0.02), "A learning rate is positive"),
        "another_optimiser": ((8, "tanh", "Lion", 0.02), "The optimiser is"),
        "another_activation": ((8, "softmax", "SGD", 0.02), "The activation is"),
        "half_filled": ((8, None, "SGD", 0.02), "The activation is"),
        "no_rate": ((8, "tanh", "SGD"), "Give four things"),
        "a_rate_in_words": ((8, "tanh", "SGD", "small"), "Give one number, the rate"),
    },
    failure.plateau: {
        "wrong_target": ([0.75, 3 / 32], "only 1 1 1 has 1"),
        "half": ([0.5, 1 / 8], "as many ones as zeros"),
        "majority": ([0, 1 / 8], "not at the majority"),
        "three_rows": ([1 / 3, 1 / 12], "Four rows are merged"),
        "another_output": ([0.9, 1 / 8], "Their mean is not 0.9"),
        "over_four_rows": ([0.25, 3 / 16], "averages over all eight"),
        "a_sum": ([0.25, 0.75], "sum of the squared errors"),
        "an_eighth": ([0.25, 0.125], "what the output 0 or ½ would cost"),
        "another_loss": ([0.25, 0.2], "Three rows miss by ¼ and one by ¾"),
        "half_filled": ([0.25, None], "the loss is not filled in yet"),
    },
    failure.restarts: {
        "one": ([1, 1.23], "19 % of the cases"),
        "not_whole": ([4.16, 1.23], "starts come whole"),
        "rounded_down": ([4, 1.23], "just above 0.001"),
        "all_succeed": ([33, 1.23], "all starts *succeed*"),
        "too_few": ([3, 1.23], "more than 0.001"),
        "too_many": ([8, 1.23], "so are fewer"),
        "all_five": ([5, 5], "stops at the first success"),
        "until_a_failure": ([5, 5.263], "first *failure*"),
        "a_share": ([5, 0.81], "less than one start"),
        "another_mean": ([5, 2], "a second with probability 0.19"),
        "one_number": (5, "Give 2 numbers"),
    },
    failure.steps_off_the_ridge: {
        "without_momentum": (8.63e6, "makes it ten times larger"),
        "without_the_rate": (172_694, "left the learning rate out"),
        "decimal_logarithm": (375_000, "A decimal logarithm"),
        "decimal_without_momentum": (3.75e6, "A decimal logarithm, and"),
        "without_a_logarithm": (1.25e8, "take the logarithm of 1000"),
        "twice_the_rate": (431_735, "Twice too few"),
        "e_fold": (125_000, "e-fold"),
        "backwards": (-863_469, "the sign is not"),
        "too_few": (1000, "are too few"),
        "too_many": (2e9, "are too many"),
        "zero": (0, "positive"),
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
    logic.full_adder: {
        "swapped": (["a and b or c and (a xor b)", "a xor b xor c"], "the sum comes first"),
        "all_three": (["a xor b xor c", "a and b and c"], "only when all three are 1"),
        "half_adder": (["a xor b xor c", "a and b"], "half adder's"),
        "sum_upside_down": (["not (a xor b xor c)", "a and b"], "half adder's"),
        "sum_negated": (["not a xor b xor c", "a and b or c and (a or b)"], "Your sum bit is the wrong way round"),
        "or_as_a_sum": (["a or b or c", "a and b or c and (a or b)"], "1 + 1 = 2, so it should be 0, and it is 1"),
        "one_statement": ("a xor b xor c", "Give a list of two statements"),
        "half_filled": (["a xor b xor c", None], "The carry bit: not filled in yet"),
        "another_name": (["x xor b xor c", "a and b"], "The sum bit: 'x' is none of the names a, b, c"),
        "unbalanced": (["(a xor b xor c", "a and b"], "opened and never closed"),
        "python": (["a ^ b ^ c", "a and b"], "'^' is not part of a statement"),
        "numbers": ([0, 1], "A statement is text"),
    },
    logic.parity_by_counting: {
        "wrong_way_round_on_the_edge": ([-1, 1, -1, 1, -1, 0], "Every row is the wrong way round"),
        "all_zero": ([0] * 6, "always fires"),
        "all_positive": ([1, 1, 1, 1, 1, -0.5], "With 2 ones the first 2 hidden units fire, the sum is 1.5"),
        "even": ([-1, 1, -1, 1, -1, 0.5], "the wrong way round"),
        "on_the_edge": ([1, -1, 1, -1, 1, 0], "With 0 ones the sum is 0, on the very edge"),
        "too_high": ([1, -1, 1, -1, 1, -1.5], "never fires"),
        "always": ([1, 1, 1, 1, 1, 1], "always fires"),
        "stops_alternating": ([1, -1, 1, 1, 1, -0.5], "With 4 ones"),
        "no_bias": ([1, -1, 1, -1, 1], "Give 6 numbers"),
    },
    logic.read_a_formula: {
        "first_unit": ("a or b and c", "the first hidden unit alone"),
        "second_unit": ("not (a and b and c)", "the second hidden unit alone"),
        "output_or": ("true", "output unit that is OR"),
        "opposite": ("not (a xor b and c)", "the opposite"),
        "or_of_three": ("(a or b or c) and not (a and b and c)", "b alone reaches 1"),
        "only_a": ("a and not (b and c)", "b and c together reach 2"),
        "another": ("a and b", "For a, b, c = 0 1 1 the hidden units are 1 1 and the network says 1"),
        "an_unknown_word": ("a nand b", "Between 'a' and 'nand' should stand"),
        "a_number": (3, "Give a statement as text"),
    },
    logic.too_much_for_one_hidden_unit: {
        "one_unit": ("a and not b", "One unit computes that by itself"),
        "majority": ("a and b or a and c or b and c", "One unit computes that by itself"),
        "implication": ("a implies b implies c", "One unit computes that by itself"),
        "hidden_constant": ("a xor a", "is 0 in every row"),
        "always": ("a or not a", "is 1 in every row"),
        "unbalanced": ("a xor b)", "closed that was never opened"),
        "missing_name": ("a xor", "A name is missing after 'xor'"),
        "too_many": (" xor ".join("abcdefg"), "use at most 6"),
        "not_text": (["a xor b"], "Give a statement as text"),
    },
    entropy.two_slopes: {
        "half_filled": ([_slope_pair()[0], None], "The slope of the cross-entropy is not filled in yet"),
        "one_function": (_slope_pair()[0], "Give a list of two functions"),
        "number": ([0.5, _slope_pair()[1]], "fourth power should be a function"),
        "no_chain_rule": (_slope_pair(lambda a, y: (a - y) ** 3), "fourth power: that is dC/da"),
        "times_four": (_slope_pair(lambda a, y: 4 * (a - y) ** 3 * a * (1 - a)), "you gave 4 times the slope"),
        "quadratic": (_slope_pair(lambda a, y: (a - y) * a * (1 - a)), "that is the slope of the quadratic loss"),
        "power_kept": (_slope_pair(lambda a, y: (a - y) ** 4 * a * (1 - a)), "went down by too little"),
        "sign": (_slope_pair(cross_entropy=lambda a, y: y - a), "cross-entropy has the wrong sign"),
        "in_the_output": (_slope_pair(None, lambda a, y: (a - y) / (a * (1 - a))), "cross-entropy: that is dC/da"),
        "one_too_many": (_slope_pair(None, lambda a, y: (a - y) * a * (1 - a)), "too many"),
        "swapped": (_slope_pair()[::-1], "wrong way round"),
        "only_the_first_term": (_slope_pair(None, lambda a, y: -y / a), "by the chain rule"),
        "of_a_and_y": ([lambda z, y: (z - y) ** 3 * z * (1 - z), _slope_pair()[1]], "by the chain rule"),
        "one_number": ([lambda z, y: 0.0, _slope_pair()[1]], "should be one number per z"),
        "nan": ([lambda z, y: np.where(z < -5, np.nan, z), _slope_pair()[1]], "not a finite number at z = -6"),
        "raises": ([lambda z, y: 1 / 0, _slope_pair()[1]], "stopped with ZeroDivisionError"),
    },
    entropy.stuck_start: {
        "right_already": ([-5, -5], "which is right already"),
        "nielsens": ([2, 2], "from 0.9820 to 0.9641"),
        "too_saturated": ([20, 20], "Saturate the unit less"),
        "slightly_too_saturated": ([19.5, 0], "0.103, not below 0.1"),
        "far_too_saturated": ([1000, 0], "Saturate the unit less"),
        "far_below": ([-1000, 0], "right already"),
        "one_number": (8, "Give 2 numbers in one flat list, w, b"),
        "half_filled": ([4, None], "b is not filled in yet"),
    },
    entropy.label_smoothing: {
        "others_only": (
            [lambda t, ε: np.where(t == 1, 1 - ε, ε / (t.shape[1] - 1)), np.log(81)],
            "the other classes only",
        ),
        "added_only": ([lambda t, ε: t + ε / t.shape[1], np.log(91)], "which add up to 1.1"),
        "ten_classes_only": ([lambda t, ε: (1 - ε) * t + ε / 10, np.log(91)], "With K = 4 and ε = 0.2"),
        "fixed_numbers": ([lambda t, ε: 0.9 * t + 0.01 * np.ones_like(t), np.log(91)], "With K = 4 and ε = 0.2"),
        "one_row": ([lambda t, ε: _smooth(t, ε)[0], np.log(91)], "should keep the shape (3, 10)"),
        "no_function": ([0.91, np.log(91)], "smooth should be a function"),
        "gap_missing": ([_smooth, None], "the gap is not filled in yet"),
        "smooth_missing": ([None, 4.51], "smooth is not filled in yet"),
        "share_forgotten": ([_smooth, np.log(90)], "not 0.9"),
        "decimal": ([_smooth, np.log10(91)], "decimal logarithm"),
        "ratio": ([_smooth, 91], "its logarithm"),
        "difference": ([_smooth, 0.9], "between the two outputs"),
        "sign": ([_smooth, -np.log(91)], "*above*"),
        "all_nine": ([_smooth, np.log(0.91 / 0.09)], "each of them has 0.01"),
        "elsewhere": ([_smooth, 7], "do not come from sums 7 apart"),
        "function_alone": (_smooth, "Give a list of two things"),
    },
    entropy.stable_loss: {
        "number": (0.5, "Give a function"),
        "by_the_formula": (
            lambda z, y: -y * np.log(_σ(z)) - (1 - y) * np.log(1 - _σ(z)),
            "In float64, at z = 40 and y = 0, your loss is inf",
        ),
        "softplus_by_the_formula": (
            lambda z, y: np.log(1 + np.exp(z)) - z * y,
            "at z = 1000 and y = 0, your loss is inf",
        ),
        "double_only": (
            lambda z, y: np.where(z > 200, z, np.log(1 + np.exp(np.minimum(z, 200)))) - z * y,
            "In float32, at z = 100 and y = 0, your loss is inf",
        ),
        "clipped": (_clipped_loss, "A clipped output stops the loss"),
        "sign": (lambda z, y: z * y - np.logaddexp(0, z), "wrong sign"),
        "targets_turned": (lambda z, y: np.logaddexp(0, z) - z * (1 - y), "targets are the wrong way round"),
        "mean": (lambda z, y: np.mean(np.logaddexp(0, z) - z * y), "one number per sample"),
        "no_remainder": (lambda z, y: np.maximum(z, 0) - z * y, "your loss is 0; 0.6931 is right"),
        "raises": (lambda z, y: z @ np.ones(3), "stopped with ValueError"),
    },
    choosing.loaves: {
        "reversed_prices": ([0.2, 55], "It is the reverse"),
        "a_fourth": ([0.75, 66], "as one fourth"),
        "ratio": ([4, 70], "the ratio of the costs"),
        "half": ([0.5, 61], "Yours is 0.5 / 0.5"),
        "swapped": ([70, 0.8], "the wrong way round"),
        "median": ([0.8, 61], "61 is the median"),
        "mean": ([0.8, 67.45], "is the mean"),
        "lower_end": ([0.8, 55], "near the lower end"),
        "largest": ([0.8, 120], "never misses a buyer"),
        "next_day": ([0.8, 90], "With 90 loaves the bill is 36.18 a day on average; 34.36 is possible"),
        "half_filled": ([0.8, None], "the number of loaves is not filled in"),
    },
    choosing.angle_loss: {
        "number": (0.5, "Give the function itself"),
        "squared": (lambda y, ŷ: keras.ops.mean((ŷ - y) ** 2, axis=-1), "the same angle 1 turn on 53"),
        "cosine": (lambda y, ŷ: keras.ops.cos(ŷ - y), "At ŷ = y your loss is 1"),
        "minus_cosine": (lambda y, ŷ: -keras.ops.cos(ŷ - y), "At ŷ = y your loss is -1"),
        "sine": (lambda y, ŷ: keras.ops.sin(ŷ - y), "below 0"),
        "sine_squared": (lambda y, ŷ: keras.ops.sin(ŷ - y) ** 2, "period of your loss is π"),
        "half_period": (lambda y, ŷ: keras.ops.abs(keras.ops.sin((ŷ - y) / 2)) ** 2 * (1 + 0 * y) * 0, "costs nothing"),
        "third_turn": (lambda y, ŷ: 1 - keras.ops.cos(3 * (ŷ - y)), "costs nothing"),
        "degrees": (lambda y, ŷ: 1 - keras.ops.cos((ŷ - y) * np.pi / 180), "The same direction should cost the same"),
        "of_each": (lambda y, ŷ: (keras.ops.cos(ŷ) - keras.ops.cos(y)) ** 2, "the same step across π"),
        "one_sided": (lambda y, ŷ: keras.ops.mod(ŷ - y, 2 * np.pi), "cost"),
        "humps": (lambda y, ŷ: 1 - keras.ops.cos(ŷ - y) + keras.ops.sin(ŷ - y) ** 2, "costs less again"),
        "plateau": (lambda y, ŷ: keras.ops.minimum(1 - keras.ops.cos(ŷ - y), 1.0), "stays level from 1.57 on"),
        "skewed": (
            lambda y, ŷ: (1 - keras.ops.cos(ŷ - y)) * (1 + 0.3 * keras.ops.sin(ŷ - y)),
            "Left and right should cost the same",
        ),
        "sum": (lambda y, ŷ: keras.ops.sum(1 - keras.ops.cos(ŷ - y)), "Two equal samples cost more or less than one"),
        "no_return": (lambda y, ŷ: None, "returns nothing"),
        "numpy": (lambda y, ŷ: 1 - np.cos(ŷ.numpy() - y.numpy()), "use keras.ops instead of NumPy"),
        "root": (lambda y, ŷ: keras.ops.sqrt(2 - 2 * keras.ops.cos(ŷ - y)), "slope at ŷ = y is NaN"),
        "two_values": (lambda y, ŷ: keras.ops.concatenate([ŷ - y, ŷ - y]), "should give one number"),
        "raises": (lambda y, ŷ: 1 / 0, "stopped with ZeroDivisionError"),
        "one_argument": (lambda y: y, "stopped with TypeError"),
    },
    choosing.band: {
        "arrays": ((np.zeros(3), np.ones(3)), "Give a function"),
        "swapped": (lambda x: _travel_band()(x)[::-1], "return (lower, upper) in this order"),
        "crossing": (
            lambda x: (np.where(x > 0.99, 9.0, _travel_band()(x)[0]), _travel_band()(x)[1]),
            "The limits cross",
        ),
        "too_wide": (_travel_band(0.02, 0.98), "Too wide: the band covers 96.0 %"),
        "too_narrow": (_travel_band(0.1, 0.9), "Too narrow"),
        "one_sided": (_travel_band(0.0, 0.9), "lopsidedly: 0.0 % lie below"),
        "symmetric": (_travel_mean_and(lambda x: 1.35 * (0.1 + 0.15 * (x + 1))), "lopsidedly"),
        "symmetric_and_wide": (_travel_mean_and(lambda x: 1.6 * (0.1 + 0.15 * (x + 1))), "lopsidedly: 0.0 % lie below"),
        "two_numbers": (lambda x: (np.full(len(x), 0.59), np.full(len(x), 1.93)), "in the ten parts of the day"),
        "one_width": (
            lambda x: (_travel_band()(x)[0] + 0.01 * x, _travel_band()(x)[0] + 0.03 + 0.70),
            "Let both limits follow the time of day",
        ),
        "one_limit": (lambda x: _travel_band()(x)[0], "give two arrays"),
        "numbers": (lambda x: (0.5, 2.0), "there should be 30000 lower limits"),
        "nan": (lambda x: (np.full(len(x), np.nan), np.ones(len(x))), "not finite"),
        "raises": (lambda x: x @ x, "stopped with ValueError"),
    },
    choosing.robust_sine: {
        "array": (np.zeros(4096), "Give the trained model"),
        "shape": (lambda x: np.zeros(3), "4096 values"),
        "nan": (lambda x: np.full_like(x, np.nan), "not finite"),
        "itself": (np.sin, "the sine itself"),
        "untrained": (lambda x: 0 * x, "far from the sine"),
        "mean": (lambda x: 0.9 * np.sin(x) + 0.3, "0.30 too high on average"),
        "always_three": (lambda x: 0 * x + 3, "far from the sine"),
        "line": (lambda x: 0.3 * x, "far from the sine"),
        "large_delta": (lambda x: np.sin(x) + 0.08, "the 3s still pull"),
        "unsettled": (lambda x: np.sin(x) + 0.1 * np.cos(5 * x), "train longer"),
    },
    lambda_function.quadratic_lambda: {
        "reversed": ((0.008, -0.06, 0.3), "the wrong way round"),
        "summed_paths": ((0.03, -0.006, 0.0008), "ten times too small"),
        "divided_by_n_twice": ((3, -0.6, 0.08), "ten times too large"),
        "half": ((0.15, -0.03, 0.004), "half of what it should be"),
        "twice": ((0.6, -0.12, 0.016), "twice what it should be"),
        "moments_without_the_square": (_fitted((0, 1, 2)), "You took the moments 0, 1 and 2"),
        "unweighted_average_of_lambda": (_fitted((0, 1, 2), 0, 1), "x² is its weight"),
        "average_position": (_average_position_in(), "average position into λ"),
        "only_k_divided": (_fitted((2, 3, 4), 0, 1), "You divided k by S"),
        "only_moments_divided": (_fitted((2, 3, 4), 1, 0), "You divided the moments by S"),
        "a_little_off": ((0.3, -0.06, 0.02), "c = 0.02 is"),
        "constant_only": ((0.3, 0, 0), "standard errors away"),
        "half_filled": ((0.3, None, 0.008), "b is not filled in yet"),
        "two_numbers": ((0.3, -0.06), "Give 3 numbers"),
    },
    lambda_function.from_x_alone: {
        "swapped": ((0.1443, 0.25), "the wrong way round"),
        "largest": ((0.5, 0.1443), "½ is the largest"),
        "smallest": ((0, 0.1443), "0 is the smallest"),
        "another_mean": ((0.3, 0.1443), "is not 0.3"),
        "no_error": ((0.25, 0), "It tells nothing"),
        "variance": ((0.25, 0.0208), "its square root"),
        "absolute": ((0.25, 0.125), "mean *absolute* error"),
        "unit_interval": ((0.25, 0.2887), "between 0 and 1"),
        "largest_error": ((0.25, 0.25), "largest error that can happen"),
        "another_rmse": ((0.25, 0.2), "is not 0.2"),
        "half_filled": ((0.25, None), "its rmse is not filled in yet"),
    },
    lambda_function.invisible_change: {
        "zero": (lambda x: 0, "zero between −3 and 3"),
        "far_away_only": (lambda x: np.exp(-0.4 * x) * x * (abs(x) > 4), "where most positions are"),
        "nearly": (lambda x: np.exp(-0.4 * x) * x**3 + 1e-3, "% of the integral"),
        "only_odd": (np.sin, "*without* drift"),
        "wrong_sign": (lambda x: np.exp(0.4 * x) * x, "sign in the exponent is wrong"),
        "sigma_not_squared": (lambda x: np.exp(-0.2 * x) * x, "the density has σ² there"),
        "twice": (lambda x: np.exp(-0.8 * x) * x, "twice too large"),
        "of_the_text": (lambda x: np.exp(-1.25 * x) * x, "as in the text"),
        "even": (lambda x: np.exp(-0.4 * x) * x**2, "what it multiplies is even"),
        "constant": (lambda x: 1, "It changes k(t)"),
        "too_fast": (lambda x: x * np.exp(x**2), "k itself would be infinite"),
        "not_finite": (lambda x: np.log(x), "your function is nan"),
        "two_numbers": (lambda x: [x, x], "should return one number"),
        "words": (lambda x: "odd", "should return one number"),
        "complex": (lambda x: 1j * x, "should return one number"),
        "no_return": (lambda x: None, "it returned None"),
        "raises": (lambda x: x.sin(), "stopped with AttributeError"),
        "not_a_function": (0.4, "Give a function of x; you gave 0.4"),
    },
    lambda_function.coverage_at_the_edge: {
        "nominal": ((0.9, 0.9, 0.9), "average over the prior"),
        "one_side_of_the_tail": ((0.95, 1, 0.9), "always below"),
        "often": ((0.5, 1, 0.9), "0.5 is too often"),
        "one_sided_nominal": ((0, 0.9, 0.9), "(a) is right. (b) 90 %"),
        "one_sided_half": ((0, 0.5, 0.9), "0.5 is too small"),
        "swapped": ((1, 0, 0.9), "the wrong way round"),
        "average_too_high": ((0, 1, 1), "(a) and (b) are right"),
        "per_cent": ((0, 100, 90), "no per cent"),
        "half_filled": ((0, None, 0.9), "b is not filled in yet"),
    },
    λs.largest_rate: {
        "mean_S": ([0.27147, 1e-8], "the parabola's steepness is mean S²"),
        "square_of_mean": ([0.073695, 1e-8], "Square first"),
        "twice": ([0.10515, 1e-8], "That is 2 / mean S²"),
        "half": ([0.026288, 1e-8], "a single step lands at λ exactly"),
        "largest": ([0.01232, 1e-8], "That is 1 / max S²"),
        "sum": ([0.00026288, 1e-8], "The loss is a mean over the times"),
        "inverse": ([19.02, 1e-8], "take 1 over it"),
        "other_number": ([0.2, 1e-8], "too large: what is 1 / mean S²?"),
        "negative": ([-0.0526, 1e-8], "a learning rate is positive"),
        "fourth_power": ([0.019949, 1e-8], "That is 1 / mean x⁴"),
        "up": ([0.0526, 1e8], "The direction is wrong"),
        "squared_only": ([0.0526, 1e-4], "the bound holds its square"),
        "as_positions": ([0.0526, 0.01], "S is squared in the loss"),
        "unchanged": ([0.0526, 1], "changes with the unit"),
        "new_rate": ([0.0526, 5.26e-10], "That is the new learning rate"),
        "swapped": ([1e-8, 0.0526], "wrong way round"),
        "half_filled": ([0.0526, None], "the factor is not filled in yet"),
        "one_number": (0.0526, "you gave 1"),
        "words": ("0.05", "Give 2 numbers"),
    },
    λs.interval_for_lambda: {
        "notebooks_λ": ([0.25, 0.2, 0.3], "0.25 was the λ of the notebook"),
        "mean_of_ratios": ([0.39758, 0.34, 0.45], "shouts loudest"),
        "ratio_of_sums": ([0.37000, 0.31, 0.43], "That is Σk/ΣS"),
        "intercept": ([0.367435, 0.31, 0.43], "with an intercept"),
        "other_λ": ([0.5, 0.4, 0.6], "is not ΣSk / ΣS²"),
        "z": ([0.36943, 0.31858, 0.42028], "1.96 is for a known noise"),
        "one_error": ([0.36943, 0.34349, 0.39537], "one standard error to each side"),
        "two_errors": ([0.36943, 0.31754, 0.42132], "rule of thumb"),
        "ninety": ([0.36943, 0.32187, 0.41699], "on *each* side"),
        "ten_degrees": ([0.36943, 0.31162, 0.42724], "9 are left, not 10"),
        "eight_degrees": ([0.36943, 0.3096, 0.42926], "There is no intercept"),
        "divided_by_ten": ([0.36943, 0.31376, 0.4251], "by 9, not by 10"),
        "known_noise": ([0.36943, 0.31944, 0.41942], "which you cannot know"),
        "upside_down": ([0.36943, 0.42812, 0.31074], "The lower end is above the upper end"),
        "one_sided": ([0.36943, 0.36943, 0.42812], "equally far down and up"),
        "order": ([0.31074, 0.36943, 0.42812], "The order is λ̂"),
        "half_widths": ([0.36943, -0.05869, 0.05869], "The ends of the interval"),
        "estimate": ((0.36943, 0.025943, 9), "That is what estimate_lambda returns"),
        "too_wide": ([0.36943, 0.1, 0.63886], "too wide"),
        "only_λ": (0.36943, "Give 3 numbers"),
        "half_filled": ([0.36943, None, None], "the lower end is not filled in yet"),
    },
    λs.paths_or_times: {
        "paths_for_A": (["paths", "paths", "neither", "neither"], "A: more paths leave S where it is"),
        "neither_for_A": (["neither", "paths", "neither", "neither"], "A: the noise on one"),
        "times_for_B": (["times", "times", "neither", "neither"], "B: he has a thousand"),
        "neither_for_B": (["times", "neither", "neither", "neither"], "B: the two sets"),
        "times_for_C": (["times", "paths", "times", "neither"], "C: ΣSk / ΣS² is exact with a single time"),
        "paths_for_D": (["times", "paths", "neither", "paths"], "D: mean S² hardly changes"),
        "times_for_D": (["times", "paths", "neither", "times"], "D: the loss is a mean"),
        "other_word": (["times", "paths", "none", "neither"], "you gave 'none'"),
        "half_filled": (["times", None, "neither", "neither"], "Not all four"),
        "too_few": (["times", "paths"], "Give four words"),
        "one_word": ("times", "Give four words"),
    },
    λs.times_needed: {
        "full_width": (2078, "whole* interval 0.005 wide"),
        "quarter": (130, "half-width"),
        "one_error": (135.2, "one standard error 0.005"),
        "no_square": (66.3, "The square is missing"),
        "no_S": (61.5, "The mean of S² is missing"),
        "fewer_for_paths": (5.19, "leave n = 100 out"),
        "mean_S": (214, "divided by the mean of S"),
        "square_of_mean": (758, "Square first"),
        "at_the_end": (143, "at the end, t = 10"),
        "other": (1000, "too many"),
        "words": ("many", "Give one number"),
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
