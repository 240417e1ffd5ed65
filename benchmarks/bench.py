"""Training time of small networks, by several ways side by side in one run; writes benchmarks/README.md.

Run by `make bench`, or as `.venv/bin/python benchmarks/bench.py`; a few minutes on two cores. JAX, jaxopt and PyTorch are
timed too where they are installed (`.venv/bin/python -m pip install .[peers]`, `pip install torch==2.13.0`).
"""

import gates_to_flows  # noqa: F401  isort: skip
import datetime
import importlib.metadata
import importlib.util
import os
import pathlib
import platform
import statistics
import sys
import time

import keras
import numpy as np
import scipy.optimize
import tensorflow as tf

from gates_to_flows.functions import sine
from gates_to_flows.training import draw_weights, fit_full_batch, minimize, train_ensemble

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
Y = np.array([[0], [1], [1], [0]], "float32")
STEPS, MEMBERS, RATE, MOMENTUM = 2000, 10_000, 0.02, 0.9
WIDE_STEPS, WIDE_MEMBERS = 200, 1000
WIDE_X = np.linspace(-3, 3, 500, dtype="float32")[:, None]
TOLERANCE, SEEDS = 1e-6, 5
HERE = {name: importlib.util.find_spec(name) is not None for name in ("jax", "jaxopt", "torch")}


