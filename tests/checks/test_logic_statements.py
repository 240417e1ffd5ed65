"""Answers to the exercises of `checks.logic_statements`."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import verdicts

from gates_to_flows.checks.logic_statements import (
    full_adder,
    parity_by_counting,
    read_a_formula,
    too_much_for_one_hidden_unit,
)

RIGHT = {
    full_adder: [
        ["a xor b xor c", "a and b or c and (a xor b)"],
        ("not (a xor b xor not c)", "(a and b) or (a and c) or (b and c)"),
        np.array(["a xor b xor c", "a and b or c and (a xor b)"]),
        pd.Series({"sum": "a xor b xor c", "carry": "a and b or c and (a or b)"}),
    ],
    parity_by_counting: [[1, -1, 1, -1, 1, -0.5], (2, -2, 2, -2, 2, -1), np.array([3, -4, 4, -4, 4, -1])],
    read_a_formula: [
        "(a or b and c) and not (a and b and c)",
        "a xor b and c",
        "a and not (b and c) or not a and b and c",
        np.array("a xor b and c"),
        ["a xor b and c"],
        SimpleNamespace(statement="a xor b and c"),
    ],
    too_much_for_one_hidden_unit: ["a xor b", "a and b or c and d", "not (x xor y)", "p xor q xor r"],
}

WRONG = {
    full_adder: {
        "swapped": (["a and b or c and (a xor b)", "a xor b xor c"], "the sum comes first"),
        "all_three": (["a xor b xor c", "a and b and c"], "only when all three are 1"),
        "half_adder": (["a xor b xor c", "a and b"], "half adder's"),
        "sum_upside_down": (["not (a xor b xor c)", "a and b"], "half adder's"),
        "sum_negated": (["not a xor b xor c", "a and b or c and (a or b)"], "Your sum bit is the wrong way round"),
        "or_as_a_sum": (["a or b or c", "a and b or c and (a or b)"], "1 + 1 = 2, so it should be 0, and it is 1"),
        "one_statement": ("a xor b xor c", "Give 2 things in a list, the sum, the carry; you gave 'a xor b xor c'"),
        "half_filled": (["a xor b xor c", None], "the carry is not filled in yet"),
        "another_name": (["x xor b xor c", "a and b"], "The sum bit: 'x' is none of the names a, b, c"),
        "unbalanced": (["(a xor b xor c", "a and b"], "opened and never closed"),
        "python": (["a ^ b ^ c", "a and b"], "'^' is not part of a statement"),
        "numbers": ([0, 1], "The sum bit: Give a statement as text, in quotes; you gave 0"),
    },
    parity_by_counting: {
        "wrong_way_round_on_the_edge": ([-1, 1, -1, 1, -1, 0], "Every row is the wrong way round"),
        "all_zero": ([0] * 6, "always fires"),
        "all_positive": ([1, 1, 1, 1, 1, -0.5], "With 2 ones the first 2 hidden units fire, the sum is 1.5"),
        "even": ([-1, 1, -1, 1, -1, 0.5], "the wrong way round"),
        "on_the_edge": ([1, -1, 1, -1, 1, 0], "With 0 ones the sum is 0, on the very edge"),
        "too_high": ([1, -1, 1, -1, 1, -1.5], "never fires"),
        "always": ([1, 1, 1, 1, 1, 1], "always fires"),
        "stops_alternating": ([1, -1, 1, 1, 1, -0.5], "With 4 ones"),
        "first_is_missing": ([0, 1, 0, 1, 0, -0.5], "With 1 one only h1 fires, the sum is -0.5"),
        "no_bias": ([1, -1, 1, -1, 1], "Give 6 numbers"),
    },
    read_a_formula: {
        "first_unit": ("a or b and c", "the first hidden unit alone"),
        "second_unit": ("not (a and b and c)", "the second hidden unit alone"),
        "output_or": ("true", "output unit that is OR"),
        "opposite": ("not (a xor b and c)", "the opposite"),
        "or_of_three": ("(a or b or c) and not (a and b and c)", "b alone reaches 1"),
        "only_a": ("a and not (b and c)", "b and c together reach 2"),
        "another": ("a and b", "For a, b, c = 0 1 1 the hidden units are 1 1 and the network says 1"),
        "an_unknown_word": ("a nand b", "Between 'a' and 'nand' should stand"),
        "in_two_texts": (["a xor b", "and c"], "Give one statement as text, in quotes; you gave ['a xor b', 'and c']"),
        "a_number": (3, "Give a statement as text"),
    },
    too_much_for_one_hidden_unit: {
        "one_unit": ("a and not b", "One unit computes that by itself"),
        "majority": ("a and b or a and c or b and c", "One unit computes that by itself"),
        "implication": ("a implies b implies c", "One unit computes that by itself"),
        "hidden_constant": ("a xor a", "is 0 in every row"),
        "always": ("a or not a", "is 1 in every row"),
        "unbalanced": ("a xor b)", "closed that was never opened"),
        "missing_name": ("a xor", "A name is missing after 'xor'"),
        "too_many": (" xor ".join("abcdefg"), "use at most 6"),
        "not_text": (lambda a, b: a != b, "Give a statement as text, in quotes; you gave the function"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
