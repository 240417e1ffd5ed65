"""Comparing two texts: words and layout exactly, numbers within a tolerance or within the band that they claim."""

import os
import re
from collections import defaultdict, namedtuple
from functools import cache, partial
from itertools import chain, zip_longest

import numpy as np

from nbval_tolerance.masks import mask

ROUND_OFF = 1e-14  # a number may differ by so much of the largest number in its array row or table column
RESIDUAL = 1e-11  # and by so much in a line that names a difference: there round-off is all that is left

MARK = "\0"  # stands for a number
NUMBER = re.compile(
    r"(?=[-+−.\d])(?:(?P<word>\d+(?:\.\d+){2,})"  # 31.03.2024, 2.21.0
    r"|[-+−]?(?:(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?!\.?\d|,\d)"  # 1,234,567.8
    r"|(?<![\w.])(?:\d+(?:\.\d*)?|\.\d+)[eE][-+−]\d{1,3}(?!\d)|(?<![\w.])\d+\.\d*[eE]\d{1,3}(?!\w)"  # not 1e10, part of a hash
    r"|\d+\.?\d*|(?<![\w.])\.\d+))"
)
N = r"[-+−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+−]?\d+)?"
# ✓ solved: 0.83  (0.825 ± 0.03)  and  ✓ delay: 12 ms  (≤ 20 ms)
CLAIM = re.compile(rf"✓ .*: ({N})[^\d(),;:±≤≥]{{0,12}}\((?:({N})[^\d()]{{0,6}}?±\s*({N})|([≤≥])\s*({N}))")

GAP = re.compile(r"\S(?:  |\t)\s*\S|<td")  # between the columns of a table
ITEMS = r"(?:[\0\s,.j]|nan|-?inf)*"
ARRAY = re.compile(rf"\[({ITEMS})")
OPEN_ARRAY = re.compile(rf"\[{ITEMS}$")
MORE_ITEMS = re.compile(r"\s*(?:\0|nan|-?inf)")
PADDING = re.compile(r"(?<=[\[(|=:,]) (?=\0|nan\b|-?inf\b)|(?<=\0) (?=[\]),|])")
RULE = re.compile(r"([-=_─━═])\1{2,}")
DIFFERENCE = re.compile(r"residual|error|differ|\bdiff|deviation|discrepancy", re.IGNORECASE)

WHOLE = re.compile(r"[-+−]?([\d,]+)(\.?)0*")  # 500, and 500. and 500.0 too

Number = namedtuple("Number", "at text band")
Line = namedtuple("Line", "at text words indent numbers is_table", defaults=(0, "", "", 0, (), False))


def value(number):
    return float(number.replace("−", "-").replace(",", ""))


def half_digit(number):
    """Half a unit in the last printed place: a number that is printed rounded may pass its bound by so much."""
    mantissa, _, exponent = number.lower().replace("−", "-").partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def is_inside(number, band):
    low, high, _ = band
    slack = half_digit(number) * (1 + 1e-9)
    return low - slack <= value(number) <= high + slack


def claimed_band(text):
    """{position of the number: (low, high, the band as written)} in a line that claims one, else {}."""
    match = CLAIM.search(text)
    if not match:
        return {}
    _, centre, width, side, bound = match.groups()
    claimed = centre or bound
    middle, half = value(claimed), value(width or "0")
    if not claimed.isdigit():
        half += min(half_digit(claimed), 0.005 * abs(middle))  # it too is printed rounded, to three digits or more
    low, high = -np.inf if side == "≤" else middle - half, np.inf if side == "≥" else middle + half
    return {match.start(1): (low, high, f"{side} {bound}" if side else f"{centre} ± {width}")}


def take_out(numbers, at, band, match):
    """Put a number that was found in line `at` aside and leave a mark."""
    if match["word"]:
        return match["word"]
    numbers.append(Number(at, match[0], band.get(match.start())))
    return MARK


def split_lines(text):
    """The lines of a text, with the numbers taken out of the words; a row of an array or of an HTML table is one line."""
    rows, in_array, in_html = [], False, False
    for at, line in enumerate(text.replace(MARK, "").split("\n"), 1):
        numbers, band = [], claimed_band(line) if "✓" in line else {}
        words = NUMBER.sub(partial(take_out, numbers, at, band), line)
        more = in_array and MORE_ITEMS.match(words)
        if not (more or in_html):
            rows.append([])
        rows[-1].append((at, line, words, numbers))
        in_array = OPEN_ARRAY.search(words) or more and re.fullmatch(ITEMS, words)
        in_html = ("<tr" in line or in_html) and "</tr>" not in line
    lines = []
    for row in rows:
        at, texts, words, numbers = zip(*row, strict=True)
        text, words, numbers = "\n".join(texts), "\n".join(words), tuple(chain(*numbers))
        packed = PADDING.sub("", " ".join(words.split()))
        if not re.search(r"[^\W_]|\0", packed):
            packed = RULE.sub(r"\1\1\1", packed)  # the rule of a table is as long as its numbers are wide
        lines.append(Line(at[0], text, packed, len(words) - len(words.lstrip()), numbers, bool(GAP.search(words))))
    return lines


