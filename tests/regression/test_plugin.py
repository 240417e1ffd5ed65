"""The comparison of notebooks can fail: small notebooks named by their fault, and others that must pass.

Each notebook stores what its cells are said to have printed, and its cells print something else. All of them run in a
folder that holds nothing of the course but the plugin: in one process with plain kernels, and over two workers with
preloaded ones.
"""

import base64
import functools
import io
import json
import os
import re
import subprocess
import sys
from collections import namedtuple

import nbformat
import numpy as np
import psutil
import pytest
from matplotlib import style
from matplotlib.figure import Figure
from nbformat import v4
from nbval_tolerance import kernels
from nbval_tolerance.drawn import DRAWN, describe
from test_pictures import COSINE, MOVED, SINE, WIDER
from test_text import COUNT, ERROR, XOR


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def show(**data):
    return v4.new_output("display_data", data={key.replace("_", "/"): datum for key, datum in data.items()})


def result(text, count=1):
    return v4.new_output("execute_result", data={"text/plain": text}, execution_count=count)


def cell(source, *outputs, tags=(), count=0):  # 0: in order
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)}, execution_count=count)


def printing(stored, fresh, **kwargs):
    """A cell with `stored` as its output, that will print `fresh`."""
    return cell(f"print({fresh!r}, end='')", stream(stored), **kwargs)


def silent(**kwargs):
    return cell("x = 1", **kwargs)


def showing(mime, stored, fresh, **kwargs):
    return cell(f"display({{{mime!r}: {fresh!r}}}, raw=True)", show(**{mime.replace("/", "_"): stored}), **kwargs)


DRAW_SINE = "import numpy as np, matplotlib.pyplot as plt\nplt.plot(np.sin(range(9)), label='a wave');"


def described(amplitude=1, **kwargs):
    """A cell that draws a sine; stored are a picture that looks different, and what a sine of this amplitude is."""
    with style.context("default"):
        figure = Figure()
        figure.subplots().plot(amplitude * np.sin(range(9)), label="a wave")
        figure.savefig(io.BytesIO(), format="png")
    shown = show(text_plain="<Figure size 640x480 with 1 Axes>", image_png=COSINE)
    shown.metadata[DRAWN] = describe(figure)
    return cell(DRAW_SINE, shown, **kwargs)


FRAME = "<table><tr><td>{}</td></tr></table>"
Fault = namedtuple("Fault", "cells phrases")  # the cells of a notebook, and what its one failure must say

