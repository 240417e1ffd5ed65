"""The exercises of notebook 15."""

import math

import numpy as np
from scipy.optimize import brentq

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers

_T = np.array([0.031, 0.113, 0.287, 0.419, 0.5, 0.683, 0.797, 0.941, 0.988])  # uneven, and fresh to every answer
_γ, _STANDARD_ERROR = 0.1004, 0.0054  # least squares of the exact solution for these readings


@exercise(
    "15.1",
    "Write u as a sum: one part with the right ends, and one that is 0 at both ends whatever N is.",
    "The straight line 2 + 3t has the ends. t(1 − t) is 0 at both, and so is t(1 − t) N(t).",
)
def two_ends(answer):
    trial = function(answer, "t and N")
    networks = [
        lambda t: 0 * t,
        lambda t: 1 + 0 * t,
        lambda t: np.tanh(3 * t - 1) + 0.7,
        lambda t: 2.5 * np.cos(5 * t) - 4,
        lambda t: 300 * np.cos(5 * t),
        lambda t: -3 * t**2 + 0.4,
        lambda t: -3 * t**2 + 0.4 + t * (t - 0.5) * (t - 1),
    ]
    ends, inside = np.array([0.0, 1.0]), []
    for N in networks:
        at_ends = array(trial(ends, N), (2,), "The trial solution at the times 0 and 1")
        single = array(trial(0.0, N), (), "The trial solution at the time 0")
        if abs(single - at_ends[0]) > 1e-5:
            raise Wrong("At the time 0 alone your function gives another value than at 0 and 1 together.")
        for value, wanted, t in zip(at_ends, (2, 5), (0, 1), strict=True):
            if abs(value - wanted) > 1e-5:
                if np.allclose(at_ends, [5, 2], atol=1e-6):
                    raise Wrong("The two ends are the wrong way round: u(0) = 2 and u(1) = 5.")
                raise Wrong(f"With some N your u({t}) is {value:.4g}; it should be {wanted} for every N.")
        inside.append(array(trial(_T, N), _T.shape, f"The trial solution at {len(_T)} times"))
        near = array(trial(np.array([1e-7, 1 - 1e-7]), N), (2,), "The trial solution close to the ends")
        if np.abs(near - [2, 5]).max() > 1e-3:
            raise Wrong(
                f"It jumps: just beside the ends it is {near[0]:.3g} and {near[1]:.3g}. Let it come to them smoothly."
            )
    if all(np.allclose(values, inside[0], atol=1e-6) for values in inside):
        raise Wrong("The ends are right, but N has no influence: nothing could be learned.")
    moves = np.max([np.abs(values - inside[0]) for values in inside], axis=0)
    if np.allclose(inside[-1], inside[-2], atol=1e-6):
        raise Wrong("Only a few values of N count, as N(0.5) does. At each t the value N(t) should.")
    if all(values.min() >= 2 and values.max() <= 5 for values in inside):
        raise Wrong("Your u never leaves the range from 2 to 5. Between the ends it should be free to take any value.")
    if (moves < 1e-9).any():
        t = _T[int(np.argmin(moves))]
        raise Wrong(f"N has no influence at t = {t:g}: between the ends u should be free.")
    return "Both ends hold for any N, trained or not, so no weight has to balance them against the equation."


def _bratu():
    """The solutions, 2 ln(cosh c / cosh(c(1 - 2t))) with c = cosh(c) / √8 for the two roots of c: functions of t."""
    roots = [brentq(lambda c: c * math.sqrt(8) - math.cosh(c), *ends) for ends in ((0.1, 1.5), (1.5, 5))]
    return [lambda t, c=c: 2 * np.log(np.cosh(c) / np.cosh(c * (1 - 2 * np.asarray(t)))) for c in roots]


_COLD = brentq(
    lambda c: c * math.sqrt(2) - math.cos(c / 2), 0.1, 1.5
)  # ü = +exp(u): u = 2 ln(cos(c/2) / cos(c(t − ½)))


