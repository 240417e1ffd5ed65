"""Full-batch training of one model in one compiled loop."""

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.agreement import CompiledLoop, agree, slopes_of, steady, step_of_fit
from gates_to_flows.training.preconditions import checked, history_of, kept, pair, positive_integer, variable_list

_CHUNK = 2000  # the most steps in one call of a compiled loop


def fit_full_batch(
    model, x, y, steps, *, sample_weight=None, variables=(), validation_data=None, callbacks=(), every=100
):
    """Train a compiled Keras model on all samples at once, like `fit` with one batch, thousands of times faster.

    Parameters: model, Sequential or functional with one input, one output and Keras's own train_step, without metrics,
    random layers and layers that keep a state (BatchNormalization); x (n, …) inputs; y (n, …) targets, in the form that
    the loss asks for; steps, the number of updates; sample_weight (n,), as in `fit`; variables, a list of tf.Variable or
    Keras variables outside the model that the loss reads and that are trained with it; validation_data, (x, y) whose loss
    is taken after each `every` steps; callbacks, Keras callbacks that are told of each `every` steps as of an epoch, and
    may stop training.
    Returns: keras.callbacks.History; history["loss"] holds `steps` floats, each the loss before its update, and
    history["val_loss"] one float after each `every` steps.
    A second call goes on where the first ended, optimiser included. The loop is compiled once per `model.compile` and
    number of samples, whatever the number of steps. Before it first trains, two of its steps are compared with `fit`'s.
    Raises ValueError if model and data do not fit or a step differs from that of `fit`, TypeError if x or y does not hold
    numbers, and FloatingPointError if loss or weights become NaN or infinite; the weights are then as before that step.
    Taught in notebook 2.
    """
    x, y, sample_weight = checked(model, x, y, sample_weight)
    steps, every, variables = (
        positive_integer(steps, "steps"),
        positive_integer(every, "every"),
        variable_list(variables, model.weights),
    )
    callbacks = keras.tree.flatten(callbacks)
    if not all(isinstance(c, keras.callbacks.Callback) for c in callbacks):
        raise TypeError("callbacks should be a list of Keras callbacks.")
    watched = validation_data is not None or callbacks
    validation = None if validation_data is None else _validation(model, validation_data)
    run = kept(
        model,
        "_fit_full_batch",
        (model._compile_loss, model.optimizer, *model.trainable_variables, *variables),
        (sample_weight is None, x.shape[1:], y.shape[1:]),
        lambda: _make_loop(model, x, y, sample_weight, variables),
    )
    losses, records = [], keras.callbacks.History()
    told = keras.callbacks.CallbackList([*callbacks, records], model=model, epochs=-(-steps // every), steps=every)
    model.stop_training = False
    told.on_train_begin()
    while len(losses) < steps and not model.stop_training:
        epoch = len(losses) // every
        told.on_epoch_begin(epoch)
        until = min(steps, (epoch + 1) * every) if watched else steps
        for size in run.paced(until - len(losses), _CHUNK):
            chunk, done, finite = run(x, y, sample_weight, size)
            losses.extend(chunk.numpy()[: int(done)].tolist())
            if not finite:
                raise FloatingPointError(_divergence(losses, steps, model))
        logs = {"loss": losses[-1]}
        if validation and len(losses) % every == 0:
            logs["val_loss"] = float(validation())
        told.on_epoch_end(epoch, logs)
    # As `fit` does: weight averages, if asked for.
    model.optimizer.finalize_variable_values([*model.trainable_variables, *variables])
    told.on_train_end()
    history = history_of(losses, model)
    history.history = records.history | history.history  # what callbacks add to their logs, and all losses
    return history


def _divergence(losses, steps, model):
    if not np.isfinite(losses[-1]):
        what = f"The loss is {losses[-1]}"
    else:
        what = f"The loss is {losses[-1]:.3g}, but its gradient is NaN or infinite"
    advice = (
        "before any update of this call: the learning rate is not to blame, but the weights, x, y or the loss"
        if len(losses) == 1
        else "start again with a smaller learning rate"
    )
    return (
        f"{what} at step {len(losses)} of {steps}, counted from 1; the weights are left as they were before this step: "
        f"{advice}."
    )


def _validation(model, data):
    x, y, _ = checked(model, *pair(data))

    @tf.function(autograph=False)
    def loss():
        return model.compute_loss(x, y, model(x, training=False), training=False)

    return loss.get_concrete_function()


def _make_loop(model, x, y, sample_weight, variables):
    """The compiled loop of `fit_full_batch`: at most `_CHUNK` steps, fewer if something is not finite."""
    if model.optimizer is None:
        raise ValueError("The model is compiled without an optimiser: call model.compile(optimizer=…, loss=…) first.")
    steady(model, x, y, sample_weight, variables)
    optimizer, trained = model.optimizer, [*model.trainable_variables, *variables]
    if not optimizer.built:
        optimizer.build(trained)  # variables cannot be made inside a compiled function
    if {id(v) for v in trained} - {id(v) for v in optimizer._trainable_variables}:
        raise ValueError(
            "The optimiser was made for other weights: some were unfrozen or added since. Call model.compile again."
        )
    state = [*trained, *optimizer.variables]

    @tf.function(jit_compile=True, autograph=False)
    def run(x, y, sample_weight, steps):
        def body(step, losses, _):
            before = [tf.identity(v) for v in state]
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x, y, model(x, training=True), sample_weight)
                scaled = optimizer.scale_loss(loss)
            optimizer.apply(tape.gradient(scaled, trained), trained)
            finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(v)) for v in (loss, *trained)])
            for variable, old in zip(state, before, strict=True):
                variable.assign(tf.where(finite, variable, old))
            return step + 1, losses.write(step, loss), finite

        start = (0, tf.TensorArray(x.dtype, _CHUNK, element_shape=()), True)
        done, losses, finite = tf.while_loop(lambda step, _, finite: finite & (step < steps), body, start)
        return losses.stack(), done, finite

    rows = [v if v is None else tf.TensorSpec((None, *v.shape[1:]), v.dtype) for v in (x, y, sample_weight)]
    run = CompiledLoop(run, rows, x, y, sample_weight)
    theirs = step_of_fit(model, x, y, sample_weight, variables)
    with run.stateless([*model.variables, *state]):
        agree(
            trained,
            optimizer.variables,
            theirs,
            lambda: run.once()[0][0],
            slopes_of(model, x, y, sample_weight, trained),
        )
    return run
