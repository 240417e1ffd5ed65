"""Figures of laws of motion learned from data: where data lie, what is conserved, and what an integrator adds."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.path import Path

from gates_to_flows.plots.error_rates import median_with_band
from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, OUTPUT, SERIES, WIDTH, describe


def where_paths_go(panels, xlabel, ylabel):
    """Starts of paths, the region that they were drawn from, and the points that the paths come through; one panel each.

    Parameters: panels, a dict from a title to (starts (n, 2), visited (k, 2), outline (m, 2) of the region); xlabel, ylabel.
    Used in notebook 14.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 4.4), sharex=True, sharey=True, squeeze=False)
    said = []
    for ax, (title, (starts, visited, outline)) in zip(axes.flat, panels.items(), strict=True):
        starts, visited, outline = map(np.asarray, (starts, visited, outline))
        ax.plot(*visited.T, ".", color=SERIES[2], markersize=2, label="points on their paths")
        ax.plot(*starts.T, "o", color=SERIES[0], markersize=3, label="starts")
        closed = np.concatenate([outline, outline[:1]])
        ax.plot(*closed.T, color=SERIES[1], linestyle=DASHES[1], label="where starts were drawn")
        ax.set(xlabel=xlabel, title=title, aspect="equal")
        inside = Path(closed).contains_points(visited).mean()
        said.append(f"{title}: {1 - inside:.0%} of the points on the paths lie outside")
    axes[0, 0].set_ylabel(ylabel)
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, markerscale=2.5)
    describe(
        fig,
        f"Starts of paths in the plane of {xlabel} and {ylabel}, a line around the region that they were drawn from, and "
        f"points that the paths come through. {'; '.join(said)}.",
    )


def spread_over_time(series, ylabel):
    """The median of many paths against time, with a band from the 10th to the 90th per cent; the height is logarithmic.

    Parameters: series, a dict from a name to (times (records,), values (records, paths)); ylabel. Used in notebook 14.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.0))
    said = []
    for i, (name, (times, values)) in enumerate(series.items()):
        middle = median_with_band(ax, i, name, times, values)
        said.append(f"{name} goes from {middle[0]:.1g} to {middle[-1]:.1g}")
    ax.set(xlabel="time t", ylabel=ylabel, yscale="log")
    ax.legend(loc="lower right")
    describe(fig, f"{ylabel} against time, medians with bands, on a logarithmic axis: {'; '.join(said)}.")


def learned_potential(q1, q2, truth, learned, levels):
    """Level lines of a learned potential over those of the true one.

    Parameters: q1 (m,), q2 (n,), a grid; truth and learned (n, m), NaN where there were no data; levels, the heights of the
    lines. Used in notebook 14.
    """
    truth, learned = np.asarray(truth, dtype=float), np.asarray(learned, dtype=float)
    fig, ax = plt.subplots(figsize=(5.0, 3.6))
    ax.contourf(q1, q2, truth, levels=levels, cmap=OUTPUT, alpha=0.75)
    ax.contour(q1, q2, truth, levels=levels, colors=GREY, linewidths=4.5)
    ax.contour(q1, q2, learned, levels=levels, colors=SERIES[0], linewidths=1.2)
    ax.plot([], [], color=GREY, linewidth=4.5, label="true")
    ax.plot([], [], color=SERIES[0], linewidth=1.2, label="learned")
    ax.set(xlabel="$q_1$", ylabel="$q_2$", aspect="equal", title=f"V = {_listed(levels)}")
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    off = np.nanmax(np.abs(learned - truth))
    describe(
        fig,
        f"Level lines of a learned potential over those of the true one, at {_listed(levels)}: the two potentials "
        f"differ nowhere by more than {off:.0e}, from a bottom of {np.nanmin(truth):.2g} to {np.nanmax(truth):.2g} at the "
        "edge of the data.",
    )


def bias_of_an_integrator(lines, predicted, ylabel):
    """The error of a learned law against the number of substeps of the integrator in the loss, on log–log axes.

    Parameters: lines, a dict from a method to (substeps, errors); predicted, a dict from a name to (substeps, errors) that
    come from a formula; ylabel. Used in notebook 14.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    said, colours = [], [SERIES[1], SERIES[0], SERIES[2]]
    for name, (n, errors) in predicted.items():
        ax.plot(n, errors, color=GREY, linewidth=5, solid_capstyle="round", label=name)
    for i, (name, (n, errors)) in enumerate(lines.items()):
        n, errors = np.asarray(n, dtype=float), np.asarray(errors, dtype=float)
        slope = np.polyfit(np.log(n), np.log(errors), 1)[0]
        style = {"color": colours[i], "linestyle": DASHES[i], "marker": MARKERS[i], "markersize": 8, "mec": "white"}
        ax.plot(n, errors, label=f"{name}, slope {slope:.1f}".replace("-", "−"), **style)
        said.append(f"{name} from {errors[0]:.1e} with {n[0]:g} to {errors[-1]:.1e} with {n[-1]:g}, slope {slope:.1f}")
    every = sorted({float(k) for n, _ in lines.values() for k in n})
    ax.set(xscale="log", yscale="log", xlabel="substeps of the integrator in the loss", ylabel=ylabel)
    ax.set(xticks=every, xticklabels=[f"{k:g}" for k in every])
    ax.minorticks_off()
    ax.margins(y=0.12)
    ax.legend(loc="lower left")
    describe(
        fig,
        f"{ylabel} against the number of substeps, both on logarithmic axes, falls on straight lines: {'; '.join(said)}. "
        f"{'A formula predicts the first line.' if predicted else ''}",
    )


