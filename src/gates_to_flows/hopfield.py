"""Hopfield's memory: patterns in a matrix of weights, and back. Taught in notebook 19."""

import numpy as np


def hebb(X):
    """Hebb's weights (N, N) of patterns X (P, N) of ±1: XᵀX / N with a diagonal of 0. (Notebook 19 leaves the N out.)"""
    W = X.T @ X / X.shape[1]
    np.fill_diagonal(W, 0)
    return W


def settle(W, S, rng, sweeps=50):
    """States (probes, N) at rest, each from one of S: unit after unit takes the sign of its sum, in orders drawn from rng.

    A sum of 0, up to rounding, leaves its unit as it is. After so many sweeps a state may still move.
    """
    S = S.copy()
    for _ in range(sweeps):
        before = S.copy()
        for i in rng.permutation(len(W)):
            total = S @ W[i]
            S[:, i] = np.where(np.abs(total) < 1e-9, S[:, i], np.sign(total))
        if np.array_equal(S, before):
            break
    return S
