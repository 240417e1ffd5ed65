"""A number that the text relies on, checked where it is stated."""

import math
import numbers
from collections.abc import Sequence
from decimal import Decimal

import numpy as np


class ClaimError(AssertionError):
    """A measured number lies outside the band that the course claims for it."""


def claim(what, measured, claimed=None, *, within=None, at_most=None, at_least=None):
    """Print what was measured beside what the course claims, or raise if the two disagree.

    ``claim("XOR solved", share, 0.825, within=0.03)`` asks for 0.825 ± 0.03, ``claim("max error", e, at_most=1e-6)`` for
    e ≤ 1e-6, ``claim("gates with a line", count, 14)`` for exactly 14. Numbers are compared as decimals, as they are written.

    Parameters: what, a short noun phrase; measured, one real number or truth value, also as an array; and one claim:
    `claimed` (exact, or `within` a half-width), `at_most` or `at_least`, all in the units of `measured`.
    Raises ClaimError where the band is missed or the measured number is not finite, ValueError where the claim itself is
    unclear, TypeError where something is not one real number. Taught in notebook 0.
    """
    if sum(bound is not None for bound in (claimed, at_most, at_least)) != 1 or (
        within is not None and claimed is None
    ):
        raise ValueError("claim one thing: a number (with or without within=), or at_most=, or at_least=")
    if not isinstance(what, str):
        raise TypeError(f"what should be a short noun phrase, not {what!r}")
    measured = _number("measured", measured)
    shown = f"{measured:.0f}" if measured.is_integer() and abs(measured) < 1e6 else f"{measured:.3g}"
    if at_most is not None:
        bounds, band, fits = [_number("at_most", at_most)], "≤ {}", lambda x, most: x <= most
    elif at_least is not None:
        bounds, band, fits = [_number("at_least", at_least)], "≥ {}", lambda x, least: x >= least
    elif within is None:
        bounds, band, fits = [_number("claimed", claimed)], "exactly {}", lambda x, exact: x == exact
    else:
        bounds = [_number("claimed", claimed), _number("within", within)]
        band, fits = "{} ± {}", lambda x, middle, half: abs(x - middle) <= half
        if not bounds[1] > 0:
            raise ValueError(f"within is the half-width of a band and must be positive, not {within}")
    if not all(map(math.isfinite, bounds)):
        raise ValueError(f"a claim needs finite numbers, not {band.format(*bounds)}")
    if within is not None and (decimals := max(0, -math.floor(math.log10(bounds[1])))) <= 6:
        shown = f"{measured:.{decimals}f}"

    def holds(texts):
        return math.isfinite(measured) and fits(*map(Decimal, texts))

    def with_digits(digits):
        return [f"{x:.{digits}g}" if digits < 17 else repr(x) for x in (measured, *bounds)]

    held = holds(with_digits(17))
    texts = [shown, *with_digits(6)[1:]] if held else with_digits(6)
    for digits in range(7, 18):  # until a reader of these digits comes to the same verdict
        if holds(texts) == held:
            break
        texts = with_digits(digits)
    shown, band = texts[0], band.format(*texts[1:])
    if not held:
        raise ClaimError(f"✗ {what}: measured {shown}, claimed {band}")
    print(f"✓ {what}: {shown}  ({band})")


def _number(name, value):
    try:
        array = np.asarray(value)
        number = array.item() if array.dtype.kind in "biufO" else None
        real = isinstance(number, (numbers.Real, Decimal)) and not np.ma.is_masked(value)
        bound = isinstance(number, bool) and name not in ("measured", "claimed")  # True is 1, and no width or limit
        if real and not bound and not isinstance(value, Sequence):
            return float(number)
    except (TypeError, ValueError, OverflowError):  # several numbers, none, or an integer beyond all floats
        pass
    raise TypeError(f"{name} should be one real number, not {' '.join(repr(value).split())[:60]}")
