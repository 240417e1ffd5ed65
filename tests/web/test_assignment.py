"""A notebook as an assignment: which cells are the learner's, and which give the points."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import assignment
from handout import read_notebooks

NOTEBOOKS = read_notebooks()


def role(cell):
    return {key: value for key, value in cell.metadata.get("nbgrader", {}).items() if value and key != "schema_version"}


def test_an_exercise():
    notebook = new_notebook(
        cells=[
            new_markdown_cell("### Exercise 2b.10\n\nHow much?"),
            new_code_cell("y = 1\nx = None   # ← your answer\ncheck.how_much([x, y])\n# hint(check.how_much)"),
            new_code_cell("# Solution\nx = 2\ncheck.how_much([x, y])", metadata={"tags": ["solution", "hide-cell"]}),
            new_code_cell("check.how_much([3, 4])"),
        ]
    )
    made = assignment.assignment(notebook)
    nbformat.validate(made)
    _, stub, verdict, shown = made.cells
    assert role(stub) == {"grade_id": "answer-2b-10", "cell_type": "code", "solution": True}
    assert role(verdict) == {
        "grade_id": "verdict-2b-10", "cell_type": "code", "grade": True, "locked": True, "points": 1,
    }  # fmt: skip
    assert stub.source == notebook.cells[1].source and not role(shown)


@pytest.mark.parametrize(
    "said, points", [("✓ 4.2 Right.", 1.0), ("✗ 4.2 You rounded.", 0.0), ("· 4.2 not tried yet", 0.0)]
)
def test_the_verdict_is_the_feedback(said, points, capsys):
    check = type("check", (), {"plateau": type("plateau", (), {"verdict": staticmethod(lambda *answer: said)})})
    source = assignment.VERDICT.format(name="plateau", answer="1, 2")
    *lines, last = source.splitlines()
    names = {"check": check}
    exec("\n".join(lines), names)
    assert (eval(last, names), capsys.readouterr().out) == (points, f"{said}\n")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_exercise_of_the_course_gives_one_point(name):
    exercises = sum(len(re.findall("^### Exercise ", cell.source, re.M)) for cell in NOTEBOOKS[name].cells)
    exercises -= sum(
        bool(re.search(r"^check\.\w+\(playground\)  +# ←", cell.source, re.M)) for cell in NOTEBOOKS[name].cells
    )
    cells = assignment.assignment(NOTEBOOKS[name]).cells
    roles = [role(cell) for cell in cells]
    assert exercises == sum(role.get("points", 0) for role in roles) == sum("solution" in role for role in roles)
    names = [role["grade_id"] for role in roles if role]
    assert len(set(names)) == len(names) == 2 * exercises


@pytest.mark.parametrize("number", ["", "99", "4"])
def test_a_notebook_that_is_not_there(number, tmp_path):
    with pytest.raises(SystemExit, match="as in: make assignment N=04. There are 00, 01, 02, 02b, 03,"):
        assignment.main(number, tmp_path)
