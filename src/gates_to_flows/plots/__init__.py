"""The course's figures: one function per kind, drawn from results, with alt text that says what they show.

Colours differ in lightness as well as in hue, and every series has its own dashes and marker, so that a figure reads in
grey and to colour-blind eyes. A function returns nothing; end its cell with ``plt.show()``.
"""

from gates_to_flows.plots.general import bars, curves
from gates_to_flows.plots.units import folded_square, moving_lines, truth_tables

__all__ = ["bars", "curves", "folded_square", "moving_lines", "truth_tables"]
