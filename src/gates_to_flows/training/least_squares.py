"""Least squares by Levenberg and Marquardt, for residuals written in TensorFlow."""

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.agreement import assign, name_of
from gates_to_flows.training.preconditions import (
    first_line,
    history_of,
    numbers,
    positive_integer,
    precision,
    raw,
    tensor,
    variable_list,
)

_CHUNK = 20  # iterations in one call of the compiled loop: between two of them Ctrl-C gets its turn


def levenberg_marquardt(residual, variables, samples, iterations=100, *, weights=None, until=None):
    """Least squares by Levenberg and Marquardt: change `variables` so that the squared residuals become small.

    Parameters: residual(θ, *sample), a TensorFlow function of a list of tensors shaped like `variables` and of one row
    of each array in `samples`, to a scalar, a vector (k,) or a list of these; it may hold tapes of its own. variables, a
    list of tf.Variable or Keras variables; samples, a tuple of arrays with a common leading axis; iterations, at most so
    many. For several groups of residuals, such as an equation, its boundary and data, residual is a list of functions,
    samples a list of as many tuples, and weights a list of as many positive numbers, by default 1. until(θ), a TensorFlow
    function to a boolean: iterations end as soon as it is true.
    Returns: keras.callbacks.History; history["loss"] holds the mean square of all residuals, or the weighted sum of these
    means over the groups, at the start and after each iteration, and never rises. Iterations end early when no step
    lowers it, down to steps of rounding error.
    Use float64. N residuals and p parameters cost O(N p² + p³) time and O(N p + p²) memory per iteration.
    Raises ValueError if samples differ in length or a residual cannot be followed: one that reads a variable itself, not
    its θ, would have a derivative of 0; TypeError for variables that are none; FloatingPointError if a residual is NaN or
    infinite at the start.
    Taught in notebook 6. Marquardt 1963, doi:10.1137/0111030; scaling as in Moré 1978, doi:10.1007/BFb0067700; damping
    as in Madsen, Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed., 2004.
    """
    iterations = positive_integer(iterations, "iterations")
    return LevenbergMarquardt(residual, variables, samples, weights=weights, until=until).run(samples, iterations)


class LevenbergMarquardt:
    """`levenberg_marquardt`, compiled once and run often: for other samples of the same shapes, or from other values.

    Parameters: those of `levenberg_marquardt`; of samples, only shapes and kinds of number are kept.
    Raises what it raises. Taught in notebook 14.
    """

    def __init__(self, residual, variables, samples, *, weights=None, until=None):
        variables = _checked_variables(variables)
        self._grouped, self._dtype = isinstance(residual, (list, tuple)), tf.as_dtype(variables[0].dtype).name
        residuals, groups = list(residual) if self._grouped else [residual], self._groups(samples)
        weights = numbers([1] * max(1, len(residuals)) if weights is None else weights, "weights").tolist()
        if not (len(residuals) == len(groups) == len(weights)) or min(weights) <= 0:
            raise ValueError(
                f"There should be as many residuals as tuples of samples and positive weights, not {len(residuals)}, "
                f"{len(groups)} and {weights}."
            )
        groups = self._checked(groups)
        for f, samples in zip(residuals, groups, strict=True):
            _refuse_what_does_not_move(f, variables, samples)
        if until is not None:
            try:
                until([tf.convert_to_tensor(v) for v in variables])
            except Exception as error:
                raise ValueError(f"until(θ) fails: {first_line(error)}") from error
        self._loop = Loop(residuals, variables, groups, weights, None if until is None else lambda θ, groups: until(θ))
        self._forms = _forms(groups)

    def run(self, samples, iterations=100):
        """Change the variables, from their present values, for these samples; returns a keras.callbacks.History.

        Raises ValueError for samples of other shapes or kinds than those compiled for, FloatingPointError as above.
        """
        iterations, groups = positive_integer(iterations, "iterations"), self._checked(self._groups(samples))
        if _forms(groups) != self._forms:
            raise ValueError(f"The samples should be {self._forms}, as those compiled for, not {_forms(groups)}.")
        return history_of(self._loop.run(groups, iterations))

    def _groups(self, samples):
        if not self._grouped:
            return [samples]
        if not isinstance(samples, (list, tuple)):
            raise ValueError("For a list of residuals, samples should be a list with a tuple of arrays for each.")
        return list(samples)

    def _checked(self, groups):
        return [_checked_samples(samples, self._dtype) for samples in groups]


