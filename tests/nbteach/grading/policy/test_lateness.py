"""Late work: late days, grace and extra time, in the table, in grades.csv and on the page."""

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fake_runner
import pytest
from graded_course import NAME, answer, classroom, hand_in, make
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.converters import Autograde

from nbteach.grading import grade
from nbteach.grading.course import environment, gradebook, load, log_to
from nbteach.grading.errors import GradingError
from nbteach.grading.policy.class_rules import Rules
from nbteach.grading.policy.lateness import Late, handed_in_at, judged
from nbteach.grading.processes import runner
from nbteach.grading.records.recorder import converter
from nbteach.grading.records.scores import marks
from nbteach.grading.summary import Result

DUE = datetime(2026, 10, 16, 18)
SECOND = datetime(2026, 11, 16, 18)
HOUR = timedelta(hours=1)
RULES = Rules(due={"a": DUE, "b": SECOND}, grace=timedelta(minutes=15), late_days=3, per_day=0.1)


def late(hours: float, rules: Rules = RULES, student: str = "ada") -> Late | None:
    return judged(rules, student, {"a": DUE + hours * HOUR}).get("a")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-1, None),
        (0, None),
        (0.25, None),  # the grace
        (0.26, Late(1, spent=1, left=2)),
        (24.25, Late(1, spent=1, left=2)),
        (24.3, Late(2, spent=2, left=1)),
        (72, Late(3, spent=3, left=0)),
        (100, Late(5, spent=3, left=0, share=0.2)),
        (24 * 30, Late(30, spent=0, left=3, share=1.0)),  # nothing is left of it, so none is spent
    ],
)
def test_days_count_from_the_due_time_and_late_days_cover_the_first(hours, expected):
    assert late(hours) == expected


def test_extra_time_is_each_students_own():
    rules = Rules(due={"a": DUE}, extra_time={"emmy": timedelta(days=2)}, per_day=0.5)
    assert late(47, rules, "emmy") is None
    assert late(47, rules, "ada") == Late(2, share=1.0)
    assert late(49, rules, "emmy") == Late(1, share=0.5)


def test_late_days_are_spent_in_the_order_of_due_times():
    sent = {"b": SECOND + 30 * HOUR, "a": DUE + 30 * HOUR}
    assert judged(RULES, "ada", sent) == {
        "a": Late(2, spent=2, left=1),
        "b": Late(2, spent=1, left=0, share=0.1),
    }


def test_refused_work_spends_no_late_day():
    rules = Rules(due={"a": DUE, "b": SECOND}, late_days=1, per_day=1.0)
    sent = {"a": DUE + 30 * HOUR, "b": SECOND + HOUR}
    assert judged(rules, "ada", sent) == {
        "a": Late(2, left=1, share=1.0),
        "b": Late(1, spent=1, left=0),
    }


@given(
    days=st.lists(st.integers(0, 9), min_size=1, max_size=6),
    budget=st.integers(0, 8),
    per_day=st.sampled_from([0.0, 0.1, 0.3, 1.0]),
)
def test_nobody_spends_more_than_they_have_or_loses_more_than_all(days, budget, per_day):
    due = {f"{n}": DUE + n * timedelta(days=20) for n in range(len(days))}
    rules = Rules(due=due, late_days=budget, per_day=per_day)
    sent = {name: due[name] + timedelta(days=late) for name, late in zip(due, days, strict=True)}
    found = judged(rules, "ada", sent)
    assert sum(one.spent for one in found.values()) <= budget
    assert all(0 <= one.share <= 1 and 0 <= one.spent <= one.days for one in found.values())
    assert set(found) == {name for name, late in zip(due, days, strict=True) if late}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-16 20:00:00.000000 UTC", DUE + 2 * HOUR),
        ("2026-10-16T20:00:00+02:00", DUE),
        ("yesterday, I think", None),
        ("", None),
        ("\xff", None),
    ],
)
def test_the_time_is_what_the_server_wrote(tmp_path, text, expected):
    (tmp_path / "timestamp.txt").write_bytes(text.encode("latin-1"))
    assert handed_in_at(tmp_path, NAME, Rules()) == expected


