"""Exercises that say what is right, what is wrong and why.

One module per notebook. A judge takes the learner's answer and returns one sentence on why it matters, or raises `Wrong` with
one sentence on what is wrong with this very answer. What form an answer may have is decided here, once for all judges:
`real_numbers`, `words`, `parts` and, for what a learner's own function or network does, `function`, `array`, `network` and
`playground`.
"""

import inspect
import re
import sysconfig
import textwrap
import traceback
import unicodedata
from collections.abc import Iterable, Mapping, Set
from pathlib import Path

import keras
import numpy as np

from gates_to_flows.playground import Playground


class Wrong(Exception):
    """What is wrong with an answer, in a sentence that helps."""


class Untried(Exception):
    """Nothing has been done with an answer yet."""


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
        except Untried:
            return f"· {self.number} not tried yet"
        except Wrong as wrong:
            return f"✗ {self.number} {wrong}"
        except (Exception, SystemExit) as error:  # a learner's own function may raise anything
            return f"✗ {self.number} {_stopped(error)}"


def exercise(number, *hints):
    """Decorator: make a judge the exercise with this number, with hints from gentle to plain."""
    return lambda judge: Exercise(number, judge, hints)


def hint(exercise, which=1):
    """Print a hint to an exercise; `which` counts from 1, from gentle to plain."""
    if not 1 <= which <= len(exercise.hints):
        raise ValueError(f"exercise {exercise.number} has hints 1 to {len(exercise.hints)}, not {which}")
    print(_wrapped(f"Hint {which} of {len(exercise.hints)}: {exercise.hints[which - 1]}"))


def real_numbers(answer, names):
    """The answer as a float array with one finite number per name, or Wrong.

    It may be a number, or lists, tuples, arrays, Series and tensors of numbers, one in another, as many as there are names.
    """
    wanted = f"{len(names)} numbers, {', '.join(names)}" if len(names) > 1 else f"one number, {names[0]}"
    flat = list(_flat(answer))
    _all_filled_in(flat, names)
    try:
        if any(isinstance(part, (str, bytes)) or np.iscomplexobj(part) for part in flat):
            raise TypeError
        numbers = np.array([float(part) for part in flat])
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise Wrong(f"Give {wanted}; you gave {shown(answer)}.") from None
    if len(numbers) != len(names):
        raise Wrong(f"Give {wanted}; you gave {len(numbers)}.")
    if not np.isfinite(numbers).all():
        raise Wrong(f"Give {wanted}; {names[int(np.argmin(np.isfinite(numbers)))]} is not a finite number.")
    return numbers


def words(answer, names, choices):
    """The answer as a list with one of the choices per name, or Wrong.

    It may be a list, tuple, array or Series of words, or one text with commas; "b₁", "b_1", "$B_1$" and "b1" are one word.
    """
    one_of = ", ".join(choices)
    wanted = f"{len(names)} words, for {', '.join(names)}" if len(names) > 1 else f"one word, {names[0]}"
    given = answer.split(",") if isinstance(answer, str) and len(names) > 1 else list(_flat(answer))
    if len(given) != len(names):
        raise Wrong(f"Give {wanted}, each one of {one_of}; you gave {shown(answer)}.")
    _all_filled_in(given, names)
    known = {_spelled(choice): choice for choice in choices}
    for name, word in zip(names, given, strict=True):
        if not isinstance(word, str) or _spelled(word) not in known:
            raise Wrong(f"For {name} give one of {one_of}; you gave {shown(word)}.")
    return [known[_spelled(word)] for word in given]


def parts(answer, names):
    """The parts of an answer of several things, one per name, as they are; or Wrong."""
    answer = _plain(answer)
    several = isinstance(answer, (list, tuple)) or (isinstance(answer, np.ndarray) and answer.ndim)
    given = list(answer) if several else [answer]
    given = [part.item() if isinstance(part, np.ndarray) and part.ndim == 0 else part for part in given]
    if len(given) != len(names):
        raise Wrong(f"Give {len(names)} things in a list, {', '.join(names)}; you gave {shown(answer)}.")
    _all_filled_in(given, names)
    return given


def function(answer, of):
    """The answer, a function `of` something (words that name its arguments); or Wrong. Arrays reach it as copies."""
    if not callable(answer) or isinstance(answer, type):
        raise Wrong(f"Give a function of {of}, its name without brackets; you gave {shown(answer)}.")

    def call(*inputs):
        if not _takes(answer, inputs):
            raise Wrong(f"Your function should take {of}; yours takes {inspect.signature(answer)}.")
        try:
            with np.errstate(all="ignore"):
                result = answer(*(x.copy() if isinstance(x, np.ndarray) else x for x in inputs))
        except Wrong:
            raise
        except (Exception, SystemExit) as error:
            raise Wrong(_stopped(error, inputs)) from error
        if result is None:
            raise Wrong("Your function returns nothing. Does it have a return?")
        return result

    return call


def array(value, shape, what):
    """What a learner's function gave, as a float array of this shape, or Wrong. Axes of length 1 may differ."""
    try:
        numbers = np.asarray(_plain(value))
        numbers = numbers.astype(float) if numbers.dtype.kind == "O" else numbers
    except (TypeError, ValueError):  # ragged, or not numbers
        numbers = np.array("")
    if numbers.dtype.kind not in "biuf":
        wanted = f"real numbers of the shape {shape}" if shape else "one real number"
        raise Wrong(f"{what} should be {wanted}; you gave {shown(value)}.")
    if [n for n in numbers.shape if n != 1] != [n for n in shape if n != 1]:
        wanted = f"have the shape {shape}; yours has" if shape else "be one number; yours has the shape"
        raise Wrong(f"{what} should {wanted} {numbers.shape}.")
    if not np.isfinite(numbers).all():
        raise Wrong(f"{what} should be finite; yours holds {numbers[~np.isfinite(numbers)][0]}.")
    return numbers.astype(float).reshape(shape)


