"""Figures of diffusion paths, of learning rates on them, and of estimates beside what they estimate."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, SERIES, WIDTH, describe


def paths_fan(t, x, middle, half_width, S, expected):
    """Diffusion paths with the band that holds most of them, and beside it their average of squares.

    Parameters: t (m,) times; x (m, n) positions; middle and half_width (m,), of the band; S (m,), average of squares;
    expected (m,), its mean over all path sets. Used in notebook 10.
    """
    t, x, S, middle, half_width = map(np.asarray, (t, x, S, middle, half_width))
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.6))
    drawn = min(30, x.shape[1])  # more lines and points make a heavy picture, and no clearer one
    seen = np.unique(np.linspace(0, len(t) - 1, 100).astype(int))
    left.plot(t[seen], x[seen][:, :drawn], color=SERIES[2], linewidth=0.8)
    left.plot(t[seen], x[seen][:, 0], color=SERIES[1], linewidth=1.4, label="one of them")
    left.plot(t, middle - half_width, color=SERIES[0], linestyle=DASHES[1], label="nine in ten lie between")
    left.plot(t, middle + half_width, color=SERIES[0], linestyle=DASHES[1])
    left.margins(y=0.15)
    left.set(xlabel="time t", ylabel="position x", title=f"{drawn} of {x.shape[1]} paths")
    right.plot(t, S, color=SERIES[0], label="$S_j$, these paths")
    right.plot(t, expected, color=SERIES[1], linestyle=DASHES[1], label="expected")
    right.set(xlabel="time t", ylabel="average of squares S", title="average of squares of all")
    for ax in (left, right):
        ax.legend(loc="upper left")
    inside = np.mean(np.abs(x - middle[:, None]) <= half_width[:, None])
    describe(
        fig,
        f"Left: {drawn} of {x.shape[1]} paths fan out from their start, from {x[-1, :drawn].min():.2g} to "
        f"{x[-1, :drawn].max():.2g} at time {t[-1]:g}; {inside:.0%} of all positions lie in a band that widens with time. "
        f"Right: the average of their squares grows from {S[0]:.2g} to {S[-1]:.2g}, close to the curve of its expected "
        f"value, which ends at {expected[-1]:.2g}.",
    )


def predicted_against_measured(predicted, measured, xlabel, ylabel):
    """Measured against predicted values on logarithmic axes, with the diagonal on which the two are equal.

    Parameters: predicted, measured, dicts with the same keys, from a group to its values. Used in notebook 10.
    """
    every = np.concatenate([np.asarray(v, dtype=float) for v in (*predicted.values(), *measured.values())])
    fig, ax = plt.subplots(figsize=(6.4, 5.2))
    ends = np.array([every.min() / 5, every.max() * 5])
    ax.plot(ends, ends, color=GREY, linewidth=1.4, label="measured = predicted")
    for i, group in enumerate(predicted):
        ax.plot(predicted[group], measured[group], MARKERS[i], color=SERIES[i], markersize=9, mec="white", label=group)
    ax.set(xscale="log", yscale="log", xlim=ends, ylim=ends, xlabel=xlabel, ylabel=ylabel, aspect="equal")
    ax.legend(loc="upper left")
    ratios = np.concatenate([np.asarray(measured[g]) / np.asarray(predicted[g]) for g in predicted])
    describe(
        fig,
        f"{len(ratios)} points, {ylabel} against {xlabel}, both on logarithmic axes from {every.min():.0e} to "
        f"{every.max():.0e}: they lie on the diagonal, the ratio of the two between {ratios.min():.4f} and {ratios.max():.4f}.",
    )


def explosions(rate, epoch, epochs):
    """Whether a training exploded at once, later or not, against its learning rate: one mark a network.

    Parameters: rate (N,), learning rates over the predicted critical one; epoch (N,), the first epoch after which the
    loss had exploded, infinity for never; epochs, how many there were. Used in notebook 10.
    In which later epoch a network explodes hangs on the last bits, so it is not shown.
    """
    rate, epoch = np.asarray(rate, dtype=float), np.asarray(epoch, dtype=float)
    never, at_once = ~np.isfinite(epoch), epoch == 1
    fates = {
        "in the first epoch": (at_once, {"marker": "s", "color": SERIES[1]}),
        "later": (~never & ~at_once, {"marker": "D", "color": SERIES[1], "mfc": "none"}),
        f"not within {epochs} epochs": (never, {"marker": "o", "color": SERIES[0], "mfc": "none"}),
    }
    fig, ax = plt.subplots(figsize=(WIDTH, 2.8))
    ax.axvline(1, color=GREY, linewidth=1.4)
    for level, (these, style) in enumerate(fates.values()):
        ax.plot(rate[these], np.full(these.sum(), level), linestyle="", **style)
    marks = [0.25, 0.5, 0.7, 1, 1.4, 2, 4]
    ax.set(xscale="log", ylim=(-0.6, 2.6), yticks=range(3), yticklabels=fates)
    ax.set(xticks=[mark for mark in marks if rate.min() <= mark <= rate.max()])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.minorticks_off()
    ax.set(xlabel="learning rate / predicted critical learning rate", ylabel="exploded")
    alt = f"Explosions against the learning rate over the predicted critical one, for {len(rate)} networks."
    if never.any():
        alt += f" {never.sum()} did not explode within {epochs} epochs, all of them below {rate[never].max():.2f} times it."
    if not never.all():
        alt += (
            f" {(~never).sum()} did, all of them above {rate[~never].min():.2f} times it, "
            f"{at_once.sum()} in the first epoch and {(~never & ~at_once).sum()} later."
        )
    describe(fig, alt)


def around_truth(rows, truth, xlabel, ylabel):
    """Estimates as dots, one row for each way to get them, with their mean, and a line at the truth.

    Parameters: rows, a dict from a name to estimates; truth, a number; xlabel, ylabel. Used in notebook 10.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 0.8 + 0.62 * len(rows)))
    ax.axvline(truth, color=INK, linewidth=1.4)
    for i, values in enumerate(rows.values()):
        values = np.asarray(values, dtype=float)
        height = -i + 0.28 * np.linspace(-1, 1, len(values))
        ax.plot(values, height, ".", color=SERIES[2], markersize=3, alpha=0.7)
        ax.plot(values.mean(), -i, MARKERS[3], color=SERIES[1], markersize=9, mec="white")
    ax.set(
        yticks=-np.arange(len(rows)),
        yticklabels=list(rows),
        ylim=(0.55 - len(rows), 0.55),
        xlabel=xlabel,
        ylabel=ylabel,
    )
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    each = "; ".join(f"{name}: {np.mean(v):.3f} ± {np.std(v):.3f}" for name, v in rows.items())
    describe(
        fig,
        f"Rows of dots, {xlabel} by {ylabel}, around a line at the truth, {truth:g}. Mean and standard deviation of each "
        f"row: {each}.",
    )


