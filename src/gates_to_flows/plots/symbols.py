"""Figures of what was read back from networks: rules, laws of motion, memories."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from gates_to_flows.plots.style import DASHES, GREY, INK, OUTPUT, SERIES, WIDTH, describe


def cut_by_a_tree(panels, line, xlabel, ylabel):
    """Where trees of questions say yes, on a grid, and the line that they should follow; one panel each.

    Parameters: panels, a dict from a title to answers (n, n) on an even grid over the square from -1 to 1, rows from below;
    line (x, y), to draw; xlabel, ylabel. Used in notebook 20.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 1.3 + 6.6 / len(panels)), sharey=True, squeeze=False)
    said = []
    for ax, (title, yes) in zip(axes.flat, panels.items(), strict=True):
        yes = np.asarray(yes, dtype=bool)
        ax.imshow(yes, origin="lower", extent=(-1, 1, -1, 1), cmap=ListedColormap(["#eef1f4", SERIES[2]]), vmin=0, vmax=1,
                  interpolation="nearest")  # fmt: skip
        ax.plot(*line, color=SERIES[1], linewidth=2.2, linestyle=DASHES[1])
        ax.set(
            title=title, xlabel=xlabel, aspect="equal", xlim=(-1, 1), ylim=(-1, 1), xticks=[-1, 0, 1], yticks=[-1, 0, 1]
        )
        ax.grid(visible=False)
        said.append(f"{title}: yes on {yes.mean():.0%} of the square")
    axes[0, 0].set_ylabel(ylabel)
    fig.get_layout_engine().set(wspace=0.08)
    describe(
        fig,
        f"Where trees say yes in the plane of {xlabel} and {ylabel}: staircases of horizontal and vertical edges along a "
        f"slanted line, with more and smaller steps from panel to panel. {'; '.join(said)}.",
    )


def dots_to_law(readings, arrows, law, paths, xlabel, ylabel):
    """Noisy readings, the field that a network made of them, and the equation read off it with a path along it.

    Parameters: readings (times, paths, 2); arrows, points (k, 2) and rates (k, 2); law, lines of text; paths, a dict from a
    name to (times, 2); xlabel, ylabel. Used in notebook 20.
    """
    readings = np.asarray(readings, dtype=float)
    points, rates = (np.asarray(a, dtype=float) for a in arrows)
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH + 1, 3.9), sharex=True, sharey=True)
    left.plot(*readings.reshape(-1, 2).T, "o", color=SERIES[0], markersize=3, alpha=0.75)
    speed = np.linalg.norm(rates, axis=1)
    middle.quiver(*points.T, *(rates / speed[:, None]).T, speed, cmap=OUTPUT, clim=(-0.8 * speed.max(), speed.max()),
                  pivot="mid", scale=17, width=0.008)  # fmt: skip
    styles = [(SERIES[2], "-", 5.0), (SERIES[1], DASHES[1], 2.0)]
    for (name, path), (colour, dashes, width) in zip(paths.items(), styles, strict=False):
        right.plot(*np.asarray(path).T, color=colour, linestyle=dashes, linewidth=width, label=name)
    right.legend(loc="upper right", bbox_to_anchor=(1, 0.76), fontsize=9.5)
    right.text(
        0.97, 0.97, "\n".join(law), transform=right.transAxes, ha="right", va="top", fontsize=11.5, linespacing=1.5
    )
    for ax, title in ((left, "noisy readings"), (middle, "the network's field"), (right, "the printed law")):
        ax.set(title=title, xlabel=xlabel)
    left.set_ylabel(ylabel)
    apart = [np.asarray(path, dtype=float) for path in paths.values()]
    off = np.abs(apart[0] - apart[-1]).max()
    describe(
        fig,
        f"Three panels in the plane of {xlabel} and {ylabel}. Left: {readings[..., 0].size} noisy readings. Middle: "
        f"{len(points)} arrows, the field that a network learned from them. Right: the law read off the network, "
        f"{', '.join(law)}, and closed paths, {' and '.join(paths)}, nowhere further apart than {off:.1g}.",
    )


