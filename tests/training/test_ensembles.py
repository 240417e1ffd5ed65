"""Ensembles against Keras's own `fit`, member by member."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
from small_models import SGD, Adam, X, Y, compiled, decaying, float64, layers, network, plain_fit, same_weights, squares  # noqa: F401

from gates_to_flows.training import Ensemble, ensembles, fit_full_batch, train_ensemble


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
    monkeypatch.setattr(ensembles, "_CHUNK", 7)
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


def test_losses_see_one_member_and_members_may_have_their_own_data_weights_and_rates():
    rng = np.random.default_rng(3)
    data = rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 1)), rng.uniform(size=(3, 5))
    rates = np.array([0.01, 0.05, 0.2])

    def unlike(y, ŷ):  # not an average over samples
        return keras.ops.square(y - ŷ - 0.3 * keras.ops.mean(y, axis=0))

    for schedule in (lambda rate: rate, lambda rate: keras.optimizers.schedules.ExponentialDecay(rate, 5, 0.5)):
        template = network(Adam(schedule(1.0)), loss=unlike)
        weights = starts(template, 3)
        ensemble = train_ensemble(
            template, data[0], data[1], 15, weights, sample_weight=data[2], learning_rate=rates, every=5
        )
        shared = train_ensemble(template, data[0][1], data[1][1], 15, weights, sample_weight=data[2][1])
        for i, rate in enumerate(rates):
            alone = network(Adam(schedule(float(rate))), loss=unlike)
            alone.set_weights([w[i] for w in weights])
            alone.fit(data[0][i], data[1][i], 5, 15, sample_weight=data[2][i], shuffle=False, verbose=0)
            same_weights(ensemble.member(i), alone, 1e-6)  # schedules are computed in float32
        alone = network(Adam(schedule(1.0)), loss=unlike)
        alone.set_weights([w[2] for w in weights])
        alone.fit(data[0][1], data[1][1], 5, 15, sample_weight=data[2][1], shuffle=False, verbose=0)
        same_weights(shared.member(2), alone, 1e-6)
        assert ensemble.history_outputs.shape == (3, 3, 5, 1)


def test_validation_losses_are_those_of_evaluate():
    x, y = np.random.default_rng(4).normal(size=(2, 7, 2))
    template = network(Adam(0.05), kernel_regularizer="l2", d_out=2)
    weights, targets = starts(template, 2), np.hstack([Y, 1 - Y])
    ensemble = train_ensemble(template, X, targets, 30, weights, every=10, validation_data=(x, y))
    for record, steps in enumerate((10, 20, 30)):
        short = train_ensemble(template, X, targets, steps, weights)
        for i in range(2):
            member = short.member(i)
            member.compile(loss="mse")
            member.layers[0].kernel_regularizer = template.layers[0].kernel_regularizer
            np.testing.assert_allclose(
                ensemble.history_val_loss[record, i], member.evaluate(x, y, verbose=0), rtol=1e-9
            )


def test_many_members_are_trained_in_blocks_as_they_are_together(monkeypatch):
    template = network(SGD(0.1, momentum=0.9))
    weights, rates = starts(template, 11), np.linspace(0.01, 0.3, 11)
    settings = {"every": 5, "learning_rate": rates, "validation_data": (X[:3], Y[:3])}
    whole = train_ensemble(template, X, Y, 12, weights, **settings)
    monkeypatch.setattr(ensembles, "_NUMBERS", 48)
    monkeypatch.setattr(ensembles, "_FEWEST", 2)
    parts = train_ensemble(template, X, Y, 12, weights, **settings)
    for name in ("loss", "outputs", "history_steps", "history_loss", "history_outputs", "history_val_loss"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-10)
    for a, b in zip(parts.weights, whole.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10)


def test_wide_layers_take_another_way_to_the_same_weights():
    template = network(Adam(0.01), width=70)
    weights = starts(template, 2)
    ensemble = train_ensemble(template, X, Y, 10, weights)
    template.set_weights([w[1] for w in weights])
    plain_fit(template, 10)
    same_weights(ensemble.member(1), template)


def twice(z):
    return 2 * z


def test_members_of_models_with_functions_of_ones_own():
    template = compiled(layers.Dense(3, twice), layers.Dense(1, lambda z: z + 1), loss=lambda y, ŷ: (y - ŷ) ** 2)
    ensemble = train_ensemble(template, X, Y, 3, starts(template, 2))
    np.testing.assert_allclose(ensemble.member(1)(X), ensemble.outputs[1], atol=1e-12)
    np.testing.assert_allclose(ensemble.predict(X), ensemble.outputs, atol=1e-12)
    assert not ensemble.member(0).compiled and template.compiled


def shared_layer():
    inputs, dense = keras.Input((2,)), layers.Dense(2, "tanh")
    model = keras.Model(inputs, layers.Dense(1)(dense(dense(inputs))))
    model.compile("sgd", "mse")
    return model


def test_a_layer_used_twice():
    fast, plain = shared_layer(), shared_layer()
    plain.set_weights(fast.get_weights())
    ensemble = train_ensemble(fast, X, Y, 5, [w[None] for w in fast.get_weights()])
    plain_fit(plain, 5)
    same_weights(ensemble.member(0), plain)


def test_a_template_keeps_its_weights_and_its_optimiser_when_the_ensemble_is_refused():
    template = compiled(layers.Dense(2), layers.Dropout(0.5), layers.Dense(1))
    before, optimizer = template.get_weights(), template.optimizer
    with pytest.raises(ValueError, match="is random"):
        train_ensemble(template, X, Y, 3, starts(template, 2))
    assert template.optimizer is optimizer and not optimizer.built
    for a, b in zip(template.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_ensemble_refusals():
    for optimizer in (SGD(clipnorm=1.0), SGD(global_clipnorm=1.0), keras.optimizers.Lamb(), SGD(use_ema=True)):
        model = compiled(layers.Dense(1), optimizer=optimizer)
        with pytest.raises(ValueError, match="treat each weight by itself.*without clipnorm"):
            train_ensemble(model, X, Y, 3, starts(model, 2))
    model = network()
    good = starts(model, 2)
    for weights in ([], good[:-1], [good[0][:1], *good[1:]], [w[0] for w in good], None, good[0], model.weights[0]):
        with pytest.raises(ValueError, match="weights should have the shapes"):
            train_ensemble(model, X, Y, 3, weights)
    with pytest.raises(ValueError, match="not a list for each member: .*np.stack"):
        train_ensemble(model, X, Y, 3, [model.get_weights(), model.get_weights()])
    for settings, message in [
        ({"every": 0}, "every should be a positive integer"),
        ({"every": 4}, "every should be at most steps, which is 3, not 4"),
        ({"learning_rate": 0.1}, "learning_rate should have at least one row"),
        ({"learning_rate": [0.1, 0.2, 0.3]}, "should hold 2 positive numbers, one a member"),
        ({"learning_rate": [0.1, -0.2]}, "should hold 2 positive numbers"),
        ({"sample_weight": [1, 2]}, r"sample_weight should have the shape \(4,\), one number per sample, not \(2,\)"),
        ({"sample_weight": np.ones((2, 3))}, r"the shape \(2, 4\)"),
        ({"sample_weight": [0, 0, 0, 0]}, "at least 0, not all of them 0"),
        ({"validation_data": X}, r"validation_data should be a pair \(x, y\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            train_ensemble(model, X, Y, 3, good, **settings)
    model.compile(SGD(keras.optimizers.schedules.CosineDecay(1, 10)), "mse")
    with pytest.raises(ValueError, match="schedule begins at .*1.* and cannot be scaled .* let it begin at 1.0"):
        train_ensemble(model, X, Y, 3, good, learning_rate=[0.1, 0.2])
    with pytest.raises(ValueError, match=r"x has shape \(4, 1\)"):
        train_ensemble(network(), X, Y, 3, good).predict(X[:, :1])


class TwiceInTraining(layers.Layer):
    def call(self, x, training=None):
        return 2 * x if training else x


def test_validation_is_not_training():
    template = compiled(layers.Dense(1), TwiceInTraining())
    weights = starts(template, 2)
    ensemble = train_ensemble(template, X, Y, 1, weights, every=1, validation_data=(X, Y))
    for i in range(2):
        template.set_weights([w[i] for w in ensemble.weights])
        np.testing.assert_allclose(ensemble.history_val_loss[0, i], template.evaluate(X, Y, verbose=0))


def test_members_with_a_nested_normalization():
    norm = layers.Normalization()
    norm.adapt(X + 3)
    template = compiled(keras.Sequential([keras.Input((2,)), norm, layers.Dense(2, "tanh")]), layers.Dense(1))
    ensemble = train_ensemble(template, X, Y, 3, [np.stack([w, w]) for w in template.get_weights()])
    np.testing.assert_allclose(ensemble.member(1)(X), ensemble.outputs[1], atol=1e-10)


def test_weight_decay_of_later_exceptions():
    losses = []
    for spared in ([], ["bias"]):
        template = network(keras.optimizers.AdamW(0.05, weight_decay=0.5), bias_initializer="ones")
        weights = starts(template, 2)
        if not spared:
            train_ensemble(template, X, Y, 2, weights)
        template.optimizer.exclude_from_weight_decay(var_names=["bias"])
        losses.append(train_ensemble(template, X, Y, 9, weights).loss)
    np.testing.assert_array_equal(*losses)


def test_targets_of_each_member_need_all_their_axes():
    template = network(loss=lambda y, ŷ: keras.ops.square(y - ŷ))
    with pytest.raises(ValueError, match="x has 4 rows and y has 3"):
        train_ensemble(template, X, np.ones((3, 4)), 2, starts(template, 3))
