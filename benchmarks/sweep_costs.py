"""How the cost of a sweep grows with members, width, steps and workers; writes the last section of benchmarks/README.md.

Run by `make sweep-costs`: some minutes on two cores. What 100 machines would do is computed from what is measured here.
"""

import gates_to_flows  # noqa: F401  isort: skip
import datetime
import os
import pickle
import platform
import sys
import time
import tracemalloc
from pathlib import Path

import keras
import numpy as np
import psutil
from dask.distributed import LocalCluster

from gates_to_flows import plots, sweeps
from gates_to_flows.sweeps import sweep
from gates_to_flows.training import train_ensemble

README, HEADING = Path(__file__).with_name("README.md"), "## What a sweep costs"  # bench.py leaves this section
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)
FEW_STEPS, CHUNK = 50, 10_000
MEMBERS = [10**3, 10**4, 10**5, 10**6, 10**7]
AT_ONCE = 10**6  # more do not fit into a small machine
WIDTHS, WIDTH_STEPS = [2, 4, 8, 16, 32, 64], 200
STEPS = [50, 500, 5000, 20_000]
WORK = {"members": 1_000_000, "steps": 500}  # for one and two workers
NOOPS, CHUNKS = 20_000, 2000
MACHINES, THREADS = 100, 2


class Network:
    """A maker of 2-width-1 networks, and their starts."""

    def __init__(self, width):
        self.width = width

    def __call__(self):
        hidden = keras.layers.Dense(self.width, "sigmoid")
        model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.02, momentum=0.9), "mse")
        return model

    def draw(self, rng, members):
        return [rng.normal(size=(members, *s)) for s in ((2, self.width), (self.width,), (self.width, 1), (1,))]


def count_right(ensemble):
    return {"right": (np.round(ensemble.outputs) == Y).all(axis=(1, 2)).sum()}


class Nothing:
    """Work of no length, for the time that the loop over chunks takes by itself."""

    def of(self, c, members):
        return {"right": np.int64(c)}


def run_sweep(members, steps, **settings):
    network = Network(2)
    return sweep(network, X, Y, steps, network.draw, members, 7, count_right, chunk=CHUNK, **settings)


def measured(work):
    """Wall seconds, and the bytes by which this process grew at its largest."""
    before = psutil.Process().memory_info().rss
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    say(f"{seconds:8.2f} s")
    return seconds, max(0, int(peak.split()[1]) * 1024 - before)


def say(text):
    print(text, file=sys.stderr, flush=True)


def first_and_warm(width, steps, members=CHUNK):
    """Seconds of the first call of train_ensemble and of the second."""
    network = Network(width)
    model, starts = network(), network.draw(np.random.default_rng(7), members)
    first, _ = measured(lambda: train_ensemble(model, X, Y, steps, starts))
    warm, _ = measured(lambda: train_ensemble(model, X, Y, steps, starts))
    return first, min(first, warm)


def bytes_a_member(width):
    """NumPy's memory at its largest, starts included; TensorFlow's does not depend on the members."""
    network = Network(width)
    model = network()
    train_ensemble(model, X, Y, 1, network.draw(np.random.default_rng(7), CHUNK))
    tracemalloc.start()
    train_ensemble(model, X, Y, 1, network.draw(np.random.default_rng(7), CHUNK))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / CHUNK


def by_members():
    run_sweep(CHUNK, FEW_STEPS)  # TensorFlow's own start
    swept = {m: measured(lambda m=m: run_sweep(m, FEW_STEPS)) for m in MEMBERS}
    model, network = Network(2)(), Network(2)

    def at_once(m):
        return lambda: train_ensemble(model, X, Y, FEW_STEPS, network.draw(np.random.default_rng(7), m))

    at_once(CHUNK)()
    return swept, {m: measured(at_once(m)) for m in MEMBERS if m <= AT_ONCE}


def arithmetic(i):
    """A second or so in the cache of a processor, with which the workers are compared."""
    values = np.linspace(0, 1, 2**12) + i
    for _ in range(40_000):
        np.tanh(values)


def processor_seconds():
    return sum(psutil.Process().cpu_times()[:2])


