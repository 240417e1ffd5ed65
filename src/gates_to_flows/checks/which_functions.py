"""The exercises of notebook 7."""

import itertools
import math

import keras
import numpy as np
import scipy.optimize

from gates_to_flows.checks import Wrong, exercise, real_numbers
from gates_to_flows.functions import Target, absolute_value, exponential, fast_sine, runge, sine

_ROOT = Target("√x", np.sqrt, (0, 1), "an infinite slope at 0")
_SIX = {target.name: target for target in (absolute_value, exponential, sine, runge, fast_sine, _ROOT)}
_WITHOUT_SPACES = {name.replace(" ", ""): name for name in _SIX}
_MOST_WEIGHTS = 50
_UNITS = 80  # with random weights, to try out an activation


@exercise(
    "7.1",
    "A smooth target needs about L·√(|f″| / 0.08) pieces: L is the length of the domain, |f″| the largest second derivative.",
    "|x| is two straight pieces. √x bends without bound at 0, where its second derivative is infinite.",
)
def order_of_difficulty(order):
    if not isinstance(order, (list, tuple, np.ndarray)) or any(isinstance(name, (list, tuple)) for name in order):
        raise Wrong(f"Give one list of the six names; you gave {order!r}.")
    names = [getattr(name, "name", name) for name in order]
    names = [_WITHOUT_SPACES.get(name.replace(" ", ""), name) if isinstance(name, str) else name for name in names]
    for place, name in enumerate(names, start=1):
        if name is None or name is ...:
            raise Wrong(f"Place {place} is not filled in yet.")
        if not isinstance(name, str) or name not in _SIX:
            raise Wrong(f"{name!r} is not one of the six: {', '.join(_SIX)}.")
        if name in names[: place - 1]:
            raise Wrong(f"{name} is in the list twice.")
    if missing := [name for name in _SIX if name not in names]:
        raise Wrong(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")
    pieces = [_pieces_needed(_SIX[name]) for name in names]
    if pieces == sorted(pieces, reverse=True):
        raise Wrong("That is the right order backwards: the easiest comes first.")
    for one, other, n, m in zip(names, names[1:], pieces, pieces[1:], strict=False):
        if n > m:
            raise Wrong(f"You put {one} before {other}, but {one} needs {n} pieces and {other} {m}.")
    return (
        f"They need {', '.join(map(str, pieces[:-1]))} and {pieces[-1]} pieces. A longer domain costs, and a sharp bend, "
        "unless a knot meets it, as with |x|."
    )


def _pieces_needed(target, tolerance=0.01):
    """The fewest equal pieces whose interpolant has a max error of at most `tolerance`."""
    return next(n for n in itertools.count(1) if _interpolation_error(target, n) <= tolerance)


def _interpolation_error(target, n):
    x, y = target.samples(n)
    return target.max_error(lambda q: np.interp(q, x[:, 0], y[:, 0]))


@exercise(
    "7.2",
    "An activation of which degree gives only straight lines, whatever the width?",
    "With h = z every network is a line. |x| is even, so the best line is level: half way between 0 and 1.",
)
def wall_for_the_kink(answer):
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise Wrong("Give two things, (activation, floor), such as (lambda z: z**2, 0.125).")
    activation, floor = answer
    if isinstance(activation, str):
        activation = keras.activations.get(activation)
    if not callable(activation):
        raise Wrong(f"The activation should be a function of z; you gave {activation!r}.")
    (floor,) = real_numbers(floor, ["the floor"])
    x, rng = np.linspace(-1, 1, 257)[:, None], np.random.default_rng(7)
    found = []
    for steepness in (3, 1e4, 1e7):  # what looks straight from nearby may bend further out
        z = rng.normal(0, steepness, _UNITS) * (x - rng.uniform(-1.2, 1.2, _UNITS))
        with np.errstate(all="ignore"):
            h = np.asarray(activation(z))
        if h.shape != z.shape or h.dtype.kind not in "biuf":
            raise Wrong(f"The activation should give one real number for each z; {z.shape} gave {h.dtype} {h.shape}.")
        if np.isfinite(h).all():
            found.append(_best_combination(np.hstack([h, np.ones_like(x)]), np.abs(x[:, 0])))
        elif steepness == 3:
            raise Wrong("The activation is not finite everywhere: units of any weights and biases should be allowed.")
    best, rank = min(found)
    if rank == 3 and math.isclose(best, 1 / 8, rel_tol=0.01):
        raise Wrong("That is a quadratic, the text's own wall. Find another.")
    if best < 0.1:
        raise Wrong(
            f"{_UNITS} of your units with random weights already come within {best:.2g} of |x|; no width may come within 0.1."
        )
    if not math.isclose(floor, best, rel_tol=0.02):
        way = "lower" if floor > best else "higher"
        raise Wrong(
            f"That is a wall. But its floor is {way} than {floor:g}: what is the best that such a network can do?"
        )
    spanned = {1: "constants", 2: "straight lines"}.get(rank, f"polynomials of degree {rank - 1}")
    return f"Any width gives {spanned} only, and the best of them misses |x| by {best:.3g}. Width adds nothing to that."


def _best_combination(features, target):
    """The least max error of a combination of the columns, and how many of them are independent."""
    sizes = np.linalg.norm(features, axis=0)
    u, s, _ = np.linalg.svd(features / np.where(sizes > 0, sizes, 1), full_matrices=False)
    basis = u[:, s > 1e-5 * s[0]]  # above the rounding of float32
    n, rank = basis.shape
    ones = np.ones((n, 1))
    bounds = [(None, None)] * rank + [(0, None)]
    result = scipy.optimize.linprog(
        np.eye(rank + 1)[-1],
        np.block([[basis, -ones], [-basis, -ones]]),
        np.concatenate([target, -target]),
        bounds=bounds,
    )
    return float(result.fun), rank


@exercise(
    "7.3",
    "Sixteen tanh units have 49 weights. Levenberg–Marquardt needs far fewer iterations than Adam needs steps.",
    "Take 129 training points and 16 units, and give `minimize` 300 iterations; if it ends high, start again.",
)
def runge_to_a_thousandth(model):
    if isinstance(model, type) or not isinstance(model, keras.Model):
        raise Wrong(f"Give a trained Keras model; you gave {type(model).__name__}.")
    weights = model.count_params()
    if weights > _MOST_WEIGHTS:
        raise Wrong(f"Your network has {weights} weights, and {_MOST_WEIGHTS} are allowed: make it narrower.")
    errors = np.abs(runge.errors(model))[:, 0]
    if not np.isfinite(errors).all():
        raise Wrong("Your network's output is not finite: training diverged.")
    worst, at = errors.max(), runge.dense_grid()[errors.argmax(), 0]
    if worst <= 1e-3:
        return (
            f"{weights} weights, and nowhere on the dense grid further off than 0.001. The loss could not have told you; "
            "the dense grid can."
        )
    found = f"The max error is {worst:.2g}, at x = {at:.2f}"
    if worst > 0.4:
        raise Wrong(f"{found}: the network has not found the peak. Train it, or start from steeper units.")
    if worst > 0.01:
        raise Wrong(f"{found}: still far from 0.001. Are there enough training points, and enough units near 0?")
    raise Wrong(f"{found}. Nearly: go on with the training, or start again from other weights.")


@exercise(
    "7.4",
    "By what factor does the error fall when the number of pieces is multiplied by 4?",
    "error = C·n^s. Two rows give s; one row gives C; then solve C·n^s = 0.001 for n.",
)
def read_the_slope(answer):
    slope, pieces = real_numbers(answer, ["the slope", "the number of pieces"])
    if math.isclose(abs(pieces), 0.5, abs_tol=0.02) and slope > 10:
        raise Wrong("The two are the wrong way round: the slope comes first, then the number of pieces.")
    if math.isclose(slope, 0.5, abs_tol=0.02):
        raise Wrong("The size of the slope is right and its sign is not: the error falls as n grows.")
    if math.isclose(slope, -2, abs_tol=0.05):
        raise Wrong("−2 is what a smooth target has. Here four times the pieces only halve the error.")
    if math.isclose(slope, -1, abs_tol=0.05):
        raise Wrong("With −1, twice the pieces would halve the error. Here it takes four times as many.")
    if not math.isclose(slope, -0.5, abs_tol=0.02):
        raise Wrong(f"The slope is log(error ratio) over log(piece ratio) of two rows, which is not {slope:g}.")
    if pieces <= 0:
        raise Wrong(f"A number of pieces is positive; you gave {pieces:g}.")
    wanted = 1 / (16 * 0.001**2)
    if math.isclose(pieces, wanted, rel_tol=0.03):
        return "62 500 equal pieces for three digits of a square root. The slope is the bill: each further digit costs 100 times."
    for factor, why in (
        (8 / wanted * (0.0884 / 0.001), "You scaled the pieces as the error: that would be a slope of −1."),
        (
            8 / wanted * math.sqrt(0.0884 / 0.001),
            "You scaled as for a slope of −2, with the root of the error's ratio.",
        ),
        (16, "You left out C: the error is n^(−½) / 4, and not n^(−½)."),
        (1e-2, "That is the number for an error of 0.01."),
    ):
        if math.isclose(pieces, wanted * factor, rel_tol=0.04):
            raise Wrong(f"The slope is right. {why}")
    raise Wrong(f"The slope is right. With {pieces:g} pieces the error is {0.25 / math.sqrt(pieces):.3g}, not 0.001.")
