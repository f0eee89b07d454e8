"""From submissions to grades.csv: everybody ends as a grade or in words, and nothing is lost."""

import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import fake_runner
import nbformat
import pytest
import tiny_course
from graded_course import (
    LESSON,
    NAME,
    Edit,
    answer,
    cell,
    classroom,
    delete,
    exported,
    hand_in,
    hashes,
    make,
    replace,
)
from nbformat import NotebookNode

from nbteach.grading import course, grade, pipeline
from nbteach.grading.errors import GradingError
from nbteach.grading.pages import feedback
from nbteach.grading.processes import runner
from nbteach.grading.records import recorder, result_store
from nbteach.grading.summary import Grades, Result


def relabel(name: str, metadata: object) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        cell(notebook, name).metadata["nbgrader"] = metadata

    return edit


# What each student did to a perfect notebook, the score, and words of the note.
CLASS: dict[str, tuple[Edit, float | None, str]] = {
    "perfect": (lambda notebook: None, 6, ""),
    "wrong": (answer("two", "return 3"), 4, "wrong: two"),  # right on the visible test alone
    "unsolved": (answer("one", "..."), 5, "wrong: one"),
    "syntax": (replace("two", "def two(x)"), 4, "SyntaxError in two"),
    "import": (replace("three", "raise ValueError('no')"), 3, "ValueError in three"),
    "loop": (answer("two", "raise TimeoutError('time-out')"), 4, "ran out of time in two-test"),
    "untested": (delete("two-test"), 6, "missing: two-test"),
    "tampered": (replace("setup", "1 / 0"), 6, "changed, restored: setup"),
    "forged": (replace("three-test", "pass"), 6, "changed, restored: three-test"),
    "relabelled": (relabel("two", "mine"), 6, ""),
    "deleted": (delete("two", "two-test"), 4, "missing: two, two-test; 1 exercise unsolved"),
    "faulty": (replace("three", "# the grader fails"), None, "the sandbox is broken"),
    "s[1]": (answer("one", "return 0"), None, "rename the folder"),
}
BROKEN = {
    "json": (f"{NAME}.ipynb", '{"cells": [', "not valid JSON"),
    "list": (f"{NAME}.ipynb", "[1, 2]", "not a notebook"),
    "other": (f"{NAME}.ipynb", nbformat.writes(nbformat.v4.new_notebook()), "another notebook"),
    "renamed": ("Untitled.ipynb", "{}", f"rename it to {NAME}.ipynb"),
    "absent": ("readme.txt", "", f"{NAME}.ipynb is missing"),
}


@pytest.fixture(autouse=True)
def _fake_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)


def graded(root: Path, **options: object) -> Grades:
    return grade.grade_class(root, NAME, required="none", jobs=1, **options, say=lambda text: None)


def result(grades: Grades, student: str) -> Result:
    return next(result for result in grades.results if result.student == student)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Grades, list[str]]:
    """A class graded once: the course folder, the grades, and the progress that was printed."""
    root = make(tmp_path_factory.mktemp("course"), LESSON)
    for student, (edit, *_) in CLASS.items():
        hand_in(root, student, edit)
    for student, (file, text, _) in BROKEN.items():
        hand_in(root, student, text, file)
    released = (root / "notebooks" / NAME / f"{NAME}.ipynb").read_text()
    hand_in(root, "empty", released)
    submitted = classroom(root) / "submitted"
    (submitted / "loose").mkdir()
    (submitted / "loose" / f"{NAME}.ipynb").write_text(released)
    (submitted / "idle").mkdir()
    hand_in(root, "linked", lambda notebook: None).with_name("data.csv").symlink_to("/etc/hostname")
    before = hashes(submitted), dict(os.environ), Path.cwd()
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "supervisor", fake_runner.supervisor)
        grades = grade.grade_class(root, NAME, required="none", jobs=2, say=said.append)
    assert before == (hashes(submitted), dict(os.environ), Path.cwd())
    return root, grades, said


