"""Second-order methods for Keras models against closed forms, NumPy's least squares and Keras's own loss."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf
from small_models import SGD, Adam, X, Y, compiled, float64, layers, network, plain_fit, same_weights  # noqa: F401

from gates_to_flows.training import minimize

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


@pytest.mark.parametrize("method", ["L-BFGS", "BFGS", "Levenberg-Marquardt"])
def test_iterations_end_at_the_tolerance(method):
    model, same = network(width=8, d_in=1, seed=5), network(width=8, d_in=1, seed=5)
    short = minimize(model, POINTS, np.sin(POINTS), method, 400, tolerance=0.05).history["loss"]
    long = minimize(same, POINTS, np.sin(POINTS), method, len(short) - 2).history["loss"]
    assert short[:-1] == long
    worst = [np.abs(m(POINTS) - np.sin(POINTS)).max() for m in (model, same)]
    assert worst[0] <= 0.05 < worst[1]


@pytest.mark.parametrize("method", ["L-BFGS", "BFGS", "Levenberg-Marquardt"])
def test_sample_weights_against_weighted_least_squares(method):
    rng = np.random.default_rng(6)
    x, y, w = rng.normal(size=(20, 2)), rng.normal(size=(20, 1)), rng.uniform(size=20)
    model = compiled(layers.Dense(1), loss="mse")
    minimize(model, x, y, method, sample_weight=w)
    root = np.sqrt(w)[:, None]
    solution = np.linalg.lstsq(root * np.hstack([x, np.ones((20, 1))]), root * y, rcond=None)[0]
    np.testing.assert_allclose(np.vstack(model.get_weights()), solution, rtol=1e-5)


def test_a_second_call_sees_its_own_data():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(20, 2))
    for method in ("L-BFGS", "Levenberg-Marquardt"):
        model = compiled(layers.Dense(1), loss="mse")
        for y in rng.normal(size=(2, 20, 1)):
            minimize(model, x, y, method, tolerance=1e-9)
            solution = np.linalg.lstsq(np.hstack([x, np.ones((20, 1))]), y, rcond=None)[0]
            np.testing.assert_allclose(np.vstack(model.get_weights()), solution, rtol=1e-5)


def test_variables_outside_the_model():
    shift = tf.Variable(0.0, dtype="float64", name="shift")
    model = compiled(layers.Dense(1, use_bias=False), loss=lambda y, ŷ: keras.ops.square(y - ŷ - shift))
    x, y = np.random.default_rng(8).normal(size=(2, 20, 2))
    minimize(model, x, y[:, :1], "BFGS", variables=[shift])
    solution = np.linalg.lstsq(np.hstack([x, np.ones((20, 1))]), y[:, :1], rcond=None)[0]
    np.testing.assert_allclose([*model.get_weights()[0], [shift.numpy()]], solution, rtol=1e-6)
    with pytest.raises(ValueError, match="write the residuals and call levenberg_marquardt"):
        minimize(model, x, y[:, :1], "Levenberg-Marquardt", variables=[shift])
    with pytest.raises(ValueError, match="The loss reads the variable 'shift'"):
        minimize(model, x, y[:, :1], "BFGS")


def test_tolerances_that_are_none():
    for tolerance in (0, -1, np.nan, np.inf, "1e-3", [0.1], True):
        with pytest.raises(ValueError, match="tolerance should be a positive number, not"):
            minimize(network(), X, Y, "BFGS", tolerance=tolerance)


def test_a_mask_on_the_outputs_counts_in_the_loss():
    def masked():
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((3, 1)), layers.Masking(0.0), layers.Dense(1)])
        model.compile("sgd", "mse")
        return model

    x = np.array([[[1.0], [2.0], [0.0]], [[3.0], [0.0], [0.0]]])
    y = np.random.default_rng(9).normal(size=(2, 3, 1))
    model = masked()
    minimize(model, x, y, "BFGS")
    seen = x[..., 0] != 0
    A = np.stack([x[seen][:, 0], np.ones(3)], axis=1)
    np.testing.assert_allclose(
        np.concatenate(model.get_weights(), axis=None), np.linalg.lstsq(A, y[seen][:, 0])[0], rtol=1e-6
    )
    with pytest.raises(ValueError, match="needs loss=.* masks"):
        minimize(masked(), x, y, "Levenberg-Marquardt")


def test_levenberg_marquardt_looks_at_the_loss_again_for_other_targets():
    model = network(loss=lambda y, ŷ: keras.ops.mean(keras.ops.where(y < -90, 0.0, (y - ŷ) ** 2), axis=-1))
    minimize(model, X, Y, "Levenberg-Marquardt", 3)
    with pytest.raises(ValueError, match="needs loss="):
        minimize(model, X, np.where(Y == 1, -99, Y), "Levenberg-Marquardt", 3)


def test_an_iterate_that_is_not_a_number_is_not_kept():
    model = network(loss=lambda y, ŷ: ŷ - keras.ops.log(ŷ) * keras.ops.abs(y))
    model.layers[1].bias.assign([3.0])
    history = minimize(model, X, Y, "BFGS").history["loss"]
    assert np.isfinite(history).all()
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), history[-1], rtol=1e-9)


def test_a_tolerance_needs_targets_like_the_outputs():
    model = network(loss="sparse_categorical_crossentropy", output="softmax", d_out=3)
    with pytest.raises(ValueError, match="needs targets y of the shape of the outputs"):
        minimize(model, X, [0, 1, 2, 0], "BFGS", tolerance=0.1)
