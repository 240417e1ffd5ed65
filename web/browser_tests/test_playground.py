"""The playground on a page of its own, opened as a file, in a Chromium that reaches nothing."""

import json
import re
import runpy
from html import escape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import PATIENCE, STEP

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "src/gates_to_flows/playground/join.py"))["script"]()
SCREENSHOTS = ROOT / "site" / "screenshots"
DESKTOP, PHONE = {"width": 1000, "height": 1050}, {"width": 390, "height": 844}


@pytest.fixture
def open_page(browser, tmp_path):
    """Opens a page with playgrounds of these settings, the first with the id `one`; closes all in the end, without errors."""
    contexts, faults = [], []
    (tmp_path / "playground.js").write_text(SCRIPT, encoding="utf-8")

    def new_page(*given, query="", **how):
        given = [{"settings": {"data": "XOR", "seed": 1}}] if not given else given
        boxes = "".join(
            f'<div class="g2f-playground" id="{name}" data-playground="{escape(json.dumps(one))}"><p>a picture</p></div>'
            for name, one in zip(("one", "two"), given, strict=False)
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Playground</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<style>:root { color-scheme: light dark; }</style>"
            f'<main><h1>Playground</h1>{boxes}</main><script src="playground.js"></script>'
        )
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        contexts.append(browser.new_context(**{"viewport": DESKTOP} | how))
        contexts[-1].set_default_timeout(PATIENCE)
        tab = contexts[-1].new_page()
        tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)
        tab.goto((tmp_path / "page.html").as_uri() + query)
        return tab

    yield new_page
    for context in contexts:
        context.close()
    assert faults == []


def press(tab, name):
    tab.get_by_role("button", name=name, exact=True).click()


def code(tab):
    """The weights, as the playground writes them."""
    if not tab.locator("pre").is_visible():
        press(tab, "Weights as code")
        return tab.locator("pre").inner_text()
    press(tab, "Weights as code")
    return code(tab)


def verdict(tab):
    return tab.locator(".verdict").inner_text()


def test_it_takes_the_place_of_the_picture_trains_stops_and_goes_back_to_identical_weights(open_page):
    tab = open_page()
    assert not tab.get_by_text("a picture").count()
    start = code(tab)
    press(tab, "Train")
    tab.wait_for_function(f"{STEP} > 100")
    press(tab, "Pause")
    stopped = tab.evaluate(STEP)
    after = code(tab)
    tab.wait_for_timeout(200)
    assert tab.evaluate(STEP) == stopped > 100 and after != start
    press(tab, "Back to the same start")
    assert code(tab) == start and tab.evaluate(STEP) == 0
    press(tab, "One step")
    assert code(tab) != start and tab.evaluate(STEP) == 1
    press(tab, "Next seed")
    assert tab.get_by_label("seed").input_value() == "2" and code(tab) != start


def test_weights_as_code_are_python_with_all_weights(open_page):
    tab = open_page()
    text = code(tab)
    compile(text, "code", "exec")
    assert 'keras.layers.Dense(2, activation="sigmoid")' in text
    arrays = [json.loads(array) for array in re.findall(r"np\.array\((.*)\)", text)]
    assert [len(array) for array in arrays] == [2, 2, 2, 1]


def test_the_address_leads_to_the_same_plateau(open_page):
    tab = open_page({"settings": {"data": "XOR", "seed": 4}})
    press(tab, "Next seed")
    press(tab, "Train")
    tab.wait_for_function(f"{STEP} > 1800")
    press(tab, "Pause")
    press(tab, "Push")
    press(tab, "One step")
    query = "?" + tab.url.split("?")[1]
    assert "seed=5" in query and "data=XOR" in query and "pushes=" in query
    other = open_page(query=query)
    other.wait_for_function(f"{STEP} === {tab.evaluate(STEP)}")
    assert code(other) == code(tab)
    plateau = open_page(query="?playground=one&data=XOR&seed=5&steps=2000")
    plateau.wait_for_function(f"{STEP} === 2000")
    assert verdict(plateau).startswith("On a plateau at 1/8: two rows share one output")


def test_an_address_that_asks_for_what_there_is_not_gets_a_sentence(open_page):
    for query in ("data=XNOR", "seed=-1", "hidden=2,2,2,2", "rate=fast", "activation=toString", "steps=1e9"):
        tab = open_page(query=f"?playground=one&{query}")
        assert "which there is not" in verdict(tab), query
        press(tab, "One step")
        assert tab.evaluate(STEP) == 1


