"""Training time of tiny networks, by several ways side by side in one run; writes benchmarks/README.md.

Run by `make bench`, or as `.venv/bin/python benchmarks/bench.py`; a minute or two on two cores. PyTorch is timed too
where it is installed (`pip install torch==2.13.0`).
"""

import gates_to_flows  # noqa: F401  isort: skip
import datetime
import importlib.metadata
import os
import pathlib
import platform
import statistics
import sys
import time

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training import fit_full_batch, train_ensemble

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
Y = np.array([[0], [1], [1], [0]], "float32")
STEPS, MEMBERS, RATE, MOMENTUM = 2000, 10_000, 0.02, 0.9


def xor_network():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(RATE, momentum=MOMENTUM), "mse")
    return model


def draw(members, seed=7):
    """Standard normal weights, as in notebook 4, so that some networks get stuck and none is special."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(members, *shape)).astype("float32") for shape in ((2, 2), (2,), (2, 1), (1,))]


def seconds(work, repeats=1):
    """Median seconds of `repeats` runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def by_fit():
    model = xor_network()
    model.set_weights([w[0] for w in draw(1)])
    model.fit(X, Y, epochs=STEPS, batch_size=4, verbose=0)
    return model(X).numpy()


def by_steps_per_execution():
    model = xor_network()
    model.set_weights([w[0] for w in draw(1)])
    model.compile(keras.optimizers.SGD(RATE, momentum=MOMENTUM), "mse", steps_per_execution=500)
    data = tf.data.Dataset.from_tensors((X, Y)).repeat()
    model.fit(data, epochs=1, steps_per_epoch=STEPS, verbose=0)
    return model(X).numpy()


def by_numpy():
    """The same descent written out by hand."""
    W, b, v, c = (w[0] for w in draw(1))
    weights = [W, b, v, c]
    velocities = [np.zeros_like(w) for w in weights]
    for _ in range(STEPS):
        h = np.tanh(X @ W + b)
        δ = 2 * (h @ v + c - Y) / 4
        ε = δ @ v.T * (1 - h * h)
        for w, velocity, g in zip(weights, velocities, (X.T @ ε, ε.sum(0), h.T @ δ, δ.sum(0)), strict=True):
            velocity *= MOMENTUM
            velocity -= RATE * g
            w += velocity
    return np.tanh(X @ W + b) @ v + c


def by_torch(torch):
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    with torch.no_grad():
        for parameter, w in zip(net.parameters(), draw(1), strict=True):
            parameter.copy_(torch.from_numpy(w[0].T.copy()))
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    for _ in range(STEPS):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
    return net(x).detach().numpy()


def one_network():
    """Rows (way, seconds); every way ends at the same outputs, which is checked."""
    rows, outputs = [], {}

    def row(way, work, repeats=1):
        rows.append((way, seconds(lambda: outputs.__setitem__(way, work()), repeats)))
        print(f"{rows[-1][1]:10.4f} s  {way}", file=sys.stderr, flush=True)

    model = xor_network()

    def fast():
        model.set_weights([w[0] for w in draw(1)])
        for variable in model.optimizer.variables[2:]:  # the momentum
            variable.assign(tf.zeros_like(variable))
        fit_full_batch(model, X, Y, STEPS)
        return model(X).numpy()

    row("`fit_full_batch`, first call, with compiling", fast)
    row("**`fit_full_batch`, warm**", fast, 15)
    row("NumPy, written by hand", by_numpy, 5)
    row("`fit` on a repeated data set, `steps_per_execution=500`", by_steps_per_execution, 3)
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed and left out.", file=sys.stderr)
    else:
        by_torch(torch)
        row(f"PyTorch {torch.__version__}, plain loop", lambda: by_torch(torch), 3)
    row("`fit(epochs=2000, batch_size=4, verbose=0)`", by_fit)
    for way, found in outputs.items():
        np.testing.assert_allclose(found, outputs["NumPy, written by hand"], atol=1e-3, err_msg=way)
    return sorted(rows, key=lambda row: row[1])


def many_networks():
    model, weights, rows = xor_network(), draw(MEMBERS), []

    def row(way, duration):
        rows.append((way, duration))
        print(f"{duration:10.4f} s  {way}", file=sys.stderr, flush=True)

    def together():
        train_ensemble(model, X, Y, STEPS, weights)

    row("`train_ensemble`, first call, with compiling", seconds(together))
    row("**`train_ensemble`, warm**", seconds(together, 7))
    few = 20

    def one_by_one():
        for i in range(few):
            model.set_weights([w[i] for w in weights])
            fit_full_batch(model, X, Y, STEPS)

    one_by_one()
    each = seconds(one_by_one, 3) / few
    row(f"a loop of warm `fit_full_batch`, extrapolated from {few} seeds", each * MEMBERS)
    return sorted(rows, key=lambda row: row[1])


def table(rows):
    base = next(duration for way, duration in rows if "warm**" in way)
    lines = ["| way | seconds | times the warm one |", "|---|---:|---:|"]
    return "\n".join(lines + [f"| {way} | {duration:.3g} | {duration / base:,.3g} |" for way, duration in rows])


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines() if os.path.exists("/proc/cpuinfo") else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def main():
    one, many = one_network(), many_networks()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("tensorflow", "keras", "numpy"))
    missing = "" if any("PyTorch" in way for way, _ in one) else " PyTorch was not installed, and is left out."
    text = f"""# How long training takes

Written by `benchmarks/bench.py` (`make bench`) on {datetime.date.today():%d %B %Y}: Python {platform.python_version()}, \
{versions}; {processor()}, {os.cpu_count()} cores, no GPU.

## One network

XOR, a 2-2-1 network with tanh, {STEPS} full-batch steps of SGD with momentum in float32, from the same weights. Every way
ends at the same outputs, which the script checks.

{table(one)}

## {MEMBERS:,} networks

The same, from {MEMBERS:,} draws of the weights. The loop over single networks would take too long, so its time is that of
a few seeds times {MEMBERS:,}.

{table(many)}

## How to read this

Look at the ratios: seconds depend on the machine and on what else it does, ratios within one run hardly. "Warm" is the
median of several calls after the first; the first call also traces and compiles the loop, once per model. Every way does
the same arithmetic, a few milliseconds of it at most; the rest of the time goes into starting each step from Python. So
the ratios hold for tiny networks on a few rows, and shrink as networks and data grow.{missing}
"""
    pathlib.Path(__file__).with_name("README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
