"""Weights that belong to no Keras model, trained by a Keras optimiser."""

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.preconditions import first_line, numbers, positive_integer


def train_weights(loss, weights, steps, optimizer):
    """Lower loss(θ, k) by a Keras optimiser, in one compiled loop.

    Parameters: loss(θ, k), a TensorFlow function of a list of tensors shaped like `weights` and of the number k of the step,
    from 0, which may choose the data; it gives a scalar, or (members,) of which each step lowers the sum; weights, a list of
    arrays of numbers; steps, how many; optimizer, a keras.optimizers.Optimizer, which stays as it is: the loop takes a fresh
    one of its settings.
    Returns: the weights, a list of arrays of float64, and the losses (steps,) or (steps, members), each before its step.
    Raises TypeError for weights that are no numbers and for no optimiser, ValueError for a loss that fails, cannot be
    compiled, has another shape, or does not depend on some of the weights. A loss that becomes NaN ends nothing.
    Taught in notebook 13.
    """
    steps = positive_integer(steps, "steps")
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise TypeError(f"optimizer should be one of keras.optimizers, such as Adam(0.01), not {optimizer!r}.")
    variables = [keras.Variable(numbers(w, f"weights[{i}]"), dtype="float64") for i, w in enumerate(weights)]
    optimizer = type(optimizer).from_config(optimizer.get_config())
    optimizer.build(variables)

    def losses_and_slopes(k):
        θ = [tf.convert_to_tensor(v) for v in variables]
        with tf.GradientTape() as tape:
            tape.watch(θ)
            each = tf.convert_to_tensor(loss(θ, k))
            total = tf.reduce_sum(each)
        return each, tape.gradient(total, θ)

    try:
        each, slopes = losses_and_slopes(tf.constant(0))
    except Exception as error:
        raise ValueError(f"The loss fails at the start: {first_line(error)}") from error
    if each.shape.rank > 1 or each.dtype != "float64":
        raise ValueError(
            f"The loss should be a scalar or of shape (members,), of type float64, not {each.dtype.name} {tuple(each.shape)}."
        )
    idle = [i for i, slope in enumerate(slopes) if slope is None]
    if idle:
        raise ValueError(f"The loss does not depend on weights[{idle[0]}], which would not move: leave it out.")

    @tf.function(jit_compile=True, autograph=False)
    def run():
        def body(k, losses):
            each, slopes = losses_and_slopes(k)
            optimizer.apply(slopes, variables)
            return k + 1, losses.write(k, each)

        losses = tf.TensorArray("float64", steps, element_shape=each.shape)
        return tf.while_loop(lambda k, _: k < steps, body, (0, losses))[1].stack()

    try:
        compiled = run.get_concrete_function()
        losses = compiled().numpy()
    except Exception as error:
        raise ValueError(f"The loss or the optimiser cannot be compiled: {first_line(error)}") from error
    return [np.asarray(v) for v in variables], losses
