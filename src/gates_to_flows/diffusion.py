"""Diffusion paths dX = μ dt + σ dW, and what can be said of λ in kⱼ = (1/n) Σᵢ λ xᵢⱼ².

Times are in one unit of your choice and positions in another; μ is in positions per time, σ in positions per √time, k in
positions², and λ is a pure number. S_j = (1/n) Σᵢ xᵢⱼ² is the average of squares at time j.
"""

import numbers
from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """An estimate of λ, its standard error, and the degrees of freedom of the t-distribution that goes with it."""

    λ: float
    standard_error: float
    degrees: int


@np.errstate(all="ignore")
def diffusion_paths(n, m, T, μ, σ, start=0.0, seed=None):
    """Positions of n independent paths of dX = μ dt + σ dW at the m times T/m, 2T/m, …, T: an array (m, n).

    Parameters: n, m, positive integers; T > 0, the last time; μ, drift; σ ≥ 0, volatility; start, where the paths begin, one
    number or n of them; seed, an integer, or None for other paths on each call.
    The increments have their exact distribution, N(μT/m, σ²T/m), so that m has no influence on the law of the positions.
    Raises ValueError for other values. Taught in notebook 10.
    """
    n, m = _count(n, "n"), _count(m, "m")
    T = _number(T, "T, the last time, should be a positive number", lambda T: 0 < T < np.inf)
    μ, σ = _drift(μ), _volatility(σ)
    wanted = f"start should be one finite number or {n} of them"
    begin = _reals(start, wanted)
    if begin.shape not in ((), (n,)) or not np.isfinite(begin).all():
        raise ValueError(f"{wanted}, not {_shown(start)}.")
    try:
        rng = np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(f"seed should be an integer of at least 0, or None, not {_shown(seed)}.") from None
    try:
        steps = rng.normal(μ * T / m, σ * np.sqrt(T / m), (m, n))
    except (MemoryError, ValueError):
        raise ValueError(f"{m} times {n} positions do not fit into memory: take fewer times or paths.") from None
    return _finite(begin + np.cumsum(steps, axis=0))


