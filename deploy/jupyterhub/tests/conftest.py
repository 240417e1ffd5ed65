"""USERS is looked at before anything is started."""

import os
import re

import pytest


def pytest_configure():
    users = os.environ.get("USERS", "5")
    if not re.fullmatch(r"[1-9]\d*", users):
        raise pytest.UsageError(f"USERS={users} is no number of learners from 1 on, as in: make test-hub USERS=5")
