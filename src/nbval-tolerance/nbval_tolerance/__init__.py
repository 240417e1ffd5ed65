"""Makes ``pytest --nbval`` useful for notebooks with numbers and figures: a pytest plugin.

nbval runs every notebook again and compares its outputs with the stored ones letter by letter, and no pictures. With
this plugin text and integers must still agree exactly, but

* a number with a point or an exponent may differ by ``atol + rtol * |stored|``, and white space may move with it;
* a number that states its uncertainty is held to it: in ``✓ solved: 0.83  (0.825 ± 0.03)`` 0.83 must stay in the band,
  in ``✓ error: 3e-07  (≤ 1e-06)`` on its side, and ``1.98 ± 0.05`` may move by 0.05; label and band compare as usual;
* a picture must agree in size within 3 %, and in RMS at quarter size within 3 grey levels; if not, see ``.nbval/``;
* a notebook must be stored as one complete run, its cells numbered 1, 2, 3, … from the top;
* limits count the processor time of the kernel and its children, so that a busy machine is slow and never red.

Use: ``pytest -p nbval_tolerance --nbval``; in another course, copy this folder beside its conftest.py and say
``python -m pytest -p nbval_tolerance --nbval``. With pytest-xdist add ``-n 2 --dist loadfile``. Settings, the weakest
first:

    pyproject.toml, [tool.pytest.ini_options]   nb_rtol = 1e-3, nb_atol = 1e-8, nb_image_rms = 3
    notebook metadata                           {"nbval": {"rtol": 0.01, "atol": 1e-6, "img": 5}}
    cell tags                                   rtol=0.05   atol=1e-3   img=6   img=skip

and for the whole run, in pyproject.toml:

    nb_budget = 60        processor seconds of a notebook: more is marked, twice as much fails the run
    nb_cell_budget = 90   processor seconds of a cell, which is stopped there
    nb_patience = 60      seconds in which a running cell may do nothing at all before it is stopped
    nb_preload = "numpy"  modules that are loaded once, before the kernels are forked (Linux; elsewhere without effect)

nbval's own options and tags (nbval-ignore-output, nbval-skip, raises-exception, …) keep their meaning. The run ends with
the processor and wall-clock seconds of each notebook. The slowest of last time go first, after any other tests.
"""

import copy
import functools
import json
import re
from collections import defaultdict
from importlib.util import find_spec

import numpy as np
import pytest
from nbval import kernel as nbval_kernel
from nbval import plugin as nbval
from nbval.kernel import RunningKernel

from nbval_tolerance import kernels
from nbval_tolerance.kernels import KernelDied, Preloaded, watch_of
from nbval_tolerance.pictures import compare_pictures, save_pictures
from nbval_tolerance.settings import NotebookForm, add_ini, find_faults, read_ini, read_tolerances
from nbval_tolerance.text import compare_text

PROCESSOR, WALL = "processor_seconds", "wall_seconds"
SECONDS = defaultdict(lambda: dict.fromkeys((PROCESSOR, WALL), 0.0))  # of each notebook in this run, from the reports
PRELOADED = pytest.StashKey[Preloaded]()
PICTURES = ("image/png", "image/jpeg")
ANSI = re.compile(r"\x1b\[[\d;]*m")


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


def runtest(original, item):
    if item.parent.timed_out:
        pytest.xfail("an earlier cell was stopped or killed the kernel")
    if item.options["skip"]:
        return original(item)
    watch, limits = watch_of(item.parent.kernel), read_ini(item.config)
    watch.begin_cell(limits["cell_budget"], limits["patience"])
    try:
        original(item)
    except KernelDied:
        item.parent.timed_out = True
        item.parent.kernel.stop()
        item.raise_cell_error("the kernel died in this cell: killed, crashed or out of memory")
    except nbval.NbCellError as error:
        if not item.parent.timed_out or "waiting for output" in str(error):
            raise
    finally:
        item.user_properties.append((PROCESSOR, watch.look()))
    if item.parent.timed_out:  # said by nbval, or hidden from it by a cell that swallows the KeyboardInterrupt
        item.raise_cell_error(f"the cell {watch.stopped}; it was stopped")


def compare_outputs(original, item, test, ref, skip_compare=None):
    """Whatever agrees within tolerance is set to what is stored; then nbval compares as always."""
    settings, test, problems = read_tolerances(item), copy.deepcopy(test), []
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
    add_ini(parser)
    parser.addini("nb_preload", "notebooks: modules to load before the kernels are forked", type="args", default=[])


def pytest_configure(config):
    if not is_active(config):
        return
    wrap(nbval.IPyNbFile, collect)  # methods only: nbval's classes call super() by their global names
    wrap(RunningKernel, kernels.get_message)
    for function in (runtest, compare_outputs, repr_failure):
        wrap(nbval.IPyNbCell, function)
    SECONDS.clear()
    modules = config.getini("nb_preload")
    if missing := [name for name in modules if find_spec(name.partition(".")[0]) is None]:
        raise pytest.UsageError(f"nb_preload names {', '.join(missing)}, which is not installed: name modules to load.")
    if modules and kernels.CAN_FORK:
        config.stash[PRELOADED] = Preloaded(modules)
        wrap(nbval_kernel, config.stash[PRELOADED].start_new_kernel)
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


def pytest_unconfigure(config):
    if PRELOADED in config.stash:
        config.stash[PRELOADED].stop()


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
    items[:] = others + [item for name in slowest_first for item in blocks[name]]


def pytest_runtest_logreport(report):
    name = report.nodeid.partition("::")[0]
    if name.endswith(".ipynb"):
        seconds = SECONDS[name]
        seconds[WALL] += report.duration  # setup holds the start of the kernel, teardown its end
        seconds[PROCESSOR] = max(seconds[PROCESSOR], dict(report.user_properties).get(PROCESSOR, 0))


def pytest_sessionfinish(session):
    config = session.config
    if not SECONDS or not is_active(config) or hasattr(config, "workerinput"):
        return
    used = {name: seconds[PROCESSOR] for name, seconds in SECONDS.items()}
    if hasattr(config, "cache"):
        config.cache.set("nbval/seconds", {**read_last_seconds(config), **used})
    if max(used.values()) > 2 * read_ini(config)["budget"] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if not SECONDS or not is_active(config):
        return
    budget = read_ini(config)["budget"]
    terminalreporter.write_sep("=", "seconds per notebook: of processor time, and by the clock")
    for name, seconds in sorted(SECONDS.items(), key=lambda pair: -pair[1][PROCESSOR]):
        over = int(seconds[PROCESSOR] / budget) if budget else 2
        remark = ["", f"  over its budget of {budget:g} s", f"  over twice its budget of {budget:g} s: the run fails"]
        line = f"{seconds[PROCESSOR]:7.1f} {seconds[WALL]:7.1f}  {name}{remark[min(over, 2)]}"
        terminalreporter.write_line(line, yellow=over == 1, red=over > 1)
