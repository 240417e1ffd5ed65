"""Systems of ordinary differential equations ẋ = f(x), and steps that follow them.

States have their coordinates along the last axis, of length d; all axes before it are paths side by side. Fields and steps
take NumPy arrays, complex ones too, and TensorFlow tensors alike. In a Hamiltonian system the first half of the coordinates
are positions q and the second half momenta p.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from scipy.integrate import solve_ivp


class System(NamedTuple):
    """A system ẋ = field(x), both (…, d); what stays constant along its paths, invariant(x) of shape (…); coordinate names."""

    field: Callable
    invariant: Callable
    names: tuple


ORDERS = {"Euler": 1, "midpoint": 2, "Störmer–Verlet": 2, "RK4": 4, "Yoshida": 4}


def oscillator():
    """A mass on a spring, q̇ = p and ṗ = -q, with the energy H = (p² + q²)/2. Taught in notebook 13."""
    return System(
        lambda x: _stack(x, x[..., 1], -x[..., 0]), lambda x: (x[..., 0] ** 2 + x[..., 1] ** 2) / 2, ("q", "p")
    )


def pendulum():
    """q̇ = p and ṗ = -sin q, q the angle from the lowest point, with the energy H = p²/2 - cos q. Taught in notebook 14."""
    return System(
        lambda x: _stack(x, x[..., 1], -_of(x).sin(x[..., 0])),
        lambda x: x[..., 1] ** 2 / 2 - _of(x).cos(x[..., 0]),
        ("q", "p"),
    )


def lotka_volterra(α, β, γ, δ, log=False):
    """Prey x and predators y: ẋ = αx - βxy and ẏ = δxy - γy, with the invariant V = δx - γ ln x + βy - α ln y.

    Parameters: positive rates per unit of time (β and δ also per animal), numbers or tensors; log, whether the coordinates
    are u = ln x and v = ln y: then each rate depends on the other coordinate only, as Störmer–Verlet wants it.
    Lotka 1920, doi:10.1073/pnas.6.7.410. Taught in notebook 12.
    """

    def invariant(x, y, ln_x, ln_y):
        return δ * x - γ * ln_x + β * y - α * ln_y

    if log:

        def both(w):
            return _of(w).exp(w[..., 0]), _of(w).exp(w[..., 1])

        def log_field(w):
            x, y = both(w)
            return _stack(w, α - β * y, δ * x - γ)

        return System(log_field, lambda w: invariant(*both(w), w[..., 0], w[..., 1]), ("ln x", "ln y"))

    def field(z):
        x, y = z[..., 0], z[..., 1]
        return _stack(z, x * (α - β * y), y * (δ * x - γ))

    def logarithms(z):
        ln = tf.math.log if tf.is_tensor(z) else np.log
        return ln(z[..., 0]), ln(z[..., 1])

    return System(field, lambda z: invariant(z[..., 0], z[..., 1], *logarithms(z)), ("x", "y"))


def coupled_quartic():
    """Two coupled masses on stiffening springs: H = ½ pᵀMp + (q₁⁴ + q₂⁴)/4 + (q₁² + q₂²)/2 with M = [[5, -1], [-1, 5]].

    The Hamiltonian of Celledoni, Leone, Murari and Owren 2023, doi:10.1016/j.cam.2022.114608, with the quadratic terms of
    the lecture slides. Taught in notebook 14.
    """

    def field(x):
        q1, q2, p1, p2 = (x[..., i] for i in range(4))
        return _stack(x, 5 * p1 - p2, 5 * p2 - p1, -(q1**3) - q1, -(q2**3) - q2)

    def energy(x):
        q1, q2, p1, p2 = (x[..., i] for i in range(4))
        return (5 * p1**2 - 2 * p1 * p2 + 5 * p2**2) / 2 + (q1**4 + q2**4) / 4 + (q1**2 + q2**2) / 2

    return System(field, energy, ("q₁", "q₂", "p₁", "p₂"))


def henon_heiles():
    """A star in the plane of a galaxy: H = (p₁² + p₂² + q₁² + q₂²)/2 + q₁²q₂ - q₂³/3.

    Paths of energy up to 1/6 that begin in the triangle |q₁| √3 ≤ 1 - q₂, q₂ ≥ -1/2 stay in it. Hénon and Heiles 1964,
    doi:10.1086/109234. Taught in notebook 15.
    """

    def field(x):
        q1, q2, p1, p2 = (x[..., i] for i in range(4))
        return _stack(x, p1, p2, -q1 - 2 * q1 * q2, -q2 - q1**2 + q2**2)

    def energy(x):
        q1, q2, p1, p2 = (x[..., i] for i in range(4))
        return (p1**2 + p2**2 + q1**2 + q2**2) / 2 + q1**2 * q2 - q2**3 / 3

    return System(field, energy, ("q₁", "q₂", "p₁", "p₂"))


def henon_heiles_starts(n, rng, low=0, high=1 / 6):
    """n states of Hénon and Heiles whose paths stay bounded: an array (n, 4), uniform among low ≤ H ≤ high in the triangle.

    Parameters: rng, a NumPy random generator. Raises ValueError unless 0 ≤ low < high ≤ 1/6, the energy of escape.
    Taught in notebook 16.
    """
    if not 0 <= low < high <= 1 / 6:
        raise ValueError(
            f"low and high should be 0 ≤ low < high ≤ 1/6, the energy of escape, not {low!r} and {high!r}."
        )
    energy, found = henon_heiles().invariant, np.empty((0, 4))
    momentum = np.sqrt(2 * high)
    while len(found) < n:
        x = rng.uniform([-(0.75**0.5), -0.5, -momentum, -momentum], [0.75**0.5, 1, momentum, momentum], (10 * n, 4))
        inside = np.abs(x[:, 0]) * 3**0.5 <= 1 - x[:, 1]
        found = np.concatenate([found, x[inside & (low <= energy(x)) & (energy(x) <= high)]])
    return found[:n]


def step(method, field, x, h):
    """One step of length h from x (…, d) along ẋ = field(x), by a method of `ORDERS`: an array or tensor (…, d).

    Störmer–Verlet, and Yoshida's three steps of it, are for fields in which the rates of the first half of the coordinates
    depend on the second half only, and the other way round; `integrate` refuses others. Raises ValueError for an unknown
    method. Taught in notebooks 12 and 16. Hairer, Lubich and Wanner, Geometric Numerical Integration, 2nd ed., 2006,
    doi:10.1007/3-540-30666-8; Yoshida 1990, doi:10.1016/0375-9601(90)90092-3.
    """
    if method == "Euler":
        return x + h * field(x)
    if method == "midpoint":
        return x + h * field(x + h / 2 * field(x))
    if method == "RK4":
        k1 = field(x)
        k2 = field(x + h / 2 * k1)
        k3 = field(x + h / 2 * k2)
        k4 = field(x + h * k3)
        return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    if method == "Störmer–Verlet":
        half = x.shape[-1] // 2
        join = tf.concat if tf.is_tensor(x) else np.concatenate
        q, p = x[..., :half], x[..., half:]
        p = p + h / 2 * field(x)[..., half:]
        q = q + h * field(join([q, p], -1))[..., :half]
        p = p + h / 2 * field(join([q, p], -1))[..., half:]
        return join([q, p], -1)
    if method == "Yoshida":
        outer = 1 / (2 - 2 ** (1 / 3))  # the lengths add up to 1 and their cubes to 0
        for part in (outer, 1 - 2 * outer, outer):
            x = step("Störmer–Verlet", field, x, part * h)
        return x
    raise ValueError(f"The method should be one of {', '.join(ORDERS)}, not {method!r}.")


@np.errstate(over="ignore", invalid="ignore")
def integrate(method, field, start, h, steps, every=1):
    """Paths by `steps` steps of length h from start (…, d), NumPy arrays: (1 + steps // every, …, d), the start first.

    Parameters: every, the number of steps from one record to the next. Unit of h: time; it may be negative. A path that
    runs away ends in infinity or NaN. Raises ValueError for an unknown method, a start or numbers that cannot be followed,
    and for Störmer–Verlet and Yoshida where the field does not suit it. Taught in notebook 12.
    """
    x = _start(start)
    for name, number in (("steps", steps), ("every", every)):
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 1:
            raise ValueError(f"{name} should be a positive integer, not {number!r}.")
    if not np.isscalar(h) or isinstance(h, str) or not np.isfinite(h) or h == 0:
        raise ValueError(f"h should be a finite number other than 0, not {h!r}.")
    if method in ("Störmer–Verlet", "Yoshida"):
        _refuse_mixed(method, field, x)
    records = [x]
    for number in range(1, steps + 1):
        x = step(method, field, x, h)
        if number % every == 0:
            records.append(x)
    return np.array(records)


def reference(field, start, times, tolerance=1e-11):
    """Paths from start (…, d) at time 0, NumPy arrays, by SciPy's DOP853: an array (len(times), …, d).

    Parameters: times, increasing numbers from 0 on, or decreasing ones; tolerance, relative and absolute, for the error of
    one step of the solver. Raises ValueError for other times, RuntimeError where the solver does not get to the last one.
    Taught in notebook 12.
    """
    x = _start(start)
    times = np.asarray(times, dtype=float)
    if times.ndim != 1 or not times.size or not np.isfinite(times).all():
        raise ValueError(f"times should be a list of finite numbers, not {times.tolist()}.")
    turns = np.diff(np.concatenate([[0.0], times]))
    if (turns < 0).any() and (turns > 0).any() or (turns[1:] == 0).any():
        raise ValueError("times should increase from 0 on, or decrease from it, without repetition.")
    if not times.any():
        return x[None]
    solved = solve_ivp(
        lambda t, flat: field(flat.reshape(x.shape)).ravel(),
        (0.0, times[-1]),
        x.ravel(),
        method="DOP853",
        t_eval=times,
        rtol=tolerance,
        atol=tolerance,
    )
    if not solved.success:
        raise RuntimeError(f"The solver stopped before time {times[-1]:g}: {solved.message}")
    return solved.y.T.reshape(len(times), *x.shape)


def poincare_section(flow, starts, units):
    """Where paths come through the plane q₁ = 0 upwards: a list with an array (crossings, d) for each path, in their order.

    Parameters: flow(x, t), the states (N, d) at the times t (N,) after x, for 0 ≤ t ≤ 1; starts (n, d); units, for how many
    units of time the paths are followed. In one unit a path should not come through twice. The moment is found by halving.
    Taught in notebook 16. Hénon and Heiles 1964, doi:10.1086/109234.
    """
    path = [_start(starts)]
    for _ in range(units):
        path.append(np.asarray(flow(path[-1], np.ones(len(path[-1])))))
    path = np.array(path)
    through = (path[:-1, :, 0] < 0) & (path[1:, :, 0] >= 0)
    before = path[:-1][through]
    low, high = np.zeros(len(before)), np.ones(len(before))
    for _ in range(52):
        middle = (low + high) / 2
        below = np.asarray(flow(before, middle))[:, 0] < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    crossings, whose = np.asarray(flow(before, high)), np.nonzero(through)[1]
    return [crossings[whose == i] for i in range(path.shape[1])]


def _start(start):
    x = np.asarray(start)
    if x.dtype.kind not in "iufc" or x.ndim == 0 or not x.size or not np.isfinite(x).all():
        raise ValueError(f"start should hold finite numbers, the coordinates along its last axis, not {start!r}.")
    return x if x.dtype.kind == "c" else x.astype(float)


def _refuse_mixed(method, field, x):
    half, odd = divmod(x.shape[-1], 2)
    if odd:
        raise ValueError(f"{method} needs as many positions as momenta, not {x.shape[-1]} coordinates.")
    other_q, other_p = x.copy(), x.copy()
    other_q[..., :half] += 0.1 + 0.1 * np.arange(half)
    other_p[..., half:] += 0.1 + 0.1 * np.arange(half)
    here = field(x)
    if (field(other_q)[..., :half] != here[..., :half]).any() or (field(other_p)[..., half:] != here[..., half:]).any():
        raise ValueError(
            f"{method} needs a field in which the rates of the first half of the coordinates depend on the second half only, "
            "and the other way round; this one mixes them. (Lotka–Volterra does not, with log=True.)"
        )


def _of(x):
    return tf if tf.is_tensor(x) else np


def _stack(x, *rates):
    return _of(x).stack(rates, axis=-1)
