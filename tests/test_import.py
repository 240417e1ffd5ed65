"""Importing the package makes TensorFlow quiet and equal on all machines, and touches nothing else."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(code, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "CUDA_", "KERAS_"))}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean | environment)


def test_tensorflow_prints_nothing_and_stderr_works_again_afterwards():
    code = """
import os
import gates_to_flows
import keras, tensorflow as tf
tf.function(lambda x: 2 * x, jit_compile=True)(tf.constant(1.0))
os.write(2, b"still here")
"""
    done = run(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "still here")


def test_without_the_package_tensorflow_would_print():
    assert run("import tensorflow").stderr != ""


def test_a_variable_that_is_set_already_wins():
    code = "import os, gates_to_flows; print(os.environ['TF_ENABLE_ONEDNN_OPTS'], os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    assert run(code, TF_ENABLE_ONEDNN_OPTS="1").stdout == "1 3\n"


def imports():
    """For each module or package at the top of the course, what it imports of the others."""
    source, found = ROOT / "src" / "gates_to_flows", {}
    for file in source.rglob("*.py"):
        this = file.relative_to(source).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "gates_to_flows":
                names = [f"gates_to_flows.{name.name}" for name in node.names]
            else:
                names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
                names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            others = {name.split(".")[1] for name in names if name.startswith("gates_to_flows.")} - {this}
            found.setdefault(this, set()).update(others)
    return {this: others for this, others in found.items() if others}


def test_modules_import_what_the_graph_in_contributing_says():
    drawn = re.findall(r"^(\w+) → (.+)$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    assert {this: set(others.split(", ")) for this, others in drawn} == imports()
