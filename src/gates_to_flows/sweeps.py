"""Millions of networks: trained chunk by chunk, here or on a cluster, and only sums over them are kept."""

import hashlib
import io
import json
import os
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import keras
import numpy as np

from gates_to_flows.training import train_ensemble
from gates_to_flows.training.preconditions import first_line, positive_integer

_IN_FLIGHT = 3  # chunks for each thread of the workers: enough that none waits, and few for the scheduler to hold
_PATIENCE = 60  # seconds for which a cluster may be without workers
_LAST = threading.local()  # the model that this thread trained last, and its sweep: compiling is dear


def sweep(
    make_model, x, y, steps, draw_weights, members, seed, reduce, every=None, chunk=10_000, checkpoint=None, client=None
):
    """Train M copies of a model, a chunk of them at a time, and add up what `reduce` makes of each chunk.

    Parameters: make_model(), a compiled Keras model; x, y, steps and every, as `train_ensemble` takes them;
    draw_weights(rng, n), the starts of n members, a list of arrays (n, …), drawn with the NumPy generator rng; members, M;
    seed, an integer of at least 0; reduce(ensemble), a dict of numbers or arrays whose shapes do not depend on the number
    of members, such as counts, sums and histograms (a quantile is read from a histogram); chunk, the members that are
    trained and held in memory at once; checkpoint, a folder that keeps each chunk's dict, so that the same call goes on
    where a stopped one was; client, a `dask.distributed.Client`, with the course installed on its scheduler and workers.
    Returns: the dict of `reduce`, summed over all chunks, as int64 and float64.
    Chunk c draws from `np.random.default_rng([seed, c])`, and sums are made in the order of the chunks. So the result depends
    on the arguments from make_model to chunk only: to the last bit on processors of one kind, however many workers there
    are, and if some of them die. First two members are trained here, to see that all fits together.
    A GPU is used where the training process sees one: the course hides it unless CUDA_VISIBLE_DEVICES is set.
    Raises ValueError or TypeError for what `train_ensemble` refuses, for starts of another number and sums of another shape,
    and for a folder with another sweep; OSError where the folder cannot be written; ConnectionError for a cluster that has
    no workers for a minute, loses them again and again, or goes away. Chunks that are in the folder stay there.
    Taught in notebook 4.
    """
    members, chunk = positive_integer(members, "members"), positive_integer(chunk, "chunk")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed should be an integer of at least 0, not {seed!r}.")
    work = _Work(make_model, np.asarray(x), np.asarray(y), steps, every, draw_weights, int(seed), reduce)
    sizes = [min(chunk, members - first) for first in range(0, members, chunk)]
    first_two = work.of(0, min(2, members))
    stored = _Stored(checkpoint, first_two, steps=steps, every=every, members=members, seed=int(seed), chunk=chunk)
    missing = [(c, n) for c, n in enumerate(sizes) if c not in stored]
    trained = (work.of(c, n) for c, n in missing) if client is None else _on_workers(client, work, missing)
    sums = {name: np.zeros_like(value) for name, value in first_two.items()}
    for c in range(len(sizes)):
        if c in stored:
            found = stored.read(c)
        else:
            _say(f"{c} of {len(sizes)} chunks")
            found = next(trained)
        if _shapes(found) != _shapes(sums):
            raise ValueError(
                f"reduce should return the same shapes for any number of members, but they are {_shapes(sums)} for "
                f"{min(2, members)} and {_shapes(found)} for {sizes[c]}."
            )
        if c not in stored:
            stored.write(c, found)
        sums = {name: value + found[name] for name, value in sums.items()}
    _say("")
    return sums


def _shapes(arrays):
    return {name: value.shape for name, value in arrays.items()}


def _say(text):
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class _Work:
    """What a worker needs in order to train any chunk."""

    make_model: Callable
    x: np.ndarray
    y: np.ndarray
    steps: int
    every: int | None
    draw_weights: Callable
    seed: int
    reduce: Callable
    floatx: str = field(default_factory=keras.config.floatx)
    dtype_policy: str = field(default_factory=lambda: keras.config.dtype_policy().name)
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def of(self, c, members):
        """What `reduce` makes of chunk c, if it has so many members."""
        keras.config.set_floatx(self.floatx)
        keras.config.set_dtype_policy(self.dtype_policy)
        if getattr(_LAST, "name", None) != self.name:
            _LAST.model, _LAST.name = self.make_model(), self.name
        weights = self.draw_weights(np.random.default_rng([self.seed, c]), members)
        ensemble = train_ensemble(_LAST.model, self.x, self.y, self.steps, weights, self.every)
        if len(ensemble.loss) != members:
            raise ValueError(
                f"draw_weights should return starts of {members} members here, not of {len(ensemble.loss)}."
            )
        return _numbers(self.reduce(ensemble))


