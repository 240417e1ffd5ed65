"""Weights of one's own against a Keras model's, trained by `fit` with the same optimiser."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import float64, layers  # noqa: F401

from gates_to_flows.training import draw_weights, train_weights

x = np.linspace(-2, 2, 20)[:, None]
y = np.sin(2 * x) + 0.3  # not odd: biases with slopes of 0 would be driven by rounding
cosine = keras.optimizers.schedules.CosineDecay


def network():
    return keras.Sequential([keras.Input((1,)), layers.Dense(5, "tanh"), layers.Dense(1)])


def squared(θ, k):
    w, b, v, c = θ
    return tf.reduce_mean((tf.tanh(x @ w + b) @ v + c - y) ** 2)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.1, momentum=0.9),
        lambda: keras.optimizers.Adam(0.02),
        lambda: keras.optimizers.Adam(0.02, beta_1=0.0),
        lambda: keras.optimizers.Adam(cosine(0.02, 20), clipnorm=0.1),
    ],
)
def test_steps_are_those_of_fit(optimizer):
    model = network()
    start = [w[0] for w in draw_weights(model, 1, seed=3)]
    model.set_weights(start)
    model.compile(optimizer(), loss="mse")
    history = model.fit(x, y, batch_size=20, epochs=20, shuffle=False, verbose=0).history["loss"]
    used = optimizer()
    for _ in range(2):  # the optimiser given is not used up
        weights, losses = train_weights(squared, start, 20, used)
        np.testing.assert_allclose(losses, history, rtol=1e-6)  # Keras averages losses in float32
        for ours, theirs in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_members_are_as_if_alone_and_a_loss_may_choose_its_data_by_the_step():
    data = tf.constant(np.random.default_rng(1).normal(size=(7, 3)))

    def distance(θ, k):
        return tf.reduce_sum((θ[0] - data[k % 7]) ** 2, axis=-1)

    start = np.random.default_rng(2).normal(size=(4, 3))
    (together,), losses = train_weights(distance, [start], 30, keras.optimizers.Adam(0.05))
    assert losses.shape == (30, 4)
    for i in range(4):
        (alone,), loss = train_weights(distance, [start[i]], 30, keras.optimizers.Adam(0.05))
        np.testing.assert_allclose(together[i], alone, rtol=1e-12)
        np.testing.assert_allclose(losses[:, i], loss, rtol=1e-12)
    (descended,), _ = train_weights(distance, [start], 30, keras.optimizers.SGD(0.1))
    by_hand = start
    for k in range(30):
        by_hand = by_hand - 0.1 * 2 * (by_hand - data[k % 7])
    np.testing.assert_allclose(descended, by_hand, rtol=1e-12)


@pytest.mark.parametrize(
    "loss, weights, steps, optimizer, error, words",
    [
        (squared, [np.ones((1, 5))], 5, "adam", TypeError, "one of keras.optimizers"),
        (squared, [np.ones((1, 5))], 0, None, ValueError, "steps should be a positive integer"),
        (squared, [np.ones((1, 5))], 5, None, ValueError, "The loss fails at the start"),
        (squared, [["a"]], 5, None, TypeError, r"weights\[0\] should hold real numbers"),
        (
            lambda θ, k: θ[0] ** 2,
            [np.ones((1, 5))],
            5,
            None,
            ValueError,
            r"\(members,\), of type float64, not float64 \(1, 5\)",
        ),
        (lambda θ, k: tf.cast(θ[0], "float32")[0], [[1.0]], 5, None, ValueError, "not float32"),
        (lambda θ, k: tf.reduce_sum(θ[0]), [[1.0], [2.0]], 5, None, ValueError, r"not depend on weights\[1\]"),
        (lambda θ, k: tf.numpy_function(np.sum, θ, tf.float64), [[1.0]], 5, None, ValueError, "not depend"),
        (lambda θ, k: tf.reduce_sum(θ[0]) * float(k), [[1.0]], 5, None, ValueError, "cannot be compiled"),
    ],
)
def test_what_cannot_be_followed_is_refused(loss, weights, steps, optimizer, error, words):
    with pytest.raises(error, match=words):
        train_weights(loss, weights, steps, optimizer or keras.optimizers.SGD(0.1))


def test_a_loss_that_becomes_nan_ends_nothing():
    (w,), losses = train_weights(lambda θ, k: tf.reduce_sum(θ[0] ** 4), [[9.0]], 8, keras.optimizers.SGD(1.0))
    assert np.isfinite(losses[0]) and not np.isfinite(losses[-1]) and not np.isfinite(w).all()
