"""The exercises of notebook 13."""

import math

import numpy as np
import tensorflow as tf

from gates_to_flows.checks import Wrong, array, exercise, function, parts, playground, real_numbers
from gates_to_flows.dynamics import integrate, pendulum
from gates_to_flows.playground import named_data

_SHAPES = [(5, 2, 3), (4, 3, 7), (1, 1, 1), (6, 4, 2)]  # n, d, m


@exercise(
    "13.1",
    "Name the field first: f(z) = tanh(z Aᵀ + b) B for samples as rows. Then the step is one line that calls f twice.",
    "x + h · f(x + h/2 · f(x)).",
)
def midpoint_layer(answer):
    layer = function(answer, "x, A, B, b and h")
    rng = np.random.default_rng(131)
    for (n, d, m), h in zip(_SHAPES, (0.7, 1.3, 0.4, -0.6), strict=True):
        for kind, precision in ((np.float64, 1e-9), (np.float32, 1e-4)):
            x, A, B, b = (rng.normal(size=s).astype(kind) for s in ((n, d), (m, d), (m, d), (m,)))
            given = array(layer(x, A, B, b, h), (n, d), "Your layer's output")
            _same_step(given, *(w.astype(float) for w in (x, A, B, b)), h, precision)
    return "Two looks at the field instead of one, with the same weights: the error falls with h², and not with h."


def _same_step(given, x, A, B, b, h, precision):
    def f(z, σ=np.tanh, A=A, B=B, b=b):
        return σ(z @ A.T + b) @ B

    def midpoint(f):
        return x + h * f(x + h / 2 * f(x))

    def near(wanted):
        return np.allclose(given, wanted, rtol=precision, atol=precision * (1 + np.abs(wanted).max()))

    if near(midpoint(f)):
        return
    half, k1 = x + h / 2 * f(x), f(x)
    for slip, why in (
        (x + h * k1, "That is Euler's step. Go half a step first, and take the rate that you find there."),
        (half, "That is half an Euler step. It is where you look up the rate; the step itself starts at x."),
        (half + h / 2 * f(half), "Those are two Euler steps of half the length. The whole step starts at x."),
        (half + h * f(half), "The whole step should start at x, and not at the middle."),
        (x + h * f(x + h * k1), "The first move is half a step: h/2, not h."),
        (x + h / 2 * (k1 + f(x + h * k1)), "That is Heun's step, the mean of two rates. Midpoint takes one rate."),
        (x + h / 2 * f(half), "The rate is right, the step is not: it has the length h, not h/2."),
        (h * f(half), "That is the move alone. A residual layer adds it to x."),
        (f(half), "That is the rate at the middle. Multiply it by h, and add x."),
        (x + f(half), "The rate at the middle has to be multiplied by h."),
        (x + h * f(x + 0.5 * k1), "The first move is h/2 times the rate; your h is missing."),
        (midpoint(lambda z: f(z, np.asarray)), "The activation is missing: the field is tanh(Ax + b), times Bᵀ."),
        (midpoint(lambda z: f(z, lambda a: np.maximum(a, 0))), "The activation should be tanh, not ReLU."),
        (midpoint(lambda z: f(z, lambda a: 1 / (1 + np.exp(-a)))), "The activation should be tanh, not the sigmoid."),
        (midpoint(lambda z: f(z, b=0 * b)), "The biases b are missing."),
        (midpoint(lambda z: f(z, b=-b)), "The biases b are to be added."),
        (midpoint(lambda z: f(z, A=B, B=A)), "A and B are the wrong way round: A goes in, and B comes out."),
        (midpoint(lambda z: f(z, B=A)), "You used A twice. What comes out of the units is weighted by B."),
        (2 * x - midpoint(f), "The sign is wrong: the move is added to x."),
        (x + h * f(x - h / 2 * k1), "The half step goes backwards: it should be x + h/2 · f(x)."),
    ):
        if near(slip):
            raise Wrong(why)
    raise Wrong(
        f"For x of the shape {x.shape} and h = {h} the output is off by {np.abs(given - midpoint(f)).max():.2g}. "
        "Is it x + h f(x + h/2 f(x)) with f(z) = tanh(z Aᵀ + b) B?"
    )


