"""Small models and data for the tests of the training functions; everything in float64 unless a test says not."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import tensorflow as tf

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


def decaying():
    return SGD(keras.optimizers.schedules.ExponentialDecay(0.5, 3, 0.5))


def averaging():
    return SGD(0.1, use_ema=True, ema_momentum=0.9)


def line(optimizer, loss="mse"):
    """y = w x with w = 1 at the start."""
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(optimizer, loss)
    return model


def squares(y, ŷ):
    return tf.square(y - ŷ)  # (n,) against (n, 1) would become (n, n)


class Squares(keras.losses.Loss):  # Keras matches the ranks for functions, but not for such a class
    def call(self, y, ŷ):
        return squares(y, ŷ)


def compiled(*parts, **settings):
    model = keras.Sequential([keras.Input((2,)), *parts])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    return model
