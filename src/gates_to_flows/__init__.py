"""From Gates to Flows: helpers for a notebook course on neural networks as approximators.

Import this package before TensorFlow or Keras. TensorFlow reads its settings once, at import; they are set here, so that
it prints nothing into a notebook and every machine computes the same numbers. A variable that you have set yourself wins.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
if "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
    # Loops over a few numbers become one function, not one per operation: several times faster, and compiled sooner.
    _small_loops = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=100000"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_small_loops}".strip()

# Some of TensorFlow's messages ignore its log level and go straight to file descriptor 2, into the cell's output.
_stderr, _nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
os.dup2(_nowhere, 2)
try:
    import tensorflow  # noqa: F401
finally:
    os.dup2(_stderr, 2)
    os.close(_stderr)
    os.close(_nowhere)
