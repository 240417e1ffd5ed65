"""Statements as text: names, tables and short forms, and one sentence for whatever is not a statement."""

import itertools

import pytest

from gates_to_flows.logic import compile_statement
from gates_to_flows.statements import names_in, shortest_statement, truth_rows, truth_table


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
        ("(" * 500 + "a" + ")" * 500, "The statement is too long or nested too deeply to be read."),
        ("not " * 5000 + "a", "The statement is too long or nested too deeply to be read."),
        (" implies ".join(["a"] * 300), "The statement is too long or nested too deeply to be read."),
        (" xor ".join(["a"] * 20000), "The statement is too long or nested too deeply"),
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
    ],
    ids=str,
)
def test_names_that_a_statement_cannot_hold_are_refused(names, says):
    with pytest.raises(ValueError) as error:
        truth_table("a", names)
    assert str(error.value).startswith(says)
