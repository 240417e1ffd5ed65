"""Pages computed from all notebooks: claims, exercises, words, notation. Each function returns one page, MyST Markdown.

`notebooks` is {stem: NotebookNode} in the order of the course. The pages lie beside the folder `notebooks`.
"""

import re
from pathlib import Path

CLAIM = re.compile(r"^✓ (?P<what>.+): (?P<measured>\S+)  \((?P<band>(?:≤|≥|exactly) \S+|\S+ ± \S+)\)$", re.M)
EXERCISE = re.compile(r"^### Exercise (?P<number>\S+)\s+(?P<text>.+?)\s*(?=^#|\Z)", re.M | re.S)
TIMES = re.compile(r"(reads|exercises|in depth|runs)(?: in)? (\d+) (min|s)")
GLOSSARY = Path(__file__).with_name("glossary.txt")
SENTENCE_ENDS = re.compile(r"\$[^$]+\$|`[^`]+`|\([^()]*\)|(?P<end>[.?!]\*{0,2}[”\"]?)(?=\s+[^a-z\s])")


def cell_anchor(stem, cell):
    """The label of a cell, the same for the page of its notebook and for links to it: `cell-04-050`."""
    number = stem.partition("_")[0]
    return f"cell-{number}-{cell.id.removeprefix(f'{number}-')}".replace("_", "-")


def title(notebook):
    """`4 · When training fails`"""
    return notebook.cells[0].source.partition("\n")[0].removeprefix("# ")


def times(notebook):
    """What the title cell states, {"reads": "41 min", "exercises": "26 min", …}."""
    line = re.search("^⏱.*", notebook.cells[0].source, re.M)[0]
    return {what: f"{number} {unit}" for what, number, unit in TIMES.findall(line)}


def sections(notebook):
    """Pairs of each cell and the title of the section in which it begins, "3 · Exercises"; "" before the first."""
    section = ""
    for cell in notebook.cells:
        found = re.findall(r"^## (.+)", without_code(cell.source), re.M) if cell.cell_type == "markdown" else []
        yield cell, found[0] if found and cell.source.startswith("#") else section
        *_, section = [section, *found]


def heading(stem, notebook):
    return f"## [{title(notebook)}](notebooks/{stem}.ipynb)"


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def plain(text):
    """A text in which nothing is Markdown."""
    return re.sub(r"([\\`*_\[\]<>$#~])", r"\\\1", text)


