"""References for *Diagnosis*, and the mistakes made in place of each: one change apart."""

from nblib.oracles.diagnosis.branches import ROOTS, SLOPE_OF_ROOTS, slope_of_roots, sum_of_roots
from nblib.oracles.diagnosis.broadcast import BROADCAST, broadcast_loss
from nblib.oracles.diagnosis.diagnosing import diagnose, insist_on_diagnoses, known, unseen
from nblib.oracles.diagnosis.first_losses import FIRST_LOSS, first_loss
from nblib.oracles.diagnosis.gradients import GRADIENTS, gradient_report, some_gradients
from nblib.oracles.diagnosis.ratios import RATIOS, some_network, update_ratios
from nblib.oracles.diagnosis.reaching import (
    LEAKS,
    REACHED,
    by_halves,
    falling,
    leaky,
    opposite,
    rows_reached,
)
from nblib.oracles.diagnosis.repairs import (
    FAULTS,
    REPAIR,
    REPAIR_STEP,
    fit,
    say_of_faults,
    some_training,
)
from nblib.oracles.diagnosis.single_batches import (
    ONE_BATCH,
    insist_on_stopping,
    one_batch,
    real,
    scripted,
)
from nblib.oracles.diagnosis.tracing import FIRST_BAD, first_bad, some_chains
from nblib.oracles.diagnosis.twins import SEEN, seen_before, some_twins

__all__ = [
    "BROADCAST",
    "FAULTS",
    "FIRST_BAD",
    "FIRST_LOSS",
    "GRADIENTS",
    "LEAKS",
    "ONE_BATCH",
    "RATIOS",
    "REACHED",
    "REPAIR",
    "REPAIR_STEP",
    "ROOTS",
    "SEEN",
    "SLOPE_OF_ROOTS",
    "broadcast_loss",
    "by_halves",
    "diagnose",
    "falling",
    "first_bad",
    "first_loss",
    "fit",
    "gradient_report",
    "insist_on_diagnoses",
    "insist_on_stopping",
    "known",
    "leaky",
    "one_batch",
    "opposite",
    "real",
    "rows_reached",
    "say_of_faults",
    "scripted",
    "seen_before",
    "slope_of_roots",
    "some_chains",
    "some_gradients",
    "some_network",
    "some_training",
    "some_twins",
    "sum_of_roots",
    "unseen",
    "update_ratios",
]
