"""The report of a class of sixty, as a browser shows and prints it."""

from collections.abc import Iterator
from pathlib import Path

import lab
import pytest
import synthetic_class
from playwright.sync_api import Browser, Page

from nbteach.report.report import report

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own use

SCRIPT = "<script>console.log('ran')</script><img src=x onerror=console.log('ran')>"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """The page without names, and the one with; a name tries to be more than text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBLIB_CLASSROOM", raising=False)
        root = synthetic_class.course(tmp_path_factory.mktemp("course") / "course")
        works = synthetic_class.varied(synthetic_class.facts(root), 60)
        synthetic_class.record(root, works, absent=2, first_name=SCRIPT)
        return {names: report(root, synthetic_class.LESSON, names=names) for names in (False, True)}


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, scheme: str) -> Iterator[Page]:
    size = {"width": 1100, "height": 900}
    with lab.context(browser, viewport=size, color_scheme=scheme) as context:
        opened = context.new_page()
        opened.on("console", lambda line: pytest.fail(f"the page said {line.text}"))
        opened.on(
            "request",
            lambda asked: asked.url.startswith("file:") or pytest.fail(f"asked {asked.url}"),
        )
        yield opened


def picture(page: Page, name: str) -> None:
    lab.ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=lab.ARTEFACTS / f"{name}.png", full_page=True)


def test_the_page_for_the_wall(pages, page, scheme):
    page.goto(pages[False].as_uri())
    assert page.locator("h1").inner_text() == "2 · Gradient descent"
    assert page.locator(".tiles b").first.inner_text() == "60"
    assert page.locator(".again").count() == 3
    rows = page.locator(".exercises tbody tr")
    assert rows.count() == 16
    widths = rows.first.locator(".stack").evaluate(
        "bar => [...bar.children].map(part => part.getBoundingClientRect().width)"
    )
    assert len(widths) > 1
    assert min(widths) > 0
    overflows = "() => document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(overflows)
    page.set_viewport_size({"width": 380, "height": 800})
    assert not page.evaluate(overflows)
    assert "absent-1" not in page.content()
    assert "s01" not in page.content()
    paper, ink = (
        page.evaluate(f"() => getComputedStyle(document.body).{what}")
        for what in ("backgroundColor", "color")
    )
    assert (sum(map(int, paper[4:-1].split(","))) > 384) == (scheme == "light")
    assert paper != ink
    page.set_viewport_size({"width": 1100, "height": 900})
    picture(page, f"report-{scheme}")


def test_the_page_that_names_students_runs_nothing_of_theirs(pages, page, scheme):
    page.goto(pages[True].as_uri())
    assert page.locator(".people tbody tr").count() > 5
    assert SCRIPT in page.locator("main").inner_text()
    picture(page, f"report-names-{scheme}")


def test_it_prints_on_white_paper_with_its_bars(pages, page, scheme):
    page.goto(pages[False].as_uri())
    page.emulate_media(media="print", color_scheme=scheme)
    solved = page.locator(".stack .solved").first
    assert solved.evaluate("bar => getComputedStyle(bar).printColorAdjust") == "exact"
    assert (
        page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
