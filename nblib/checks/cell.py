"""A test cell: it runs its body, and tells the student how that ended."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Self

from nblib.checks.errors import explain
from nblib.checks.trial import is_stub, student_line
from nblib.checks.verdict import Verdict, show
from nblib.progress import notes
from nblib.progress.hints import hint

__all__ = ["Cell", "CheckFailed"]


class CheckFailed(AssertionError):
    """An answer is not right yet. `verdict` holds all that was shown to the student."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.headline)
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        """IPython asks for this; the verdict above says more than a traceback would."""
        return [f"{type(self).__name__}: {self}"]


def _is_of_the_test(where: TracebackType | None) -> bool:
    """Whether an error was raised by the body of a test itself, and by nothing that it called."""
    body = where.tb_next if where and where.tb_frame.f_code is Cell.__call__.__code__ else where
    return body is not None and body.tb_next is None


class Cell:
    """One test cell, or one hidden part of it: it decorates the function that is its body."""

    def __init__(self, title: str, footer: str, advice: str = "", done: str = "right") -> None:
        self._title, self._footer, self._advice, self._done = title, footer, advice, done
        self._call: Callable[[], dict[str, str]] = dict  # tells what was called, if asked
        self._num_calls = self._num_comparisons = 0

    def __call__(self, body: Callable[[Self], None]) -> None:
        """Run the body of a test at once; its names are its own."""
        with self:
            body(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if error is None:
            self._pass()
        elif is_stub(error):
            said = "Write your answer above, then run this again."
            self._fail("not solved yet", diagnosis=said, is_try=False)
        elif isinstance(error, NameError) and _is_of_the_test(where):
            self._fail(
                "not defined",
                diagnosis=f"There is no `{error.name}` yet: run the cell with your answer. Did it "
                "stop with an error?",
                is_try=False,
            )
        elif isinstance(error, Exception) and not isinstance(error, CheckFailed):
            self._stopped(error, self._call())

    def _pass(self) -> None:
        count, what = self._num_calls, "call"
        if not count:
            count, what = self._num_comparisons, "comparison"
        visible = " visible" if self._advice else ""
        every = f"all {count}{visible} {what}s" if count > 1 else f"the{visible} {what}"
        footer = f"Right on {every}. {self._footer}"
        show(Verdict(True, f"{self._title}: {self._done}", footer=footer))
        notes.checked(self._title, True)

    def _fail(
        self,
        outcome: str,
        facts: dict[str, str] | None = None,
        diagnosis: str = "",
        picture: str = "",
        is_try: bool = True,
    ) -> None:
        headline = f"{self._title}: {outcome}"
        tries = notes.checked(self._title, False if is_try else None)
        footer = f"{self._footer} {hint(self._title, tries) or self._advice}".rstrip()
        verdict = Verdict(False, headline, facts or {}, diagnosis, picture, footer)
        show(verdict)
        raise CheckFailed(verdict) from None

    def _stopped(self, error: Exception, shown: dict[str, str], said: str = "") -> None:
        facts = shown | {"raised": f"{type(error).__name__}: {error}"}
        # An error that comes from another process brings its line with it.
        line = getattr(error, "student_line", None)
        line = line or student_line(traceback.extract_tb(error.__traceback__)[1:])
        self._fail("stopped with an error", facts | line, said or explain(error))