def show_both(stored, fresh):
    """Both texts, shortened around their first difference."""
    start = max(0, len(os.path.commonprefix([stored, fresh])) - 40)
    return f"stored {stored[start : start + 100]!r}, now {fresh[start : start + 100]!r}"


def find_change(old, new, in_table):
    """What differs between two lines besides their numbers, or None. In a table only a lost indentation counts."""
    if not (old.at and new.at):
        text = (old.text or new.text)[:100]
        what = f"the line {text!r}" if text.strip() else "white space differs: an empty line"
        return f"{what} is {'extra' if new.at else 'missing'}"
    if old.words != new.words:
        same = old.words.replace(" ", "") == new.words.replace(" ", "")
        return ("white space differs: " if same else "") + show_both(old.text, new.text)
    end, new_end = (
        line.indent + len(line.numbers[0].text) if line.words.startswith(MARK) else -1 for line in (old, new)
    )
    if old.indent == new.indent or end == new_end >= 0 or (in_table and old.indent and new.indent):
        return None
    return f"white space differs: {show_both(old.text, new.text)}"


def find_round_off(lines):
    """For each number, by how much round-off may change it: it knows the other numbers of its array and its table."""
    columns, places, rows, block = defaultdict(float), [], [], 0
    for line in lines:
        sizes = [abs(value(number.text)) for number in line.numbers]
        row = [0.0] * len(sizes)
        first = end = 0
        for match in ARRAY.finditer(line.words):
            first += line.words.count(MARK, end, match.start())
            past, end = first + match[1].count(MARK), match.end()
            row[first:past] = [max(sizes[first:past], default=0)] * (past - first)
            first = past
        is_grid = line.is_table or "[" in line.words
        block += not is_grid
        for column, size in enumerate(sizes, -len(sizes)):
            place = (block, column) if is_grid else (line.at, column, "alone")
            columns[place] = max(columns[place], size)
            places.append(place)
        is_difference = bool(DIFFERENCE.search(line.words))
        rows += [(largest, is_difference) for largest in row]
    return [
        RESIDUAL if is_difference else ROUND_OFF * min(1, max(largest, columns[place]))  # 1: a total is no neighbour
        for (largest, is_difference), place in zip(rows, places, strict=True)
    ]


def compare_numbers(stored, fresh, band, rtol, atol, round_off):
    """What is wrong with a fresh number, or None. A band counts only where the stored number keeps to it.

    `round_off()` says what round-off may do to it, at most RESIDUAL; it is asked only where that could be the cause.
    """
    both = f"stored {stored}, now {fresh}"
    if band and is_inside(stored, band):
        return None if is_inside(fresh, band) else f"{both}: outside its band, {band[2]}"
    whole = [WHOLE.fullmatch(number) for number in (stored, fresh)]
    if all(whole) and (whole[0][1] != whole[1][1] or value(stored) != value(fresh)):
        return f"{both}: integers must agree exactly"
    x, y = value(stored), value(fresh)
    if x == y and sum(bool(match and not match[2]) for match in whole) == 1:
        return f"{both}: an integer on one side only"
    off = abs(y - x)
    if off <= (1 + 1e-9) * (atol + rtol * abs(x)) < np.inf or (off <= RESIDUAL and off <= round_off()):
        return None
    if x == 0:
        return f"{both}: off by {off:.2g} (allowed {atol:g})"
    return f"{both}: off by {off:.2g} ({off / abs(x):.2g} relative, allowed {rtol:g})"


def compare_text(stored, fresh, rtol=1e-3, atol=0.0, times=False):
    """The differences between two texts, as a list of sentences that begin with the line; empty if they agree.

    A number may differ by ``atol + rtol * |stored|``, and by round-off beside larger ones. With `times`, dates, clock times
    and durations may differ freely.
    """
    if stored == fresh:
        return []
    old_lines, new_lines = (split_lines(mask(text, times)) for text in (stored, fresh))
    for i, (old, new) in enumerate(zip_longest(old_lines, new_lines, fillvalue=Line())):
        in_table = any(line.is_table for line in old_lines[max(0, i - 1) : i + 2])
        if problem := find_change(old, new, in_table):
            return [f"line {old.at or new.at}: {problem}"]
    found, round_off = [], cache(partial(find_round_off, old_lines))
    pairs = zip(*(chain(*(line.numbers for line in lines)) for lines in (old_lines, new_lines)), strict=True)
    for i, (old, new) in enumerate(pairs):
        if old.text != new.text:
            problem = compare_numbers(old.text, new.text, old.band, rtol, atol, lambda i=i: round_off()[i])
            found += [f"line {old.at}: {problem}"] if problem else []
    return found
