"""Answers to the exercises of `checks.discovering_dynamics`."""

import math

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.discovering_dynamics import (
    learned_pendulum,
    learned_through_euler,
    too_long_a_pause,
    which_have_an_energy,
)
from gates_to_flows.dynamics import pendulum, reference

FIELD = pendulum().field
C, S = math.cos(0.5), math.sin(0.5)
D, O = (C - 1) / 0.5, S / 0.5  # noqa: E741  diagonal and off-diagonal
ω, LONGEST = 5 - 2 * math.pi, math.pi / 5


def columns(q_rate, p_rate):
    """A field from its two columns, functions of q and p."""
    return lambda x: np.stack([q_rate(*x.T), p_rate(*x.T)], axis=1)


def with_tensors(x):
    q, p = tf.unstack(tf.constant(x), axis=1)
    return tf.stack([p, -tf.sin(q)], axis=1)


def by_rows(x):
    return [[p, -math.sin(q)] for q, p in x]


def half_a_per_cent_off(x):
    return FIELD(x) * 1.005 + 0.001


def later(x, h=0.2):
    return reference(FIELD, x, [h])[0]


def energy(x):
    return pendulum().invariant(x)


def nothing(x):
    FIELD(x)


def with_an_average(x):
    return FIELD(x) - 0.01 * x.mean(axis=0)


def wants_one_state(x):
    q, p = x
    return [p, -math.sin(q)]


def infinite(x):
    return FIELD(x) / 0.0


def not_enough(x):
    return FIELD(x) * 1.05 + 0.02


RIGHT = {
    which_have_an_energy: [
        ["yes", "no", "no", "yes", "yes"],
        ("Yes", "NO", " no", "yes", "yes"),
        np.array(["yes", "no", "no", "yes", "yes"]),
        pd.Series(["yes", "no", "no", "yes", "yes"]),
        "yes, no, no, yes, yes",
    ],
    learned_through_euler: [
        [[D, O], [-O, D]],
        [[-0.245, 0.959], [-0.959, -0.245]],
        np.array([[D, O], [-O, D]]),
        np.matrix([[D, O], [-O, D]]),
        [D, O, -O, D],
        tf.constant([[D, O], [-O, D]], "float32"),
        pd.DataFrame([[D, O], [-O, D]]),
    ],
    too_long_a_pause: [
        [ω, LONGEST],
        (-1.28, 0.628),
        np.array([-1.283, 0.628]),
        pd.Series([ω, LONGEST]),
        tf.constant([ω, LONGEST], "float32"),
        [[-1.283], [0.6283]],
    ],
    learned_pendulum: [
        FIELD,
        with_tensors,
        by_rows,
        half_a_per_cent_off,
        columns(lambda q, p: p, lambda q, p: -q + q**3 / 6 - q**5 / 120),
        lambda x: FIELD(x).astype("float32"),
        lambda x: pd.DataFrame(FIELD(x)),
        lambda states: FIELD(np.asarray(states)),
    ],
}

