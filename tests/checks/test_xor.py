"""Answers to the exercises of `checks.xor`."""

import numpy as np
import verdicts

from gates_to_flows.checks.xor import nine_weights, one_hidden_unit_and_a_skip, xnor_by_three_numbers


def _xor_with(**changed):
    units = {"first": (1, 1, -0.5), "second": (-1, -1, 1.5), "output": (1, 1, -1.5)} | changed
    return list(units.values())


RIGHT = {
    nine_weights: [_xor_with(), [(-1, 1, -0.5), (1, -1, -0.5), (1, 1, -0.5)], np.array(_xor_with())],
    xnor_by_three_numbers: [
        _xor_with(output=(-1, -1, 1.5)),
        _xor_with(output=(-2, -2, 3)),
        [(1, 1, -1.5), (-1, -1, 0.5), (1, 1, -0.5)],
        _xor_with(first=(1, 1, -0.5 + 1e-12), output=(-1, -1, 1.5)),
    ],
    one_hidden_unit_and_a_skip: [
        [(1, 1, -1.5), (1, 1, -2, -0.5)],
        [(1, 1, -0.5), (-1, -1, 2, -0.5)],
        np.array([(1, 1, -1.5), (1, 1, -2, -0.5)], dtype=object),
    ],
}

WRONG = {
    nine_weights: {
        "all_zero": ([(0, 0, 0)] * 3, "hidden units are 1 1 for every input"),
        "same_line_twice": (_xor_with(second=(1, 1, -0.5)), "Two equal lines are one line"),
        "output_or": (_xor_with(output=(1, 1, -0.5)), "2 of 4 rows are right. For inputs 0 0 the hidden layer is 0 1"),
        "second_is_and": (_xor_with(second=(1, 1, -1.5)), "For inputs 0 1 the hidden layer is 1 0"),
        "xnor": (_xor_with(output=(-1, -1, 1.5)), "That is XNOR"),
        "xnor_on_the_edge": ([(1, 1, -1.5), (-1, -1, 0.5), (1, 1, -1)], "and move c a little"),
        "half_filled": ([None, None, (1, 1, -1.5)], "w1 is not filled in yet"),
        "weights_in_a_list": ([([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)], "in one flat list"),
        "two_units": ([(1, 1, -0.5), (1, 1, -1.5)], "Give a list of three units"),
        "unit_without_bias": (_xor_with(first=(1, 1)), "Give 3 numbers in one flat list, w1, w2, b; you gave 2"),
    },
    xnor_by_three_numbers: {
        "unchanged": (_xor_with(), "numbers of XOR still"),
        "everything_turned": (np.negative(_xor_with()), "For inputs"),
        "hidden_turned_too": ([(-1, -1, 0.5), (1, 1, -1.5), (1, 1, -0.5)], "you changed 7 of the nine"),
        "still_xor": (_xor_with(output=(2, 2, -3)), "still computes XOR"),
        "only_the_bias": (_xor_with(output=(1, 1, 1.5)), "2 of 4 rows are right. For inputs 0 1"),
        "forgets_the_bias": (_xor_with(output=(-1, -1, -1.5)), "For inputs 0 0"),
    },
    one_hidden_unit_and_a_skip: {
        "ignores_the_hidden_unit": ([(1, 1, -1.5), (1, 1, 0, -0.5)], "With v = 0"),
        "constant_hidden_unit": ([(1, 1, -5), (1, 1, -2, -0.5)], "is 0 in every row"),
        "wrong_sign": (
            [(1, 1, -1.5), (1, 1, 2, -0.5)],
            "For inputs 1 1 the hidden layer is 1 and your network gives 1",
        ),
        "xnor": ([(1, 1, -1.5), (-1, -1, 2, 0.5)], "That is XNOR"),
        "too_weak": ([(1, 1, -1.5), (1, 1, -1, -0.5)], "3 of 4 rows are right"),
        "xnor_on_the_edge": ([(1, 1, -1.5), (-1, -1, 2, 0)], "and move c a little"),
        "three_units": (_xor_with(), "Give a list of two units"),
        "six_numbers": ([(1, 1, -1.5), (1, 1, -2)], "Give 4 numbers in one flat list, u1, u2, v, c; you gave 3"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
