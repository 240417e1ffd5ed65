"""Notebook 4's table of what helps, from many more networks and with standard errors; writes benchmarks/sweep_04.csv.

Run by `make sweep N=04`, or as `.venv/bin/python benchmarks/sweep.py 04 --members 100000 --workers 2`. Settings, starts and
what counts as right are the notebook's own. Chunks are kept in benchmarks/sweep_04/: a run that was stopped goes on.
"""

import gates_to_flows  # noqa: F401  isort: skip
import argparse
import ast
import csv
import sys
from contextlib import nullcontext
from functools import cache, partial
from pathlib import Path

import nbformat
import numpy as np

from gates_to_flows.sweeps import sweep

HERE = Path(__file__).parent
NOTEBOOK = HERE.parent / "notebooks" / "04_when_training_fails.ipynb"
WHOLE, FIRST_STATEMENT = ("04-003", "04-005", "04-043"), ("04-007", "04-009")
STEPS, EVERY, SEED = [500, 2000, 10_000], 500, 4


def source_of_notebook():
    """The code of notebook 4 that says which networks the table compares, and no code that trains."""
    cells = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    parts = ["import keras", "import numpy as np"]
    for name in sorted(WHOLE + FIRST_STATEMENT):
        parts.append(cells[name] if name in WHOLE else ast.unparse(ast.parse(cells[name]).body[0]))
    return "\n".join(parts)


@cache  # the models of all lines are made with it, and Keras forgets none
def names_of(source):
    names = {"__name__": "notebook_04"}
    exec(source, names)
    return names


# A worker of one thread gets these three with the source: it needs no notebook.


def make_model(source, line):
    return names_of(source)["settings"][line][0]


def draw_weights(source, line, rng, members):
    names = names_of(source)
    names["SEED"] = rng  # default_rng(rng) is rng
    _, width, scale = names["settings"][line]
    return names["from_defaults"](members) if scale is None else names["start_weights"](members, width, scale)


def count_right(source, ensemble):
    right = names_of(source)["right"](ensemble.history_outputs)
    return {"right": right[[s // EVERY - 1 for s in STEPS]].sum(axis=1)}


def table(members, folder, client=None, lines=None):
    """Rows of the table: what is changed, steps, members, share and standard error in per cent."""
    source = source_of_notebook()
    names = names_of(source)
    for i, line in enumerate(names["settings"]):
        if lines is not None and line not in lines:
            continue
        counts = sweep(
            partial(make_model, source, line),
            names["X"],
            names["Y"],
            STEPS[-1],
            partial(draw_weights, source, line),
            members,
            SEED,
            partial(count_right, source),
            every=EVERY,
            checkpoint=folder / f"{i:02}",
            client=client,
        )
        share = counts["right"] / members
        error = np.sqrt(share * (1 - share) / members)
        print(f"{line:28}", *(f"{100 * p:9.4f} ± {100 * e:.4f}" for p, e in zip(share, error, strict=True)), flush=True)
        for steps, p, e in zip(STEPS, share, error, strict=True):
            yield line, steps, members, f"{100 * p:.4f}", f"{100 * e:.4f}"


def main():
    parser = argparse.ArgumentParser(description="Notebook 4's table from many networks, into benchmarks/sweep_04.csv.")
    parser.add_argument("notebook", choices=["04"], help="only notebook 04 has such a table")
    parser.add_argument("--members", type=int, required=True, help="networks a line")
    parser.add_argument("--workers", type=int, default=1, help="processes; 1 is this one")
    asked = parser.parse_args()
    if asked.members < 1 or asked.workers < 1:
        parser.error("MEMBERS and WORKERS should be at least 1.")
    if asked.workers == 1:
        context = nullcontext()
    else:
        from dask.distributed import Client, LocalCluster

        cluster = LocalCluster(asked.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0")
        context = Client(cluster)
    with context as client:
        try:
            rows = list(table(asked.members, HERE / f"sweep_04/{asked.members}", client))
        except (ValueError, OSError) as error:
            sys.exit(f"{error}")
    with (HERE / "sweep_04.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["changed", "steps", "members", "share per cent", "standard error"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
