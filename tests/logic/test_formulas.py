"""Formulas against the networks that they were read off: on every row the statement says what the model decides."""

import keras
import numpy as np
import pytest

from gates_to_flows.logic import extract_formula, truth_rows, truth_table

SIGNS = (-1, 1)  # what stands for 0 and 1


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


def test_a_crisp_network_is_read_with_one_cut_per_unit():
    model = hidden_layer([[4, -4], [4, -4]], [4, 4], [4, 4], -4)  # OR, NAND, and AND of the two, for inputs −1 and 1
    formula = extract_formula(model, ["a", "b"], inputs=SIGNS)
    assert formula.statement == "a xor b"
    assert formula.units == {"h1": "a or b", "h2": "not (a and b)"}
    assert formula.output == "h1 and h2"
    assert [cuts.tolist() for cuts in formula.cuts] == [[0], [0]]
    assert repr(formula).splitlines()[0] == "a xor b"


def test_parity_of_four_with_three_units_one_of_them_graded():
    # Of k ones: h1 is nearly k/10 − 1/5, h2 and h3 say k ≥ 2 and k = 4, and k − 2 [k ≥ 2] − 2 [k = 4] is 1 for odd k.
    model = hidden_layer(np.tile([0.05, 20, 20], (4, 1)), [0, 20, -60], [40, -4, -4], -2)
    np.testing.assert_array_equal(decisions(model, 4), truth_rows(4).sum(axis=1) % 2)
    formula = extract_formula(model, list("abcd"), inputs=SIGNS)
    assert formula.statement == "a xor b xor c xor d"
    assert len(formula.cuts[0]) > 1  # on or off is not enough for h1
    assert {"h1_1", "h1_2"} <= set(formula.units)


def test_a_single_unit_with_four_levels_is_read_exactly():
    # One unit, −0.6 −0.2 0.2 0.6 in the sum; the output fires only above 0.4: one cut at 0 cannot say it.
    model = hidden_layer([[0.4], [0.2]], [0.0], [10], -10 * np.tanh(0.4))
    formula = extract_formula(model, ["a", "b"], inputs=SIGNS)
    assert formula.statement == "a and b"
    assert len(formula.cuts[0]) >= 2 and formula.cuts[0][-1] == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("n, hidden", [(3, 2), (4, 4), (5, 7)])
def test_random_networks_small_and_large_weights_are_read_exactly(seed, n, hidden):
    rng = np.random.default_rng(seed)
    scale = 10 ** rng.uniform(-1, 1)
    model = hidden_layer(rng.normal(size=(n, hidden)) * scale, rng.normal(size=hidden), rng.normal(size=hidden), 0.1)
    names = [f"x{i}" for i in range(n)]
    formula = extract_formula(model, names, inputs=SIGNS)
    np.testing.assert_array_equal(truth_table(formula.statement, names), decisions(model, n))


def test_other_codes_and_activations_are_read():
    threshold_at_half = hidden_layer([[1], [1]], [-1.5], [2], 0.2, output="linear", activation="relu")
    formula = extract_formula(threshold_at_half, ["p", "q"], inputs=(0, 1), threshold=0.5)
    assert formula.statement == "p and q"
    minus_one = hidden_layer([[3], [-3]], [3], [2], 0, output="tanh")
    assert extract_formula(minus_one, ["p", "q"], inputs=SIGNS, threshold=0.0).statement == "p or not q"


def test_a_constant_network_is_read():
    assert extract_formula(hidden_layer([[1], [1]], [5], [1], 3), ["a", "b"], inputs=SIGNS).statement == "true"
    assert extract_formula(hidden_layer([[1], [1]], [0], [0], -3), ["a", "b"], inputs=SIGNS).statement == "false"


def test_names_that_look_like_units_are_not_mixed_up():
    model = hidden_layer([[4, -4], [4, -4]], [4, 4], [4, 4], -4)
    assert extract_formula(model, ["h2", "h1"], inputs=SIGNS).statement in ("h1 xor h2", "h2 xor h1")


