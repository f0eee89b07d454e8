"""The way of each submission, from its file to its feedback; what is done already is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from nbteach.grading.course import classroom, gradebook, results_folder
from nbteach.grading.errors import trouble
from nbteach.grading.execution import Execution, Fault
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.reader import rebuild
from nbteach.grading.notebooks.rebuild import Unreadable
from nbteach.grading.pages import remarks
from nbteach.grading.pages.feedback import Printer
from nbteach.grading.policy import lateness, timestamps
from nbteach.grading.policy.facts import facts
from nbteach.grading.records import attention
from nbteach.grading.records.audit import Entry
from nbteach.grading.records.journal import Journal
from nbteach.grading.records.recorder import Recorder, autograded, take_back
from nbteach.grading.records.replay import facts_of
from nbteach.grading.records.result_store import Store, key, key_of
from nbteach.grading.records.scores import Marks, differing, marks
from nbteach.grading.records.submissions import Submission, insist_on_files
from nbteach.grading.summary import Result

__all__ = ["Pipeline"]


@dataclass(frozen=True)
class _Case:
    """A submission that can be run, and the name of its result."""

    submission: Submission
    key: str
    told: tuple[str, ...]


class Pipeline:
    """Takes submissions through all steps, in one process; running and printing happen elsewhere.

    `results` and `entries` (for the audit) are complete after `finish`.
    """

    def __init__(
        self,
        course: CourseDirectory,
        bundle: Bundle,
        limits: Limits,
        printing: Printer,
        step: Callable[[str], None],
    ) -> None:
        self.results: list[Result] = []
        self.entries: list[Entry] = []
        self.store = Store(results_folder(course))
        self._course, self._bundle, self._limits = course, bundle, limits
        self._printing, self._step = printing, step
        self._journal = Journal(classroom(course) / "journal.jsonl")
        self._book = gradebook(course)
        self._recorder = Recorder(course, self._book, bundle.lesson)
        self._held = marks(self._book, bundle.lesson)
        self._recorded = attention.recorded(self._journal, bundle.lesson)
        self._running: dict[str, _Case] = {}  # by student
        self._same: dict[str, list[_Case]] = {}  # by key, who waits for what runs already
        self._ready: list[_Case] = []

    def missing(self, submissions: Iterable[Submission]) -> Iterator[tuple[str, NotebookNode]]:
        """Yield, by student, the notebooks that have no result yet."""
        for submission in submissions:
            try:
                insist_on_files(submission.folder)
                path = submission.folder / f"{self._bundle.lesson}.ipynb"
                rebuilt = rebuild(self._bundle, path)
            except Unreadable as error:
                self._without_grade(submission, str(error))
                continue
            name = key(rebuilt.notebook, self._bundle.digest, self._limits)
            told = (*rebuilt.told, *timestamps.remark(submission.folder))
            case = _Case(submission, name, told)
            if name in self._same:
                self._same[name].append(case)
            elif self.store.get(name):
                self._ready.append(case)
            else:
                self._running[submission.student], self._same[name] = case, []
                yield submission.student, rebuilt.notebook

    def accept(self, student: str, outcome: Execution | Fault) -> None:
        """Keep what came of running a notebook, and record what can be recorded."""
        case = self._running.pop(student)
        cases = [case, *self._same.pop(case.key)]
        if isinstance(outcome, Fault):
            reason = f"no grade: the grader failed ({outcome.reason}); run the same command again"
            for each in cases:
                self._without_grade(each.submission, reason)
        else:
            self.store.put(case.key, outcome)
            self._ready += cases
        self._record_ready()

    def finish(self) -> None:
        """Record the rest, and wait for the feedback."""
        self._record_ready()
        self._printing.finish()
        self._book.close()

    def _record_ready(self) -> None:
        while self._ready:
            case = self._ready.pop(0)
            try:
                held, note = self._record(case)
            except Exception as error:  # whatever one submission may bring about, the others go on
                if trouble(error):
                    raise
                self._without_grade(case.submission, remarks.failure(error))
                continue
            student = case.submission.student
            self._printing.print(student, held)
            score = None if held.score is None else max(0.0, held.score - held.penalty)
            self._end(case.submission, case.key, Result(student, score, note))

    def _record(self, case: _Case) -> tuple[Marks, str]:
        """Bring a result into the gradebook; return what it holds then, and what to say of it."""
        student, lesson = case.submission.student, self._bundle.lesson
        execution = self.store.get(case.key)
        if execution is None:
            raise LookupError("the result has gone from the store")
        held = self._held.get(student, Marks())
        shown, to_tell = autograded(self._course, lesson, student), self._facts(student)
        is_shown = key_of(shown) == case.key and facts_of(shown) == to_tell
        if is_new := not is_shown or bool(differing(execution.tests, held)):
            self._recorder.record(student)
            self._book.db.expire_all()
            if any(mark.extra for mark in held.tests.values()):
                attention.look_again(self._book, lesson, student)
        if lateness.charge(self._book, self._course, lesson, student) or is_new:
            held = marks(self._book, lesson, student)[student]
        exercises = [*dict.fromkeys(map(remarks.exercise_of, held.tests))]
        said = remarks.outcome(
            execution,
            unsolved=[name for name in exercises if name in held.untouched],
            lost=[name for name in exercises if name in {*map(remarks.exercise_of, held.lost)}],
        )
        first = lateness.remarks(self._book, self._course, lesson, student)
        last = self._attention(case.submission, held)
        self._note(case, held)
        return held, "; ".join([*first, *case.told, *said, *last])

    def _facts(self, student: str) -> list[str]:
        return facts(self._book, self._course, self._bundle.lesson, student)

    def _attention(self, submission: Submission, held: Marks) -> list[str]:
        """Return what the teacher must know of marks by hand, and of points before."""
        student = submission.student
        current = {"submission": submission.digest, "bundle": self._bundle.digest}
        entries = self._recorded[student]
        fell = attention.compared(
            self._course, self._bundle.lesson, student, held.auto, current, entries
        )
        return [*fell, *attention.by_hand(held)]

    def _note(self, case: _Case, held: Marks) -> None:
        """Write into the journal what was recorded, unless it is there already."""
        entries = self._recorded[case.submission.student]
        entry = {
            "event": "recorded",
            "student": case.submission.student,
            "lesson": self._bundle.lesson,
            "submission": case.submission.digest,
            "bundle": self._bundle.digest,
            "key": case.key,
            "points": held.auto,
        }
        if not entries or any(entries[-1].get(name) != it for name, it in entry.items()):
            self._journal.add(**entry)
            entries.append(entry)

    def _without_grade(self, submission: Submission, reason: str) -> None:
        student, lesson = submission.student, self._bundle.lesson
        take_back(self._course, lesson, student)
        held = marks(self._book, lesson, student).get(student, Marks())
        note = "; ".join([reason, *self._attention(submission, held)])
        self._end(submission, None, Result(student, None, note))

    def _end(self, submission: Submission, key: str | None, result: Result) -> None:
        self.results.append(result)
        self.entries.append(Entry(submission, key))
        self._step(submission.student)
