"""Answers to the exercises of `checks.solving_odes`."""

import math

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts
from scipy.integrate import solve_bvp
from scipy.optimize import least_squares

from gates_to_flows.checks import solving_odes
from gates_to_flows.checks.solving_odes import _bratu, bratu, friction, promises, two_ends

COOL, HOT = _bratu()
FACTOR = math.expm1(10) / 2
PROMISES = [1e-4 * FACTOR, 0.01 / FACTOR, 5e-4]


def by_collocation(t):
    """The cool solution by SciPy, to seven digits."""
    x = np.linspace(0, 1, 41)
    return solve_bvp(lambda t, u: [u[1], -np.exp(u[0])], lambda a, b: [a[0], b[0]], x, 0 * np.stack([x, x])).sol(t)[0]


def test_the_judge_knows_bratus_solutions():
    t, h = np.linspace(0.1, 0.9, 9), 1e-4
    for solution, top in zip((COOL, HOT), (0.14054, 4.09147), strict=True):
        bend = (solution(t + h) - 2 * solution(t) + solution(t - h)) / h**2
        np.testing.assert_allclose(bend, -np.exp(solution(t)), rtol=1e-5)
        np.testing.assert_allclose(solution([0, 1]), 0, atol=1e-12)
        np.testing.assert_allclose(solution(0.5), top, atol=1e-4)


def mended(t, N):
    return N(t) + (1 - t) * (2 - N(0.0)) + t * (5 - N(1.0))


def with_tensors(t, N):
    t = tf.convert_to_tensor(t, "float64")
    return 2 + 3 * t + tf.sin(math.pi * t) * tf.convert_to_tensor(N(t.numpy()), "float64")


def jumps(t, N):
    t = np.asarray(t, dtype=float)
    return np.where(t == 0, 2, np.where(t == 1, 5, N(t)))


def one_time_only(t, N):
    return 2.0 if t == 0 else 5.0 if t == 1 else float(N(t))


def nothing(t, N):
    2 + 3 * t + t * (1 - t) * N(t)


def stuck(t, N):
    return 2 + 3 * t + t * (1 - t) * (t - 0.5) * N(t)


def with_an_average(t):
    return COOL(t) + 0.01 * (t - np.mean(t))


def half_off(t):
    return 1.05 * COOL(t)


RIGHT = {
    two_ends: [
        lambda t, N: 2 + 3 * t + t * (1 - t) * N(t),
        lambda t, N: 2 * (1 - t) + 5 * t + t * (t - 1) * N(t),
        lambda t, N: 2 + 3 * t**2 + np.sin(np.pi * t) * N(t),
        lambda t, N: 2 + 3 * t + np.tanh(t) * np.tanh(1 - t) * N(t),
        lambda t, N: 2 + 3 * t + t * (1 - t) * N(t) ** 2 * 0.1 + t * (1 - t) * N(t),
        lambda time, network: 2 + 3 * time + time * (1 - time) * network(time),
        mended,
        with_tensors,
    ],
    bratu: [
        COOL,
        HOT,
        by_collocation,
        lambda t: COOL(t).astype("float32"),
        lambda t: tf.constant(COOL(t)),
        lambda t: [[x] for x in COOL(t)],
        lambda t: pd.Series(COOL(t)),
        lambda times: COOL(times) + 5e-5 * np.sin(np.pi * times),
        lambda t: HOT(t) + 2e-4 * np.sin(np.pi * t),
    ],
    promises: [
        PROMISES,
        (1.1, 9.1e-7, 5e-4),
        np.array(PROMISES),
        pd.Series(PROMISES),
        tf.constant(PROMISES, "float32"),
        [[1.1013], [9.08e-07], [0.0005]],
        {"a": 1.1, "b": 9.1e-7, "c": 5e-4}.values(),
    ],
    friction: [
        0.1004,
        0.102,
        0.09,
        0.11,
        np.float32(0.1),
        np.array([0.1]),
        [0.101],
        tf.constant(0.1),
        tf.Variable([0.1]),
    ],
}

