"""How a submission differs from the release: phrases for the teacher's table and for its author."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.notebooks.matching import definitions
from nbteach.grading.notebooks.plan import Plan

__all__ = ["told"]


def told(plan: Plan) -> Iterator[str]:
    """Yield how the submission differs from the release in what counts for the grade."""
    marked = [name for name in plan.lesson if plan.is_marked(name)]
    present = [name for name in marked if name in plan.chosen]
    answers = [name for name in present if plan.is_answer(name)]
    yield from _phrase("missing", (n for n in marked if n not in present))
    locked = [n for n in present if n not in answers]
    restored = [n for n in locked if not plan.unchanged(n)]
    yield from _phrase("changed, restored", (n for n in restored if not plan.added(n)))
    yield from _phrase("restored, with what was added", filter(plan.added, restored))
    yield from _phrase("moved, put back", (n for n in present if n not in plan.in_order))
    kinds = ((n, plan.cells[plan.chosen[n]].kind) for n in answers)
    retyped = (n for n, kind in kinds if kind != plan.lesson[n].cell_type)
    yield from _phrase("of another type, read as code", retyped)
    yield from _phrase("again below its test, too late to count", _too_late(plan))
    yield from _phrase("there twice", (n for n in answers if len(plan.answers(n)) > 1))


def _too_late(plan: Plan) -> dict[str, None]:
    """Return the answers that a student has written, and once more right below their test.

    At home the test may have met the later one. Which of the two is meant, nobody can know.
    """
    found, answers, is_tested = dict[str, None](), list[str](), False
    for position, cell in enumerate(plan.cells):
        name = plan.stands_for.get(position, "")
        if name and is_test(plan.lesson[name]):
            is_tested = True
        elif name and plan.is_answer(name):
            answers, is_tested = [name] if is_tested else [*answers, name], False
        elif not name and is_tested and cell.kind == "code":
            names = {*definitions(cell.text)}
            released = {one: {*definitions(plan.bundle.released[one])} for one in answers}
            found |= dict.fromkeys(one for one in answers if names & released[one])
    return {name: None for name in found if name in plan.in_order}  # and not put back


def _phrase(what: str, names: Iterable[str], at_most: int = 3) -> Iterator[str]:
    listed = list(names)
    if listed:
        rest = [f"{len(listed) - at_most} more"] if len(listed) > at_most else []
        yield f"{what}: {', '.join([*listed[:at_most], *rest])}"
