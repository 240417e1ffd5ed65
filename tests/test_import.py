"""Importing the package makes TensorFlow quiet and equal on all machines, and touches nothing else."""

import os
import subprocess
import sys


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
