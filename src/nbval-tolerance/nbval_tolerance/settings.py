"""Tolerances and limits, the weakest first: pytest's settings, a notebook's metadata, a cell's tags; and a notebook's form."""

from difflib import get_close_matches

import numpy as np
import pytest

CELL = {"rtol": "1e-3", "atol": "0", "img": "3", "ignore": "", "times": "false"}  # what a cell may set, by default
LIMITS = {"budget": "0", "cell_budget": "0", "patience": "0"}  # none
INI = {name: "nb_image_rms" if name == "img" else f"nb_{name}" for name in CELL | LIMITS}
HOW = "write rtol=0.05, atol=1e-6, img=6, img=skip, ignore=stderr or times=true"


def add_ini(parser):
    for key, default in (CELL | LIMITS).items():
        parser.addini(INI[key], f"notebooks: {key} (default {default or 'none'})", default=default)


def read_setting(key, setting):
    """A setting as what it stands for: a number, "skip", a list of kinds of output, or a boolean; ValueError if it is none."""
    text = str(setting).strip()
    if key == "ignore":
        kinds = setting if isinstance(setting, list) else text.split()
        if all(kind in ("stdout", "stderr", "evalue") or "/" in kind for kind in kinds):
            return kinds
    elif key == "times" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    elif key == "img" and text == "skip":
        return text
    elif key in INI and key != "times" and 0 <= float(text) < np.inf:
        return float(text)
    raise ValueError


def read_ini(config):
    """All settings of the run."""
    settings = {}
    for key, name in INI.items():
        try:
            settings[key] = read_setting(key, config.getini(name))
        except ValueError:
            what = HOW if key in ("ignore", "times") else "write a number that is not negative"
            raise ValueError(f"{name} in the pytest settings is not understood: {what}") from None
    return settings


def read_tolerances(item):
    """{"rtol": …, "atol": …, "img": …, "ignore": […], "times": …} of one cell."""
    settings = {key: setting for key, setting in read_ini(item.config).items() if key in CELL}
    metadata = item.parent.nb.metadata.get("nbval", {})
    if not isinstance(metadata, dict):
        raise ValueError(f'the notebook metadata "nbval" is {metadata!r}: write {{"nbval": {{"rtol": 0.05}}}}')
    stated = [(key, setting, f"the notebook metadata {key}={setting}") for key, setting in metadata.items()]
    for tag in map(str, item.cell.metadata.get("tags") or []):
        key, _, setting = tag.partition("=")
        if get_close_matches(key.strip(), CELL, cutoff=0.75) and (
            "=" in tag or key in CELL
        ):  # other tools have their own tags
            stated.append((key, setting, f"the tag {tag!r}"))
    for key, setting, where in stated:
        try:
            if key.strip() not in CELL:
                raise ValueError
            kinds = settings["ignore"]
            settings[key.strip()] = read_setting(key.strip(), setting)
            settings["ignore"] = [*kinds, *settings["ignore"]] if key.strip() == "ignore" else kinds
        except ValueError:
            raise ValueError(f"{where} is not understood: {HOW}") from None
    return settings


def find_faults(items):
    """Sentences that say why the cells of a notebook cannot be compared at all; none for a sound notebook."""
    faults = {}
    for item in items:
        try:
            read_tolerances(item)
        except ValueError as error:
            faults.setdefault(str(error), f"{item.name}: {error}.")
    counts = [
        (item.name, item.cell.execution_count)
        for item in items
        if item.cell.source.strip() and not (item.options["skip"] and item.cell.execution_count is None)
    ]
    wrong = [(name, count) for i, (name, count) in enumerate(counts, 1) if count != i]
    if wrong and items[0].config.option.nbval:
        (name, count), what = wrong[0], "has not been run"
        if count is not None:
            what = f"is stored as In [{count}], where In [{counts.index(wrong[0]) + 1}] is due"
        if all(count is None for _, count in counts):
            name, what = "no cell", "has been run"
        faults["order"] = f"{name} {what}: run the whole notebook from a fresh kernel and store its outputs."
    return list(faults.values())


class NotebookForm(pytest.Item):
    """Stands for a notebook that is not run, and fails with the reasons."""

    def runtest(self):
        raise ValueError("\n".join(self.faults))

    def repr_failure(self, excinfo):
        return str(excinfo.value)

    def reportinfo(self):
        return self.path, 0, f"{self.path.name}: form"
