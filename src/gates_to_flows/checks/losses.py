"""The exercises of notebook 9, and the data that two of them are about."""

import math

import numpy as np
import tensorflow as tf

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, shown

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
    if 0 < number < 1 < τ:
        raise Wrong("The two are the wrong way round: τ comes first, then the number of loaves.")
    if _is(τ, 0.2):
        raise Wrong("τ = 0.2 would be right if a loaf too many cost four times a missing one. It is the reverse.")
    if _is(τ, 0.25) or _is(τ, 0.75):
        raise Wrong(f"τ = {τ:g} comes from the ratio 1 to 4 as one fourth. It is a share: 4 of 1 + 4.")
    if _is(τ, 4):
        raise Wrong("4 is the ratio of the costs. The slopes of the pinball loss are τ and 1 − τ: divide by their sum.")
    if _is(τ, 80):
        raise Wrong("You gave τ = 80, in percent; in the pinball loss it is a share between 0 and 1.")
    if not 0 < τ < 1:
        raise Wrong(f"τ and 1 − τ are two prices, so τ lies between 0 and 1. Yours is {τ:g}.")
    if not _is(τ, 0.8):
        raise Wrong(f"τ / (1 − τ) is the ratio of the costs, 4 to 1. Yours is {τ:g} / {1 - τ:g}.")
    in_order = sorted(DEMAND)
    if math.isclose(number, 70, abs_tol=0.001):
        return "Two kinds of error at two prices: the loss is the bill, and the estimate follows from it."
    if math.isclose(number, in_order[5], abs_tol=0.001):
        raise Wrong("τ is right. 61 is the median: best if both kinds of error cost the same.")
    if math.isclose(number, np.mean(DEMAND), abs_tol=0.6):
        raise Wrong("τ is right. 67.45 is the mean: best for the squared error, which is not the baker's bill.")
    if any(math.isclose(number, low, abs_tol=0.001) for low in in_order[:3]):
        raise Wrong(f"τ is right. {number:g} is near the lower end: count 80 % of the days from the smallest upwards.")
    if math.isclose(number, 120, abs_tol=0.001):
        raise Wrong("τ is right. 120 never misses a buyer, and on ten of eleven days it leaves loaves over.")
    if math.isclose(number, DEMAND[8], abs_tol=0.001):
        raise Wrong("τ is right. 57 is the demand of the ninth day: put the days in order of their demand first.")
    if any(math.isclose(number, place, abs_tol=0.001) for place in (8, 8.8, 9)):
        raise Wrong(f"τ is right. {number:g} is a place in the order of the days: give the demand that stands there.")
    bill, best = (np.mean([max(4 * (d - n), n - d) for d in DEMAND]) for n in (number, 70))
    if bill - best < 0.02:
        raise Wrong(f"τ is right. {number:g} is close: look which whole number of loaves makes the bill smallest.")
    raise Wrong(f"τ is right. With {number:g} loaves the bill is {bill:.2f} a day on average; {best:.2f} is possible.")


def _is(number, wanted):
    return math.isclose(number, wanted, rel_tol=1e-6)


_TURN = 2 * np.pi
_ERRORS = np.array([0.21, 0.43, 0.77, 1.16, 1.5, 1.73, 2.08, 2.47, 2.71, 2.97, np.pi])


