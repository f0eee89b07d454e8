"""References for *Case studies*, and the mistakes made in place of each."""

from nblib.oracles.case_studies.augmentations import (
    MAY_LOSE,
    audited,
    augmented,
    judged,
    positions,
)
from nblib.oracles.case_studies.baselines import (
    BASELINES,
    baselines,
    few_flowers,
)
from nblib.oracles.case_studies.choices import (
    CHOICE,
    choose,
    runs_at_limits,
    some_runs,
)
from nblib.oracles.case_studies.features import (
    HONEST,
    LEAKY,
    barely_ahead,
    filled_backwards,
    filled_forwards,
    half_at_most,
    return_later,
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
from nblib.oracles.case_studies.monitors import (
    MONITOR,
    monitor,
    some_curve,
)
from nblib.oracles.case_studies.projects import (
    ETA,
    contest,
    frozen,
    insist_on,
    played,
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
    "BASELINES",
    "CHOICE",
    "ETA",
    "FUTURES",
    "HONEST",
    "LADDER",
    "LEAKY",
    "LUCK",
    "MAY_LOSE",
    "MONITOR",
    "POLICY",
    "RECALIBRATED",
    "RECALL",
    "SKILL",
    "audited",
    "augmented",
    "barely_ahead",
    "baselines",
    "choose",
    "contest",
    "contest_of_coins",
    "decide",
    "expected_best",
    "few_flowers",
    "filled_backwards",
    "filled_forwards",
    "frozen",
    "half_at_most",
    "insist_on",
    "judged",
    "ladder",
    "looks_ahead",
    "luck",
    "majority_attack",
    "monitor",
    "played",
    "positions",
    "recalibrate",
    "recall_at_k",
    "return_later",
    "runs_at_limits",
    "shown_by",
    "skill",
    "some_curve",
    "some_patients",
    "some_predictions",
    "some_prices",
    "some_runs",
    "some_scores",
]
