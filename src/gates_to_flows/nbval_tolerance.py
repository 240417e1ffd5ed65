"""Makes ``pytest --nbval`` useful for notebooks with numbers and figures: a pytest plugin in one file.

nbval runs every notebook again and compares its outputs with the stored ones letter by letter, and no pictures. With
this plugin text and integers must still agree exactly, but

* a number with a point or an exponent may differ by ``atol + rtol * |stored|``, and white space may move with it;
* a number that states its uncertainty is held to it: in ``✓ solved: 0.83  (0.825 ± 0.03)`` 0.83 must stay in the band,
  in ``✓ error: 3e-07  (≤ 1e-06)`` on its side, and ``1.98 ± 0.05`` may move by 0.05; label and band compare as usual;
* a picture must agree in size within 3 %, and in RMS at quarter size within 3 grey levels; if not, see ``.nbval/``;
* a notebook must be stored as one complete run, its cells numbered 1, 2, 3, … from the top.

Use: ``pytest -p gates_to_flows.nbval_tolerance --nbval``; in another course, copy this file beside its conftest.py and
say ``python -m pytest -p nbval_tolerance --nbval``. With pytest-xdist add ``-n 2 --dist loadfile``. Settings, the
weakest first:

    pyproject.toml, [tool.pytest.ini_options]   nb_rtol = 1e-3, nb_atol = 1e-8, nb_image_rms = 3, nb_budget = 60
    notebook metadata                           {"nbval": {"rtol": 0.01, "atol": 1e-6, "img": 5}}
    cell tags                                   rtol=0.05   atol=1e-3   img=6   img=skip

nbval's own tags (nbval-ignore-output, nbval-skip, raises-exception, …) keep their meaning. The run ends with the
seconds of each notebook: over nb_budget is marked, over twice that fails the run. The slowest of last time go first.
"""

import base64
import copy
import functools
import io
import json
import os
import re
import time
from collections import defaultdict, namedtuple
from itertools import zip_longest
from queue import Empty

import numpy as np
import pytest
from nbval import plugin as nbval
from nbval.kernel import RunningKernel
from PIL import Image

INI = {"rtol": "nb_rtol", "atol": "nb_atol", "img": "nb_image_rms", "budget": "nb_budget"}
DEFAULTS = {"rtol": "1e-3", "atol": "1e-8", "img": "3", "budget": "60"}
SECONDS = defaultdict(float)  # of each notebook in this run, filled from the reports
Token = namedtuple("Token", "word number line band", defaults=("", None, 0, None))  # a number has the word None

N = r"[-+−]?(?:\d+(?:\.\d*)?|(?<![\d.])\.\d+)(?:[eE][-+−]?\d+)?"
NUMBER = re.compile(N)
# 0.83  (0.825 ± 0.03)  and  12 ms  (≤ 20 ms);  then  1.98 ± 0.05  and  0.1 ≤ 0.2  without a bracket
CLAIM = re.compile(rf"(?<!\d)(?<!\d\.)({N})[^\d(),;:±≤≥]{{0,12}}\((?:({N})[^\d()]{{0,6}}?±\s*({N})|([≤≥])\s*({N}))")
STATED = re.compile(rf"(?<![(\d.+−-])({N})[^\s\d()]{{0,6}}\s*(?:()±\s*({N})|([≤≥])\s*({N}))")
TABLE_RULE = re.compile(r"([-=_─━═])\1{2,}")
PICTURES = ("image/png", "image/jpeg")
ANSI = re.compile(r"\x1b\[[\d;]*m")


class KernelDied(Exception):
    """The kernel's process is gone."""


# ---- text ----------------------------------------------------------------------------------------------------------


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


# ---- pictures ------------------------------------------------------------------------------------------------------


