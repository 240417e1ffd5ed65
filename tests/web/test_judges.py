"""What the site reads from the checks, against the tests that ask the checks themselves."""

import ast
from pathlib import Path

import pytest

from judges import CHECKS, in_course, read_judges

TESTS = Path(__file__).resolve().parents[1] / "checks"
JUDGES = read_judges()


def expected(module):
    """Pairs of a judge's name and a piece of what it should say, from the table WRONG of a module's tests."""
    for node in ast.parse((TESTS / f"test_{module}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WRONG":
            for judge, answers in zip(node.value.keys, node.value.values, strict=True):
                for answer in answers.values if isinstance(answers, ast.Dict) else []:
                    if isinstance(answer, ast.Tuple) and isinstance(answer.elts[-1], ast.Constant):
                        yield ast.unparse(judge).rpartition(".")[2], answer.elts[-1].value


@pytest.mark.parametrize("module", sorted(path.stem for path in CHECKS.glob("[a-z]*.py")))
def test_what_a_wrong_answer_hears_is_listed(module, tmp_path):
    source = (CHECKS / f"{module}.py").read_text(encoding="utf-8")
    (tmp_path / "alone.py").write_text(source, encoding="utf-8")
    said = {judge.name: "\n".join(judge.wrong).casefold() for judge in read_judges(tmp_path).values()}
    pieces = [pair for pair in expected(module) if len(pair[1].split()) > 3 and pair[1] in source]
    assert pieces
    assert [(name, piece) for name, piece in pieces if piece.casefold() not in said[name]] == []


def test_all_exercises_have_hints_and_messages_in_the_order_of_the_course():
    assert list(JUDGES) == sorted(JUDGES, key=in_course)
    assert [*JUDGES][:1] + [*JUDGES][-1:] == ["0.1", "21.4"]
    assert [number for number, judge in JUDGES.items() if not judge.hints or not judge.wrong] == []
    assert [said for judge in JUDGES.values() for said in judge.wrong if "{" in said or "\n" in said] == []


def read(tmp_path, source):
    (tmp_path / "springs.py").write_text(source, encoding="utf-8")
    return read_judges(tmp_path)["22.1"]


def test_values_of_the_answer_become_dots(tmp_path):
    judge = read(
        tmp_path,
        """
@exercise("22.1", "gentle", "plain")
def stiffness(answer):
    (k,) = real_numbers(answer, ["k"])
    if k < 0:
        raise Wrong(f"You gave {k:.3g}, and it is {'soft' if k > -1 else 'stiff'}. Turn the sign.")
    _rest(k)

def _rest(k):
    raise Wrong("A spring has no such stiffness.")
""",
    )
    assert (judge.name, judge.hints, judge.form) == ("stiffness", ["gentle", "plain"], "numbers")
    assert judge.wrong == [
        "You gave …, and it is soft or stiff. Turn the sign.",
        "A spring has no such stiffness.",
    ]


def test_a_table_of_slips_is_read_row_by_row(tmp_path):
    judge = read(
        tmp_path,
        """
SLIPS = {1: "you took the mass for it.", 2: "you halved the right one."}

@exercise("22.1", "gentle")
def stiffness(answer):
    for slip, why in SLIPS.items():
        if answer == slip:
            raise Wrong(f"You gave {answer:g}: {why}")
    for slip, why in [(3, "That is the square of it."), (4, "That is the root of it.")]:
        if answer == slip:
            raise Wrong(why)
""",
    )
    assert judge.wrong == [
        "You took the mass for it.",
        "You halved the right one.",
        "That is the square of it.",
        "That is the root of it.",
    ]
