"""`fit_full_batch` against Keras's own `fit` and closed forms."""

import gates_to_flows  # noqa: F401  isort: skip
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import (  # noqa: F401
    SGD,
    Adam,
    Squares,
    X,
    Y,
    averaging,
    compiled,
    decaying,
    float64,
    layers,
    line,
    network,
    plain_fit,
    same_weights,
    squares,
)

from gates_to_flows.functions import sine
from gates_to_flows.training import fit_full_batch, full_batch, minimize, stop_at_max_error, train_ensemble


@pytest.mark.parametrize(
    "optimizer, settings",
    [
        (lambda: SGD(0.1, momentum=0.9), {}),
        (lambda: Adam(0.02), {"loss": "binary_crossentropy", "output": "sigmoid"}),
        (lambda: Adam(0.02, clipnorm=0.1), {"kernel_regularizer": "l2"}),
        (decaying, {"loss": keras.losses.Huber(0.1, dtype="float64"), "hidden": "relu", "activity_regularizer": "l2"}),
        (averaging, {"loss": "categorical_crossentropy", "output": "softmax", "d_out": 2}),
    ],
)
def test_steps_are_those_of_plain_fit(optimizer, settings, monkeypatch):
    monkeypatch.setattr(full_batch, "_CHUNK", 7)
    y = np.hstack([Y, 1 - Y])[:, : settings.get("d_out", 1)]
    fast, plain = network(optimizer(), **settings), network(optimizer(), **settings)
    history = fit_full_batch(fast, X, y, 17)
    np.testing.assert_allclose(history.history["loss"], plain_fit(plain, 17, y=y), rtol=1e-10)
    same_weights(fast, plain)
    assert history.epoch == list(range(17)) and history.model is fast
    assert isinstance(history, keras.callbacks.History) and type(history.history["loss"][0]) is float
    assert int(fast.optimizer.iterations) == 17


def test_thousands_of_steps_follow_the_closed_form():
    model = line(SGD(1e-3))
    loss = fit_full_batch(model, [[1.0]], [[0.0]], 2345).history["loss"]  # w ← w - 1e-3 · 2 w
    np.testing.assert_allclose(loss, 0.998 ** (2 * np.arange(2345)), rtol=1e-10)
    np.testing.assert_allclose(model.get_weights()[0], 0.998**2345, rtol=1e-10)


def test_functional_model_with_a_skip_and_a_frozen_layer():
    def make():
        keras.utils.set_random_seed(2)
        inputs = keras.Input((2,))
        h = layers.Dense(2, "tanh", trainable=False)(layers.Rescaling(2.0)(inputs))
        model = keras.Model(inputs, layers.Dense(1)(layers.Concatenate()([h, layers.Add()([h, inputs])])))
        model.compile(SGD(0.1), "mse")
        return model

    fast, plain = make(), make()
    fit_full_batch(fast, X, Y, 9)
    plain_fit(plain, 9)
    same_weights(fast, plain)


def test_two_calls_are_one_longer_call():
    twice, once = network(Adam(0.05)), network(Adam(0.05))
    losses = [fit_full_batch(twice, X, Y, steps).history["loss"] for steps in (4, 6)]
    np.testing.assert_allclose(sum(losses, []), fit_full_batch(once, X, Y, 10).history["loss"], rtol=1e-12)
    same_weights(twice, once, 1e-14)


def test_compiling_anew_is_honoured_and_models_do_not_share():
    model, other = network(SGD(0.1)), network(SGD(0.1), seed=2)
    fit_full_batch(model, X, Y, 3)
    fit_full_batch(other, X, Y, 3)
    plain, plain_other = network(SGD(0.1)), network(SGD(0.1), seed=2)
    plain_fit(plain, 3), plain_fit(plain_other, 3)
    same_weights(other, plain_other)
    for optimizer, loss in [(model.optimizer, "mae"), (SGD(0.3), "mae")]:
        same = plain.optimizer if optimizer is model.optimizer else type(optimizer).from_config(optimizer.get_config())
        model.compile(optimizer, loss), plain.compile(same, loss)
        fit_full_batch(model, X, Y, 3), plain_fit(plain, 3)
        same_weights(model, plain)
    model.optimizer.learning_rate = plain.optimizer.learning_rate = 0.01
    model.layers[0].trainable = plain.layers[0].trainable = False
    model.compile(SGD(0.1), "mse"), plain.compile(SGD(0.1), "mse")
    fit_full_batch(model, X, Y, 3), plain_fit(plain, 3)
    same_weights(model, plain)