FAULTS = {
    "number_off_by_half_percent": Fault(
        [printing("1\nloss 0.5327", "1\nloss 0.5354")],
        ["Cell 0 (In [1]), stdout line 2: stored 0.5327, now 0.5354: off by 0.0027 (0.0051 relative, allowed 0.001)"],
    ),
    "integer_changed": Fault([printing("500", "501")], ["stored 500, now 501: integers must agree exactly"]),
    "label_changed": Fault([printing("loss 0.5", "Loss 0.5")], ["stdout line 1: stored 'loss 0.5', now 'Loss 0.5'"]),
    "claim_broken": Fault([printing(XOR, XOR.replace("0.83", "0.90"))], ["now 0.90: outside its band, 0.825 ± 0.03"]),
    "bound_broken": Fault([printing(ERROR, ERROR.replace("3e-07", "3e-06"))], ["outside its band, ≤ 1e-06"]),
    "band_changed": Fault([printing(XOR, XOR.replace("0.03", "0.05"))], ["stored 0.03, now 0.05: off by 0.02"]),
    "html_table_changed": Fault(
        [showing("text/html", FRAME.format("0.12"), FRAME.format("0.13"))], ["text/html line 1: stored 0.12, now 0.13"]
    ),
    "rich_output_changed": Fault(
        [cell("display({'application/json': {'mse': 0.13}, 'text/latex': '$0.13$', 'text/markdown': '13%'}, raw=True)\n"
              "0.13",
              show(application_json={"mse": 0.12}, text_latex="$0.12$", text_markdown="12%"),
              v4.new_output("execute_result", data={"text/plain": "0.12"}, execution_count=1))],
        ["application/json line 2: stored 0.12, now 0.13", "text/latex line 1: stored 0.12, now 0.13",
         "text/markdown line 1: stored 12, now 13", "text/plain line 1: stored 0.12, now 0.13"],
    ),
    "stream_missing": Fault([cell("pass", stream("hello"))], ["stdout missing (1 stored, 0 now): 'hello'"]),
    "outputs_extra": Fault(
        [cell(f"import sys; print('oh', file=sys.stderr)\ndisplay({{'image/png': {SINE!r}}}, raw=True)")],
        ["stderr extra (0 stored, 1 now): 'oh'", "picture extra (0 stored, 1 now)"],
    ),
    "figure_changed": Fault(
        [showing("image/png", SINE, COSINE)],
        ["picture differs in what is drawn by", ".nbval/figure_changed.ipynb-Cell-0-1-stored.png and .nbval/fig"],
    ),
    "described_figure_changed": Fault(
        [described(amplitude=1.01)],
        ["picture axes 1 (rectilinear), y, from: stored -1.0669, now -1.05634", "; see .nbval/described_figure_changed"],
    ),
    "figure_missing": Fault([cell("pass", show(image_png=SINE))], ["picture missing (1 stored, 0 now)"]),
    "figure_size": Fault([showing("image/png", SINE, WIDER)], ["picture stored 400 × 300 pixels, now 500 × 300"]),
    "not_run": Fault([cell("print(1)", count=None)], ["no cell has been run: run the whole notebook from a fresh"]),
    "partly_run": Fault([silent(), silent(count=None)], ["Cell 1 has not been run: run the whole notebook"]),
    "out_of_order": Fault(
        [silent(count=2), silent(count=1)],
        ["Cell 0 is stored as In [2], where In [1] is due: run the whole notebook from a"],
    ),
    "bad_tag": Fault([silent(tags=["rtol=5%"])], ["Cell 0: the tag 'rtol=5%' is not understood: write rtol"]),
    "unknown_tag": Fault([silent(), silent(tags=["tol=1"])], ["Cell 1: the tag 'tol=1' is not understood"]),
    "bad_metadata": Fault([silent()], ["the notebook metadata rtol=much is not understood"]),
    "unknown_metadata": Fault([silent()], ["the notebook metadata tol=0.1 is not understood"]),
    "exception": Fault([cell("1 / 0"), printing("on", "on")], ["an exception", "ZeroDivisionError", "    1 / 0"]),
    "import_fails": Fault(
        [cell("import no_such as so"), cell("so.x"), cell("y = so.f()"), cell("import no_such"), cell("y"), cell("z = 1")],
        ["Cell 0 (In [1]): Cell execution caused an exception", "No module named 'no_such'"],
    ),
    "bad_ignore": Fault([silent(tags=["ignore=warnings"])], ["the tag 'ignore=warnings' is not understood: write rtol"]),
    "kernel_killed": Fault(
        [cell("import os; os.kill(os.getpid(), 9)"), silent()], ["Cell 0 (In [1]): the kernel died in this cell"]
    ),
    "cell_spins": Fault(
        [cell("while True: pass"), silent()],
        ["Cell 0 (In [1]): the cell used 1 s of processor time, all that a cell may use (nb_cell_budget); it was stopped"],
    ),
    "children_spin": Fault(
        [cell("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])")],
        ["the cell used 1 s of processor time"],
    ),
    "cell_sleeps": Fault(
        [cell("import time; time.sleep(100)"), silent()], ["the cell did nothing for 2 s (nb_patience): does it wait for"]
    ),
    "cell_asks": Fault([cell("input('name? ')")], ["an exception", "StdinNotImplementedError"]),
    "cell_waits": Fault([cell("import os\nos.read(os.pipe()[0], 1)")], ["the cell did nothing for 2 s (nb_patience)"]),
    "interrupt_swallowed": Fault(
        [cell("import time\ntry:\n    time.sleep(100)\nexcept KeyboardInterrupt:\n    pass")], ["did nothing for 2 s"]
    ),
}  # fmt: skip

