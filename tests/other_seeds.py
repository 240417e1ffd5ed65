"""Re-run cells of a notebook for other seeds and judge its claims: `python tests/other_seeds.py 06 --cells 24 25 30`.

Cells are counted from 1, text included, or named by their ids; without --cells, all code but stubs and solutions. The
notebook runs once as it stands, up to the last chosen cell. Then the chosen cells run again for each seed, from the names
that the first of them found; a cell between them only gives its names once more. What other cells made stays as it was,
but a network or generator that a chosen cell alters goes on from seed to seed. `make seeds` calls this.

Other seeds reach NumPy's default_rng and SeedSequence, keras.utils.set_random_seed, tf.random.set_seed and
torch.manual_seed, where the notebook calls them or a function with a name `seed` does. The verdict on a claim is one of
- exact: its number never varies;
- fits: 3 to 4 sd to each side, and the centre within half an sd of the mean; or a bound at most 4 sd, or one unit in its
  last digit, beyond the worst seed;
- wide, tight or off centre: not so; missed: by at least one seed, and the exit status is 1.
"""

import argparse
import io
import linecache
import logging
import os
import re
import sys
from collections import Counter
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from decimal import Decimal
from pkgutil import resolve_name
from unittest.mock import MagicMock, patch

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
from IPython.core.inputtransformer2 import TransformerManager

from gates_to_flows import claims
from gates_to_flows.run_notebooks import NOTEBOOKS, overwrite_line, spoken_number

SEEDING = ["numpy.random.default_rng", "numpy.random.SeedSequence", "keras.utils.set_random_seed"]
SEEDING += ["tensorflow.random.set_seed", "torch.manual_seed"]


def main(argv=None, folder=NOTEBOOKS):
    parser = argparse.ArgumentParser(description="Re-run cells of a notebook for other seeds and judge its claims.")
    parser.add_argument("number", metavar="N", help="2, 02 or 02b")
    parser.add_argument("--cells", nargs="*", default=[], metavar="CELL", help="numbers from 1, or ids; all without")
    parser.add_argument("--seeds", type=int, default=30, help="how many, at least 2")
    wanted = parser.parse_args(argv)
    paths = [path for path in folder.glob("*.ipynb") if spoken_number(path.stem) == spoken_number(wanted.number)]
    if not paths or wanted.seeds < 2:
        parser.error("a spread needs two seeds" if paths else f"there is no notebook {wanted.number} in {folder}")
    cells = enumerate(nbformat.read(paths[0], as_version=4).cells, start=1)
    code = {number: cell for number, cell in cells if cell.cell_type == "code"}
    numbers = {name: number for number, cell in code.items() for name in (str(number), cell.id)}
    for missing in set(wanted.cells) - set(numbers):
        parser.error(f"{paths[0].stem} has no code cell {missing}")
    chosen = {numbers[name] for name in wanted.cells}
    cells = {number: cell for number, cell in code.items() if number in chosen or not is_exercise(cell)}
    plt.switch_backend("Agg")
    logging.getLogger("tensorflow").setLevel("ERROR")  # a function traced for each seed is not news
    os.chdir(paths[0].parent)
    return Rerun(cells, chosen or set(cells)).report(wanted.seeds)


def is_exercise(cell):
    return "solution" in cell.metadata.get("tags", ()) or re.search(r"^check\.\w+\(", cell.source, re.MULTILINE)


