"""Notebooks as pages: what is folded, what is added, where links lead."""

import json
import re
from html import unescape

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from handout import ROOT, read_notebooks
from judges import read_judges
from notebook_pages import PLAYGROUND, linked, page, readable
from spelling import american

HINTS = {"3.1": ["a < b", "b"]}
FOLDED = {"tags": ["solution", "hide-cell"]}


def sources(*cells):
    return [cell.source for cell in page("03_x", new_notebook(cells=list(cells)), HINTS).cells]


def test_a_solution_is_folded_as_code_and_as_text_under_its_first_line():
    code = new_code_cell("# Solution\nx = 1", id="a", metadata=dict(FOLDED))
    text = new_markdown_cell(
        "<details><summary><b>Solution, discussed</b></summary>\n\nWhy.\n\n</details>", id="b", metadata=dict(FOLDED)
    )
    assert sources(code, text) == [
        '<details class="fold solution hide-cell"><summary>Solution</summary>', "(cell-03-a)=", "# Solution\nx = 1",
        "</details>",
        '<details class="fold solution hide-cell"><summary>Solution, discussed</summary>', "(cell-03-b)=", "Why.",
        "</details>",
    ]  # fmt: skip


def test_hints_stand_closed_below_the_stub_of_their_exercise():
    stub = new_code_cell("x = None\ncheck.it(x)\n# hint(check.it)", id="b")
    *_, hints = sources(new_markdown_cell("### Exercise 3.1\n\nWhat is x?", id="a"), stub)
    assert hints.splitlines() == [
        '<details class="fold hint"><summary>Hint 1 of 2</summary><p>a &lt; b</p></details>',
        '<details class="fold hint"><summary>Hint 2 of 2</summary><p>b</p></details>',
    ]


def test_a_word_in_bold_is_found_where_it_stands_first_in_both_spellings():
    shown = sources(
        new_markdown_cell("The **He initialisation**, **which is a whole long sentence**.", id="a"),
        new_markdown_cell("The **He initialisation** again.", id="b"),
    )
    words = "```{index} ! He initialisation\n```\n\n```{index} ! He initialization\n```"
    assert [source for source in shown if "**" not in source] == ["(cell-03-a)=", words, "(cell-03-b)="]


def test_claims_and_verdicts_are_marked_and_stay_text():
    said = "✓ share <a>: 0.8  (0.8 ± 0.1)\nof the runs\n✗ 3.1 No. (So it is.)\n"
    output = readable(new_output("stream", text=said), "a")
    assert output.data["text/html"].splitlines() == [
        '<pre class="said" tabindex="0"><span class="sign right">✓</span> share &lt;a&gt;: 0.8'
        '  <span class="band">(0.8 ± 0.1)</span>',
        "of the runs",
        '<span class="sign wrong">✗</span> 3.1 No. (So it is.)</pre>',
    ]
    assert output.data["text/plain"] == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[1](01_what_can_one_unit_decide.ipynb)", "[1](/notebooks/01_what_can_one_unit_decide.ipynb)"),
        ("[speeds](../benchmarks/README.md#one)", "[speeds](/benchmarks.md#one)"),
        ("the [licence](../LICENSE) and [none](99_none.ipynb)", "the licence and none"),
        ("[a](https://a.org) [b](#b) ![c](../images/c.png)", "[a](https://a.org) [b](#b) ![c](../images/c.png)"),
    ],
)
def test_links_lead_to_pages_or_become_text(text, shown):
    assert linked(text, "notebooks") == shown


@pytest.mark.parametrize(
    ("british", "expected"),
    [
        ("initialisation", "initialization"), ("generalise", "generalize"), ("optimiser", "optimizer"),
        ("analysed", "analyzed"), ("colours", "colors"), ("neighbouring", "neighboring"), ("behaviour", "behavior"),
        ("centre", "center"), ("labelled", "labeled"), ("modelling", "modeling"), ("dialogue", "dialog"),
        ("four hours", "four hours"), ("called", "called"), ("noise", "noise"), ("rises", "rises"),
    ],
)  # fmt: skip
def test_american_spelling(british, expected):
    assert american(british) == expected


PLACE = r'data-playground="([^"]+)"><p>([^<]{20,})</p></div>$'


def test_every_notebook_becomes_a_page_that_hides_its_solutions_and_keeps_its_outputs():
    hints = {number: judge.hints for number, judge in read_judges().items()}
    for stem, notebook in read_notebooks().items():
        made = page(stem, notebook, hints)
        folds = 0
        for cell in made.cells:
            folds += cell.source.startswith('<details class="fold ') and "</details>" not in cell.source
            folds -= cell.source == "</details>"
            assert folds or not cell.source.startswith(("# Solution", "# Plumbing")), (stem, cell.source)
        assert folds == 0
        count = {kind: sum(cell.cell_type == kind for cell in notebook.cells) for kind in ("code", "markdown")}
        assert sum(cell.cell_type == "code" for cell in made.cells) == count["code"]
        pictures = [output for cell in made.cells for output in cell.get("outputs", []) if "image/png" in output.data]
        stored = [
            output
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if "image/png" in output.get("data", {})
        ]
        assert pictures == [output for output in stored if PLAYGROUND not in output.data]
        htmls = [output.data.get("text/html", "") for cell in made.cells for output in cell.get("outputs", [])]
        places = [re.search(PLACE, html) for html in htmls if "g2f-playground" in html]
        held = [output for output in stored if PLAYGROUND in output.data]
        assert [json.loads(unescape(place[1])) for place in places] == [output.data[PLAYGROUND] for output in held]
        assert [unescape(place[2]) for place in places] == [output.metadata["image/png"]["alt"] for output in held]
        assert sum(cell.source.count('class="fold hint"') for cell in made.cells) == sum(
            len(hints[number]) for number in exercise_numbers(notebook)
        )


def exercise_numbers(notebook):
    return [
        line.split()[2]
        for cell in notebook.cells
        for line in cell.source.splitlines()
        if line.startswith("### Exercise ")
    ]


def test_the_stored_notebook_stays_as_it_is():
    path = ROOT / "notebooks" / "03_backpropagation.ipynb"
    notebook = nbformat.read(path, 4)
    page(path.stem, notebook, {number: judge.hints for number, judge in read_judges().items()})
    assert notebook == nbformat.read(path, 4)