STOPPED = [name for name in FAULTS if name.startswith(("kernel_", "cell_", "children_", "interrupt_"))]
SOUND = {
    "number_within_tolerance": [
        printing("loss 0.5327", "loss 0.5329"), cell("print('same')", stream("same\n")),
        showing("text/html", FRAME.format("0.12000"), FRAME.format("0.12001")),
    ],
    "claim_noise": [
        printing(XOR, XOR.replace("0.83", "0.80")), printing(COUNT, COUNT.replace("8250", "8499")),
        printing(ERROR, ERROR.replace("3e-07", "9e-08")),
    ],
    "wider_column": [printing("        x\n0  9.9999\n1  2.5000", "         x\n0  10.0001\n1   2.5000")],
    "tagged": [
        printing("0.50", "0.51", tags=["rtol=0.05"]), printing("0.00", "0.01", tags=["solution", "atol=0.02"]),
        showing("image/png", SINE, COSINE, tags=["img=skip"]), showing("image/png", SINE, COSINE, tags=["img=50"]),
    ],
    "metadata_rtol": [printing("0.50", "0.51"), printing("0.5000", "0.5001", tags=["rtol=0.001"])],
    "figure_slightly_moved": [showing("image/png", SINE, MOVED)],
    "nbval_tags": [
        cell("print(1)", stream("2"), tags=["nbval-ignore-output"]),
        cell("1 / 0", count=None, tags=["nbval-skip"]),
        cell("raise ValueError('0.1201')", v4.new_output("error", ename="ValueError", evalue="0.1202"),
             tags=["raises-exception"]),
        cell("", count=None),
    ],
    "over_budget": [silent()],
    "semicolon_and_history": [
        cell("'shown'", result("'shown'")), cell("'not shown';"), cell("_", result("'shown'")),
        cell("Out[1]", result("'shown'")),
    ],
    "cleared": [
        cell("from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')", stream("b\n")),
        cell("for i in range(3):\n    clear_output(wait=True)\n    print(i)", stream("2\n")),
        cell("print('kept')\nclear_output(wait=True)", stream("kept\n")),
    ],
    "display_updated": [
        cell("h = display('old', display_id=True)\ndisplay('other')\nh.update('new')",
             show(text_plain="'new'"), show(text_plain="'other'")),
        cell("h.update('newer')"),
    ],
    "written_past_python": [cell("import os, time\nos.write(1, b'low\\n');\ntime.sleep(0.5)", stream("low\n"))],
    "tags_of_others": [
        cell("1 / 0", count=None, tags=["skip-execution"]), printing("a", "a", tags=["alias=first", "hide-input"]),
    ],
    "timed": [printing("at 11:02:07", "at 12:03:59", tags=["times=true"])],
    "skipped_from_within": [cell("import pytest\npytest.skip('no data here')"), silent()],
    "described_figure": [described()],
    "ignored": [
        cell("import sys\nprint('new', file=sys.stderr)\nprint('same')", stream("same\n"), stream("old", "stderr"),
             tags=["ignore=stderr"]),
        cell("print('new', file=sys.stderr)", tags=["ignore=stdout", "ignore=stderr"]),
    ],
}  # fmt: skip

METADATA = {"metadata_rtol": {"rtol": 0.05}, "bad_metadata": {"rtol": "much"}, "unknown_metadata": {"tol": 0.1}}

# Writes down every report, and says of some notebooks that they used much.
CONFTEST = """
import json, os, pytest
SECONDS = {"over_budget.ipynb": 90}

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    name = report.nodeid.partition("::")[0]
    if report.when == "call" and name in SECONDS:
        report.user_properties = [("processor_seconds", SECONDS[name])]
    if "PYTEST_XDIST_WORKER" not in os.environ and (report.when == "call" or not report.passed):
        outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
        with open("reports.jsonl", "a") as file:
            print(json.dumps([report.nodeid, outcome, report.longreprtext]), file=file)
"""
Run = namedtuple("Run", "status text reports folder")  # reports: {notebook: [(cell, outcome, message)]}


def make_folder(folder, **notebooks):
    """A course of its own: these notebooks, and nothing else."""
    folder.mkdir(exist_ok=True)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, cells in notebooks.items():
        count = 0
        for c in cells:
            if c.execution_count == 0:
                count += 1
                c = c.update(execution_count=count)
        nb = v4.new_notebook(cells=cells, metadata={"nbval": METADATA[name]} if name in METADATA else {})
        nbformat.write(nb, folder / f"{name}.ipynb")
    return folder