@pytest.mark.parametrize("student", CLASS)
def test_submission_gets_its_grade_or_a_reason(whole, student):
    _, score, words = CLASS[student]
    got = result(whole[1], student)
    assert got.score == score
    assert words in got.note
    assert bool(words) == bool(got.note)


@pytest.mark.parametrize("student", BROKEN)
def test_what_cannot_be_read_is_told_in_words_with_what_to_do(whole, student):
    got = result(whole[1], student)
    assert got.score is None
    assert got.needs_human
    assert BROKEN[student][2] in got.note


def test_link_in_a_submission_is_not_followed_into_the_feedback(whole):
    root, grades, _ = whole
    assert "data.csv is a link" in result(grades, "linked").note
    for step in ("autograded", "feedback"):
        assert not (classroom(root) / step / "linked").exists()


def test_untouched_notebook_scores_zero_and_says_so(whole):
    assert result(whole[1], "empty") == Result("empty", 0, "3 exercises unsolved")


def test_a_student_whom_nobody_knows_is_no_one_who_handed_nothing_in(whole):
    with pytest.raises(GradingError, match="no student 'idel' in this class, perhaps idle"):
        grade.grade_class(whole[0], NAME, required="none", only=["idel"], say=lambda _: None)


def test_nothing_handed_in_needs_nobody_but_a_misplaced_notebook_does(whole):
    _, grades, _ = whole
    assert result(grades, "idle") == Result("idle", None, "not handed in", handed_in=False)
    assert f"into a folder {NAME}" in result(grades, "loose").note
    assert set(grades.need_human) == {
        *(student for student, (_, score, _) in CLASS.items() if score is None),
        *BROKEN,
        "loose",
        "linked",
    }


def test_progress_names_each_submission(whole):
    _, _, said = whole
    steps = [text for text in said if "/" in text]
    assert len(steps) == len(CLASS) + len(BROKEN) + 2
    assert steps[0].startswith(f"1/{len(steps)} ")


def test_csv_holds_grades_and_leaves_empty_what_has_none(whole):
    root, grades, _ = whole
    for student, score in exported(root).items():
        if result(grades, student).score is None:
            assert score == ""
        else:
            assert float(score) == result(grades, student).score
    assert exported(root).keys() >= CLASS.keys() | BROKEN.keys()


def test_feedback_exists_for_each_grade_and_for_nothing_else(whole):
    root, grades, _ = whole
    pages = (classroom(root) / "feedback").glob(f"*/{NAME}/{NAME}.html")
    with_grade = {result.student for result in grades.results if result.score is not None}
    assert {page.parts[-3] for page in pages} == with_grade


def test_feedback_tells_kindly_what_differed(whole):
    page = classroom(whole[0]) / "feedback" / "forged" / NAME / f"{NAME}.html"
    text = page.read_text()
    assert "differed from the one that was released (changed, restored: three-test)" in text


def test_audit_holds(whole):
    assert whole[1].differences == ()


def refuse(*args: object, **options: object) -> None:
    raise AssertionError("this was done before")


def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    root = make(tmp_path)
    for student in ("s01", "s02"):
        hand_in(root, student, answer("one", f"return x + {student[-1]}"))
    first = graded(root)
    with monkeypatch.context() as patch:
        patch.setattr(fake_runner.FakeRunner, "execute", refuse)
        patch.setattr(recorder.Recorder, "record", refuse)
        patch.setattr(feedback.Printer, "_submit", refuse)
        assert graded(root) == first
    hand_in(root, "s02", answer("one", "return 0"))
    assert result(graded(root), "s02").score == 5


