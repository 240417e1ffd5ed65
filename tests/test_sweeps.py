"""Sweeps against one ensemble of all members: here, on workers, with a worker killed, and resumed after kill -9."""

import gates_to_flows  # noqa: F401  isort: skip
import ast
import csv
import os
import resource
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest
from small_models import SGD, X, Y, float64, network  # noqa: F401

from gates_to_flows import sweeps
from gates_to_flows.sweeps import sweep
from gates_to_flows.training import train_ensemble

ROOT = Path(__file__).parents[1]
STEPS, MEMBERS, SEED, CHUNK = 300, 700, 5, 200
EDGES = np.linspace(0, 1, 1001)


def make_model():
    return network(SGD(0.1, momentum=0.9), width=2)


def draw(rng, members):
    return [rng.normal(size=(members, *shape)) for shape in ((2, 2), (2,), (2, 1), (1,))]


def summed(ensemble):
    right = (np.round(ensemble.outputs) == Y).all(axis=(1, 2))
    return {"right": right.sum(), "loss": ensemble.loss.sum(), "losses": np.histogram(ensemble.loss, EDGES)[0]}


def small_sweep(draw_weights=draw, **settings):
    asked = {"members": MEMBERS, "seed": SEED, "reduce": summed, "chunk": CHUNK, **settings}
    return sweep(asked.pop("make_model", make_model), X, Y, STEPS, draw_weights, **asked)


def same_bits(one, other):
    assert {k: v.tobytes() for k, v in one.items()} == {k: v.tobytes() for k, v in other.items()}


class Killing:
    """Draws; but the first who draws chunk 2 in full dies of it, as by kill -9."""

    def __init__(self, flag):
        self.flag = flag

    def __call__(self, rng, members):
        if rng.bit_generator.seed_seq.entropy == [SEED, 2] and not self.flag.exists():
            self.flag.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return draw(rng, members)