def test_learning_rate_can_be_changed_between_calls():
    model = line(SGD(0.1))
    fit_full_batch(model, [[1.0]], [[0.0]], 1)
    model.optimizer.learning_rate = 0.25
    fit_full_batch(model, [[1.0]], [[0.0]], 1)
    np.testing.assert_allclose(model.get_weights()[0], 0.8 * 0.5)


def test_traced_once_for_any_number_of_steps_and_samples():
    traces = []

    def counted(y, ŷ):
        traces.append(1)
        return keras.losses.mean_squared_error(y, ŷ)

    model = network(loss=counted)
    fit_full_batch(model, X, Y, 3)
    seen = len(traces)
    for steps in (1, 5, 1001):
        fit_full_batch(model, X, Y, steps)
        fit_full_batch(model, X[:3], Y[:3], steps)
    assert len(traces) == seen


@pytest.mark.parametrize("loss", ["mse", squares, Squares])
def test_flat_targets_are_a_column(loss):
    flat, column = (network(loss=loss() if loss is Squares else loss) for _ in range(2))
    a, b = fit_full_batch(flat, X, Y[:, 0], 5), fit_full_batch(column, X, Y, 5)
    assert a.history["loss"] == b.history["loss"]


def test_what_fit_accepts_is_accepted():
    plain = network()
    expected = plain_fit(plain, 3)
    for x, y in [(X.astype(int), Y.astype(bool)), (X.tolist(), Y.astype("float32")), (tf.constant(X), tf.constant(Y))]:
        np.testing.assert_allclose(fit_full_batch(network(), x, y, 3).history["loss"], expected, rtol=1e-12)
    unbuilt = keras.Sequential([layers.Dense(1)])
    unbuilt.compile("sgd", "mse")
    assert len(fit_full_batch(unbuilt, X, Y, np.int64(2)).history["loss"]) == 2
    flat = line("sgd")
    assert fit_full_batch(flat, [1.0, 2.0], [0.0, 0.0], 1).history["loss"] == [2.5]


def test_a_loss_that_no_module_owns_may_ask_for_wider_targets():
    def first_of_two(y, ŷ):
        return tf.square(y[:, 0] - ŷ[:, 0])

    first_of_two.__module__ = None  # as in code that `exec` was given
    y = np.hstack([Y, 1 - Y])
    fast, plain = network(loss=first_of_two), network(loss=first_of_two)
    np.testing.assert_allclose(fit_full_batch(fast, X, y, 6).history["loss"], plain_fit(plain, 6, y=y), rtol=1e-10)


def test_class_numbers():
    y = np.array([0, 2, 1, 0])
    settings = {"loss": "sparse_categorical_crossentropy", "output": "softmax", "d_out": 3}
    fast, column, plain = network(**settings), network(**settings), network(**settings)
    np.testing.assert_allclose(fit_full_batch(fast, X, y, 6).history["loss"], plain_fit(plain, 6, y=y), rtol=1e-10)
    fit_full_batch(column, X, y[:, None], 6)
    same_weights(fast, plain), same_weights(column, plain)


def test_divergence_names_the_step_and_keeps_the_weights():
    model = line(SGD(0.5 + 5e19))  # w ← -1e20 w, and the loss w² passes 1e308 when w = 1e160: after 8 updates
    with pytest.raises(FloatingPointError, match="The loss is inf at step 9 of 2000, counted from 1.*smaller learning"):
        fit_full_batch(model, [[1.0]], [[0.0]], 2000)
    np.testing.assert_allclose(model.get_weights()[0], 1e160)
    assert int(model.optimizer.iterations) == 8


