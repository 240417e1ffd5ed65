"""Figures of stated probabilities beside what happened."""

import matplotlib.pyplot as plt
import numpy as np

from gates_to_flows.plots.style import DASHES, GREY, MARKERS, SERIES, WIDTH, describe


def reliability(panels):
    """Share of right answers against the confidence that was stated, one panel per network; the diagonal is calibrated.

    Parameters: panels, a dict from a title to a dict from a name to (said, true, count), one entry per bin: mean confidence,
    share right, number of answers. At most four names; larger points stand for more answers. Used in notebook 8.
    """
    fig, axes = plt.subplots(1, len(panels), figsize=(WIDTH + 0.8, 3.6), sharey=True, squeeze=False)
    alt = []
    for ax, (title, series) in zip(axes.flat, panels.items(), strict=True):
        ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.4, zorder=1)
        for i, (name, (said, true, count)) in enumerate(series.items()):
            ax.plot(said, true, color=SERIES[i], linestyle=DASHES[i], linewidth=1.4, zorder=2)
            sizes = 25 + 60 * np.asarray(count) / np.sum(count)
            looks = {"color": SERIES[i], "marker": MARKERS[i], "edgecolors": "white", "linewidths": 0.8}
            ax.scatter(said, true, sizes, label=name, zorder=3, **looks)
            said_on_average, right = np.average(said, weights=count), np.average(true, weights=count)
            alt.append(f"{title}, {name}: says {said_on_average:.2f} on average and is right on {right:.2f}")
        ax.set(title=title, xlabel="confidence", xlim=(0, 1.04), ylim=(0, 1.04), aspect="equal", xticks=[0, 0.5, 1])
    axes[0, 0].set_ylabel("share that is right")
    handles, names = axes[0, 0].get_legend_handles_labels()
    legend = axes[0, -1].legend(handles, names, loc="lower right", fontsize=10, handletextpad=0.2)
    for handle in legend.legend_handles:
        handle.set_sizes([50])
    describe(
        fig,
        "Share of right answers against the confidence stated, bin by bin, with the diagonal of exact calibration. "
        f"{'; '.join(alt)}.",
    )
