"""Oracles: Keras's own `fit`, closed forms, NumPy's and SciPy's least squares; everything in float64 unless it says not."""

import gates_to_flows  # noqa: F401  isort: skip
import subprocess
import sys
from fractions import Fraction

import keras
import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf

from gates_to_flows import training
from gates_to_flows.functions import ripples, sine
from gates_to_flows.training import (
    Ensemble,
    fit_full_batch,
    levenberg_marquardt,
    minimize,
    stop_at_max_error,
    train_ensemble,
)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)
SGD, Adam, layers = keras.optimizers.SGD, keras.optimizers.Adam, keras.layers


@pytest.fixture(autouse=True)
def float64():
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


def network(optimizer="sgd", loss="mse", hidden="tanh", output=None, width=3, d_out=1, d_in=2, seed=1, **dense):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((d_in,)), layers.Dense(width, hidden, **dense), layers.Dense(d_out, output)])
    model.compile(optimizer, loss)
    return model


def same_weights(one, other, atol=1e-10):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)


def plain_fit(model, steps, x=X, y=Y):
    return model.fit(x, y, batch_size=len(x), epochs=steps, shuffle=False, verbose=0).history["loss"]


# fit_full_batch


def decaying():
    return SGD(keras.optimizers.schedules.ExponentialDecay(0.5, 3, 0.5))


def averaging():
    return SGD(0.1, use_ema=True, ema_momentum=0.9)


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
    monkeypatch.setattr(training, "_CHUNK", 7)
    y = np.hstack([Y, 1 - Y])[:, : settings.get("d_out", 1)]
    fast, plain = network(optimizer(), **settings), network(optimizer(), **settings)
    history = fit_full_batch(fast, X, y, 17)
    np.testing.assert_allclose(history.history["loss"], plain_fit(plain, 17, y=y), rtol=1e-10)
    same_weights(fast, plain)
    assert history.epoch == list(range(17)) and history.model is fast
    assert isinstance(history, keras.callbacks.History) and type(history.history["loss"][0]) is float
    assert int(fast.optimizer.iterations) == 17


def line(optimizer, loss="mse"):
    """y = w x with w = 1 at the start."""
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(optimizer, loss)
    return model


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


def squares(y, ŷ):
    return tf.square(y - ŷ)  # (n,) against (n, 1) would become (n, n)


class Squares(keras.losses.Loss):  # Keras matches the ranks for functions, but not for such a class
    def call(self, y, ŷ):
        return squares(y, ŷ)


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


def compiled(*parts, **settings):
    model = keras.Sequential([keras.Input((2,)), *parts])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    return model


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
        with pytest.raises(ValueError, match=message):
            train(make(), X, Y, 3)
    for x, y, error, message in BAD_DATA:
        with pytest.raises(error, match=message):
            train(model, x, y, 3)
    for steps in (0, -1, 2.0, "3", None, True):
        with pytest.raises(ValueError, match="should be a positive integer, not "):
            train(model, X, Y, steps)
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


# train_ensemble


def starts(model, members, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(members, *w.shape)) for w in model.get_weights()]


