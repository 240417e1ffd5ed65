"""A number that the text relies on, checked where it is stated."""

import math


class ClaimError(AssertionError):
    """A measured number lies outside the band that the course claims for it."""


def claim(what, measured, claimed=None, *, within=None, at_most=None, at_least=None):
    """Print what was measured beside what the course claims, or raise if the two disagree.

    ``claim("XOR solved", share, 0.825, within=0.03)`` asks for 0.825 ± 0.03, ``claim("max error", e, at_most=1e-6)`` for
    e ≤ 1e-6, ``claim("gates with a line", count, 14)`` for exactly 14.

    Parameters: what, a short noun phrase; measured, one real number; and one claim: `claimed` (exact, or `within` a
    half-width), `at_most` or `at_least`, all in the units of `measured`.
    Raises ClaimError where the band is missed or the measured number is not finite, ValueError where the claim itself is unclear.
    Taught in notebook 0.
    """
    if sum(bound is not None for bound in (claimed, at_most, at_least)) != 1 or (
        within is not None and claimed is None
    ):
        raise ValueError("claim one thing: a number (with or without within=), or at_most=, or at_least=")
    measured = float(measured)
    shown = f"{measured:.0f}" if measured.is_integer() and abs(measured) < 1e6 else f"{measured:.3g}"
    if at_most is not None:
        holds, band = measured <= at_most, f"≤ {at_most:.6g}"
    elif at_least is not None:
        holds, band = measured >= at_least, f"≥ {at_least:.6g}"
    elif within is None:
        holds, band = measured == claimed, f"exactly {claimed:.6g}"
    else:
        if not within > 0:
            raise ValueError(f"within is the half-width of a band and must be positive, not {within}")
        holds, band = abs(measured - claimed) <= within, f"{claimed:.6g} ± {within:.6g}"
        decimals = max(0, -math.floor(math.log10(within)))
        if decimals <= 6:
            shown = f"{measured:.{decimals}f}"
    if not (holds and math.isfinite(measured)):
        raise ClaimError(f"✗ {what}: measured {measured:.6g}, claimed {band}")
    print(f"✓ {what}: {shown}  ({band})")