def test_each_of_two_playgrounds_keeps_to_its_own_address(open_page):
    tab = open_page(
        {"settings": {"data": "XOR"}}, {"settings": {"data": "sin x"}}, query="?playground=two&data=pendulum&seed=9"
    )
    assert [tab.get_by_label("data").nth(n).input_value() for n in (0, 1)] == ["XOR", "pendulum"]


def test_a_network_from_python_is_shown_as_it_is(open_page):
    start = [[[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0]]
    settings = {"data": "XOR", "hidden": [2], "activation": "ReLU", "loss": "squared error"}
    tab = open_page({"settings": settings, "points": [], "start": start})
    assert verdict(tab) == "Right: all four rows, rounded."
    assert "[[1,1],[1,1]]" in code(tab)
    tab.locator("summary").click()
    tab.get_by_label("learning rate").fill("0.5")
    tab.get_by_label("learning rate").blur()
    assert "[[1,1],[1,1]]" in code(tab)  # another rate, the same network
    again = open_page({"settings": settings, "points": [], "start": start}, query="?" + tab.url.split("?")[1])
    assert "[[1,1],[1,1]]" in code(again) and again.get_by_label("learning rate").input_value() == "0.5"
    press(tab, "Next seed")
    assert "[[1,1],[1,1]]" not in code(tab)


def test_points_are_taken_from_clicks_and_from_text(open_page):
    tab = open_page()
    tab.get_by_label("data").select_option("own points")
    assert verdict(tab).startswith("There are no points yet")
    assert tab.get_by_role("button", name="Train").is_disabled()
    picture = tab.locator("[data-view=output]")
    box = picture.bounding_box()
    for x, y, what in ((0.3, 0.3, "class 1"), (0.6, 0.6, "class 0")):
        tab.get_by_label("a click adds").select_option(what)
        picture.click(position={"x": x * box["width"], "y": y * box["height"]})
    rows = tab.get_by_label("one point a line").input_value().split("\n")
    assert [row.split()[2] for row in rows] == ["1", "0"]
    assert float(rows[0].split()[1]) > float(rows[1].split()[1])  # higher in the picture
    press(tab, "Train")
    tab.wait_for_function("document.querySelector('.verdict').textContent.startsWith('Right')")
    press(tab, "Pause")
    tab.get_by_label("one point a line").fill("0 0 1\n1 one 0")
    tab.get_by_label("one point a line").blur()
    assert verdict(tab) == "Row 2 of the points should be 3 numbers: 2 in, 1 out."
    press(tab, "One step")  # the points before go on
    assert verdict(tab).startswith("Right")


def test_what_cannot_be_trained_gets_a_sentence_and_the_form_goes_back(open_page):
    tab = open_page({"settings": {"data": "sin x"}})
    tab.locator("summary").click()
    tab.locator("[name=loss]").select_option("cross-entropy")
    assert verdict(tab).startswith("Cross-entropy is for outputs from 0 to 1")
    assert tab.locator("[name=loss]").input_value() == "squared error"


def test_a_function_is_drawn_with_the_mouse(open_page):
    tab = open_page()
    tab.get_by_label("data").select_option("own function")
    box = tab.locator("[data-view=output]").bounding_box()
    at = [(box["x"] + (0.2 + 0.01 * k) * box["width"], box["y"] + (0.3 + 0.006 * k) * box["height"]) for k in range(60)]
    tab.mouse.move(*at[0])
    tab.mouse.down()
    for place in at[1:]:
        tab.mouse.move(*place)
    tab.mouse.up()
    rows = [list(map(float, row.split())) for row in tab.get_by_label("one point a line").input_value().split("\n")]
    assert 38 <= len(rows) <= 50  # 0.6 of the picture, in columns of 1/64 of the axes
    assert [y for _, y in sorted(rows)] == sorted((y for _, y in rows), reverse=True)


def test_all_goes_by_keyboard(open_page):
    tab = open_page()
    tab.get_by_label("data").focus()
    tab.keyboard.press("ArrowDown")
    assert tab.get_by_label("data").input_value() == "x₁ ↔ x₂"
    reached = []
    for _ in range(12):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
        if reached[-1] == "Train":
            tab.keyboard.press("Space")
            tab.wait_for_function(f"{STEP} > 10")
            tab.keyboard.press("Enter")
    stopped = tab.evaluate(STEP)
    buttons = [
        "Train",
        "One step",
        "Back to the same start",
        "Next seed",
        "Push",
        "Ten thousand starts",
        "Weights as code",
    ]
    assert [name for name in reached if name in buttons] == buttons and {"seed", "speed"} <= set(reached)
    tab.wait_for_timeout(100)
    assert tab.evaluate(STEP) == stopped


def test_a_screen_reader_is_not_told_at_every_frame_and_the_pictures_say_what_they_show(open_page):
    tab = open_page()
    tab.evaluate(
        "new MutationObserver(all => window.told = (window.told ?? 0) + all.length)"
        ".observe(document.querySelector('.verdict'), {childList: true, characterData: true, subtree: true})"
    )
    press(tab, "Train")
    tab.wait_for_timeout(3500)
    press(tab, "Pause")
    assert 1 <= tab.evaluate("window.told ?? 0") <= 5
    for name in ("output", "units", "loss", "weights"):
        assert len(tab.locator(f"[data-view={name}]").get_attribute("aria-label")) > 20


def test_a_rate_that_is_too_large_ends_in_a_sentence(open_page):
    tab = open_page({"settings": {"data": "XOR", "seed": 1, "rate": 1000}})
    press(tab, "Train")
    tab.wait_for_function("document.querySelector('.verdict').textContent.startsWith('Exploded')")
    assert tab.get_by_role("button", name="Train", exact=True).count()


def test_ten_thousand_starts_tell_how_far_they_are_and_stop(open_page):
    tab = open_page()
    press(tab, "Ten thousand starts")
    tab.wait_for_function("document.querySelector('progress').value > 50")
    assert re.search(
        r"of 10\s000 starts, 2\s000 steps each: \d\d\.\d % are right", tab.locator("[data-found]").inner_text()
    )
    assert "Notebook 4 found 80.5" in tab.locator("[data-found]").inner_text()
    press(tab, "One step")  # the page is not held up
    press(tab, "Stop")
    assert not tab.locator("progress").is_visible()


def test_where_motion_is_unwanted_pictures_change_twice_a_second(open_page):
    tab = open_page(reduced_motion="reduce")
    tab.evaluate(
        "new MutationObserver(() => window.drawn = (window.drawn ?? 0) + 1)"
        ".observe(document.querySelector('[data-now=step]'), {childList: true, characterData: true, subtree: true})"
    )
    press(tab, "Train")
    tab.wait_for_timeout(2200)
    assert 1 <= tab.evaluate("window.drawn ?? 0") <= 6


@pytest.mark.parametrize("data", ["XOR", "spirals", "sin x", "pendulum", "own points"])
@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark"}, {"viewport": PHONE}], ids=["light", "dark", "phone"])
def test_axe_finds_nothing_serious_and_it_is_no_wider_than_the_screen(open_page, data, how):
    tab = open_page({"settings": {"data": data}}, **how)
    tab.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    if data != "own points":
        code(tab)
    faults = [fault for fault in Axe().run(tab).response["violations"] if fault["impact"] in ("critical", "serious")]
    assert not faults, [(fault["id"], fault["nodes"][0]["html"]) for fault in faults]
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_follows_the_theme_of_the_site(open_page):
    tab = open_page(color_scheme="dark")
    paper = "getComputedStyle(document.querySelector('.g2f > div')).backgroundColor"
    dark = tab.evaluate(paper)
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    tab.wait_for_function(f"{paper} === 'rgb(255, 255, 255)'")
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.wait_for_function(f"{paper} === '{dark}'")
    assert dark != "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    "data, seed, steps",
    [("XOR", 1, 700), ("XOR", 5, 2000), ("sin x", 3, 1500), ("spirals", 1, 400), ("pendulum", 1, 300)],
)
def test_pictures_to_look_at(open_page, data, seed, steps):
    for kind, how in {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": PHONE}}.items():
        tab = open_page(query=f"?playground=one&data={data}&seed={seed}&steps={steps}", **how)
        tab.wait_for_function(f"{STEP} === {steps}")
        assert tab.screenshot(
            path=SCREENSHOTS / f"playground_{data.replace(' ', '_')}_{seed}_{kind}.png", full_page=True
        )


@pytest.mark.parametrize("data", ["XOR", "sin x", "spirals", "pendulum"])
def test_frames_a_second_are_measured(open_page, data, record_property):
    tab = open_page({"settings": {"data": data}})
    press(tab, "Train")
    frames = tab.evaluate(
        """() => new Promise(done => {
            const began = performance.now()
            let frames = 0
            requestAnimationFrame(function count(now) {
                frames++
                now - began < 3000 ? requestAnimationFrame(count) : done(1000 * frames / (now - began))
            })
        })"""
    )
    record_property("frames a second", frames)
    print(f"{data}: {frames:.0f} frames a second")
    assert tab.evaluate(STEP) > 0
