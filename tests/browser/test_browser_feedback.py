"""No script of a student's runs in the browser that looks at formgrader or at feedback.

The notebook that is shown here is worse than any that grading lets through: rebuilding drops its
metadata, attachments and outputs. The pages have to be safe by themselves.
"""

import base64
import copy
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import lab
import nbformat
import pytest
import tiny_course
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from nbgrader.converters import GenerateFeedback
from playwright.sync_api import Browser, Route

from nbteach.authoring.build import build
from nbteach.grading import course
from nbteach.grading.notebooks.lesson_bundle import load_bundle
from nbteach.grading.pages.exporters import PageExporter
from nbteach.grading.records.recorder import converter, register

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own use

LESSON, STUDENT = "01_tiny", "mallory"
SPY = "http://spy.example"
FORMULA = "a formula, as MathML"


def script(name: str) -> str:
    return f"console.log('ran {name}')"


MARKDOWN = {
    "script": "<script>{}</script>",
    "image": '<img src="http://spy.example/1" onerror="{}">',
    "svg": '<svg onload="{}"></svg>',
    "details": '<details open ontoggle="{}">x</details>',
    "focus": '<input autofocus onfocus="{}">',
    "frame": '<iframe srcdoc="<script>{}</script>"></iframe>',
    "link": "[x](<javascript:{}>)",
    "coded link": '<a href="&#106;avascript:{}">x</a>',
    "broken link": '<a href="java\nscript:{}">x</a>',
    "image link": "[![x](y)](<javascript:{}>)",
    "link in a heading": '# x <img src=y onerror="{}">',
    "comment": '<!--><img src=y onerror="{}">-->',
    "mutation": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=y '
    'onerror={}&gt;">',
    "no script": '<noscript><p title="</noscript><img src=y onerror={}>"></noscript>',
    "title": '![x](y "&quot; onerror=&quot;{}")',
    "code fence": '```x" onmouseover="{}\ncode\n```',
    "style": f"<style>body {{{{ background: url({SPY}/2) }}}}</style>",
    "a button of the page": '<button class="full-credit" onclick="{}">x</button>',
}
HELD = {
    "text/html": "<script>{}</script>",
    "text/markdown": '<img src=y onerror="{}">',
    "text/plain": "</pre><script>{}</script>",
    "text/latex": "</div><script>{}</script>",
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" onload="{}"></svg>',
    "image/png": '" onerror="{}',
    "application/javascript": "{}",
}
# These run in nbgrader's own pages; were it none, the test would prove nothing.
RUN_UNPROTECTED = {"script", "image", "svg", "details", "frame", "link", "coded link", "text/html"}
RUN_UNPROTECTED |= {"a button of the page", f"{SPY}/1"}


def hostile(root: Path) -> nbformat.NotebookNode:
    """A notebook as it would lie in `autograded/` if nothing had been taken out of it."""
    model = f"</script><script>{script('widget')}</script>"
    isolated = {"text/html": f"<script>{script('isolated')}</script>"}
    outputs = [
        *(
            new_output("display_data", {kind: text.format(script(kind))})
            for kind, text in HELD.items()
        ),
        new_output("display_data", isolated, metadata={"text/html": {"isolated": True}}),
        new_output(
            "display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": model}}
        ),
        new_output("error", ename="<b>", evalue="", traceback=[f"<script>{script('tb')}</script>"]),
        new_output("stream", text=f"\x1b[31m<script>{script('stream')}</script>"),
    ]
    drawing = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{script('attachment')}'/>"
    attached = {"a.svg": {"image/svg+xml": base64.b64encode(drawing.encode()).decode()}}
    raw = f"<script>{script('raw')}</script>"
    notebook = copy.deepcopy(load_bundle(root, LESSON).notebook)
    notebook.cells += [
        *(new_markdown_cell(text.format(script(name))) for name, text in MARKDOWN.items()),
        *(new_code_cell(outputs=[output]) for output in outputs),
        new_code_cell(f"</pre><script>{script('code')}</script>"),
        new_raw_cell(raw),
        new_raw_cell(raw, metadata={"raw_mimetype": "text/html"}),
        new_markdown_cell("![x](attachment:a.svg)", attachments=attached),
        new_markdown_cell("$x^2$"),
        new_markdown_cell("![x](attachment:missing.png)"),
    ]
    state = {"state": {model: {"state": model}}}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    notebook.metadata["title"] = f"</title><script>{script('title')}</script>"
    return notebook


