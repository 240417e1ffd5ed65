"""Diffusion paths dX = μ dt + σ dW, and what can be said of λ in kⱼ = (1/n) Σᵢ λ xᵢⱼ².

Times are in one unit of your choice and positions in another; μ is in positions per time, σ in positions per √time, k in
positions², and λ is a pure number. S_j = (1/n) Σᵢ xᵢⱼ² is the average of squares at time j.
"""

from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """An estimate of λ, its standard error, and the degrees of freedom of the t-distribution that goes with it."""

    λ: float
    standard_error: float
    degrees: int


def diffusion_paths(n, m, T, μ, σ, start=0.0, seed=None):
    """Positions of n independent paths of dX = μ dt + σ dW at the m times T/m, 2T/m, …, T: an array (m, n).

    Parameters: n, m, positive integers; T > 0, the last time; μ, drift; σ ≥ 0, volatility; start, where the paths begin, one
    number or n of them; seed, an integer, or None for other paths on each call.
    The increments have their exact distribution, N(μT/m, σ²T/m), so that m has no influence on the law of the positions.
    Raises ValueError for other values. Taught in notebook 10.
    """
    for name, value in (("n", n), ("m", m)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError(f"{name} should be a positive integer, not {value!r}.")
    if not (np.isfinite(T) and T > 0):
        raise ValueError(f"T, the last time, should be a positive number, not {T!r}.")
    if not np.isfinite(μ):
        raise ValueError(f"The drift μ should be a number, not {μ!r}.")
    if not (np.isfinite(σ) and σ >= 0):
        raise ValueError(f"The volatility σ should be a number of at least 0, not {σ!r}.")
    if np.shape(start) not in ((), (n,)) or not np.isfinite(start).all():
        raise ValueError(f"start should be one finite number or {n} of them, not {start!r}.")
    steps = np.random.default_rng(seed).normal(μ * T / m, σ * np.sqrt(T / m), (m, n))
    return np.asarray(start) + np.cumsum(steps, axis=0)


def average_of_squares(x):
    """S_j = (1/n) Σᵢ xᵢⱼ² for positions x (m, n): an array (m,), in positions².

    Raises ValueError if x is not (m, n), or holds NaN or infinity. Taught in notebook 10.
    """
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or x.size == 0:
        raise ValueError(f"x should have the shape (m times, n paths), both at least 1, not {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError("x contains NaN or infinity: leave these times out.")
    return (x**2).mean(axis=1)


def expected_square_of_average(n, t, μ, σ, start=0.0):
    """E S² at time t, for n paths from one start: (M² + V)² + (2V² + 4M²V)/n with M = start + μt and V = σ²t.

    t may be an array; the result has its shape. Follows from the moments of a normal distribution. Taught in notebook 10.
    """
    M, V = start + μ * np.asarray(t), σ**2 * np.asarray(t)
    return (M**2 + V) ** 2 + (2 * V**2 + 4 * M**2 * V) / n


def critical_learning_rate(x):
    """1 / mean S²: gradient descent on mean (λ̂ S - k)² converges for every learning rate below this and for none above.

    Parameter: x (m, n), positions. Unit: 1 / positions⁴. Raises ValueError for what `average_of_squares` refuses and if all
    positions are 0. Taught in notebook 10.
    """
    return float(1 / np.mean(_informative(x) ** 2))


def estimate_lambda(x, k):
    """λ by least squares from positions x (m, n) and averages k (m,): Σ S k / Σ S², with its standard error.

    The standard error supposes independent errors of one size on k, estimated from the residuals with m - 1 degrees of
    freedom; it is NaN for m = 1. An interval is λ ± t · standard_error with the quantile t of Student's distribution.
    Returns: Estimate(λ, standard_error, degrees). Raises ValueError if the shapes do not fit, if all positions are 0, or
    where x or k is not finite. Taught in notebook 10.
    """
    S, k = _informative(x), np.asarray(k, dtype=float)
    if k.shape != S.shape:
        raise ValueError(f"k should hold one average per time: x has {len(S)} times, but k has the shape {k.shape}.")
    if not np.isfinite(k).all():
        raise ValueError("k contains NaN or infinity: leave these times out, in x too.")
    λ, degrees = S @ k / (S @ S), len(S) - 1
    variance = np.sum((k - λ * S) ** 2) / degrees if degrees else np.nan
    return Estimate(float(λ), float(np.sqrt(variance / (S @ S))), degrees)


def cramer_rao_bound(x, noise):
    """The smallest variance of an unbiased estimator of λ, from positions x (m, n) and k with normal noise: noise² / Σ S².

    Parameters: noise ≥ 0, the standard deviation of the independent errors on k, in positions². Raises ValueError if noise
    is negative or not finite, and for what `critical_learning_rate` refuses. Taught in notebook 10.
    """
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"The noise should be a standard deviation of at least 0, not {noise!r}.")
    return float(noise**2 / np.sum(_informative(x) ** 2))


def _informative(x):
    S = average_of_squares(x)
    if not S.any():
        raise ValueError("All positions are 0, and so is k whatever λ is: λ cannot be known from these paths.")
    return S
