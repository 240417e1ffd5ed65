"""A still picture of a playground, for where nothing moves."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import GREY, INK, OUTPUT, SERIES, WIDTH, describe

_WHERE = "In JupyterLab and on the course's site\na network learns this before your eyes."


def playground(x, y, name, model=None):
    """The data of a playground, and what a network makes of them, if there is one.

    Parameters: x (n, d) and y (n, k), with d and k as 2 and 1, 1 and 1 or 2 and 2; their name; model, a function from (m, d)
    to (m, k). Used in notebook 2 and after.
    """
    fig, ax = plt.subplots(figsize=(WIDTH * 0.62, 3.9))
    draw = {(2, 1): _plane, (1, 1): _line, (2, 2): _field}[x.shape[1], y.shape[1]]
    said = draw(ax, x, y, model)
    ax.set_title(f"Playground: {name}")
    ax.grid(visible=False)
    ax.text(0.5, -0.24, _WHERE, transform=ax.transAxes, ha="center", va="top", fontsize=10)
    describe(fig, f"A playground with the data {name}. {said} {_WHERE}".replace("\n", " "))


def _lattice(x, n):
    margin = 0.25 * np.maximum(np.ptp(x, axis=0), 1e-9)
    axes = [np.linspace(low, high, n) for low, high in zip(x.min(axis=0) - margin, x.max(axis=0) + margin, strict=True)]
    return axes, np.stack([c.ravel() for c in np.meshgrid(*axes)], axis=1)


def _plane(ax, x, y, model):
    axes, points = _lattice(x, 101)
    if model is not None:
        values = np.asarray(model(points)).reshape(101, 101)
        filled = ax.contourf(*axes, values, levels=np.linspace(-0.25, 1.25, 16), cmap=OUTPUT, extend="both")
        ax.contour(*axes, values, levels=[0.5], colors=INK, linewidths=1.6)
        ax.figure.colorbar(filled, ax=ax, label="output ŷ", ticks=[0, 0.5, 1], shrink=0.85)
    ones, size = y[:, 0] > 0.5, 12 if len(x) <= 4 else 5
    ax.plot(
        *x[~ones].T, "o", color="white", mec=SERIES[1], mew=2 if size > 5 else 1.2, markersize=size, label="output 0"
    )
    ax.plot(*x[ones].T, "s", color=SERIES[0], mec="white", mew=size / 8, markersize=size, label="output 1")
    ax.set(xlim=axes[0][[0, -1]], ylim=axes[1][[0, -1]], aspect="equal", xlabel="input $x_1$", ylabel="input $x_2$")
    said = f"{ones.sum()} points in the plane want the output 1 and {(~ones).sum()} the output 0."
    if model is None:
        return said
    right = int((np.abs(np.asarray(model(x)) - y) < 0.5).sum())
    return f"{said} The network's output, in colour, is right, rounded, at {right} of {len(x)}."


def _line(ax, x, y, model):
    order = np.argsort(x[:, 0])
    ax.plot(x[order, 0], y[order, 0], color=GREY, linewidth=4.5, alpha=0.6, label="target")
    said = f"A curve goes from x = {x.min():.2f} to {x.max():.2f}, between the heights "
    said += f"{y.min():.2f} and {y.max():.2f}."
    ax.set(xlabel="input x", ylabel="output")
    if model is None:
        return said
    fine = np.linspace(x.min(), x.max(), 401)[:, None]
    ax.plot(fine[:, 0], np.asarray(model(fine))[:, 0], color=SERIES[1], label="network")
    return f"{said} The network is within {np.abs(np.asarray(model(x)) - y).max():.2g} of it at all points."


def _field(ax, x, y, model):
    style = {"angles": "xy", "width": 0.004, "scale": 14 * np.hypot(*y.T).max()}
    ax.quiver(*x.T, *y.T, color=GREY if model is not None else SERIES[0], **style)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    said = f"{len(x)} arrows in the plane, the longest {np.hypot(*y.T).max():.2g}."
    if model is None:
        return said
    learned = np.asarray(model(x))
    ax.quiver(*x.T, *learned.T, color=SERIES[1], **style)
    return f"{said} Those of the network differ from them by up to {np.hypot(*(learned - y).T).max():.2g}."
