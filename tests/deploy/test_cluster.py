"""The Helm values and the image of deploy/jupyterhub/ agree with each other, with the pins and with what was measured."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "jupyterhub"
TEXT = (FOLDER / "values.yaml").read_text()
VALUES = yaml.safe_load(TEXT)
SERVER = VALUES["singleuser"]
IMAGE = (FOLDER / "Dockerfile").read_text()
# The fields of chart 4.4 that are used here, down to those that take any text.
KNOWN = {
    "hub.config", "hub.resources",
    "cull.enabled", "cull.timeout", "cull.every",
    "singleuser.image.name", "singleuser.image.tag", "singleuser.cmd", "singleuser.defaultUrl",
    "singleuser.memory.guarantee", "singleuser.memory.limit", "singleuser.cpu.guarantee", "singleuser.cpu.limit",
    "singleuser.startTimeout", "singleuser.extraEnv", "singleuser.lifecycleHooks",
    "singleuser.storage.homeMountPath", "singleuser.storage.capacity",
}  # fmt: skip


def fields(values, path=""):
    for name, value in values.items():
        here = f"{path}{name}"
        if here not in KNOWN and isinstance(value, dict):
            yield from fields(value, f"{here}.")
        else:
            yield here


def measured(what):
    """MiB, from README's table."""
    (row,) = re.findall(rf"^\| {re.escape(what)} \| ([\d ]+) \|", (FOLDER / "README.md").read_text(), re.M)
    return int(row)


def test_the_chart_knows_every_field():
    assert set(fields(VALUES)) <= KNOWN


def test_what_the_chart_does_not_know_is_found():
    assert set(fields({"singleuser": {"memory": {"limt": "3G"}}})) - KNOWN == {"singleuser.memory.limt"}


def test_a_learner_has_the_memory_that_was_measured():
    guarantee, limit = (int(SERVER["memory"][name].removesuffix("G")) * 1024 for name in ("guarantee", "limit"))
    server = measured("a learner's server")
    assert server + measured("a kernel after notebook 1") < guarantee
    assert server + 2 * measured("the largest kernel, after notebook 9") < limit


@pytest.mark.parametrize("setting", ["TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "defaultUrl"])
def test_a_learner_has_the_settings_of_the_single_machine(setting):
    config = (FOLDER / "jupyterhub_config.py").read_text()
    if setting == "defaultUrl":
        address = re.search(r'default_url = f"(.*)"', config)[1]
        assert SERVER[setting] == address.replace("{FOLDER}", re.search(r'FOLDER = "(.*?)"', config)[1])
    else:
        assert SERVER["extraEnv"][setting] == "1"
        assert setting in config


def test_hub_and_image_have_the_same_jupyterhub():
    charts = re.search(r"brings JupyterHub (\S+):", TEXT)[1]
    (pinned,) = re.findall(r"^jupyterhub==(\d+\.\d+)\.", (ROOT / "constraints.txt").read_text(), re.M)
    assert pinned == charts
    assert "--constraint constraints.txt --editable .[hub]" in IMAGE


def test_the_image_has_the_python_of_environment_yml_and_what_a_learner_needs():
    python = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"][0]
    assert f"FROM {python.replace('=', ':')}\n" in IMAGE
    for source in re.findall(r"^COPY (.*) \S+$", IMAGE, re.M):
        assert all((ROOT / name).exists() for name in source.split())
    home, command = (re.findall(rf"^{word} (.*)$", IMAGE, re.M)[-1] for word in ("WORKDIR", "CMD"))
    assert home == SERVER["storage"]["homeMountPath"]
    assert command == f'["{SERVER["cmd"]}"]'
    image = SERVER["image"]
    assert f"--tag {image['name']}:{image['tag']} " in IMAGE


def test_the_copy_of_the_course_is_made_once(tmp_path):
    """The hook as a shell runs it, with a small course in the place of the image's."""
    shell, option, script = SERVER["lifecycleHooks"]["postStart"]["exec"]["command"]
    home, course = tmp_path / "home", tmp_path / "course"
    for folder in (home, course / "notebooks", course / "images"):
        folder.mkdir(parents=True)
    (course / "notebooks" / "one.ipynb").write_text("theirs")
    script = script.replace("/srv/gates-to-flows", str(course))

    def start():
        subprocess.run([shell, option, script], cwd=home, check=True)

    (home / ".begun").mkdir()  # a copy that was cut short
    start()
    copy = home / "from-gates-to-flows" / "notebooks" / "one.ipynb"
    assert copy.read_text() == "theirs"
    copy.write_text("mine")
    start()
    assert copy.read_text() == "mine"
    assert not (home / ".begun").exists()