@pytest.mark.parametrize(
    "optimizer, settings",
    [
        (lambda: SGD(0.1, momentum=0.9), {"hidden": "tanh"}),
        (lambda: SGD(0.1, momentum=0.9, nesterov=True), {"hidden": "sigmoid", "loss": "mae"}),
        (lambda: Adam(0.02), {"hidden": "relu", "loss": "binary_crossentropy", "output": "sigmoid"}),
        (
            lambda: keras.optimizers.AdamW(0.02),
            {"loss": keras.losses.BinaryCrossentropy(from_logits=True, dtype="float64")},
        ),
        (decaying, {"loss": squares, "use_bias": False}),
        (lambda: keras.optimizers.Nadam(0.02), {"loss": "categorical_crossentropy", "output": "softmax", "d_out": 3}),
        (lambda: SGD(0.1), {"loss": "sparse_categorical_crossentropy", "output": "softmax", "d_out": 3}),
    ],
)
def test_members_are_networks_trained_alone(optimizer, settings):
    classes = np.array([0, 2, 1, 0])
    y = Y if settings.get("d_out", 1) == 1 else classes if "sparse" in settings["loss"] else np.eye(3)[classes]
    template = network(optimizer(), **settings)
    before, weights, state = template.get_weights(), starts(template, 3), len(template.optimizer.variables)
    ensemble = train_ensemble(template, X, y, 20, weights)
    alone = network(optimizer(), **settings)
    alone.optimizer.build(alone.trainable_variables)
    new_optimizer = [variable.numpy() for variable in alone.optimizer.variables]
    for i in range(3):  # one model for all, so that it is compiled once
        alone.set_weights([w[i] for w in weights])
        for variable, value in zip(alone.optimizer.variables, new_optimizer, strict=True):
            variable.assign(value)
        (plain_fit(alone, 20, y=y) if i == 0 else fit_full_batch(alone, X, y, 20))
        same_weights(ensemble.member(i), alone)
        np.testing.assert_allclose(ensemble.outputs[i], alone(X), atol=1e-10)
        np.testing.assert_allclose(ensemble.loss[i], alone.evaluate(X, y, verbose=0), rtol=1e-9)
    np.testing.assert_allclose(ensemble.predict(X), ensemble.outputs, atol=1e-12)
    for a, b in zip(template.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    assert int(template.optimizer.iterations) == 0 and len(template.optimizer.variables) == state
    assert isinstance(ensemble, Ensemble) and ensemble.history_steps is None and ensemble.outputs.shape[:2] == (3, 4)


def test_deep_functional_template_with_activation_and_frozen_layer():
    keras.utils.set_random_seed(3)
    inputs = keras.Input((2,))
    h = layers.Activation("tanh")(layers.Dense(3, trainable=False)(inputs))
    template = keras.Model(inputs, layers.Dense(1)(layers.Dense(2, "relu")(h)))
    template.compile(SGD(0.1), "mse")
    weights = starts(template, 2)
    ensemble = train_ensemble(template, X, Y, 10, weights)
    np.testing.assert_array_equal(ensemble.weights[0], weights[0])
    template.set_weights([w[1] for w in weights])
    fit_full_batch(template, X, Y, 10)
    same_weights(ensemble.member(1), template)


def test_each_call_starts_afresh_with_the_present_settings():
    template = network(SGD(0.1, momentum=0.9))
    weights = starts(template, 2)
    first, again = (train_ensemble(template, X, Y, 10, weights).weights for _ in range(2))
    np.testing.assert_array_equal(first[0], again[0])
    template.optimizer.learning_rate = 0.3
    alone = network(SGD(0.3, momentum=0.9))
    alone.set_weights([w[1] for w in weights])
    fit_full_batch(alone, X, Y, 10)
    same_weights(train_ensemble(template, X, Y, 10, weights).member(1), alone)
    template.compile(template.optimizer, "mae")
    for start in (weights, starts(template, 4)):
        alone = network(SGD(0.3, momentum=0.9), "mae")
        alone.set_weights([w[1] for w in start])
        fit_full_batch(alone, X, Y, 10)
        same_weights(train_ensemble(template, X, Y, 10, start).member(1), alone)


def test_a_diverging_member_leaves_the_others_alone():
    template = network(SGD(0.1), hidden="relu")
    weights = starts(template, 3)
    calm = train_ensemble(template, X, Y, 10, weights)
    wild = train_ensemble(template, X, Y, 10, [np.concatenate([w[:1], 1e90 * np.abs(w[1:2]), w[2:]]) for w in weights])
    assert not np.isfinite(wild.loss[1])
    for a, b in zip(calm.weights, wild.weights, strict=True):
        np.testing.assert_array_equal(a[[0, 2]], b[[0, 2]])
    np.testing.assert_array_equal(calm.loss[[0, 2]], wild.loss[[0, 2]])


def test_records_are_shorter_runs(monkeypatch):
    monkeypatch.setattr(training, "_CHUNK", 7)
    template = network(Adam(0.05))
    weights = starts(template, 3)
    ensemble = train_ensemble(template, X, Y, 50, weights, every=20)
    np.testing.assert_array_equal(ensemble.history_steps, [20, 40])
    assert ensemble.history_outputs.shape == (2, 3, 4, 1) and ensemble.history_loss.shape == (2, 3)
    for k, steps in enumerate((20, 40)):
        short = train_ensemble(template, X, Y, steps, weights)
        np.testing.assert_allclose(ensemble.history_outputs[k], short.outputs, atol=1e-12)
        np.testing.assert_allclose(ensemble.history_loss[k], short.loss, rtol=1e-12)
    np.testing.assert_allclose(ensemble.outputs, train_ensemble(template, X, Y, 50, weights).outputs, atol=1e-12)


def shared_layer():
    inputs, dense = keras.Input((2,)), layers.Dense(2, "tanh")
    model = keras.Model(inputs, layers.Dense(1)(dense(dense(inputs))))
    model.compile("sgd", "mse")
    return model


def test_ensemble_refusals():
    for make, message in [
        (
            lambda: compiled(layers.Rescaling(2.0), layers.Dense(1)),
            "chain of Dense and Activation layers.*not Rescaling, Dense",
        ),
        (shared_layer, "each used once"),
        (
            lambda: compiled(layers.Dense(1), optimizer=SGD(clipnorm=1.0)),
            "treat each weight by itself.*without clipnorm",
        ),
        (lambda: compiled(layers.Dense(1), optimizer=SGD(global_clipnorm=1.0)), "treat each weight by itself"),
        (lambda: compiled(layers.Dense(1), optimizer=keras.optimizers.Lamb()), "treat each weight by itself"),
        (lambda: compiled(layers.Dense(1), optimizer=averaging()), "treat each weight by itself"),
        (lambda: compiled(layers.Dense(1, kernel_regularizer="l2")), "Regularisers and constraints"),
        (lambda: compiled(layers.Dense(1, activity_regularizer="l2")), "Regularisers and constraints"),
        (lambda: compiled(layers.Dense(1, bias_constraint="non_neg")), "Regularisers and constraints"),
        (
            lambda: compiled(layers.Dense(1), loss=keras.losses.MeanSquaredError(reduction="sum")),
            "averaged .* not 'sum'",
        ),
        (lambda: compiled(layers.Dense(1), loss=lambda y, ŷ: tf.reduce_mean(y - ŷ)), "one value per sample"),
    ]:
        with pytest.raises(ValueError, match=message):
            ensemble_of_one(make(), X, Y, 3)
    model = network()
    good = starts(model, 2)
    for weights in ([], good[:-1], [good[0][:1], *good[1:]], [w[0] for w in good]):
        with pytest.raises(ValueError, match="weights should have the shapes"):
            train_ensemble(model, X, Y, 3, weights)
    with pytest.raises(ValueError, match="every should be a positive integer"):
        train_ensemble(model, X, Y, 3, good, every=0)
    with pytest.raises(ValueError, match="every should be at most steps, which is 3, not 4"):
        train_ensemble(model, X, Y, 3, good, every=4)
    with pytest.raises(ValueError, match=r"x has shape \(4, 1\)"):
        train_ensemble(model, X, Y, 3, good).predict(X[:, :1])


# levenberg_marquardt


def test_linear_problem_against_lstsq():
    rng = np.random.default_rng(1)
    A, b = rng.normal(size=(40, 5)), rng.normal(size=40)
    θ = tf.Variable(np.zeros(5))
    loss = levenberg_marquardt(lambda θ, a, b: tf.tensordot(a, θ[0], 1) - b, [θ], (A, b)).history["loss"]
    solution, squares, *_ = np.linalg.lstsq(A, b, rcond=None)
    np.testing.assert_allclose(θ.numpy(), solution, rtol=1e-8)
    np.testing.assert_allclose([loss[0], loss[-1]], [np.mean(b**2), squares[0] / 40], rtol=1e-12)
    assert len(loss) < 30


def test_rank_deficient_problem():
    rng = np.random.default_rng(2)
    A, b = rng.normal(size=(30, 3))[:, [0, 1, 2, 0, 1]], rng.normal(size=30)
    θ, idle = tf.Variable(np.zeros(5)), tf.Variable(7.0, dtype="float64")
    loss = levenberg_marquardt(lambda θ, a, b: tf.tensordot(a, θ[0], 1) - b, [θ, idle], (A, b), 200).history["loss"]
    best = np.mean((A @ np.linalg.lstsq(A, b, rcond=None)[0] - b) ** 2)
    np.testing.assert_allclose(loss[-1], best, rtol=1e-12)
    assert idle.numpy() == 7 and np.isfinite(θ.numpy()).all()


def test_rosenbrock():
    θ = tf.Variable([-1.2, 1.0], dtype="float64")

    def residual(θ, _):
        x, y = θ[0][0], θ[0][1]
        return tf.stack([10 * (y - x**2), 1 - x])

    loss = levenberg_marquardt(residual, [θ], ([0.0],)).history["loss"]
    np.testing.assert_allclose(loss[0], 24.2 / 2)
    np.testing.assert_allclose(θ.numpy(), [1, 1], rtol=1e-12)
    assert (np.diff(loss) <= 0).all() and len(loss) < 60


def test_non_linear_fit_with_two_residuals_a_sample_against_scipy():
    t = np.linspace(0, 3, 25)
    data = np.stack([2 * np.exp(-t), np.sin(2 * t)], 1) + 0.1 * np.random.default_rng(3).normal(size=(25, 2))

    def residual(θ, t, d):
        a, b, c = tf.unstack(θ[0])
        return tf.stack([a * tf.exp(-b * t), tf.sin(c * t)]) * (1 + 0 * θ[1][0, 0]) - d

    def for_scipy(θ):
        return np.concatenate([θ[0] * np.exp(-θ[1] * t) - data[:, 0], np.sin(θ[2] * t) - data[:, 1]])

    θ, one = keras.Variable([1.0, 0.5, 1.8], dtype="float64"), tf.Variable([[1.0]], dtype="float64")
    levenberg_marquardt(residual, [θ, one], (t, data))
    np.testing.assert_allclose(θ.numpy(), scipy.optimize.least_squares(for_scipy, [1.0, 0.5, 1.8]).x, rtol=1e-6)


def with_tape(N, t):
    with tf.GradientTape() as tape:
        tape.watch(t)
        n = N(t)
    return tape.gradient(n, t) + n


def with_accumulator(N, t):
    with tf.autodiff.ForwardAccumulator(t, tf.ones_like(t)) as accumulator:
        n = N(t)
    return accumulator.jvp(n) + n


@pytest.mark.parametrize("equation", [with_tape, with_accumulator])
def test_differential_equation(equation):
    model, t = network(width=8, d_in=1), np.linspace(0, 2, 50)[:, None]

    def residual(θ, t):
        return equation(lambda t: 1 + t * model.stateless_call(θ, [], t[None])[0][0], t)  # N' + N = 0, N(0) = 1

    loss = levenberg_marquardt(residual, model.trainable_variables, (t,), 200).history["loss"]
    assert (np.diff(loss) <= 0).all()
    assert np.abs(1 + t * model(t).numpy() - np.exp(-t)).max() < 1e-5


def test_units_of_the_parameters_do_not_matter():
    t, histories = np.linspace(0, 3, 20), []
    for unit in (1.0, 2.0**20):
        θ = tf.Variable([0.5 * unit, 2.0], dtype="float64")

        def residual(θ, t, unit=unit):
            return θ[0][0] / unit * tf.exp(-θ[0][1] * t) - tf.exp(-t) - 0.1 * tf.sin(t)

        histories.append(levenberg_marquardt(residual, [θ], (t,), 8).history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-9)
    assert len(histories[0]) == 9


def test_least_squares_refusals():
    θ = tf.Variable([1.0], dtype="float64")
    with pytest.raises(ValueError, match=r"one common length, not \[4, 3\]"):
        levenberg_marquardt(lambda θ, a, b: a[0] - b[0], [θ], (X, Y[:3]))
    with pytest.raises(FloatingPointError, match="is nan at the start"):
        levenberg_marquardt(lambda θ, a: tf.math.log(-θ[0][0]) + a[0], [θ], (X,))
    with pytest.raises(ValueError, match="iterations should be a positive integer"):
        levenberg_marquardt(lambda θ, a: θ[0] - a[0], [θ], (X,), 0)
    assert θ.numpy() == [1]


def test_solved_problem_ends_at_once_and_wild_steps_are_refused():
    θ = tf.Variable([0.0], dtype="float64")
    loss = levenberg_marquardt(lambda θ, a: θ[0] * a[0], [θ], (X,)).history["loss"]
    assert loss == [0, 0]
    θ = tf.Variable([3.0], dtype="float64")  # Newton's step leaves the domain of the logarithm
    loss = levenberg_marquardt(lambda θ, a: tf.math.log(θ[0]) + a, [θ], ([0.0],)).history["loss"]
    assert (np.diff(loss) <= 0).all() and abs(θ.numpy()[0] - 1) < 1e-8


# minimize

GRID = np.linspace(-np.pi, np.pi, 1001)[:, None]
POINTS = np.linspace(-np.pi, np.pi, 129)[:, None]


@pytest.mark.parametrize(
    "method, iterations, bound", [("L-BFGS", 1500, 1e-2), ("BFGS", 1000, 5e-3), ("Levenberg-Marquardt", 3000, 2e-5)]
)
def test_sine(method, iterations, bound):
    model = network(width=12, d_in=1, seed=5)
    start = model.evaluate(POINTS, np.sin(POINTS), verbose=0)
    history = minimize(model, POINTS, np.sin(POINTS), method, iterations)
    loss = history.history["loss"]
    assert np.abs(model(GRID) - np.sin(GRID)).max() < bound
    assert (np.diff(loss) <= 0).all() and len(loss) <= iterations + 1 and history.model is model
    np.testing.assert_allclose(loss[0], start, rtol=1e-10)
    np.testing.assert_allclose(model.evaluate(POINTS, np.sin(POINTS), verbose=0), loss[-1], rtol=1e-6)
    assert history.epoch == list(range(len(loss)))


@pytest.mark.parametrize("method", ["L-BFGS", "BFGS", "Levenberg-Marquardt"])
def test_linear_model_against_lstsq(method):
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=(20, 2))
    model = compiled(layers.Dense(2), loss="mse")
    minimize(model, x, y, method)
    solution = np.linalg.lstsq(np.hstack([x, np.ones((20, 1))]), y, rcond=None)[0]
    np.testing.assert_allclose(np.vstack(model.get_weights()), solution, rtol=1e-6)


