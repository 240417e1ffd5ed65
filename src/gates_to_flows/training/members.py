"""One model with the weights of many members: their losses, outputs and gradients, each as if the member were alone.

Weights have their members on the last axis, outputs and losses on the first.
"""

import inspect
import random

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.preconditions import first_line, kept

# Sums over broadcasts beat matrix products where layers have at most so many weights and there are so many members.
_NARROW, _MANY = 128, 100


def losses_and_gradients(model, weights, own, scale, x, y, sample_weight, training=True):
    """Losses (M,), outputs (M, n, …) and the gradients of scale(loss), for the trainable ones among `weights` (…, M).

    Parameters: own, three flags: whether x, y and sample_weight have an axis of members in front; scale, what the
    optimiser does to a loss. Loss, layers and regularisers see one member at a time.
    """
    data = x, y, sample_weight

    def mine(own_data):
        own_data = iter(own_data)
        return [next(own_data) if flag else d for d, flag in zip(data, own, strict=True)]

    own_data = [d for d, flag in zip(data, own, strict=True) if flag]
    trained = [w for w, v in zip(weights, model.weights, strict=True) if v.trainable]
    if weights[0].shape[-1] >= _MANY and is_narrow(model):

        def loss_and_slope(member):
            outputs, own_data = member
            x, y, sample_weight = mine(own_data)
            with tf.GradientTape() as tape:
                tape.watch(outputs)
                loss = model.compute_loss(x, y, outputs, sample_weight)
                scaled = scale(loss)
            return loss, tape.gradient(scaled, outputs)

        with tf.GradientTape() as tape:
            tape.watch(trained)
            outputs = _chain(model, weights, x if own[0] else x[None])
        losses, slopes = tf.vectorized_map(loss_and_slope, (outputs, own_data))
        return losses, outputs, tape.gradient(outputs, trained, slopes)

    def loss_outputs_and_gradients(member):
        weights, own_data = member
        x, y, sample_weight = mine(own_data)
        trained = [w for w, v in zip(weights, model.weights, strict=True) if v.trainable]
        scope = keras.StatelessScope(list(zip(model.weights, weights, strict=True)), collect_losses=True)
        with scope, tf.GradientTape() as tape:
            tape.watch(trained)
            outputs = model(x, training=training)
            loss = model.compute_loss(x, y, outputs, sample_weight)
            scaled = scale(loss)
        return loss, outputs, tape.gradient(scaled, trained, unconnected_gradients="zero")

    stacked = [_members_first(w) for w in weights]
    losses, outputs, gradients = tf.vectorized_map(loss_outputs_and_gradients, (stacked, own_data))
    return losses, outputs, [_members_last(g) for g in gradients]


def is_narrow(model):
    """True for a plain chain of Dense and Activation layers, none of them wide, whose members are best on the last axis."""
    chain = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    plain = all(
        type(layer) in (keras.layers.Dense, keras.layers.Activation)
        and inspect.isfunction(layer.activation)
        and layer.activation.__module__.startswith("keras.")  # others may look at more than one row
        and not layer.activity_regularizer
        for layer in chain
    )
    if not plain or len(model.input_shape) != 2 or any(v.regularizer for v in model.weights):
        return False
    if max(int(np.prod(v.shape)) for v in model.weights) > _NARROW:
        return False
    with tf.init_scope():
        x = tf.constant(np.random.default_rng(0).normal(size=(3, model.input_shape[1])), model.weights[0].dtype)
        return np.allclose(_chain(model, [v.value[..., None] for v in model.weights], x[None])[0], model(x), atol=1e-5)


def _chain(model, weights, x):
    """Outputs (M, n, d) of a chain. Products are written as broadcasts and sums: XLA makes one loop over members of it."""
    h, weights = tf.transpose(x, (1, 2, 0)), iter(weights)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            h = tf.reduce_sum(h[:, :, None] * next(weights), axis=1)
            h = h + next(weights) if layer.use_bias else h
        if hasattr(layer, "activation"):
            # Softmax works along the last axis: lend it the usual order, which costs nothing under XLA.
            h = _members_last(layer.activation(_members_first(h)))
    return _members_first(h)


def each_alone(function, weights):
    """function(w) of each member's own weights w (…), for weights (…, M)."""
    return _members_last(tf.vectorized_map(function, _members_first(tf.convert_to_tensor(weights))))


def _members_first(w):
    return tf.transpose(w, (w.shape.rank - 1, *range(w.shape.rank - 1)))


def _members_last(w):
    return tf.transpose(w, (*range(1, w.shape.rank), 0))


def outputs_of(model, weights, x):
    """Outputs (M, n, …) of a model for weights with a leading axis of members, as NumPy's."""

    def make():
        @tf.function(autograph=False)
        def outputs(weights, x):
            def one(weights):
                return model.stateless_call(weights[: len(trained)], weights[len(trained) :], x, training=False)[0]

            return tf.vectorized_map(one, weights)

        specs = [tf.TensorSpec((None, *v.shape), v.dtype) for v in ordered]
        return outputs.get_concrete_function(specs, tf.TensorSpec((None, *x.shape[1:]), x.dtype))

    trained, fixed = model.trainable_variables, model.non_trainable_variables
    ordered, given = [*trained, *fixed], {id(v): w for v, w in zip(model.weights, weights, strict=True)}
    members = len(weights[0])
    stacked = [given.get(id(v), np.broadcast_to(v.numpy(), (members, *v.shape))) for v in ordered]
    return kept(model, "_outputs_of", ordered, (), make)(stacked, x).numpy()


def copy_of(model):
    """A new model of the same structure, with weights at a start; nobody's random numbers are used up.

    Functions of your own, which Keras could not look up by name, are taken over.
    """

    def copy(layer):
        config = layer.get_config()
        functions = {k: getattr(layer, k) for k in config if inspect.isfunction(getattr(layer, k, None))}
        return type(layer).from_config(config | functions)

    compiled, model.compiled = model.compiled, False  # or the loss and the optimiser are looked up by name too
    state = random.getstate()  # where Keras takes its seeds from
    try:
        return keras.models.clone_model(model, clone_function=copy, recursive=True)
    except Exception as error:
        raise ValueError(f"Keras cannot copy this model: {first_line(error)}") from error
    finally:
        model.compiled = compiled
        random.setstate(state)