@pytest.fixture(scope="module")
def alone():
    """The sweep that the others must equal: in this process, without a folder."""
    policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield small_sweep()
    keras.config.set_floatx(policy[0])
    keras.config.set_dtype_policy(policy[1])


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("dask.distributed", reason="the extra `cluster` is not installed")
    with distributed.LocalCluster(
        2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with cluster.get_client() as client:
        yield client


def test_sums_are_those_of_one_ensemble_of_all_members(alone):
    sizes = [CHUNK, CHUNK, CHUNK, MEMBERS - 3 * CHUNK]
    chunks = [draw(np.random.default_rng([SEED, c]), n) for c, n in enumerate(sizes)]
    ensemble = train_ensemble(make_model(), X, Y, STEPS, [np.concatenate(w) for w in zip(*chunks, strict=True)])
    together = summed(ensemble)
    assert 0 < alone["right"] == together["right"] < MEMBERS
    np.testing.assert_array_equal(alone["losses"], together["losses"])
    np.testing.assert_allclose(alone["loss"], together["loss"], rtol=1e-12)
    median = EDGES[np.searchsorted(alone["losses"].cumsum(), MEMBERS / 2)]  # from the histogram, as the docstring says
    assert median <= np.median(ensemble.loss) <= median + EDGES[1]


def test_a_sweep_prints_nothing_where_there_is_no_terminal(capfd):
    small_sweep(members=3)
    assert capfd.readouterr() == ("", "")


def test_a_sweep_goes_on_after_kill_9_with_the_same_bits(alone, tmp_path):
    folder, flag = tmp_path / "kept", tmp_path / "flag"
    code = f"""
import gates_to_flows, keras
from pathlib import Path
from test_sweeps import Killing, small_sweep
keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
small_sweep(Killing(Path({str(flag)!r})), checkpoint={str(folder)!r})
"""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == -signal.SIGKILL
    assert {file.name for file in folder.iterdir()} == {"sweep.json", "chunk_0.npz", "chunk_1.npz"}
    drawn = []

    def noting(rng, members):
        drawn.append(rng.bit_generator.seed_seq.entropy[1])
        return draw(rng, members)

    same_bits(small_sweep(noting, checkpoint=folder), alone)
    assert drawn == [0, 2, 3]  # chunk 0 for the first two members only
    same_bits(small_sweep(checkpoint=folder), alone)

    with pytest.raises(ValueError, match=r"holds another sweep, with seed 5, not 6; .*name another folder, or delete"):
        small_sweep(seed=6, checkpoint=folder)
    with pytest.raises(ValueError, match="holds another sweep, with first two members"):
        small_sweep(make_model=lambda: network(SGD(0.2, momentum=0.9), width=2), checkpoint=folder)
    (folder / "chunk_1.npz").write_bytes((folder / "chunk_1.npz").read_bytes()[:-30])
    with pytest.raises(ValueError, match="chunk_1.npz is damaged: delete it, and it is trained again"):
        small_sweep(checkpoint=folder)
    with pytest.raises(ValueError, match="holds something else than a sweep"):
        small_sweep(checkpoint=tmp_path)


def test_a_full_disk_leaves_no_half_written_chunk(tmp_path):
    def large(ensemble):
        return summed(ensemble) | {"large": np.zeros(10_000)}

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(
            OSError, match=r"chunk_0.npz cannot be written \(File too large\): make room, and the same call"
        ):
            small_sweep(members=3, reduce=large, checkpoint=tmp_path / "kept")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["sweep.json"]
    assert small_sweep(members=3, reduce=large, checkpoint=tmp_path / "kept")["right"] <= 3


def test_two_workers_give_the_same_bits_and_so_they_do_if_one_is_killed(client, alone, tmp_path):
    same_bits(small_sweep(client=client), alone)
    before, flag = set(client.run(os.getpid).values()), tmp_path / "flag"
    same_bits(small_sweep(Killing(flag), client=client, checkpoint=tmp_path / "kept"), alone)
    assert int(flag.read_text()) in before  # it was a worker that died
    same_bits(small_sweep(checkpoint=tmp_path / "kept"), alone)


def test_threads_of_one_process_give_the_same_bits(alone):
    distributed = pytest.importorskip("dask.distributed", reason="the extra `cluster` is not installed")
    with distributed.Client(
        processes=False, n_workers=1, threads_per_worker=2, dashboard_address="127.0.0.1:0"
    ) as client:
        same_bits(small_sweep(client=client), alone)


def test_what_a_worker_refuses_is_said_as_here(client):
    def strange(rng, members):
        return draw(rng, 2)  # enough for the first two

    with pytest.raises(ValueError, match=f"should return starts of {CHUNK} members here, not of 2"):
        small_sweep(strange, client=client)


def test_a_cluster_without_workers_and_one_that_goes_away(monkeypatch):
    distributed = pytest.importorskip("dask.distributed", reason="the extra `cluster` is not installed")
    monkeypatch.setattr(sweeps, "_PATIENCE", 1)
    cluster = distributed.LocalCluster(1, processes=False, dashboard_address="127.0.0.1:0")
    client = cluster.get_client()
    cluster.scale(0)
    while client.nthreads():
        time.sleep(0.05)
    with pytest.raises(ConnectionError, match="has had no workers for 1 s: start some, and call again"):
        small_sweep(client=client)
    monkeypatch.setattr(sweeps, "_PATIENCE", 60)
    closing = threading.Timer(1, cluster.close)
    closing.start()
    with pytest.raises(ConnectionError, match="The cluster (went away|does not answer)"):
        small_sweep(client=client)
    closing.join()
    client.close()


@pytest.mark.parametrize(
    "settings, error, sentence",
    [
        ({"chunk": 0}, ValueError, "chunk should be a positive integer, not 0"),
        ({"members": 2.5}, ValueError, "members should be a positive integer, not 2.5"),
        ({"seed": -1}, ValueError, "seed should be an integer of at least 0, not -1"),
        ({"every": 301}, ValueError, "every should be at most steps"),
        ({"draw_weights": lambda rng, n: draw(rng, n)[:3]}, ValueError, "weights should have the shapes"),
        ({"draw_weights": lambda rng, n: draw(rng, 9)}, ValueError, "should return starts of 2 members here, not of 9"),
        ({"reduce": lambda e: e.loss.sum()}, TypeError, "reduce should return a dict of numbers or arrays"),
        ({"reduce": lambda e: {"right": e.loss < 1}}, TypeError, "'right' should hold integers or floats .* not bool"),
        ({"reduce": lambda e: {"loss": e.loss}}, ValueError, r"the same shapes .* \{'loss': \(2,\)\} for 2 and .*200"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(settings, error, sentence, tmp_path):
    with pytest.raises(error, match=sentence):
        small_sweep(**settings, checkpoint=tmp_path / "kept")
    assert not list(tmp_path.glob("kept/chunk*"))


def test_the_course_imports_no_engine_for_clusters():
    for file in (ROOT / "src" / "gates_to_flows").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                modules = [getattr(node, "module", None) or "", *(name.name for name in node.names)]
                assert not {"dask", "distributed"} & {module.partition(".")[0] for module in modules}, file


def test_make_sweep_takes_its_lines_from_the_notebook(tmp_path):
    script = runpy.run_path(str(ROOT / "benchmarks" / "sweep.py"))
    names = script["names_of"](script["source_of_notebook"]())
    cells = {cell.id: cell for cell in nbformat.read(script["NOTEBOOK"], as_version=4).cells}
    shown = cells["04-044"].outputs[0].data["text/plain"].splitlines()
    for line in names["settings"]:
        assert any(row.startswith(line) for row in shown), line
    with (ROOT / "benchmarks" / "sweep_04.csv").open(encoding="utf-8") as file:
        written = [(row["changed"], int(row["steps"])) for row in csv.DictReader(file)]
    assert written == [(line, steps) for line in names["settings"] for steps in (500, 2000, 10_000)]
    line, members = "weights × 3", 1000
    rows = list(script["table"](members, tmp_path, lines=[line]))
    assert [row[:3] for row in rows] == [(line, steps, members) for steps in (500, 2000, 10_000)]
    stored = next(row for row in shown if row.startswith(line)).split()[-3:]  # of 2000 other networks
    for (*_, share, error), other in zip(rows, map(float, stored), strict=True):
        assert abs(float(share) - other) < 4 * np.sqrt(other * (100 - other) * (1 / members + 1 / 2000))
        assert float(error) == pytest.approx(np.sqrt(float(share) * (100 - float(share)) / members), abs=1e-4)
