"""Agree or refuse: a fast loop is compared with Keras before it trains, and refuses where the two differ."""

import contextlib
import time

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.preconditions import first_line, precision, raw, slopes

_NEAR = 0.1  # the comparison is made at the start and this far from it, where no weight is 0 and no two are equal


def agree(variables, state, theirs, ours, slopes):
    """Raise ValueError unless the functions `theirs` and `ours` change `variables` alike, at the present values and near them.

    Parameters: variables, those that are trained; state, whatever else a step changes; theirs and ours, functions that do
    one step from the present state and return the loss before it; slopes, a function to the slopes of the loss there.
    Everything is put back.
    "Alike" is up to rounding: to the square root of the type's precision. Where a step amplifies rounding, ten times
    what a change of the weights in their last digits does to it is granted too; and where a slope is 0 up to rounding,
    nothing can be compared.
    """
    start, eps, rng = _values(variables), precision(variables[0]), np.random.default_rng(0)
    state_at_start = _values(state)

    def shaken(point, by):
        scales = [np.abs(w) + (np.abs(w).mean() or 1) for w in point]
        return [w + (by * s * rng.normal(size=w.shape)).astype(w.dtype) for s, w in zip(scales, point, strict=True)]

    def change(step, point):
        assign(variables, point)
        assign(state, state_at_start)
        loss = float(step())
        return loss, [v - w for v, w in zip(_values(variables), point, strict=True)]

    def differing(found, wanted, tolerances):
        together = zip(variables, found, wanted, tolerances, strict=True)
        return [name_of(v) for v, a, b, tolerance in together if not (np.abs(a - b) <= tolerance).all()]

    try:
        for point in (start, shaken(start, _NEAR)):
            loss, wanted = change(theirs, point)
            if not all(np.isfinite(c).all() for c in (loss, *wanted)):
                continue  # outside the domain of the loss: at the start, the loop says so itself
            our_loss, found = change(ours, point)
            if not abs(our_loss - loss) <= (np.sqrt(eps) + 1e-6) * max(abs(loss), 1):  # Keras may average it in float32
                raise ValueError(
                    f"The loss of this loop and that of model.fit differ, {our_loss:.6g} and {loss:.6g}: something about this "
                    "model or its loss is not followed here. Use model.fit."
                )
            rounding = [
                np.sqrt(eps) * np.abs(c).max(initial=0) + 8 * eps * np.abs(w).max(initial=0)
                for c, w in zip(wanted, point, strict=True)
            ]
            if not differing(found, wanted, rounding):
                continue
            if differing(change(theirs, point)[1], wanted, rounding):
                raise ValueError("A step of fit is random for this model, which is not followed here: use model.fit.")
            nudged = [change(theirs, shaken(point, 64 * eps))[1] for _ in range(4)]
            amplified = [
                max(np.abs(a - b).max(initial=0) for a in several) for b, *several in zip(wanted, *nudged, strict=True)
            ]
            assign(variables, point)
            gradients = slopes()
            flat = 1e3 * eps * max(np.abs(g).max(initial=0) for g in gradients)
            rounding = [
                np.where(np.abs(g) <= flat, np.inf, r + 10 * a)
                for r, a, g in zip(rounding, amplified, gradients, strict=True)
            ]
            names = differing(found, wanted, rounding)
            if names:
                raise ValueError(
                    f"One step of this loop and one of model.fit differ in {', '.join(names)}: something about this model "
                    "or its loss is not followed here. Use model.fit."
                )
    finally:
        assign(variables, start)
        assign(state, state_at_start)


def _values(variables):
    return [np.asarray(v) for v in variables]


def step_of_fit(model, x, y, sample_weight, variables=()):
    """A function that does one step as `fit` does: the model's `train_step`; with `variables` trained besides, by a tape."""

    def step():
        try:
            if not variables:
                model.reset_metrics()  # an earlier fit leaves its average
                loss = model.train_step((x, y, sample_weight))["loss"]
                model.reset_metrics()
                return loss
            every = [*model.trainable_variables, *variables]
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x, y, model(x, training=True), sample_weight)
                scaled = model.optimizer.scale_loss(loss)
            model.optimizer.apply(tape.gradient(scaled, every), every)
            return loss
        except Exception as error:
            raise ValueError(f"Keras itself cannot train this model: {first_line(error)}") from error

    return step


def slopes_of(model, x, y, sample_weight, variables):
    """A function to the slopes of the model's loss along `variables`, as arrays."""

    def of_loss():
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x, y, model(x, training=True), sample_weight)
        return _values(slopes(tape, loss, variables))

    return of_loss


