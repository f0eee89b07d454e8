"""References for *Case studies*, and the mistakes made in place of each."""

from nblib.oracles.case_studies.features import (
    HONEST,
    LEAKY,
    filled_backwards,
    filled_forwards,
    some_prices,
)
from nblib.oracles.case_studies.futures import FUTURES, looks_ahead
from nblib.oracles.case_studies.ladders import (
    LADDER,
    contest_of_coins,
    ladder,
    majority_attack,
    shown_by,
)
from nblib.oracles.case_studies.lucky import (
    LUCK,
    expected_best,
    luck,
)
from nblib.oracles.case_studies.recalibrating import (
    RECALIBRATED,
    recalibrate,
)
from nblib.oracles.case_studies.recalls import (
    RECALL,
    recall_at_k,
    some_scores,
)
from nblib.oracles.case_studies.referrals import (
    POLICY,
    decide,
    some_patients,
)
from nblib.oracles.case_studies.skills import (
    SKILL,
    skill,
    some_predictions,
)

__all__ = [
    "FUTURES",
    "HONEST",
    "LADDER",
    "LEAKY",
    "LUCK",
    "POLICY",
    "RECALIBRATED",
    "RECALL",
    "SKILL",
    "contest_of_coins",
    "decide",
    "expected_best",
    "filled_backwards",
    "filled_forwards",
    "ladder",
    "looks_ahead",
    "luck",
    "majority_attack",
    "recalibrate",
    "recall_at_k",
    "shown_by",
    "skill",
    "some_patients",
    "some_predictions",
    "some_prices",
    "some_scores",
]
