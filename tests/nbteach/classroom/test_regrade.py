"""A lesson that changed after it was graded: looked at first, then let count, with nothing lost."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import fake_runner
import pytest
import tiny_course
from graded_course import (
    LESSON,
    NAME,
    answer,
    classroom,
    exported,
    hand_in,
    hashes,
    make,
)

from nbteach.authoring.build import build
from nbteach.classroom.regrade import regrade
from nbteach.grading import grade
from nbteach.grading.course import environment, gradebook, load
from nbteach.grading.errors import GradingError
from nbteach.grading.processes import runner
from nbteach.grading.records import recorder
from nbteach.grading.records.scores import marks
from nbteach.grading.summary import Result

FAIR = LESSON.replace("assert two(5) == 7", "assert two(5) in (7, 8)")
STRICT = LESSON.replace("assert one(5) == 6", 'assert one(-1) == 0, "a negative number"')
FOUR = LESSON + LESSON[LESSON.index('\n# %% nbgrader={"grade_id": "three"') :].replace(
    "three", "four"
).replace("x + 3", "x + 4").replace("== 4", "== 5").replace("== 8", "== 9")
WITHOUT_TWO = (
    LESSON[: LESSON.index('\n# %% nbgrader={"grade_id": "two"')]
    + LESSON[LESSON.index('\n# %% nbgrader={"grade_id": "three"') :]
)


@pytest.fixture(autouse=True)
def _fake_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)


def looked(root: Path, *, apply: bool = False) -> tuple[int, str]:
    said: list[str] = []
    code = regrade(root, NAME, apply=apply, jobs=1, required="none", say=said.append)
    return code, "\n".join(said)


def graded(root: Path) -> dict[str, Result]:
    grades = grade.grade_class(root, NAME, required="none", jobs=1, say=lambda _: None)
    assert grades.differences == ()
    return {result.student: result for result in grades.results}


def table(root: Path) -> dict[tuple[str, str], tuple[str, str, str]]:
    with (classroom(root) / f"regrade-{NAME}.csv").open(encoding="utf-8") as file:
        return {
            (row["student"], row["exercise"]): (row["before"], row["after"], row["why"])
            for row in csv.DictReader(file)
        }


def page(root: Path, student: str) -> str:
    return (classroom(root) / "feedback" / student / NAME / f"{NAME}.html").read_text()


def sql(root: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(classroom(root) / "gradebook.db")) as book, book:
        assert book.execute(statement, values).rowcount > 0


def of_test(name: str) -> str:
    return f"cell_id = (SELECT id FROM base_cell WHERE name = '{name}-test')"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A class in which emmy's answer to two is nearly right, and kurt's to one for some numbers."""
    root = make(tmp_path)
    hand_in(root, "ada", lambda notebook: None)
    hand_in(root, "emmy", answer("two", "return x + 2 + (x > 3)"))
    hand_in(root, "kurt", answer("one", "return abs(x) + 1"))
    assert {who: result.score for who, result in graded(root).items()} == {
        "ada": 6,
        "emmy": 4,
        "kurt": 6,
    }
    return root


def counted(root: Path) -> dict[Path, str]:
    """All that a look must leave alone."""
    kept = ("gradebook.db", "grades.csv", "journal.jsonl", "lesson-changes.jsonl")
    place = classroom(root)
    found = hashes(place / "feedback") | hashes(place / "autograded") | hashes(place / "backups")
    return found | {place / n: (place / n).read_bytes().hex() for n in kept if (place / n).exists()}


@pytest.mark.parametrize(
    "lesson", [FAIR, STRICT, FOUR, WITHOUT_TWO], ids=["fair", "strict", "four", "two"]
)
def test_a_look_touches_neither_gradebook_nor_feedback(root, lesson):
    before = counted(root)
    tiny_course.write(root, lesson)
    code, said = looked(root)
    assert code == 0
    assert said.endswith(f"Nothing has changed yet. To let it count: nblib regrade {NAME} --apply")
    assert counted(root) == before


def test_a_look_says_who_gains_and_who_loses_where_and_why(root):
    tiny_course.write(root, FAIR.replace("assert one(5) == 6", 'assert one(-1) == 0, "negative"'))
    _, said = looked(root)
    assert "The lesson has changed since it was graded. Changed: one, two." in said
    assert "Other points for 2 of 3 who were graded" in said
    assert table(root) == {
        ("emmy", "two"): ("0.0", "2.0", "before: AssertionError"),
        ("emmy", "all"): ("4.0", "6.0", ""),
        ("kurt", "one"): ("1.0", "0.0", "now: AssertionError"),
        ("kurt", "all"): ("6.0", "5.0", ""),
    }


def test_what_was_looked_at_is_what_then_counts_and_runs_nothing_twice(root, monkeypatch):
    tiny_course.write(root, FAIR)
    looked(root)
    with monkeypatch.context() as patch:
        patch.setattr(fake_runner.FakeRunner, "execute", None)
        code, said = looked(root, apply=True)
    assert code == 0
    assert exported(root) == {"ada": "6.0", "emmy": "6.0", "kurt": "6.0"}
    assert "emmy  all    4 → 6" in said
    assert "with other tests or points: <code>two</code>" in page(root, "ada")
    assert graded(root)["emmy"].note == ""


def test_grading_alone_lets_no_other_lesson_count(root):
    tiny_course.write(root, STRICT)
    before = counted(root)
    with pytest.raises(GradingError, match=r"changed: one(.|\n)*nblib regrade 01_tiny --apply"):
        graded(root)
    assert {p: d for p, d in counted(root).items() if "backups" not in p.parts} == {
        p: d for p, d in before.items() if "backups" not in p.parts
    }


