import re
from pathlib import Path

import pytest

from nbteach.authoring import index, lesson, rules
from nbteach.authoring.lesson import LessonError

ROOT = Path(__file__).parents[3]
LESSON = """\
# %% [markdown]
# # 7 · A topic
#
# > **The myth.** *Always this.
# > Never that.*
#
# **You will be able to**
#
# - do one thing,
#   and do it well;
# - do another.
#
# **Time** about 2½ hours, in as many sittings as you like. **You need** lesson 1
# and patience. **Points** 3, in 1 exercise.

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% nbgrader={"grade_id": "double-test", "grade": true, "points": 3}
assert double(1) == 2
"""


def read(tmp_path, text=LESSON):
    path = tmp_path / "07_topic.py"
    path.write_text(text, encoding="utf-8")
    return lesson.parse(path)


def test_a_card_holds_what_the_first_cell_says(tmp_path):
    assert index.card(read(tmp_path)) == index.Card(
        name="07_topic",
        title="7 · A topic",
        belief="*Always this. Never that.*",
        goals="- do one thing,\n  and do it well;\n- do another.",
        time="about 2½ hours",
        needs="lesson 1 and patience",
        points="3",
        exercises="1",
    )


@pytest.mark.parametrize(
    ("said", "untrue"), [("**Points** 3,", "**Points** 4,"), ("in 1 ex", "in 2 ex")]
)
def test_untrue_numbers_are_refused(tmp_path, said, untrue):
    with pytest.raises(LessonError, match="there are"):
        index.card(read(tmp_path, LESSON.replace(said, untrue)))


def test_the_page_links_to_every_lesson(tmp_path):
    page = index.page([read(tmp_path)])
    assert "(07_topic/07_topic.ipynb)" in page
    assert (
        "| [7 · A topic](#07_topic) | *Always this. Never that.* | about 2½ hours | 1 | 3 |" in page
    )


def test_every_lesson_of_the_course_says_all_of_it():
    for each in rules.read_all(ROOT / "solutions"):
        card = index.card(each)
        assert all(vars(card).values()), card


def test_the_table_of_the_readme_is_what_the_lessons_say():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[\d+ · .+\|$", readme, re.MULTILINE)
    cards = [index.card(each) for each in rules.read_all(ROOT / "solutions")]
    assert rows == [
        f"| [{it.title}](notebooks/{it.name}/{it.name}.ipynb) | {it.belief} | {it.exercises} "
        f"| {it.points} |"
        for it in cards
    ]
