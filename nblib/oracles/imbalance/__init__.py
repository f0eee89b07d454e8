"""References for *Imbalance*, and the mistakes that are made in place of each: one change apart."""

from nblib.oracles.chance import drawn_by_the_generator
from nblib.oracles.imbalance.areas import AUC, AVERAGE_PRECISION, TIES, average_precision, roc_auc
from nblib.oracles.imbalance.counts import (
    CONFUSION,
    MACRO_F1,
    RATIOS,
    UNDEFINED,
    confusion,
    macro_f1,
    ratios,
)
from nblib.oracles.imbalance.drawing import (
    DRAWN_SHARES,
    balanced_indices,
    drawn_alike,
)
from nblib.oracles.imbalance.ensembles import ENSEMBLE, balanced_ensemble, follow_members
from nblib.oracles.imbalance.focal import (
    FOCAL,
    FOCAL_ENDS,
    FOCAL_SLOPE,
    STARTING_BIAS,
    focal_loss,
    focal_slope,
    starting_bias,
)
from nblib.oracles.imbalance.scoring import HONEST_SCORES, LEAKS, honest_scores, what_leaks
from nblib.oracles.imbalance.thresholds import (
    THRESHOLD,
    THRESHOLD_COST,
    choose_threshold,
    priced_examples,
)
from nblib.oracles.imbalance.weighting import (
    CLASS_WEIGHTS,
    POSITIVE_WEIGHT,
    PRIOR,
    class_weights,
    correct_prior,
    positive_weight,
)

__all__ = [
    "AUC",
    "AVERAGE_PRECISION",
    "CLASS_WEIGHTS",
    "CONFUSION",
    "DRAWN_SHARES",
    "ENSEMBLE",
    "FOCAL",
    "FOCAL_ENDS",
    "FOCAL_SLOPE",
    "HONEST_SCORES",
    "LEAKS",
    "MACRO_F1",
    "POSITIVE_WEIGHT",
    "PRIOR",
    "RATIOS",
    "STARTING_BIAS",
    "THRESHOLD",
    "THRESHOLD_COST",
    "TIES",
    "UNDEFINED",
    "average_precision",
    "balanced_ensemble",
    "balanced_indices",
    "choose_threshold",
    "class_weights",
    "confusion",
    "correct_prior",
    "drawn_alike",
    "drawn_by_the_generator",
    "focal_loss",
    "focal_slope",
    "follow_members",
    "honest_scores",
    "macro_f1",
    "positive_weight",
    "priced_examples",
    "ratios",
    "roc_auc",
    "starting_bias",
    "what_leaks",
]
