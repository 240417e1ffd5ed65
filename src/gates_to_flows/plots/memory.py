"""Figures of networks that go on learning, and of networks that remember."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb

from gates_to_flows.plots.error_rates import median_with_band
from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, SERIES, WIDTH, describe


def over_time(series, xlabel, ylabel, *, legend, mark=None):
    """The median of many runs against the step, with a band from the 10th to the 90th per cent.

    Parameters: series, a dict from a name to (steps (records,), values (records, runs)); xlabel, ylabel with units; legend, a
    corner as in "lower right"; mark (step, words), where something happens. Used in notebook 19.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.0))
    said = []
    for i, (name, (steps, values)) in enumerate(series.items()):
        middle = median_with_band(ax, i, name, steps, values)
        said.append(f"{name} goes from {middle[0]:.2g} to {middle[-1]:.2g}")
    if mark:
        ax.axvline(mark[0], color=GREY, linewidth=1.4)
        ax.annotate(mark[1], (mark[0], 1), xycoords=("data", "axes fraction"), xytext=(5, -2),
                    textcoords="offset points", va="top", fontsize=10)  # fmt: skip
        said.append(f"a line at {mark[0]:g} says: {mark[1]}")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc=legend)
    describe(fig, f"{ylabel} against {xlabel}, medians with bands: {'; '.join(said)}.")


def two_errors(η, parts, total, measured, best):
    """The error of a unit that follows a drifting target against its learning rate: two parts, their sum, measurements.

    Parameters: η (k,); parts, a dict from a name to (k,) errors, one falling and one rising; total (k,), predicted; measured
    (rates, errors (rates, runs)); best, the rate to mark. Used in notebook 19.
    """
    rates, errors = np.asarray(measured[0]), np.asarray(measured[1])
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    ax.axvline(best, color=GREY, linewidth=1.4)
    for i, (name, part) in enumerate(parts.items()):
        ax.plot(η, part, color=SERIES[2 - i], linestyle=DASHES[i + 1], label=name)
    ax.plot(η, total, color=SERIES[0], label="both, by the formula")
    low, high = np.quantile(errors, [0.1, 0.9], axis=1)
    middle = errors.mean(axis=1)
    ax.errorbar(rates, middle, [middle - low, high - middle], fmt=MARKERS[0], color=INK, markersize=6, mec="white",
                linewidth=1.2, label="measured", zorder=3)  # fmt: skip
    ticks = [tick for tick in (0.003, 0.01, 0.03, 0.1) if η[0] <= tick <= η[-1]]
    heights = [tick for tick in (0.003, 0.01, 0.03, 0.1, 0.3, 1) if tick < 1.5 * np.max(total)]
    ax.set(
        xscale="log", yscale="log", xlabel="learning rate η", ylabel="excess error", ylim=(0.2 * np.min(total), None)
    )
    ax.set(xticks=ticks, xticklabels=ticks, yticks=heights, yticklabels=heights)
    ax.set_ylim(0.2 * np.min(total), 1.3 * np.max(total))
    ax.minorticks_off()
    ax.annotate(f"best: {best:.3f}", (best, 0.97), xycoords=("data", "axes fraction"), xytext=(5, 0),
                textcoords="offset points", va="top", fontsize=10)  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(0.1, 1), fontsize=10)
    described = "; ".join(f"{name}, from {part[0]:.2g} to {part[-1]:.2g}" for name, part in parts.items())
    describe(
        fig,
        f"Excess error against the learning rate, both on logarithmic axes: {described}. The predicted error has its lowest "
        f"point at {best:.3f}; {len(rates)} measured rates lie on it, from {middle[0]:.2g} by way of {middle.min():.2g} to "
        f"{middle[-1]:.2g}.",
    )


