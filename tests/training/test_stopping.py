"""`stop_at_max_error` in `fit`, against errors taken on an independent grid."""

import gates_to_flows  # noqa: F401  isort: skip
from fractions import Fraction

import numpy as np
import pytest
import tensorflow as tf
from small_models import SGD, Adam, X, Y, compiled, float64, layers, network, plain_fit, same_weights  # noqa: F401

from gates_to_flows.functions import ripples, sine
from gates_to_flows.training import stop_at_max_error


def fit_sine(callback, epochs, rate=0.05):
    x, y = sine.samples(32)
    model = network(Adam(rate), d_in=1, width=8)
    model.compile(Adam(rate), "mse", steps_per_execution=20)
    data = tf.data.Dataset.from_tensors((x, y)).repeat()
    return model, model.fit(data, epochs=epochs, steps_per_epoch=20, verbose=0, callbacks=[callback])


def test_training_stops_at_the_first_epoch_within_the_tolerance(capsys):
    stopper = stop_at_max_error(sine, np.float32(0.25))
    model, history = fit_sine(stopper, 60)
    errors = history.history["max_error"]
    assert 1 < len(errors) == len(history.history["loss"]) < 60
    assert errors[-1] <= 0.25 < min(errors[:-1])
    grid = np.linspace(-np.pi, np.pi, 8193)[1::2, None]  # the midpoints of 4096 cells
    independent = np.abs(model.predict(grid, verbose=0) - np.sin(grid)).max()
    np.testing.assert_allclose([errors[-1], stopper.max_error], independent, rtol=1e-12)
    assert stopper.reached and model.stop_training and capsys.readouterr().out == ""


def test_a_tolerance_that_is_not_reached_is_said_once(capsys):
    stopper = stop_at_max_error(sine, 1e-6)
    _, history = fit_sine(stopper, 3)
    assert len(history.history["max_error"]) == 3 and not stopper.reached
    last = f"{history.history['max_error'][-1]:.3g}"
    line = f"The max error on sin x is {last} at the end of training: the tolerance of 1e-06 was not reached.\n"
    assert capsys.readouterr().out == line
    model, history = fit_sine(stopper, 2, rate=np.nan)  # NaN is no success
    assert (
        np.isnan(stopper.max_error) and not stopper.reached and "max error on sin x is nan" in capsys.readouterr().out
    )


def test_a_callback_can_be_used_again():
    stopper = stop_at_max_error(sine, 0.5)
    assert not stopper.reached and stopper.max_error is None
    runs = [fit_sine(stopper, 40)[1].history["max_error"] for _ in range(2)]
    assert runs[0] == runs[1] and stopper.reached


@pytest.mark.parametrize(
    "target, tolerance, error, message",
    [
        (np.sin, 0.1, TypeError, "target should be a Target of gates_to_flows.functions, not <ufunc 'sin'>"),
        (None, 0.1, TypeError, "not None"),
        (sine, 0, ValueError, "tolerance should be positive and finite, not 0"),
        (sine, -1e-3, ValueError, "not -0.001"),
        (sine, np.nan, ValueError, "not nan"),
        (sine, np.inf, ValueError, "not inf"),
        (sine, 10**400, ValueError, "not inf"),
        (sine, Fraction(1, 10**400), ValueError, "not 0"),
        (sine, "1e-3", TypeError, "tolerance should be a real number, not '1e-3'"),
        (sine, None, TypeError, "not None"),
        (sine, True, TypeError, "not True"),
        (sine, [0.1], TypeError, r"not \[0.1\]"),
    ],
)
def test_what_a_tolerance_and_a_target_must_be(target, tolerance, error, message):
    with pytest.raises(error, match=message):
        stop_at_max_error(target, tolerance)


def test_a_model_of_another_shape_is_refused_before_the_first_step():
    x, y = ripples.samples(4)
    model = network(d_out=2)
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"shape \(4096, 1\) for 4096 points, not \(4096, 2\)"):
        model.fit(x, np.hstack([y, y]), verbose=0, callbacks=[stop_at_max_error(ripples, 0.1)])
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
