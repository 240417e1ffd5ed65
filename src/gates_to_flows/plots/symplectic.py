"""Figures of symplectic maps: what shears do to a picture, energies for a long time, sections, and what accuracy costs."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.path import Path

from gates_to_flows.plots.error_rates import median_with_band
from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, OUTPUT, SERIES, WIDTH, describe

FIVE = [*SERIES, OUTPUT(1.0)]  # colours for orbits that lie close together


def valley(q1, q2, potential, levels, outline, panels):
    """Level lines of a potential, the region inside which paths stay, and two kinds of starts; one panel for each sample.

    Parameters: q1 (m,), q2 (n,), a grid; potential (n, m); levels, increasing; outline (k, 2) of the region; panels, a dict
    from a title to a dict from a kind of start to its places (N, 2), the same two kinds in each. Used in notebook 16.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 4.5), sharex=True, sharey=True, squeeze=False)
    closed, said = np.concatenate([outline, outline[:1]]), []
    for ax, (title, kinds) in zip(axes.flat, panels.items(), strict=True):
        ax.contour(q1, q2, potential, levels, colors=GREY, linewidths=0.9, linestyles="solid")
        ax.plot(*closed.T, color=INK, linewidth=1.4, label="V = 1/6")
        for i, (kind, places) in enumerate(kinds.items()):
            face = {"mfc": "none"} if i == 1 else {"mec": "white", "mew": 0.3}
            ax.plot(*np.asarray(places).T, MARKERS[i], color=SERIES[i], markersize=4, label=kind, **face)
        counted = ", ".join(f"{len(places)} {kind}" for kind, places in kinds.items())
        said.append(f"{title}: {counted}")
        ax.set(xlabel="$q_1$", title=title, aspect="equal", xlim=(q1[0], q1[-1]), ylim=(q2[0], q2[-1]))
        ax.grid(False)
    axes[0, 0].set_ylabel("$q_2$")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, markerscale=1.6)
    describe(
        fig,
        f"Level lines of a potential in the plane of its two positions, a triangle inside which paths of low energy stay, and "
        f"starts. {'; '.join(said)}.",
    )


