"""Figures of populations: paths in the plane of prey and predators, pelts over the years, and many fits at once."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, SERIES, WIDTH, describe


def phase_portrait(prey, predators, invariant, levels, equilibrium, paths, xlabel, ylabel):
    """Level lines of an invariant in the plane, its equilibrium with the lines on which a rate is 0, and paths over them.

    Parameters: prey (a,) and predators (b,), the grid; invariant (b, a) on it; levels, increasing; equilibrium, two numbers;
    paths, a dict from a name to points (n, 2), the first marked, with an arrow a little later. Used in notebook 12.
    """
    x0, y0 = equilibrium
    fig, ax = plt.subplots(figsize=(6.2, 4.5))
    ax.contour(prey, predators, invariant, levels, colors=GREY, linewidths=0.9, linestyles="solid")
    ax.axvline(x0, color=INK, linewidth=0.9, linestyle=DASHES[2])
    ax.axhline(y0, color=INK, linewidth=0.9, linestyle=DASHES[2])
    ax.plot(x0, y0, "X", color=INK, markersize=9, mec="white", label="equilibrium")
    for i, (name, points) in enumerate(paths.items()):
        points = np.asarray(points)
        ax.plot(*points.T, color=SERIES[i], linestyle=DASHES[i], label=name)
        ax.plot(*points[0], MARKERS[i], color=SERIES[i], mec="white", markersize=8)
        k = len(points) // 12
        ax.annotate(
            "", points[k + 1], points[k], arrowprops={"arrowstyle": "-|>", "color": SERIES[i], "mutation_scale": 16}
        )
    ax.grid(False)
    ax.set(xlim=(prey[0], prey[-1]), ylim=(predators[0], predators[-1]), xlabel=xlabel, ylabel=ylabel)
    fig.legend(loc="outside upper left", ncols=2)
    ends = [
        f"{name} from ({p[0][0]:.3g}, {p[0][1]:.3g}) to ({p[-1][0]:.3g}, {p[-1][1]:.3g})" for name, p in paths.items()
    ]
    describe(
        fig,
        f"The plane of {xlabel} and {ylabel}, with closed level lines around the equilibrium ({x0:.3g}, {y0:.3g}). "
        f"Paths: {'; '.join(ends)}.",
    )


def populations(years, counts, names, labelled, fits=None):
    """Counts of two kinds against the years on a logarithmic axis, and one kind against the other; with fitted paths.

    Parameters: years (n,); counts (n, 2); names, of the two kinds; labelled, years that are named in the plane; fits, a dict
    from a name to (times, points (m, 2)), times as years. Used in notebook 12.
    """
    years, counts, fits = np.asarray(years), np.asarray(counts), fits or {}
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.9), width_ratios=[1.45, 1])
    for i, name in enumerate(names):
        line = "" if fits else "-"
        left.plot(
            years, counts[:, i], MARKERS[i] + line, color=SERIES[i], linewidth=1, markersize=6, mec="white", label=name
        )
    right.plot(*counts.T, MARKERS[3] + ("" if fits else "-"), color=INK, linewidth=1, markersize=5, mec="white")
    for k, (name, (times, points)) in enumerate(fits.items()):
        for i in range(2):
            left.plot(times, points[:, i], color=SERIES[i], linestyle=DASHES[k], linewidth=1.8)
        right.plot(*np.asarray(points).T, color=SERIES[2], linestyle=DASHES[k], label=name)
        right.legend(loc="upper right")
    for year in labelled:
        right.annotate(str(year), counts[years == year][0], (6, 5), textcoords="offset points", fontsize=9, color=INK)
    left.set(yscale="log", xlabel="year", ylabel="thousands of pelts", xticks=years[::5])
    _plain_log_axis(left, counts)
    left.legend(loc="upper left", ncols=2, bbox_to_anchor=(0, 1.16))
    right.set(xlabel=f"{names[0]}, thousands", ylabel=f"{names[1]}, thousands", xlim=(0, None), ylim=(0, None))
    peaks = " and ".join(
        f"{name} from {counts[:, i].min():g} to {counts[:, i].max():g}" for i, name in enumerate(names)
    )
    far = [f"{name} stays within a factor of {_factor(years, counts, *fit):.2g}" for name, fit in fits.items()]
    describe(
        fig,
        f"Left: thousands of pelts from {years[0]} to {years[-1]}, {peaks}. Right: {names[1]} against {names[0]}, in the order "
        f"of the years. {' '.join(f'The path {f}.' for f in far)}".strip(),
    )


def many_fits(times, panels, readings, best, xlabel, ylabel):
    """All fits of one kind in a panel, those that reach the best error apart from the others.

    Parameters: times (n,); panels, a dict from a title to (curves (M, n), errors (M,)); readings (times, values); best, the
    error up to which a fit counts as best. Used in notebook 12.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 3.7), sharey=True, squeeze=False)
    said = []
    for ax, (title, (curves, errors)) in zip(axes[0], panels.items(), strict=True):
        reached = np.asarray(errors) <= best
        for these, color, width, order in ((~reached, SERIES[1], 0.6, 1), (reached, SERIES[0], 1.2, 2)):
            if these.any():
                ax.plot(times, np.asarray(curves)[these].T, color=color, linewidth=width, alpha=0.5, zorder=order)
        ax.plot(*readings, "o", color=INK, markersize=4.5, mec="white", zorder=3)
        ax.set(yscale="log", xlabel=xlabel, title=f"{title}:\n{reached.mean():.0%} arrive")
        said.append(f"{title}, {reached.sum()} of {len(reached)} fits reach the best error and go through the readings")
    axes[0, 0].set(ylabel=ylabel, ylim=(0.6 * np.min(readings[1]), 1.5 * np.max(readings[1])))
    _plain_log_axis(axes[0, 0], readings[1])
    describe(fig, f"{ylabel}, curves of many fits over the readings. " + "; ".join(said) + ".")


def _factor(years, counts, times, points):
    at = np.array([np.interp(years, times, np.log(points[:, i])) for i in range(2)]).T
    return np.exp(np.abs(at - np.log(counts)).max())


def _plain_log_axis(ax, values):
    ticks = np.outer(10.0 ** np.arange(-3, 6), [1, 2, 5]).ravel()
    ax.set_yticks([t for t in ticks if 0.7 * np.min(values) < t < 1.4 * np.max(values)], minor=False)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.minorticks_off()
