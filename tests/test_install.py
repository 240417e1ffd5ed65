"""Setting up .venv, in a folder that holds the script and packages that stand in for pip and what it installs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gates_to_flows import install

# Runs as `python -m pip …` of the new .venv: writes down each call, and behaves as FAULT says.
PIP = """
import os, sys, time
if __name__ == "__main__":
    with open("pip_calls", "a") as file:
        print(*sys.argv[1:], file=file)
    print("Installing collected packages: course", flush=True)
    if os.environ.get("FAULT") == "slow":
        time.sleep(60)
    time.sleep(0.3)
    if os.environ.get("FAULT") == "full":
        sys.exit("ERROR: [Errno 28] No space left on device")
"""

INSTALLED = "Unpacking, a minute or so.\nBuilding Matplotlib's font cache.\n"


@pytest.fixture
def folder(tmp_path):
    """A course without packages, in a folder with a space in its name."""
    return make_folder(tmp_path / "a course")


def make_folder(path):
    for name, text in {
        "pyproject.toml": "[project]\n",
        "src/nbval-tolerance/pyproject.toml": "[project]\n",
        "constraints.txt": "",
        "stand_ins/pip/__init__.py": "",
        "stand_ins/pip/__main__.py": PIP,
        "stand_ins/jupyter.py": "",
        "stand_ins/matplotlib/__init__.py": "",
        "stand_ins/matplotlib/font_manager.py": "",
        "src/gates_to_flows/install.py": Path(install.__file__).read_text(),
    }.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def start(folder, *options, **variables):
    command = [sys.executable, "src/gates_to_flows/install.py", *options]
    environment = os.environ | {"PYTHONPATH": str(folder / "stand_ins")} | variables
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # where tests run in the background it is off
    )  # fmt: skip


def run(folder, *options, **variables):
    process = start(folder, *options, **variables)
    said, _ = process.communicate(timeout=600)
    return process.returncode, said


def calls(folder):
    path = folder / "pip_calls"
    return path.read_text().splitlines() if path.exists() else []


def test_a_venv_is_made_once_kept_with_other_pins_and_made_anew_in_a_folder_that_moved(folder):
    first = start(folder)
    while not calls(folder):
        time.sleep(0.05)
    assert run(folder) == (0, "Another make is installing into .venv: waiting for it.\n")
    assert first.communicate(timeout=600)[0].startswith("Installing into .venv: about 2.7 GB")
    assert first.returncode == 0
    assert run(folder) == (0, "")
    assert len(calls(folder)) == 1
    assert calls(folder)[0].endswith(
        "install --constraint constraints.txt --editable .[dev] --editable src/nbval-tolerance"
    )

    (folder / ".venv" / "kept").touch()
    (folder / "constraints.txt").write_text("numpy==2.2\n")
    assert run(folder) == (0, INSTALLED)
    assert (folder / ".venv" / "kept").exists()

    moved = folder.rename(folder.with_name("elsewhere"))
    status, said = run(moved)
    assert status == 0
    assert said.startswith(".venv is made anew: the folder has moved, and it only works where it was made.\nInstalling")
    assert not (moved / ".venv" / "kept").exists()


def test_an_installation_that_broke_off_is_taken_up_again_and_a_broken_one_is_made_anew(folder):
    interrupted = start(folder, FAULT="slow")
    while not calls(folder):
        time.sleep(0.05)
    os.killpg(interrupted.pid, signal.SIGINT)
    assert interrupted.communicate(timeout=600)[0].endswith("\nStopped; the next make goes on from here.\n")
    assert interrupted.returncode == 1

    status, said = run(folder, FAULT="full")
    assert status == 1
    assert "No space left on device\n" in said
    assert said.endswith("Installing stopped at the error above; the next make goes on from here.\n")
    assert run(folder) == (0, INSTALLED)

    python = folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/no/such/python")
    status, said = run(folder)
    assert status == 0
    assert said.startswith(".venv is made anew: its Python does not run or has no pip")


def test_an_extra_is_added_once_for_each_set_of_pins(folder):
    assert run(folder)[0] == 0
    said = (0, "Adding the extra “torch” of pyproject.toml to .venv.\nUnpacking, a minute or so.\n")
    assert run(folder, "--extra", "torch", FAULT="full")[0] == 1
    assert run(folder, "--extra", "torch") == said
    assert calls(folder)[-1].endswith("--editable .[dev,torch] --editable src/nbval-tolerance")
    assert run(folder, "--extra", "torch") == (0, "")
    (folder / "constraints.txt").write_text("numpy==2.2\n")
    assert run(folder, "--extra", "torch") == said


def test_an_extra_that_needs_a_newer_python_says_so(monkeypatch):
    monkeypatch.setattr(install, "version_of", lambda python: (3, 10))
    with pytest.raises(
        SystemExit, match="The site needs Python 3.11 or later, and .venv has 3.10: name another Python"
    ):
        install.add("site")


@pytest.mark.parametrize(
    ("found", "wanted", "reason"),
    [
        ((3, 11), None, ""),
        ((3, 11), (3, 11), ""),
        ((3, 11), (3, 12), "it was made with Python 3.11"),
        ((3, 9), None, "it was made with Python 3.9"),
    ],
)
def test_a_venv_of_another_python(tmp_path, monkeypatch, found, wanted, reason):
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "READY", tmp_path / ".ready")
    monkeypatch.setattr(install, "version_of", lambda python: found)
    assert install.reason_to_start_anew(wanted) == reason


def test_a_full_disk_is_noticed_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "NEEDED", 1e18)
    with pytest.raises(SystemExit, match="Installing takes 1e.09 GB, and .* GB are free at .*: make room first."):
        install.install()
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_a_python_that_is_too_old_or_too_new_is_named(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    with pytest.raises(
        SystemExit, match=f"needs Python 3.10 to 3.13, and .* is Python {version[0]}.{version[1]}: name"
    ):
        install.check_this_python()