@pytest.fixture(scope="module")
def make_course(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """Return a function that makes a course in which the notebook above was graded."""

    def make(protected: bool) -> Path:
        root = tiny_course.make(tmp_path_factory.mktemp("course") / "course")
        build(root)
        if not protected:
            with (root / "nbgrader_config.py").open("a") as config:
                config.write("\ndel c.HTMLExporter\ndel c.GenerateFeedback\n")
        with course.environment(NBLIB_CLASSROOM=""):
            taught = course.load(root)
            register(taught, LESSON)
            with course.gradebook(taught) as book:
                book.add_student(STUDENT)
                book.add_submission(LESSON, STUDENT)
            folder = course.folder(taught, taught.autograded_directory, STUDENT, LESSON)
            folder.mkdir(parents=True)
            notebook = hostile(root)
            if not protected:
                del notebook.cells[-1]  # the page would not be made
            nbformat.write(notebook, folder / f"{LESSON}.ipynb")
        return root

    return make


@pytest.fixture
def foreign() -> list[str]:
    """What the last page that was visited asked for elsewhere."""
    return []


@pytest.fixture
def visit(browser: Browser, foreign: list[str]) -> Iterator[Callable[..., set[str]]]:
    """Return a function that opens a page, tries all that a reader may click, and says what ran.

    It also says whether there was a `FORMULA`, and waits for what is `expected`, or for a moment.
    """

    def open_(address: str, expected: Collection[str] = ()) -> set[str]:
        page, seen = context.new_page(), set[str]()
        foreign.clear()
        page.on("console", lambda line: seen.add(line.text))
        page.on("dialog", lambda dialog: dialog.dismiss())
        here = address.rpartition("/formgrader")[0] or "file:"

        def let_pass(route: Route) -> None:
            url = route.request.url
            if url.startswith(SPY):
                seen.add(f"ran {url}")
            if not url.startswith((here, "data:")):
                foreign.append(url)
            (route.continue_ if url.startswith(here) else route.abort)()

        page.route("**/*", let_pass)
        page.goto(address)
        page.locator("#notebook-container").first.wait_for()
        page.evaluate(
            """() => document.querySelectorAll('#notebook-container *').forEach(part => {
                const leadsAway = /^(https?|mailto):|^#/.test(part.getAttribute('href') ?? '#');
                if (part.hasAttribute('onclick') || !leadsAway) part.click();
            })"""
        )
        page.wait_for_timeout(500)
        for _ in range(10 * lab.PATIENCE):
            ran = {line.removeprefix("ran ") for line in seen if line.startswith("ran ")}
            if ran.issuperset(expected):
                break
            page.wait_for_timeout(100)
        return ran | {FORMULA} if page.locator("math").count() else ran

    with lab.context(browser) as context:
        yield open_


def feedback(root: Path) -> str:
    with course.environment(NBLIB_CLASSROOM=""):
        taught = course.load(root)
        converter(GenerateFeedback, taught.config, LESSON, STUDENT).start()
        folder = course.folder(taught, taught.feedback_directory, STUDENT, LESSON)
    return (folder / f"{LESSON}.html").as_uri()


def formgrader(root: Path, running: lab.Lab) -> str:
    with course.environment(NBLIB_CLASSROOM=""), course.gradebook(course.load(root)) as book:
        number = book.find_submission_notebook(LESSON, LESSON, STUDENT).id
    return f"{running.url}/formgrader/submissions/{number}/?token={running.token}"


def test_feedback_runs_no_script(make_course, visit, foreign):
    assert visit(feedback(make_course(True))) == {FORMULA}
    assert foreign == []


def test_without_our_filters_feedback_would_run_them(make_course, visit):
    assert visit(feedback(make_course(False)), RUN_UNPROTECTED) >= RUN_UNPROTECTED


def test_formgrader_runs_no_script(make_course, visit, foreign, tmp_path):
    root = make_course(True)
    with lab.start(root, tmp_path) as running:
        assert visit(formgrader(root, running)) == {FORMULA}
    assert foreign == []


def test_without_our_filters_formgrader_would_run_them(make_course, visit, foreign, tmp_path):
    root = make_course(False)
    with lab.start(root, tmp_path) as running:
        assert visit(formgrader(root, running), RUN_UNPROTECTED) >= RUN_UNPROTECTED
    assert any("mathjax" in url for url in foreign)


OVERFLOWS = "() => document.documentElement.scrollWidth > window.innerWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_needs_no_network_and_fits_a_telephone(tmp_path, browser, scheme):
    (released,) = (tiny_course.REPOSITORY / "notebooks").glob("*_regularization/*.ipynb")
    html, _ = PageExporter().from_filename(str(released))
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    asked: list[str] = []
    with lab.context(browser, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda line: pytest.fail(f"the page said {line.text}"))
        page.goto((tmp_path / "page.html").as_uri())
        for width in (1200, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate(OVERFLOWS)
            lab.ARTEFACTS.mkdir(exist_ok=True)
            page.screenshot(path=lab.ARTEFACTS / f"feedback-{width}-{scheme}.png")
        assert page.evaluate("document.fonts.check('1em \"STIX Two Math\"')")
        formula = page.locator("math:visible").first
        assert formula.evaluate("part => part.namespaceURI").endswith("MathML")
        assert (
            page.locator("nav li").count() == page.locator("h3:text-matches('^Exercise')").count()
        )
        page.locator("nav li a").last.click()
        assert page.evaluate("scrollY") > 5000
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
