"""The gradient, the steps and the starts of network.js, against differences and against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from playground.javascript import needs_node, run

from gates_to_flows.playground import ACTIVATIONS, INITIALISATIONS, LOSSES

pytestmark = needs_node
SIZES = {"one hidden layer": [2, 3, 1], "two": [1, 4, 3, 1], "three": [2, 3, 4, 2, 2]}
MAKE = """
    const network = new Network(given.sizes, given.activation, given.loss);
    initialise(network, "notebook 7: all ±1/√d", 3);
    const x = Float64Array.from(given.x.flat()), y = Float64Array.from(given.y.flat());
"""


def problem(sizes, activation="tanh", loss="squared error"):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(7, sizes[0])), rng.integers(0, 2, (7, sizes[-1])).astype(float)
    return {"sizes": sizes, "activation": activation, "loss": loss, "x": x.tolist(), "y": y.tolist()}


def in_keras(given, arrays, optimiser=None):
    activation = keras.ops.sin if given["activation"] == "sine" else ACTIVATIONS[given["activation"]]
    output, loss = LOSSES[given["loss"]]
    _, *hidden, last = given["sizes"]
    model = keras.Sequential(
        [
            keras.Input((given["sizes"][0],), dtype="float64"),
            *(keras.layers.Dense(units, activation=activation, dtype="float64") for units in hidden),
            keras.layers.Dense(last, activation=output, dtype="float64"),
        ]
    )
    model.set_weights([np.array(array) for array in arrays])
    model.compile(optimiser or "sgd", loss=loss)
    return model


def gradient(model, given):
    x, y = (tf.constant(given[name], dtype=tf.float64) for name in "xy")
    with tf.GradientTape() as tape:
        loss = model.loss_in_float64(y, model(x))
    return loss, tape.gradient(loss, model.trainable_variables)


def loss_function(name):
    if name == "cross-entropy":
        return lambda y, ŷ: -tf.reduce_mean(y * tf.math.log(ŷ) + (1 - y) * tf.math.log(1 - ŷ))
    return lambda y, ŷ: tf.reduce_mean((ŷ - y) ** 2)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_gradient_is_that_of_differences_and_of_keras(sizes, activation, loss):
    given = problem(sizes, activation, loss)
    code = """
        const value = network.backpropagate(x, y), slopes = [...network.gradient], arrays = network.arrays, w = network.weights;
        const differences = slopes.map((_, i) => {
            const at = w[i], ends = [1e-5, -1e-5].map((h) => ((w[i] = at + h), network.backpropagate(x, y)));
            w[i] = at;
            return (ends[0] - ends[1]) / 2e-5;
        });
        return {value, slopes, differences, arrays};
    """
    found = run(MAKE + code, given)
    np.testing.assert_allclose(found["slopes"], found["differences"], atol=1e-8)
    model = in_keras(given, found["arrays"])
    model.loss_in_float64 = loss_function(loss)
    value, slopes = gradient(model, given)
    assert abs(found["value"] - float(value)) < 1e-12
    flat = np.concatenate([np.ravel(slope) for slope in slopes])
    np.testing.assert_allclose(found["slopes"], flat, rtol=0, atol=1e-12)
    assert np.abs(flat).max() > 1e-3


@pytest.mark.parametrize("optimiser", ["SGD", "Adam"])
def test_fifty_steps_end_where_those_of_keras_end(optimiser):
    given = problem([2, 3, 1]) | {"optimiser": optimiser}
    code = """
        const state = {}, arrays = network.arrays;
        for (let i = 0; i < 50; i++) {
            network.backpropagate(x, y);
            OPTIMISERS[given.optimiser](network, state, {rate: 0.05, momentum: 0.9});
        }
        return {arrays, after: network.arrays};
    """
    found = run(MAKE + code, given)
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        # Keras rounds a float of Python to single precision here, and leaves those of NumPy alone.
        first, second = np.float64(0.9), np.float64(0.999)
        made = keras.optimizers.SGD(0.05, first) if optimiser == "SGD" else keras.optimizers.Adam(0.05, first, second)
        model = in_keras(given, found["arrays"], made)
        model.loss_in_float64 = loss_function("squared error")
        for _ in range(50):
            made.apply(gradient(model, given)[1], model.trainable_variables)
    finally:
        keras.config.set_floatx(before)
    for array, there, start in zip(found["after"], model.get_weights(), found["arrays"], strict=True):
        np.testing.assert_allclose(array, there, rtol=0, atol=1e-12)
        assert np.abs(np.subtract(array, start)).max() > 1e-2


def test_cross_entropy_stays_a_number_where_the_output_is_rounded_to_0():
    code = """
        const network = new Network([1, 1, 1], "tanh", "cross-entropy");
        network.weights.set([0, 0, 0, -800]);
        return [network.backpropagate([1], [1]), network.gradient[3]];
    """
    assert run(code) == [800, -1]


def test_a_seed_gives_the_same_start_again_and_another_seed_another():
    code = """
        return [7, 7, 8].map((seed) => {
            const network = new Network([2, 2, 1], "tanh", "squared error");
            initialise(network, "GlorotUniform", seed);
            return [...network.weights];
        });
    """
    one, again, other = run(code)
    assert one == again
    assert len(set(one) | set(other)) == 13  # of twice six weights, and 0 for all biases


@pytest.mark.parametrize("name", [name for name in INITIALISATIONS if not name.startswith("notebook")])
def test_initialisations_are_those_of_keras_by_their_names(name):
    code = """
        const network = new Network([30, 90, 1], "tanh", "squared error");
        initialise(network, given, 1);
        return network.arrays;
    """
    kernel, bias, *_ = run(code, name)
    theirs = np.array(getattr(keras.initializers, name)(seed=0)((30, 90)))
    assert np.std(kernel) == pytest.approx(np.std(theirs), rel=0.05)  # 2700 draws: 5 per cent are 3.7 sd
    assert np.abs(kernel).max() == pytest.approx(np.abs(theirs).max(), rel=0.03)
    assert abs(np.mean(kernel)) < 4 * np.std(kernel) / 2700**0.5
    assert not np.any(bias)


@pytest.mark.parametrize(
    "name, of_kernel, of_bias, of_output_bias",
    [
        ("notebook 2: normal", 1, 0, 0),
        ("notebook 4: normal, biases ±1/√d", 1, 30**-0.5 / 3**0.5, 90**-0.5),
        ("notebook 6: Glorot, biases ±3", (2 / 120) ** 0.5, 3**0.5, 0),
        ("notebook 7: all ±1/√d", (30 * 3) ** -0.5, (30 * 3) ** -0.5, 90**-0.5),
    ],
)
def test_initialisations_of_the_course_have_the_spread_that_their_notebooks_say(
    name, of_kernel, of_bias, of_output_bias
):
    code = """
        return [1, 2, 3, 4, 5, 6].map((seed) => {
            const network = new Network([30, 90, 1], "tanh", "squared error");
            initialise(network, given, seed);
            return network.arrays;
        });
    """
    starts = run(code, name)
    assert np.std([start[0] for start in starts]) == pytest.approx(of_kernel, rel=0.05)
    assert np.std([start[1] for start in starts]) == pytest.approx(of_bias, rel=0.1)
    assert np.abs([start[3] for start in starts]).max() <= of_output_bias
