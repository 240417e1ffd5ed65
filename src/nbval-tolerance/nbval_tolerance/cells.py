"""Around nbval's notebooks and cells: each function takes the method that it replaces as its first argument."""

import copy
import json
import re
from collections import defaultdict, namedtuple
from queue import Empty

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbval import plugin as nbval

from nbval_tolerance import frontend
from nbval_tolerance.drawn import DRAWN
from nbval_tolerance.figures import compare_figures
from nbval_tolerance.kernels import KernelDied, watch_of
from nbval_tolerance.pictures import STRICT, compare_pictures, save_pictures
from nbval_tolerance.settings import NotebookForm, find_faults, read_ini, read_tolerances
from nbval_tolerance.text import compare_text

PROCESSOR = "processor_seconds"
PICTURES = ("image/png", "image/jpeg")
FIGURES = (*PICTURES, "image/svg+xml")
Slot = namedtuple(
    "Slot", "holder key drawn"
)  # the dictionary that holds an output, its key; what is drawn in it, or None
ANSI = re.compile(r"\x1b\[[\d;]*m")


# ---- notebooks -----------------------------------------------------------------------------------------------------


def collect(original, notebook):
    try:
        items = list(original(notebook))
    except Exception as error:  # nbformat's own, and whatever it stumbles over in a file that is something else
        raise pytest.Collector.CollectError(f"{notebook.path.name} is no notebook: {str(error)[:200]}") from None
    notebook.cells, notebook.next, notebook.running = items, 0, None  # the next cell due, and the one that runs
    notebook.causes, notebook.accepted = {}, {}
    lines = enumerate(notebook.path.read_text(encoding="utf-8").split("\n"))
    notebook.lines = [i for i, line in lines if '"cell_type": "code"' in line]
    for item in items:
        item.findings = {}
        item.cell.outputs = nbval.coalesce_streams(
            item.cell.outputs
        )  # nbval does so at each run, and spoils those already joined
        item.output_timeout = 20  # nbval's 5 s are short on a busy machine
        if "skip-execution" in (item.cell.metadata.get("tags") or ()):
            item.options["skip"] = True
    faults = find_faults(items)
    if faults:
        notebook.setup = lambda: None  # no kernel for what is not run
        items = [NotebookForm.from_parent(notebook, name="form")]
        items[0].faults = faults
    return items


def setup(original, notebook):
    options = notebook.config.option
    name = options.nbval_kernel_name or notebook.nb.metadata.get("kernelspec", {}).get("name", "python")
    if not (options.nbval_current_env or name == "python" or name.lower() in KernelSpecManager().find_kernel_specs()):
        pytest.fail(
            f"{notebook.path.name} asks for the kernel {name!r}, which is not installed here: install it, or, if it stands for "
            "Python, add --nbval-current-env for the one that runs pytest.",
            pytrace=False,
        )
    frontend.setup(original, notebook)


def teardown(original, notebook):
    used = watch_of(notebook.kernel).look() if notebook.kernel is not None and notebook.kernel.is_alive() else 0
    original(notebook)
    if notebook.accepted:
        accept(notebook)
    budget = read_ini(notebook.config)["budget"]
    if budget and used > 2 * budget:
        pytest.fail(
            f"{notebook.path.name} used {used:.1f} s of processor time, over twice its budget of {budget:g} s.",
            pytrace=False,
        )


def accept(notebook):
    """Store the fresh outputs of cells that differ, and leave everything else of the file as it is."""
    text = notebook.path.read_text(encoding="utf-8")
    nb = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    codes = [cell for cell in nb.cells if cell.cell_type == "code"]
    for number, outputs in notebook.accepted.items():
        for output in outputs:
            if output.output_type == "execute_result":
                output["execution_count"] = codes[number].execution_count
        codes[number]["outputs"] = [nbformat.from_dict(output) for output in outputs]
    end = "\n" if text.endswith("\n") else ""
    notebook.path.write_text(nbformat.writes(nb, version=nbformat.NO_CONVERT) + end, encoding="utf-8")