@exercise(
    "13.2",
    "A layer keeps the order if its slope 1 + h f′(x) is negative nowhere. Where is f′ most negative?",
    "f′(0) = −6, so h must not exceed 1/6. And L is a whole number.",
)
def fewest_layers(answer):
    (layers,) = real_numbers(answer, ["the number of layers"])
    if layers == 13:
        return "Twelve layers fold the line near 0, thirteen do not. Steeper fields need shorter steps, and so more layers."
    for slip, why in (
        (12.6, "That is T · 6. It is the right bound; the layers are whole, and there must be at least as many."),
        (1 / 6, "That is the largest step. How many of them make up T = 2.1?"),
        (12, "With 12 layers h = 0.175, and the slope at 0 is 1 − 6h = −0.05. Round up, not down."),
        (
            7,
            "With 7 layers h = 0.3, and the slope at 0 is 1 − 6h = −0.8. (Up to h = 2/6 nothing grows, but the order asks "
            "for h ≤ 1/6. And the slope of tanh 2x at 0 is 2.)",
        ),
        (4.2, "That is T · 2: the steepest slope of f is 3 · 2, at 0."),
        (6.3, "That is T · 3: the steepest slope of f is 3 · 2, at 0."),
        (6, "6 is the steepest slope of f, at 0. The step must not exceed 1/6, and the time is 2.1."),
        (5, "The slope of f at 0 is −3 · 2 = −6; the 3 counts too."),
        (14, "14 are enough, and one fewer is too."),
        (1, "One layer has h = 2.1 and the slope 1 − 6h = −11.6 at 0. Points on either side of 0 swap."),
        (26, "That is twice too many: a slope of 0 is allowed, it need not stay above ½."),
    ):
        if math.isclose(layers, slip, rel_tol=1e-3):
            raise Wrong(why)
    if layers < 1:
        raise Wrong(f"{layers:g}? A network has at least one layer.")
    if layers != round(layers):
        raise Wrong(f"{layers:g}? Layers are whole.")
    slope = 1 - 6 * 2.1 / layers
    if layers < 13:
        raise Wrong(f"With {layers:.0f} layers h = {2.1 / layers:.3f}, and the slope at 0 is 1 − 6h = {slope:.2f}.")
    raise Wrong(f"{layers:.0f} are enough: the slope is nowhere below {slope:.2f}. But fewer are enough, too.")


@exercise(
    "13.3",
    "The determinant of one shear is 1. Is your layer one shear after another, or both at once?",
    "Move q first. Then move p by g at the new q.",
)
def keeps_areas(answer):
    block = function(answer, "q, p, f, g and h")
    rng = np.random.default_rng(133)
    fields = [
        (lambda p: p, lambda q: -q),
        (lambda p: np.sin(1.3 * p) + 0.5, lambda q: -np.tanh(2 * q) + 0.2 * q),
        (lambda p: p**3 / 3 - 0.4 * p, lambda q: np.cos(q) - q),
    ]
    for (f, g), h in zip(fields, (2.5, 0.45, -1.8), strict=True):
        q, p = rng.uniform(-1.2, 1.2, (2, 7))

        def step(q, p, h=h, f=f, g=g):
            new = parts(block(q, p, f, g, h), ["the new q", "the new p"])
            return [array(v, q.shape, f"The new {n}") for v, n in zip(new, "qp", strict=True)]

        new_q, new_p = step(q, p)
        _known_slip(q, p, new_q, new_p, f, g, h)
        tiny = 1e-5
        (q0, p0), (q1, p1) = step(q, p, -tiny), step(q, p, tiny)
        for name, rate, wanted in (("q", (q1 - q0) / (2 * tiny), f(p)), ("p", (p1 - p0) / (2 * tiny), g(q))):
            if not np.allclose(rate, wanted, atol=1e-6):
                off = int(np.abs(rate - wanted).argmax())
                raise Wrong(
                    f"Your layer is no step of q̇ = f(p), ṗ = g(q). For a tiny h the new {name} moves at the rate "
                    f"{rate[off]:.3g} where {'f(p)' if name == 'q' else 'g(q)'} is {wanted[off]:.3g}."
                )
        if not np.allclose(step(q, p, 0.0), [q, p], atol=1e-12):
            raise Wrong("For h = 0 your layer should leave q and p where they are.")
        d = 1e-5
        (qa, pa), (qb, pb), (qc, pc), (qd, pd) = step(q + d, p), step(q - d, p), step(q, p + d), step(q, p - d)
        area = ((qa - qb) * (pc - pd) - (qc - qd) * (pa - pb)) / (4 * d * d)
        off = int(np.abs(area - 1).argmax())
        if abs(area[off] - 1) > 1e-7:
            raise Wrong(
                f"It multiplies a small area at q = {q[off]:.2f}, p = {p[off]:.2f} by {area[off]:.6g}. Move one of the two "
                "first, and let the other feel the new value."
            )
    return "One shear after another: each slides along one axis by what the other coordinate says, and no area changes."


