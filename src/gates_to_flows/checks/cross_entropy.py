"""The exercises of notebook 8."""

import math

import numpy as np
from scipy.special import expit

from gates_to_flows.checks import Untried, Wrong, array, exercise, function, parts, playground, real_numbers
from gates_to_flows.playground import named_data

_SOON, _SAFE = 500, 25  # steps; a rate beyond which it is luck
_Z, _Y = (  # uneven, and no output meets its target
    np.array([-5.7, -3.1, -1.9, -0.4, 0.3, 0.9, 2.2, 3.6, 4.3, 5.8, -4.9, -2.6, -0.7, 0.5, 1.3, 2.8, 5.1, 0.2]),
    np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0.85, 0.3, 0.05, 0.3, 0.6, 0.85, 0]),
)


@exercise(
    "8.1",
    "dC/dz = dC/da · σ′(z), and σ′(z) = a (1 − a). What is dC/da for the fourth power?",
    "dC/da is (a − y)³ for the fourth power, and (a − y) / (a (1 − a)) for the cross-entropy.",
)
def two_slopes(answer):
    names = "the slope of the fourth power", "the slope of the cross-entropy"
    given = [_slopes(function(each, "z and y"), name) for name, each in zip(names, parts(answer, names), strict=True)]
    a = expit(_Z)
    error, bend = a - _Y, a * (1 - a)
    right = error**3 * bend, error
    losses = error**4 / 4, -_Y * np.log(a) - (1 - _Y) * np.log(1 - a)
    slips = (
        {
            "that is dC/da, the slope with respect to the output. The chain rule adds the factor σ′(z).": error**3,
            "you gave 4 times the slope: the ¼ in the loss cancels the 4 of the derivative.": 4 * error**3 * bend,
            "you gave a quarter of it: the 4 of the derivative cancels the ¼ in the loss.": error**3 * bend / 4,
            "that is the slope of the quadratic loss.": error * bend,
            "the power went down by too little: the derivative of ¼ e⁴ is e³.": error**4 * bend,
            "the power went down by too much: the derivative of ¼ e⁴ is e³.": error**2 * bend,
            "that is the slope of e³; the loss is ¼ e⁴.": 3 * error**2 * bend,
            "you gave twice the slope; the derivative of ¼ e⁴ is e³, without a factor.": 2 * error**3 * bend,
            "σ′(z) is a (1 − a); the factor 1 − a is missing.": error**3 * a,
            "σ′(z) is a (1 − a); the factor a is missing.": error**3 * (1 - a),
            "it lost its sign: (a − y)³ is negative where the output is below the target.": np.abs(error) ** 3 * bend,
            "σ′(z) is there twice; the chain rule puts it in once.": error**3 * bend**2,
        },
        {
            "that is dC/da, the slope with respect to the output. Times σ′(z), the denominator cancels.": error / bend,
            "that has a σ′(z) too many: the one of the unit cancels the one in the denominator.": error * bend,
            "that is only the term with y; the one with 1 − y has a slope too.": -_Y * (1 - a),
            "that is only the term with 1 − y; the one with y has a slope too.": (1 - _Y) * a,
            "the two terms have different signs: ln (1 − a) falls where ln a rises.": _Y * (1 - a) + (1 - _Y) * a,
            "you gave twice the slope; a factor 2 comes from a square, and here is none.": 2 * error,
            "it lost its sign: a − y is negative where the output is below the target.": np.abs(error),
            "that is σ′(z); where is the target y?": bend,
        },
    )
    if _same(given[0], right[1]) and _same(given[1], right[0]):
        raise Wrong("The two are the wrong way round: the fourth power comes first.")
    for name, wanted, slope, known, loss in zip(names, right, given, slips, losses, strict=True):
        if _same(slope, wanted):
            continue
        if _same(slope, -wanted):
            raise Wrong(f"T{name[1:]} has the wrong sign: an output above the target has a positive slope.")
        for why, slip in {"that is the loss itself; what is its slope?": loss, **known}.items():
            if _same(slope, slip):
                raise Wrong(f"T{name[1:]}: {why}")
        k = np.argmax(np.abs(slope - wanted))
        raise Wrong(
            f"T{name[1:]} at z = {_Z[k]:g}, y = {_Y[k]:g} is {slope[k]:.4g} by your function and "
            f"{wanted[k]:.4g} by the chain rule."
        )
    return "Every power of the error keeps σ′, and lets go of a unit that is badly wrong. The logarithm does not."