def test_same_work_runs_once_and_counts_for_everybody(tmp_path, monkeypatch):
    make(tmp_path)
    for student in ("a", "b", "c"):
        hand_in(tmp_path, student, answer("one", "return 0"))
    hand_in(tmp_path, "other", answer("one", "return 1"))
    ran, execute = [], fake_runner.FakeRunner.execute

    def counted(self: fake_runner.FakeRunner, notebook: NotebookNode) -> object:
        ran.append(notebook)
        return execute(self, notebook)

    monkeypatch.setattr(fake_runner.FakeRunner, "execute", counted)
    assert graded(tmp_path).differences == ()
    assert len(ran) == 2
    scores = exported(tmp_path)
    assert scores["a"] == scores["b"] == scores["c"] == "5.0"


def test_regrading_follows_the_submission_and_backs_up_the_gradebook(tmp_path):
    root = make(tmp_path)
    said: list[str] = []

    def run() -> int:
        return grade.grade(root, NAME, jobs=1, required="none", say=said.append)

    hand_in(root, "s01", answer("three", "return 0"))
    assert run() == 0
    assert exported(root) == {"s01": "3.0"}

    hand_in(root, "s01", lambda notebook: None)
    assert run() == 0
    assert exported(root) == {"s01": "6.0"}
    backups = sorted((classroom(root) / "backups").iterdir())
    with closing(sqlite3.connect(backups[-1])) as backup:
        rows = backup.execute("SELECT auto_score FROM grade").fetchall()
    assert sorted(rows) == [(0.0,), (1.0,), (2.0,)]  # as the first run left it

    hand_in(root, "s01", "broken")
    assert run() == 1
    assert exported(root) == {"s01": ""}
    assert not [*(classroom(root) / "feedback").rglob("*.html")]
    assert "Without a grade, see the notes above: s01." in said[-1]


def test_only_the_students_asked_for_are_graded(tmp_path):
    root = make(tmp_path)
    for student in ("s01", "s02"):
        hand_in(root, student, lambda notebook: None)
    (classroom(root) / "submitted" / "s03").mkdir()
    grades = graded(root, only=["s02", "s03"])
    assert [(r.student, r.score) for r in grades.results] == [("s02", 6), ("s03", None)]
    assert grades.differences == ()
    assert exported(root) == {"s02": "6.0"}


def test_points_given_by_hand_stay_and_show_in_the_feedback(tmp_path):
    root = make(tmp_path)
    hand_in(root, "s01", answer("three", "return 0"))
    graded(root)
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as book, book:
        book.execute("UPDATE grade SET manual_score = 2 WHERE auto_score = 0")
    grades = graded(root)
    assert result(grades, "s01").score == 5
    assert grades.differences == ()
    page = classroom(root) / "feedback" / "s01" / NAME / f"{NAME}.html"
    assert "(Score: 5.0 / 6.0)" in page.read_text()


def test_lesson_that_changed_since_the_first_grading_is_refused(tmp_path):
    root = make(tmp_path)
    hand_in(root, "s01", lambda notebook: None)
    graded(root)
    tiny_course.write(root, LESSON.replace('"two', '"zwei'))
    with pytest.raises(grade.GradingError, match=r"new: zwei; no longer in it: two(.|\n)*regrade"):
        graded(root)


def test_unknown_lesson_is_refused_with_the_known_ones(tmp_path):
    root = tiny_course.make(tmp_path)
    with pytest.raises(grade.GradingError, match=r"'02_none'.*01_tiny"):
        grade.grade(root, "02_none")
    assert not (root / "classroom").exists()


def test_second_command_is_refused_while_the_first_one_runs(tmp_path):
    root = make(tmp_path)
    hand_in(root, "s01", replace("one", "import time; time.sleep(60)"))
    command = [sys.executable, fake_runner.__file__, root, NAME]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
        while not (classroom(root) / "gradebook.db").exists():
            time.sleep(0.1)
        with pytest.raises(grade.GradingError, match="another command"):
            graded(root)
        first.kill()


