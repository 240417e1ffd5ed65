"""Fast training of small Keras models: one model on all samples at once, or thousands of copies side by side.

For a network of ten weights, `fit` spends nearly all of its time on starting steps and epochs. These functions compile the
whole loop instead. The model is an ordinary compiled Keras model, before and after.
"""

from dataclasses import dataclass
from numbers import Real

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.functions import Target
from gates_to_flows.preconditions import checked, history_of, numbers, penalised, positive_integer, shaped
from gates_to_flows.second_order import levenberg_marquardt, minimize

__all__ = ["Ensemble", "fit_full_batch", "levenberg_marquardt", "minimize", "stop_at_max_error", "train_ensemble"]

_CHUNK = 1000  # steps in one call of a compiled loop: between two of them Ctrl-C and the test for NaN get their turn
_ELEMENTWISE = {"SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Nadam", "Ftrl", "Lion"}


def fit_full_batch(model, x, y, steps):
    """Train a compiled Keras model on all samples at once, like `fit` with one batch, thousands of times faster.

    Parameters: model, Sequential or functional with one input and one output, without metrics, random layers and layers
    that keep a state (BatchNormalization); x (n, …) inputs; y (n, …) targets; steps, the number of updates.
    Returns: keras.callbacks.History; history["loss"] holds `steps` floats, each the loss before its update.
    A second call goes on where the first ended, optimiser included. The loop is compiled once per `model.compile` and
    number of samples, whatever the number of steps.
    Raises ValueError if model and data do not fit, TypeError if x or y does not hold numbers, and FloatingPointError if
    the loss becomes NaN or infinite; the weights are then left as they were before that step.
    Taught in notebook 2.
    """
    x, y = checked(model, x, y)
    steps = positive_integer(steps, "steps")
    run = _compiled_once(
        model, "_fit_full_batch", (model._compile_loss, *model.trainable_variables), (), lambda: _make_loop(model, x, y)
    )
    losses = []
    for start in range(0, steps, _CHUNK):
        chunk, done = run(x, y, tf.constant(min(_CHUNK, steps - start)))
        losses.extend(chunk.numpy()[: int(done)].tolist())
        if not np.isfinite(losses[-1]):
            raise FloatingPointError(
                f"The loss is {losses[-1]} at step {len(losses)} of {steps}, counted from 1; the weights are left as "
                "they were before this step: start again with a smaller learning rate."
            )
    model.optimizer.finalize_variable_values(model.trainable_variables)  # as `fit` does: weight averages, if asked for
    return history_of(losses, model)


def _make_loop(model, x, y):
    """The compiled loop of `fit_full_batch`: at most `_CHUNK` steps, fewer if the loss is not finite."""
    variables, optimizer = model.trainable_variables, model.optimizer
    if not optimizer.built:
        optimizer.build(variables)  # variables cannot be made inside a compiled function

    @tf.function(jit_compile=True, autograph=False)
    def run(x, y, steps):
        def body(step, losses, finite):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x, y, model(x, training=True))
            gradients = tape.gradient(loss, variables)
            losses = tf.tensor_scatter_nd_update(losses, [[step]], [loss])
            finite = tf.math.is_finite(loss)
            tf.cond(finite, lambda: optimizer.apply(gradients, variables), lambda: None)
            return step + 1, losses, finite

        start = (0, tf.zeros(_CHUNK, x.dtype), True)
        done, losses, _ = tf.while_loop(lambda step, _, finite: finite & (step < steps), body, start)
        return losses, done

    return _concrete(run, x, y)


def _concrete(run, x, y):
    """`run(x, y, steps)` traced for any number of rows; a tf.function would warn on stderr when often made anew."""
    rows = [tf.TensorSpec((None, *values.shape[1:]), values.dtype) for values in (x, y)]
    return run.get_concrete_function(*rows, tf.TensorSpec((), tf.int32))


def _compiled_once(model, name, objects, settings, make):
    """What `make()` returned when objects and settings were last as now: compiling is dear, so the model keeps it."""
    key = (*map(id, objects), *settings)
    kept_key, function, _ = model.__dict__.get(name, (None, None, None))
    if kept_key != key:
        function = make()
        # Past Keras's own __setattr__, which would look for layers in it. Objects that are kept do not lose their id.
        model.__dict__[name] = key, function, objects
    return function


