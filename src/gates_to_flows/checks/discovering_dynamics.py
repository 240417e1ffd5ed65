"""The exercises of notebook 14."""

import math

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, words
from gates_to_flows.dynamics import pendulum, reference

_H = 0.2  # of exercise 14.4: the time between the two states of a pair


@exercise(
    "14.1",
    "In the plane a field comes from an energy exactly if ∂q̇/∂q + ∂ṗ/∂p = 0. Take the two slopes of each, and add.",
    "Friction (−0.1 p) leaves −0.1. For x(1 − y), y(x − 1) the sum is (1 − y) + (x − 1), which is x − y.",
)
def which_have_an_energy(answer):
    given = words(answer, list("ABCDE"), ["yes", "no"])
    why = {
        "A": ("yes", "q̇ = p has no q in it and ṗ = q − q³ no p, so the sum of the slopes is 0: H = p²/2 − q²/2 + q⁴/4."),
        "B": ("no", "the friction: ∂ṗ/∂p = −0.1. Its paths come to rest, so areas shrink, and a flow with an energy keeps them."),
        "C": ("no", "∂ẋ/∂x + ∂ẏ/∂y = (1 − y) + (x − 1) = x − y, not 0. It conserves V, but not by Hamilton's equations."),
        "D": ("yes", "u̇ = 1 − eᵛ depends on v only, and v̇ = eᵘ − 1 on u only. In logarithms Lotka–Volterra has an energy."),
        "E": ("yes", "∂q̇/∂q = 1 and ∂ṗ/∂p = −1 add up to 0: H = qp. An energy need not look like one."),
    }  # fmt: skip
    for name, word in zip("ABCDE", given, strict=True):
        right, reason = why[name]
        if word != right:
            raise Wrong(f"{name}: {reason}")
    return "The coordinates decide: the same animals have an energy in logarithms (D) and none as they are counted (C)."


@exercise(
    "14.2",
    "The motion over h turns by the angle h. Euler's step with the matrix B is I + hB, and it should be the motion.",
    "B = (R − I)/h with R = [[cos h, sin h], [−sin h, cos h]] and h = 0.5.",
)
def learned_through_euler(answer):
    entries = ["B₁₁", "B₁₂", "B₂₁", "B₂₂"]
    given = real_numbers(answer, entries).reshape(2, 2)
    h, J, one = 0.5, np.array([[0.0, 1.0], [-1.0, 0.0]]), np.eye(2)
    turn = math.cos(h) * one + math.sin(h) * J
    wanted = (turn - one) / h
    if np.allclose(given, wanted, atol=0.003):
        return (
            "The off-diagonal is a little below 1, and −0.245 on the diagonal is a friction: followed exactly, the energy of "
            f"this law falls to {math.exp(2 * wanted[0, 0]):.0%} in one unit of time. Euler's own error, turned over."
        )
    h1 = 0.1
    for slip, why in (
        (J, "That is the true law. One Euler step with it is not the motion: it would move outwards."),
        (turn, "That is the motion over h itself, I + hB. Take off I, and divide by h."),
        (turn - one, "That is hB: divide by h."),
        (J + h / 2 * J @ J, "That is f + h/2 f′f, the first term of the bias. Here the whole series has a sum, with sines."),
        (J - h / 2 * J @ J, "The sign of the bias is turned round: the law must lose what Euler's step gains."),
        (-wanted.T, "The diagonal has the wrong sign: cos h − 1 is negative."),
        (wanted.T, "Rows and columns are the wrong way round: q̇ = +p stands in the first row."),
        ((math.cos(h1) * one + math.sin(h1) * J - one) / h1, "You took h = 0.1; in this exercise it is 0.5."),
        (np.linalg.inv(one - h * J), "That is a step of the *implicit* Euler method. Solve I + hB = motion for B."),
        ((math.cos(h) * J - math.sin(h) * one), "That is the velocity at the end of the step. Solve I + hB = motion for B."),
        (one + h * J, "That is one Euler step with the true law. Which B makes I + hB the *motion*?"),
    ):  # fmt: skip
        if np.allclose(given, slip, atol=0.003):
            raise Wrong(why)
    r, c = np.unravel_index(np.argmax(np.abs(given - wanted)), (2, 2))
    raise Wrong(
        f"I + 0.5 · B should turn by 0.5; with your B the entry in {entries[2 * r + c]} of it is "
        f"{(one + h * given)[r, c]:.3f} instead of {turn[r, c]:.3f}."
    )