def test_full_disk_is_one_clear_error_and_loses_nothing(tmp_path, monkeypatch):
    root = make(tmp_path)
    for number in range(4):
        hand_in(root, f"s{number}", answer("one", f"return x + {number}"))

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(result_store.Store, "put", full)
        with pytest.raises(grade.GradingError, match=r"disk is full.*nothing is lost"):
            graded(root)
    with monkeypatch.context() as patch:
        patch.setattr(recorder.Recorder, "record", full)
        with pytest.raises(grade.GradingError, match=r"disk is full.*nothing is lost"):
            graded(root)
    grades = graded(root)
    assert [result.score for result in grades.results] == [5, 6, 5, 5]
    assert grades.differences == ()


@pytest.mark.slow  # the gradebook is waited for
@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_locked_gradebook_is_one_clear_error_and_loses_nothing(tmp_path, lock):
    root = make(tmp_path)
    hand_in(root, "s01", answer("one", "return 0"))
    graded(root)
    hand_in(root, "s01", lambda notebook: None)
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as other:
        other.execute(f"BEGIN {lock}")
        with pytest.raises(grade.GradingError, match=r"close formgrader.*nothing is lost"):
            graded(root)
    assert result(graded(root), "s01").score == 6


def test_submission_that_changes_while_it_is_graded_is_noticed(tmp_path, monkeypatch):
    root = make(tmp_path)
    hand_in(root, "s01", lambda notebook: None)
    accept = pipeline.Pipeline.accept

    def change(self: pipeline.Pipeline, student: str, outcome: object) -> None:
        hand_in(root, "s01", answer("three", "return 0"))
        accept(self, student, outcome)

    with monkeypatch.context() as patch:
        patch.setattr(pipeline.Pipeline, "accept", change)
        grades = graded(root)
    assert "s01: the submission changed while it was graded" in grades.differences[0]
    again = graded(root)
    assert result(again, "s01").score == 3
    assert again.differences == ()


def test_killed_printer_is_replaced(tmp_path):
    root = make(tmp_path)
    hand_in(root, "s01", lambda notebook: None)
    graded(root)
    page = classroom(root) / "feedback" / "s01" / NAME / f"{NAME}.html"
    with course.environment():
        taught = course.load(root)
        with course.gradebook(taught) as book:
            held = pipeline.marks(book, NAME)["s01"]
        with feedback.printer(taught, NAME, 1) as printing:
            (pid,) = printing._pool._processes
            os.kill(pid, signal.SIGKILL)
            while not printing._pool._broken:
                time.sleep(0.01)
            page.unlink()
            printing.print("s01", held)
            printing.finish()
    assert page.exists()


def snapshot(root: Path) -> list[tuple[object, ...]]:
    """Return all grades and comments in the gradebook, without its random ids."""
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as book:
        return book.execute(
            """
            SELECT student_id, base_cell.name, auto_score, needs_manual_grade, auto_comment
            FROM submitted_assignment
            JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
            LEFT JOIN grade ON grade.notebook_id = submitted_notebook.id
            LEFT JOIN comment ON comment.notebook_id = submitted_notebook.id
            JOIN base_cell ON base_cell.id IN (grade.cell_id, comment.cell_id)
            ORDER BY 1, 2, 3, 4, 5
            """
        ).fetchall()


@pytest.mark.slow
def test_killed_at_any_moment_the_same_command_gives_the_same_gradebook(tmp_path):
    moments = random.Random(7)
    disturbed, undisturbed = make(tmp_path / "a"), make(tmp_path / "b")
    for root in (disturbed, undisturbed):
        for number in range(6):
            hand_in(root, f"s{number}", answer("two", f"return x + {number % 3}"))
    command = [sys.executable, fake_runner.__file__, disturbed, NAME]
    before = hashes(classroom(disturbed) / "submitted")
    for _ in range(6):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
            try:
                run.wait(moments.uniform(2, 6))
            except subprocess.TimeoutExpired:
                run.kill()
    assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0
    graded(undisturbed)
    assert snapshot(disturbed) == snapshot(undisturbed)
    assert exported(disturbed) == exported(undisturbed)
    assert hashes(classroom(disturbed) / "submitted") == before