def _numbers(found):
    if not isinstance(found, dict) or not found:
        raise TypeError(f"reduce should return a dict of numbers or arrays to add up, not {found!r}.")
    found = {str(name): np.asarray(value) for name, value in found.items()}
    for name, value in found.items():
        if value.dtype.kind not in "iuf":
            raise TypeError(f"reduce's {name!r} should hold integers or floats to add up, not {value.dtype}.")
    return {name: v.astype(np.float64 if v.dtype.kind == "f" else np.int64) for name, v in found.items()}


def _on_workers(client, work, chunks):
    """The dicts of chunks (number, members), in order. A chunk that a worker loses is trained again by another one."""
    waiting, left, room = deque(), iter(chunks), 0
    while True:
        if len(waiting) <= room // 2:
            room = _IN_FLIGHT * max(1, _threads(client))
            if more := list(islice(left, room - len(waiting))):
                waiting.extend(client.map(work.of, *zip(*more, strict=True), pure=False))
        if not waiting:
            return
        last_seen = time.monotonic()
        while not waiting[0].done():
            time.sleep(0.05)
            if _threads(client):
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > _PATIENCE:
                raise ConnectionError(f"The cluster has had no workers for {_PATIENCE} s: start some, and call again.")
        future = waiting.popleft()
        if future.status in ("cancelled", "lost"):
            raise ConnectionError("The cluster went away: start it, and call again with a new client.")
        error = future.exception()
        if type(error).__name__ == "KilledWorker":
            raise ConnectionError(
                "Several workers died of the same chunk, perhaps for want of memory: try a smaller chunk."
            ) from error
        yield future.result()


def _threads(client):
    try:
        return sum(client.nthreads().values())
    except Exception as error:
        raise ConnectionError(
            f"The cluster does not answer ({first_line(error)}): start it, and call again."
        ) from error


class _Stored:
    """The chunks in a checkpoint's folder, one file each, beside a description of their sweep; without a folder, none."""

    def __init__(self, folder, first_two, **description):
        self.folder = folder and Path(folder)
        if not folder:
            return
        digest = hashlib.sha256(b"".join(name.encode() + v.tobytes() for name, v in sorted(first_two.items())))
        description["first two members"] = digest.hexdigest()
        file = self.folder / "sweep.json"
        if file.exists():
            there = json.loads(file.read_text(encoding="utf-8"))
            others = [
                f"{name} {there.get(name)}, not {value}"
                for name, value in description.items()
                if there.get(name) != value
            ]
            if others:
                raise ValueError(
                    f"{folder} holds another sweep, with {'; '.join(others)}: name another folder, or delete this one."
                )
        elif self.folder.exists() and any(self.folder.iterdir()):
            raise ValueError(f"{folder} holds something else than a sweep: name a new folder.")
        else:
            self._write(file, json.dumps(description, indent=1).encode())

    def _file(self, c):
        return self.folder / f"chunk_{c}.npz"

    def __contains__(self, c):
        return bool(self.folder) and self._file(c).exists()

    def read(self, c):
        try:
            with np.load(self._file(c)) as arrays:
                return dict(arrays)
        except Exception as error:
            raise ValueError(f"{self._file(c)} is damaged: delete it, and it is trained again.") from error

    def write(self, c, arrays):
        if self.folder:
            buffer = io.BytesIO()
            np.savez(buffer, **arrays)
            self._write(self._file(c), buffer.getvalue())

    def _write(self, file, content):
        """The whole file or none, whenever the process or the machine stops."""
        part = file.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as f:
                f.write(content)
                f.flush()
                os.fsync(f.fileno())
            part.replace(file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OSError(
                f"{file} cannot be written ({error.strerror}): make room, and the same call goes on from there."
            ) from error