class Rerun:
    def __init__(self, cells, chosen):
        self.cells, self.chosen = {number: cells[number] for number in cells if number <= max(chosen)}, chosen
        self.namespace = {"__name__": "__main__", "display": lambda *_, **__: None, "get_ipython": MagicMock()}
        self.claims, self.seeded, self.occurred = [], set(), Counter()

    def report(self, seeds):
        """Run for all seeds, print the table and return the exit status."""
        with patch.object(claims, "claim", self.recorder(claims.claim)):
            found, bound = self.run_as_it_stands()
            self.claims.clear()
            for seed in range(1, seeds + 1):
                overwrite_line(f"seed {seed} of {seeds}")
                self.run_for(seed, found, bound)
        overwrite_line("")
        if not self.claims:
            print("no claim was reached")
            return 0
        rows = pd.DataFrame([judged(c) for _, c in pd.DataFrame(self.claims).groupby(["cell", "claim"], sort=False)])
        print(rows.to_string(index=False))
        if still := set(rows.cell) - set(rows.cell[rows.verdict != "exact"]) - self.seeded:
            print("No seed to change, and no number that varies, in cell", ", ".join(map(str, sorted(still))))
        if "exact" in set(rows.verdict) and set(self.cells) - self.chosen:
            print("An exact number may come from a cell that was not chosen: choose that one too.")
        return int("missed" in set(rows.verdict))

    def run_as_it_stands(self):
        """The names that the first chosen cell found, and those that each other cell bound."""
        found, bound = None, {}
        for number in self.cells:
            overwrite_line(f"as it stands: cell {number}")
            before = dict(self.namespace)
            found = before if number == min(self.chosen) else found
            self.execute(number, "as it stands")
            if number not in self.chosen:
                bound[number] = {k: v for k, v in self.namespace.items() if k not in before or before[k] is not v}
        return found, bound

    def run_for(self, seed, found, bound):
        self.namespace.clear()  # the same dictionary: functions of earlier cells look their names up here
        self.namespace.update(found)
        self.occurred.clear()
        if "keras" in sys.modules:
            resolve_name("keras.utils.set_random_seed")(7 + 1000 * seed)
        with ExitStack() as changes:
            for name in SEEDING:
                if name.partition(".")[0] in sys.modules:
                    changes.enter_context(patch(name, self.changed(resolve_name(name), 1000 * seed)))
            for number in range(min(self.chosen), max(self.chosen) + 1):
                if number not in self.chosen:
                    self.namespace.update(bound.get(number, {}))
                elif not self.execute(number, f"for seed {seed}"):
                    break  # the next ones need it

    def execute(self, number, when):
        """Returns False, and says why, if the cell raises and is not meant to."""
        self.number, cell, name = number, self.cells[number], f"<cell {number}>"
        code = TransformerManager().transform_cell(cell.source)
        linecache.cache[name] = len(code), None, code.splitlines(keepends=True), name  # tf.function reads the source
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                exec(compile(code, name, "exec"), self.namespace)
        except Exception as error:
            if "raises-exception" not in cell.metadata.get("tags", ()):
                overwrite_line("")
                print(f"cell {number} raises {when}: {type(error).__name__}: {error}", flush=True)
                return False
        finally:
            plt.close("all")
        return True

    def changed(self, seeding, by):
        def with_another_seed(seed=None):
            caller, given = sys._getframe(1), isinstance(seed, (int, np.integer, list, tuple))
            if given and (caller.f_globals is self.namespace or "seed" in caller.f_locals):
                self.seeded.add(self.number)
                seed = [*np.atleast_1d(seed), by] if seeding.__module__.startswith("numpy") else int(seed) + by
            return seeding(seed)

        return with_another_seed

    def recorder(self, claim):
        def record(what, measured, claimed=None, *, within=None, at_most=None, at_least=None):
            missed = False
            try:
                claim(what, measured, claimed, within=within, at_most=at_most, at_least=at_least)
            except claims.ClaimError:
                missed = True
            self.occurred[what, self.number] += 1
            again = self.occurred[what, self.number]
            kind = "≤" if at_most is not None else "≥" if at_least is not None else "±" if within else "exactly"
            bound = next(float(limit) for limit in (at_most, at_least, claimed) if limit is not None)
            label = what if again == 1 else f"({again}) {what}"
            values = dict(measured=float(np.asarray(measured).item()), bound=bound, within=within or 0)
            self.claims.append(dict(cell=self.number, claim=label, kind=kind, **values, missed=missed))

        return record


def judged(claim):
    """A row of the table from the records of one claim, a row for each seed."""
    cell, label, kind, _, bound, within, _ = claim.iloc[0]
    measured, beyond = claim.measured, claim.measured - claim.bound
    sd = measured.std() if beyond.nunique() > 1 else 0
    room = {"≤": -beyond.max(), "≥": beyond.min()}.get(kind, within)
    unit = 10.0 ** Decimal(f"{bound:.6g}").as_tuple().exponent
    if claim.missed.any():
        verdict = "missed"
    elif not sd:
        verdict = "exact"
    elif room > 4 * sd and (kind == "±" or room > 1.001 * unit):
        verdict = "wide"
    elif room < 3 * sd and kind == "±":
        verdict = "tight"
    elif abs(beyond.mean()) > sd / 2 and kind == "±":
        verdict = "off centre"
    else:
        verdict = "fits"
    numbers = {"mean": measured.mean(), "sd": sd, "min": measured.min(), "max": measured.max()}
    return {
        "cell": cell,
        "claim": label[:55],
        "band": f"{bound:.6g} ± {within:.6g}" if kind == "±" else f"{kind} {bound:.6g}",
        **{name: f"{number:.4g}" for name, number in numbers.items()},
        "room/sd": f"{room / sd:.3g}" if sd else "–",
        "outside": f"{claim.missed.sum()} of {len(claim)}",
        "verdict": verdict,
    }


if __name__ == "__main__":
    sys.exit(main())