def test_text_and_answers_of_a_lesson_may_change_at_any_time(root):
    changed = LESSON.replace("# # Three exercises", "# # Three little exercises")
    tiny_course.write(
        root, changed.replace('"""Return x + 1."""', '"""Return a bit more than x."""')
    )
    assert {who: result.score for who, result in graded(root).items()} == {
        "ada": 6,
        "emmy": 4,
        "kurt": 6,
    }


def test_a_new_exercise_counts_for_everybody(root):
    tiny_course.write(root, FOUR)
    _, said = looked(root)
    assert "New: four." in said
    assert table(root)["ada", "four"] == ("", "0.0", "new in the lesson; now: NotImplementedError")
    code, said = looked(root, apply=True)
    assert code == 0
    assert exported(root) == {"ada": "6.0", "emmy": "4.0", "kurt": "6.0"}
    assert "01_tiny, 9 points" in said
    assert "new, and counted for everybody: <code>four</code>" in page(root, "ada")
    hand_in(root, "ada", answer("four", "return x + 4"))
    assert graded(root)["ada"].score == 9


def test_a_new_exercise_counts_for_nobody_if_the_class_says_so(root):
    tiny_course.write(root, FOUR)
    build(root)
    (classroom(root) / "class.toml").write_text(f'not_counted.{NAME} = ["four"]\n')
    hand_in(root, "noor", answer("four", "return x + 4"))
    _, said = looked(root)
    assert "Other points for nobody" in said
    code, said = looked(root, apply=True)
    assert code == 0
    assert "01_tiny, 6 points" in said
    assert exported(root) == {"ada": "6.0", "emmy": "4.0", "kurt": "6.0", "noor": "6.0"}
    assert "<strong>Not counted</strong>, for anybody in your class: <code>four</code>" in page(
        root, "noor"
    )
    assert "new, and counted" not in page(root, "noor")


def test_an_exercise_can_be_struck_for_the_whole_class_and_restored(root):
    rules = classroom(root) / "class.toml"
    rules.write_text(f'not_counted.{NAME} = ["two"]\n')
    with pytest.raises(GradingError, match="changed: two"):
        graded(root)
    looked(root, apply=True)
    assert table(root)["ada", "two"] == ("2.0", "0.0", "not counted")
    assert exported(root) == {"ada": "4.0", "emmy": "4.0", "kurt": "4.0"}
    rules.unlink()
    looked(root, apply=True)
    assert exported(root) == {"ada": "6.0", "emmy": "4.0", "kurt": "6.0"}


def test_a_removed_exercise_takes_its_points_along_and_the_backup_keeps_them(root):
    sql(root, f"UPDATE grade SET manual_score = 1 WHERE auto_score = 0 AND {of_test('two')}")
    sql(root, f"UPDATE grade SET manual_score = 2.5 WHERE auto_score = 3 AND {of_test('three')}")
    graded(root)
    tiny_course.write(root, WITHOUT_TWO)
    looked(root)
    assert table(root)["emmy", "two"] == (
        "1.0",
        "",
        "no longer in the lesson; by hand, which goes too",
    )
    code, _ = looked(root, apply=True)
    assert code == 0
    assert exported(root) == {"ada": "3.5", "emmy": "3.5", "kurt": "3.5"}
    assert "no longer in it: <code>two</code>" in page(root, "kurt")
    newest = max((classroom(root) / "backups").iterdir())
    with closing(sqlite3.connect(newest)) as backup:
        rows = backup.execute("SELECT auto_score, manual_score FROM grade ORDER BY 1, 2").fetchall()
    assert (0.0, 1.0) in rows
    assert len(rows) == 9


def test_results_by_the_old_lesson_stay(root):
    before = hashes(classroom(root) / "results")
    tiny_course.write(root, FOUR)
    looked(root, apply=True)
    assert before.items() <= hashes(classroom(root) / "results").items()
    tiny_course.write(root, LESSON)
    looked(root, apply=True)
    assert exported(root) == {"ada": "6.0", "emmy": "4.0", "kurt": "6.0"}


def test_killed_in_the_middle_the_same_command_lets_it_count(root, monkeypatch):
    tiny_course.write(root, FOUR)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recorder, "converter", killed)  # the gradebook has been migrated then
        with pytest.raises(GradingError, match="stopped"):
            looked(root, apply=True)
    with environment():
        course = load(root)
        with gradebook(course) as book:
            held = marks(book, NAME)["ada"].tests
    assert {name: mark.auto for name, mark in held.items()} == {
        "one-test": 1,
        "two-test": 2,
        "three-test": 3,
        "four-test": None,
    }
    code, _ = looked(root, apply=True)
    assert code == 0
    assert exported(root) == {"ada": "6.0", "emmy": "4.0", "kurt": "6.0"}
    assert "new, and counted for everybody: <code>four</code>" in page(root, "ada")


def test_what_cannot_be_graded_is_named_and_stops_nobody(root):
    hand_in(root, "noor", "no notebook")
    code, said = looked(root)
    assert code == 1
    assert "noor: " in said
    assert "Other points for nobody" in said


def test_other_work_than_was_graded_is_told_apart(root):
    hand_in(root, "emmy", lambda notebook: None)
    looked(root)
    assert table(root)["emmy", "all"] == ("4.0", "6.0", "other work than was graded before")


def test_before_the_first_grading_there_is_nothing_to_regrade(tmp_path):
    root = make(tmp_path)
    hand_in(root, "ada", lambda notebook: None)
    with pytest.raises(GradingError, match="first `nblib grade 01_tiny`"):
        looked(root)