def _forms(groups):
    """Type and shape of each array, in words."""
    return " and ".join(
        "(" + ", ".join(f"{s.dtype.name} {tuple(s.shape)}" for s in samples) + ")" for samples in groups
    )


def _checked_variables(variables):
    variables = variable_list(variables)
    if not variables:
        raise TypeError("variables should be a list of at least one tf.Variable or Keras variable.")
    types = {tf.as_dtype(v.dtype).name for v in variables}
    if len(types) > 1 or not tf.as_dtype(variables[0].dtype).is_floating:
        raise TypeError(f"variables should all have one floating type, not {', '.join(sorted(types))}.")
    return variables


def _checked_samples(samples, dtype):
    if not isinstance(samples, (tuple, list)) or not samples:
        raise ValueError("samples should be a tuple of arrays with a common leading axis, such as (t,) or (x, y).")
    samples = [numbers(s, f"samples[{i}]") for i, s in enumerate(samples)]
    if len({len(s) for s in samples}) != 1:
        raise ValueError(f"The samples should have one common length, not {[len(s) for s in samples]}.")
    return tuple(
        tensor(s, dtype, f"samples[{i}]") if s.dtype.kind == "f" else tf.constant(s) for i, s in enumerate(samples)
    )


def _refuse_what_does_not_move(residual, variables, samples):
    """Raise ValueError if the residual fails on the first sample or reads a variable that is trained, or could be, itself."""
    θ = [tf.convert_to_tensor(v) for v in variables]
    try:
        with tf.GradientTape() as tape:
            tape.watch(θ)
            r = _vector(residual(θ, *(s[0] for s in samples)))
        gradients = tape.gradient(r, θ)
    except Exception as error:
        whole = [i for i, s in enumerate(samples) if s.dtype.is_integer]
        hint = f" samples[{whole[0]}] holds integers: give them as floats, unless they are positions." if whole else ""
        raise ValueError(f"The residual fails on the first sample: {first_line(error)}{hint}") from error
    read = tape.watched_variables()
    _refuse_reading([v for v in variables if any(raw(v) is w for w in read)])
    if read:
        raise ValueError(
            f"The residual reads the variable {name_of(read[0])!r}, which is none of `variables` and would not move: add it "
            "to them and use its θ, or make it with trainable=False."
        )
    if all(g is None for g in gradients):
        raise ValueError("The residual does not depend on θ: nothing would move.")


def _refuse_reading(variables):
    if variables:
        raise ValueError(
            f"The residual or until reads the variable {name_of(variables[0])!r} itself, so that its derivative would be 0: "
            "compute it from θ, for a Keras model as model.stateless_call(θ, …)."
        )


def _vector(r):
    """What a residual returned for one sample, as one vector."""
    return tf.concat([tf.reshape(part, (-1,)) for part in keras.tree.flatten(r)], axis=0)


