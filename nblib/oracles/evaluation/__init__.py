"""References for *Evaluation*, and the mistakes made in place of each: one change apart."""

from nblib.oracles.chance import drawn_by_the_generator, moves_on
from nblib.oracles.evaluation.alarms import (
    ALARMS,
    answered,
    false_alarms,
    follow_data_sets,
    mcnemar_on_one_split,
    plain_t,
)
from nblib.oracles.evaluation.bootstraps import follow_bootstrap, paired_bootstrap
from nblib.oracles.evaluation.calibration import (
    ECE,
    TEMPERATURE,
    TEMPERATURE_FAR,
    ece,
    fit_temperature,
    guesses,
)
from nblib.oracles.evaluation.explaining import say_of_facts, say_of_windows
from nblib.oracles.evaluation.folding import FOLDS, facts_of_folds, folds
from nblib.oracles.evaluation.grouping import (
    FORWARD,
    GROUPED,
    forward_chaining,
    grouped,
    whole_groups,
    windows,
)
from nblib.oracles.evaluation.intervals import WILSON, wilson
from nblib.oracles.evaluation.mcnemars import MCNEMAR, judged, mcnemar
from nblib.oracles.evaluation.strata import STRATIFIED, facts_of_strata, stratified
from nblib.oracles.evaluation.t_tests import CORRECTED_T, corrected_t

__all__ = [
    "ALARMS",
    "CORRECTED_T",
    "ECE",
    "FOLDS",
    "FORWARD",
    "GROUPED",
    "MCNEMAR",
    "STRATIFIED",
    "TEMPERATURE",
    "TEMPERATURE_FAR",
    "WILSON",
    "answered",
    "corrected_t",
    "drawn_by_the_generator",
    "ece",
    "facts_of_folds",
    "facts_of_strata",
    "false_alarms",
    "fit_temperature",
    "folds",
    "follow_bootstrap",
    "follow_data_sets",
    "forward_chaining",
    "grouped",
    "guesses",
    "judged",
    "mcnemar",
    "mcnemar_on_one_split",
    "moves_on",
    "paired_bootstrap",
    "plain_t",
    "say_of_facts",
    "say_of_windows",
    "stratified",
    "whole_groups",
    "wilson",
    "windows",
]
