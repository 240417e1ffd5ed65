"""Agree or refuse: the fast functions do what `fit` does, or say in one sentence that they cannot."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from small_models import SGD, Adam, float64, layers  # noqa: F401

from gates_to_flows.training import fit_full_batch, minimize, train_ensemble
from gates_to_flows.training.agreement import agree

x = np.random.default_rng(0).normal(size=(12, 2))
y = np.sin(x.sum(axis=1, keepdims=True))


def sequential(*parts, loss="mse", optimizer=None, **settings):
    model = keras.Sequential([keras.Input((2,)), *parts])
    model.compile(optimizer or Adam(0.05), loss, **settings)
    return model


def functional(outputs, cls=keras.Model, **settings):
    inputs = keras.Input((2,))
    model = cls(inputs, outputs(inputs))
    model.compile(Adam(0.05), "mse", **settings)
    return model


def hidden(units=3, activation="tanh", **settings):
    return layers.Dense(units, activation, **settings)


def one():
    return layers.Dense(1)


def two_pinballs(y, ŷ):
    def pinball(τ, ŷ):
        return ops.maximum(τ * (y[:, 0] - ŷ), (τ - 1) * (y[:, 0] - ŷ))

    return pinball(0.05, ŷ[:, 0]) + pinball(0.95, ŷ[:, 1])


def named_sparse(y, ŷ):
    return ops.mean(ops.square(y - ŷ), axis=-1)


class CallsItself(keras.losses.Loss):
    def __call__(self, y, ŷ, sample_weight=None):
        return ops.mean(ops.abs(y - ŷ)) ** 2


class OwnLoss(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean((y - y_pred) ** 4)


class OwnStep(keras.Model):
    def train_step(self, data):
        x, y, *_ = data
        with tf.GradientTape() as tape:
            loss = ops.mean(ops.abs(y - self(x, training=True)))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


class Noise(layers.Layer):
    def call(self, x):
        return x + tf.random.normal(tf.shape(x), dtype=x.dtype)


class Penalty(layers.Layer):
    def call(self, x):
        self.add_loss(0.1 * ops.mean(ops.square(x)))
        return x


def normalization():
    layer = layers.Normalization()
    layer.adapt(x)
    return layer


def without_decay_of_biases():
    optimizer = keras.optimizers.AdamW(0.05, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def frozen_dropout():
    block = keras.Sequential([keras.Input((2,)), hidden(), layers.Dropout(0.5)])
    block.trainable = False
    return sequential(block, one())


def nested():
    return sequential(keras.Sequential([keras.Input((2,)), hidden(kernel_regularizer="l2")]), one())


def time_series(*parts):
    return sequential(layers.Reshape((2, 1)), *parts)


SAME, RANDOM = "same", "random or keeps a state|outputs are random"
NOT_SQUARES, MIXES, XLA = 'needs loss="mse"', "treat each weight by itself", "cannot be compiled"
FIXED, TRAIN_STEP = "Constraints are kept", "train_step of its own"
# A model: what fit_full_batch, train_ensemble, L-BFGS and Levenberg-Marquardt do with it.
CASES = {
    "a chain": (lambda: sequential(hidden(), one()), SAME, SAME, SAME, SAME),
    "operations between layers": (lambda: functional(lambda i: one()(ops.sin(layers.Dense(3)(i)))), *[SAME] * 4),
    "a skip": (lambda: functional(lambda i: one()(hidden(2)(i) + i)), *[SAME] * 4),
    "squared inputs": (lambda: functional(lambda i: one()(ops.square(i))), *[SAME] * 4),
    "a loss of columns": (lambda: sequential(hidden(), layers.Dense(2), loss=two_pinballs), *[SAME] * 3, NOT_SQUARES),
    "a loss of the batch": (
        lambda: sequential(hidden(), one(), loss=lambda y, ŷ: ops.square(y - ŷ - 0.5 * ops.mean(y - ŷ))),
        *[SAME] * 3,
        NOT_SQUARES,
    ),
    "an activation of the batch": (
        lambda: sequential(hidden(activation=lambda z: ops.tanh(z - 0.5 * ops.mean(z, axis=0))), one()),
        *[SAME] * 3,
        NOT_SQUARES,
    ),
    "loss weights": (lambda: sequential(hidden(), one(), loss_weights=[3.0]), *[SAME] * 3, NOT_SQUARES),
    "compute_loss": (lambda: functional(lambda i: one()(hidden()(i)), OwnLoss), *[SAME] * 3, NOT_SQUARES),
    "a loss that calls itself": (lambda: sequential(hidden(), one(), loss=CallsItself()), *[SAME] * 3, NOT_SQUARES),
    "a scaled loss": (
        lambda: sequential(hidden(), one(), optimizer=SGD(0.1, loss_scale_factor=8.0)),
        *[SAME] * 4,
    ),
    "weight decay with exceptions": (
        lambda: sequential(hidden(bias_initializer="ones"), one(), optimizer=without_decay_of_biases()),
        *[SAME] * 4,
    ),
    "a train_step of its own": (lambda: functional(lambda i: one()(hidden()(i)), OwnStep), *[TRAIN_STEP] * 4),
    "Python at each step": (lambda: sequential(hidden(), one(), run_eagerly=True), *["run_eagerly=True"] * 4),
    "a loss called sparse": (lambda: sequential(hidden(), one(), loss=named_sparse), *[SAME] * 4),
    "PReLU as an activation": (lambda: sequential(hidden(activation=layers.PReLU()), one()), *[SAME] * 4),
    "LeakyReLU": (lambda: sequential(layers.Dense(3), layers.LeakyReLU(), one()), *[SAME] * 4),
    "Normalization": (lambda: sequential(normalization(), hidden(), one()), *[SAME] * 4),
    "a softmax inside": (lambda: sequential(hidden(), layers.Dense(3, "softmax"), one()), *[SAME] * 4),
    "Dropout": (lambda: sequential(hidden(), layers.Dropout(0.5), one()), *[RANDOM] * 4),
    "Dropout in a frozen block": (frozen_dropout, *[RANDOM] * 4),
    "BatchNormalization": (lambda: sequential(hidden(), layers.BatchNormalization(), one()), *[RANDOM] * 4),
    "noise": (lambda: sequential(hidden(), Noise(), one()), *[RANDOM] * 4),
    "constraints": (
        lambda: sequential(hidden(kernel_constraint=keras.constraints.MaxNorm(0.5)), one()),
        SAME,
        SAME,
        FIXED,
        FIXED,
    ),
    "an added loss": (lambda: sequential(hidden(), Penalty(), one()), *[SAME] * 3, NOT_SQUARES),
    "regularisers": (
        lambda: sequential(hidden(kernel_regularizer="l2", activity_regularizer="l2"), one()),
        *[SAME] * 3,
        NOT_SQUARES,
    ),
    "a nested regulariser": (nested, *[SAME] * 3, NOT_SQUARES),
    "a sum": (
        lambda: sequential(hidden(), one(), loss=keras.losses.MeanSquaredError(reduction="sum", dtype="float64")),
        *[SAME] * 3,
        NOT_SQUARES,
    ),
    "no reduction": (
        lambda: sequential(hidden(), one(), loss=keras.losses.MeanSquaredError(reduction="none", dtype="float64")),
        *["should be one number, not of shape"] * 4,
    ),
    "one loss in a list, no metrics in a list": (
        lambda: sequential(hidden(), one(), loss=["mse"], metrics=[]),
        *[SAME] * 4,
    ),
    "clipping by norm": (
        lambda: sequential(hidden(), one(), optimizer=SGD(0.1, clipnorm=0.01)),
        SAME,
        MIXES,
        SAME,
        SAME,
    ),
    "clipping by value": (lambda: sequential(hidden(), one(), optimizer=SGD(0.1, clipvalue=0.01)), *[SAME] * 4),
    "weights of zero": (lambda: sequential(hidden(kernel_initializer="zeros"), one()), *[SAME] * 4),
    "a recurrent layer": (lambda: time_series(layers.SimpleRNN(3), one()), SAME, XLA, SAME, SAME),
    "a convolution": (lambda: time_series(layers.Conv1D(3, 2), layers.Flatten(), one()), *[SAME] * 4),
}


def by_full_batch(model):
    return fit_full_batch(model, x, y, 6).history["loss"]


def by_ensemble(model):
    members = [np.stack([w, 0.9 * w + 0.01, w]) for w in model.get_weights()]
    ensemble = train_ensemble(model, x, y, 6, members)
    np.testing.assert_allclose(ensemble.predict(x), ensemble.outputs, atol=1e-9)
    np.testing.assert_allclose(ensemble.member(2)(x), ensemble.outputs[2], atol=1e-9)
    model.set_weights([w[2] for w in ensemble.weights])


@pytest.mark.parametrize("name", CASES)
def test_steps_are_those_of_fit_or_refused(name):
    make, by_steps, in_company, *_ = CASES[name]
    model = make()
    model(x[:1])  # makes the last weights
    start = model.get_weights()
    for train, outcome in ((by_full_batch, by_steps), (by_ensemble, in_company)):
        fast = make()
        fast(x[:1])
        fast.set_weights(start)
        if outcome == SAME:
            plain = make()
            plain(x[:1])
            plain.set_weights(start)
            losses = plain.fit(x, y, batch_size=12, epochs=6, shuffle=False, verbose=0).history["loss"]
            found = train(fast)
            for a, b in zip(fast.get_weights(), plain.get_weights(), strict=True):
                np.testing.assert_allclose(a, b, rtol=0, atol=1e-9)
            if found:
                np.testing.assert_allclose(found, losses, rtol=1e-8)
        else:
            with pytest.raises(ValueError, match=outcome):
                train(fast)
            for a, b in zip(fast.get_weights(), start, strict=True):
                np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CASES)
def test_what_second_order_methods_lower_is_the_loss_of_keras(name):
    make, *_, by_lbfgs, by_squares = CASES[name]
    for method, outcome in (("L-BFGS", by_lbfgs), ("Levenberg-Marquardt", by_squares)):
        model = make()
        model(x[:1])
        if outcome == SAME:
            losses = [float(model.evaluate(x, y, verbose=0))]
            history = minimize(model, x, y, method, 12).history["loss"]
            losses.append(float(model.evaluate(x, y, verbose=0)))
            np.testing.assert_allclose([history[0], history[-1]], losses, rtol=1e-7)
            assert losses[1] < losses[0]
        else:
            with pytest.raises(ValueError, match=outcome):
                minimize(model, x, y, method, 12)


def test_a_loss_that_is_another_one_when_compiled_is_refused():
    def loss(y, ŷ):
        return ops.square(y - ŷ) * (1.0 if tf.executing_eagerly() else 1.001)

    for train in (by_full_batch, by_ensemble):
        model = sequential(hidden(), one(), loss=loss)
        before = model.get_weights()
        with pytest.raises(ValueError, match="The loss of this loop and that of model.fit differ"):
            train(model)
        for a, b in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_state_that_the_loss_keeps_is_refused():
    calls = tf.Variable(0.0, dtype="float64", trainable=False, name="calls")

    def counting(y, ŷ):
        calls.assign_add(1.0)
        return ops.square(y - ŷ) * (1.0 + tf.cast(calls > 20, ŷ.dtype))

    for train in (by_full_batch, by_ensemble):
        with pytest.raises(ValueError, match="changes the variable 'calls', which is not followed here"):
            train(sequential(hidden(), one(), loss=counting))


@pytest.mark.parametrize("shape", [(12,), (12, 1), (12, 3)])
def test_losses_of_ones_own_get_targets_as_fit_hands_them_over(shape):
    targets = np.random.default_rng(1).integers(0, 3, shape).astype(float)

    def loss(y, ŷ):
        return ops.mean(ops.square(ops.expand_dims(y, -1) - ops.expand_dims(ŷ, 1)))

    start = sequential(hidden(), layers.Dense(3), loss=loss).get_weights()
    plain, fast = (sequential(hidden(), layers.Dense(3), loss=loss) for _ in range(2))
    for model in (plain, fast):
        model.set_weights(start)
    plain.fit(x, targets, batch_size=12, epochs=3, shuffle=False, verbose=0)
    ensemble = train_ensemble(fast, x, targets, 3, [w[None] for w in start])
    fit_full_batch(fast, x, targets, 3)
    for a, b, c in zip(plain.get_weights(), fast.get_weights(), ensemble.weights, strict=True):
        np.testing.assert_allclose([b, c[0]], [a, a], rtol=0, atol=1e-10)


# The comparison itself


def compared(theirs, ours, start=(1.0, 0.0), dtype="float64", slopes=(1.0, 1.0), losses=(0.5, 0.5)):
    """`agree` for one variable that both sides change by functions of its value; also that everything is put back."""
    variable, state = tf.Variable(np.array(start), dtype=dtype, name="weight"), tf.Variable(3.0)

    def step(change, loss):
        def do():
            state.assign_add(1)
            variable.assign_add(np.asarray(change(variable.numpy().astype(float)), dtype))
            return loss

        return do

    try:
        agree([variable], [state], step(theirs, losses[0]), step(ours, losses[1]), lambda: [np.array(slopes)])
    finally:
        np.testing.assert_array_equal(variable, np.array(start, dtype))
        assert state.numpy() == 3


def test_equal_steps_agree():
    compared(lambda w: -0.1 * w, lambda w: -0.1 * w)
    compared(lambda w: -0.1 * w, lambda w: -0.1 * w * (1 + 1e-12))
    compared(lambda w: -0.1 * w, lambda w: -0.1 * w * (1 + 1e-5), dtype="float32")


@pytest.mark.parametrize("dtype, by", [("float64", 1e-6), ("float32", 1e-2)])
def test_a_small_difference_is_named(dtype, by):
    with pytest.raises(ValueError, match="differ in weight.*Use model.fit"):
        compared(lambda w: -0.1 * w, lambda w: -0.1 * w * (1 + by), dtype=dtype)


def test_a_difference_where_a_weight_is_not_zero_is_found_from_a_start_at_zero():
    with pytest.raises(ValueError, match="differ in weight"):
        compared(lambda w: -0.1 * w, lambda w: -0.1 * w - 0.01 * w**2, start=(0.0, 0.0))


def test_another_loss_is_named():
    compared(lambda w: -0.1 * w, lambda w: -0.1 * w, losses=(0.5, 0.5 + 1e-12))
    for found in (0.5 + 1e-5, np.nan):
        with pytest.raises(ValueError, match="The loss of this loop and that of model.fit differ, .* and 0.5: "):
            compared(lambda w: -0.1 * w, lambda w: -0.1 * w, losses=(0.5, found))


def test_a_random_step_is_called_random():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="A step of fit is random"):
        compared(lambda w: rng.normal(size=2), lambda w: rng.normal(size=2))


def test_a_step_that_amplifies_rounding_agrees_but_not_a_wrong_one():
    def amplified(w):  # the last digits of w decide about the fifth digit of the step
        return np.cos(w) + 1e-5 * np.sin(1e15 * w)

    compared(amplified, lambda w: amplified(w * (1 + 1e-15)))
    with pytest.raises(ValueError, match="differ in weight"):
        compared(amplified, lambda w: 1.5 * amplified(w))


def test_where_the_slope_is_zero_up_to_rounding_nothing_is_compared():
    compared(lambda w: [0.1, 0.0], lambda w: [0.1, 0.05], slopes=(1.0, 1e-17))
    with pytest.raises(ValueError, match="differ in weight"):
        compared(lambda w: [0.1, 0.0], lambda w: [0.1, 0.05], slopes=(1.0, 1e-3))


def test_outside_the_domain_of_the_loss_nothing_is_compared():
    compared(lambda w: [0.1, 0.1], lambda w: [0.0, 0.0], losses=(np.nan, np.nan))
    compared(lambda w: np.where(w == [1, 0], -0.1, np.nan), lambda w: [-0.1, -0.1])
    with pytest.raises(ValueError, match="differ in weight"):
        compared(lambda w: np.where(w == [1, 0], -0.1, np.nan), lambda w: [-0.2, -0.1])
