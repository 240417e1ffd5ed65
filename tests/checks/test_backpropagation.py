"""Answers to the exercises of `checks.backpropagation`."""

import numpy as np
import verdicts

from gates_to_flows.checks.backpropagation import single_precision, softmax_cross_entropy, tanh_backward, three_suspects


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


RIGHT = {
    tanh_backward: [
        _tanh(lambda δ, h, z: δ * (1 - h**2)),
        _tanh(lambda δ, h, z: δ / np.cosh(z) ** 2),
        lambda z: [np.tanh(z), lambda δ: (δ * (1 - np.tanh(z) ** 2),)],
    ],
    softmax_cross_entropy: [_cross_entropy(lambda p, y, z: (p - y) / len(z)), _stable_cross_entropy],
    three_suspects: [["b1", "W1", "W2"], ("b1", "W1", "W2"), np.array(["b1", "W1", "W2"])],
    single_precision: [[4.9e-3, 2.4e-5], (0.01, 1.2e-5), np.array([5e-3, 5e-5])],
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
    softmax_cross_entropy: {
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
    three_suspects: {
        "first_wrong": (["W1", "W1", "W2"], "2 of 3 are right. In A the gradient of W1 agrees"),
        "last_wrong": (["b1", "W1", "b2"], "In C the gradient of b2 agrees"),
        "all_wrong": (["W2", "W2", "W1"], "0 of 3 are right"),
        "letters": (["A", "B", "C"], 'For A give one of "W1"'),
        "half_filled": (["b1", None, "W2"], "B is not filled in yet"),
        "two_names": (["b1", "W1"], "Give a list of three names"),
        "a_word": ("b1", "Give a list of three names"),
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
        "one_number": (5e-3, "you gave 1"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