# ---- cells ---------------------------------------------------------------------------------------------------------


def runtest(original, item):
    notebook = item.parent
    if notebook.timed_out:
        pytest.xfail("an earlier cell was stopped or killed the kernel")
    if item.options["skip"]:
        return original(item)
    if item.cell_num < notebook.next:  # run again: its kernel has seen it already
        notebook.kernel.stop()
        notebook.setup()
        notebook.next, notebook.causes = 0, {}
    for earlier in notebook.cells[notebook.next : item.cell_num]:
        if not earlier.options["skip"]:
            run_unseen(earlier, item)
    notebook.next = item.cell_num + 1
    run(original, item)


def run(original, item):
    """Run and compare one cell, within its limits."""
    notebook = item.parent
    watch, limits = watch_of(notebook.kernel), read_ini(item.config)
    watch.begin_cell(limits["cell_budget"], limits["patience"])
    notebook.running, item.clears, item.displays = item, False, {}
    try:
        original(item)
    except KernelDied:
        notebook.timed_out = True
        notebook.kernel.stop()
        item.raise_cell_error("the kernel died in this cell: killed, crashed or out of memory")
    except nbval.NbCellError as error:
        if not notebook.timed_out:
            explain(item)
        if not notebook.timed_out or "waiting for output" in str(error):
            raise
    finally:
        item.user_properties.append((PROCESSOR, watch.look()))
    if notebook.timed_out:  # said by nbval, or hidden from it by a cell that swallows the KeyboardInterrupt
        item.raise_cell_error(f"the cell {watch.stopped}; it was stopped")


def explain(item):
    """Of an exception: xfail what an earlier one has caused, skip for pytest.skip(), and remember it for later cells."""
    errors = [output for output in item.test_outputs if output.output_type == "error"]
    if not errors or item.options["check_exception"]:
        return
    name, text = errors[-1]["ename"], errors[-1]["evalue"]
    if name == "Skipped":
        pytest.skip(text)
    missing = re.match(r"name '(\w+)' is not defined", text) if name == "NameError" else None
    for cell, (cause, source) in item.parent.causes.items():
        if cause == (name, text) or (missing and re.search(rf"\b{missing[1]}\b", source)):
            item.parent.causes[item.name] = (name, text), item.cell.source
            pytest.xfail(f"follows from {cell}, which failed: {name}: {text}")
    item.parent.causes[item.name] = (name, text), item.cell.source


def run_unseen(item, wanted):
    """Run a cell that was not chosen, for what a chosen one needs of it."""
    kernel = item.parent.kernel
    item.parent.running = None
    watch_of(kernel).begin_cell(0, 0)
    request = kernel.execute_cell_input(item.cell.source, allow_stdin=False)
    this = f"{item.name}, which has to run before this cell,"
    try:
        kernel.await_reply(request, timeout=item.config.option.nbval_cell_timeout)
        while True:
            message = kernel.get_message("iopub", timeout=item.output_timeout)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "error" and not item.options["check_exception"]:
                wanted.raise_cell_error(f"{this} fails: {content['ename']}: {content['evalue']}")
            if content.get("execution_state") == "idle":
                break
    except (Empty, KernelDied):
        item.parent.timed_out = True
        wanted.raise_cell_error(f"{this} did not end")


