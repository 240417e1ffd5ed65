"""Answers to the exercises of `checks.adapting_and_remembering`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.adapting_and_remembering import best_rate, how_many, latch_weight, own_patterns

# Four pictures whose overlaps are all 0: left half, upper half, both halves crossed, stripes.
LEFT, UPPER = np.tile([1] * 4 + [-1] * 4, (8, 1)), np.tile([[1]] * 4 + [[-1]] * 4, (1, 8))
CROSSED, STRIPES = LEFT * UPPER, np.tile([1, -1], (8, 4))
GOOD = [LEFT, UPPER, CROSSED, STRIPES]
TEXT = ["\n".join("".join("#" if pixel > 0 else "." for pixel in row) for row in picture) for picture in GOOD]
CORNER = -np.ones((8, 8))
CORNER[:3, :3] = 1
SPECK = CORNER.copy()
SPECK[3, 0] = 1


def corner(row, column):
    """A square of 3 × 3 on white: four of them share most of their white."""
    picture = -np.ones((8, 8), dtype=int)
    picture[row : row + 3, column : column + 3] = 1
    return picture


def with_one(picture, position=0):
    return [*GOOD[:position], picture, *GOOD[position + 1 :]]


RIGHT = {
    best_rate: [
        [0.039208, 0.009802],
        (0.04, 0.0098),
        np.array([0.0392, 0.0098]),
        [0.038, 0.0098],
        [[0.0392], [0.01]],
        pd.Series([0.0392, 0.0098]),
        tf.constant([0.0392, 0.0098]),
        [0.0377, 0.0098],
        [0.04, 0.01],
        (np.float32(0.0392), np.float32(0.0098)),
    ],
    own_patterns: [
        GOOD,
        np.array(GOOD),
        np.array(GOOD).reshape(4, 64),
        tuple(picture.ravel() for picture in GOOD),
        [picture > 0 for picture in GOOD],
        [(picture > 0).astype(int) for picture in GOOD],
        [picture.astype("float32").tolist() for picture in GOOD],
        TEXT,
        [text.splitlines() for text in TEXT],
        ["\n" + text + "\n" for text in TEXT],
        [tf.constant(picture) for picture in GOOD],
        [TEXT[0], UPPER, (CROSSED > 0), STRIPES.ravel()],
        dict(zip("abcd", TEXT, strict=True)),
        [-picture for picture in GOOD],
        np.array(TEXT),
        [np.array(text.splitlines()) for text in TEXT],
        np.array([text.splitlines() for text in TEXT]),
        [[list(line) for line in text.splitlines()] for text in TEXT],
        np.array([[list(line) for line in text.splitlines()] for text in TEXT]),
        [text.replace("\n", "") for text in TEXT],
        [list(text.replace("\n", "")) for text in TEXT],
        pd.DataFrame(np.array(GOOD).reshape(4, 64)),
        tf.constant(np.array(GOOD)),
    ],
    how_many: [104, 105, 104.7, 102, 100, 106, [104], np.array(105), np.int64(104)],
    latch_weight: [1.6530, 1.653, 1.65, [1.6530], np.float32(1.6530), np.array([[1.6530]])],
}

WRONG = {
    best_rate: {
        "swapped": ([0.0098, 0.0392], "wrong way round"),
        "forgetting_factor": ([0.9608, 0.0098], "That is the forgetting factor"),
        "no_root": ([0.0016, 0.0098], "take the root"),
        "turned_over": ([25, 0.0098], "turned over"),
        "q_alone": ([0.02, 0.0098], "That is q alone"),
        "of_the_notebook": ([0.0145, 0.0098], "too small"),
        "too_large": ([0.1, 0.0098], "too large: the mean squared error would be 0.0149"),
        "negative": ([-0.04, 0.0098], "does not follow at all"),
        "root_of_error": ([0.0392, 0.099], "The mean *squared* error"),
        "of_the_reading": ([0.0392, 0.2598], "predicting the next *reading*"),
        "one_reading": ([0.0392, 0.25], "one reading"),
        "one_step": ([0.0392, 0.0004], "one step of the drift"),
        "half": ([0.0392, 0.0049], "one of the two parts"),
        "before": ([0.0392, 0.0102], "just *before* a correction"),
        "before_too": ((0.04, 0.010204), "just *before* a correction"),
        "section_3": ([0.0377, 0.0106], "Its 3η² holds for Gaussian inputs"),
        "swapped_before": ([0.0102, 0.0392], "wrong way round"),
        "other": ([0.0392, 0.02], "you gave 0.02"),
        "one_number": (0.0392, "you gave 1"),
        "half_filled": ([0.0392, None], "not filled in"),
        "words": ("fast", "Give 2 numbers"),
    },
    own_patterns: {
        "twice": (with_one(UPPER), "Pictures 1 and 2 are nearly the same: their overlap is 1.00"),
        "negative": (with_one(-STRIPES), "nearly negatives of one another"),
        "corners": ([corner(0, 0), corner(0, 5), corner(5, 0), corner(5, 5)], "of its units turn at once"),
        "nearly_the_same": ([CORNER, SPECK, LEFT, STRIPES], "Pictures 1 and 2 are nearly the same"),
        "white": (with_one(-np.ones((8, 8))), "Picture 1 has 0 black pixels"),
        "black": (with_one(np.ones(64), 2), "Picture 3 has 0 white pixels"),
        "three": (GOOD[:3], "Give 4 things"),
        "one": (LEFT, "Give 4 things"),
        "flat": (np.array(GOOD).ravel(), "Give 4 things"),
        "seven_lines": (with_one("\n".join(["####...."] * 7)), "should have eight lines"),
        "long_line": (with_one("\n".join(["####....."] * 8)), "should have eight lines"),
        "other_marks": (with_one("\n".join(["xxxx    "] * 8), 1), "Picture 2"),
        "letters": (with_one("\n".join(["####oooo"] * 8), 3), "Picture 4 holds “o”"),
        "grey": (with_one(np.linspace(0, 1, 64).reshape(8, 8)), "yours holds 0, 0.015873, 0.031746, …"),
        "small": (with_one(np.ones((7, 7))), "should have the shape (8, 8)"),
        "numbers": ([1, 2, 3, 4], "Picture 1"),
        "a_word": ("TLXZ", "Give 4 things"),
        "a_number": (4, "Give 4 things"),
        "words": (["T", "L", "X", "Z"], "should have eight lines"),
        "three_values": (with_one(np.where(LEFT > 0, UPPER, 0)), "yours holds −1, 0, 1."),
        "bytes": (with_one(np.where(LEFT > 0, 255, 0)), "yours holds 0, 255."),
        "short_rows_of_marks": (with_one([list("####")] * 8), "yours has 4, 4"),
        "no_rows": (with_one([]), "Picture 1"),
        "function": (len, "Give 4 things"),
    },
    how_many: {
        "edge": (138, "That is the edge"),
        "load": (0.1047, "That is the load"),
        "no_square": (323.6, "Square the 3.09"),
        "two_sides": (92.4, "two sides"),
        "no_error_at_all": (36, "no unit turns in any pattern"),
        "hardly_any": (72, "hardly any unit turns"),
        "quantile": (3.09, "√(N/P)"),
        "its_square": (9.55, "That is N/P"),
        "safe": (50, "a load of 0.05"),
        "too_many": (200, "12.7 of a thousand units turn"),
        "a_little_too_many": (108, "1.17 of a thousand units turn"),
        "too_few": (80, "of a thousand units turn"),
        "of_the_notebook": (52, "of a thousand units turn"),
        "negative": (-105, "is positive"),
        "words": ("many", "Give one number"),
        "two": ([104, 105], "you gave 2"),
    },
    latch_weight: {
        "plus": (1.3, "An input of 0.3 is not a weight of 0.3 more"),
        "of_the_notebook": (2, "With w = 2 the edge is at 0.533"),
        "input": (0.3, "That is the input"),
        "edge": (0.533, "the edge at w = 2"),
        "state": (0.6285, "the state x at the edge"),
        "rest_at_input": (1.0317, "without input"),
        "state_is_input": (1.0989, "You took 0.3 for the state x"),
        "too_small": (1.55, "It gives way too early"),
        "too_large": (1.7, "A smaller one will do"),
        "huge": (1e30, "hardly anything can be written"),
        "below_one": (0.9, "one place of rest only"),
        "negative": (-1.653, "Give a positive w"),
        "two_digits": (1.6, "holds up to |u| = 0.267"),
        "words": ("large", "Give one number"),
        "function": (abs, "Give one number"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)


def test_pictures_are_judged_as_hebbs_rule_judges_them():
    rng = np.random.default_rng(0)
    for _ in range(300):
        X = np.where(rng.random((4, 64)) < rng.uniform(0.25, 0.5), 1, -1)
        W = sum(np.outer(x, x) for x in X) - 4 * np.eye(64)
        kept = all(np.all(x * (W @ x) >= 0) for x in X)
        assert own_patterns.verdict(X).startswith("✓" if kept else "✗")
