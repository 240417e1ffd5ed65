"""What no two runs share, such as the ids that libraries draw; and what is seen of a line that writes over itself."""

import base64
import re

import numpy as np

ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
BDATA = re.compile(r'"(bdata|dtype)":\s*"([^"]*)",\s*"(?!\1)(?:bdata|dtype)":\s*"([^"]*)"')
BOKEH_ID = re.compile(r"""(?<=["'])p\d{4,}(?=["'])""")

MASKS = {
    re.compile(r"(?<= at )0x[0-9a-fA-F]{6,}|(?<=[\s(=])0x7[ef][0-9a-f]{10}\b"): "0x…",
    re.compile(
        r"""(?<![^\s"'<>(])[^\s"'<>(]*[/\\](?=(?:site|dist)-packages[/\\])"""
    ): "…/",  # where a library is installed,
    re.compile(r"(?<=\.py):\d+(?=: \w*Warning)"): "",  # and the line of it that warns
    re.compile(r"(?<=<Figure size )[\d.]+x[\d.]+(?= with )"): "…",  # in dots, which letters decide; the picture counts
    re.compile(r"""(?<![^\s"'<>(])[^\s"'<>(]*[/\\]ipykernel_\d+[/\\]\d+\.py"""): "ipykernel….py",
    re.compile(r"<ipython-input-\d+-[0-9a-f]+>"): "ipykernel….py",
    re.compile(r"(?<=[/\\])tmp[a-z0-9_]{8}\b"): "tmp…",  # tempfile
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"): "uuid…",  # Plotly, Bokeh, xarray, …
    re.compile(r"(?<=[g-z_-])[0-9a-f]{32}(?![0-9a-f])"): "id…",  # Altair, folium, animations of Matplotlib
    re.compile(r"\b(?:altair-viz|sk-(?:container|estimator)-id)-\d+|\btensorboard-frame-[0-9a-f]+"): "id…",
    re.compile(r"""(?<=["'#])T_[0-9a-f]{5}(?=_row|_level|[\s"'{])"""): "T…",  # Styler of pandas
    re.compile(r"""(?<=["#])(?:image|[mph]|C[0-9a-f]+_[0-9a-f]+_)[0-9a-f]{10}(?=[")])"""): "id…",  # SVG of Matplotlib
    re.compile(r"<dc:date>[^<]*"): "<dc:date>",
}

SPAN = r"(?:\b\d[\d.,]{0,15}[ \t]?(?:ns|[uµμ]s|ms|s|secs?|seconds?|min|mins|minutes?|h|hours?)\b[ \t]?){1,3}"  # 1min 2s
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
TIMES = {
    re.compile(r"The slowest run took [^\n]*\n(?:This could mean [^\n]*\n)?"): "",
    re.compile(
        rf"(?:\b[\d,]{{1,15}} loops?, best of \d+: {SPAN}|{SPAN}± {SPAN})per loop(?: \([^()\n]*\))?"
    ): "… per loop",
    re.compile(r"CPU times: [^\n]*"): "CPU times: …",
    re.compile(
        r"(?:\b|(?<=T))\d{1,2}(?::\d\d){1,2}(?:[.,]\d+)?(?:[ \t]?[AaPp]\.?[Mm]\b)?(?:Z|[+-]\d\d:?\d\d\b)?"
    ): "clock…",
    re.compile(r"\b\d{4}-\d\d-\d\d(?!\d)|\b\d{1,2}([./])\d{1,2}\1\d{2,4}\b"): "date…",
    re.compile(rf"\b\d{{1,2}} {MONTH} \d{{4}}\b|\b{MONTH} +\d{{1,2}}(?:,? (?:clock… )?\d{{4}}\b)?"): "date…",
    re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*(?=,? date…)"): "day…",
    re.compile(
        r"\b\d[\d.,]{0,15}[ \t]?(?:(?:[kMG]i?B|it|iter|steps?|samples?|examples?|images?|tokens?)/s|s/it)\b"
    ): "rate…",
    re.compile(SPAN): "span… ",
}


def mask(text, times):
    """The text as it is seen in the end, without what no two runs share; if `times`, without dates and times too."""
    if "\r" in text or "\x1b" in text:
        text = "\n".join(map(as_seen, text.split("\n")))
    text = BDATA.sub(unpack, text)
    for pattern, word in (MASKS | TIMES if times else MASKS).items():
        text = pattern.sub(word, text)
    return BOKEH_ID.sub("p…", text) if "bokeh" in text.lower() else text


def as_seen(line):
    """What a line shows in the end without its colours: after each carriage return it is written over from the left."""
    seen = ""
    for part in line.split("\r"):
        rest = "" if "\x1b[K" in part or "\x1b[2K" in part else seen
        part = ESCAPE.sub("", part.rpartition("\x1b[2K")[2])
        seen = part + rest[len(part) :]
    return seen


def unpack(match):
    """An array of Plotly, {"dtype": "f8", "bdata": "AAAA…"}, as a list of numbers."""
    first, *values = match.groups()
    packed, dtype = values if first == "bdata" else reversed(values)
    packed = packed.replace(r"\u002f", "/").replace(r"\u002b", "+")  # as in HTML
    try:
        return f'"{dtype}": {np.frombuffer(base64.b64decode(packed), f"<{dtype}").tolist()}'
    except (TypeError, ValueError):
        return match[0]
