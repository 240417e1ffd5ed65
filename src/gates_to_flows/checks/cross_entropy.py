"""The exercises of notebook 8."""

import math

import numpy as np
from scipy.special import expit

from gates_to_flows.checks import Wrong, exercise, real_numbers

_Z = np.linspace(-6, 6, 13)


@exercise(
    "8.1",
    "dC/dz = dC/da · σ′(z), and σ′(z) = a (1 − a). What is dC/da for the fourth power?",
    "dC/da is (a − y)³ for the fourth power, and (a − y) / (a (1 − a)) for the cross-entropy.",
)
def two_slopes(answer):
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise Wrong("Give a list of two functions of z and y: for the fourth power, and for the cross-entropy.")
    names = "fourth power", "cross-entropy"
    for name, function in zip(names, answer, strict=True):
        if function is None or function is ...:
            raise Wrong(f"The slope of the {name} is not filled in yet.")
        if not callable(function):
            raise Wrong(f"The slope of the {name} should be a function of z and y; you gave {function!r}.")
    given = [_slopes(function, name) for name, function in zip(names, answer, strict=True)]
    a, y = expit(_Z), np.array([[0.0], [1.0], [0.3]])
    error, bend = a - y, a * (1 - a) + 0 * y
    right = {"fourth power": error**3 * bend, "cross-entropy": error}
    slips = {
        "fourth power": {
            "That is dC/da, the slope with respect to the output. The chain rule adds the factor σ′(z).": error**3,
            "You gave 4 times the slope: the ¼ in the loss cancels the 4 of the derivative.": 4 * error**3 * bend,
            "That is the slope of the quadratic loss.": error * bend,
            "The power went down by too little: the derivative of ¼ e⁴ is e³.": error**4 * bend,
        },
        "cross-entropy": {
            "That is dC/da, the slope with respect to the output. Times σ′(z), the denominator cancels.": error / bend,
            "That has a σ′(z) too many: the one of the unit cancels the one in the denominator.": error * bend,
        },
    }
    if np.allclose(given[0], right["cross-entropy"]) and np.allclose(given[1], right["fourth power"]):
        raise Wrong("The two are the wrong way round: the fourth power comes first.")
    for (name, wanted), slope in zip(right.items(), given, strict=True):
        if np.allclose(slope, wanted):
            continue
        if np.allclose(slope, -wanted):
            raise Wrong(f"The slope of the {name} has the wrong sign: an output above the target has a positive slope.")
        for why, slip in slips[name].items():
            if np.allclose(slope, slip):
                raise Wrong(f"The slope of the {name}: {why[0].lower()}{why[1:]}")
        i, k = np.unravel_index(np.argmax(np.abs(slope - wanted)), wanted.shape)
        raise Wrong(
            f"The slope of the {name} at z = {_Z[k]:g}, y = {y[i, 0]:g} is {slope[i, k]:.4g} by your function and "
            f"{wanted[i, k]:.4g} by the chain rule."
        )
    return "Every power of the error keeps σ′, and lets go of a unit that is badly wrong. The logarithm does not."


def _slopes(function, name):
    """The function at all z, for the targets 0, 1 and 0.3: (3, 13)."""
    values = []
    for y in (0.0, 1.0, 0.3):
        slope = np.asarray(function(_Z.copy(), np.full_like(_Z, y)), dtype=float)
        if slope.shape != _Z.shape:
            raise Wrong(
                f"The slope of the {name} should be one number per z: {_Z.shape[0]} values of z gave the shape {slope.shape}."
            )
        if not np.isfinite(slope).all():
            raise Wrong(f"The slope of the {name} is not a finite number at z = {_Z[~np.isfinite(slope)][0]:g}.")
        values.append(slope)
    return np.array(values)


@exercise(
    "8.2",
    "Only z = w + b matters. Where is the quadratic slope practically 0, with the output on the wrong side?",
    "Each step of cross-entropy lowers z by at most 0.3. Take z between 5 and 19.",
)
def stuck_start(start):
    w, b = real_numbers(start, ["w", "b"])
    first, quadratic, cross_entropy = (_output_after(w + b, slope) for slope in (None, _quadratic, _cross_entropy))
    moved = abs(quadratic - first)
    if first < 0.1:
        raise Wrong(f"The output starts at {first:.2g}, which is right already. Start badly wrong, near 1.")
    if moved >= 0.01:
        raise Wrong(
            f"The quadratic loss moves the output from {first:.4f} to {quadratic:.4f}, by {moved:.2g}. Saturate the unit more."
        )
    if cross_entropy >= 0.1:
        raise Wrong(
            f"The quadratic loss is stuck at {first:.4f}. But cross-entropy lowers z = {w + b:g} by 0.3 a step at most, "
            f"and after 100 steps its output is {cross_entropy:.3g}, not below 0.1. Saturate the unit less."
        )
    return (
        f"In 100 steps the quadratic loss moves the output by {moved:.1g}, and cross-entropy takes it to "
        f"{cross_entropy:.2g}. A loss curve that is flat from the start need not mean that there is nothing to learn."
    )


def _quadratic(a):
    return a * a * (1 - a)


def _cross_entropy(a):
    return a


def _output_after(z, slope):
    """The output after 100 steps from z with this slope dC/dz, or the first output if there is none."""
    for _ in range(100 if slope else 0):
        z -= 2 * 0.15 * slope(expit(z))
    return expit(z)


