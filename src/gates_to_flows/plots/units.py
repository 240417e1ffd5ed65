"""Figures of units as lines: truth tables, learning lines, the square in hidden coordinates."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import GREY, INK, OUTPUT, SERIES, WIDTH, describe

_CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)


def truth_tables(tables, columns=4):
    """One square per two-input function: its four rows as points, and a line between them where there is one.

    Parameters: tables, a dict from a name to (outputs, line); outputs are the four values for inputs 00, 01, 10, 11; line
    is (w1, w2, b), drawn where w1 x1 + w2 x2 + b = 0 with the side that outputs 1 shaded, or None.
    Used in notebook 1.
    """
    rows = -(-len(tables) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(WIDTH, 0.25 + 2.1 * rows), squeeze=False)
    for ax, (name, (outputs, line)) in zip(axes.flat, tables.items(), strict=False):
        _square(ax)
        if line is not None:
            _half_plane(ax, *line)
        _four_points(ax, outputs)
        ax.set_title(name if line is not None else f"{name} ✗", fontweight="normal" if line is not None else "bold")
    for ax in axes.flat[len(tables) :]:
        ax.set_axis_off()
    for ax in axes[-1]:
        ax.set_xlabel("input $x_1$")
    for ax in axes[:, 0]:
        ax.set_ylabel("input $x_2$")
    without = [name for name, (_, line) in tables.items() if line is None]
    drawn = [name for name, (_, line) in tables.items() if line is not None and any(line[:2])]
    describe(
        fig,
        f"{len(tables)} unit squares with the four input rows at the corners, filled squares for output 1 and open circles "
        f"for output 0. In {len(drawn)} of them a straight line parts the two kinds"
        + (f"; {' and '.join(without)} {'have' if len(without) > 1 else 'has'} no line." if without else "."),
    )


def moving_lines(runs):
    """The line of one unit after every update, from light to dark, one panel per run: the last one thick, those that it comes
    back to dashed.

    Parameters: runs, a dict from a title to (outputs, weights); outputs as in `truth_tables`, weights (updates + 1, 3)
    with rows (w1, w2, b). Used in notebook 1.
    """
    fig, axes = plt.subplots(1, len(runs), figsize=(WIDTH, WIDTH / len(runs) + 0.3), squeeze=False)
    for ax, (title, (outputs, weights)) in zip(axes.flat, runs.items(), strict=True):
        _square(ax)
        shades = plt.get_cmap("Blues")(np.linspace(0.35, 0.85, len(weights)))
        again = [sum((weights == w).all(axis=1)) > 1 for w in weights]
        for w, shade, comes_back in zip(weights[:-1], shades, again, strict=False):
            if not comes_back:
                _line(ax, *w, color=shade, linewidth=1.4)
        if any(again):
            for w in np.unique(weights[again], axis=0):
                _line(ax, *w, color=SERIES[1], linewidth=2.2, linestyle=(0, (4, 2)))
        else:
            _line(ax, *weights[-1], color=INK, linewidth=3.2)
        _four_points(ax, outputs)
        ax.set(title=title, xlabel="input $x_1$")
    axes[0, 0].set_ylabel("input $x_2$")
    describe(
        fig,
        "The decision line after each update, from light to dark, among the four input rows; the last one thick, those that it "
        "comes back to dashed. " + " ".join(_where_the_line_ends(title, *run) for title, run in runs.items()),
    )


def folded_square(hidden, output, outputs, output_line):
    """What a two-unit hidden layer does: the unit square with the network's output, and the same square in hidden coordinates.

    Parameters: hidden, a function from inputs (n, 2) to hidden values (n, 2); output, from inputs (n, 2) to (n,); outputs,
    the four wanted values; output_line (v1, v2, c): the output unit crosses one half where v1 h1 + v2 h2 + c = 0.
    Used in notebook 2.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.6, WIDTH / 2))
    ticks = np.linspace(-0.25, 1.25, 151)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    filled = left.contourf(
        ticks, ticks, output(grid).reshape(151, 151), levels=np.linspace(-0.25, 1.25, 16), cmap=OUTPUT, extend="both"
    )
    left.contour(ticks, ticks, output(grid).reshape(151, 151), levels=[0.5], colors=INK, linewidths=1.6)
    _square(left)
    left.set(title="Input plane, coloured by the output", xlabel="input $x_1$", ylabel="input $x_2$")
    fig.colorbar(filled, ax=left, label="output ŷ", ticks=[0, 0.5, 1], shrink=0.85)

    for fixed in np.linspace(0, 1, 9):
        along = np.linspace(0, 1, 101)
        for points in (np.stack([along, np.full(101, fixed)], 1), np.stack([np.full(101, fixed), along], 1)):
            right.plot(*hidden(points).T, color=GREY, linewidth=0.8, zorder=1)
    corners = hidden(_CORNERS)
    span = np.ptp(corners, axis=0).max()
    centre = (corners.max(axis=0) + corners.min(axis=0)) / 2
    right.set(xlim=centre[0] + span * np.array([-0.72, 0.72]), ylim=centre[1] + span * np.array([-0.72, 0.72]))
    _line(right, *output_line, color=INK, linewidth=1.6)
    _four_points(left, outputs)
    _four_points(right, outputs, at=corners)
    names = {}
    for row, corner in zip(("0 0", "0 1", "1 0", "1 1"), corners, strict=True):
        near = [spot for spot in names if np.hypot(*(corner - spot)) < 0.06 * span]
        names.setdefault(near[0] if near else tuple(corner), []).append(row)
    across = np.array(output_line[:2]) / np.hypot(*output_line[:2])
    for spot, rows in names.items():
        away = across if np.dot(spot, output_line[:2]) + output_line[2] > 0 else -across
        style = {"textcoords": "offset points", "va": "center", "ha": "left" if away[0] > 0 else "right"}
        right.annotate(" and ".join(rows), spot, xytext=14 * away, **style)
    right.set(title="Hidden plane, the same square", xlabel="hidden $h_1$", ylabel="hidden $h_2$", aspect="equal")
    describe(
        fig,
        f"Left: the input square coloured by the network's output, which is {_at_corners(output(_CORNERS))}. Right: the same "
        f"square in hidden coordinates, pressed onto a bent strip; {_at_corners(corners)}. One straight line now parts the "
        "rows with output 1 from the others.",
    )


