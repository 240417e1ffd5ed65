"""Figures of units, tables and policies that learn from rewards."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, Rectangle

from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, OUTPUT, SERIES, WIDTH, describe


def many_runs(panels, xlabel, ylabel, low):
    """Many runs as thin lines, one panel a way to learn; those that end below `low` are dashed and in another colour.

    Parameters: panels, a dict from a title to values (steps, runs) from step 1 on. Used in notebook 17.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.9, 3.0), sharey=True, squeeze=False)
    said = []
    for ax, (title, values) in zip(axes.flat, panels.items(), strict=True):
        steps, lost = np.unique(np.geomspace(1, len(values), 50).astype(int)), values[-1] < low
        ax.plot(steps, values[steps - 1][:, ~lost], color=SERIES[2], linewidth=0.8)
        ax.plot(steps, values[steps - 1][:, lost], color=SERIES[1], linewidth=0.9, linestyle=DASHES[1])
        ax.set(title=title, xlabel=xlabel, xscale="log", ylim=(-0.02, 1.02))
        said.append(f"{title}: {lost.sum()} of {len(lost)} end below {low:g}")
    axes[0, 0].set_ylabel(ylabel)
    describe(fig, f"{ylabel} against {xlabel}, on a logarithmic axis, many runs as thin lines. {'; '.join(said)}.")


def rooms(panels, ends):
    """Values of the squares of a room, and an arrow for the best move, one panel a way to find them.

    Parameters: panels, a dict from a title to (values (rows, columns), moves (rows, columns)), values NaN in a wall, moves
    0 up, 1 right, 2 down, 3 left; ends, a dict from (row, column) to the number written where the game ends.
    Used in notebook 17.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.9, 2.9), squeeze=False)
    said = []
    for ax, (title, (values, moves)) in zip(axes.flat, panels.items(), strict=True):
        for (i, j), value in np.ndenumerate(values):
            colour = INK if np.isnan(value) else OUTPUT(0.62 * np.clip(value, 0, 1))
            colour = "white" if (i, j) in ends else colour
            ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
            if (i, j) in ends:
                ax.add_patch(Rectangle((j - 0.42, i - 0.42), 0.84, 0.84, fill=False, edgecolor=INK, linewidth=1.4))
                ax.text(j, i, ends[i, j], ha="center", va="center", fontsize=12, fontweight="bold")
            elif not np.isnan(value):
                right, down = ((0, -1), (1, 0), (0, 1), (-1, 0))[moves[i, j]]
                ax.annotate("", (j + 0.23 * right, i + 0.14 + 0.23 * down), (j - 0.23 * right, i + 0.14 - 0.23 * down),
                            arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4})  # fmt: skip
                ax.text(j, i - 0.32, f"{value:.2f}".replace("-", "−"), ha="center", va="center", fontsize=9)
        ax.set(title=title, xlim=(-0.5, values.shape[1] - 0.5), ylim=(values.shape[0] - 0.5, -0.5), aspect="equal")
        ax.set_axis_off()
        inside = [value for place, value in np.ndenumerate(values) if place not in ends and not np.isnan(value)]
        said.append(f"{title}: values from {min(inside):.2f} to {max(inside):.2f}")
    describe(fig, f"A room of squares, each with its value and an arrow for the best move. {'; '.join(said)}.")


def cart_pole(states, returns, highest):
    """Left: a cart with its pole in several states, drawn over each other; right: how many policies got which return.

    Parameters: states (k, 4), as in `cart_pole_step`; returns (n,); highest, the largest possible. Used in notebook 17.
    """
    states, returns = np.asarray(states, dtype=float), np.asarray(returns, dtype=float)
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.9, 3.2))
    left.plot([-2.4, 2.4], [0, 0], color=INK, linewidth=1.6)
    for edge in (-2.4, 2.4):
        left.plot([edge, edge], [-0.12, 0.3], color=SERIES[1], linestyle=DASHES[1])
    for i, (x, _, angle, _) in enumerate(states):
        fade = 0.25 + 0.75 * (i + 1) / len(states)
        left.add_patch(Rectangle((x - 0.25, 0.02), 0.5, 0.22, facecolor=SERIES[0], edgecolor="white", alpha=fade))
        left.plot([x, x + np.sin(angle)], [0.24, 0.24 + np.cos(angle)], color=SERIES[3], linewidth=4, alpha=fade)
        left.add_patch(Circle((x, 0.24), 0.04, facecolor=INK, alpha=fade))
    x = states[-1, 0]
    for side in (-1, 1):
        lean = side * np.deg2rad(12)
        left.plot([x, x + 1.15 * np.sin(lean)], [0.24, 0.24 + 1.15 * np.cos(lean)], color=SERIES[1], linestyle=DASHES[1],
                  linewidth=1.4)  # fmt: skip
    left.annotate(
        "", (x + 0.85, 0.13), (x + 0.3, 0.13), arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.6}
    )
    left.text(x + 0.9, 0.13, "10 N", va="center", fontsize=10)
    left.set(
        xlim=(-2.7, 2.7),
        ylim=(-0.25, 1.6),
        aspect="equal",
        xlabel="place $x$ in m",
        ylabel="height in m",
        yticks=[0, 1],
    )
    left.set_title("the world, and where it ends")
    left.grid(visible=False)
    counts, edges = np.histogram(returns, bins=np.linspace(0, highest, 26))
    right.bar((edges[1:] + edges[:-1]) / 2, counts, np.diff(edges) * 0.92, color=SERIES[2], edgecolor="white")
    right.set(
        yscale="log",
        ylim=(3, 2 * len(returns)),
        xlabel="return of one episode",
        ylabel="policies",
        title=f"{len(returns)} random policies",
    )
    describe(
        fig,
        f"Left: a cart of half a metre on a track from −2.4 to 2.4 m, its pole leaning a little, lines 12 degrees to "
        "each side of upright, and an arrow for a push of 10 newtons. Right, a histogram on a logarithmic axis: of "
        f"{len(returns)} random policies {np.mean(returns < 100):.0%} get fewer than 100 and "
        f"{np.mean(returns >= highest):.1%} get {highest:g}.",
    )


def fans(panels, xlabel, ylabel, level=None):
    """Many learning curves at once, ranked at each step: the k-th edge joins the k-th lowest of all runs; the median is a line.

    Parameters: panels, a dict from a title to values (steps, runs); level, a height to mark. Used in notebook 17.
    Single curves hang on the last bits, their ranks hardly do.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.9, 3.5), sharey=True, squeeze=False)
    low, high = np.array(to_rgb(SERIES[1])), np.array(to_rgb(SERIES[2]))
    said = []
    for ax, (title, values) in zip(axes.flat, panels.items(), strict=True):
        ranked = np.sort(values, axis=1)
        steps, runs = np.arange(1, len(ranked) + 1), ranked.shape[1]
        for i in range(runs - 1):  # a strip from each curve to the next: lighter than as many lines
            share = i / max(runs - 2, 1)
            shade = 0.75 if i % 2 else 1.0
            colour = 1 - shade * (1 - ((1 - share) * low + share * high))
            ax.fill_between(steps, ranked[:, i], ranked[:, i + 1], color=colour, linewidth=0, antialiased=False)
        middle = np.median(ranked, axis=1)
        ax.plot(steps, middle, color=SERIES[0], linewidth=2.6, label="median")
        if level is not None:
            ax.axhline(level, color=GREY, linewidth=1.4, linestyle=DASHES[1])
        ax.set(title=title, xlabel=xlabel)
        said.append(f"{title}, {runs} runs: the median goes from {middle[0]:.0f} to {middle[-1]:.0f}, the lowest ends at "
                    f"{10 * round(ranked[-1, 0] / 10):g}")  # fmt: skip
    axes[0, 0].set_ylabel(ylabel)
    axes[0, 0].legend(loc="lower right")
    describe(
        fig,
        f"{ylabel} against {xlabel}, as a fan of strips, whose edges are the curves, ranked at each step. {'; '.join(said)}.",
    )


