"""A notebook as an assignment for nbgrader: `make assignment N=04` adds it to the course folder site/assignment.

Its exercises are graded with the checks of the course: one point each, and the verdict is the feedback. Those that are
played give no point, since a playground's state is not handed in with a notebook.
"""

import os
import re
import shutil
import subprocess
import sys

import nbformat
from nbformat.v4 import new_code_cell

from handout import ROOT, read_notebooks, without_solutions

COURSE = ROOT / "site" / "assignment"
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "gates-to-flows"
c.ClearSolutions.enabled = False  # the stubs are what learners get
c.Execute.timeout = 600  # seconds for a cell
c.Execute.extra_arguments = ["--IPKernelApp.capture_fd_output=False"]  # a word on stderr would cost the point
"""
EXERCISE = re.compile(r"^### Exercise (\S+)", re.M)
CALL = re.compile(r"^check\.(\w+)\((.+)\)$", re.M)
VERDICT = """verdict = check.{name}.verdict({answer})
print(verdict)
float(verdict.startswith("✓"))"""


def assignment(notebook):
    """The notebook without solutions, each stub marked as the learner's, and below it a locked cell that gives its point."""
    notebook, cells, number = without_solutions(notebook), [], None
    for cell in notebook.cells:
        cells.append(cell)
        if found := EXERCISE.search(cell.source):
            number = found[1].replace(".", "-")
        elif number and (call := CALL.search(cell.source)):
            cell.metadata.nbgrader = graded(f"answer-{number}", solution=True)
            cells.append(new_code_cell(VERDICT.format(name=call[1], answer=call[2])))
            cells[-1].metadata.nbgrader = graded(f"verdict-{number}", grade=True, locked=True, points=1)
            number = None
    notebook.cells = cells
    return notebook


def graded(name, **role):
    """nbgrader's metadata of a cell."""
    nothing = {"grade": False, "solution": False, "locked": False, "task": False}
    return nbformat.from_dict({"schema_version": 3, "cell_type": "code", "grade_id": name, **nothing, **role})


def nbgrader(*arguments, course=COURSE):
    """Run nbgrader in a course folder. It starts other programs by their names, so they must be on PATH."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, cwd=course, env={**os.environ, "PATH": path}, check=True)


def main(number, course=COURSE):
    notebooks = {name.partition("_")[0]: (name, notebook) for name, notebook in read_notebooks().items()}
    if number not in notebooks:
        sys.exit(f"Name a notebook by its number, as in: make assignment N=04. There are {', '.join(notebooks)}.")
    name, notebook = notebooks[number]
    source = course / "source" / number
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    nbformat.write(assignment(notebook), source / f"{name}.ipynb")
    (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    nbgrader("generate_assignment", number, "--force", course=course)
    print(
        f"Learners get {course / 'release' / number}. Put what they hand in into submitted/NAME/{number}/, beside release/,\n"
        f"and in {course} run: nbgrader autograde {number}; nbgrader generate_feedback {number}"
    )


if __name__ == "__main__":
    main("".join(sys.argv[1:]))
