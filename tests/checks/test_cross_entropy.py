"""Answers to the exercises of `checks.cross_entropy`."""

import keras
import numpy as np
import tensorflow as tf
import verdicts

from gates_to_flows.checks.cross_entropy import by_the_rate, label_smoothing, stable_loss, stuck_start, two_slopes
from gates_to_flows.playground import Playground


def _σ(z):
    return 1 / (1 + np.exp(-z))


def _slope_pair(fourth_power=None, cross_entropy=None):
    """The answer to exercise 8.1, with one of its two slopes (of a and y) replaced."""
    fourth_power = fourth_power or (lambda a, y: (a - y) ** 3 * a * (1 - a))
    cross_entropy = cross_entropy or (lambda a, y: a - y)
    return [lambda z, y: fourth_power(_σ(z), y), lambda z, y: cross_entropy(_σ(z), y)]


def _fourth_power_32(z, y):
    a = tf.sigmoid(z)
    return (a - tf.cast(y, tf.float32)) ** 3 * a * (1 - a)


def _smooth(one_hot, ε):
    return (1 - ε) * one_hot + ε / one_hot.shape[1]


def _clipped_loss(z, y):
    a = np.clip(_σ(z), 1e-7, 1 - 1e-7)
    return -y * np.log(a) - (1 - y) * np.log(1 - a)


def _softplus_of_double(z):
    return np.where(z > 200, z, np.log1p(np.exp(np.minimum(z, 200))))


RIGHT = {
    two_slopes: [
        _slope_pair(),
        tuple(_slope_pair(lambda a, y: a * (1 - a) * (a - y) * np.abs(a - y) ** 2)),
        [lambda z, y: (_σ(z) - y) ** 3 * _σ(z) * _σ(-z), lambda z, y: tf.sigmoid(z) - y],
        np.array(_slope_pair(), dtype=object),
        [lambda z, y: _fourth_power_32(tf.constant(z, tf.float32), y), lambda z, y: np.float32(_σ(z)) - np.float32(y)],
        _slope_pair(None, lambda a, y: (a - y) / (a * (1 - a)) * a * (1 - a)),
    ],
    stuck_start: [[4, 4], (8, 0), np.array([-3.0, 15.0]), [9.5, 9.5], [[[4.0]], [3.0]], tf.constant([[6.0], [0.0]])],
    label_smoothing: [
        [_smooth, np.log(91)],
        [lambda one_hot, ε: np.where(one_hot == 1, 1 - ε + ε / one_hot.shape[1], ε / one_hot.shape[1]), 4.51],
        (_smooth, [4.5]),
        [lambda one_hot, ε: tf.constant(_smooth(one_hot, ε), tf.float32), np.float32(np.log(91))],
        [lambda one_hot, ε: _smooth(one_hot, ε).tolist(), np.array([[4.51]])],
    ],
    stable_loss: [
        lambda z, y: np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))),
        lambda z, y: (1 - y) * np.logaddexp(0, z) + y * np.logaddexp(0, -z),
        lambda z, y: np.logaddexp(0, (1 - 2 * y) * z),
        lambda z, y: -keras.ops.log_sigmoid((2 * y - 1) * z),
        lambda z, y: keras.ops.binary_crossentropy(y, z, from_logits=True),
        lambda z, y: np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z.astype("float32")))),
        lambda z, y: tf.nn.sigmoid_cross_entropy_with_logits(y, z),
        lambda z, y: np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z)),
    ],
}

