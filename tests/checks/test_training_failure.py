"""Answers to the exercises of `checks.training_failure`."""

import keras
import numpy as np
import pandas as pd
import verdicts

from gates_to_flows.checks.training_failure import freed, plateau, reliable_setting, restarts, steps_off_the_ridge
from gates_to_flows.playground import Playground

RIGHT = {
    reliable_setting: [
        (8, "tanh", "SGD", 0.02),
        [6, "Sigmoid", "adam", 0.1],
        (6, "tanh", "Adam", 0.1),
        (np.int64(6), " tanh", "Adam", np.float32(0.1)),
        np.array([8, "tanh", "SGD", 0.02], dtype=object),
        (np.array([8.0]), keras.activations.tanh, keras.optimizers.SGD, 0.02),
    ],
    plateau: [
        [0.25, 3 / 32],
        (0.25, 0.0938),
        np.array([[0.25], [0.09375]]),
        [keras.ops.convert_to_tensor(0.25), np.float32(0.09375)],
    ],
    restarts: [[5, 1.2346], (5, 1.23), np.array([5, 1.235]), pd.Series([5, (1 - 0.19**5) / 0.81])],
    steps_off_the_ridge: [863_000, 863_469.4, [np.float64(8.63e5)], np.array(863_473), np.log(1000) / np.log1p(8e-6)],
}

WRONG = {
    reliable_setting: {
        "the_blogs": ((2, "sigmoid", "SGD", 0.02), "give the network more units, and be quicker too"),
        "one_unit": ((1, "tanh", "Adam", 0.1), "With one hidden unit"),
        "wide_and_slow": ((8, "sigmoid", "Adam", 0.0001), "learning rate is too small"),
        "width_in_words": (("8", "tanh", "SGD", 0.02), "Give one number, the width"),
        "wide_and_slow_relu": ((8, "relu", "Adam", 1e-6), "learning rate is too small"),
        "slow": ((8, "sigmoid", "SGD", 0.005), "still rising: wide enough, and too slow"),
        "narrow": ((2, "tanh", "SGD", 0.2), "give the network more units"),
        "close": ((8, "sigmoid", "SGD", 0.02), "Close is not enough"),
        "too_hasty": ((4, "sigmoid", "SGD", 1.0), "wide enough, and too hasty"),
        "too_hasty_and_still_rising": ((8, "sigmoid", "SGD", 0.2), "A quarter of your learning rate gets further"),
        "wide_relu": ((8, "relu", "SGD", 0.02), "none that is dead comes back"),
        "diverges": ((8, "tanh", "SGD", 1000), "learning rate is too large"),
        "too_wide": ((64, "tanh", "SGD", 0.02), "whole number from 1 to 8"),
        "half_a_unit": ((3.5, "tanh", "SGD", 0.02), "whole number from 1 to 8"),
        "uphill": ((8, "tanh", "SGD", -0.02), "A learning rate is positive"),
        "another_optimiser": ((8, "tanh", "Lion", 0.02), "For the optimiser give one of SGD, Adam; you gave 'Lion'"),
        "another_activation": ((8, "softmax", "SGD", 0.02), "For the activation give one of sigmoid, tanh, relu"),
        "half_filled": ((8, None, "SGD", 0.02), "the activation is not filled in yet"),
        "no_rate": ((8, "tanh", "SGD"), "Give 4 things in a list"),
        "a_rate_in_words": ((8, "tanh", "SGD", "small"), "Give one number, the rate"),
    },
    plateau: {
        "wrong_target": ([0.75, 3 / 32], "only 1 1 1 has 1"),
        "half": ([0.5, 1 / 8], "as many ones as zeros"),
        "majority": ([0, 1 / 8], "not at the majority"),
        "three_rows": ([1 / 3, 1 / 12], "Four rows are merged"),
        "another_output": ([0.9, 1 / 8], "Their mean is not 0.9"),
        "over_four_rows": ([0.25, 3 / 16], "averages the squares over all eight"),
        "a_sum": ([0.25, 0.75], "sum of the squared errors"),
        "over_eight": ([1 / 8, 3 / 32], "Only the four merged rows"),
        "swapped": ([3 / 32, 1 / 4], "the wrong way round"),
        "halved": ([0.25, 3 / 64], "no factor ½"),
        "rounded": ([0.25, 0.09], "three digits, or as a fraction"),
        "errors_not_squared": ([0.25, (3 / 4 + 3 / 4) / 8], "or of errors without their squares"),
        "a_root": ([0.25, (3 / 32) ** 0.5], "You took the root"),
        "an_eighth": ([0.25, 0.125], "what the output 0 or ½ would cost"),
        "rounded_to_a_digit": ([0.25, 0.1], "three digits, or as a fraction"),
        "without_the_zeros": ([0.25, 9 / 128], "left out the three rows that want 0"),
        "without_the_one": ([0.25, 3 / 128], "left out the row that wants 1"),
        "another_loss": ([0.25, 0.2], "Three rows miss by ¼ and one by ¾"),
        "half_filled": ([0.25, None], "the loss is not filled in yet"),
    },
    restarts: {
        "one": ([1, 1.23], "19 % of the cases"),
        "not_whole": ([4.16, 1.23], "starts come whole"),
        "rounded_down": ([4, 1.23], "just above 0.001"),
        "all_succeed": ([33, 1.23], "all starts *succeed*"),
        "too_few": ([3, 1.23], "more than 0.001"),
        "too_many": ([8, 1.23], "so are fewer"),
        "all_five": ([5, 5], "stops at the first success"),
        "until_a_failure": ([5, 5.263], "first *failure*"),
        "a_share": ([5, 0.81], "less than one start"),
        "swapped": ([1.2346, 5], "the wrong way round"),
        "swapped_and_wrong": ([1.2346, 33], "the wrong way round"),
        "failures": ([5, 0.19 / 0.81], "counts the failures alone"),
        "successes_of_five": ([5, 4.05], "how many of five starts succeed"),
        "one_plus_p": ([5, 1.81], "with probability 0.19, not 0.81"),
        "three_terms": ([5, 1.2261], "stops at the third start"),
        "p_rounded": ([5, 1.25], "do not round p"),
        "two_terms": ([5, 1.19], "The sum goes on"),
        "rounded": ([5, 1.2], "two digits after the point"),
        "not_rounded_up": ([4.2, 1.23], "starts come whole"),
        "below_one": ([5, 0.19], "cannot be below 1"),
        "another_mean": ([5, 2], "a second with probability 0.19"),
        "one_number": (5, "Give 2 numbers"),
    },
    steps_off_the_ridge: {
        "without_momentum": (8.63e6, "makes it ten times larger"),
        "without_the_rate": (172_694, "left the learning rate out"),
        "decimal_logarithm": (375_000, "A decimal logarithm"),
        "decimal_without_momentum": (3.75e6, "A decimal logarithm, and"),
        "without_a_logarithm": (1.25e8, "take the logarithm of 1000"),
        "twice_the_rate": (431_735, "Twice too few"),
        "half_the_rate": (1_726_939, "so the ½ is gone"),
        "e_fold": (125_000, "e-fold"),
        "binary_logarithm": (1_245_723, "base 2"),
        "momentum_twice": (86_347, "holds what momentum adds already"),
        "momentum_as_a_factor": (959_410, "does not shrink the rate"),
        "times_the_rate": (34_539, "You multiplied by the rate"),
        "without_the_curvature": (34.5, "left the curvature out"),
        "without_both": (2.5e7, "Without the logarithm, and without the rate"),
        "one_digit": (9e5, "two digits at least"),
        "a_million": (1e6, "two digits at least"),
        "backwards": (-863_469, "the sign is not"),
        "too_few": (1000, "are too few"),
        "too_many": (2e9, "are too many"),
        "zero": (0, "positive"),
        "without_an_end": (np.inf, "is not a finite number"),
        "in_words": ("863000", "Give one number, the number of steps"),
    },
}