@exercise(
    "8.3",
    "What is the smoothed target of the right class, and what that of the others? They add up to 1.",
    "The right class gets 1 − ε + ε/K, the others ε/K. A ratio of two softmax outputs is e to the difference of the sums.",
)
def label_smoothing(answer):
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise Wrong("Give a list of two things: the function smooth, and the gap.")
    smooth, gap = answer
    if smooth is None or smooth is ...:
        raise Wrong("The function smooth is not filled in yet.")
    if not callable(smooth):
        raise Wrong(f"smooth should be a function of (one_hot, ε); you gave {smooth!r}.")
    for classes, ε in ((10, 0.1), (4, 0.2)):
        one_hot = np.eye(classes)[[1, 0, 1]]
        targets = np.asarray(smooth(one_hot.copy(), ε), dtype=float)
        if targets.shape != one_hot.shape:
            raise Wrong(f"smooth should keep the shape {one_hot.shape}; yours gave {targets.shape}.")
        if np.allclose(targets, np.where(one_hot == 1, 1 - ε, ε / (classes - 1))):
            raise Wrong(
                "You spread ε over the other classes only. Another convention, but here the right one has a share too."
            )
        if not np.allclose(targets, (1 - ε) * one_hot + ε / classes):
            raise Wrong(
                f"With K = {classes} and ε = {ε} your targets are {targets[0, 1]:.3g} for the right class and "
                f"{targets[0, 0]:.3g} for each other, which add up to {targets[0].sum():.3g}. What is left of the 1 "
                "keeps its place, and each class gets ε/K."
            )
    (gap,) = real_numbers(gap, ["the gap"])
    if math.isclose(gap, math.log(90), abs_tol=5e-5):  # 4.5 is ln 91, rounded
        raise Wrong("smooth is right. But the right class has 0.91, not 0.9: it keeps its share of ε.")
    for slip, why in (
        (math.log(0.9 / (0.1 / 9)), "smooth is right. But with it the targets are 0.91 and 0.01, not 0.9 and 0.0111."),
        (math.log10(91), "smooth is right. You took the decimal logarithm; a softmax is made of powers of e."),
        (91, "smooth is right. 91 is the ratio of the two outputs; the gap of the sums is its logarithm."),
        (0.9, "smooth is right. 0.9 is the gap between the two outputs; the sums are what goes into the softmax."),
        (-math.log(91), "smooth is right, and so is the size of the gap. The right class is *above* the others."),
        (math.log(0.91 / 0.09), "smooth is right. 0.09 is all nine others together; each of them has 0.01."),
    ):
        if math.isclose(gap, slip, rel_tol=2e-3):
            raise Wrong(why)
    if not math.isclose(gap, math.log(91), abs_tol=0.02):
        raise Wrong(f"smooth is right. Two softmax outputs of 0.91 and 0.01 do not come from sums {gap:g} apart.")
    return "A finite goal: once the right sum leads by 4.5, training has nothing left to pull at."


@exercise(
    "8.4",
    "ln(1 + e^z) is the log-sum-exp of 0 and z. Take out the larger of the two.",
    "The loss is ln(1 + e^z) − z y, and ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)).",
)
def stable_loss(loss):
    if not callable(loss):
        raise Wrong(f"Give a function of z and y; you gave {loss!r}.")
    sizes = np.array([0, 0.5, 3, 10, 17, 20, 40, 100, 1000, 10_000])
    z, y = np.concatenate([sizes, -sizes] * 2), np.repeat([0.0, 1.0], 2 * len(sizes))
    wanted = np.logaddexp(0, z) - z * y
    small = np.abs(z) < 5
    for kind in (np.float64, np.float32):
        with np.errstate(all="ignore"):
            given = np.asarray(loss(z.astype(kind), y.astype(kind)))
        if given.shape != z.shape:
            raise Wrong(f"The loss should be one number per sample: {len(z)} samples gave the shape {given.shape}.")
        given = given.astype(float)
        good = np.isclose(given, wanted, rtol=1e-4, atol=1e-6)
        if good.all():
            continue
        if np.allclose(given[small], -wanted[small], atol=1e-6):
            raise Wrong("The loss has the wrong sign: a logarithm of a probability is negative, a loss is not.")
        if np.allclose(given[small], (np.logaddexp(0, z) - z * (1 - y))[small], atol=1e-6):
            raise Wrong("The targets are the wrong way round: for y = 0 the loss grows with z.")
        bad = _worst(good, z)
        where = f"In {kind.__name__}, at z = {z[bad]:g} and y = {y[bad]:g}, your loss is {given[bad]:.4g}"
        if not np.isfinite(given[bad]):
            raise Wrong(f"{where}; {wanted[bad]:.4g} is right. Which exponential or logarithm is not finite there?")
        if good[small].all() and 10 < given[bad] < wanted[bad]:
            raise Wrong(f"{where}; {wanted[bad]:.4g} is right. A clipped output stops the loss, and its slope with it.")
        raise Wrong(f"{where}; {wanted[bad]:.4g} is right.")
    return "Right from −10 000 to 10 000, in both precisions. With from_logits=True Keras computes this loss."


def _worst(good, z):
    """Of the places that are not good, the one with the smallest |z|."""
    return int(np.argmin(np.where(good, np.inf, np.abs(z))))