def sheared(panels, areas, xlabel, ylabel):
    """A drawing in the plane, filled, and what maps make of it; one panel each, with the area written below.

    Parameters: panels, a dict from a title to closed lines [(n, 2), …], the first of them filled; areas, one number for each
    panel. Used in notebook 16.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.9, 3.1), squeeze=False)
    ends = [np.stack([lines[0].min(axis=0), lines[0].max(axis=0)]) for lines in panels.values()]
    reach = max((high - low).max() for low, high in ends) * 0.56
    for ax, (title, lines), area, end in zip(axes.flat, panels.items(), areas, ends, strict=True):
        for i, line in enumerate(lines):
            if i == 0:
                ax.fill(*np.asarray(line).T, facecolor=SERIES[3], edgecolor=INK, linewidth=1.2)
            else:
                ax.plot(*np.asarray(line).T, color=INK, linewidth=1.2)
        x, y = end.mean(axis=0)  # all panels to one scale, each with its picture in the middle
        ax.set(title=title, xlabel=f"{xlabel}\n\narea {area:.2f}", aspect="equal")
        ax.set(xlim=(x - reach, x + reach), ylim=(y - reach, y + reach))
    axes[0, 0].set_ylabel(ylabel)
    said = "; ".join(f"{title}: area {area:.3f}" for title, area in zip(panels, areas, strict=True))
    describe(fig, f"A cat's head in the plane of {xlabel} and {ylabel}, and what maps make of it. {said}.")


def energies_over_time(panels, ylabel):
    """Errors of the energy along many paths, medians with bands from the 10th to the 90th per cent; log–log, panels alike.

    Parameters: panels, a dict from a title to a dict from a name to (times (records,), values (records, paths)), at most
    four; ylabel. Used in notebook 16.
    """
    wide = WIDTH + 0.9 * (len(panels) > 1)
    fig, axes = plt.subplots(1, len(panels), figsize=(wide, 4.2), sharex=True, sharey=True, squeeze=False)
    said = []
    for ax, (title, series) in zip(axes.flat, panels.items(), strict=True):
        for i, (name, (times, values)) in enumerate(series.items()):
            middle = median_with_band(ax, i, name, times, values)
            said.append(f"{name} goes from {middle[0]:.0e} to {middle[-1]:.0e}")
        ax.set(title=title, xlabel="time t", xscale="log", yscale="log")
        ax.legend(loc="upper left", fontsize=9.5)
    axes[0, 0].set_ylabel(ylabel)
    low, high = axes[0, 0].get_ylim()
    axes[0, 0].set_ylim(low, high * (high / low) ** 0.3)  # room for the legends
    times = next(iter(next(iter(panels.values())).values()))[0]
    panels_said = f" in {len(panels)} panels" if len(panels) > 1 else ""
    describe(
        fig,
        f"{ylabel} from time {times[0]:g} to {times[-1]:g}, medians with bands, on logarithmic axes{panels_said}. "
        f"{'; '.join(said)}.",
    )


def sections(panels, truth, boundary):
    """Poincaré sections, one panel each: the true curves, points of up to five paths by some method over them, and the boundary.

    Parameters: panels, a dict from a title to a list with the points (n, 2) of each path; truth, a list of points of true
    paths; boundary (k, 2), outside which the energy would be higher. Used in notebook 16.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.9, 4.4), sharex=True, sharey=True, squeeze=False)
    said = []
    for ax, (title, paths) in zip(axes.flat, panels.items(), strict=True):
        ax.plot(*np.concatenate(truth).T, ".", color=GREY, alpha=0.5, markersize=4, mec="none", label="true paths")
        for i, points in enumerate(paths):
            style = {"color": FIVE[i % 5], "marker": [*MARKERS, "v"][i % 5], "markersize": 2.4, "mec": "none"}
            ax.plot(*np.asarray(points).T, linestyle="", **style)
        ax.plot(*np.asarray(boundary).T, color=INK, linewidth=1.2, linestyle=DASHES[1], label="boundary")
        ax.set(title=title, xlabel="$q_2$", aspect="equal")
        outside = ~Path(boundary).contains_points(np.concatenate(paths))
        said.append(f"{title}: {len(outside)} points of {len(paths)} paths, {outside.mean():.0%} outside the boundary")
    (left, low), (right, high) = np.min(boundary, axis=0), np.max(boundary, axis=0)
    rim = 0.15 * (right - left)
    axes[0, 0].set(ylabel="$p_2$", xlim=(left - rim, right + rim), ylim=(low - rim, high + rim))
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=2.5)
    describe(
        fig,
        "Where paths cross the plane of q₂ and p₂, over the crossings of true paths, which lie on closed curves. "
        f"{'; '.join(said)}.",
    )


def cost_and_error(lines, points, xlabel, ylabel):
    """Error against cost on log–log axes: a line for each method that has a step to choose, a labelled mark for a network.

    Parameters: lines and points, dicts from a name to (costs, errors) and to (cost, error). Used in notebook 16.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.4))
    said = []
    for i, (name, (costs, errors)) in enumerate(lines.items()):
        style = {"color": SERIES[i], "linestyle": DASHES[i], "marker": MARKERS[i], "markersize": 6, "mec": "white"}
        ax.plot(costs, errors, label=name, **style)
        said.append(f"{name} from {errors[0]:.0e} at {costs[0]:g} to {errors[-1]:.0e} at {costs[-1]:g}")
    for name, (cost, error) in points.items():
        ax.plot(cost, error, "D", color=SERIES[3], markersize=9, mec=INK)
        ax.annotate(name, (cost, error), xytext=(0, 9), textcoords="offset points", ha="center", va="bottom")
        said.append(f"{name} {error:.0e} at {cost:g}")
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.margins(x=0.18, y=0.15)
    ax.legend(loc="lower right")
    describe(fig, f"{ylabel} against {xlabel}, both on logarithmic axes. {'; '.join(said)}.")
