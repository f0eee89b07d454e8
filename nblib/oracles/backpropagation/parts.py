"""Some parts of a result alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["parts"]


def parts(which: Sequence[int], *args: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a play that compares some parts of a result alone, by their places."""

    def play(answer: Callable[..., Any]) -> Any:
        result = answer(*args)
        if not isinstance(result, list | tuple) or len(result) <= max(which):
            return result
        return [result[place] for place in which]

    return play
