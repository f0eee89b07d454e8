"""A page needs nothing else, and says nothing that no longer holds."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nblib import checks
from nblib.checks import CheckFailed
from nbteach.grading.pages.exporters import LessonExporter, PageExporter, as_returned


def said(capsys: pytest.CaptureFixture[str], hidden: int, points: float = 2) -> str:
    """What a check says of a wrong answer."""
    with pytest.raises(CheckFailed):

        @checks.exercise("Momentum", points=points, hidden=hidden)
        def _(check):
            check.equal(1, 2)

    return capsys.readouterr().out


def graded(text: str):
    metadata = {"nbgrader": {"grade_id": "momentum-test", "grade": True, "points": 2, "score": 1}}
    outputs = [
        new_output("display_data", {"text/plain": text, "text/html": f"<p>{text}</p>"}),
        new_output("error", ename="CheckFailed", evalue="", traceback=["CheckFailed: again"]),
    ]
    source = "a\n### BEGIN HIDDEN TESTS\nsecret\n### END HIDDEN TESTS"
    return new_notebook(
        cells=[
            new_markdown_cell("# Lesson\n\n### Exercise 4 · Momentum\n\n$x^2$"),
            new_code_cell(
                "def momentum(): ...",
                metadata={"nbgrader": {"grade_id": "momentum", "solution": True}},
            ),
            new_code_cell(source, metadata=metadata, outputs=outputs),
        ]
    )


@pytest.mark.parametrize("hidden", [0, 1, 2])
@pytest.mark.parametrize("points", [1, 0.5])
def test_advice_for_work_to_be_done_is_left_out(capsys, hidden, points):
    text = said(capsys, hidden, points)
    assert "Stuck?" in text
    notebook = graded(text)
    shown = as_returned(notebook).cells[-1].outputs[0].data["text/plain"]
    assert "Stuck?" not in shown
    assert "hidden" not in shown
    assert re.search(r"Worth (1|0\.5) points?\.$", shown.rstrip())
    assert notebook.cells[-1].outputs[0].data["text/plain"] == text  # a copy was changed


def test_solved_but_for_hidden_parts_is_no_longer_said(capsys):
    with checks.exercise("Momentum", points=2, hidden=2) as check:
        check.equal(1, 1)
    shown = as_returned(graded(capsys.readouterr().out)).cells[-1].outputs[0].data["text/plain"]
    assert shown.startswith("✓ Momentum: right on the visible part\n")
    assert "hidden" not in shown


def test_a_page_leads_back_to_what_was_lost(capsys):
    notebook = graded(said(capsys, 1))
    html, _ = PageExporter().from_notebook_node(notebook, {"metadata": {"name": "02_descent"}})
    back = re.search(r'<p class="back">(.*)</p>', html)
    assert re.sub("<[^>]+>", "", back[1]) == (
        "Worth going back to, in the notebook 02_descent: 4 · Momentum."
    )
    assert re.search(r'href="#(c-\w+)"', back[1])[1] in re.findall(r'id="(c-\w+)"', html)
    notebook.cells[-1].metadata.nbgrader.score = 2
    html, _ = PageExporter().from_notebook_node(notebook)
    assert 'class="back"' not in html


def test_a_page_lists_exercises_with_points_and_links(capsys):
    notebook = graded(said(capsys, 1))
    html, _ = PageExporter().from_notebook_node(notebook)
    place = re.search(r'<li class="part"><a href="#(c-\w+)">4 · Momentum</a>.*1 / 2</span>', html)
    assert place
    assert f'id="{place[1]}"' in html
    assert "secret" not in html
    assert "# (hidden tests)" in re.sub("<[^>]+>", "", html)
    assert 'class="output_html verdict failed"' in html
    assert "CheckFailed" not in html  # the verdict has said it


@pytest.mark.parametrize("exporter", [LessonExporter, PageExporter])
def test_a_page_loads_nothing_and_runs_nothing(exporter, capsys):
    html, _ = exporter().from_notebook_node(graded(said(capsys, 1)))
    assert "<math " in html
    assert "default-src 'none'" in html
    assert re.findall("<(?:script|link|iframe|object)", html) == []
    assert re.findall(r"(?:src=|url\(|@import)\W?(?!data:)[\w/.]", html) == []
