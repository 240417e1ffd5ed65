"""Answers to the exercises of `checks.lambda_as_a_function`."""

import math

import numpy as np
import verdicts

from gates_to_flows.checks.lambda_as_a_function import (
    coverage_at_the_edge,
    from_x_alone,
    invisible_change,
    quadratic_lambda,
    ten_paths,
)


def _fitted(degrees, moments_over=0, k_over=0):
    """[a, b, c] of exercise 11.1 by least squares on these moments, over powers of the average of squares."""
    x, k = ten_paths()
    S = (x**2).mean(axis=1)
    moments = np.stack([(x**d).mean(axis=1) for d in degrees], axis=1)
    return np.linalg.lstsq(moments / S[:, None] ** moments_over, k / S**k_over)[0]


def _average_position_in():
    x, k = ten_paths()
    return np.polyfit(x.mean(axis=1), k / (x**2).mean(axis=1), 2)[::-1]


def _about_its_mean(scale=1, over=0):
    x, k = ten_paths()
    S, z = (x**2).mean(axis=1), (x - x.mean()) / scale
    features = np.stack([(x**2 * z**d).mean(axis=1) for d in range(3)], axis=1)
    return np.linalg.lstsq(features / S[:, None] ** over, k / S**over)[0]


def _powers_of_the_average_position():
    x, k = ten_paths()
    return np.linalg.lstsq(x.mean(axis=1)[:, None] ** np.arange(2, 5), k)[0]


def _in_branches(x):
    if x > 0:
        return math.exp(-0.4 * x)
    return -math.exp(-0.4 * x)


RIGHT = {
    quadratic_lambda: [
        _fitted((2, 3, 4), 1, 1),
        _fitted((2, 3, 4)),
        (0.3, -0.06, 0.008),
        np.array([[0.3], [-0.06], [0.008]]),
    ],
    from_x_alone: [[0.25, 0.1443], (0.25, 0.5 / np.sqrt(12)), np.array([0.2503, 0.1445])],
    invisible_change: [
        lambda x: np.exp(-0.4 * x) * np.sin(x),
        lambda x: math.exp(-0.4 * x) * x**3,
        lambda x: [np.exp(-0.1 * x / 0.5**2) * np.sign(x)],
        _in_branches,
        lambda x: np.exp(-0.4 * x) / x,
        lambda x: np.exp(-0.4 * x) * np.sign(x) / x**2,
        lambda x: np.exp(-0.4 * x) * np.sinh(3 * x),
        lambda x: x * np.exp(-((x + 0.2) ** 2)),
        lambda x: np.float32(np.exp(-0.4 * x) * np.sin(x)),
        lambda x: np.exp(-0.4 * x) - np.exp(-1.4 * x) / np.exp(-x) + np.exp(0.6 * x) - np.exp(-1.4 * x),
    ],
    coverage_at_the_edge: [[0, 1, 0.9], (0.0, 1.0, 0.9), np.array([0.0005, 1, 0.9])],
}

