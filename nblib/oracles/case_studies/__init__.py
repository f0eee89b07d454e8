"""References for *Case studies*, and the mistakes made in place of each."""

from nblib.oracles.case_studies.augmentations import (
    MAY_LOSE,
    audited,
    augmented,
    judged,
    positions,
)
from nblib.oracles.case_studies.baselines import BASELINES, baselines, few_flowers
from nblib.oracles.case_studies.choices import CHOICE, choose, some_runs
from nblib.oracles.case_studies.ladders import (
    LADDER,
    contest_of_coins,
    ladder,
    majority_attack,
    shown_by,
)
from nblib.oracles.case_studies.monitors import MONITOR, monitor, some_curve
from nblib.oracles.case_studies.projects import ETA, contest, frozen, insist_on, played

__all__ = [
    "BASELINES",
    "CHOICE",
    "ETA",
    "LADDER",
    "MAY_LOSE",
    "MONITOR",
    "audited",
    "augmented",
    "baselines",
    "choose",
    "contest",
    "contest_of_coins",
    "few_flowers",
    "frozen",
    "insist_on",
    "judged",
    "ladder",
    "majority_attack",
    "monitor",
    "played",
    "positions",
    "shown_by",
    "some_curve",
    "some_runs",
]
