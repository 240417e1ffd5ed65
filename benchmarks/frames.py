"""How many pictures a second a playground shows while it trains; writes a section of benchmarks/README.md.

Run by `make bench-playground`, in Chromium, without a GPU and without the network.
"""

import datetime
import json
import os
import runpy
import shutil
import statistics
import sys
import tempfile
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = runpy.run_path(str(ROOT / "src/gates_to_flows/playground/join.py"))["script"]()
README, HEADING, NEXT = Path(__file__).with_name("README.md"), "## How smoothly a playground runs", "## What a sweep costs"
DATA = "XOR", "sin x", "two moons", "four sines", "pendulum"
SECONDS, RUNS = 4, 5
# Each picture writes the step anew.
COUNT = """async (seconds) => {
    const step = document.querySelector("[data-now=step]"), first = Number(step.textContent.replace(/\\D/g, ""));
    let pictures = 0;
    new MutationObserver(() => pictures++).observe(step, {childList: true});
    await new Promise((done) => setTimeout(done, 1000 * seconds));
    return [pictures / seconds, (Number(step.textContent.replace(/\\D/g, "")) - first) / seconds];
}"""


def rates(browser, folder, data):
    """Pictures and steps a second, each a median of a few runs."""
    page = folder / "page.html"
    given = escape(json.dumps({"settings": {"data": data, "seed": 1}}))
    place = f'<div class="g2f-playground" id="one" data-playground="{given}"></div>'
    page.write_text(f'<!doctype html><meta charset="utf-8">{place}<script>{SCRIPT}</script>', encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1000, "height": 1050})
    tab.goto(page.as_uri())
    tab.get_by_role("button", name="Train", exact=True).click()
    found = [tab.evaluate(COUNT, SECONDS) for _ in range(RUNS)]
    tab.close()
    return [statistics.median(values) for values in zip(*found, strict=True)]


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no Chromium here: install it (on Debian: apt install chromium).")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        rows = {data: rates(browser, Path(folder), data) for data in DATA}
        version = browser.version
        browser.close()
    table = "\n".join(f"| {data} | {frames:.0f} | {steps:.0f} |" for data, (frames, steps) in rows.items())
    section = f"""{HEADING}

Written by `benchmarks/frames.py` (`make bench-playground`) on {datetime.date.today():%d %B %Y}: Chromium {version}, \
{os.cpu_count()} cores, no GPU.

Pictures and training steps a second with the settings that each begins with, at 20 steps a picture, medians of {RUNS} times \
{SECONDS} seconds. A browser shows 60 pictures a second at most.

| data | pictures a second | steps a second |
|---|---:|---:|
{table}

"""
    text = README.read_text(encoding="utf-8")
    later = NEXT + text.partition(NEXT)[2]
    before = text.removesuffix(later).partition(HEADING)[0].rstrip()
    README.write_text(f"{before}\n\n{section}{later}", encoding="utf-8")


if __name__ == "__main__":
    main()
