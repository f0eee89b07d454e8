"""Slides in a browser without network: each fits, formulas are set, both themes are readable."""

import lab
import pytest
import tiny_course
from playwright.sync_api import Browser

from nbteach.authoring.build import source_notebook
from nbteach.authoring.lesson import parse
from nbteach.authoring.slides import slides

ROOT = tiny_course.REPOSITORY

pytestmark = pytest.mark.skipif(
    not (ROOT / "build/npm/node_modules").is_dir(),
    reason="needs reveal.js and MathJax; get them by: make slides",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_slides_fit_and_load_nothing(browser: Browser, tmp_path, scheme):
    lesson = parse(min((ROOT / "solutions").glob("02_*.py")))
    file = tmp_path / "slides.html"
    page_of = slides.html(source_notebook(lesson), lesson.name, slides.parts(ROOT))
    file.write_text(page_of, encoding="utf-8")
    size = {"width": 1280, "height": 720}
    with lab.context(browser, viewport=size, color_scheme=scheme, offline=True) as context:
        page, seen = context.new_page(), list[str]()
        page.on("console", lambda line: seen.append(line.text))
        page.on("request", lambda asked: seen.append(asked.url))
        page.goto(file.as_uri())
        page.wait_for_function("() => window.Reveal?.isReady() && window.MathJax?.startup?.promise")
        page.evaluate("() => MathJax.startup.promise.then(() => 0)")
        count = page.evaluate("() => Reveal.getTotalSlides()")
        assert count > 20
        sizes = [
            page.evaluate(
                "at => { Reveal.slide(at); const { scrollWidth, scrollHeight } ="
                " Reveal.getCurrentSlide(); return [scrollWidth, scrollHeight]; }",
                at,
            )
            for at in range(count)
        ]
        assert max(width for width, _ in sizes) <= 1280
        assert max(height for _, height in sizes) <= 720
        assert page.locator("mjx-container").count() > 50
        assert page.locator("mjx-merror").count() == 0
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        assert page.locator("section.present h2").inner_text() == "You will be able to"
        paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        ink = page.locator("section.present h2").evaluate("it => getComputedStyle(it).color")
        assert (brightness(paper) > brightness(ink)) == (scheme == "light")
        assert abs(brightness(paper) - brightness(ink)) > 450
        lab.ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=lab.ARTEFACTS / f"slides-{scheme}.png")
        assert [line for line in seen if not line.startswith(("file:", "data:"))] == []


def brightness(colour: str) -> int:
    """Return the sum of red, green and blue of `rgb(r, g, b)`."""
    return sum(map(int, colour[4:-1].split(",")))
