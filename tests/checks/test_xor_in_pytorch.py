"""Answers to the exercises of `checks.xor_in_pytorch`."""

import numpy as np
import verdicts

from gates_to_flows.checks.xor_in_pytorch import forgotten_zero_grad, momentum_after_halving, shape_of_the_weight

RIGHT = {
    forgotten_zero_grad: [5, 5.0001],
    shape_of_the_weight: [(3, 5), [3, 5]],
    momentum_after_halving: [2, 2.0],
}

WRONG = {
    forgotten_zero_grad: {
        "replaces": (1, "replaces the old slopes"),
        "forgets_the_first": (4, "first backward() counts too"),
        "doubles": (32, "do not double"),
        "another_number": (10, "add up five"),
    },
    shape_of_the_weight: {
        "keras_kernel": ((5, 3), "shape of the kernel in Keras"),
        "with_the_bias": ((3, 6), "bias is not part"),
        "square": ((3, 3), "is square"),
        "one_number": (15, "Give 2 numbers"),
        "a_matrix": (np.zeros((3, 5)), "Give 2 numbers, rows, columns; you gave 15"),
        "another_shape": ((2, 5), "one number for each pair"),
    },
    momentum_after_halving: {
        "still_equal": (1, "still holds the old η"),
        "upside_down": (0.5, "The other way round"),
        "momentum": (0.9, "cancels"),
        "another_number": (4, "Compare them"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
