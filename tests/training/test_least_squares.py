"""Levenberg and Marquardt against NumPy's and SciPy's least squares."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf
from small_models import SGD, Adam, X, Y, compiled, float64, layers, network, plain_fit, same_weights  # noqa: F401

from gates_to_flows.training import LevenbergMarquardt, levenberg_marquardt


def test_linear_problem_against_lstsq():
    rng = np.random.default_rng(1)
    A, b = rng.normal(size=(40, 5)), rng.normal(size=40)
    θ = tf.Variable(np.zeros(5))
    loss = levenberg_marquardt(lambda θ, a, b: tf.tensordot(a, θ[0], 1) - b, [θ], (A, b)).history["loss"]
    solution, squares, *_ = np.linalg.lstsq(A, b, rcond=None)
    np.testing.assert_allclose(θ.numpy(), solution, rtol=1e-8)
    np.testing.assert_allclose([loss[0], loss[-1]], [np.mean(b**2), squares[0] / 40], rtol=1e-12)
    assert len(loss) < 30


def test_rank_deficient_problem():
    rng = np.random.default_rng(2)
    A, b = rng.normal(size=(30, 3))[:, [0, 1, 2, 0, 1]], rng.normal(size=30)
    θ, idle = tf.Variable(np.zeros(5)), tf.Variable(7.0, dtype="float64")
    loss = levenberg_marquardt(lambda θ, a, b: tf.tensordot(a, θ[0], 1) - b, [θ, idle], (A, b), 200).history["loss"]
    best = np.mean((A @ np.linalg.lstsq(A, b, rcond=None)[0] - b) ** 2)
    np.testing.assert_allclose(loss[-1], best, rtol=1e-12)
    assert idle.numpy() == 7 and np.isfinite(θ.numpy()).all()


def test_rosenbrock():
    θ = tf.Variable([-1.2, 1.0], dtype="float64")

    def residual(θ, _):
        x, y = θ[0][0], θ[0][1]
        return tf.stack([10 * (y - x**2), 1 - x])

    loss = levenberg_marquardt(residual, [θ], ([0.0],)).history["loss"]
    np.testing.assert_allclose(loss[0], 24.2 / 2)
    np.testing.assert_allclose(θ.numpy(), [1, 1], rtol=1e-12)
    assert (np.diff(loss) <= 0).all() and len(loss) < 60


def test_non_linear_fit_with_two_residuals_a_sample_against_scipy():
    t = np.linspace(0, 3, 25)
    data = np.stack([2 * np.exp(-t), np.sin(2 * t)], 1) + 0.1 * np.random.default_rng(3).normal(size=(25, 2))

    def residual(θ, t, d):
        a, b, c = tf.unstack(θ[0])
        return tf.stack([a * tf.exp(-b * t), tf.sin(c * t)]) * (1 + 0 * θ[1][0, 0]) - d

    def for_scipy(θ):
        return np.concatenate([θ[0] * np.exp(-θ[1] * t) - data[:, 0], np.sin(θ[2] * t) - data[:, 1]])

    θ, one = keras.Variable([1.0, 0.5, 1.8], dtype="float64"), tf.Variable([[1.0]], dtype="float64")
    levenberg_marquardt(residual, [θ, one], (t, data))
    np.testing.assert_allclose(θ.numpy(), scipy.optimize.least_squares(for_scipy, [1.0, 0.5, 1.8]).x, rtol=1e-6)


def with_tape(N, t):
    with tf.GradientTape() as tape:
        tape.watch(t)
        n = N(t)
    return tape.gradient(n, t) + n


def with_accumulator(N, t):
    with tf.autodiff.ForwardAccumulator(t, tf.ones_like(t)) as accumulator:
        n = N(t)
    return accumulator.jvp(n) + n


@pytest.mark.parametrize("equation", [with_tape, with_accumulator])
def test_differential_equation(equation):
    model, t = network(width=8, d_in=1), np.linspace(0, 2, 50)[:, None]

    def residual(θ, t):
        return equation(lambda t: 1 + t * model.stateless_call(θ, [], t[None])[0][0], t)  # N' + N = 0, N(0) = 1

    loss = levenberg_marquardt(residual, model.trainable_variables, (t,), 200).history["loss"]
    assert (np.diff(loss) <= 0).all()
    assert np.abs(1 + t * model(t).numpy() - np.exp(-t)).max() < 1e-5


def test_units_of_the_parameters_do_not_matter():
    t, histories = np.linspace(0, 3, 20), []
    for unit in (1.0, 2.0**20):
        θ = tf.Variable([0.5 * unit, 2.0], dtype="float64")

        def residual(θ, t, unit=unit):
            return θ[0][0] / unit * tf.exp(-θ[0][1] * t) - tf.exp(-t) - 0.1 * tf.sin(t)

        histories.append(levenberg_marquardt(residual, [θ], (t,), 8).history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-9)
    assert len(histories[0]) == 9


def test_least_squares_refusals():
    θ = tf.Variable([1.0], dtype="float64")
    with pytest.raises(ValueError, match=r"one common length, not \[4, 3\]"):
        levenberg_marquardt(lambda θ, a, b: a[0] - b[0], [θ], (X, Y[:3]))
    with pytest.raises(FloatingPointError, match="is nan at the start"):
        levenberg_marquardt(lambda θ, a: tf.math.log(-θ[0][0]) + a[0], [θ], (X,))
    with pytest.raises(ValueError, match="iterations should be a positive integer"):
        levenberg_marquardt(lambda θ, a: θ[0] - a[0], [θ], (X,), 0)
    assert θ.numpy() == [1]


def test_solved_problem_ends_at_once_and_wild_steps_are_refused():
    θ = tf.Variable([0.0], dtype="float64")
    loss = levenberg_marquardt(lambda θ, a: θ[0] * a[0], [θ], (X,)).history["loss"]
    assert loss == [0, 0]
    θ = tf.Variable([3.0], dtype="float64")  # Newton's step leaves the domain of the logarithm
    loss = levenberg_marquardt(lambda θ, a: tf.math.log(θ[0]) + a, [θ], ([0.0],)).history["loss"]
    assert (np.diff(loss) <= 0).all() and abs(θ.numpy()[0] - 1) < 1e-8


def test_groups_of_unequal_length_with_weights_against_scipy():
    t, late, data = np.linspace(0, 2, 30), np.array([0.0]), np.array([[0.5, 0.7], [1.5, 0.2]])

    def equation(θ, t):
        a, b = tf.unstack(θ[0])
        return a * tf.exp(-b * t) * (0.9 - b)

    def boundary(θ, t):
        return θ[0][0] * tf.exp(-θ[0][1] * t) - 1

    def measured(θ, row):
        return [θ[0][0] * tf.exp(-θ[0][1] * row[0]) - row[1], 0.1 * θ[0][0]]

    def for_scipy(θ):
        a, b = θ
        return np.concatenate(
            [
                np.sqrt(2 / 30) * a * np.exp(-b * t) * (0.9 - b),
                np.sqrt(5 / 1) * (a * np.exp(-b * late) - 1),
                np.sqrt(1 / 4) * (a * np.exp(-b * data[:, 0]) - data[:, 1]),
                np.sqrt(1 / 4) * np.full(2, 0.1 * a),
            ]
        )

    θ = tf.Variable([0.5, 0.5], dtype="float64")
    history = levenberg_marquardt(
        [equation, boundary, measured], [θ], [(t,), (late,), (data,)], weights=[2, 5, 1]
    ).history["loss"]
    theirs = scipy.optimize.least_squares(for_scipy, [0.5, 0.5], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    np.testing.assert_allclose(θ.numpy(), theirs.x, rtol=1e-6)
    np.testing.assert_allclose([history[0], history[-1]], [sum(for_scipy([0.5, 0.5]) ** 2), 2 * theirs.cost], rtol=1e-9)


def test_residuals_in_a_list_are_residuals_of_one_sample():
    rng = np.random.default_rng(5)
    A, B, b = rng.normal(size=(20, 3)), rng.normal(size=(20, 3)), rng.normal(size=(20, 2))

    def listed(θ, p, q, b):
        return [tf.tensordot(p, θ[0], 1) - b[0], tf.tensordot(q, θ[0], 1) - b[1]]

    solution = np.linalg.lstsq(np.vstack([A, B]), np.concatenate([b[:, 0], b[:, 1]]), rcond=None)[0]
    for residual in (listed, lambda *a: tuple(listed(*a)), lambda *a: tf.stack(listed(*a))[:, None]):
        θ = tf.Variable(np.zeros(3))
        levenberg_marquardt(residual, θ, (A, B, b))
        np.testing.assert_allclose(θ.numpy(), solution, rtol=1e-8)


def test_iterations_end_as_soon_as_until_says_so():
    θ = tf.Variable([-1.2, 1.0], dtype="float64")

    def rosenbrock(θ, _):
        return tf.stack([10 * (θ[0][1] - θ[0][0] ** 2), 1 - θ[0][0]])

    losses = levenberg_marquardt(rosenbrock, [θ], ([0.0],)).history["loss"]
    first = next(i for i, loss in enumerate(losses) if loss < 0.5)
    θ.assign([-1.2, 1.0])
    shorter = levenberg_marquardt(
        rosenbrock, [θ], ([0.0],), until=lambda θ: tf.reduce_mean(tf.square(rosenbrock(θ, 0))) < 0.5
    ).history["loss"]
    assert shorter == losses[: first + 1]


def test_a_residual_that_reads_a_variable_itself_is_refused():
    model, t = network(width=4, d_in=1), np.linspace(0, 1, 9)[:, None]
    with pytest.raises(ValueError, match="reads the variable 'kernel' itself, so that its derivative would be 0"):
        levenberg_marquardt(lambda θ, t: model(t[None])[0] - t, model.trainable_variables, (t,))
    θ, other = tf.Variable([1.0]), tf.Variable(2.0, name="other")
    with pytest.raises(ValueError, match="reads the variable 'other', which is none of `variables` and would not move"):
        levenberg_marquardt(lambda θ, a: θ[0] * other - a, [θ], ([1.0, 2.0],))
    with pytest.raises(ValueError, match="does not depend on θ"):
        levenberg_marquardt(lambda θ, a: a - 1, [θ], ([1.0, 2.0],))
    constant = tf.Variable(2.0, trainable=False)
    levenberg_marquardt(lambda θ, a: θ[0] * constant - a, [θ], ([3.0],))
    np.testing.assert_allclose(θ, [1.5], rtol=1e-6)


def line_residual(θ, a):
    return θ[0] * a - 1


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ((line_residual, [], ([1.0],)), TypeError, "variables should be a list of at least one"),
        ((line_residual, [3.0], ([1.0],)), TypeError, "variables should be a list of tf.Variable"),
        ((line_residual, None, ([1.0],)), TypeError, "variables should be a list of tf.Variable"),
        (
            (line_residual, [tf.Variable([1.0]), tf.Variable([1.0], dtype="float64")], ([1.0],)),
            TypeError,
            "one floating type, not float32, float64",
        ),
        ((line_residual, [tf.Variable([1])], ([1],)), TypeError, "one floating type, not int32"),
        ((line_residual, [tf.Variable([1.0])], np.ones(3)), ValueError, "samples should be a tuple of arrays"),
        ((line_residual, [tf.Variable([1.0])], ()), ValueError, "samples should be a tuple of arrays"),
        ((line_residual, [tf.Variable([1.0])], ([],)), ValueError, r"samples\[0\] should have at least one row"),
        ((line_residual, [tf.Variable([1.0])], (["a"],)), TypeError, r"samples\[0\] should hold real numbers"),
        (
            (line_residual, [tf.Variable([1.0])], ([1, 2],)),
            ValueError,
            r"fails on the first sample: .*samples\[0\] holds integers: give them as floats",
        ),
        ((lambda θ, a, b: a, [tf.Variable([1.0])], ([1.0],)), ValueError, "fails on the first sample: TypeError"),
        (
            (lambda θ, a: tf.cond(a > 1.5, lambda: θ[0], lambda: tf.numpy_function(np.abs, [a], a.dtype)[None]),)
            + ([tf.Variable([1.0])], ([2.0, 1.0],)),
            ValueError,
            "cannot be followed for all samples at once, take tf.where for tf.cond",
        ),
        (([line_residual], [tf.Variable([1.0])], [([1.0],), ([1.0],)]), ValueError, "not 1, 2 and"),
        (([], [tf.Variable([1.0])], []), ValueError, "as many residuals as tuples of samples"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(arguments, error, message):
    with pytest.raises(error, match=message) as caught:
        levenberg_marquardt(*arguments)
    assert "\n" not in str(caught.value)


def test_weights_of_groups_must_be_positive():
    for weights in ([0], [-1], [1, 2]):
        with pytest.raises(ValueError, match="positive weights, not 1, 1 and"):
            levenberg_marquardt([line_residual], [tf.Variable([1.0])], [([1.0],)], weights=weights)


def test_variables_that_would_not_move_and_derivatives_of_nan():
    fixed = tf.Variable([1.0], dtype="float64", trainable=False, name="fixed")
    with pytest.raises(ValueError, match="reads the variable 'fixed' itself"):
        levenberg_marquardt(lambda θ, a: fixed * θ[0] - a, [fixed], ([2.0],))
    v = tf.Variable([1.0], dtype="float64", name="v")
    with pytest.raises(ValueError, match="reads the variable 'v' itself"):
        levenberg_marquardt(lambda θ, a: θ[0] - a, [v], ([2.0],), until=lambda θ: v[0] > 1.05)
    with pytest.raises(ValueError, match=r"until\(θ\) fails: "):
        levenberg_marquardt(lambda θ, a: θ[0] - a, [v], ([2.0],), until=lambda θ: θ[5])
    with pytest.raises(ValueError, match="each variable once"):
        levenberg_marquardt(lambda θ, a: θ[0] * θ[1] - a, [v, v], ([2.0],))
    with pytest.raises(ValueError, match="samples should be a list with a tuple of arrays for each"):
        levenberg_marquardt([line_residual], [v], None)
    with pytest.raises(FloatingPointError, match="derivative of a residual is NaN or infinite at iteration 1"):
        levenberg_marquardt(lambda θ, a: tf.sqrt(tf.abs(θ[0] - 1)) + a, [v], ([2.0],))
    assert v.numpy() == 1
    with pytest.raises(ValueError, match=r"samples\[0\] holds 1e\+300, which is too large for float32"):
        levenberg_marquardt(line_residual, tf.Variable([1.0]), ([1e300],))


def test_compiled_once_and_run_often_gives_what_single_fits_give():
    def residual(θ, t, y):
        return θ[0][0] * tf.exp(-θ[0][1] * t) - y

    t = np.linspace(0, 3, 20)
    data = [np.exp(-t), 2 * np.exp(-0.3 * t) + 0.1 * np.sin(5 * t)]
    θ = tf.Variable([0.5, 2.0], dtype="float64")
    fit = LevenbergMarquardt(residual, [θ], (t, data[0]))
    for y in data:
        θ.assign([0.5, 2.0])
        loss, found = fit.run((t, y), 50).history["loss"], θ.numpy()
        θ.assign([0.5, 2.0])
        assert levenberg_marquardt(residual, [θ], (t, y), 50).history["loss"] == loss
        np.testing.assert_array_equal(θ.numpy(), found)
        expected = scipy.optimize.least_squares(lambda θ, y=y: θ[0] * np.exp(-θ[1] * t) - y, [0.5, 2.0]).x
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert fit.run((t, data[1])).history["loss"][0] == loss[-1]  # it goes on from the present values


def test_samples_of_another_form_than_compiled_for_are_refused():
    θ = tf.Variable([1.0], dtype="float64")
    fit = LevenbergMarquardt(lambda θ, a: θ[0] - a, [θ], (X,))
    with pytest.raises(ValueError, match=r"should be \(float64 \(4, 2\)\), .* not \(float64 \(3, 2\)\)"):
        fit.run((X[:3],))
    with pytest.raises(ValueError, match=r"not \(float64 \(4, 2\), float64 \(4, 2\)\)"):
        fit.run((X, X))
    with pytest.raises(ValueError, match="iterations should be a positive integer"):
        fit.run((X,), 0)
    assert θ.numpy() == [1]
