"""A class through the real nbgrader: every submission ends as a grade or in words."""

import csv
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbformat import NotebookNode

from nblib.grading import stock
from nblib.grading.results import Grades, Result

LESSON = """\
# %% [markdown]
# # Three exercises

# %% nbgrader={"grade_id": "setup", "locked": true}
import os
"""
for number, name in enumerate(("one", "two", "three"), 1):
    LESSON += f'''
# %% nbgrader={{"grade_id": "{name}", "solution": true}}
def {name}(x: int) -> int:
    """Return x + {number}."""
    ### BEGIN SOLUTION
    return x + {number}
    ### END SOLUTION

# %% nbgrader={{"grade_id": "{name}-test", "grade": true, "points": {number}}}
assert {name}(1) == {number + 1}
### BEGIN HIDDEN TESTS
assert {name}(5) == {number + 5}
### END HIDDEN TESTS
'''

DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True: pass"

Edit = Callable[[NotebookNode], None]


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)


def answer(name: str, body: str) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        cell(notebook, name).source = f"def {name}(x):\n    {body}"

    return edit


def replace(name: str, source: str) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        cell(notebook, name).source = source

    return edit


def relabel(name: str, metadata: object) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        cell(notebook, name).metadata["nbgrader"] = metadata

    return edit


def delete(*names: str) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id not in names]

    return edit


# What each student did to a perfect notebook, the score, and words of the note.
CLASS: dict[str, tuple[Edit, float | None, str]] = {
    "perfect": (lambda notebook: None, 6, ""),
    "wrong": (answer("two", "return 3"), 4, "wrong: two"),  # right on the visible test alone
    "unsolved": (answer("one", "..."), 5, "wrong: one"),
    "syntax": (replace("two", "def two(x)"), 4, "SyntaxError in two"),
    "import": (replace("three", "raise ValueError('no')"), 3, "ValueError in three"),
    "loop": (answer("two", "while True: pass"), 4, "ran out of time in two-test"),
    "untested": (delete("two-test"), 6, "missing: two-test"),
    "tampered": (replace("setup", "1 / 0"), 6, "changed, restored: setup"),
    "forged": (replace("three-test", "pass"), 6, "changed, restored: three-test"),
    "killed": (answer("three", "os._exit(1)"), None, "killed its kernel"),
    "deaf": (answer("three", DEAF), None, "ran on when interrupted"),
    "relabelled": (relabel("two", "mine"), None, "see grading.log"),
    "deleted": (delete("two", "two-test"), None, "missing: two, two-test"),
    "s[1]": (answer("one", "return 0"), None, "rename the folder"),
}
BROKEN = {
    "json": ("01_tiny.ipynb", '{"cells": [', "not valid JSON"),
    "list": ("01_tiny.ipynb", "[1, 2]", "not a notebook"),
    "other": ("01_tiny.ipynb", nbformat.writes(nbformat.v4.new_notebook()), "another notebook"),
    "renamed": ("Untitled.ipynb", "{}", "rename it to 01_tiny.ipynb"),
    "absent": ("readme.txt", "", "01_tiny.ipynb is missing"),
}


def hand_in(root: Path, student: str, text: str, file: str = "01_tiny.ipynb") -> Path:
    path = root / "classroom" / "default" / "submitted" / student / "01_tiny" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def perfect(root: Path) -> NotebookNode:
    notebook = nbformat.read(root / "notebooks" / "01_tiny" / "01_tiny.ipynb", as_version=4)
    for number, name in enumerate(("one", "two", "three"), 1):
        answer(name, f"return x + {number}")(notebook)
    return notebook


def hashes(folder: Path) -> dict[Path, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def exported(root: Path) -> dict[str, str]:
    with (root / "classroom" / "default" / "grades.csv").open() as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Grades, list[str]]]:
    """A class graded once: the course folder, the grades, and the progress that was printed."""
    root = tiny_course.make(tmp_path_factory.mktemp("course"), LESSON)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBLIB_CLASSROOM", raising=False)
        stock.build(root)
        for student, (edit, *_) in CLASS.items():
            edit(notebook := perfect(root))
            hand_in(root, student, nbformat.writes(notebook))
        for student, (file, text, _) in BROKEN.items():
            hand_in(root, student, text, file)
        released = (root / "notebooks" / "01_tiny" / "01_tiny.ipynb").read_text()
        hand_in(root, "empty", released)
        submitted = root / "classroom" / "default" / "submitted"
        (submitted / "loose").mkdir()
        (submitted / "loose" / "01_tiny.ipynb").write_text(released)
        (submitted / "idle").mkdir()
        before = hashes(submitted), dict(os.environ), Path.cwd()
        said: list[str] = []
        grades = stock.grade_class(root, "01_tiny", timeout=3, say=said.append)
        assert before == (hashes(submitted), dict(os.environ), Path.cwd())
        yield root, grades, said


