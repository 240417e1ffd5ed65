from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from gates_to_flows.claims import ClaimError, claim


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (dict(measured=0.83, claimed=0.825, within=0.03), "✓ share: 0.83  (0.825 ± 0.03)"),
        (dict(measured=8250, claimed=8200, within=300), "✓ share: 8250  (8200 ± 300)"),
        (dict(measured=1.00004, claimed=1, within=0.001), "✓ share: 1.000  (1 ± 0.001)"),
        (dict(measured=2.1e-8, claimed=2e-8, within=1e-8), "✓ share: 2.1e-08  (2e-08 ± 1e-08)"),
        (dict(measured=3.3e-7, at_most=1e-6), "✓ share: 3.3e-07  (≤ 1e-06)"),
        (dict(measured=0, at_most=1e-6), "✓ share: 0  (≤ 1e-06)"),
        (dict(measured=np.float32(0.5), at_least=0.25), "✓ share: 0.5  (≥ 0.25)"),
        (dict(measured=14, claimed=14), "✓ share: 14  (exactly 14)"),
        (dict(measured=0.855, claimed=0.825, within=0.03), "✓ share: 0.85  (0.825 ± 0.03)"),  # its edge, as written
        (dict(measured=0.9996, at_most=0.9996), "✓ share: 0.9996  (≤ 0.9996)"),  # 1 would look too large
        (
            dict(measured=0.7948, claimed=0.8246, within=0.03),
            "✓ share: 0.7948  (0.8246 ± 0.03)",
        ),  # 0.79 would look too small
        (dict(measured=1234.5, claimed=1234.5), "✓ share: 1234.5  (exactly 1234.5)"),
        (dict(measured=1234567, claimed=1234567), "✓ share: 1234567  (exactly 1234567)"),
    ],
)
def test_a_claim_that_holds_prints_one_line(capsys, arguments, line):
    claim("share", **arguments)
    assert capsys.readouterr().out == line + "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(measured=0.856, claimed=0.825, within=0.03), "✗ share: measured 0.856, claimed 0.825 ± 0.03"),
        (dict(measured=0.794, claimed=0.825, within=0.03), "✗ share: measured 0.794, claimed 0.825 ± 0.03"),
        (dict(measured=1.1e-6, at_most=1e-6), "✗ share: measured 1.1e-06, claimed ≤ 1e-06"),
        (dict(measured=0.2, at_least=0.25), "✗ share: measured 0.2, claimed ≥ 0.25"),
        (dict(measured=15, claimed=14), "✗ share: measured 15, claimed exactly 14"),
        (dict(measured=np.nan, claimed=1, within=1), "✗ share: measured nan, claimed 1 ± 1"),
        (dict(measured=-np.inf, at_most=1), "✗ share: measured -inf, claimed ≤ 1"),
        (dict(measured=1.0000001e-6, at_most=1e-6), "✗ share: measured 1.0000001e-06, claimed ≤ 1e-06"),
        (dict(measured=0.99999999, at_least=1), "✗ share: measured 0.99999999, claimed ≥ 1"),
        (
            dict(measured=0.8550000001, claimed=0.825, within=0.03),
            "✗ share: measured 0.8550000001, claimed 0.825 ± 0.03",
        ),
        (
            dict(measured=0.7949999999, claimed=0.825, within=0.03),
            "✗ share: measured 0.7949999999, claimed 0.825 ± 0.03",
        ),
        (dict(measured=0.33333351, at_most=0.3333335), "✗ share: measured 0.33333351, claimed ≤ 0.3333335"),
        (dict(measured=0.1 + 0.2, claimed=0.3), "✗ share: measured 0.30000000000000004, claimed exactly 0.3"),
        (dict(measured=1234568, claimed=1234567), "✗ share: measured 1234568, claimed exactly 1234567"),
    ],
)
def test_a_claim_that_fails_says_what_was_measured_and_what_was_claimed(capsys, arguments, message):
    with pytest.raises(ClaimError) as error:
        claim("share", **arguments)
    assert str(error.value) == message
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("arguments", [{}, dict(within=0.1), dict(claimed=1, at_most=2), dict(at_least=1, at_most=2)])
def test_a_claim_of_nothing_or_of_two_things_is_refused(arguments):
    with pytest.raises(ValueError, match="claim one thing"):
        claim("share", 1.0, **arguments)


@pytest.mark.parametrize("within", [0, -0.1, np.nan, -np.inf])
def test_a_band_without_width_is_refused(within):
    with pytest.raises(ValueError, match="must be positive"):
        claim("share", 1.0, 1.0, within=within)


ONE = [1, 1.0, np.int8(1), np.float16(1), np.array(1.0), np.array([1]), Fraction(1), Decimal(1), pd.Series([1.0])]


@pytest.mark.parametrize("one", [*ONE, tf.constant(1.0), tf.Variable([1.0])], ids=repr)
def test_one_number_is_taken_from_whatever_holds_it(capsys, one):
    claim("share", one, one, within=one)
    claim("share", one, at_most=one)
    claim("share", one, at_least=one)
    assert capsys.readouterr().out == "✓ share: 1  (1 ± 1)\n✓ share: 1  (≤ 1)\n✓ share: 1  (≥ 1)\n"


@pytest.mark.parametrize(
    "value",
    [
        *("1", b"1", 1j, [1.0], (1,), [], [1, 2], [[1], [1, 2]], np.ones(2), tf.ones(2), {}, {1}, len),
        *(pd.NA, np.datetime64(1, "ns"), np.ma.masked, np.ma.array([1.0], mask=[True]), 10**400),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_not_one_real_number_is_refused(value):
    for name, call in {
        "measured": lambda: claim("share", value, 1),
        "claimed": lambda: claim("share", 1, value),
        "at_most": lambda: claim("share", 1, at_most=value),
        "at_least": lambda: claim("share", 1, at_least=value),
        "within": lambda: claim("share", 1, 1, within=value),
    }.items():
        with pytest.raises(TypeError, match=f"^{name} should be one real number, not [^\n]*$"):
            call()


@pytest.mark.parametrize("truth", [True, np.True_, np.array([True])], ids=repr)
def test_a_truth_value_is_measured_as_1_and_is_no_bound(capsys, truth):
    claim("it holds", truth, 1)
    claim("it holds", truth, truth)
    assert capsys.readouterr().out == "✓ it holds: 1  (exactly 1)\n" * 2
    for bound in ({"at_most": truth}, {"at_least": truth}, {"claimed": 1, "within": truth}):
        with pytest.raises(TypeError, match=f"^{[*bound][-1]} should be one real number, not "):
            claim("it holds", 1, **bound)


def test_claims_without_end_and_without_words_are_refused():
    for bound in ({"claimed": np.inf}, {"at_most": np.nan}, {"at_least": -np.inf}, {"claimed": 1, "within": np.inf}):
        with pytest.raises(ValueError, match="^a claim needs finite numbers, not "):
            claim("share", 1, **bound)
    with pytest.raises(TypeError, match="^measured should be one real number, not None$"):
        claim("share", None, 1)
    with pytest.raises(TypeError, match="^what should be a short noun phrase, not 0.83$"):
        claim(0.83, 0.83, 1)