@exercise(
    "9.2",
    "Which function of the difference ŷ − y has the period 2π, is even, and has its only zeros at whole turns?",
    "1 − cos(ŷ − y), with keras.ops.cos. How long is the straight line between two points of the unit circle?",
)
def angle_loss(answer):
    call = function(answer, "y and ŷ")

    def at(y, ŷ):  # the loss of one sample
        value = call(_column(y), _column(ŷ))
        return array(value, (1,), f"Your loss of one sample, y = {y:.3g} and ŷ = {ŷ:.3g},").item()

    y = 0.4
    costs, mirrored = (np.array([at(y, y + d) for d in sign * _ERRORS]) for sign in (1, -1))
    scale = np.abs([costs, mirrored]).max()
    if scale == 0:
        raise Wrong("Whatever the error, it costs nothing in your loss.")
    if scale > 1e6 * abs(costs[-2]) > 0:
        raise Wrong(
            f"For opposite directions your loss grows beyond all bounds, to {scale:.2g}. It should stay finite."
        )

    def differ(a, b):
        return abs(a - b) > 1e-5 * scale

    for same in (y, -2.3, 0.0, 3.1):
        if differ(at(same, same), 0):
            raise Wrong(f"At ŷ = y your loss is {at(same, same):.3g}. Nothing is wrong there: it should be 0.")
    for turns in (1, -2, 3):
        for angle, d in (("ŷ", 1.0), ("y", 1.0), ("ŷ", -2.6), ("y", 2.9)):
            there, again = at(y, y + d), at(y + turns * _TURN * (angle == "y"), y + d + turns * _TURN * (angle == "ŷ"))
            if differ(there, again):
                raise Wrong(
                    f"An error of {d:g} costs {there:.3g}, and with {angle} {abs(turns)} turn{'s' * (abs(turns) > 1)} "
                    f"{'on' if turns > 0 else 'back'} {again:.3g}. The same direction should cost the same."
                )
    across, elsewhere = at(3.1, -3.1), at(0, _TURN - 6.2)
    if differ(across, elsewhere):
        raise Wrong(
            f"From 0 to 0.083 costs {elsewhere:.3g}, and from 3.1 to −3.1, the same step across π, {across:.3g}. Only the "
            "difference of the two angles should count."
        )
    for other in (-2.9, 1.7, 6.0):
        if differ(at(other, other + 1.16), costs[3]):
            raise Wrong(
                f"An error of 1.16 costs {costs[3]:.3g} at y = {y} and {at(other, other + 1.16):.3g} at y = {other}. Only "
                "the difference of the two angles should count."
            )
    if min(*costs, *mirrored) < -1e-9 * scale:
        lowest = np.argmin([costs, mirrored])
        d = np.concatenate([_ERRORS, -_ERRORS])[lowest]
        raise Wrong(f"For an error of {d:.2f} your loss is {np.ravel([costs, mirrored])[lowest]:.3g}: below 0.")
    for d, right, left in zip(_ERRORS, costs, mirrored, strict=True):
        if differ(right, left):
            raise Wrong(
                f"Errors of {d:.2f} and {-d:.2f} cost {right:.3g} and {left:.3g}. Left and right should cost the same."
            )
    if costs[-1] < 1e-4 * scale:
        raise Wrong("The opposite direction, an error of π, costs nothing: the period of your loss is π, half a turn.")
    if costs.min() < 1e-9 * scale:
        raise Wrong(f"An error of {_ERRORS[costs.argmin()]:.2f} costs nothing in your loss, and it is an error.")
    for start, more in zip(_ERRORS, np.diff(costs), strict=False):
        if more < -1e-9 * scale:
            raise Wrong("Up to half a turn, a larger error should cost more. Yours costs less again before that.")
        if more < 1e-9 * scale:
            raise Wrong(f"Up to half a turn, a larger error should cost more. Yours stays level from {start:.2f} on.")
    _one_value_per_sample(call, at, differ)
    _has_a_slope(call, y)
    return (
        "A loss may know the shape of what it measures: 359° and 1° are neighbours, and a network can now learn that."
    )


def _column(values):
    return tf.constant(np.reshape(values, (-1, 1)), tf.float64)