def readings_and_paths(readings, panels, radii):
    """Noisy readings in the plane of position and momentum, and paths along a learned field over them; one panel each.

    Parameters: readings (n, 2); panels, a dict from a title to paths (times, k, 2); radii, of the circles that k true paths
    run on. Used in notebook 14.
    """
    readings, around = np.asarray(readings), np.linspace(0, 2 * np.pi, 200)
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH - 0.6, 4.0), sharex=True, sharey=True, squeeze=False)
    said = []
    for ax, (title, paths) in zip(axes.flat, panels.items(), strict=True):
        paths = np.asarray(paths)
        ax.plot(*readings.T, ".", color=SERIES[2], alpha=0.5, markersize=4, label="noisy readings")
        for i in range(paths.shape[1]):
            ax.plot(*paths[:, i].T, color=SERIES[0], linewidth=1, label="learned paths" if i == 0 else None)
            circle = radii[i] * np.array([np.cos(around), np.sin(around)])
            ax.plot(*circle, color=SERIES[1], linestyle=DASHES[1], label="true paths" if i == 0 else None)
        ax.set(title=title, xlabel="position q", aspect="equal")
        last = np.linalg.norm(paths[-1], axis=-1)
        said.append(f"{title}: from radius {_listed(radii)} to {_listed([float(f'{r:.2f}') for r in last])}")
    axes[0, 0].set_ylabel("momentum p")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    describe(
        fig,
        f"{len(readings)} noisy readings around circles, and paths along learned fields. {'; '.join(said)}.",
    )


def losses_and_energies(losses, energies, floor):
    """Two panels with a row of dots for each network, one dot a data set: training losses, and errors in energy.

    Parameters: losses and energies, dicts with the same keys, from a network to (N,) values; floor, a loss to mark.
    Used in notebook 14.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 1.5 + 0.75 * len(losses)), sharey=True)
    left.axvline(floor, color=GREY, linewidth=1.4)
    said = []
    for panel, rows in ((left, losses), (right, energies)):
        for i, values in enumerate(rows.values()):
            values = np.asarray(values, dtype=float)
            height = -i + 0.25 * np.linspace(-1, 1, len(values))
            panel.plot(values, height, MARKERS[i], color=SERIES[i], markersize=4.5, alpha=0.75, mec="white")
            panel.plot([np.median(values)] * 2, [-i - 0.36, -i + 0.36], color=INK, linewidth=2)
    for name in losses:
        said.append(f"{name}: median loss {np.median(losses[name]):.3f}, energy {np.median(energies[name]):.0e}")
    left.set(xlim=(0, None), xlabel="training loss", ylabel="network")
    left.set(yticks=-np.arange(len(losses)), yticklabels=list(losses), ylim=(0.6 - len(losses), 0.6))
    left.annotate("noise floor", (floor, 0.52), xytext=(4, 0), textcoords="offset points", va="top", fontsize=9)
    right.set(xscale="log", xlabel="mean squared error of the energy")
    for ax in (left, right):
        ax.grid(axis="y", visible=False)
        ax.tick_params(axis="y", length=0)
    n = len(next(iter(losses.values())))
    describe(
        fig,
        f"Rows of dots, one for each of {n} data sets, with their medians. Left the training loss, with a line at the noise "
        f"floor of {floor:.3g}; right the error of the energy, on a logarithmic axis. {'; '.join(said)}.",
    )


def _listed(numbers):
    texts = [f"{number:.3g}" for number in numbers]
    return ", ".join(texts[:-1]) + f" and {texts[-1]}" if len(texts) > 1 else texts[0]
