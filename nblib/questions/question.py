"""One question: what can be answered, and what is said to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Question"]


@dataclass(frozen=True)
class Question:
    """Its text stands in the lesson. `says` has a sentence for each option; one is `right`."""

    right: str
    says: Mapping[str, str]