def run_pytest(folder, *options, kernel="--nbval-current-env", **variables):
    environment = {key: text for key, text in os.environ.items() if not key.startswith("PYTEST_")} | variables
    (folder / "reports.jsonl").write_text("")
    command = [sys.executable, "-m", "pytest", "--nbval", kernel, *options]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    reports = {}
    for line in (folder / "reports.jsonl").read_text().splitlines():
        nodeid, outcome, message = json.loads(line)
        notebook, _, name = nodeid.partition(".ipynb::")
        reports.setdefault(notebook, []).append((name, outcome, message))
    return Run(done.returncode, done.stdout + done.stderr, reports, folder)


SERIAL = ["-p", "no:randomly"]
PRELOADED = ["-p", "no:randomly", "-o", "nb_preload=numpy pandas"]
PARALLEL = [*PRELOADED, "-n", "2", "--dist", "loadfile"]
LIMITS = ["-o", "nb_cell_budget=1", "-o", "nb_patience=2"]
BUDGET = ["-o", "nb_budget=60"]


RUNS = {  # options, and the faults that are run with them
    "one process": (PRELOADED, [name for name in FAULTS if name not in STOPPED]),
    "two workers": (PARALLEL, list(FAULTS)),
    "plain kernels": (SERIAL, ["kernel_killed", "cell_spins", "cell_sleeps"]),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """The run of that name, made once."""

    @functools.cache
    def of(run):
        options, names = RUNS[run]
        folder = make_folder(tmp_path_factory.mktemp("faulty"), **{name: FAULTS[name].cells for name in names})
        return run_pytest(folder, *LIMITS, *options)

    return of


@pytest.fixture(scope="module", params=[SERIAL, PARALLEL], ids=["one process", "two workers"])
def sound(request, tmp_path_factory):
    return run_pytest(make_folder(tmp_path_factory.mktemp("sound"), **SOUND), *request.param, *BUDGET)


@pytest.mark.parametrize(("run", "name"), [(run, name) for run, (_, names) in RUNS.items() for name in names])
def test_a_fault_fails_once_and_is_named(faulty, run, name):
    messages = [message for _, outcome, message in faulty(run).reports[name] if outcome == "failed"]
    assert len(messages) == 1, faulty(run).reports[name]
    assert [phrase for phrase in FAULTS[name].phrases if phrase not in messages[0]] == [], messages[0]
    assert "\x1b" not in messages[0]
    assert messages[0].count("\n") < 30


def test_a_run_with_faults_fails_and_goes_on(faulty):
    for run, (_, names) in RUNS.items():
        assert faulty(run).status == 1
        assert set(faulty(run).reports) == set(names)
        outcomes = {name: [outcome for _, outcome, _ in reports] for name, reports in faulty(run).reports.items()}
        for name in {"kernel_killed", "cell_spins", "cell_sleeps"}.intersection(names):
            assert outcomes[name] == ["failed", "xfailed"]
        assert "exception" not in names or outcomes["exception"] == ["failed", "passed"]
        assert "import_fails" not in names or outcomes["import_fails"] == ["failed", *4 * ["xfailed"], "passed"]


@pytest.mark.parametrize("run", ["one process", "two workers"])
def test_both_pictures_are_kept(faulty, run):
    for which, picture in (("stored", SINE), ("fresh", COSINE)):
        path = faulty(run).folder / ".nbval" / f"figure_changed.ipynb-Cell-0-1-{which}.png"
        assert path.read_bytes() == base64.b64decode(picture)


@pytest.mark.parametrize("name", SOUND)
def test_noise_in_a_notebook_passes(sound, name):
    assert {outcome for _, outcome, _ in sound.reports[name]} <= {"passed", "skipped"}, sound.reports[name]
    assert len(sound.reports[name]) == len(SOUND[name])


def test_a_sound_run_passes_and_lists_its_seconds(sound):
    assert sound.status == 0, sound.text
    table = sound.text.partition("seconds per notebook")[2].splitlines()[1 : len(SOUND) + 1]
    processor, wall = np.array([line.split()[:2] for line in table], float).T
    assert list(processor) == sorted(processor, reverse=True)
    assert processor[-1] > 0 and wall[-1] > 0.1  # the start of a kernel counts
    assert {line.split()[2] for line in table} == {f"{name}.ipynb" for name in SOUND}
    assert table[0].endswith("over_budget.ipynb  over its budget of 60 s")
    assert json.loads((sound.folder / ".pytest_cache/v/nbval/seconds").read_text())["over_budget.ipynb"] == 90


@pytest.mark.parametrize("options", [SERIAL, PARALLEL], ids=["one process", "two workers"])
def test_over_twice_the_budget_fails_the_run(tmp_path, options):
    make_folder(tmp_path, spends=[cell("import time\nwhile time.process_time() < 1.5: pass")])
    run = run_pytest(tmp_path, *options, "-o", "nb_budget=0.5")
    assert "s of processor time, over twice its budget of 0.5 s." in run.text
    assert "spends.ipynb  over twice its budget of 0.5 s: the run fails" in run.text
    assert "1 passed, 1 error" in run.text
    assert run.status == 1
    assert run_pytest(tmp_path, *options).status == 0  # no budget unless asked for


# ---- limits and kernels -------------------------------------------------------------------------------------------


def test_a_cell_that_works_or_speaks_is_not_stopped_beside_busy_neighbours(tmp_path):
    make_folder(
        tmp_path,
        works=[cell("import time\nwhile time.process_time() < 0.8: pass")],
        speaks=[cell("import time\nfor i in range(4):\n    time.sleep(0.8)\n    print(i)", stream("0\n1\n2\n3\n"))],
    )
    neighbours = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(4)]
    try:
        run = run_pytest(tmp_path, *SERIAL, *LIMITS)
    finally:
        for neighbour in neighbours:
            neighbour.kill()
    assert run.status == 0, run.text


