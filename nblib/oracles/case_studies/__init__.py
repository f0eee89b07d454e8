"""References for *Case studies*, and the mistakes made in place of each."""

from nblib.oracles.case_studies.ladders import (
    LADDER,
    contest_of_coins,
    ladder,
    majority_attack,
    shown_by,
)

__all__ = ["LADDER", "contest_of_coins", "ladder", "majority_attack", "shown_by"]
