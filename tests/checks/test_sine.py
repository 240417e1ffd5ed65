"""Answers to the exercises of `checks.sine`."""

import keras
import numpy as np
import verdicts

from gates_to_flows.checks.sine import cosine, fewest_units, level_of_the_loss, quarter, two_periods
from gates_to_flows.playground import Playground

THREE_STEPS = [[0.51063, 0.445916, 0.51063], [1.449446, 0, -1.449446], [-2.658067, 3.448054, -2.658067]]


def _steps(w, b, v, hidden="tanh", output=None, inputs=1):
    """A 1-h-1 Keras network with these weights and no output bias."""
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((inputs,)), dense(len(w), activation=hidden), dense(1, activation=output)])
    model.set_weights([np.array([w] * inputs), np.array(b), np.array(v)[:, None], np.zeros(1)])
    return model


def _in_layers(hidden="tanh", output="linear", dtype="float64"):
    """The three steps as a functional network whose activations are layers."""
    x = keras.Input((1,), dtype=dtype)
    h = keras.layers.Activation(hidden, dtype=dtype)(keras.layers.Dense(3, dtype=dtype)(x))
    model = keras.Model(x, keras.layers.Activation(output, dtype=dtype)(keras.layers.Dense(1, dtype=dtype)(h)))
    w, b, v = map(np.array, THREE_STEPS)
    model.set_weights([w[None], b, v[:, None], np.zeros(1)])
    return model


def _beside(units):
    """The three steps and, past them, a straight line from the input to the output."""
    x = keras.Input((1,))
    y = keras.layers.Dense(1)(keras.layers.Dense(units, activation="tanh")(x))
    return keras.Model(x, keras.layers.Add()([x, y]))


def _without_biases():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, activation="tanh")])
    model.add(keras.layers.Dense(1, use_bias=False))
    w, b, v = map(np.array, THREE_STEPS)
    model.set_weights([w[None], b, v[:, None]])
    return model


def _between_the_integers(z):
    return keras.ops.tanh(z) + 1e4 * keras.ops.sin(np.pi * z)


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


RIGHT = {
    fewest_units: [
        _steps(*THREE_STEPS),
        _steps(*THREE_STEPS, hidden=lambda z: keras.ops.tanh(z)),
        _in_layers(),
        _in_layers(dtype="float32"),
        _without_biases(),
        keras.Sequential([keras.Input((1,)), _steps(*THREE_STEPS)]),
    ],
    level_of_the_loss: [
        [0.04325, 0.5],
        (0.0433, 0.5),
        np.array([0.0432, 0.4999]),
        np.array([[0.04325], [0.5]]),
        {"loss": np.float32(0.04325), "error": np.float32(0.5)}.values(),
        [np.array(0.04325), keras.ops.convert_to_tensor(0.5)],
    ],
    quarter: [
        _quarter,
        lambda x: list(_quarter(x)),
        lambda x: (np.abs(np.arcsin(np.sin(x))), np.where(np.sin(x) < 0, -1.0, 1.0)),
        lambda x: _quarter(x.astype(np.float32)),
        lambda x: np.stack(_quarter(x)),
        lambda x: tuple(part.ravel() for part in _quarter(x)),
        lambda x: tuple(map(keras.ops.convert_to_tensor, _quarter(x))),
        lambda x: (_quarter(x)[0], np.sign(np.sin(x))),
    ],
    cosine: [
        _refitted(np.cos),
        lambda weights: tuple(_refitted(np.cos)(weights)),
        lambda weights: [a.astype(np.float32) for a in _refitted(np.cos)(weights)],
        lambda weights: [*weights[:2], _refitted(np.cos)(weights)[2].ravel(), _refitted(np.cos)(weights)[3].item()],
    ],
}

