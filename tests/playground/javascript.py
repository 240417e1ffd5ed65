"""Runs JavaScript after the playground's module, in Node.js; a user may not have it."""

import json
import shutil
import subprocess

import pytest

from gates_to_flows.playground.join import module

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    NODE is None,
    reason="the playground's JavaScript is tested with Node.js, which is not here (Debian: apt install nodejs)",
)


def run(code, given=None):
    """What the body of a function returns that sees all names of the module, and `given`."""
    text = f"{module()}\nconsole.log(JSON.stringify(((given) => {{{code}}})({json.dumps(given)})));"
    done = subprocess.run(
        [NODE, "--input-type=module", "-"], input=text, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