def test_networks_of_another_form_are_refused():
    two_hidden = keras.Sequential(
        [keras.Input((2,)), *(keras.layers.Dense(2) for _ in range(2)), keras.layers.Dense(1)]
    )
    with pytest.raises(ValueError, match="one hidden Dense layer and one Dense output unit"):
        extract_formula(two_hidden, ["a", "b"], inputs=SIGNS)
    with pytest.raises(ValueError, match="The model has 2 inputs, but there are 3 names."):
        extract_formula(hidden_layer([[1], [1]], [0], [1], 0), ["a", "b", "c"], inputs=SIGNS)
    with pytest.raises(ValueError, match="A formula is read for at most 8 inputs, .*; here are 9."):
        extract_formula(hidden_layer(np.ones((9, 1)), [0], [1], 0), list("abcdefghi"), inputs=SIGNS)


def test_a_network_that_diverged_is_refused():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "tanh"), keras.layers.Dense(1, "sigmoid")])
    model.set_weights([np.full(w.shape, np.nan) for w in model.get_weights()])
    with pytest.raises(ValueError, match="weights contain NaN or infinity"):
        extract_formula(model, ["a", "b"], inputs=SIGNS)


def test_units_that_are_not_separate_are_refused():
    layers = [keras.Input((2,)), keras.layers.Dense(2, "softmax"), keras.layers.Dense(1, "sigmoid")]
    with pytest.raises(ValueError, match="should act on each unit by itself, as tanh does and softmax does not"):
        extract_formula(keras.Sequential(layers), ["a", "b"], inputs=SIGNS)


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            {"inputs": x}
            for x in ((1, 1), (0, 1, 2), 1, None, "01", ("0", "1"), (0, 1j), {0, 1}, (0, np.nan), (0, 10**400))
        ),
        *({"threshold": x} for x in (np.nan, np.inf, None, "a", [0.5], 10**400)),
    ],
    ids=lambda wrong: str(wrong)[:30],
)
def test_odd_signals_are_refused(wrong):
    model = hidden_layer([[1], [1]], [0], [1], 0)
    with pytest.raises(ValueError, match="two different numbers, for 0 and 1, and threshold one number, not"):
        extract_formula(model, ["a", "b"], **{"inputs": SIGNS} | wrong)


def test_what_stands_for_0_and_1_must_be_said():
    model = hidden_layer([[9, -9], [9, -9]], [-4, 13], [9, 9], -9)  # OR, NAND, and AND of the two, for inputs 0 and 1
    assert extract_formula(model, ["a", "b"], inputs=(0, 1)).statement == "a xor b"
    assert extract_formula(model, ["a", "b"], inputs=SIGNS).statement != "a xor b"
    with pytest.raises(TypeError, match="inputs"):
        extract_formula(model, ["a", "b"])


def functional(build, n=2):
    inputs = keras.Input((n,))
    return keras.Model(inputs, build(inputs))


def with_weights(model, seed=3, scale=2.0):
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(size=w.shape).astype(w.dtype) * w.dtype.type(scale) for w in model.get_weights()])
    return model


Dense, Activation = keras.layers.Dense, keras.layers.Activation
SAME_NETWORK = {
    "activations as layers": lambda: keras.Sequential(
        [keras.Input((3,)), Dense(4), Activation("tanh"), Dense(1), Activation("sigmoid")]
    ),
    "functional": lambda: functional(lambda x: Dense(1, "sigmoid")(Dense(4, "tanh")(x)), 3),
    "functional, activations as layers": lambda: functional(
        lambda x: Activation("sigmoid")(Dense(1)(Activation("tanh")(Dense(4)(x)))), 3
    ),
    "dropout, which rests here": lambda: keras.Sequential(
        [keras.Input((3,)), Dense(4, "tanh"), keras.layers.Dropout(0.5), Dense(1, "sigmoid")]
    ),
}


