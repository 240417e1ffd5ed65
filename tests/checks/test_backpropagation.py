"""Answers to the exercises of `checks.backpropagation`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.backpropagation import single_precision, softmax_cross_entropy, tanh_backward, three_suspects


def _tanh(slope, output=np.tanh):
    """A tanh layer whose backward is slope(δ, h, z), in a tuple."""
    return lambda z: (output(z), lambda δ: (slope(δ, np.tanh(z), z),))


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
        return (δ * slope,)

    return h, backward


_KEPT = {}


def _tanh_with_one_cache(z):
    _KEPT["h"] = np.tanh(z)
    return _KEPT["h"], lambda δ: (δ * (1 - _KEPT["h"] ** 2),)


def _cross_entropy_with_one_cache(z, y):
    _KEPT["slope"] = _stable_cross_entropy(z, y)[1]()
    return _stable_cross_entropy(z, y)[0], lambda: _KEPT["slope"]


def _tanh_in_place(z):
    np.tanh(z, out=z)

    def backward(δ):
        δ *= 1 - z**2
        return (δ,)

    return z, backward


def _tanh_in_tensorflow(z):
    h = tf.tanh(tf.constant(z))
    return h, lambda δ: (δ * (1 - h**2),)


class _Tanh:
    def __call__(self, z):
        h = np.tanh(z)
        return h, lambda δ: [δ - δ * h * h]


RIGHT = {
    tanh_backward: [
        _tanh(lambda δ, h, z: δ * (1 - h**2)),
        _tanh(lambda δ, h, z: δ / np.cosh(z) ** 2),
        lambda z: [np.tanh(z), lambda δ: (δ * (1 - np.tanh(z) ** 2),)],
        lambda z: (2 / (1 + np.exp(-2 * z)) - 1, lambda δ: (δ * (1 - np.tanh(z)) * (1 + np.tanh(z)),)),
        lambda z: (np.tanh(np.float32(z)), lambda δ: (np.float32(δ) * (1 - np.tanh(np.float32(z)) ** 2),)),
        _tanh_in_place,
        _tanh_in_tensorflow,
        _Tanh(),
    ],
    softmax_cross_entropy: [
        _cross_entropy(lambda p, y, z: (p - y) / len(z)),
        _cross_entropy(lambda p, y, z: ((p - y) / np.float32(len(z)),)),
        _cross_entropy(
            lambda p, y, z: (p - y) / y.sum(), lambda p, y: -np.log(p + 1e-12)[y == 1].sum(keepdims=True) / len(y)
        ),
        lambda z, y: (_stable_cross_entropy(np.float32(z), y)[0], lambda δ=1: δ * _stable_cross_entropy(z, y)[1]()),
        lambda z, y: (_stable_cross_entropy(z, y)[0], lambda: _stable_cross_entropy(z, y)[1]().tolist()),
        _stable_cross_entropy,
    ],
    three_suspects: [
        ["b1", "W1", "W2"],
        ("b₁", "W₁", "W₂"),
        np.array(["b_1", "w_1", "w_2"]),
        pd.Series(["b1", "W1", "W2"]),
        "b1, W1, W2",
    ],
    single_precision: [
        [4.9e-3, 2.4e-5],
        (0.01, 1.2e-5),
        np.array([[5e-3, 5e-5]]),
        pd.Series([5e-3, 2e-5]),
        [np.float32(0.005), np.array(2.4e-5)],
        np.float32([1.2e-7 ** (1 / 3), 1.2e-7 ** (2 / 3)]),
    ],
}

WRONG = {
    tanh_backward: {
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
        "matrix_product": (_tanh(lambda δ, h, z: δ @ (1 - h**2).T), "should have the shape (2, 3); yours has (2, 2)"),
        "transpose": (_tanh(lambda δ, h, z: (δ * (1 - h**2)).T), "returns the transpose: (3, 2)"),
        "factor_two": (_tanh(lambda δ, h, z: 2 * δ * (1 - h**2)), "In row 0, column 0 (from 0) backward(δ) gives"),
        "forgets": (_tanh_that_forgets, "the second is not"),
        "no_return_in_backward": (lambda z: (np.tanh(z), lambda δ: None), "Your backward returns nothing"),
        "words": (_tanh(lambda δ, h, z: "steep"), "should be real numbers of the shape (2, 3)"),
        "sigmoid": (_tanh(lambda δ, h, z: δ, lambda z: 1 / (1 + np.exp(-z))), "h = np.tanh(z)"),
        "no_return": (lambda z: None, "returns nothing"),
        "only_h": (np.tanh, "should return two things"),
        "called_backward": (lambda z: (np.tanh(z), 1 - np.tanh(z) ** 2), "without calling it"),
        "raises": (_tanh(lambda δ, h, z: δ @ h), "Your backward stopped with a ValueError in its line"),
        "not_a_function": (3, "Give a function of z, its name without brackets; you gave 3"),
        "bare_array": (lambda z: (np.tanh(z), lambda δ: δ * (1 - np.tanh(z) ** 2)), "Return it in a tuple"),
        "rows_in_a_list": (
            lambda z: (np.tanh(z), lambda δ: (δ * (1 - np.tanh(z) ** 2)).tolist()),
            "Return it in a tuple",
        ),
        "two_gradients": (lambda z: (np.tanh(z), lambda δ: (δ, z)), "for z; it returns 2 things"),
        "one_cache_for_all": (_tanh_with_one_cache, "uses what the second kept"),
        "backward_of_nothing": (lambda z: (np.tanh(z), lambda: 1 - np.tanh(z) ** 2), "Your backward should take δ"),
        "tanh_of_delta_alone": (_tanh(lambda δ, h, z: np.tanh(δ)), "You took the tanh of δ"),
        "delta_h_squared": (_tanh(lambda δ, h, z: δ * h**2), "δ times h²"),
        "only_small_z": (_tanh(lambda δ, h, z: δ * (1 - h**2) * (abs(z) < 2.5)), "In row 0, column 3"),
        "never_flat": (_tanh(lambda δ, h, z: δ * np.maximum(1 - h**2, 1e-3)), "In row 0, column 2"),
    },
    softmax_cross_entropy: {
        "y_less_p": (_cross_entropy(lambda p, y, z: (y - p) / len(z)), "you return y − p"),
        "no_mean": (_cross_entropy(lambda p, y, z: p - y), "factor 1 / n is missing"),
        "mean_over_all": (_cross_entropy(lambda p, y, z: (p - y) / z.size), "divided by n × K"),
        "wrong_classes_too": (
            _cross_entropy(
                lambda p, y, z: (p - y) / len(z),
                lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=1).mean(),
            ),
            "counts the wrong classes too",
        ),
        "squared_error": (
            _cross_entropy(lambda p, y, z: (p - y) / len(z), lambda p, y: ((p - y) ** 2).mean()),
            "That is a squared error",
        ),
        "with_respect_to_p": (_cross_entropy(lambda p, y, z: -y / p / len(z)), "the slope with respect to p"),
        "no_y": (_cross_entropy(lambda p, y, z: p / len(z)), "the y is missing"),
        "slope_again": (_cross_entropy(lambda p, y, z: (p - y) * p * (1 - p) / len(z)), "once more"),
        "diagonal": (_cross_entropy(lambda p, y, z: -y * (1 - p) / len(z)), "only the diagonal"),
        "z_less_y": (_cross_entropy(lambda p, y, z: (z - y) / len(z)), "You return z − y"),
        "transpose": (_cross_entropy(lambda p, y, z: (p - y).T / len(z)), "returns the transpose"),
        "half": (_cross_entropy(lambda p, y, z: (p - y) / 2), "You divided by 2"),
        "two_from_a_square": (_cross_entropy(lambda p, y, z: 2 * (p - y) / len(z)), "no square in this loss"),
        "log2": (_cross_entropy(None, lambda p, y: -(y * np.log2(p)).sum() / len(y)), "natural logarithm"),
        "one_per_row": (_cross_entropy(lambda p, y, z: (p - y).sum(axis=1)), "the shape (5, 3); yours has (5,)"),
        "factor_three": (_cross_entropy(lambda p, y, z: 3 * (p - y)), "In row 0, column 0 (from 0) backward() gives"),
        "loss_per_row": (_cross_entropy(None, lambda p, y: -(y * np.log(p)).sum(axis=1)), "you return one per row"),
        "loss_per_number": (_cross_entropy(None, lambda p, y: -y * np.log(p)), "yours has the shape (5, 3)"),
        "loss_summed": (_cross_entropy(None, lambda p, y: -(y * np.log(p)).sum()), "divide by n"),
        "loss_mean_of_all": (_cross_entropy(None, lambda p, y: -(y * np.log(p)).mean()), "mean over all n × K"),
        "loss_plus": (_cross_entropy(None, lambda p, y: (y * np.log(p)).sum() / len(y)), "needs a minus"),
        "down_the_columns": (_cross_entropy(None, axis=0), "taken down the columns"),
        "another_loss": (_cross_entropy(None, lambda p, y: (p - y).max()), "is wanted"),
        "no_return": (lambda z, y: None, "returns nothing"),
        "one_argument": (lambda z: z, "should take z and y; yours takes (z)"),
        "one_cache_for_all": (_cross_entropy_with_one_cache, "uses what the second kept"),
        "always_five_rows": (
            _cross_entropy(lambda p, y, z: (p - y) / 5),
            "In row 0, column 0 (from 0) backward() gives",
        ),
        "over_classes": (_cross_entropy(lambda p, y, z: (p - y) / 3), "number of classes"),
        "over_everything": (
            _cross_entropy(None, lambda p, y: -np.log(p)[y == 1].mean(), axis=None),
            "divides by the sum over all rows",
        ),
        "y_before_z": (lambda y, z: _cross_entropy(None)(z, y), "takes y first"),
        "backward_called": (lambda z, y: (_stable_cross_entropy(z, y)[0], z), "without calling it"),
        "backward_takes_delta": (lambda z, y: (_stable_cross_entropy(z, y)[0], lambda δ: δ), "should take nothing"),
    },
    three_suspects: {
        "first_wrong": (["W1", "W1", "W2"], "2 of 3 are right. In A the gradient of W1 agrees"),
        "last_wrong": (["b1", "W1", "b2"], "In C the gradient of b2 agrees"),
        "all_wrong": (["W2", "W2", "W1"], "0 of 3 are right"),
        "letters": (["A", "B", "C"], "For A give one of W1, b1, W2, b2; you gave 'A'"),
        "half_filled": (["b1", None, "W2"], "B is not filled in yet"),
        "two_names": (["b1", "W1"], "Give 3 words, for A, B, C"),
        "a_word": ("b1", "Give 3 words, for A, B, C"),
        "all_the_same": ("W1, W1, W1", "1 of 3 are right. In A the gradient of W1 agrees"),
    },
    single_precision: {
        "double_precision": ([6e-6, 4e-11], "best one in double precision"),
        "epsilon": ([1.2e-7, 1], "You gave ε itself"),
        "one_sided": ([3.5e-4, 3.5e-4], "one-sided differences"),
        "swapped": ([2.4e-5, 4.9e-3], "wrong way round"),
        "far_too_large": ([0.1, 1e-5], "Take the cube root"),
        "error_is_epsilon": ([5e-3, 1.2e-7], "An error of ε would be that of the loss itself"),
        "as_in_the_table": ([5e-3, 1e-11], "out of reach"),
        "error_too_large": ([5e-3, 5e-3], "The nudge is right; the error is not"),
        "negative": ([-5e-3, 1e-5], "positive"),
        "one_number": (5e-3, "Give 2 numbers, the nudge, the error; you gave 1."),
        "words": ("5e-3, 2e-5", "Give 2 numbers"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
