"""The slides that `make slides` built: each fits on its page, its formulas are set, and nothing comes from elsewhere."""

import re
from pathlib import Path

import pytest
from conftest import PATIENCE

HTML = Path(__file__).resolve().parents[2] / "site" / "slides" / "html"
DECKS = sorted(path.stem for path in HTML.glob("[0-9]*.html"))
BEYOND = """() => [...Reveal.getCurrentSlide().querySelectorAll(":scope > :not(aside), mjx-math, td, img")]
    .filter(part => { const box = part.getBoundingClientRect(); return box.right > 1280 || box.bottom > 720 })
    .map(part => part.outerHTML.slice(0, 80))"""


def test_there_are_slides():
    assert DECKS, "There are no slides: make slides makes them."


@pytest.mark.parametrize("deck", DECKS)
def test_deck(deck, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(PATIENCE)
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto((HTML / f"{deck}.html").as_uri())
    page.wait_for_function("Reveal.isReady() && MathJax.startup.promise.then(() => true)")
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number}, 0)")
        assert not page.evaluate(BEYOND), f"slide {number + 1} is too full"
        assert "⏱ until minute" in page.evaluate("Reveal.getSlideNotes()"), f"slide {number + 1} has no notes"
        for height in page.evaluate(
            "[...Reveal.getCurrentSlide().querySelectorAll('img')].map(img => img.clientHeight)"
        ):
            assert height >= 320, f"slide {number + 1} leaves {height} pixels to its figure"
    assert not page.locator("mjx-merror").count() and not said
    assert not [url for url in asked if not re.match("file:|data:|blob:", url)]
    page.close()
