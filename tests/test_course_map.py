"""The map of the course: from title cells, into two files; and the course's own is up to date."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gates_to_flows import course_map
from gates_to_flows.course_map import BEGIN, END, ROOT, with_map, write

TITLE = "# {} · {}\n\nWhat it says.\n\n⏱ reads in 9 min{} · runs in 5 s · needs {}\n\n**You will**\n\n- read."


@pytest.fixture
def course(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "README.md").write_text(f"# A course\n\n{BEGIN}\n{END}\n\nThe end.\n", encoding="utf-8")
    place = new_markdown_cell(f"## The map\n\n{BEGIN}\n{END}\n\nBelow.")
    save(tmp_path, "00_start", TITLE.format(0, "Start", "", "no other notebook"), place)
    figure = new_code_cell(
        "plt.show()", metadata={"tags": ["thumbnail"], "mystnb": {"image": {"alt": 'A "bent" line. Blue.'}}}
    )
    times = " · exercises 30 min · in depth 7 min"
    save(tmp_path, "02b_bent", TITLE.format("2b", "Bent", times, "notebooks 0, 1 and PyTorch"), figure)
    (tmp_path / "images" / "02b_bent.png").touch()
    return tmp_path


def save(root, name, title, *cells):
    nbformat.write(new_notebook(cells=[new_markdown_cell(title), *cells]), root / "notebooks" / f"{name}.ipynb")


def test_the_map_is_written_into_both_pages_and_once_only(course):
    readme, first = course / "README.md", course / "notebooks" / "00_start.ipynb"
    first.rename(first.with_name("00_start_here.ipynb"))
    first = first.with_name("00_start_here.ipynb")
    assert write(course) == [readme, first]
    text, cell = readme.read_text(encoding="utf-8"), nbformat.read(first, 4).cells[1].source
    start = "|  | **[0 · Start]({}00_start_here.ipynb)**<br>What it says. | 9 min | – | – | – |\n"
    bent = (
        '| <img src="{}images/02b_bent.png" width="160" alt="A &quot;bent&quot; line"> '
        "| **[2b · Bent]({}02b_bent.ipynb)**<br>What it says. | 9 min | 30 min | 7 min | 0, 1, PyTorch |\n"
    )
    assert start.format("notebooks/") + bent.format("", "notebooks/") in text
    assert start.format("") + bent.format("../", "") in cell
    assert text.startswith("# A course\n") and text.endswith("\n\nThe end.\n")
    assert cell.startswith("## The map\n") and cell.endswith("\n\nBelow.")
    assert write(course) == []


def test_a_notebook_that_has_not_been_run_shows_no_picture(course):
    (course / "images" / "03_new.png").touch()
    figure = new_code_cell("plt.show()", metadata={"tags": ["thumbnail"]})
    save(course, "03_new", TITLE.format(3, "New", "", "notebook 0"), figure)
    assert "|  | **[3 · New](notebooks/03_new.ipynb)**<br>" in course_map.course_map(course)


def test_a_page_without_a_place_for_the_map_is_told_what_to_add():
    with pytest.raises(ValueError, match=f"put the lines `{BEGIN}` and `{END}` around it"):
        with_map(f"{END} the wrong way round {BEGIN}", "| map |")


def test_the_courses_own_map_is_up_to_date():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_map(readme, course_map.course_map()) == readme, "run `make map`"
    first = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", 4)
    place = next(cell.source for cell in first.cells if BEGIN in cell.source)
    assert with_map(place, course_map.course_map(prefix="../")) == place, "run `make map`"


def test_every_notebook_belongs_to_a_part_on_both_pages():
    numbers = {int(path.name[:2]) for path in (ROOT / "notebooks").glob("*.ipynb")} - {0}
    first = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    for page in ((ROOT / "README.md").read_text(), "\n".join(cell.source for cell in first.cells)):
        sentence = re.search(r"The course runs in six parts: (.*)", page).group(1)
        ranges = [[int(n) for n in re.findall(r"\d+", inside)] for inside in re.findall(r"\((.*?)\)", sentence)]
        listed = [n for ends in ranges for n in range(ends[0], ends[-1] + 1)]
        assert len(ranges) == 6 and listed == sorted(numbers)
