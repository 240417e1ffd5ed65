"""Comparing what is drawn in two figures, as `drawn` describes them."""

import re

from nbval_tolerance.text import compare_text

COARSEST = 2e-5  # numbers are stored with six digits
OF_THE_AXES = ("across", "up", "values")  # stored as fractions, so that 1 is the whole length
LAYOUT = {"size": 0.01, "width": 0.01}  # what may follow from the width of words, such as those of a legend outside
ROW = re.compile(r"(-?\d[\d.e+-]* ?)*(\| of \d+, not finite \d+)?")


def compare_figures(stored, fresh, rtol):
    """The differences between two descriptions, as sentences; empty if they agree.

    Places may differ by `rtol` of the axes' length, ends of an axis by `rtol` of its length, other numbers by `rtol` of the
    largest one beside them.
    """
    return [f"{where.strip(', ')}: {what}" for where, what in find_changes(stored, fresh, max(rtol, COARSEST))]


def find_changes(old, new, rtol, where="", key="", length=0.0):
    """(where, what) of each difference between two parts of a description; `length` is that of the axis they belong to."""
    rtol = max(rtol, LAYOUT.get(key, 0))
    if isinstance(old, dict) and isinstance(new, dict):
        if "from" in old:
            length = abs(old["to"] - old["from"])
        for name in dict.fromkeys([*old, *new]):
            if name not in old or name not in new:
                yield where, f"{name} is {'missing' if name in old else 'extra'}"
            else:
                yield from find_changes(old[name], new[name], rtol, f"{where}, {name}", name, length)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield where, f"{len(old)} stored, {len(new)} now{name_odd(old, new)}"
            return
        for number, pair in enumerate(zip(old, new, strict=True), 1):
            yield from find_changes(*pair, rtol, f"{where} {number}{name_of(pair[0])}", key, length)
    elif isinstance(old, str) and isinstance(new, str):
        if old != new and ROW.fullmatch(old) and ROW.fullmatch(new):
            yield from ((where, what) for what in compare_rows(old, new, rtol, key))
        else:
            yield from ((where, what.partition(": ")[2]) for what in compare_text(old, new, rtol))
    elif type(old) is not type(new):
        yield where, f"stored {old!r}, now {new!r}"
    elif old != new and not abs(old - new) <= rtol * (length or abs(old)) * isinstance(old, float):
        yield where, f"stored {old:g}, now {new:g}"


def compare_rows(old, new, rtol, key):
    """One sentence on the largest difference of two rows of numbers that is too large, or none."""
    (old, _, old_count), (new, _, new_count) = old.partition("|"), new.partition("|")
    old, new = ([float(number) for number in row.split()] for row in (old, new))
    if old_count != new_count or len(old) != len(new):
        yield f"stored {old_count.strip() or len(old)}, now {new_count.strip() or len(new)} numbers"
        return
    largest = max(map(abs, old), default=0)
    off, a, b = max(
        (
            (abs(a - b) / (max(1, abs(a)) if key in OF_THE_AXES else largest or 1), a, b)
            for a, b in zip(old, new, strict=True)
        ),
        default=(0, 0, 0),
    )
    if not off <= rtol:
        yield f"stored {a:g}, now {b:g} (allowed {rtol:g} of the {'length' if key in OF_THE_AXES else 'largest'})"


def name_of(entry):
    """What an artist is called: its kind and its label or title."""
    if not isinstance(entry, dict) or "kind" not in entry:
        return ""
    called = entry.get("label") or entry.get("title")
    return f" ({entry['kind']}{f' {called!r}' if called else ''})"


def name_odd(old, new):
    """The first entry that only one of two lists has."""
    many, few = (old, new) if len(old) > len(new) else (new, old)
    odd = next(entry for entry, other in [*zip(many, few, strict=False), (many[len(few)], None)] if entry != other)
    return name_of(odd) or f": {odd!r}"