def test_logistic_regression_with_regulariser():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(50, 2)), rng.integers(0, 2, size=50)
    model = compiled(
        layers.Dense(1, "sigmoid", kernel_regularizer=keras.regularizers.L2(0.01)), loss="binary_crossentropy"
    )
    minimize(model, x, y, "L-BFGS")
    w, b = model.get_weights()
    p = 1 / (1 + np.exp(-(x @ w + b)))
    gradient = x.T @ (p - y[:, None]) / 50 + 0.02 * w  # zero at the minimum
    assert np.abs(gradient).max() < 1e-7 and abs(np.mean(p[:, 0] - y)) < 1e-7


def test_only_free_weights_are_changed():
    model = network(width=6, d_in=1)
    model.layers[0].trainable = False
    model.compile("sgd", keras.losses.MeanSquaredError())
    hidden = np.hstack([np.tanh(POINTS @ model.get_weights()[0] + model.get_weights()[1]), np.ones_like(POINTS)])
    before, target = model.get_weights()[0], np.sin(POINTS)
    minimize(model, POINTS, target, "Levenberg-Marquardt")
    best = np.mean((hidden @ np.linalg.lstsq(hidden, target, rcond=None)[0] - target) ** 2)
    np.testing.assert_allclose(model.evaluate(POINTS, target, verbose=0), best, rtol=1e-6)
    np.testing.assert_array_equal(before, model.get_weights()[0])


