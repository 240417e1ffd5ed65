"""What may change in a figure that is described beside its picture, and what may not."""

import functools
import io
import json

import numpy as np
import pytest
from matplotlib import dates, style
from matplotlib.figure import Figure
from nbval_tolerance.drawn import DRAWN, DescribingFormat, describe
from nbval_tolerance.figures import compare_figures

x = np.linspace(0, 6, 200)
POINTS = np.random.default_rng(7).normal(size=(2, 40))
VALUES = np.random.default_rng(8).random((12, 30))


def draw_curves(figure):
    axes = figure.subplots()
    axes.plot(x, np.sin(x), label="a wave")
    axes.plot(x, 0.3 * x - 1, "--", label="a line")
    axes.fill_between(x, np.sin(x) - 0.2, np.sin(x) + 0.2, alpha=0.3)
    axes.set(ylim=(-2, 2), title="Two curves", xlabel="time / s")
    axes.axhline(0, color="black", lw=0.8)
    axes.annotate("a peak", (np.pi / 2, 1), (3, 1.5), arrowprops={"arrowstyle": "->"})
    axes.legend()
    axes.grid(alpha=0.4)


def draw_points_and_bars(figure):
    left, right = figure.subplots(1, 2)
    figure.colorbar(left.scatter(*POINTS, c=POINTS[0], s=30))
    left.set(xscale="symlog")
    bars = right.bar(["ash", "birch", "cedar"], [3, 7, 2.5], yerr=0.2)
    right.bar_label(bars)
    right.hist(POINTS[1], 12, alpha=0.5)
    figure.suptitle("Trees")


def draw_images(figure):
    left, right = figure.subplots(1, 2)
    left.imshow(VALUES, cmap="RdBu")
    right.clabel(right.contour(VALUES, 4, colors="black"))
    right.contourf(VALUES)
    right.set(xticks=[0, 10, 20], xticklabels=["left", "middle", "right"])


def draw_space(figure):
    axes = figure.add_subplot(projection="3d")
    axes.plot(np.cos(x), np.sin(x), x)
    axes.scatter(*POINTS, POINTS[0])
    axes.plot_surface(*np.meshgrid(range(30), range(12)), VALUES, cmap="viridis")
    axes.set_zlabel("height")


DRAW = {
    "curves": draw_curves,
    "points and bars": draw_points_and_bars,
    "images": draw_images,
    "space": draw_space,
}


def describe_after(draw, change=lambda figure: None, dpi=100, **settings):
    """The description, as a file holds it, of a figure that has been drawn, changed and saved."""
    with style.context(["default", settings]):
        figure = Figure(figsize=(8, 4))
        draw(figure)
        change(figure)
        figure.savefig(io.BytesIO(), format="png", dpi=dpi, bbox_inches="tight")
        return json.loads(json.dumps(describe(figure)))


@functools.cache
def stored_figure(name):
    return describe_after(DRAW[name])


@pytest.mark.parametrize("name", DRAW)
def test_what_is_drawn_does_not_depend_on_dots_and_letters(name):
    stored = stored_figure(name)
    assert compare_figures(stored, describe_after(DRAW[name]), 0) == []
    fresh = describe_after(DRAW[name], dpi=144, **{"font.family": "monospace", "text.hinting": "none"})
    assert compare_figures(stored, fresh, 1e-3) == []


def scaled(axes, by):
    for line in axes.lines[:1]:
        line.set_ydata(by * line.get_ydata())


def without_a_point(scatter):
    scatter.set_offsets(np.delete(scatter.get_offsets(), 17, axis=0))
    scatter.set_array(np.delete(scatter.get_array(), 17))


def with_a_pixel(image):
    image.set_data(np.where(VALUES == VALUES.max(), VALUES.min(), VALUES))


