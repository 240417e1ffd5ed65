"""The widget: what it refuses, what it hands over, and the picture for where there is none."""

import base64
import json
import subprocess
import sys
from io import BytesIO

import keras
import numpy as np
import pytest
from PIL import Image
from playground.javascript import needs_node, run

from gates_to_flows.playground import MIME, Playground, named_data

X, Y = named_data("XOR")


def model(*layers, inputs=2, loss="mse", optimiser="sgd"):
    layers = layers or (keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1))
    made = keras.Sequential([keras.Input((inputs,)), *layers])
    made.compile(optimiser, loss)
    return made


def dense(units, activation=None, **more):
    return keras.layers.Dense(units, activation=activation, **more)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"x": [[0, 0], [np.nan, 1]], "y": [0, 1]}, "row 1 of x is"),
        ({"x": [[0, 0]], "y": [np.inf]}, "row 0 of y is"),
        ({"x": [[0, 0, 0]], "y": [1]}, "not the shapes"),
        ({"x": [[0, 0]], "y": [1, 2]}, "not the shapes"),
        ({"x": np.empty((0, 2)), "y": np.empty((0, 1))}, "at least one point"),
        ({"x": [[0, 0]]}, "x and y together"),
        ({"data": "XOR", "x": X, "y": Y}, "x and y together"),
        ({"data": "XNOR"}, "no data with the name 'XNOR'; there are: XOR"),
        ({"rate": -1}, "rate should be"),
        ({"rate": np.nan}, "rate should be"),
        ({"momentum": 1}, "momentum should be"),
        ({"seed": 0.5}, "seed should be a whole number"),
        ({"hidden": (2, 2, 2, 2)}, "one to three widths"),
        ({"hidden": (64,)}, "one to three widths"),
        ({"activation": "gelu"}, "activation should be one of 'sigmoid', 'tanh', 'ReLU', 'sine', not 'gelu'"),
        ({"loss": "mse"}, "loss should be one of"),
        ({"data": "sin x", "loss": "cross-entropy"}, "outputs from 0 to 1"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        Playground(**arguments)


def test_an_unknown_setting_and_what_is_no_number_get_a_sentence():
    with pytest.raises(TypeError, match="no setting 'colour'"):
        Playground(colour="red")
    with pytest.raises(TypeError, match="arrays of numbers"):
        Playground(x=["a"], y=["b"])


@pytest.mark.parametrize(
    "layers, message",
    [
        ((dense(1),), "one to three hidden layers"),
        ((*[dense(2, "tanh") for _ in range(4)], dense(1)), "one to three hidden layers"),
        ((dense(33, "tanh"), dense(1)), "at most 32 units"),
        ((dense(2, "tanh"), dense(2, "relu"), dense(1)), "one activation"),
        ((dense(2, "gelu"), dense(1)), "one activation"),
        ((dense(2, "tanh"), keras.layers.Dropout(0.5), dense(1)), "Dense layers with biases only"),
        ((dense(2, "tanh", use_bias=False), dense(1)), "Dense layers with biases only"),
        ((dense(2, "tanh"), dense(2)), "2 inputs and 1 outputs, and the model 2 and 2"),
        ((dense(2, "tanh"), dense(1, "relu")), "output is relu"),
    ],
)
def test_a_model_that_cannot_be_shown_gets_a_sentence(layers, message):
    with pytest.raises(ValueError, match=message):
        Playground(model=model(*layers))


def test_what_is_no_sequential_or_not_built_or_comes_with_other_weights_gets_a_sentence():
    with pytest.raises(TypeError, match="a keras.Sequential of Dense layers, not str"):
        Playground(model="mine")
    with pytest.raises(ValueError, match="not built"):
        Playground(model=keras.Sequential([dense(2), dense(1)]))
    with pytest.raises(ValueError, match="either it or these settings"):
        Playground(model=model(), seed=3)


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"optimiser": keras.optimizers.RMSprop(0.1)}, "another RMSprop: name one"),
        ({"optimiser": keras.optimizers.SGD(0.1, 0.9, nesterov=True)}, "another SGD: name one"),
        ({"optimiser": keras.optimizers.Adam(0.1, beta_1=0.5)}, "another Adam: name one"),
        ({"optimiser": keras.optimizers.Adam(0.1, clipnorm=1.0)}, "another Adam: name one"),
        ({"optimiser": keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 9, 0.5))}, "another SGD"),
        ({"loss": "mae"}, "output is linear and whose loss is mean_absolute_error"),
        ({"loss": "categorical_crossentropy"}, "loss is categorical_crossentropy"),
        ({"loss": keras.losses.MeanSquaredError(reduction="sum")}, "Keras's own options only"),
    ],
)
def test_a_model_that_a_playground_would_train_otherwise_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        Playground(model=model(**changed))


@pytest.mark.parametrize(
    "changed", [{"kernel_regularizer": "l2"}, {"bias_constraint": "non_neg"}, {"trainable": False}]
)
def test_a_model_with_more_than_a_loss_is_refused(changed):
    with pytest.raises(ValueError, match="trains all weights, without regularisers and constraints; 'held' differs"):
        Playground(model=model(dense(2, "tanh", name="held", **changed), dense(1)))


def test_a_model_of_any_optimiser_is_shown_with_one_that_is_named():
    shown = Playground(model=model(optimiser=keras.optimizers.RMSprop(0.1)), optimiser="Adam", rate=0.5)
    assert (shown.settings["optimiser"], shown.settings["rate"]) == ("Adam", 0.5)


