"""References for *Training strategies*, and the mistakes in place of each: one change apart."""

from nblib.oracles.chance import drawn_by_the_generator, moves_on
from nblib.oracles.training_strategies.averages import EMA, ema
from nblib.oracles.training_strategies.barriers import BARRIER, barrier, landscape
from nblib.oracles.training_strategies.curricula import SHOWN, seen_at, shown
from nblib.oracles.training_strategies.held_out import HELD_OUT, held_out_losses, of_a_class
from nblib.oracles.training_strategies.plans import PLANS, growing_batches, whole_sizes
from nblib.oracles.training_strategies.rounding import (
    BY_LOT,
    between,
    facts_of_rounding,
    round_by_lot,
    say_of_rounding,
)
from nblib.oracles.training_strategies.statistics import (
    MEANS,
    STATISTICS,
    mean_network,
    parameters_of,
    random_networks,
    statistics_of,
)
from nblib.oracles.training_strategies.verdicts import (
    VERDICTS,
    judged,
    small_trainings,
    tied,
    verdicts,
)
from nblib.oracles.training_strategies.walks import AVERAGED_SGD, FROM_0, averaged_sgd, walk

__all__ = [
    "AVERAGED_SGD",
    "BARRIER",
    "BY_LOT",
    "EMA",
    "FROM_0",
    "HELD_OUT",
    "MEANS",
    "PLANS",
    "SHOWN",
    "STATISTICS",
    "VERDICTS",
    "averaged_sgd",
    "barrier",
    "between",
    "drawn_by_the_generator",
    "ema",
    "facts_of_rounding",
    "growing_batches",
    "held_out_losses",
    "judged",
    "landscape",
    "mean_network",
    "moves_on",
    "of_a_class",
    "parameters_of",
    "random_networks",
    "round_by_lot",
    "say_of_rounding",
    "seen_at",
    "shown",
    "small_trainings",
    "statistics_of",
    "tied",
    "verdicts",
    "walk",
    "whole_sizes",
]
