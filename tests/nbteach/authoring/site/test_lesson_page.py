"""A lesson's page has its text and figures, and neither answers nor checks."""

import base64

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nbteach.authoring.site.lesson_page import lesson_page, readable

DEMO = {"tags": ["demo"]}
PNG = base64.b64encode(b"a picture").decode()


def cells(answer: str) -> list[NotebookNode]:
    test = {"nbgrader": {"grade": True, "points": 2}}
    return [
        new_markdown_cell("# 1 · Title\n\nText.", id="title"),
        new_code_cell(f"def f(x):\n    {answer}", id="answer"),
        new_code_cell("assert f(1) == 2  # a mistake that it names", metadata=test, id="test"),
        new_code_cell("playground.descent()", metadata=DEMO, id="show"),
    ]


def page(*outputs: NotebookNode):
    executed = new_notebook(cells=cells("return 2 * x"))
    for cell in executed.cells[1:]:
        cell.outputs = list(outputs)
    return lesson_page(new_notebook(cells=cells("# Your code here")), executed, "01_title")


def test_text_and_stub_stand_there_and_neither_answer_nor_check():
    text = page().markdown
    assert text.startswith("# 1 · Title\n\n> ")
    assert "[download the notebook](01_title.ipynb)" in text
    assert "# Your code here" in text
    assert "return 2" not in text
    assert "a check stands here: 2 points" in text
    assert "assert" not in text


def test_a_figure_is_kept_with_its_words_as_often_as_a_cell_for_show_has_shown_it():
    figure = new_output("display_data", {"image/png": PNG, "text/plain": "A [big]\ncurve."})
    found = page(figure)
    (picture,) = found.pictures
    assert picture.png == b"a picture"
    assert picture.playground == "descent"
    assert f"![A \\[big\\] curve.]({picture.file})" in found.markdown


def test_what_is_said_to_one_person_is_left_out():
    said = [
        new_output("display_data", {"text/html": "<b>x</b>", "text/plain": f"{sign} Said."})
        for sign in "✓✗○"
    ]
    assert page(*said).markdown == page().markdown


def test_printed_lines_and_tables_are_shown_and_no_script():
    table = "<style>b { color: red }</style><script>alert(1)</script><table></table>"
    text = page(
        new_output("stream", name="stdout", text="42\n"),
        new_output("execute_result", {"text/html": table, "text/plain": "a table"}),
    ).markdown
    assert "```text\n42\n```" in text
    assert "<table></table>" in text
    assert "color" not in text
    assert "<script" not in text


def test_hints_become_markdown_and_notebooks_pages():
    hint = "<details><summary>Hint</summary>Take $x^2$: <code>a * b * &lt;c&gt;</code>.</details>"
    assert readable(hint).split("\n")[1:] == [
        "<details>",
        "<summary>Hint</summary>",
        "",
        "Take $x^2$: `a * b * <c>`.",
        "",
        "</details>",
        "",
    ]
    assert readable("[a](../02_b/02_b.ipynb#c)") == "[a](../02_b/02_b.md#c)"
