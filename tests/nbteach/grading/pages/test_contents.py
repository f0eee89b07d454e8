"""The list at the top of a page names exercises as their cards do, and adds up their points."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nbteach.grading.pages.contents import Card, Entry, cards, contents, title


def cell(name: str, **words: object):
    return new_code_cell(metadata={"nbgrader": {"grade_id": name, **words}})


NOTEBOOK = new_notebook(
    cells=[
        new_markdown_cell("# 2 · Descent\n\ntext"),
        new_markdown_cell("## A part\n\n### Exercise 1 · Steps\n\ntext", id="card"),
        cell("steps", solution=True, comment="Well done"),
        cell("steps-test", grade=True, points=2, score=2),
        cell("steps-test-2", grade=True, points=1, score=0),
        cell("bare", solution=True, comment="No response."),
        cell("bare-test", grade=True, points=1, score=0),
    ]
)


def test_the_title_is_the_first_heading():
    assert title(NOTEBOOK) == "2 · Descent"
    assert title(new_notebook()) == ""


def test_a_card_belongs_to_the_next_answer():
    bare = next(
        each
        for each in NOTEBOOK.cells
        if each.metadata.get("nbgrader", {}).get("grade_id") == "bare"
    )
    assert cards(NOTEBOOK) == {"steps": Card("1 · Steps", "card"), "bare": Card("bare", bare.id)}


def test_points_of_all_tests_are_added_up_and_comments_are_told():
    found = contents(NOTEBOOK)
    assert found["steps"] == Entry(
        Card("1 · Steps", "card"), 3, 2, is_empty=False, has_comment=True
    )
    assert (found["bare"].score, found["bare"].is_empty, found["bare"].has_comment) == (
        0,
        True,
        False,
    )


def test_where_nobody_graded_there_is_no_score():
    ungraded = new_notebook(cells=[cell("a", solution=True), cell("a-test", grade=True, points=2)])
    assert contents(ungraded)["a"].score is None