def _played(output=(1, 1, 0), pushes=(2500,), **settings):
    """A playground as after training: two units that find one row each, and this output, (v…, c)."""
    played = Playground(
        "XOR", **{"seed": 36, "hidden": (2,), "activation": "sigmoid", "loss": "squared error"} | settings
    )
    first = [[[20, -20], [-20, 20]], [-10, -10]]
    played.state = {"steps": 6000, "pushes": list(pushes), "weights": [*first, [[v] for v in output[:2]], [output[2]]]}
    return played


def _wide():
    played = _played()
    (first, second), b, v, c = played.state["weights"]
    weights = [[[*first, 0], [*second, 0]], [*b, 0], [*v, [0]], c]
    played.state = {**played.state, "weights": weights}
    return played


RIGHT[freed] = [_played(), _played(pushes=(1000, 3000)), _played((1.3, 0.8, 0.1))]
WRONG[freed] = {
    "stuck": (_played((1, 0.2, 0), ()), "nobody has pushed yet"),
    "pushed_and_stuck": (_played((1, 0.2, 0)), "push again if it is still stuck"),
    "a_lucky_seed": (_played(pushes=()), "came through without a push"),
    "pushed_at_once": (_played(pushes=(0, 1500)), "before step 2000"),
    "another_optimiser": (_played(optimiser="Adam"), "The optimiser is no longer the blog's"),
    "no_push_at_another_rate": (_played(pushes=(), rate=0.2), "The rate is no longer the blog's"),
    "another_beginning": (_played(initialisation="GlorotUniform"), "The initialisation is no longer the blog's"),
    "another_seed": (_played(seed=1), "This is seed 1. Seed 36 gets stuck"),
    "more_units": (_wide(), "More units are the other cure"),
    "a_word": ("pushed", "Give the playground itself"),
}


def test_a_playground_that_nobody_touched_is_not_tried_yet():
    assert freed.verdict(Playground("XOR", seed=36)) == "· 4.5 not tried yet"


test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