def test_the_clock_stops_a_cell_where_one_asks_for_it(tmp_path):
    make_folder(tmp_path, sleeps=[cell("import time; time.sleep(100)")])
    run = run_pytest(tmp_path, *SERIAL, "--nbval-cell-timeout=1")
    assert "the cell ran longer than 1 s (--nbval-cell-timeout); it was stopped" in run.reports["sleeps"][0][2]


def test_a_preloaded_kernel_is_as_any_other_but_for_what_is_loaded(tmp_path):
    code = """
import json, os, random, signal, sys
loaded = "numpy" in sys.modules
import numpy as np, pandas as pd, matplotlib
from matplotlib import pyplot
same = [sys.path, sys.argv[0], __name__, os.getpgid(0) == os.getpid(),
        matplotlib.get_backend(), os.environ.get("MPLBACKEND"), pd.get_option("display.max_columns"),
        str(signal.getsignal(signal.SIGCHLD))]
with open(f"{os.getpid()}.json", "w") as file:
    json.dump({"numpy was loaded": loaded, "as others": same, "drawn": [np.random.rand(), random.random()]}, file)
"""
    found = []
    for kind, options in (("plain", SERIAL), ("forked", PRELOADED)):
        make_folder(
            tmp_path / kind, **{name: [cell(code)] for name in (["one"] if kind == "plain" else ["one", "two"])}
        )
        run = run_pytest(tmp_path / kind, *options)
        assert run.status == 0, run.text
        found += [json.loads(path.read_text()) for path in sorted((tmp_path / kind).glob("*.json"))]
    plain, forked, twin = found
    assert plain["as others"] == forked["as others"] == twin["as others"]
    assert not plain["numpy was loaded"]
    assert forked["numpy was loaded"] == kernels.CAN_FORK
    assert len({number for drawn in found for number in drawn["drawn"]}) == 6


def test_a_module_that_cannot_be_preloaded_is_named_in_every_notebook(tmp_path):
    make_folder(tmp_path, one=[silent()], two=[silent()])
    run = run_pytest(tmp_path, *SERIAL, "-o", "nb_preload=json.no_such")
    for name in ("one", "two"):
        assert "nb_preload: json.no_such cannot be imported: ModuleNotFoundError" in run.reports[name][0][2]


def test_forked_kernels_end_with_the_run(tmp_path):
    make_folder(
        tmp_path, one=[cell("import os\nwith open('pids', 'w') as file: print(os.getpid(), os.getppid(), file=file)")]
    )
    assert run_pytest(tmp_path, *PRELOADED).status == 0
    assert not any(map(psutil.pid_exists, map(int, (tmp_path / "pids").read_text().split())))