@exercise(
    "15.2",
    "Take u = t(1 − t) N. Then u̇ = (1 − 2t) N + t(1 − t) Ṅ, and ü = −2N + 2(1 − 2t) Ṅ + t(1 − t) N̈.",
    "The residual is ü + exp(u). Give it to LevenbergMarquardt with 12 units and 40 times; u is a function that multiplies "
    "motion(weights, t, 1)[0] by t(1 − t).",
)
def bratu(answer):
    u = function(answer, "t, an array of times")
    given = array(u(_T), _T.shape, f"u at {len(_T)} times")
    few = array(u(_T[2:5]), (3,), "u at 3 times")
    if not np.allclose(few, given[2:5], atol=1e-7):
        raise Wrong("u at a time changes with the other times that are asked for.")
    ends = array(u(np.array([0.0, 1.0])), (2,), "u at the times 0 and 1")
    low, high = (solution(_T) for solution in _bratu())
    for true, name in ((low, "the cool solution, up to 0.14"), (high, "the hot solution, up to 4.09")):
        if np.abs(given - true).max() <= 1e-4 * max(1, true.max()) and np.abs(ends).max() <= 1e-4:
            return (
                f"You found {name}. There is another one with the same ends and no residual either: the loss cannot say which "
                "of the two is meant."
            )
    if np.abs(ends).max() > 1e-4:
        raise Wrong(f"The ends are {ends[0]:.3g} and {ends[1]:.3g}; both should be 0. Is t(1 − t) in it?")
    N, t = low / (_T * (1 - _T)), _T
    for slip, why in (
        (0 * t, "That is 0 everywhere, and there ü = 0 is not −exp(0) = −1."),
        (-low, "The sign is turned round: heat makes u positive."),
        (t * (1 - t) / 2, "That solves ü = −1. The right-hand side is −exp(u), and exp(u) grows with u."),
        (2 * np.log(math.cos(_COLD / 2) / np.cos(_COLD * (t - 0.5))), "That solves ü = +exp(u)."),
        (-2 * np.log(math.cos(_COLD / 2) / np.cos(_COLD * (t - 0.5))), "That solves ü = −exp(−u)."),
        (N, "That is N; u is t(1 − t) times it."),
        (_linear(t), "That solves ü = −(1 + u), the beginning of the series of exp(u) only."),
    ):
        if np.allclose(given, slip, atol=2e-4):
            raise Wrong(why)
    raise Wrong(
        f"At t = 0.5 your u is {given[4]:.5g}, and a solution has {low[4]:.5g} or {high[4]:.5g} there. Is the residual small? "
        "Are all three terms of ü in it?"
    )


def _linear(t):
    return np.cos(t) + (1 - math.cos(1)) / math.sin(1) * np.sin(t) - 1


