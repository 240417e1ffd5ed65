"""The site that `make site` built, in a Chromium that reaches nothing but this machine. `make test-site` builds it first."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from conftest import PATIENCE, STEP

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
PAGES = sorted(
    page
    for path in (SITE / "html").rglob("*.html")
    if not (page := path.relative_to(SITE / "html").as_posix()).startswith("_")
)
KINDS = [  # one page of each kind
    "index.html", "notebooks/03_backpropagation.html", "glossary.html", "notation.html", "claims.html", "exercises.html",
    "teachers.html", "teaching-04.html", "workshop-half-day.html", "regression.html", "search.html",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}
LOOKS = {"light": {}, "dark": {"color_scheme": "dark"}, "phone": {"viewport": PHONE}}
MOST_BYTES = 700_000  # of a page with what it loads, gzipped, before it is scrolled

# What a reader may ask, and the notebooks, or other pages, of which one should be among the first three.
QUESTIONS = {
    "chain rule": "03", "gradient check": "03", "vanishing": "03", "saddle point": "04", "initialization": "03 04",
    "perceptron": "01", "half adder": "05", "universal approximation": "06 07", "spectral bias": "07",
    "overconfident": "08", "calibration": "08", "quantile": "09", "volatility": "10",
    "Lotka Volterra": "12", "neural ode": "13 21", "symplectic": "12 16",
    "Q-learning": "17", "evolution": "18", "Hopfield": "19 21", "decision tree": "20", "autoencoder": "21",
    "realized variance": "11", "color of the loss plane": "02 04", "pytorch": "02b", "label smoothing": "08",
    "stiff equations": "15", "catastrophic forgetting": "19", "workshop of half a day": "workshop", "λ": "10 11",
}  # fmt: skip


@pytest.fixture(scope="module")
def site():
    """The address of the site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE / "html"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def open_tab(browser):
    """Opens tabs, and closes them in the end."""
    contexts = []

    def new_tab(**settings):
        contexts.append(browser.new_context(**settings))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield new_tab
    for context in contexts:
        context.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_error_from_this_site_alone_light_enough_and_no_wider_than_a_phone(open_tab, site, page):
    tab = open_tab(viewport=PHONE)
    faults, responses = [], []
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda request: None if request.url.startswith((site, "data:")) else faults.append(request.url))
    tab.on("response", lambda response: responses.append(response))
    tab.goto(site + page, wait_until="networkidle")
    assert faults == []
    assert not tab.locator("mjx-merror").count()
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    waiting = tab.evaluate(
        "[...document.images].filter(i => i.getBoundingClientRect().top > innerHeight).map(i => i.src)"
    )
    loaded = {response.url: response for response in responses if response.status == 200}
    sizes = {url: len(gzip.compress(response.body())) for url, response in loaded.items() if url not in waiting}
    if page != "search.html":  # which loads the index of all words
        assert sum(sizes.values()) <= MOST_BYTES, sorted(sizes.items(), key=lambda item: -item[1])[:5]


def test_every_link_and_picture_leads_somewhere():
    pages = {page: BeautifulSoup((SITE / "html" / page).read_text(), "html.parser") for page in PAGES}
    anchors = {page: {tag["id"] for tag in soup.find_all(id=True)} for page, soup in pages.items()}
    broken = set()
    for page, soup in pages.items():
        for tag in soup.find_all(href=True) + soup.find_all(src=True):
            target = urlsplit(urljoin(f"http://site/{page}", tag.get("href") or tag.get("src")))
            if target.netloc == "site":
                path, anchor = unquote(target.path).lstrip("/") or "index.html", unquote(target.fragment)
                if not (SITE / "html" / path).exists() or (anchor and anchor not in anchors.get(path, {anchor})):
                    broken.add((page, target.path, anchor))
    assert not broken


def test_every_picture_says_what_it_shows():
    for page in PAGES:
        pictures = BeautifulSoup((SITE / "html" / page).read_text(), "html.parser").find_all("img")
        assert [tag["src"] for tag in pictures if not tag.get("alt")] == [], page


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_search_finds(open_tab, site, question):
    tab, errors = open_tab(), []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{site}search.html?q={question}")
    tab.wait_for_function(
        "/found|did not match/.test(document.querySelector('#search-results .search-summary')?.innerText)"
    )
    links = tab.eval_on_selector_all(
        "#search-results ul.search > li > a", "all => all.map(a => a.getAttribute('href'))"
    )
    first = list(dict.fromkeys(link.partition("#")[0].partition("?")[0] for link in links))[:3]
    assert errors == []
    wanted = QUESTIONS[question].split()
    assert any(Path(link).name.startswith(tuple(wanted)) for link in first), first