def test_dates_of_files_count_only_where_the_class_says_so(tmp_path):
    (tmp_path / f"{NAME}.ipynb").touch()
    when = DUE.replace(tzinfo=UTC).timestamp()
    os.utime(tmp_path / f"{NAME}.ipynb", (when, when))
    assert handed_in_at(tmp_path, NAME, Rules()) is None
    assert handed_in_at(tmp_path, NAME, Rules(file_dates=True)) == DUE
    assert handed_in_at(tmp_path / "none", NAME, Rules(file_dates=True)) is None


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A class of four: on time, a day late, three days late, and three days late with more time."""
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    root = make(tmp_path)
    for student, hours in {"ada": -1, "emmy": 20, "kurt": 70, "noor": 70}.items():
        send(root, student, hours)
    write(root, 'late_days = 1\nlate = "10% a day"\nextra_time.noor = "1 week"')
    return root


def send(root: Path, student: str, hours: float) -> None:
    path = hand_in(root, student, answer("one", f"return x + 1  # {hours}"))
    path.with_name("timestamp.txt").write_text(f"{DUE + hours * HOUR} UTC")


def write(root: Path, rules: str) -> None:
    text = f"due.{NAME} = {DUE.isoformat()}Z\n{rules}\n"
    (classroom(root) / "class.toml").write_text(text)


def graded(root: Path) -> dict[str, Result]:
    grades = grade.grade_class(root, NAME, required="none", jobs=1, say=lambda _: None)
    assert grades.differences == ()
    return {result.student: result for result in grades.results}


def page(root: Path, student: str) -> str:
    return (classroom(root) / "feedback" / student / NAME / f"{NAME}.html").read_text()


def rows(root: Path) -> dict[str, dict[str, str]]:
    with (classroom(root) / "grades.csv").open() as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_table_csv_and_page_say_the_same(root):
    found = graded(root)
    assert {who: result.score for who, result in found.items()} == {
        "ada": 6,
        "emmy": 6,
        "kurt": pytest.approx(4.8),
        "noor": 6,
    }
    assert found["ada"].note == found["noor"].note == ""
    assert found["emmy"].note == "1 day late, 1 late day spent (0 left), nothing taken off"
    words = "3 days late, 1 late day spent (0 left), 20% taken off"
    assert found["kurt"].note == words
    row = rows(root)["kurt"]
    assert (row["late"], float(row["score"])) == (words, pytest.approx(4.8))
    assert float(row["late_submission_penalty"]) == pytest.approx(1.2)
    assert rows(root)["ada"]["late"] == ""
    assert f"<strong>Handed in late.</strong> {words}." in page(root, "kurt")
    assert "(Score: 4.8 / 6.0)" in page(root, "kurt")
    assert "Handed in late" not in page(root, "noor")


def test_refused_work_counts_nothing_and_is_answered_all_the_same(root):
    write(root, 'late = "refused"')
    found = graded(root)
    assert (found["emmy"].score, found["emmy"].note) == (0, "1 day late, refused: it counts 0")
    assert rows(root)["emmy"]["raw_score"] == "6.0"
    assert "Refused: it counts 0".casefold() in page(root, "emmy").casefold()


def test_other_rules_and_other_times_change_what_was_graded(root):
    graded(root)
    write(root, "")
    found = graded(root)
    assert {result.score for result in found.values()} == {6}
    assert found["kurt"].note == "3 days late, nothing taken off"
    assert "20% taken off" not in page(root, "kurt")
    write(root, 'extra_time.kurt = "3 days"')
    assert graded(root)["kurt"].note == ""
    send(root, "ada", 1)
    assert graded(root)["ada"].note == "1 day late, nothing taken off"


def test_points_by_hand_are_penalized_too(root):
    graded(root)
    with environment():
        course = load(root)
        with gradebook(course) as book:
            book.find_grade("three-test", NAME, NAME, "kurt").manual_score = 0
            book.db.commit()
    assert graded(root)["kurt"].score == pytest.approx(3 * 0.8)


def test_without_a_due_time_penalties_of_formgrader_stay(root):
    (classroom(root) / "class.toml").unlink()
    graded(root)
    with environment():
        course = load(root)
        with gradebook(course) as book:
            notebook = book.find_submission_notebook(NAME, NAME, "ada")
            notebook.late_submission_penalty = 2
            book.db.commit()
    assert graded(root)["ada"].score == 4


def test_work_of_an_unknown_time_is_not_judged_and_that_is_said(root):
    (classroom(root) / "submitted" / "kurt" / NAME / "timestamp.txt").unlink()
    found = graded(root)["kurt"]
    assert (found.score, found.note) == (6, "nobody knows when it came, so it is not judged late")


def test_extra_time_for_somebody_unknown_is_refused(root):
    write(root, 'extra_time.nor = "1 week"')
    with pytest.raises(GradingError, match=r"no student 'nor'.*perhaps noor"):
        graded(root)


def test_formgraders_button_takes_the_same_off(root):
    """As with the line that `nbgrader_config.py` may have."""
    graded(root)
    send(root, "kurt", 71)
    with environment():
        course = load(root)
        name = "nbteach.grading.policy.lateness.LatePenalty"
        course.config.AssignLatePenalties.plugin_class = name
        course.config.Replay.require = "none"
        with log_to(classroom(root) / "grading.log"):
            converter(Autograde, course.config, NAME, "kurt").start()
        with gradebook(course) as book:
            assert marks(book, NAME)["kurt"].penalty == pytest.approx(1.2)
