"""Take in what students sent back without a server: `nblib class collect LESSON FILE ...`.

`nbgrader zip_collect` would not do: it stops at a student who sent two files, refuses or deletes what
it collected before, and unpacks whatever a zip claims to hold. Here every file is collected, is kept
beside, or stays where it is, and the teacher is told which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbteach.classroom.archive import Refusal, Upload, uploads
from nbteach.classroom.create import ClassroomError
from nbteach.classroom.roster import people
from nbteach.classroom.identify import Sender, Senders, Unknown
from nbteach.classroom.submitted import Shelf
from nbteach.grading.course import environment, exclusive, load
from nbteach.grading.errors import explained

__all__ = ["collect"]

Say = Callable[[str], None]


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

    Raises ClassroomError for an unknown lesson or an empty roster, and ArchiveError or RosterError
    for a source or a worksheet that cannot be read; of that source, nothing was collected.
    """
    lessons = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in lessons:
        raise ClassroomError(f"there is no lesson {lesson!r}; the lessons are {', '.join(lessons)}")
    with explained(), environment():
        course = load(root)
        with exclusive(course):
            roster = people(course)
            if not roster:
                raise ClassroomError(
                    "nobody is on the roster of this class yet; first `nblib class roster FILE`"
                )
            senders, shelf = Senders(roster, worksheet), Shelf(course, lesson)
            others = {name for name in lessons if name != lesson}
            count: Counter[str] = Counter()
            for source in sources:
                arrivals = _sorted(source, lesson, others, senders, say, count)
                for student, theirs in sorted(arrivals.items()):
                    count[_shelve(shelf, student, theirs, say)] += 1
            missing = [person.id for person in roster if not shelf.has(person.id)]
    say(
        f"{lesson}: {count['new']} collected, {count['again']} replaced by a later one, "
        f"{count['same']} collected before, {count['refused']} left where they are."
    )
    say(f"Nothing yet from: {', '.join(missing)}." if missing else "Everybody has handed in.")
    return int(bool(count["refused"]))


@dataclass(frozen=True)
class _Arrival:
    sender: Sender
    upload: Upload
    has_name: bool  # of the lesson

    @property
    def rank(self) -> tuple[bool, float, str]:
        """Of several notebooks, the one with the highest counts."""
        return self.has_name, self.upload.when, self.upload.path


def _sorted(
    source: Path,
    lesson: str,
    others: Collection[str],
    senders: Senders,
    say: Say,
    count: Counter[str],
) -> dict[str, list[_Arrival]]:
    """Return what a source holds, by student; say what stays behind."""
    arrivals: dict[str, list[_Arrival]] = {}
    for found in uploads(source):
        try:
            if isinstance(found, Refusal):
                raise Unknown(found.reason)
            sender = senders.of(found.path, lesson)
            has_name = lesson in sender.file
            for other in others:
                if other in sender.file and not has_name:
                    raise Unknown(f"is called {other}; collect it as that lesson")
        except Unknown as error:
            count["refused"] += 1
            say(f"  {_shown(found.path)}: {error}")
        else:
            arrivals.setdefault(sender.person.id, []).append(_Arrival(sender, found, has_name))
    return arrivals


def _shelve(shelf: Shelf, student: str, arrivals: Sequence[_Arrival], say: Say) -> str:
    """Let one student's best notebook count and keep the rest; return what became of it."""
    *rest, best = sorted(arrivals, key=lambda arrival: arrival.rank)
    for other in rest:
        if other.upload.content != best.upload.content:
            kept = shelf.keep(student, other.upload)
            counts, lies = _shown(best.sender.file), _shown(other.sender.file)
            say(f"  {student}: sent several; {counts} counts, {lies} is kept in {kept}")
    outcome, remark = shelf.put(student, best.upload)
    if remark:
        say(f"  {student}: {remark}")
    if best.sender.is_late:
        say(f"  {student}: late, says Canvas")
    return outcome


def _shown(name: str) -> str:
    """Return a name so that it can do nothing to a terminal."""
    return name if name.isprintable() else ascii(name)
