"""The audit finds every way in which gradebook, results and files can disagree."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import fake_runner
import pytest
from graded_course import NAME, answer, classroom, hand_in, make
from nbgrader.coursedir import CourseDirectory

from nbteach.grading import grade
from nbteach.grading.course import environment, load, results_folder
from nbteach.grading.processes import runner
from nbteach.grading.records.audit import Entry, audit
from nbteach.grading.records.recorder import autograded
from nbteach.grading.records.result_store import Store, key_of
from nbteach.grading.records.submissions import handed_in


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("course"))
    hand_in(root, "s01", lambda notebook: None)
    hand_in(root, "s02", answer("three", "return 0"))
    hand_in(root, "s03", "no notebook")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBLIB_CLASSROOM", raising=False)
        patch.setattr(runner, "supervisor", fake_runner.supervisor)
        grade.grade(root, NAME, jobs=1, required="none", say=lambda text: None)
    return root


@pytest.fixture
def root(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "copy", symlinks=True))


def audited(
    root: Path, before: Callable[[], None] = lambda: None, complete: bool = True
) -> list[str]:
    """Make entries as `grade` does, do something, and audit."""

    def entry(course: CourseDirectory, student: str) -> str | None:
        return key_of(autograded(course, NAME, student))

    with environment():
        course = load(root)
        entries = [Entry(each, entry(course, each.student)) for each in handed_in(course, NAME)]
        before()
        return audit(course, NAME, entries, Store(results_folder(course)), complete=complete)


def sql(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as book, book:
        book.execute(statement)


def test_what_was_graded_holds(root):
    assert audited(root) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE grade SET auto_score = 3 WHERE auto_score = 0", "s02: other points"),
        ("UPDATE grade SET auto_score = 0 WHERE auto_score = 2", "s01: other points"),
        ("UPDATE grade SET auto_score = 1 WHERE auto_score IS NULL", "s03: has points"),
        ("DELETE FROM grade WHERE auto_score = 3", "s01: other points"),
        ("DELETE FROM submitted_assignment WHERE student_id = 's01'", "s01: is not in"),
    ],
)
def test_other_points_are_found(root, statement, found):
    sql(root, statement)
    assert any(text.startswith(found) for text in audited(root))


def test_wrong_points_are_named_by_their_test(root):
    sql(root, "UPDATE grade SET auto_score = 3 WHERE auto_score = 0")
    assert audited(root) == ["s02: other points in the gradebook than in its result: three-test"]


def test_points_given_by_hand_are_no_difference(root):
    sql(root, "UPDATE grade SET manual_score = 1 WHERE auto_score = 0")
    assert audited(root) == []


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("feedback/s01/*/*.html", ["s01: its feedback is missing"]),
        ("results/*/*.json", ["s01: its result is missing", "s02: its result is missing"]),
    ],
)
def test_lost_files_are_found(root, pattern, found):
    for path in classroom(root).glob(pattern):
        path.unlink()
    assert audited(root) == found


def test_lost_autograded_notebook_is_found(root):
    path = classroom(root) / "autograded/s01" / NAME / f"{NAME}.ipynb"
    path.chmod(0o644)
    assert audited(root, path.unlink) == ["s01: its autograded notebook does not show its result"]


@pytest.mark.parametrize("file", [f"{NAME}.ipynb", "data.csv"])
def test_changed_submission_is_found(root, file):
    path = classroom(root) / "submitted/s02" / NAME / file
    assert audited(root, lambda: path.write_text("something else") and None) == [
        "s02: the submission changed while it was graded; run the same command again"
    ]


def test_points_for_nothing_are_found_when_all_are_audited(root):
    shutil.rmtree(classroom(root) / "submitted/s01")
    words = ["s01: has points in the gradebook, but handed in nothing"]
    assert audited(root) == words
    assert audited(root, complete=False) == []
