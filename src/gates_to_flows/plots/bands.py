"""Figures of losses and what they lead to: losses against one number, readings with curves, bands."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, SERIES, WIDTH, describe


def losses_of_one_number(sample, c, losses, minima):
    """Above, how a sample is spread; below, each loss of one number c, divided by its smallest value, and where that is.

    Parameters: sample (n,); c (k,) candidates; losses, a dict from a name to (k,) positive losses of these candidates;
    minima, a dict from the same names to (c, what this number is called). Used in notebook 9.
    """
    fig, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 4.6), sharex=True, gridspec_kw={"height_ratios": [1, 2.4]})
    above.hist(sample, bins=np.linspace(c[0], c[-1], 41), color=GREY)
    above.set(xlabel="value", ylabel="how many", xlim=(c[0], c[-1]))
    for i, (name, loss) in enumerate(losses.items()):
        at, called = minima[name]
        below.plot(c, loss / loss.min(), color=SERIES[i], linestyle=DASHES[i], label=f"{name} → {called}, {at:.2f}")
        below.plot(at, 1, MARKERS[i], color=SERIES[i], markersize=9, markeredgecolor="white", zorder=3)
        for ax in (above, below):
            ax.axvline(at, color=SERIES[i], linestyle=DASHES[i], linewidth=1)
    below.set(ylim=(0.95, 2.2), xlabel="the number c", ylabel="loss, in units of its smallest value")
    below.legend(loc="center right", bbox_to_anchor=(1, 0.58))
    lowest = ", ".join(f"{name} at {at:.2f} ({called})" for name, (at, called) in minima.items())
    describe(
        fig,
        f"Above, a histogram of {len(sample)} values, skewed to the right. Below, {len(losses)} losses against one number "
        f"c, each with a single minimum: {lowest}.",
    )


def readings_and_curves(readings, curves, xlabel, ylabel, *, log=False):
    """Readings as dots, and curves through them.

    Parameters: readings (x, y), 1-D; curves, a dict from a name to (x, y), the first one drawn as the truth; labels with
    units; log, True for a logarithmic vertical axis. Used in notebook 9.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.0))
    ax.plot(*readings, ".", color=GREY, markersize=4, label="readings")
    for i, (name, (x, y)) in enumerate(curves.items()):
        style = {"color": INK, "linewidth": 1.4} if i == 0 else {"color": SERIES[i], "linestyle": DASHES[i]}
        ax.plot(x, y, label=name, zorder=3 if i == 0 else 2, **style)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    truth = np.asarray(next(iter(curves.values()))[1])
    apart = ", ".join(f"{name} {np.abs(np.asarray(y) - truth).max():.2g}" for name, (_, y) in list(curves.items())[1:])
    describe(
        fig,
        f"{ylabel} against {xlabel}: {len(readings[0])} readings as dots, and curves. Largest distance from the curve "
        f"“{next(iter(curves))}”: {apart}.",
    )


def bands(readings, truth, panels, xlabel, ylabel):
    """One panel per band: readings as dots, those outside the band marked, the true limits as thin lines.

    Parameters: readings (x, y), 1-D, x increasing; truth (lower, upper) at x; panels, a dict from a name to (lower, upper)
    at x; labels with units. Used in notebook 9.
    """
    x, y = readings
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 4.0), sharey=True, squeeze=False)
    said = []
    for ax, (name, (lower, upper)) in zip(axes.flat, panels.items(), strict=True):
        out = (y < lower) | (y > upper)
        ax.fill_between(x, lower, upper, color=SERIES[2], alpha=0.45, linewidth=0, label="band")
        ax.plot(x[~out], y[~out], ".", color=SERIES[0], markersize=3, label="inside")
        ax.plot(x[out], y[out], "x", color=SERIES[1], markersize=5, label="outside")
        for limit in truth:
            ax.plot(x, limit, color=INK, linewidth=1.2, label="true 5 % and 95 %" if limit is truth[0] else None)
        ax.set(title=name, xlabel=xlabel)
        thirds = ", ".join(str(int(part.sum())) for part in np.array_split(out, 3))
        width = upper - lower
        said.append(
            f"{name}: width from {width.min():.2g} to {width.max():.2g}, readings outside in the left, middle and right "
            f"third {thirds}"
        )
    axes[0, 0].set_ylabel(ylabel)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=4)
    describe(fig, f"{ylabel} against {xlabel}, {len(x)} readings and a band in each panel. {'; '.join(said)}.")
