"""What a front end does and nbval leaves out: histories, displays that are cleared or changed, output past Python."""

import os
from contextlib import suppress
from queue import Empty

from nbval_tolerance.drawn import DRAWN

DESCRIBE = "import nbval_tolerance.drawn as drawn; drawn.load_ipython_extension(get_ipython())"


def setup(original, notebook):
    """Start the kernel out of a test's sight: ipykernel drops what is written to file descriptors 1 and 2 in a test."""
    test = os.environ.pop("PYTEST_CURRENT_TEST", None)
    try:
        original(notebook)
    finally:
        if test is not None:
            os.environ["PYTEST_CURRENT_TEST"] = test
    outputs = [output for cell in notebook.nb.cells for output in cell.get("outputs", ())]
    if any(DRAWN in output.get("metadata", {}) for output in outputs):
        request = notebook.kernel.kc.execute(DESCRIBE, silent=True)  # without effect where it is not installed
        with suppress(Empty):
            notebook.kernel.await_reply(request, timeout=60)


def execute_cell_input(original, kernel, cell_input, allow_stdin=None):
    """With history, as notebooks are run: or a trailing semicolon is not obeyed, and `_` and `Out[3]` are missing."""
    kernel.request = kernel.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)
    return kernel.request


def get_kernel_message(original, notebook, timeout=None, stream="iopub"):
    """Clear and change the outputs of the running cell as the kernel asks; nbval gets the message as none of its business.

    An update of a display of an earlier cell is not followed: that cell has been compared.
    """
    message = original(notebook, timeout=timeout, stream=stream)
    cell, kind, content = notebook.running, message["msg_type"], message["content"]
    if cell is None or message["parent_header"].get("msg_id") != notebook.kernel.request:
        return message
    outputs = cell.test_outputs
    if kind == "clear_output" and content["wait"]:
        cell.clears = True
    elif kind == "clear_output" or (cell.clears and kind in ("stream", "display_data", "execute_result", "error")):
        cell.clears = False
        cell.displays.clear()
        outputs.clear()
    if kind in ("display_data", "update_display_data"):
        name = content.get("transient", {}).get("display_id")
        if kind == "update_display_data":
            for place in cell.displays.get(name, []):
                outputs[place].update(data=content["data"], metadata=content["metadata"])
        elif name:
            cell.displays.setdefault(name, []).append(len(outputs))
    if kind in ("clear_output", "update_display_data"):
        return {**message, "msg_type": "comm"}
    return message
