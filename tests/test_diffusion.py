"""Diffusion paths against the moments of a normal distribution, and λ against SciPy, simulation and the laws of scaling."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import scipy.stats

from gates_to_flows.diffusion import (
    average_of_squares,
    cramer_rao_bound,
    critical_learning_rate,
    diffusion_paths,
    estimate_lambda,
    expected_square_of_average,
)

PATHS = diffusion_paths(n=20, m=30, T=3, μ=0.4, σ=0.7, start=0.5, seed=1)
K = 0.25 * average_of_squares(PATHS) + np.random.default_rng(2).normal(0, 0.1, 30)


def test_positions_have_the_mean_the_variance_and_the_covariance_of_brownian_motion_with_drift():
    x = diffusion_paths(n=40_000, m=4, T=2, μ=-0.5, σ=1.5, start=3, seed=5)
    t = np.array([0.5, 1, 1.5, 2])
    assert x.shape == (4, 40_000)
    assert x.mean(axis=1) == pytest.approx(3 - 0.5 * t, abs=4 * 1.5 * np.sqrt(2 / 40_000))
    assert np.cov(x) == pytest.approx(1.5**2 * np.minimum(t[:, None], t), rel=0.04)
    assert scipy.stats.kstest((x[1] - 2.5) / 1.5, "norm").pvalue > 1e-3


def test_the_law_does_not_depend_on_how_many_times_there_are():
    few, many = (diffusion_paths(20_000, m, T=1, μ=0.3, σ=0.5, seed=m)[-1] for m in (1, 50))
    assert scipy.stats.ks_2samp(few, many).pvalue > 1e-3


def test_starts_seeds_and_paths_without_noise():
    assert diffusion_paths(2, 4, T=2, μ=3, σ=0, start=[0, 10]) == pytest.approx(
        np.array([[1.5, 11.5], [3, 13], [4.5, 14.5], [6, 16]])
    )
    same = diffusion_paths(20, 30, T=3, μ=0.4, σ=0.7, start=0.5, seed=1)
    assert (same == PATHS).all() and (
        diffusion_paths(20, 30, 3, 0.4, 0.7) != diffusion_paths(20, 30, 3, 0.4, 0.7)
    ).all()


def test_the_expected_square_agrees_with_simulation_and_with_the_fourth_moment():
    S = np.array([average_of_squares(diffusion_paths(5, 2, 4, 0.3, 0.8, start=-1, seed=s)) for s in range(20_000)])
    expected = expected_square_of_average(5, np.array([2, 4]), 0.3, 0.8, start=-1)
    standard_error = (S**2).std(axis=0) / np.sqrt(20_000)
    assert (np.abs((S**2).mean(axis=0) - expected) < 4 * standard_error).all()
    fourth = scipy.stats.norm(-0.4, 0.8 * np.sqrt(2)).moment(4)
    assert expected_square_of_average(1, 2, 0.3, 0.8, start=-1) == pytest.approx(fourth)


@pytest.mark.parametrize("c", [1e-3, 0.1, 7, 1e4])
def test_scaling_the_positions(c):
    assert critical_learning_rate(c * PATHS) == pytest.approx(c**-4 * critical_learning_rate(PATHS), rel=1e-12)
    assert estimate_lambda(c * PATHS, c**2 * K) == pytest.approx(estimate_lambda(PATHS, K), rel=1e-12)
    assert cramer_rao_bound(c * PATHS, c**2 * 0.1) == pytest.approx(cramer_rao_bound(PATHS, 0.1), rel=1e-12)


def test_shuffling_paths_and_times_and_turning_signs_change_nothing():
    rng = np.random.default_rng(3)
    times = rng.permutation(30)
    for shuffled, k in ((PATHS[:, rng.permutation(20)], K), (PATHS[times], K[times]), (-PATHS, K)):
        assert estimate_lambda(shuffled, k) == pytest.approx(estimate_lambda(PATHS, K), rel=1e-12)
        assert critical_learning_rate(shuffled) == pytest.approx(critical_learning_rate(PATHS), rel=1e-12)


def test_gradient_descent_converges_just_below_the_critical_rate_and_diverges_just_above():
    S, critical = average_of_squares(PATHS), critical_learning_rate(PATHS)
    for factor, grows in ((0.99, False), (1.01, True)):
        error = 1.0
        for _ in range(200):
            error -= factor * critical * np.mean(2 * error * S * S)
        assert (abs(error) > 1) == grows


def test_the_estimate_is_exact_without_noise_and_agrees_with_scipy_with_noise():
    assert estimate_lambda(PATHS, -3 * average_of_squares(PATHS)).λ == pytest.approx(-3, rel=1e-14)
    S = average_of_squares(PATHS)
    (λ,), ((variance,),) = scipy.optimize.curve_fit(lambda S, λ: λ * S, S, K)
    estimate = estimate_lambda(PATHS, K)
    assert estimate == pytest.approx((λ, np.sqrt(variance), 29), rel=1e-6)
    assert np.isnan(estimate_lambda(PATHS[:1], K[:1]).standard_error)


def test_estimates_spread_as_the_bound_says_and_intervals_cover_as_often_as_they_say():
    rng, S = np.random.default_rng(4), average_of_squares(PATHS[:10])
    estimates = np.array([estimate_lambda(PATHS[:10], 0.25 * S + rng.normal(0, 0.1, 10)) for _ in range(4000)])
    λ, error, degrees = estimates.T
    bound = cramer_rao_bound(PATHS[:10], 0.1)
    assert λ.mean() == pytest.approx(0.25, abs=4 * np.sqrt(bound / 4000))
    assert λ.var() == pytest.approx(bound, rel=0.09)
    assert (error**2).mean() == pytest.approx(bound, rel=0.05)
    assert (degrees == 9).all()
    assert np.mean(np.abs(λ - 0.25) < scipy.stats.t(9).ppf(0.975) * error) == pytest.approx(0.95, abs=0.014)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"n": 0}, "n should be a positive integer, not 0"),
        ({"m": 2.5}, "m should be a positive integer, not 2.5"),
        ({"m": True}, "m should be a positive integer, not True"),
        ({"T": 0}, "T, the last time, should be a positive number, not 0"),
        ({"T": np.inf}, "positive number, not inf"),
        ({"μ": np.nan}, "drift μ should be a number, not nan"),
        ({"σ": -0.2}, "volatility σ should be a number of at least 0, not -0.2"),
        ({"start": [0, 1]}, "one finite number or 3 of them"),
        ({"start": np.nan}, "one finite number or 3 of them"),
    ],
)
def test_impossible_paths_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        diffusion_paths(**{"n": 3, "m": 4, "T": 1, "μ": 0, "σ": 1} | change)


@pytest.mark.parametrize(
    "x, k, message",
    [
        (PATHS, K[:-1], r"x has 30 times, but k has the shape \(29,\)"),
        (PATHS, K[:, None], r"k has the shape \(30, 1\)"),
        (PATHS.T, K, r"x has 20 times, but k has the shape \(30,\)"),
        (PATHS[0], K, r"shape \(m times, n paths\), both at least 1, not \(20,\)"),
        (PATHS[:0], K[:0], r"both at least 1, not \(0, 20\)"),
        (np.zeros((30, 20)), K, "All positions are 0.* λ cannot be known"),
        (np.where(PATHS == PATHS[4, 4], np.nan, PATHS), K, "x contains NaN or infinity"),
        (PATHS, np.where(K == K[4], np.inf, K), "k contains NaN or infinity"),
    ],
)
def test_data_that_do_not_fit_are_refused(x, k, message):
    with pytest.raises(ValueError, match=message):
        estimate_lambda(x, k)


def test_bad_noise_and_paths_that_say_nothing_are_refused():
    for noise in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="standard deviation of at least 0, not"):
            cramer_rao_bound(PATHS, noise)
    for function in (critical_learning_rate, lambda x: cramer_rao_bound(x, 0.1)):
        with pytest.raises(ValueError, match="All positions are 0"):
            function(np.zeros((3, 2)))


NO_NUMBERS = [
    "1",
    b"1",
    True,
    None,
    np.nan,
    1j,
    [1.0],
    np.ones(2),
    np.ma.masked,
    np.ma.array(1.0, mask=True),
    pd.NA,
    {},
]
PATH = {"n": 3, "m": 4, "T": 1, "μ": 0, "σ": 1, "start": 0, "seed": 0}
SENTENCES = {
    "n": "n should be a positive integer, not ",
    "m": "m should be a positive integer, not ",
    "T": "T, the last time, should be a positive number, not ",
    "t": "t should be a time of at least 0, or an array of them, not ",
    "μ": "The drift μ should be a number, not ",
    "σ": "The volatility σ should be a number of at least 0, not ",
    "start": "start should be one finite number",
}


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused_wherever_one_is_wanted(value):
    def refused(says, function, *arguments, **named):
        with pytest.raises(ValueError) as error:
            function(*arguments, **named)
        assert str(error.value).startswith(says) and "\n" not in str(error.value)

    for name in ("n", "m", "T", "μ", "σ", "start"):
        refused(SENTENCES[name], diffusion_paths, **PATH | {name: value})
    for name in ("n", "t", "μ", "σ", "start"):
        if name != "t" or np.ndim(value) == 0:
            refused(SENTENCES[name], expected_square_of_average, **{"n": 3, "t": 1, "μ": 0, "σ": 1} | {name: value})
    refused("The noise should be a standard deviation of at least 0, not ", cramer_rao_bound, PATHS, value)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 0},
        {"n": -3},
        {"n": 2.0},
        {"n": 10**400},
        {"t": -1},
        {"t": [1, -1]},
        {"t": np.inf},
        {"σ": -0.2},
        {"μ": np.inf},
    ],
)
def test_an_expected_square_of_impossible_numbers_is_refused(change):
    ((name, _),) = change.items()
    with pytest.raises(ValueError) as error:
        expected_square_of_average(**{"n": 3, "t": 1, "μ": 0, "σ": 1} | change)
    assert str(error.value).startswith(SENTENCES[name])


def test_integers_do_not_overflow_in_an_expected_square():
    t = np.array([1000, 200_000], dtype=np.int32)
    exact = [
        (M**2 + V) ** 2 + Fraction(2 * V**2 + 4 * M**2 * V, 100) for M, V in ((100_005, 9000), (20_000_005, 1_800_000))
    ]
    found = expected_square_of_average(np.int8(100), t, 100, np.int8(3), start=5)
    assert found == pytest.approx(list(map(float, exact)), rel=1e-14)


def test_integers_of_any_size_and_kind_give_what_the_same_floats_give():
    found = expected_square_of_average(100, np.arange(1, 4), 0, 20, start=60_000)
    assert found == pytest.approx(expected_square_of_average(100, np.array([1.0, 2, 3]), 0.0, 20.0, start=60_000.0))
    assert (found > 0).all()
    positions = np.array([[100, -120], [90, 127]], dtype=np.int8)
    k = np.array([9000, 12_000], dtype=np.int16)
    for function, arguments in ((average_of_squares, ()), (critical_learning_rate, ()), (estimate_lambda, (k,))):
        expected = function(positions.astype(float), *(a.astype(float) for a in arguments))
        assert function(positions, *arguments) == pytest.approx(expected, rel=1e-14)
    assert cramer_rao_bound(positions, np.int8(100)) == pytest.approx(
        cramer_rao_bound(positions * 1.0, 100.0), rel=1e-14
    )
    few = {"n": np.int8(3), "m": np.int8(4), "T": np.int8(100), "μ": np.int8(100), "σ": np.int8(100)}
    paths = diffusion_paths(**few, start=np.int8(100), seed=0)
    assert (paths == diffusion_paths(3, 4, 100.0, 100.0, 100.0, start=100.0, seed=0)).all()


@pytest.mark.parametrize("seed", ["a", -1, 0.5, 1j], ids=repr)
def test_odd_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="^seed should be an integer of at least 0, or None, not "):
        diffusion_paths(**PATH | {"seed": seed})


FIRST = PATHS == PATHS[0, 0]
NO_POSITIONS = {
    "text": PATHS.astype(str),
    "complex": PATHS + 0j,
    "booleans": PATHS > 0,
    "booleans as objects": (PATHS > 0).astype(object),
    "ragged": [[1, 2], [3]],
    "gaps": np.where(FIRST, None, PATHS),
    "pandas with gaps": pd.DataFrame(PATHS).astype(object).where(~FIRST, pd.NA),
    "masked": np.ma.array(PATHS, mask=FIRST),
    "masked rows": list(np.ma.array(PATHS, mask=FIRST)),
    "none": None,
}


@pytest.mark.filterwarnings("ignore:Warning. converting a masked element to nan")
@pytest.mark.parametrize("kind", NO_POSITIONS)
def test_positions_that_are_not_all_real_numbers_are_refused(kind):
    x = NO_POSITIONS[kind]
    for function in (
        average_of_squares,
        critical_learning_rate,
        lambda x: cramer_rao_bound(x, 0.1),
        lambda x: estimate_lambda(x, K),
    ):
        with pytest.raises(ValueError, match="^x should hold real numbers, none of them masked, not [^\n]*$"):
            function(x)


NO_AVERAGES = {
    "text": K.astype(str),
    "complex": K + 0j,
    "booleans": K > 0,
    "a gap": [None, *K[1:]],
    "pandas with a gap": pd.Series([pd.NA, *K[1:]]),
    "masked": np.ma.array(K, mask=K == K[0]),
}


@pytest.mark.parametrize("kind", NO_AVERAGES)
def test_averages_that_are_not_all_real_numbers_are_refused(kind):
    with pytest.raises(ValueError, match="^k should hold real numbers, none of them masked, not [^\n]*$"):
        estimate_lambda(PATHS, NO_AVERAGES[kind])


def test_numbers_of_other_types_are_taken_as_what_they_are():
    expected = estimate_lambda(PATHS, K)
    for x, k in (
        (PATHS.tolist(), K.tolist()),
        (pd.DataFrame(PATHS), pd.Series(K)),
        (PATHS.astype(object), K.astype(object)),
        (np.ma.array(PATHS), np.ma.array(K)),
    ):
        assert estimate_lambda(x, k) == expected
    same = diffusion_paths(20, np.int64(30), np.array(3), Fraction(2, 5), 0.7, start=np.array(0.5), seed=1)
    np.testing.assert_array_equal(same, PATHS)


def test_positions_whose_squares_leave_the_floats_are_refused():
    says = "^Numbers of this size leave the range of floats: give times and positions in other units.$"
    for scale in (1e-200, 1e-90, 1e-79, 1e80, 1e200):
        for function in (critical_learning_rate, lambda x: cramer_rao_bound(x, 0.1), lambda x: estimate_lambda(x, K)):
            with pytest.raises(ValueError, match=says):
                function(scale * PATHS)
    for function, arguments in (
        (average_of_squares, (1e200 * PATHS,)),
        (diffusion_paths, (3, 4, 1e200, 1e200, 1)),
        (expected_square_of_average, (3, 1, 1e100, 1)),
        (cramer_rao_bound, (PATHS, 1e200)),
        (estimate_lambda, (1e-79 * PATHS, 1e-158 * K)),
        (estimate_lambda, (PATHS, 1e300 * K)),
    ):
        with pytest.raises(ValueError, match=says):
            function(*arguments)
    with pytest.raises(ValueError, match="^4 times 1000000000000000 positions do not fit into memory"):
        diffusion_paths(**PATH | {"n": 10**15})
