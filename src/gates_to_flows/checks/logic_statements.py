"""The exercises of notebook 5."""

import itertools

import numpy as np
from scipy.optimize import linprog

from gates_to_flows.checks import Wrong, exercise, parts, real_numbers, row_text, shown
from gates_to_flows.logic import names_in, truth_rows, truth_table


@exercise(
    "5.1",
    "The sum bit asks whether the number of ones is odd. Which word says that?",
    "The carry is the majority: some two of the three are 1.",
)
def full_adder(answer):
    bits = parts(answer, ["the sum", "the carry"])
    rows = truth_rows(3)
    total = rows.sum(axis=1)
    wanted = {"sum": total % 2, "carry": total // 2}
    given = {bit: _table(text, ["a", "b", "c"], f"The {bit} bit: ") for bit, text in zip(wanted, bits, strict=True)}
    if np.array_equal(given["sum"], wanted["carry"]) and np.array_equal(given["carry"], wanted["sum"]):
        raise Wrong("Both bits are right, in the wrong places: the sum comes first.")
    if np.array_equal(given["carry"], rows.min(axis=1)):
        raise Wrong("Your carry is 1 only when all three are 1. 1 + 1 + 0 = 2 carries too.")
    if np.array_equal(given["carry"], rows[:, 0] & rows[:, 1]):
        raise Wrong("Your carry looks at a and b only: that is the half adder's. Here 0 + 1 + 1 = 2 carries.")
    for bit, values in given.items():
        if np.array_equal(values, 1 - wanted[bit]):
            raise Wrong(f"Your {bit} bit is the wrong way round in all eight rows.")
        wrong = values != wanted[bit]
        if wrong.any():
            i = int(np.argmax(wrong))
            raise Wrong(
                f"Your {bit} bit is wrong in {wrong.sum()} of 8 rows. {' + '.join(map(str, rows[i]))} = {total[i]}, so it "
                f"should be {wanted[bit][i]}, and it is {values[i]}."
            )
    return "Two statements, one network. Sixteen of them in a chain, each carry handed on, add two 16-bit numbers."


@exercise(
    "5.2",
    "What do you want from the number of ones, 1, 2, 3, 4, 5? One, then none, then one …",
    "Every further unit that fires must turn the decision round: the weights alternate.",
)
def parity_by_counting(answer):
    *v, c = real_numbers(answer, ["v1", "v2", "v3", "v4", "v5", "c"])
    sums = np.array([sum(v[:ones]) + c for ones in range(6)])
    odd = sums >= 0
    wanted = np.arange(6) % 2 == 1
    if (odd == wanted).all():
        return "The hidden layer counts, the output unit alternates. n hidden units are enough for parity of n."
    if ((sums - 1e-9 * np.abs(sums).max() - 1e-9 >= 0) == wanted).all():
        ones = int(np.argmax((np.abs(sums) < 1e-9) & (odd != wanted)))
        raise Wrong(f"With {ones} ones the sum is 0, on the very edge, where the unit fires. Move c a little.")
    if (odd != wanted).all():
        raise Wrong("Every row is the wrong way round: this fires for an even number of ones. Turn all six signs.")
    if odd.all() or not odd.any():
        raise Wrong(f"Your output unit {'always' if odd.all() else 'never'} fires, whatever the number of ones.")
    ones = int(np.argmax(odd != wanted))
    fire = ["no hidden unit fires", "only h1 fires"][ones] if ones < 2 else f"the first {ones} hidden units fire"
    raise Wrong(
        f"With {ones} one{'s' * (ones != 1)} {fire}, the sum is {sums[ones]:g}, and your unit "
        f"{'fires' if odd[ones] else 'does not fire'}; it {'should not' if odd[ones] else 'should'}."
    )


_WEIGHTS = np.array([[2, 1, 1, -1.5], [-1, -1, -1, 2.5]])


@exercise(
    "5.3",
    "Take the units one at a time. For which rows does 2a + b + c reach 1.5?",
    "h1 is `a or b and c`. h2 fails only when all three are 1. The output needs both.",
)
def read_a_formula(answer):
    rows = truth_rows(3)
    h1, h2 = (np.column_stack([rows, np.ones(8)]) @ _WEIGHTS.T >= 0).astype(int).T
    given = _table(answer, ["a", "b", "c"])
    if np.array_equal(given, h1 & h2):
        return (
            "Each unit is a threshold function, the output joins them. A trained network reads the same way, as long as "
            "its units are on or off."
        )
    slips = {
        "the first hidden unit alone. The second also has a say: the output asks for both.": h1,
        "the second hidden unit alone. The first also has a say: the output asks for both.": h2,
        "what an output unit that is OR would give. With bias −1.5 it needs both hidden units.": h1 | h2,
        "the opposite of what the network computes, in all eight rows.": 1 - (h1 & h2),
        "what you get with h1 = a or b or c. But b alone reaches 1, and 1.5 is asked for.": rows.max(axis=1) & h2,
        "what you get with h1 = a. But b and c together reach 2, which is enough without a.": rows[:, 0] & h2,
    }
    for what, outputs in slips.items():
        if np.array_equal(given, outputs):
            raise Wrong(f"That is {what}")
    i = int(np.argmax(given != (h1 & h2)))
    raise Wrong(
        f"For a, b, c = {row_text(rows[i])} the hidden units are {h1[i]} {h2[i]} and the network says "
        f"{h1[i] & h2[i]}; your statement says {given[i]}."
    )


@exercise(
    "5.4",
    "One hidden unit tells the output one bit. What can the output do with it?",
    "It can repeat the bit, turn it round or ignore it. So look for a statement that no single unit computes.",
)
def too_much_for_one_hidden_unit(answer):
    names = _readable(names_in, answer)
    if len(names) > 6:
        raise Wrong(f"Your statement has {len(names)} inputs. There are short answers: use at most 6.")
    outputs = _table(answer, names)
    if outputs.min() == outputs.max():
        raise Wrong(f"Your statement is {outputs[0]} in every row. An output unit that ignores its input says that.")
    line = _line(truth_rows(len(names)), outputs)
    if line is not None:
        *w, b = line
        total = " ".join(f"{x:+.3g}·{name}" for x, name in zip(w, names, strict=True) if abs(x) > 1e-9)
        raise Wrong(f"One unit computes that by itself: {total} {b:+.3g} ≥ 0. The output then only repeats it.")
    pair = _crossing_pairs(truth_rows(len(names)), outputs)
    return f"No unit makes it: {pair}. A network with one hidden unit can do no more than a single unit."


def _crossing_pairs(rows, outputs):
    """Two rows with output 1 and two with 0 that add up to the same: up to eight inputs, this is what forbids a line."""
    sums = {}
    for i, j in itertools.combinations_with_replacement(np.flatnonzero(outputs), 2):
        sums[tuple(rows[i] + rows[j])] = i, j
    for i, j in itertools.combinations_with_replacement(np.flatnonzero(outputs == 0), 2):
        if (total := tuple(rows[i] + rows[j])) in sums:
            on, off = (" and ".join(row_text(rows[k]) for k in pair) for pair in (sums[total], (i, j)))
            return f"its rows {on} (output 1) add up to the same as {off} (output 0)"
    return "its inequalities contradict each other"


def _line(rows, outputs):
    sign = np.where(outputs, 1, -1)[:, None]
    inequalities = -sign * np.column_stack([rows, np.ones(len(rows))])
    result = linprog(np.zeros(inequalities.shape[1]), inequalities, -np.ones(len(rows)), bounds=(None, None))
    return result.x if result.status == 0 else None


def _readable(read, answer, *more, where=""):
    try:
        (text,) = parts(answer, ["a statement"])
    except Wrong:
        raise Wrong(f"{where}Give one statement as text, in quotes; you gave {shown(answer)}.") from None
    text = getattr(text, "statement", text)  # of what extract_formula returns
    if not isinstance(text, str):
        raise Wrong(f"{where}Give a statement as text, in quotes; you gave {shown(answer)}.")
    try:
        return read(str(text), *more)
    except ValueError as error:  # a sentence on what is wrong with the text
        raise Wrong(f"{where}{error}") from None


def _table(answer, names, where=""):
    return _readable(truth_table, answer, names, where=where)
