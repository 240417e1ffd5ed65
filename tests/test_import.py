"""Importing the package makes TensorFlow quiet and equal on all machines, and touches nothing else."""

import os
import subprocess
import sys

import pytest


def run(code, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "CUDA_", "KERAS_"))}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean | environment)


def test_tensorflow_and_its_first_compiled_function_print_nothing():
    code = """
import gates_to_flows
import keras, tensorflow as tf
tf.function(lambda x: 2 * x, jit_compile=True)(tf.constant(1.0))
"""
    done = run(code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_the_package_tensorflow_would_print():
    assert run("import tensorflow").stderr != ""


@pytest.mark.parametrize("setting", ["0", "1"])
def test_a_variable_that_is_set_already_wins(setting):
    code = "import os, gates_to_flows; print(os.environ['TF_ENABLE_ONEDNN_OPTS'], os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    assert run(code, TF_ENABLE_ONEDNN_OPTS=setting).stdout == f"{setting} 3\n"


def test_stderr_works_again_afterwards():
    assert run("import os, gates_to_flows; os.write(2, b'still here')").stderr == "still here"
