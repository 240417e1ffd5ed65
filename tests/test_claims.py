import numpy as np
import pytest

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


@pytest.mark.parametrize("within", [0, -0.1, np.nan])
def test_a_band_without_width_is_refused(within):
    with pytest.raises(ValueError, match="must be positive"):
        claim("share", 1.0, 1.0, within=within)
