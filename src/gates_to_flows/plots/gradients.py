"""Figures of gradients: there and back through a network, the error of differences, products of Jacobians."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, SERIES, WIDTH, describe


def there_and_back(operations, values, gradients):
    """A chain of operations as boxes: the values go forward above them, the gradients come back below.

    Parameters: operations, k names; values and gradients, k + 1 labels each, from the input to the loss.
    Used in notebook 3.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 2.3))
    for i, name in enumerate(operations):
        ax.text(i, 0, name, ha="center", va="center", bbox={"boxstyle": "round,pad=0.45", "fc": "white", "ec": INK})
    for i, (value, gradient) in enumerate(zip(values, gradients, strict=True)):
        left, right, middle = i - 0.92, i - 0.08, i - 0.5
        forward = {"arrowstyle": "->", "color": SERIES[0], "linewidth": 1.8}
        backward = {"arrowstyle": "->", "color": SERIES[1], "linewidth": 1.8, "linestyle": DASHES[1]}
        ax.annotate("", (right, 0.45), (left, 0.45), arrowprops=forward)
        ax.annotate("", (left, -0.45), (right, -0.45), arrowprops=backward)
        ax.text(middle, 0.55, value, ha="center", va="bottom", color=SERIES[0])
        ax.text(middle, -0.58, gradient, ha="center", va="top", color=SERIES[1])
    ax.text(-1.0, 1.05, "forward: values", ha="left", color=SERIES[0], weight="bold")
    ax.text(
        len(operations), -1.25, "backward: gradients, which use the values", ha="right", color=SERIES[1], weight="bold"
    )
    ax.set(xlim=(-1.05, len(operations) + 0.05), ylim=(-1.35, 1.3))
    ax.set_axis_off()
    describe(
        fig,
        f"A chain of {len(operations)} boxes: {', '.join(operations)}. Arrows above lead forward through the values "
        f"{', '.join(values)}; arrows below lead back through the gradients {', '.join(reversed(gradients))}.",
    )


def error_of_differences(nudges, errors, best):
    """The error of central differences against the nudge, with the two slopes it is made of and the rule of thumb.

    Parameters: nudges (k,), increasing; errors (k,) in the units of the gradient; best, the nudge that the rule names.
    Each guide is fitted on its side of the rule, a power of ten away from it. Used in notebook 3.
    """
    nudges, errors = np.asarray(nudges), np.asarray(errors)
    fig, ax = plt.subplots(figsize=(WIDTH, 4.2))
    ax.loglog(nudges, errors, "o-", color=SERIES[0], markersize=4, label="measured")
    lowest, left, right = int(errors.argmin()), nudges < best / 10, (nudges > 10 * best) & (nudges < 0.1)
    guides = {"rounding, ∝ ε / d": (-1, left, DASHES[1]), "too coarse, ∝ d²": (2, right, DASHES[2])}
    for name, (power, side, dashes) in guides.items():
        factor = np.exp(np.mean(np.log(errors[side] / nudges[side] ** power)))
        ax.plot(nudges, 2.2 * factor * nudges**power, color=SERIES[1], linestyle=dashes, linewidth=1.6, label=name)
    ax.axvline(best, color=GREY, linewidth=1.4)
    ax.set(xlabel="nudge d", ylabel="largest error of a slope", ylim=(1e-12, 1))
    ax.annotate("  d = ε$^{1/3}$", (best, 1), xycoords=("data", "axes fraction"), va="top", ha="left")
    ax.legend(loc="lower left")
    describe(
        fig,
        f"The error of central differences against the nudge, both on logarithmic axes: a U. It falls from {errors[0]:.0e} at "
        f"{nudges[0]:.0e} to {errors.min():.0e} at {nudges[lowest]:.0e} and rises to {errors[-1]:.0e} at {nudges[-1]:.0e}; "
        f"a line marks {best:.0e}.",
    )


def products_of_jacobians(lengths):
    """How long a nudge is after many layers: one panel per activation, one line per scale of the weights.

    Parameters: lengths, a dict from an activation to a dict from a scale to (depth,) lengths, after 1, 2, … layers.
    Used in notebook 3.
    """
    fig, axes = plt.subplots(1, len(lengths), figsize=(WIDTH + 0.6, 3.6), sharey=True, squeeze=False)
    for ax, (name, by_scale) in zip(axes.flat, lengths.items(), strict=True):
        ax.axhline(1, color=GREY, linewidth=1)
        for i, (scale, values) in enumerate(by_scale.items()):
            depths = np.arange(1, len(values) + 1)
            ax.semilogy(depths, values, color=SERIES[i], linestyle=DASHES[i], label=f"scale {scale}")
        ax.set(title=name, xlabel="layers passed")
    axes[0, 0].set_ylabel("length of the nudge")
    axes[0, 0].set_ylim(bottom=max(1e-16, axes[0, 0].get_ylim()[0]))
    axes[0, -1].legend(loc="lower left")
    ends = "; ".join(
        f"{name}: " + ", ".join(f"{values[-1]:.0e} at scale {scale}" for scale, values in by_scale.items())
        for name, by_scale in lengths.items()
    )
    describe(
        fig,
        f"Length of a nudge against the number of layers passed, on a logarithmic axis, so that straight lines are "
        f"exponential. After the last layer, {ends}.",
    )