@pytest.mark.parametrize("form", SAME_NETWORK)
def test_a_network_reads_the_same_in_every_form_in_which_keras_can_write_it(form):
    plain = keras.Sequential([keras.Input((3,)), Dense(4, "tanh"), Dense(1, "sigmoid")])
    for seed in range(5):
        expected = extract_formula(with_weights(plain, seed), "abc", inputs=SIGNS)
        model = SAME_NETWORK[form]()
        model.set_weights(plain.get_weights())
        found = extract_formula(model, "abc", inputs=SIGNS)
        assert (found.statement, found.units, found.output) == (expected.statement, expected.units, expected.output)
        np.testing.assert_array_equal(truth_table(found.statement, "abc"), decisions(model, 3))


def in_type(dtype):
    return keras.Sequential(
        [keras.Input((3,)), Dense(9, "tanh", dtype=dtype), Dense(1, "sigmoid", dtype=dtype)], name=dtype
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "build",
    [
        lambda: keras.Sequential([keras.Input((3,)), Dense(4, "tanh", use_bias=False), Dense(1, use_bias=False)]),
        lambda: keras.Sequential([keras.Input((3,)), Dense(4), keras.layers.LeakyReLU(), Dense(1)]),
        lambda: keras.Sequential([keras.Input((3,)), Dense(4), keras.layers.PReLU(), Dense(1)]),
        lambda: keras.Sequential([keras.Input((3,)), Dense(4, lambda x: x**2), Dense(1), keras.layers.Rescaling(3.0)]),
        *(
            lambda dtype=dtype: in_type(dtype)
            for dtype in ("float16", "bfloat16", "mixed_float16", "float32", "float64")
        ),
    ],
)
def test_other_layers_and_types_are_read_as_the_model_decides(build, seed):
    model = with_weights(build(), seed, scale=30.0)
    formula = extract_formula(model, "abc", inputs=SIGNS)
    np.testing.assert_array_equal(truth_table(formula.statement, "abc"), decisions(model, 3))


class Doubled(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = Dense(3, "tanh"), Dense(1)

    def call(self, x):
        return self.second(2 * self.first(x))


def built(model):
    model(np.zeros((1, 2)))
    return model


SHARED = Dense(2, "tanh")
DIFFERS = r"For a = \d, b = \d the model's output differs by .* from that of its layers one after another"
FORM = "The model should be one hidden Dense layer and one Dense output unit, activations in them or behind them, not "
ALONE = "The hidden activation should act on each unit by itself, as tanh does and softmax does not."


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: functional(lambda x: Dense(1)(Dense(2, "tanh")(x) + x)), DIFFERS),
        (lambda: functional(lambda x: Dense(1)(keras.ops.sin(Dense(2)(x)))), DIFFERS),
        (lambda: functional(lambda x: Dense(1)(Dense(2, "tanh")(keras.ops.square(x)))), DIFFERS),
        (lambda: functional(lambda x: -Dense(1)(Dense(2, "tanh")(x))), DIFFERS),
        (lambda: functional(lambda x: Dense(1)(SHARED(SHARED(x)))), DIFFERS),
        (lambda: functional(lambda x: Dense(1)(Dense(2, "tanh")(x)) + 1e-3 * x[:, :1]), DIFFERS),
        (lambda: built(Doubled()), DIFFERS),
        (
            lambda: functional(lambda x: Dense(1)(keras.layers.Add()([Dense(2)(x), x]))),
            "but Dense, Add, Dense stop with",
        ),
        (
            lambda: functional(lambda x: [Dense(1)(Dense(2)(x))] * 2),
            "output should have the shape .4, 1., not .2, 4, 1.",
        ),
        (lambda: keras.Sequential([keras.Input((2,)), Dense(2, "tanh"), Dense(2)]), FORM + r"Dense\(2\), Dense\(2\)\."),
        (lambda: keras.Sequential([keras.Input((2,)), Dense(1)]), FORM + r"Dense\(1\)\."),
        (
            lambda: keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(2.0), Dense(2), Dense(1)]),
            FORM + r"Rescaling, Dense\(2\), Dense\(1\)\.",
        ),
        (lambda: keras.Sequential([]), FORM + "without layers"),
        (lambda: keras.Sequential([Dense(2), Dense(1)]), "The model has no weights yet"),
        (
            lambda: keras.Sequential([keras.Input((4, 2)), Dense(3), Dense(1)]),
            "The model stops with ValueError on rows",
        ),
        (lambda: keras.Sequential([keras.Input((2,)), Dense(3), keras.layers.LayerNormalization(), Dense(1)]), ALONE),
        (lambda: keras.Sequential([keras.Input((2,)), Dense(3), keras.layers.Softmax(), Dense(1)]), ALONE),
        (
            lambda: keras.Sequential(
                [keras.Input((2,)), Dense(3, lambda x: x - keras.ops.mean(x, axis=0, keepdims=True)), Dense(1)]
            ),
            ALONE,
        ),
    ],
)
def test_a_model_that_is_more_than_its_layers_in_turn_is_refused(build, says):
    with pytest.raises(ValueError, match=says) as error:
        extract_formula(with_weights(build()), ["a", "b"], inputs=SIGNS)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("model", [None, len, keras.Sequential, "model", Dense(2), np.ones((2, 2))], ids=str)
