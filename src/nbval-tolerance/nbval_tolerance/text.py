"""Comparing two texts: words exactly, numbers within a tolerance or within the band that they state."""

import os
import re
from collections import namedtuple
from itertools import zip_longest

import numpy as np

Token = namedtuple("Token", "word number line band", defaults=("", None, 0, None))  # a number has the word None

N = r"[-+−]?(?:\d+(?:\.\d*)?|(?<![\d.])\.\d+)(?:[eE][-+−]?\d+)?"
NUMBER = re.compile(N)
# 0.83  (0.825 ± 0.03)  and  12 ms  (≤ 20 ms);  then  1.98 ± 0.05  and  0.1 ≤ 0.2  without a bracket
CLAIM = re.compile(rf"(?<!\d)(?<!\d\.)({N})[^\d(),;:±≤≥]{{0,12}}\((?:({N})[^\d()]{{0,6}}?±\s*({N})|([≤≥])\s*({N}))")
STATED = re.compile(rf"(?<![(\d.+−-])({N})[^\s\d()]{{0,6}}\s*(?:()±\s*({N})|([≤≥])\s*({N}))")
TABLE_RULE = re.compile(r"([-=_─━═])\1{2,}")


def value(number):
    return float(number.replace("−", "-"))


def half_digit(number):
    """Half a unit in the last printed place: a number that is printed rounded may pass its bound by so much."""
    mantissa, _, exponent = number.lower().replace("−", "-").partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def is_inside(number, band):
    low, high, _ = band
    slack = half_digit(number) * (1 + 1e-9)
    return low - slack <= value(number) <= high + slack


def stated_bands(line):
    """{position: (low, high, the band as written)} of the numbers that state their uncertainty."""
    bands = {}
    rest = CLAIM.sub(lambda match: " " * len(match[0]), line)
    for match in [*CLAIM.finditer(line), *STATED.finditer(rest)]:
        measured, centre, width, side, bound = match.groups()
        claimed = centre or bound
        middle, half = value(claimed or measured), value(width or "0")
        if claimed and not claimed.isdigit():
            half += min(half_digit(claimed), 0.005 * abs(middle))  # it too is printed rounded, to three digits or more
        low, high = -np.inf if side == "≤" else middle - half, np.inf if side == "≥" else middle + half
        bands[match.start()] = (low, high, f"{side} {bound}" if side else f"{centre or measured} ± {width}")
    return bands


def split_tokens(text):
    """The words and numbers of a text; white space only parts them."""
    tokens = []
    for line_number, line in enumerate(text.split("\n"), 1):
        bands, end = stated_bands(line), 0
        for match in NUMBER.finditer(line + " 0"):  # the 0 brings in the words after the last number
            words = TABLE_RULE.sub(r"\1\1\1", line[end : match.start()]).split()
            tokens += [Token(word, None, line_number) for word in words]
            tokens.append(Token(None, match[0], line_number, bands.get(match.start())))
            end = match.end()
        tokens.pop()
    return tokens


def compare_numbers(stored, fresh, band, rtol, atol):
    """What is wrong with a fresh number, or None. A band counts only where the stored number keeps to it."""
    if stored == fresh:
        return None
    x, y, both = value(stored), value(fresh), f"stored {stored}, now {fresh}"
    if band and is_inside(stored, band):
        return None if is_inside(fresh, band) else f"{both}: outside its band, {band[2]}"
    # "500." is an integer too: the end of a sentence, or a whole number in an array
    whole = [bool(re.fullmatch(r"[-+−]?\d+\.?", number)) for number in (stored, fresh)]
    if all(whole):
        same = stored.lstrip("-+−") == fresh.lstrip("-+−") and x == y  # -0. and 0.
        return None if same else f"{both}: integers must agree exactly"
    if any(whole) and x == y:
        return f"{both}: an integer on one side only"
    off = abs(y - x)
    if off <= atol + rtol * abs(x):
        return None
    if x == 0:
        return f"{both}: off by {off:.2g} (allowed {atol:g})"
    return f"{both}: off by {off:.2g} ({off / abs(x):.2g} relative, allowed {rtol:g})"


def show_both(stored, fresh):
    """Both texts, shortened around their first difference."""
    start = max(0, len(os.path.commonprefix([stored, fresh])) - 40)
    return f"stored {stored[start : start + 100]!r}, now {fresh[start : start + 100]!r}"


def compare_text(stored, fresh, rtol=1e-3, atol=1e-8):
    """The differences between two texts, as a list of sentences that begin with the line; empty if they agree."""
    if stored == fresh:
        return []
    old_lines, new_lines = stored.split("\n"), fresh.split("\n")
    tokens = list(zip_longest(split_tokens(stored), split_tokens(fresh), fillvalue=Token()))
    for old, new in tokens:
        if old.word != new.word:
            i, j = old.line or new.line, new.line or old.line  # 0 where one text has ended
            return [f"line {i}: {show_both(''.join(old_lines[i - 1 : i]), ''.join(new_lines[j - 1 : j]))}"]
    if all(old.number == new.number for old, new in tokens):  # no number moved, so none has moved the white space
        start = len(os.path.commonprefix([stored, fresh]))
        return [f"line {stored[:start].count(chr(10)) + 1}: white space differs: {show_both(stored, fresh)}"]
    numbers = [(old, new.number) for old, new in tokens if old.number]
    found = [(old.line, compare_numbers(old.number, number, old.band, rtol, atol)) for old, number in numbers]
    return [f"line {line}: {problem}" for line, problem in found if problem]
