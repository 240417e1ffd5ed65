"""The kernels of a run: forked from one process that has the heavy packages loaded, and watched for what they use.

Run as a script with the names of modules, this file is that process: it loads them, then forks a kernel per request.
"""

import builtins
import functools
import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from queue import Empty
from types import SimpleNamespace

import psutil
from jupyter_client.provisioning import local_provisioner

CAN_FORK = sys.platform.startswith("linux")  # elsewhere the system's own libraries do not survive a fork
MOVED = 0.05  # processor seconds that count as progress; an idle kernel uses 0.02 a minute


class KernelDied(Exception):
    """The kernel's process is gone."""


# ---- what a kernel uses --------------------------------------------------------------------------------------------


class Watch:
    """The processor time of a kernel and its children, and how long nothing has moved. All in seconds."""

    def __init__(self, kernel):
        self.process = psutil.Process(kernel.km.provisioner.pid)
        self.used = 0.0
        self.children, self.searched = [], float("-inf")
        self.unread = deque()  # messages on the iopub channel that came while the shell's was waited for
        self.begin_cell(0, 0)
        self.in_cell = False

    def begin_cell(self, allowance, patience):
        """From now on a cell runs that may use so much processor time, and do nothing for so long; 0 is no limit."""
        self.in_cell = True
        self.allowance, self.patience, self.stopped = allowance, patience, ""
        self.note_progress()
        self.used_before = self.look()

    def look(self):
        """Processor time until now, that of children included, also of those that have ended."""
        used = 0.0
        try:
            if time.monotonic() - self.searched > 1:  # it means to look at every process of the machine
                self.children, self.searched = self.process.children(recursive=True), time.monotonic()
            for process in [self.process, *self.children]:
                times = process.cpu_times()
                used += times.user + times.system + times.children_user + times.children_system
        except psutil.Error:  # it ended just now: what it had used so far counts
            self.searched = float("-inf")
        self.used = max(used, self.used)
        if self.used > self.used_when_moved + MOVED:
            self.note_progress()
        return self.used

    def note_progress(self):
        self.used_when_moved, self.moved = self.used, time.monotonic()

    @property
    def still(self):
        return time.monotonic() - self.moved

    def stop_reason(self):
        """Why the running cell is to be stopped, or "". Busy neighbours are no reason: they only make it slower."""
        if self.look() - self.used_before > self.allowance > 0:
            return f"used {self.allowance:g} s of processor time, all that a cell may use (nb_cell_budget)"
        if self.still > self.patience > 0:
            return f"did nothing for {self.patience:g} s (nb_patience): does it wait for input, a lock or the network?"
        return ""


def get_message(original, kernel, stream, timeout=None):
    """Wait for a message of a kernel; the clock runs only while nothing moves, and a running cell has its limits.

    On the shell's channel, where nbval waits for the end of a cell, `timeout` (--nbval-cell-timeout) is wall-clock time.
    """
    watch = watch_of(kernel)
    if stream == "iopub" and watch.unread:
        return watch.unread.popleft()
    begun, used = time.monotonic(), watch.used
    watch.note_progress()
    while True:
        try:
            return original(kernel, stream, timeout=1 if timeout is None else min(1, timeout))
        except Empty:
            if not kernel.is_alive():
                raise KernelDied("the kernel died") from None
            if stream == "shell" and watch.in_cell:
                read_what_came(original, kernel, watch)
                watch.stopped = watch.stop_reason()
                if timeout is not None and time.monotonic() - begun > timeout:
                    watch.stopped = f"ran longer than {timeout:g} s (--nbval-cell-timeout)"
                if watch.stopped:
                    raise
            elif timeout is not None:
                watch.look()
                if watch.still > timeout or (watch.stopped and watch.used > used + timeout):
                    raise


def read_what_came(original, kernel, watch):
    """Keep what the running cell has shown so far; to show something is progress too."""
    with suppress(Empty):
        while True:
            watch.unread.append(original(kernel, "iopub", timeout=0))
            watch.note_progress()


