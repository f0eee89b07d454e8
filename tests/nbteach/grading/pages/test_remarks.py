"""What a teacher is told about a submission names the cells and the reason."""

from nbteach.grading.execution import Execution
from nbteach.grading.pages import remarks
from nbteach.grading.summary import Grades, Result, table


def errors(**names: str) -> dict[str, list[dict[str, object]]]:
    """Outputs of cells that ended with these errors."""
    return {
        cell: [{"output_type": "stream"}, {"output_type": "error", "ename": name}]
        for cell, name in names.items()
    }


def test_outcome_tells_each_lost_exercise_once():
    execution = Execution(
        errors(sgd="SyntaxError", clip="NotImplementedError", adam="ValueError"),
        {
            "sgd-test": "failed",
            "adam-test-2": "time-out",
            "clip-test": "failed",
            "decay-test": "failed",
            "warmup-test": "died",
            "huge-test": "memory",
            "fine-test": "passed",
        },
    )
    lost = ["sgd", "adam", "clip", "decay", "warmup", "huge"]
    assert [*remarks.outcome(execution, unsolved=["clip"], lost=lost)] == [
        "ran out of time in adam-test-2",
        "took too much memory in huge-test",
        "ended its own process in warmup-test",
        "SyntaxError in sgd",
        "1 exercise unsolved",
        "wrong: decay",
    ]


def test_error_in_an_exercise_with_all_points_is_not_told():
    execution = Execution(errors(sgd="ValueError"), {"sgd-test": "passed"})
    assert [*remarks.outcome(execution, unsolved=[], lost=[])] == []


def test_long_lists_are_cut():
    names = ["a", "b", "c", "d", "e"]
    said = remarks.outcome(Execution({}, {}), unsolved=[], lost=names)
    assert [*said] == ["wrong: a, b, c, 2 more"]


def test_failure_names_the_error_and_the_remedy():
    note = remarks.failure(ValueError("x" * 100 + "\nand more"))
    assert "(ValueError: " + "x" * 80 + ")" in note
    assert "run the same command again" in note
    assert "ValueError" in remarks.failure(ValueError())


def test_table_averages_grades_only_and_asks_for_a_human():
    results = Result("s01", 2, ""), Result("s02", None, "broken"), Result("s03", None, "", False)
    lines = table(Grades("01_x", 4, results)).splitlines()
    assert lines[1] == "  s01    2"
    assert lines[-2:] == [
        "Mean of 1 graded: 2.0 of 4 (50%).",
        "Without a grade, see the notes above: s02.",
    ]


def test_table_ends_with_what_the_audit_found():
    grades = Grades("01_x", 4, (Result("s01", 2, ""),), ("s01: its feedback is missing",))
    assert table(grades).splitlines()[-2:] == [
        "The audit found:",
        "  s01: its feedback is missing",
    ]


def test_table_of_nobody():
    assert table(Grades("01_x", 4, ())) == "01_x, 4 points\nNobody of this class has handed it in."