WRONG = {
    quadratic_lambda: {
        "reversed": ((0.008, -0.06, 0.3), "the wrong way round"),
        "summed_paths": ((0.03, -0.006, 0.0008), "ten times too small"),
        "divided_by_n_twice": ((3, -0.6, 0.08), "ten times too large"),
        "half": ((0.15, -0.03, 0.004), "half of what it should be"),
        "twice": ((0.6, -0.12, 0.016), "twice what it should be"),
        "moments_without_the_square": (_fitted((0, 1, 2)), "You took the moments 0, 1 and 2"),
        "unweighted_average_of_lambda": (_fitted((0, 1, 2), 0, 1), "x² is its weight"),
        "average_position": (_average_position_in(), "average position into λ"),
        "average_position_reversed": (_average_position_in()[::-1], "average position into λ"),
        "powers_of_the_average_position": (_powers_of_the_average_position(), "Take the powers first, then average"),
        "moments_without_the_square_divided": (_fitted((0, 1, 2), 1, 1), "You took the moments 0, 1 and 2"),
        "times_x_once": (_fitted((1, 2, 3)), "You took the moments 1, 2 and 3"),
        "times_x_once_divided": (_fitted((1, 2, 3), 1, 1), "You took the moments 1, 2 and 3"),
        "about_the_mean": (_about_its_mean(), "x minus its mean"),
        "about_the_mean_divided": (_about_its_mean(over=1), "x minus its mean"),
        "scaled": (_about_its_mean(ten_paths()[0].std()), "powers of the scaled x"),
        "scaled_divided": (_about_its_mean(ten_paths()[0].std(), 1), "powers of the scaled x"),
        "only_k_divided": (_fitted((2, 3, 4), 0, 1), "You divided k by S"),
        "only_moments_divided": (_fitted((2, 3, 4), 1, 0), "You divided the moments by S"),
        "one_sign": ((0.3, 0.06, 0.008), "b has the wrong sign"),
        "a_little_off": ((0.3, -0.06, 0.02), "c = 0.02 is"),
        "constant_only": ((0.3, 0, 0), "standard errors away"),
        "half_filled": ((0.3, None, 0.008), "b is not filled in yet"),
        "two_numbers": ((0.3, -0.06), "Give 3 numbers"),
    },
    from_x_alone: {
        "swapped": ((0.1443, 0.25), "the wrong way round"),
        "largest": ((0.5, 0.1443), "½ is the largest"),
        "smallest": ((0, 0.1443), "0 is the smallest"),
        "another_mean": ((0.3, 0.1443), "is not 0.3"),
        "no_error": ((0.25, 0), "It tells nothing"),
        "variance": ((0.25, 0.0208), "its square root"),
        "twelve_without_its_root": ((0.25, 0.0417), "divides the *variance*"),
        "width": ((0.25, 0.5), "width of the range"),
        "absolute": ((0.25, 0.125), "mean *absolute* error"),
        "unit_interval": ((0.25, 0.2887), "between 0 and 1"),
        "largest_error": ((0.25, 0.25), "largest error that can happen"),
        "another_rmse": ((0.25, 0.2), "is not 0.2"),
        "half_filled": ((0.25, None), "its rmse is not filled in yet"),
    },
    invisible_change: {
        "zero": (lambda x: 0, "zero between −3 and 3"),
        "far_away_only": (lambda x: np.exp(-0.4 * x) * x * (abs(x) > 4), "where most positions are"),
        "nearly": (lambda x: np.exp(-0.4 * x) * x**3 + 1e-3, "% of the integral"),
        "only_odd": (np.sin, "*without* drift"),
        "wrong_sign": (lambda x: np.exp(0.4 * x) * x, "sign in the exponent is wrong"),
        "sigma_not_squared": (lambda x: np.exp(-0.2 * x) * x, "the density has σ² there"),
        "even_factor": (lambda x: np.exp(-0.4 * x**2) * x, "Your function is odd"),
        "mu_alone": (lambda x: np.exp(-0.1 * x) * x, "The exponent is μx,"),
        "times_the_variance": (lambda x: np.exp(-0.025 * x) * np.sin(x), "below the line"),
        "both_squared": (lambda x: np.exp(-0.04 * x) * x, "only σ is squared"),
        "upside_down": (lambda x: np.exp(-2.5 * x) * x, "upside down"),
        "twice": (lambda x: np.exp(-0.8 * x) * x, "twice too large"),
        "of_the_text": (lambda x: np.exp(-1.25 * x) * x, "as in the text"),
        "even": (lambda x: np.exp(-0.4 * x) * x**2, "what it multiplies is even"),
        "constant": (lambda x: 1, "It changes k(t)"),
        "between_the_hundredths": (lambda x: np.exp(-0.4 * x) * (x + np.cos(100 * np.pi * x)), "It changes k(t)"),
        "far_out_even": (lambda x: np.exp(-0.4 * x) * np.where(abs(x) < 8, np.sin(x), 1), "It changes k(t)"),
        "too_fast": (lambda x: x * np.exp(x**2), "k itself would be infinite"),
        "too_fast_at_late_times": (lambda x: np.exp(-0.4 * x) * x * np.exp(0.01 * x**2), "k itself would be infinite"),
        "overflow": (lambda x: math.exp(-0.4 * x) * math.sinh(x * abs(x)), "k itself would be infinite"),
        "pole_at_0": (lambda x: np.exp(-0.4 * x) / x**3, "Near x = 0 your function grows"),
        "pole_at_1": (lambda x: np.exp(-0.4 * x) * x / (x**2 - 1), "1 your function grows"),
        "pole_at_5": (lambda x: np.exp(-0.4 * x) * x / (x**2 - 25), "5 your function grows"),
        "poles": (lambda x: np.exp(-0.4 * x) * np.tan(x), "the integral for k does not exist"),
        "not_finite": (lambda x: np.log(x), "it returned nan"),
        "two_numbers": (lambda x: [x, x], "should return one finite number"),
        "words": (lambda x: "odd", "should return one finite number"),
        "complex": (lambda x: 1j * x, "should return one finite number"),
        "no_return": (lambda x: None, "returns nothing"),
        "raises": (lambda x: x.sin(), "stopped with an AttributeError"),
        "two_arguments": (lambda x, t: x * t, "should take x"),
        "not_a_function": (0.4, "Give a function of x, its name without brackets; you gave 0.4"),
    },
    coverage_at_the_edge: {
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
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
