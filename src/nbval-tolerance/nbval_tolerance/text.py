"""Comparing two texts: words and layout exactly, numbers within a tolerance or within the band that they claim."""

import os
import re
from collections import defaultdict, namedtuple
from itertools import chain, zip_longest

import numpy as np

from nbval_tolerance.masks import mask

ROUND_OFF = 1e-11  # of the numbers beside it, an array or a table column, a number may differ by so much

MARK = "\0"  # stands for a number
NUMBER = re.compile(
    r"(?P<word>\d+(?:\.\d+){2,})"  # 31.03.2024, 2.21.0
    r"|[-+−]?(?:(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?!\.?\d|,\d)"  # 1,234,567.8
    r"|(?<![\w.])(?:\d+\.?\d*|\.\d+)[eE][-+−]\d{1,3}(?!\d)|(?<![\w.])\d+\.\d*[eE]\d{1,3}(?!\w)"  # not 1e10, part of a hash
    r"|\d+\.?\d*|(?<![\w.])\.\d+)"
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


def split_lines(text):
    """The lines of a text, with the numbers taken out of the words; a row of an array or of an HTML table is one line."""
    rows, in_array, in_html = [], False, False
    for at, line in enumerate(text.replace(MARK, "").split("\n"), 1):
        band = claimed_band(line) if "✓" in line else {}
        numbers = [
            Number(at, match[0], band.get(match.start())) for match in NUMBER.finditer(line) if not match["word"]
        ]
        words = NUMBER.sub(lambda match: match["word"] or MARK, line)
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
    if old.words != new.words:
        same = old.words.replace(" ", "") == new.words.replace(" ", "")
        return ("white space differs: " if same else "") + show_both(old.text, new.text)
    if not old.at or not new.at:
        return f"white space differs: an empty line is {'extra' if new.at else 'missing'}"
    right_aligned = old.words.startswith(MARK) and old.indent + len(old.numbers[0].text) == new.indent + len(
        new.numbers[0].text
    )
    if old.indent == new.indent or right_aligned or (in_table and old.indent and new.indent):
        return None
    return f"white space differs: {show_both(old.text, new.text)}"


def largest_beside(lines):
    """For each number the largest magnitude in its array row and its table column, itself included, but 1 at most.

    In a line that names a difference it is 1: what was subtracted is taken to be that large.
    """
    columns, places, rows, block = defaultdict(float), [], [], 0
    for line in lines:
        sizes = [abs(value(number.text)) for number in line.numbers]
        row = [float(bool(DIFFERENCE.search(line.words)))] * len(sizes)
        first = end = 0
        for match in ARRAY.finditer(line.words):
            first += line.words.count(MARK, end, match.start())
            past, end = first + match[1].count(MARK), match.end()
            row[first:past] = [max([*row[first:past], *sizes[first:past]], default=0)] * (past - first)
            first = past
        is_grid = line.is_table or "[" in line.words
        block += not is_grid
        for column, size in enumerate(sizes, -len(sizes)):
            place = (block, column) if is_grid else (line.at, column, "alone")
            columns[place] = max(columns[place], size)
            places.append(place)
        rows += row
    return [min(1, max(row, columns[place])) for row, place in zip(rows, places, strict=True)]


def compare_numbers(stored, fresh, band, rtol, atol):
    """What is wrong with a fresh number, or None. A band counts only where the stored number keeps to it."""
    if stored == fresh:
        return None
    x, y, both = value(stored), value(fresh), f"stored {stored}, now {fresh}"
    if band and is_inside(stored, band):
        return None if is_inside(fresh, band) else f"{both}: outside its band, {band[2]}"
    whole = [re.fullmatch(r"[-+−]?([\d,]+)(\.?)0*", number) for number in (stored, fresh)]  # "500." and "500.0" too
    if all(whole) and (x != y or whole[0][1] != whole[1][1]):
        return f"{both}: integers must agree exactly"
    if x == y and sum(bool(match and not match[2]) for match in whole) == 1:
        return f"{both}: an integer on one side only"
    off = abs(y - x)
    if off <= atol + rtol * abs(x) < np.inf:
        return None
    if x == 0:
        return f"{both}: off by {off:.2g} (allowed {atol:g})"
    return f"{both}: off by {off:.2g} ({off / abs(x):.2g} relative, allowed {rtol:g})"


def compare_text(stored, fresh, rtol=1e-3, atol=0.0, times=False):
    """The differences between two texts, as a list of sentences that begin with the line; empty if they agree.

    A number may differ by ``atol + rtol * |stored|``. With `times`, dates, clock times and durations may differ freely.
    """
    if stored == fresh:
        return []
    old_lines, new_lines = (split_lines(mask(text, times)) for text in (stored, fresh))
    for i, (old, new) in enumerate(zip_longest(old_lines, new_lines, fillvalue=Line())):
        in_table = any(line.is_table for line in old_lines[max(0, i - 1) : i + 2])
        if problem := find_change(old, new, in_table):
            return [f"line {old.at or new.at}: {problem}"]
    found, beside = [], None
    pairs = zip(*(chain(*(line.numbers for line in lines)) for lines in (old_lines, new_lines)), strict=True)
    for i, (old, new) in enumerate(pairs):
        problem = compare_numbers(old.text, new.text, old.band, rtol, atol)
        if problem and abs(value(new.text) - value(old.text)) <= ROUND_OFF:
            beside = beside or largest_beside(old_lines)
            problem = compare_numbers(old.text, new.text, old.band, rtol, atol + ROUND_OFF * beside[i])
        if problem:
            found.append(f"line {old.at}: {problem}")
    return found
