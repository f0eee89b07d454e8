"""Well-formed lessons are read; each malformed one is refused with file, line and remedy."""

from pathlib import Path

import pytest
import tiny_course

from nbteach.authoring import rules
from nbteach.authoring.lesson import LessonError, marker, parse

EXERCISE = """\
# %% nbgrader={"grade_id": "double-test", "grade": true, "points": 2}
with checks.exercise("Double", points=2, hidden=2) as check:
    check.equal(double(1), 2)
### BEGIN HIDDEN TESTS
with checks.hidden("Zero") as check:
    check.equal(double(0), 0)
with checks.hidden("Negative") as check:
    check.equal(double(-1), -2)
### END HIDDEN TESTS
"""


def with_tests(cell: str) -> str:
    """The tiny lesson with another test cell."""
    before, _, rest = tiny_course.LESSON.partition('# %% nbgrader={"grade_id": "double-test"')
    return before + cell + "\n" + rest[rest.index("# %% tags") :]


def refusal(folder: Path, lesson: str, name: str = "01_tiny") -> list[str]:
    path = folder / "solutions" / f"{name}.py"
    path.parent.mkdir()
    path.write_text(lesson, encoding="utf-8")
    with pytest.raises(LessonError) as caught:
        rules.read(path)
    return str(caught.value).splitlines()


def test_cells_know_their_place_in_the_file(tmp_path):
    path = tmp_path / "01_tiny.py"
    path.write_text(tiny_course.LESSON)
    lines = tiny_course.LESSON.splitlines()
    for cell in parse(path).cells:
        assert lines[cell.line - 1].startswith("# %%")
        assert cell.text.splitlines()[0] == lines[cell.line]


def test_a_cell_tells_answer_from_what_is_released(tmp_path):
    path = tmp_path / "01_tiny.py"
    path.write_text(tiny_course.LESSON)
    _, setup, solution, tests, _ = rules.read(path).cells
    assert solution.answers() == ["    twice = x + x\n    return twice"]
    assert solution.released().splitlines()[2:] == ["    pass"]
    assert tests.released().strip() == "assert double(1) == 2"
    assert setup.answers() == []


def test_a_marker_is_a_line_of_its_own():
    assert marker("    ### END SOLUTION ") == ("END", "SOLUTION")
    assert marker("# ### BEGIN SOLUTION") == ("BEGIN", "SOLUTION")  # in a markdown cell
    assert marker("x = 1 ### BEGIN SOLUTION") == ("", "")


@pytest.mark.parametrize(
    "lesson",
    [
        tiny_course.LESSON,
        with_tests(EXERCISE).replace("import math", "from nblib import checks"),
        tiny_course.LESSON.replace(  # what nbgrader's Create Assignment panel writes
            '{"grade_id": "double", "solution": true}',
            '{"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, '
            '"solution": true, "task": false}',
        ),
        tiny_course.LESSON.replace(
            "# %% [markdown]",
            "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n\n# %% [markdown]",
        ),
        tiny_course.LESSON + 'text = "# %% is fine here"  # %% and here\n',
    ],
)
def test_well_formed_lessons_are_read(tmp_path, lesson):
    path = tmp_path / "01_tiny.py"
    path.write_text(lesson)
    assert [c.nbgrader.get("grade_id") for c in rules.read(path).cells][1:4] == [
        "setup",
        "double",
        "double-test",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault", "at"),
    [
        ('"double-test"', '"double"', 'grade_id "double" is taken by line 8', '"points"'),
        (', "points": 2', "", "without points", '"double-test"'),
        ('"points": 2', '"points": 0', "without points", '"double-test"'),
        ('"points": 2', '"points": "2"', "without points", '"double-test"'),
        ('"grade": true, ', '"locked": true, ', "points in a cell that is not graded", '"points"'),
        ("    ### END SOLUTION\n", "", "END SOLUTION is missing", "BEGIN SOL"),
        ("    ### BEGIN SOLUTION\n", "", "END SOLUTION without its beginning", "END SOL"),
        ("### END HIDDEN TESTS\n", "", "END HIDDEN TESTS is missing", "BEGIN HID"),
        ("### BEGIN HIDDEN TESTS\n", "", "END HIDDEN TESTS without its beginning", "END HID"),
        ("### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TEST", "not quite a marker", "N HIDDEN TEST"),
        ("### BEGIN HIDDEN TESTS", "### begin hidden tests", "not quite a marker", "begin"),
        ("    ### BEGIN SOLUTION", "    x = 1  ### BEGIN SOLUTION", "not quite a marker", "x = 1"),
        ('"solution": true', '"locked": true', '"solution": true', "BEGIN SOL"),
        ('"grade": true, "points": 2', '"locked": true', '"grade": true', "BEGIN HID"),
        ("assert double(1) == 2\n", "", "hidden tests with no visible part", '"double-test"'),
        ("x + x\n", "(x +\n    # %%\n x)\n", "`# %%` inside a cell", "    # %%"),
        ('"""Return twice `x`."""', '"""Return\n# %% twice."""', "`# %%` inside a cell", "twice."),
        ("import math", "import math as", "not valid Python", "import math"),
        ("# %config", "%config", "not valid Python", "%config"),
        ('"double-test"', '"double_test"', "no simple grade_id", "double_test"),
        ('"grade_id": "double", ', "", "no simple grade_id", '"solution"'),
        ('"setup", "locked": true', '"setup"', "nbgrader is told no part", '"setup"'),
        ('{"grade_id": "setup", "locked": true}', "{}", "no simple grade_id", "={}"),
        ('"setup", "locked"', '"setup", "grade": false, "lock"', "unknown word 'lock'", '"setup"'),
        ('"setup", "locked"', '"setup" "locked"', "the header cannot be read", '"setup"'),
        ('nbgrader={"grade_id": "setup", "locked": true}', 'grade_id="setup"', "loose", '"setup"'),
        ("[markdown]", '[markdown] nbgrader={"grade_id": "a", "solution": true}', "by hand", '"a"'),
        ("# # A tiny lesson", "# A tiny lesson", "no title", "# %% [markdown]"),
        ("# %% [markdown]", "import os\n# %% [markdown]", "jupytext sees other cells", "import os"),
    ],
)
def test_a_malformed_lesson_is_refused_with_line_and_remedy(tmp_path, old, new, fault, at):
    assert tiny_course.LESSON.count(old) == 1
    lesson = tiny_course.LESSON.replace(old, new)
    problems = [problem for problem in refusal(tmp_path, lesson) if fault in problem]
    place, _, said = problems[0].partition(": ")
    path, _, line = place.partition(":")
    assert path == "solutions/01_tiny.py"
    assert at in lesson.splitlines()[int(line) - 1]
    assert said.partition("; ")[2], "no remedy"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("points=2", "points=3", "points=3, the cell has 2"),
        (", hidden=2", "", "hidden=0, the cell has 2"),
        ("hidden=2", "hidden=1", "hidden=1, the cell has 2"),
        ('with checks.hidden("Negative") as check:\n    ', "", "hidden=2, the cell has 1"),
    ],
)
def test_a_check_must_promise_what_is_true(tmp_path, old, new, fault):
    assert EXERCISE.count(old) == 1
    lesson = with_tests(EXERCISE.replace(old, new))
    (problem,) = refusal(tmp_path, lesson)
    line = 1 + next(n for n, text in enumerate(lesson.splitlines()) if "checks.exercise" in text)
    assert problem.startswith(f"solutions/01_tiny.py:{line}: ")
    assert fault in problem