def test_a_solution_opens_and_closes_by_keyboard(open_tab, site):
    tab = open_tab()
    tab.goto(f"{site}notebooks/03_backpropagation.html")
    solution = tab.locator("details.solution").first
    code = solution.locator("pre").first
    assert not code.is_visible()
    solution.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert code.is_visible()
    tab.keyboard.press("Space")
    assert not code.is_visible()


def test_the_playground_of_the_front_page_trains(open_tab, site):
    tab = open_tab()
    tab.goto(site)
    tab.get_by_role("button", name="Train", exact=True).click()
    tab.wait_for_function(f"{STEP} > 200")


@pytest.mark.parametrize("look", LOOKS)
def test_without_scripts_the_text_of_its_picture_stands_for_a_playground(open_tab, site, look):
    notebook = nbformat.read(ROOT / "notebooks" / "02_xor_four_ways.ipynb", 4)
    (cell,) = [cell for cell in notebook.cells if cell.id == "02-play-1"]
    tab = open_tab(java_script_enabled=False, **LOOKS[look])
    tab.goto(f"{site}notebooks/02_xor_four_ways.html#playground-02-play-1")
    assert tab.locator("#playground-02-play-1").inner_text() == cell.outputs[0].metadata["image/png"]["alt"]
    colour = tab.locator("div.cell_input").first.evaluate("cell => getComputedStyle(cell).backgroundColor")
    assert colour == "rgb(247, 247, 247)"  # light: without scripts a page has no dark


@pytest.mark.parametrize("look", LOOKS)
def test_the_playground_of_a_notebook_trains_by_keyboard_and_says_what_it_does(open_tab, site, look):
    tab = open_tab(**LOOKS[look])
    tab.goto(f"{site}notebooks/02_xor_four_ways.html#playground-02-play-1")
    playground = tab.locator("#playground-02-play-1")
    said = playground.get_by_role("status").first
    before = said.inner_text()
    for _ in range(5):  # past data, seed, steps a frame, and network and training
        tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Train"
    tab.keyboard.press("Space")
    tab.wait_for_function("document.querySelector('.verdict').textContent.startsWith('Right')")
    tab.keyboard.press("Enter")
    stopped = tab.evaluate(STEP)
    assert before == "At the start: 0 of 4 rows right." and said.inner_text() == "Right: all four rows, rounded."
    assert said.get_attribute("aria-live") == "polite"
    assert playground.get_by_role("img", name=said.inner_text()).is_visible()
    faults = Axe().run(tab, "#playground-02-play-1").response["violations"]
    assert not faults, [(fault["id"], fault["nodes"][0]["html"]) for fault in faults]
    assert playground.evaluate(
        "el => [...el.querySelectorAll('*')].every(part => part.getBoundingClientRect().right <= innerWidth)"
    )
    assert tab.evaluate(STEP) == stopped
    assert playground.screenshot(path=SITE / "screenshots" / f"playground_of_a_notebook_{look}.png")


def test_a_link_into_a_closed_part_opens_it(open_tab, site):
    for page, inside in [
        (
            "notebooks/03_backpropagation.html#in-depth-dead-alive-revived",
            "section:has(> #in-depth-dead-alive-revived) p",
        ),
        ("notebooks/03_backpropagation.html#cell-03-013n", "#cell-03-013n pre"),
    ]:
        tab = open_tab()
        tab.goto(site + page)
        tab.locator(inside).first.wait_for(state="visible")


def test_what_is_printed_has_no_bars_and_no_solutions(open_tab, site):
    tab = open_tab()
    tab.goto(f"{site}notebooks/03_backpropagation.html")
    tab.emulate_media(media="print")
    for hidden in [".bd-sidebar-primary", ".bd-header-article", ".prev-next-area", "details.solution pre"]:
        assert not tab.locator(hidden).first.is_visible(), hidden
    assert tab.locator("h1").filter(visible=True).count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", KINDS)
def test_axe_finds_nothing_serious(open_tab, site, page, scheme):
    tab = open_tab(color_scheme=scheme)
    tab.goto(site + page, wait_until="networkidle")
    tab.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    faults = [fault for fault in Axe().run(tab).response["violations"] if fault["impact"] in ("critical", "serious")]
    assert not faults, [(fault["id"], fault["nodes"][0]["html"]) for fault in faults]


@pytest.mark.parametrize("page", KINDS)
def test_pictures_to_look_at(open_tab, site, page):
    for kind, settings in {
        "light": {"viewport": {"width": 1280, "height": 900}},
        "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
        "phone": {"viewport": PHONE},
        "phone_dark": {"viewport": PHONE, "color_scheme": "dark"},
    }.items():
        tab = open_tab(**settings)
        tab.goto(site + page, wait_until="networkidle")
        picture = tab.screenshot(path=SITE / "screenshots" / f"{Path(page).stem}_{kind}.png")
        assert picture