class CompiledLoop:
    """A tf.function(x, y, sample_weight, steps), traced for these specs.

    A tf.function itself would warn on stderr when often made anew. Raises ValueError for what cannot be compiled.
    """

    def __init__(self, function, specs, x, y, sample_weight):
        self.data, self._pace = (x, y, sample_weight), 1
        try:
            self.function = function.get_concrete_function(*specs, tf.TensorSpec((), tf.int32))
            self.function(*self.data, tf.constant(0))
        except Exception as error:
            raise ValueError(
                f"This model, its loss or its optimiser cannot be compiled, use model.fit: {first_line(error)}"
            ) from error

    @contextlib.contextmanager
    def stateless(self, known):
        """Raise ValueError if what is done meanwhile changes a variable that is not among the known ones."""
        ids = {id(raw(v)) for v in known}
        others = [v for v in self.function.variables if id(v) not in ids]
        before = _values(others)
        yield
        changed = [v for v, b in zip(others, before, strict=True) if not np.array_equal(v, b, equal_nan=True)]
        assign(others, before)
        if changed:
            raise ValueError(
                f"A step changes the variable {name_of(changed[0])!r}, which is not followed here: use model.fit."
            )

    def __call__(self, x, y, sample_weight, steps):
        return self.function(x, y, sample_weight, tf.constant(steps))

    def once(self):
        return self(*self.data, 1)

    def paced(self, steps, most):
        """Numbers of steps that add up to `steps`, such that Ctrl-C gets its turn a few times a second."""
        while steps > 0:
            size = min(self._pace, steps, most)
            began = time.perf_counter()
            yield size
            steps -= size
            self._pace = max(1, int(size * 0.3 / (time.perf_counter() - began)))


def steady(model, x, y, sample_weight, variables=()):
    """Raise ValueError if the loss is random, keeps a state, reads variables that are not trained or is not a number.

    Whatever Keras itself cannot do with this model and these data is a ValueError too.
    """
    states = _values(model.variables)
    try:
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = model.compute_loss(x, y, outputs, sample_weight)
        again = model(x, training=True)
    except Exception as error:
        raise ValueError(
            f"Keras cannot compute the loss of this model for these x and y: {first_line(error)}"
        ) from error
    moved = [v for v, s in zip(model.variables, states, strict=True) if not np.array_equal(v, s, equal_nan=True)]
    assign(model.variables, states)
    if moved:
        layer = owner(model.layers, moved[0]) or model
        raise ValueError(
            f"Layer {layer.name!r} ({type(layer).__name__}) is random or keeps a state besides its weights, "
            "which is not followed here: leave it out, or use model.fit."
        )
    if not tf.is_tensor(outputs):
        raise ValueError(f"The model's output should be a tensor, not a {type(outputs).__name__}.")
    if not np.allclose(outputs, again, rtol=1e-3, equal_nan=True):
        raise ValueError("The model's outputs are random, which is not followed here: use model.fit.")
    if loss.shape.rank != 0:
        raise ValueError(
            f"The loss should be one number, not of shape {tuple(loss.shape)}: give its reduction as "
            '"sum_over_batch_size".'
        )
    known, read = {id(raw(v)) for v in (*model.variables, *variables)}, tape.watched_variables()
    stray = [v for v in read if id(v) not in known]
    if stray:
        raise ValueError(
            f"The loss reads the variable {name_of(stray[0])!r}, which is no weight of the model and would not move: give it "
            "as variables=[…], or make it with trainable=False."
        )
    missing = [v for v in variables if not any(raw(v) is w for w in read)]
    if missing:
        raise ValueError(
            f"The loss does not read the variable {name_of(missing[0])!r}, which would not move: leave it out."
        )


def owner(layers, variable):
    """The innermost layer that holds the variable."""
    for layer in layers:
        if any(v is variable for v in layer.variables):
            return owner(layer._layers, variable) or layer
    return None


def assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def name_of(variable):
    return variable.name.partition(":")[0]


def fresh_optimizer(model, variables, learning_rate=None):
    """An optimiser with the settings of the model's, built for `variables`, which stand for the trainable ones in order."""
    try:
        config = model.optimizer.get_config()
        if learning_rate is not None:
            config["learning_rate"] = float(learning_rate)
        optimizer = type(model.optimizer).from_config(config)
    except Exception as error:
        raise ValueError(f"The optimiser cannot be made anew from its settings: {first_line(error)}") from error
    if model.optimizer.weight_decay:
        pairs = zip(variables, model.trainable_variables, strict=True)
        spared = [mine for mine, v in pairs if not model.optimizer._use_weight_decay(v.value)]
        optimizer.exclude_from_weight_decay(var_list=[keras.tree.flatten(v)[0] for v in spared])
    optimizer.build(variables)
    return optimizer
