"""`run_notebooks` on tiny notebooks that need neither TensorFlow nor Matplotlib."""

import base64
import importlib.util
import re
from io import BytesIO

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from gates_to_flows import run_notebooks
from gates_to_flows.run_notebooks import main


def png(colour="steelblue"):
    buffer = BytesIO()
    Image.new("RGB", (640, 480), colour).save(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()


def figure(alt=None, colour="steelblue"):
    """The source of a cell that shows one picture, with its alt text where `plots` leaves it."""
    metadata = {"image/png": {"alt": alt}} if alt else {}
    shown = f"{{'image/png': '{png(colour)}'}}, raw=True, metadata={metadata}"
    return f"from IPython.display import display\ndisplay({shown})\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notebooks").mkdir()
    return tmp_path / "notebooks"


def save(path, *cells):
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=cells), path)


def test_outputs_are_stored_and_metadata_cleaned(folder, capsys, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # where it is set, ipykernel does not watch the file descriptors
    path = folder / "02_xor.ipynb"
    answer = new_code_cell("import os\nprint(6 * 7, os.path.basename(os.getcwd()))", metadata={"collapsed": True})
    answer.metadata.tags = ["rtol=0.1", "solution"]
    answer.metadata.jupyter = {"source_hidden": False, "outputs_scrolled": True}
    flushed = new_code_cell("import sys\nprint('a', flush=True)\nprint('b', flush=True)\nprint('c', file=sys.stderr)")
    written_by_hand = new_code_cell(figure(), metadata={"mystnb": {"image": {"alt": "A blue field, written by hand"}}})
    stale = new_code_cell("x = 1", metadata={"mystnb": {"image": {"alt": "A figure that is gone"}}})
    stale.metadata.jupyter = {"source_hidden": True}
    expected_error = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    two_figures = figure("A blue field.") + figure("A red field.", "red")
    to_the_descriptor = "_ = os.write(1, b'lost')"
    save(path, new_markdown_cell("# 2 · XOR"), answer, flushed, written_by_hand, stale, expected_error, two_figures,
         to_the_descriptor)  # fmt: skip
    before = nbformat.read(path, 4)
    before.metadata = {"kernelspec": {"name": "mine", "display_name": "Mine"}, "widgets": {}, "nbval": {"rtol": 0.01}}
    nbformat.write(before, path)

    assert main(["2"], folder) == 0
    after = nbformat.read(path, 4)
    title, answer, flushed, written_by_hand, stale, expected_error, two_figures, to_the_descriptor = after.cells
    assert [(cell.id, cell.source) for cell in after.cells] == [(cell.id, cell.source) for cell in before.cells]
    assert [cell.execution_count for cell in after.cells[1:]] == [1, 2, 3, 4, 5, 6, 7]
    assert answer.outputs[0].text == "42 notebooks\n"
    assert [output.text for output in flushed.outputs] == ["a\nb\n", "c\n"]
    assert expected_error.outputs[0].ename == "ZeroDivisionError"
    assert to_the_descriptor.outputs == []

    assert set(after.metadata) == {"kernelspec", "language_info", "nbval"}
    assert after.metadata.kernelspec.name == "python3" and after.metadata.language_info == {"name": "python"}
    folded = {"source_hidden": True, "outputs_hidden": True}
    assert answer.metadata == {"tags": ["rtol=0.1", "solution"], "jupyter": folded}
    assert title.metadata == stale.metadata == {}
    assert written_by_hand.metadata.mystnb.image.alt == "A blue field, written by hand"
    assert two_figures.metadata == {"mystnb": {"image": {"alt": "A blue field. A red field."}}}
    said = capsys.readouterr()
    assert re.fullmatch(r"02_xor  8 cells, \d+\.\d s\n", said.out)
    assert "cell 1 of" not in said.err

    stored = path.read_bytes()
    assert stored.endswith(b"}\n")
    assert main(["02"], folder) == 0
    assert path.read_bytes() == stored


def test_a_failure_changes_nothing_and_the_others_still_run(folder, capsys):
    save(folder / "00_start.ipynb", "print('started')", "\n# a comment\nprint(1)\nraise ValueError('no such gate')")
    save(folder / "01_dies.ipynb", "import os", "os._exit(1)")
    save(folder / "02_runs.ipynb", "print(1)")
    broken = [path.read_bytes() for path in sorted(folder.iterdir())][:2]

    assert main([], folder) == 1
    assert [path.read_bytes() for path in sorted(folder.iterdir())][:2] == broken
    assert nbformat.read(folder / "02_runs.ipynb", 4).cells[0].outputs
    said = capsys.readouterr()
    assert "00_start  FAILED in cell 2 (# a comment): ValueError: no such gate\n" in said.err
    assert "01_dies  FAILED in cell 2 (os._exit(1)): the kernel died\n" in said.err
    assert said.out.startswith("02_runs  1 cells")


def test_an_endless_cell_is_stopped(folder, capsys, monkeypatch):
    monkeypatch.setattr(run_notebooks, "CELL_TIMEOUT", 1)
    save(folder / "01_slow.ipynb", "while True: pass")
    assert main([], folder) == 1
    assert "01_slow  FAILED in cell 1 (while True: pass): it did not end within 1 s\n" in capsys.readouterr().err


def test_progress_is_one_line_rewritten_on_a_terminal(folder, capsys, monkeypatch):
    save(folder / "01_one.ipynb", "x = 1", "x = 2")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main([], folder)
    progress = capsys.readouterr().err
    assert "\r\x1b[K01_one  cell 1 of 2\r\x1b[K01_one  cell 2 of 2\r\x1b[K" == progress


def test_thumbnails_are_scaled_and_rewritten_only_if_they_look_different(folder):
    path, thumbnail = folder / "03_field.ipynb", folder.parent / "images" / "03_field.png"
    written = []
    for colour in ["#808080", "#818181", "#000000"]:
        save(path, figure(), new_code_cell(figure(colour=colour), metadata={"tags": ["thumbnail"]}))
        main(["3"], folder)
        image = Image.open(thumbnail)
        written.append(image.getpixel((160, 120))[0])
    assert image.size == (640, 480)
    assert written == [0x80, 0x80, 0]


@pytest.mark.parametrize("number", ["1", "01"])
def test_only_the_notebooks_asked_for_run(folder, monkeypatch, number):
    for name in ["01_one", "01b_more", "10_ten"]:
        save(folder / f"{name}.ipynb", "1")
    chosen = []
    monkeypatch.setattr(run_notebooks, "run", lambda path: chosen.append(path.stem) or True)
    assert main([number], folder) == 0
    assert chosen == ["01_one"]


def test_an_unknown_number_names_those_that_exist(folder, capsys):
    save(folder / "00_start.ipynb", "1")
    save(folder / "02b_xor.ipynb", "1")
    assert main(["0", "7"], folder) == 2
    assert capsys.readouterr().err == f"There is no notebook 7 in {folder}; there are: 00, 02b.\n"


def test_a_folder_without_notebooks_is_an_error(folder, capsys):
    assert main([], folder) == 2
    assert capsys.readouterr().err == f"There is no notebook in {folder}; there are: none.\n"


def test_without_pytorch_its_notebook_is_left_out(folder, capsys, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else find_spec(name))
    save(folder / "02b_xor_in_pytorch.ipynb", "import torch")
    assert main([], folder) == 0
    expected = "02b_xor_in_pytorch left out: PyTorch is not installed; `make test-torch` installs it\n"
    assert capsys.readouterr().out == expected


def test_what_is_beside_the_main_path_is_folded(folder):
    path = folder / "02_xor.ipynb"
    numbers, plumbing = (
        new_code_cell("print(1)", metadata={"tags": [tag, "hide-cell"]}) for tag in ("numbers", "plumbing")
    )
    save(path, new_markdown_cell("## In depth · More"), numbers, plumbing, new_markdown_cell("## More"))
    main([], folder)
    depth, *folded, more = nbformat.read(path, 4).cells
    assert depth.metadata == {"jp-MarkdownHeadingCollapsed": True} and more.metadata == {}
    assert all(cell.metadata.jupyter == {"source_hidden": True, "outputs_hidden": True} for cell in folded)


def test_code_swallowed_by_prose_is_refused(folder, capsys):
    path = folder / "02_xor.ipynb"
    save(path, new_markdown_cell("# 2 · XOR\n\nThe claim:\n@@py x = 1"), "print(1)")
    stored = path.read_bytes()
    assert main([], folder) == 1
    assert path.read_bytes() == stored
    assert capsys.readouterr().err == "02_xor  REFUSED: cell 1 is prose and holds code (@@py x = 1)\n"