def without_code(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def from_here(text):
    """A text of a notebook with its links as seen from the pages."""
    return re.sub(r"\]\((\w+\.ipynb)", r"](notebooks/\1", text)


def sentences(text):
    """The sentences of a paragraph. Formulas and code are not cut; a sentence in brackets loses them."""
    text = re.sub(r"\(([A-Z*][^()]*[.?!])\)", r"\1", " ".join(text.split()))
    ends = [found.end() for found in SENTENCE_ENDS.finditer(text) if found["end"]]
    pieces = [text[begin:end].strip() for begin, end in zip([0, *ends], [*ends, None], strict=True)]
    return [piece for piece in pieces if piece]


def claims(notebook):
    """The claims of a notebook: the cell, its section and what the claim says, `what`, `measured` and `band`."""
    for cell, section in sections(notebook):
        for output in cell.get("outputs", []):
            for found in CLAIM.finditer(output.get("text", "")):
                yield cell, section, found.groupdict()


def claims_page(notebooks):
    parts, count = [], 0
    for stem, notebook in notebooks.items():
        rows, told = [], None
        for cell, section, claim in claims(notebook):
            if section and section != told:
                rows.append([f"**{section}**", "", ""])
            told = section
            link = f"[{plain(claim['what'])}](#{cell_anchor(stem, cell)})"
            rows.append([link, claim["measured"], claim["band"].replace(" ", "\N{NO-BREAK SPACE}")])
            count += 1
        folded = f'<details class="fold"><summary>{sum(1 for _ in claims(notebook))} claims</summary>'
        parts += [heading(stem, notebook), folded, table(["claim", "measured", "held to"], rows), "</details>"]
    return "\n\n".join(
        [
            "# All claims",
            f"The course holds **{count} numbers** to a band. Here is each of them: what the stored run measured, and "
            "what the text claims. A link leads to the cell that measures it.",
            "A claim that is missed stops the notebook, and the test that re-runs it fails. "
            f"[Notebook 0](notebooks/{next(iter(notebooks))}.ipynb) says how to read one.",
            *parts,
        ]
    )


def exercises(notebook):
    """The exercises of a notebook: the cell that poses it, its number and its text."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := EXERCISE.search(cell.source)):
            yield cell, found["number"], found["text"]


def beginning(text, words=12):
    """So many whole sentences of the first paragraph that they have these words at least."""
    begun = ""
    for sentence in sentences(text.partition("\n\n")[0]):
        begun = f"{begun} {sentence}".strip()
        if len(begun.split()) >= words:
            break
    return begun


def exercises_page(notebooks, judges):
    parts, count = [], 0
    for stem, notebook in notebooks.items():
        rows = [
            [
                f"**[{number}](#{cell_anchor(stem, cell)})** {from_here(beginning(text))}",
                judges[number].form,
            ]
            for cell, number, text in exercises(notebook)
        ]
        count += len(rows)
        parts += [
            heading(stem, notebook),
            f"{times(notebook)['exercises']} in all.",
            table(["exercise", "answer"], rows),
        ]
    hints = sum(len(judge.hints) for judge in judges.values())
    return "\n\n".join(
        [
            "# All exercises",
            f"There are **{count} exercises**, with {hints} hints. Each has a check that says what is wrong with "
            "*your* answer, and a folded solution. Allow five minutes of thought for each, beside its text.",
            *parts,
        ]
    )


def words(notebooks):
    """The words of the course, each with its cell, the stem of its notebook, its section and what explains it.

    `glossary.txt` says which words, and in which notebook. What explains a word is the sentence in which it first
    stands in bold or italics; each < or > before it takes in one more sentence before or after.
    Words with a fixed meaning come from the table of notebook 0.
    Raises ValueError where the notebook does not set a word so.
    """
    yield from fixed_words(*next(iter(notebooks.items())))
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        number, _, listed = line.partition(": ")
        stem = next(stem for stem in notebooks if stem.startswith(f"{number}_"))
        for entry in listed.split(", "):
            marks, word = re.fullmatch(r"([<>]*) ?(.+)", entry).groups()
            for cell, section in sections(notebooks[stem]):
                if said := explanation(cell, word, marks):
                    yield word, cell, stem, section, said
                    break
            else:
                raise ValueError(f"glossary.txt: notebook {number} nowhere sets “{word}” in bold or italics")


def fixed_words(stem, notebook):
    for cell, section in sections(notebook):
        for terms, meaning in re.findall(r"^\| (.+?) \| (.+) \|$", cell.source.partition("| we say |")[2], re.M):
            for term in terms.split(", "):
                yield term, cell, stem, section, f"**{terms}**: {meaning}."


def explanation(cell, word, marks=""):
    """The sentence of a text cell in which a word stands in bold or italics, with its neighbours; "" if it does not."""
    if cell.cell_type != "markdown" or "solution" in cell.metadata.get("tags", []) or cell.source.startswith("# "):
        return ""
    text = re.sub(r"\$\$\s*(.+?)\s*\$\$", r"\n\n$\\displaystyle \1$\n\n", without_code(cell.source), flags=re.S)
    said = []
    for block in re.split(r"\n\n|\n(?=[-|>])", text):
        block = re.sub(
            r"^\|(.+)\|$", lambda row: row[1].strip().replace(" | ", ": ") + ".", block.strip().lstrip("-> ")
        )
        said += sentences(block) if not block.startswith("#") else []
    set_apart = re.compile(rf"(?<!\*)(\*\*?){re.escape(word)}\.?\1(?!\*)", re.I)
    for i, sentence in enumerate(said):
        if set_apart.search(sentence):
            end = i + 1 + marks.count(">")
            end += said[end - 1].endswith(":") and "".join(said[end : end + 1]).startswith("$")
            return from_here(" ".join(said[max(0, i - marks.count("<")) : end]))
    return ""


def glossary_page(notebooks):
    entries = []
    for word, cell, stem, section, said in sorted(words(notebooks), key=lambda entry: entry[0].casefold()):
        place = f"{title(notebooks[stem]).partition(' ')[0]} · {section.rpartition(' · ')[2]}"
        entries.append(f"{word}\n: {said} [Notebook {place}](#{cell_anchor(stem, cell)})")
    return "\n\n".join(
        [
            "# Glossary",
            f"**{len(entries)} words** of the course, each in the sentence that introduces it. A link leads there.",
            *entries,
        ]
    )


def notation_page(notebooks):
    stem, first = next(iter(notebooks.items()))
    cell = next(cell for cell in first.cells if re.search(r"^## \d+ · Notation", cell.source, re.M))
    text = re.split(r"^## \d+ · Notation\s+", cell.source, flags=re.M)[1]
    by_number = {stem.partition("_")[0].lstrip("0"): stem for stem in notebooks}

    def linked(numbers):  # "(10, 11)" and "notebook 6"
        return re.sub(r"\d+", lambda number: f"[{number[0]}](notebooks/{by_number[number[0]]}.ipynb)", numbers[0])

    text = re.sub(r"\((?:\d+(?:, )?)+\)|notebook \d+", linked, from_here(text))
    return f"# Notation\n\n{text}\n\nThis is [a section of notebook 0](#{cell_anchor(stem, cell)})."
