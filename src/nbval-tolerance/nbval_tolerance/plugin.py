"""Makes ``pytest --nbval`` useful for notebooks with numbers and figures: a pytest plugin; README.md is its manual.

nbval runs every notebook again and compares its outputs with the stored ones letter by letter, and no pictures. With
this plugin text and integers must still agree exactly, but

* a number with a point or an exponent may differ by a tolerance, and white space may move with it;
* in ``✓ solved: 0.83  (0.825 ± 0.03)`` 0.83 must stay in the band, in ``✓ error: 3e-07  (≤ 1e-06)`` on its side;
* what no two runs share, such as addresses and random ids, does not count;
* a picture must look the same;
* a notebook must be stored as one complete run, its cells numbered 1, 2, 3, … from the top;
* limits, where they are asked for, count the processor time of the kernel and its children.

The modules: `cells` goes around nbval's notebooks and cells, `frontend` adds what front ends do, `kernels` watches and
forks kernels; `text`, `masks`, `pictures` and `figures` compare, `drawn` tells a kernel to describe its figures,
`settings` reads tolerances and limits, `report` writes a page.
"""

import functools
import os
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from nbval import kernel as nbval_kernel
from nbval import plugin as nbval
from nbval.kernel import RunningKernel

from nbval_tolerance import cells, frontend, kernels
from nbval_tolerance.cells import PROCESSOR
from nbval_tolerance.kernels import Preloaded
from nbval_tolerance.pictures import forget_pictures
from nbval_tolerance.report import write_report
from nbval_tolerance.settings import add_ini, read_ini

WALL = "wall_seconds"
SECONDS = defaultdict(lambda: dict.fromkeys((PROCESSOR, WALL), 0.0))  # of each notebook in this run, from the reports
FINDINGS = []  # the reports of cells that differ, were accepted or failed
PRELOADED = pytest.StashKey[Preloaded]()


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
    group = parser.getgroup("nbval", "Jupyter Notebook validation")
    group.addoption("--nb-accept", action="store_true", help="store the fresh outputs of the cells that differ")
    group.addoption("--nb-report", metavar="FILE.html", type=Path, help="show what differs, side by side")


def pytest_configure(config):
    if not is_active(config):
        return
    for function in (cells.collect, cells.setup, cells.teardown, frontend.get_kernel_message):
        wrap(nbval.IPyNbFile, function)  # methods only: nbval's classes call super() by their global names
    for function in (kernels.get_message, frontend.execute_cell_input):
        wrap(RunningKernel, function)
    for function in (cells.runtest, cells.compare_outputs, cells.reportinfo, cells.repr_failure):
        wrap(nbval.IPyNbCell, function)
    SECONDS.clear()
    FINDINGS.clear()
    modules = config.getini("nb_preload")
    if missing := [name for name in modules if find_spec(name.partition(".")[0]) is None]:
        raise pytest.UsageError(f"nb_preload names {', '.join(missing)}, which is not installed: name modules to load.")
    if modules and kernels.CAN_FORK:
        config.stash[PRELOADED] = Preloaded(modules)
        wrap(nbval_kernel, config.stash[PRELOADED].start_new_kernel)
    if hasattr(config, "workerinput"):
        return
    forget_pictures(config.rootpath)
    try:
        read_ini(config)
    except ValueError as error:
        raise pytest.UsageError(f"{error}.") from None
    page = config.getoption("nb_report")
    if page and not (page.suffix == ".html" and page.parent.is_dir()):
        raise pytest.UsageError(f"--nb-report {page}: name a file that ends in .html, in a folder that is there.")
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if isinstance(item, nbval.IPyNbCell):
        report.notebook_cell = item.findings  # plain data: it travels from the workers of pytest-xdist
    return report


def pytest_runtest_logreport(report):
    name = report.nodeid.partition("::")[0]
    if not name.endswith(".ipynb"):
        return
    seconds = SECONDS[name]
    seconds[WALL] += report.duration  # setup holds the start of the kernel, teardown its end
    seconds[PROCESSOR] = max(seconds[PROCESSOR], dict(report.user_properties).get(PROCESSOR, 0))
    if report.failed or (report.when == "call" and "accepted" in getattr(report, "notebook_cell", ())):
        FINDINGS.append(report)


def pytest_sessionfinish(session):
    config = session.config
    if SECONDS and is_active(config) and not hasattr(config, "workerinput") and hasattr(config, "cache"):
        used = {name: seconds[PROCESSOR] for name, seconds in SECONDS.items()}
        config.cache.set("nbval/seconds", {**read_last_seconds(config), **used})


def pytest_terminal_summary(terminalreporter, config):
    if not SECONDS or not is_active(config):
        return
    failed = [report for report in FINDINGS if report.failed]
    if accepted := [report.nodeid for report in FINDINGS if not report.failed]:
        terminalreporter.write_sep("=", "stored anew (--nb-accept): look at them before you commit")
        terminalreporter.write_line("\n".join(accepted))
    if page := config.getoption("nb_report"):
        write_report(page, failed)
        terminalreporter.write_line(f"what differs, side by side: {page}")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for report in failed:
            annotate(terminalreporter, *report.location[:2], report)
    budget = read_ini(config)["budget"]
    terminalreporter.write_sep("=", "seconds per notebook: of processor time, and by the clock")
    for name, seconds in sorted(SECONDS.items(), key=lambda pair: -pair[1][PROCESSOR]):
        over = int(seconds[PROCESSOR] / budget) if budget else 0
        remark = ["", f"  over its budget of {budget:g} s", f"  over twice its budget of {budget:g} s: the run fails"]
        line = f"{seconds[PROCESSOR]:7.1f} {seconds[WALL]:7.1f}  {name}{remark[min(over, 2)]}"
        terminalreporter.write_line(line, yellow=over == 1, red=over > 1)


def annotate(terminalreporter, path, line, report):
    """An annotation of GitHub Actions at the cell; a command ends with its line, so that line breaks are written as %0A."""
    text = str(report.longrepr).partition("\n\nThe cell:")[0].replace("%", "%25").replace("\n", "%0A")
    title = report.nodeid.rpartition("::")[2]
    terminalreporter.write_line(f"::error file={path},line={line + 1},title={title}::{text}")
