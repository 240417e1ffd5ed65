"""Answers to the exercises of `checks.cross_entropy`."""

import numpy as np
import tensorflow as tf
import verdicts

from gates_to_flows.checks.cross_entropy import label_smoothing, stable_loss, stuck_start, two_slopes


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


RIGHT = {
    two_slopes: [
        _slope_pair(),
        tuple(_slope_pair(lambda a, y: a * (1 - a) * (a - y) * np.abs(a - y) ** 2)),
        [lambda z, y: (_σ(z) - y) ** 3 * _σ(z) * _σ(-z), lambda z, y: tf.sigmoid(z) - y],
    ],
    stuck_start: [[4, 4], (8, 0), np.array([-3.0, 15.0]), [9.5, 9.5]],
    label_smoothing: [
        [_smooth, np.log(91)],
        [lambda one_hot, ε: np.where(one_hot == 1, 1 - ε + ε / one_hot.shape[1], ε / one_hot.shape[1]), 4.51],
        (_smooth, [4.5]),
    ],
    stable_loss: [
        lambda z, y: np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))),
        lambda z, y: np.logaddexp(0, z) - z * y,
        lambda z, y: tf.nn.sigmoid_cross_entropy_with_logits(y, z),
        lambda z, y: np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z)),
    ],
}

WRONG = {
    two_slopes: {
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
    stuck_start: {
        "right_already": ([-5, -5], "which is right already"),
        "nielsens": ([2, 2], "from 0.9820 to 0.9641"),
        "too_saturated": ([20, 20], "Saturate the unit less"),
        "slightly_too_saturated": ([19.5, 0], "0.103, not below 0.1"),
        "far_too_saturated": ([1000, 0], "Saturate the unit less"),
        "far_below": ([-1000, 0], "right already"),
        "one_number": (8, "Give 2 numbers in one flat list, w, b"),
        "half_filled": ([4, None], "b is not filled in yet"),
    },
    label_smoothing: {
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
    stable_loss: {
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
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
