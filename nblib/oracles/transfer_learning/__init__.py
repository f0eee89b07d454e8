"""Right answers to the exercises of *Transfer learning*, and the mistakes that are made in them.

A mistake is the right answer with one change. Networks are computed by `nblib.oracles.convnet`,
from their states alone.
"""

from nblib.oracles.convnet import probe_then_tune
from nblib.oracles.transfer_learning.common import draw_network
from nblib.oracles.transfer_learning.crossings import PAYS, pays_up_to
from nblib.oracles.transfer_learning.features import (
    BITS,
    FEATURES,
    bits,
    extract_features,
    features_alone,
)
from nblib.oracles.transfer_learning.forgetting import (
    FORGOTTEN,
    decided,
    draw_forgetting,
    forgetting,
)
from nblib.oracles.transfer_learning.groups import GROUPS, parameter_groups
from nblib.oracles.transfer_learning.loading import GOOD, REFUSED, TAKEN, fitted_state, refusal
from nblib.oracles.transfer_learning.probes import (
    PROBE,
    SHAPES,
    centred,
    lengths,
    probabilities,
    shapes,
    train_probe,
)
from nblib.oracles.transfer_learning.shots import SHOTS, draw_few, facts_of_draws
from nblib.oracles.transfer_learning.sources import SOURCE, draw_examples, nearest_mean_accuracy
from nblib.oracles.transfer_learning.statistics import MOVES, settled, what_moves
from nblib.oracles.transfer_learning.tuning import (
    CHANGED,
    FIRST,
    IDLE,
    MOVED,
    THEN,
    changed,
    head,
    idle,
    moved_parts,
)

__all__ = [
    "BITS",
    "CHANGED",
    "FEATURES",
    "FIRST",
    "FORGOTTEN",
    "GOOD",
    "GROUPS",
    "IDLE",
    "MOVED",
    "MOVES",
    "PAYS",
    "PROBE",
    "REFUSED",
    "SHAPES",
    "SHOTS",
    "SOURCE",
    "TAKEN",
    "THEN",
    "bits",
    "centred",
    "changed",
    "decided",
    "draw_examples",
    "draw_few",
    "draw_forgetting",
    "draw_network",
    "extract_features",
    "facts_of_draws",
    "features_alone",
    "fitted_state",
    "forgetting",
    "head",
    "idle",
    "lengths",
    "moved_parts",
    "nearest_mean_accuracy",
    "parameter_groups",
    "pays_up_to",
    "probabilities",
    "probe_then_tune",
    "refusal",
    "settled",
    "shapes",
    "train_probe",
    "what_moves",
]
