"""A real hub on the loopback address: learners log in at once, run notebook 01, lose a kernel and a server, and pry.

`make test-hub USERS=5` runs it, as root: it makes Unix accounts, and removes them afterwards. What learners do goes through
the login form, the REST interface and the websockets that a browser would use.
"""

import json
import os
import pwd
import re
import runpy
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import nbformat
import psutil
import pytest
import requests
from websocket import WebSocketTimeoutException, create_connection

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "deploy" / "jupyterhub" / "jupyterhub_config.py"
NOTEBOOK = "from-gates-to-flows/notebooks/01_what_can_one_unit_decide.ipynb"
USERS = int(os.environ.get("USERS", "5"))
SERVER = f"{sys.prefix}/bin/jupyterhub-singleuser"
RUN = uuid4().hex[:6]  # so that no account of another run is met
NAMES = [f"test-{RUN}-{number}" for number in range(max(USERS, 2))]  # it takes two to pry
PATIENCE = 300  # seconds: a busy machine is slow, and not red
# Runs a command with a Python from a home that only root may enter, which it makes readable for this command alone.
OPENED = """
set -e
mount --bind "$0" /mnt
mount -t tmpfs -o mode=755 none "/$(cut -d/ -f2 <<< "$0")"
mkdir -p "$0"
mount --bind /mnt "$0"
exec "$@"
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A running hub: its address, its folder and its process."""
    folder = tmp_path_factory.mktemp("hub")
    (folder / "learners.txt").write_text("\n".join(NAMES))
    ports = free_ports(3)
    command = [sys.executable, "-m", "jupyterhub", "-f", CONFIG]
    command += [f"--JupyterHub.bind_url=http://127.0.0.1:{ports[0]}", f"--JupyterHub.hub_port={ports[1]}"]
    command += [f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{ports[2]}"]
    nobody = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
    if subprocess.run(["test", "-x", sys.executable], **nobody).returncode:
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
            pytest.skip(f"no learner may run {sys.base_prefix}, and this machine lets nobody show it elsewhere")
        command = ["unshare", "--mount", "bash", "-c", OPENED, sys.base_prefix, *command]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    hub = SimpleNamespace(address=f"http://127.0.0.1:{ports[0]}", proxy_port=ports[2], folder=folder, process=process)
    try:
        wait_until(lambda: answers(hub) or process.poll() is not None)
        assert process.poll() is None, (folder / "log").read_text()
        yield hub
    finally:
        process.terminate()
        process.wait(PATIENCE)
        left = [p for name in NAMES for p in processes(name)]
        left += [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(folder)]
        for one in left:
            one.kill()
        for name in NAMES:
            subprocess.run(["userdel", "--remove", f"learner-{name}"], capture_output=True)
    assert not left, f"the hub has left {left}"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def answers(hub):
    try:
        return requests.get(f"{hub.address}/hub/login").ok
    except requests.ConnectionError:
        return False


def wait_until(condition):
    begun = time.monotonic()
    while not (found := condition()):
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.2)
    return found


def processes(name):
    """All that runs under a learner's account, and is not just waiting to be forgotten."""
    found = psutil.process_iter(["username", "status", "cmdline"])
    return [p for p in found if p.info["username"] == f"learner-{name}" and p.info["status"] != psutil.STATUS_ZOMBIE]


def running(name, module):
    return next(p for p in processes(name) if module in p.info["cmdline"])