def network(inputs, hidden):
    model = keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(hidden, "tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(RATE, momentum=MOMENTUM), "mse")
    return model


def draw(members, seed=7):
    """Standard normal weights, as in notebook 4, so that some networks get stuck and none is special."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(members, *shape)).astype("float32") for shape in ((2, 2), (2,), (2, 1), (1,))]


class Table:
    """Rows of (way, seconds, processor seconds), each the median of some runs."""

    def __init__(self):
        self.rows, self.results = [], {}

    def row(self, way, work, repeats=1, times=1, before=lambda: None):
        walls, processors = [], []
        for _ in range(repeats):
            before()
            wall, processor = time.perf_counter(), time.process_time()
            self.results[way] = work()
            walls.append(times * (time.perf_counter() - wall))
            processors.append(times * (time.process_time() - processor))
        self.rows.append((way, statistics.median(walls), statistics.median(processors)))
        print(f"{self.rows[-1][1]:10.4f} s {self.rows[-1][2]:10.4f} s  {way}", file=sys.stderr, flush=True)

    def __str__(self):
        base = next(processor for way, _, processor in self.rows if way.startswith("**"))
        lines = ["| way | seconds | processor seconds | times ours |", "|---|---:|---:|---:|"]
        for way, wall, processor in sorted(self.rows, key=lambda row: row[2]):
            lines.append(f"| {way} | {wall:.3g} | {processor:.3g} | {processor / base:,.3g} |")
        return "\n".join(lines)


def by_fit(settings, data, **how):
    model = network(2, 2)
    model.compile(model.optimizer, "mse", **settings)
    model.set_weights([w[0] for w in draw(1)])
    model.fit(*data, verbose=0, **how)
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


def by_torch():
    import torch

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


def jax_descent(x, y, steps):
    """A compiled function from the weights of one network to its outputs after `steps`, and the losses on the way."""
    import jax
    import jax.numpy as jnp

    def outputs(w):
        return jnp.tanh(x @ w[0] + w[1]) @ w[2] + w[3]

    @jax.jit
    def run(weights):
        def step(state, _):
            weights, velocities = state
            loss, slopes = jax.value_and_grad(lambda w: jnp.mean((outputs(w) - y) ** 2))(weights)
            velocities = [MOMENTUM * v - RATE * g for v, g in zip(velocities, slopes, strict=True)]
            return ([w + v for w, v in zip(weights, velocities, strict=True)], velocities), loss

        (weights, _), losses = jax.lax.scan(step, (weights, [jnp.zeros_like(w) for w in weights]), length=steps)
        return outputs(weights), losses

    return run


def one_network():
    """Every way ends at the same outputs, which is checked."""
    table, model = Table(), network(2, 2)

    def begin():
        model.set_weights([w[0] for w in draw(1)])
        for variable in model.optimizer.variables[2:]:  # the momentum
            variable.assign(tf.zeros_like(variable))

    for way, repeats in (("`fit_full_batch`, first call, with compiling", 1), ("**`fit_full_batch`, warm**", 15)):
        table.row(way, lambda: fit_full_batch(model, X, Y, STEPS), repeats, before=begin)
        table.results[way] = model(X).numpy()
    table.row("NumPy, written by hand", by_numpy, 5)
    if HERE["jax"]:
        import jax

        jax.jit(lambda a: a + 1)(0.0)  # JAX's own start
        run, weights = jax_descent(X, Y, STEPS), [w[0] for w in draw(1)]

        def by_jax():
            outputs, losses = run(weights)
            return np.asarray(outputs), np.asarray(losses)

        table.row("JAX, one compiled scan, first call, with compiling", lambda: by_jax()[0])
        table.row("JAX, the same, warm", lambda: by_jax()[0], 15)
    if HERE["torch"]:
        by_torch()
        table.row("PyTorch, plain loop", by_torch, 3)
    data = tf.data.Dataset.from_tensors((X, Y)).repeat()
    table.row(
        "`fit` on a repeated data set, `steps_per_execution=500`",
        lambda: by_fit({"steps_per_execution": 500}, (data,), epochs=1, steps_per_epoch=STEPS),
        3,
    )
    table.row(f"`fit(epochs={STEPS}, batch_size=4, verbose=0)`", lambda: by_fit({}, (X, Y), epochs=STEPS, batch_size=4))
    for way, found in table.results.items():
        np.testing.assert_allclose(found, table.results["NumPy, written by hand"], atol=1e-3, err_msg=way)
    return table


def one_by_one(model, x, y, steps, weights, few):
    def loop():
        for i in range(few):
            model.set_weights([w[i] for w in weights])
            fit_full_batch(model, x, y, steps)

    return loop


def side_by_side(table, model, x, y, steps, weights, few):
    members = len(weights[0])

    def together():
        return train_ensemble(model, x, y, steps, weights).loss

    table.row("`train_ensemble`, first call, with compiling", together)
    table.row("**`train_ensemble`, warm**", together, 5)
    loop = one_by_one(model, x, y, steps, weights, few)
    loop()
    table.row(f"a loop of warm `fit_full_batch`, from {few} networks", loop, 3, times=members / few)
    if HERE["jax"]:
        import jax

        run = jax_descent(x, y, steps)
        every = jax.jit(jax.vmap(run))
        jax.block_until_ready(every(weights)), jax.block_until_ready(run([w[0] for w in weights]))

        def loop_of_scans():
            for i in range(few):
                jax.block_until_ready(run([w[i] for w in weights]))

        table.row("JAX, `vmap` of the scan, warm", lambda: jax.block_until_ready(every(weights)), 5)
        table.row(f"JAX, a loop of warm scans, from {few} networks", loop_of_scans, 3, times=members / few)
    return table


def residual_and_jacobian(θ, x, y):
    """Of 16 tanh units, by hand, for SciPy."""
    w, b, v, c = θ[:16], θ[16:32], θ[32:48], θ[48]
    h = np.tanh(x * w + b)
    slope = v * (1 - h * h)
    return h @ v + c - y[:, 0], np.hstack([x * slope, slope, h, np.ones_like(x)])


class Reached(Exception):
    pass


def sine_to_a_millionth():
    """Until the max error on the samples is at most TOLERANCE; the median of several starts, each way from the same."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    x, y = sine.samples()
    table, model = Table(), network(1, 16)
    starts = draw_weights(model, SEEDS + 1, seed=7)

    def start(i):
        return [w[i] for w in starts]

    def worst(θ):
        return np.abs(residual_and_jacobian(θ, x, y)[0]).max()

    def ours(seed):
        model.set_weights(start(seed))
        minimize(model, x, y, "Levenberg-Marquardt", 20_000, tolerance=TOLERANCE)
        return worst(np.concatenate([w.ravel() for w in model.get_weights()]))

    def by_scipy(seed):
        last = []

        def residual(θ):
            last[:] = [θ]
            r = residual_and_jacobian(θ, x, y)[0]
            if np.abs(r).max() <= TOLERANCE:
                raise Reached
            return r

        try:
            scipy.optimize.least_squares(
                residual,
                np.concatenate([w.ravel() for w in start(seed)]),
                lambda θ: residual_and_jacobian(θ, x, y)[1],
                method="lm",
                xtol=1e-15,
                ftol=1e-15,
                gtol=1e-15,
                max_nfev=100_000,
            )
        except Reached:
            pass
        return worst(last[0])

    ways = {"**`minimize(…, tolerance=)`, warm**": ours, "SciPy `least_squares`, `lm`, Jacobian by hand": by_scipy}
    table.row("`minimize(…, tolerance=)`, first call, with compiling", lambda: ours(SEEDS))
    if HERE["jaxopt"]:
        import jax
        import jax.numpy as jnp
        import jaxopt

        jax.config.update("jax_enable_x64", True)

        def residual(θ):
            return (jnp.tanh(x * θ[:16] + θ[16:32]) @ θ[32:48] + θ[48]) - y[:, 0]

        solver = jaxopt.LevenbergMarquardt(residual, tol=0, gtol=0, xtol=0, maxiter=20_000)
        update = jax.jit(solver.update)

        def by_jaxopt(seed):
            θ = jnp.concatenate([w.ravel() for w in start(seed)])
            state = solver.init_state(θ)
            for iteration in range(20_000):
                θ, state = update(θ, state)
                if iteration % 20 == 0 and worst(np.asarray(θ)) <= TOLERANCE:
                    break
            return worst(np.asarray(θ))

        ways["jaxopt `LevenbergMarquardt`, warm"] = by_jaxopt
        by_jaxopt(SEEDS)
    for way, solve in ways.items():
        seeds, reached = iter(range(SEEDS)), []
        table.row(way, lambda solve=solve, seeds=seeds, reached=reached: reached.append(solve(next(seeds))), SEEDS)
        done = sum(error <= TOLERANCE for error in reached)
        if done < SEEDS:
            table.rows[-1] = (f"{way} ({done} of {SEEDS} reach it)", *table.rows[-1][1:])
    return table


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines() if os.path.exists("/proc/cpuinfo") else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def main():
    one = one_network()
    many = side_by_side(Table(), network(2, 2), X, Y, STEPS, draw(MEMBERS), 20)
    model = network(1, 16)
    wide = side_by_side(
        Table(), model, WIDE_X, np.sin(WIDE_X), WIDE_STEPS, draw_weights(model, WIDE_MEMBERS, seed=7), 50
    )
    exact = sine_to_a_millionth()
    packages = ["tensorflow", "keras", "numpy", "scipy", *(name for name, here in HERE.items() if here)]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    absent = [name for name, here in HERE.items() if not here]
    missing = f" Not installed, and left out: {', '.join(absent)}." if absent else ""
    text = f"""# How long training takes

Written by `benchmarks/bench.py` (`make bench`) on {datetime.date.today():%d %B %Y}: Python {platform.python_version()}, \
{versions}; {processor()}, {os.cpu_count()} cores, no GPU.

## One network

XOR, a 2-2-1 network with tanh, {STEPS} full-batch steps of SGD with momentum in float32, from the same weights. Every way
ends at the same outputs, which the script checks.

{one}

## {MEMBERS:,} networks

The same, from {MEMBERS:,} draws of the weights. A loop over single networks would take too long, so its time is that of
a few networks times {MEMBERS:,} over their number.

{many}

## {WIDE_MEMBERS:,} wider networks on {len(WIDE_X)} rows

A 1-16-1 network with tanh on {len(WIDE_X)} points of the sine, {WIDE_STEPS} steps, from {WIDE_MEMBERS:,} draws.

{wide}

## A sine to a millionth

16 tanh units in float64 on 257 points, until the max error there is at most {TOLERANCE:g}: the median of {SEEDS} starts,
the same for every way.

{exact}

## How to read this

Look at the ratios, which are those of processor seconds: seconds depend on the machine and on what else it does, ratios
within one run much less. "Warm" is the median of several calls after the first; the first call also traces and compiles the
loop, and compares it with Keras, once per model. For one network every way does the same arithmetic, a fraction of a
millisecond of it; the rest of the time goes into starting each step. So those ratios hold for tiny networks on a few rows,
and shrink as networks and data grow.{missing}
"""
    file = pathlib.Path(__file__).with_name("README.md")
    # What frames.py and sweep_costs.py have written stays.
    _, heading, others = file.read_text(encoding="utf-8").partition("## How smoothly a playground runs")
    file.write_text(f"{text}\n{heading}{others}" if heading else text, encoding="utf-8")


if __name__ == "__main__":
    main()
