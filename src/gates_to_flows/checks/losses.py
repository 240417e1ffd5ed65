"""The exercises of notebook 9, and the data that two of them are about."""

import math

import numpy as np
import tensorflow as tf

from gates_to_flows.checks import Wrong, exercise, real_numbers
from gates_to_flows.functions import sine

DEMAND = (52, 61, 58, 70, 49, 55, 90, 64, 57, 66, 120)
_FRESH = 30_000


def travel_times(n, seed):
    """Travel times y (n, 1) in hours, with jams, at times of day x (n, 1) scaled to [-1, 1] and in order."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-1, 1, (n, 1)), axis=0)
    return x, _without_jams(x) + _jam(x) * rng.exponential(size=(n, 1))


def _without_jams(x):
    return 1 + 0.5 * np.cos(3 * x)


def _jam(x):
    return 0.1 + 0.15 * (x + 1)


def stuck_readings(n=257, seed=1):
    """Readings y (n, 1) of sin x at x (n, 1) with errors of 0.05; about one reading in ten shows 3 instead."""
    rng = np.random.default_rng(seed)
    x = np.linspace(-np.pi, np.pi, n)[:, None]
    y = np.sin(x) + rng.normal(0, 0.05, (n, 1))
    return x, np.where(rng.random((n, 1)) < 0.1, 3.0, y)


@exercise(
    "9.1",
    "One loaf more: with which probability does it miss a buyer, and what does that cost? Otherwise somebody misses it.",
    "τ is the cost of a missing loaf, divided by the sum of the two costs. Then count from the smallest day upwards.",
)
def loaves(answer):
    τ, number = real_numbers(answer, ["τ", "the number of loaves"])
    in_order = sorted(DEMAND)
    if τ in DEMAND and 0 < number < 1:
        raise Wrong("The two are the wrong way round: τ comes first, then the number of loaves.")
    if math.isclose(τ, 0.2, abs_tol=1e-6):
        raise Wrong("τ = 0.2 would be right if a loaf too many cost four times a missing one. It is the reverse.")
    if math.isclose(τ, 0.25, abs_tol=1e-6) or math.isclose(τ, 0.75, abs_tol=1e-6):
        raise Wrong(f"τ = {τ:g} comes from the ratio 1 to 4 as one fourth. It is a share: 4 of 1 + 4.")
    if math.isclose(τ, 4, abs_tol=1e-6):
        raise Wrong("4 is the ratio of the costs. The slopes of the pinball loss are τ and 1 − τ: divide by their sum.")
    if not math.isclose(τ, 0.8, abs_tol=1e-6):
        raise Wrong(f"τ / (1 − τ) is the ratio of the costs, 4 to 1. Yours is {τ:g} / {1 - τ:g}.")
    if number == 70:
        return "Two kinds of error at two prices: the loss is the bill, and the estimate follows from it."
    if number == in_order[5]:
        raise Wrong("τ is right. 61 is the median: best if both kinds of error cost the same.")
    if math.isclose(number, np.mean(DEMAND), abs_tol=0.6):
        raise Wrong("τ is right. 67.45 is the mean: best for the squared error, which is not the baker's bill.")
    if number in (in_order[2], in_order[1]):
        raise Wrong(f"τ is right. {number:g} is near the lower end: count 80 % of the days from the smallest upwards.")
    if number == 120:
        raise Wrong("τ is right. 120 never misses a buyer, and on ten of eleven days it leaves loaves over.")
    bill = np.mean([max(4 * (d - number), number - d) for d in DEMAND])
    best = np.mean([max(4 * (d - 70), 70 - d) for d in DEMAND])
    raise Wrong(f"τ is right. With {number:g} loaves the bill is {bill:.2f} a day on average; {best:.2f} is possible.")


@exercise(
    "9.2",
    "Which function of the difference ŷ − y has the period 2π, is even, and has its only zeros at whole turns?",
    "1 − cos(ŷ − y), with keras.ops.cos. How long is the straight line between two points of the unit circle?",
)
def angle_loss(loss):
    if not callable(loss):
        raise Wrong("Give the function itself, a function of y and ŷ: the name without brackets.")
    differences = np.linspace(-np.pi, np.pi, 25)[1:-1]
    differences = differences[np.abs(differences) > 1e-9]
    y = 0.4
    if abs(_loss_at(loss, y, y)) > 1e-6:
        raise Wrong(f"At ŷ = y your loss is {_loss_at(loss, y, y):.3g}. Nothing is wrong there: it should be 0.")
    for turns in (1, -2):
        there, again = (_loss_at(loss, y, y + 1 + 2 * np.pi * k) for k in (0, turns))
        if not math.isclose(there, again, rel_tol=1e-4, abs_tol=1e-5):
            raise Wrong(
                f"An error of 1 costs {there:.3g}, and the same angle {abs(turns)} turn{'s' * (abs(turns) > 1)} "
                f"{'on' if turns > 0 else 'back'} {again:.3g}. The same direction should cost the same."
            )
    across, elsewhere = _loss_at(loss, 3.1, -3.1), _loss_at(loss, 0, 2 * np.pi - 6.2)
    if not math.isclose(across, elsewhere, rel_tol=1e-3, abs_tol=1e-5):
        raise Wrong(
            f"From 0 to 0.083 costs {elsewhere:.2g}, and from 3.1 to −3.1, the same step across π, {across:.2g}. Only the "
            "difference of the two angles should count."
        )
    costs = np.array([_loss_at(loss, y, y + d) for d in differences])
    if (costs < -1e-6).any():
        raise Wrong(f"For an error of {differences[costs.argmin()]:.2f} your loss is {costs.min():.3g}: below 0.")
    mirrored = ~np.isclose(costs, costs[::-1], rtol=1e-4, atol=1e-5)
    if mirrored.any():
        i = int(np.argmax(mirrored))
        raise Wrong(
            f"Errors of {differences[i]:.2f} and {-differences[i]:.2f} cost {costs[i]:.3g} and {costs[-1 - i]:.3g}. "
            "Left and right should cost the same."
        )
    opposite = _loss_at(loss, y, y + np.pi)
    if opposite < 1e-4:
        raise Wrong("The opposite direction, an error of π, costs nothing: the period of your loss is π, half a turn.")
    if (costs < 1e-6).any():
        raise Wrong(
            f"An error of {differences[int(costs.argmin())]:.2f} costs nothing in your loss, and it is an error."
        )
    right = costs[differences > 0]
    if (np.diff(right) < -1e-5).any() or opposite < right[-1] - 1e-5:
        raise Wrong("Up to half a turn, a larger error should cost more. Yours costs less again before that.")
    level = np.diff([*right, opposite]) < 1e-6
    if level.any():
        start = differences[differences > 0][int(np.argmax(level))]
        raise Wrong(f"Up to half a turn, a larger error should cost more. Yours stays level from {start:.2f} on.")
    two, ŷ = tf.constant([[y], [y]], tf.float64), tf.constant([[y + 1], [y + 1]], tf.float64)
    if not math.isclose(np.mean(loss(two, ŷ)), _loss_at(loss, y, y + 1), rel_tol=1e-4):
        raise Wrong(
            "Two equal samples cost more or less than one. Return one value per sample, or their mean, not the sum."
        )
    _has_a_slope(loss, y)
    return (
        "A loss may know the shape of what it measures: 359° and 1° are neighbours, and a network can now learn that."
    )


def _loss_at(loss, y, ŷ):
    given = loss(tf.constant([[y]], tf.float64), tf.constant([[ŷ]], tf.float64))
    if given is None:
        raise Wrong("Your loss returns nothing: is there a return?")
    value = np.asarray(given, dtype=float)
    if value.size != 1:
        raise Wrong(f"For one sample your loss should give one number; it gave an array of the shape {value.shape}.")
    if not np.isfinite(value).all():
        raise Wrong(f"For y = {y:g} and ŷ = {ŷ:g} your loss is not a finite number.")
    return float(value.ravel()[0])


def _has_a_slope(loss, y):
    """Raise Wrong unless gradient descent turns ŷ towards y from either side, and gets no NaN at y itself."""
    for error in (0.5, -0.5, 0.0):
        ŷ = tf.constant([[y + error]], tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(ŷ)
            value = tf.reduce_sum(loss(tf.constant([[y]], tf.float64), ŷ))
        slope = tape.gradient(value, ŷ) if tf.is_tensor(value) else None
        if slope is None:
            raise Wrong("The values are right, but TensorFlow finds no slope: use keras.ops instead of NumPy.")
        if not np.isfinite(slope.numpy()).all():
            raise Wrong("The values are right, but the slope at ŷ = y is NaN: a root or arccos has none there.")
        if error and not np.sign(slope.numpy().item()) == np.sign(error):
            raise Wrong(f"At an error of {error:g} the slope does not turn ŷ towards y.")


@exercise(
    "9.3",
    "Two networks, or one with two outputs: one limit for τ = 0.05, the other for τ = 0.95.",
    "Keras: Dense(2), and a loss that adds pinball(0.05) of the first column and pinball(0.95) of the second.",
)
def band(function):
    if not callable(function):
        raise Wrong("Give a function: for times of day x (n, 1) it returns the lower and the upper limits.")
    x, y = travel_times(_FRESH, seed=90_210)
    lower, upper = _limits(function, x)
    y, n = y[:, 0], len(x)
    crossing = np.mean(lower > upper)
    if crossing > 0.5:
        raise Wrong("Your lower limit is above the upper one: return (lower, upper) in this order.")
    if crossing > 0:
        raise Wrong(
            f"The limits cross: at {100 * crossing:.2g} % of the times of day the lower one is above the upper."
        )
    below, above = np.mean(y < lower), np.mean(y > upper)
    covered, says = 1 - below - above, f"{100 * below:.1f} % lie below and {100 * above:.1f} % above"
    if covered > 0.93:
        raise Wrong(f"Too wide: the band covers {100 * covered:.1f} % of {n} fresh travel times; {says}.")
    if covered < 0.87:
        raise Wrong(f"Too narrow: the band covers {100 * covered:.1f} % of {n} fresh travel times; {says}.")
    if max(abs(below - 0.05), abs(above - 0.05)) > 0.03:
        raise Wrong(f"It covers {100 * covered:.1f} %, but lopsidedly: {says}. Ask for 5 % on either side.")
    parts = np.array_split((y >= lower) & (y <= upper), 10)
    worst = max(parts, key=lambda part: abs(part.mean() - 0.9)).mean()
    if abs(worst - 0.9) > 0.08:
        shares = ", ".join(f"{100 * part.mean():.0f}" for part in parts)
        raise Wrong(
            f"{100 * covered:.1f} % overall, but {shares} % in the ten parts of the day. "
            "Let both limits follow the time of day."
        )
    return (
        f"It covers {100 * covered:.1f} % of {n} fresh travel times; {says}. Skewed noise, unequal noise, and nobody had "
        "to say what the noise is."
    )


def _limits(function, x):
    """Lower and upper limits (n,) at x (n, 1), from a pair of arrays or from one array of two columns."""
    given, n = function(x), len(x)
    if isinstance(given, (tuple, list)) and len(given) == 2:
        pair = [np.asarray(limit, dtype=float) for limit in given]
    else:
        both = np.asarray(given, dtype=float)
        if both.shape != (n, 2):
            raise Wrong(f"For {n} times of day give two arrays of as many limits; yours has the shape {both.shape}.")
        pair = [both[:, 0], both[:, 1]]
    for name, limit in zip(("lower", "upper"), pair, strict=True):
        if limit.shape not in ((n,), (n, 1)):
            raise Wrong(f"For {n} times of day there should be {n} {name} limits; yours have the shape {limit.shape}.")
        if not np.isfinite(limit).all():
            raise Wrong(f"Some of your {name} limits are not finite numbers.")
    return pair[0].ravel(), pair[1].ravel()


@exercise(
    "9.4",
    "Where do nine good readings and one of 3 have their mean, and where their median?",
    'keras.losses.Huber(delta=0.1) or "mae", in float64 with `fit_full_batch` and Adam, as in section 3.',
)
def robust_sine(model):
    if not callable(model):
        raise Wrong("Give the trained model, or a function from x (n, 1) to ŷ (n, 1).")
    x = sine.dense_grid()
    ŷ = np.asarray(model(x), dtype=float)
    if ŷ.shape not in ((len(x), 1), (len(x),)):
        raise Wrong(f"For {len(x)} points the model should give {len(x)} values; yours have the shape {ŷ.shape}.")
    if not np.isfinite(ŷ).all():
        raise Wrong("Some outputs of your model are not finite numbers: start again with a smaller learning rate.")
    error = ŷ.ravel() - sine(x).ravel()
    rms, bias = np.sqrt(np.mean(error**2)), error.mean()
    if rms < 1e-6:
        raise Wrong("That is the sine itself. Find it from the readings, as if you did not know it.")
    if rms <= 0.03:
        return f"rms error {rms:.3f}, and the mean of these readings is 0.3 off: the loss chose what to believe."
    wiggle = np.sqrt(max(rms**2 - bias**2, 0))
    if 0.2 < bias < 0.45 and wiggle < bias:
        raise Wrong(f"Your curve lies {bias:.2f} too high on average: that is the mean of nine good readings and a 3.")
    if rms > 0.2:
        raise Wrong(f"The rms error is {rms:.2g}: this is far from the sine. Was the model trained, and long enough?")
    if bias > 0.03:
        raise Wrong(
            f"The rms error is {rms:.3f}, and your curve lies {bias:.2f} too high: the 3s still pull. Cap the pull."
        )
    raise Wrong(
        f"The rms error is {rms:.3f}; 0.03 is asked for. Your curve is not far off, but not settled: train longer."
    )
