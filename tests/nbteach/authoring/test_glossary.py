import pytest

from nbteach.authoring import glossary, lesson
from nbteach.authoring.lesson import LessonError

LESSON = """\
# %% [markdown]
# # Lesson · {title}
#
# Words come first.
#
# > **{term}**: one pass over
# > all examples.
# >
# > **batch**: the {title} examples of one step.

# %% [markdown]
# ## What to take away
#
# - One thing, 3 of them,
#   and more.
# - Another, 4.
#
# ## Going further
#
# - Not this.
"""


def read(folder, name, **words):
    path = folder / f"{name}.py"
    path.write_text(LESSON.format(**words), encoding="utf-8")
    return lesson.parse(path)


def test_terms_of_all_lessons_stand_in_order_with_the_lesson_that_explains_them(tmp_path):
    one = read(tmp_path, "01_one", title="One", term="epoch")
    page = glossary.glossary([one])
    assert page.index("batch") < page.index("epoch")
    link = "([1 · One](01_one/01_one.ipynb))"
    assert f"- **epoch**: one pass over all examples. {link}\n" in page
    assert f"- **batch**: the One examples of one step. {link}\n" in page


def test_a_term_that_two_lessons_explain_is_refused(tmp_path):
    lessons = [read(tmp_path, f"0{n}_n{n}", title=f"N{n}", term=f"term{n}") for n in (1, 2)]
    with pytest.raises(LessonError, match=r"02_n2\.py:1: 'batch' is explained already"):
        glossary.glossary(lessons)


def test_what_to_take_away_is_collected_and_nothing_after_it(tmp_path):
    page = glossary.take_away([read(tmp_path, "01_one", title="One", term="epoch")])
    assert page.endswith(
        "## [1 · One](01_one/01_one.ipynb)\n\n- One thing, 3 of them,\n  and more.\n- Another, 4.\n"
    )
