"""Figures of cars on a closed road, and of the score by which they are judged."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, SERIES, WIDTH, describe


def road(track, car, rays, trail):
    """A road with one car on it, what its sensors see, and the way that it went before.

    Parameters: track, a `worlds.Track`; car (2,) in m; rays (k, 2), where the lines of sight end; trail (n, 2).
    Used in notebook 18.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 5.6))
    _road(ax, track)
    ax.plot(*np.asarray(trail).T, color=SERIES[0], label="the way so far")
    for end in np.asarray(rays):
        ax.plot(*zip(car, end, strict=True), color=SERIES[1], linewidth=1.5)
    ax.plot(*np.asarray(rays).T, "s", color=SERIES[1], markersize=4, label="what the sensors see")
    ax.plot(*car, "o", color=INK, markersize=8, label="the car")
    ax.legend(loc="center")
    describe(
        fig,
        f"A closed road of {track.length:.0f} m, {2 * track.half_width:g} m wide. A car has come along it; {len(rays)} lines go "
        f"from the car to the edges of the road.",
    )


def trails(track, panels):
    """The trails of many cars on one road, each with a dot where it ended; one panel each.

    Parameters: track, a `worlds.Track`; panels, a dict from a title to trails (ticks, n, 2), NaN after their end.
    Used in notebook 18.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 3.3), sharex=True, sharey=True)
    said = []
    for ax, (title, paths) in zip(axes, panels.items(), strict=True):
        _road(ax, track)
        last = np.isfinite(paths[..., 0]).sum(axis=0) - 1
        ends = paths[last, np.arange(paths.shape[1])]
        ax.plot(paths[..., 0], paths[..., 1], color=SERIES[0], linewidth=0.8, alpha=0.35)
        left = last < len(paths) - 1
        ax.plot(*ends[left].T, "x", color=SERIES[1], markersize=4)
        ax.set_title(title)
        said.append(f"{title}: {left.mean():.0%} end at a cross")
    describe(
        fig,
        f"The trails of {paths.shape[1]} cars on the same road, each with a cross where the car left it or was taken off. "
        f"{'; '.join(said)}.",
    )


def scores_along_a_line(panels, xlabel, ylabel):
    """One score against the place on a line, seen ever closer; the next panel shows the shaded part of this one.

    Parameters: panels, a list of (x, y), from the widest to the closest; xlabel; ylabel. Used in notebook 18.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH, 3.4), sharey=True)
    for i, (ax, (x, y)) in enumerate(zip(axes, panels, strict=True)):
        ax.plot(x, y, ".", color=SERIES[0], markersize=2.5)
        ax.set(xlabel=xlabel, xlim=(x[0], x[-1]), title=f"from {x[0]:g} to {x[-1]:g}")
        ax.set_xticks([x[0], 0, x[-1]])
        if i + 1 < len(panels):
            closer = panels[i + 1][0]
            ax.axvspan(closer[0], closer[-1], color=SERIES[3], alpha=0.9, linewidth=1.5)
    axes[0].set_ylabel(ylabel)
    ranges = "; ".join(f"from {x[0]:g} to {x[-1]:g} it lies between {y.min():.2f} and {y.max():.2f}" for x, y in panels)
    describe(fig, f"{ylabel} against {xlabel} in {len(panels)} panels, each a part of the one before: {ranges}.")


def _road(ax, track):
    forward = np.roll(track.centre, -1, axis=0) - np.roll(track.centre, 1, axis=0)
    across = np.stack([-forward[:, 1], forward[:, 0]], axis=1)
    across *= track.half_width / np.linalg.norm(across, axis=1, keepdims=True)
    edges = [np.concatenate([edge, edge[:1]]) for edge in (track.centre + across, track.centre - across)]
    ax.fill(*np.concatenate([edges[0], edges[1][::-1]]).T, color="#eef0f3", linewidth=0)
    for edge in edges:
        ax.plot(*edge.T, color=GREY, linewidth=1)
    middle, way = track.centre[0], across[0]
    ax.plot(*np.stack([middle - way, middle + way]).T, color=INK, linewidth=1.5, linestyle=DASHES[2])
    ax.set_aspect("equal")
    ax.set_axis_off()
