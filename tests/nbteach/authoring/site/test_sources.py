"""The site's sources: links lead to pages, and a page that shows an answer is refused."""

import pytest
import tiny_course

from nbteach.authoring import build
from nbteach.authoring.build import source_notebook
from nbteach.authoring.rules import read_all
from nbteach.authoring.site import sources

PAGES = {"docs/a.md", "notebooks/01_b/01_b.md"}


@pytest.mark.parametrize(
    ("link", "mended"),
    [
        ("[b](../notebooks/01_b/01_b.ipynb)", "[b](../notebooks/01_b/01_b.md)"),
        ("[b](../notebooks/01_b/01_b.ipynb#c)", "[b](../notebooks/01_b/01_b.md#c)"),
        ("[a](a.md)", "[a](a.md)"),
        ("[w](https://example.org/x.ipynb)", "[w](https://example.org/x.ipynb)"),
        ("[here](#there)", "[here](#there)"),
        ("[out](../README.md)", "out"),
        ("losses[0](x)", "losses[0](x)"),
        ("![p](p.png)", "![p](p.png)"),
    ],
)
def test_links(link, mended):
    assert sources.linked(link, "docs/a.md", PAGES) == mended


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tiny_course.proved(tiny_course.make(tmp_path / "course"))
    (root / "README.md").write_text("# Course\n\nHello.\n\n```\nmake\n```\n", encoding="utf-8")
    build.build(root)
    monkeypatch.setattr(sources, "executed", lambda _, lesson: source_notebook(lesson))
    return root


def test_the_pages_of_a_course(course, tmp_path):
    sources.write(course, read_all(course / "solutions"), tmp_path / "source")
    front = (tmp_path / "source/index.md").read_text(encoding="utf-8")
    assert front.startswith("# Course\n\nHello.\n")
    assert "make" not in front
    assert "Lessons <notebooks/README>" in front
    assert "docs/teaching" not in front  # there is none in this course
    page = (tmp_path / "source/notebooks/01_tiny/01_tiny.md").read_text(encoding="utf-8")
    assert "print(double(21))" in page
    assert "twice = x + x" not in page
    assert (tmp_path / "source/notebooks/01_tiny/01_tiny.ipynb").is_file()


def test_a_page_that_would_show_an_answer_is_refused(course, tmp_path):
    path = course / "notebooks/01_tiny/01_tiny.ipynb"
    text = path.read_text(encoding="utf-8")
    leaking = text.replace('"print(double(21))"', '"twice = x + x\\n", "return twice"')
    assert leaking != text
    path.write_text(leaking, encoding="utf-8")
    with pytest.raises(sources.SiteError, match="would show the answers of double"):
        sources.write(course, read_all(course / "solutions"), tmp_path / "source")


def test_a_notebook_that_is_stale_is_refused(course, tmp_path):
    tiny_course.write(course, tiny_course.LESSON + "\n# %%\n1 + 1\n")
    with pytest.raises(sources.SiteError, match="is stale; `nblib build`"):
        sources.write(course, read_all(course / "solutions"), tmp_path / "source")