def test_float32():
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    fast, plain = network(Adam(0.05)), network(Adam(0.05))
    loss = fit_full_batch(fast, X, Y, 15).history["loss"]
    np.testing.assert_allclose(loss, plain_fit(plain, 15), rtol=1e-4)
    assert fast.weights[0].dtype == "float32"


def test_a_trained_model_can_be_saved(tmp_path):
    model = network(Adam(0.05))
    fit_full_batch(model, X, Y, 5)
    train_ensemble(model, X, Y, 5, [w[None] for w in model.get_weights()])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    same_weights(loaded, model)
    fit_full_batch(model, X, Y, 5), fit_full_batch(loaded, X, Y, 5)
    same_weights(loaded, model)
    same_weights(keras.models.clone_model(model), model, np.inf)


# What is refused, by all functions that take a model


def uncompiled():
    return keras.Sequential([keras.Input((2,)), layers.Dense(1)])


def forked():
    a, b = keras.Input((2,)), keras.Input((2,))
    model = keras.Model([a, b], layers.Dense(1)(layers.Add()([a, b])))
    model.compile("sgd", "mse")
    return model


def two_headed():
    a = keras.Input((2,))
    model = keras.Model(a, [layers.Dense(1)(a), layers.Dense(1)(a)])
    model.compile("sgd", "mse")
    return model


def mixed_types():
    keras.config.set_floatx("float32")
    try:
        return compiled(layers.Dense(1))
    finally:
        keras.config.set_floatx("float64")


def rounding_loss():
    return compiled(layers.Dense(1), loss=keras.losses.MeanSquaredError(dtype="float32"))


BAD_MODELS = [
    (uncompiled, "not compiled with a loss: call model.compile"),
    (lambda: compiled(layers.Dense(1), loss=None), "not compiled with a loss"),
    (forked, "2 inputs and 1 outputs"),
    (two_headed, "1 inputs and 2 outputs"),
    (lambda: compiled(layers.Dense(1), metrics=["mae"]), "compile without metrics, and call model.evaluate afterwards"),
    (lambda: compiled(layers.BatchNormalization(), layers.Dense(1)), "BatchNormalization.* keeps a state"),
    (lambda: compiled(layers.Dropout(0.5), layers.Dense(1)), "Dropout.* is random"),
    (lambda: compiled(layers.GaussianNoise(0.5), layers.Dense(1)), "GaussianNoise.* is random"),
    (lambda: compiled(layers.Dense(1, trainable=False)), "no trainable weights"),
    (mixed_types, "one type, not {'weights': 'float64', 'input': 'float32', 'loss': 'float32', .*: .*set_floatx"),
    (rounding_loss, "one type, not {.*'loss object': 'float32'}"),
]
BAD_DATA = [
    (X[:3], Y, ValueError, "x has 3 rows and y has 4"),
    (X, np.hstack([Y, Y]), ValueError, r"y has shape \(4, 2\), but the model's output .* \(4, 1\)"),
    (X, Y.reshape(4, 1, 1, 1), ValueError, "y has shape"),
    (X[:, :1], Y, ValueError, r"x has shape \(4, 1\), but the model's input .* \(4, 2\)"),
    (X[:2], Y.reshape(2, 2), ValueError, "y has shape"),
    (np.where(X > 0, np.nan, X), Y, ValueError, "x contains NaN"),
    (X, np.where(Y > 0, np.inf, Y), ValueError, "y contains NaN or infinity"),
    (X.astype(str), Y, TypeError, "x should hold real numbers, not values of type <U"),
    (X, Y.astype(object), TypeError, "y should hold real numbers, not values of type object"),
    (X[:0], Y[:0], ValueError, "x should have at least one row"),
    (1.0, Y, ValueError, "x should have at least one row"),
    ([[1.0, 2.0], [3.0]], Y, TypeError, "x should be an array of real numbers with rows of one length"),
    (np.ma.masked_equal(X, 1), Y, ValueError, "x has masked entries"),
    (None, Y, TypeError, "x should hold real numbers"),
    (X.astype(complex), Y, TypeError, "not values of type complex128"),
]