def read_picture(text):
    picture = Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def compare_pictures(stored, fresh, limit):
    """What is wrong with a fresh picture (both base64), or None."""
    old, new = read_picture(stored), read_picture(fresh)
    if any(abs(a - b) > 0.03 * a for a, b in zip(old.size, new.size, strict=True)):
        return "stored {} × {} pixels, now {} × {}".format(*old.size, *new.size)
    quarter = [max(1, length // 4) for length in old.size]
    old, new = (np.asarray(picture.resize(quarter, Image.Resampling.BILINEAR), float) for picture in (old, new))
    rms = np.sqrt(np.mean((new - old) ** 2))
    return None if rms <= limit else f"differs by {rms:.1f} grey levels (RMS at quarter size, allowed {limit:g})"


def save_pictures(item, number, mime, **pictures):
    folder = item.config.rootpath / ".nbval"
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    name = re.sub(r"[^\w.]+", "-", item.nodeid)
    paths = {which: folder / f"{name}-{number}-{which}.{mime.partition('/')[2]}" for which in pictures}
    for which, path in paths.items():
        path.write_bytes(base64.b64decode(pictures[which]))
    return "see " + " and ".join(f".nbval/{path.name}" for path in paths.values())


# ---- settings and the form of a notebook ---------------------------------------------------------------------------


def read_setting(key, setting, where):
    if key == "img" and str(setting).strip() == "skip":
        return "skip"
    try:
        if key in INI and 0 <= float(setting) < np.inf:
            return float(setting)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{where} is not understood: write rtol=0.05, atol=1e-6, img=6 or img=skip")


def read_ini(config):
    return {key: read_setting(key, config.getini(name), f"{name} in the pytest settings") for key, name in INI.items()}


def read_settings(item):
    settings = read_ini(item.config)
    metadata = item.parent.nb.metadata.get("nbval", {})
    if not isinstance(metadata, dict):
        raise ValueError(f'the notebook metadata "nbval" is {metadata!r}: write {{"nbval": {{"rtol": 0.05}}}}')
    stated = [(key, setting, f"the notebook metadata {key}={setting}") for key, setting in metadata.items()]
    for tag in map(str, item.cell.metadata.get("tags") or []):
        if "=" in tag or re.match(r"(rtol|atol|img)\b", tag):
            stated.append((*tag.partition("=")[::2], f"the tag {tag!r}"))
    for key, setting, where in stated:
        key = key.strip() if key != "budget" else None  # the budget is the run's, not a notebook's
        settings[key] = read_setting(key, setting, where)
    return settings


def find_faults(items):
    """Sentences that say why the cells of a notebook cannot be compared at all; none for a sound notebook."""
    faults = {}
    for item in items:
        try:
            read_settings(item)
        except ValueError as error:
            faults.setdefault(str(error), f"{item.name}: {error}.")
    counts = [
        (item.name, item.cell.execution_count)
        for item in items
        if item.cell.source.strip() and not (item.options["skip"] and item.cell.execution_count is None)
    ]
    wrong = [(name, count) for i, (name, count) in enumerate(counts, 1) if count != i]
    if wrong and items[0].config.option.nbval:
        (name, count), what = wrong[0], "has not been run"
        if count is not None:
            what = f"is stored as In [{count}], where In [{counts.index(wrong[0]) + 1}] is due"
        if all(count is None for _, count in counts):
            name, what = "no cell", "has been run"
        faults["order"] = f"{name} {what}: run the whole notebook from a fresh kernel and store its outputs."
    return list(faults.values())


class NotebookForm(pytest.Item):
    """Stands for a notebook that is not run, and fails with the reasons."""

    def runtest(self):
        raise ValueError("\n".join(self.faults))

    def repr_failure(self, excinfo):
        return str(excinfo.value)

    def reportinfo(self):
        return self.path, 0, f"{self.path.name}: form"


# ---- around nbval: each function takes the method that it replaces as its first argument ---------------------------


def collect(original, notebook):
    items = list(original(notebook))
    faults = find_faults(items)
    if faults:
        notebook.setup = lambda: None  # no kernel for what is not run
        items = [NotebookForm.from_parent(notebook, name="form")]
        items[0].faults = faults
    for item in items:
        item.output_timeout = 20  # nbval's 5 s are short on a busy machine
    return items


def get_message(original, kernel, stream, timeout=None):
    end = time.monotonic() + (np.inf if timeout is None else timeout)
    while True:
        try:
            return original(kernel, stream, timeout=max(0, min(1, end - time.monotonic())))
        except Empty:
            if not kernel.is_alive():
                raise KernelDied("the kernel died") from None
            if time.monotonic() >= end:
                raise


def runtest(original, item):
    if item.parent.timed_out:
        pytest.xfail("an earlier cell ran too long or killed the kernel")
    try:
        original(item)
    except KernelDied:
        item.parent.timed_out = True
        item.parent.kernel.stop()
        item.raise_cell_error("the kernel died in this cell: killed, crashed or out of memory")
    except nbval.NbCellError as error:
        if not item.parent.timed_out or "waiting for output" in str(error):
            raise
    if item.parent.timed_out:  # said by nbval, or hidden from it by a cell that swallows the KeyboardInterrupt
        seconds = item.config.option.nbval_cell_timeout
        item.raise_cell_error(f"the cell ran longer than {seconds:g} s and was stopped (--nbval-cell-timeout)")


def compare_outputs(original, item, test, ref, skip_compare=None):
    """Whatever agrees within tolerance is set to what is stored; then nbval compares as always."""
    settings, test, problems = read_settings(item), copy.deepcopy(test), []
    stored, fresh = collect_slots(ref), collect_slots(test)
    for key in dict.fromkeys([*stored, *fresh]):
        if key in (skip_compare or item.parent.skip_compare) and key not in PICTURES:
            continue
        name, many = "picture" if key in PICTURES else key, len(stored[key]) > 1
        pairs = list(zip(stored[key], fresh[key], strict=False))
        for number, ((old, old_key), (new, new_key)) in enumerate(pairs, 1):
            found = compare_output(item, key, number, old[old_key], new[new_key], settings)
            problems += [f"{name} {number} {problem}" if many else f"{name} {problem}" for problem in found]
            new[new_key] = old[old_key]
        if len(stored[key]) != len(fresh[key]):
            what = "missing" if len(stored[key]) > len(fresh[key]) else "extra"
            holder, holder_key = max(stored[key], fresh[key], key=len)[len(pairs)]
            begin = "" if key in PICTURES else ": " + repr(str(holder[holder_key]).strip().split("\n")[0][:100])
            problems.append(f"{name} {what} ({len(stored[key])} stored, {len(fresh[key])} now){begin}")
    if not problems:
        return original(item, test, ref, skip_compare)
    more = [f"… and {len(problems) - 6} more"] if len(problems) > 6 else []
    item.comparison_traceback = [f"{name_cell(item)}, {problem}" for problem in problems[:6]] + more
    return False


def compare_output(item, key, number, stored, fresh, settings):
    """The differences between two outputs of one kind, as a list of sentences."""
    if key in PICTURES:
        problem = settings["img"] != "skip" and compare_pictures(stored, fresh, settings["img"])
        return [f"{problem}; {save_pictures(item, number, key, stored=stored, fresh=fresh)}"] if problem else []
    texts = [
        text if isinstance(text, str) else json.dumps(text, indent=1, sort_keys=True, ensure_ascii=False)
        for text in map(item.sanitize, (stored, fresh))
    ]
    return compare_text(*texts, settings["rtol"], settings["atol"])


def collect_slots(outputs):
    """{stdout, text/html, image/png, …: [(the dictionary that holds it, its key)]}, in the order of the outputs."""
    slots = defaultdict(list)
    for output in outputs:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            slots[output["name"]].append((output, "text"))
        for holder, keys in ((output, {"ename", "evalue"} & set(output)), (data, data)):
            for key in keys:
                slots[key].append((holder, key))
    return slots


def name_cell(item):
    return f"{item.name} (In [{item.cell.execution_count}])"


def repr_failure(original, item, excinfo):
    error = excinfo.value
    if not isinstance(error, nbval.NbCellError):
        return ANSI.sub("", str(original(item, excinfo)))
    what = "" if str(error) == "Cell outputs differ" else f"{name_cell(item)}: {error}"
    source = "\n".join(f"    {line}" for line in error.source.split("\n"))
    return ANSI.sub("", "\n".join(filter(None, [what, error.inner_traceback, f"\nThe cell:\n{source}"])))


def wrap(owner, function):
    """Put a function in the place of the method of the same name, once."""
    original = getattr(owner, function.__name__)
    if not hasattr(original, "by_nbval_tolerance"):
        method = functools.wraps(original)(lambda *args, **kwargs: function(original, *args, **kwargs))
        method.by_nbval_tolerance = True
        setattr(owner, function.__name__, method)


# ---- hooks of pytest -----------------------------------------------------------------------------------------------


def is_active(config):
    return config.getoption("nbval", False) or config.getoption("nbval_lax", False)


def pytest_addoption(parser):
    for key, name in INI.items():
        parser.addini(name, f"notebooks: {key} (default {DEFAULTS[key]})", default=DEFAULTS[key])


def pytest_configure(config):
    if not is_active(config):
        return
    wrap(nbval.IPyNbFile, collect)  # methods only: nbval's classes call super() by their global names
    wrap(RunningKernel, get_message)
    for function in (runtest, compare_outputs, repr_failure):
        wrap(nbval.IPyNbCell, function)
    SECONDS.clear()
    if hasattr(config, "workerinput"):
        return
    try:
        read_ini(config)
    except ValueError as error:
        raise pytest.UsageError(f"{error}.") from None
    if config.getoption("dist", "no") not in ("no", "loadfile", "loadscope"):
        raise pytest.UsageError(f"--dist {config.option.dist} scatters the cells of a notebook: add --dist loadfile.")
    if config.pluginmanager.hasplugin("randomly") and config.getoption("randomly_reorganize", True):
        raise pytest.UsageError("pytest-randomly shuffles the cells of a notebook: add -p no:randomly.")
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # else xdist starts the notebook with most cells first


def read_last_seconds(config):
    if hasattr(config, "workerinput"):  # the workers must all see the same, or xdist refuses their collections
        return config.workerinput["notebook_seconds"]
    return config.cache.get("nbval/seconds", {}) if hasattr(config, "cache") else {}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["notebook_seconds"] = read_last_seconds(node.config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    blocks = defaultdict(list)
    for item in items:
        blocks[item.parent.nodeid if isinstance(item.parent, nbval.IPyNbFile) else ""].append(item)
    others, last = blocks.pop("", []), read_last_seconds(config)
    slowest_first = sorted(blocks, key=lambda name: (-last.get(name, np.inf), -len(blocks[name]), name))
    items[:] = [item for name in slowest_first for item in blocks[name]] + others


def pytest_runtest_logreport(report):
    name = report.nodeid.partition("::")[0]
    if name.endswith(".ipynb"):
        SECONDS[name] += report.duration  # setup holds the start of the kernel, teardown its end


def pytest_sessionfinish(session):
    config = session.config
    if not SECONDS or not is_active(config) or hasattr(config, "workerinput"):
        return
    if hasattr(config, "cache"):
        config.cache.set("nbval/seconds", {**read_last_seconds(config), **SECONDS})
    if max(SECONDS.values()) > 2 * read_ini(config)["budget"] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if not SECONDS or not is_active(config):
        return
    budget = read_ini(config)["budget"]
    terminalreporter.write_sep("=", "seconds per notebook")
    for name, seconds in sorted(SECONDS.items(), key=lambda pair: -pair[1]):
        over = int(seconds / budget) if budget else 2
        remark = ["", f"  over its budget of {budget:g} s", f"  over twice its budget of {budget:g} s: the run fails"]
        terminalreporter.write_line(f"{seconds:7.1f}  {name}{remark[min(over, 2)]}", yellow=over == 1, red=over > 1)
