"""Answers to the exercises of `checks.symplectic_flows`."""

import math

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.symplectic_flows import (
    jacobian_of_a_kick,
    which_are_symplectic,
    without_matching,
    yoshidas_lengths,
    your_own_shear,
)

MAPS = ["yes", "yes", "no", "no", "no", "yes"]
STATEMENTS = ["no", "yes", "yes", "yes", "no"]
ROOT = 2 ** (1 / 3)
A, B = 1 / (2 - ROOT), -ROOT / (2 - ROOT)
ONE, NONE = np.eye(2), np.zeros((2, 2))


def second_slopes(q1, q2):
    return np.array([[1 + 2 * q2, 2 * q1], [2 * q1, 1 - 2 * q2]])


def kick(q1, q2, h):
    return np.block([[ONE, NONE], [-h * second_slopes(q1, q2), ONE]])


def blocks(upper_left, upper_right, lower_left, lower_right):
    """A function of q1, q2, h from four functions of the second slopes S and h."""

    def jacobian(q1, q2, h):
        S = second_slopes(q1, q2)
        return np.block([[upper_left(S, h), upper_right(S, h)], [lower_left(S, h), lower_right(S, h)]])

    return jacobian


def one(S, h):
    return ONE


def none(S, h):
    return NONE


def fall(S, h):
    return -h * S


def kick_as_lists(q1, q2, h):
    return [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [-h * (1 + 2 * q2), -2 * h * q1, 1, 0],
        [-2 * h * q1, -h * (1 - 2 * q2), 0, 1],
    ]


def kick_by_differences(q1, q2, h):
    def after(x):
        a, b, c, d = x
        return np.array([a, b, c - h * (a + 2 * a * b), d - h * (b + a**2 - b**2)])

    x, e = np.array([q1, q2, 0.1, 0.2]), 1e-5
    return np.stack([(after(x + e * u) - after(x - e * u)) / (2 * e) for u in np.eye(4)], axis=1)


def forgets_to_return(q1, q2, h):
    kick(q1, q2, h)


def moved(q, t, of=np.cos):
    y = 2 * q[:, 0] - q[:, 1]
    return 0.4 * (of(y + 3 * t) - of(y))[:, None] * np.array([2, -1])


def push(q, t):
    return 0.4 * np.cos(2 * q[:, 0] - q[:, 1] + 3 * t)[:, None] * np.array([2, -1])


def potential(q, t):
    y = 2 * q[:, 0] - q[:, 1]
    return 0.4 * (np.sin(y + 3 * t) - np.sin(y))[:, None]


def shear(q, p, t):
    return p - moved(q, t)


def by_rows(q, p, t):
    rows = []
    for (q1, q2), (p1, p2) in zip(q, p, strict=True):
        y = 2 * q1 - q2
        g = 0.4 * (math.cos(y + 3 * t) - math.cos(y))
        rows.append([p1 - 2 * g, p2 + g])
    return rows


def with_tensors(q, p, t):
    y = tf.linalg.matvec(tf.constant(q), tf.constant([2.0, -1.0], "float64"))
    return p - 0.4 * (tf.cos(y + 3 * t) - tf.cos(y))[:, None] * [2.0, -1.0]


def new_state(q, p, t):
    return np.concatenate([q, p - moved(q, t)], axis=1)


def one_state(q, p, t):
    q1, q2 = q
    return p


def no_return(q, p, t):
    shear(q, p, t)


RIGHT = {
    which_are_symplectic: [
        MAPS,
        tuple(MAPS),
        ["Yes", "YES ", "no", "No", "no", "yes"],
        np.array(MAPS),
        pd.Series(MAPS),
        "yes, yes, no, no, no, yes",
        [True, True, False, False, False, True],
        np.array(MAPS) == "yes",
        pd.Series(MAPS) == "yes",
    ],
    jacobian_of_a_kick: [
        kick,
        kick_as_lists,
        kick_by_differences,
        lambda q1, q2, h: kick(q1, q2, h).astype("float32"),
        lambda q1, q2, h: np.matrix(kick(q1, q2, h)),
        lambda q1, q2, h: tf.constant(kick(q1, q2, h)),
        lambda *args: pd.DataFrame(kick(*args)),
    ],
    your_own_shear: [
        shear,
        by_rows,
        with_tensors,
        lambda q, p, t: shear(q, p, t).astype("float32"),
        lambda q, p, t: pd.DataFrame(shear(q, p, t)),
        lambda q, p, t: p - push(q, t) + push(q, 0),
    ],
    without_matching: [
        STATEMENTS,
        tuple(STATEMENTS),
        "no, yes, yes, yes, no",
        (False, True, True, True, False),
        np.array(STATEMENTS),
        ["No", "YES", "yes", "yes", " no"],
    ],
    yoshidas_lengths: [
        [A, B],
        (1.351, -1.702),
        (1.35, -1.70),
        np.array([A, B]),
        pd.Series([A, B]),
        tf.constant([A, B], "float32"),
    ],
}  # fmt: skip