@exercise(
    "14.3",
    "In the time 2 the true oscillator turns by 10 radians. Which other angle, less than half a turn, ends at the same place?",
    "10 − 2 · 2π = −2.566, in the time 2. And half a turn is π: 5h = π.",
)
def too_long_a_pause(answer):
    ω, longest = real_numbers(answer, ["ω", "the longest h"])
    wanted, most = (10 - 4 * math.pi) / 2, math.pi / 5
    if math.isclose(ω, most, rel_tol=0.003) and math.isclose(longest, wanted, rel_tol=0.003):
        raise Wrong("The two are the wrong way round: ω comes first, then the longest h.")
    for slip, why in (
        (5, "5 fits, of course. But it turns by 10 radians in the pause, which is more than half a turn."),
        (-wanted, "Where does it turn to? 10 radians are 2.566 *short* of two whole turns, so it seems to turn backwards."),
        (10 - 4 * math.pi, "That is the angle in the pause. Divide it by h = 2."),
        (4 * math.pi - 10, "That is the angle in the pause, without its sign. It is 10 − 4π; divide it by h = 2."),
        (10 - 2 * math.pi, "That is an angle, of more than half a turn. Take off another whole turn, and divide by h = 2."),
        ((10 - 2 * math.pi) / 2, "It fits, and turns by 3.717 radians in the pause: still more than half a turn (3.142)."),
        (10, "10 is the angle in the pause. Which smaller angle ends at the same place?"),
        (math.pi / 2, "π/2 is the bound for |ω| when h = 2. Which ω below it fits the pairs?"),
        (0, "ω = 0 does not move at all, and the pairs do."),
    ):  # fmt: skip
        if math.isclose(ω, slip, rel_tol=0.002, abs_tol=1e-6):
            raise Wrong(f"You gave ω = {ω:.4g}. {why}")
    if not math.isclose(ω, wanted, rel_tol=0.004):
        left = (2 * (ω - 5) + math.pi) % (2 * math.pi) - math.pi
        if abs(left) < 0.02:
            raise Wrong(
                f"ω = {ω:.4g} fits, but it turns by {abs(2 * ω):.4g} radians in the pause, more than half a turn (3.142)."
            )
        raise Wrong(f"With ω = {ω:.4g} the two ends differ by an angle of {abs(left):.3g} radians; it should be 0.")
    for slip, why in (
        (2 * math.pi / 5, "With a whole turn nothing seems to move. The direction is lost already at half a turn."),
        (math.pi, "π is the angle of half a turn. At 5 radians per unit of time, when is it reached?"),
        (1 / 5, "In the time 1/5 it turns by one radian. How far may it turn?"),
        (math.pi / 2, "That is a bound for ω when h = 2. The true ω is 5: how long may h be?"),
        (math.pi / 10, "In that time it makes a quarter turn. It may turn further."),
        (5 / math.pi, "Turned over: the time is the angle over the speed."),
        (2, "With h = 2 the pairs have just told a wrong ω."),
    ):
        if math.isclose(longest, slip, rel_tol=0.004):
            raise Wrong(f"ω is right. {why}")
    if not math.isclose(longest, most, rel_tol=0.004):
        raise Wrong(
            f"ω is right. In the time {longest:.4g} it turns by {5 * longest:.4g} radians; the bound is half a turn."
        )
    return (
        "The pairs fit without any error, and the wheel seems to turn backwards, as in a film. No loss can tell. A pause must "
        "be shorter than half of the fastest turn."
    )


@exercise(
    "14.4",
    "Everything is there: through, learn and hamiltonian_field take states of two numbers as well. Mind h = 0.2.",
    "Weights for 20 units: layer(rng, 2, 20) + [rng.normal(size=20) / np.sqrt(20)]. Then learn(through(…, h=0.2), weights, "
    "swings, 200), and a function of x that calls hamiltonian_field with what it found.",
)
def learned_pendulum(answer):
    system = pendulum()
    field = function(answer, "states x, an array with the two columns q and p")
    a, b = np.meshgrid(np.linspace(-1.02, 1.03, 23), np.linspace(-0.97, 0.99, 21))
    x = np.stack([a.ravel(), b.ravel()], axis=1)
    x = x[system.invariant(x) <= -0.51]
    true = system.field(x)
    given = array(field(x), x.shape, f"The field at {len(x)} states")
    few = array(field(x[5:8]), (3, 2), "The field at 3 states")
    if not np.allclose(few, given[5:8], atol=1e-6):
        raise Wrong("The field at a state changes with the other states that are asked for at the same time.")

    def off(other):
        return float(np.sqrt(np.mean((given - other) ** 2) / np.mean(true**2)))

    if off(true) <= 0.01:
        return (
            f"{100 * off(true):.2g} % off, from pairs alone. Small swings do not show that a pendulum is no spring; "
            "these do, and you told the network neither."
        )
    q, p = x.T
    later = reference(system.field, x, [_H])[0]
    for slip, why in (
        ((later - x) / _H, "That is the mean velocity over h, which is what Euler learns. Take RK4 in the loss."),
        (later, "That is where the pendulum is 0.2 later. The *field* is asked for."),
        (later - x, "That is how far the pendulum moves in 0.2. Divide by h, and you have what Euler would learn."),
        (-true, "The sign is turned round: your pendulum runs backwards in time."),
        (
            np.stack([np.sin(q), p], axis=1),
            "Those are the slopes of the energy. Hamilton exchanges them, and turns one sign.",
        ),
        (true[:, ::-1], "The two columns are the wrong way round: q̇ comes first."),
        (np.stack([p, np.sin(q)], axis=1), "The pull has the wrong sign: this pendulum stands on its head."),
        (np.stack([p, -q], axis=1), "That is a spring, with −q. A pendulum pulls back with −sin q."),
        (2 * true, "Twice too fast: with h = 0.1 in the loss, the network has to do in 0.1 what took 0.2."),
        (true / 2, "Half too slow: in the loss h is 0.2."),
        (np.zeros_like(true), "It does not move."),
    ):
        if off(slip) <= 0.02:
            raise Wrong(f"{why} ({100 * off(true):.3g} % off)")
    raise Wrong(
        f"The field is {100 * off(true):.3g} % off, and should be within 1 %. Is RK4 in the loss, with h = 0.2? Is a line all "
        "that your field can be? Or does it need more iterations?"
    )
