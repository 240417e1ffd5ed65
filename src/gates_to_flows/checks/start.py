"""The exercise of notebook 0."""

import numpy as np

from gates_to_flows.checks import Wrong, exercise, real_numbers


@exercise("0.1", "Each input is 0 or 1, whatever the others are.", "Two inputs have 2 · 2 rows.")
def rows_of_three_inputs(answer):
    (rows,) = real_numbers(answer, ["the number of rows"])
    if rows == 6:
        raise Wrong("You gave 6 = 2 · 3. A third input does not add two rows: each row so far splits into two.")
    if rows == 9:
        raise Wrong("You gave 9 = 3². The two are the wrong way round: 2 values for each of 3 inputs.")
    if rows in (16, 256):
        raise Wrong(
            f"You gave {rows:.0f}. That counts functions, the ways to fill a table's last column; count its rows."
        )
    if rows == 7:
        raise Wrong("You gave 7. The row 0 0 0 counts too.")
    if not np.isclose(rows, 8):
        raise Wrong(f"You gave {rows:g}. Write the rows down for two inputs, then add a third.")
    return "2 · 2 · 2 = 8 rows. A network with three inputs has eight rows to get right, one with ten has 1024."