def ensemble_of_one(model, x, y, steps):
    return train_ensemble(model, x, y, steps, [w[None] for w in model.get_weights()])


def lbfgs(model, x, y, steps):
    return minimize(model, x, y, "L-BFGS", steps)


@pytest.mark.parametrize("train", [fit_full_batch, ensemble_of_one, lbfgs])
def test_refusals(train):
    model = compiled(layers.Dense(1))
    before = model.get_weights()
    for make, message in BAD_MODELS:
        with pytest.raises((ValueError, TypeError), match=message):
            train(make(), X, Y, 3)
    for x, y, error, message in BAD_DATA:
        with pytest.raises(error, match=message):
            train(model, x, y, 3)
    for nothing in (None, 3, keras.Sequential):
        for function in (fit_full_batch, lambda *a: minimize(*a[:3], "L-BFGS"), lambda *a: train_ensemble(*a, [])):
            with pytest.raises(TypeError, match="model should be a compiled Keras model, not "):
                function(nothing, X, Y, 3)
    for steps in (0, -1, 2.0, "3", None, True):
        with pytest.raises(ValueError, match="should be a positive integer, not "):
            train(model, X, Y, steps)
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_sample_weights_are_those_of_fit():
    weights = np.array([0.1, 2.0, 0.0, 1.0])
    fast, plain = network(Adam(0.05)), network(Adam(0.05))
    losses = fit_full_batch(fast, X, Y, 9, sample_weight=weights).history["loss"]
    expected = plain.fit(X, Y, sample_weight=weights, batch_size=4, epochs=9, shuffle=False, verbose=0)
    np.testing.assert_allclose(losses, expected.history["loss"], rtol=1e-10)
    same_weights(fast, plain)
    fit_full_batch(fast, X, Y, 3), plain_fit(plain, 3)  # and without them afterwards
    same_weights(fast, plain)


def test_validation_and_callbacks_see_the_model_after_every_so_many_steps():
    x, y = np.random.default_rng(1).normal(size=(2, 6, 2))
    seen, targets = [], np.hstack([Y, Y])
    model, same = network(Adam(0.05), d_out=2), network(Adam(0.05), d_out=2)
    tell = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append((epoch, model.get_weights()[0].copy(), dict(logs)))
    )
    history = fit_full_batch(model, X, targets, 10, validation_data=(x, y), callbacks=[tell], every=4)
    assert [epoch for epoch, *_ in seen] == [0, 1, 2] and len(history.history["loss"]) == 10
    for steps, (_, weight, logs) in zip((4, 4, 2), seen, strict=True):
        losses = fit_full_batch(same, X, targets, steps).history["loss"]
        np.testing.assert_allclose(weight, same.get_weights()[0], rtol=1e-12)
        np.testing.assert_allclose(logs["loss"], losses[-1], rtol=1e-12)
        if steps == 4:
            np.testing.assert_allclose(logs["val_loss"], same.evaluate(x, y, verbose=0), rtol=1e-10)
    assert history.history["val_loss"] == [logs["val_loss"] for *_, logs in seen[:2]]


def test_early_stopping_stops_and_restores_the_best_weights():
    x, y = np.random.default_rng(2).normal(size=(2, 8, 2))
    model = network(Adam(0.05), width=8)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    history = fit_full_batch(model, X, Y, 3000, validation_data=(x, y[:, 0]), callbacks=[stop], every=10)
    val = history.history["val_loss"]
    assert len(history.history["loss"]) == 10 * len(val) < 3000 and np.argmin(val) == len(val) - 3
    np.testing.assert_allclose(model.evaluate(x, y[:, 0], verbose=0), min(val), rtol=1e-10)


