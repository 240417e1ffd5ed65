"""Methods that use curvature, for small problems that plain gradient descent leaves far from the minimum."""

import keras
import numpy as np
import scipy.optimize
import tensorflow as tf

from gates_to_flows.preconditions import checked, history_of, penalised, positive_integer

_SCIPY = {"L-BFGS": ("L-BFGS-B", {"maxcor": 30, "ftol": 0, "gtol": 0, "maxfun": np.inf}), "BFGS": ("BFGS", {"gtol": 0})}
_CHUNK = 20  # iterations in one call of the compiled loop: between two of them Ctrl-C gets its turn


def minimize(model, x, y, method, max_iterations=1000):
    """Train a compiled Keras model by a second-order method, on all samples at once.

    Parameters: model, x and y as for `fit_full_batch`; the model's optimiser is not used. method: "L-BFGS" or "BFGS",
    from SciPy, for any loss; "Levenberg-Marquardt" for a mean squared error without regularisers.
    Returns: keras.callbacks.History; history["loss"] holds the loss at the start and after each iteration. Iterations
    end early when they no longer lower the loss. The model keeps the best weights.
    Use float64: in float32 the methods end early, at a relative loss of about 1e-7.
    Raises ValueError for an unknown method and for what `fit_full_batch` refuses, TypeError if x or y does not hold
    numbers, FloatingPointError if the loss is NaN or infinite at the start.
    Taught in notebook 6. Nocedal and Wright, Numerical Optimization, 2nd ed., 2006, doi:10.1007/978-0-387-40065-5.
    """
    if method not in (*_SCIPY, "Levenberg-Marquardt"):
        raise ValueError(f'method should be "L-BFGS", "BFGS" or "Levenberg-Marquardt", not {method!r}.')
    x, y = checked(model, x, y)
    max_iterations = positive_integer(max_iterations, "max_iterations")
    if method == "Levenberg-Marquardt":
        history = _fit_squares(model, x, y, max_iterations)
    else:
        history = _fit_scipy(model, x, y, max_iterations, *_SCIPY[method])
    history.set_model(model)
    return history


def _fit_squares(model, x, y, iterations):
    loss = keras.losses.get(model.loss)
    squares = loss is keras.losses.mean_squared_error or type(loss) is keras.losses.MeanSquaredError
    if not squares or getattr(loss, "reduction", "mean") not in ("mean", "sum_over_batch_size") or penalised(model):
        raise ValueError('Levenberg-Marquardt needs loss="mse" and no regularisers: for others take "L-BFGS".')
    frozen = [v.value for v in model.non_trainable_variables]

    def residual(θ, x, y):
        return model.stateless_call(θ, frozen, x[None])[0][0] - y

    return levenberg_marquardt(residual, model.trainable_variables, (x, y), iterations)


def _fit_scipy(model, x, y, iterations, method, options):
    variables = model.trainable_variables

    @tf.function(autograph=False)
    def loss_and_gradient(flat):
        _assign(variables, flat)
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x, y, model(x, training=True))
        return loss, _flatten(tape.gradient(loss, variables, unconnected_gradients="zero"))

    evaluate = loss_and_gradient.get_concrete_function(tf.TensorSpec((None,), x.dtype))

    def objective(flat):
        loss, gradient = evaluate(tf.constant(flat, x.dtype))
        return float(loss), gradient.numpy().astype(float)

    start = _flatten(variables).numpy().astype(float)
    losses = [objective(start)[0]]
    if not np.isfinite(losses[0]):
        raise FloatingPointError(f"The loss is {losses[0]} at the start: begin with smaller weights.")

    def record(intermediate_result):
        losses.append(float(intermediate_result.fun))

    options = {"maxiter": iterations, **options}
    result = scipy.optimize.minimize(objective, start, jac=True, method=method, callback=record, options=options)
    _assign(variables, tf.constant(result.x, x.dtype))
    return history_of(losses)


def levenberg_marquardt(residual, variables, samples, iterations=100):
    """Least squares by Levenberg and Marquardt: change `variables` so that the squared residuals become small.

    Parameters: residual(θ, *sample), a TensorFlow function of a list of tensors shaped like `variables` and of one row
    of each array in `samples`, to a scalar or a vector (k,); it may hold tapes of its own. variables, a list of
    tf.Variable or Keras variables; samples, a tuple of arrays with a common leading axis; iterations, at most so many.
    Returns: keras.callbacks.History; history["loss"] holds the mean square of all residuals, at the start and after
    each iteration, and never rises. Iterations end early when no step lowers it, down to steps of rounding error.
    Use float64. N residuals and p parameters cost O(N p² + p³) time and O(N p + p²) memory per iteration.
    Raises ValueError if the samples differ in length, FloatingPointError if a residual is NaN or infinite at the start.
    Taught in notebook 6. Marquardt 1963, doi:10.1137/0111030; scaling as in Moré 1978, doi:10.1007/BFb0067700; damping
    as in Madsen, Nielsen and Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed., 2004.
    """
    dtype = tf.as_dtype(variables[0].dtype)
    samples = tuple(tf.convert_to_tensor(s) for s in samples)
    samples = tuple(tf.cast(s, dtype) if s.dtype.is_floating else s for s in samples)
    if len({len(s) for s in samples}) != 1:
        raise ValueError(f"The samples should have one common length, not {[len(s) for s in samples]}.")
    iterations, θ = positive_integer(iterations, "iterations"), _flatten(variables)
    run, loss = _make_loop(residual, variables, samples, θ)
    if not np.isfinite(loss):
        raise FloatingPointError(f"The mean squared residual is {loss} at the start: begin with other values.")
    state, losses = (θ, tf.constant(1e-3, dtype), tf.zeros_like(θ), tf.constant(loss, dtype)), [float(loss)]
    going = True
    while going and len(losses) <= iterations:
        state, chunk, going = run(state, tf.constant(min(_CHUNK, iterations + 1 - len(losses))))
        losses.extend(chunk.numpy().tolist())
        _assign(variables, state[0])
    return history_of(losses)


