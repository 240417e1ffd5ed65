"""Answers to the exercises of `checks.lotka_volterra`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.lotka_volterra import complex_step, fixed_start, harvest, which_step


def slope(f, x):
    return f(x + 1e-30j).imag / 1e-30


def slope_numpy(f, x, h=1e-20):
    return np.imag(f(np.asarray(x) + 1j * h)) / h


class Slope:
    def __call__(self, f, x):
        return np.imag(f(x + 1e-100j)) * 1e100


def one_by_one(f, x):
    return np.vectorize(lambda one: f(complex(one, 1e-30)).imag / 1e-30)(x)


RIGHT = {
    complex_step: [slope, slope_numpy, Slope(), one_by_one, lambda f, x: f(x - 1e-30j).imag / -1e-30],
    harvest: [
        [41.6667, 12.5926],
        (41.67, 12.59),
        [42 - 1 / 3, 12.6],
        np.array([[41.667], [12.593]]),
        pd.Series([41.67, 12.59]),
        tf.constant([41.67, 12.59]),
        [42, 13],
        [42.05, 12.5],
    ],
    fixed_start: [
        [1.0312, 0.29322],
        (1.03, 0.293),
        np.array([[1.031, 0.2932]]),
        [np.float64(1.0312), np.array(0.29)],
        [1.03, 0.29],
    ],
    which_step: [
        ["Verlet", "RK4", "Euler", "Verlet"],
        ("Störmer-Verlet", "rk4", "euler", "Stoermer-Verlet"),
        ("Stormer–Verlet", "RK4", "Euler", "Störmer—Verlet"),
        "Störmer–Verlet, RK4, Euler, Störmer–Verlet",
        np.array(["Verlet", "RK4", "Euler", "Verlet"]),
    ],
}

WRONG = {
    complex_step: {
        "central": (lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5, "Nothing should be subtracted"),
        "forward": (lambda f, x: (f(x + 1e-7) - f(x)) / 1e-7, "Nothing should be subtracted"),
        "large_h": (lambda f, x: f(x + 1e-3j).imag / 1e-3, "h should be tiny"),
        "just_too_large": (lambda f, x: f(x + 1e-6j).imag / 1e-6, "h should be tiny"),
        "real_part": (lambda f, x: f(x + 1e-30j).real, "That is f(x) itself"),
        "not_divided": (lambda f, x: f(x + 1e-30j).imag, "divide it by h"),
        "not_divided_large": (lambda f, x: f(x + 1e-8j).imag, "divide the imaginary part by the h"),
        "wrong_h": (lambda f, x: f(x + 1e-30j).imag / 1e-29, "0.1 times the right one"),
        "minus": (lambda f, x: f(x - 1e-30j).imag / 1e-30, "The sign is wrong"),
        "complex": (lambda f, x: f(x + 1e-30j) / 1e-30, "Give its imaginary part only"),
        "forward_imaginary": (lambda f, x: (f(x + 1e-8j) - f(x)) / 1e-8j, "Give its real part only"),
        "a_number": (lambda f, x: 1.0, "should have the shape"),
        "of_x": (lambda x: x, "should take f and x"),
        "value": (0.54, "Give a function of f and x"),
        "nothing": (lambda f, x: None, "returns nothing"),
        "at_one_point": (lambda f, x: np.cos(x), "Your slope is wrong"),
    },
    harvest: {
        "swapped": ([12.59, 41.67], "hares first"),
        "without": ([33.33, 20], "without trappers"),
        "signs": ([25, 27.41], "The signs of ε are wrong"),
        "hares_only": ([33.33, 12.59], "The lynx are hunted too"),
        "lynx_only": ([41.67, 20], "The hares are hunted too"),
        "both_minus": ([25, 12.59], "ε adds to the deaths"),
        "both_plus": ([41.67, 27.41], "takes away from the births"),
        "share_of_rates": ([40, 16], "not of the rates"),
        "a_fifth": ([26.67, 16], "change the rates"),
        "wrong_rates": ([37.04, 14.17], "over the wrong rates"),
        "crossed": ([14.17, 37.04], "δxy = (γ + ε)y gives x"),
        "pelts": ([41667, 12593], "In thousands"),
        "nobody": ([0, 0], "with both kinds"),
        "half_right": ([41.67, 11], "One of the two is right"),
        "other": ([50, 10], "not 0"),
        "one": (41.67, "you gave 1"),
        "words": ("more hares", "Give 2 numbers"),
    },
    fixed_start: {
        "swapped": ([0.2932, 1.0312], "wrong way round"),
        "free": ([0.7964, 0.2192], "with the start free"),
        "raw": ([0.926, 0.25], "raw pelts"),
        "logarithm": ([0.0307, 0.2932], "That is ln γ"),
        "alpha": ([0.4375, 0.2932], "That is α"),
        "delta": ([0.0343, 0.2932], "That is δ"),
        "slopes": ([0.685, 0.29], "by slopes"),
        "published": ([0.8, 0.25], "published"),
        "other": ([1.1, 0.2932], "is smallest with logs[0]"),
        "rms_of_the_free": ([1.0312, 0.2192], "with a free start"),
        "mean_square": ([1.0312, 0.08598], "take its root"),
        "sum": ([1.0312, 3.611], "divide by their number"),
        "cost": ([1.0312, 1.8056], "SciPy's cost"),
        "root_of_sum": ([1.0312, 1.9003], "divide by the number of residuals"),
        "degrees": ([1.0312, 0.3083], "That divides by 42 − 4"),
        "years": ([1.0312, 0.41468], "That divides by 21"),
        "factor": ([1.0312, 1.3407], "the exponential of the rms"),
        "some": ([1.0312, 0.35], "is not 0.35"),
        "one": (1.0312, "you gave 1"),
    },
    which_step: {
        "A_RK4": (["RK4", "RK4", "Euler", "Verlet"], "A: a little is lost"),
        "A_Euler": (["Euler", "RK4", "Euler", "Verlet"], "A: its paths spiral"),
        "B_Euler": (["Verlet", "Euler", "Euler", "Verlet"], "B: at order 1 each"),
        "B_Verlet": (["Verlet", "Verlet", "Euler", "Verlet"], "B: it has order 2"),
        "C_RK4": (["Verlet", "RK4", "RK4", "Verlet"], "C: it puts the field into the field"),
        "C_Verlet": (["Verlet", "RK4", "Verlet", "Verlet"], "C: its second half step"),
        "D_Euler": (["Verlet", "RK4", "Euler", "Euler"], "D: its paths spiral"),
        "D_RK4": (["Verlet", "RK4", "Euler", "RK4"], "D: over a hundred cycles"),
        "three": (["Verlet", "RK4", "Euler"], "Give 4 words"),
        "midpoint": (["midpoint", "RK4", "Euler", "Verlet"], "A: it loses or gains"),
        "Heun": (["Heun", "RK4", "Euler", "Verlet"], "For A give one of"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