def stopping(steps, errors, reported, stopped, xlim):
    """Left, errors over the steps of a training; right, how far reported errors lie from the true ones, a dot a data set.

    Parameters: steps (records,); errors, a dict from a name to (records, runs); reported, a dict from a way of choosing to
    (runs,) differences; stopped, the step to mark; xlim, the range of differences to show. Used in notebook 19.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.9, 3.7), gridspec_kw={"width_ratios": [1, 1.1]})
    said = []
    for i, (name, values) in enumerate(errors.items()):
        middle = median_with_band(left, i, name, steps, values)
        said.append(f"{name} goes from {middle[0]:.2g} by way of {middle.min():.2g} to {middle[-1]:.2g}")
    left.axvline(stopped, color=GREY, linewidth=1.4)
    left.set(xlabel="steps", ylabel="mean squared error", yscale="log", xscale="log")
    low, high = left.get_ylim()
    heights = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if low < tick < high]
    left.set(yticks=heights, yticklabels=heights)
    left.yaxis.set_minor_locator(plt.NullLocator())
    left.legend(loc="lower left")
    right.axvline(0, color=INK, linewidth=1.4)
    for i, (name, values) in enumerate(reported.items()):
        values = np.asarray(values, dtype=float)
        inside = np.clip(values, *xlim)
        height = -i + 0.3 * np.linspace(-1, 1, len(values))
        right.plot(inside, height, ".", color=SERIES[2], markersize=4, alpha=0.8)
        right.plot(values.mean(), -i, MARKERS[3], color=SERIES[1], markersize=10, mec="white")
        mean = f"{values.mean():.3f}".replace("-", "−")
        right.annotate(f"mean {mean}", (xlim[1], -i + 0.42), ha="right", va="center", fontsize=10)
        said.append(
            f"{' '.join(name.split())}: mean difference {values.mean():.3f}, standard deviation {values.std():.3f}"
        )
    right.set(yticks=-np.arange(len(reported)), yticklabels=list(reported), ylim=(0.6 - len(reported), 0.6), xlim=xlim)
    right.set(xlabel="reported error − true error")
    right.grid(axis="y", visible=False)
    right.spines["left"].set_visible(False)
    right.tick_params(axis="y", length=0)
    describe(fig, f"Left, errors over the steps; right, reported minus true errors. {'; '.join(said)}.")


def columns_of_dots(series, labels, xlabel, ylabel, *, at=None, line=None, legend, of="runs"):
    """One column of dots for each setting, with a line through the means; several series in one figure.

    Parameters: series, a dict from a name to (settings, runs) values; labels (settings,); xlabel, ylabel; at (settings,), where
    the columns stand, evenly without; line (place, words), to mark; legend, a corner; of, what a dot is. Used in
    notebooks 19 to 21.
    """
    at = np.arange(len(labels)) if at is None else np.asarray(at, dtype=float)
    apart = np.diff(at).min() if at.size > 1 else 1
    width = 0.1 if len(series) > 1 else 0.33
    fig, ax = plt.subplots(figsize=(WIDTH, 4.0))
    said = []
    if line:
        ax.axvline(line[0], color=GREY, linewidth=1.4)
        ax.annotate(line[1], (line[0], 0), xycoords=("data", "axes fraction"), xytext=(-5, 4),
                    textcoords="offset points", ha="right", fontsize=10)  # fmt: skip
    for i, (name, values) in enumerate(series.items()):
        values = np.asarray(values, dtype=float)
        shift = (i - (len(series) - 1) / 2) * 0.3 * apart
        for x, column in zip(at, values, strict=True):
            spread = x + shift + width * apart * np.linspace(-1, 1, len(column))
            ax.plot(spread, column, ".", color=SERIES[i], markersize=4, alpha=0.5)
        ax.plot(at + shift, values.mean(axis=1), color=SERIES[i], linestyle=DASHES[i], marker=MARKERS[i], mec="white",
                markersize=8, label=name, linewidth=1.4)  # fmt: skip
        said.append(f"{name}: " + ", ".join(f"{m:.2f}" for m in values.mean(axis=1)))
    ax.set(xticks=at, xticklabels=labels, xlabel=xlabel, ylabel=ylabel, ylim=(min(0, ax.get_ylim()[0]), 1.05))
    ax.grid(axis="x", visible=False)
    if len(series) > 1:
        ax.legend(loc=legend)
    describe(
        fig,
        f"{ylabel} against {xlabel}, {', '.join(map(str, labels))}, one dot for each of {values.shape[1]} {of}. Means, "
        f"{'; '.join(said)}.",
    )


def image_rows(rows, *, unmarked=()):
    """Rows of small black and white images, each row with its name; pixels unlike those of the first row are coloured.

    Parameters: rows, a dict from a name to images (k, side, side) of ±1, +1 in black; unmarked, names of rows to leave black and
    white. Used in notebook 19.
    """
    images = {name: np.asarray(row, dtype=float) for name, row in rows.items()}
    first = next(iter(images.values()))
    k, side = len(first), first.shape[1]
    fig, axes = plt.subplots(len(rows), 1, figsize=(WIDTH, 0.78 * len(rows)), squeeze=False)
    black, white, paper = (np.array(to_rgb(colour)) for colour in (INK, "#e9edf0", "white"))
    black_wrong, white_wrong = (np.array(to_rgb(colour)) for colour in (SERIES[1], "#f3cfbf"))
    said = []
    for ax, (name, row) in zip(axes.flat, images.items(), strict=True):
        on, wrong = (row > 0)[..., None], ((row > 0) != (first > 0))[..., None]
        marked = wrong & (name not in unmarked)
        pixels = np.where(on, np.where(marked, black_wrong, black), np.where(marked, white_wrong, white))
        strip = np.tile(paper, (side, k * (side + 1) - 1, 1))
        for i, image in enumerate(pixels):
            strip[:, i * (side + 1) : i * (side + 1) + side] = image
        ax.imshow(strip, interpolation="nearest")
        ax.set_axis_off()
        ax.text(-0.015, 0.5, name, transform=ax.transAxes, ha="right", va="center")
        said.append(f"{name}: {(~wrong).all(axis=(1, 2, 3)).sum()} of {k} as in the first row")
    except_in = f", but not in the row {', '.join(unmarked)}" if unmarked else ""
    describe(
        fig,
        f"Rows of {k} black and white images, {side} × {side} pixels, wrong pixels in orange{except_in}. "
        f"{'; '.join(said)}.",
    )


def latch(weights, states, curve, sweep, edges):
    """Where one unit comes to rest: against its weight on itself, and, at one weight, against its input, there and back.

    Parameters: weights (k,) and states, a dict from a name to (k,) resting places, NaN where there are none; curve (u, x) of all
    resting places at one weight; sweep, a dict from a name to (u, x), what a slowly changing input does; edges, the two
    inputs where it jumps. Used in notebook 19.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.6, 3.7), sharey=True)
    for i, (name, x) in enumerate(states.items()):
        left.plot(weights, x, color=[SERIES[0], SERIES[2]][i % 2], linestyle=DASHES[i % 2], label=name)
        left.plot(weights, -np.asarray(x), color=[SERIES[0], SERIES[2]][i % 2], linestyle=DASHES[i % 2])
    left.set(xlabel="weight w on itself", ylabel="state x at rest", title="without input")
    left.legend(loc="upper left", fontsize=10)
    for edge in edges:
        right.axvline(edge, color=GREY, linewidth=1)
    right.plot(*curve, color=SERIES[2], linestyle=DASHES[1], linewidth=1.5, label="all places of rest")
    for i, (name, (u, x)) in enumerate(sweep.items()):
        right.plot(u, x, color=[SERIES[1], SERIES[0]][i], linestyle=DASHES[[0, 3][i]], label=name)
    right.set(xlabel="input u", title="w = 2, the input there and back")
    fig.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=10)
    said = ", ".join(f"{name} at ±{abs(np.asarray(x)[-1]):.2f} at the end" for name, x in states.items())
    describe(
        fig,
        f"Left: places of rest against the weight, from {np.min(weights):g} to {np.max(weights):g}: one at 0 up to weight 1, "
        f"then three, {said}. Right: an S-shaped curve of places of rest against the input. An input that rises slowly jumps "
        f"up at {max(edges):.2f}, one that falls jumps down at {min(edges):.2f}: between the two the state depends on the "
        "past.",
    )
