"""`make test-robust`: what is run, what is left out, and the table at the end."""

from collections import Counter

import nbformat
import other_machines
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from other_machines import SETTINGS, Setting, main, report, run


def test_a_setting_reaches_the_kernel_and_cells_that_differ_are_counted(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-o nb_preload=")  # these cells need nothing
    source = "import os\nprint(os.environ['MACHINE'])"
    cells = [
        new_code_cell(source, execution_count=count, outputs=[new_output("stream", name="stdout", text=stored)])
        for count, stored in enumerate(["old\n", "new\n", "older\n"], start=1)
    ]
    path = tmp_path / "03_three.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    assert run("another", Setting({"MACHINE": "new"}), [path]) == Counter({"03": 2})


def test_the_table_shows_what_differs_and_the_status_says_whether_anything_does(capsys):
    assert report({"one": Counter({"02": 0, "11": 3}), "two": Counter({"02": 0})}) == 1
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[-3:]]
    assert rows == [["02", "11"], ["one", "·", "3"], ["two", "·", "–"]]
    assert report({"one": Counter({"02": 0})}) == 0


def test_a_setting_that_the_processor_lacks_is_left_out_with_a_line(capsys, monkeypatch):
    monkeypatch.setattr(other_machines, "HAS", {"SSE2": True})
    monkeypatch.setattr(other_machines, "run", lambda name, setting, paths: Counter({"02": 0}))
    assert main(["--only", "xla onednn"]) == 0
    said = capsys.readouterr().out
    assert "== xla-avx512: left out, this processor has no AVX512F" in said
    assert "onednn" in said.partition("Cells that differ")[2] and "xla" not in said.partition("Cells that differ")[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only", "cuda"], f"no setting begins with 'cuda'; there are: {', '.join(SETTINGS)}"),
        (["02", "99"], "there is no notebook 99; there are: 00, 01, 02,"),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_exist(arguments, sentence, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert sentence in capsys.readouterr().err
