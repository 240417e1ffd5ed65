"""Two made-up students hand in an assignment, one all right and one all wrong; nbgrader grades both."""

import re
from html import unescape

import nbformat
import pytest
from nbgrader.api import Gradebook

import assignment
from handout import read_notebooks

WRONG = {  # answers, and what the check says of them
    "01": {
        "nand_gate": ("or_gate", "✗ 1.1 For inputs 0 0 your function gives 0, and NAND gives 1."),
        "majority": ("[1, 1, 1, -0.5]", "✗ 1.2 Your unit fires as soon as one input is 1."),
        "multipliers": ("[1, 0, 0, 1]", "✗ 1.3 With these multipliers +1·w1 +1·w2 +2·b is left on the left-hand side."),
        "largest_step": ("2.0", "✗ 1.4 You gave 2, which is the limit without the bias."),
    },
    "04": {
        "setting": ('(2, "sigmoid", "SGD", 0.02)', "✗ 4.1"),
        "output_and_loss": ("[0.5, 0.125]", "✗ 4.2 ½ is best for as many ones as zeros."),
        "starts": ("[4, 1 / 0.81]", "✗ 4.3 Four starts all fail with probability 0.19⁴ = 0.0013"),
        "steps_needed": ("[]", "· 4.4 not tried yet"),
    },
    "10": {
        "rate_and_factor": ("[0.01, 100]", "✗ 10.1 The learning rate 0.01 is too small"),
        "λ_low_high": ("[0.25, 0.2, 0.3]", "✗ 10.2 λ̂ = 0.25? 0.25 was the λ of the notebook."),
        "advice": ('["paths", "paths", "paths", "paths"]', "✗ 10.3 A: more paths leave S where it is"),
        "times_needed": ("unknown", "NameError"),
    },
}


@pytest.mark.parametrize("number", WRONG)
def test_grades_and_feedback(number, tmp_path):
    assignment.main(number, tmp_path)
    release = next((tmp_path / "release" / number).glob("*.ipynb"))
    hand_in(release, tmp_path / "submitted" / "right" / number, right(read_notebooks()[release.stem]))
    hand_in(release, tmp_path / "submitted" / "wrong" / number, wrong(WRONG[number]))
    assignment.nbgrader("autograde", number, course=tmp_path)
    assignment.nbgrader("generate_feedback", number, course=tmp_path)

    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        scores = {student: gradebook.find_submission(number, student).score for student in ("right", "wrong")}
        assert gradebook.find_assignment(number).max_score == 4
    assert scores == {"right": 4, "wrong": 0}
    pages = {student: tmp_path / "feedback" / student / number / f"{release.stem}.html" for student in scores}
    feedback = {student: unescape(page.read_text(encoding="utf-8")) for student, page in pages.items()}
    assert len(set(re.findall(rf"✓ {int(number)}\.\d ", feedback["right"]))) == 4
    for _, said in WRONG[number].values():
        assert said in feedback["wrong"]


def hand_in(release, folder, answer):
    """The released notebook with each stub's cell as answer(number, source) makes it."""
    notebook = nbformat.read(release, 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answer(cell.metadata.nbgrader.grade_id, cell.source)
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / release.name)


def right(notebook):
    """Answers with the course's own solutions."""
    solutions, name = {}, None
    for cell in notebook.cells:
        if found := assignment.EXERCISE.search(cell.source):
            name = f"answer-{found[1].replace('.', '-')}"
        elif cell.source.startswith("# Solution\n"):
            solutions.setdefault(name, cell.source)
    return lambda name, source: f"{source}\n\n{solutions[name]}"


def wrong(answers):
    def answer(name, source):
        variable = next(variable for variable in answers if f"{variable} = None" in source)
        return source.replace(f"{variable} = None", f"{variable} = {answers[variable][0]}")

    return answer
