"""Figures of where training stops: levels of the loss, histories that wait on them, and the surface around a network."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import BoundaryNorm

from gates_to_flows.plots.style import DASHES, GREY, INK, OUTPUT, SERIES, WIDTH, describe


def loss_levels(losses, levels, top, xlabel="loss"):
    """Histograms of many networks' losses, one over the other, with named levels marked; counts are on a logarithmic axis.

    Parameters: losses, a dict from a name to the losses of the networks shown, at most two; levels, a dict from a name to
    a loss; top, the end of the axis of counts. The axis of losses begins a little below the lowest level; what lies outside
    is counted at its ends. Used in notebook 4.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    edges = np.linspace(0.88 * min(levels.values()), 1.04 * max(levels.values()), 81)
    middle = edges[:-1] + np.diff(edges) / 2
    styles = [{"color": SERIES[2], "histtype": "stepfilled"}, {"color": SERIES[0], "histtype": "step", "linewidth": 2}]
    alt = []
    for (name, values), style in zip(losses.items(), styles, strict=False):
        counts, _, _ = ax.hist(np.clip(values, edges[0], edges[-1]), edges, label=name, **style)
        near = {level: int(counts[np.abs(middle - at) < 0.01].sum()) for level, at in levels.items()}
        alt.append(f"{name}: " + ", ".join(f"{n} near {level}" for level, n in near.items()))
    for at in levels.values():
        ax.axvline(at, color=SERIES[1], linestyle=DASHES[1], linewidth=1.4)
    ax.set(xlabel=xlabel, ylabel="networks", yscale="log", ylim=(0.7, top))
    ax.legend(loc="upper center", bbox_to_anchor=(0.65, 1))
    for level, at in levels.items():
        ax.annotate(level, (at, 1), (0, 4), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center")
    describe(fig, f"Histograms of the {xlabel}, counts on a logarithmic axis. {'; '.join(alt)}.")


def staircases(runs, levels, xlabel="step", ylabel="loss"):
    """Losses of single runs against the step, with named levels at which some of them wait.

    Parameters: runs, a dict from a name to (steps, losses), at most four; levels, a dict from a name to a loss.
    Used in notebook 4.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    for level in levels.values():
        ax.axhline(level, color=GREY, linewidth=1, zorder=0)
    for i, (name, (steps, losses)) in enumerate(runs.items()):
        ax.plot(steps, losses, color=SERIES[i], linestyle=DASHES[i], label=name)
    top = 1.55 * max(levels.values())
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(-0.01, top), yticks=[0, *levels.values()], yticklabels=["0", *levels])
    ax.grid(visible=False)
    ax.legend(loc="upper right")
    waits = {
        name: [where for where, level in levels.items() if np.mean(np.abs(np.asarray(losses) - level) < 0.01) > 0.1]
        for name, (_, losses) in runs.items()
    }
    alt = "; ".join(
        f"{name}: {'waits at ' + ' and '.join(at) if at else 'waits nowhere for long'}, ends at {runs[name][1][-1]:.3f}"
        for name, at in waits.items()
    )
    describe(fig, f"{ylabel} against {xlabel} of {len(runs)} runs, which fall in stairs. {alt}.")


def shelf(along, across, losses, level, places, xlabel, ylabel):
    """The loss on a plane through a network on a plateau, and one cut through it.

    Parameters: along (k,) and across (m,), coordinates on the plane with the network at (0, 0); losses (m, k); level, the
    loss of the plateau; places, a dict from a name to (along, across), drawn as points. Colours step at differences to
    the level that grow tenfold. The cut shows the loss against `across` at along = 0. Used in notebook 4.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.6, 4.4), width_ratios=(1.5, 1))
    steps = np.array([-0.1, -0.01, -1e-3, -1e-4, 0, 1e-4, 1e-3, 1e-2])
    steps = steps[steps > -level]
    bounds = np.concatenate([[-level], steps, [max(0.1, losses.max() - level)]])
    colours = OUTPUT.reversed()
    norm = BoundaryNorm(bounds, colours.N)
    filled = left.contourf(along, across, losses - level, levels=bounds, cmap=colours, norm=norm)
    left.contour(along, across, losses - level, levels=steps, colors=INK, linewidths=0.7, linestyles="-")
    bar = fig.colorbar(filled, ax=left, ticks=steps, spacing="uniform")
    bar.ax.set_title("above or below\nthe plateau", fontsize=9, loc="left")
    left.contour(along, across, losses - level, levels=[0], colors=INK, linewidths=2.2)
    bar.ax.set_yticklabels([f"{s:+g}".replace("-", "−") if s else "0" for s in steps])
    markers = ["o", "^", "s", "D"]
    for marker, (name, (x, y)) in zip(markers, places.items(), strict=False):
        left.plot(
            x,
            y,
            marker,
            color="white",
            markeredgecolor=INK,
            markeredgewidth=1.6,
            markersize=10,
            linestyle="",
            label=name,
        )
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), handletextpad=0.3, fontsize=10)
    left.set(title="From above", xlabel=xlabel, ylabel=ylabel)
    left.grid(visible=False)
    cut = losses[:, int(np.argmin(np.abs(along)))]
    right.plot(cut, across, color=SERIES[0])
    right.axvline(level, color=GREY, linewidth=1, zorder=0)
    here = float(np.interp(0, across, cut))
    right.plot(here, 0, markers[0], color="white", markeredgecolor=INK, markeredgewidth=1.6, markersize=10)
    right.set(
        title="Cut through the network",
        xlabel="loss",
        ylabel="across it, as on the left",
        xlim=(-0.005, 1.12 * max(level, cut.max())),
        ylim=(across[0], across[-1]),
    )
    flat = across[np.abs(cut - level) < 1e-3]
    points = "; ".join(f"{name} at {x:.1f} along, {y:.1f} across" for name, (x, y) in places.items())
    describe(
        fig,
        f"Left: the loss on a plane, as the difference to {level:g}, in colours whose steps grow tenfold, "
        f"with a thick line at 0. Points: {points}. "
        f"Right: the loss on the upright cut through the network is within 0.001 of {level:g} from {flat.min():.1f} to "
        f"{flat.max():.1f} and falls to {cut.min():.2g} at {across[int(np.argmin(cut))]:.1f}.",
    )