# ---- the whole workflow --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [SERIAL, PARALLEL], ids=["one process", "two workers"])
def test_accept_stores_the_cells_that_differ_and_nothing_else(tmp_path, options):
    cells = [
        printing("loss 0.5000", "loss 0.5001"), printing("500", "501"), cell("1 + 1", result("3", count=3)),
        cell("1 / 0"), printing("a", "b", tags=["nbval-ignore-output"]),
    ]  # fmt: skip
    path = make_folder(tmp_path, changed=cells) / "changed.ipynb"
    before = path.read_text()
    run = run_pytest(tmp_path, *options, "--nb-accept")
    assert [outcome for _, outcome, _ in run.reports["changed"]] == ["passed", "passed", "passed", "failed", "passed"]
    assert "stored anew (--nb-accept): look at them before you commit" in run.text
    assert re.findall(r"^changed.*", run.text.partition("stored anew")[2].partition("seconds per")[0], re.M) == [
        "changed.ipynb::Cell 1", "changed.ipynb::Cell 2",
    ]  # fmt: skip
    assert path.read_text() == before.replace('"500"', '"501"').replace('"3"', '"2"')
    assert [outcome for _, outcome, _ in run_pytest(tmp_path, *options).reports["changed"]].count("failed") == 1


def test_a_report_shows_both_sides(tmp_path):
    make_folder(
        tmp_path, changed=[printing("loss <0.5>", "loss <0.6>"), showing("image/png", SINE, COSINE), cell("1 / 0")]
    )
    run = run_pytest(tmp_path, *PARALLEL, "--nb-report", "out.html")
    page = (tmp_path / "out.html").read_text()
    assert "what differs, side by side: out.html" in run.text
    assert "3 cells differ or fail" in page and "ZeroDivisionError" in page and "&lt;0." in page
    assert SINE in page and COSINE in page and page.count("<img") == 3  # and the difference
    assert not re.search(r"https?://|<script", page)


@pytest.mark.parametrize("choice", [["chosen.ipynb::Cell 3"], ["-k", "Cell and 3"], ["--lf"]])
def test_a_chosen_cell_gets_what_it_needs_of_those_before_it(tmp_path, choice):
    cells = [
        cell("x = 1"),
        cell("1 / 0", count=None, tags=["nbval-skip"]),
        cell("x += 1"),
        cell("x", result("3", count=3)),
    ]
    make_folder(tmp_path, chosen=cells)
    run_pytest(tmp_path, *SERIAL)  # for --lf
    run = run_pytest(tmp_path, *SERIAL, *choice)
    ((name, outcome, message),) = run.reports["chosen"]
    assert (name, outcome) == ("Cell 3", "failed") and "stored 3, now 2: integers must agree exactly" in message


def test_a_cell_before_a_chosen_one_that_fails_is_named(tmp_path):
    make_folder(tmp_path, chosen=[cell("x = 1 / 0"), cell("x")])
    ((_, _, message),) = run_pytest(tmp_path, *SERIAL, "chosen.ipynb::Cell 1").reports["chosen"]
    assert "Cell 0, which has to run before this cell, fails: ZeroDivisionError: division by zero" in message


def test_a_cell_that_is_run_again_gets_a_new_kernel(tmp_path):
    joined = cell(
        "import sys\nprint('a'); print('!', file=sys.stderr); print('b')",
        stream("a\n"), stream("!\n", "stderr"), stream("b\n"),
    )  # fmt: skip
    make_folder(tmp_path, again=[joined, cell("x = 1"), cell("x += 1; x", result("2", count=3))])
    with (tmp_path / "conftest.py").open("a") as file:  # as pytest-rerunfailures does
        file.write(
            "from _pytest.runner import runtestprotocol\n"
            "def pytest_runtest_protocol(item, nextitem):\n"
            "    for _ in range(3): runtestprotocol(item, nextitem=nextitem or item)\n"
            "    return True\n"
        )
    assert [outcome for _, outcome, _ in run_pytest(tmp_path, *SERIAL).reports["again"]] == ["passed"] * 9


def test_annotations_name_the_cell_and_its_line(tmp_path):
    path = make_folder(tmp_path, changed=[silent(), printing("a\n1.5", "a\n2.5")]) / "changed.ipynb"
    line = [i for i, text in enumerate(path.read_text().split("\n"), 1) if "cell_type" in text][1]
    run = run_pytest(tmp_path, *PARALLEL, "--junitxml=out.xml", "-o", "junit_family=xunit1", GITHUB_ACTIONS="true")
    sentence = "Cell 1 (In [2]), stdout line 2: stored 1.5, now 2.5"
    assert f"::error file=changed.ipynb,line={line},title=Cell 1::{sentence}" in run.text
    junit = (tmp_path / "out.xml").read_text()
    assert f'file="changed.ipynb" line="{line - 1}"' in junit and "stored 1.5, now 2.5" in junit


