"""A JupyterHub for a workshop on one Linux machine, started by `make hub`; README.md beside this file says how.

The folder in which it is started holds its state: learners.txt, the database, the cookie secret.
"""

import os
import pwd
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from secrets import compare_digest, token_hex

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import LocalProcessSpawner, set_user_setuid

COURSE = Path(__file__).resolve().parents[2]
FOLDER = "from-gates-to-flows"  # the learner's copy, in their home
LEARNERS, HOME = Path("learners.txt"), Path("home").resolve()  # HOME is what a new home begins with
NAME = re.compile(r"[a-z][a-z0-9-]{0,15}")
MEMORY = 3 * 2**30  # bytes that one process may write to: a kernel, or a server
PROCESSES = 1000  # of one learner, threads included


class OwnPasswords(Authenticator):
    """Lets in who gives the password that stands beside their name in learners.txt."""

    async def authenticate(self, handler, data):
        name = self.normalize_username(data["username"])
        if name in passwords and compare_digest(data["password"].encode(), passwords[name].encode()):
            return name


class LearnerSpawner(LocalProcessSpawner):
    """A server that runs under the learner's own Unix account, `learner-NAME`; the first start creates it."""

    @property
    def account(self):
        return pwd.getpwnam(f"learner-{self.user.name}")

    async def start(self):
        create_account(f"learner-{self.user.name}")
        return await super().start()

    def make_preexec_fn(self, name):
        become_learner = set_user_setuid(self.account.pw_name)

        def prepare():
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
            become_learner()

        return prepare

    def user_env(self, env):
        home = self.account.pw_dir
        # Kernels listen on sockets in the home, whose paths must be short.
        return env | {
            "HOME": home,
            "USER": self.account.pw_name,
            "SHELL": "/bin/bash",
            "JUPYTER_RUNTIME_DIR": f"{home}/.run",
        }


def create_account(name):
    """A Unix account without a password, and its home with a copy of the course; nothing if it is there."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        options = ["--create-home", "--skel", HOME, "-K", "HOME_MODE=0700", "--user-group", "--shell", "/bin/bash"]
        try:
            subprocess.run(["useradd", *options, name], check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            subprocess.run(["userdel", "--remove", name], capture_output=True)
            raise RuntimeError(f"The account {name} was not created: {error.stderr.strip()}") from None


def read_passwords():
    """{name: password} of learners.txt, which gets a random password beside each name that has none."""
    lines = [line.split() for line in LEARNERS.read_text().splitlines()] if LEARNERS.exists() else []
    found = {}
    for name, *password in filter(None, lines):
        if not NAME.fullmatch(name) or name in found or len(password) > 1:
            sys.exit(
                f"“{' '.join([name, *password])}” in {LEARNERS.resolve()} should be a name of 1 to 16 of a-z, 0-9 and -, "
                "which begins with a letter and stands there once, and a password without spaces or none."
            )
        found[name] = password[0] if password else token_hex(5)
    if not found:
        sys.exit(f"Write the learners' names into {LEARNERS.resolve()}, one a line; a password is added to each.")
    written = LEARNERS.with_suffix(".new")
    written.write_text("".join(f"{name} {password}\n" for name, password in found.items()))
    written.replace(LEARNERS)
    return found


def learners_can_run_the_course():
    read = "import gates_to_flows, jupyterhub, os; os.listdir('notebooks')"
    nobody = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
    try:
        return not subprocess.run([sys.executable, "-c", read], cwd=COURSE, capture_output=True, **nobody).returncode
    except PermissionError:
        return False


def write_home():
    """What a new home begins with: a copy of the course as it is now."""
    shutil.rmtree(HOME, ignore_errors=True)
    for folder in ("notebooks", "images"):
        shutil.copytree(COURSE / folder, HOME / FOLDER / folder, ignore=shutil.ignore_patterns(".*"))


if os.geteuid():
    sys.exit("Each learner's server runs under an account of its own, which only root can arrange: sudo make hub.")
os.umask(0o077)  # for the hub's own files and for the learners'
passwords = read_passwords()
if not learners_can_run_the_course():
    sys.exit(
        f"Learners cannot read {COURSE} or run {sys.executable}: put both where every account may enter, as in /srv."
    )
write_home()

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = OwnPasswords
c.Authenticator.allow_all = True  # of those whom it lets in
c.ConfigurableHTTPProxy.command = [f"{sys.prefix}/proxy/node_modules/.bin/configurable-http-proxy"]

c.JupyterHub.spawner_class = LearnerSpawner
c.Spawner.cmd = [f"{sys.prefix}/bin/jupyterhub-singleuser"]
c.Spawner.args = ["--KernelManager.transport=ipc"]  # at a port anybody on the machine could read what a kernel prints
c.Spawner.default_url = f"/lab/tree/{FOLDER}/notebooks/00_start_here.ipynb"
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": str(Path(__file__).with_name("learner")),  # no debugger, which would listen at a port too
    **dict.fromkeys(["TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"], "1"),
}
c.Spawner.poll_interval = 5  # seconds until the hub notices that a server has died
c.Spawner.start_timeout = c.Spawner.http_timeout = 180

c.JupyterHub.services = [
    {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]}
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]