WRONG = {
    which_have_an_energy: {
        "A": (["no", "no", "no", "yes", "yes"], "A: q̇ = p has no q in it"),
        "B": (["yes", "yes", "no", "yes", "yes"], "B: the friction"),
        "C": (["yes", "no", "yes", "yes", "yes"], "C: ∂ẋ/∂x + ∂ẏ/∂y"),
        "D": (["yes", "no", "no", "no", "yes"], "D: u̇ = 1 − eᵛ depends on v only"),
        "E": (["yes", "no", "no", "yes", "no"], "E: ∂q̇/∂q = 1"),
        "all": (["yes"] * 5, "B: the friction"),
        "other_word": (["yes", "no", "perhaps", "yes", "yes"], "For C give one of yes, no; you gave 'perhaps'"),
        "half_filled": (["yes", None, "no", "yes", "yes"], "B is not filled in yet"),
        "too_few": (["yes", "no"], "Give 5 words, for A, B, C, D, E"),
        "letters": ("A, D, E", "Give 5 words"),
        "truth_values": ([True, False, False, True, True], "For A give one of yes, no"),
    },
    learned_through_euler: {
        "truth": ([[0, 1], [-1, 0]], "That is the true law"),
        "motion": ([[C, S], [-S, C]], "That is the motion over h itself"),
        "not_divided": ([[C - 1, S], [-S, C - 1]], "That is hB: divide by h"),
        "first_term": ([[-0.25, 1], [-1, -0.25]], "the first term of the bias"),
        "turned_round": ([[0.25, 1], [-1, 0.25]], "The sign of the bias"),
        "sign": ([[-D, O], [-O, -D]], "The diagonal has the wrong sign"),
        "transposed": ([[D, -O], [O, D]], "wrong way round"),
        "other_h": ([[-0.04996, 0.99833], [-0.99833, -0.04996]], "You took h = 0.1"),
        "implicit": (np.linalg.inv([[1, -0.5], [0.5, 1]]), "*implicit* Euler"),
        "end": ([[-S, C], [-C, -S]], "the velocity at the end"),
        "euler_step": ([[1, 0.5], [-0.5, 1]], "one Euler step with the true law"),
        "two_digits": ([[-0.24, 0.96], [-0.96, -0.24]], "is 0.880 instead of 0.878"),
        "zero": ([[0, 0], [0, 0]], "I + 0.5 · B should turn by 0.5"),
        "one_row": ([D, O], "you gave 2"),
        "half_filled": ([[D, O], [None, D]], "B₂₁ is not filled in yet"),
        "words": ("B", "Give 4 numbers"),
    },
    too_long_a_pause: {
        "other_alias": ([8.14159, 0.628], "fits, but it turns by"),
        "alias_backwards": ([-4.42478, 0.628], "fits, but it turns by"),
        "truth": ([5, LONGEST], "5 fits, of course"),
        "forwards": ([-ω, LONGEST], "turn backwards"),
        "angle": ([2 * ω, LONGEST], "That is the angle in the pause. Divide it"),
        "angle_without_sign": ([-2 * ω, LONGEST], "without its sign"),
        "one_turn_off": ([10 - 2 * math.pi, LONGEST], "of more than half a turn. Take off another"),
        "one_turn_off_speed": ([5 - math.pi, LONGEST], "still more than half a turn"),
        "ten": ([10, LONGEST], "10 is the angle in the pause"),
        "bound": ([math.pi / 2, LONGEST], "π/2 is the bound"),
        "still": ([0, LONGEST], "does not move at all"),
        "other": ([1, LONGEST], "the two ends differ by an angle"),
        "swapped": ([LONGEST, ω], "wrong way round"),
        "whole_turn": ([ω, 2 * LONGEST], "With a whole turn nothing seems to move"),
        "angle_for_time": ([ω, math.pi], "π is the angle of half a turn"),
        "one_radian": ([ω, 0.2], "it turns by one radian"),
        "for_two": ([ω, math.pi / 2], "That is a bound for ω"),
        "quarter": ([ω, LONGEST / 2], "a quarter turn"),
        "turned_over": ([ω, 1 / LONGEST], "Turned over"),
        "two": ([ω, 2], "have just told a wrong ω"),
        "another_h": ([ω, 0.5], "it turns by 2.5 radians"),
        "one_number": (ω, "you gave 1"),
        "half_filled": ([ω, None], "the longest h is not filled in yet"),
    },
    learned_pendulum: {
        "mean_velocity": (lambda x: (later(x) - x) / 0.2, "which is what Euler learns"),
        "later": (later, "where the pendulum is 0.2 later"),
        "difference": (lambda x: later(x) - x, "Divide by h"),
        "backwards": (lambda x: -FIELD(x), "runs backwards in time"),
        "slopes": (columns(lambda q, p: np.sin(q), lambda q, p: p), "Those are the slopes of the energy"),
        "swapped": (lambda x: FIELD(x)[:, ::-1], "The two columns are the wrong way round"),
        "on_its_head": (columns(lambda q, p: p, lambda q, p: np.sin(q)), "stands on its head"),
        "spring": (columns(lambda q, p: p, lambda q, p: -q), "That is a spring"),
        "twice": (lambda x: 2 * FIELD(x), "Twice too fast"),
        "half": (lambda x: FIELD(x) / 2, "Half too slow"),
        "still": (lambda x: 0 * x, "It does not move"),
        "five_per_cent": (not_enough, "% off, and should be within 1 %"),
        "energy": (energy, "should have the shape"),
        "transposed": (lambda x: FIELD(x).T, "should have the shape"),
        "nothing": (nothing, "returns nothing"),
        "with_others": (with_an_average, "changes with the other states"),
        "one_state": (wants_one_state, "in its line “q, p = x”"),
        "two_arguments": (lambda q, p: (p, -np.sin(q)), "Your function should take states x"),
        "infinite": (infinite, "should be finite"),
        "array": (FIELD(np.zeros((3, 2))), "Give a function of states x"),
        "a_name": ("learned_field", "Give a function"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
