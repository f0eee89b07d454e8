"""All that came back, sorted by who sent it: what `collect` takes in and `feedback` answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbteach.classroom.intake.archive import ArchiveError, Budget, Refusal, Upload, contents
from nbteach.classroom.intake.forms import is_dated, is_zip
from nbteach.classroom.intake.identify import Sender, Senders, Unknown
from nbteach.classroom.intake.listing import Entry, Refused, entries

__all__ = ["Arrival", "Arrivals", "Left", "arrivals", "opened"]


@dataclass(frozen=True)
class Left:
    """What stays where it is, why, and whose it is, if that is known."""

    path: str
    reason: str
    student: str = ""
    files: int = 1


@dataclass(frozen=True)
class Arrival:
    """A notebook and who sent it."""

    sender: Sender
    upload: Upload
    has_name: bool  # of the lesson

    @property
    def rank(self) -> tuple[bool, float, float, str]:
        """Of several notebooks, the one with the highest counts."""
        return self.has_name, self.upload.when, self.upload.dated, self.upload.path


@dataclass
class Arrivals:
    """The files of each student, not read yet, and what is left."""

    lesson: str
    others: Collection[str]  # lessons
    by_student: dict[str, list[tuple[Sender, Entry]]] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    def has_name(self, file: str) -> bool:
        """Whether a file is called after the lesson; raises Unknown if it is after another."""
        if self.lesson.casefold() in file.casefold():
            return True
        for other in self.others:
            if other.casefold() in file.casefold():
                raise Unknown(f"is called {other}; collect it as that lesson")
        return False


def arrivals(
    sources: Sequence[Path],
    senders: Senders,
    lesson: str,
    others: Collection[str],
    stack: ExitStack,
) -> Arrivals:
    """Sort what lies in all sources, without reading it; the stack closes them.

    Raises ArchiveError if there is no such source; one that is damaged is left, and named.
    """
    for source in sources:
        if not source.exists():
            raise ArchiveError(f"there is no file or folder {source}")
    found = Arrivals(lesson, others)
    theirs = _sent_by_one(sources, senders, lesson)
    for source in sources:
        is_theirs = source in theirs
        try:
            listed = list(entries(source, stack, is_theirs=is_theirs))
        except ArchiveError as error:
            found.left.append(Left(source.name, str(error)))
            continue
        levels = senders.levels((path for entry in listed for path in entry.readings), lesson)
        left = _sort(listed, senders, levels | {""} if is_theirs else levels, found)
        is_strange = len(left) == len(listed) and not any(item.student for item in left)
        if left and is_theirs and is_strange:
            reason = f"{left[0].reason}; if it is from several students, collect it alone"
            left = [Left(source.name, reason, files=len(left))]
        found.left += left
    _tell_apart(found)
    return found


def _sent_by_one(sources: Sequence[Path], senders: Senders, lesson: str) -> set[Path]:
    """Return the zips and folders that are each one student's.

    Where a source is named after a student, or as a system names what somebody sent, each zip is:
    `mallory.zip` beside `ada.zip` is mallory's, whatever is in it. Where a folder is, each folder.
    """
    named = [
        path
        for path in sources
        if senders.names(path.name, lesson, is_folder=path.is_dir()) and not is_dated(path.name)
    ]
    zips = {path for path in sources if named and is_zip(path.name) and not path.is_dir()}
    return zips | {path for path in sources if path.is_dir() and any(map(Path.is_dir, named))}


def _sort(
    listed: Sequence[Entry], senders: Senders, levels: Collection[str], found: Arrivals
) -> list[Left]:
    """Put each entry where it belongs; return what belongs nowhere."""
    left = []
    for entry in listed:
        reason, student = entry.reason, ""
        try:
            found.has_name(entry.path.rpartition("/")[2])
            sender = senders.of_any(entry.readings, found.lesson, levels)
            student = sender.person.id
        except Unknown as error:
            reason = reason or str(error)
        if reason:
            left.append(Left(entry.path, reason, student))
        else:
            found.by_student.setdefault(student, []).append((sender, entry))
    return left


def _tell_apart(found: Arrivals) -> None:
    """Leave what may be from two people of one name, of whom the roster has one."""
    for student, theirs in list(found.by_student.items()):
        numbers = sorted({sender.number for sender, _ in theirs if sender.number})
        if len(numbers) < 2:
            continue
        reason = (
            f"may be from {student}, or from somebody of the same name ({', '.join(numbers)}); "
            "give Moodle's worksheet, put Canvas's ID on the roster as lms_user_id, or name the "
            "file after the student's id"
        )
        found.left += [Left(entry.path, reason) for sender, entry in theirs if not sender.is_sure]
        if clear := [item for item in theirs if item[0].is_sure]:
            found.by_student[student] = clear
        else:
            del found.by_student[student]


def opened(student: str, found: Arrivals, senders: Senders) -> tuple[list[Arrival], list[Left]]:
    """Read what one student sent; return the notebooks, and what is left of the rest."""
    theirs, budget = found.by_student[student], Budget()
    good, left = [], []
    try:
        budget.take(len(theirs))
    except Refused as error:
        return [], [Left(theirs[0][1].path, f"with the others, {error}", student, len(theirs))]
    for sender, entry in theirs:
        for item in contents(entry, budget):
            try:
                if isinstance(item, Refusal):
                    raise Unknown(item.reason)
                good.append(_arrival(sender, entry, item, found, senders))
            except Unknown as error:
                left.append(Left(item.path, str(error), student))
    return good, left


def _arrival(
    sender: Sender, entry: Entry, upload: Upload, found: Arrivals, senders: Senders
) -> Arrival:
    """Look at a name once more, for inside of a zip there are others; raises Unknown."""
    if inner := upload.path[len(entry.path) + 1 :]:
        sender = replace(sender, file=inner.rpartition("/")[2])
        if not sender.number:
            senders.insist(sender.person, inner, found.lesson)
    return Arrival(sender, upload, found.has_name(sender.file))
