"""Figures of flows: points that layers carry along, what a flow cannot do, and how far an answer is safe."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, SERIES, WIDTH, describe

_CLASSES = [(SERIES[0], "o"), (SERIES[1], "s")]


def flow(paths, classes, shown, field, line, names):
    """Points of two classes after some layers of a network, the arrows that act next, and at the end the line that parts them.

    Parameters: paths (layers + 1, n, 2), positions before the first layer and after each; classes (n,), 0 or 1; shown,
    numbers of layers, the last one all of them; field, a function of a layer's index and of points (…, 2) that gives their
    rates; line (normal (2,), offset), the points x with normal · x + offset = 0; names of the two classes.
    Used in notebook 13.
    """
    paths, classes = np.asarray(paths), np.asarray(classes).astype(int)
    fig, axes = plt.subplots(1, len(shown), figsize=(WIDTH + 1, 2.9), sharex=True, sharey=True)
    centre = (paths.max(axis=(0, 1)) + paths.min(axis=(0, 1))) / 2
    reach = 1.12 * np.abs(paths - centre).max()
    said = []
    for ax, layer, before in zip(axes, shown, [0, *shown], strict=False):
        if layer < len(paths) - 1:
            ax.add_collection(_streamlets(lambda x, i=layer: field(i, x), centre, reach))
        for k, (colour, marker) in enumerate(_CLASSES):
            these = classes == k
            trails = paths[before : layer + 1, these].swapaxes(0, 1)
            ax.add_collection(LineCollection(trails, colors=to_rgba(colour, 0.22), linewidths=0.8))
            ax.plot(*paths[layer, these].T, marker, color=colour, markersize=3.4, mec="white", mew=0.35, label=names[k])
        middles = [paths[layer, classes == k].mean(axis=0) for k in (0, 1)]
        said.append(f"after {layer} layers their middles are {np.hypot(*(middles[0] - middles[1])):.2f} apart")
        ax.set(title="the points" if layer == 0 else f"after {layer} layers", aspect="equal")
        ax.set(xlim=centre[0] + [-reach, reach], ylim=centre[1] + [-reach, reach])
        ax.set_axis_off()
    _line(axes[-1], line)
    _sides(axes[-1], line, centre, reach)
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=2, markerscale=1.8)
    describe(
        fig,
        f"{paths.shape[1]} points of two classes, {names[0]} and {names[1]}, on faint arrows, in {len(shown)} panels. "
        f"They begin as two arms wound around each other; {'; '.join(said)}. In the last panel a straight line parts the two.",
    )


def reflection(straight, turning):
    """Why a flow on a line cannot turn x into -x, and how one in the plane can: paths in time beside paths in space.

    Parameters: straight (times, k), positions on the line at evenly spread times from 0 to 1; turning (times, k, 2), positions
    in the plane. Used in notebook 13.
    """
    straight, turning = np.asarray(straight), np.asarray(turning)
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.5))
    shades = plt.get_cmap("cividis")(np.linspace(0.05, 0.85, straight.shape[1]))
    times = np.linspace(0, 1, len(straight))
    for k, shade in enumerate(shades):
        left.plot(times, straight[:, k], color=shade, linewidth=1.6)
        right.plot(*turning[:, k].T, color=shade, linewidth=1.6)
        for ax, start, end in (
            (left, (0, straight[0, k]), (1, straight[-1, k])),
            (right, turning[0, k], turning[-1, k]),
        ):
            ax.plot(*start, "o", color=shade, markersize=6)
            ax.plot(*end, "s", color=shade, markersize=6, mec=INK)
    middle = len(straight) // 2
    left.plot(times[middle], straight[middle].mean(), "o", mfc="none", mec=SERIES[1], mew=2, markersize=16)
    left.set(xlabel="time", ylabel="x", title="on the line they must meet")
    right.axhline(0, color=GREY, linewidth=1, zorder=0)
    right.set(xlabel="x", ylabel="the coordinate added", title="in the plane they pass", aspect="equal")
    describe(
        fig,
        f"Left: {straight.shape[1]} paths x(t) from x to -x, over time; all cross in one point, which is ringed. Right: the "
        f"same starts on a horizontal line in the plane, each on a half circle to its mirror image; the paths are "
        f"{straight.shape[1]} arcs, and at each time the points lie on a straight line, apart from each other.",
    )


def ring_and_disc(panels, names):
    """Points inside and points around them, and the whole ring as a curve: one panel per title.

    Parameters: panels, a dict from a title to (points (n, 2), classes (n,), curve (k, 2), line or None), a line as in `flow`;
    names of the two classes, the inner one first. Used in notebook 13.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 1, 3.3), squeeze=False)
    said = []
    for ax, (title, (points, classes, curve, line)) in zip(axes.flat, panels.items(), strict=True):
        ax.plot(*np.asarray(curve).T, color=SERIES[1], linewidth=1.1)
        for k, (colour, marker) in enumerate(_CLASSES):
            ax.plot(
                *points[classes == k].T, marker, color=colour, markersize=3.6, mec="white", mew=0.35, label=names[k]
            )
        every = np.concatenate([points, curve])
        low, high = every.min(axis=0), every.max(axis=0)
        reach, centre = 0.56 * (high - low).max(), (low + high) / 2
        ax.set(xlim=centre[0] + [-reach, reach], ylim=centre[1] + [-reach, reach])
        ax.set(title=title, aspect="equal")
        ax.set_axis_off()
        said.append(title)
        if line is not None:
            _line(ax, line)
            side = curve @ line[0] + line[1]
            beyond = (np.sign(side) != np.sign(np.median(side))).mean()
            said[-1] += f": a line, and {beyond:.1%} of the curve beyond it"
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=2, markerscale=1.8)
    describe(
        fig, f"Points {names[0]} and points {names[1]}, and the ring drawn as one closed curve. {'; '.join(said)}."
    )


