"""Answers to the exercises of `checks.losses`."""

import keras
import numpy as np
import tensorflow as tf
import verdicts

from gates_to_flows.checks.losses import DEMAND, angle_loss, band, loaves, robust_sine


def _wrapped(d):
    """An angle in (-π, π], for Keras tensors."""
    return keras.ops.mod(d + np.pi, 2 * np.pi) - np.pi


def _travel_band(low=0.05, high=0.95):
    """The true quantiles of `travel_times`: an exponential jam on top."""

    def quantile(x, q):
        return 1 + 0.5 * np.cos(3 * x) - (0.1 + 0.15 * (x + 1)) * np.log(1 - q)

    return lambda x: (quantile(x, low), quantile(x, high))


def _travel_mean_and(half_width):
    """A band around the mean travel time."""

    def band(x):
        mean = 1.1 + 0.5 * np.cos(3 * x) + 0.15 * (x + 1)
        return mean - half_width(x), mean + half_width(x)

    return band


def _one_side_at_a_time(x):
    """90 % inside everywhere, but the others lie almost all below in the first half, and above in the second."""
    early, late = _travel_band(0.098, 0.998)(x), _travel_band(0.002, 0.902)(x)
    return tuple(np.where(x < 0, morning, evening) for morning, evening in zip(early, late, strict=True))


class _AngleLoss(keras.losses.Loss):
    def call(self, y, ŷ):
        return keras.ops.mean(1 - keras.ops.cos(ŷ - y), axis=-1)


RIGHT = {
    loaves: [
        [0.8, 70],
        (4 / 5, 70.0),
        np.array([[0.8, 70]]),
        np.float32([0.8, 70]),
        [0.8, 70.00000074900909],  # the notebook's own best_number
        [np.array(4 / 5), np.quantile(DEMAND, np.float32(0.8))],
    ],
    angle_loss: [
        lambda y, ŷ: keras.ops.mean(1 - keras.ops.cos(ŷ - y), axis=-1),
        lambda y, ŷ: 2 - 2 * tf.cos(y - ŷ),
        lambda y, ŷ: 1e-6 * (1 - keras.ops.cos(ŷ - y)),
        _AngleLoss(),
        lambda y, ŷ: keras.ops.sin((ŷ - y) / 2) ** 2,
        lambda y, ŷ: tf.reduce_mean(_wrapped(ŷ - y) ** 2),
        lambda y, ŷ: keras.ops.mean(keras.ops.abs(_wrapped(ŷ - y)), axis=-1),
        lambda y, ŷ: (keras.ops.cos(ŷ) - keras.ops.cos(y)) ** 2 + (keras.ops.sin(ŷ) - keras.ops.sin(y)) ** 2,
    ],
    band: [
        _travel_band(),
        lambda x: [limit[:, 0] for limit in _travel_band()(x)],
        lambda x: tf.constant(np.hstack(_travel_band()(x))),
        lambda x: np.array(_travel_band()(x)),  # (2, n, 1), as an ensemble predicts
        lambda x: np.array(_travel_band()(x))[:, None, :, 0],
        _travel_band(0.06, 0.945),
    ],
    robust_sine: [
        lambda x: np.sin(x) + 0.01,
        lambda x: tf.constant(np.sin(x) + 0.02 * np.cos(5 * x)),
        lambda x: [np.sin(x) + 0.01],
    ],
}

