"""Notebooks without solutions: nothing of them is left, and nothing points to them."""

import re
from zipfile import ZipFile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import handout

NOTEBOOKS = handout.read_notebooks()
WEB = handout.ROOT / "web"
SOLUTION = {"tags": ["solution", "hide-cell"]}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_of_a_solution_is_left(name):
    before, after = NOTEBOOKS[name], handout.without_solutions(NOTEBOOKS[name])
    nbformat.validate(after)
    solutions = [cell for cell in before.cells if "solution" in cell.metadata.get("tags", [])]
    assert solutions and len(after.cells) == len(before.cells) - len(solutions)
    assert not re.search(r"^(?:# Solution|\*\*Solution)", "\n".join(cell.source for cell in after.cells), re.M)
    code = [cell for cell in after.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_folded_cell_that_the_text_points_to_is_there(name):
    cells = handout.without_solutions(NOTEBOOKS[name]).cells
    folded = [i for i, cell in enumerate(cells) if "hide-cell" in cell.metadata.get("tags", [])]
    for i, cell in enumerate(cells):
        for where in re.findall(r"[Ff]olded cells? (above|below)", cell.source):
            near = range(i - 3, i) if where == "above" else range(i + 1, i + 4)
            assert set(near) & set(folded), f"{cell.id} points {where}"


def test_what_is_said_instead_is_said_somewhere():
    cells = [cell.source for notebook in NOTEBOOKS.values() for cell in notebook.cells]
    pages = [path.read_text(encoding="utf-8") for path in [*WEB.glob("pages/*.md"), WEB / "course_pages.py"]]
    for said, instead in handout.INSTEAD.items():
        assert any(said in text for text in cells + pages), said
        assert handout.stranded(said) and not handout.stranded(instead)


def test_the_given_notebook_stays_as_it_is():
    output = new_output("execute_result", {"text/plain": "8"}, execution_count=3)
    cells = [new_code_cell("2**3", metadata=SOLUTION, execution_count=2), new_code_cell("8", execution_count=3)]
    cells[1].outputs = [output]
    notebook = new_notebook(cells=cells)
    (after,) = handout.without_solutions(notebook).cells
    assert (after.execution_count, after.outputs[0].execution_count) == (1, 1)
    assert (len(notebook.cells), cells[1].execution_count, output.execution_count) == (2, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "The solution below shows why.",
        "We look. Then open the folded **solution**.",
        "As the solution of exercise 1.1 above has it, NAND is enough.",
        "| a | compare it with the solution |",
    ],
)
def test_text_that_points_to_a_solution_is_refused(text):
    notebook = new_notebook(cells=[new_code_cell("x", metadata=SOLUTION), new_markdown_cell(text, id="here")])
    with pytest.raises(ValueError, match="cell here points to a solution: “.*olution"):
        handout.without_solutions(notebook)


@pytest.mark.parametrize(
    "text",
    [
        "It has only saddle points besides its solutions. The figure above shows one.",
        "Linear programming is a solved problem; see above.",
        "Any solution of the equation has no residual.",
    ],
)
def test_solutions_of_equations_may_stay(text):
    assert handout.stranded(text) is None


def test_the_archive_holds_the_course_without_solutions(tmp_path):
    notebook = new_notebook(cells=[new_markdown_cell("# 1")])
    nbformat.write(notebook, tmp_path / "01_a.ipynb")
    handout.write_archive(tmp_path / "course.zip", tmp_path)
    with ZipFile(tmp_path / "course.zip") as archive:
        names = {name.removeprefix("gates-to-flows/") for name in archive.namelist()}
        assert archive.read("gates-to-flows/notebooks/01_a.ipynb") == (tmp_path / "01_a.ipynb").read_bytes()
    assert {name for name in names if name.startswith("notebooks")} == {"notebooks/01_a.ipynb"}
    wanted = {"Makefile", "README.md", "pyproject.toml", "src/gates_to_flows/install.py", "data/README.md"}
    assert wanted <= names and not any(re.search(r"^tests|__pycache__|egg-info", name) for name in names)


def test_the_site_for_learners(tmp_path):
    index = "".join(
        f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n\n"
        for caption, pages in {
            "Part": "notebooks/01_a",
            "Teachers": "teachers\nteaching-01",
            "About": "run\ncontributing",
        }.items()
    )
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_a.ipynb").touch()
    pages = {"index": index, "run": "Hints and solutions are folded until you want them."}
    for name, text in (pages | dict.fromkeys(["teachers", "teaching-01", "workshop-a", "contributing"], "")).items():
        (tmp_path / f"{name}.md").write_text(text)
    handout.for_learners(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.md", "notebooks", "run.md"]
    assert (tmp_path / "run.md").read_text() == "Hints are folded until you want them."
    index = (tmp_path / "index.md").read_text()
    assert re.findall("caption: (.*)", index) == ["Part", "About"]
    assert index.endswith("About\n\nrun\n```\n\n") and "teach" not in index


def test_a_page_that_points_to_a_solution_is_refused(tmp_path):
    (tmp_path / "a.md").write_text("Each has a folded solution.")
    with pytest.raises(ValueError, match="a.md points to a solution: “Each has a folded solution.”"):
        handout.for_learners(tmp_path)
