"""Hopfield's memory against what is known of it: patterns that rest, an energy that never rises."""

import numpy as np

from gates_to_flows.hopfield import hebb, settle


def test_hebbs_weights_are_means_of_products():
    X = np.random.default_rng(0).choice([-1.0, 1.0], (3, 10))
    W = hebb(X)
    for i, j in ((0, 1), (4, 7), (9, 2)):
        assert np.isclose(W[i, j], sum(x[i] * x[j] for x in X) / 10)
    assert (np.diag(W) == 0).all() and (W == W.T).all()


def test_a_spoilt_pattern_comes_back_and_the_given_states_stay():
    rng = np.random.default_rng(1)
    X = rng.choice([-1.0, 1.0], (4, 200))
    spoilt = np.where(rng.random(X.shape) < 0.1, -X, X)
    asked = spoilt.copy()
    np.testing.assert_array_equal(settle(hebb(X), spoilt, rng), X)
    np.testing.assert_array_equal(spoilt, asked)


def test_where_it_rests_no_unit_turns_and_the_energy_is_no_higher():
    rng = np.random.default_rng(2)
    W = hebb(rng.choice([-1.0, 1.0], (30, 60)))
    start = rng.choice([-1.0, 1.0], (50, 60))
    rest = settle(W, start, rng)
    assert (rest * (rest @ W) > -1e-9).all()
    energy = [-np.einsum("ki,ij,kj->k", S, W, S) for S in (start, rest)]
    assert (energy[1] < energy[0]).all()


def test_a_sum_of_zero_leaves_its_unit():
    S = np.array([[1.0, -1.0], [-1.0, -1.0]])
    np.testing.assert_array_equal(settle(np.zeros((2, 2)), S, np.random.default_rng(0)), S)