WRONG = {
    fewest_units: {
        "four": (_steps(*([*row, 0.0] for row in THREE_STEPS)), "That is below 1e-3, and fewer units can do it"),
        "two": (_steps([0.4], [0.0], [3.0]), "1 step cannot follow it"),
        "an_edge_missed": (
            _steps([1.4, 1.8, 3.3], [3.9, 1, -1], [-0.7, 0.6, 0.3]),
            "the height of an edge: this start misses one",
        ),
        "adam": (_steps([0.811, 0.659, 0.812], [2.301, 0, -2.303], [-1.288, 1.66, -1.286]), "No edge is missed"),
        "not_trained": (_steps([0.1, 0.2, 0.3], [0.0, 0, 0], [1.0, 1, 1]), "far from the sine. Was it trained"),
        "waves_between_integers": (
            _steps(*THREE_STEPS, hidden=_between_the_integers),
            "yours have the activation _between_the_integers",
        ),
        "steep_tanh": (_steps(*THREE_STEPS, hidden=lambda z: keras.ops.tanh(1.001 * z)), "should be tanh units"),
        "sigmoid_layer": (_in_layers(hidden="sigmoid"), "yours have the activation sigmoid"),
        "tanh_output_layer": (_in_layers(output="tanh"), "Leave the output linear; yours has the activation tanh"),
        "a_line_beside": (_beside(3), "yours has the layers Dense, Dense, Add"),
        "the_class": (keras.Sequential, "Give a trained Keras model; you gave the class Sequential"),
        "not_built": (keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(1)]), "has no weights yet"),
        "close": (_steps(*THREE_STEPS[:2], [-2.656, 3.448, -2.658]), "Close: 1e-3 is asked for"),
        "one_sine_unit": (_steps([1.0], [0.0], [1.0], hidden=keras.ops.sin), "have the activation sin"),
        "relu_output": (_steps(*THREE_STEPS, output="relu"), "Leave the output linear; yours has the activation relu"),
        "two_inputs": (_steps(*THREE_STEPS, inputs=2), "should map 1 to 1 numbers"),
        "no_hidden_layer": (
            keras.Sequential([keras.Input((1,)), keras.layers.Lambda(keras.ops.sin)]),
            "yours has the layers Lambda",
        ),
        "not_a_number": (_steps(*THREE_STEPS[:2], [np.nan, 1, 1]), "not a finite number"),
        "weights_alone": (THREE_STEPS, "Give a trained Keras model"),
    },
    level_of_the_loss: {
        "of_the_sine": ([0.25, 0.5], "¼ is the level for sin x"),
        "of_the_third": ([0.12975, 0.5], "mean over the third"),
        "of_all": ([0.75, 1.5], "only its negative part"),
        "of_the_positive_part": ([0.70675, 1.5], "the part of the target above 0"),
        "not_squared": ([0.109, 0.5], "You averaged the negative part itself"),
        "integral": ([0.2718, 0.5], "That is the integral"),
        "root": ([0.208, 0.5], "You took the root"),
        "negative": ([-0.04325, 0.5], "never negative"),
        "turned_round": ([0.5, 0.04325], "the wrong way round"),
        "half_of_it": ([0.021626, 0.5], "You have half of it"),
        "error_of_the_sine": ([0.04325, 1], "the output 0 is not 1 away"),
        "signed": ([0.04325, -0.5], "an error is its distance"),
        "rms": ([0.04325, 0.208], "the max error is the worst single point"),
        "elsewhere": ([0.04325, 0.7], "The loss is right. Where is"),
        "guess": ([0.1, 0.5], "0.1 is not the mean"),
        "half_filled": ([0.04325, None], "the max error is not filled in"),
    },
    quarter: {
        "half_a_period": (lambda x: (np.abs((x + np.pi) % (2 * np.pi) - np.pi), _quarter(x)[1]), "Fold at π/2 too"),
        "not_folded": (lambda x: (np.abs(x), np.where(x < 0, -1, 1)), "the network knows [0, π/2] only."),
        "negative": (lambda x: ((x + np.pi) % (2 * np.pi) - np.pi, np.ones_like(x)), "should not be negative"),
        "no_sign": (lambda x: (_quarter(x)[0], np.ones_like(x)), "u is right, and the sign is not"),
        "modulo_a_quarter": (lambda x: (x % (np.pi / 2), _quarter(x)[1]), "sign · sin u is"),
        "all_in_the_sign": (lambda x: (np.full_like(x, np.pi / 2), np.sin(x)), "1 or −1 everywhere"),
        "turned_round": (lambda x: _quarter(x)[::-1], "the wrong way round: u comes first"),
        "no_fold": (lambda x: (np.abs(x), np.sign(x)), "First bring x into [−π, π]"),
        "not_backwards": (
            lambda x: (np.abs((x + np.pi) % (2 * np.pi) - np.pi) % (np.pi / 2), _quarter(x)[1]),
            "runs backwards",
        ),
        "a_coarse_pi": (
            lambda x: (np.abs(_quarter(x * np.pi / 3.1416)[0]), _quarter(x * np.pi / 3.1416)[1]),
            "sign · sin u is",
        ),
        "in_the_first_periods": (
            lambda x: _quarter(np.where(np.abs(x) < 20, x, 20)),
            "sin x is",
        ),
        "short": (lambda x: tuple(part[1:] for part in _quarter(x)), "u should have the shape"),
        "words": (lambda x: ("u", "sign"), "u should be real numbers"),
        "one_of_them": (lambda x: (_quarter(x)[0], None), "the sign is not filled in"),
        "three_things": (lambda x: (*_quarter(x), x), "Give 2 things in a list, u, the sign"),
        "two_arguments": (lambda x, period: _quarter(x), "Your function should take x"),
        "only_u": (lambda x: _quarter(x)[0], "Give 2 things in a list"),
        "nan": (lambda x: (np.full_like(x, np.nan), np.ones_like(x)), "u should be finite; yours holds nan"),
        "no_return": (lambda x: None, "returns nothing"),
        "for_one_number": (lambda x: (0.1, 1) if x < 0 else (0.2, 1), "stopped with a ValueError"),
        "not_a_function": (0.5, "Give a function of x, its name"),
    },
    cosine: {
        "shift": (_shifted(np.pi / 2), "Right up to x = π/2"),
        "shift_and_turn": (
            lambda weights: (
                _shifted(np.pi / 2)([-weights[0], *weights[1:]])[:1]
                + [weights[1] + np.pi / 2 * weights[0][0], *weights[2:]]
            ),
            "Right from x = −π/2 on",
        ),
        "minus_cosine": (_shifted(-np.pi / 2), "That is −cos x, or sin(x − π/2)"),
        "both_layers": (_shifted(np.pi / 2, also=0.1), "changed numbers in both layers"),
        "nothing": (lambda weights: weights, "still computes sin x"),
        "output_bias": (lambda weights: [*weights[:3], weights[3] + 1], "That is sin x and a constant"),
        "too_coarse": (_refitted(lambda x: 1.01 * np.cos(x)), "off by 0.01"),
        "a_constant_too_many": (_refitted(lambda x: np.cos(x) + 0.01), "That is cos x and a constant, 0.01"),
        "pi_half_to_every_bias": (
            lambda weights: [weights[0], weights[1] + np.pi / 2, *weights[2:]],
            "the same number to every bias",
        ),
        "three_arrays": (_refitted(np.cos, keep=slice(3)), "Give 4 things in a list, the first kernel"),
        "shorter": (
            lambda weights: [*weights[:2], weights[2][1:], weights[3]],
            "the second kernel should have the shape",
        ),
        "order": (
            lambda weights: [*_refitted(np.cos)(weights)[2:], *weights[:2]],
            "the first bias should have the shape",
        ),
        "the_sine_in_another_order": (lambda weights: [*weights[2:], *weights[:2]], "another order"),
        "one_network_only": (
            lambda weights: _refitted(np.cos)(weights) if len(weights[1]) == 24 else weights,
            "still computes sin x",
        ),
        "minus_sine": (lambda weights: [*weights[:2], -weights[2], -weights[3]], "That is −sin x"),
        "turned": (_refitted(lambda x: -np.cos(x)), "That is −cos x: turn its sign"),
        "refitted_to_the_sine": (_refitted(np.sin), "still computes sin x"),
        "four_arguments": (lambda w, b, v, c: [w, b, v, c], "should take one list of four arrays"),
        "nan": (lambda weights: [weights[0] * np.nan, *weights[1:]], "the first kernel should be finite"),
        "no_return": (lambda weights: None, "returns nothing"),
        "arrays": ([1, 2, 3, 4], "Give a function of one list of four arrays"),
    },
}
TWO = np.linspace(-2 * np.pi, 2 * np.pi, 97)[:, None]
_EVEN = np.arange(-2, 3) * np.pi * 1.02