CHANGES = {  # (the figure, what is done to it, what must be named)
    "series dropped": ("curves", lambda f: f.axes[0].lines[1].remove(), "artists: 6 stored, 5 now (Line2D 'a line')"),
    "data by a hundredth": ("curves", lambda f: scaled(f.axes[0], 1.01), "artists 1 (Line2D 'a wave'), up: stored"),
    "one point of 200": ("curves", lambda f: f.axes[0].lines[0].set_ydata(np.sin(x) + (x == x[50])), "up: stored"),
    "a gap": ("curves", lambda f: f.axes[0].lines[0].set_ydata(np.where(x == x[9], np.nan, np.sin(x))), "not finite 1"),
    "colour": ("curves", lambda f: f.axes[0].lines[0].set_color("tab:red"), "stored '#1f77b4ff', now '#d62728ff'"),
    "dash": ("curves", lambda f: f.axes[0].lines[0].set_linestyle(":"), "dash: stored '-', now ':'"),
    "markers": ("curves", lambda f: f.axes[0].lines[0].set_marker("o"), "marker is extra"),
    "limits by a fiftieth": ("curves", lambda f: f.axes[0].set_ylim(-2, 2.08), "y, to: stored 2, now 2.08"),
    "title": ("curves", lambda f: f.axes[0].set_title("Two curses"), "title: stored 'Two curves', now 'Two curses'"),
    "size of letters": ("curves", lambda f: f.axes[0].title.set_fontsize(16), "letters: stored 12, now 16"),
    "label": ("curves", lambda f: f.axes[0].set_xlabel("time / h"), "x, label: stored 'time / s', now 'time / h'"),
    "legend": ("curves", lambda f: f.axes[0].get_legend().remove(), "artists: 6 stored, 5 now (Legend)"),
    "words of a legend": (
        "curves", lambda f: f.axes[0].get_legend().get_texts()[1].set_text("a lime"), "stored 'a line', now 'a lime'",
    ),
    "grid": ("curves", lambda f: f.axes[0].grid(False), "x, grid: stored '#b0b0b066 -', now ''"),
    "frame": ("curves", lambda f: f.axes[0].spines["top"].set_visible(False), "frame: stored 'left right bottom top'"),
    "scale": ("curves", lambda f: f.axes[0].set_yscale("symlog"), "y, scale: stored 'linear', now 'symlog'"),
    "annotation": ("curves", lambda f: f.axes[0].texts[0].set_text("a pear"), "stored 'a peak', now 'a pear'"),
    "band": ("curves", lambda f: f.axes[0].collections[0].remove(), "(FillBetweenPolyCollection)"),
    "size": ("curves", lambda f: f.set_size_inches(8, 5), "size: stored 4, now 5"),
    "point dropped": ("points and bars", lambda f: without_a_point(f.axes[0].collections[0]), "stored 40, now 39 numbers"),
    "colours of points": ("points and bars", lambda f: f.axes[0].collections[0].set_cmap("plasma"), "map: stored"),
    "size of points": ("points and bars", lambda f: f.axes[0].collections[0].set_sizes([40]), "sizes: stored 30, now 40"),
    "bar": ("points and bars", lambda f: f.axes[1].patches[1].set_height(6.9), "artists 1 (Rectangle), up: stored 0.92"),
    "number in a picture": ("points and bars", lambda f: f.axes[1].texts[1].set_text("8"), "stored 7, now 8"),
    "category": ("points and bars", lambda f: f.axes[1].set_xticks([0, 1, 2], "abc"), "x, ticks 1: stored 'ash', now 'a'"),
    "headline": ("points and bars", lambda f: f.suptitle("Threes"), "words 1: stored 'Trees', now 'Threes'"),
    "panel": ("points and bars", lambda f: f.axes[0].remove(), "axes: 3 stored, 2 now"),
    "pixel": ("images", lambda f: with_a_pixel(f.axes[0].images[0]), "artists 1 (AxesImage), values: stored"),
    "paler": ("images", lambda f: f.axes[1].collections[1].set_alpha(0.4), "alpha: stored 1, now 0.4"),
    "colour map": ("images", lambda f: f.axes[0].images[0].set_cmap("RdBu_r"), "map: stored"),
    "ends of the colours": ("images", lambda f: f.axes[0].images[0].set_clim(0, 1.1), "most: stored 0.99"),
    "contours": ("images", lambda f: f.axes[1].collections[0].remove(), "(QuadContourSet)"),
    "curve in space": ("space", lambda f: f.axes[0].lines[0].set_data_3d(np.cos(x), np.sin(x), 1.01 * x), "(Line3D), up"),
    "label in space": ("space", lambda f: f.axes[0].set_zlabel("depth"), "z, label: stored 'height', now 'depth'"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_and_named(name):
    figure, change, phrase = CHANGES[name]
    found = compare_figures(stored_figure(figure), describe_after(DRAW[figure], change), 1e-3)
    assert phrase in "\n".join(found), found
    assert len(found) <= 6, found


def test_the_tolerance_is_a_share_of_the_axes():
    stored = stored_figure("curves")
    for by, wanted in ((1.003, 0), (1.005, 1)):  # the wave is half as high as the axes
        fresh = describe_after(draw_curves, lambda figure, by=by: scaled(figure.axes[0], by))
        assert len(compare_figures(stored, fresh, 1e-3)) == wanted
        assert compare_figures(stored, fresh, 1e-2) == []


def test_a_figure_as_wide_as_its_words_may_move_a_little():
    stored = stored_figure("curves")
    assert (
        compare_figures(stored, describe_after(draw_curves, lambda figure: figure.set_size_inches(8.02, 4)), 1e-3) == []
    )
    assert compare_figures(stored, describe_after(draw_curves, lambda figure: figure.set_size_inches(8.2, 4)), 1e-3)


def test_labels_chosen_by_matplotlib_do_not_count_and_dates_do():
    def draw(figure, day="2024-01-01", locator=None):
        axes = figure.subplots()
        axes.plot(np.datetime64(day) + np.arange(120), np.arange(120))
        if locator:
            axes.xaxis.set_major_locator(locator)

    stored = describe_after(draw)
    assert stored["axes"][0]["x"]["ticks"] == "automatic"
    assert len(compare_figures(stored, describe_after(lambda figure: draw(figure, "2024-01-02")), 1e-3)) == 2
    monthly = describe_after(lambda figure: draw(figure, locator=dates.MonthLocator()))
    assert monthly["axes"][0]["x"]["ticks"][:2] == ["2024-01", "2024-02"]


def test_a_description_is_short():
    assert len(json.dumps(stored_figure("images"))) < 12_000


def test_figures_alone_are_described_and_what_cannot_be_is_left_to_its_pixels(monkeypatch):
    format_thing = DescribingFormat(lambda thing, include=None: ({"image/png": "…"}, {"width": 3}))
    figure = Figure()
    draw_curves(figure)
    assert set(format_thing(figure, include=["image/png"])[1]) == {"width", DRAWN}
    assert format_thing("no figure") == ({"image/png": "…"}, {"width": 3})
    monkeypatch.setattr(figure.axes[0].lines[0], "get_xydata", lambda: 1 / 0)
    assert format_thing(figure)[1] == {"width": 3}
