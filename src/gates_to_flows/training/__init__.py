"""Fast training of small Keras models: one model on all samples at once, thousands side by side, second-order methods.

For a network of ten weights, `fit` spends nearly all of its time on starting steps and epochs. These functions compile the
whole loop instead. The model is an ordinary compiled Keras model, before and after.
"""

from gates_to_flows.training.descent import train_weights
from gates_to_flows.training.drawing import draw_weights
from gates_to_flows.training.ensembles import Ensemble, train_ensemble
from gates_to_flows.training.full_batch import fit_full_batch
from gates_to_flows.training.least_squares import LevenbergMarquardt, levenberg_marquardt
from gates_to_flows.training.second_order import minimize
from gates_to_flows.training.stopping import stop_at_max_error

__all__ = [
    "Ensemble",
    "LevenbergMarquardt",
    "draw_weights",
    "fit_full_batch",
    "levenberg_marquardt",
    "minimize",
    "stop_at_max_error",
    "train_ensemble",
    "train_weights",
]