def test_what_is_no_notebook_and_a_kernel_that_is_missing_get_a_sentence(tmp_path):
    make_folder(tmp_path, foreign=[silent()])
    nb = nbformat.read(tmp_path / "foreign.ipynb", as_version=4)
    nb.metadata["kernelspec"] = {"name": "no_such", "display_name": "None", "language": "none"}
    nbformat.write(nb, tmp_path / "foreign.ipynb")
    text = run_pytest(tmp_path, "foreign.ipynb", kernel="-q").text
    assert (
        "foreign.ipynb asks for the kernel 'no_such', which is not installed here: install it, or, if it stands" in text
    )
    assert "Traceback" not in text
    for name, content in {"broken": '{"cells": [', "list": "[]", "empty": ""}.items():
        (tmp_path / f"{name}.ipynb").write_text(content)
        text = run_pytest(tmp_path, f"{name}.ipynb").text
        assert f"{name}.ipynb is no notebook: " in text and "Traceback" not in text


# ---- order, options ------------------------------------------------------------------------------------------------


def test_the_slowest_start_first(tmp_path):
    make_folder(tmp_path, quick=[silent(), silent(), silent()], slow=[silent()], new=[silent(), silent()])
    (tmp_path / "test_a.py").write_text("def test_2(): pass\ndef test_1(): pass\n")
    cache = tmp_path / ".pytest_cache/v/nbval/seconds"
    cache.parent.mkdir(parents=True)
    cache.write_text(json.dumps({"quick.ipynb": 1, "slow.ipynb": 30}))
    run = run_pytest(tmp_path, "-p", "no:randomly", "-n", "1", "--dist", "loadfile")
    assert run.status == 0, run.text
    assert [(name, [cell for cell, _, _ in cells]) for name, cells in run.reports.items()] == [
        ("test_a.py::test_2", [""]), ("test_a.py::test_1", [""]),
        ("new", ["Cell 0", "Cell 1"]), ("slow", ["Cell 0"]), ("quick", ["Cell 0", "Cell 1", "Cell 2"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["-n", "2"], "--dist load scatters the cells of a notebook: add --dist loadfile."),
        (["-n", "2", "--dist", "worksteal"], "--dist worksteal scatters the cells"),
        (["-p", "randomly_stand_in"], "pytest-randomly shuffles the cells of a notebook: add -p no:randomly."),
        (["-o", "nb_rtol=5%"], "nb_rtol in the pytest settings is not understood"),
        (["-o", "nb_budget=-1"], "nb_budget in the pytest settings is not understood: write a number that is not neg"),
        (
            ["--nb-report", "sound.ipynb"],
            "--nb-report sound.ipynb: name a file that ends in .html, in a folder that is",
        ),
        (["--nb-report", "no/such.html"], "--nb-report no/such.html: name a file that ends in .html"),
        (["-o", "nb_preload=json no_such"], "nb_preload names no_such, which is not installed: name modules to load"),
    ],
)
def test_an_option_that_breaks_the_comparison_is_refused(tmp_path, options, sentence):
    make_folder(tmp_path, sound=[silent()])
    (tmp_path / "randomly_stand_in.py").write_text(
        "def pytest_configure(config): pass\n"
        "def pytest_addoption(parser, pluginmanager): pluginmanager.register(object(), 'randomly')\n"
    )
    run = run_pytest(tmp_path, *options)
    assert run.status == pytest.ExitCode.USAGE_ERROR
    assert sentence in run.text
    assert run.reports == {}


def test_the_pytest_settings_count(tmp_path):
    cells = [printing("0.50", "0.51"), printing("0.00", "0.01"), showing("image/png", SINE, COSINE)]
    make_folder(tmp_path, settings=cells)
    run = run_pytest(tmp_path, "-p", "no:randomly", "-o", "nb_rtol=0.05", "-o", "nb_atol=0.01", "-o", "nb_image_rms=50")
    assert run.status == 0, run.text
