"""Stopping `fit` at a max error."""

from numbers import Real

import keras
import numpy as np

from gates_to_flows.functions import Target


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
