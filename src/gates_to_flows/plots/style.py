"""Colours, dashes and sizes of all figures, and the alt text that travels with them."""

import re

import matplotlib.pyplot as plt
from IPython import get_ipython
from IPython.core.pylabtools import retina_figure
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

INK, GREY = "#1f2933", "#9aa5b1"
SERIES = ["#12355b", "#d1603d", "#6ba3d6", "#efb23e"]
DASHES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5))]
MARKERS = ["o", "s", "^", "D"]
OUTPUT = LinearSegmentedColormap.from_list("output", ["#f7f4ec", "#efc9a4", "#d1603d", "#5b2333"])
WIDTH = 8.0

plt.rcParams.update(
    {
        "figure.dpi": 100,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.h_pad": 0.1,
        "font.size": 11,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#e4e7eb",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "lines.linewidth": 2.0,
        "legend.frameon": False,
        "legend.loc": "upper right",  # "best" hangs on the last bits
    }
)


def describe(fig, alt):
    """Attach alt text to a figure; a notebook stores it with the picture, which is drawn at twice the screen's resolution."""
    fig.alt = re.sub(r"[${}\\]", "", alt)  # mathematics without its mark-up
    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["image/png"].for_type(Figure, png_with_alt_text)


def png_with_alt_text(fig):
    png, size = retina_figure(fig, bbox_inches=None)
    return png, size | {"alt": getattr(fig, "alt", "")}
