"""Pages for teachers: an overview, a schedule for each workshop, and a page for each notebook.

`notebooks` is {stem: NotebookNode} in the order of the course, `judges` what `read_judges` gives, `readme` its text.
"""

import re

from course_pages import (
    EXERCISE,
    beginning,
    cell_anchor,
    exercises,
    from_here,
    plain,
    sections,
    sentences,
    table,
    times,
    title,
)
from reading_time import parts

SHORT_BREAK, LUNCH, MOST_BETWEEN_BREAKS, LONG_DAY = 15, 60, 95, 240  # minutes
WORKSHOPS = {"Half-day workshop": "workshop-half-day", "Two-day workshop": "workshop-two-days"}


def teacher_pages(notebooks, judges, readme):
    """{name of the page: its text}"""
    half_day, two_days = days(readme)
    pages = {
        "teachers": overview_page(notebooks, readme),
        "workshop-half-day": schedule_page("A workshop of half a day", [half_day], notebooks),
        "workshop-two-days": schedule_page("A workshop of two days", two_days, notebooks),
    }
    return pages | {page_name(stem): notebook_page(stem, notebooks, judges) for stem in notebooks}


def page_name(stem):
    return f"teaching-{stem.partition('_')[0]}"


def overview_page(notebooks, readme):
    ways = re.search(r"^## Ways through the course\s+(.+?)\s*(?=^## )", readme, re.M | re.S)[1]
    for way, page in WORKSHOPS.items():
        ways = ways.replace(f"**{way}**", f"**[{way}]({page}.md)**")
    rows = []
    for stem, notebook in notebooks.items():
        stated = times(notebook)
        lengths = [stated[what].split()[0] for what in ("reads", "exercises", "in depth") if what in stated]
        rows.append(
            [f"[{title(notebook)}]({page_name(stem)}.md)", "\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}".join(lengths)]
        )
    return "\n\n".join(
        [
            "# For teachers",
            "## Ways through the course",
            ways,
            "## Notebook by notebook",
            "Each page says when which section begins, where to stop and ask, and what goes wrong in the exercises. "
            "The minutes are those of reading, of the exercises, and of what stands in depth.",
            table(["notebook", "minutes"], rows),
        ]
    )


def days(readme):
    """The numbers of the notebooks of the half-day workshop, and of each day of the two-day workshop."""
    half_day = re.search(r"\*\*Half-day workshop\*\*: ((?:\d+, )+)", readme)[1].rstrip(", ").split(", ")
    numbers = {
        part: list(range(int(first), int(last or first) + 1))
        for part, first, last in re.findall(r"\*\*([IV]+) · [^*]+\*\* \((\d+)(?:(?:–|, )(\d+))?\)", readme)
    }
    named = re.search(r"\*\*Two-day workshop\*\*: parts (.+?), then parts (.+?)\.", readme).groups()
    return half_day, [[str(n) for part in day.split(" and ") for n in numbers[part]] for day in named]


def schedule_page(heading, days, notebooks):
    """A schedule in elapsed minutes. A break comes before the notebook that would end too long after the last break."""
    by_number = {stem.partition("_")[0].lstrip("0"): stem for stem in notebooks}
    text = [
        f"# {heading}",
        "Minutes count from the start. A notebook takes the time of its main path, read at a steady pace, without its "
        "exercises and what stands in depth. “exercises + 25” says that they would add 25 minutes.",
    ]
    for k, day in enumerate(days, 1):
        stems = [by_number[number] for number in day]
        rows, whole, added = schedule([(stem, notebooks[stem]) for stem in stems])
        text += [f"## Day {k}"] * (len(days) > 1) + [
            table(["minutes", "notebook"], rows),
            f"**{in_hours(whole)}** with the breaks; all exercises would add {in_hours(added)}.",
        ]
    return "\n\n".join(text)


def schedule(day):
    """The rows of a day's table, the minutes that it takes, and those that its exercises would add."""
    reading = [minutes(notebook, "reads") for _, notebook in day]
    lunch = (
        min(range(len(day)), key=lambda i: abs(sum(reading[:i]) - sum(reading[i:])))
        if sum(reading) > LONG_DAY
        else None
    )
    rows, now, since = [], 0, 0
    for i, (stem, notebook) in enumerate(day):
        pause = LUNCH if i == lunch else SHORT_BREAK if since + reading[i] > MOST_BETWEEN_BREAKS else 0
        if pause:
            rows.append([f"{now}–{now + pause}", "*lunch*" if i == lunch else "*break*"])
            now, since = now + pause, 0
        links = f"**[{title(notebook)}](notebooks/{stem}.ipynb)** · [how to teach it]({page_name(stem)}.md)"
        more = f"exercises\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}{minutes(notebook, 'exercises')}"
        rows.append([f"{now}–{now + reading[i]}", f"{links} · {more}"])
        now, since = now + reading[i], since + reading[i]
    return rows, now, sum(minutes(notebook, "exercises") for _, notebook in day)


