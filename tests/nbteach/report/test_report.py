"""From what was graded to the page: `nblib report`, and the class of sixty that other tests use."""

import shutil
from itertools import product
from pathlib import Path

import fake_runner
import graded_course
import pytest
import synthetic_class
import tiny_course
from nbgrader.coursedir import CourseDirectory
from synthetic_class import Work

from nbteach import cli
from nbteach.grading import grade
from nbteach.grading.course import environment, gradebook, load
from nbteach.grading.errors import GradingError
from nbteach.grading.notebooks.lesson_bundle import BundleError, load_bundle
from nbteach.grading.processes import runner
from nbteach.grading.records.recorder import Recorder
from nbteach.grading.records.scores import marks
from nbteach.report.check_messages import UNNAMED
from nbteach.report.classwork import Classwork, classwork
from nbteach.report.lesson_facts import lesson_facts
from nbteach.report.report import report

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own use

NAME = "00_start_here"
MISTAKE = "That is the sum. Divide by how many there are."
WORKS = {
    "right": Work(
        {"mean-squared-error": "right"},
        'prediction = "about 80"',
        asked={
            "at_first": {"shapes": "an error", "names": "the new numbers"},
            "at_last": {"shapes": "16 numbers", "names": "the new numbers", "downhill": "uphill"},
        },
    ),
    "wrong": Work({"mean-squared-error": MISTAKE}, "prediction = 'more than 95'  # surely"),
    "hung": Work(
        {"mean-squared-error": ""}, "import os; os.abort()", {"mean-squared-error": "time-out"}
    ),
    "idle": Work({}),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small class for the first lesson, three of whom tried the exercise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NBLIB_CLASSROOM", raising=False)
        made = synthetic_class.course(tmp_path_factory.mktemp("course") / "course", NAME)
        synthetic_class.record(made, WORKS, NAME, absent=1)
    return made


def read(root: Path, name: str = NAME) -> tuple[CourseDirectory, Classwork]:
    with environment(NBLIB_CLASSROOM=""):
        taught = load(root)
        return taught, classwork(taught, lesson_facts(name, load_bundle(root, name).notebook))


def test_what_the_class_did_is_read_off_its_files(root):
    _, work = read(root)
    exercise = "mean-squared-error"
    assert work.points[exercise].to_dict() == {"hung": 0, "idle": 0, "right": 1, "wrong": 0}
    assert work.tried[exercise].to_dict() == {
        "hung": True,
        "idle": False,
        "right": True,
        "wrong": True,
    }
    assert work.reasons.to_numpy().tolist() == [
        ["hung", exercise, "Ran out of time.", False],
        ["wrong", exercise, MISTAKE, True],
    ]
    known = work.asked.T[["right", "idle"]].T.to_dict("split")
    assert known["columns"] == list(product(("shapes", "names", "downhill"), ("first", "last")))
    assert known["data"] == [[False, True, True, True, False, False], [False] * 6]
    (guesses,) = work.guesses.T.to_numpy().tolist()
    assert dict(zip(work.guesses.index, guesses, strict=True)) == {
        "right": "about 80",
        "wrong": "more than 95",
        "hung": "",
        "idle": None,
    }
    assert work.absent == ("absent-1",)


def test_nbgrader_itself_writes_what_the_synthetic_class_has(root, tmp_path):
    again = Path(shutil.copytree(root, tmp_path / "again"))
    taught, before = read(again)
    with gradebook(taught) as book:
        held = marks(book, NAME)
    shutil.rmtree(again / "classroom/default/autograded")
    with environment(NBLIB_CLASSROOM=""):
        course = load(again)
        with gradebook(course) as book:
            recorder = Recorder(course, book, NAME)
            for student in ("right", "wrong", "idle"):
                recorder.record(student)
    taught, after = read(again)
    with gradebook(taught) as book:
        assert marks(book, NAME) == held
    assert after.points.equals(before.points)
    assert after.tried.equals(before.tried)
    without = before.reasons[before.reasons["student"] != "hung"].reset_index(drop=True)
    assert after.reasons.equals(without)  # "hung" has lost its notebook


def test_the_command_writes_the_page_that_it_names(root, capsys):
    for options, name in (([], NAME), (["--names"], f"{NAME}-names")):
        assert cli.main(["--root", str(root), "report", NAME, *options]) == 0
        path = Path(capsys.readouterr().out.strip())
        assert path == root / f"classroom/default/reports/{name}.html"
        assert path.parent.stat().st_mode & 0o077 == 0
        text = path.read_text(encoding="utf-8")
        assert ("wrong</th>" in text) == ("names" in name)
        assert (MISTAKE in text) == ("names" in name)  # a class of four


def test_an_unknown_lesson_is_told(root):
    with pytest.raises(GradingError, match="there is no lesson '99_x'; the lessons are 00_start"):
        report(root, "99_x")


def test_a_lesson_that_was_never_built_is_told(tmp_path):
    with pytest.raises(BundleError, match="run `nblib build`"):
        report(tiny_course.make(tmp_path / "course"), "01_tiny")


def test_a_class_that_has_nothing_yet_gets_a_page_that_says_so(tmp_path):
    root = graded_course.make(tmp_path / "course")
    assert "Nothing has been graded" in report(root, "01_tiny").read_text(encoding="utf-8")


def test_what_nblib_graded_is_reported(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    root = graded_course.make(tmp_path / "course")
    graded_course.hand_in(root, "s1", lambda notebook: None)
    graded_course.hand_in(root, "s2", graded_course.answer("two", "return 1 / 0"))
    graded_course.hand_in(root, "s3", graded_course.replace("three", "def three(x)"))
    graded_course.hand_in(root, "s4", "{")
    grade.grade(root, "01_tiny", jobs=1, required="none", say=lambda text: None)
    _, work = read(root, "01_tiny")
    assert work.points.sum(axis=1).to_dict() == {"s1": 6, "s2": 4, "s3": 3}
    assert work.ungraded == ("s4",)
    assert work.reasons.to_numpy().tolist() == [
        ["s2", "two", UNNAMED, False],
        ["s3", "three", "The answer's cell itself stops with a SyntaxError.", False],
    ]


def test_what_the_class_does_not_count_is_left_out_and_named(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    root = graded_course.make(tmp_path / "course")
    place = root / "classroom/default"
    place.mkdir(parents=True, exist_ok=True)
    (place / "class.toml").write_text('not_counted.01_tiny = ["two"]\n')
    graded_course.hand_in(root, "s1", lambda notebook: None)
    graded_course.hand_in(root, "s2", graded_course.answer("two", "return 1 / 0"))
    graded_course.hand_in(root, "s3", graded_course.replace("three", "def three(x)"))
    grade.grade(root, "01_tiny", jobs=1, required="none", say=lambda text: None)
    text = report(root, "01_tiny", names=True).read_text(encoding="utf-8")
    assert "Not counted in this class, and left out here: two." in text
    assert "<b>4</b><span>points of 4, the median</span>" in text
    assert text.count("two") == 1