WRONG = {
    two_ends: {
        "no_influence": (lambda t, N: 2 + 3 * t, "N has no influence: nothing could be learned"),
        "first_end_only": (lambda t, N: 2 + t * N(t), "your u(1) is"),
        "last_end_only": (lambda t, N: 5 + (1 - t) * N(t), "your u(0) is"),
        "wrong_way_round": (lambda t, N: 5 - 3 * t + t * (1 - t) * N(t), "The two ends are the wrong way round"),
        "slides": (lambda t, N: 2 + N(t) - N(0.0), "your u(1) is"),
        "no_ends": (lambda t, N: N(t), "With some N your u(0) is"),
        "zero_ends": (lambda t, N: t * (1 - t) * N(t), "your u(0) is 0; it should be 2"),
        "times_instead_of_plus": (lambda t, N: (2 + 3 * t) * N(t), "your u(0) is"),
        "line_only_up": (lambda t, N: 2 + 5 * t + t * (1 - t) * N(t), "your u(1) is 7; it should be 5"),
        "jumps": (jumps, "It jumps"),
        "stuck": (stuck, "N has no influence at t = 0.5"),
        "one number of N": (lambda t, N: 2 + 3 * t + t * (1 - t) * N(0.5), "Only a few values of N count"),
        "clipped": (lambda t, N: np.clip(2 + 3 * t + t * (1 - t) * N(t), 2, 5), "never leaves the range from 2 to 5"),
        "one_time_only": (one_time_only, "in its line"),
        "nothing": (nothing, "returns nothing"),
        "one_argument": (lambda t: 2 + 3 * t, "Your function should take t and N"),
        "a_number": (3.0, "Give a function of t and N"),
        "infinite": (lambda t, N: (2 + 3 * t) / (t - t), "should be finite"),
        "transposed": (lambda t, N: np.stack([t, t]), "should have the shape"),
    },
    bratu: {
        "zero": (lambda t: 0 * t, "That is 0 everywhere"),
        "sign": (lambda t: -COOL(t), "The sign is turned round"),
        "constant_heat": (lambda t: t * (1 - t) / 2, "That solves ü = −1"),
        "network": (lambda t: COOL(t) / np.where(t * (1 - t) > 0, t * (1 - t), 1), "That is N"),
        "linear": (
            lambda t: np.cos(t) + (1 - math.cos(1)) / math.sin(1) * np.sin(t) - 1,
            "That solves ü = −(1 + u)",
        ),
        "five_per_cent": (half_off, "At t = 0.5 your u is"),
        "hot_and_coarse": (lambda t: 1.01 * HOT(t), "At t = 0.5 your u is"),
        "hot_scaled": (lambda t: 16 * t * (1 - t), "At t = 0.5 your u is 4"),
        "ends": (lambda t: COOL(t) + 0.01, "both should be 0"),
        "one_end": (lambda t: COOL(t) + 0.01 * t, "both should be 0"),
        "average": (with_an_average, "changes with the other times"),
        "shape": (lambda t: 0.14, "should have the shape"),
        "values": (COOL(np.linspace(0, 1, 9)), "Give a function of t"),
        "two_arguments": (lambda t, u: u, "Your function should take t"),
        "none": (lambda t: None, "returns nothing"),
        "infinite": (lambda t: COOL(t) / 0.0, "should be finite"),
    },
    promises: {
        "a_as_c": ([5e-4, PROMISES[1], 5e-4], "(a) εT holds only"),
        "a_not_divided": ([2 * PROMISES[0], PROMISES[1], 5e-4], "(a) Divide by L = 2"),
        "a_other_L": ([1e-4 * math.expm1(5), PROMISES[1], 5e-4], "(a) That is for L = 1"),
        "a_half_L": ([1e-4 * math.expm1(2.5) / 0.5, PROMISES[1], 5e-4], "(a) You took L = 0.5"),
        "a_factor": ([FACTOR, PROMISES[1], 5e-4], "(a) That is the factor"),
        "a_residual": ([1e-4, PROMISES[1], 5e-4], "(a) The residual is not the error"),
        "a_else": ([0.3, PROMISES[1], 5e-4], "(a) You gave 0.3. Put ε"),
        "b_multiplied": ([PROMISES[0], 0.01 * FACTOR, 5e-4], "(b) You multiplied"),
        "b_by_T": ([PROMISES[0], 0.002, 5e-4], "(b) 0.01/T is for"),
        "b_not_divided": ([PROMISES[0], PROMISES[1] / 2, 5e-4], "(b) The factor is"),
        "b_turned_over": ([PROMISES[0], 1 / PROMISES[1], 5e-4], "(b) Turned over"),
        "b_error": ([PROMISES[0], 0.01, 5e-4], "(b) Then the bound"),
        "b_else": ([PROMISES[0], 1e-5, 5e-4], "(b) You gave 1e-05"),
        "c_gronwall": ([*PROMISES[:2], 1e-4 * math.expm1(5)], "(c) That is Grönwall with L = 1"),
        "c_as_a": ([*PROMISES[:2], PROMISES[0]], "(c) That is (a)"),
        "c_residual": ([*PROMISES[:2], 1e-4], "(c) Small errors do add up"),
        "c_time": ([*PROMISES[:2], 5], "(c) That is the time"),
        "c_else": ([*PROMISES[:2], 0.1], "(c) You gave 0.1"),
        "two": (PROMISES[:2], "you gave 2"),
        "half_filled": ([PROMISES[0], None, 5e-4], "b is not filled in yet"),
        "words": (["small", 1, 2], "Give 3 numbers"),
    },
    friction: {
        "twice": (0.201, "That is 2γ"),
        "sign": (-0.1, "with a negative γ the swings would grow"),
        "both": (-0.2, "That is −2γ"),
        "half": (0.05, "That is γ/2"),
        "spring": (1.0, "1 is the factor of x"),
        "none": (0.0, "Without friction"),
        "start": (0.3, "did γ move"),
        "shrinks_by": (math.exp(-0.1), "That is exp(−γ)"),
        "time": (9.96, "That is 1/γ"),
        "starting value": (0.5, "did γ move?"),
        "else": (0.65, "Did the training converge"),
        "close": (0.13, "You gave γ = 0.13"),
        "two": ([0.1, 0.2], "you gave 2"),
        "word": ("0.1", "Give one number"),
        "infinite": (math.nan, "not a finite number"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)


def test_the_judge_knows_what_the_exact_solution_says_of_the_readings():
    t = 0.5 * np.arange(1, 21)
    x = [0.9, 0.61, 0.17, -0.32, -0.53, -0.7, -0.71, -0.47, -0.19, 0.11]
    x += [0.36, 0.53, 0.49, 0.41, 0.2, 0.03, -0.21, -0.36, -0.43, -0.35]

    def misfit(p):
        turns = t * np.sqrt(1 - p[0] ** 2)
        return np.exp(-p[0] * t) * (p[1] * np.cos(turns) + p[2] * np.sin(turns)) - x

    fit = least_squares(misfit, [0.2, 1.0, 0.0])
    error = np.sqrt(2 * fit.cost / 17 * np.linalg.inv(fit.jac.T @ fit.jac)[0, 0])
    np.testing.assert_allclose([fit.x[0], error], [solving_odes._γ, solving_odes._STANDARD_ERROR], atol=2e-4)
