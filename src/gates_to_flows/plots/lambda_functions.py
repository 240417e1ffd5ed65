"""Figures of λ as a function of the position, with the positions that the paths visit below it."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, INK, SERIES, WIDTH, describe


def lambda_where_paths_go(x, truth, fits, positions, *, ylim):
    """λ(x) and other functions of x above; below, the share of all positions in each bin.

    Parameters: x (g,), the positions on the axis; truth (g,), the true λ there; fits, a dict from a name to (g,), at most
    four; positions, an array of any shape, all positions of the paths; ylim, the range of λ that is shown.
    Grey marks what lies outside the middle 98 % of the positions. Used in notebook 11.
    """
    fig, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 5.4), sharex=True, height_ratios=(3, 1))
    above.plot(x, truth, color=INK, linewidth=5, alpha=0.3, solid_capstyle="butt", label="true λ(x)")
    for i, (name, values) in enumerate(fits.items()):
        above.plot(x, values, color=SERIES[i], linestyle=DASHES[i], label=name)
    positions = np.ravel(positions)
    counts, edges = np.histogram(positions, 60, (x[0], x[-1]))
    shares = 100 * counts / positions.size
    below.stairs(shares, edges, fill=True, color=SERIES[2])
    low, high = np.quantile(positions, [0.01, 0.99])
    for ax in (above, below):
        ax.axvspan(x[0], low, color=GREY, alpha=0.25, linewidth=0)
        ax.axvspan(high, x[-1], color=GREY, alpha=0.25, linewidth=0)
    above.set(ylabel="λ(x)", ylim=ylim, xlim=(x[0], x[-1]))
    above.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=min(4, 1 + len(fits)))
    below.set(xlabel="position x", ylabel="% of positions")
    inside, where = (low <= x) & (x <= high), {}
    for name, values in fits.items():
        gap = np.abs(np.asarray(values) - truth)
        where[name] = f"{name} is within {gap[inside].max():.2g} of λ there and off by up to {gap.max():.2g} elsewhere"
    describe(
        fig,
        f"Above, λ against the position from {x[0]:.3g} to {x[-1]:.3g}; below, where the paths go: 98 % of the positions lie "
        f"between {low:.1f} and {high:.1f}. {'; '.join(where.values())}.",
    )
