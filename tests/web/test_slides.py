"""The decks: their form, and that each number on a slide stands in its notebook."""

import re
from base64 import b64encode
from struct import pack

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import slides
from handout import ROOT, read_notebooks

DECKS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(slides.DECKS.glob("*.md"))}
NOTEBOOKS = {name.partition("_")[0]: notebook for name, notebook in read_notebooks().items()}
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[−-]?\d+)?")
TITLE = new_markdown_cell("# 1 · Gates\n\nOne line.\n\n⏱ reads in 12 min · runs in 10 s · needs notebook 0")


def test_there_is_a_deck_for_each_notebook_of_the_half_day_workshop():
    workshop = re.search(r"\*\*Half-day workshop\*\*: ([\d, ]+),", (ROOT / "README.md").read_text(encoding="utf-8"))[1]
    assert list(DECKS) == [number.zfill(2) for number in workshop.split(", ")]


@pytest.mark.parametrize("number", DECKS)
def test_form(number):
    pages = slides.SLIDE.split(DECKS[number])
    assert pages[0] == "" and 10 <= len(pages[1:]) <= 15
    assert pages[1].startswith(f"# {slides.title(NOTEBOOKS[number]).partition(' · ')[2]}\n")
    for page in pages[1:]:
        assert len(slides.NOTE.findall(page)) == 1, f"one note to the speaker on the slide: {page}"
        assert len(re.sub("^% .*", "", page, flags=re.M).split()) <= 75, f"too much for one slide: {page}"
    assert len(slides.QUESTION.findall(DECKS[number])) >= 5 and len(slides.SHOWN.findall(DECKS[number])) >= 3


@pytest.mark.parametrize("number", DECKS)
def test_each_number_stands_in_the_notebook(number):
    deck = slides.SHOWN.sub("", DECKS[number])
    strange = set(numbers(deck)) - set(numbers(everything(NOTEBOOKS[number])))
    # headings of exercises and notebooks are no measured numbers
    assert not {
        found for found in strange if not re.search(rf"(?:exercises?|and|notebook) {re.escape(found)}\b", deck, re.I)
    }


def numbers(text):
    return NUMBER.findall(re.sub(r"^\d+\. ", "", text.replace("\N{NARROW NO-BREAK SPACE}", ""), flags=re.M))


def everything(notebook):
    """All that the notebook says and shows."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    said = [output.get("text", "") for output in outputs]
    shown = [value for output in outputs for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join([cell.source for cell in notebook.cells] + said + shown)


@pytest.mark.parametrize("number", DECKS)
def test_all_that_is_shown_is_there(number, tmp_path):
    text = slides.deck_source(DECKS[number], NOTEBOOKS[number], tmp_path)
    figures = re.findall(r"figures/(\S+\.png)", text)
    assert figures and sorted(figures) == sorted(path.name for path in tmp_path.iterdir())
    assert "![](" not in text and text.count(':alt: "') == len(figures)


def test_the_speaker_gets_the_elapsed_minutes(tmp_path):
    deck = "# Gates\n\n% Welcome.\n\n## Ask\n\n> Why?\n\n% Wait.\n\n## End\n\nText.\n\n% Thank them.\n"
    text = slides.deck_source(deck, new_notebook(cells=[TITLE]), tmp_path)
    assert re.findall("^% .*", text, re.M) == [
        "% ⏱ until minute 3 of 12 · Welcome.",
        "% ⏱ until minute 9 of 12 · Wait.",
        "% ⏱ until minute 12 of 12 · Thank them.",
    ]


def cell(data, **mystnb):
    return nbformat.from_dict({"outputs": [new_output("display_data", data)], "metadata": {"mystnb": mystnb}})


@pytest.mark.parametrize("size, tall", [((1600, 840), False), ((1600, 1200), True)])
def test_a_figure_with_its_alt_text(size, tall, tmp_path):
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + pack(">II", *size)
    cells = {"a": cell({"image/png": b64encode(png).decode()}, image={"alt": '|λ̂ − λ|: "falls"'})}
    shown = slides.shown(cells, "a", tmp_path)
    assert (tmp_path / "a.png").read_bytes() == png
    assert shown == '```{image} figures/a.png\n:alt: "|λ̂ − λ|: \\"falls\\""' + "\n:class: tall" * tall + "\n```"


def test_a_table_without_the_style_of_pandas(tmp_path):
    html = '<div>\n<style scoped>td {}</style>\n<table border="1" class="dataframe">\n<tr style="text-align: right;">'
    shown = slides.shown({"a": cell({"text/html": html})}, "a", tmp_path)
    assert shown == '```{raw} html\n<div>\n\n<table class="dataframe">\n<tr>\n```'


@pytest.mark.parametrize("cells", [{}, {"a": new_code_cell()}, {"a": new_markdown_cell()}])
def test_a_cell_that_shows_nothing(cells, tmp_path):
    with pytest.raises(ValueError, match="there is no cell a with a figure or a table"):
        slides.shown(cells, "a", tmp_path)


def test_contents_tell_when_each_deck_begins():
    text = slides.contents({"01": new_notebook(cells=[TITLE]), "02": new_notebook(cells=[TITLE])})
    assert "- [1 · Gates](02.md), from minute 12\n\nIt ends after 24 minutes" in text
