"""Tests of answers to exercises: right ones pass, and wrong ones are told what is wrong with them."""

import pytest


def tests(right, wrong):
    """Two tests, from {exercise: [answers]} and {exercise: {name: (answer, words of the verdict)}}."""

    @pytest.mark.parametrize(
        ("tried", "answer"),
        [
            pytest.param(e, answer, id=f"{e.number}-{i}")
            for e, answers in right.items()
            for i, answer in enumerate(answers)
        ],
    )
    def test_right(tried, answer):
        verdict = tried.verdict(answer)
        assert verdict.startswith(f"✓ {tried.number} "), verdict

    @pytest.mark.parametrize(
        ("tried", "answer", "words"),
        [pytest.param(e, *case, id=f"{e.number}-{name}") for e, cases in wrong.items() for name, case in cases.items()],
    )
    def test_wrong(tried, answer, words):
        verdict = tried.verdict(answer)
        assert verdict.startswith(f"✗ {tried.number} "), verdict
        assert words in verdict, verdict
        assert "\n" not in verdict, verdict

    return test_right, test_wrong