class Learner:
    """What a browser would do for one learner."""

    def __init__(self, hub, name):
        self.hub, self.name, self.session = hub, name, requests.Session()
        self.password = dict(line.split() for line in (hub.folder / "learners.txt").read_text().splitlines())[name]
        self.server = f"{hub.address}/user/{name}"

    def log_in(self, **fields):
        """Sends the login form, and returns what is shown then."""
        page = f"{self.hub.address}/hub/login"
        self.session.get(page)
        token = next(c.value for c in self.session.cookies if c.name == "_xsrf" and c.path == "/hub/")
        return self.session.post(page, {"_xsrf": token, "username": self.name, "password": self.password} | fields)

    def start_server(self):
        """Asks for it, and waits until its JupyterLab opens."""
        self.session.get(f"{self.hub.address}/hub/spawn/{self.name}")
        wait_until(lambda: "jupyter-config-data" in self.session.get(f"{self.server}/lab/tree/{NOTEBOOK}").text)

    def ask(self, method, path, body=None):
        token = next(c.value for c in self.session.cookies if c.name == "_xsrf" and c.path == f"/user/{self.name}/")
        answer = self.session.request(method, f"{self.server}/api/{path}", json=body, headers={"X-XSRFToken": token})
        answer.raise_for_status()
        return answer.json()

    def open(self):
        """The notebook, with a kernel of its own."""
        found = self.ask("GET", f"contents/{NOTEBOOK}")
        session = {"path": NOTEBOOK, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
        self.kernel = self.ask("POST", "sessions", session)["kernel"]["id"]
        return found

    def run(self, cells):
        """What the cells print; AssertionError at the first error."""
        cookies = self.session.get(f"{self.server}/api/status").request.headers["Cookie"]
        address = f"{self.server}/api/kernels/{self.kernel}/channels".replace("http", "ws", 1)
        connection = create_connection(address, cookie=cookies, origin=self.hub.address, timeout=PATIENCE)
        wait_until(lambda: is_listening(connection))
        printed = ""
        for cell in cells:
            for message in answers_to(connection, "execute_request", {"code": cell, "allow_stdin": False}):
                assert message["msg_type"] != "error", f"{message['content']}\nin\n{cell}"
                if message["msg_type"] == "stream":
                    printed += message["content"]["text"]
        connection.close()
        return printed

    def run_until_it_works(self, cell):
        """In a kernel that is about to be started again."""

        def attempt():
            try:
                return self.run([cell])
            except Exception:  # whatever a connection says that ends
                return ""

        return wait_until(attempt)


def answers_to(connection, kind, content, patience=PATIENCE):
    """All that the kernel says to a request, until it has replied and is idle; TimeoutError when that takes too long."""
    asked, awaited, begun = uuid4().hex, {"reply", "idle"}, time.monotonic()
    header = {"msg_id": asked, "msg_type": kind, "username": "", "session": asked, "version": "5.3", "date": ""}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
    connection.send(json.dumps(message))
    connection.settimeout(patience)
    while awaited:
        if time.monotonic() - begun > patience:
            raise TimeoutError
        message = json.loads(connection.recv())
        if message["parent_header"].get("msg_id") == asked:
            yield message
            awaited -= {message["msg_type"].split("_")[-1], message["content"].get("execution_state")}


def is_listening(connection):
    """Whether what the kernel says arrives: a new connection can miss its first words."""
    try:
        return list(answers_to(connection, "kernel_info_request", {}, patience=2))
    except (TimeoutError, WebSocketTimeoutException):
        return False


@pytest.fixture(scope="module")
def learners(hub):
    """Logged in, all at once, each with a server of their own."""
    learners = [Learner(hub, name) for name in NAMES]
    begun = time.monotonic()

    def enter(learner):
        learner.log_in()
        learner.start_server()
        return time.monotonic() - begun

    with ThreadPoolExecutor(len(learners)) as pool:
        seconds = list(pool.map(enter, learners))
    hub.report = (
        f"\nat once {len(learners)} logged in and saw JupyterLab after {min(seconds):.0f} to {max(seconds):.0f} s\n"
    )
    return learners


def first_notebook():
    return [
        cell.source
        for cell in nbformat.read(ROOT / "notebooks" / Path(NOTEBOOK).name, 4).cells
        if cell.cell_type == "code"
    ]


def test_all_learners_run_notebook_01_at_once(hub, learners, capsys):
    cells, begun = first_notebook(), time.monotonic()

    def work(learner):
        learner.open()
        printed = learner.run(cells)
        return printed, time.monotonic() - begun

    with ThreadPoolExecutor(USERS) as pool:
        printed, seconds = zip(*pool.map(work, learners[:USERS]), strict=True)
    for text in printed:
        assert "✓" in text
        assert "✗" not in text
    kinds = {  # by proportional set size: memory that several processes share is counted once in all
        "server": [running(name, SERVER) for name in NAMES],
        "kernel": [running(name, "ipykernel_launcher") for name in NAMES[:USERS]],
        "hub": [psutil.Process(hub.process.pid)],
        "proxy": [p for p in psutil.Process(hub.process.pid).children() if p.name() == "node"],
    }
    report = hub.report + f"at once {USERS} ran notebook 01 in {min(seconds):.0f} to {max(seconds):.0f} s\n"
    for kind, found in kinds.items():
        sizes = [process.memory_full_info().pss / 2**20 for process in found]
        report += f"{kind}: {sum(sizes) / len(sizes):.0f} MiB, the mean of {len(sizes)}\n"
    with capsys.disabled():
        print(report)


def test_a_learner_whose_kernel_dies_goes_on(learners):
    learner = learners[0]
    learner.open()
    learner.run(["value = 7", "open('kept', 'w').write('mine')"])
    died = running(learner.name, "ipykernel_launcher")
    died.kill()
    wait_until(lambda: not died.is_running())
    said = learner.run_until_it_works("print('value' in globals(), open('kept').read())")
    assert said == "False mine\n"


def test_a_learner_whose_server_dies_goes_on_and_keeps_what_was_changed(learners):
    learner = learners[0]
    notebook = learner.open()
    notebook["content"]["cells"][0]["source"] = "# Mine"
    learner.run(["open('kept too', 'w').write('mine')"])
    learner.ask("PUT", f"contents/{NOTEBOOK}", {"type": "notebook", "content": notebook["content"]})
    died = running(learner.name, SERVER)
    died.kill()
    wait_until(lambda: "Start" in learner.session.get(f"{learner.hub.address}/hub/home").text)
    wait_until(lambda: not processes(learner.name))  # its kernels end with it
    learner.start_server()
    assert running(learner.name, SERVER).pid != died.pid
    assert learner.open()["content"]["cells"][0]["source"] == "# Mine"
    assert learner.run(["print(open('kept too').read())"]) == "mine\n"


# What a learner can try from a kernel. Each attempt returns what it got, or the name of the error.
PROBE = """
import json, os, socket, urllib.error, urllib.request
from pathlib import Path

def attempt(do, *arguments):
    try:
        return do(*arguments)
    except urllib.error.HTTPError as error:
        return error.code
    except Exception as error:
        return type(error).__name__

def look(path):
    os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
    return "read"

def change(path):
    open(path, "ab").close()
    return "changed"

def end(pid):
    os.kill(pid, 0)
    return "allowed"

def connect(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
    return "connected"

def overhear(ports):
    import zmq
    with zmq.Context() as context, context.socket(zmq.SUB) as ear:
        ear.linger = 0
        ear.subscribe(b"")
        for port in ports:
            ear.connect(f"tcp://127.0.0.1:{port}")
        return "heard" if ear.poll(4000) else "silence"

def get(address):
    token = os.environ["JUPYTERHUB_API_TOKEN"]
    asked = urllib.request.Request(address, headers={"Authorization": f"token {token}"})
    return urllib.request.urlopen(asked).status

def commands():
    return [attempt(path.read_text) for path in Path("/proc").glob("[0-9]*/cmdline")]

print(json.dumps([attempt(globals()[name], *arguments) for name, *arguments in json.loads(TRIES)]))
"""


def ports(process):
    """At which it listens."""
    return [c.laddr.port for c in process.net_connections("inet") if c.status == "LISTEN"]


def try_as(learner, tries):
    return json.loads(learner.run([f"TRIES = {json.dumps(tries)!r}", PROBE]))


def what_is_private(learner):
    """What only this learner may do, as tries for the probe: looking, connecting, asking, signalling."""
    home, server = Path(f"/home/learner-{learner.name}"), running(learner.name, SERVER)
    kernel = running(learner.name, "ipykernel_launcher")
    (connection,) = home.glob(f".run/kernel-{learner.kernel}.json")
    sockets = list(home.glob(f".run/kernel-{learner.kernel}-ipc-*"))
    assert len(sockets) == 5
    looks = [
        home,
        home / NOTEBOOK,
        connection,
        *(f"/proc/{p.pid}/{file}" for p in (server, kernel) for file in ("environ", "fd")),
    ]
    return [
        *(["look", str(path)] for path in looks),
        *(["connect", str(path)] for path in sockets),
        ["get", f"{learner.server}/api/contents"],
        ["get", f"http://127.0.0.1:{ports(server)[0]}/user/{learner.name}/api/contents"],
        ["get", f"{learner.hub.address}/hub/api/users/{learner.name}"],
        ["end", server.pid],
        ["end", kernel.pid],
    ]


def test_no_learner_can_read_files_or_tokens_of_another(learners):
    one, other = learners[0], learners[-1]
    for learner in (one, other):
        learner.open()
        learner.run(["1"])
    allowed = {"read", "connected", "allowed", 200}
    assert set(try_as(other, what_is_private(other))) == allowed, "the probe must be able to succeed"
    refused = dict(zip(map(str, tries := what_is_private(other)), try_as(one, tries), strict=True))
    assert set(refused.values()) == {"PermissionError", 403, 404}, refused
    assert one.session.get(f"{other.server}/api/contents").status_code == 403
    assert "jupyter-config-data" not in one.session.get(f"{other.server}/lab").text


def test_no_learner_can_overhear_what_another_kernel_prints(learners):
    one, other = learners[0], learners[-1]
    for learner in (one, other):
        learner.open()
        learner.run(["1"])
    kernel = running(other.name, "ipykernel_launcher")
    with ThreadPoolExecutor() as pool:
        talk = pool.submit(
            other.run, ["import time\nfor _ in range(100):\n    print('secret', flush=True); time.sleep(0.1)"]
        )
        heard = try_as(one, [["overhear", ports(kernel)]])
        assert "secret" in talk.result()
    assert heard == ["silence"]


def test_no_learner_can_read_or_change_what_is_the_hubs_or_the_courses(hub, learners):
    learner = learners[0]
    secrets = ["jupyterhub.sqlite", "jupyterhub_cookie_secret", "learners.txt"]
    hubs = psutil.Process(hub.process.pid)
    tree = [p for p in (hubs, *hubs.children()) if p.username() == "root"]
    assert len(tree) == 3  # hub, proxy, culler
    tries = [["look", str(hub.folder / name)] for name in secrets] + [["look", f"/proc/{p.pid}/environ"] for p in tree]
    assert all((hub.folder / name).exists() for name in secrets)
    course = [
        ROOT / NOTEBOOK.removeprefix("from-gates-to-flows/"),
        ROOT / "src/gates_to_flows/claims.py",
        CONFIG,
        nbformat.__file__,
    ]
    tries += [["change", str(path)] for path in course]
    assert set(try_as(learner, tries)) == {"PermissionError"}
    addresses = [f"{hub.address}/hub/api/users/{NAMES[-1]}/tokens", f"http://127.0.0.1:{hub.proxy_port}/api/routes"]
    assert set(try_as(learner, [["get", address] for address in addresses])) <= {403, 404}


def test_jupyterlab_has_no_debugger(learners):
    page = learners[0].session.get(f"{learners[0].server}/lab").text
    settings = json.loads(re.search(r'id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.S)[1])
    assert "@jupyterlab/debugger-extension" in settings["disabledExtensions"]


def test_no_secret_stands_in_a_command_line(hub, learners):
    environments = [p.environ() for p in [*processes(NAMES[-1]), *psutil.Process(hub.process.pid).children()]]
    secrets = {value for e in environments for name, value in e.items() if "TOKEN" in name}
    secrets |= set((hub.folder / "learners.txt").read_text().split()[1::2])
    assert len(secrets) > len(NAMES)
    (commands,) = try_as(learners[0], [["commands"]])
    assert SERVER in str(commands)
    assert not [secret for secret in secrets if secret in str(commands)]


def test_a_kernel_that_asks_for_too_much_is_refused_and_goes_on(learners):
    learner = learners[0]
    learner.open()
    assert learner.run(["import numpy as np; print(np.ones(2**27).nbytes)"]) == f"{2**30}\n"
    ask = "try:\n    np.ones(2**30)\nexcept MemoryError:\n    print('refused')"
    assert learner.run([ask]) == "refused\n"
    threads = """
import threading
wait = threading.Event()
try:
    for _ in range(2000):
        threading.Thread(target=wait.wait).start()
except RuntimeError as error:
    print(error)
wait.set()
"""
    assert learner.run([threads]) == "can't start new thread\n"
    assert learner.run(["print(1 + 1)"]) == "2\n"


def test_only_the_own_password_lets_in(hub, learners):
    one, other = Learner(hub, NAMES[0]), Learner(hub, NAMES[-1])
    assert one.log_in(password=other.password).status_code == 403
    assert one.log_in(password="").status_code == 403
    assert one.log_in(username="stranger").status_code == 403
    assert one.log_in(username="root").status_code == 403
    assert one.log_in(username=NAMES[0].upper()).ok


def test_an_idle_server_is_stopped(hub, learners):
    """By the culler as the hub started it, with its rights, but for the time that it waits."""
    culler = next(p for p in psutil.Process(hub.process.pid).children() if "jupyterhub_idle_culler" in p.cmdline())
    command = [a for a in culler.cmdline() if not a.startswith("--timeout")]
    impatient = subprocess.Popen(
        [*command, "--timeout=1", "--cull-every=1"], env=culler.environ(), stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: not any(processes(name) for name in NAMES))
    finally:
        impatient.kill()
        impatient.wait()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0)
    os.umask(mask)
    yield tmp_path
    os.umask(mask)


@pytest.mark.parametrize(
    ("learners", "said"),
    [
        (None, r"Write the learners' names into .*/learners.txt, one a line"),
        ("\n \n", r"Write the learners' names into .*/learners.txt, one a line"),
        ("ada\nada\n", r"“ada” in .*/learners.txt should be a name of 1 to 16"),
        ("Ada\n", r"“Ada” in"),
        ("../root\n", r"“../root” in"),
        ("a" * 17, r"“a{17}” in"),
        ("ada pass word\n", r"“ada pass word” in"),
    ],
)
def test_without_names_the_hub_says_what_to_write(folder, learners, said):
    if learners is not None:
        (folder / "learners.txt").write_text(learners)
    with pytest.raises(SystemExit, match=said):
        runpy.run_path(str(CONFIG))
    assert not (folder / "home").exists()
    assert (folder / "learners.txt").read_text() == learners if learners else True


def test_each_name_gets_a_password_once(folder):
    """And a course that learners cannot read is refused."""
    (folder / "deploy" / "jupyterhub").mkdir(parents=True)
    config = shutil.copy(CONFIG, folder / "deploy" / "jupyterhub")
    folder.chmod(0o700)
    (folder / "learners.txt").write_text("ada\ngrace of-her-own\n")
    with pytest.raises(SystemExit, match="Learners cannot read .* put both where every account may enter"):
        runpy.run_path(config)
    written = (folder / "learners.txt").read_text()
    assert re.fullmatch(r"ada [0-9a-f]{10}\ngrace of-her-own\n", written)
    with pytest.raises(SystemExit):
        runpy.run_path(config)
    assert (folder / "learners.txt").read_text() == written
    assert (folder / "learners.txt").stat().st_mode & 0o777 == 0o600


def test_only_root_can_start_it(folder):
    os.seteuid(65534)
    try:
        with pytest.raises(SystemExit, match="only root can arrange: sudo make hub"):
            runpy.run_path(str(CONFIG))
    finally:
        os.seteuid(0)