@pytest.mark.parametrize("loss", ["mse", "MSE", keras.losses.mean_squared_error, keras.losses.MeanSquaredError()])
def test_a_loss_has_many_names(loss):
    assert Playground(model=model(loss=loss)).settings["loss"] == "squared error"


def test_without_a_front_end_there_are_no_weights_and_a_sentence_says_so():
    with pytest.raises(RuntimeError, match="JupyterLab makes it"):
        Playground().keras_model()


@pytest.mark.parametrize("loss, output", [("mse", None), ("mse", "sigmoid"), ("binary_crossentropy", "sigmoid")])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", keras.ops.sin])
def test_a_model_comes_back_as_it_went_in(activation, loss, output):
    given = model(
        dense(4, activation),
        dense(3, activation),
        dense(1, output),
        loss=loss,
        optimiser=keras.optimizers.SGD(0.1, 0.5),
    )
    playground = Playground(model=given)
    back = playground.keras_model()
    np.testing.assert_array_equal(back.predict_on_batch(X), given.predict_on_batch(X))
    assert back.loss == given.loss
    assert (float(back.optimizer.learning_rate), back.optimizer.momentum) == (pytest.approx(0.1), 0.5)
    for ours, theirs in zip(playground.weights, given.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_points_that_were_taken_away_leave_no_picture_and_no_error():
    playground = Playground(x=X, y=Y)
    playground.points = []
    assert playground.x.shape == (0, 2) and playground.y.shape == (0, 1)
    assert "image/png" not in playground._repr_mimebundle_()[0]


@needs_node
def test_what_the_browser_trained_is_the_network_that_keras_gets():
    code = """
        const training = new Training({...settingsFor("XOR"), ...given.settings, seed: 1}, [], given.start);
        const shown = training.data.x.map((row) => [...training.network.output(row)]);
        for (let i = 0; i < 200; i++) training.step();
        const after = training.data.x.map((row) => [...training.network.output(row)]);
        return {shown, after, settings: training.settings, weights: training.network.arrays, loss: training.loss};
    """
    given = model(dense(3, "tanh"), dense(1))
    playground = Playground(model=given)
    found = run(code, {"settings": playground.settings, "start": playground.start})
    np.testing.assert_allclose(found["shown"], given.predict_on_batch(X), atol=1e-6)  # Keras in single precision
    playground.settings, playground.state = found["settings"], {"weights": found["weights"]}
    back = playground.keras_model()
    np.testing.assert_allclose(back.predict_on_batch(X), found["after"], atol=1e-6)
    assert back.evaluate(playground.x, playground.y, verbose=0) == pytest.approx(found["loss"], rel=1e-4)


@needs_node
def test_the_weights_as_code_are_python_that_makes_the_network():
    code = """
        const training = new Training({...settingsFor("spirals"), data: "spirals", seed: 1, activation: given});
        const outputs = training.data.x.slice(0, 5).map((row) => [...training.network.output(row)]);
        return {code: kerasCode(training.network), outputs};
    """
    for activation in ("ReLU", "sine", "tanh"):
        found, names = run(code, activation), {}
        exec(found["code"], names)
        np.testing.assert_allclose(
            names["model"].predict_on_batch(named_data("spirals")[0][:5]), found["outputs"], atol=1e-6
        )


def test_own_points_come_back_and_have_the_kind_of_their_shape():
    x, y = np.array([[0.0, 1], [2, 3]]), np.array([[1.0, 0], [0, 1]])
    playground = Playground(x=x, y=y)
    assert playground.settings["data"] == "own field"
    np.testing.assert_array_equal(playground.x, x)
    np.testing.assert_array_equal(playground.y, y)
    assert Playground(x=[1, 2], y=[3, 4]).settings["data"] == "own function"
    assert Playground(x=x, y=[0, 1]).settings == {"data": "own points"}
    assert Playground(x=x, y=[0.5, 1]).settings == {"data": "own points", "loss": "squared error"}


@pytest.mark.parametrize("data", ["XOR", "spirals", "sin x", "pendulum"])
def test_in_place_of_the_widget_stands_a_picture_that_says_what_it_shows(data):
    bundle, metadata = Playground(data, seed=5)._repr_mimebundle_()
    assert bundle["text/plain"] == f"Playground({data})"
    picture = Image.open(BytesIO(base64.b64decode(bundle["image/png"])))
    assert picture.width == 2 * metadata["image/png"]["width"]
    assert f"A playground with the data {data}." in metadata["image/png"]["alt"]
    assert json.loads(json.dumps(bundle[MIME])) == {"settings": {"data": data, "seed": 5}, "points": [], "start": None}
    again, _ = Playground(data, seed=5)._repr_mimebundle_()
    assert {kind for kind in bundle if bundle[kind] != again[kind]} == {"application/vnd.jupyter.widget-view+json"}


def test_the_picture_of_a_model_says_how_right_it_is():
    given = model(dense(2, "relu"), dense(1))
    given.set_weights([np.ones((2, 2)), np.array([0, -1.0]), np.array([[1], [-2.0]]), np.zeros(1)])
    _, metadata = Playground(model=given)._repr_mimebundle_()
    assert "is right, rounded, at 4 of 4" in metadata["image/png"]["alt"]


def test_the_course_is_imported_without_widgets():
    code = "import gates_to_flows, sys; print([name for name in ('anywidget', 'ipywidgets') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