WRONG = {
    two_slopes: {
        "half_filled": ([_slope_pair()[0], None], "the slope of the cross-entropy is not filled in yet"),
        "one_function": (_slope_pair()[0], "Give 2 things in a list, the slope of the fourth power, the slope"),
        "number": ([0.5, _slope_pair()[1]], "Give a function of z and y"),
        "no_chain_rule": (_slope_pair(lambda a, y: (a - y) ** 3), "fourth power: that is dC/da"),
        "times_four": (_slope_pair(lambda a, y: 4 * (a - y) ** 3 * a * (1 - a)), "you gave 4 times the slope"),
        "quadratic": (_slope_pair(lambda a, y: (a - y) * a * (1 - a)), "that is the slope of the quadratic loss"),
        "power_kept": (_slope_pair(lambda a, y: (a - y) ** 4 * a * (1 - a)), "went down by too little"),
        "sign": (_slope_pair(cross_entropy=lambda a, y: y - a), "cross-entropy has the wrong sign"),
        "in_the_output": (_slope_pair(None, lambda a, y: (a - y) / (a * (1 - a))), "cross-entropy: that is dC/da"),
        "one_too_many": (_slope_pair(None, lambda a, y: (a - y) * a * (1 - a)), "too many"),
        "swapped": (_slope_pair()[::-1], "wrong way round"),
        "only_the_first_term": (_slope_pair(None, lambda a, y: -y / a), "by the chain rule"),
        "only_the_term_with_y": (_slope_pair(None, lambda a, y: -y * (1 - a)), "only the term with y"),
        "quarter": (_slope_pair(lambda a, y: (a - y) ** 3 * a * (1 - a) / 4), "a quarter of it"),
        "no_sign": (_slope_pair(lambda a, y: np.abs(a - y) ** 3 * a * (1 - a)), "lost its sign"),
        "hard_targets": (_slope_pair(None, lambda a, y: a - np.round(y)), "by the chain rule"),
        "power_too_low": (_slope_pair(lambda a, y: (a - y) ** 2 * a * (1 - a)), "went down by too much"),
        "cube": (_slope_pair(lambda a, y: 3 * (a - y) ** 2 * a * (1 - a)), "the slope of e³"),
        "twice": (_slope_pair(lambda a, y: 2 * (a - y) ** 3 * a * (1 - a)), "twice the slope"),
        "half_of_the_bend": (_slope_pair(lambda a, y: (a - y) ** 3 * a), "the factor 1 − a is missing"),
        "other_half": (_slope_pair(lambda a, y: (a - y) ** 3 * (1 - a)), "the factor a is missing"),
        "bend_only": (_slope_pair(None, lambda a, y: a * (1 - a) + 0 * y), "where is the target y?"),
        "twice_the_error": (_slope_pair(None, lambda a, y: 2 * (a - y)), "a factor 2 comes from a square"),
        "size_of_the_error": (_slope_pair(None, lambda a, y: np.abs(a - y)), "cross-entropy: it lost its sign"),
        "signs_alike": (_slope_pair(None, lambda a, y: y * (1 - a) + (1 - y) * a), "different signs"),
        "target_forgotten": (_slope_pair(None, lambda a, y: a + 0 * y), "by the chain rule"),
        "mean": (_slope_pair(None, lambda a, y: (a - y) / len(a)), "changes with the number of samples"),
        "loss": (_slope_pair(lambda a, y: (a - y) ** 4 / 4), "the loss itself"),
        "one_argument": ([lambda a: a, _slope_pair()[1]], "should take z and y"),
        "of_a_and_y": ([lambda z, y: (z - y) ** 3 * z * (1 - z), _slope_pair()[1]], "by the chain rule"),
        "one_number": ([lambda z, y: 0.0, _slope_pair()[1]], "should have the shape (18,); yours has ()"),
        "nan": ([lambda z, y: np.where(z < -5, np.nan, z), _slope_pair()[1]], "fourth power should be finite"),
        "raises": ([lambda z, y: 1 / 0, _slope_pair()[1]], "stopped with a ZeroDivisionError"),
    },
    stuck_start: {
        "right_already": ([-5, -5], "which is right already"),
        "nielsens": ([2, 2], "from 0.9820 to 0.9641"),
        "too_saturated": ([20, 20], "Saturate the unit less"),
        "slightly_too_saturated": ([19.5, 0], "0.1033, not below 0.1"),
        "far_too_saturated": ([1000, 0], "Saturate the unit less"),
        "far_below": ([-1000, 0], "right already"),
        "one_number": (8, "Give 2 numbers, w, b; you gave 1"),
        "just_above": ([-2.1, 0], "Start it more wrong"),
        "four": ([4, 4, 4, 4], "Give 2 numbers"),
        "half_filled": ([4, None], "b is not filled in yet"),
    },
    label_smoothing: {
        "others_only": (
            [lambda t, ε: np.where(t == 1, 1 - ε, ε / (t.shape[1] - 1)), np.log(81)],
            "the other classes only",
        ),
        "added_only": ([lambda t, ε: t + ε / t.shape[1], np.log(91)], "add up to 1.1"),
        "ten_classes_only": ([lambda t, ε: (1 - ε) * t + ε / 10, np.log(91)], "With K = 4 and ε = 0.2"),
        "fixed_numbers": ([lambda t, ε: 0.9 * t + 0.01 * np.ones_like(t), np.log(91)], "With K = 4 and ε = 0.2"),
        "one_row": ([lambda t, ε: _smooth(t, ε)[0], np.log(91)], "should have the shape (3, 10)"),
        "no_function": ([0.91, np.log(91)], "Give a function of one_hot and ε"),
        "gap_missing": ([_smooth, None], "the gap is not filled in yet"),
        "smooth_missing": ([None, 4.51], "smooth is not filled in yet"),
        "share_forgotten": ([_smooth, np.log(90)], "not 0.9"),
        "decimal": ([_smooth, np.log10(91)], "decimal logarithm"),
        "ratio": ([_smooth, 91], "its logarithm"),
        "difference": ([_smooth, 0.9], "between the two outputs"),
        "sign": ([_smooth, -np.log(91)], "*above*"),
        "all_nine": ([_smooth, np.log(0.91 / 0.09)], "each of them has 0.01"),
        "no_own_share": (
            [lambda t, ε: np.where(t == 1, 1 - ε, ε / t.shape[1]), np.log(91)],
            "gets its share of ε too",
        ),
        "by_the_number_of_images": ([lambda t, ε: (1 - ε) * t + ε / len(t), np.log(91)], "With K = 10"),
        "epsilon_fixed": ([lambda t, ε: 0.9 * t + 0.1 / t.shape[1], np.log(91)], "With K = 4 and ε = 0.2"),
        "nothing_taken": ([lambda t, ε: t, np.log(91)], "With K = 10 and ε = 0.1"),
        "one_logarithm": ([_smooth, -np.log(0.01)], "one logarithm"),
        "base_2": ([_smooth, np.log2(91)], "to base 2"),
        "output": ([_smooth, 0.91], "the output of the right class"),
        "near": ([_smooth, 4.52], "do not come from sums 4.52 apart"),
        "elsewhere": ([_smooth, 7], "do not come from sums 7 apart"),
        "function_alone": (_smooth, "Give 2 things in a list, smooth, the gap"),
    },
    stable_loss: {
        "number": (0.5, "Give a function"),
        "by_the_formula": (
            lambda z, y: -y * np.log(_σ(z)) - (1 - y) * np.log(1 - _σ(z)),
            "In float64, at z = 40.3 and y = 0, your loss is inf",
        ),
        "softplus_by_the_formula": (
            lambda z, y: np.log(1 + np.exp(z)) - z * y,
            "at z = 711 and y = 0, your loss is inf",
        ),
        "logarithm_of_one_plus_e_to_z": (
            lambda z, y: np.where(z > 200, z, np.log1p(np.exp(np.minimum(z, 200)))) - z * y,
            "Two numbers near 40.3 cancel",
        ),
        "double_only": (
            lambda z, y: _softplus_of_double((1 - 2 * y) * z),
            "In float32, at z = 104 and y = 0, your loss is inf",
        ),
        "clipped": (_clipped_loss, "A clipped output stops the loss"),
        "sign": (lambda z, y: z * y - np.logaddexp(0, z), "wrong sign"),
        "targets_turned": (lambda z, y: np.logaddexp(0, z) - z * (1 - y), "targets are the wrong way round"),
        "mean": (
            lambda z, y: np.mean(np.logaddexp(0, z) - z * y),
            "The loss should have the shape (48,); yours has ()",
        ),
        "no_remainder": (lambda z, y: np.maximum(z, 0) - z * y, "your loss is 0; 0.6931 is right"),
        "raises": (lambda z, y: z @ np.ones(3), "stopped with a ValueError"),
        "log_of_one_plus_tiny": (
            lambda z, y: np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z))),
            "In float64, at z = -40.3 and y = 0, your loss is 0; 3.147e-18 is right. A tiny number added to 1",
        ),
        "large_numbers_cancel": (lambda z, y: np.logaddexp(0, z) - z * y, "cancel there, and take its digits"),
        "cut_at_500": (lambda z, y: np.logaddexp(0, np.clip((1 - 2 * y) * z, -500, 500)), "at z = 711 and y = 0"),
        "decimal": (lambda z, y: np.logaddexp(0, (1 - 2 * y) * z) / np.log(10), "to base 10"),
        "base_2": (lambda z, y: np.logaddexp2(0, (1 - 2 * y) * z / np.log(2)), "to base 2"),
        "without_y": (lambda z, y: np.logaddexp(0, z) + 0 * y, "does not use y"),
        "slope": (lambda z, y: _σ(z) - y, "what is the loss itself?"),
        "size_of_the_error": (lambda z, y: np.abs(_σ(z) - y), "what is the loss itself?"),
        "kept_in_double": (lambda z, y: np.where(z.dtype == "f4", np.nan, np.logaddexp(0, (1 - 2 * y) * z)), "float32"),
    },
}