@pytest.mark.parametrize("method", ["L-BFGS", "BFGS", "Levenberg-Marquardt"])
def test_float32_ends_near_the_minimum(method):
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    model = network(width=8, d_in=1)
    loss = minimize(model, POINTS, np.sin(POINTS), method, 500).history["loss"]
    assert loss[-1] < 1e-3


def test_the_best_weights_are_kept_where_scipy_tried_others_last(monkeypatch):
    def wandering(objective, start, **kwargs):
        objective(start + 1)
        return scipy.optimize.OptimizeResult(x=start)

    monkeypatch.setattr(scipy.optimize, "minimize", wandering)
    model, same = network(), network()
    minimize(model, X, Y, "L-BFGS")
    same_weights(model, same, 0)


def test_minimize_refusals():
    with pytest.raises(ValueError, match='should be "L-BFGS", "BFGS" or "Levenberg-Marquardt", not \'newton\''):
        minimize(network(), X, Y, "newton")
    for model in (
        network(loss="binary_crossentropy", output="sigmoid"),
        network(kernel_regularizer="l2"),
        network(loss=keras.losses.MeanSquaredError(reduction="sum")),
    ):
        with pytest.raises(ValueError, match='Levenberg-Marquardt needs loss="mse" and no regularisers'):
            minimize(model, X, Y, "Levenberg-Marquardt")
    for method in ("L-BFGS", "Levenberg-Marquardt"):
        model = network(hidden="relu")
        model.set_weights([np.full_like(w, 1e200) for w in model.get_weights()])
        with pytest.raises(FloatingPointError, match="is inf at the start"):
            minimize(model, X, Y, method)


