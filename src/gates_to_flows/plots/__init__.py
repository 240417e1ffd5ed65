"""The course's figures: one function per kind, drawn from results, with alt text that says what they show.

Colours differ in lightness as well as in hue, and every series has its own dashes and marker, so that a figure reads in
grey and to colour-blind eyes. A function returns nothing; end its cell with ``plt.show()``.
"""

from gates_to_flows.plots.approximation import beyond_the_interval, losses_that_stay, steps_that_add_up
from gates_to_flows.plots.bands import bands, losses_of_one_number, readings_and_curves
from gates_to_flows.plots.calibration import reliability
from gates_to_flows.plots.circuits import circuit, hidden_levels
from gates_to_flows.plots.error_rates import error_against_width, medians, snapshots
from gates_to_flows.plots.general import bars, curves
from gates_to_flows.plots.gradients import error_of_differences, products_of_jacobians, there_and_back
from gates_to_flows.plots.lambda_functions import lambda_where_paths_go
from gates_to_flows.plots.loss_surfaces import loss_levels, shelf, staircases
from gates_to_flows.plots.paths import around_truth, explosions, intervals, paths_fan, predicted_against_measured
from gates_to_flows.plots.units import folded_square, moving_lines, truth_tables

__all__ = [
    "around_truth",
    "bands",
    "bars",
    "beyond_the_interval",
    "circuit",
    "curves",
    "error_against_width",
    "error_of_differences",
    "explosions",
    "folded_square",
    "hidden_levels",
    "intervals",
    "lambda_where_paths_go",
    "loss_levels",
    "losses_of_one_number",
    "losses_that_stay",
    "medians",
    "moving_lines",
    "paths_fan",
    "predicted_against_measured",
    "products_of_jacobians",
    "readings_and_curves",
    "reliability",
    "shelf",
    "snapshots",
    "staircases",
    "steps_that_add_up",
    "there_and_back",
    "truth_tables",
]
