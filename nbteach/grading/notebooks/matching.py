"""Which cell of a submission stands for which cell of the lesson.

Front ends treat the names of cells differently: older formats have no ids, a copied or split cell
keeps its mark, a pasted one may lose it. So a cell is known by its mark, else by its id, else by
its text, and an answer also by the name that it defines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.notebooks.lesson_bundle import Bundle, is_students
from nbteach.grading.notebooks.reading import StudentCell

__all__ = ["definitions", "match", "words"]


def match(bundle: Bundle, cells: Sequence[StudentCell]) -> dict[int, str]:
    """Return, by position in `cells`, the id of the lesson's cell that each one stands for.

    Several may stand for the same one. A position that is left out is the student's own cell.
    """
    lesson, released = bundle.notebook.cells, bundle.released
    marked = (cell for cell in lesson if "nbgrader" in cell.metadata)
    marks = {cell.metadata.nbgrader.grade_id: cell.id for cell in marked}
    found = {i: marks[cell.grade_id] for i, cell in enumerate(cells) if cell.grade_id in marks}
    _add(found, [cell.id for cell in cells], ((name, name) for name in released))
    _add(found, [words(cell.text) for cell in cells], ((words(released[n]), n) for n in released))
    answers = [cell.id for cell in lesson if is_students(cell)]
    defined = ((name, answer) for answer in answers for name in definitions(released[answer]))
    firsts = [next(iter(definitions(cell.text)), "") * (cell.kind == "code") for cell in cells]
    _add(found, firsts, defined)
    _add_elsewhere(found, cells, bundle, answers)
    return found


def _add_elsewhere(
    found: dict[int, str], cells: Sequence[StudentCell], bundle: Bundle, answers: Iterable[str]
) -> None:
    """Let a cell above a stub, or below its test, stand for the answer, if it defines the same.

    At home cells run in any order. Between stub and test, a cell of the student's own stays there.
    """
    tests = {cell.id for cell in bundle.notebook.cells if is_test(cell)}
    own = {i: {*definitions(cell.text)} for i, cell in enumerate(cells) if cell.kind == "code"}
    for answer in answers:
        stubs = [i for i, name in found.items() if name == answer]
        released = bundle.released[answer]
        if not stubs or any(words(cells[i].text) != words(released) for i in stubs):
            continue
        end = min((i for i in found if i > stubs[0] and found[i] in tests), default=len(cells))
        names = {*definitions(released)}
        written = [i for i in own if i not in found and own[i] & names]
        written = [i for i in written if words(cells[i].text) != words(released)]
        if written and not any(stubs[0] < i < end for i in written):
            found[written[-1]] = answer


def _add(found: dict[int, str], keys: Sequence[str], known: Iterable[tuple[str, str]]) -> None:
    """Let each cell that stands for none yet stand for one of its key that is not found yet."""
    taken, free = set(found.values()), defaultdict[str, list[str]](list)
    for key, name in known:
        if name not in taken:
            free[key].append(name)
    for position, key in enumerate(keys):
        if position not in found and free.get(key):
            found[position] = free[key].pop(0)


def definitions(text: str) -> list[str]:
    """Return the names of the functions and classes that a cell defines, without parsing it.

    >>> definitions("class Net:\\n    def forward(self): ...\\ndef train(net): ...")
    ['Net', 'train']
    """
    return re.findall(r"^(?:async def|def|class)[ \t]+(\w+)", text, re.MULTILINE)


def words(text: str) -> str:
    """Return a text without what editors and formatters change: spaces at ends, empty lines."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