def test_hidden_tests_of_another_kind_count_as_one_part(tmp_path):
    cell = EXERCISE.partition("with checks.hidden")[0] + "assert True\n### END HIDDEN TESTS\n"
    (problem,) = refusal(tmp_path, with_tests(cell))
    assert "hidden=2, the cell has 1" in problem


def test_a_hidden_part_in_a_loop_counts_once_per_turn(tmp_path):
    loop = 'for x in (0, -1, 0.5):\n    with checks.hidden(f"At {x}") as check:\n        pass\n'
    cell = EXERCISE.partition("with checks.hidden")[0] + loop + "### END HIDDEN TESTS\n"
    (problem,) = refusal(tmp_path, with_tests(cell))
    assert "hidden=2, the cell has 3" in problem


def test_what_students_get_must_be_valid_python(tmp_path):
    cell = EXERCISE.replace("    check.equal(double(1), 2)\n### BEGIN", "    ### BEGIN").replace(
        "\nwith checks.hidden", "\n    with checks.hidden"
    )
    cell = cell.replace("\n    check.equal", "\n        check.equal")
    (problem,) = refusal(tmp_path, with_tests(cell))
    assert "what is left for students is not valid Python" in problem


def test_a_statement_must_not_spread_over_cells(tmp_path):
    split = tiny_course.LESSON.replace("import math", "import math\nx = (1 +\n# %%\n2)")
    first, second = refusal(tmp_path, split)
    assert first.startswith("solutions/01_tiny.py:7: not valid Python by itself")
    assert second.startswith("solutions/01_tiny.py:9: not valid Python by itself")


@pytest.mark.parametrize("name", ["tiny", "1_tiny", "01-tiny", "01_Tiny"])
def test_the_file_name_is_a_number_and_a_topic(tmp_path, name):
    (problem,) = refusal(tmp_path, tiny_course.LESSON, name)
    assert problem.endswith("is no name for a lesson; rename it like 01_topic.py")


def test_every_fault_of_every_lesson_is_listed_at_once(tmp_path):
    course = tiny_course.make(
        tmp_path / "course", tiny_course.LESSON.replace("math\n", "math as\n")
    )
    broken = tiny_course.LESSON.replace(', "points": 2', "").replace("    ### END SOLUTION\n", "")
    tiny_course.write(course, broken, "02_broken")
    tiny_course.write(course, tiny_course.LESSON, "03_fine")
    with pytest.raises(LessonError) as caught:
        rules.read_all(course / "solutions")
    assert [(p.path.stem, p.line) for p in caught.value.problems] == [
        ("01_tiny", 6),
        ("02_broken", 11),
        ("02_broken", 15),
    ]


def test_a_course_without_lessons_is_refused(tmp_path):
    with pytest.raises(LessonError, match="there is no lesson yet"):
        rules.read_all(tmp_path)