def _slopes(slope, name):
    """The learner's slope at all points, which must not depend on how many they are: (18,)."""
    at_all = array(slope(_Z, _Y), _Z.shape, f"T{name[1:]}")
    at_some = array(slope(_Z[:7], _Y[:7]), (7,), f"T{name[1:]}")
    if not _same(at_some, at_all[:7]):
        raise Wrong(f"T{name[1:]} changes with the number of samples; each has a slope of its own.")
    return at_all


def _same(given, wanted):
    """To three digits, which single precision keeps at all points."""
    return np.allclose(given, wanted, rtol=1e-3, atol=0)


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
            f"The quadratic loss moves the output from {first:.4f} to {quadratic:.4f}, by {moved:.2g}. Start it more wrong."
        )
    if cross_entropy >= 0.1:
        raise Wrong(
            f"The quadratic loss is stuck at {first:.4f}. But cross-entropy lowers z = {w + b:g} by 0.3 a step at most, "
            f"and after 100 steps its output is {cross_entropy:.4g}, not below 0.1. Saturate the unit less."
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
    smooth, gap = parts(answer, ["smooth", "the gap"])
    smooth = function(smooth, "one_hot and ε")
    for classes, ε, labels in ((10, 0.1, [1, 0, 1]), (4, 0.2, [3, 0, 2, 2, 1]), (7, 0.37, [6])):
        one_hot = np.eye(classes)[labels]
        targets = array(smooth(one_hot, ε), one_hot.shape, "The smoothed target")
        wanted = (1 - ε) * one_hot + ε / classes
        if np.allclose(targets, wanted, rtol=1e-5, atol=0):
            continue
        if np.allclose(targets, np.where(one_hot == 1, 1 - ε, ε / (classes - 1))):
            raise Wrong(
                "You spread ε over the other classes only. Another convention, but here the right one has a share too."
            )
        if np.allclose(targets, np.where(one_hot == 1, 1 - ε, ε / classes)):
            raise Wrong("The right class gets its share of ε too: only then do the targets of a row add up to 1.")
        i, k = np.unravel_index(np.argmin(np.isclose(targets, wanted, rtol=1e-5, atol=0)), targets.shape)
        raise Wrong(
            f"With K = {classes} and ε = {ε} your target of {'the right' if one_hot[i, k] else 'another'} class is "
            f"{targets[i, k]:.3g}, and those of its image add up to {targets[i].sum():.3g}. What is left of the 1 "
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
        (-math.log(0.01), "smooth is right. That is one logarithm, of 0.01; the gap takes that of 0.91 too."),
        (math.log2(91), "smooth is right. You took the logarithm to base 2; a softmax is made of powers of e."),
        (0.91, "smooth is right. 0.91 is the output of the right class; the sums are what goes into the softmax."),
        (math.log(0.91 / 0.09), "smooth is right. 0.09 is all nine others together; each of them has 0.01."),
    ):
        if math.isclose(gap, slip, rel_tol=2e-3):
            raise Wrong(why)
    if not (math.isclose(gap, math.log(91), abs_tol=0.0052) or math.isclose(gap, 4.5, abs_tol=1e-6)):
        raise Wrong(f"smooth is right. Two softmax outputs of 0.91 and 0.01 do not come from sums {gap:g} apart.")
    return "A finite goal: once the right sum leads by 4.5, training has nothing left to pull at."


_SIZES = np.array([0, 0.37, 2.9, 9.3, 16.4, 21.7, 40.3, 87.6, 104, 711, 10_000, 1e30])


@exercise(
    "8.4",
    "ln(1 + e^z) is the log-sum-exp of 0 and z. Take out the larger of the two. What becomes of 1 + x for a tiny x?",
    "The loss is ln(1 + e^z) − z y, and ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)). NumPy has log1p(x) for ln(1 + x).",
)
def stable_loss(loss):
    loss = function(loss, "z and y")
    for kind in (np.float64, np.float32):
        z, y = np.concatenate([_SIZES, -_SIZES] * 2).astype(kind), np.repeat([0, 1], 2 * len(_SIZES)).astype(kind)
        _judge_losses(loss(z, y), z, y, kind.__name__)
        _judge_losses(loss(z[::3], y[::3]), z[::3], y[::3], kind.__name__)
    return "Four digits at every z, in both precisions. With from_logits=True Keras computes this loss."


def _judge_losses(given, z, y, precision):
    z, y = z.astype(float), y.astype(float)
    away = np.where(y == 1, -z, z)  # from the target's side
    wanted, turned = np.logaddexp(0, away), np.logaddexp(0, -away)
    bare = np.asarray(given) if np.shape(given) == z.shape else np.zeros(0)
    if bare.dtype.kind == "f" and not np.isfinite(bare).all():
        bad = _worst(np.isfinite(bare), z)
        raise Wrong(
            f"{_at(bad, z, y, precision)} {bare[bad]:.4g}; {wanted[bad]:.4g} is right. "
            "Which exponential or logarithm is not finite there?"
        )
    given = array(given, z.shape, "The loss")
    good = np.isclose(given, wanted, rtol=1e-4, atol=np.finfo(np.float32).tiny)
    if good.all():
        return
    small = np.abs(z) < 5
    if np.allclose(given[small], -wanted[small], rtol=1e-3):
        raise Wrong("The loss has the wrong sign: a logarithm of a probability is negative, a loss is not.")
    if np.allclose(given[small], turned[small], rtol=1e-3):
        raise Wrong("The targets are the wrong way round: for y = 0 the loss grows with z.")
    if np.allclose(given[small], np.logaddexp(0, z[small]), rtol=1e-3):
        raise Wrong("It is right for y = 0, but does not use y: for y = 1 the loss is ln(1 + e^(−z)).")
    for base in (2, 10):
        if np.allclose(given[small] * math.log(base), wanted[small], rtol=1e-3):
            raise Wrong(f"You took the logarithm to base {base}; the loss is made of natural logarithms.")
    if np.allclose(given[small], np.abs(expit(z) - y)[small]) or np.allclose(given[small], (expit(z) - y)[small]):
        raise Wrong("That is the error a − y, which is the slope of the loss; what is the loss itself?")
    bad = _worst(good, z)
    where = f"{_at(bad, z, y, precision)} {given[bad]:.4g}; {wanted[bad]:.4g} is right."
    if not good[small].all():
        raise Wrong(where)
    if away[bad] > 0:
        clipped = " A clipped output stops the loss, and its slope with it." if 10 < given[bad] < wanted[bad] else ""
        raise Wrong(where + clipped)
    if good[(y == 0) & (z < 0)].all():
        raise Wrong(f"{where} Two numbers near {abs(z[bad]):.3g} cancel there, and take its digits with them.")
    raise Wrong(f"{where} A tiny number added to 1, or an output rounded to 0 or 1, has lost its digits there.")


def _at(bad, z, y, precision):
    return f"In {precision}, at z = {z[bad]:.4g} and y = {y[bad]:g}, your loss is"


def _worst(good, z):
    """Of the places that are not good, the one with the smallest |z|."""
    return int(np.argmin(np.where(good, np.inf, np.abs(z))))


@exercise(
    "8.5",
    "At the start each output is near 1, where the slope of the squared error is a thousand times smaller. What makes up for it?",
    "Try rates of 5, 15 and 100, each from the same start.",
)
def by_the_rate(answer):
    x, y = named_data("XOR")
    played = playground(answer, x, y)
    steps, rate = played.state.get("steps"), played.settings.get("rate", 0)
    if played.settings["loss"] != "squared error, sigmoid output":
        raise Wrong(
            f"The question is about the squared error of a sigmoid output; this one has {played.settings['loss']}."
        )
    right = int((np.abs(np.asarray(played.keras_model()(x)) - y) < 0.5).sum())
    if right < 4 and not steps:
        raise Untried
    if steps and played.start is None:
        raise Wrong("This is another start, without the bias of 8. Run the cell that shows the playground again.")
    if steps and (played.settings["optimiser"] != "SGD" or played.settings["momentum"] or played.state.get("pushes")):
        raise Wrong("Here only the rate may change: SGD, momentum 0, and no push.")
    if right < 4 and rate > _SAFE:
        raise Wrong(
            f"{right} of 4 rows are right after {steps} steps. At rate {rate:g} a step is soon too long once the slope comes "
            "back, and throws the weights to where no slope is left. Take a smaller rate."
        )
    if right < 4:
        raise Wrong(
            f"{right} of 4 rows are right after {steps} steps at rate {rate:g}. "
            f"Train on up to step {_SOON}, or begin again with another rate."
        )
    if steps and steps > _SOON:
        raise Wrong(
            f"Right, after {steps} steps; {_SOON} are allowed. Go back to the same start and pause sooner, or take another rate."
        )
    return "The rate makes up for the slope that the squared error loses, within limits. Cross-entropy never loses it."