def _one_value_per_sample(call, at, differ):
    """Raise Wrong unless a batch costs the mean of its samples."""
    y, ŷ = np.array([0.4, 2.0, -1.0]), np.array([1.4, 4.5, -1.3])
    value = np.asarray(call(_column(y), _column(ŷ)), dtype=float)
    single = [at(*pair) for pair in zip(y, ŷ, strict=True)]
    if value.size == 1 and not differ(value.item() / 3, np.mean(single)):
        raise Wrong("Three samples cost the sum of the three. Return one value per sample, or their mean.")
    if value.size not in (1, 3) or differ(value.mean(), np.mean(single)):
        raise Wrong(
            f"Three samples, y and ŷ of the shape (3, 1), cost {value.mean():.3g}, and one by one "
            f"{np.mean(single):.3g} on average. Return one value per sample, and let no sample see another."
        )
    if value.size == 3 and any(map(differ, value.ravel(), single)):
        raise Wrong("The values of three samples come back in another order, or mixed. Return one value per sample.")


def _has_a_slope(call, y):
    """Raise Wrong unless gradient descent turns ŷ towards y from either side, and gets no NaN at y itself."""
    for error in (0.5, -0.5, 2.8, -2.8, 0.0):
        ŷ = _column(y + error)
        with tf.GradientTape() as tape:
            tape.watch(ŷ)
            value = call(_column(y), ŷ)
            value = tf.reduce_sum(value) if tf.is_tensor(value) else None
        slope = None if value is None else tape.gradient(value, ŷ)
        if slope is None:
            raise Wrong("The values are right, but TensorFlow finds no slope: use keras.ops instead of NumPy.")
        if not np.isfinite(slope.numpy()).all():
            raise Wrong("The values are right, but the slope at ŷ = y is NaN: a root or arccos has none there.")
        if error and not np.sign(slope.numpy().item()) == np.sign(error):
            raise Wrong(f"The values are right, but at an error of {error:g} the slope does not turn ŷ towards y.")


@exercise(
    "9.3",
    "Two networks as in section 4: one limit for τ = 0.05, the other for τ = 0.95.",
    "With x, y = check.travel_times(2000, seed=1): small_network(pinball_loss(0.05), rate=0.06) is the lower limit once "
    "fit_full_batch has trained it on x and y for 1000 steps. The band is a function that calls both networks on its x.",
)
def band(answer):
    if isinstance(answer, (tuple, list)) and len(answer) == 2 and all(map(callable, answer)):
        raise Wrong("You gave the two limits one by one. Give one function of x that returns both, (lower, upper).")
    call = function(answer, "x (n, 1)")
    x, y = travel_times(_FRESH, seed=90_210)
    lower, upper = _limits(call(x), len(x))
    y, n = y[:, 0], len(x)
    crossing = np.mean(lower > upper)
    if crossing > 0 and 0.87 < np.mean((lower <= y) & (y <= lower + upper)) < 0.93:
        raise Wrong("Your second array is the width of the band, not its upper limit: return (lower, lower + width).")
    if crossing > 0.5:
        raise Wrong("Your lower limit is above the upper one: return (lower, upper) in this order.")
    if crossing > 0:
        raise Wrong(
            f"The limits cross: at {100 * crossing:.2g} % of the times of day the lower one is above the upper."
        )
    outside = y < lower, y > upper
    below, above = (side.mean() for side in outside)
    covered, says = 1 - below - above, f"{100 * below:.1f} % lie below and {100 * above:.1f} % above"
    if covered > 0.93:
        raise Wrong(f"Too wide: the band covers {100 * covered:.1f} % of {n} fresh travel times; {says}.")
    if covered < 0.87:
        raise Wrong(f"Too narrow: the band covers {100 * covered:.1f} % of {n} fresh travel times; {says}.")
    if max(abs(below - 0.05), abs(above - 0.05)) > 0.03:
        raise Wrong(f"It covers {100 * covered:.1f} %, but lopsidedly: {says}. Ask for 5 % on either side.")
    parts = [1 - (low + high) for low, high in zip(*_by_part(outside), strict=True)]
    if max(abs(part - 0.9) for part in parts) > 0.08:
        shares = ", ".join(f"{100 * part:.0f}" for part in parts)
        raise Wrong(
            f"{100 * covered:.1f} % overall, but {shares} % in the ten parts of the day. "
            "Let both limits follow the time of day."
        )
    for side, shares in zip(("below", "above"), _by_part(outside), strict=True):
        if np.sqrt(np.mean((np.array(shares) - 0.05) ** 2)) > 0.035:  # of trained bands: up to 0.025
            raise Wrong(
                f"{says} overall, but in the ten parts of the day {100 * min(shares):.0f} to {100 * max(shares):.0f} % lie "
                f"{side}. Let each limit follow the time of day."
            )
    return (
        f"It covers {100 * covered:.1f} % of {n} fresh travel times; {says}. Skewed noise, unequal noise, and nobody had "
        "to say what the noise is."
    )


