"""Figures of approximation: the steps that add up to a function, losses that stay, and what comes after the data."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, SERIES, WIDTH, describe


def steps_that_add_up(x, target, start, steps):
    """What each unit adds, one panel per unit, and below it the sum so far.

    Parameters: x (n,), increasing; target (n,); start, the network's output at x[0]; steps, a dict from a name to (n,), what
    a unit adds to the output from x[0] on, so that each begins at 0. Used in notebook 6.
    """
    fig, axes = plt.subplots(2, len(steps), figsize=(WIDTH + 0.8, 4.6), sharey="row", sharex=True, squeeze=False)
    total, said = np.full(len(x), float(start)), []
    for (top, bottom), (name, step) in zip(axes.T, steps.items(), strict=True):
        colour = SERIES[0] if step[-1] > 0 else SERIES[1]
        style = {"color": colour, "linewidth": 2.4, "linestyle": DASHES[0] if step[-1] > 0 else DASHES[1]}
        top.axhline(0, color=GREY, linewidth=1)
        top.fill_between(x, 0, step, color=colour, alpha=0.18, linewidth=0)
        top.plot(x, step, **style)
        top.set(title=name, xlabel="x")
        bottom.fill_between(x, total, total + step, color=colour, alpha=0.18, linewidth=0)
        bottom.plot(x, target, color=GREY, linewidth=4.5, alpha=0.6, label="sin x")
        total = total + step
        bottom.plot(x, total, color=INK, linewidth=1.8, label="sum so far")
        bottom.set(xlabel="x")
        far = float(np.abs(total - target).max())
        said.append(f"{name} adds {step[-1]:+.1f}, and the sum is within {far:.2g} of the target".replace("-", "−"))
    axes[0, 0].set_ylabel("this unit adds")
    axes[1, 0].set_ylabel("sum so far")
    handles, labels = axes[1, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=2)
    describe(fig, f"Top: one step per unit. Bottom: the sum so far over a thick grey target. {'; '.join(said)}.")


def losses_that_stay(runs, usual, levels):
    """Losses of many starts, one panel per way to fail, over the median of the runs that do not; logarithmic axes.

    The median of the starts and the band of their middle eighty per cent are shown: single runs may be chaotic.
    Parameters: runs, a dict from a title to (steps, losses), losses (records, starts); usual, (steps, losses) of the median
    run that works; levels, a dict from a title to a dict from a name to a loss. Used in notebook 6.
    """
    rows = -(-len(runs) // 2)
    fig, axes = plt.subplots(rows, 2, figsize=(WIDTH + 0.6, 0.6 + 2.9 * rows), sharex=True, sharey=True, squeeze=False)
    said = []
    for ax, (title, (steps, losses)) in zip(axes.flat, runs.items(), strict=False):
        ax.plot(
            *usual,
            color=SERIES[1],
            linestyle=DASHES[1],
            linewidth=2.4,
            label="median of the networks that work",
            zorder=3,
        )
        low, middle, high = np.quantile(losses, [0.1, 0.5, 0.9], axis=1)
        ax.fill_between(steps, low, high, color=SERIES[2], alpha=0.5, linewidth=0, label="eight in ten starts")
        ax.plot(steps, middle, color=SERIES[0], label="median start")
        known = sorted(levels.get(title, {}).items(), key=lambda named: -named[1])
        for _, level in known:
            ax.axhline(level, color=SERIES[3], linewidth=3, linestyle=DASHES[2], zorder=4)  # seen on the median
        if known:
            names = [f"{level:.3g}: {name}" for name, level in known]
            ax.text(0.03, 0.05, "\n".join(["dotted:", *names]), transform=ax.transAxes, va="bottom", fontsize=10)
        ax.set(title=title, xscale="log", yscale="log", xlabel="step", ylim=(1e-5, 3))
        said.append(f"{title}: the median loss goes from {middle[0]:.2g} to {middle[-1]:.2g} at step {steps[-1]}")
    for ax in axes[:, 0]:
        ax.set_ylabel("loss")
    for ax in axes.flat[len(runs) :]:
        ax.set_axis_off()
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=3)
    describe(
        fig,
        "Loss against step on logarithmic axes, the median start in a band of eight in ten. "
        f"{'; '.join(said)}. For comparison, dashed: the median of runs that work falls to {usual[1][-1]:.2g}.",
    )


def beyond_the_interval(outputs, x, target, interval):
    """What models say inside and outside the interval that they were made on, one panel per model.

    Parameters: outputs, a dict from a title to (n,); x (n,); target (n,); interval, (a, b). Used in notebook 6.
    """
    rows = -(-len(outputs) // 2)
    fig, axes = plt.subplots(rows, 2, figsize=(WIDTH + 0.6, 0.6 + 1.75 * rows), sharex=True, sharey=True, squeeze=False)
    said = []
    for ax, (title, output) in zip(axes.flat, outputs.items(), strict=False):
        ax.axvspan(*interval, color="#dbe7f3", linewidth=0, label="the interval of the data")
        ax.plot(x, target, color=GREY, linewidth=4.5, alpha=0.6, label="sin x")
        ax.plot(x, output, color=SERIES[1], linewidth=1.8, label="model")
        ax.set(title=title, xlabel="x", xlim=(x[0], x[-1]), ylim=(-2.2, 2.2))
        out = (x < interval[0]) | (x > interval[1])
        wrong = np.abs(output - target)
        said.append(f"{title}: off by up to {wrong[~out].max():.1g} inside and by up to {wrong[out].max():.2g} outside")
    for ax in axes[:, 0]:
        ax.set_ylabel("output")
    for ax in axes.flat[len(outputs) :]:
        ax.set_axis_off()
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=3)
    described = "; ".join(said)
    describe(
        fig, f"Models of sin x, with the interval from {interval[0]:.3g} to {interval[1]:.3g} shaded. {described}."
    )