def _make_loop(residual, variables, samples, θ):
    """The compiled loop of `levenberg_marquardt`, over (θ, damping, scale, loss), and the loss at the start."""
    n, eps = len(samples[0]), np.finfo(θ.dtype.as_numpy_dtype).eps

    def loss_at(flat):
        parameters = _unflatten(flat, variables)
        return tf.reduce_mean(tf.square(tf.vectorized_map(lambda sample: residual(parameters, *sample), samples)))

    number, vector = tf.TensorSpec((), θ.dtype), tf.TensorSpec(θ.shape, θ.dtype)
    loss_at = tf.function(loss_at, autograph=False).get_concrete_function(vector)

    def residuals_and_jacobian(θ):
        # Each sample gets its own copy of the parameters, so that one backward pass gives the gradients of all samples.
        copies = [tf.repeat(t[None], n, axis=0) for t in _unflatten(θ, variables)]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(copies)
            r = tf.vectorized_map(lambda sample: residual(sample[0], *sample[1]), (copies, samples))
            components = tf.unstack(tf.reshape(r, (n, -1)), axis=1)
        gradients = [tape.gradient(r, copies, unconnected_gradients="zero") for r in components]
        rows = [tf.concat([tf.reshape(g, (n, -1)) for g in gs], axis=1) for gs in gradients]
        return tf.concat(components, axis=0), tf.concat(rows, axis=0)

    def iterate(θ, damping, scale, loss):
        r, J = residuals_and_jacobian(θ)
        count = tf.cast(tf.size(r), θ.dtype)
        curvature = tf.matmul(J, J, transpose_a=True) / count
        slope = tf.linalg.matvec(J, r, transpose_a=True) / count
        scale = tf.maximum(scale, tf.linalg.diag_part(curvature))
        weight = tf.where(scale > 0, scale, 1)  # a parameter without any influence stays where it is

        def attempt(_, __, damping, growth, ___):
            # Where rounding makes the matrix indefinite, the step is NaN and the attempt fails like any other.
            root = tf.linalg.cholesky(curvature + tf.linalg.diag(damping * weight))
            step = -tf.linalg.cholesky_solve(root, slope[:, None])[:, 0]
            new_loss = loss_at(θ + step)
            better, negligible = new_loss < loss, tf.norm(step) <= eps * tf.norm(θ)
            gain = (loss - new_loss) / tf.tensordot(step, damping * weight * step - slope, 1)  # over the gain foreseen
            return (
                tf.where(better, θ + step, θ),
                tf.where(better, new_loss, loss),
                damping * tf.where(better, tf.maximum(1 - (2 * gain - 1) ** 3, 1 / 3), growth),
                2 * growth,
                ~better & ~negligible & tf.math.is_finite(damping),
            )

        start = (θ, loss, damping, tf.constant(2, θ.dtype), True)
        θ, new_loss, damping, _, _ = tf.while_loop(lambda *state: state[-1], attempt, start)
        # Damping that has sunk to zero could not grow again.
        return (θ, tf.maximum(damping, eps), scale, new_loss), new_loss < loss

    @tf.function(autograph=False)
    def run(state, iterations):
        def body(i, losses, going, state):
            state, going = iterate(*state)
            return i + 1, losses.write(i, state[-1]), going, state

        start = (0, tf.TensorArray(θ.dtype, 0, dynamic_size=True), True, state)
        _, losses, going, state = tf.while_loop(lambda i, _, going, __: going & (i < iterations), body, start)
        return state, losses.stack(), going

    run = run.get_concrete_function((vector, number, vector, number), tf.TensorSpec((), tf.int32))
    return run, loss_at(θ).numpy()


def _flatten(tensors):
    return tf.concat([tf.reshape(t, (-1,)) for t in tensors], axis=0)


def _unflatten(flat, variables):
    parts = tf.split(flat, [int(np.prod(v.shape)) for v in variables])
    return [tf.reshape(part, v.shape) for part, v in zip(parts, variables, strict=True)]


def _assign(variables, flat):
    for variable, value in zip(variables, _unflatten(flat, variables), strict=True):
        variable.assign(value)
