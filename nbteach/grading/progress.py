"""How far the grading is: a bar with counts and time left, or lines where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

__all__ = ["progress"]


@contextmanager
def progress(total: int, say: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with each student who is done."""
    shows_bar = sys.stderr.isatty()
    with tqdm(total=total, unit="submission", disable=not shows_bar, dynamic_ncols=True) as bar:
        done = 0

        def step(student: str) -> None:
            nonlocal done
            done += 1
            bar.update()
            if not shows_bar:
                say(f"{done}/{total} {student}")

        yield step