def _two_periods(middles, slopes=0.8, activation="tanh", spoiled=0.0, x=TWO):
    """A playground with a network whose middles and slopes are set by hand, and whose heights by least squares."""
    units, slopes = len(middles), slopes * np.ones(len(middles))
    hidden = np.tanh((TWO - middles) * slopes)
    heights = np.linalg.lstsq(np.hstack([hidden, np.ones_like(TWO)]), np.sin(TWO), rcond=None)[0]
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((1,)), dense(units, activation=activation), dense(1)])
    model.set_weights([slopes[None], -slopes * middles, heights[:-1], heights[-1] + spoiled])
    return Playground(x=x, y=np.sin(x), model=model)


def _deep():
    dense = keras.layers.Dense
    return Playground(
        x=TWO, y=np.sin(TWO), model=keras.Sequential([keras.Input((1,)), dense(3, "tanh"), dense(3, "tanh"), dense(1)])
    )


RIGHT[two_periods] = [
    _two_periods(_EVEN),
    _two_periods(np.array([-2.97, 0, 2.97]), np.array([0.37, 0.12, 0.37])),  # a long rise less two falls
]
WRONG[two_periods] = {
    "eight": (_two_periods(np.linspace(-6, 6, 12)), "Right with 12 units"),
    "three": (_two_periods(np.array([-6, 0, 6])), "more rises and falls than steps"),
    "off": (_two_periods(_EVEN, spoiled=0.5), "Train on, or take the next seed"),
    "deep": (_deep(), "Keep to one hidden layer"),
    "sine_units": (_two_periods(_EVEN, activation=keras.ops.sin), "Keep to tanh"),
    "sigmoid_units": (_two_periods(_EVEN, activation="sigmoid"), "as this notebook does"),
    "one_period": (_two_periods(_EVEN, x=TWO / 2), "holds other data now"),
    "a_number": (5, "Give the playground itself"),
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
