"""The gradebook follows a lesson, cell by cell; what stays keeps its points and comments."""

import copy
from collections.abc import Iterator

import pytest
from graded_course import NAME, make
from hand_in import by_id, lesson
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    SolutionCell,
    SourceCell,
)
from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import environment, gradebook, load
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.policy.class_bundle import without_points
from nbteach.grading.policy.class_rules import RulesError
from nbteach.grading.records.migration import Change, change, migrate, since_first

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def course(tmp_path, monkeypatch) -> Iterator[CourseDirectory]:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    with environment():
        yield load(make(tmp_path))


@pytest.fixture
def book(course: CourseDirectory) -> Iterator[Gradebook]:
    """A gradebook with the lesson of `hand_in`, and ada's work in it, commented."""
    with gradebook(course) as book:
        old = lesson()
        book.add_assignment(old.lesson)
        book.add_notebook(old.lesson, old.lesson)
        for name, cell in by_id(old.notebook).items():
            if "nbgrader" not in cell.metadata:
                continue
            words, where = cell.metadata.nbgrader, (name, old.lesson, old.lesson)
            book.add_source_cell(*where, cell_type="code", source=cell.source)
            if words.grade:
                book.add_grade_cell(*where, max_score=words.points, cell_type="code")
            if words.solution:
                book.add_solution_cell(*where)
        book.add_student("ada")
        (notebook,) = book.add_submission(old.lesson, "ada").notebooks
        for grade in notebook.grades:
            grade.auto_score, grade.extra_credit = 1, 0.5
        for comment in notebook.comments:
            comment.manual_comment = f"well done: {comment.name}"
        book.db.commit()
        yield book


def changed(**names: str | None) -> Bundle:
    """The lesson with cells renamed (of the exercise `double` or `half`), or without them."""
    bundle = lesson()
    notebook = copy.deepcopy(bundle.notebook)
    for cell in list(notebook.cells):
        exercise = cell.id.removesuffix("-test")
        if exercise in names and "nbgrader" in cell.metadata:
            if names[exercise] is None:
                notebook.cells.remove(cell)
            else:
                cell.id = cell.id.replace(exercise, names[exercise])
                cell.metadata.nbgrader.grade_id = cell.id
    return Bundle(bundle.lesson, notebook, bundle.released, "another")


def held(book: Gradebook) -> tuple[dict[str, tuple[float | None, ...]], dict[str, str | None]]:
    (notebook,) = book.find_submission("01_lesson", "ada").notebooks
    grades = {g.name: (g.auto_score, g.extra_credit) for g in notebook.grades}
    return grades, {comment.name: comment.manual_comment for comment in notebook.comments}


def test_the_same_lesson_is_no_change(book):
    assert not change(book, lesson())


def test_a_lesson_that_nobody_handed_in_may_change(book):
    book.remove_submission("01_lesson", "ada")
    assert not change(book, changed(half=None))


def test_points_tests_and_setup_are_changes_and_answers_are_none(book):
    bundle = lesson()
    cells = by_id(bundle.notebook)
    cells["half"].source = "# another stub"
    cells["title"].source = "# Another title"
    cells["show"].source = "print(1)"
    assert not change(book, bundle)
    cells["setup"].source += " "
    cells["double-test"].metadata.nbgrader.points = 5
    cells["half-test"].source += "\nassert half(2) == 1"
    assert change(book, bundle) == Change(changed=("setup", "double", "half"))


def test_what_stays_keeps_what_was_given(course, book):
    bundle = changed(half="third")
    what = change(book, bundle)
    assert what == Change(added=("third",), removed=("half",))
    migrate(course, book, bundle, what)
    grades, comments = held(book)
    assert grades == {"double-test": (1, 0.5), "third-test": (None, None)}
    assert comments == {"double": "well done: double", "third": None}
    assert not change_of_cells(book, bundle)
    assert since_first(course, bundle.lesson) == what


def change_of_cells(book: Gradebook, bundle: Bundle) -> tuple[str, ...]:
    """New cells have no text yet: the lesson itself is entered by nbgrader."""
    found = change(book, bundle)
    return found.added + found.removed


def test_nothing_of_a_removed_cell_is_left_behind(course, book):
    bundle = changed(half=None)
    migrate(course, book, bundle, change(book, bundle))
    kinds = (Grade, Comment, GradeCell, SolutionCell, BaseCell, SourceCell)
    assert [book.db.query(kind).count() for kind in kinds] == [1, 1, 1, 1, 2, 3]


def test_changes_add_up_and_what_is_new_stays_new(course, book):
    for what in (
        Change(added=("third",), removed=("half",)),
        Change(changed=("third", "double")),
        Change(added=("half",)),
    ):
        migrate(course, book, lesson(), what)
    found = since_first(course, "01_lesson")
    assert (set(found.added), found.removed, found.changed) == ({"third", "half"}, (), ("double",))
    assert since_first(course, NAME) == Change()


def test_what_does_not_count_is_worth_nothing_and_the_lesson_stays_as_it_is():
    bundle = lesson()
    lighter = without_points(bundle, ["half"])
    assert by_id(lighter.notebook)["half-test"].metadata.nbgrader.points == 0
    assert by_id(lighter.notebook)["double-test"].metadata.nbgrader.points == 1
    assert by_id(bundle.notebook)["half-test"].metadata.nbgrader.points == 2
    assert lighter.digest != bundle.digest
    assert without_points(bundle, []) is bundle
    with pytest.raises(RulesError, match="01_lesson has no 'hlaf', perhaps half"):
        without_points(bundle, ["hlaf"])