def watch_of(kernel):
    if not hasattr(kernel, "watch"):
        kernel.watch = Watch(kernel)
    return kernel.watch


# ---- forking -------------------------------------------------------------------------------------------------------


class ForkedKernel:
    """What jupyter_client asks of a kernel's process, for one that is no child of ours."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid
        self.process = psutil.Process(pid)

    def poll(self):
        return None if self.process.is_running() else 0  # its parent collects it at once

    def wait(self, timeout=None):
        self.process.wait(timeout)
        return 0

    def send_signal(self, number):
        with suppress(ProcessLookupError):  # as subprocess.Popen does if it has ended
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class Preloaded:
    """A process that has `modules` loaded and forks kernels; it starts with the first one and ends with this process."""

    def __init__(self, modules):
        self.modules, self.server = modules, None

    def start_new_kernel(self, original, *args, **kwargs):
        """In the place of nbval's function; other kernels that this process starts are none of our business."""
        plain = local_provisioner.launch_kernel
        local_provisioner.launch_kernel = functools.partial(self.launch_kernel, plain)
        try:
            return original(*args, **kwargs)
        finally:
            local_provisioner.launch_kernel = plain

    def launch_kernel(self, original, cmd, cwd=None, env=None, **kwargs):
        """In the place of jupyter_client's function: a kernel of this Python is forked, any other starts as always."""
        if "ipykernel_launcher" not in cmd or not os.path.samefile(cmd[0], sys.executable):
            return original(cmd, cwd=cwd, env=env, **kwargs)
        if self.server is None:
            self.start()
        options = cmd[cmd.index("ipykernel_launcher") + 1 :]
        request = {"options": options, "cwd": str(cwd or "."), "env": dict(env or os.environ)}
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        return ForkedKernel(self.answer("pid"))

    def start(self):
        # ipykernel chooses this backend when it starts; here Matplotlib may be loaded before that
        environment = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", **os.environ}
        self.server = subprocess.Popen(
            [sys.executable, __file__, *self.modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is for pytest alone
        )
        self.answer("ready")

    def answer(self, key):
        answer = json.loads(self.server.stdout.readline() or '{"error": "the process that forks kernels died"}')
        if "error" in answer:
            self.stop()
            raise RuntimeError(f"nb_preload: {answer['error']}")
        return answer[key]

    def stop(self):
        if self.server is not None:
            self.server.stdin.close()
            self.server.wait()
            self.server.stdout.close()
            self.server = None


def serve(modules):
    """Load the modules, then fork a kernel for each line on stdin and write its process id to stdout, as JSON."""
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)

    def answer(**content):
        print(json.dumps(content), file=answers, flush=True)

    del sys.path[0]  # this file's folder
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read by ipykernel at its import: it ends when this process does
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels are collected by the system
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # pandas asks at its import whether it is in a notebook
    for module in ["ipykernel.kernelapp", *modules]:
        try:
            importlib.import_module(module)
        except Exception as error:
            answer(error=f"{module} cannot be imported: {type(error).__name__}: {error}")
            return
    del builtins.get_ipython
    answer(ready=True)
    for line in requests:
        if os.fork() == 0:
            request = json.loads(line)
            os.setsid()
            answer(pid=os.getpid())  # only now: whoever asks for its process group gets its own
            answers.close()
            requests.close()
            become_kernel(**request)


def become_kernel(options, cwd, env):
    """Go on as if this process had just been started as `python -m ipykernel_launcher` with these options."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(cwd)
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *options]
    random.seed()
    if "numpy" in sys.modules:  # without a seed, two kernels draw two sequences
        sys.modules["numpy"].random.seed()
    sys.modules["ipykernel.kernelapp"].launch_new_instance()
    sys.exit()


if __name__ == "__main__":
    serve(sys.argv[1:])
