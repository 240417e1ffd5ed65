"""Tolerances and limits, the weakest first: pytest's settings, a notebook's metadata, a cell's tags; and a notebook's form."""

import re

import numpy as np
import pytest

TOLERANCES = {"rtol": "1e-3", "atol": "1e-8", "img": "3"}
LIMITS = {"budget": "60", "cell_budget": "90", "patience": "60"}
INI = {"rtol": "nb_rtol", "atol": "nb_atol", "img": "nb_image_rms", **{name: f"nb_{name}" for name in LIMITS}}


def add_ini(parser):
    for key, default in (TOLERANCES | LIMITS).items():
        parser.addini(INI[key], f"notebooks: {key} (default {default})", default=default)


def read_setting(setting, where, what):
    if str(setting).strip() == "skip" and "img=skip" in what:
        return "skip"
    try:
        if 0 <= float(setting) < np.inf:
            return float(setting)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{where} is not understood: write {what}")


def read_ini(config):
    """All settings of the run, as numbers."""
    what = "a number that is not negative"
    return {key: read_setting(config.getini(name), f"{name} in the pytest settings", what) for key, name in INI.items()}


def read_tolerances(item):
    """{"rtol": …, "atol": …, "img": …} of one cell."""
    settings = {key: number for key, number in read_ini(item.config).items() if key in TOLERANCES}
    metadata = item.parent.nb.metadata.get("nbval", {})
    if not isinstance(metadata, dict):
        raise ValueError(f'the notebook metadata "nbval" is {metadata!r}: write {{"nbval": {{"rtol": 0.05}}}}')
    stated = [(key, setting, f"the notebook metadata {key}={setting}") for key, setting in metadata.items()]
    for tag in map(str, item.cell.metadata.get("tags") or []):
        if "=" in tag or re.match(r"(rtol|atol|img)\b", tag):
            stated.append((*tag.partition("=")[::2], f"the tag {tag!r}"))
    for key, setting, where in stated:
        known = key.strip() in TOLERANCES and (str(setting).strip() != "skip" or key.strip() == "img")
        what = "rtol=0.05, atol=1e-6, img=6 or img=skip"
        settings[key.strip()] = read_setting(setting if known else None, where, what)
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