def _square(ax):
    ax.set(xlim=(-0.25, 1.25), ylim=(-0.25, 1.25), xticks=[0, 1], yticks=[0, 1], aspect="equal")
    ax.grid(visible=False)


def _four_points(ax, outputs, at=_CORNERS):
    for (x1, x2), y in zip(at, outputs, strict=True):
        ax.plot(
            x1, x2, "s" if y else "o", markersize=13 if y else 12, markeredgewidth=1.5 if y else 2, clip_on=False, zorder=5,
            markerfacecolor=SERIES[0] if y else "white", markeredgecolor="white" if y else SERIES[1],
        )  # fmt: skip


def _at_corners(values):
    texts = (", ".join(f"{v:.2f}" for v in np.atleast_1d(value)) for value in values)
    return "; ".join(f"{text} at {row}" for text, row in zip(texts, ("0 0", "0 1", "1 0", "1 1"), strict=True))


def _line(ax, w1, w2, b, **style):
    if w1 == w2 == 0:
        return
    foot = -b / (w1**2 + w2**2) * np.array([w1, w2])
    ax.axline(foot, foot + np.array([-w2, w1]), **style)


def _half_plane(ax, w1, w2, b):
    _line(ax, w1, w2, b, color=INK, linewidth=1.6)
    ticks = np.linspace(-0.25, 1.25, 301)
    x1, x2 = np.meshgrid(ticks, ticks)
    on = (w1 * x1 + w2 * x2 + b >= 0).astype(float)
    ax.contourf(ticks, ticks, on, levels=[0.5, 1.5], colors=["#dbe7f3"], zorder=0)


def _where_the_line_ends(title, outputs, weights):
    w1, w2, b = weights[-1]
    right = int(np.sum((_CORNERS @ [w1, w2] + b >= 0) == np.asarray(outputs, dtype=bool)))
    return f"{title}: after {len(weights) - 1} updates it has {right} of 4 rows right."