def stop_at_max_error(target, tolerance):
    """A Keras callback for `fit`: stop at the end of the first epoch with a max error of at most `tolerance`.

    Parameters: target, a `functions.Target`; tolerance, a positive number in the units of the target's values.
    The max error is the largest error on the target's dense grid. It joins the logs of each epoch as "max_error", so that
    history["max_error"] holds it; the callback's `max_error` is the last one, and `reached` says if it was small enough.
    At least one epoch is trained. If training ends before the tolerance is reached, one printed line says so.
    Raises TypeError for a target that is no Target or a tolerance that is no real number, ValueError for a tolerance that
    is not positive and finite, and before the first step for a model whose outputs are not those of a Target.
    Taught in notebook 7.
    """
    if not isinstance(target, Target):
        raise TypeError(f"target should be a Target of gates_to_flows.functions, not {target!r}.")
    if isinstance(tolerance, bool) or not isinstance(tolerance, Real):
        raise TypeError(f"tolerance should be a real number, not {tolerance!r}.")
    try:
        number = float(tolerance)
    except OverflowError:
        number = np.inf
    if not 0 < number < np.inf:
        raise ValueError(f"tolerance should be positive and finite, not {number:g}.")
    return _StopAtMaxError(target, number)


class _StopAtMaxError(keras.callbacks.Callback):
    def __init__(self, target, tolerance):
        super().__init__()
        self.target, self.tolerance, self.max_error = target, tolerance, None

    @property
    def reached(self):
        return self.max_error is not None and self.max_error <= self.tolerance

    def on_train_begin(self, logs=None):
        self.max_error = self.target.max_error(self.model)

    def on_epoch_end(self, epoch, logs=None):
        self.max_error = self.target.max_error(self.model)
        if logs is not None:
            logs["max_error"] = self.max_error
        if self.reached:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if not self.reached:
            print(
                f"The max error on {self.target.name} is {self.max_error:.3g} at the end of training: "
                f"the tolerance of {self.tolerance:g} was not reached."
            )


@dataclass(frozen=True)
class Ensemble:
    """M trained copies of a model, as `train_ensemble` returns them; all arrays are NumPy's, members first.

    weights: list of (M, …) arrays in the order of `get_weights`; loss (M,) and outputs (M, n, d) with these weights.
    With `every`: history_steps (records,) updates done at each record, history_loss (records, M) and history_outputs
    (records, M, n, d); otherwise these three are None.
    """

    template: keras.Model
    weights: list
    loss: np.ndarray
    outputs: np.ndarray
    history_steps: np.ndarray | None = None
    history_loss: np.ndarray | None = None
    history_outputs: np.ndarray | None = None

    def member(self, i):
        """A new Keras model, not compiled, with the weights of member i."""
        model = type(self.template).from_config(self.template.get_config())
        model.set_weights([w[i] for w in self.weights])
        return model

    def predict(self, x):
        """Outputs (M, n, d) of all members for inputs x (n, features)."""
        x = shaped(numbers(x, "x"), self.template.input_shape, "x", "input")
        h, weights = x.astype(self.weights[0].dtype), iter(self.weights)
        for layer in _chain(self.template):
            if isinstance(layer, keras.layers.Dense):
                h = h @ next(weights)
                h = h + next(weights)[:, None] if layer.use_bias else h
            h = layer.activation(h)
        return np.asarray(h)


def train_ensemble(model, x, y, steps, weights, every=None):
    """Train M independent copies of a compiled Keras model at once, each from its own weights, on all samples.

    Parameters: model, the template, a chain of Dense and Activation layers, which stays unchanged; x (n, features);
    y (n, d); steps, the number of updates; weights, a list of arrays like `model.get_weights()` with a leading axis of
    M members; every, the number of updates from one record of the outputs to the next.
    Returns: Ensemble. A member that diverges has a NaN or infinite loss and leaves the others alone.
    The optimiser starts afresh with the settings of the template's; each member's loss is averaged over the samples.
    Raises ValueError for what `fit_full_batch` refuses, and for layers, optimisers (clipping by norm, Muon, Lamb) and
    regularisers that would mix members; TypeError if x, y or weights do not hold numbers.
    Taught in notebook 4.
    """
    x, y = checked(model, x, y)
    steps = positive_integer(steps, "steps")
    interval = steps if every is None else positive_integer(every, "every")
    if interval > steps:
        raise ValueError(f"every should be at most steps, which is {steps}, not {every}.")
    _refuse_mixing(model)
    weights = [numbers(w, f"weights[{i}]") for i, w in enumerate(weights)]
    members = len(weights[0]) if weights else 0
    expected = [(members, *w.shape) for w in model.weights]
    if [w.shape for w in weights] != expected:
        raise ValueError(f"weights should have the shapes {expected}, not {[w.shape for w in weights]}.")

    settings = members, type(model.optimizer), model.optimizer.get_config()
    objects = model._compile_loss, *model.trainable_variables
    run, variables, optimizer, fresh = _compiled_once(
        model, "_train_ensemble", objects, settings, lambda: _make_ensemble_loop(model, x, y, members)
    )
    for variable, w in zip(variables, weights, strict=True):
        variable.assign(np.moveaxis(w, 0, -1))
    for variable, value in zip(optimizer.variables, fresh, strict=True):
        variable.assign(value)
    done, records = 0, []
    while done < steps:
        chunk = min(_CHUNK, interval - done % interval, steps - done)
        loss, outputs = run(x, y, tf.constant(chunk))
        done += chunk
        if done % interval == 0:
            records.append((done, loss.numpy(), outputs.numpy()))
    trained = [np.moveaxis(v.numpy(), -1, 0) for v in variables]
    history = () if every is None else map(np.array, zip(*records, strict=True))
    return Ensemble(model, trained, loss.numpy(), outputs.numpy(), *history)