def result(grades: Grades, student: str) -> Result:
    return next(result for result in grades.results if result.student == student)


@pytest.mark.slow
@pytest.mark.parametrize("student", CLASS)
def test_submission_gets_its_grade_or_a_reason(classroom, student):
    _, score, words = CLASS[student]
    got = result(classroom[1], student)
    assert got.score == score
    assert words in got.note
    assert bool(words) == bool(got.note)


@pytest.mark.slow
@pytest.mark.parametrize("student", BROKEN)
def test_what_cannot_be_read_is_told_in_words_with_what_to_do(classroom, student):
    got = result(classroom[1], student)
    assert got.score is None
    assert got.needs_human
    assert BROKEN[student][2] in got.note


@pytest.mark.slow
def test_untouched_notebook_scores_zero_and_says_so(classroom):
    assert result(classroom[1], "empty") == Result("empty", 0, "3 exercises unsolved")


@pytest.mark.slow
def test_nothing_handed_in_needs_nobody_but_a_misplaced_notebook_does(classroom):
    _, grades, _ = classroom
    assert result(grades, "idle") == Result("idle", None, "not handed in", handed_in=False)
    assert "into a folder 01_tiny" in result(grades, "loose").note
    assert set(grades.need_human) == {
        *(student for student, (_, score, _) in CLASS.items() if score is None),
        *BROKEN,
        "loose",
    }


@pytest.mark.slow
def test_progress_names_each_submission(classroom):
    _, _, said = classroom
    assert len(said) == len(CLASS) + len(BROKEN) + 1
    assert said[0].startswith(f"1/{len(said)} ")


@pytest.mark.slow
def test_csv_holds_grades_and_leaves_empty_what_has_none(classroom):
    root, grades, _ = classroom
    for student, score in exported(root).items():
        if result(grades, student).score is None:
            assert score == ""
        else:
            assert float(score) == result(grades, student).score
    assert exported(root).keys() >= CLASS.keys() | BROKEN.keys()


@pytest.mark.slow
def test_feedback_exists_for_each_grade_and_for_nothing_else(classroom):
    root, grades, _ = classroom
    pages = (root / "classroom" / "default" / "feedback").glob("*/01_tiny/01_tiny.html")
    graded = {result.student for result in grades.results if result.score is not None}
    assert {page.parts[-3] for page in pages} == graded


@pytest.mark.slow
def test_regrading_follows_the_submission_and_backs_up_the_gradebook(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path, LESSON)
    stock.build(root)
    right, wrong = perfect(root), perfect(root)
    answer("three", "return 0")(wrong)
    said: list[str] = []

    hand_in(root, "s01", nbformat.writes(wrong))
    assert stock.grade(root, "01_tiny", say=said.append) == 0
    assert exported(root) == {"s01": "3.0"}

    hand_in(root, "s01", nbformat.writes(right))
    assert stock.grade(root, "01_tiny", say=said.append) == 0
    assert exported(root) == {"s01": "6.0"}
    backups = sorted((root / "classroom" / "default" / "backups").iterdir())
    with closing(sqlite3.connect(backups[-1])) as backup:
        rows = backup.execute("SELECT auto_score FROM grade").fetchall()
    assert sorted(rows) == [(0.0,), (1.0,), (2.0,)]  # as the first run left it

    hand_in(root, "s01", "broken")
    assert stock.grade(root, "01_tiny", say=said.append) == 1
    assert exported(root) == {"s01": ""}
    assert not [*(root / "classroom" / "default" / "feedback").rglob("*.html")]
    assert "Without a grade, see the notes above: s01." in said[-1]


@pytest.mark.slow
def test_lesson_that_changed_since_the_first_grading_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path, LESSON)
    stock.build(root)
    hand_in(root, "s01", nbformat.writes(perfect(root)))
    stock.grade(root, "01_tiny", say=lambda text: None)
    tiny_course.write(root, LESSON.replace('"two', '"zwei'))
    with pytest.raises(stock.GradingError, match="start a new class"):
        stock.grade(root, "01_tiny", say=lambda text: None)


def test_unknown_lesson_is_refused_with_the_known_ones(tmp_path):
    root = tiny_course.make(tmp_path)
    with pytest.raises(stock.GradingError, match=r"'02_none'.*01_tiny"):
        stock.grade(root, "02_none")
    assert not (root / "classroom").exists()
