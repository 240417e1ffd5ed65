"""Figures of networks that solve differential equations: paths, what is left of the equation, and why training fails."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.error_rates import median_with_band
from gates_to_flows.plots.style import DASHES, GREY, INK, MARKERS, SERIES, WIDTH, describe


def solutions(panels, names):
    """Paths that networks learned over the true ones, against time; one panel for each system.

    Parameters: panels, a dict from a title to (times (m,), true (m, d), learned (m, d)); names, the coordinates of each
    panel, a list of d texts each. Used in notebook 15.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.9, 3.4), squeeze=False)
    said = []
    for ax, (title, (times, true, learned)), letters in zip(axes.flat, panels.items(), names, strict=True):
        true, learned = np.asarray(true), np.asarray(learned)
        for i, letter in enumerate(letters):
            ax.plot(times, true[:, i], color=GREY, linewidth=5, alpha=0.6, solid_capstyle="round")
            ax.plot(times, learned[:, i], color=SERIES[i], linestyle=DASHES[i], linewidth=1.8, label=letter)
        ax.set(title=title, xlabel="time t", ylabel="state")
        ax.legend(loc="lower left", ncols=len(letters), handlelength=1.5, columnspacing=0.8, fontsize=9)
        low, high = ax.get_ylim()
        ax.set_ylim(low - 0.28 * (high - low), high)  # room for the names
        most = np.abs(learned - true).max()
        said.append(f"{title}, {', '.join(letters)} to time {times[-1]:.3g}: nowhere further apart than {most:.0e}")
    describe(
        fig,
        f"Learned paths, thin, on top of the true ones, thick, against time. Nothing is between. {'; '.join(said)}.",
    )


def residual_against_error(groups, factors, xlabel, ylabel):
    """True errors against residuals on log–log axes, one mark for each network, with lines at error = factor · residual.

    Parameters: groups, a dict from a name to (residuals (n,), errors (n,)); factors, a list of numbers; xlabel, ylabel.
    Used in notebook 15.
    """
    fig, ax = plt.subplots(figsize=(WIDTH, 4.6))
    said, fills = [], [SERIES[0], "white", SERIES[1], SERIES[3]]
    for i, (name, (residuals, errors)) in enumerate(groups.items()):
        residuals, errors = np.asarray(residuals, dtype=float), np.asarray(errors, dtype=float)
        edge = SERIES[0] if fills[i] == "white" else "white"
        style = {"color": fills[i], "mec": edge, "mew": 1.6 if fills[i] == "white" else 1, "markersize": 10}
        ax.plot(residuals, errors, MARKERS[i], label=name, zorder=3, **style)
        said.append(f"{name}: residuals around {np.median(residuals):.0e}, errors around {np.median(errors):.0e}")
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.margins(0.12)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    for factor in factors:
        ax.plot([left, right], [factor * left, factor * right], color=GREY, linewidth=1.4, zorder=1)
        at = min(right, high / factor) * 0.5
        ax.annotate(
            f"error = {'' if factor == 1 else f'{factor:g} × '}residual", (at, factor * at), rotation=_slope(fig, ax),
            rotation_mode="anchor", ha="right", va="bottom", color=INK, fontsize=9,
        )  # fmt: skip
    ax.set(xlim=(left, right), ylim=(low, high))
    ax.legend(loc="upper left")
    describe(
        fig,
        f"{ylabel} against {xlabel}, both on logarithmic axes, one mark for each network. {'; '.join(said)}. Lines where "
        f"the error is {', '.join(f'{factor:g}' for factor in factors)} times the residual.",
    )


def median_over_time(times, values, level, ylabel):
    """The median of several networks against time with a band from the least to the greatest, and the true level.

    Parameters: times (m,); values (m, networks); level, a number; ylabel. Used in notebook 15.
    """
    values = np.asarray(values, dtype=float)
    low, middle, high = values.min(axis=1), np.median(values, axis=1), values.max(axis=1)
    fig, ax = plt.subplots(figsize=(WIDTH, 3.4))
    ax.axhline(level, color=SERIES[1], linestyle=DASHES[1], label="true")
    ax.fill_between(times, low, high, color=SERIES[0], alpha=0.2, linewidth=0)
    ax.plot(times, middle, color=SERIES[0], label=f"median of {values.shape[1]} networks")
    ax.set(xlabel="time t", ylabel=ylabel, ylim=(0, 1.15 * level))
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.86))
    describe(
        fig,
        f"{ylabel} against time. The true one stays at {level:g}. The median of {values.shape[1]} networks sinks from "
        f"{middle[0]:.2g} to {middle[-1]:.1f}; the band from the least to the greatest ends at {high[-1]:.1f}.",
    )


