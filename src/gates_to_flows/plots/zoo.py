"""Figures of the many kinds of networks: the map of their kinship, and small pictures in rows, mosaics and panels."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch

from gates_to_flows.plots.style import GREY, INK, SERIES, WIDTH, describe

_TINTS = ["#dfe5ec", "#f6d9ca", "#b9d6ee", "#fbe6b8", "#8fa3ba", "#ffffff"]  # one a family, in the order given
_ACROSS, _DOWN, _TILE = 1.55, 1.3, (0.84, 0.8)  # inches from tile to tile, and of a tile


def kinship(families, changes, *, outside=(), pictures=None):
    """A map of kinds of networks: a tile for each kind, an arrow from one to the next, and on it what changes.

    Parameters: families, a dict from a name to {kind: (column, row, where the course meets it)}, rows counted from the top, at
    most six families; changes, a dict from a pair of kinds to words, with line breaks; outside, kinds that are no networks,
    their tiles dashed; pictures, a dict from a kind to what its tile shows in place of the last words: an image
    (rows, columns), a line (n,), or dots (n, 2). Used in notebook 21.
    """
    pictures = {} if pictures is None else pictures
    at = {kind: (c * _ACROSS, -r * _DOWN) for tiles in families.values() for kind, (c, r, _) in tiles.items()}
    xs, ys = np.array(list(at.values())).T
    left, right = xs.min() - 0.62, xs.max() + 0.62
    low, high = ys.min() - 0.98, ys.max() + 0.58
    fig = plt.figure(figsize=(right - left, high - low))
    fig.set_layout_engine("none")  # tiles stand where they are put
    ax = fig.add_axes([0, 0, 1, 1], xlim=(left, right), ylim=(low, high))
    ax.set_axis_off()
    for (start, end), words in changes.items():
        _arrow(ax, np.array(at[start]), np.array(at[end]), words)
    for tint, tiles in zip(_TINTS, families.values(), strict=False):
        for kind, (_, _, met) in tiles.items():
            x, y = at[kind]
            width, height = _TILE
            box = FancyBboxPatch((x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.1",
                                 facecolor=tint, edgecolor=INK, linewidth=1.1, zorder=2,
                                 linestyle=(0, (3, 2)) if kind in outside else "-")  # fmt: skip
            ax.add_patch(box)
            if kind in pictures:
                ax.text(x, y + 0.28, kind, ha="center", va="center", fontsize=8.5, weight="bold", zorder=3)
                _inset(ax, (x, y - 0.11), np.asarray(pictures[kind], dtype=float))
            else:
                size = 12 if len(kind) < 6 else 9.5
                ax.text(x, y + 0.1, kind, ha="center", va="center", fontsize=size, weight="bold", zorder=3)
                ax.text(x, y - 0.2, met, ha="center", va="center", fontsize=8.5, zorder=3)
    handles = [Patch(facecolor=t, edgecolor=INK, label=n) for t, n in zip(_TINTS, families, strict=False)]
    if outside:
        handles.append(Patch(facecolor="white", edgecolor=INK, linestyle=(0, (3, 2)), label="not a neural network"))
    ax.legend(handles=handles, loc="lower center", ncols=4, fontsize=9.5, handlelength=1.4, columnspacing=1.4)
    said = "; ".join(f"{a} to {b}, {' '.join(words.split())}" for (a, b), words in changes.items())
    if pictures:
        said = f"{len(pictures)} tiles show a small picture: {', '.join(pictures)}"
    describe(fig, f"A map of {len(at)} kinds as tiles, with {len(changes)} arrows that say what changes. {said}.")


def picture_rows(rows):
    """Rows of small grey images, 0 in white and 1 in black, each row with its name; values beyond are cut off.

    Parameters: rows, a dict from a name to images (k, side, side). Used in notebook 21.
    """
    fig, axes = plt.subplots(len(rows), 1, figsize=(WIDTH + 0.4, 0.1 + 0.58 * len(rows)), squeeze=False)
    first = np.asarray(next(iter(rows.values())), dtype=float)
    said = []
    for ax, (name, images) in zip(axes.flat, rows.items(), strict=True):
        images = np.asarray(images, dtype=float)
        strip = _mosaic(images[None])
        ax.imshow(strip, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        ax.set_axis_off()
        ax.text(-0.012, 0.5, name, transform=ax.transAxes, ha="right", va="center")
        if images.shape == first.shape:
            said.append(f"{' '.join(name.split())}: {np.sqrt(np.mean((images - first) ** 2)):.2f}")
    describe(
        fig,
        f"Rows of {len(first)} grey images of {first.shape[1]} by {first.shape[2]} pixels. Root mean square distance from the "
        f"first row, {', '.join(said)}.",
    )


def picture_map(images, names):
    """Images on a square grid, neighbours side by side, each with a name in its corner.

    Parameters: images (rows, columns, side, side), 0 in white and 1 in black; names (rows, columns). Used in notebook 21.
    """
    images, names = np.asarray(images, dtype=float), np.asarray(names)
    rows, columns, side = images.shape[:3]
    fig, ax = plt.subplots(figsize=(6.4, 6.4 * rows / columns))
    ax.imshow(_mosaic(images), cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    ax.set_axis_off()
    for r in range(rows):
        for c in range(columns):
            ax.text(c * (side + 1) - 0.3, r * (side + 1) - 0.2, names[r, c], color=SERIES[1], fontsize=8.5,
                    ha="left", va="top", weight="bold")  # fmt: skip
    alike = [names[1:] == names[:-1], names[:, 1:] == names[:, :-1]]
    share = sum(a.sum() for a in alike) / sum(a.size for a in alike)
    describe(
        fig,
        f"{rows} by {columns} small images of digits, each with a name. Of the pairs side by side {share:.0%} have one name. "
        f"The names, row by row: {'; '.join(' '.join(map(str, row)) for row in names)}.",
    )


def clouds(panels, marks, reach):
    """Clouds of points in the plane, one panel for each title, with rings around the places where they should lie.

    Parameters: panels, a dict from a title to points (n, 2); marks (k, 2), the places; reach, the radius of a ring. The alt
    text counts the rings that hold more than half of their share of the points. Used in notebook 21.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 1, 2.35), squeeze=False, sharex=True, sharey=True)
    marks, said = np.asarray(marks, dtype=float), []
    for ax, (title, points) in zip(axes.flat, panels.items(), strict=True):
        points = np.asarray(points, dtype=float)
        for mark in marks:
            ax.add_patch(plt.Circle(mark, reach, fill=False, edgecolor=GREY, linewidth=1.2))
        ax.plot(*points.T, ".", color=SERIES[0], markersize=2.2, alpha=0.45, mew=0)
        within = np.hypot(*(points[:, None] - marks).T).T < reach
        filled, inside = (within.mean(axis=0) > 0.5 / len(marks)).sum(), within.any(axis=1).mean()
        said.append(f"{' '.join(title.split())}: {filled} rings filled, {inside:.0%} inside")
        ax.set_title(title, fontsize=10.5, loc="center")
        ax.set(aspect="equal", xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
        ax.set_axis_off()
    describe(fig, f"Clouds of points around {len(marks)} places on a circle. {'; '.join(said)}.")


def _arrow(ax, start, end, words):
    """An arrow between two tiles, shortened to their edges, its words in the middle."""
    along = end - start
    reach = np.array(_TILE) / 2 + 0.03
    with np.errstate(divide="ignore"):
        inside = np.min(reach / np.abs(along))
    a, b = start + inside * along, end - inside * along
    ax.add_patch(
        FancyArrowPatch(
            a, b, arrowstyle="-|>", mutation_scale=10, color=INK, linewidth=1.1, shrinkA=0, shrinkB=0, zorder=1
        )
    )
    flat = abs(along[1]) < 1e-9
    where = (a + b) / 2 + (np.array([0, 0.05]) if flat else 0)
    ax.text(*where, words, ha="center", va="bottom" if flat else "center", fontsize=8.2, linespacing=1.0, zorder=1.5,
            bbox=None if flat else {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9})  # fmt: skip


def _inset(ax, centre, picture):
    """An image, a line or dots in a small frame."""
    x, y = centre
    half = 0.265
    inset = ax.inset_axes([x - half, y - half, 2 * half, 2 * half], transform=ax.transData, zorder=3)
    if picture.ndim == 1:
        inset.plot(picture, color=SERIES[0], linewidth=1.1)
        inset.margins(0.06, 0.1)
    elif picture.shape[1] == 2:
        inset.plot(*picture.T, ".", color=SERIES[0], markersize=1.3, mew=0, alpha=0.6)
        inset.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    else:
        if picture.min() < 0:
            edge = np.abs(picture).max()
            inset.imshow(picture, cmap="Greys", vmin=-edge, vmax=edge, interpolation="nearest", aspect="auto")
        else:
            inset.imshow(picture, cmap="Greys", vmin=0, vmax=picture.max(), interpolation="nearest", aspect="auto")
    inset.set(xticks=[], yticks=[])
    inset.grid(False)
    for side in inset.spines.values():
        side.set(visible=True, color=GREY, linewidth=0.6)


def _mosaic(images):
    """Images (rows, columns, side, side) as one, a gap of one white pixel between them."""
    rows, columns, side, _ = images.shape
    whole = np.zeros((rows * (side + 1) - 1, columns * (side + 1) - 1))
    for r in range(rows):
        for c in range(columns):
            whole[r * (side + 1) : r * (side + 1) + side, c * (side + 1) : c * (side + 1) + side] = images[r, c]
    return whole