WRONG = {
    loaves: {
        "reversed_prices": ([0.2, 55], "It is the reverse"),
        "a_fourth": ([0.75, 66], "as one fourth"),
        "ratio": ([4, 70], "the ratio of the costs"),
        "half": ([0.5, 61], "Yours is 0.5 / 0.5"),
        "swapped": ([70, 0.8], "the wrong way round"),
        "median": ([0.8, 61], "61 is the median"),
        "mean": ([0.8, 67.45], "is the mean"),
        "lower_end": ([0.8, 55], "near the lower end"),
        "largest": ([0.8, 120], "never misses a buyer"),
        "percent": ([80, 70], "in percent"),
        "no_share": ([1.25, 70], "lies between 0 and 1"),
        "near": ([0.8, 70.2], "70.2 is close"),
        "swapped_and_nearly_70": ([70.0000007, 0.8], "the wrong way round"),
        "next_day": ([0.8, 90], "With 90 loaves the bill is 36.18 a day on average; 34.36 is possible"),
        "unsorted": ([0.8, DEMAND[8]], "57 is the demand of the ninth day"),
        "place": ([0.8, 9], "9 is a place in the order"),
        "place_not_whole": ([0.8, 8.8], "8.8 is a place in the order"),
        "half_filled": ([0.8, None], "the number of loaves is not filled in"),
    },
    angle_loss: {
        "number": (0.5, "Give a function of y and ŷ, its name without brackets"),
        "squared": (
            lambda y, ŷ: keras.ops.mean((ŷ - y) ** 2, axis=-1),
            "An error of 1 costs 1, and with ŷ 1 turn on 53",
        ),
        "cosine": (lambda y, ŷ: keras.ops.cos(ŷ - y), "At ŷ = y your loss is 1"),
        "minus_cosine": (lambda y, ŷ: -keras.ops.cos(ŷ - y), "At ŷ = y your loss is -1"),
        "sine": (lambda y, ŷ: keras.ops.sin(ŷ - y), "below 0"),
        "sine_squared": (lambda y, ŷ: keras.ops.sin(ŷ - y) ** 2, "period of your loss is π"),
        "pole": (lambda y, ŷ: keras.ops.tan((ŷ - y) / 2) ** 2, "beyond all bounds"),
        "zero": (lambda y, ŷ: 0 * (ŷ - y), "Whatever the error"),
        "third_turn": (lambda y, ŷ: 1 - keras.ops.cos(3 * (ŷ - y)), "costs less again"),
        "degrees": (lambda y, ŷ: 1 - keras.ops.cos((ŷ - y) * np.pi / 180), "The same direction should cost the same"),
        "of_each": (lambda y, ŷ: (keras.ops.cos(ŷ) - keras.ops.cos(y)) ** 2, "difference of the two angles"),
        "one_sided": (lambda y, ŷ: keras.ops.mod(ŷ - y, 2 * np.pi), "cost"),
        "humps": (lambda y, ŷ: 1 - keras.ops.cos(ŷ - y) + keras.ops.sin(ŷ - y) ** 2, "costs less again"),
        "plateau": (lambda y, ŷ: keras.ops.minimum(1 - keras.ops.cos(ŷ - y), 1.0), "stays level from 1.73 on"),
        "skewed": (
            lambda y, ŷ: (1 - keras.ops.cos(ŷ - y)) * (1 + 0.3 * keras.ops.sin(ŷ - y)),
            "Left and right should cost the same",
        ),
        "sum": (lambda y, ŷ: keras.ops.sum(1 - keras.ops.cos(ŷ - y)), "the sum of the three"),
        "no_return": (lambda y, ŷ: None, "returns nothing"),
        "arccos": (lambda y, ŷ: keras.ops.arccos(keras.ops.cos(ŷ - y)), "slope at ŷ = y is NaN"),
        "numpy": (lambda y, ŷ: 1 - np.cos(ŷ.numpy() - y.numpy()), "use keras.ops instead of NumPy"),
        "root": (lambda y, ŷ: keras.ops.sqrt(2 - 2 * keras.ops.cos(ŷ - y)), "slope at ŷ = y is NaN"),
        "two_values": (lambda y, ŷ: keras.ops.concatenate([ŷ - y, ŷ - y]), "should have the shape (1,)"),
        "raises": (lambda y, ŷ: 1 / 0, "Your function stopped with a ZeroDivisionError"),
        "one_argument": (lambda y: y, "should take y and ŷ"),
        "broadcast": (lambda y, ŷ: keras.ops.mean(1 - keras.ops.cos(y[:, 0] - ŷ), axis=-1), "no sample see another"),
        "one_turn_of_y": (lambda y, ŷ: 1 - keras.ops.cos(ŷ - keras.ops.clip(y, -4, 4)), "with y 1 turn on"),
        "depends_on_y": (
            lambda y, ŷ: (1 - keras.ops.cos(ŷ - y)) * (1 + keras.ops.sin(y) ** 2),
            "Only the difference of the two angles",
        ),
    },
    band: {
        "arrays": ((np.zeros(3), np.ones(3)), "Give a function"),
        "swapped": (lambda x: _travel_band()(x)[::-1], "return (lower, upper) in this order"),
        "two_functions": (
            [lambda x: _travel_band()(x)[0], lambda x: _travel_band()(x)[1]],
            "the two limits one by one",
        ),
        "width": (lambda x: (_travel_band()(x)[0], np.subtract(*_travel_band()(x)[::-1])), "the width of the band"),
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
        "one_limit": (lambda x: _travel_band()(x)[0], "return two arrays of as many limits"),
        "numbers": (lambda x: (0.5, 2.0), "The lower limits should have the shape (30000,)"),
        "nan": (lambda x: (np.full(len(x), np.nan), np.ones(len(x))), "should be finite"),
        "raises": (lambda x: x @ x, "stopped with a ValueError"),
        "one_side_at_a_time": (lambda x: _one_side_at_a_time(x), "0 to 11 % lie below. Let each limit"),
        "text": (lambda x: "5 to 95 %", "Return two arrays"),
    },
    robust_sine: {
        "array": (np.zeros(4096), "Give a function of x (n, 1)"),
        "shape": (lambda x: np.zeros(3), "should have the shape (3001,)"),
        "nan": (lambda x: np.full_like(x, np.nan), "should be finite"),
        "itself": (np.sin, "the sine itself"),
        "untrained": (lambda x: 0 * x, "far from the sine"),
        "mean": (lambda x: 0.9 * np.sin(x) + 0.3, "0.30 too high on average"),
        "always_three": (lambda x: 0 * x + 3, "it follows the 3s"),
        "squared": (  # as wild as the squared error gets at Adam's rate 0.06
            lambda x: 0.9 * np.sin(x) + 0.36 + 0.5 * np.cos(5 * x),
            "the answer of the squared error",
        ),
        "wild_but_not_high": (lambda x: np.sin(x) + 0.4 * np.cos(5 * x), "far from the sine"),
        "line": (lambda x: 0.3 * x, "far from the sine"),
        "large_delta": (lambda x: np.sin(x) + 0.08, "the 3s still pull. Cap the pull at the size of an ordinary error"),
        "unsettled": (lambda x: np.sin(x) + 0.1 * np.cos(5 * x), "train it longer"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
