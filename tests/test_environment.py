"""pyproject.toml, constraints.txt and environment.yml say the same, without addresses, and the oldest Python runs all code."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from gates_to_flows.environment import package_report

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PLUGIN = tomllib.loads((ROOT / "src/nbval-tolerance/pyproject.toml").read_text())["project"]
REQUIREMENTS = [
    Requirement(r) for r in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"] + PLUGIN["dependencies"]
]
PINS = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().splitlines()]


def versions_pinned(name):
    pins = [pin for pin in PINS if canonicalize_name(pin.name) == canonicalize_name(name)]
    return [spec.version for pin in pins for spec in pin.specifier]


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_dependency_is_a_range_that_admits_its_pins(requirement):
    operators = {spec.operator for spec in requirement.specifier}
    assert {">=", "<"} <= operators, "give a range, from the oldest release tried to below the next major one"
    pinned = versions_pinned(requirement.name)
    assert pinned, f"{requirement.name} is not in constraints.txt: run `make lock`"
    assert all(version in requirement.specifier for version in pinned)


def test_every_pin_is_one_exact_version():
    assert all([spec.operator for spec in pin.specifier] == ["=="] for pin in PINS)


@pytest.mark.parametrize("path", ["constraints.txt", "environment.yml", "pyproject.toml", "Makefile"])
def test_no_address_of_a_package_index(path):
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|file:", (ROOT / path).read_text())


def test_the_environment_runs_the_pinned_versions():
    """The stored outputs hold for these versions; another one is no failure of a notebook."""
    for requirement in REQUIREMENTS:
        assert version(requirement.name) in versions_pinned(requirement.name)


def test_environment_yml_is_well_formed_and_takes_the_rest_from_the_same_two_files():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert set(environment) == {"name", "channels", "dependencies"}
    assert environment["name"] == PROJECT["name"]
    *packages, pip = environment["dependencies"]
    assert packages[0].startswith("python=") and packages[1:] == ["pip"]
    assert packages[0].removeprefix("python=") in SpecifierSet(PROJECT["requires-python"])
    assert pip == {"pip": ["-c constraints.txt", "-e .[dev]", "-e ./src/nbval-tolerance"]}


def asks_for_a_later_python(*paths):
    """What the oldest Python of the course lacks, and these files and folders use."""
    (oldest,) = (spec.version for spec in SpecifierSet(PROJECT["requires-python"]) if spec.operator == ">=")
    options = [f"--target={oldest}-", "--violations", "--format", "parsable"]
    vermin = [Path(sys.executable).with_name("vermin"), *options, *paths]
    found = subprocess.run(vermin, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    assert found.endswith(":\n"), "vermin did not come to its last line"
    return re.findall(r".*:\d+:.*'.*", found)


def test_all_code_runs_on_the_oldest_python(tmp_path):
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        (tmp_path / f"{path.stem}.py").write_text("\n".join(cells), encoding="utf-8")
    assert asks_for_a_later_python("src", "tests", tmp_path) == []
    planted = tmp_path / "planted.py"
    planted.write_text("import tomllib, warnings\nwarnings.catch_warnings(action='ignore')")
    assert asks_for_a_later_python(tmp_path) == [
        f"{planted}:1:7:!2:3.11:'tomllib' module",
        f"{planted}:2::!2:3.11:'warnings.catch_warnings(action)'",
    ]


def test_pytorch_is_an_extra_and_never_a_default():
    assert PROJECT["optional-dependencies"]["torch"] == ["torch==2.13.0"]
    assert not any(r.name == "torch" for r in REQUIREMENTS)


def test_the_report_has_a_row_for_each_default_dependency_and_finds_it():
    report = package_report()
    assert list(report.index) == [Requirement(r).name for r in PROJECT["dependencies"]]
    assert set(report["verdict"]) == {"[OK]"}


@pytest.mark.parametrize(
    ("requirement", "found", "verdict"),
    [
        ("packaging>=1", version("packaging"), "[OK]"),
        ("packaging<1", version("packaging"), "[FAIL]"),
        ("no-such-package>=1", "missing", "[FAIL]"),
    ],
)
def test_the_report_tells_missing_and_unfit_packages(requirement, found, verdict):
    (row,) = package_report([requirement]).itertuples(index=False)
    assert (row.found, row.verdict) == (found, verdict)
    assert requirement.endswith(row.wanted)


def test_the_report_leaves_out_extras():
    assert package_report(['torch==2.13.0; extra == "torch"']).empty
