"""Shards of `make test`: each test in exactly one; and the workflows that run them on several computers."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from nbformat import v4, write

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small course with the course's conftest: seven files of two tests each, three notebooks of two cells."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "conftest.py", folder)
    for name in ("tests/logic/test_a.py", *(f"tests/test_{letter}.py" for letter in "abcdef")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("def test_one():\n    pass\n\n\ndef test_two():\n    pass\n")
    (folder / "notebooks").mkdir()
    for number in range(3):
        cells = [v4.new_code_cell("1", execution_count=i + 1) for i in range(2)]
        write(v4.new_notebook(cells=cells), folder / "notebooks" / f"{number}.ipynb")
    return folder


def collect(folder, *options):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
    ]
    command += ["--nbval", "--nbval-current-env", *options, "tests", "notebooks"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def collected(folder, *options):
    return re.findall(r"^\S+::.+$", collect(folder, *options).stdout, re.MULTILINE)


def test_each_test_is_in_exactly_one_shard_and_each_file_whole(folder):
    shards = [collected(folder, "--shard", f"{i}/4") for i in range(1, 5)]
    every = collected(folder)
    assert len(every) == 20 and sorted(sum(shards, [])) == sorted(every)
    files = [{test.partition("::")[0] for test in shard} for shard in shards]
    assert [len(of_shard) for of_shard in files] == [3, 3, 2, 2] and len(set.union(*files)) == 10


@pytest.mark.parametrize("shard", ["5/4", "two/4", ""])
def test_a_shard_that_is_none_gets_one_sentence(folder, shard):
    done = collect(folder, f"--shard={shard}")
    said = [line for line in done.stderr.splitlines() if line]
    assert done.returncode == 4
    assert said == [f"ERROR: SHARD should be a part and the number of parts, such as 2/4, not {shard!r}."]


def test_the_workflow_runs_every_shard():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "notebooks.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    (command,) = [step["run"] for step in job["steps"] if "SHARD" in step.get("run", "")]
    total = int(re.fullmatch(r"make test SHARD=\$\{\{ matrix\.shard \}\}/(\d+)", command)[1])
    assert job["strategy"]["matrix"]["shard"] == list(range(1, total + 1))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^test:.*\n\t.*\n\t.*--shard \$\(SHARD\)", makefile, re.MULTILINE)


def test_the_workflow_for_other_notebooks_runs_each_of_them_once(tmp_path):
    manual = (ROOT / "src" / "nbval-tolerance" / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.+?)```", manual, re.DOTALL)
    job = yaml.safe_load(text)["jobs"]["test"]
    (command,) = [step["run"] for step in job["steps"] if "matrix" in step.get("run", "")]
    (tmp_path / "notebooks").mkdir()
    names = [f"notebooks/{i:02}.ipynb" for i in range(11)]
    for name in names:
        (tmp_path / name).touch()
    listing = re.search(r"\$\((ls .+)\)$", command)[1]
    found = []
    for shard in job["strategy"]["matrix"]["shard"]:
        one = listing.replace("${{ matrix.shard }}", str(shard))
        found += subprocess.run(one, shell=True, cwd=tmp_path, capture_output=True, text=True).stdout.split()
    assert sorted(found) == names