def test_variables_outside_the_model_are_trained_with_it():
    scale = keras.Variable(1.0, dtype="float64", name="scale")

    def scaled(y, ŷ):
        return keras.ops.square(y - scale * ŷ)

    model = line(SGD(0.1), scaled)
    fit_full_batch(model, [[1.0]], [[0.0]], 20, variables=[scale])
    w = s = 1.0
    for _ in range(20):  # the loss is (s w)²
        w, s = w - 0.1 * 2 * s * s * w, s - 0.1 * 2 * s * w * w
    np.testing.assert_allclose([model.get_weights()[0].item(), float(scale)], [w, s], rtol=1e-12)
    with pytest.raises(ValueError, match="The loss reads the variable 'scale', which is no weight .* variables="):
        fit_full_batch(line(SGD(0.1), scaled), [[1.0]], [[0.0]], 1)
    with pytest.raises(
        ValueError, match="The loss does not read the variable 'idle', which would not move: leave it out"
    ):
        idle = keras.Variable(1.0, dtype="float64", name="idle")
        fit_full_batch(line(SGD(0.1)), [[1.0]], [[0.0]], 1, variables=[idle])
    still = tf.Variable(2.0, dtype="float64", trainable=False)
    fit_full_batch(line(SGD(0.1), lambda y, ŷ: (y - still * ŷ) ** 2), [[1.0]], [[0.0]], 1)


def test_a_gradient_of_nan_keeps_the_weights():
    model = line(SGD(0.1), lambda y, ŷ: keras.ops.sqrt(keras.ops.abs(ŷ - y)))  # the slope at 0 is NaN
    with pytest.raises(FloatingPointError, match="The loss is 0, but its gradient is NaN or infinite at step 1 of 5"):
        fit_full_batch(model, [[1.0]], [[1.0]], 5)
    assert model.get_weights()[0] == 1 and int(model.optimizer.iterations) == 0


def test_at_the_first_step_the_learning_rate_is_not_to_blame():
    with pytest.raises(FloatingPointError, match="nan at step 1 of 5.*the learning rate is not to blame"):
        fit_full_batch(line(SGD(0.1), lambda y, ŷ: keras.ops.log(y - ŷ)), [[1.0]], [[0.5]], 5)


def test_labels_and_numbers_out_of_range():
    classes = network(loss="sparse_categorical_crossentropy", output="softmax", d_out=3)
    for y, wrong in (([0, 1, 3, 0], "3"), ([0, 1, -1, 0], "-1"), ([0, 0.5, 1, 0], "0.5")):
        with pytest.raises(ValueError, match=f"class numbers from 0 to 2, not {wrong}"):
            fit_full_batch(classes, X, y, 1)
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    with pytest.raises(ValueError, match=r"x holds 1e\+300, which is too large for float32: scale it"):
        fit_full_batch(network(), X * 1e300, Y, 1)


def test_unfrozen_weights_ask_for_another_compile():
    model = network()
    model.layers[0].trainable = False
    model.compile("sgd", "mse")
    fit_full_batch(model, X, Y, 2)
    model.layers[0].trainable = True
    with pytest.raises(ValueError, match="some were unfrozen or added since. Call model.compile again"):
        fit_full_batch(model, X, Y, 2)


def test_reduced_precision_is_refused():
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("mixed_float16")
    with pytest.raises(ValueError, match="should have one type, not .*float16"):
        fit_full_batch(compiled(layers.Dense(1)), X, Y, 1)


def test_what_keras_or_the_compiler_cannot_do_is_one_sentence():
    def wrong(y, ŷ):
        return keras.ops.matmul(y, ŷ)

    with pytest.raises(ValueError, match="^Keras cannot compute the loss of this model for these x and y: [^\n]*$"):
        fit_full_batch(network(loss=wrong, d_out=2), X, np.hstack([Y, Y]), 1)

    def outside(y, ŷ):
        return tf.numpy_function(lambda v: v, [y], y.dtype) * tf.square(y - ŷ)

    with pytest.raises(ValueError, match="^This model, its loss or its optimiser cannot be compiled, use model.fit"):
        fit_full_batch(network(loss=outside), X, Y, 1)