def compare_outputs(original, item, test, ref, skip_compare=None):
    """Whatever agrees within tolerance is set to what is stored; then nbval compares as always."""
    settings, as_they_came, test = read_tolerances(item), test, copy.deepcopy(test)
    skip_compare = (*(skip_compare or item.parent.skip_compare), *settings["ignore"])
    test, ref = ([o for o in outputs if o.get("name") not in settings["ignore"]] for outputs in (test, ref))
    problems, differing = [], []
    stored, fresh = collect_slots(ref), collect_slots(test)
    for key in dict.fromkeys([*stored, *fresh]):
        if key in skip_compare and (key not in PICTURES or key in settings["ignore"]):
            continue
        name, many = "picture" if key in PICTURES else key, len(stored[key]) > 1
        pairs = list(zip(stored[key], fresh[key], strict=False))
        for number, (old, new) in enumerate(pairs, 1):
            found = compare_output(item, key, number, old, new, settings)
            problems += [f"{name} {number} {problem}" if many else f"{name} {problem}" for problem in found]
            differing += [(key, text_in(old), text_in(new))] if found else []
            new.holder[new.key] = old.holder[old.key]
        if len(stored[key]) != len(fresh[key]):
            missing = len(stored[key]) > len(fresh[key])
            alone = text_in(max(stored[key], fresh[key], key=len)[len(pairs)])
            differing.append((key, alone, "") if missing else (key, "", alone))
            begin = "" if key in PICTURES else ": " + repr(alone.strip().split("\n")[0][:100])
            what = "missing" if missing else "extra"
            problems.append(f"{name} {what} ({len(stored[key])} stored, {len(fresh[key])} now){begin}")
    if not problems:
        return original(item, test, ref, skip_compare)
    if item.config.getoption("nb_accept"):
        item.parent.accepted[item.cell_num] = as_they_came
        item.findings["accepted"] = item.name
        return True
    more = [f"… and {len(problems) - 6} more"] if len(problems) > 6 else []
    item.comparison_traceback = [f"{name_cell(item)}, {problem}" for problem in problems[:6]] + more
    item.findings["differs"] = differing
    return False


def compare_output(item, key, number, old, new, settings):
    """The differences between two outputs of one kind, each in its slot, as a list of sentences."""
    stored, fresh = old.holder[old.key], new.holder[new.key]
    if key in FIGURES and settings["img"] == "skip":
        return []
    if key in FIGURES and old.drawn and new.drawn and settings["img"] <= STRICT:
        found = compare_figures(old.drawn, new.drawn, settings["rtol"])
        if key in PICTURES and found:
            found[-1] += "; " + save_pictures(item, number, key, stored=stored, fresh=fresh)
        return found
    if key in PICTURES:
        problem = compare_pictures(stored, fresh, settings["img"])
        return [f"{problem}; {save_pictures(item, number, key, stored=stored, fresh=fresh)}"] if problem else []
    texts = [as_text(item.sanitize(output)) for output in (stored, fresh)]
    return compare_text(*texts, settings["rtol"], settings["atol"], settings["times"])


def as_text(output):
    return output if isinstance(output, str) else json.dumps(output, indent=1, sort_keys=True, ensure_ascii=False)


def text_in(slot):
    return as_text(slot.holder[slot.key])


def collect_slots(outputs):
    """{stdout, text/html, image/png, …: [slots]}, in the order of the outputs."""
    slots = defaultdict(list)
    for output in outputs:
        data, drawn = output.get("data", {}), output.get("metadata", {}).get(DRAWN)
        if output["output_type"] == "stream":
            slots[output["name"]].append(Slot(output, "text", drawn))
        for holder, keys in ((output, {"ename", "evalue"} & set(output)), (data, data)):
            for key in keys:
                slots[key].append(Slot(holder, key, drawn))
    return slots


def name_cell(item):
    return f"{item.name} (In [{item.cell.execution_count}])"


def reportinfo(original, item):
    """The file, the line of it on which the cell begins (from 0), and a name: for JUnit and annotations."""
    path, _, name = original(item)
    lines = item.parent.lines
    return path, lines[item.cell_num] if item.cell_num < len(lines) else 0, name  # a file on one line has no lines


def repr_failure(original, item, excinfo):
    error = excinfo.value
    if not isinstance(error, nbval.NbCellError):
        return ANSI.sub("", str(original(item, excinfo)))
    what = "" if str(error) == "Cell outputs differ" else f"{name_cell(item)}: {error}"
    source = "\n".join(f"    {line}" for line in error.source.split("\n"))
    return ANSI.sub("", "\n".join(filter(None, [what, error.inner_traceback, f"\nThe cell:\n{source}"])))
