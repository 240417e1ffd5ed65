"""Logic: statements against Python and SymPy, networks against tables."""

import itertools

import numpy as np
import pytest
import sympy

from gates_to_flows.logic import (
    ThresholdNetwork,
    Unit,
    compile_statement,
    names_in,
    truth_rows,
    truth_table,
)

BY_PYTHON = {
    "a and b": lambda a, b: a and b,
    "a xor b": lambda a, b: a != b,
    "not a or b": lambda a, b: (not a) or b,
    "not (a or b)": lambda a, b: not (a or b),
    "a implies b": lambda a, b: b if a else True,
    "a or b and c": lambda a, b, c: a or (b and c),
    "a xor b and c": lambda a, b, c: a != (b and c),
    "a or b xor c": lambda a, b, c: a or (b != c),
    "a implies b or c": lambda a, b, c: (b or c) if a else True,
    "a implies b implies c": lambda a, b, c: (c if b else True) if a else True,
    "(a implies b) implies c": lambda a, b, c: c if (b if a else True) else True,
    "not a xor b": lambda a, b: (not a) != b,
    "not not a and not not not b": lambda a, b: a and not b,
    "a AND Not b": lambda a, b: a and not b,
    "not (a xor b xor not c) and d": lambda a, b, c, d: ((a + b + (not c)) % 2 == 0) and d,
    "a xor a and b": lambda a, b: a and not b,
    "a and a or a and not a": lambda a: a,
    "a": lambda a: a,
    "not a": lambda a: not a,
    "true xor a": lambda a: not a,
    "a and false or b": lambda a, b: b,
    "if implies lambda": lambda x, y: y if x else True,
    "x₁ or élan": lambda x, y: x or y,
}


def oracle(function, n):
    return [int(function(*row)) for row in itertools.product([False, True], repeat=n)]


@pytest.mark.parametrize("statement", BY_PYTHON, ids=str)
def test_tables_and_compiled_networks_agree_with_python(statement):
    n = BY_PYTHON[statement].__code__.co_argcount
    wanted = oracle(BY_PYTHON[statement], n)
    assert truth_table(statement).tolist() == wanted
    assert compile_statement(statement)(truth_rows(n)).tolist() == wanted


def random_statement(rng, depth):
    """A statement and the same in SymPy."""
    if depth == 0 or rng.random() < 0.15:
        name = rng.choice(list("abcdef"))
        return name, sympy.Symbol(name)
    word = rng.choice(["not", "and", "or", "xor", "implies"])
    left, x = random_statement(rng, depth - 1)
    if word == "not":
        return f"not ({left})", sympy.Not(x)
    right, y = random_statement(rng, depth - 1)
    build = {"and": sympy.And, "or": sympy.Or, "xor": sympy.Xor, "implies": sympy.Implies}[word]
    return f"({left}) {word} ({right})", build(x, y)


@pytest.mark.parametrize("seed", range(60))
def test_random_statements_agree_with_sympy(seed):
    statement, expression = random_statement(np.random.default_rng(seed), 5)
    names = names_in(statement)
    symbols = [sympy.Symbol(name) for name in names]
    wanted = [bool(expression.xreplace(dict(zip(symbols, row, strict=True)))) for row in _booleans(len(names))]
    assert truth_table(statement).tolist() == wanted
    assert compile_statement(statement)(truth_rows(len(names))).tolist() == wanted


def _booleans(n):
    return [[sympy.true if x else sympy.false for x in row] for row in itertools.product([0, 1], repeat=n)]


def test_all_256_functions_of_three_inputs_go_there_and_back_as_an_or_of_ands():
    for outputs in itertools.product([0, 1], repeat=8):
        rows = itertools.compress(truth_rows(3).tolist(), outputs)
        terms = [" and ".join(n if x else f"not {n}" for n, x in zip("abc", row, strict=True)) for row in rows]
        network = compile_statement(" or ".join(terms) or "false", names="abc")
        assert tuple(network(truth_rows(3))) == outputs


def test_several_statements_share_units():
    half_adder = compile_statement("a xor b", "a and b")
    assert len(half_adder.units) == 2
    assert half_adder(truth_rows(2)).tolist() == [[0, 0], [1, 0], [1, 0], [0, 1]]
    assert half_adder.layer_of == {"a": 0, "b": 0, "h1": 1, "h2": 2}
    assert compile_statement("h1 and h2 xor h1").names == ["h1", "h2"]  # units get other names


