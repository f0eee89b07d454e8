"""References for *Compression*, and the mistakes in place of each: one change apart."""

from nblib.oracles.compression.budgets import LINE, follow_budget, shuffled_digits
from nblib.oracles.compression.codes import CODES, off_the_edges, quantize
from nblib.oracles.compression.factors import FACTORS, low_rank, product_of, spectrum
from nblib.oracles.compression.integers import INTEGERS, coded_layer, int8_linear, wide_layer
from nblib.oracles.compression.masks import MASKS, magnitude_masks, masks_of, unequal_layers
from nblib.oracles.compression.softened import (
    DISTILLED,
    SLOPES,
    distillation_loss,
    logits_of_two,
    slope_of_distillation,
)
from nblib.oracles.compression.straight_through import (
    AWARE,
    aware_loss,
    rounded_rows,
    scores_to_round,
    with_gradient,
)
from nblib.oracles.compression.tickets import TICKET, lottery, winning_ticket
from nblib.oracles.compression.tuning import TUNED, bowl, tune_pruned
from nblib.oracles.compression.units import UNITS, remove_units, two_layers

__all__ = [
    "AWARE",
    "CODES",
    "DISTILLED",
    "FACTORS",
    "INTEGERS",
    "LINE",
    "MASKS",
    "SLOPES",
    "TICKET",
    "TUNED",
    "UNITS",
    "aware_loss",
    "bowl",
    "coded_layer",
    "distillation_loss",
    "follow_budget",
    "int8_linear",
    "logits_of_two",
    "lottery",
    "low_rank",
    "magnitude_masks",
    "masks_of",
    "off_the_edges",
    "product_of",
    "quantize",
    "remove_units",
    "rounded_rows",
    "scores_to_round",
    "shuffled_digits",
    "slope_of_distillation",
    "spectrum",
    "tune_pruned",
    "two_layers",
    "unequal_layers",
    "wide_layer",
    "winning_ticket",
    "with_gradient",
]
