"""How long a notebook takes: words at a steady pace, lines of code, figures, claims in sight, thought for exercises."""

import re

WORDS_A_MINUTE, LINES_A_MINUTE, MINUTES_A_FIGURE, MINUTES_A_CLAIM, MINUTES_AN_EXERCISE = 180, 10, 0.75, 0.05, 5
IN_DEPTH = "#{2,3} In depth · "


def parts(notebook):
    """A NotebookNode in pieces, from each heading to the next: triples of a part, its minutes and its cells.

    A part is "main", "exercises" or "depth". Folded plumbing and numbers take no time.
    """
    pieces, section = [("main", [])], "main"
    for cell in notebook.cells:
        if "solution" not in tags(cell):
            if heading(cell, "#{1,2} "):
                section = "depth" if heading(cell, IN_DEPTH) else "main"
                pieces.append((section, []))
            elif heading(cell, "### "):
                exercise, depth = heading(cell, "### Exercise"), heading(cell, IN_DEPTH)
                pieces.append(("exercises" if exercise else "depth" if depth else section, []))
        pieces[-1][1].append(cell)
    for part, cells in pieces:
        thought = MINUTES_AN_EXERCISE * (part == "exercises")
        yield part, thought + sum(minutes(cell) for cell in cells if not tags(cell) & {"numbers", "plumbing"}), cells


def minutes(cell):
    """The minutes that a cell takes; its claims are the lines of its output that begin with ✓."""
    if cell.cell_type != "code":
        prose = re.sub(r"\]\([^)]*\)|<[^>]*>", " ", cell.source.partition("## Further reading")[0])
        return len(prose.split()) / WORDS_A_MINUTE
    lines = sum(1 for line in cell.source.splitlines() if line.strip())
    figures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
    claims = sum(len(re.findall("^✓ ", output.get("text", ""), re.M)) for output in cell.outputs)
    return lines / LINES_A_MINUTE + figures * MINUTES_A_FIGURE + claims * MINUTES_A_CLAIM


def tags(cell):
    return set(cell.metadata.get("tags", []))


def heading(cell, pattern):
    text = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.M | re.S)
    return cell.cell_type == "markdown" and re.search(rf"^{pattern}", text, re.M)