@np.errstate(all="ignore")
def average_of_squares(x):
    """S_j = (1/n) Σᵢ xᵢⱼ² for positions x (m, n): an array (m,), in positions².

    Raises ValueError if x is not (m, n), or holds NaN, infinity, masked values or anything but real numbers. Taught in
    notebook 10.
    """
    x = _reals(x, "x should hold real numbers, none of them masked")
    if x.ndim != 2 or x.size == 0:
        raise ValueError(f"x should have the shape (m times, n paths), both at least 1, not {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError("x contains NaN or infinity: leave these times out.")
    return _finite((x**2).mean(axis=1))


@np.errstate(all="ignore")
def expected_square_of_average(n, t, μ, σ, start=0.0):
    """E S² at time t, for n paths from one start: (M² + V)² + (2V² + 4M²V)/n with M = start + μt and V = σ²t.

    Parameters: n, a positive integer; t ≥ 0, one time or an array; μ, σ ≥ 0 and start, numbers as in `diffusion_paths`.
    Returns: the shape of t. Raises ValueError for other values. Follows from the moments of a normal distribution. Taught in
    notebook 10.
    """
    n, μ, σ = _count(n, "n"), _drift(μ), _volatility(σ)
    wanted = "t should be a time of at least 0, or an array of them"
    times = _reals(t, wanted)
    if not ((times >= 0) & (times < np.inf)).all():
        raise ValueError(f"{wanted}, not {_shown(t)}.")
    M, V = _number(start, "start should be one finite number") + μ * times, σ**2 * times
    return _finite((M**2 + V) ** 2 + (2 * V**2 + 4 * M**2 * V) / n)


@np.errstate(all="ignore")
def critical_learning_rate(x):
    """1 / mean S²: gradient descent on mean (λ̂ S - k)² converges for every learning rate below this and for none above.

    Parameter: x (m, n), positions. Unit: 1 / positions⁴. Raises ValueError for what `average_of_squares` refuses and if all
    positions are 0. Taught in notebook 10.
    """
    return float(_finite(1 / np.mean(_informative(x) ** 2)))


@np.errstate(all="ignore")
def estimate_lambda(x, k):
    """λ by least squares from positions x (m, n) and averages k (m,): Σ S k / Σ S², with its standard error.

    The standard error supposes independent errors of one size on k, estimated from the residuals with m - 1 degrees of
    freedom; it is NaN for m = 1. An interval is λ ± t · standard_error with the quantile t of Student's distribution.
    Returns: Estimate(λ, standard_error, degrees). Raises ValueError if the shapes do not fit, if all positions are 0, or
    where x or k holds anything but finite real numbers. Taught in notebook 10.
    """
    S, k = _informative(x), _reals(k, "k should hold real numbers, none of them masked")
    if k.shape != S.shape:
        raise ValueError(f"k should hold one average per time: x has {len(S)} times, but k has the shape {k.shape}.")
    if not np.isfinite(k).all():
        raise ValueError("k contains NaN or infinity: leave these times out, in x too.")
    λ, degrees = S @ k / (S @ S), len(S) - 1
    variance = np.sum((k - λ * S) ** 2) / degrees if degrees else np.nan
    error = np.sqrt(variance / (S @ S))
    _finite([λ, error] if degrees else λ)
    return Estimate(float(λ), float(error), degrees)


@np.errstate(all="ignore")
def cramer_rao_bound(x, noise):
    """The smallest variance of an unbiased estimator of λ, from positions x (m, n) and k with normal noise: noise² / Σ S².

    Parameters: noise ≥ 0, the standard deviation of the independent errors on k, in positions². Raises ValueError if noise
    is negative or not finite, and for what `critical_learning_rate` refuses. Taught in notebook 10.
    """
    noise = _number(noise, "The noise should be a standard deviation of at least 0", lambda noise: 0 <= noise < np.inf)
    return float(_finite(noise**2 / np.sum(_informative(x) ** 2)))


def _informative(x):
    S = average_of_squares(x)
    if not np.any(x):
        raise ValueError("All positions are 0, and so is k whatever λ is: λ cannot be known from these paths.")
    limits = np.finfo(float)
    _finite(S @ S if S @ S > limits.tiny / limits.eps else np.nan)  # below that, squares lose their digits
    return S


def _count(value, name):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not 1 <= value < 2**63:
        raise ValueError(f"{name} should be a positive integer, not {_shown(value)}.")
    return value


def _drift(μ):
    return _number(μ, "The drift μ should be a number")


def _volatility(σ):
    return _number(σ, "The volatility σ should be a number of at least 0", lambda σ: 0 <= σ < np.inf)


def _number(value, wanted, fits=np.isfinite):
    """`value` as one float; ValueError, beginning with what was `wanted`, for all else and where it does not fit."""
    number = _reals(value, wanted)
    if number.ndim > 0 or not fits(number):
        raise ValueError(f"{wanted}, not {_shown(value)}.")
    return number[()]


def _reals(values, wanted):
    """`values` as an array of floats; ValueError for text, booleans, complex numbers, gaps and whatever else is not real."""
    try:
        array = np.ma.asarray(values)
        kind, floats = array.dtype.kind, None
        if kind in "iuf" or kind == "O" and all(_is_real(x) for x in array.data.flat):
            floats = array.data.astype(float, copy=False)
    except (TypeError, ValueError, OverflowError):  # rows of different lengths, an integer beyond all floats
        floats = None
    if floats is None or np.ma.is_masked(array):
        raise ValueError(f"{wanted}, not {_shown(values)}.")
    return floats


def _is_real(x):
    return isinstance(x, numbers.Real) and not isinstance(x, bool)


def _finite(result):
    if not np.isfinite(result).all():
        raise ValueError("Numbers of this size leave the range of floats: give times and positions in other units.")
    return result


def _shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
