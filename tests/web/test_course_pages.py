"""The computed pages, against the notebooks read as plain JSON."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import course_pages
from judges import read_judges
from teacher_pages import teacher_pages

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, 4) for path in PATHS}
JUDGES = read_judges()
CLAIMS, EXERCISES = course_pages.claims_page(NOTEBOOKS), course_pages.exercises_page(NOTEBOOKS, JUDGES)
GLOSSARY, NOTATION = course_pages.glossary_page(NOTEBOOKS), course_pages.notation_page(NOTEBOOKS)


def sources(path, kind="markdown"):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def one_notebook(*cells):
    title = "# 22 · Springs\n\nThey pull.\n\n⏱ reads in 30 min · exercises 12 min · runs in 20 s · needs notebook 2"
    return {"22_springs": new_notebook(cells=[new_markdown_cell(title, id="22-000"), *cells])}


def printed(text, **cell):
    return new_code_cell("claim(…)", outputs=[new_output("stream", text=text)], **cell)


def test_every_line_that_begins_with_a_tick_is_a_claim_or_a_verdict():
    lines = []
    for path in PATHS:
        number = path.stem.partition("_")[0].lstrip("0") or "0"
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                ticked = [line for line in "".join(output.get("text", "")).splitlines() if line.startswith("✓")]
                lines += [line for line in ticked if not line.startswith(f"✓ {number}.")]
    assert f"**{len(lines)} numbers**" in CLAIMS
    assert len(re.findall(r"^\| \[", CLAIMS, re.M)) == len(lines)


def test_a_claim_stands_with_its_band_under_its_section():
    page = course_pages.claims_page(
        one_notebook(
            new_markdown_cell("## 1 · Stiffness\n\n```\n# no heading\n```", id="22-001"),
            printed(
                "✓ error |k_1|: 0.02  (≤ 0.05)\n✓ rate: 2.5  (2.4 ± 0.2)\n✓ 22.1 The rate: 3 (no more)\n", id="a_b"
            ),
        )
    )
    assert page.endswith(
        "<summary>2 claims</summary>\n\n"
        "| claim | measured | held to |\n| --- | --- | --- |\n| **1 · Stiffness** |  |  |\n"
        "| [error \\|k\\_1\\|](#cell-22-a-b) | 0.02 | ≤\u00a00.05 |\n"
        "| [rate](#cell-22-a-b) | 2.5 | 2.4\u00a0±\u00a00.2 |\n\n</details>"
    )


def test_all_exercises_are_listed_and_no_other():
    posed = [number for path in PATHS for text in sources(path) for number in re.findall(r"### Exercise (\S+)", text)]
    assert re.findall(r"^\| \*\*\[(\S+)\]", EXERCISES, re.M) == posed == list(JUDGES)
    assert f"**{len(posed)} exercises**" in EXERCISES


def test_a_link_leads_to_a_cell_and_each_cell_has_one_label():
    labels = [course_pages.cell_anchor(stem, cell) for stem, book in NOTEBOOKS.items() for cell in book.cells]
    assert len(set(labels)) == len(labels)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = teacher_pages(NOTEBOOKS, JUDGES, readme) | dict(enumerate([CLAIMS, EXERCISES, GLOSSARY, NOTATION]))
    for text in pages.values():
        assert {label for label in re.findall(r"\]\(#([^)]+)\)", text)} <= set(labels)
        files = set(re.findall(r"\]\(([^)#:]+)\)", text))
        assert {file for file in files if not (ROOT / file).exists() and file.removesuffix(".md") not in pages} == set()


def test_each_word_is_explained_in_the_words_of_its_notebook():
    words = list(course_pages.words(NOTEBOOKS))
    names = [word for word, *_ in words]
    assert len(set(names)) == len(names) > 150
    for word, cell, stem, _, said in words:
        assert word.casefold() in said.casefold()
        prose = re.sub(r"\W+", "", re.sub(r"\\displaystyle", "", said.replace("notebooks/", "")))
        assert prose in re.sub(r"\W+", "", cell.source), (stem, word)


@pytest.mark.parametrize("listed", ["damping", "stiffness"])
def test_a_word_that_its_notebook_does_not_set_apart_is_refused(listed, tmp_path, monkeypatch):
    (tmp_path / "glossary.txt").write_text(f"22: {listed}\n", encoding="utf-8")
    monkeypatch.setattr(course_pages, "GLOSSARY", tmp_path / "glossary.txt")
    text = new_markdown_cell("A **spring** has damping.", id="22-001")
    solution = new_markdown_cell("It is the **stiffness**.", id="22-002", metadata={"tags": ["solution"]})
    with pytest.raises(ValueError, match=f"notebook 22 nowhere sets “{listed}” in bold or italics"):
        list(course_pages.words(one_notebook(text, solution)))


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("", "This is **damping**:"),
        ("<", "It loses $1.5$ J. Then it rests. This is **damping**:".partition(". ")[2]),
        ("<<", "It loses $1.5 J. Now$ (e.g. heat). Then it rests. This is **damping**:"),
    ],
)
def test_the_sentence_of_a_word_takes_its_neighbours_and_its_formula(marks, said):
    cell = new_markdown_cell(
        "## 1 · Loss\n\nIt loses $1.5 J. Now$ (e.g. heat). (Then it rests.)\n\n"
        "This is **damping**:\n\n$$\nx = 1 .\n$$\n\nMore of it."
    )
    assert course_pages.explanation(cell, "damping", marks) == f"{said} $\\displaystyle x = 1 .$"


def test_the_notation_is_that_of_notebook_0():
    rows = [
        row for text in sources(PATHS[0]) for row in re.findall(r"^\| .+ \|$", text.partition("· Notation")[2], re.M)
    ]
    shown = re.sub(r"\[(\d+)\]\([^)]+\)", r"\1", NOTATION)
    assert len(rows) > 12
    assert [row for row in rows if row not in shown] == []
