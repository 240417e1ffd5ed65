"""Figures of errors that fall: with steps, frequency by frequency, and with the width of a network."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, MARKERS, SERIES, WIDTH, describe


def median_with_band(ax, i, name, x, values):
    """Draw the i-th series: the median of values (records, many) over x, and a band from the 10th to the 90th per cent."""
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
    ax.fill_between(x, low, high, color=SERIES[i], alpha=0.2, linewidth=0)
    ax.plot(x, middle, color=SERIES[i], linestyle=DASHES[i], label=name)
    return middle


def medians(series, xlabel, ylabel, *, level):
    """The median over many networks against the step, with a band from the 10th to the 90th per cent; log–log axes.

    Parameters: series, a dict from a name to (steps (records,), values (records, networks)); level, a height to mark.
    Used in notebook 7.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 3.8))
    said = []
    for i, (name, (steps, values)) in enumerate(series.items()):
        middle = median_with_band(ax, i, name, steps, values)
        said.append(f"{name} goes from {middle[0]:.2g} to {middle[-1]:.2g}")
        if middle[-1] < level:
            above = np.flatnonzero(middle >= level)
            said[-1] += f" and is below {level:g} from step {steps[above[-1] + 1 if len(above) else 0]} on"
    ax.axhline(level, color=GREY, linewidth=1.4)
    ax.text(1, level, f"{level:g}", transform=ax.get_yaxis_transform(), ha="right", va="bottom")
    ax.set_ylim(bottom=level / 8)
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log", yscale="log")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=len(series))
    describe(fig, f"{ylabel} against {xlabel}, medians with bands, both on logarithmic axes: {'; '.join(said)}.")


def snapshots(x, target, outputs):
    """A network's output over the target at several moments, one panel each.

    Parameters: x (n,); target (n,); outputs, a dict from a title to (n,) values. Used in notebook 7.
    """
    fig, axes = plt.subplots(1, len(outputs), figsize=(WIDTH + 0.9, 2.5), sharey=True, squeeze=False)
    said = []
    for ax, (title, values) in zip(axes.flat, outputs.items(), strict=True):
        ax.plot(x, target, color=GREY, linewidth=3.5, label="target")
        ax.plot(x, values, color=SERIES[0], linewidth=1.7, label="network")
        ax.set(title=title, xlabel="$x$")
        said.append(f"{title}: largest distance {np.abs(values - target).max():.2g}")
    axes[0, 0].set_ylabel("output")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    describe(fig, f"The output of one network over its target, at {len(outputs)} moments. {'; '.join(said)}.")


def error_against_width(widths, errors, slopes):
    """Errors against width on log–log axes, one panel per kind of error, with the slope of each line in the legend.

    Parameters: widths (k,); errors and slopes, dicts from a kind of error to a dict from a target to (k,) errors, and to the
    slope of its line. Used in notebook 7.
    """
    fig, axes = plt.subplots(1, len(errors), figsize=(WIDTH + 0.9, 4.0), sharey=True, squeeze=False)
    said = []
    for ax, (kind, by_target) in zip(axes.flat, errors.items(), strict=True):
        for i, (name, values) in enumerate(by_target.items()):
            slope = f"{slopes[kind][name]:.1f}".replace("-", "−").replace("−0.0", "0")
            style = {"color": SERIES[i], "linestyle": DASHES[i], "marker": MARKERS[i], "markersize": 5}
            ax.loglog(widths, values, label=f"{name}: {slope}", **style)
            said.append(f"{kind}, {name}: from {values[0]:.2g} to {values[-1]:.2g}, slope {slope}")
        ax.set(title=kind, xlabel="pieces, or hidden units", xticks=widths, xticklabels=widths)
        ax.set_xticks([], minor=True)
        ax.legend(title="slope", loc="lower left", alignment="left")
    axes[0, 0].set_ylabel("error")
    describe(fig, f"Errors against width, both on logarithmic axes; straight lines are powers. {'; '.join(said)}.")
