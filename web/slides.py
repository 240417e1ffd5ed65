"""Slides for the half-day workshop: `make slides` makes site/slides from decks/*.md, one deck for a notebook.

A deck is Markdown. Each heading begins a slide, `![](01-005)` shows the figure or table of that cell, as it is stored,
`> …` is a question to the room, and lines that begin with `%` are for the speaker, who also gets the elapsed minutes.
"""

import base64
import json
import re
import shutil
import sys
from itertools import accumulate
from struct import unpack

from course_pages import times, title
from handout import ROOT, read_notebooks

DECKS, SLIDES = ROOT / "web" / "decks", ROOT / "site" / "slides"
SLIDE = re.compile(r"^(?=##? )", re.M)
SHOWN = re.compile(r"^!\[\]\((\S+)\)$", re.M)
QUESTION = re.compile(r"^> ", re.M)
NOTE = re.compile(r"^% ", re.M)
PANDAS_STYLE = re.compile(r"<style.*?</style>|\s+(?:border|style)=\"[^\"]*\"", re.S)
SETTINGS = {
    "project": "From Gates to Flows",
    "language": "en_GB",
    "extensions": ["myst_parser", "sphinx.ext.mathjax", "sphinx_revealjs"],
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "suppress_warnings": ["myst.header"],
    "mathjax_path": "mathjax/tex-chtml.js",
    "mathjax3_config": {"chtml": {"displayAlign": "left"}},
    "html_show_sourcelink": False,
    "html_copy_source": False,
    "revealjs_style_theme": "white",
    "revealjs_css_files": ["slides.css"],
    "revealjs_static_path": ["static"],
    "revealjs_notes_from_comments": True,
    "revealjs_script_plugins": [{"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"}],
    "revealjs_script_conf": {
        "width": 1280, "height": 720, "margin": 0, "center": False, "display": "flex", "controls": False, "hash": True,
        "slideNumber": "c/t", "transition": "none",
    },
}  # fmt: skip


def deck_source(deck, notebook, figures):
    """The deck as Sphinx reads it, its pictures written into the folder `figures`."""
    slides = SLIDE.split(deck)[1:]
    cells = {cell.id: cell for cell in notebook.cells}
    total = minutes(notebook)
    pages = []
    for slide, end in zip(slides, elapsed(slides, total), strict=True):
        slide = SHOWN.sub(lambda mark: shown(cells, mark[1], figures), slide)
        pages.append(NOTE.sub(f"% ⏱ until minute {end} of {total} · ", slide, count=1))
    return "".join(pages)


def minutes(notebook):
    """How long the main path takes to read, from the title cell."""
    return int(times(notebook)["reads"].removesuffix(" min"))


def elapsed(slides, total):
    """The minute at which each slide should end: a figure or a question takes as long as all else on a slide."""
    weights = [1 + len(SHOWN.findall(slide)) + len(QUESTION.findall(slide)) for slide in slides]
    return [round(total * weight / sum(weights)) for weight in accumulate(weights)]


def shown(cells, name, figures):
    """The picture or the table that the cell of this id shows, as Markdown."""
    for output in cells[name].get("outputs", []) if name in cells else []:
        if "image/png" in output.get("data", {}):
            png = base64.b64decode(output.data["image/png"])
            (figures / f"{name}.png").write_bytes(png)
            width, height = unpack(">II", png[16:24])
            tall = "\n:class: tall" if height > 0.7 * width else ""
            alt = json.dumps(cells[name].metadata.mystnb.image.alt, ensure_ascii=False)
            return f"```{{image}} figures/{name}.png\n:alt: {alt}{tall}\n```"
        if "text/html" in output.get("data", {}):
            table = PANDAS_STYLE.sub("", output.data["text/html"])
            return f"```{{raw}} html\n{table}\n```"
    raise ValueError(f"there is no cell {name} with a figure or a table")


def contents(notebooks):
    """The first page: each deck, and the minute of the workshop at which it begins."""
    lines, begins = [], 0
    for number, notebook in notebooks.items():
        lines.append(f"- [{title(notebook)}]({number}.md), from minute {begins}")
        begins += minutes(notebook)
    toctree = "\n".join(["```{toctree}", ":hidden:", "", *notebooks, "```"])
    return f"# From Gates to Flows\n\n{chr(10).join(lines)}\n\nIt ends after {begins} minutes, without breaks.\n\n{toctree}\n"


def main():
    from sphinx.application import Sphinx

    from build import copy_mathjax

    source = SLIDES / "source"
    shutil.rmtree(SLIDES, ignore_errors=True)
    (source / "figures").mkdir(parents=True)
    (source / "static").mkdir()
    copy_mathjax(source / "static")
    shutil.copy(DECKS / "slides.css", source / "static")
    notebooks = {name.partition("_")[0]: notebook for name, notebook in read_notebooks().items()}
    decks = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DECKS.glob("*.md"))}
    for number, deck in decks.items():
        try:
            text = deck_source(deck, notebooks[number], source / "figures")
        except ValueError as error:
            sys.exit(f"web/decks/{number}.md: {error} in notebook {number}.")
        (source / f"{number}.md").write_text(text, encoding="utf-8")
    (source / "index.md").write_text(contents({number: notebooks[number] for number in decks}), encoding="utf-8")
    html = SLIDES / "html"
    app = Sphinx(source, None, html, SLIDES / "doctrees", "revealjs", SETTINGS, status=None, warningiserror=True)
    app.build()
    if app.statuscode:
        sys.exit(app.statuscode)
    print(f"The slides are in {html / 'index.html'}; S opens the speaker's view.")


if __name__ == "__main__":
    main()
