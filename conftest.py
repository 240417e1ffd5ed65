"""Leaves out the notebooks that need PyTorch where it is not installed, and says so."""

from importlib.util import find_spec

WITHOUT_PYTORCH = find_spec("torch") is None
collect_ignore_glob = ["notebooks/*_in_pytorch.ipynb"] if WITHOUT_PYTORCH else []


def pytest_terminal_summary(terminalreporter, config):
    if WITHOUT_PYTORCH and config.option.nbval:
        terminalreporter.write_line(
            "Notebooks that need PyTorch are left out; `make test-torch` installs it and runs them."
        )
