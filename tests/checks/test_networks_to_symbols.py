"""Answers to the exercises of `checks.networks_to_symbols`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.networks_to_symbols import (
    accuracy_of_the_network,
    handed_field,
    handed_weights,
    law_of_the_handed_network,
    leaves_for_parity,
    memories_of_the_handed_weights,
)


def terms(z):
    x, y = z[..., 0], z[..., 1]
    return np.stack([x**0, x, y, x**2, x * y, y**2, x**3, x**2 * y, x * y**2, y**3], axis=-1)


def sparse(T, rates, threshold=0.1):
    C = np.linalg.lstsq(T, rates, rcond=None)[0]
    for _ in range(20):
        C[np.abs(C) < threshold] = 0
        for j in range(2):
            left = C[:, j] != 0
            C[left, j] = np.linalg.lstsq(T[:, left], rates[:, j], rcond=None)[0]
    return C


def asked(reach, n=1000, threshold=0.1, seed=1):
    z = np.random.default_rng(seed).uniform(-reach, reach, (n, 2))
    return sparse(terms(z), handed_field(z), threshold)


LAW = np.zeros((10, 2))
LAW[[2, 1, 2, 7], [0, 1, 1, 1]] = [1, -1, 0.8, -0.8]


def law(**entries):
    """The law with some entries changed: c21 is row 2, column 1."""
    C = LAW.copy()
    for name, value in entries.items():
        C[int(name[1]), int(name[2])] = value
    return C


def resting(seed, starts=400):
    W, rng = handed_weights(), np.random.default_rng(seed)
    S = rng.choice([-1.0, 1.0], (starts, 64))
    for _ in range(20):
        for i in rng.permutation(64):
            total = S @ W[i]
            S[:, i] = np.where(total == 0, S[:, i], np.sign(total))
    states, visits = np.unique(S * S[:, :1], axis=0, return_counts=True)
    return states[np.argsort(-visits, kind="stable")]


PLACES = resting(0)
PICTURES = PLACES[:4]
GRID = np.stack(np.meshgrid(np.linspace(-2, 2, 15), np.linspace(-2, 2, 15)), -1).reshape(-1, 2)
LETTERS = np.array(
    [
        [1 if bit == "1" else -1 for bit in f"{int(code, 16):064b}"]
        for code in ("c3c3c3dbdbffe7c3", "183c66c3ffffc3c3", "c3c3c366663c3c18", "ffffc0fcfcc0ffff")
    ]
)
PROJECTION = np.linalg.pinv(PICTURES) @ PICTURES  # keeps them up to rounding
FLIPPED = PICTURES.copy()
FLIPPED[2, 5] *= -1

RIGHT = {
    accuracy_of_the_network: [
        [0.85, 0.97],
        (0.85, 0.97),
        np.array([0.85, 0.97]),
        [0.91 - 0.06, 0.91 + 0.06],
        [[0.85], [0.97]],
        pd.Series([0.85, 0.97]),
        tf.constant([0.85, 0.97]),
        (np.float32(0.85), np.float32(0.97)),
    ],
    law_of_the_handed_network: [
        LAW,
        LAW.T,
        LAW.tolist(),
        asked(2),
        asked(2, n=200, seed=5),
        asked(2, threshold=0.3),
        asked(1.5, n=400),
        sparse(terms(GRID), handed_field(GRID)),
        pd.DataFrame(LAW),
        tf.constant(asked(2)),
        asked(2).astype("float32"),
        np.where(LAW == 0, 1e-12, LAW),
        np.round(asked(2), 2),
    ],
    leaves_for_parity: [[1024, 0.5], (2**10, 1 / 2), np.array([1024, 0.5]), [[1024], [0.5]], pd.Series([1024, 0.5])],
    memories_of_the_handed_weights: [
        PICTURES,
        PICTURES[::-1],
        -PICTURES,
        PICTURES.reshape(4, 8, 8),
        PICTURES.astype(int).tolist(),
        [PICTURES[0], -PICTURES[1], PICTURES[2].reshape(8, 8), PICTURES[3]],
        tf.constant(PICTURES),
        pd.DataFrame(PICTURES),
        PICTURES > 0,
        PICTURES @ PROJECTION,
        (PICTURES > 0).astype(int),
    ],
}

WRONG = {
    accuracy_of_the_network: {
        "of_the_tree": ([0.91, 0.94], "the two numbers of the tree"),
        "only_worse": ([0.85, 0.91], "can also be better"),
        "only_better": ([0.91, 0.97], "can also be worse"),
        "product": ([0.8554, 0.8554], "You multiplied"),
        "halves": ([0.88, 0.94], "half of the 6 %"),
        "always_right": ([0.85, 1], "cannot always be right"),
        "fidelity": ([0.85, 0.94], "The most is not the fidelity"),
        "anything": ([0, 1], "much less room"),
        "swapped": ([0.97, 0.85], "wrong way round"),
        "swapped_others": ([0.95, 0.9], "The least comes first"),
        "per_cent": ([85, 97], "shares between 0 and 1: 0.85 and 0.97"),
        "per_cent_signs": (["85%", "97%"], "Give 2 numbers"),
        "off": ([0.85, 0.96], "Let the tree be right on none"),
        "off_below": ([0.86, 0.97], "Let the tree be right on all"),
        "beyond": ([-0.1, 0.97], "lies between 0 and 1"),
        "one": (0.85, "you gave 1"),
        "half_filled": ([0.85, None], "not filled in"),
    },
    law_of_the_handed_network: {
        "zero": (np.zeros((10, 2)), "Nothing is left"),
        "swapped": (LAW[:, ::-1], "wrong way round"),
        "backwards": (-LAW, "backwards in time"),
        "all_terms": (asked(2, threshold=0), "no term was struck out"),
        "beyond": (asked(4), "Did you ask beyond −2 to 2"),
        "a_little_beyond": (asked(3), "Did you ask beyond −2 to 2"),
        "x_for_y": (LAW[[0, 2, 1, 5, 4, 3, 9, 8, 7, 6]], "x and y have changed places"),
        "x_for_y_throughout": (LAW[[0, 2, 1, 5, 4, 3, 9, 8, 7, 6], ::-1], "x and y have changed places"),
        "x_y_squared": (LAW[[0, 1, 2, 3, 4, 5, 6, 8, 7, 9]], "x²·y and x·y² have changed places"),
        "another_order": (LAW[::-1], "in another order than `TERMS`"),
        "high": (asked(2, threshold=0.9), "is missing in ẏ"),
        "low": (law(c30=0.02), "Your ẋ holds 0.02·x²"),
        "no_friction": (law(c21=0, c71=0), "A term with y is missing in ẏ"),
        "sign": (law(c11=1.0), "The sign of x in ẏ"),
        "two_digits_off": (law(c71=-0.83), "off by more than 0.01"),
        "one_rate": (LAW[:, 1], "should have the shape (10, 2)"),
        "four_numbers": ([1, -1, 0.8, -0.8], "should have the shape (10, 2)"),
        "six_terms": (LAW[:6], "should have the shape (10, 2)"),
        "field": (handed_field(GRID), "should have the shape (10, 2)"),
        "text": ("ẋ = y", "should be real numbers"),
        "ragged": ([[1, 2], [3]], "should be real numbers"),
        "function": (handed_field, "should be real numbers"),
        "nan": (law(c00=np.nan), "should be finite"),
    },
    leaves_for_parity: {
        "idle": ([8192, 0.5], "three idle switches"),
        "nine": ([512, 0.5], "wrong on half its rows"),
        "questions": ([1023, 0.5], "the number of questions"),
        "nodes": ([2047, 0.5], "counts the questions too"),
        "depth": ([10, 0.5], "the depth of the tree"),
        "two_each": ([20, 0.5], "*doubles*"),
        "square": ([100, 0.5], "Not the square"),
        "counting": ([11, 0.5], "enough for *counting*"),
        "other": ([1000, 0.5], "You gave 1000 leaves"),
        "nine_tenths": ([1024, 0.9], "the share of the switches"),
        "all": ([1024, 1], "Turn that switch"),
        "three_quarters": ([1024, 0.75], "better than a coin"),
        "none": ([1024, 0], "half odd, half even"),
        "per_cent": ([1024, 50], "between 0 and 1: 0.5"),
        "nearly": ([1024, 511 / 512], "lacks a switch"),
        "other_share": ([1024, 0.6], "count the odd and the even rows"),
        "swapped": ([0.5, 1024], "The leaves come first"),
        "count_for_share": ([1024, 512], "A share lies between 0 and 1; you gave 512"),
        "one_leaf": ([1, 0.5], "You gave 1 leaf. One leaf"),
        "negative_share": ([1024, -0.5], "A share lies between 0 and 1"),
        "one": (1024, "you gave 1"),
    },
    memories_of_the_handed_weights: {
        "word": ("LYNX", "The word is not enough"),
        "twice": (PICTURES[[0, 1, 2, 1]], "Pictures 2 and 4 are the same"),
        "negative": (np.vstack([PICTURES[:3], -PICTURES[:1]]), "Pictures 1 and 4 are the same"),
        "mixture": (PLACES[[0, 1, 2, 4]], "Picture 4 is a place of rest, but was never stored"),
        "one_pixel": (FLIPPED, "Picture 3 is no place of rest: 1 of its units turns"),
        "random": (np.random.default_rng(3).choice([-1, 1], (4, 64)), "Picture 1 is no place of rest"),
        "eigenvectors": (np.linalg.eigh(handed_weights())[1][:, -4:].T, "An eigenvector is not yet a picture"),
        "columns": (PICTURES.T, "as rows of 64 numbers: transpose"),
        "three": (PICTURES[:3], "You gave 3 pictures; this matrix holds four."),
        "three_squares": (list(PICTURES[:3].reshape(3, 8, 8)), "You gave 3 pictures"),
        "one_picture": (PICTURES[:1], "You gave 1 picture;"),
        "five": (PLACES[:5], "You gave 5 pictures; this matrix holds four. Which of yours"),
        "all": (PLACES, "pictures; this matrix holds four"),
        "states_and_visits": ((PLACES, np.arange(len(PLACES))), "states and visits. Take the first four"),
        "section_8": (LETTERS, "Picture 1 is a letter of section 8"),
        "section_8_negative": (-LETTERS, "settle `W_handed`"),
        "weights": (handed_weights(), "a matrix of 64 × 64"),
        "small": (np.ones((4, 7)), "should have the shape (64,)"),
        "letters": (list("LYNX"), "Picture 1"),
        "ragged": ([[[1, -1], [1]], *PICTURES[1:]], "Picture 1"),
        "function": (len, "Give 4 things"),
        "half_filled": ([PICTURES[0], None, PICTURES[2], PICTURES[3]], "not filled in"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)


def test_the_handed_network_has_learned_the_law_inside_and_not_outside():
    z = np.random.default_rng(2).uniform(-2, 2, (5000, 2))
    x, y = z.T
    true = np.stack([y, 0.8 * (1 - x**2) * y - x], axis=1)
    assert np.abs(handed_field(z) - true).max() < 5e-3
    assert np.abs(handed_field(2 * z) - np.stack([2 * y, 0.8 * (1 - 4 * x**2) * 2 * y - 2 * x], axis=1)).max() > 1


def test_the_handed_weights_keep_their_pictures():
    for seed in (1, 2, 3):
        assert memories_of_the_handed_weights.verdict(resting(seed)[:4]).startswith("✓")
