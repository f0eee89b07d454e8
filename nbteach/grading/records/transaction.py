"""One transaction for all that nbgrader writes of a submission.

nbgrader opens the gradebook anew in each of its steps and commits after each cell: 8 connections
and 50 commits, each of which waits for the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader.api import Gradebook

__all__ = ["commit", "one_transaction"]


@contextmanager
def one_transaction(book: Gradebook) -> Iterator[None]:
    """Let every gradebook that is opened meanwhile be this one, and commit nothing.

    What was not committed by `commit` is rolled back in the end.
    """

    def attach(self: Gradebook, *_: object, **__: object) -> None:
        vars(self).update(vars(book))

    book.db.rollback()  # what was read before may have changed
    kept: dict[str, Any] = {name: getattr(Gradebook, name) for name in ("__init__", "close")}
    book.db.commit = book.db.flush
    Gradebook.__init__, Gradebook.close = attach, lambda self: None
    try:
        yield
    finally:
        for name, method in kept.items():
            setattr(Gradebook, name, method)
        del book.db.commit
        book.db.rollback()


def commit(book: Gradebook) -> None:
    """Bring what was written so far to the disk."""
    type(book.db).commit(book.db)
