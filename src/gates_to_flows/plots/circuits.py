"""Figures of logic in networks: units and weights as a circuit, and what hidden units say row by row."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch

from gates_to_flows.plots.style import GREY, INK, SERIES, WIDTH, describe


def circuit(networks):
    """Networks of threshold units side by side: inputs on the left, each unit to the right of all that it reads.

    Parameters: networks, a dict from a title to a `logic.ThresholdNetwork`. Weights of 1 and −1 are not written.
    Used in notebook 5.
    """
    layers = [max(network.layer_of.values()) for network in networks.values()]
    fig, axes = plt.subplots(
        1, len(networks), figsize=(WIDTH + 0.6, 3.9), width_ratios=[1.5 * n + 1 for n in layers], squeeze=False
    )
    for ax, (title, network) in zip(axes.flat, networks.items(), strict=True):
        _draw_circuit(ax, network)
        ax.set_title(title)
    handles = [plt.Line2D([], [], color=SERIES[0]), plt.Line2D([], [], color=SERIES[1], linestyle=(0, (4, 2)))]
    fig.legend(handles, ["weight +1, or as written", "weight −1, or as written"], loc="outside lower center", ncols=2)
    described = (
        f"{title}: {len(n.units)} units in {max(n.layer_of.values())} layers after the inputs {', '.join(n.names)}; "
        f"outputs are {', '.join(n.outputs)}; units: {', '.join(map(str, n.units))}"
        for title, n in networks.items()
    )
    describe(fig, "Circles joined by arrows, a circuit from left to right. " + ". ".join(described) + ".")


def hidden_levels(units, outputs):
    """What each tanh unit says in every row, with its cuts and the mean between them.

    Parameters: units, a dict from a name to (z, h, cuts): the rows' sums w·x + b and hidden values, both (rows,), and
    where the sum is cut; outputs (rows,) of 0 and 1. Used in notebook 5.
    """
    columns = min(len(units), 2)
    rows = -(-len(units) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(WIDTH, 0.8 + 2.3 * rows), sharey=True, squeeze=False)
    said = []
    for ax, (name, (z, h, cuts)) in zip(axes.flat, units.items(), strict=False):
        for cut in cuts:
            label = "cut" if ax is axes.flat[0] and cut == cuts[0] else None
            ax.axvline(cut, color=SERIES[1], linestyle=(0, (4, 2)), linewidth=1.6, label=label)
        edges = [min(z.min(), min(cuts)) - 0.6, *cuts, max(z.max(), max(cuts)) + 0.6]
        for low, high in zip(edges, edges[1:], strict=False):
            if ((z >= low) & (z < high)).any():
                level = h[(z >= low) & (z < high)].mean()
                label = "mean between cuts" if ax is axes.flat[0] and low == edges[0] else None
                ax.plot(
                    [low, high], [level] * 2, color=GREY, linewidth=5, alpha=0.55, solid_capstyle="butt", label=label
                )
        for y, marker, face, edge in ((1, "s", SERIES[0], "white"), (0, "o", "white", INK)):
            chosen = np.asarray(outputs) == y
            ax.plot(
                z[chosen], h[chosen], marker, markersize=8, markerfacecolor=face, markeredgecolor=edge, linestyle="none",
                label=f"row with output {y}" if ax is axes.flat[0] else None,
            )  # fmt: skip
        ax.set(title=name, xlabel="sum $w \\cdot x + b$", ylim=(-1.2, 1.2))
        between = int((np.abs(h) < 0.8).sum())
        said.append(
            f"{name} has {len(cuts)} cut{'s' * (len(cuts) != 1)} and {between} rows with values between −0.8 and 0.8"
        )
    for ax in axes.flat[len(units) :]:
        ax.set_axis_off()
    for ax in axes[:, 0]:
        ax.set_ylabel("hidden value $h$")
    fig.legend(loc="outside lower center", ncols=4)
    describe(
        fig, f"The hidden value of each of {len(outputs)} rows against its sum, one panel per unit. {'; '.join(said)}."
    )


def _draw_circuit(ax, network):
    places = _places(network)
    for unit in network.units:
        for source, w in unit.weights.items():
            (x0, y0), (x1, y1) = places[source], places[unit.name]
            bend = _bend(
                (x0, y0), (x1, y1), [place for name, place in places.items() if name not in (source, unit.name)]
            )
            style = {"color": SERIES[0] if w > 0 else SERIES[1], "linestyle": "-" if w > 0 else (0, (4, 2))}
            arrow = FancyArrowPatch(
                (x0, y0), (x1, y1), connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", mutation_scale=11,
                shrinkA=17, shrinkB=19, linewidth=0.9 + 0.6 * min(abs(w), 3), zorder=1, **style,
            )  # fmt: skip
            ax.add_patch(arrow)
            if abs(w) != 1:
                spot = _curve((x0, y0), (x1, y1), bend)[10]
                ax.text(
                    *spot, f"{w:g}".replace("-", "−"), ha="center", va="center", color=style["color"],
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=3,
                )  # fmt: skip
    thresholds = {unit.name: f"≥ {-unit.bias:g}".replace("-", "−") for unit in network.units}
    for name, (x, y) in places.items():
        output = name in network.outputs
        face = "#dbe7f3" if name in network.names else ("#fbe3b3" if output else "white")
        ax.plot(
            x, y, "o", markersize=30, markerfacecolor=face, markeredgecolor=INK, markeredgewidth=2.4 if output else 1.2
        )
        ax.text(
            x, y, f"{name}\n{thresholds[name]}" if name in thresholds else name, ha="center", va="center", fontsize=9
        )
    xs, ys = np.array(list(places.values())).T
    ax.set(xlim=(xs.min() - 0.5, xs.max() + 0.5), ylim=(ys.min() - 0.6, ys.max() + 0.6))
    ax.set_aspect("equal")
    ax.set_axis_off()


def _curve(start, end, bend):
    """Matplotlib's arc3 from start to end as (21, 2) points."""
    (x0, y0), (x1, y1) = start, end
    control = np.array([(x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)])
    t = np.linspace(0, 1, 21)[:, None]
    return (1 - t) ** 2 * np.array(start) + 2 * t * (1 - t) * control + t**2 * np.array(end)


def _bend(start, end, others):
    """The least bend whose arc keeps clear of all other circles, or the one that comes closest to that."""
    bends = [0, 0.15, -0.15, 0.25, -0.25, 0.35, -0.35]
    clear = [min(np.hypot(*(_curve(start, end, bend) - place).T).min() for place in others) for bend in bends]
    return next((bend for bend, room in zip(bends, clear, strict=True) if room > 0.5), bends[int(np.argmax(clear))])


def _places(network):
    """Layer by layer to the right; within a layer near the mean height of what a unit reads."""
    layer_of = network.layer_of
    places = {name: (0.0, -1.3 * i) for i, name in enumerate(network.names)}
    middle = -1.3 * (len(network.names) - 1) / 2
    reads = {unit.name: list(unit.weights) for unit in network.units}
    for layer in range(1, max(layer_of.values()) + 1):
        here = [name for name in reads if layer_of[name] == layer]
        height = {n: np.mean([places[s][1] for s in reads[n]]) if reads[n] else middle for n in here}
        here.sort(key=lambda n: -height[n])
        for i, name in enumerate(here):
            shift = 0.45 * (-1) ** layer if len(here) == 1 and len(reads) > 2 else 0  # out of the way of longer arrows
            places[name] = (1.5 * layer, middle + 1.5 * ((len(here) - 1) / 2 - i) + shift)
    return places
