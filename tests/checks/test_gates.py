"""Answers to the exercises of `checks.gates`."""

import numpy as np
import verdicts

from gates_to_flows.checks.gates import largest_stable_step, majority_of_three, nand_from_the_box, why_no_line_makes_xor

RIGHT = {
    nand_from_the_box: [
        lambda a, b: int(not (a and b)),
        lambda a, b: a + b < 2,
        lambda a, b: np.int64(1 - a * b),
        lambda a, b: np.array([1 - a * b]),
        lambda a, b: np.bool_(not (a and b)),
    ],
    majority_of_three: [
        [1, 1, 1, -1.5],
        (2, 2, 2, -4),
        np.array([0.3, 0.3, 0.3, -0.5]),
        ([1, 1, 1], -1.5),
        (np.ones(3), -2),
    ],
    why_no_line_makes_xor: [[1, 1, 1, 1], (0.5, 0.5, 0.5, 0.5), np.full(4, 3), [1e-10] * 4],
    largest_stable_step: [1.0718, np.float64(1.07179677)],
}

WRONG = {
    nand_from_the_box: {
        "nor": (lambda a, b: int(not (a or b)), "That is NOR"),
        "and": (lambda a, b: int(a and b), "That is AND itself"),
        "or": (lambda a, b: int(a or b), "For inputs 0 0 your function gives 0, and NAND gives 1"),
        "always": (lambda a, b: 1, "For inputs 1 1 your function gives 1, and NAND gives 0"),
        "no_return": (lambda a, b: None, "returns nothing"),
        "an_array": (lambda a, b: np.array([1, 1]), "a gate returns 0 or 1"),
        "leaves": (lambda a, b: exit(), "stopped with a SystemExit in its line “"),
        "a_sum": (lambda a, b: a + b + 1, "returns 2"),
        "one_input": (lambda a: 1 - a, "should take two inputs; yours takes (a)"),
        "not_a_function": (1, "Give a function"),
    },
    majority_of_three: {
        "or_of_three": ([1, 1, 1, -0.5], "OR of three"),
        "and_of_three": ([1, 1, 1, -2.5], "AND of three"),
        "minority": ([-1, -1, -1, 1.5], "fires for the minority"),
        "forgets_the_bias": ([1, 1, 1], "Give 4 numbers, w1, w2, w3, b; you gave 3"),
        "half_filled": ([1, None, 1, -1.5], "w2 is not filled in yet"),
        "wrong_sign_of_b": ([1, 1, 1, 1.5], "fires for every input, also for 0 0 0"),
        "all_zero": ([0, 0, 0, 0], "Take a negative b"),
        "never": ([1, 1, 1, -3.5], "never fires, not even for 1 1 1"),
        "outvoted": ([1, 5, 9, -0.5], "For inputs 0 0 1 the sum is 8.5"),
        "on_the_edge": ([1, 1, 2, -2], "For inputs 0 0 1 the sum is 0, so your unit fires, and it should not"),
        "minority_on_the_edge": ([-1, -1, -1, 1], "Turn the signs of all four numbers, and move b a little"),
        "rounding": ([0.1, 0.7, 0.75, -0.8], "on the very edge"),
        "first_voter_decides": (
            [1, 0, 0, -0.5],
            "For inputs 0 1 1 the sum is -0.5, so your unit does not fire, and it should",
        ),
        "first_voter_counts_double": (
            [2, 1, 1, -1.5],
            "For inputs 1 0 0 the sum is 0.5, so your unit fires, and it should not",
        ),
        "text": (["a", 1, 1, 1], "Give 4 numbers"),
        "nan": ([1, np.nan, 1, -1.5], "w2 is not a finite number"),
    },
    why_no_line_makes_xor: {
        "outer_rows_only": ([1, 0, 0, 1], "+1·w1 +1·w2 +2·b is left"),
        "middle_rows_only": ([0, 1, 1, 0], "-1·w1 -1·w2 -2·b is left"),
        "all_zero": ([0, 0, 0, 0], "All four are 0"),
        "outer_row_alone_and_tiny": ([1e-10, 0, 0, 0], "+1e-10·b is left"),
        "negative": ([1, -1, -1, 1], "negative multiplier"),
        "three_rows": ([1, 1, 1], "you gave 3"),
    },
    largest_stable_step: {
        "one_over": (0.5359, "1 / λmax"),
        "the_eigenvalue": (1.866, "λmax itself"),
        "trace": (0.8, "2 / trace R"),
        "smallest_eigenvalue": (14.928, "2 / λmin"),
        "negative": (-5, "A step size is positive"),
        "zero": (0, "A step size is positive"),
        "not_averaged": (0.13397, "divides by the number of rows"),
        "without_the_bias": (2.0, "without the bias"),
        "two_inputs": (1.2554, "limit for two inputs"),
        "too_small": (0.3, "is stable, and so is a larger one"),
        "too_large": (1.5, "That step diverges"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