def _make_ensemble_loop(model, x, y, members):
    """Compiled loop over `steps` updates of all members, its variables, its optimiser and the latter's fresh state.

    Members are on the last axis and products are written as broadcasts and sums: XLA makes one loop over members of it.
    """
    variables = [keras.Variable(np.zeros((*v.shape, members)), dtype=v.dtype) for v in model.weights]
    trained = [mine for mine, v in zip(variables, model.weights, strict=True) if v.trainable]
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    optimizer.build(trained)
    loss = keras.losses.get(model.loss)
    sample_losses = loss.call if isinstance(loss, keras.losses.Loss) else loss

    def losses_and_outputs(x, y):
        h, weights = x[:, :, None], iter(variables)
        for layer in _chain(model):
            if isinstance(layer, keras.layers.Dense):
                h = tf.reduce_sum(h[:, :, None] * next(weights), axis=1)
                h = h + next(weights) if layer.use_bias else h
            # Softmax and losses work along the last axis: lend them the usual order, which costs nothing under XLA.
            h = tf.transpose(layer.activation(tf.transpose(h, (2, 0, 1))), (1, 2, 0))
        outputs = tf.transpose(h, (2, 0, 1))
        losses = sample_losses(tf.repeat(y[None], members, axis=0), outputs)
        if losses.shape.rank < 2 or losses.shape[0] != members:
            raise ValueError("The loss should give one value per sample: leave the average over the samples out.")
        return tf.reduce_mean(losses, axis=range(1, losses.shape.rank)), outputs

    @tf.function(jit_compile=True, autograph=False)
    def run(x, y, steps):
        def body(step):
            with tf.GradientTape() as tape:
                # Summed, not averaged, over members, so that each gets the gradient of its own loss.
                total = tf.reduce_sum(losses_and_outputs(x, y)[0])
            optimizer.apply(tape.gradient(total, trained), trained)
            return (step + 1,)

        tf.while_loop(lambda step: step < steps, body, (0,))
        return losses_and_outputs(x, y)

    return _concrete(run, x, y), variables, optimizer, [v.numpy() for v in optimizer.variables]


def _refuse_mixing(model):
    """Raise ValueError if the members of an ensemble of this model could not be trained independently of each other."""
    shared = any(len(layer.get("inbound_nodes", ())) > 1 for layer in model.get_config()["layers"])
    kinds = [type(layer) for layer in _chain(model)]
    if shared or len(model.input_shape) != 2 or set(kinds) - {keras.layers.Dense, keras.layers.Activation}:
        raise ValueError(
            "An ensemble's model should be a chain of Dense and Activation layers, each used once, for inputs "
            f"(n, features), not {', '.join(kind.__name__ for kind in kinds)} for inputs {model.input_shape}."
        )
    optimizer = model.optimizer
    by_norm = optimizer.clipnorm or optimizer.global_clipnorm
    if type(optimizer).__name__ not in _ELEMENTWISE or by_norm or optimizer.use_ema:
        raise ValueError(
            f"An ensemble's optimiser should treat each weight by itself: one of {', '.join(sorted(_ELEMENTWISE))}, "
            "without clipnorm, global_clipnorm and use_ema."
        )
    if penalised(model):
        raise ValueError("Regularisers and constraints are not supported in an ensemble: leave them out.")
    if getattr(model.loss, "reduction", "mean") not in ("mean", "sum_over_batch_size"):
        raise ValueError(f"An ensemble's loss should be averaged over samples, not {model.loss.reduction!r}.")


def _chain(model):
    """The layers of a model, without the InputLayer that functional models list and Sequential ones do not."""
    return [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