# stop_at_max_error


def fit_sine(callback, epochs, rate=0.05):
    x, y = sine.samples(32)
    model = network(Adam(rate), d_in=1, width=8)
    model.compile(Adam(rate), "mse", steps_per_execution=20)
    data = tf.data.Dataset.from_tensors((x, y)).repeat()
    return model, model.fit(data, epochs=epochs, steps_per_epoch=20, verbose=0, callbacks=[callback])


def test_training_stops_at_the_first_epoch_within_the_tolerance(capsys):
    stopper = stop_at_max_error(sine, np.float32(0.25))
    model, history = fit_sine(stopper, 60)
    errors = history.history["max_error"]
    assert 1 < len(errors) == len(history.history["loss"]) < 60
    assert errors[-1] <= 0.25 < min(errors[:-1])
    grid = np.linspace(-np.pi, np.pi, 8193)[1::2, None]  # the midpoints of 4096 cells
    independent = np.abs(model.predict(grid, verbose=0) - np.sin(grid)).max()
    np.testing.assert_allclose([errors[-1], stopper.max_error], independent, rtol=1e-12)
    assert stopper.reached and model.stop_training and capsys.readouterr().out == ""


def test_a_tolerance_that_is_not_reached_is_said_once(capsys):
    stopper = stop_at_max_error(sine, 1e-6)
    _, history = fit_sine(stopper, 3)
    assert len(history.history["max_error"]) == 3 and not stopper.reached
    last = f"{history.history['max_error'][-1]:.3g}"
    line = f"The max error on sin x is {last} at the end of training: the tolerance of 1e-06 was not reached.\n"
    assert capsys.readouterr().out == line
    model, history = fit_sine(stopper, 2, rate=np.nan)  # NaN is no success
    assert (
        np.isnan(stopper.max_error) and not stopper.reached and "max error on sin x is nan" in capsys.readouterr().out
    )