def error_against_weight(weights, soft, hard, xlabel, ylabel):
    """Errors with a soft condition against its weight, a median with a band, over the band of a hard condition; log–log axes.

    Parameters: weights (k,); soft (k, many), errors; hard (many,), errors without a weight; xlabel, ylabel. Used in
    notebook 15.
    """
    soft = np.asarray(soft, dtype=float)
    fig, ax = plt.subplots(figsize=(WIDTH, 3.8))
    middle = median_with_band(ax, 0, "soft condition", weights, soft)
    low, level, high = np.quantile(hard, [0.1, 0.5, 0.9])
    ax.axhspan(low, high, color=SERIES[1], alpha=0.2, linewidth=0)
    ax.axhline(level, color=SERIES[1], linestyle=DASHES[1], label="hard condition, no weight")
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log", yscale="log", xlim=(weights[0], weights[-1]))
    ax.legend(loc="lower right")
    least = int(np.argmin(middle))
    describe(
        fig,
        f"{ylabel} against {xlabel}, both on logarithmic axes, medians with bands. With a soft condition a valley: from "
        f"{middle[0]:.1g} by way of {middle[least]:.1g} up to {middle[-1]:.1g}. With a hard one {level:.1g}.",
    )


def stiffness(k, errors, evaluations):
    """Against the speed k of the fast part: errors of networks, medians with bands, and evaluations of classical methods.

    Parameters: k (n,); errors, a dict from a name to (n, many); evaluations, a dict from a name to (n,). Used in
    notebook 15.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.9, 3.8))
    said = []
    for i, (name, values) in enumerate(errors.items()):
        middle = median_with_band(left, i, name, k, np.asarray(values, dtype=float))
        said.append(f"{name} from {middle[0]:.1g} to {middle[-1]:.1g}")
    left.set(ylabel="error", title="networks")
    for i, (name, counts) in enumerate(evaluations.items()):
        style = {"color": SERIES[i], "linestyle": DASHES[i], "marker": MARKERS[i], "mec": "white", "markersize": 8}
        right.plot(k, counts, label=name, **style)
        said.append(f"{name} from {counts[0]:.0f} to {counts[-1]:.0f} evaluations")
    right.set(ylabel="evaluations of the field", title="integrators")
    for ax in (left, right):
        ax.set(xlabel="speed k of the fast part", xscale="log", yscale="log")
        ax.legend(loc="upper left")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high * (high / low) ** 0.35)  # room for the names
    describe(
        fig,
        f"Against k from {k[0]:g} to {k[-1]:g}, on logarithmic axes. Left the errors of networks, medians with bands; right "
        f"evaluations that an integrator needs. {'; '.join(said)}.",
    )


def law_from_readings(times, truth, readings, learned, places, laws, names):
    """Readings with a gap and a path through them, and beside it a law that was found from them.

    Parameters: times (m,), truth (m,) and learned (m,), paths; readings, (times (n,), values (n,)); places (k,); laws, a dict
    from a name to (k,) values, the truth first; names, the labels of the path's, the places' and the law's axis. Used in
    notebook 15.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH + 0.9, 4.0))
    left.plot(times, truth, color=GREY, linewidth=5, alpha=0.6, label="truth")
    left.plot(times, learned, color=SERIES[0], label="network")
    left.plot(*readings, "o", color=SERIES[1], markersize=6, mec="white", label="readings")
    left.set(xlabel="time t", ylabel=names[0])
    said = []
    true = np.asarray(next(iter(laws.values())), dtype=float)
    for i, (name, values) in enumerate(laws.items()):
        if i == 0:
            right.plot(places, values, color=GREY, linewidth=6, alpha=0.6, label=name)
            continue
        right.plot(places, values, color=SERIES[i - 1], linestyle=DASHES[i - 1], label=name)
        off = np.sqrt(np.mean((values - true) ** 2) / np.mean(true**2))
        said.append(f"{name} off by {off:.0%}")
    right.set(xlabel=names[1], ylabel=names[2], ylim=(1.7 * true.min(), 1.7 * true.max()))
    for ax in (left, right):
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, columnspacing=1.2)
    gap = int(np.argmax(np.diff(readings[0])))
    describe(
        fig,
        f"Left: {len(readings[0])} readings of a path against time, none between {readings[0][gap]:.2g} and "
        f"{readings[0][gap + 1]:.2g}, and a learned path through them, nowhere further than "
        f"{np.abs(np.asarray(learned) - truth).max():.1g} from the truth. Right: laws found from them, over the true one: "
        f"{'; '.join(said)}.",
    )


def _slope(fig, ax):
    """The angle at which a line of slope 1 on these log–log axes is drawn, in degrees."""
    fig.draw_without_rendering()
    (x0, y0), (x1, y1) = ax.transData.transform([(1e-4, 1e-4), (1e-3, 1e-3)])
    return np.degrees(np.arctan2(y1 - y0, x1 - x0))
