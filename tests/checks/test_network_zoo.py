"""Answers to the exercises of `checks.network_zoo`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts
from sklearn.linear_model import LinearRegression

from gates_to_flows.checks.network_zoo import count_weights, decoder, markov, tiles

ONES = ["FF", "DRN", "DFF", "RNN", "HN"]


def with_ones(z):
    return np.column_stack([z, np.ones(len(z))])


def decoded(z, x):
    Z = with_ones(z)
    return Z @ np.linalg.lstsq(Z, x, rcond=None)[0]


def by_pseudoinverse(z, x):
    Z = with_ones(z)
    return Z @ (np.linalg.pinv(Z) @ x)


def by_normal_equations(z, x):
    Z = with_ones(z.astype(float))
    return Z @ np.linalg.solve(Z.T @ Z, Z.T @ x)


def by_library(z, x):
    return LinearRegression().fit(z, x).predict(z)


def by_means(z, x):
    middle = z.mean(axis=0)
    return x.mean(axis=0) + (z - middle) @ np.linalg.lstsq(z - middle, x - x.mean(axis=0), rcond=None)[0]


def as_tensor(z, x):
    return tf.constant(decoded(z, x))


def a_little_ridge(z, x):
    Z = with_ones(z.astype(float))
    return Z @ np.linalg.solve(Z.T @ Z + 1e-10 * np.eye(Z.shape[1]), Z.T @ x)


def with_the_ridge_of_section_2(z, x):
    Z = with_ones(z.astype(float))
    return Z @ np.linalg.solve(Z.T @ Z + 0.01 * np.eye(Z.shape[1]), Z.T @ x)


def letter_chain(text, letters):
    place = {letter: i for i, letter in enumerate(letters)}
    counts = np.zeros((len(letters), len(letters)))
    for now, then in zip(text, text[1:], strict=False):
        if now in place and then in place:
            counts[place[now], place[then]] += 1
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)


def by_lists(text, letters):
    rows = []
    for a in letters:
        row = [sum(p + q == a + b for p, q in zip(text, text[1:], strict=False)) for b in letters]
        rows.append([n / sum(row) for n in row] if sum(row) else [1 / len(letters)] * len(letters))
    return rows


def as_frame(text, letters):
    return pd.DataFrame(letter_chain(text, letters), index=list(letters), columns=list(letters))


def counts_of(text, letters):
    return np.array(
        [[sum(p + q == a + b for p, q in zip(text, text[1:], strict=False)) for b in letters] for a in letters], float
    )


def chain_with(change):
    """The right chain, spoilt by a function of its counts."""

    def spoilt(text, letters):
        with np.errstate(invalid="ignore", divide="ignore"):
            return change(counts_of(text, letters))

    return spoilt


def rows_or_equal(counts):
    sums = counts.sum(axis=1, keepdims=True)
    return np.where(sums > 0, counts / np.where(sums > 0, sums, 1), 1 / len(counts))


def of_letters_only(text, letters):
    return letter_chain("".join(sign for sign in text if sign in letters), letters)


def by_frequency(text, letters):
    counts, often = counts_of(text, letters), np.array([text[:-1].count(a) for a in letters])[:, None]
    return np.where(counts.sum(axis=1, keepdims=True) > 0, counts / np.maximum(often, 1), 1 / len(letters))


def by_frequency_everywhere(text, letters):
    counts, often = counts_of(text, letters), np.array([text.count(a) for a in letters])[:, None]
    return np.where(counts.sum(axis=1, keepdims=True) > 0, counts / np.maximum(often, 1), 1 / len(letters))


def without_keepdims(text, letters):
    counts = counts_of(text, letters)
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1)


def in_alphabetical_order(text, letters):
    return letter_chain(text, sorted(letters))


def with_neighbours_before(text, letters):
    return letter_chain(text[::-1], letters)


def by_count(text, letters):
    return rows_or_equal(np.array([[text.count(a + b) for b in letters] for a in letters], float))


def of_one_text(text, letters):
    return letter_chain("abbabacab", "abc")


def nothing(*inputs):
    pass


RIGHT = {
    tiles: [
        ONES,
        tuple(ONES),
        "FF, DRN, DFF, RNN, HN",
        "FF DRN DFF RNN HN",
        np.array(ONES),
        pd.Series(ONES),
        ["ff", "drn", "dff", "rnn", "hn"],
        [" FF ", "`DRN`", "DFF", "RNN", "HN"],
        [["FF", "DRN"], ["DFF", "RNN", "HN"]],
    ],
    count_weights: [
        [2480, 44],
        (2480, 44.0),
        np.array([2480, 44]),
        [[2480], [44]],
        pd.Series([2480, 44]),
        tf.constant([2480, 44]),
        (np.int64(2480), np.float32(44)),
        [4 * ((10 + 20) * 20 + 20), 44],
    ],
    decoder: [
        decoded,
        by_pseudoinverse,
        by_normal_equations,
        by_library,
        by_means,
        as_tensor,
        a_little_ridge,
        with_the_ridge_of_section_2,
    ],
    markov: [letter_chain, by_lists, as_frame, chain_with(rows_or_equal)],
}

WRONG = {
    tiles: {
        "perceptron": (["P", "DRN", "DFF", "RNN", "HN"], "A perceptron has no hidden layer"),
        "xor_deep": (["DFF", "DRN", "DFF", "RNN", "HN"], "one hidden layer only"),
        "ode": (["FF", "ODE", "DFF", "RNN", "HN"], "steps ever finer"),
        "no_skips": (["FF", "DFF", "DFF", "RNN", "HN"], "*add* to their input"),
        "driver_flat": (["FF", "DRN", "FF", "RNN", "HN"], "two hidden layers, of 4 and of 3 units"),
        "driver_loop": (["FF", "DRN", "RNN", "RNN", "HN"], "only through the sensors"),
        "latch_hopfield": (["FF", "DRN", "DFF", "HN", "HN"], "do not read themselves"),
        "latch_gated": (["FF", "DRN", "DFF", "LSTM", "HN"], "It has no gates"),
        "dice": (["FF", "DRN", "DFF", "RNN", "BM"], "do not throw dice"),
        "modern": (["FF", "DRN", "DFF", "RNN", "attention"], "*modern* Hopfield"),
        "other": (["FF", "DRN", "DFF", "RNN", "KN"], "The Hebb network is not KN."),
        "swapped": (["FF", "DFF", "DRN", "RNN", "HN"], "The network of notebook 13 is not DFF"),
        "four": (ONES[:4], "Give 5 words"),
        "four_in_a_line": ("FF DRN DFF RNN", "each one of the map's abbreviations; you gave"),
        "unknown": (["FF", "ResNet", "DFF", "RNN", "HN"], "give one of the map's abbreviations"),
        "numbers": ([1, 2, 3, 4, 5], "give one of the map's abbreviations"),
        "half": (["FF", None, "DFF", "RNN", "HN"], "not filled in"),
        "function": (len, "Give 5 words"),
    },
    count_weights: {
        "swapped": ([44, 2480], "wrong way round"),
        "once": ([620, 44], "one of four"),
        "gru": ([1860, 44], "as a GRU has it"),
        "no_bias": ([2400, 44], "The biases are missing"),
        "no_state": ([880, 44], "their own last values is missing"),
        "no_inputs": ([1680, 44], "from the 10 inputs is missing"),
        "inputs_only": ([800, 44], "only what the inputs bring in"),
        "state_only": ([1600, 44], "only what the state brings in"),
        "two_biases": ([2560, 44], "two biases"),
        "read_out": ([2501, 44], "The read-out does not count"),
        "other": ([2000, 44], "once for each gate"),
        "twelve": ([7440, 44], "make four"),
        "negative": ([2480, -3], "-3 units cannot be"),
        "one_more": ([2480, 45], "2520 weights, which is more"),
        "not_rounded": ([2480, 44.6], "round down"),
        "the_same": ([2480, 20], "An RNN of 20 units has 620"),
        "four_times": ([2480, 80], "m² grows faster"),
        "few": ([2480, 40], "An RNN of 40 units has 2040"),
        "half": ([2480, None], "not filled in"),
        "one": (2480, "you gave 1"),
        "words": ("many", "Give 2 numbers"),
    },
    decoder: {
        "no_bias": (lambda z, x: z @ np.linalg.lstsq(z, x, rcond=None)[0], "The biases are missing"),
        "copy": (lambda z, x: x, "returns the images themselves"),
        "mean": (lambda z, x: np.broadcast_to(x.mean(axis=0), x.shape), "the mean image for every code"),
        "bias_left_out": (lambda z, x: z @ np.linalg.lstsq(with_ones(z), x, rcond=None)[0][:-1], "and then left out"),
        "mean_as_bias": (
            lambda z, x: x.mean(axis=0) + z @ np.linalg.lstsq(z, x - x.mean(axis=0), rcond=None)[0],
            "only if the mean of the codes",
        ),
        "clipped": (lambda z, x: np.clip(decoded(z, x), 0, 1), "It cuts off"),
        "transpose": (lambda z, x: z @ z.T @ x, "solve the system"),
        "centred_transpose": (
            lambda z, x: x.mean(axis=0) + (z - z.mean(axis=0)) @ (z - z.mean(axis=0)).T @ x,
            "Solve for the weights",
        ),
        "ridge": (
            lambda z, x: (
                with_ones(z)
                @ np.linalg.solve(with_ones(z).T @ with_ones(z) + np.eye(z.shape[1] + 1), with_ones(z).T @ x)
            ),
            "is possible",
        ),
        "beyond": (lambda z, x: 0.5 * (decoded(z, x) + x), "not linear in the codes"),
        "weights": (lambda z, x: np.linalg.lstsq(with_ones(z), x, rcond=None)[0], "should have the shape (40, 7)"),
        "codes": (lambda z, x: z, "should have the shape (40, 7)"),
        "nothing": (nothing, "Does it have a return?"),
        "one_argument": (lambda z: z, "should take codes z and images x"),
        "the_result": (np.ones((40, 7)), "Give a function"),
        "squares": (lambda z, x: decoded(np.column_stack([z, z**2]), x), "not linear in the codes"),
        "part_of_the_images": (lambda z, x: 0.999 * decoded(z, x) + 0.001 * x, "not linear in the codes"),
        "one_number": (lambda z, x: np.mean(x), "should have the shape (40, 7)"),
        "fixed_size": (lambda z, x: np.ones((40, 1)) @ x[:1] + z @ np.zeros((5, 7)), "mean squared error"),
    },
    markov: {
        "transposed": (lambda text, letters: letter_chain(text, letters).T, "the wrong way round"),
        "columns": (
            chain_with(lambda n: np.nan_to_num(n / n.sum(axis=0))),
            "sums of the columns",
        ),
        "counts": (counts_of, "these are counts"),
        "all_pairs": (chain_with(lambda n: n / n.sum()), "divided by all pairs"),
        "empty_rows": (
            chain_with(lambda n: np.nan_to_num(n / n.sum(axis=1, keepdims=True))),
            "should hold equal chances",
        ),
        "empty_nan": (chain_with(lambda n: n / n.sum(axis=1, keepdims=True)), "should be finite"),
        "plus_one": (chain_with(lambda n: (n + 1) / (n + 1).sum(axis=1, keepdims=True)), "added 1 to every count"),
        "by_frequency": (by_frequency, "how often a letter occurs"),
        "by_all_of_a_letter": (by_frequency_everywhere, "how often a letter occurs"),
        "no_keepdims": (without_keepdims, "keepdims=True"),
        "round": (lambda text, letters: letter_chain(text + text[0], letters), "went round"),
        "no_last_pair": (lambda text, letters: letter_chain(text[:-1], letters), "the last pair is missing"),
        "small": (lambda text, letters: letter_chain(text.lower(), letters), "you made capitals small"),
        "capitals": (
            lambda text, letters: (
                letter_chain(text.upper(), letters) if text[0] == "A" else letter_chain(text, letters)
            ),
            "you made all letters capitals",
        ),
        "letters_only": (of_letters_only, "made neighbours of letters that are none"),
        "alphabetical": (in_alphabetical_order, "keep the order of the letters"),
        "backwards": (with_neighbours_before, "is followed by"),
        "by_count": (by_count, "leaves out pairs that overlap"),
        "one_text": (of_one_text, "should have the shape (4, 4)"),
        "nothing": (nothing, "Does it have a return?"),
        "one_argument": (lambda text: text, "should take a text and a string of letters"),
        "a_table": (np.eye(3), "Give a function"),
        "wrong_shape": (lambda text, letters: np.ones(len(letters)), "should have the shape (3, 3)"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