SILENT = """
from gates_to_flows.training import draw_weights, fit_full_batch, minimize, train_ensemble
import keras
for _ in range(6):  # TensorFlow warns when functions of one source are traced five times
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    fit_full_batch(model, [1, 2], [3, 4], 2, validation_data=([1], [2]), every=1)
    ensemble = train_ensemble(
        model, [1, 2], [3, 4], 2, draw_weights(model, 3, 1), every=1, validation_data=([1], [2]), learning_rate=[1, 2, 3]
    )
    ensemble.predict([1, 2]), ensemble.member(0)
    for method in ("L-BFGS", "BFGS", "Levenberg-Marquardt"):
        minimize(model, [1, 2], [3, 4], method, 20)
"""


def test_nothing_is_printed():
    # In a process of its own, since pytest's capturing hides what TensorFlow's logger writes. Deprecations, which Python
    # shows to nobody, come from TensorFlow itself on Python 3.13.
    warnings = ["-W", "error", "-W", "ignore::DeprecationWarning"]
    run = subprocess.run([sys.executable, *warnings, "-c", SILENT], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_inputs_of_another_length_are_another_loop():
    def make():
        keras.utils.set_random_seed(1)
        model = keras.Sequential(
            [keras.Input((None, 1)), layers.Dense(2), layers.GlobalAveragePooling1D(), layers.Dense(1)]
        )
        model.compile(SGD(0.1), "mse")
        return model

    fast, plain = make(), make()
    for length in (3, 5):
        x = np.random.default_rng(length).normal(size=(4, length, 1))
        fit_full_batch(fast, x, Y, 2), plain_fit(plain, 2, x=x)
        same_weights(fast, plain)


def test_logs_of_callbacks_and_what_a_callback_must_be():
    x, y = sine.samples(8)
    model = network(Adam(0.05), d_in=1)
    stopper = stop_at_max_error(sine, 10.0)
    history = fit_full_batch(model, x, y, 500, callbacks=stopper, every=50)
    assert history.history["max_error"] == [sine.max_error(model)] and len(history.history["loss"]) == 50
    for callbacks in (None, [None], "EarlyStopping"):
        with pytest.raises(TypeError, match="callbacks should be a list of Keras callbacks"):
            fit_full_batch(model, x, y, 5, callbacks=callbacks)
    for variables, error, message in [
        (None, TypeError, "variables should be a list of tf.Variable or Keras"),
        ([v := tf.Variable(1.0), v], ValueError, "each variable once"),
        ([model.weights[0]], ValueError, "no weight of the model"),
    ]:
        with pytest.raises(error, match=message):
            fit_full_batch(model, x, y, 5, variables=variables)


def test_numbers_of_classes_out_of_range_of_an_embedding_are_not_clamped():
    model = keras.Sequential([keras.Input((1,)), layers.Embedding(3, 2), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    fit_full_batch(model, [[0], [2]], [[1.0], [0.0]], 2)
    with pytest.raises(ValueError, match="The model cannot take this x: .*not in"):
        fit_full_batch(model, [[0], [3]], [[1.0], [0.0]], 2)


def test_other_models_that_cannot_be_followed():
    x = keras.Input((2,))
    named = keras.Model(x, {"b": layers.Dense(1)(x)})
    named.compile("sgd", "mse")
    with pytest.raises(ValueError, match="The model's output should be a tensor, not a dict"):
        fit_full_batch(named, X, Y, 1)
    without = network()
    without.compile(None, "mse")
    with pytest.raises(ValueError, match="compiled without an optimiser"):
        fit_full_batch(without, X, Y, 1)
    unbuilt = keras.Sequential([layers.Dense(1)])
    unbuilt.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"cannot be built for x of shape \(4,\)"):
        fit_full_batch(unbuilt, X[:, 0], Y, 1)
    with pytest.raises(ValueError, match="not built and has no weights yet: give it a keras.Input"):
        train_ensemble(unbuilt, X, Y, 1, [])
