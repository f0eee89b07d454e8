from nbteach.authoring import lesson, myths

LESSON = """\
# %% [markdown]
# # Lesson · One
#
# > **The myth.** *More is better. Less is less.*

# %% [markdown]
# ## The verdict
#
# - **"More is better."** No: 3 of 4 were
#   worse. **It flips** with 10.
# - **"Less is less."** Yes, in 4 of 4.
#
# All this is small.
#
# ## Going further
#
# - **"Not this."** No.
"""


def test_each_myth_has_a_row_with_its_verdict_and_the_lesson_is_named_once(tmp_path):
    path = tmp_path / "01_one.py"
    path.write_text(LESSON, encoding="utf-8")
    page = myths.page([lesson.parse(path)])
    link = "[1 · One](01_one/01_one.ipynb)"
    assert (
        f"| {link} | *More is better.* | No: 3 of 4 were worse. **It flips** with 10. |\n"
        "|  | *Less is less.* | Yes, in 4 of 4. |\n"
    ) in page
    assert "Not this" not in page
    assert "## Where to go from here" in page
