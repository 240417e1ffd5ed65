"""The map of the course in README.md and in notebook 0, from the title cells: `make notebooks` or `make map` writes it."""

import re
import sys
from html import escape
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- the map, written by `make map` -->", "<!-- end of the map -->"
NEEDS = r"no other notebook|(?:notebook \d+b?|notebooks \d+b?(?:, \d+b?)+)(?: and PyTorch)?"
TIMES = re.compile(
    r"^⏱ reads in (?P<main>\d+) min(?: · exercises (?P<exercises>\d+) min)?(?: · in depth (?P<depth>\d+) min)?"
    rf" · runs in \d+ (?:s|min) · needs (?P<needs>{NEEDS})\s*$",
    re.M,
)


def course_map(root=ROOT, prefix=""):
    """The map as a Markdown table; `prefix` leads from the page that holds it to the course's folder."""
    rows = ["| | notebook | reads in | exercises | in depth | needs |", "|---|---|---|---|---|---|"]
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        heading, sentence = cells[0].source.split("\n\n")[:2]
        times = TIMES.search(cells[0].source).groupdict()
        minutes = " | ".join(f"{times[part]} min" if times[part] else "–" for part in ("main", "exercises", "depth"))
        needs = re.sub("notebooks? ", "", times["needs"]).replace("no other notebook", "–").replace(" and ", ", ")
        link = f"{'' if prefix else 'notebooks/'}{path.name}"
        rows.append(
            f"| {picture(root, path.stem, cells, prefix)} | **[{heading[2:]}]({link})**<br>{sentence} | {minutes} "
            f"| {needs} |"
        )
    return "\n".join(rows)


def picture(root, name, cells, prefix):
    """The thumbnail; its alt text is the first sentence of the figure's. Nothing, until its cell has been run."""
    tagged = [cell.metadata for cell in cells if "thumbnail" in cell.metadata.get("tags", [])]
    if not (root / "images" / f"{name}.png").exists() or not tagged or "mystnb" not in tagged[0]:
        return ""
    alt = tagged[0].mystnb.image.alt.partition(". ")[0].rstrip(".")
    return f'<img src="{prefix}images/{name}.png" width="160" alt="{escape(alt)}">'


def with_map(text, new):
    """The text with what stands between the two marks replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"there is no place for the map: put the lines `{BEGIN}` and `{END}` around it")
    return f"{before}{BEGIN}\n\n{new}\n\n{END}{after}"


def write(root=ROOT):
    """Write the map where it is out of date. Returns the files that were."""
    written = []
    readme, first = root / "README.md", root / "notebooks" / "00_start_here.ipynb"
    text = readme.read_text(encoding="utf-8")
    if (new := with_map(text, course_map(root))) != text:
        readme.write_text(new, encoding="utf-8")
        written.append(readme)
    notebook = nbformat.read(first, as_version=4)
    cell = next((cell for cell in notebook.cells if BEGIN in cell.source), notebook.cells[0])
    if (new := with_map(cell.source, course_map(root, "../"))) != cell.source:
        cell.source = new
        nbformat.write(notebook, first)
        written.append(first)
    return written


if __name__ == "__main__":
    for path in write():
        print(f"wrote the map into {path.relative_to(ROOT)}", file=sys.stderr)
