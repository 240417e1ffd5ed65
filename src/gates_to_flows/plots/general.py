"""Figures that any notebook may need: curves, bars and dots."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, INK, MARKERS, SERIES, WIDTH, describe


def curves(series, xlabel, ylabel, *, legend, log="", marks=False):
    """Lines over a common horizontal axis.

    Parameters: series, a dict from a name to (x, y), in the order of the legend; xlabel, ylabel with units; legend, a corner
    as in "upper right", "center", or "above" the axes; log, "x", "y" or "xy"; marks, True to show the single points.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    for i, (name, (x, y)) in enumerate(series.items()):
        ax.plot(x, y, color=SERIES[i], linestyle=DASHES[i], marker=MARKERS[i] if marks else None, label=name)
    ax.set(
        xlabel=xlabel, ylabel=ylabel, xscale="log" if "x" in log else "linear", yscale="log" if "y" in log else "linear"
    )
    if legend == "above":
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    else:
        ax.legend(loc=legend)
    values = [np.asarray(y, dtype=float) for _, y in series.values()]
    ends = "; ".join(map(_where_a_curve_goes, series, values))
    together = len(values) > 1 and all(y.shape == values[0].shape and np.allclose(y, values[0]) for y in values)
    describe(
        fig,
        f"{ylabel} against {xlabel}{', on a logarithmic axis' if log else ''}: {ends}."
        + (" All curves lie on top of each other." if together else ""),
    )


def bars(groups, categories, xlabel, ylabel):
    """Grouped bars with their heights written above them.

    Parameters: groups, a dict from a name to one height per category; categories, the labels below; xlabel, ylabel with units.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.0))
    width = 0.8 / len(groups)
    hatches = ["", "//", "..", "xx"]
    for i, (name, heights) in enumerate(groups.items()):
        at = np.arange(len(categories)) + (i - (len(groups) - 1) / 2) * width
        container = ax.bar(at, heights, width * 0.92, color=SERIES[i], hatch=hatches[i], edgecolor="white", label=name)
        ax.bar_label(container, fmt="%.2f", padding=2)
    ax.set(xticks=range(len(categories)), xticklabels=categories, xlabel=xlabel, ylabel=ylabel)
    ax.grid(axis="x", visible=False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(groups))  # above the bars, however tall
    heights = "; ".join(
        f"{name}: " + ", ".join(f"{c} {h:.2f}" for c, h in zip(categories, hs, strict=True))
        for name, hs in groups.items()
    )
    describe(fig, f"Bars of {ylabel} by {xlabel}. {heights}.")


def dots(groups, categories, xlabel, ylabel):
    """Values as dots on one line a category, with bars to either side, beside a line at 0.

    Parameters: groups, a dict from a name to (values, half lengths of their bars), one per category; categories, from the top;
    xlabel, ylabel with units. Used in notebook 4.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 1.4 + 0.55 * len(categories)))
    ax.axvline(0, color=INK, linewidth=0.9)
    for i, (name, (values, halves)) in enumerate(groups.items()):
        at = np.arange(len(categories)) + 0.3 * (i - (len(groups) - 1) / 2)
        ax.errorbar(values, at, xerr=halves, fmt=MARKERS[i], color=SERIES[i], capsize=4, label=name)
    ax.set(yticks=range(len(categories)), yticklabels=categories, xlabel=xlabel, ylabel=ylabel)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(groups))
    described = ". ".join(
        f"{name}: " + "; ".join(f"{c} {v:.2f} ± {h:.2f}" for c, v, h in zip(categories, *bars, strict=True))
        for name, bars in groups.items()
    )
    describe(fig, f"Dots of {xlabel} by {ylabel}, with bars. {described}.")


def _where_a_curve_goes(name, y):
    """Its ends, and its lowest point if it lies well below both."""
    lowest = f", by way of {y.min():.2g}" if y.min() < 0.95 * min(y[0], y[-1]) else ""
    return f"{name} goes from {y[0]:.2g}{lowest} to {y[-1]:.2g}"