def test_what_is_no_model_is_refused(model):
    with pytest.raises(TypeError, match="^model should be a Keras model, such as keras.Sequential, not [^\n]*$"):
        extract_formula(model, ["a", "b"], inputs=SIGNS)


def test_sums_beyond_the_floats_are_refused():
    model = hidden_layer([[1], [1]], [0], [1], 0, activation="exponential")
    with pytest.raises(ValueError, match="The model's sums or outputs are infinite"):
        extract_formula(model, ["a", "b"], inputs=(0, 1000))


@pytest.mark.parametrize("scale", [0.1, 1.0, 5.0])
def test_eight_inputs_and_thirty_units_are_read_on_all_256_rows(scale):
    rng = np.random.default_rng(0)
    model = hidden_layer(
        rng.normal(size=(8, 30)) * scale, rng.normal(size=30) * scale, rng.normal(size=30), 0.1 * scale
    )
    formula = extract_formula(model, "abcdefgh", inputs=SIGNS)
    wanted = decisions(model, 8)
    np.testing.assert_array_equal(truth_table(formula.statement, "abcdefgh"), wanted)
    assert formula.output.count(" or ") < wanted.sum() / 2 and len(formula.output.split()) < 8 * wanted.sum()
    says = np.column_stack([truth_table(text, "abcdefgh") for text in formula.units.values()])
    for row, output in zip(says[::5], wanted[::5], strict=True):  # the output's statement, read with Python itself
        assert eval(formula.output, dict(zip(formula.units, row.astype(bool), strict=True))) == output


def test_a_network_of_far_too_many_units_is_refused():
    rng = np.random.default_rng(1)
    model = hidden_layer(rng.normal(size=(2, 1001)), rng.normal(size=1001), rng.normal(size=1001), 0)
    with pytest.raises(ValueError, match="The network needs more than 1000 cuts, and its formula as many lines"):
        extract_formula(model, "ab", inputs=SIGNS)


@pytest.mark.parametrize("seed", range(12))
def test_units_and_output_together_say_what_the_network_says(seed):
    rng = np.random.default_rng(seed)
    model = hidden_layer(rng.normal(size=(4, 6)) * 0.5, rng.normal(size=6), rng.normal(size=6), 0)
    formula = extract_formula(model, "abcd", inputs=SIGNS)
    composed = formula.output
    for name in sorted(formula.units, key=len, reverse=True):
        composed = composed.replace(name, f"({formula.units[name]})")
    np.testing.assert_array_equal(truth_table(composed, "abcd"), decisions(model, 4))
