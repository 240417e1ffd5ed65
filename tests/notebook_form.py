"""The form of a notebook, as rules. Each takes a `Notebook` and yields a sentence per fault: which cell, what to do.

`faults(path)` applies all of them. CONTRIBUTING.md says the same in prose; `test_notebooks.py` breaks each rule once.
"""

import ast
import re
import symtable
from functools import cached_property

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

import reading_time
from gates_to_flows.course_map import TIMES
from gates_to_flows.prose import swallowed, without_code, without_fences
from gates_to_flows.run_notebooks import IN_DEPTH

EXERCISES = {"0": (1, 1), "2b": (1, 6)}  # least and most, where it is not three to six
WITHOUT_THUMBNAIL = {"0", "2b"}
MAX_LINES, MAX_WIDTH, MAX_BYTES, MAX_UNCOMPARED = 30, 100, 1_500_000, 0.15
DISCUSSED = "<details><summary><b>Solution, discussed</b></summary>"  # JupyterLab opens a folded text cell when it runs
NUMBERS = "# The numbers behind this section"
FOLDED = {
    "numbers": (NUMBERS, f"{NUMBERS}$"),
    "plumbing": ("# Plumbing: what it does", r"# Plumbing: \S"),
}  # pattern last
SEED = "keras.utils.set_random_seed(7)"
PARTS = {"main": "reads in", "exercises": "exercises", "depth": "in depth"}
MOST_MINUTES, MOST_CLAIMS_IN_A_ROW = 45, 3
IDENTIFIER = r"\b10\.\d{4,}/\S+|\barxiv\S*\s?[\w./-]*\d{4}\S*|\bISBN[\s:\d-]{10,}"  # DOI, arXiv, ISBN
UNSTABLE = {
    "a path": r"(?:~|/home|/root|/tmp|/usr|/opt|/Users)/|\bFile /|\b[CD]:\\",
    "a memory address": r"\b0x[0-9a-f]{6,}",
    "a date or time of day": r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d?\d:\d\d:\d\d\b",
    "a duration": r"\d ?(?:[nµμm]?s|seconds?|minutes?)\b",
}
FORBIDDEN_CODE = {
    "clear_output": r"\bclear_output\b",
    "display_id": r"\bdisplay_id\b|\bupdate_display\b",
    "pip": r"^\s*[!%]\s*pip\b",
    "tqdm": r"\btqdm\b",
    "verbose other than 0": r"\bverbose\s*=\s*(?!0\b)",
    "a legend that looks for its place": r"""\bloc=["']best|\.legend\((?!.*\bloc=)""",
    "rows sorted by a value": r"\.(?:sort_values|value_counts)\(",
}
FORBIDDEN_WORDS = {
    r"obviously": "leave it out",
    r"trivially": "leave it out",
    r"note that": "say it without the preamble",
    r"color(?:s|ed|ing)?": "write “colour”",
    r"behaviors?": "write “behaviour”",
    r"neighbors?": "write “neighbour”",
    r"(?:optim|minim|maxim|initial|general|normal|regular)iz(?:e[sd]?|ing|ations?)": "write -is-, not -iz-",
    r"multi-?layer(?:ed)?\W+perceptrons?": "say “network”",
}
EMOJI = r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B50-\u2B55\u231A-\u23FF\uFE0F](?<![✓✗⏱])"


