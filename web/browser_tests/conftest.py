"""A Chromium that reaches nothing but this machine."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

PATIENCE = 120_000  # milliseconds: a busy machine is slow, and not red
# The step at which a playground is.
STEP = "Number(document.querySelector('[data-now=step]').textContent.replace(/\\D/g, ''))"
OFFLINE = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--no-sandbox", "--disable-gpu"]


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.exit("There is no Chromium here: install it (on Debian: apt install chromium).", returncode=2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OFFLINE)
        yield browser
        browser.close()
