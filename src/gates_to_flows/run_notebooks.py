"""Run notebooks from a fresh kernel and store their outputs: `python -m gates_to_flows.run_notebooks 2 02b`.

Without a number, all of them. A notebook is written only if every cell ran; sources, ids and tags stay as they are. One
that fails stays as it was, the others still run, and the exit status is 1. `make notebooks` calls this.
"""

import argparse
import base64
import importlib.util
import re
import sys
import time
from io import BytesIO

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

from gates_to_flows import course_map
from gates_to_flows.prose import swallowed

NOTEBOOKS = course_map.ROOT / "notebooks"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
IN_DEPTH = "###? In depth · "  # such a section is closed until it is wanted
WIDGET = "application/vnd.jupyter.widget-view+json"  # the number of a widget that lives in a kernel
CELL_TIMEOUT = 600  # seconds by the clock: only a cell that hangs gets there, on a busy machine too


def main(argv=None, folder=NOTEBOOKS):
    """Run the notebooks of `folder` that `argv` asks for. Returns the exit status: 0, 1 (one failed) or 2 (unknown)."""
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("numbers", nargs="*", metavar="N", help="2, 02 or 02b; without a number, all of them")
    wanted = [spoken_number(number) for number in parser.parse_args(argv).numbers]
    paths = sorted(folder.glob("*.ipynb"))
    there = {spoken_number(path.stem): path.stem.split("_")[0] for path in paths}
    unknown = [number for number in wanted if number not in there]
    if unknown or not paths:
        missing = " ".join(["no notebook", *unknown])
        print(f"There is {missing} in {folder}; there are: {', '.join(there.values()) or 'none'}.", file=sys.stderr)
        return 2
    chosen = [path for path in paths if not wanted or spoken_number(path.stem) in wanted]
    succeeded = all([run(path) for path in chosen])  # a list, so that one failure does not stop the rest
    if folder == NOTEBOOKS:
        course_map.write()
    return 0 if succeeded else 1


def spoken_number(name):
    """The number of a notebook as one says it: `2b` for 02b_xor_in_pytorch, `0` for 00."""
    return name.split("_")[0].lower().lstrip("0") or "0"


def run(path):
    """Run one notebook and store it. Returns False, and leaves the file alone, if a cell fails."""
    if path.stem.endswith("_in_pytorch") and importlib.util.find_spec("torch") is None:
        print(f"{path.stem} left out: PyTorch is not installed; `make test-torch` installs it")
        return True

    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown" and (line := swallowed(cell.source)) is not None:
            print(f"{path.stem}  REFUSED: cell {number} is prose and holds code ({line.strip()})", file=sys.stderr)
            return False
    reached = 0

    def show_progress(cell, cell_index):
        nonlocal reached
        reached = cell_index
        overwrite_line(f"{path.stem}  cell {cell_index + 1} of {len(notebook.cells)}")

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        # nbval's kernels cannot see what is written to the file descriptors: do not store it. No warning about TCP.
        extra_arguments=["--IPKernelApp.capture_fd_output=False", "--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=show_progress,
    )
    started, failure = time.perf_counter(), None
    try:
        client.execute()
    except CellExecutionError as error:
        failure = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        failure = f"it did not end within {CELL_TIMEOUT} s"
    except DeadKernelError:
        failure = "the kernel died"
    overwrite_line("")
    if failure:
        line = notebook.cells[reached].source.strip().partition("\n")[0]
        print(f"{path.stem}  FAILED in cell {reached + 1} ({line}): {failure}", file=sys.stderr)
        return False
    clean(notebook)
    nbformat.write(notebook, path)
    save_thumbnail(notebook, path.parent.parent / "images" / f"{path.stem}.png")
    print(f"{path.stem}  {len(notebook.cells)} cells, {time.perf_counter() - started:.1f} s", flush=True)
    return True


def overwrite_line(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def clean(notebook):
    """Drop what differs between two runs or two editors, fold what is beside the main path, copy alt texts to their cells."""
    kept = {name: value for name, value in notebook.metadata.items() if name == "nbval"}
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}, **kept})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET, None)
            copy_alt_text(cell)
        kept = {name: cell.metadata[name] for name in ("tags", "mystnb") if cell.metadata.get(name)}
        if {"solution", "numbers", "plumbing"} & set(cell.metadata.get("tags", [])) and cell.cell_type == "code":
            kept["jupyter"] = dict.fromkeys(["source_hidden", "outputs_hidden"], True)
        if cell.cell_type == "markdown" and re.match(IN_DEPTH, cell.source):
            kept["jp-MarkdownHeadingCollapsed"] = True
        cell.metadata = nbformat.from_dict(kept)


def merge_streams(outputs):
    """Join neighbouring pieces of one stream: where a kernel cuts it depends on the clock."""
    merged = []
    for output in outputs:
        if merged and output.output_type == "stream" and output.get("name") == merged[-1].get("name"):
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def copy_alt_text(cell):
    """Readers of the built pages get the alt text from the cell's metadata; `plots` leaves it in the output's."""
    mystnb = cell.metadata.setdefault("mystnb", {})
    figures = pictures(cell)
    alts = [figure.metadata["image/png"]["alt"] for figure in figures if "alt" in figure.metadata.get("image/png", {})]
    if alts:
        mystnb["image"] = {**mystnb.get("image", {}), "alt": " ".join(alts)}
    elif not figures:
        mystnb.pop("image", None)


def pictures(cell):
    return [output for output in cell.outputs if "image/png" in output.get("data", {})]


def save_thumbnail(notebook, path):
    """Scale the first picture of the cell tagged `thumbnail`; a file within one grey level of it (RMS) stays."""
    tagged = [cell for cell in notebook.cells if "thumbnail" in cell.metadata.get("tags", [])]
    for figure in [figure for cell in tagged for figure in pictures(cell)][:1]:
        image = Image.open(BytesIO(base64.b64decode(figure.data["image/png"]))).convert("RGB")
        image = image.resize((640, round(image.height * 640 / image.width)), Image.Resampling.LANCZOS)
        old = Image.open(path).convert("RGB") if path.exists() else Image.new("RGB", (0, 0))
        if old.size != image.size or np.mean(np.subtract(image, old, dtype=float) ** 2) > 1:
            path.parent.mkdir(exist_ok=True)
            image.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
