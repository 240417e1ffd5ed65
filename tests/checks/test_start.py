"""Answers to the exercise of `checks.start`."""

import numpy as np
import verdicts

from gates_to_flows.checks.start import rows_of_three_inputs

RIGHT = {
    rows_of_three_inputs: [8, 8.0, np.int64(8), [8], 8.0000001],
}

WRONG = {
    rows_of_three_inputs: {
        "adds_two_rows": (6, "does not add two rows"),
        "squares": (9, "wrong way round"),
        "counts_functions": (256, "counts functions"),
        "counts_functions_of_two": (16, "counts functions"),
        "forgets_the_zeros": (7, "0 0 0 counts too"),
        "a_word": ("eight", "Give one number, the number of rows; you gave 'eight'"),
        "another_number": (5, "two inputs, then add a third"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