class Notebook:
    def __init__(self, path):
        self.path = path
        self.node = nbformat.v4.reads(path.read_text(encoding="utf-8"))  # as it stands: nbformat.reads would repair it
        self.number = re.match(r"0?(\d*[a-z]?)", path.stem)[1]  # "2b" for 02b_…
        self.cells = [Cell(position, node) for position, node in enumerate(self.node.cells, start=1)]
        self.code = [cell for cell in self.cells if cell.is_code]
        self.markdown = [cell for cell in self.cells if cell.node.cell_type == "markdown"]

    @property
    def before_further_reading(self):
        """Our own prose: titles of papers keep their spelling."""
        text = "\n\n".join(cell.source for cell in self.markdown)
        return text.partition("\n## Further reading")[0]

    @cached_property
    def minutes(self):
        """How long the main path, the exercises and the depth take: reading at a steady pace, and thought for each exercise."""
        minutes = dict.fromkeys(PARTS, 0.0)
        for part, length, nodes in reading_time.parts(self.node):
            minutes[part] += length
            plumbing = (node for node in nodes if "plumbing" in reading_time.tags(node))
            minutes["depth"] += sum(map(reading_time.minutes, plumbing))
        return minutes

    @cached_property
    def parts(self):
        """The notebook in pieces, pairs of a part's name and its cells, from each heading to the next."""
        by_node = {id(cell.node): cell for cell in self.cells}
        return [(part, [by_node[id(node)] for node in nodes]) for part, _, nodes in reading_time.parts(self.node)]


