"""The pages for teachers, against the title lines and README."""

import re
from pathlib import Path

import nbformat
import pytest

from judges import read_judges
from reading_time import parts
from teacher_pages import days, teacher_pages, with_arrow

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = {path.stem: nbformat.read(path, 4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
JUDGES = read_judges()
PAGES = teacher_pages(NOTEBOOKS, JUDGES, README)


def stated(stem, what):
    found = re.search(rf"^⏱.*{what}(?: in)? (\d+) min", NOTEBOOKS[stem].cells[0].source, re.M)
    return int(found[1]) if found else 0


def table(page):
    rows = re.findall(r"^\| (\d+)–(\d+) \| (.+) \|$", page, re.M)
    return [(int(begin), int(end), *re.findall(r"notebooks/(\w+)", what)) for begin, end, what in rows]


def test_the_workshops_hold_the_notebooks_that_readme_names():
    assert days(README) == (["1", "2", "6", "8", "10"], [[*"1234567"], [*"89", "10", "11"]])
    pages = PAGES["workshop-half-day"] + PAGES["workshop-two-days"]
    held = [stem[0][:2] for _, _, *stem in table(pages) if stem]
    assert held == "01 02 06 08 10 01 02 03 04 05 06 07 08 09 10 11".split()


@pytest.mark.parametrize("page", ["workshop-half-day", "workshop-two-days"])
def test_a_schedule_runs_on_and_leaves_time_to_breathe(page):
    for day in re.split(r"^## ", PAGES[page], flags=re.M):
        now, since = 0, 0
        for begin, end, *stem in table(day):
            assert begin == now
            if stem:
                assert end - begin == stated(stem[0], "reads")
                since += end - begin
                assert since <= 95
            else:
                assert end - begin in (15, 60)
                since = 0
            now = end
        if now:
            hours, rest = divmod(now, 60)
            assert f"**{hours} h {rest} min** with the breaks" in day


@pytest.mark.parametrize("stem", NOTEBOOKS)
def test_the_reading_time_is_what_the_title_line_states(stem):
    taken = dict.fromkeys(("main", "exercises"), 0)
    for part, minutes, _ in parts(NOTEBOOKS[stem]):
        taken[part] = taken.get(part, 0) + minutes
    for part, what in (("main", "reads"), ("exercises", "exercises")):
        assert taken[part] == pytest.approx(stated(stem, what), abs=max(1, 0.1 * taken[part]))


@pytest.mark.parametrize("stem", NOTEBOOKS)
def test_a_page_lists_all_sections_exercises_and_misconceptions(stem):
    page = PAGES[f"teaching-{stem.partition('_')[0]}"]
    text = "\n".join(
        re.sub("^```.*?^```", "", c.source, flags=re.M | re.S)
        for c in NOTEBOOKS[stem].cells
        if c.cell_type == "markdown"
    )
    sections = [s for s in re.findall(r"^## (.+)", text, re.M) if not s.startswith(("In depth", "Summary", "Further"))]
    assert re.findall(r"^\| \d+ \| \d+ \| \*\*\[(.+)\]\(#", page, re.M) == [s.replace("|", r"\|") for s in sections]
    clock = [int(minute) for minute in re.findall(r"^\| (\d+) \|", page, re.M)]
    assert clock == sorted(clock) and abs(clock[-1] - stated(stem, "reads")) <= max(1, 0.1 * clock[-1])
    for number in re.findall(r"^### Exercise (\S+)", text, re.M):
        listed = page.partition(f"### [Exercise {number}]")[2].partition("\n### ")[0]
        assert len(re.findall("^- ", listed, re.M)) in (len(JUDGES[number].wrong), len(JUDGES[number].wrong) - 1)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("That is NOR. Turn AND round.", "That is NOR. → Turn AND round."),
        ("The loss is right. That is its root. Square it.", "The loss is right. That is its root. → Square it."),
        ("You gave …. Take the *square* of x_1.", "You gave … → Take the *square* of x\\_1."),
        ("Give (lower, upper).", "Give (lower, upper)."),
    ],
)
def test_an_arrow_parts_what_was_done_from_what_to_say(said, shown):
    assert with_arrow(said) == shown
