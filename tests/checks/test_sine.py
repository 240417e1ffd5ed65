"""Answers to the exercises of `checks.sine`."""

import keras
import numpy as np
import verdicts

from gates_to_flows.checks.sine import cosine, fewest_units, level_of_the_loss, quarter

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


RIGHT = {
    fewest_units: [_steps(*THREE_STEPS)],
    level_of_the_loss: [[0.04325, 0.5], (0.0433, 0.5), np.array([0.0432, 0.4999])],
    quarter: [
        _quarter,
        lambda x: list(_quarter(x)),
        lambda x: (np.abs(np.arcsin(np.sin(x))), np.where(np.sin(x) < 0, -1.0, 1.0)),
    ],
    cosine: [_refitted(np.cos), lambda weights: tuple(_refitted(np.cos)(weights))],
}

WRONG = {
    fewest_units: {
        "four": (_steps(*([*row, 0.0] for row in THREE_STEPS)), "That is below 1e-3, and fewer units can do it"),
        "two": (_steps([0.4], [0.0], [3.0]), "1 step cannot follow it"),
        "an_edge_missed": (_steps([1.4, 1.8, 3.3], [3.9, 1, -1], [-0.7, 0.6, 0.3]), "misses an edge"),
        "adam": (_steps([0.811, 0.659, 0.812], [2.301, 0, -2.303], [-1.288, 1.66, -1.286]), "No edge is missed"),
        "close": (_steps(*THREE_STEPS[:2], [-2.656, 3.448, -2.658]), "Close: 1e-3 is asked for"),
        "one_sine_unit": (_steps([1.0], [0.0], [1.0], hidden=keras.ops.sin), "have the activation sin"),
        "relu_output": (_steps(*THREE_STEPS, output="relu"), "Leave the output linear; yours has the activation relu"),
        "two_inputs": (_steps(*THREE_STEPS, inputs=2), "take one number and give one"),
        "no_hidden_layer": (
            keras.Sequential([keras.Input((1,)), keras.layers.Lambda(keras.ops.sin)]),
            "with its activation inside, and an output; yours has the layers Lambda",
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
        "negative": ([-0.04325, 0.5], "never negative"),
        "turned_round": ([0.5, 0.04325], "the wrong way round"),
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
        "flat": (lambda x: tuple(part.ravel() for part in _quarter(x)), "u has the shape (4001,)"),
        "only_u": (lambda x: _quarter(x)[0], "should return two things"),
        "nan": (lambda x: (np.full_like(x, np.nan), np.ones_like(x)), "u is nan"),
        "no_return": (lambda x: None, "returns nothing"),
        "for_one_number": (lambda x: (0.1, 1) if x < 0 else (0.2, 1), "stopped with ValueError"),
        "not_a_function": (0.5, "Give a function of x; you gave 0.5"),
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
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
