"""The container for an editor on the web is made as the rest of the project is."""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())


def test_the_container_has_the_python_of_environment_yml():
    python = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"][0]
    assert CONTAINER["image"] == python.replace("=", ":")


def test_the_container_is_set_up_by_a_target_of_the_makefile():
    make, target = CONTAINER["postCreateCommand"].split()
    assert make == "make"
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M)


def test_the_container_opens_the_first_notebook_with_the_python_that_make_sets_up():
    first = min((ROOT / "notebooks").glob("*.ipynb"))
    assert CONTAINER["customizations"]["codespaces"]["openFiles"] == [str(first.relative_to(ROOT))]
    interpreter = CONTAINER["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert f"RUN := {interpreter.removeprefix('${workspaceFolder}/')}\n" in (ROOT / "Makefile").read_text()
