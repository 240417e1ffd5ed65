"""Logic: statements against Python and SymPy, networks against tables, formulas against the networks they were read off."""

import itertools

import keras
import numpy as np
import pytest
import sympy

from gates_to_flows.logic import (
    ThresholdNetwork,
    Unit,
    compile_statement,
    extract_formula,
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


def hidden_layer(W, b, v, c, output="sigmoid", activation="tanh"):
    """A Keras network with these weights: W (inputs, hidden), b and v (hidden,), c."""
    W, b, v = np.array(W, dtype=float), np.array(b, dtype=float), np.array(v, dtype=float)
    model = keras.Sequential(
        [
            keras.Input((W.shape[0],)),
            keras.layers.Dense(len(b), activation=activation, dtype="float64"),
            keras.layers.Dense(1, activation=output, dtype="float64"),
        ]
    )
    model.set_weights([W, b, v[:, None], np.array([c])])
    return model


def decisions(model, n):
    return (model(2.0 * truth_rows(n) - 1).numpy()[:, 0] >= 0.5).astype(int)


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


def test_a_crisp_network_is_read_with_one_cut_per_unit():
    model = hidden_layer([[4, -4], [4, -4]], [4, 4], [4, 4], -4)  # OR, NAND, and AND of the two, for inputs −1 and 1
    formula = extract_formula(model, ["a", "b"])
    assert formula.statement == "a xor b"
    assert formula.units == {"h1": "a or b", "h2": "not (a and b)"}
    assert formula.output == "h1 and h2"
    assert [cuts.tolist() for cuts in formula.cuts] == [[0], [0]]
    assert repr(formula).splitlines()[0] == "a xor b"


def test_parity_of_four_with_three_units_one_of_them_graded():
    # Of k ones: h1 is nearly k/10 − 1/5, h2 and h3 say k ≥ 2 and k = 4, and k − 2 [k ≥ 2] − 2 [k = 4] is 1 for odd k.
    model = hidden_layer(np.tile([0.05, 20, 20], (4, 1)), [0, 20, -60], [40, -4, -4], -2)
    np.testing.assert_array_equal(decisions(model, 4), truth_rows(4).sum(axis=1) % 2)
    formula = extract_formula(model, list("abcd"))
    assert formula.statement == "a xor b xor c xor d"
    assert len(formula.cuts[0]) > 1  # on or off is not enough for h1
    assert {"h1_1", "h1_2"} <= set(formula.units)


def test_a_single_unit_with_four_levels_is_read_exactly():
    # One unit, −0.6 −0.2 0.2 0.6 in the sum; the output fires only above 0.4: one cut at 0 cannot say it.
    model = hidden_layer([[0.4], [0.2]], [0.0], [10], -10 * np.tanh(0.4))
    formula = extract_formula(model, ["a", "b"])
    assert formula.statement == "a and b"
    assert len(formula.cuts[0]) >= 2 and formula.cuts[0][-1] == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("n, hidden", [(3, 2), (4, 4), (5, 7)])
def test_random_networks_small_and_large_weights_are_read_exactly(seed, n, hidden):
    rng = np.random.default_rng(seed)
    scale = 10 ** rng.uniform(-1, 1)
    model = hidden_layer(rng.normal(size=(n, hidden)) * scale, rng.normal(size=hidden), rng.normal(size=hidden), 0.1)
    names = [f"x{i}" for i in range(n)]
    formula = extract_formula(model, names)
    np.testing.assert_array_equal(truth_table(formula.statement, names), decisions(model, n))


def test_other_codes_and_activations_are_read():
    threshold_at_half = hidden_layer([[1], [1]], [-1.5], [2], 0.2, output="linear", activation="relu")
    formula = extract_formula(threshold_at_half, ["p", "q"], inputs=(0, 1), threshold=0.5)
    assert formula.statement == "p and q"
    minus_one = hidden_layer([[3], [-3]], [3], [2], 0, output="tanh")
    assert extract_formula(minus_one, ["p", "q"], threshold=0.0).statement == "p or not q"


def test_a_constant_network_is_read():
    assert extract_formula(hidden_layer([[1], [1]], [5], [1], 3), ["a", "b"]).statement == "true"
    assert extract_formula(hidden_layer([[1], [1]], [0], [0], -3), ["a", "b"]).statement == "false"


def test_names_that_look_like_units_are_not_mixed_up():
    model = hidden_layer([[4, -4], [4, -4]], [4, 4], [4, 4], -4)
    assert extract_formula(model, ["h2", "h1"]).statement in ("h1 xor h2", "h2 xor h1")


def test_networks_of_another_form_are_refused():
    two_hidden = keras.Sequential(
        [keras.Input((2,)), *(keras.layers.Dense(2) for _ in range(2)), keras.layers.Dense(1)]
    )
    with pytest.raises(ValueError, match="one hidden Dense layer and one Dense output unit"):
        extract_formula(two_hidden, ["a", "b"])
    with pytest.raises(ValueError, match="The model has 2 inputs, but there are 3 names."):
        extract_formula(hidden_layer([[1], [1]], [0], [1], 0), ["a", "b", "c"])
    with pytest.raises(ValueError, match="A formula is read for at most 8 inputs, .*; here are 9."):
        extract_formula(hidden_layer(np.ones((9, 1)), [0], [1], 0), list("abcdefghi"))


def test_inputs_named_like_units_keep_their_names():
    network = compile_statement("h1 or unit1 xor _h1")
    assert np.array_equal(network(truth_rows(3)), truth_table("h1 or unit1 xor _h1"))


def test_nothing_to_compile_is_refused():
    with pytest.raises(ValueError, match="Give at least one statement"):
        compile_statement()


def test_a_network_that_diverged_is_refused():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")])
    model.set_weights([np.full(w.shape, np.nan) for w in model.get_weights()])
    with pytest.raises(ValueError, match="weights contain NaN or infinity"):
        extract_formula(model, ["a", "b"])


def test_units_that_are_not_separate_and_odd_signals_are_refused():
    layers = [keras.Input((2,)), keras.layers.Dense(2, "softmax"), keras.layers.Dense(1, "sigmoid")]
    with pytest.raises(ValueError, match="should act on each unit by itself, as tanh does and softmax does not"):
        extract_formula(keras.Sequential(layers), ["a", "b"])
    model = hidden_layer([[1], [1]], [0], [1], 0)
    for wrong in ({"inputs": (1, 1)}, {"inputs": (0, 1, 2)}, {"inputs": 1}, {"threshold": np.nan}):
        with pytest.raises(ValueError, match="two different numbers, for 0 and 1, and threshold one number, not"):
            extract_formula(model, ["a", "b"], **wrong)
