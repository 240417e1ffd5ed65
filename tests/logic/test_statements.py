"""Statements as text: names, tables and short forms, and one sentence for whatever is not a statement."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import sympy
import tensorflow as tf
from scipy.optimize import Bounds, LinearConstraint, milp
from sympy.logic.boolalg import ANFform

from gates_to_flows.logic import compile_statement
from gates_to_flows.logic.statements import _prime_implicants, names_in, shortest_statement, truth_rows, truth_table


def test_shortest_statements_have_the_table_they_were_made_from():
    for outputs in itertools.product([0, 1], repeat=8):
        assert tuple(truth_table(shortest_statement(outputs, "abc"), "abc")) == outputs
    assert shortest_statement([0, 1, 1, 0], "ab") == "a xor b"
    assert shortest_statement([1, 0, 0, 1], "ab") == "not (a xor b)"
    assert shortest_statement([0, None, None, 1], "ab") in ("a", "b")
    assert shortest_statement([1, None], "a") == "true"


def test_rows_count_upwards_and_names_set_the_order_of_inputs():
    assert truth_rows(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert truth_rows(0).shape == (1, 0)
    assert names_in("b and a or b implies c") == ["b", "a", "c"]
    assert truth_table("b and not a").tolist() == [0, 0, 1, 0]
    assert truth_table("b and not a", ["a", "b"]).tolist() == [0, 1, 0, 0]
    assert truth_table("b", ["a", "b"]).tolist() == [0, 1, 0, 1]
    assert compile_statement("b and not a", names=["a", "b"])(truth_rows(2)).tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("", "The statement is empty."),
        ("(a or b", "1 parenthesis is opened and never closed."),
        ("((a or b", "2 parentheses are opened and never closed."),
        ("a or b)", "A parenthesis is closed that was never opened."),
        (")a(", "A name is missing before ')'."),
        ("a nand b", "Between 'a' and 'nand' should stand and, or, xor or implies."),
        ("a b", "Between 'a' and 'b' should stand and, or, xor or implies."),
        ("a (b)", "Between 'a' and '(' should stand and, or, xor or implies."),
        ("a and", "A name is missing after 'and', at the end."),
        ("not", "A name is missing after 'not', at the end."),
        ("and a", "A name is missing before 'and'."),
        ("a and or b", "A name is missing between 'and' and 'or'."),
        ("()", "A name is missing between '(' and ')'."),
        ("a & b", "'&' is not part of a statement: use names, not, and, xor, or, implies and parentheses."),
        ("a and 1", "'1' is not part of a statement: use names, not, and, xor, or, implies and parentheses."),
        ("a.b", "'.' is not part of a statement: use names, not, and, xor, or, implies and parentheses."),
        ("__import__('os')", "Between '__import__' and '(' should stand and, or, xor or implies."),
        (" and ".join(f"x{i}" for i in range(17)), "A statement has at most 16 inputs, since all 2ⁿ rows"),
        (
            "(" * 500 + "a" + ")" * 500,
            "A statement has at most 4000 words, nested at most 200 deep: this one is longer or deeper.",
        ),
        (
            "not " * 5000 + "a",
            "A statement has at most 4000 words, nested at most 200 deep: this one is longer or deeper.",
        ),
        (
            " implies ".join(["a"] * 300),
            "A statement has at most 4000 words, nested at most 200 deep: this one is longer or deeper.",
        ),
        (
            " xor ".join(["a"] * 2001),
            "A statement has at most 4000 words, nested at most 200 deep: this one is longer or deeper.",
        ),
        (
            " xor ".join(["a"] * 200_000),
            "A statement has at most 4000 words, nested at most 200 deep: this one is longer or deeper.",
        ),
    ],
    ids=lambda text: text[:24],
)
def test_what_is_not_a_statement_gets_one_sentence(statement, says):
    for function in (truth_table, compile_statement):
        with pytest.raises(ValueError) as error:
            function(statement)
        assert str(error.value).startswith(says) and "\n" not in str(error.value)


def test_an_unknown_name_and_what_is_no_text_are_refused():
    with pytest.raises(ValueError, match="^'c' is none of the names a, b.$"):
        truth_table("a and c", ["a", "b"])
    with pytest.raises(TypeError, match="^A statement is text such as 'a and not b', not 3.$"):
        compile_statement(3)


def test_every_python_reads_a_statement_of_four_thousand_words():
    assert truth_table("not " + " xor ".join(["a"] * 2000)).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a", "a"], "Each input needs a name of its own, not a, a."),
        (["a", "and"], "'and' cannot be the name of an input"),
        (["a", "NOT"], "'NOT' cannot be the name of an input"),
        (["a", "b c"], "'b c' cannot be the name of an input"),
        (["true", "a"], "'true' cannot be the name of an input"),
        (["a", None], "None cannot be the name of an input"),
        (5, "5 cannot be the name of an input"),
        (np.array("a"), "array('a', dtype='<U1') cannot be the name of an input"),
        ({"a"}, "The names of the inputs need an order: give a list in place of the set {'a'}."),
        ([], "'a' is none of the names (there are none)."),
    ],
    ids=str,
)
def test_names_that_a_statement_cannot_hold_are_refused(names, says):
    with pytest.raises(ValueError) as error:
        truth_table("a", names)
    assert str(error.value).startswith(says)


def words(expression):
    """How many words a SymPy expression takes here, with the words that join its parts."""
    if isinstance(expression, sympy.Not):
        return 1 + words(expression.args[0])
    return sum(map(words, expression.args)) + len(expression.args) - 1 if expression.args else 1


def shortest_of_sympy(outputs, names):
    symbols = [sympy.Symbol(name) for name in names]
    rows = truth_rows(len(names)).tolist()
    ones, either = ([row for row, y in zip(rows, outputs, strict=True) if y == value] for value in (1, None))
    forms = [sympy.SOPform(symbols, ones, either), sympy.POSform(symbols, ones, either)]
    return min(map(words, forms if either else [*forms, ANFform(symbols, list(outputs))]))


def tables(n, many, none=0.0, seed=0):
    """Random outputs of n inputs, from hardly any ones to hardly any zeros, with this share of None."""
    rng = np.random.default_rng(seed)
    for _ in range(many):
        ones, free = rng.random(2**n) < rng.random(), rng.random(2**n) < none
        yield [None if free_here else int(one) for one, free_here in zip(ones, free, strict=True)]


@pytest.mark.parametrize(
    "every", [itertools.product([0, 1], repeat=8), tables(4, 60), tables(4, 60, none=0.3), tables(5, 20)]
)
def test_no_statement_is_longer_than_the_one_that_sympy_finds(every):
    for outputs in every:
        names = "abcde"[: len(outputs).bit_length() - 1]
        text = shortest_statement(outputs, names)
        if text not in ("true", "false"):
            assert len(text.split()) <= shortest_of_sympy(outputs, names)
        says = truth_table(text, names)
        assert all(y is None or y == said for y, said in zip(outputs, says, strict=True))


def cheapest(outputs, negated):
    """Fewest words of an OR of ANDs (negated 0) or AND of ORs (1): integer programming over all products, wide or not."""
    n = len(outputs).bit_length() - 1
    products = np.array([p for p in itertools.product([0, 1, 2], repeat=n) if p != (2,) * n])
    covers = ((products[:, None] == 2) | (products[:, None] == truth_rows(n))).all(axis=2)
    wanted = np.array([y != negated if y is not None else False for y in outputs])
    never = np.array([y == negated for y in outputs])
    allowed = ~covers[:, never].any(axis=1)
    words = 2 * (products != 2).sum(axis=1) + (products == negated).sum(axis=1)
    found = milp(
        words[allowed],
        constraints=LinearConstraint(covers[allowed][:, wanted].T.astype(float), lb=1),
        integrality=np.ones(allowed.sum()),
        bounds=Bounds(0, 1),
    )
    return round(found.fun) - 1


@pytest.mark.parametrize(
    "outputs",
    [
        [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0],  # the widest product first is not best in these two
        [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
        *tables(4, 40, seed=1),
        *tables(4, 20, none=0.4, seed=2),
    ],
    ids=str,
)
def test_of_four_inputs_no_shorter_or_of_ands_or_and_of_ors_exists(outputs):
    text = shortest_statement(outputs, "abcd")
    if text not in ("true", "false"):
        assert len(text.split()) <= min(cheapest(outputs, 0), cheapest(outputs, 1))


def test_tables_of_eight_inputs_are_written_down():
    ones = truth_rows(8).sum(axis=1)
    middle = ((ones > 2) & (ones < 6)).astype(int)
    # A product that cannot be widened asks for three ones and three zeros, and leaves two inputs free.
    assert len(_prime_implicants(middle == 1)) == math.factorial(8) / (6 * 6 * 2)
    for outputs in (middle, *tables(8, 3), *tables(8, 3, none=0.5)):
        says = truth_table(shortest_statement(outputs, "abcdefgh"), "abcdefgh")
        assert all(y is None or y == said for y, said in zip(outputs, says, strict=True))


@pytest.mark.parametrize(
    "outputs",
    [
        np.array([0, 1, 1, 0]),
        np.array([False, True, True, False]),
        [0.0, np.int8(1), np.True_, False],
        pd.Series([0, 1, 1, 0]),
        tf.constant([0, 1, 1, 0]),
        np.ma.array([0, 1, 1, 0]),
    ],
    ids=str,
)
def test_outputs_of_other_types_are_taken_as_what_they_are(outputs):
    assert shortest_statement(outputs, "ab") == "a xor b"


@pytest.mark.parametrize(
    ("outputs", "says"),
    [
        ([-1, 1, 1, -1], "An output should be 0, 1, True, False, or None where either will do, not -1."),
        ([0, 1, 1, 2], "An output should be 0, 1, .* not 2"),
        ([0, 1, 1, 0.5], "An output .* not 0.5"),
        ([0, 1, 1, np.nan], "An output .* not nan"),
        (["0", "1", "1", "0"], "An output .* not '0'"),
        ([0, 1, 1, 1j], "An output .* not 1j"),
        ([[0], [1, 2], 3, 4], r"An output .* not \[0\]"),
        (np.ma.array([0, 1, 1, 0], mask=[0, 0, 0, 1]), "An output .* not masked"),
        (pd.Series([0, 1, 1, None], dtype="Int64"), "An output .* not <NA>"),
        ([0, 1, 1], r"outputs should have the shape \(4,\), one value for each row of truth_rows\(2\), not \(3,\)\."),
        ([[0, 1], [1, 0]], r"not \(2, 2\)\."),
        ([[0], [1], [1], [0]], r"not \(4, 1\)\."),
        ("0110", "not '0110'"),
        (None, "not None"),
        ({0: 1, 1: 0}, "not {0: 1, 1: 0}"),
    ],
    ids=str,
)
def test_what_is_no_table_is_refused(outputs, says):
    with pytest.raises(ValueError, match=says):
        shortest_statement(outputs, "ab")


def test_tables_of_too_many_or_of_wrong_names_are_refused():
    with pytest.raises(ValueError, match="^A statement is made from a table of at most 8 inputs; here are 9.$"):
        shortest_statement([0] * 512, "abcdefghi")
    for names, says in (("aa", "a name of its own"), (["a", "or"], "'or' cannot be"), ([1, 2], "1 cannot be")):
        with pytest.raises(ValueError, match=says):
            shortest_statement([0, 1, 1, 0], names)


@pytest.mark.parametrize("n", [-1, 2.5, np.float64(2), "a", None, True, [2], np.nan, 3j], ids=str)
def test_a_number_of_inputs_that_is_none_is_refused(n):
    with pytest.raises(ValueError, match="^The number of inputs should be a whole number from 0 to 16, not "):
        truth_rows(n)


@pytest.mark.parametrize("statement", [3, None, b"a", ["a"], np.array("a")], ids=str)
def test_what_is_no_text_has_no_names(statement):
    with pytest.raises(TypeError, match="^A statement is text such as 'a and not b', not "):
        names_in(statement)