def network(answer, inputs, outputs):
    """The answer, a built Keras model from so many numbers to so many; or Wrong. It may be Sequential or functional."""
    if isinstance(answer, type) or not isinstance(answer, keras.Model):
        raise Wrong(f"Give a trained Keras model; you gave {shown(answer)}.")
    if not answer.built:
        raise Wrong(f"Your network has no weights yet: begin it with keras.Input(({inputs},)), and train it.")
    try:
        shapes = answer.input_shape, answer.output_shape
    except AttributeError:  # a subclassed model keeps no shapes
        shapes = (None, inputs), tuple(function(answer, f"arrays of {inputs} columns")(np.zeros((1, inputs))).shape)
    if [shape[1:] if isinstance(shape, tuple) else shape for shape in shapes] != [(inputs,), (outputs,)]:
        raise Wrong(f"The network should map {inputs} to {outputs} numbers; yours maps {shapes[0]} to {shapes[1]}.")
    return answer


def playground(answer, x, y):
    """The answer, a playground with the data x (n, d) and y (n, k) whose network has been trained; or Wrong, or Untried."""
    if not isinstance(answer, Playground):
        raise Wrong(f"Give the playground itself, by its name; you gave {shown(answer)}.")
    if answer.x.shape != x.shape or not (np.allclose(answer.x, x) and np.allclose(answer.y, y)):
        name = answer.settings["data"]
        raise Wrong(f"The playground holds other data now, {name!r}. Run the cell that shows it again, and play there.")
    if not (answer.start or answer.state.get("steps")):
        raise Untried
    if not all(np.isfinite(w).all() for w in answer.weights):
        raise Wrong("The weights have exploded. Go back to the start, and take a smaller rate.")
    return answer


def shown(answer):
    """An answer as it would be typed, on one line, and not longer than that."""
    text = " ".join(repr(answer).split())
    if callable(answer) and getattr(answer, "__name__", None):
        text = f"the {'class' if isinstance(answer, type) else 'function'} {answer.__name__}"
    return re.sub(r" at 0x[0-9a-f]+", "", text if len(text) <= 80 else text[:79] + "…")


def row_text(values):
    """A row of a truth table in a sentence: "0 1 1"."""
    return " ".join(map(str, values))


def _wrapped(line):
    """A page breaks a long line of output anywhere, also inside a word."""
    return textwrap.fill(line, width=88, subsequent_indent="  ")


def _untried(answer):
    if isinstance(answer, (list, tuple)) or isinstance(answer, np.ndarray) and answer.dtype.kind == "O" and answer.ndim:
        return len(answer) == 0 or all(_untried(part) for part in answer)
    return answer is None or answer is ...


def _all_filled_in(given, names):
    for i, part in enumerate(given):
        if part is None or part is ...:
            raise Wrong(f"{names[i] if len(given) == len(names) else 'A part of your answer'} is not filled in yet.")


def _plain(answer):
    """A tensor, variable, Series or frame as an array; anything else as it is."""
    if keras.ops.is_tensor(answer) or isinstance(answer, keras.Variable):
        return keras.ops.convert_to_numpy(answer)
    for method in ("detach", "to_numpy", "numpy"):  # PyTorch; pandas; TensorFlow's variables
        if callable(getattr(answer, method, None)) and not isinstance(answer, type):
            answer = getattr(answer, method)()
    return answer


def _flat(answer):
    """The numbers or words of an answer, one after the other."""
    answer = _plain(answer)
    if isinstance(answer, np.ndarray):
        answer = answer.ravel().tolist() if answer.dtype.kind != "O" else list(answer.ravel())
    if isinstance(answer, (str, bytes, Mapping, Set)) or not isinstance(answer, Iterable):
        yield answer
    else:
        for part in answer:
            yield from _flat(part)


def _spelled(word):
    plain = re.sub("[‐‑–—]", "-", unicodedata.normalize("NFKC", word))
    return re.sub(r"[\s_$\\{}\"'`]", "", plain).casefold()


def _takes(answer, inputs):
    try:
        inspect.signature(answer).bind(*inputs)
    except TypeError:
        return False
    except ValueError:  # some built-in functions do not say what they take
        pass
    return True


def _stopped(error, inputs=()):
    """Where the learner's code stopped: its own last line, and not what a library said deep inside."""
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if _is_the_learners(frame.filename)]
    kind = f"a{'n' if type(error).__name__[0] in 'AEIOU' else ''} {type(error).__name__}"
    shapes = " and ".join(f"the shape {x.shape}" for x in inputs if isinstance(x, np.ndarray))
    given = f", given {shapes}" * bool(shapes)
    if not lines:
        return f"Your answer stopped with {kind}{given}: it takes, or gives, something else than the exercise asks for."
    line = lines[-1] if len(lines[-1]) <= 60 else lines[-1][:59] + "…"
    return f"Your function stopped with {kind} in its line “{line}”{given}."


def _is_the_learners(file):
    libraries = [sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), str(Path(__file__).parents[1]), "<frozen"]
    return not file.startswith(tuple(libraries))