def verdicts(rows, level):
    """Mean and lowest return of many trained policies, a dot each, one row a way to train; the number of policies beside it.

    Parameters: rows, a dict from a name to returns (policies, episodes); level, the mean that counts as solved.
    Used in notebook 17.
    """
    fig, axes = plt.subplots(1, 2, figsize=(WIDTH + 0.9, 0.9 + 0.46 * len(rows)), sharey=True)
    said = []
    for k, (ax, what, of) in enumerate(zip(axes, ("mean", "lowest"), (np.mean, np.min), strict=True)):
        for i, returns in enumerate(rows.values()):
            values = np.sort(of(returns, axis=1))
            height = -i + 0.32 * np.linspace(-1, 1, len(values)) if len(values) > 1 else [-i]
            ax.plot(values, height, MARKERS[k], color=SERIES[k], markersize=3.5, mew=0)
        ax.set(yticks=-np.arange(len(rows)), yticklabels=list(rows), ylim=(0.6 - len(rows), 0.6), xlim=(-15, 520),
               xlabel=f"{what} return over {np.shape(returns)[1]} episodes")  # fmt: skip
        ax.grid(axis="y", visible=False)
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="y", length=0)
    axes[0].set_ylabel("way to get a policy")
    axes[0].axvline(level, color=GREY, linewidth=1.4, linestyle=DASHES[1], zorder=0)
    for name, returns in rows.items():
        solved = np.mean(returns, axis=1) >= level
        said.append(f"{name}: {solved.sum()} of {len(solved)} policies have a mean of at least {level:g}")
    describe(fig, f"Dots, one a policy: mean return on the left, lowest on the right. {'; '.join(said)}.")
