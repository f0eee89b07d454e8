"""Slides are cut from a lesson by rule, hold no answer, and need no network."""

import re
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nbteach import cli
from nbteach.authoring.build import source_notebook
from nbteach.authoring.lesson import parse
from nbteach.authoring.slides.deck import deck
from nbteach.authoring.slides.slides import html

DEMO = {"tags": ["demo"]}
TEST = {"nbgrader": {"grade": True}}
PARTS = {"reveal": "/* reveal */", "reveal_css": "/* css */", "mathjax": "/* mathjax */"}
FIGURE = new_output("display_data", {"image/png": "AAAA", "text/plain": "A curve."})
CAPTION = new_output("display_data", {"text/markdown": "*A curve.*", "text/plain": "x"})


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


def slides_of(cells: Sequence[NotebookNode]) -> list[list[NotebookNode]]:
    """Return the cells of each slide."""
    found: list[list[NotebookNode]] = []
    for cell in deck(new_notebook(cells=cells)).cells:
        if "slideshow" in cell.metadata:
            found.append([])
        found[-1].append(cell)
    return found


def texts(cells: Sequence[NotebookNode]) -> list[list[str]]:
    return [[cell.source for cell in slide] for slide in slides_of(cells)]


def test_each_heading_begins_a_slide():
    cells = [
        new_markdown_cell("# Title\n\nOne.\n\n**You will be able to**\n\n- this;\n- that."),
        new_markdown_cell("## Part\n\nTwo."),
        new_markdown_cell("Three.\n\n### Exercise 1\n*1 point*"),
    ]
    assert texts(cells) == [
        ["# Title", "One."],
        ["## You will be able to", "- this;\n- that."],
        ["## Part", "Two.", "Three."],
        ["### Exercise 1", "*1 point*"],
    ]


def test_answers_checks_and_hints_stay_away():
    cells = [
        new_markdown_cell("## Exercise\n\nDo it.\n\n<details><summary>Hint</summary>So.</details>"),
        new_code_cell("answer = 1", metadata={"nbgrader": {"solution": True}}),
        new_markdown_cell("First by the numbers."),
        new_code_cell("check", metadata=TEST, outputs=[printed("✓ right")]),
        new_code_cell("prediction = 'x'", metadata={"tags": ["prediction"]}),
    ]
    assert texts(cells) == [["## Exercise", "Do it."]]


def test_of_cells_for_show_only_what_they_show_is_there():
    shown = [FIGURE, CAPTION, printed("3.14\n")]
    silent = [
        printed("a bar", "stderr"),
        printed("many\n" * 40),
        new_output("display_data", {"text/plain": "✓ Measured: 'x'."}),
        new_output("error", ename="E", evalue="", traceback=[]),
    ]
    (slide,) = slides_of(
        [
            new_markdown_cell("## Part"),
            new_code_cell("draw()", metadata=DEMO, outputs=shown + silent),
        ]
    )
    assert [cell.source for cell in slide] == ["## Part", "", ""]
    outputs = [output for cell in slide[1:] for output in cell.outputs]
    assert outputs == [FIGURE, CAPTION, printed("3.14\n")]
    assert slide[1].outputs == [FIGURE, CAPTION]  # a figure keeps its caption


def test_long_text_goes_on_below_the_same_heading():
    paragraphs = [f"{n} " + "word " * 60 for n in range(5)]
    found = texts([new_markdown_cell("## Part\n\n" + "\n\n".join(paragraphs))])
    assert len(found) > 1
    assert {slide[0] for slide in found} == {"## Part"}
    assert [text for slide in found for text in slide[1:]] == [text.strip() for text in paragraphs]


def test_a_formula_stays_with_what_leads_to_it():
    filler = "word " * 160
    text = f"## Part\n\n{filler}\n\nOne step gives\n\n$$w \\leftarrow\n\nw$$\n\nAnd so on."
    blocks = [block for slide in texts([new_markdown_cell(text)]) for block in slide]
    assert "One step gives\n\n$$w \\leftarrow\n\nw$$" in blocks


def test_each_figure_has_room():
    figures = [new_code_cell(metadata=DEMO, outputs=[FIGURE, CAPTION]) for _ in range(3)]
    found = texts([new_markdown_cell("## Part\n\nShort."), *figures])
    assert found == [["## Part", "Short.", ""], ["## Part", ""], ["## Part", ""]]


def test_a_heading_with_nothing_below_it_is_dropped_unless_it_is_the_title():
    cells = [new_markdown_cell("# Title"), new_markdown_cell("## Part\n### Exercise\nDo it.")]
    assert texts(cells) == [["# Title"], ["### Exercise", "Do it."]]


def test_literature_is_not_for_the_wall():
    cells = [
        new_markdown_cell("## In short\n\nText."),
        new_markdown_cell("## Going further\n\n- A"),
    ]
    assert texts(cells) == [["## In short", "Text."]]


@pytest.mark.parametrize("path", sorted((tiny_course.REPOSITORY / "solutions").glob("[0-9]*.py")))
def test_no_lesson_gives_its_answers_away(path):
    lesson = parse(path)
    page = html(source_notebook(lesson), lesson.name, PARTS)
    answers = {
        line.strip()
        for cell in lesson.cells
        for answer in cell.answers()
        for line in answer.splitlines()
        if len(line.strip()) > 25
    }
    assert answers or lesson.name == "00_start_here"
    assert [line for line in answers if line in page] == []
    assert page.count("<section") > 3


def test_figures_keep_their_descriptions():
    figure = new_code_cell(metadata=DEMO, outputs=[FIGURE])
    page = html(new_notebook(cells=[new_markdown_cell("## Part"), figure]), "01_x", PARTS)
    assert 'alt="A curve."' in page


def test_nothing_is_loaded_from_anywhere(tmp_path):
    path = tiny_course.write(tiny_course.make(tmp_path), tiny_course.LESSON)
    page = html(source_notebook(parse(path)), "01_tiny", PARTS)
    assert re.findall(r"(?:src|href)=[\"'](?!data:|#)[^\"']+", page) == []
    assert "@import" not in page
    for script in PARTS.values():
        assert script in page


def test_the_command_takes_what_was_executed_and_runs_what_was_not(tmp_path, capsys):
    root = tiny_course.make(tmp_path / "course")
    assert cli.main(["--root", str(root), "slides"]) == 1
    assert "`make slides` gets it by npm" in capsys.readouterr().err
    for part, content in (
        ("reveal.js/dist/reveal.js", "/* reveal */"),
        ("reveal.js/dist/reveal.css", "/* css */"),
        ("mathjax/es5/tex-svg-full.js", "/* mathjax */"),
    ):
        file = root / "build/npm/node_modules" / part
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    executed = source_notebook(parse(root / "solutions/01_tiny.py"))
    executed.cells[-1].outputs = [printed("from before\n")]
    kept = root / "build/solutions/01_tiny.ipynb"
    kept.parent.mkdir()
    nbformat.write(executed, kept)
    assert "from before" in made(root, capsys)
    tiny_course.write(root, tiny_course.LESSON.replace("double(21)", "double(32)"))
    assert "64" in made(root, capsys)


def test_an_unknown_lesson_is_told(tmp_path, capsys):
    root = tiny_course.make(tmp_path / "course")
    assert cli.main(["--root", str(root), "slides", "--lesson", "07"]) == 1
    assert "no lesson whose name begins with '07'" in capsys.readouterr().err


def made(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command; return the page."""
    assert cli.main(["--root", str(root), "slides", "--lesson", "01"]) == 0
    return Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
