"""Take in what students sent back without a server: `nblib class collect LESSON FILE ...`.

`nbgrader zip_collect` would not do: it stops at a student who sent two files, refuses or deletes
what it collected before, and unpacks whatever a zip claims to hold. Here every file is collected,
is kept beside, or stays where it is, and the teacher is told which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from nbteach.classroom.create import ClassroomError
from nbteach.classroom.intake.arrivals import Arrival, Left, arrivals, opened
from nbteach.classroom.intake.identify import Senders
from nbteach.classroom.intake.names import shown
from nbteach.classroom.roster import people
from nbteach.classroom.submitted import Shelf
from nbteach.grading.course import environment, exclusive, load
from nbteach.grading.errors import explained, trouble

__all__ = ["collect"]

Say = Callable[[str], None]
_MOST_LINES = {True: 5, False: 100}  # of one student, and of nobody


def collect(
    root: Path,
    lesson: str,
    sources: Sequence[Path],
    *,
    worksheet: Path | None = None,
    say: Say = print,
) -> int:
    """Put each student's notebook where `nblib grade` finds it; return 0 if no file stayed behind.

    Args:
        root: the course folder.
        lesson: such as "02_gradient_descent".
        sources: zips from Canvas or Moodle, other zips, folders, notebooks.
        worksheet: Moodle's grading worksheet, which tells people of the same name apart.
        say: is told of every file that is not simply collected.

    Raises ClassroomError for an unknown lesson or an empty roster, ArchiveError for a source that
    is not there, and RosterError for a worksheet that cannot be read; then nothing was collected.
    """
    lessons = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in lessons:
        raise ClassroomError(f"there is no lesson {lesson!r}; the lessons are {', '.join(lessons)}")
    with explained(), environment(), ExitStack() as stack:
        course = load(root)
        stack.enter_context(exclusive(course))
        roster = people(course)
        if not roster:
            raise ClassroomError(
                "nobody is on the roster of this class yet; first `nblib class roster FILE`"
            )
        senders, shelf = Senders(roster, worksheet), Shelf(course, lesson)
        others = [name for name in lessons if name != lesson]
        found = arrivals(sources, senders, lesson, others, stack)
        behind, count = _Behind(say), Counter[str]()
        behind.tell(found.left)
        for student in sorted(found.by_student):
            theirs, left = opened(student, found, senders)
            behind.tell(left)
            if theirs:
                count[_shelved(shelf, student, theirs, say, behind)] += 1
        behind.end()
        missing = [person.id for person in roster if not shelf.has(person.id)]
    say(
        f"{lesson}: {count['new']} collected, {count['again']} replaced by a later one, "
        f"{count['same']} collected before, {behind.count} left where they are."
    )
    say(f"Nothing yet from: {', '.join(missing)}." if missing else "Everybody has handed in.")
    return int(bool(behind.count))


class _Behind:
    """Says what is left, in so few lines that they can be read."""

    def __init__(self, say: Say) -> None:
        self._say, self._lines = say, Counter[str]()
        self._unsaid: Counter[str] = Counter()
        self.count = 0

    def tell(self, left: Sequence[Left]) -> None:
        """Say what each file is, why it is left, and whose it is."""
        for item in left:
            self.count += item.files
            self._lines[item.student] += 1
            if self._lines[item.student] > _MOST_LINES[bool(item.student)]:
                self._unsaid[item.student] += item.files
            else:
                whose = f" (from {item.student})" if item.student else ""
                self._say(f"  {shown(item.path)}: {item.reason}{whose}")

    def end(self) -> None:
        """Say how many there are of which nothing was said."""
        for student, number in self._unsaid.items():
            self._say(f"  {number} more like these from {student or 'nobody on the roster'}")


def _shelved(
    shelf: Shelf, student: str, arrivals: Sequence[Arrival], say: Say, behind: _Behind
) -> str:
    """Let one student's best notebook count and keep the rest; return what became of it."""
    *rest, best = sorted(arrivals, key=lambda arrival: arrival.rank)
    try:
        others = [other for other in rest if other.upload.content != best.upload.content]
        for number, other in enumerate(others, 1):
            kept = shelf.keep(student, other.upload)
            counts, lies = shown(best.sender.file), shown(other.sender.file)
            if number <= _MOST_LINES[True]:
                say(f"  {student}: sent several; {counts} counts, {lies} is kept in {kept}")
        if len(others) > _MOST_LINES[True]:
            say(f"  {student}: {len(others) - _MOST_LINES[True]} more are kept beside these")
        outcome, remark = shelf.put(student, best.upload)
    except OSError as error:
        if trouble(error):  # of the machine, which would befall everybody
            raise
        reason = f"cannot be put where it belongs ({error.strerror}: {error.filename})"
        behind.tell([Left(best.upload.path, reason, student)])
        return "failed"
    if remark:
        say(f"  {student}: {remark}")
    if best.sender.is_late:
        say(f"  {student}: late, says Canvas")
    return outcome