@exercise(
    "15.3",
    "Grönwall: the error is at most ε (exp(LT) − 1)/L, here with L = 2 and T = 5. The oscillator does not stretch distances.",
    "The factor (exp(10) − 1)/2 is 11 013. (a) Multiply 10⁻⁴ by it. (b) Divide 0.01 by it. (c) εT.",
)
def promises(answer):
    given = real_numbers(answer, ["a", "b", "c"])
    factor = math.expm1(10) / 2
    right = [1e-4 * factor, 0.01 / factor, 5e-4]
    slips = [
        [
            (5e-4, "εT holds only for fields that do not stretch distances. Here L = 2."),
            (1e-4 * math.expm1(10), "Divide by L = 2."),
            (1e-4 * math.expm1(5) / 1, "That is for L = 1; here it is 2."),
            (1e-4 * math.expm1(2.5) / 0.5, "You took L = 0.5."),
            (5e-4 * math.exp(10), "ε T exp(LT) is true and weaker: Grönwall's bound here is ε (exp(LT) − 1)/L."),
            (factor, "That is the factor. Multiply it by the residual, 10⁻⁴."),
            (1e-4, "The residual is not the error. By how much may it grow?"),
        ],
        [
            (0.01 * factor, "You multiplied by the factor. Which ε times the factor is 0.01?"),
            (0.002, "0.01/T is for a field that does not stretch distances."),
            (0.01 / (1e-4 * factor), "You divided by the answer of (a). Divide by the factor itself, (exp(10) − 1)/2."),
            (0.01 / math.expm1(10), "The factor is (exp(10) − 1)/2: divide by L = 2 in it."),
            (factor / 0.01, "Turned over."),
            (0.01, "Then the bound would promise 0.01 times the factor of 11 013."),
        ],
        [
            (
                1e-4 * math.expm1(5),
                "That is Grönwall with L = 1. It is true, but the oscillator only turns: εT is enough.",
            ),
            (1e-4 * factor, "That is (a). The oscillator's field only turns differences and does not stretch them."),
            (1e-4, "Small errors do add up: over a time T to at most εT."),
            (5, "That is the time. Multiply it by the residual."),
        ],
    ]
    for name, value, wanted, wrong in zip("abc", given, right, slips, strict=True):
        if math.isclose(value, wanted, rel_tol=0.03):
            continue
        for slip, why in wrong:
            if math.isclose(value, slip, rel_tol=0.02):
                raise Wrong(f"({name}) {why}")
        raise Wrong(f"({name}) You gave {value:.4g}. {_ask(name)}")
    return "The bound is true and nearly empty for hares (1.1 on numbers around 1), and useful for a field that only turns."


def _ask(name):
    return {
        "a": "Put ε = 10⁻⁴, L = 2 and T = 5 into ε (exp(LT) − 1)/L.",
        "b": "Which ε makes ε (exp(10) − 1)/2 equal to 0.01?",
        "c": "For a field that does not stretch distances the error is at most the sum of the residuals, εT.",
    }[name]


@exercise(
    "15.4",
    "Two groups of residuals, as in collocate: the equation at a hundred times in [0, 10], and the readings. γ is one more "
    "weight at the end of the list.",
    "spring(θ, t): x, rate, bend = motion(θ, t, 10), and it returns bend + 2 * θ[3][0] * rate + x. misfit(θ, t, x) returns "
    "motion(θ, t, 10)[0] − x. 20 units and 200 iterations are enough, and weights=[1, 1].",
)
def friction(answer):
    (γ,) = real_numbers(answer, ["γ"])
    if 0.075 <= γ <= 0.125:  # a network's γ also hangs on the weight of its equation
        return (
            f"γ = {γ:.3f}; a fit of the exact solution gives {_γ:.3f} ± {_STANDARD_ERROR:.3f} for these readings. The network "
            "is as good, and needed neither the formula nor the start."
        )
    for slip, why in (
        (2 * _γ, "That is 2γ, the factor of ẋ. Halve it."),
        (-_γ, "The sign is turned round: with a negative γ the swings would grow."),
        (-2 * _γ, "That is −2γ, the factor of ẋ on the right-hand side."),
        (_γ / 2, "That is γ/2: in the equation friction is 2γ times ẋ."),
        (0, "Without friction the swings would keep their size, and they shrink from 0.9 to about 0.4."),
        (0.3, "That looks like a starting value: did γ move?"),
        (0.5, "That looks like a starting value: did γ move?"),
        (math.exp(-_γ), "That is exp(−γ), by which the swings shrink in one unit of time."),
        (1, "1 is the factor of x. γ belongs to ẋ."),
        (1 / _γ, "That is 1/γ, the time in which the swings shrink to 37 %."),
    ):
        if math.isclose(γ, slip, rel_tol=0.04 if abs(slip) > 0.5 else 0.12, abs_tol=0.012):
            raise Wrong(f"You gave γ = {γ:.3g}. {why}")
    raise Wrong(
        f"You gave γ = {γ:.4g}. In one turn the swings shrink to about half; with your γ it would be exp(−2πγ) = "
        f"{math.exp(-2 * math.pi * max(min(γ, 20), -20)):.3g}. Did the training converge?"
    )