def minutes(notebook, what):
    return int(times(notebook)[what].split()[0])


def in_hours(minutes):
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))


def notebook_page(stem, notebooks, judges):
    notebook = notebooks[stem]
    sentence = notebook.cells[0].source.split("\n\n")[1]
    return "\n\n".join(
        [
            f"# Teaching {title(notebook)}",
            f"[The notebook](notebooks/{stem}.ipynb) · [for teachers](teachers.md)",
            sentence,
            "## Before",
            preparation(stem, notebooks),
            "## Minute by minute",
            "The second column counts the exercises in, where they stand.",
            table(["from", "with exercises", "section"], timetable(stem, notebook)),
            "## Where to stop and ask",
            *questions(stem, notebook),
            "## What goes wrong",
            "The wrong answers that the checks know. Before the arrow: what the learner did; after it: what to say. A "
            "message of one sentence says both. “…” stands for a value of the learner's own.",
            *misconceptions(stem, notebook, judges),
        ]
    )


def preparation(stem, notebooks):
    notebook = notebooks[stem]
    stated, by_number = times(notebook), {stem.partition("_")[0].lstrip("0") or "0": stem for stem in notebooks}
    needs = re.search(r"^⏱.*needs (.+?)\s*$", notebook.cells[0].source, re.M)[1]
    needed = [
        f"[{title(notebooks[by_number[n]])}](notebooks/{by_number[n]}.ipynb)" for n in re.findall(r"\d+b?", needs)
    ]
    lines = [
        f"- It needs {', '.join(needed)}." if needed else "- It needs no other notebook.",
        f"- Reading takes {stated['reads']}, the exercises {stated['exercises']}"
        + (f", what stands in depth {stated['in depth']}." if "in depth" in stated else "."),
        f"- It runs in {stated['runs']} on two cores. Its outputs are stored, so it can also be shown without running.",
    ]
    if "PyTorch" in needs:
        lines.append("- It needs PyTorch, an extra: `make test-torch` installs it.")
    return "\n".join(lines)


def timetable(stem, notebook):
    """When each section of the main path begins, without and with the exercises."""
    rows, now, later = [], 0, 0
    for part, length, cells in parts(notebook):
        begins = re.search(r"^##(#?) (?!In depth)(.+)", cells[0].source, re.M) if cells else None
        link = f"[{begins[2]}](#{cell_anchor(stem, cells[0])})" if begins else ""
        if part == "exercises":
            rows.append(["", f"{later:.0f}", link])
        elif part == "main" and begins and not begins[1] and not cells[0].source.startswith("## Summary"):
            rows.append([f"{now:.0f}", f"{later:.0f}", f"**{link}**"])
        now += length * (part == "main")
        later += length * (part != "depth")
    return [*rows, [f"{now:.0f}", f"{later:.0f}", "the end"]]


def questions(stem, notebook):
    """The questions that the main path asks in its text, and the exercises, by section."""
    asked, named = {}, {cell.id: section for cell, section in sections(notebook)}
    texts = [
        cell for part, _, cells in parts(notebook) if part != "depth" for cell in cells if cell.cell_type == "markdown"
    ]
    for cell in texts:
        section, link = named[cell.id], f"(#{cell_anchor(stem, cell)})"
        if not section or section == "Summary" or "solution" in cell.metadata.get("tags", []):
            continue
        lines = asked.setdefault(section, [])
        if posed := EXERCISE.search(cell.source):
            lines.append(f"- [Exercise {posed['number']}]{link}: {from_here(beginning(posed['text']))}")
        else:
            blocks = [block for block in cell.source.split("\n\n") if not block.startswith(("#", "|", "$$", "```"))]
            said = [sentence for block in blocks for sentence in sentences(block)]
            lines += [f"- [{without_links(sentence)}]{link}" for sentence in said if sentence.endswith("?")]
    return [f"**{section}**\n\n" + "\n".join(lines) for section, lines in asked.items() if lines]


def without_links(text):
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def misconceptions(stem, notebook, judges):
    verdicts = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for number, said in re.findall(r"^✓ (\d+b?\.\d+) (.+(?:\n  .+)*)", output.get("text", ""), re.M):
                verdicts[number] = " ".join(said.split())
    for cell, number, text in exercises(notebook):
        yield f"### [Exercise {number}](#{cell_anchor(stem, cell)})"
        yield from_here(beginning(text))
        yield f"✓ {plain(verdicts[number])}"
        yield "\n".join(f"- {with_arrow(said)}" for said in judges[number].wrong if said != verdicts[number])


def with_arrow(said):
    """A message with an arrow between what the learner did and what to say, its stresses and code kept."""
    did, *say = sentences(said)
    if did.endswith("right.") and say:
        did = f"{did} {say.pop(0)}"
    said = plain(" → ".join([did, *[" ".join(say)] * bool(say)])).replace("….", "…")
    return re.sub(r"\\([*`])(\w[^*`]*?)\\\1", r"\1\2\1", said)