def test_the_number_of_units_is_as_promised():
    assert len(compile_statement("a and not b and c").units) == 1
    assert len(compile_statement("not (a implies b)").units) == 1
    for n in range(2, 9):
        assert len(compile_statement(" xor ".join(f"x{i}" for i in range(n))).units) == n // 2 + 1


def test_sixteen_inputs_work():
    network = compile_statement(" xor ".join(f"x{i}" for i in range(16)))
    np.testing.assert_array_equal(network(truth_rows(16)), truth_rows(16).sum(axis=1) % 2)


def test_a_network_says_what_it_is():
    text = repr(compile_statement("a xor not b"))
    assert "2 units, 2 inputs" in text and "layer 1: h1 = [a + b ≥ 1.5]" in text
    assert "layer 2: h2 = [− a − b + 2·h1 ≥ −0.5]" in text
    by_hand = ThresholdNetwork(["a"], [Unit("same", {"a": 1}, -0.5)], ["same"])
    assert by_hand([[0], [1]]).tolist() == [0, 1]


def test_inputs_named_like_units_keep_their_names():
    network = compile_statement("h1 or unit1 xor _h1")
    assert np.array_equal(network(truth_rows(3)), truth_table("h1 or unit1 xor _h1"))


def test_nothing_to_compile_is_refused():
    with pytest.raises(ValueError, match="Give at least one statement"):
        compile_statement()


HALF_ADDER = compile_statement("a xor b", "a and b")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([0, 1], r"rows should have the shape \(m, 2\), one column for each of a, b, not \(2,\)\."),
        ([[0, 1, 1]], r"not \(1, 3\)\."),
        ([[0, 1], [1]], r"not \(2,\)\."),
        (5, r"not \(\)\."),
        (None, r"not \(\)\."),
        ([[0, 2]], "rows should hold 0 and 1 only, not 2"),
        ([[0.5, 0]], "not 0.5"),
        ([[-1, 1]], "not -1"),
        ([["0", "1"]], "not '0'"),
        ([[None, 1]], "not None"),
        ([[np.nan, 1]], "not nan"),
        ([[1j, 1]], "not 1j"),
        (np.ma.array([[0, 1]], mask=[[0, 1]]), "not None"),
    ],
    ids=str,
)
def test_rows_that_are_none_are_refused(rows, says):
    with pytest.raises(ValueError, match=says):
        HALF_ADDER(rows)


def test_rows_of_other_types_are_taken_as_what_they_are():
    for rows in ([[True, True], [False, True]], [[1.0, 1.0], [0.0, 1.0]], np.ma.array([[1, 1], [0, 1]])):
        assert HALF_ADDER(rows).tolist() == [[0, 1], [1, 0]]
    assert HALF_ADDER(np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    ("weights", "bias"),
    [({"a": np.nan}, 0), ({"a": "1"}, 0), ([1, 2], 0), ({"a": 1}, None), ({"a": 1}, np.inf), ({"a": 1j}, 0)],
)
def test_a_unit_without_weights_is_refused(weights, bias):
    with pytest.raises(ValueError, match="^Unit 'h' should have a dict of finite weights, .* and a finite bias, not "):
        Unit("h", weights, bias)


AND = Unit("h", {"a": 1, "b": 1}, -1.5)


@pytest.mark.parametrize(
    ("names", "units", "outputs", "says"),
    [
        (["a"], [AND], ["h"], "Unit 'h' reads 'b', which is no input and no unit before it"),
        (["a", "b"], [Unit("g", {"h": 1}, 0), AND], ["h"], "Unit 'g' reads 'h', which is no input and no unit before"),
        (["a", "b"], [AND], ["g"], "outputs should name at least one of the inputs and units, not "),
        (["a", "b"], [AND], [], "outputs should name at least one"),
        (["a", "b"], [AND, AND], ["h"], "needs a name of its own, as text, not "),
        (["a", "b", "a"], [AND], ["h"], "needs a name of its own"),
        (["a", "b", 3], [AND], ["h"], "needs a name of its own"),
    ],
)
def test_a_network_whose_names_do_not_fit_is_refused(names, units, outputs, says):
    with pytest.raises(ValueError, match=says):
        ThresholdNetwork(names, units, outputs)


@pytest.mark.parametrize(
    "lists", [("ab", [AND], ["h"]), (["a", "b"], AND, ["h"]), (["a", "b"], [3], ["h"]), (["a"], [], "a")]
)
def test_a_network_that_is_not_made_of_lists_is_refused(lists):
    with pytest.raises(TypeError, match="^A network takes three lists: names of inputs, units"):
        ThresholdNetwork(*lists)
