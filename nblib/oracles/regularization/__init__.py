"""Right answers to the exercises of *Regularization*, and the mistakes that are made in them."""

from nblib.oracles.regularization.audit import LABEL_CHANGES, label_changes
from nblib.oracles.regularization.augmentation import (
    ENLARGE,
    WARP,
    enlarge,
    enlarged,
    turn_and_zoom,
)
from nblib.oracles.regularization.jittering import all_three, crops, jitter, light, noise
from nblib.oracles.regularization.jittering_mistakes import ALL_THREE, CROP, LIGHT, NOISE
from nblib.oracles.regularization.masks import (
    DROPOUT_IN_TRAINING,
    DROPOUT_IN_USE,
    dropout,
    dropped,
)
from nblib.oracles.regularization.measure import insist_on_form, insist_on_going_on
from nblib.oracles.regularization.networks import (
    insist_on_holding_back,
    insist_on_knowing,
    insist_on_network,
    noisy_digits,
)
from nblib.oracles.regularization.overfitting import (
    FIND_PEAK,
    SHORTEST_FIT,
    find_peak,
    peak_of,
    shortest_fit,
)
from nblib.oracles.regularization.penalties import (
    DECAY_STEP,
    L1_STEP,
    WEIGHT_NORM,
    decay_step,
    l1_step,
    weight_norm,
)
from nblib.oracles.regularization.smoothing import (
    LABEL_SMOOTHING,
    smoothed_cross_entropy,
    smoothed_slope,
)
from nblib.oracles.regularization.stopping import (
    WHAT,
    WHEN,
    insist_on_adding,
    kept,
    stopped,
    train_until_it_stalls,
)
from nblib.oracles.regularization.translation import (
    BACK_TRANSLATION,
    back_translate,
    many_banks,
    many_lights,
)

__all__ = [
    "ALL_THREE",
    "BACK_TRANSLATION",
    "CROP",
    "DECAY_STEP",
    "DROPOUT_IN_TRAINING",
    "DROPOUT_IN_USE",
    "ENLARGE",
    "FIND_PEAK",
    "L1_STEP",
    "LABEL_CHANGES",
    "LABEL_SMOOTHING",
    "LIGHT",
    "NOISE",
    "SHORTEST_FIT",
    "WARP",
    "WEIGHT_NORM",
    "WHAT",
    "WHEN",
    "all_three",
    "back_translate",
    "crops",
    "decay_step",
    "dropout",
    "dropped",
    "enlarge",
    "enlarged",
    "find_peak",
    "insist_on_adding",
    "insist_on_form",
    "insist_on_going_on",
    "insist_on_holding_back",
    "insist_on_knowing",
    "insist_on_network",
    "jitter",
    "kept",
    "l1_step",
    "label_changes",
    "light",
    "many_banks",
    "many_lights",
    "noise",
    "noisy_digits",
    "peak_of",
    "shortest_fit",
    "smoothed_cross_entropy",
    "smoothed_slope",
    "stopped",
    "train_until_it_stalls",
    "turn_and_zoom",
    "weight_norm",
]
