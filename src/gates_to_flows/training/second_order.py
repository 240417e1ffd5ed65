"""Second-order methods for a compiled Keras model, for small problems that plain gradient descent leaves far from the minimum."""

from numbers import Real

import numpy as np
import scipy.optimize
import tensorflow as tf

from gates_to_flows.training.agreement import assign, steady
from gates_to_flows.training.least_squares import Loop, flatten, unflatten
from gates_to_flows.training.preconditions import (
    checked,
    history_of,
    kept,
    positive_integer,
    precision,
    slopes,
    variable_list,
)

_SCIPY = {"L-BFGS": ("L-BFGS-B", {"maxcor": 30, "ftol": 0, "gtol": 0, "maxfun": np.inf}), "BFGS": ("BFGS", {"gtol": 0})}


def minimize(model, x, y, method, max_iterations=1000, *, sample_weight=None, variables=(), tolerance=None):
    """Train a compiled Keras model by a second-order method, on all samples at once.

    Parameters: model, x, y, sample_weight and variables as for `fit_full_batch`; the model's optimiser is not used.
    method: "L-BFGS" or "BFGS", from SciPy, for any loss; "Levenberg-Marquardt" for a mean squared error without
    regularisers and without further variables. tolerance: end as soon as the largest |model(x) - y| is at most this.
    Returns: keras.callbacks.History; history["loss"] holds the loss at the start and after each iteration. Iterations
    end early when they no longer lower the loss. The model keeps the best weights.
    Use float64: in float32 the methods end early, at a relative loss of about 1e-7.
    Raises ValueError for an unknown method, for constraints, which only an optimiser keeps, where Levenberg-Marquardt
    would minimise something else than the model's loss, and for what `fit_full_batch` refuses; TypeError if x or y does
    not hold numbers; FloatingPointError if the loss is NaN or infinite at the start.
    Taught in notebook 6. Nocedal and Wright, Numerical Optimization, 2nd ed., 2006, doi:10.1007/978-0-387-40065-5.
    """
    if not isinstance(method, str) or method not in (*_SCIPY, "Levenberg-Marquardt"):
        raise ValueError(f'method should be "L-BFGS", "BFGS" or "Levenberg-Marquardt", not {method!r}.')
    data = checked(model, x, y, sample_weight)
    max_iterations, variables = (
        positive_integer(max_iterations, "max_iterations"),
        variable_list(variables, model.weights),
    )
    if {v.dtype if isinstance(v.dtype, str) else v.dtype.name for v in variables} - {model.weights[0].dtype}:
        raise ValueError(f"variables should be of the type of the model's weights, {model.weights[0].dtype}.")
    if tolerance is not None and data[1].shape[1:] != model.output_shape[1:]:
        raise ValueError("A tolerance needs targets y of the shape of the outputs: it is for |model(x) - y|.")
    if tolerance is not None and not (isinstance(tolerance, Real) and tolerance is not True and 0 < tolerance < np.inf):
        raise ValueError(f"tolerance should be a positive number, not {tolerance!r}.")
    steady(model, *data, variables)
    if any(v.constraint for v in model.trainable_variables):
        raise ValueError(f"Constraints are kept by an optimiser's steps, not by {method}: use fit_full_batch.")
    if method == "Levenberg-Marquardt":
        losses = _fit_squares(model, *data, max_iterations, variables, tolerance)
    else:
        losses = _fit_scipy(model, *data, max_iterations, variables, tolerance, *_SCIPY[method])
    return history_of(losses, model)


def _fit_squares(model, x, y, sample_weight, iterations, variables, tolerance):
    if variables:
        raise ValueError("For variables outside the model, write the residuals and call levenberg_marquardt.")
    groups = [(x, y) if sample_weight is None else (x, y, tf.sqrt(sample_weight))]

    def outputs(θ, x):
        return model.stateless_call(θ, [v.value for v in model.non_trainable_variables], x, training=True)[0]

    def residual(θ, x, y, root=1):
        return root * (outputs(θ, x[None])[0] - y)

    def until(θ, groups):
        return tf.reduce_max(tf.abs(outputs(θ, groups[0][0]) - groups[0][1])) <= tolerance

    def make():
        stops = None if tolerance is None else until
        return Loop([residual], model.trainable_variables, groups, [1.0], stops)

    settings = tuple(x.shape), tuple(y.shape), len(groups[0]), tolerance
    objects = model._compile_loss, *model.trainable_variables
    loop = kept(model, "_fit_squares", objects, settings, make)
    _refuse_another_loss(loop, model, groups, sample_weight)
    return loop.run(groups, iterations)


def _refuse_another_loss(loop, model, groups, sample_weight):
    """Raise ValueError if what the loop minimises is not the model's loss, at the present weights and near them."""
    variables, rng = model.trainable_variables, np.random.default_rng(0)
    start = [np.asarray(v) for v in variables]
    x, y, *_ = groups[0]
    try:
        for distance in (0, 0.1):
            assign(variables, [w + distance * rng.normal(size=w.shape) for w in start])
            wanted = float(model.compute_loss(x, y, model(x, training=True), sample_weight))
            if np.isfinite(wanted) and abs(loop.loss(groups) - wanted) > 1e3 * precision(x) * abs(wanted):
                raise ValueError(
                    'Levenberg-Marquardt needs loss="mse" and no regularisers, masks, added losses or loss weights: for '
                    'others take "L-BFGS".'
                )
    finally:
        assign(variables, start)


def _fit_scipy(model, x, y, sample_weight, iterations, variables, tolerance, method, options):
    trained = [*model.trainable_variables, *variables]

    def make():
        def loss_and_gradient(flat, x, y, sample_weight):
            assign(trained, unflatten(flat, trained))
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x, y, model(x, training=True), sample_weight)
            return loss, flatten(slopes(tape, loss, trained))

        rows = [v if v is None else tf.TensorSpec((None, *v.shape[1:]), v.dtype) for v in (x, y, sample_weight)]
        function = tf.function(loss_and_gradient, autograph=False)
        return function.get_concrete_function(tf.TensorSpec((None,), x.dtype), *rows)

    settings = sample_weight is None, x.shape[1:], y.shape[1:]
    evaluate = kept(model, "_loss_and_gradient", (model._compile_loss, *trained), settings, make)

    def objective(flat):
        loss, gradient = evaluate(tf.constant(flat, x.dtype), x, y, sample_weight)
        return float(loss), gradient.numpy().astype(float)

    start = flatten(trained).numpy().astype(float)
    losses = [objective(start)[0]]
    if not np.isfinite(losses[0]):
        raise FloatingPointError(f"The loss is {losses[0]} at the start: begin with smaller weights.")

    best = [start]

    def record(intermediate_result):
        if not np.isfinite(intermediate_result.fun):
            raise StopIteration
        losses.append(float(intermediate_result.fun))
        best[0] = intermediate_result.x.copy()
        if tolerance is not None:
            assign(trained, unflatten(tf.constant(intermediate_result.x, x.dtype), trained))
            if np.abs(model(x) - y).max() <= tolerance:
                raise StopIteration

    options = {"maxiter": iterations, **options}
    result = scipy.optimize.minimize(objective, start, jac=True, method=method, callback=record, options=options)
    found = result.x if np.isfinite(objective(result.x)[0]) else best[0]
    assign(trained, unflatten(tf.constant(found, x.dtype), trained))
    return losses
