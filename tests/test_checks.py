"""Every exercise: its solutions pass, its stub is "not tried yet", and each named wrong answer is told what is wrong with it."""

import importlib
import math
import pkgutil

import numpy as np
import pytest

from gates_to_flows import checks
from gates_to_flows.checks import Exercise, Wrong, exercise, gates, hint, real_numbers, start, xor, xor_in_pytorch
from gates_to_flows.checks import backpropagation as backprop
from gates_to_flows.checks import lambda_as_a_function as lambda_function
from gates_to_flows.checks import lambda_problem as λs
from gates_to_flows.checks import logic_statements as logic
from gates_to_flows.checks import training_failure as failure


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