def by_workers():
    """Seconds of the same sweep in four ways, of mere arithmetic, and what the engine itself can do."""
    swept, used, plain, engine = {}, {}, {}, {}
    before = processor_seconds()
    swept["this process"] = measured(lambda: run_sweep(**WORK))[0]
    used["this process"] = processor_seconds() - before
    for way, settings in {
        "1 process": {"n_workers": 1, "threads_per_worker": 1, "host": "127.0.0.1"},
        "2 processes": {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1"},
        "1 process, 2 threads": {"n_workers": 1, "threads_per_worker": 2, "host": "127.0.0.1"},
    }.items():
        begin = time.perf_counter()
        with LocalCluster(**settings, dashboard_address="127.0.0.1:0") as cluster, cluster.get_client() as client:
            run_sweep(CHUNK, 1, client=client)
            engine[f"start of {way}"] = time.perf_counter() - begin
            before = sum(client.run(processor_seconds).values())
            swept[way] = measured(lambda client=client: run_sweep(**WORK, client=client))[0]
            used[way] = sum(client.run(processor_seconds).values()) - before
            plain[way] = measured(lambda client=client: client.gather(client.map(arithmetic, range(8), pure=False)))[0]
            if way == "2 processes":
                engine["worker bytes"] = max(client.run(lambda: psutil.Process().memory_info().rss).values())
                begin = time.perf_counter()
                client.gather(client.map(int, range(NOOPS), pure=False))
                engine["tasks"] = NOOPS / (time.perf_counter() - begin)
                sweeps._IN_FLIGHT *= MACHINES  # as many chunks in flight as all machines would have
                begin = time.perf_counter()
                for _ in sweeps._on_workers(client, Nothing(), [(c, 1) for c in range(CHUNKS)]):
                    pass
                engine["chunks"] = CHUNKS / (time.perf_counter() - begin)
                sweeps._IN_FLIGHT //= MACHINES
    return swept, used, plain, engine


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{'---:|' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(map(str, row))} |" for row in rows])


def save(name):
    figure = plots.style.plt.gcf()
    figure.savefig(README.with_name(name))
    alt = figure.alt
    plots.style.plt.close(figure)
    return f"![{alt}]({name})"


def main():
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    swept, at_once = by_members()
    widths = {width: (*first_and_warm(width, WIDTH_STEPS), bytes_a_member(width)) for width in WIDTHS}
    steps = {s: first_and_warm(2, s) for s in STEPS}
    seconds, used, plain, engine = by_workers()

    in_mb = {m: memory / 1e6 for m, (_, memory) in at_once.items()}
    memory_curves = {
        "sweep": (MEMBERS, [swept[m][1] / 1e6 for m in MEMBERS]),
        "one ensemble": (list(in_mb), list(in_mb.values())),
    }
    plots.curves(memory_curves, "members", "memory, MB", legend="upper left", log="xy", marks=True)
    memory_figure = save("sweep_memory.png")
    compiling = {s: 100 * (first - warm) / first for s, (first, warm) in steps.items()}
    plots.curves(
        {"10 000 networks of width 2": (STEPS, list(compiling.values()))},
        *("steps", "compile time, % of the first call"),
        legend="upper right",
        log="x",
        marks=True,
    )
    compile_figure = save("sweep_compile.png")

    members_table = table(
        ["members", "seconds", "seconds a million", "memory, MB", "one ensemble: seconds", "memory, MB"],
        [
            (
                *(f"{m:,}", f"{t:.2f}", f"{1e6 * t / m:.3g}", f"{b / 1e6:.0f}"),
                *((f"{at_once[m][0]:.2f}", f"{in_mb[m]:.0f}") if m in at_once else ("–", "–")),
            )
            for m, (t, b) in swept.items()
        ],
    )
    width_table = table(
        ["width", "first call, s", "next call, s", "compile time, % of the first", "bytes a member"],
        [(w, f"{f:.2f}", f"{t:.2f}", f"{100 * (f - t) / f:.0f}", f"{b:,.0f}") for w, (f, t, b) in widths.items()],
    )
    steps_table = table(
        ["steps", "first call, s", "next call, s", "compile time, % of the first"],
        [(f"{s:,}", f"{f:.2f}", f"{t:.2f}", f"{compiling[s]:.0f}") for s, (f, t) in steps.items()],
    )

    def efficiency(times, way):
        return f"{times['1 process'] / times[way] / (2 if '2' in way else 1):.2f}" if way in times else "–"

    workers_table = table(
        ["workers", "seconds", "efficiency", "efficiency of mere arithmetic", "processor seconds of the workers"],
        [
            (way, f"{t:.2f}", efficiency(seconds, way), efficiency(plain, way), f"{used[way]:.2f}")
            for way, t in seconds.items()
        ],
    )

    threads, start = MACHINES * THREADS, engine["start of 1 process"]
    rate = CHUNK * max(STEPS) / steps[max(STEPS)][1]  # networks × steps a second, of one thread
    chunk_s, million_s = CHUNK * 10_000 / rate, 1e6 * 10_000 / rate
    asked = threads / chunk_s
    tasks, chunks = engine["tasks"], engine["chunks"]
    work = sweeps._Work(Network(2), X, Y, 1, None, Network(2).draw, 7, count_right)
    task_bytes, result_bytes = len(pickle.dumps(work.__dict__)), len(pickle.dumps({"right": np.asarray(1)}))
    worker_mb = engine["worker bytes"] / 1e6
    section = f"""{HEADING}

Written by `benchmarks/sweep_costs.py` (`make sweep-costs`) on {datetime.date.today():%d %B %Y}: \
Python {platform.python_version()}, {os.cpu_count()} cores, no GPU.
XOR networks 2-width-1 in float64, in chunks of {CHUNK:,}. Seconds are by the clock.

**Members.** {FEW_STEPS} steps, width 2. A sweep's memory stays that of a chunk; that of one ensemble grows with its members, and
more than {AT_ONCE:,} were not tried so. Memory is what the process grew by at its largest.

{members_table}

{memory_figure}

**Width.** {CHUNK:,} members, {WIDTH_STEPS} steps. The first call compiles, the next does not. Bytes are NumPy's at their largest.

{width_table}

**Steps.** {CHUNK:,} members, width 2.

{steps_table}

{compile_figure}

**Workers.** {WORK["members"]:,} members, {WORK["steps"]} steps, width 2, on workers that have trained before.
The efficiency is the time of one process over twice that of two. Mere arithmetic, in the cache of a processor,
tells what the machine had to give meanwhile: other work on it costs both columns.

{workers_table}

**A hundred machines**, of {THREADS} threads each: computed, not tried. Measured here, with scheduler, client
and workers on the same cores: {tasks:,.0f} empty tasks a second by Dask's scheduler; {chunks:,.0f} empty chunks a second by
the loop of `sweep`; {start:.1f} s from nothing to a worker's first chunk, for Python, TensorFlow and compiling;
{worker_mb:,.0f} MB held by a worker; {task_bytes:,} bytes a task and {result_bytes:,} a result.

- *The loop* comes first. {CHUNK:,} networks for 10,000 steps take a thread {chunk_s:.1f} s, so {threads} threads
  ask for {asked:.0f} chunks a second, {100 * asked / chunks:.0f} % of what the loop gives.
  Chunks of less than {threads / chunks:.1f} s saturate it; the scheduler, at {threads / tasks:.1f} s.
- *Serialisation*: results come to {asked * result_bytes / 1e3:.0f} kB a second.
  It would matter for a `reduce` that keeps weights.
- *Memory*: {worker_mb * THREADS / 1e3:.1f} GB a machine, if each thread is a process of its own; the client holds one sum.
- *Starting* is what is felt. A million networks for 10,000 steps take one thread {million_s:,.0f} s,
  and {threads} threads {million_s / threads:.1f} s beside a start of {start:.1f} s;
  in chunks of {CHUNK:,}, of which there are 100, half of the threads have none.
  The start is under a tenth of the whole from {10 * start * threads / million_s:.0f} million networks on.
"""
    before = README.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
    README.write_text(f"{before}\n\n{section}", encoding="utf-8")


if __name__ == "__main__":
    main()
