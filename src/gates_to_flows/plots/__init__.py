"""The course's figures: one function per kind, drawn from results, with alt text that says what they show.

Colours differ in lightness as well as in hue, and every series has its own dashes and marker, so that a figure reads in
grey and to colour-blind eyes. A function returns nothing; end its cell with ``plt.show()``.
"""

from gates_to_flows.plots.approximation import beyond_the_interval, losses_that_stay, steps_that_add_up
from gates_to_flows.plots.bands import bands, losses_of_one_number, readings_and_curves
from gates_to_flows.plots.calibration import reliability
from gates_to_flows.plots.circuits import circuit, hidden_levels
from gates_to_flows.plots.discovery import (
    bias_of_an_integrator,
    learned_potential,
    losses_and_energies,
    readings_and_paths,
    spread_over_time,
    where_paths_go,
)
from gates_to_flows.plots.driving import road, scores_along_a_line, trails
from gates_to_flows.plots.error_rates import error_against_width, medians, snapshots
from gates_to_flows.plots.flows import flow, images, reflection, ring_and_disc, safety
from gates_to_flows.plots.general import bars, curves, dots
from gates_to_flows.plots.gradients import error_of_differences, products_of_jacobians, there_and_back
from gates_to_flows.plots.lambda_functions import lambda_where_paths_go
from gates_to_flows.plots.loss_surfaces import loss_levels, shelf, staircases
from gates_to_flows.plots.memory import columns_of_dots, image_rows, latch, over_time, stopping, two_errors
from gates_to_flows.plots.paths import around_truth, explosions, intervals, paths_fan, predicted_against_measured
from gates_to_flows.plots.playgrounds import playground
from gates_to_flows.plots.populations import many_fits, phase_portrait, populations
from gates_to_flows.plots.reinforcement import cart_pole, fans, many_runs, rooms, verdicts
from gates_to_flows.plots.solving import (
    error_against_weight,
    law_from_readings,
    median_over_time,
    residual_against_error,
    solutions,
    stiffness,
)
from gates_to_flows.plots.symbols import (
    counts_against_threshold,
    cut_by_a_tree,
    dots_to_law,
    shares,
    visited,
)
from gates_to_flows.plots.symplectic import (
    cost_and_error,
    energies_over_time,
    sections,
    sheared,
    valley,
)
from gates_to_flows.plots.units import folded_square, moving_lines, truth_tables
from gates_to_flows.plots.zoo import clouds, kinship, picture_map, picture_rows

__all__ = [
    "around_truth",
    "bands",
    "bars",
    "beyond_the_interval",
    "bias_of_an_integrator",
    "cart_pole",
    "circuit",
    "clouds",
    "columns_of_dots",
    "cost_and_error",
    "counts_against_threshold",
    "curves",
    "cut_by_a_tree",
    "dots",
    "dots_to_law",
    "energies_over_time",
    "error_against_weight",
    "error_against_width",
    "error_of_differences",
    "explosions",
    "fans",
    "flow",
    "folded_square",
    "hidden_levels",
    "image_rows",
    "images",
    "intervals",
    "kinship",
    "lambda_where_paths_go",
    "latch",
    "law_from_readings",
    "learned_potential",
    "loss_levels",
    "losses_and_energies",
    "losses_of_one_number",
    "losses_that_stay",
    "many_fits",
    "many_runs",
    "median_over_time",
    "medians",
    "moving_lines",
    "over_time",
    "paths_fan",
    "phase_portrait",
    "picture_map",
    "picture_rows",
    "playground",
    "populations",
    "predicted_against_measured",
    "products_of_jacobians",
    "readings_and_curves",
    "readings_and_paths",
    "reflection",
    "reliability",
    "residual_against_error",
    "ring_and_disc",
    "road",
    "rooms",
    "safety",
    "scores_along_a_line",
    "sections",
    "shares",
    "sheared",
    "shelf",
    "snapshots",
    "solutions",
    "spread_over_time",
    "staircases",
    "steps_that_add_up",
    "stiffness",
    "stopping",
    "there_and_back",
    "trails",
    "truth_tables",
    "two_errors",
    "valley",
    "verdicts",
    "visited",
    "where_paths_go",
]