def test_a_callback_can_be_used_again():
    stopper = stop_at_max_error(sine, 0.5)
    assert not stopper.reached and stopper.max_error is None
    runs = [fit_sine(stopper, 40)[1].history["max_error"] for _ in range(2)]
    assert runs[0] == runs[1] and stopper.reached


@pytest.mark.parametrize(
    "target, tolerance, error, message",
    [
        (np.sin, 0.1, TypeError, "target should be a Target of gates_to_flows.functions, not <ufunc 'sin'>"),
        (None, 0.1, TypeError, "not None"),
        (sine, 0, ValueError, "tolerance should be positive and finite, not 0"),
        (sine, -1e-3, ValueError, "not -0.001"),
        (sine, np.nan, ValueError, "not nan"),
        (sine, np.inf, ValueError, "not inf"),
        (sine, 10**400, ValueError, "not inf"),
        (sine, Fraction(1, 10**400), ValueError, "not 0"),
        (sine, "1e-3", TypeError, "tolerance should be a real number, not '1e-3'"),
        (sine, None, TypeError, "not None"),
        (sine, True, TypeError, "not True"),
        (sine, [0.1], TypeError, r"not \[0.1\]"),
    ],
)
def test_what_a_tolerance_and_a_target_must_be(target, tolerance, error, message):
    with pytest.raises(error, match=message):
        stop_at_max_error(target, tolerance)


def test_a_model_of_another_shape_is_refused_before_the_first_step():
    x, y = ripples.samples(4)
    model = network(d_out=2)
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"shape \(4096, 1\) for 4096 points, not \(4096, 2\)"):
        model.fit(x, np.hstack([y, y]), verbose=0, callbacks=[stop_at_max_error(ripples, 0.1)])
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


SILENT = """
from gates_to_flows.training import fit_full_batch, minimize, train_ensemble
import keras
for _ in range(6):  # TensorFlow warns when functions of one source are traced five times
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    fit_full_batch(model, [1, 2], [3, 4], 2)
    ensemble = train_ensemble(model, [1, 2], [3, 4], 2, [w[None] for w in model.get_weights()])
    ensemble.predict([1, 2]), ensemble.member(0)
    for method in ("L-BFGS", "BFGS", "Levenberg-Marquardt"):
        minimize(model, [1, 2], [3, 4], method, 20)
"""


def test_nothing_is_printed():
    # In a process of its own, since pytest's capturing hides what TensorFlow's logger writes.
    run = subprocess.run([sys.executable, "-W", "error", "-c", SILENT], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
