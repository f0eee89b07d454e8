"""A worked solution beside the student's own: once the exercise is solved or the deadline past."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from nblib import front_end
from nblib.progress import notes, store
from nblib.progress.answers import Given, given
from nblib.progress.beside import code_lines, differences, last_defined
from nblib.progress.course import Exercise, Lesson, exercises_named, lessons
from nblib.progress.show import box
from nblib.progress.standing import standing

__all__ = ["worked"]

_NOBODY = "Where somebody works in this notebook, this cell shows a worked solution beside theirs."
_NOT_RUN = "No cell that ran in this session defines yours: run it, then this one again."
_UNCHECKED = "The check has not passed on yours as it is now: run it again."
_FOOTER = (
    "Counted below the signature, without comments and docstrings; a comprehension is a loop. The "
    "lesson's answer is one way among several."
)


def worked(name: str) -> None:
    """Show the worked solution of a solved exercise beside the student's own, and what differs.

    `name` is the exercise's title or its grade_id, such as "Momentum" or "momentum". Of what is
    still open nothing is shown before the teacher's deadline, if there is one; nor ever of what
    the teacher gives no solution to.
    """
    found = exercises_named(name)
    here = [each for each in found if each[0] == notes.here()]
    if not store.is_kept():
        _say(_NOBODY)
    elif not found:
        _say(_unknown(name))
    elif len(here or found) > 1:
        keys = " or ".join(f'"{exercise.key}"' for _, exercise in found)
        _say(f"More than one lesson has an exercise of this name: write {keys}.")
    else:
        _open(*(here or found)[0])


def _say(sentence: str) -> None:
    front_end.show(sentence, box([escape(sentence)]))


def _unknown(name: str) -> str:
    known = {each.casefold(): each for it in lessons() for ex in it.exercises for each in ex.names}
    near = difflib.get_close_matches(name.casefold(), known, n=1)
    ask = f'Is it "{known[near[0]]}"?' if near else "Its title, as on its card, will do."
    return f'The course has no exercise "{name}". {ask}'


def _open(lesson: Lesson, exercise: Exercise) -> None:
    title = exercise.names[1]
    is_solved = exercise.key in standing(lessons(), store.read().facts).solved
    try:
        known = given(lesson.name, Path.cwd())
    except ValueError as error:
        _say(str(error))
        return
    solution = known.answers.get(exercise.names[0])
    if not is_solved and not (known.is_for_all and solution):
        _say(_closed(title, exercise, known))
    elif solution is None:
        _say(
            f"{title} is solved. There is no worked solution to show: your teacher has given none "
            f"for {lesson.title}, and there is no folder solutions/ around this notebook."
        )
    else:
        _compare(exercise, solution, front_end.executed())


def _closed(title: str, exercise: Exercise, known: Given) -> str:
    each = "its check has" if len(exercise.checks) == 1 else "all its checks have"
    is_to_come = known.deadline and not known.is_for_all
    when = f", or after {known.deadline:%A, %d %B %Y, %H:%M}" if is_to_come else ""
    return f"{title} is still open: a worked solution opens once {each} passed{when}."


def _compare(exercise: Exercise, solution: str, cells: Sequence[str]) -> None:
    own, at = last_defined(solution, cells)
    if own:
        is_right = notes.is_right(exercise) and _ran(exercise, cells[at + 1 :])
        right = "Both are right on all that the check shows." if is_right else _UNCHECKED
        said = [right, *differences(own, solution)]
    else:
        said = [_NOT_RUN]
    columns = {"Yours": own, "The lesson's": solution}
    _show(exercise.names[1], {whose: code for whose, code in columns.items() if code}, said)


def _ran(exercise: Exercise, cells: Sequence[str]) -> bool:
    """Whether each check of an exercise is in one of some cells."""
    return all(
        any(f'checks.exercise("{title}"' in cell for cell in cells) for title in exercise.checks
    )


def _show(title: str, columns: dict[str, str], said: Sequence[str]) -> None:
    headline, footer = f"{title}: a worked solution", [_FOOTER] if len(columns) > 1 else []
    text = [headline, *said, *footer]
    for whose, code in columns.items():
        text += ["", f"{whose}:", "", code]
    parts = [
        f"<strong>{escape(headline)}</strong>",
        f"<p style='margin:.4em 0'>{_marked(' '.join(said))}</p>",
        f"<div style='display:flex;flex-wrap:wrap;gap:.2em 1.6em'>{''.join(_html(columns))}</div>",
        *(f"<p style='margin:.6em 0 .4em;opacity:.75'>{sentence}</p>" for sentence in footer),
    ]
    front_end.show("\n".join(text), box(parts))


def _html(columns: dict[str, str]) -> Iterator[str]:
    """Yield columns that come to stand one below the other where the page is narrow."""
    for whose, code in columns.items():
        full, lines = code_lines(code), enumerate(escape(code).split("\n"), 1)
        shown = "\n".join(
            line if at in full else f"<span style='opacity:.7'>{line}</span>" for at, line in lines
        )
        yield (
            "<div style='flex:1 1 24em;min-width:0;max-width:100%'>"
            f"<p style='margin:.4em 0 .2em;opacity:.75'>{whose}</p>"
            "<pre tabindex='0' style='overflow-x:auto;white-space:pre;margin:0;padding:.5em .7em;"
            "border:1px solid var(--jp-border-color2, currentColor);"
            "font-size:.9em;line-height:1.35'>"
            f"{shown}</pre></div>"
        )


def _marked(sentence: str) -> str:
    """Return a sentence with what stands between backticks as code."""
    pieces = escape(sentence).split("`")
    return "".join(f"<code>{each}</code>" if at % 2 else each for at, each in enumerate(pieces))