def intervals(estimates, half_widths, truth, xlabel):
    """Intervals one above the other, those that miss the truth marked.

    Parameters: estimates, half_widths (N,); truth, a number; xlabel. Used in notebook 10.
    """
    estimates, half_widths = np.asarray(estimates, dtype=float), np.asarray(half_widths, dtype=float)
    missed = np.abs(estimates - truth) > half_widths
    fig, ax = plt.subplots(figsize=(WIDTH, 4.0))
    ax.axvline(truth, color=INK, linewidth=1.4)
    rows = np.arange(len(estimates))
    for which, colour, marker, name in ((~missed, SERIES[2], "o", "holds λ"), (missed, SERIES[1], "s", "misses λ")):
        if which.any():
            ax.errorbar(
                estimates[which], rows[which], xerr=half_widths[which], fmt=marker, color=colour, markersize=4,
                linewidth=2.6 if marker == "s" else 1.2, label=name,
            )  # fmt: skip
    ax.set(xlabel=xlabel, ylabel="data set", yticks=[])
    ax.grid(axis="y", visible=False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    describe(
        fig,
        f"{len(estimates)} intervals, {xlabel}, of widths between {2 * half_widths.min():.2g} and "
        f"{2 * half_widths.max():.2g}, and a line at the truth, {truth:g}: {missed.sum()} of them miss it.",
    )