def _known_slip(q, p, new_q, new_p, f, g, h):
    root = np.sqrt(
        np.abs(1 - h * h * (f(p + 1e-6) - f(p - 1e-6)) * (g(q + 1e-6) - g(q - 1e-6)) / 4e-12)
    )  # the determinant's root
    for slip, why in (
        (
            (q + h * f(p), p + h * g(q)),
            "That is the Euler step itself: both move at once. It multiplies areas by 1 − h²f′g′.",
        ),
        ((p + h * g(q + h * f(p)), q + h * f(p)), "The new q comes first, then the new p."),
        ((q + h * f(q), p + h * g(p)), "q moves by f at p, and p moves by g at q."),
        ((q + h * g(p), p + h * f(q)), "f and g are the wrong way round."),
        ((q + h * f(p), p - h * g(q + h * f(p))), "The sign of g is wrong: p moves by +h g(q)."),
        ((q + h * f(p), p), "That keeps areas, but p does not move at all."),
        ((q, p + h * g(q)), "That keeps areas, but q does not move at all."),
        ((q, p), "That keeps areas, but nothing moves."),
        (
            ((q + h * f(p)) / root, (p + h * g(q)) / root),
            "Dividing by the root of the determinant shrinks all of q and p.",
        ),
        ((q + f(p), p + g(q + f(p))), "That keeps areas, but the step has the length 1, not h."),
    ):
        if np.allclose([new_q, new_p], slip, rtol=1e-9, atol=1e-9):
            raise Wrong(why)


@exercise(
    "13.4",
    "Two numbers are needed: the norm of A, and the steepest slope of the sigmoid.",
    "‖A‖ = 3, on (1, 1). The slope is at most ¼, and h ≤ 2 / (¼ · 9).",
)
def longest_safe_step(answer):
    (h,) = real_numbers(answer, ["h"])
    if math.isclose(h, 8 / 9, rel_tol=0.004):
        return "8/9. A gentle activation allows a long step: four times as long as ReLU's."
    if h <= 0:
        raise Wrong(f"h = {h:g}? A step forwards is longer than 0.")
    for slip, why in (
        (2 / 9, "That is the bound for ReLU, whose slope goes up to 1. A sigmoid's is at most ¼."),
        (4 / 9, "That is half of it: 1/(¼‖A‖²) is where the step is surely one-to-one. 1-Lipschitz allows 2/(¼‖A‖²)."),
        (1 / 9, "That is 1 / ‖A‖². The bound has a 2 above, and the sigmoid's slope of ¼ below."),
        (0.8, "You took the sum of the squared entries, 10. The spectral norm is 3: the largest stretch of a vector."),
        (
            0.2,
            "You took the sum of the squared entries, and the slope 1. The norm is 3, and a sigmoid's slope is at most ¼.",
        ),
        (8 / 3, "‖A‖ is 3, and the bound has its square."),
        (2 / 3, "‖A‖ enters squared, and the sigmoid's slope is at most ¼."),
        (8, "You took the smaller stretch, of (1, −1), which is 1. The largest one counts, of (1, 1)."),
        (2, "You took 1 and no ¼, or the largest entry, 2, for the norm. ‖A‖ is 3, the stretch of (1, 1)."),
        (18, "The norm belongs below the line: 2 / (¼ · 9)."),
        (16 / 9, "That is 4/(¼‖A‖²), twice the bound."),
        (8 / math.sqrt(10), "You took √10, the root of the sum of the squared entries, for ‖A‖²."),
        (32 / 9, "The slope ¼ enters once, not squared."),
        (1 / 18, "The slope ¼ belongs below: a gentler activation allows a *longer* step."),
        (9 / 8, "That is 1 over the bound."),
        (2.25, "That is the strongest pull of the field, ¼ · 9. The step is 2 over it."),
        (9, "9 is ‖A‖². The step is 2 / (¼ · 9)."),
        (3, "3 is ‖A‖. The step is 2 / (¼ · 3²)."),
    ):
        if math.isclose(h, slip, rel_tol=0.004):
            raise Wrong(f"You gave {h:.3g}. {why}")
    raise Wrong(
        f"h = {h:.3g} is too {'long: two points near 0 move apart' if h > 8 / 9 else 'short: it could be longer'}. "
        "The bound is 2 / (s‖A‖²) with the largest slope s of the sigmoid."
    )


@exercise(
    "13.5",
    "“Right” means within five per cent of the range at all points. How much of it adds up on a long path?",
    "Train on to step 1000 or so. If the energy still moves, pause at another moment. Other seeds take up to 5000 steps.",
)
def closed_paths(answer):
    x, y = named_data("pendulum")
    model = playground(answer, x, y).keras_model()
    arrows = tf.function(model)
    path = integrate("RK4", lambda z: arrows(z).numpy(), np.array([[1.7, 0]]), 0.05, 480)
    energy = pendulum().invariant(path[:, 0])
    moved = np.abs(energy - energy[0]).max()
    off = np.abs(np.asarray(model(x)) - y).max() / np.ptp(y)
    if not moved <= 2:
        raise Wrong("The path from (1.7, 0) leaves the picture. Train on.")
    if moved > 0.05 and off < 0.05:
        raise Wrong(
            f"Every arrow is right within 5 per cent of the range, and yet the energy moves by {moved:.2g} in 24 units of time. "
            "Train on, or pause at another moment."
        )
    if moved > 0.05:
        raise Wrong(f"The energy moves by {moved:.2g} in 24 units of time. Train on.")
    return "Three turns, and the path still closes. Errors of the arrows add up along it: the flow asks for more than the field."
