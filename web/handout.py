"""What a teacher hands out, without solutions: the notebooks, all that a learner needs to run them, and the site.

`make handout` writes notebooks/, images/, gates-to-flows.zip and html/ into site/handout/.
"""

import re
import shutil
import sys
from copy import deepcopy
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import nbformat

ROOT = Path(__file__).resolve().parents[1]
HANDOUT = ROOT / "site" / "handout"
# What the course says about its solutions, and what it says where there are none.
INSTEAD = {
    "get it right and compare with the solution;": "get it right;",
    "The folded cell above is the **solution**. When you have tried, click on its three dots: it opens, together with "
    "what the check says of it.\n\n": "",
    "Hints and solutions wait until you want them.": "Hints wait until you want them.",
    "Hints and solutions are folded until you want them.": "Hints are folded until you want them.",
    "*your* answer, and a folded solution.": "*your* answer.",
}
SENTENCE_ENDS = re.compile(r"(?<=[.;:?!])\s+|\n")
POINTS = re.compile(r"\b(?:folded|hints?|compare|above|below|cells?|discussed)\b")
FOR_LEARNERS = (
    "LICENSE", "Makefile", "benchmarks/README.md", "benchmarks/sweep_04.csv", "constraints.txt", "data", "environment.yml",
    "images", "pyproject.toml", "src",
)  # fmt: skip
FOR_TEACHERS = "teachers.md", "teaching-*.md", "workshop-*.md", "jupyterhub.md", "contributing.md"
TOCTREE = re.compile(r"(?P<head>^```\{toctree\}\n(?::.*\n)*)\n(?P<pages>[^`]*)```$", re.M)
README = """# From Gates to Flows

A notebook course on neural networks as approximators. Its exercises are for you to solve: this copy holds no solutions, but
the checks say what is wrong with your answer, and give hints.

You need Python 3.10 to 3.13 and `make`. `make lab` installs everything into .venv, once, and opens the course in JupyterLab.
"""


def without_solutions(notebook):
    """A copy of a notebook as learners get it, with all other outputs. ValueError if its text points to a solution."""
    notebook = deepcopy(notebook)
    notebook.cells = [cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])]
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = unpointed(cell.source, f"cell {cell.id}")
    return notebook


def unpointed(text, where):
    """A text with nothing that points to a solution."""
    for said, instead in INSTEAD.items():
        text = text.replace(said, instead)
    if sentence := stranded(text):
        raise ValueError(
            f"{where} points to a solution: “{sentence}”. Say it in the solution's own cell, or put what stands there "
            "without solutions into INSTEAD of web/handout.py"
        )
    return text


def stranded(text):
    """The first sentence that speaks of a solution as of a part of the page, and not as of the solution of an equation."""
    for sentence in SENTENCE_ENDS.split(text):
        if re.search(r"\bsolutions?\b", sentence, re.I) and POINTS.search(sentence.lower()):
            return sentence.strip()
    return None


def read_notebooks():
    return {path.stem: nbformat.read(path, 4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}


def write_archive(path, notebooks):
    """The course as a folder in which `make lab` works, with these notebooks (a folder)."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("gates-to-flows/README.md", README)
        for name in FOR_LEARNERS:
            for file in [ROOT / name, *sorted((ROOT / name).rglob("*"))]:
                if file.is_file() and not re.search(r"__pycache__|\.egg-info|/\.", str(file.relative_to(ROOT))):
                    archive.write(file, Path("gates-to-flows") / file.relative_to(ROOT))
        for file in sorted(notebooks.glob("*.ipynb")):
            archive.write(file, f"gates-to-flows/notebooks/{file.name}")


def for_learners(source):
    """Leave, of what Sphinx reads, what is meant for learners."""
    for pattern in FOR_TEACHERS:
        for path in source.glob(pattern):
            path.unlink()
    for path in source.glob("*.md"):
        text = TOCTREE.sub(without_missing(source), path.read_text(encoding="utf-8"))
        path.write_text(unpointed(text, path.name), encoding="utf-8")


def without_missing(folder):
    """A substitution that leaves out of a toctree the pages that are not in the folder, and a toctree without pages."""

    def substitution(tree):
        pages = [name for name in tree["pages"].split() if list(folder.glob(f"{name}.*"))]
        return "\n".join([tree["head"], *pages, "```"]) if pages else ""

    return substitution


def main():
    from build import build

    shutil.rmtree(HANDOUT, ignore_errors=True)
    (HANDOUT / "notebooks").mkdir(parents=True)
    shutil.copytree(ROOT / "images", HANDOUT / "images")
    notebooks = read_notebooks()
    for name, notebook in notebooks.items():
        try:
            notebooks[name] = without_solutions(notebook)
        except ValueError as error:
            sys.exit(f"{name}, {error}.")
        nbformat.write(notebooks[name], HANDOUT / "notebooks" / f"{name}.ipynb")
    write_archive(HANDOUT / "gates-to-flows.zip", HANDOUT / "notebooks")
    build(HANDOUT, notebooks, for_learners)
    print(f"Notebooks without solutions, a .zip with all that learners need, and the site in html/ are in {HANDOUT}.")


if __name__ == "__main__":
    main()