class Loop:
    """The compiled loop over iterations, for any samples of these shapes."""

    def __init__(self, residuals, variables, groups, weights, until):
        self.variables = variables
        θ, eps = flatten(variables), precision(variables[0])

        def mean_square(squares):
            return tf.add_n([w * tf.reduce_mean(s) for w, s in zip(weights, squares, strict=True)])

        def loss_at(flat, groups):
            parameters = unflatten(flat, variables)
            return mean_square(
                tf.square(tf.vectorized_map(lambda sample, f=f: _vector(f(parameters, *sample)), samples))
                for f, samples in zip(residuals, groups, strict=True)
            )

        def curvature_and_slope_of(f, θ, samples):
            # Each sample gets its own copy of the parameters: one backward pass gives the gradients of all samples.
            n = samples[0].shape[0]
            copies = [tf.repeat(t[None], n, axis=0) for t in unflatten(θ, variables)]
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(copies)
                r = tf.vectorized_map(lambda sample: _vector(f(sample[0], *sample[1])), (copies, samples))
                components = tf.unstack(r, axis=1)
            gradients = [tape.gradient(r, copies, unconnected_gradients="zero") for r in components]
            rows = [tf.concat([tf.reshape(g, (n, -1)) for g in gs], axis=1) for gs in gradients]
            r, J = tf.concat(components, axis=0), tf.concat(rows, axis=0)
            count = tf.cast(tf.size(r), θ.dtype)
            return tf.matmul(J, J, transpose_a=True) / count, tf.linalg.matvec(J, r, transpose_a=True) / count

        def iterate(θ, damping, scale, loss, groups):
            parts = [curvature_and_slope_of(f, θ, samples) for f, samples in zip(residuals, groups, strict=True)]
            curvature, slope = (
                tf.add_n([w * p for w, p in zip(weights, ps, strict=True)]) for ps in zip(*parts, strict=True)
            )
            scale = tf.maximum(scale, tf.linalg.diag_part(curvature))
            weight = tf.where(scale > 0, scale, 1)  # a parameter without any influence stays where it is

            def attempt(_, __, damping, growth, ___):
                # Where rounding makes the matrix indefinite, the step is NaN and the attempt fails like any other.
                root = tf.linalg.cholesky(curvature + tf.linalg.diag(damping * weight))
                step = -tf.linalg.cholesky_solve(root, slope[:, None])[:, 0]
                new_loss = loss_at(θ + step, groups)
                better, negligible = new_loss < loss, tf.norm(step) <= eps * tf.norm(θ)
                foreseen = tf.tensordot(step, damping * weight * step - slope, 1)
                gain = (loss - new_loss) / foreseen
                return (
                    tf.where(better, θ + step, θ),
                    tf.where(better, new_loss, loss),
                    damping * tf.where(better, tf.maximum(1 - (2 * gain - 1) ** 3, 1 / 3), growth),
                    2 * growth,
                    ~better & ~negligible & tf.math.is_finite(damping),
                )

            start = (θ, loss, damping, tf.constant(2, θ.dtype), True)
            θ, new_loss, damping, _, _ = tf.while_loop(lambda *state: state[-1], attempt, start)
            going = new_loss < loss
            new_loss = tf.where(tf.reduce_all(tf.math.is_finite(slope)), new_loss, np.nan)
            if until is not None:
                going &= ~tf.reduce_any(until(unflatten(θ, variables), groups))
            # Damping that has sunk to zero could not grow again.
            return (θ, tf.maximum(damping, eps), scale, new_loss), going

        def run(state, groups, iterations):
            def body(i, losses, going, state):
                state, going = iterate(*state, groups)
                return i + 1, losses.write(i, state[-1]), going, state

            start = (0, tf.TensorArray(θ.dtype, 0, dynamic_size=True), True, state)
            _, losses, going, state = tf.while_loop(lambda i, _, going, __: going & (i < iterations), body, start)
            return state, losses.stack(), going

        number, vector = tf.TensorSpec((), θ.dtype), tf.TensorSpec(θ.shape, θ.dtype)
        specs = [tuple(tf.TensorSpec(s.shape, s.dtype) for s in samples) for samples in groups]
        try:
            self._loss_at = tf.function(loss_at, autograph=False).get_concrete_function(vector, specs)
            loss_at = self._loss_at
            self._run = tf.function(run, autograph=False).get_concrete_function(
                (vector, number, vector, number), specs, tf.TensorSpec((), tf.int32)
            )
        except Exception as error:
            raise ValueError(
                f"The residual cannot be followed for all samples at once, take tf.where for tf.cond: {first_line(error)}"
            ) from error

        read = {id(v) for v in (*self._loss_at.variables, *self._run.variables)}
        _refuse_reading([v for v in variables if id(raw(v)) in read])

    def loss(self, groups):
        """The loss with the present values of the variables."""
        return float(self._loss_at(flatten(self.variables), groups))

    def run(self, groups, iterations):
        """Change the variables; the losses at the start and after each iteration."""
        θ, loss = flatten(self.variables), self.loss(groups)
        if not np.isfinite(loss):
            raise FloatingPointError(f"The mean squared residual is {loss} at the start: begin with other values.")
        state = (θ, tf.constant(1e-3, θ.dtype), tf.zeros_like(θ), tf.constant(loss, θ.dtype))
        losses, going = [loss], True
        while going and len(losses) <= iterations:
            state, chunk, going = self._run(state, groups, tf.constant(min(_CHUNK, iterations + 1 - len(losses))))
            losses.extend(chunk.numpy().tolist())
            if not np.isfinite(losses[-1]):
                raise FloatingPointError(
                    f"The derivative of a residual is NaN or infinite at iteration {len(losses) - 1}: change the residual "
                    "or begin with other values."
                )
            assign(self.variables, unflatten(state[0], self.variables))
        return losses


def flatten(tensors):
    return tf.concat([tf.reshape(t, (-1,)) for t in tensors], axis=0)


def unflatten(flat, variables):
    parts = tf.split(flat, [int(np.prod(v.shape)) for v in variables])
    return [tf.reshape(part, v.shape) for part, v in zip(parts, variables, strict=True)]
