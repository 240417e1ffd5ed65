"""Leaves out the notebooks that need PyTorch where it is not installed, and says so; runs a part of all files if asked."""

import re
from importlib.util import find_spec

import pytest

WITHOUT_PYTORCH = find_spec("torch") is None
collect_ignore_glob = ["notebooks/*_in_pytorch.ipynb"] if WITHOUT_PYTORCH else []


def pytest_addoption(parser):
    parser.addoption("--shard", help="2/4 runs the second quarter of the files: `make test SHARD=2/4`")


def pytest_configure(config):
    shard = config.option.shard
    numbers = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", "1/1" if shard is None else shard)
    if not numbers or int(numbers[1]) > int(numbers[2]):
        raise pytest.UsageError(f"SHARD should be a part and the number of parts, such as 2/4, not {shard!r}.")


def pytest_collection_modifyitems(config, items):
    """Of four shards each has every fourth test file and every fourth notebook, whole."""
    if config.option.shard:
        shard, shards = map(int, config.option.shard.split("/"))
        mine = set(sorted({item.path for item in items})[shard - 1 :: shards])
        config.hook.pytest_deselected(items=[item for item in items if item.path not in mine])
        items[:] = [item for item in items if item.path in mine]


def pytest_terminal_summary(terminalreporter, config):
    if WITHOUT_PYTORCH and config.option.nbval:
        terminalreporter.write_line(
            "Notebooks that need PyTorch are left out; `make test-torch` installs it and runs them."
        )
