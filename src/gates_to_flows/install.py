"""Make .venv with the course and all that it needs, or mend it: `python install.py`. Every `make` calls this first.

It needs nothing but the standard library of Python 3.7 or later, so that it can say what is missing. .venv/.ready holds
what the installation rests on; while that still holds, nothing is done. Options: --replace, a .venv of another Python
than this one is made anew; --extra NAME, add an extra of pyproject.toml to the .venv that is there.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON, READY = VENV / "bin" / "python", VENV / ".ready"
REGRESSION = "src/nbval-tolerance"  # the pytest plugin, a distribution of its own
FILES = "pyproject.toml", f"{REGRESSION}/pyproject.toml", "constraints.txt"
OLDEST, NEWEST = (3, 10), (3, 13)
NEEDED = 3.5e9  # bytes, with the downloads
NEEDS_MORE = {"site": (3, 11)}  # extras for which the oldest Python of the course is too old
ANOTHER = "name another Python, as in: make lab PYTHON=python3.12"


def state():
    """What an installation rests on: where it stands, and the packages asked for."""
    files = b"".join((ROOT / name).read_bytes() for name in FILES)
    return f"{VENV}\n{hashlib.sha256(files).hexdigest()}\n"


def version_of(python):
    """(3, 11) of an interpreter that runs and has pip; None of any other."""
    code = "import sys, pip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([str(python), "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def is_ready(wanted):
    fits = READY.exists() and PYTHON.exists() and READY.read_text() == state()
    return fits and (wanted is None or version_of(PYTHON) == wanted)


def lock(file):
    """Only one installation at a time; the system lifts the lock when this process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # not on this system
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("Another make is installing into .venv: waiting for it.", flush=True)
        fcntl.flock(file, fcntl.LOCK_EX)


def check_this_python():
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = "{}.{}".format(*sys.version_info)
        sys.exit(f"The course needs Python 3.10 to 3.13, and {sys.executable} is Python {found}: {ANOTHER}")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            f"{sys.executable} has no venv module: install it (on Debian and Ubuntu: apt install python3-venv), or {ANOTHER}"
        )


def reason_to_start_anew(wanted):
    """Why the .venv that is there cannot be used; "" if it can, or if there is none."""
    if not VENV.exists():
        return ""
    found = version_of(PYTHON)
    if found is None:
        return "its Python does not run or has no pip (an installation that was cut short, or a Python that is gone)"
    if READY.exists() and READY.read_text().split("\n")[0] not in ("", str(VENV)):
        return "the folder has moved, and it only works where it was made"
    if not OLDEST <= found <= NEWEST or (wanted and found != wanted):
        return "it was made with Python {}.{}".format(*found)
    return ""


def install():
    if not VENV.exists():
        free = shutil.disk_usage(str(ROOT)).free
        if free < NEEDED:
            sys.exit(
                f"Installing takes {NEEDED / 1e9:g} GB, and {free / 1e9:.1f} GB are free at {ROOT}: make room first."
            )
        print("Installing into .venv: about 2.7 GB, and one to three minutes the first time.", flush=True)
        run([sys.executable, "-m", "venv", str(VENV)])
    run_pip(".[dev]")
    print("Building Matplotlib's font cache.", flush=True)
    run([str(PYTHON), "-c", "import matplotlib.font_manager"])
    announcements = "@jupyterlab/apputils-extension:announcements"
    run([str(PYTHON), "-m", "jupyter", "labextension", "disable", "--level=sys_prefix", announcements])
    READY.write_text(state())


def add(extra):
    """Install an extra, unless it is there."""
    oldest, found = NEEDS_MORE.get(extra, OLDEST), version_of(PYTHON)
    if found < oldest:
        wanted, there = "{}.{}".format(*oldest), "{}.{}".format(*found)
        sys.exit(f"The {extra} needs Python {wanted} or later, and .venv has {there}: {ANOTHER}")
    ready = VENV / f".ready-{extra}"
    if not ready.exists() or ready.read_text() != state():
        print(f"Adding the extra “{extra}” of pyproject.toml to .venv.", flush=True)
        run_pip(f".[dev,{extra}]")
        ready.write_text(state())


def run_pip(what):
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--constraint", "constraints.txt"]
    run([*pip, "--editable", what, "--editable", REGRESSION], show=progress)


def progress(line):
    """Of all that pip says, the large downloads and the start of the installation."""
    if "Downloading" in line and " MB" in line:
        return line
    return "Unpacking, a minute or so.\n" if line.startswith("Installing collected") else ""


def run(command, show=lambda line: ""):
    """Run a command; its errors go past this to the terminal."""
    quiet = None if show is progress else subprocess.DEVNULL
    with subprocess.Popen(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        for line in process.stdout:
            print(show(line), end="", flush=True)
    if process.returncode:
        sys.exit("Installing stopped at the error above; the next make goes on from here.")


def main():
    if "--extra" in sys.argv[1:]:
        with (ROOT / "pyproject.toml").open() as file:
            lock(file)
            add(sys.argv[-1])
        return
    wanted = sys.version_info[:2] if "--replace" in sys.argv[1:] else None
    if is_ready(wanted):
        return
    with (ROOT / "pyproject.toml").open() as file:
        lock(file)
        if is_ready(wanted):  # another make has just done it
            return
        check_this_python()
        reason = reason_to_start_anew(wanted)
        if reason:
            print(f".venv is made anew: {reason}.", flush=True)
            shutil.rmtree(str(VENV))
        install()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped; the next make goes on from here.")