def _played(output=(20, 20, -10), steps=None, rate=20.0, loss="mse"):
    """A playground with two units that find one row each, and this output, (v…, c), given or as after some steps."""
    dense = keras.layers.Dense
    model = keras.Sequential(
        [
            keras.Input((2,)),
            dense(2, activation="sigmoid"),
            dense(1, activation="sigmoid" if loss != "linear" else None),
        ]
    )
    model.compile(keras.optimizers.SGD(rate), loss="mse" if loss == "linear" else loss)
    *v, c = output
    model.set_weights([np.array([[20, -20], [-20, 20]]), np.array([-10, -10]), np.array(v)[:, None], np.array([c])])
    played = Playground("XOR", model=model)
    if steps is not None:
        played.state = {"steps": steps, "pushes": [], "weights": [w.tolist() for w in model.get_weights()]}
    return played


def _changed(settings=None, pushes=(), start=True):
    played = _played(steps=180)
    played.settings = played.settings | (settings or {})
    played.state = played.state | {"pushes": list(pushes)}
    played.start = played.start if start else None
    return played


RIGHT[by_the_rate] = [
    _played(),
    _played(steps=500),
    _played(steps=180, rate=7.0),
    _changed({"rate": 12}),  # as JavaScript writes 12.0
]
WRONG[by_the_rate] = {
    "another_start": (_changed(start=False), "another start, without the bias of 8"),
    "adam": (_changed({"optimiser": "Adam"}), "only the rate may change"),
    "momentum": (_changed({"momentum": 0.9}), "only the rate may change"),
    "pushed": (_changed(pushes=[100]), "only the rate may change"),
    "slow": (_played(steps=2720, rate=1.0), "pause sooner, or take another rate"),
    "waits": (_played((0, 0, 8), steps=400, rate=1.0), "after 400 steps at rate 1. Train on"),
    "thrown": (_played((0, 0, -8), steps=100, rate=100.0), "Take a smaller rate"),
    "out_of_luck": (_played((0, 0, -8), steps=300, rate=28.0), "Take a smaller rate"),
    "cross_entropy": (_played(steps=120, loss="binary_crossentropy"), "this one has cross-entropy"),
    "linear_output": (_played((1, 1, 0), steps=120, loss="linear"), "this one has squared error."),
    "a_rate": (20.0, "Give the playground itself"),
}


def test_a_start_that_nobody_trained_is_not_tried_yet():
    assert by_the_rate.verdict(_played((0, 0, 8))) == "· 8.5 not tried yet"


test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
