"""Send feedback back the way that the work came: `nblib class feedback LESSON FILE`."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from nbteach.classroom.create import ClassroomError
from nbteach.classroom.intake.arrivals import arrivals
from nbteach.classroom.intake.identify import Senders
from nbteach.classroom.roster import people
from nbteach.grading.course import classroom, environment, folder, load

__all__ = ["feedback"]


def feedback(
    root: Path,
    lesson: str,
    source: Path,
    *,
    worksheet: Path | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Pack the pages of all who sent something in `source`; return 0 if each of them has a page.

    The zip, `feedback-LESSON.zip` of the class, names them as Canvas or Moodle named the work,
    which is how those systems know whom to give them to.

    Args:
        root: the course folder.
        lesson: such as "02_gradient_descent".
        source: what was given to `collect`.
        worksheet: Moodle's grading worksheet, if it was needed to collect.
        say: is told who has no page.

    Raises ArchiveError for a source that is not there, RosterError for a worksheet that cannot be
    read, and ClassroomError if there is not one page.
    """
    with environment(), ExitStack() as stack:
        course = load(root)
        senders = Senders(people(course), worksheet)
        found = arrivals([source], senders, lesson, [], stack)  # `collect` has said what is left
        pages: dict[str, Path] = {}
        without = set()
        for student, theirs in found.by_student.items():
            page = folder(course, course.feedback_directory, student, lesson) / f"{lesson}.html"
            if page.is_file():
                pages[f"{theirs[0][0].reply}{lesson}.html"] = page
            else:
                without.add(student)
        if not pages:
            raise ClassroomError(f"there is no feedback yet; first `nblib grade {lesson}`")
        path = classroom(course) / f"feedback-{lesson}.zip"
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in sorted(pages.items()):
            archive.write(page, name)
    part.replace(path)
    if without:
        say(f"Without feedback yet: {', '.join(sorted(without))}.")
    say(f"{len(pages)} pages, in {path}.")
    return int(bool(without))