WRONG = {
    which_are_symplectic: {
        "A": (["no", *MAPS[1:]], "A: this is a shear"),
        "B": (["yes", "no", *MAPS[2:]], "B: what q gains p loses"),
        "C": (["yes", "yes", "yes", *MAPS[3:]], "C: the determinant is 2 · 2 = 4"),
        "D": ([*MAPS[:3], "yes", *MAPS[4:]], "D: p is moved by S q"),
        "E": ([*MAPS[:4], "yes", "yes"], "E: the determinant is 1 + h²"),
        "F": ([*MAPS[:5], "no"], "F: a turn by an angle"),
        "all": (["yes"] * 6, "C: the determinant"),
        "other_word": ([*MAPS[:5], "maybe"], "For F give one of yes, no; you gave 'maybe'"),
        "half_filled": (["yes", None, *MAPS[2:]], "B is not filled in yet"),
        "too_few": (["yes", "no"], "Give 6 words"),
        "truth_values": ([True, True, False, True, False, True], "D: p is moved by S q"),
        "ones_and_zeros": ([1, 1, 0, 0, 0, 1], "For A give one of yes, no"),
    },
    jacobian_of_a_kick: {
        "transposed": (lambda *a: kick(*a).T, "It is transposed"),
        "sign": (blocks(one, none, lambda S, h: h * S, one), "The sign of the lower left block"),
        "no_h": (blocks(one, none, lambda S, h: -S, one), "Where is h?"),
        "change_only": (blocks(none, none, fall, none), "slopes of the *change*"),
        "no_old_p": (blocks(one, none, fall, none), "The new p holds the old p"),
        "no_old_q": (blocks(none, none, fall, one), "The new q is the old q"),
        "euler": (blocks(one, lambda S, h: h * ONE, fall, one), "this is Euler's step"),
        "drift": (blocks(one, lambda S, h: h * ONE, none, one), "That is the *drift*"),
        "field": (blocks(none, one, lambda S, h: -S, none), "Jacobian of the field f"),
        "spring": (blocks(one, none, lambda S, h: -h * ONE, one), "the kick of a spring"),
        "no_mixed": (blocks(one, none, lambda S, h: -h * np.diag(np.diag(S)), one), "The mixed second slopes"),
        "identity": (lambda *a: np.eye(4), "should be"),
        "not_symmetric": (blocks(one, none, lambda S, h: -h * np.triu(S), one), "the largest entry of MᵀJM − J is"),
        "force": (lambda q1, q2, h: [q1, q2], "should have the shape (4, 4)"),
        "two_by_two": (lambda q1, q2, h: second_slopes(q1, q2), "That is one block of four"),
        "block": (lambda q1, q2, h: -h * second_slopes(q1, q2), "That is one block of four"),
        "momenta_first": (lambda *a: kick(*a)[np.ix_([2, 3, 0, 1], [2, 3, 0, 1])], "or you put the momenta first"),
        "ragged": (lambda q1, q2, h: [[ONE, 0], [-h * second_slopes(q1, q2), ONE]], "The Jacobian"),
        "two_arguments": (lambda q, h: np.eye(4), "Your function should take q₁, q₂ and h"),
        "nothing": (forgets_to_return, "returns nothing"),
        "matrix": (kick(0.1, 0.2, 0.3), "Give a function of q₁, q₂ and h"),
        "name": ("kick_jacobian", "Give a function"),
        "crash": (lambda q1, q2, h: kick(q1, q2, h) @ np.ones(3), "stopped with"),
    },
    your_own_shear: {
        "sign": (lambda q, p, t: p + moved(q, t), "The sign: p *loses*"),
        "no_start": (lambda q, p, t: p - push(q, t), "At t = 0 it should leave p alone"),
        "no_start_sign": (lambda q, p, t: p + push(q, t), "The sign, and at t = 0"),
        "change": (lambda q, p, t: -moved(q, t), "That is the change of p"),
        "difference": (lambda q, p, t: moved(q, t), "the difference of the two ∇V"),
        "value": (lambda q, p, t: p - moved(q, t, np.sin), "You took V where its slope"),
        "cosine": (lambda q, p, t: p + moved(q, t, np.sin), "You differentiated a cosine"),
        "no_chain_rule": (lambda q, p, t: p - moved(q, t)[:, :1] / 2, "By the chain rule"),
        "no_factor": (lambda q, p, t: p - 2.5 * moved(q, t), "Where is the factor 0.4?"),
        "time_slope": (lambda q, p, t: p - 3 * moved(q, t), "A factor of 3 too many"),
        "euler_in_time": (lambda q, p, t: p - t * push(q, 0), "Not t times the push"),
        "sign_of_q2": (lambda q, p, t: p - moved(q, t) * np.array([1, -1]), "with respect to q₂ is −1"),
        "value_itself": (lambda q, p, t: p - potential(q, t), "You took off V itself"),
        "pair": (lambda q, p, t: (q, p - moved(q, t)), "You gave two arrays"),
        "moves_q": (lambda q, p, t: q + moved(q, t), "That moves q"),
        "moves_q_back": (lambda q, p, t: q - moved(q, t), "That moves q"),
        "at_p": (lambda q, p, t: p - moved(p, t), "You took ∇V at p"),
        "force_alone": (lambda q, p, t: -push(q, t), "That is −∇V(q, t) alone"),
        "slope_alone": (lambda q, p, t: push(q, t), "That is ∇V(q, t) alone"),
        "plain_time": (lambda q, p, t: p - moved(q, t / 3), "The time comes as 3t"),
        "exchanged_signs": (lambda q, p, t: p - moved(q, t) * [-1, -1] * np.array([1, -1]), "the wrong way round"),
        "first_state": (lambda q, p, t: p - moved(q[:1], t), "Every state has its own push"),
        "still": (lambda q, p, t: p, "It does not move p at all"),
        "two_per_cent": (lambda q, p, t: p - 1.02 * moved(q, t), "the new p should be"),
        "whole_state": (new_state, "should have the shape"),
        "one_state": (one_state, "in its line “q1, q2 = q”"),
        "nothing": (no_return, "returns nothing"),
        "two_arguments": (lambda q, t: q, "Your function should take q and p"),
        "infinite": (lambda q, p, t: p / 0.0, "should be finite"),
        "number": (0.4, "Give a function of q and p"),
    },
    without_matching: {
        "A": (["yes", *STATEMENTS[1:]], "A: a residual of 0 fixes the slopes"),
        "B": (["no", "no", *STATEMENTS[2:]], "B: equal slopes at the same time"),
        "C": (["no", "yes", "no", "yes", "no"], "C: where H_θ = H"),
        "D": (["no", "yes", "yes", "no", "no"], "D: it is symplectic for *all* weights"),
        "E": (["no", "yes", "yes", "yes", "yes"], "E: symplectic says nothing about how near"),
        "all": (["yes"] * 5, "A: a residual of 0"),
        "other_word": (["no", "yes", "yes", "yes", "?"], "For E give one of yes, no"),
        "half_filled": (["no", "yes", "yes", None, "no"], "D is not filled in yet"),
        "too_few": (["no", "yes"], "Give 5 words"),
        "number": (3, "Give 5 words"),
    },
    yoshidas_lengths: {
        "swapped": ([B, A], "The two are the wrong way round"),
        "thirds": ([1 / 3, 1 / 3], "Three equal steps leave"),
        "positive_root": ([1 / (2 + ROOT), ROOT / (2 + ROOT)], "Mind the sign of b"),
        "squares": ([1 / (2 - 2**0.5), -(2**0.5) / (2 - 2**0.5)], "You cancelled the squares"),
        "one_minus_one": ([1, -1], "the error is what it was"),
        "halves": ([0.5, 0], "That is two half steps"),
        "fifth_root": ([1 / (2 - 2**0.2), -(2**0.2) / (2 - 2**0.2)], "That is the fifth root"),
        "sum": ([1, -ROOT], "The three lengths add up to"),
        "cubes": ([1.4, -1.8], "but the errors to 2a³ + b³ ="),
        "two_digits": ([1.3, -1.6], "but the errors to"),
        "one_number": (A, "you gave 1"),
        "half_filled": ([A, None], "b is not filled in yet"),
        "words": ("a", "Give 2 numbers"),
    },
}  # fmt: skip

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
