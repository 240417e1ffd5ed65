"""Thousands of copies of one small model, trained side by side."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.agreement import (
    CompiledLoop,
    agree,
    assign,
    fresh_optimizer,
    slopes_of,
    steady,
    step_of_fit,
)
from gates_to_flows.training.ensemble_inputs import Data, checked_rates, checked_weights, refuse_mixing
from gates_to_flows.training.members import copy_of, each_alone, losses_and_gradients, outputs_of
from gates_to_flows.training.preconditions import (
    checked_model,
    first_line,
    kept,
    numbers,
    one_type,
    pair,
    positive_integer,
    shaped,
    tensor,
)

_CHUNK = 2000  # the most steps in one call of a compiled loop
# Members that are trained together: as many as leave the widest layer in a processor's cache, and enough to fill its lanes.
_NUMBERS, _FEWEST = 2**15, 128


@dataclass(frozen=True)
class Ensemble:
    """M trained copies of a model, as `train_ensemble` returns them; all arrays are NumPy's, members first.

    weights: list of (M, …) arrays in the order of `get_weights`; loss (M,) and outputs (M, n, …) with these weights.
    With `every`: history_steps (records,) updates done at each record, history_loss (records, M), history_outputs
    (records, M, n, …) and, with validation data, history_val_loss (records, M); otherwise these are None.
    """

    template: keras.Model
    weights: list
    loss: np.ndarray
    outputs: np.ndarray
    history_steps: np.ndarray | None = None
    history_loss: np.ndarray | None = None
    history_outputs: np.ndarray | None = None
    history_val_loss: np.ndarray | None = None

    def member(self, i):
        """A new Keras model, not compiled, with the weights of member i."""
        model = copy_of(self.template)
        model.set_weights([w[i] for w in self.weights])
        for layer in model._flatten_layers():
            if hasattr(layer, "finalize_state"):  # Normalization computes with what it last derived from its weights
                layer.finalize_state()
        return model

    def predict(self, x):
        """Outputs (M, n, …) of all members for inputs x (n, features)."""
        x = shaped(numbers(x, "x"), self.template.input_shape, "x", "input")
        return outputs_of(self.template, self.weights, tensor(x, self.weights[0].dtype, "x"))


def train_ensemble(
    model, x, y, steps, weights, every=None, *, sample_weight=None, learning_rate=None, validation_data=None
):
    """Train M independent copies of a compiled Keras model at once, each from its own weights, on all samples.

    Parameters: model, the template, which stays unchanged; x (n, …) inputs and y (n, …) targets, as `fit` takes them, or
    with a leading axis of M: for each member its own; steps, the number of updates; weights, a list of arrays like
    `model.get_weights()` with a leading axis of M members, as `draw_weights` makes them; every, the number of updates from
    one record to the next; sample_weight (n,) or (M, n); learning_rate (M,), each member's own: where the optimiser has a
    schedule, it keeps its shape and begins there; validation_data (x, y), whose losses are recorded too.
    Returns: Ensemble. A member that diverges has a NaN or infinite loss and leaves the others alone.
    The optimiser starts afresh with the settings of the template's. Loss, layers, regularisers and constraints see one
    member at a time, in the shapes that `fit` gives them. Before the first step, two steps of the first and of the last
    member are compared with those of `fit`. Chains of a few narrow Dense layers are fastest.
    Raises ValueError for what `fit_full_batch` refuses, for optimisers that would mix members (clipping by norm, averaging,
    Muon, Lamb) and where a step differs from that of `fit`; TypeError if x, y or weights do not hold numbers.
    Taught in notebook 4.
    """
    checked_model(model)
    steps = positive_integer(steps, "steps")
    interval = steps if every is None else positive_integer(every, "every")
    if interval > steps:
        raise ValueError(f"every should be at most steps, which is {steps}, not {every}.")
    if not model.built:
        raise ValueError("The model is not built and has no weights yet: give it a keras.Input.")
    one_type(model)
    refuse_mixing(model)
    if "_train_ensemble" not in model.__dict__:
        try:
            model(
                np.zeros((1, *(size or 1 for size in model.input_shape[1:])))
            )  # some weights are made by a first call
        except Exception as error:
            raise ValueError(f"The model cannot be called on one sample: {first_line(error)}") from error
    weights = checked_weights(model, weights)
    members = len(weights[0])
    data = Data.checked(model, x, y, sample_weight, members)
    held = None if validation_data is None else Data.checked(model, *pair(validation_data), None, members)
    own_rates = learning_rate is not None
    rates = checked_rates(learning_rate, members, model.weights[0].dtype) if own_rates else np.ones(members)

    rows, widest = data.x.shape[-len(model.input_shape)], max([1, *v.shape][-1] for v in model.weights)
    block = min(members, max(_FEWEST, _NUMBERS // (rows * widest)))
    block = -(-members // -(-members // block))  # blocks of one size
    loop = kept(
        model,
        "_train_ensemble",
        (model._compile_loss, *model.trainable_variables),
        (block, own_rates, data.signature, held and held.signature, _settings(model)),
        lambda: _Loop(model, data, held, block, own_rates).compared(model, data, weights, rates),
    )
    blocks = []
    for first in range(0, members, block):
        chosen = np.minimum(np.arange(first, first + block), members - 1)
        loop.begin([w[chosen] for w in weights], rates[chosen])
        blocks.append(loop.train(data.of(chosen), held and held.of(chosen), steps, interval))

    def joined(key, axis):
        return np.concatenate([b[key] for b in blocks], axis=axis).swapaxes(0, axis)[:members].swapaxes(0, axis)

    history = {"history_steps": np.arange(interval, steps + 1, interval)}
    history |= {key: joined(key, axis=1) for key in blocks[0] if key.startswith("history")}
    trained = [np.concatenate([b["weights"][k] for b in blocks])[:members] for k in range(len(weights))]
    return Ensemble(model, trained, joined("loss", 0), joined("outputs", 0), **({} if every is None else history))


class _Loop:
    """The compiled loop over steps of one block of members, with its variables and its optimiser."""

    def __init__(self, model, data, held, block, own_rates):
        self.variables = [keras.Variable(np.zeros((*v.shape, block)), dtype=v.dtype) for v in model.weights]
        trained = [mine for mine, v in zip(self.variables, model.weights, strict=True) if v.trainable]
        self.optimizer = optimizer = fresh_optimizer(model, trained)
        self.rates = tf.Variable(np.ones(block), dtype=trained[0].dtype)
        self.own_rates = own_rates
        if own_rates:
            optimizer.learning_rate = _own_rates(optimizer, self.rates)
        self.fresh = [np.asarray(v) for v in optimizer.variables]

        @tf.function(autograph=False)  # traced once, used twice
        def evaluated(x, y, sample_weight):
            weights = [tf.convert_to_tensor(v) for v in self.variables]
            return losses_and_gradients(model, weights, data.own, optimizer.scale_loss, x, y, sample_weight)

        @tf.function(jit_compile=True, autograph=False)
        def run(x, y, sample_weight, steps):
            def body(step):
                optimizer.apply(evaluated(x, y, sample_weight)[2], trained)
                for mine, v in zip(trained, model.trainable_variables, strict=True):
                    if v.constraint:
                        mine.assign(each_alone(v.constraint, mine))
                return (step + 1,)

            losses, outputs, _ = evaluated(x, y, sample_weight)
            with tf.control_dependencies([losses, outputs]):  # before the steps, not after
                tf.while_loop(lambda step: step < steps, body, (0,))
            return losses, outputs

        @tf.function(autograph=False)
        def losses_of_held(x, y, sample_weight, steps):
            weights = [tf.convert_to_tensor(v) for v in self.variables]
            return losses_and_gradients(model, weights, held.own, optimizer.scale_loss, x, y, sample_weight, False)[0]

        some = np.arange(block)
        self.run = _compiled(run, data.of(some))
        self.losses_of_held = held and _compiled(losses_of_held, held.of(some))

    def begin(self, weights, rates):
        """Members with these weights, an optimiser that has done no step yet, and these learning rates."""
        assign(self.variables, [np.moveaxis(w, 0, -1) for w in weights])
        assign(self.optimizer.variables, self.fresh)
        self.rates.assign(rates)

    def weights(self):
        return [np.moveaxis(np.asarray(v), -1, 0) for v in self.variables]

    def train(self, data, held, steps, interval):
        """All arrays of an `Ensemble` of these members, by name, with a record after each `interval` steps."""
        done, records = 0, []
        for end in [*range(interval, steps, interval), steps]:
            for size in self.run.paced(end - done, _CHUNK):
                self.run(*data, size)
            done = end
            loss, outputs = (v.numpy() for v in self.run(*data, 0))
            if done % interval == 0:
                record = {"history_loss": loss, "history_outputs": outputs}
                if held:
                    record["history_val_loss"] = self.losses_of_held(*held, 0).numpy()
                records.append(record)
        history = {key: np.stack([r[key] for r in records]) for key in records[0]}
        return {"weights": self.weights(), "loss": loss, "outputs": outputs, **history}

    def compared(self, model, data, weights, rates):
        """This loop; or ValueError unless the first and the last member take their steps as `fit` would."""
        before, own_optimizer = model.get_weights(), model.optimizer
        members, block = len(rates), self.rates.shape[0]
        try:
            for i in {0, members - 1}:
                chosen = (i + np.arange(block)) % members
                x, y, sample_weight = data.of(i)
                model.set_weights([w[i] for w in weights])
                steady(model, x, y, sample_weight)
                rate = rates[i] if self.own_rates else None
                # Past Keras's own __setattr__, which would track it.
                model.__dict__["optimizer"] = fresh_optimizer(model, model.trainable_variables, rate)
                fresh = [np.asarray(v) for v in model.optimizer.variables]
                step = step_of_fit(model, x, y, sample_weight)

                def theirs(fresh=fresh, step=step):
                    assign(model.optimizer.variables, fresh)
                    return step()

                def ours(chosen=chosen):
                    company = [w[chosen] for w in weights]
                    for w, mine in zip(company, model.get_weights(), strict=True):
                        w[0] = mine
                    self.begin(company, rates[chosen])
                    losses, _ = self.run(*data.of(chosen), 1)
                    model.set_weights([w[0] for w in self.weights()])
                    return losses[0]

                trained = model.trainable_variables
                with self.run.stateless([*model.variables, *self.variables, *self.optimizer.variables, self.rates]):
                    agree(trained, [], theirs, ours, slopes_of(model, x, y, sample_weight, trained))
        finally:
            model.__dict__["optimizer"] = own_optimizer
            model.set_weights(before)
        return self


def _compiled(function, data):
    return CompiledLoop(function, [d if d is None else tf.TensorSpec(d.shape, d.dtype) for d in data], *data)


def _own_rates(optimizer, rates):
    """A learning rate for each member; where the optimiser has a schedule, it keeps its shape and begins at `rates`."""
    schedule = optimizer.get_config()["learning_rate"]
    if not isinstance(schedule, dict):
        return lambda: tf.convert_to_tensor(rates)
    begins = schedule["config"].get("initial_learning_rate", 0.0)  # an integer makes Keras take 3 for π
    schedule = keras.optimizers.schedules.deserialize(schedule)
    start = float(schedule(0))
    if start == 0 or isinstance(begins, int):
        raise ValueError(
            f"The optimiser's schedule begins at {begins!r} and cannot be scaled to begin at learning_rate: let it begin at 1.0."
        )
    return lambda: rates * tf.cast(schedule(optimizer.iterations) / start, rates.dtype)


def _settings(model):
    decays = [
        model.optimizer.weight_decay and model.optimizer._use_weight_decay(v.value) for v in model.trainable_variables
    ]
    return type(model.optimizer), model.optimizer.get_config(), decays
