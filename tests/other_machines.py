"""Re-run and compare the notebooks as other machines would: `python tests/other_machines.py --only openblas 06 11`.

Without numbers all notebooks, without --only all settings; --only takes the beginnings of their names. A setting that
this processor lacks is left out with a line. The run ends with a table, settings × notebooks, of the cells that differ;
the exit status is 1 if there are any. `make test-robust` calls this.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy._core._multiarray_umath as numpy_core
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
WITH_TORCH = find_spec("torch") is not None
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").glob("*.ipynb") if WITH_TORCH or not path.stem.endswith("_in_pytorch")
)
HAS = numpy_core.__cpu_features__  # {"AVX2": True, …}
ABOVE_SSE3 = [name for name in numpy_core.__cpu_dispatch__ if HAS[name]]
AVX512 = [name for name in ABOVE_SSE3 if name.startswith("AVX512")]


class Setting(NamedTuple):
    """What stands for another machine: variables of the environment, and the feature that the processor needs for it."""

    variables: dict
    needs: str = "SSE2"


def openblas(kernels):
    return {"OPENBLAS_CORETYPE": kernels}


def numpy_without(features):
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(features)}


def xla(instructions):
    return {"XLA_FLAGS": f"--xla_cpu_max_isa={instructions}"}


def threads(number):
    return dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(number))


LIBM = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable"
}  # newer and older names
SETTINGS = {
    "openblas-haswell": Setting(openblas("Haswell"), "AVX2"),
    "openblas-zen": Setting(openblas("Zen"), "AVX2"),
    "openblas-skylakex": Setting(openblas("SkylakeX"), "AVX512_SKX"),
    "openblas-nehalem": Setting(openblas("Nehalem"), "SSE42"),
    "numpy-without-avx512": Setting(numpy_without(AVX512), "AVX512F"),
    "numpy-sse3": Setting(numpy_without(ABOVE_SSE3)),
    "libm-without-avx2": Setting(LIBM),
    "xla-sse4.2": Setting(xla("SSE4_2"), "SSE42"),
    "xla-avx2": Setting(xla("AVX2"), "AVX2"),
    "xla-avx512": Setting(xla("AVX512"), "AVX512F"),
    "onednn": Setting({"TF_ENABLE_ONEDNN_OPTS": "1"}),
    **{f"threads-{number}": Setting(threads(number)) for number in (1, 2, 3, 8)},
    "weakest": Setting(
        {**openblas("Nehalem"), **numpy_without(ABOVE_SSE3), **LIBM, **xla("SSE4_2"), **threads(1)}, "SSE42"
    ),
}


def main(argv=None):
    parser = argparse.ArgumentParser(description="Re-run and compare the notebooks as other machines would.")
    parser.add_argument("numbers", nargs="*", metavar="N", help="02 or 02b; without a number, all notebooks")
    parser.add_argument("--only", default="", help="the beginnings of names of settings, as in openblas,weakest")
    wanted = parser.parse_args(argv)
    only = tuple(wanted.only.replace(",", " ").split()) or ("",)
    chosen = {name: setting for name, setting in SETTINGS.items() if name.startswith(only)}
    paths = [path for path in NOTEBOOKS if not wanted.numbers or number(path) in wanted.numbers]
    for beginning in only:
        if not any(name.startswith(beginning) for name in SETTINGS):
            parser.error(f"no setting begins with {beginning!r}; there are: {', '.join(SETTINGS)}")
    for missing in set(wanted.numbers) - set(map(number, paths)):
        parser.error(f"there is no notebook {missing}; there are: {', '.join(map(number, NOTEBOOKS))}")
    return report({name: run(name, setting, paths) for name, setting in chosen.items() if can_run(name, setting)})


def number(path):
    return path.stem.split("_")[0]


def can_run(name, setting):
    if not HAS.get(setting.needs):
        print(f"== {name}: left out, this processor has no {setting.needs}")
    return HAS.get(setting.needs)


def run(name, setting, paths):
    """{notebook's number: cells that differ or fail} under a setting, for the notebooks that were run."""
    print(f"== {name}: {' '.join(f'{key}={value!r}' for key, value in setting.variables.items())}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        command = [sys.executable, "-m", "pytest", "-n2", "--dist=loadfile", "-q", "--nbval", f"--junitxml={results}"]
        done = subprocess.run([*command, *map(str, paths)], cwd=ROOT, env=os.environ | setting.variables)
        red = Counter()
        if not results.exists():  # pytest itself said why
            sys.exit(done.returncode)
        for case in ElementTree.parse(results).iter("testcase"):
            notebook = re.search(r"(?:^|[./])(\d+\w*?)_\w+\.ipynb", case.get("classname") + ".ipynb")[1]
            red[notebook] += any(child.tag in ("failure", "error") for child in case)
    return red


def report(results):
    """Print the table of settings × notebooks and return the exit status."""
    shown = {name: {notebook: n or "·" for notebook, n in red.items()} for name, red in results.items()}
    print("\nCells that differ (–: not run here):")
    table = pd.DataFrame(shown).T.sort_index(axis=1).map(lambda found: "–" if pd.isna(found) else found)
    print(table.to_string() if results else "nothing was run")
    return int(any(red.total() for red in results.values()))


if __name__ == "__main__":
    sys.exit(main())
