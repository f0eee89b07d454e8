"""The website in a browser: links lead somewhere, nothing is fetched, everybody can read it.

All pages of the real course, with a picture in place of each experiment's figure, since the
lessons run for long; and a recording of few positions.
"""

import base64
import functools
import http.server
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lab
import pytest
import tiny_course
from matplotlib.figure import Figure
from nbformat import NotebookNode
from nbformat.v4 import new_output
from playwright.sync_api import Browser, Page

from nblib import plots
from nblib.playground.demos import surfaces
from nbteach.authoring.build import source_notebook
from nbteach.authoring.lesson import Lesson
from nbteach.authoring.site import site as making
from nbteach.authoring.site import sources

pytest.importorskip("sphinx", reason="needs what the extra `site` installs")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*CHANGES for Sphinx API"),  # MyST's to mend
]

ROOT = tiny_course.REPOSITORY
AXE = ROOT / "build/npm/node_modules/axe-core/axe.min.js"
PAGES = [
    "index.html",
    "descent.html",
    "playgrounds.html",
    "search.html?q=momentum",
    "docs/claims.html",
    *(f"notebooks/{name}/{name}.html" for name in ("02_gradient_descent", "09_architecture")),
    "notebooks/01_backpropagation/01_backpropagation.html",
]
# What reaches beyond the right edge, unless something around it scrolls.
WIDE = """() => [...document.querySelectorAll("article *, .bd-header *")].filter(node => {
    const { right } = node.getBoundingClientRect();
    if (right <= innerWidth + 1 || !node.checkVisibility()) return false;
    for (let around = node; around !== document.body; around = around.parentElement) {
        if (["auto", "scroll"].includes(getComputedStyle(around).overflowX)) return false;
    }
    return true;
}).map(node => node.outerHTML.slice(0, 120))"""
FINDINGS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations
    .map(({ id, nodes }) => [id, nodes.map(node => node.html)])"""


class Links(HTMLParser):
    """Collects the ids of a page, and what it links to or loads."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: set[str] = set()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.targets.add(value)


def with_pictures(_: Path, lesson: Lesson) -> NotebookNode:
    """Return a lesson as if it had run."""
    notebook = source_notebook(lesson)
    picture = base64.b64encode(plots.png(Figure(figsize=(12, 3)))).decode()
    for cell in notebook.cells:
        if "plots.show(" in cell.source or "playground." in cell.source:
            data = {"image/png": picture, "text/plain": "What it shows."}
            cell.outputs = [new_output("display_data", data)]
    return notebook


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; return its folder."""
    root = tmp_path_factory.mktemp("course")
    for name in ("README.md", "docs", "notebooks", "solutions", "tests"):
        (root / name).symlink_to(ROOT / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "executed", with_pictures)
        patch.setattr(making, "STOPS", {"lr": [0.018, 0.03], "beta": [0.7, 0.9]})
        return making.site(root)


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """Serve the site, as a host of pages does; return its address, with a slash at its end."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_every_link_leads_somewhere_and_only_links_lead_out(built: Path):
    pages = {}
    for path in {*built.rglob("*.html")} - {*built.glob("_static/*")}:  # the theme's own templates
        pages[path] = Links()
        pages[path].feed(path.read_text(encoding="utf-8"))
    assert len(pages) > 40
    lost = []
    for path, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or target.startswith("data:"):
                continue
            goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = goal not in pages or not parts.fragment or parts.fragment in pages[goal].ids
            if not goal.is_file() or not known:
                lost.append((path.relative_to(built).as_posix(), target))
    assert lost == []


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core; get it by: make slides")
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_pages_fit_fetch_nothing_and_can_be_read_by_everybody(
    browser: Browser, address: str, scheme: str, width: int
):
    found: list[object] = []
    size = {"width": width, "height": 900}
    with lab.context(browser, viewport=size, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda asked: outside(asked.url, address) and found.append(asked.url))
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("console", lambda line: line.type == "error" and found.append(line.text))
        for name in PAGES:
            page.goto(address + name)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            page.wait_for_timeout(400)  # then the theme has let the keyboard reach what scrolls
            found += [(name, wide) for wide in page.evaluate(WIDE)]
            found += [(name, each) for each in page.evaluate(FINDINGS)]
            lab.ARTEFACTS.mkdir(exist_ok=True)
            shot = f"site-{scheme}-{width}-{name.split('/')[-1].split('.')[0]}.png"
            page.screenshot(path=lab.ARTEFACTS / shot)
    assert found == []


def outside(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))


def test_the_playground_plays_what_python_drew_and_its_address_shares_it(
    browser: Browser, address: str
):
    with lab.context(browser, viewport={"width": 1280, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{address}descent.html#surface=bowl&optimizer=Adam&lr=0.029&beta=0.7")
        says(page, "bowl", "Adam", 0.03, 0.7)  # the nearest position that was recorded
        surface, optimizer = page.locator("select").all()
        optimizer.focus()
        page.keyboard.press("ArrowUp")  # RMSprop, which has no momentum
        says(page, "bowl", "RMSprop", 0.03, 0.9)
        optimizer.select_option("momentum")
        says(page, "bowl", "momentum", 0.03, 0.7)
        page.locator("input[type=range]").first.focus()
        for _ in range(60):
            page.keyboard.press("ArrowLeft")
        says(page, "bowl", "momentum", 0.018, 0.7)
        surface.select_option("ravine")
        says(page, "ravine", "momentum", 0.018, 0.7)
        shared = page.url
        assert shared.endswith("#surface=ravine&optimizer=momentum&lr=0.018&beta=0.7")
        page.get_by_role("button", name="Start again").click()
        says(page, "ravine", "gradient descent", 0.018, 0.9)
        page.evaluate("address => { location.href = address; }", shared)
        says(page, "ravine", "momentum", 0.018, 0.7)
        ink = page.locator("canvas[role=img]").first.evaluate(
            "it => new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size"
        )
        assert ink > 20


def says(page: Page, *position: str | float) -> None:
    """Wait until the page says what the drawing function says of a position."""
    page.get_by_text(surfaces.draw(*position).says, exact=True).first.wait_for()