def shares(panels, rows, columns, xlabel, *, of):
    """Tables of counts, one panel each, a cell darker the larger its count.

    Parameters: panels, a dict from a title to counts (rows, columns) out of `of`; rows and columns, their labels; xlabel.
    Used in notebook 20.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.6, 1.3 + 0.55 * len(rows)), sharey=True, squeeze=False)
    said = []
    for ax, (title, values) in zip(axes.flat, panels.items(), strict=True):
        values = np.asarray(values)
        ax.imshow(values / of, cmap=OUTPUT, vmin=0, vmax=1.35, aspect="auto")
        for i, j in np.ndindex(values.shape):
            colour = "white" if values[i, j] > 0.55 * of else INK
            ax.text(j, i, f"{values[i, j]}", ha="center", va="center", color=colour)
        ax.set(xticks=range(len(columns)), xticklabels=columns, yticks=range(len(rows)), yticklabels=rows)
        ax.set(xlabel=xlabel, title=title)
        ax.grid(visible=False)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        for edge in range(1, len(rows)):
            ax.axhline(edge - 0.5, color="white", linewidth=3)
        for edge in range(1, len(columns)):
            ax.axvline(edge - 0.5, color="white", linewidth=3)
        each = "; ".join(
            f"{' '.join(row.split())} {', '.join(map(str, v))}" for row, v in zip(rows, values, strict=True)
        )
        said.append(f"{title}: {each}")
    axes[0, 0].set_ylabel("way")
    describe(fig, f"Counts out of {of}, for {xlabel} {', '.join(columns)}. {'. '.join(said)}.")


def counts_against_threshold(series, truth, xlabel, ylabel):
    """How many terms are left against the threshold that they must exceed, on a logarithmic axis, with a line at the truth.

    Parameters: series, a dict from a name to (thresholds, counts); truth (number, words); xlabel, ylabel. Used in notebook 20.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.9))
    ax.axhline(truth[0], color=GREY, linewidth=1.4)
    said = []
    for i, (name, (thresholds, counts)) in enumerate(series.items()):
        counts = np.asarray(counts)
        ax.step(thresholds, counts, where="post", color=SERIES[i], linestyle=DASHES[i], label=name)
        flat = np.asarray(thresholds)[counts == truth[0]]
        plateau = f"{truth[0]} from {flat.min():.2g} to {flat.max():.2g}" if flat.size else f"never {truth[0]}"
        said.append(f"{name}: from {counts[0]} to {counts[-1]}, {plateau}")
    ax.annotate(truth[1], (0, truth[0]), xycoords=("axes fraction", "data"), xytext=(6, 4), textcoords="offset points",
                fontsize=10)  # fmt: skip
    ax.set(xscale="log", xlabel=xlabel, ylabel=ylabel, ylim=(0, None))
    ax.set(yticks=range(0, max(map(max, (counts for _, counts in series.values()))) + 1, 4))
    ax.legend(loc="upper right")
    describe(fig, f"{ylabel} against {xlabel}, which is logarithmic. {'; '.join(said)}.")


def visited(images, visits, stored):
    """Pictures in which a network came to rest, a column each, and below them how often it did.

    Parameters: images (k, side, side) of ±1, +1 in black; visits (k,) counts; stored (k,) booleans, the others are marked.
    Used in notebook 20.
    """
    images, visits, stored = np.asarray(images), np.asarray(visits), np.asarray(stored, dtype=bool)
    k = len(images)
    fig = plt.figure(figsize=(WIDTH, 3.6))
    grid = fig.add_gridspec(2, k, height_ratios=[1, 1.9])
    for i, image in enumerate(images):
        ax = fig.add_subplot(grid[0, i])
        ax.imshow(image > 0, cmap=ListedColormap(["#e9edf0", INK if stored[i] else SERIES[1]]), vmin=0, vmax=1)
        ax.set_axis_off()
    ax = fig.add_subplot(grid[1, :])
    for mask, colour, hatch, name in ((stored, SERIES[0], "", "stored"), (~stored, SERIES[1], "//", "never stored")):
        at = np.flatnonzero(mask)
        ax.bar_label(ax.bar(at, visits[mask], 0.6, color=colour, hatch=hatch, edgecolor="white", label=name), padding=2)
    ax.set(xlim=(-0.5, k - 0.5), xticks=[], xlabel="picture", ylabel="visits", ylim=(0, 1.15 * visits.max()))
    ax.grid(axis="x", visible=False)
    ax.legend(loc="upper right")
    said = ", ".join(f"{v} ({'stored' if s else 'not stored'})" for v, s in zip(visits, stored, strict=True))
    describe(
        fig,
        f"The {k} pictures of {images.shape[1]} × {images.shape[1]} pixels in which a network most often came to rest, and how "
        f"often: {said}.",
    )