def safety(ε, certified, attacked, others):
    """Accuracy against the length of the disturbance: proved from below, found from above, and that of other networks.

    Parameters: ε (k,); certified and attacked (k,), shares from 0 to 1 of one network; others, a dict from a name to (k,)
    attacked shares. Used in notebook 13.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    ax.fill_between(ε, certified, attacked, color=SERIES[2], alpha=0.3, linewidth=0, label="the truth lies here")
    lines = {"1-Lipschitz, attacked": attacked, "1-Lipschitz, certified": certified} | others
    for i, (name, share) in enumerate(lines.items()):
        colour = [SERIES[2], SERIES[0], SERIES[1], SERIES[3]][i]
        ax.plot(ε, share, color=colour, linestyle=DASHES[i], marker=MARKERS[i], markersize=5, label=name)
    ax.set(xlabel="ε, the length of the disturbance", ylabel="share of right answers", ylim=(0, 1.02))
    ax.legend(loc="lower left")
    each = "; ".join(f"{name} from {share[0]:.2f} to {share[-1]:.2f}" for name, share in lines.items())
    describe(
        fig, f"Share of right answers for ε from {ε[0]:g} to {ε[-1]:g}: {each}. Certified is nowhere above attacked."
    )


def images(panels):
    """Small images or matrices in a row, each from its least number in white to its largest in black.

    Parameters: panels, a dict from a title to a 2-D array. Used in notebook 13.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 1, 2.5), squeeze=False)
    arrays = {title: np.asarray(array, dtype=float) for title, array in panels.items()}
    for ax, (title, array) in zip(axes.flat, arrays.items(), strict=True):
        ax.imshow(array, cmap="gray_r", interpolation="nearest")
        ax.set(title=title)
        ax.set_axis_off()
        ax.add_patch(plt.Rectangle((0, 0), 1, 1, transform=ax.transAxes, fill=False, edgecolor=GREY, linewidth=2))
    each = "; ".join(
        f"{t}, {' × '.join(map(str, a.shape))}, from {a.min():.2g} to {a.max():.2g}" for t, a in arrays.items()
    )
    describe(fig, f"{len(arrays)} images, darker for larger numbers: {each}.")


def _streamlets(field, centre, reach, across=15, steps=14):
    """Short pieces of streamlines from the points of a grid, which fade in along the arrow and are longer where it is faster."""
    at = np.linspace(-0.97, 0.97, across) * reach
    x = centre + np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
    fastest = np.quantile(np.linalg.norm(field(x), axis=1), 0.9)
    length = 3.4 * reach / across / max(fastest, 1e-12) / steps
    pieces, shades = [], []
    for i in range(steps):
        rate = field(x)
        rate = rate / np.maximum(1, np.linalg.norm(rate, axis=1, keepdims=True) / fastest)  # the fastest are cut short
        new = x + length * rate
        pieces.append(np.stack([x, new], axis=1))
        shades += [to_rgba(GREY, 0.8 * (i + 1) / steps)] * len(x)
        x = new
    return LineCollection(np.concatenate(pieces), colors=shades, linewidths=0.9, capstyle="round", zorder=0)


def _line(ax, line):
    normal, offset = np.asarray(line[0], dtype=float), float(line[1])
    foot = -offset * normal / (normal @ normal)
    along = np.array([-normal[1], normal[0]])
    ax.axline(foot, foot + along, color=INK, linewidth=1.6, zorder=3)


def _sides(ax, line, centre, reach):
    """A tint of each class on its side of the line."""
    at = np.linspace(-1, 1, 201) * reach
    x, y = np.meshgrid(centre[0] + at, centre[1] + at)
    side = line[0][0] * x + line[0][1] * y + line[1]
    ax.contourf(x, y, side, levels=[-np.inf, 0, np.inf], colors=[SERIES[0], SERIES[1]], alpha=0.08, zorder=0)
