"""Every notebook in JupyterLab, in a Chromium that reaches nothing but this machine: opened, and run from its menu.

The notebooks are copies, and JupyterLab is as a new user has it. `make test-lab N=02` runs one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from urllib.parse import urlsplit

import nbformat
import pytest
import requests
from conftest import PATIENCE, STEP
from jupyter_server.serverapp import list_running_servers
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
NEEDS_PYTORCH = pytest.mark.skipif(find_spec("torch") is None, reason="needs PyTorch, which make test-torch installs")
NOTEBOOKS = [
    pytest.param(path, id=path.stem, marks=NEEDS_PYTORCH if path.stem.endswith("_in_pytorch") else ())
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
]
PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
LONGEST_CELL = 600_000  # ms
QUESTIONS = """
    window.panel = () => window.jupyterapp?.shell.currentWidget
    window.dialog = () => document.querySelector(".jp-Dialog")?.innerText
    window.idle = () => panel()?.context?.isReady && panel().sessionContext.session?.kernel?.status === "idle"
    window.codeCells = () => panel().content.widgets.filter(cell => cell.model.type === "code")
    window.running = () => codeCells().filter(cell => cell.model.executionState === "running").length
    window.ran = () => codeCells().filter(cell => cell.model.executionCount).length
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab: its folder, its address and its token."""
    folder, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "images", folder / "images")
    (folder / "notebooks").mkdir()
    places = dict.fromkeys(["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"], str(home))
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--expose-app-in-browser"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}"],
            env=os.environ | places,
            stderr=log,
        )
    while not (servers := list(list_running_servers(str(home)))):
        assert server.poll() is None, (home / "log").read_text()
        time.sleep(0.2)
    yield SimpleNamespace(folder=folder, address=servers[0]["url"], token=servers[0]["token"])
    server.kill()  # asked to stop in the midst of a request, it may hang; kernels end with it
    server.wait()


@pytest.fixture
def tab(browser, lab):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(QUESTIONS)
    tab = context.new_page()
    yield tab
    context.close()
    allowed = {"Authorization": f"token {lab.token}"}  # asked from the page, the server's answer may not come
    for session in requests.get(f"{lab.address}api/sessions", headers=allowed, timeout=60).json():
        requests.delete(f"{lab.address}api/sessions/{session['id']}", headers=allowed, timeout=60).raise_for_status()


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_a_notebook_opens_and_runs(tab, lab, path):
    assert faults(tab, lab, nbformat.read(path, 4)) == []


def test_what_is_faulty_is_found(tab, lab):
    hidden = {"source_hidden": True, "outputs_hidden": True}
    hidden_solution = {"tags": ["solution"], "jupyter": {"source_hidden": True}}
    cells = [
        new_code_cell("# Solution\n1", id="folded", metadata={"tags": ["solution"], "jupyter": hidden}),
        new_code_cell("# Solution\n1", id="open", metadata={"tags": ["solution"]}),
        new_code_cell("print('✗ share: measured 2, claimed 1')", id="broken"),
        new_markdown_cell("Solution, discussed\n\nBecause.", id="discussed", metadata=hidden_solution),
        new_markdown_cell('<img src="http://example.org/x.png">'),
        new_code_cell("1 / 0", id="error"),
        new_code_cell("2", id="after"),
    ]
    assert faults(tab, lab, new_notebook(cells=cells, metadata=PYTHON)) == [
        "open: the solution is not folded",
        "discussed: running opened the solution",
        "broken: ✗ share: measured 2, claimed 1",
        "error: ZeroDivisionError: division by zero",
        "after: it did not run",
        "http://example.org/x.png was asked for",
        "Failed to load resource: net::ERR_NAME_NOT_RESOLVED",
    ]


@pytest.mark.parametrize(
    ("code", "metadata", "said"),
    [("import os; os._exit(1)", PYTHON, "appears to have died"), ("1", {}, "Select Kernel")],
)
def test_a_dialog_is_found(tab, lab, code, metadata, said):
    (found,) = faults(tab, lab, new_notebook(cells=[new_code_cell(code)], metadata=metadata))
    assert said in found


def test_a_playground_trains_stops_rewinds_takes_points_and_hands_over(tab, lab):
    playground = """
        from gates_to_flows.playground import Playground
        playground = Playground("XOR", seed=4, optimiser="SGD", rate=0.2, momentum=0.0, speed=50,
                                initialisation="notebook 2: normal")
        playground"""
    state = """
        import json
        now = {"points": playground.x.tolist(), "weights": [array.tolist() for array in playground.weights]}
        print(json.dumps(playground.state | now))"""
    to_keras = """
        model, data = playground.keras_model(), (playground.x, playground.y)
        print(model.evaluate(*data, verbose=0))
        model.fit(*data, epochs=5, verbose=0)
        print(model.evaluate(*data, verbose=0))"""
    check = """
        from gates_to_flows.checks import xor as check
        check.folded_the_other_way(playground)"""
    cells = [new_code_cell(dedent(source).strip()) for source in (playground, "0", "0", "0")]
    assert faults(tab, lab, new_notebook(cells=cells, metadata=PYTHON)) == []
    wrong = watch(tab, lab)

    def press(name, times=1):
        for _ in range(times):
            tab.get_by_role("button", name=name, exact=True).click()

    def now(steps, points=4):
        """What Python knows, once it knows of this step and these points: the page tells it beside the cells that run."""
        for _ in range(100):
            found = json.loads(printed(tab, 1, state))
            if (found["steps"], len(found["points"])) == (steps, points):
                return found
        pytest.fail(f"Python is not told of step {steps} and {points} points: {found}")

    start = now(0)["weights"]
    press("One step", times=5)
    five = now(5)
    keras, trained_on = map(float, printed(tab, 2, to_keras).split())
    press("One step", times=5)
    ten = now(10)
    assert [keras, trained_on] == pytest.approx([five["loss"], ten["loss"]], abs=1e-6)
    press("Train")
    tab.wait_for_function("document.querySelector('.verdict').textContent.startsWith('Right')")
    tab.wait_for_function(f"{STEP} > 3000")
    press("Pause")
    stopped = tab.evaluate(STEP)
    assert now(stopped)["solved"]
    assert printed(tab, 3, check).startswith("✓ 2.6")
    assert tab.evaluate(STEP) == stopped
    press("Back to the same start")
    assert now(0)["weights"] == start
    press("One step", times=5)
    assert now(5)["weights"] == five["weights"] != start

    tab.get_by_text("Network and training").click()
    tab.get_by_label("learning rate").fill("12")
    tab.get_by_label("learning rate").blur()
    now(0)
    assert printed(tab, 2, "print(float(playground.keras_model().optimizer.learning_rate))") == "12.0\n"

    tab.get_by_label("data").select_option("own points")
    picture = tab.locator("[data-view=output]")
    picture.click(position={"x": 100, "y": 100})
    now(0, points=1)
    picture.click(position={"x": 150, "y": 100})
    left, right = now(0, points=2)["points"]
    assert left[0] < right[0] and left[1] == right[1]
    assert wrong == []


def printed(tab, index, source):
    """What a cell prints with this code in it."""
    tab.evaluate(
        """([index, source]) => {
            panel().content.activeCellIndex = index;
            panel().content.activeCell.model.sharedModel.setSource(source);
            window.ended = false;
            jupyterapp.commands.execute("notebook:run-cell").then(() => { window.ended = true; });
        }""",
        [index, dedent(source).strip()],
    )
    tab.wait_for_function("ended", timeout=PATIENCE)
    return text(nbformat.from_dict(tab.evaluate("index => panel().content.model.toJSON().cells[index]", index)))


def faults(tab, lab, notebook):
    """What goes wrong while JupyterLab opens a notebook and runs all of its cells."""
    wrong = watch(tab, lab)
    stored = {cell.id: text(cell) for cell in notebook.cells}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
    nbformat.write(notebook, lab.folder / "notebooks" / "notebook.ipynb")
    tab.goto(f"{lab.address}lab/tree/notebooks/notebook.ipynb?reset&token={lab.token}")
    tab.wait_for_function("dialog() || idle()", timeout=LONGEST_CELL)
    if said := tab.evaluate("dialog()"):
        return [said]
    solutions = [i for i, cell in enumerate(notebook.cells) if "solution" in cell.metadata.get("tags", [])]
    found = [f"{cell.id}: the solution is not folded" for cell in in_sight(tab, notebook, solutions)]

    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    tab.wait_for_function("running() || ran()")
    while left := tab.evaluate("!dialog() && running()"):
        tab.wait_for_function("left => dialog() || running() !== left", arg=left, timeout=LONGEST_CELL)
    if said := tab.evaluate("dialog()"):
        return [*found, said]
    discussed = [i for i in solutions if notebook.cells[i].cell_type == "markdown"]
    found += [f"{cell.id}: running opened the solution" for cell in in_sight(tab, notebook, discussed)]

    for cell in map(nbformat.from_dict, tab.evaluate("panel().content.model.toJSON().cells")):
        if cell.cell_type == "code":
            found += [f"{cell.id}: {o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"]
            found += [f"{cell.id}: it did not run"] * (cell.execution_count is None)
            if "✗" in text(cell) and "✗" not in stored[cell.id]:
                found.append(f"{cell.id}: {text(cell).strip()}")
    return found + wrong


def watch(tab, lab):
    """What a tab asks for elsewhere, and its errors: a list that grows from now on."""
    server, wrong = urlsplit(lab.address).netloc, []

    def asked(url):
        if urlsplit(url).netloc not in ("", server):
            wrong.append(f"{url} was asked for")

    tab.on("request", lambda request: asked(request.url))
    tab.on("websocket", lambda socket: asked(socket.url))
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def in_sight(tab, notebook, solutions):
    """The cells, of these indices, that show more of a solution than its first line."""
    for index in solutions:
        cell = notebook.cells[index]
        tab.evaluate("index => panel().content.scrollToItem(index, 'center')", index)
        shown = tab.wait_for_function("index => panel().content.widgets[index].node.innerText.trim()", arg=index)
        if shown.json_value() != re.sub("<[^>]*>", "", cell.source.split("\n")[0]):
            yield cell


def text(cell):
    """All that a cell printed."""
    return "".join(output.text for output in cell.get("outputs", []) if output.output_type == "stream")
