"""Answers to the exercises of `checks.lambda_problem`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.lambda_problem import interval_for_lambda, largest_rate, paths_or_times, times_needed

RIGHT = {
    largest_rate: [
        [0.0525751, 1e-8],
        (0.0526, 100**-4),
        np.array([0.0525, 1e-8]),
        [[0.0526], [1e-8]],
        pd.Series([0.0526, 1e-8]),
    ],
    interval_for_lambda: [
        [0.36943, 0.31074, 0.42812],
        (0.3694, 0.3107, 0.4281),
        np.array([0.3694, 0.311, 0.428]),
        [0.369, 0.311, 0.428],
        (0.36943, (0.31074, 0.42812)),
        tf.constant([0.36943, 0.31074, 0.42812]),
    ],
    paths_or_times: [
        ["times", "paths", "neither", "neither"],
        ("Times", " paths", "NEITHER", "neither"),
        np.array(["times", "paths", "neither", "neither"]),
        np.array([["times"], ["paths"], ["neither"], ["neither"]]),
        "times, paths, neither, neither",
    ],
    times_needed: [519, 520.0, 503, 530, [np.int64(519)], np.array(519), np.array([[519]])],
}

WRONG = {
    largest_rate: {
        "mean_S": ([0.27147, 1e-8], "the parabola's steepness is mean S²"),
        "square_of_mean": ([0.073695, 1e-8], "Square first"),
        "twice": ([0.10515, 1e-8], "That is 2 / mean S²"),
        "half": ([0.026288, 1e-8], "a single step lands at λ exactly"),
        "largest": ([0.01232, 1e-8], "That is 1 / max S²"),
        "sum": ([0.00026288, 1e-8], "The loss is a mean over the times"),
        "inverse": ([19.02, 1e-8], "take 1 over it"),
        "other_number": ([0.2, 1e-8], "too large: what is 1 / mean S²"),
        "negative": ([-0.0526, 1e-8], "a learning rate is positive"),
        "fourth_power": ([0.019949, 1e-8], "That is 1 / mean x⁴"),
        "up": ([0.0526, 1e8], "The direction is wrong"),
        "squared_only": ([0.0526, 1e-4], "the bound holds its square"),
        "as_positions": ([0.0526, 0.01], "S is squared in the loss"),
        "unchanged": ([0.0526, 1], "changes with the unit"),
        "new_rate": ([0.0526, 5.26e-10], "That is the new learning rate"),
        "swapped": ([1e-8, 0.0526], "wrong way round"),
        "half_filled": ([0.0526, None], "the factor is not filled in yet"),
        "one_number": (0.0526, "you gave 1"),
        "words": ("0.05", "Give 2 numbers"),
        "expectation": ([0.051124, 1e-8], "take their own S"),
        "network": ([0.0030927, 1e-8], "The 17 belongs to the network"),
        "in_cents": ([5.2575e-10, 1e-8], "That is the rate in cents"),
        "negative_factor": ([0.0526, -1e-8], "between two learning rates is positive"),
        "cubed": ([0.0526, 1e-6], "not 1e-06"),
        "one_digit": ([0.05, 1e-8], "to three digits"),
    },
    interval_for_lambda: {
        "notebooks_λ": ([0.25, 0.2, 0.3], "0.25 was the λ of the notebook"),
        "mean_of_ratios": ([0.39758, 0.34, 0.45], "shouts loudest"),
        "ratio_of_sums": ([0.37000, 0.31, 0.43], "That is Σk/ΣS"),
        "intercept": ([0.367435, 0.31, 0.43], "with an intercept"),
        "other_λ": ([0.5, 0.4, 0.6], "is not ΣSk / ΣS²"),
        "z": ([0.36943, 0.31858, 0.42028], "1.96 is for a known noise"),
        "one_error": ([0.36943, 0.34349, 0.39537], "one standard error to each side"),
        "two_errors": ([0.36943, 0.31754, 0.42132], "rule of thumb"),
        "ninety": ([0.36943, 0.32187, 0.41699], "on *each* side"),
        "ten_degrees": ([0.36943, 0.31162, 0.42724], "9 are left, not 10"),
        "eight_degrees": ([0.36943, 0.3096, 0.42926], "There is no intercept"),
        "divided_by_ten": ([0.36943, 0.31376, 0.4251], "by 9, not by 10"),
        "known_noise": ([0.36943, 0.31944, 0.41942], "which you cannot know"),
        "upside_down": ([0.36943, 0.42812, 0.31074], "The lower end is above the upper end"),
        "one_sided": ([0.36943, 0.36943, 0.42812], "equally far down and up"),
        "order": ([0.31074, 0.36943, 0.42812], "The order is λ̂"),
        "order_of_three": ([0.31074, 0.42812, 0.36943], "The order is λ̂"),
        "two_decimals": ([0.3694, 0.31, 0.43], "as far as two decimals tell"),
        "half_widths": ([0.36943, -0.05869, 0.05869], "The ends of the interval"),
        "estimate": ((0.36943, 0.025943, 9), "That is what estimate_lambda returns"),
        "too_wide": ([0.36943, 0.1, 0.63886], "too wide"),
        "only_λ": (0.36943, "Give 3 numbers"),
        "half_filled": ([0.36943, None, None], "the lower end is not filled in yet"),
    },
    paths_or_times: {
        "paths_for_A": (["paths", "paths", "neither", "neither"], "A: more paths leave S where it is"),
        "neither_for_A": (["neither", "paths", "neither", "neither"], "A: the noise on one"),
        "times_for_B": (["times", "times", "neither", "neither"], "B: he has a thousand"),
        "neither_for_B": (["times", "neither", "neither", "neither"], "B: the two sets"),
        "times_for_C": (["times", "paths", "times", "neither"], "C: ΣSk / ΣS² is exact with a single time"),
        "paths_for_D": (["times", "paths", "neither", "paths"], "D: mean S² hardly changes"),
        "times_for_D": (["times", "paths", "neither", "times"], "D: the loss is a mean"),
        "other_word": (
            ["times", "paths", "none", "neither"],
            "For C give one of paths, times, neither; you gave 'none'",
        ),
        "half_filled": (["times", None, "neither", "neither"], "B is not filled in yet"),
        "too_few": (["times", "paths"], "Give 4 words, for A, B, C, D"),
        "one_word": ("times", "Give 4 words"),
    },
    times_needed: {
        "full_width": (2078, "whole* interval 0.005 wide"),
        "quarter": (130, "half-width"),
        "one_error": (135.2, "one standard error 0.005"),
        "no_square": (66.3, "The square is missing"),
        "no_S": (61.5, "The mean of S² is missing"),
        "fewer_for_paths": (5.19, "leave n = 100 out"),
        "mean_S": (214, "divided by the mean of S"),
        "square_of_mean": (758, "Square first"),
        "at_the_end": (143, "at the end, t = 10"),
        "ten_times": (438, "leaves out the early times"),
        "other": (1000, "too many"),
        "words": ("many", "Give one number"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
