"""Make the page of a lesson: `nblib similar LESSON`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from nbteach.grading.course import classroom, environment, load
from nbteach.grading.errors import GradingError
from nbteach.grading.notebooks.lesson_bundle import Bundle, load_bundle
from nbteach.report.lesson_facts import lesson_facts
from nbteach.similar.answers import Work, earlier_places, own_places, works
from nbteach.similar.fingerprints import fingerprints
from nbteach.similar.likeness import Likenesses, compare
from nbteach.similar.page import MOST_PAIRS, Findings, page
from nbteach.similar.ranking import ranking
from nbteach.similar.tokens import statements

__all__ = ["compared", "given", "similar"]


def similar(
    root: Path,
    lesson: str,
    *,
    earlier: Sequence[Path] = (),
    names: bool = False,
    output: Path | None = None,
) -> Path:
    """Compare the answers of the class that `NBLIB_CLASSROOM` names; return the page's path.

    Args:
        root: the course folder.
        lesson: such as "02_gradient_descent", as it was last built.
        earlier: folders of earlier classes, whose answers are compared with this one's.
        names: say whose the answers are.
        output: where the page goes; among the reports of the class if not given.

    Raises GradingError if there is no such lesson or no submission in one of the folders, and
    BundleError if the lesson was never built.
    """
    known = sorted(path.stem for path in (root / "solutions").glob("[0-9]*.py"))
    if lesson not in known:
        raise GradingError(f"there is no lesson {lesson!r}; the lessons are {', '.join(known)}")
    with environment():
        course = load(root)
        own = own_places(course, lesson)
    bundle = load_bundle(root, lesson)
    facts = lesson_facts(lesson, bundle.notebook)
    titles = {each.name: each.title for each in facts.exercises}
    read = [*works(bundle, [*titles], [*own, *earlier_places(earlier, lesson)])]
    found = compared(bundle, [*titles], read, len(own))
    place = classroom(course)
    path = output or place / "reports" / f"{lesson}-similar{'-names' * names}.html"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    findings = Findings(
        title=facts.title,
        lesson=lesson,
        titles=titles,
        works=read,
        num_own=len(own),
        given=given(bundle),
        found=found,
        ranking=ranking(found, len(own), MOST_PAIRS),
    )
    text = page(findings, group=place.name, today=date.today(), names=names)
    path.write_text(text, encoding="utf-8")
    return path


def compared(
    bundle: Bundle, exercises: Sequence[str], read: Sequence[Work], num_own: int
) -> Mapping[str, Likenesses]:
    """Return how alike the answers are, by exercise; those of this class come first."""
    known, people = given(bundle), [work.place.student for work in read]
    return {
        name: compare(
            [fingerprints(statements(work.answers.get(name, ""))).keys() - known for work in read],
            num_own,
            people,
        )
        for name in exercises
    }


def given(bundle: Bundle) -> frozenset[int]:
    """Return the fingerprints of all code that students were given, which nobody need write."""
    cells = (cell for cell in bundle.notebook.cells if cell.cell_type == "code")
    texts = (bundle.released[cell.id] for cell in cells)
    return frozenset(each for text in texts for each in fingerprints(statements(text), window=1))
