"""Figures: what they draw, read back from the axes, and the alt text that travels with the picture."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.legend import Legend
from matplotlib.lines import AxLine
from PIL import Image

from gates_to_flows import plots
from gates_to_flows.logic import compile_statement
from gates_to_flows.plots import style
from gates_to_flows.worlds import Track

AND = ([0, 0, 0, 1], (2, 2, -3))
XOR = ([0, 1, 1, 0], None)

ROAD = Track(5 * np.stack([np.cos(np.arange(100) / 50 * np.pi), np.sin(np.arange(100) / 50 * np.pi)], axis=1))
DRAW = {
    "playground": lambda: plots.playground(np.eye(2), np.array([[0.0], [1]]), "two points", lambda x: x[:, :1]),
    "flow": lambda: plots.flow(
        np.array([[[-1.0, 0], [1, 0]], [[-2, 1], [2, 1]]]), [0, 1], [0, 1], lambda i, x: x, ([1, 0], 0), ["a", "b"]
    ),
    "images": lambda: plots.images({"matrix": np.eye(3), "image": np.ones((2, 2))}),
    "reflection": lambda: plots.reflection([[1.0, -1], [0, 0], [-1, 1]], np.ones((3, 2, 2))),
    "ring_and_disc": lambda: plots.ring_and_disc(
        {
            "before": (np.eye(2), np.array([0, 1]), np.eye(2), None),
            "after": (np.eye(2), np.array([0, 1]), np.array([[0, 1.0], [1, 1], [0, 2], [0, -1]]), ([0, 1], 0)),
        },
        ["inside", "outside"],
    ),
    "safety": lambda: plots.safety([0, 1], np.array([0.9, 0.1]), np.array([0.9, 0.2]), {"plain": np.array([0.9, 0])}),
    "kinship": lambda: plots.kinship(
        {"one": {"P": (0, 0, "1"), "FF": (1, 0, "2")}, "other": {"SVM": (0, 1, "here"), "KN": (1, 1, "–")}},
        {("P", "FF"): "+ hidden\nlayer", ("FF", "SVM"): "margin"},
        outside=["SVM"],
        pictures={"P": np.eye(8), "FF": np.arange(5.0), "SVM": np.ones((9, 2)), "KN": -np.eye(4)},
    ),
    "picture_rows": lambda: plots.picture_rows({"asked": np.zeros((2, 3, 3)), "told": np.ones((2, 3, 3))}),
    "picture_map": lambda: plots.picture_map(np.ones((2, 2, 3, 3)), [[1, 1], [1, 0]]),
    "clouds": lambda: plots.clouds({"a,\nb": np.array([[1.0, 0], [1, 0.1], [0, 3]])}, [[1, 0], [-1, 0]], 0.2),
    "many_runs": lambda: plots.many_runs(
        {"plain": np.array([[0.5, 0.5], [0.9, 0.05]]), "better": np.array([[0.5, 0.5], [0.9, 0.9]])},
        "tries",
        "chance",
        0.1,
    ),
    "rooms": lambda: plots.rooms(
        {"exact": (np.array([[0.5, np.nan], [-0.25, 1]]), np.array([[2, 0], [1, 0]]))}, {(1, 1): "+1"}
    ),
    "cart_pole": lambda: plots.cart_pole([[0.5, 0, 0.1, 0]], [10.0, 20, 30, 500], 500),
    "fans": lambda: plots.fans({"plain": np.array([[20.0, 22], [100, 500]])}, "update", "return", level=475),
    "verdicts": lambda: plots.verdicts({"one": np.full((1, 3), 500.0), "two": np.array([[500, 500], [9, 12]])}, 475),
    "truth_tables": lambda: plots.truth_tables({"AND": AND, "XOR": XOR}),
    "moving_lines": lambda: plots.moving_lines({"AND": (AND[0], np.array([[0, 0, 0], [1, 1, 0], [2, 2, -3]]))}),
    "loss_levels": lambda: plots.loss_levels(
        {"early": [0.02, 0.25], "late": [0.125]}, {"1/8": 1 / 8, "1/4": 1 / 4}, 10
    ),
    "paths_fan": lambda: plots.paths_fan(
        [1, 2], np.array([[0.1, -0.2, 2.0], [0.3, -0.4, 0.5]]), [0, 0], [1, 1], [1.4, 0.2], [0.5, 1.0]
    ),
    "predicted_against_measured": lambda: plots.predicted_against_measured(
        {"a": [1, 10], "b": [1e-3]}, {"a": [1, 11], "b": [1e-3]}, "predicted rate", "measured rate"
    ),
    "explosions": lambda: plots.explosions([0.5, 0.8, 0.9, 1.5], [np.inf, 12, np.inf, 1], 40),
    "around_truth": lambda: plots.around_truth({"one": [0.1, 0.3], "other": [0.25, 0.25]}, 0.25, "estimate", "way"),
    "intervals": lambda: plots.intervals([0.2, 0.3, 0.9], [0.1, 0.1, 0.2], 0.25, "intervals for λ"),
    "lambda_where_paths_go": lambda: plots.lambda_where_paths_go(
        np.arange(5.0), np.ones(5), {"a": [1, 1.1, 1, 1, 3]}, np.array([[0.9, 2.0], [1.5, 3.1]]), ylim=(0, 3)
    ),
    "staircases": lambda: plots.staircases(
        {"one": ([0, 1, 2], [0.3, 0.25, 0]), "two": ([0, 1], [0.25, 0.25])}, {"1/4": 0.25}
    ),
    "shelf": lambda: plots.shelf(
        np.arange(3) - 1, np.arange(5) - 2, np.outer(np.arange(5), np.ones(3)) / 32, 1 / 16, {"a": (0, 0)}, "x", "y"
    ),
    "curves": lambda: plots.curves(
        {"a": ([0, 1], [1, 0.5]), "b": ([0, 1], [1, 2])}, "step", "loss", legend="upper left", log="y"
    ),
    "bars": lambda: plots.bars({"before": [0.25, 0.75], "after": [0.5, 0.5]}, ["wrong", "right"], "verdict", "share"),
    "dots": lambda: plots.dots(
        {"few": ([0.5, -1], [0.4, 0.4]), "many": ([0.6, -1], [0.1, 0.1])},
        ["wide", "deep"],
        "difference, points",
        "setting",
    ),
    "circuit": lambda: plots.circuit(
        {"XOR": compile_statement("a xor b"), "deep": compile_statement("a and (b xor c)")}
    ),
    "hidden_levels": lambda: plots.hidden_levels(
        {
            "h1": (np.linspace(-2, 2, 4), np.tanh(np.linspace(-2, 2, 4)), [0.0]),
            "h2": (np.arange(4) - 1.5, np.tanh(np.arange(4) - 1.5), [-1.0, 0.0, 1.0]),
        },
        [0, 1, 1, 0],
    ),
    "there_and_back": lambda: plots.there_and_back(["× W", "σ"], ["x", "z", "h"], ["dx", "dz", "dh"]),
    "error_of_differences": lambda: plots.error_of_differences([1e-9, 1e-6, 1e-3, 1], [1e-7, 1e-10, 1e-6, 1], 6e-6),
    "phase_portrait": lambda: plots.phase_portrait(
        np.arange(1.0, 5),
        np.arange(1.0, 4),
        np.add.outer(np.arange(3.0), np.arange(4.0)),
        [1, 2],
        (2, 2),
        {"round": np.column_stack([np.linspace(1, 3, 30), np.linspace(1, 2, 30)])},
        "hares",
        "lynx",
    ),
    "populations": lambda: plots.populations(
        np.arange(1900, 1903),
        np.array([[10, 2], [40, 4], [20, 8.0]]),
        ["hares", "lynx"],
        [1901],
        {"fit": (np.array([1900, 1902]), np.array([[10.0, 2], [20, 16]]))},
    ),
    "many_fits": lambda: plots.many_fits(
        [0, 1],
        {"a": ([[1, 2], [3, 4.0]], [0.1, 0.9]), "b": ([[1, 2.0]], [0.1])},
        ([0, 1], [1, 2.0]),
        0.2,
        "year",
        "hares",
    ),
    "products_of_jacobians": lambda: plots.products_of_jacobians({"tanh": {"1": [0.9, 0.8], "2": [1.1, 1.2]}}),
    "medians": lambda: plots.medians(
        {"k = 1": ([1, 2], np.array([[1, 0.5, 2], [0.1, 0.2, 0.1]])), "k = 2": ([1, 2], np.ones((2, 3)))},
        "step",
        "error",
        level=0.2,
    ),
    "snapshots": lambda: plots.snapshots(np.arange(3), np.arange(3), {"step 1": np.zeros(3), "step 9": np.ones(3)}),
    "error_against_width": lambda: plots.error_against_width(
        [8, 16],
        {"max": {"sine": [0.1, 0.025]}, "rms": {"sine": [0.05, 0.0125]}},
        {"max": {"sine": -2}, "rms": {"sine": -2}},
    ),
    "steps_that_add_up": lambda: plots.steps_that_add_up(
        np.linspace(-1, 1, 5), np.zeros(5), 0.5, {"unit 1": -np.linspace(0, 1, 5), "unit 2": np.linspace(0, 0.5, 5)}
    ),
    "losses_that_stay": lambda: plots.losses_that_stay(
        {"stuck": ([10, 20], np.full((2, 3), 0.25)), "slow": ([1, 2], np.ones((2, 2)))},
        ([10, 20], [0.1, 0.01]),
        {"stuck": {"the level": 0.25}},
    ),
    "beyond_the_interval": lambda: plots.beyond_the_interval(
        {"flat": np.zeros(5), "right": np.arange(5) - 2.0}, np.arange(5) - 2.0, np.arange(5) - 2.0, (-1, 1)
    ),
    "folded_square": lambda: plots.folded_square(
        lambda x: x**2, lambda x: np.abs(x[:, 0] - x[:, 1]), [0, 1, 1, 0], (1, 1, -0.5)
    ),
    "losses_of_one_number": lambda: plots.losses_of_one_number(
        np.array([0, 1, 5]),
        np.linspace(0, 5, 6),
        {"squared": np.array([9, 6, 5, 6, 9, 14.0]), "absolute": np.array([2, 1.6, 2, 2.3, 2.6, 3])},
        {"squared": (2, "mean"), "absolute": (1, "median")},
    ),
    "readings_and_curves": lambda: plots.readings_and_curves(
        ([0, 1], [1.1, 2]), {"truth": ([0, 1], [1, 2]), "fit": ([0, 1], [1, 2.5])}, "x", "y", log=True
    ),
    "bands": lambda: plots.bands(
        (np.arange(6), np.array([0, 0, 3, 0, 0, 0])),
        (np.full(6, -2), np.full(6, 2)),
        {"narrow": (np.full(6, -1), np.full(6, 1)), "wide": (np.full(6, -4), np.full(6, 4))},
        "x",
        "y",
    ),
    "where_paths_go": lambda: plots.where_paths_go(
        {
            "box": (
                np.zeros((1, 2)),
                np.array([[0, 0], [0.5, 0.5], [2, 0], [0, 3]]),
                np.array([[-1, -1], [1, -1], [0, 1]]),
            ),
            "disc": (np.zeros((1, 2)), np.zeros((2, 2)), np.array([[-1, -1], [1, -1], [0, 1]])),
        },
        "q",
        "p",
    ),
    "spread_over_time": lambda: plots.spread_over_time(
        {"free": ([1, 2], np.array([[1, 2, 3], [2, 4, 6]])), "kept": ([1, 2], np.ones((2, 3)))}, "error"
    ),
    "learned_potential": lambda: plots.learned_potential(
        np.linspace(-1, 1, 5),
        np.linspace(-1, 1, 3),
        np.arange(15.0).reshape(3, 5),
        np.arange(15.0).reshape(3, 5) + 0.5,
        [2, 4, 8, 12],
    ),
    "bias_of_an_integrator": lambda: plots.bias_of_an_integrator(
        {"Verlet": ([1, 2, 4], [0.16, 0.04, 0.01]), "RK4": ([1, 2], [0.016, 0.001])},
        {"predicted": ([1, 2, 4], [0.16, 0.04, 0.01])},
        "error",
    ),
    "readings_and_paths": lambda: plots.readings_and_paths(
        np.eye(2), {"free": np.array([[[1.0, 0]], [[0, 2.0]]]), "kept": np.array([[[1.0, 0]], [[0, 1.0]]])}, [1.0]
    ),
    "losses_and_energies": lambda: plots.losses_and_energies(
        {"free": [0.03, 0.04, 0.05], "kept": [0.04] * 3}, {"free": [1.0] * 3, "kept": [0.01, 0.02, 0.03]}, 0.04
    ),
    "road": lambda: plots.road(ROAD, np.array([5.0, 0.0]), np.array([[5.8, 0], [5, 3]]), ROAD.centre[:900]),
    "trails": lambda: plots.trails(
        ROAD, {"first": np.array([[[5, 0], [0, 5]], [[np.nan] * 2, [0, 5]]]), "last": np.ones((2, 2, 2))}
    ),
    "scores_along_a_line": lambda: plots.scores_along_a_line(
        [(np.linspace(-1, 1, 5), np.array([0, 0, 1, 1, 0])), (np.linspace(-0.1, 0.1, 5), np.ones(5))], "way", "laps"
    ),
    "over_time": lambda: plots.over_time(
        {"goes on": ([0, 1], np.array([[1, 2, 3], [4, 5, 6]])), "frozen": ([0, 1], np.ones((2, 3)))},
        "samples",
        "attenuation",
        legend="lower right",
        mark=(1, "now"),
    ),
    "two_errors": lambda: plots.two_errors(
        np.array([0.01, 0.02, 0.04]),
        {"lag": np.array([4.0, 2, 1]), "noise": np.array([1.0, 2, 4])},
        np.array([5.0, 4, 5]),
        ([0.01, 0.02, 0.04], [[5, 6], [4, 4], [5, 5]]),
        0.02,
    ),
    "stopping": lambda: plots.stopping(
        [1, 10, 100],
        {"training": np.array([[3.0], [2], [1]]), "true": np.array([[3.0], [2], [4]])},
        {"by test": [-0.2, 0.0], "by\nvalidation": [0.1, 0.3]},
        10,
        (-0.1, 0.1),
    ),
    "columns_of_dots": lambda: plots.columns_of_dots(
        {"old": [[0.0, 0.2], [1, 1]], "new": [[1, 1], [0.8, 1]]}, ["none", "all"], "kept", "right", legend="lower right"
    ),
    "image_rows": lambda: plots.image_rows(
        {"stored": np.ones((2, 3, 3)), "came back": np.stack([np.ones((3, 3)), 1 - 2 * np.eye(3)])}
    ),
    "latch": lambda: plots.latch(
        np.array([0, 1, 2]),
        {"attracts": np.array([0, 0, 0.9]), "repels": np.array([np.nan, np.nan, 0])},
        (np.array([-1, 1]), np.array([1, -1])),
        {"u rises": ([-1, 1], [-1, 1]), "u falls": ([1, -1], [1, -1])},
        (0.5, -0.5),
    ),
    "counts_against_threshold": lambda: plots.counts_against_threshold(
        {"network": ([0.1, 0.2, 0.4], [8, 4, 0]), "differences": ([0.1, 0.2, 0.4], [9, 7, 1])},
        (4, "four terms"),
        "threshold",
        "terms left",
    ),
    "cut_by_a_tree": lambda: plots.cut_by_a_tree(
        {"2 leaves": np.eye(4) > 0, "4 leaves": np.ones((4, 4), bool)}, ([-1, 1], [-1, 1]), "x", "y"
    ),
    "dots_to_law": lambda: plots.dots_to_law(
        np.ones((2, 3, 2)),
        (np.array([[1.0, 1], [2, 1]]), np.array([[1.0, 0], [0, 2]])),
        ["x' = y", "y' = -x"],
        {"true": [[0.0, 1], [1, 0]], "printed": [[0.0, 1.5], [1, 0]]},
        "hares",
        "lynxes",
    ),
    "shares": lambda: plots.shares(
        {"ten terms": [[0, 10], [10, 7]], "six": [[10, 10], [10, 9]]},
        ["differences", "by\nnetwork"],
        ["0%", "5%"],
        "noise",
        of=10,
    ),
    "visited": lambda: plots.visited(np.stack([np.eye(3), 1 - np.eye(3)]) * 2 - 1, [30, 4], [True, False]),
    "valley": lambda: plots.valley(
        np.array([-1, 0, 1]),
        np.array([-1, 1]),
        np.array([[2, 1, 2], [2, 1, 2.5]]),
        [1.5],
        np.array([[0, 1], [-1, -1], [1, -1]]),
        {
            "box": {"stay": np.zeros((1, 2)), "leave": np.ones((3, 2))},
            "low": {"stay": np.ones((2, 2)), "leave": np.ones((0, 2))},
        },
    ),
    "sheared": lambda: plots.sheared(
        {
            "square": [np.array([[0, 0], [1, 0], [1, 1], [0, 1]])],
            "askew": [np.array([[0, 0], [1, 1], [1, 2], [0, 1]])] * 2,
        },
        [1, 1.0004],
        "q",
        "p",
    ),
    "energies_over_time": lambda: plots.energies_over_time(
        {
            "learned": {"free": ([1, 10], np.array([[1, 2, 3], [4, 5, 6]])), "kept": ([1, 10], np.ones((2, 3)))},
            "computed": {"RK4": ([1, 10], np.full((2, 3), 0.5))},
        },
        "error",
    ),
    "sections": lambda: plots.sections(
        {"kept": [np.zeros((2, 2)), np.full((2, 2), 0.5)], "lost": [np.array([[0.0, 0], [0, 2]])]},
        [np.zeros((3, 2))],
        np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]),
    ),
    "cost_and_error": lambda: plots.cost_and_error(
        {"Verlet": ([10, 20], [0.04, 0.01])}, {"network": (300, 0.02)}, "work", "error"
    ),
    "solutions": lambda: plots.solutions(
        {"spring": ([0, 1], np.eye(2), np.eye(2) + [[0, 0.25], [0, 0]])}, [("q", "p")]
    ),
    "residual_against_error": lambda: plots.residual_against_error(
        {"short": ([1e-3, 1e-4], [2e-3, 1e-4]), "long": ([1e-2, 1e-2], [0.5, 0.5])}, [1, 40], "residual", "error"
    ),
    "median_over_time": lambda: plots.median_over_time([0, 1], np.array([[1, 1, 1], [0.2, 0.4, 0.9]]), 1, "distance"),
    "error_against_weight": lambda: plots.error_against_weight(
        [0.1, 1, 10], np.array([[0.5, 0.5], [0.01, 0.01], [0.7, 0.7]]), [0.02, 0.02], "weight", "error"
    ),
    "stiffness": lambda: plots.stiffness(
        [1, 10], {"plain": [[0.1, 0.1], [0.9, 0.9]]}, {"explicit": [50, 600], "implicit": [100, 100]}
    ),
    "law_from_readings": lambda: plots.law_from_readings(
        [0, 1, 2],
        [0, 1, 0],
        ([0, 2], [0.1, 0]),
        [0, 1.5, 0],
        [0, 1],
        {"truth": [1.0, 2], "half": [0.5, 1]},
        ["x", "x", "g"],
    ),
    "reliability": lambda: plots.reliability(
        {"one": {"before": ([0.5, 0.9], [0.6, 1.0], [1, 3])}, "two": {"before": ([0.7], [0.7], [4])}}
    ),
}


@pytest.fixture(params=DRAW, ids=str)
def figure(request):
    DRAW[request.param]()
    yield plt.gcf()
    plt.close("all")


def test_every_figure_is_drawn_here():
    assert set(plots.__all__) == set(DRAW)


def test_a_figure_has_labels_and_fits_the_page(figure):
    for ax in figure.axes:
        shared = ax.get_subplotspec() is not None and not ax.get_subplotspec().is_first_col()
        below = [other for other in ax.get_shared_x_axes().get_siblings(ax) if other.get_xlabel()]
        assert below or ax.get_label() == "<colorbar>" or not ax.axison
        colour_bar_with_title = ax.get_label() == "<colorbar>" and ax.get_title(loc="left")
        assert ax.get_ylabel() or colour_bar_with_title or shared or not ax.axison
    assert figure.get_figwidth() <= 9


def test_no_legend_looks_for_its_place(figure):
    legends = [ax.get_legend() for ax in figure.axes if ax.get_legend()] + figure.legends
    assert all(legend._loc_real != Legend.codes["best"] for legend in legends)


def test_a_figure_carries_alt_text_into_the_notebook(figure):
    png, metadata = style.png_with_alt_text(figure)
    assert len(metadata["alt"]) > 40 and "$" not in metadata["alt"]
    assert Image.open(io.BytesIO(png)).width == 2 * metadata["width"]


def test_series_differ_in_lightness_and_not_only_in_hue():
    grey = sorted(float(np.dot(to_rgb(colour), [0.2126, 0.7152, 0.0722])) for colour in style.SERIES)
    assert min(np.diff(grey)) > 0.1
    assert len(set(map(str, style.DASHES))) == len(set(style.MARKERS)) == len(style.SERIES)


def test_the_colours_of_an_output_get_darker_all_the_way():
    grey = style.OUTPUT(np.linspace(0, 1, 50))[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(grey) < 0).all()


def test_the_line_of_a_unit_is_where_it_is_undecided():
    plots.truth_tables({"AND": AND})
    (line,) = [artist for artist in plt.gcf().axes[0].lines if isinstance(artist, AxLine)]
    on_it = np.array([line.get_xy1(), line.get_xy2()])
    np.testing.assert_allclose(on_it @ AND[1][:2] + AND[1][2], 0, atol=1e-12)
    plt.close("all")


def test_alt_text_says_what_has_no_line():
    plots.truth_tables({"AND": AND, "XOR": XOR})
    assert "In 1 of them" in plt.gcf().alt and "XOR has no line" in plt.gcf().alt
    plt.close("all")


@pytest.mark.parametrize(
    ("series", "says"),
    [
        ({"a": [1, 0.5]}, "a goes from 1 to 0.5."),
        ({"a": [1, 0.2, 3]}, "a goes from 1, by way of 0.2 to 3."),
        (
            {"a": [1, 0.5], "b": [1, 0.5]},
            "a goes from 1 to 0.5; b goes from 1 to 0.5. All curves lie on top of each other.",
        ),
        ({"a": [1, 0.5], "b": [1, 0.6]}, "a goes from 1 to 0.5; b goes from 1 to 0.6."),
    ],
)
def test_alt_text_of_curves_says_where_they_go(series, says):
    plots.curves({name: (range(len(y)), y) for name, y in series.items()}, "step", "loss", legend="above")
    assert plt.gcf().alt == f"loss against step: {says}"
    plt.close("all")


def test_alt_text_of_explosions_says_where_the_edge_is():
    plots.explosions([0.5, 0.8, 0.9, 1.5], [np.inf, 12, np.inf, 1], 40)
    alt = plt.gcf().alt
    assert "2 did not explode within 40 epochs, all of them below 0.90 times it" in alt
    assert "2 did, all of them above 0.80 times it, 1 in the first epoch and 1 later" in alt
    plt.close("all")


@pytest.mark.parametrize(("epochs", "says"), [([np.inf, np.inf], "2 did not"), ([1, 2], "2 did, all")])
def test_explosions_may_all_be_of_one_kind(epochs, says):
    plots.explosions([0.5, 1.5], epochs, 40)
    assert says in plt.gcf().alt
    plt.close("all")


def test_intervals_that_miss_are_counted():
    plots.intervals([0.2, 0.3, 0.9], [0.1, 0.1, 0.2], 0.25, "intervals for λ")
    assert "1 of them miss it" in plt.gcf().alt
    plt.close("all")


def test_alt_text_of_lambda_tells_errors_where_paths_go_from_errors_elsewhere():
    DRAW["lambda_where_paths_go"]()
    assert "98 % of the positions lie between 0.9 and 3.1" in plt.gcf().alt
    assert "a is within 0.1 of λ there and off by up to 2 elsewhere" in plt.gcf().alt
    plt.close("all")


def test_corners_that_lie_together_share_a_name():
    plots.folded_square(lambda x: x[:, [0, 0]] + x[:, [1, 1]], lambda x: x[:, 0], [0, 1, 1, 0], (1, 1, -0.5))
    assert [text.get_text() for text in plt.gcf().axes[1].texts] == ["0 0", "0 1 and 1 0", "1 1"]
    plt.close("all")


def test_steps_add_up_to_the_last_sum():
    x = np.linspace(-1, 1, 5)
    plots.steps_that_add_up(x, x, -1.0, {"unit 1": x + 1, "unit 2": 0 * x})
    *_, last = plt.gcf().axes[-1].lines
    np.testing.assert_allclose(last.get_ydata(), x)
    assert "the sum is within 0 of the target" in plt.gcf().alt
    plt.close("all")


def test_alt_text_says_how_far_off_inside_and_outside():
    x = np.arange(5) - 2.0
    plots.beyond_the_interval({"flat": np.zeros(5)}, x, x, (-1, 1))
    assert "flat: off by up to 1 inside and by up to 2 outside" in plt.gcf().alt
    plt.close("all")


def test_a_band_marks_the_readings_outside_it_and_says_where_they_are():
    DRAW["bands"]()
    fig = plt.gcf()
    outside = [line.get_xydata() for ax in fig.axes for line in ax.lines if line.get_marker() == "x"]
    assert [points.tolist() for points in outside] == [[[2, 3]], []]
    assert "narrow: width from 2 to 2, readings outside in the left, middle and right third 0, 1, 0;" in fig.alt
    plt.close("all")


def test_alt_text_of_curves_through_readings_says_how_far_they_are_from_the_truth():
    DRAW["readings_and_curves"]()
    assert plt.gcf().alt.endswith("Largest distance from the curve “truth”: fit 0.5.")
    plt.close("all")


def test_alt_text_says_who_claims_less_than_is_true():
    plots.reliability({"linear": {"as it is": ([0.5, 0.9], [0.6, 1.0], [1, 3])}})
    assert "linear, as it is: says 0.80 on average and is right on 0.90." in plt.gcf().alt
    plt.close("all")


def test_alt_text_says_how_many_fits_arrive_and_how_far_a_path_is_from_the_counts():
    DRAW["many_fits"]()
    assert "a, 1 of 2 fits reach the best error" in plt.gcf().alt and "b, 1 of 1 fits" in plt.gcf().alt
    DRAW["populations"]()
    assert "The path fit stays within a factor of 2.8" in plt.gcf().alt


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("where_paths_go", "box: 75% of the points on the paths lie outside; disc: 0% of the points"),
        ("spread_over_time", "free goes from 2 to 4; kept goes from 1 to 1."),
        ("learned_potential", "at 2, 4, 8 and 12: the two potentials differ nowhere by more than 5e-01"),
        ("bias_of_an_integrator", "Verlet from 1.6e-01 with 1 to 1.0e-02 with 4, slope -2.0; RK4 from"),
        ("readings_and_paths", "free: from radius 1 to 2; kept: from radius 1 to 1."),
        ("losses_and_energies", "free: median loss 0.040, energy 1e+00; kept: median loss 0.040, energy 2e-02."),
    ],
)
def test_alt_text_of_learned_laws_says_what_they_get_wrong(name, says):
    DRAW[name]()
    assert says in plt.gcf().alt
    plt.close("all")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("over_time", "goes on goes from 2 to 5; frozen goes from 1 to 1; a line at 1 says: now."),
        ("two_errors", "lowest point at 0.020; 3 measured rates lie on it, from 5.5 by way of 4 to 5."),
        (
            "stopping",
            "true goes from 3 by way of 2 to 4; by test: mean difference -0.100, standard deviation 0.100; by val",
        ),
        ("columns_of_dots", "none, all, one dot for each of 2 runs. Means, old: 0.10, 1.00; new: 1.00, 0.90."),
        ("image_rows", "stored: 2 of 2 as in the first row; came back: 1 of 2 as in the first row."),
        ("latch", "attracts at ±0.90 at the end, repels at ±0.00 at the end."),
    ],
)
def test_alt_text_of_networks_that_remember_says_what_they_keep(name, says):
    DRAW[name]()
    assert says in plt.gcf().alt
    plt.close("all")


def test_wrong_pixels_stand_out():
    DRAW["image_rows"]()
    stored, came_back = (ax.images[0].get_array() for ax in plt.gcf().axes)
    assert [len(np.unique(strip.reshape(-1, 3), axis=0)) for strip in (stored, came_back)] == [2, 3]  # gap and ink
    plt.close("all")


def test_a_row_may_stay_without_marks():
    plots.image_rows({"stored": np.ones((2, 3, 3)), "Hebb": -np.ones((2, 3, 3))}, unmarked=["Hebb"])
    strip = plt.gcf().axes[1].images[0].get_array()
    assert len(np.unique(strip.reshape(-1, 3), axis=0)) == 2  # gap and paper
    assert "in orange, but not in the row Hebb. stored: 2 of 2" in plt.gcf().alt
    plt.close("all")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("valley", "box: 1 stay, 3 leave; low: 2 stay, 0 leave."),
        ("sheared", "square: area 1.000; askew: area 1.000."),
        (
            "energies_over_time",
            "from time 1 to 10, medians with bands, on logarithmic axes in 2 panels. free goes from 2e+00 to",
        ),
        ("sections", "kept: 4 points of 2 paths, 0% outside the boundary; lost: 2 points of 1 paths, 50% outside"),
        ("cost_and_error", "Verlet from 4e-02 at 10 to 1e-02 at 20; network 2e-02 at 300."),
    ],
)
def test_alt_text_of_symplectic_maps_says_what_they_keep(name, says):
    DRAW[name]()
    assert says in plt.gcf().alt
    plt.close("all")


def test_a_flow_draws_arrows_where_a_layer_follows_and_the_line_after_the_last():
    DRAW["flow"]()
    before, after = plt.gcf().axes
    assert [len(ax.collections) for ax in (before, after)] == [3, 3]  # arrows, or a tint; the trails of two classes
    assert [any(isinstance(line, AxLine) for line in ax.lines) for ax in (before, after)] == [False, True]
    assert "after 0 layers their middles are 2.00 apart; after 1 layers their middles are 4.00 apart" in plt.gcf().alt
    plt.close("all")


def test_alt_text_says_how_much_of_the_ring_is_on_the_wrong_side():
    DRAW["ring_and_disc"]()
    assert "after: a line, and 25.0% of the curve beyond it" in plt.gcf().alt
    plt.close("all")


def test_alt_text_of_drives_says_how_many_end_early_and_where_a_score_lies():
    for name, says in (
        ("road", "road of 31 m, 1.5 m wide. A car has come along it; 2 lines"),
        ("trails", "a cross where the car left it or was taken off. first: 50% end at a cross; last: 0%"),
        (
            "scores_along_a_line",
            "from -1 to 1 it lies between 0.00 and 1.00; from -0.1 to 0.1 it lies between 1.00 and 1.00.",
        ),
    ):
        DRAW[name]()
        assert says in plt.gcf().alt
        plt.close("all")


def test_alt_text_of_solving_says_how_far_things_are_off():
    for name, says in (
        ("solutions", "spring, q, p to time 1: nowhere further apart than 2e-01."),
        (
            "residual_against_error",
            "long: residuals around 1e-02, errors around 5e-01. Lines where the error is 1, 40 times",
        ),
        ("median_over_time", "sinks from 1 to 0.4; the band from the least to the greatest ends at 0.9."),
        ("error_against_weight", "from 0.5 by way of 0.01 up to 0.7. With a hard one 0.02."),
        (
            "stiffness",
            "plain from 0.1 to 0.9; explicit from 50 to 600 evaluations; implicit from 100 to 100 evaluations.",
        ),
        ("law_from_readings", "none between 0 and 2, and a learned path through them, nowhere further than 0.5"),
        ("law_from_readings", "half off by 50%."),
    ):
        DRAW[name]()
        assert says in plt.gcf().alt
        plt.close("all")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("counts_against_threshold", "network: from 8 to 0, 4 from 0.2 to 0.2; differences: from 9 to 1, never 4."),
        ("cut_by_a_tree", "2 leaves: yes on 25% of the square; 4 leaves: yes on 100% of the square."),
        ("dots_to_law", "6 noisy readings. Middle: 2 arrows"),
        ("dots_to_law", "x' = y, y' = -x, and closed paths, true and printed, nowhere further apart than 0.5."),
        (
            "shares",
            "noise 0%, 5%. ten terms: differences 0, 10; by network 10, 7. six: differences 10, 10; by network 10, 9.",
        ),
        ("visited", "and how often: 30 (stored), 4 (not stored)."),
    ],
)
def test_alt_text_of_symbols_says_how_much_was_read(name, says):
    DRAW[name]()
    assert says in plt.gcf().alt
    plt.close("all")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("many_runs", "plain: 1 of 2 end below 0.1; better: 0 of 2 end below 0.1."),
        ("rooms", "exact: values from -0.25 to 0.50."),
        ("cart_pole", "of 4 random policies 75% get fewer than 100 and 25.0% get 500."),
        ("fans", "plain, 2 runs: the median goes from 21 to 300, the lowest ends at 100."),
        ("verdicts", "one: 1 of 1 policies have a mean of at least 475; two: 1 of 2 policies"),
    ],
)
def test_alt_text_of_learners_from_rewards_says_how_many_succeed(name, says):
    DRAW[name]()
    assert says in plt.gcf().alt
    plt.close("all")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "kinship",
            "A map of 4 kinds as tiles, with 2 arrows that say what changes. 4 tiles show a small picture: P, FF,",
        ),
        ("picture_rows", "from the first row, asked: 0.00, told: 1.00."),
        ("picture_map", "Of the pairs side by side 50% have one name. The names, row by row: 1 1; 1 0."),
        ("clouds", "a, b: 1 rings filled, 67% inside."),
    ],
)
def test_alt_text_of_the_zoo_says_what_its_pictures_show(name, says):
    DRAW[name]()
    assert says in plt.gcf().alt
    plt.close("all")


def test_a_map_without_pictures_says_its_arrows_and_dashes_what_is_no_network():
    plots.kinship({"one": {"P": (0, 0, "1"), "MC": (1, 0, "5")}}, {("P", "MC"): "by\nchance"}, outside=["MC"])
    assert "P to MC, by chance." in plt.gcf().alt
    assert [patch.get_linestyle() for patch in plt.gca().patches[1:]] == ["-", (0, (3, 2))]  # after the arrow
    plt.close("all")


def test_alt_text_of_a_playground_says_how_right_the_network_is():
    points = np.array([[0.0, 0], [1, 1], [0, 1]])
    plots.playground(points, np.array([[0.0], [1], [1]]), "three points", lambda x: x[:, :1])
    assert "2 points in the plane want the output 1 and 1 the output 0." in plt.gcf().alt
    assert "is right, rounded, at 2 of 3" in plt.gcf().alt
    plots.playground(points[:2, :1], np.array([[0.0], [1]]), "a line", lambda x: x + 0.25)
    assert "within 0.25 of it at all points" in plt.gcf().alt
    plots.playground(points, points, "a field", lambda x: x + [3.0, 4])
    assert "differ from them by up to 5." in plt.gcf().alt
    plt.close("all")