def _by_part(outside):
    """The shares below and above in ten parts of the day."""
    return [[part.mean() for part in np.array_split(side, 10)] for side in outside]


def _limits(given, n):
    """Lower and upper limits (n,), from a pair of arrays, or from one array of two rows or two columns."""
    if isinstance(given, (tuple, list)) and len(given) == 2:
        pair = list(given)
    else:
        if not hasattr(given, "shape") and not isinstance(given, (tuple, list)):
            raise Wrong(f"Return two arrays, (lower, upper); your function returns {shown(given)}.")
        both = np.squeeze(np.asarray(given))
        if both.shape not in ((n, 2), (2, n)):
            raise Wrong(
                f"For {n} times of day return two arrays of as many limits, (lower, upper); yours has the shape "
                f"{np.shape(given)}."
            )
        pair = list(both if both.shape == (2, n) else both.T)
    return [array(limit, (n,), f"The {name} limits") for name, limit in zip(("lower", "upper"), pair, strict=True)]


@exercise(
    "9.4",
    "Where do nine good readings and one of 3 have their mean, and where their median?",
    "keras.losses.Huber(0.1) as the loss of small_network, rate 0.06, 2000 steps of fit_full_batch.",
)
def robust_sine(answer):
    call = function(answer, "x (n, 1)")
    x = np.sort(np.random.default_rng(90_210).uniform(-np.pi, np.pi, (3001, 1)), axis=0)
    ŷ, true = array(call(x), (len(x),), f"The outputs of your network at {len(x)} points"), np.sin(x[:, 0])
    error = ŷ - true
    rms, bias = np.sqrt(np.mean(error**2)), error.mean()
    if rms < 1e-6:
        raise Wrong("That is the sine itself. Find it from the readings, as if you did not know it.")
    if rms <= 0.03:
        return f"rms error {rms:.3f}, and the mean of these readings is 0.3 off: the loss chose what to believe."
    if bias > 0.45 and ŷ.max() > 2:
        raise Wrong(f"Your curve lies {bias:.2f} too high on average: it follows the 3s, which are one reading in ten.")
    follows_the_sine = np.ptp(ŷ) > 1e-6 and np.corrcoef(ŷ, true)[0, 1] > 0.6
    if follows_the_sine and 0.2 < bias < 0.45:
        raise Wrong(
            f"Your curve lies {bias:.2f} too high on average, as the mean of nine good readings and a 3 does: that is the "
            "answer of the squared error, or of a δ that is too large."
        )
    if follows_the_sine and bias > max(0.025, 0.4 * rms):
        raise Wrong(
            f"The rms error is {rms:.3f}, and your curve lies {bias:.2f} too high: the 3s still pull. Cap the "
            "pull at the size of an ordinary error."
        )
    if rms > 0.2:
        raise Wrong(f"The rms error is {rms:.2g}: this is far from the sine. Was the model trained, and long enough?")
    raise Wrong(
        f"The rms error is {rms:.3f}; 0.03 is asked for. The 3s no longer pull, but your curve has not settled or follows "
        "the noise: take a network as small as in section 3, and train it longer."
    )