class Cell:
    def __init__(self, position, node):
        self.node, self.metadata, self.source = node, node.metadata, node.source
        self.name = f"cell {position} ({node.source.strip().partition(chr(10))[0][:50]})"
        self.is_code = node.cell_type == "code"
        self.outputs = node.get("outputs", [])
        self.tags = set(node.metadata.get("tags", []))
        self.figures = [output for output in self.outputs if "image/png" in output.get("data", {})]

    @cached_property
    def text(self):
        """Everything that the outputs say, without terminal colours."""
        pieces = []
        for output in self.outputs:
            pieces += [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
            pieces += [value for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
        return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(pieces))

    @cached_property
    def tree(self):
        try:
            return ast.parse(TransformerManager().transform_cell(self.source))
        except SyntaxError:  # a cell may show one on purpose
            return ast.Module([], [])

    @cached_property
    def names(self):
        """The names that the cell makes for later cells, and those that it uses."""
        try:
            tables = [symtable.symtable(TransformerManager().transform_cell(self.source), self.name, "exec")]
        except SyntaxError:
            return set(), set()
        made = {s.get_name() for s in tables[0].get_symbols() if s.is_assigned() or s.is_imported()}
        used = {s.get_name() for s in tables[0].get_symbols() if s.is_referenced()}
        for table in tables:
            tables += table.get_children()
            used |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
        return made, used

    def calls(self, name):
        """Calls of a function or method of that name."""
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", None)) == name]


def faults(path):
    """All faults of the notebook as pairs (rule, sentence)."""
    notebook = Notebook(path)
    return [(rule.__name__, sentence) for rule in RULES for sentence in rule(notebook)]


def file_name(notebook):
    if not re.fullmatch(r"\d\d[a-z]?_[a-z0-9]+(_[a-z0-9]+)*\.ipynb", notebook.path.name):
        yield f"the file is called {notebook.path.name}: call it NN_topic.ipynb, all in lower case"


def title_cell(notebook):
    if not notebook.cells or notebook.cells[0].is_code:
        yield "cell 1 is not the title: begin with a markdown cell"
        return
    source = notebook.cells[0].source
    if not re.match(rf"# {notebook.number} · \S", source):
        yield f"cell 1 does not begin with `# {notebook.number} · Title`"
    if not TIMES.search(source):
        yield (
            "cell 1 lacks the line `⏱ reads in 35 min · exercises 20 min · in depth 15 min · runs in 20 s · needs notebooks 2, 3`"
            " (without what there is none of; or `no other notebook`)"
        )
    objectives = re.findall(r"^[-*] \S", source.partition("**You will**")[2], re.M)
    if not 3 <= len(objectives) <= 5:
        yield f"cell 1 has {len(objectives)} objectives: write `**You will**` and three to five bullets, each a verb"


def times(notebook):
    stated = TIMES.search(notebook.cells[0].source) if notebook.cells else None
    for part, name in PARTS.items():
        minutes = notebook.minutes[part]
        told = float(stated[part] or 0) if stated else minutes
        if abs(told - minutes) > max(0.1 * minutes, 1):
            yield f"cell 1 says `{name} {told:.0f} min`; words, code lines, figures and claims make it {minutes:.0f} min"
    if notebook.minutes["main"] > MOST_MINUTES + 1e-9:
        yield (
            f"the main path takes {notebook.minutes['main']:.0f} min, more than {MOST_MINUTES}: shorten it, put what it can do"
            " without under `## In depth · …`, and claims into a cell tagged `numbers`"
        )


def imports_cell(notebook):
    cell = notebook.cells[1] if len(notebook.cells) > 1 else None
    if cell is None or not cell.is_code:
        yield "cell 2 is not the imports: make it a code cell"
        return
    imports = [node for node in cell.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    first = ast.unparse(imports[0]) if imports else ""
    if not re.match(r"(from|import) gates_to_flows\b", first):
        yield f"{cell.name} does not import gates_to_flows first: TensorFlow reads its settings once, at its own import"
    if cell.source.rstrip().rpartition("\n")[2] != SEED:
        yield f"{cell.name} does not end with `{SEED}`"


def run_in_order(notebook):
    for cell in notebook.code:
        if not cell.source.strip():
            yield f"{cell.name} is empty: delete it"
    run = [cell for cell in notebook.code if cell.source.strip()]
    for expected, cell in enumerate(run, start=1):
        if cell.node.execution_count is None:
            yield f"{cell.name} has not been run: `make notebooks`"
        elif cell.node.execution_count != expected:
            yield f"{cell.name} was run as [{cell.node.execution_count}], not as [{expected}]: `make notebooks`"
    for cell in notebook.code:
        if "raises-exception" not in cell.tags:
            for output in cell.outputs:
                if output.output_type == "error":
                    yield f"{cell.name} raised {output.ename}: mend it, or tag it raises-exception"


def clean_metadata(notebook):
    node = notebook.node
    ids = [cell.get("id") for cell in node.cells]
    if (node.nbformat, node.nbformat_minor) != (4, 5) or None in ids or len(set(ids)) < len(ids):
        yield "the file is not nbformat 4.5 with one id per cell: `make notebooks`"
    for key in set(node.metadata) - {"kernelspec", "language_info", "nbval"}:
        yield f"the notebook's metadata hold `{key}`: `make notebooks` removes it"
    if node.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernelspec is not `python3`"
    if node.metadata.get("language_info") != {"name": "python"}:
        yield "the language_info says more, or less, than `python`: `make notebooks` mends it"
    for cell in notebook.cells:
        closed = "jp-MarkdownHeadingCollapsed"
        for key in set(cell.metadata) - {"tags", "jupyter", "mystnb", closed}:
            yield f"{cell.name} has metadata `{key}`: `make notebooks` removes it"
        if cell.metadata.get("jupyter") and not cell.tags & {"solution", *FOLDED}:
            yield f"{cell.name} is folded and no solution, nor tagged `numbers` or `plumbing`: `make notebooks` unfolds it"
        if bool(cell.metadata.get(closed)) != bool(heading(cell, IN_DEPTH)):
            yield f"{cell.name} is closed without being in depth, or the other way round: `make notebooks` mends it"
        if any("widget" in kind for output in cell.outputs for kind in output.get("data", {})):
            yield f"{cell.name} shows a widget, which is dead without a kernel: show a table or a figure"


def no_warnings(notebook):
    for cell in notebook.code:
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield f"{cell.name} wrote to stderr: mend what it warns of: {output.text.strip()[:80]}"
            elif warning := re.search("^WARNING:.*", output.get("text", ""), re.M):
                yield f"{cell.name} shows a warning: mend what it warns of: {warning[0][:80]}"


def stable_outputs(notebook):
    for cell in notebook.code:
        if "nbval-ignore-output" not in cell.tags:
            for what, pattern in UNSTABLE.items():
                if found := re.search(pattern, cell.text):
                    line = cell.text[: found.end()].rpartition("\n")[2].strip()[-60:]
                    yield f"{cell.name} prints {what}, never twice the same: “{line}”; leave it out"


def figures(notebook):
    for cell in notebook.code:
        if cell.figures:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            if len(alt.strip()) < 20 or re.fullmatch(r"(an?|the|this)?\s*(figure|plot)\b.{0,20}", alt.strip(), re.I):
                yield f"{cell.name} has a figure without alt text ({alt!r}): say what the picture shows"
            if not cell.source.rstrip().endswith("plt.show()") and not shows_playground(cell):
                yield f"{cell.name} has a figure and does not end with `plt.show()`"


def exercises(notebook):
    starts = [i for i, cell in enumerate(notebook.cells) if heading(cell, r"### Exercise\b")]
    least, most = EXERCISES.get(notebook.number, (3, 6))
    if not least <= len(starts) <= most:
        yield f"the notebook has {len(starts)} exercises (`### Exercise {notebook.number}.1`): needs {least} to {most}"
    for k, start in enumerate(starts, start=1):
        name, label = notebook.cells[start].name, f"{notebook.number}.{k}"
        if not heading(notebook.cells[start], rf"### Exercise {re.escape(label)}(?!\d)"):
            yield f"{name} is not headed `### Exercise {label}`: number them in order"
        after = notebook.cells[start + 1 :]
        end = next((i for i, cell in enumerate(after) if ends_exercise(cell)), len(after))
        code = [cell for cell in after[:end] if cell.is_code and not shows_playground(cell)]
        checks = set(re.findall(r"\bcheck\.\w+\(", code[0].source)) if code else set()
        if not checks or "solution" in code[0].tags:
            yield f"{name}: the first code cell after it is no stub that calls `check.<name>(answer)`"
            continue
        if not code[0].text.startswith(f"· {label} not tried yet"):
            yield f"{code[0].name} is the stub, and its output does not begin with `· {label} not tried yet`"
        solutions = [cell for cell in code if "solution" in cell.tags]
        solution = "\n".join(cell.source for cell in solutions)
        if missing := {check for check in checks if check not in solution}:
            yield f"{name}: no cell tagged `solution` calls {', '.join(f'`{check}…)`' for check in sorted(missing))}"
        elif not any(f"✓ {label}" in cell.text for cell in solutions):
            yield f"{name}: no solution's output holds `✓ {label}`"


def shows_playground(cell):
    return cell.is_code and any("playground+json" in kind for output in cell.outputs for kind in output.get("data", {}))


def ends_exercise(cell):
    return heading(cell, "#{1,3} ") and "solution" not in cell.tags


def heading(cell, pattern):
    return cell.node.cell_type == "markdown" and re.search(rf"^{pattern}", without_fences(cell.source), re.M)


def solutions_folded(notebook):
    for cell in notebook.cells:
        if "solution" in cell.tags:
            hidden = {"source_hidden": True, "outputs_hidden": True} if cell.is_code else None
            if "hide-cell" not in cell.tags or cell.metadata.get("jupyter") != hidden:
                yield f"{cell.name} is a solution, not folded: tag it `hide-cell` too; `make notebooks` does the rest"
            first_line = "# Solution" if cell.is_code else DISCUSSED
            if cell.source.partition("\n")[0] != first_line:
                yield f"{cell.name} is a solution whose first line is not `{first_line}`, all that a folded cell shows"
            if not cell.is_code and not cell.source.endswith("\n\n</details>"):
                yield f"{cell.name} does not end with an empty line and `</details>`: what follows would be folded too"


def beside_folded(notebook):
    for cell in notebook.cells:
        for tag in cell.tags & set(FOLDED):
            folded = cell.metadata.get("jupyter") == {"source_hidden": True, "outputs_hidden": True}
            if not cell.is_code or "hide-cell" not in cell.tags or not folded:
                yield f"{cell.name} is tagged `{tag}`, not folded: tag it `hide-cell` too; `make notebooks` does the rest"
            shown, pattern = FOLDED[tag]
            if not re.match(pattern, cell.source, re.M):
                yield f"{cell.name} is tagged `{tag}` and its first line is not `{shown}`"
    for _, cells in notebook.parts:
        for cell in [cell for cell in cells if "numbers" in cell.tags][1:]:
            yield f"{cell.name} is the second `numbers` cell under one heading: join them"


def runs_without_depth(notebook):
    made_by = {}
    for part, cells in notebook.parts:
        for cell in filter(lambda cell: cell.is_code, cells):
            made, used = cell.names
            for name in sorted(used - made) if part != "depth" else []:
                where, source = made_by.get(name, (None, None))
                if where == "depth" or (where == "solution" and "solution" not in cell.tags):
                    yield (
                        f"{cell.name} uses `{name}` from {source}, which whoever leaves out the depth or the solutions has not "
                        "run: make that cell visible, or tag it `plumbing` and put it above the heading"
                    )
            where = "solution" if "solution" in cell.tags else part
            made_by |= dict.fromkeys(made, (where, cell.name))


def walls_of_claims(notebook):
    in_a_row = 0
    for cell in notebook.cells:
        if cell.tags & {"numbers", "solution"}:
            continue
        if not cell.is_code or cell.figures:
            in_a_row = 0
        for line in filter(str.strip, cell.text.splitlines()):
            in_a_row = in_a_row + 1 if line.startswith("✓ ") else 0
            if in_a_row == MOST_CLAIMS_IN_A_ROW + 1:
                yield (
                    f"{cell.name} shows more than {MOST_CLAIMS_IN_A_ROW} claims in a row: keep those that carry the story, "
                    f"and fold the others into a cell tagged `numbers` and `hide-cell` that begins with `{NUMBERS}`"
                )


def in_depth(notebook):
    for part, cells in notebook.parts:
        first = cells[0] if cells else None
        if part == "depth" and heading(first, IN_DEPTH) and not re.match(IN_DEPTH, first.source):
            yield f"{first.name} does not begin with its heading `In depth · …`: split the cell there"
    inside = False
    for cell in notebook.cells:
        if heading(cell, "#{1,2} ") and "solution" not in cell.tags:
            inside = bool(heading(cell, "## In depth · "))
        if inside and heading(cell, "### Exercise"):
            yield f"{cell.name} is an exercise inside a section in depth, closed with it: put it below the main path"


def prose_only(notebook):
    for cell in notebook.markdown:
        if (line := swallowed(cell.source)) is not None:
            yield f"{cell.name} is prose and holds code: “{line.strip()[:60]}”; make it a code cell, or fence it"


def links(notebook):
    for cell in notebook.markdown:
        text = without_code(cell.source)
        targets = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r"""(?:href|src)=["']([^"']+)""", text)
        for target in targets:
            file = target.partition("#")[0]
            if file and not re.match(r"\w+:", target) and not (notebook.path.parent / file).exists():
                yield f"{cell.name} links to {target}, which does not exist"


def ending(notebook):
    text = without_fences("\n\n".join(cell.source for cell in notebook.markdown))
    if re.findall(r"^## (.+?)\s*$", text, re.M)[-2:] != ["Summary", "Further reading"]:
        yield "the last two headings are not `## Summary` and `## Further reading`"
    items = re.split(r"^(?:[-*]|\d+\.) ", text.partition("\n## Further reading")[2], flags=re.M)[1:]
    if len(items) < 2:
        yield f"the further reading has {len(items)} items: name two or more, one bullet each"
    for item in items:
        rest, identifiers = re.subn(IDENTIFIER, "", item, flags=re.I)
        if not identifiers or not re.search(r"\b(?:1[5-9]|20)\d\d\b", rest):
            yield f"further reading, “{item.strip()[:50]}…”: give a year, and a DOI, arXiv id or ISBN"


def plain_code(notebook):
    for cell in notebook.code:
        if not cell.tags & {"solution", "numbers"} and len(cell.source.splitlines()) > MAX_LINES:
            yield f"{cell.name} is longer than {MAX_LINES} lines: split it, or move its plumbing to src/"
        if any(len(line) > MAX_WIDTH for line in cell.source.splitlines()):
            yield f"{cell.name} has a line of more than {MAX_WIDTH} characters, which a page cuts off: break it"
        for what, pattern in FORBIDDEN_CODE.items():
            if re.search(pattern, cell.source, re.M):
                yield f"{cell.name} uses {what}, which cannot be compared: leave it out"
        for method in ("fit", "predict", "evaluate"):
            for call in cell.calls(method):
                called = ast.unparse(call.func)
                if re.search(r"(model|net).*\.", called) and "verbose=0" not in map(ast.unparse, call.keywords):
                    yield f"{cell.name}: `{called}(` lacks `verbose=0`"


def claims(notebook):
    claiming = [cell for cell in notebook.code if cell.calls("claim")]
    if not claiming:
        yield "the notebook claims nothing: hold the numbers that the prose relies on by `claim(…)`"
    for cell in claiming:
        held, missed = (re.findall(f"^{mark} ", cell.text, re.M) for mark in "✓✗")
        on_purpose = "raises-exception" in cell.tags or (notebook.number == "0" and "ClaimError" in cell.source)
        if not on_purpose and (missed or len(held) < len(cell.calls("claim"))):
            yield f"{cell.name} has a claim whose output line does not begin with ✓: `make notebooks`, then mend it"


def compared(notebook):
    uncompared = [cell for cell in notebook.code if cell.tags & {"nbval-ignore-output", "nbval-skip"}]
    if len(uncompared) > MAX_UNCOMPARED * len(notebook.code):
        names = ", ".join(cell.name for cell in uncompared)
        yield f"more than {MAX_UNCOMPARED:.0%} of the code cells are not compared: print what is stable in {names}"


def file_size(notebook):
    size = notebook.path.stat().st_size
    if size > MAX_BYTES:
        yield f"the file has {size / 1e6:.1f} MB, more than {MAX_BYTES / 1e6}: fewer or smaller figures"


def thumbnail(notebook):
    tagged = [cell for cell in notebook.cells if "thumbnail" in cell.tags]
    if len(tagged) != 1 and (tagged or notebook.number not in WITHOUT_THUMBNAIL):
        yield f"{len(tagged)} cells are tagged `thumbnail`: tag the one whose figure stands for the notebook"
    for cell in tagged:
        if not cell.figures:
            yield f"{cell.name} is tagged `thumbnail` and has no figure"


def words(notebook):
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", without_code(notebook.before_further_reading), flags=re.S)
    prose = re.sub(r"!?\[[^\]]*\]\([^)]*\)|<[^>]+>|https?://\S+", " ", text)
    for pattern, instead in FORBIDDEN_WORDS.items():
        for found in re.findall(rf"(?i)\b{pattern}\b", prose):
            yield f"the prose says “{found}”: {instead}"
    for found in re.findall(EMOJI, prose):
        yield f"the prose holds the emoji {found}: leave it out"


RULES = [
    file_name, title_cell, times, imports_cell, run_in_order, clean_metadata, no_warnings, stable_outputs, figures, exercises,
    solutions_folded, beside_folded, runs_without_depth, walls_of_claims, in_depth, prose_only, links, ending, plain_code,
    claims, compared, file_size, thumbnail, words,
]  # fmt: skip
