"""nbgrader's own commands rebuild, run and score a submission by our rules."""

from pathlib import Path

import fake_runner
import nbformat
import pytest
from graded_course import NAME, answer, classroom, delete, hand_in, make, replace
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import determine_grade

from nbteach.grading.course import environment, gradebook, load, log_to, results_folder
from nbteach.grading.execution import Execution
from nbteach.grading.processes import runner
from nbteach.grading.records.recorder import autograded, converter, register
from nbteach.grading.records.replay import shown_by_test
from nbteach.grading.records.result_store import Store, key_of
from nbteach.grading.records.scores import marks

SAID = new_output("stream", name="stdout", text="two cases agree")
WARNED = new_output("stream", name="stderr", text="a warning")
PICTURE = new_output("display_data", data={"image/png": "aGVsbG8="})
VALUE = new_output("execute_result", data={"text/plain": "0.3"})
ERROR = new_output("error", ename="CheckFailed", evalue="", traceback=["wrong"])


def test_cell(outputs: list[dict]) -> NotebookNode:
    words = {"grade_id": "a", "grade": True, "solution": False, "points": 2}
    return nbformat.v4.new_code_cell("", outputs=outputs, metadata={"nbgrader": words})


test_cell.__test__ = False  # type: ignore[attr-defined]  # a cell, not a test of ours


@pytest.mark.parametrize(
    ("outcome", "outputs", "shown"),
    [
        ("passed", [SAID, WARNED, PICTURE, VALUE], [SAID, PICTURE]),
        ("passed", [ERROR], []),
        ("failed", [SAID, WARNED, VALUE, ERROR], [SAID, ERROR]),
        ("died", [ERROR, ERROR], [ERROR, ERROR]),
    ],
)
def test_nbgrader_reads_the_outcome_off_what_a_test_shows(outcome, outputs, shown):
    assert shown_by_test(outcome, outputs) == shown
    score, _ = determine_grade(test_cell(shown_by_test(outcome, outputs)))
    assert score == (2 if outcome == "passed" else 0)


@pytest.mark.parametrize("outcome", ["failed", "time-out", "memory", "died"])
def test_what_did_not_pass_shows_an_error_even_if_nothing_was_said(outcome):
    assert determine_grade(test_cell(shown_by_test(outcome, [VALUE]))) == (0, 2)


def autograde(root: Path) -> dict[str, dict[str, float | None]]:
    """Run nbgrader's autograde as formgrader does, for all; return the points."""
    with environment():
        course = load(root)
        with log_to(root / "grading.log"):
            register(course, NAME)
            converter(Autograde, course.config, NAME, "*").start()
        with gradebook(course) as book:
            held = marks(book, NAME)
    return {
        student: {name: mark.auto for name, mark in theirs.tests.items()}
        for student, theirs in held.items()
    }


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    return make(tmp_path)


def autograded_notebook(root: Path, student: str) -> NotebookNode:
    path = classroom(root) / "autograded" / student / NAME / f"{NAME}.ipynb"
    return nbformat.read(path, as_version=4)


def test_autograde_rebuilds_runs_and_scores(root):
    hand_in(root, "s01", lambda notebook: None)
    hand_in(root, "s02", replace("two-test", "pass"))
    hand_in(root, "s03", delete("one-test"))
    hand_in(root, "s04", answer("three", "return 0"))
    assert autograde(root) == {
        "s01": {"one-test": 1, "two-test": 2, "three-test": 3},
        "s02": {"one-test": 1, "two-test": 2, "three-test": 3},
        "s03": {"one-test": 1, "two-test": 2, "three-test": 3},
        "s04": {"one-test": 1, "two-test": 2, "three-test": 0},
    }
    told = autograded_notebook(root, "s02").cells[0].source
    assert "changed, restored: two-test" in told
    assert "differed" not in autograded_notebook(root, "s01").cells[0].source


def test_stored_result_is_replayed_and_not_run_again(root, monkeypatch):
    hand_in(root, "s01", lambda notebook: None)
    autograde(root)
    with environment():
        course = load(root)
        name = key_of(autograded(course, NAME, "s01"))
        (path,) = results_folder(course).rglob(f"{name}.json")
        path.unlink()
        outputs = {"one": [new_output("stream", name="stderr", text="hello")]}
        tests = {"one-test": "passed", "two-test": "failed", "three-test": "died"}
        Store(results_folder(course)).put(name, Execution(outputs, tests))
    monkeypatch.setattr(fake_runner.FakeRunner, "execute", None)
    assert autograde(root) == {"s01": {"one-test": 1, "two-test": 0, "three-test": 0}}
    cells = {cell.id: cell for cell in autograded_notebook(root, "s01").cells}
    assert cells["one"].outputs == outputs["one"]
    assert cells["two-test"].outputs[0].ename == "TestFailed"


def test_result_without_one_of_the_tests_gives_no_grade(root, monkeypatch):
    hand_in(root, "s01", lambda notebook: None)
    monkeypatch.setattr(
        fake_runner.FakeRunner,
        "execute",
        lambda self, notebook: Execution({}, {"one-test": "passed"}),
    )
    with pytest.raises(NbGraderException):
        autograde(root)
    assert not (classroom(root) / "autograded" / "s01" / NAME).exists()


def test_time_out_is_run_once_more(root):
    slow = "import itertools\ntries = globals().setdefault('tries', itertools.count())\n"
    hand_in(root, "s01", replace("one", f"{slow}def one(x): raise TimeoutError('time-out')"))
    ran: list[fake_runner.FakeRunner] = []
    keep = fake_runner.FakeRunner.__init__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            fake_runner.FakeRunner, "__init__", lambda self: ran.append(self) or keep(self)
        )
        assert autograde(root)["s01"]["one-test"] == 0
    assert [each.executed for each in ran] == [2]


def test_what_nbformat_cannot_read_is_rebuilt_all_the_same(root):
    path = hand_in(root, "s01", lambda notebook: None)
    path.write_bytes(path.read_bytes().replace(b"Three exercises", b"Three \xff exercises"))
    with pytest.raises(UnicodeDecodeError):
        nbformat.read(path, as_version=4)
    assert sum(autograde(root)["s01"].values()) == 6


def test_what_cannot_be_graded_leaves_no_copy(root):
    hand_in(root, "s01", lambda notebook: None).with_name("data.csv").symlink_to("/etc/hostname")
    with pytest.raises(NbGraderException):
        autograde(root)
    assert not (classroom(root) / "autograded" / "s01" / NAME).exists()
    assert "data.csv is a link" in (root / "grading.log").read_text()
