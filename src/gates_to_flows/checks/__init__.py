"""Exercises that say what is right, what is wrong and why.

One module per notebook. A judge takes the learner's answer and returns one sentence on why it matters, or raises `Wrong` with
one sentence on what is wrong with this very answer.
"""

import textwrap

import numpy as np


class Wrong(Exception):
    """What is wrong with an answer, in a sentence that helps."""


class Exercise:
    """An exercise: call it with an answer to print the verdict."""

    def __init__(self, number, judge, hints):
        self.number, self._judge, self.hints = number, judge, hints

    def __call__(self, *answer):
        print(_wrapped(self.verdict(*answer)))

    def verdict(self, *answer):
        """One line that begins with ✓ (right), ✗ (wrong) or · (not tried yet)."""
        if any(_untried(part) for part in answer):
            return f"· {self.number} not tried yet"
        try:
            return f"✓ {self.number} {self._judge(*answer)}"
        except Wrong as wrong:
            return f"✗ {self.number} {wrong}"
        except (Exception, SystemExit) as error:  # a learner's own function may raise anything
            return f"✗ {self.number} Your answer stopped with {type(error).__name__}: {' '.join(str(error).split())}"


def exercise(number, *hints):
    """Decorator: make a judge the exercise with this number, with hints from gentle to plain."""
    return lambda judge: Exercise(number, judge, hints)


def hint(exercise, which=1):
    """Print a hint to an exercise; `which` counts from 1, from gentle to plain."""
    if not 1 <= which <= len(exercise.hints):
        raise ValueError(f"exercise {exercise.number} has hints 1 to {len(exercise.hints)}, not {which}")
    print(_wrapped(f"Hint {which} of {len(exercise.hints)}: {exercise.hints[which - 1]}"))


def real_numbers(answer, names):
    """The answer as a float array with one finite number per name, or Wrong."""
    many = f"{len(names)} numbers in one flat list, {', '.join(names)}"
    wanted = many if len(names) > 1 else f"one number, {names[0]}"
    flat = list(answer) if isinstance(answer, (list, tuple, np.ndarray)) else [answer]
    for name, part in zip(names, flat, strict=False):
        if part is None or part is ...:
            raise Wrong(f"{name} is not filled in yet.")
    try:
        if any(isinstance(part, (str, complex)) for part in flat):
            raise TypeError
        numbers = np.array([float(part) for part in flat])
    except (TypeError, ValueError, RuntimeError):
        raise Wrong(f"Give {wanted}; you gave {shown(answer)}.") from None
    if len(numbers) != len(names):
        raise Wrong(f"Give {wanted}; you gave {len(numbers)}.")
    if not np.isfinite(numbers).all():
        raise Wrong(f"Give {wanted}; {names[int(np.argmin(np.isfinite(numbers)))]} is not a finite number.")
    return numbers


def shown(answer):
    """An answer as it would be typed, on one line."""
    return " ".join(repr(answer).split())


def row_text(values):
    """A row of a truth table in a sentence: "0 1 1"."""
    return " ".join(map(str, values))


def _wrapped(line):
    """A page breaks a long line of output anywhere, also inside a word."""
    return textwrap.fill(line, width=88, subsequent_indent="  ")


def _untried(answer):
    if isinstance(answer, (list, tuple)):
        return len(answer) == 0 or all(_untried(part) for part in answer)
    return answer is None or answer is ...
