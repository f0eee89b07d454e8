"""What was seen of an answer that fails: its trials beside those of the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nblib.checks.compare import mismatch
from nblib.checks.trial import Input, Trial

__all__ = ["Evidence", "differ", "equal"]


@dataclass(frozen=True)
class Evidence:
    """An answer beside the reference: what both made of the same inputs."""

    answer: Callable[..., Any]
    reference: Callable[..., Any]
    inputs: Sequence[Input]
    wanted: Sequence[Trial]
    came: Sequence[Trial]
    is_wrong: Sequence[bool]  # for each input

    def wrong(self) -> Iterator[tuple[Input, Trial, Trial]]:
        """Yield the inputs at which the answer is wrong, with what was wanted and what came."""
        for on, wanted, came, is_wrong in zip(
            self.inputs, self.wanted, self.came, self.is_wrong, strict=True
        ):
            if is_wrong:
                yield on, wanted, came


def equal(came: Any, wanted: Any) -> bool:
    """Whether two results are the same, up to a float32 in between."""
    return mismatch(came, wanted, rtol=1e-4, atol=1e-6) is None


def differ(one: Trial, other: Trial) -> bool:
    """Whether two trials of one function came to different ends."""
    if one.error or other.error:
        return type(one.error) is not type(other.error)
    return mismatch(one.outcome, other.outcome, rtol=1e-9, atol=0) is not None
