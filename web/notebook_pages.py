"""A stored notebook as a page of the site. Nothing is run, and the course is not imported: hints are read as source."""

import json
import posixpath
import re
import runpy
from copy import deepcopy
from html import escape
from pathlib import Path

from nbformat.v4 import new_markdown_cell, new_output

from course_pages import cell_anchor
from spelling import american

ROOT = Path(__file__).resolve().parents[1]
PAGES = {  # files outside notebooks/ that are pages of the site
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "benchmarks.md",
    "deploy/jupyterhub/README.md": "jupyterhub.md",
    "src/nbval-tolerance/README.md": "nbval-tolerance.md",
}
EXERCISE = re.compile(r"^### Exercise (\S+)", re.M)
STUB = re.compile(r"^# hint\(check\.\w+\)", re.M)
BOLD = re.compile(r"\*\*([^\W\d_][\w’'–-]*(?: [\w’'–-]+){0,2})\*\*")  # one to three words
MARKS = {"✓": "right", "✗": "wrong", "·": "open"}
PLAYGROUND = runpy.run_path(str(ROOT / "src/gates_to_flows/playground/join.py"))["MIME"]
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!\w+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def page(stem, notebook, hints):
    """A copy of the notebook (a NotebookNode): solutions, numbers and plumbing folded, the hints below each stub.

    `hints` are those of each exercise by its number, {"3.1": ["a gentle one", "a plain one"]}.
    """
    notebook = deepcopy(notebook)
    cells, exercise, taught = [], None, set()
    for cell in notebook.cells:
        tags = cell.metadata.pop("tags", [])
        summary = first_line(cell) if "hide-cell" in tags else None
        words = words_in_bold(cell) - taught
        taught |= words
        shown = [new_markdown_cell(f"({cell_anchor(stem, cell)})="), cell]
        if words:
            shown.append(new_markdown_cell(in_index(words)))
        if cell.cell_type == "code":
            sized(cell)
            cell.outputs = [readable(output, cell.id) for output in cell.outputs]
        else:
            exercise = (EXERCISE.findall(cell.source) or [exercise])[-1]
            cell.source = re.sub(r"^⏱", "{.times}\n⏱", linked(cell.source, "notebooks"), flags=re.M)
        if summary:
            shown = folded(shown, summary, " ".join(tags))
        elif STUB.search(cell.source):
            shown.append(new_markdown_cell("\n".join(hint_boxes(hints[exercise]))))
        cells += shown
    notebook.cells = cells
    return notebook


def words_in_bold(cell):
    """What a text cell explains."""
    return set(BOLD.findall(cell.source)) - {"You will"} if cell.cell_type == "markdown" else set()


def in_index(words):
    """For the search, which lists first where a word is explained."""
    return "\n\n".join(f"```{{index}} ! {spelling}\n```" for spelling in sorted(words | set(map(american, words))))


def first_line(cell):
    """`Solution, discussed`, and a text without the `<details>` that begins with it."""
    first, _, rest = cell.source.partition("\n")
    if cell.cell_type == "markdown":
        cell.source = rest.removesuffix("</details>").strip()
    return re.sub("<[^>]*>", "", first).strip("# ")


def folded(cells, summary, classes):
    """The cells between a `<details>` and its end."""
    begin = f'<details class="fold {classes}"><summary>{escape(summary)}</summary>'
    return [new_markdown_cell(begin), *cells, new_markdown_cell("</details>")]


def hint_boxes(hints):
    for number, hint in enumerate(hints, 1):
        summary = f"<summary>Hint {number} of {len(hints)}</summary>"
        yield f'<details class="fold hint">{summary}<p>{escape(hint)}</p></details>'


def readable(output, cell_id):
    """Claims and verdicts with their marks and bands set apart; tables without pandas' own style; playgrounds that play."""
    if output.output_type == "stream":
        lines = "\n".join(marked(escape(line, quote=False)) for line in output.text.rstrip("\n").split("\n"))
        html = f'<pre class="said" tabindex="0">{lines}</pre>'
        return new_output("display_data", {"text/html": html, "text/plain": output.text})
    if PLAYGROUND in output.get("data", {}):
        return new_output("display_data", {"text/html": playground(output, cell_id)})
    if "text/html" in output.get("data", {}):
        table = re.sub(r"<style.*?</style>", "", output.data["text/html"], flags=re.S)
        output.data["text/html"] = table.replace(' border="1"', "").replace(' style="text-align: right;"', "")
    return output


def playground(output, cell_id):
    """The place of a playground, which the page's script fills; without a script its picture's text stands there."""
    said = escape(output.metadata["image/png"]["alt"])
    settings = escape(json.dumps(output.data[PLAYGROUND], ensure_ascii=False))
    return f'<div class="g2f-playground" id="playground-{cell_id}" data-playground="{settings}"><p>{said}</p></div>'


def sized(cell):
    """Tell Sphinx the size of the cell's picture, so that nothing moves when it comes."""
    for output in cell.outputs:
        if size := output.get("metadata", {}).get("image/png"):
            cell.metadata.mystnb.image |= {key: str(size[key]) for key in ("width", "height")}


def marked(line):
    line = re.sub(r"^([✓✗·]) ", lambda mark: f'<span class="sign {MARKS[mark[1]]}">{mark[1]}</span> ', line)
    return re.sub(r"  (\([^()]*\))$", r'  <span class="band">\1</span>', line)


def linked(text, folder):
    """The links of a text that stands in `folder`, as links between pages; what is no page becomes plain text."""

    def to_page(link):
        words, target, anchor = link.groups()
        path = posixpath.normpath(posixpath.join(folder, target))
        if path.startswith("notebooks/") and (ROOT / path).exists():
            return f"[{words}](/{path}{anchor or ''})"
        return f"[{words}](/{PAGES[path]}{anchor or ''})" if path in PAGES else words

    return LINK.sub(to_page, text)
