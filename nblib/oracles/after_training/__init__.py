"""References for *After training*, and the mistakes made in place of each: one change apart."""

from nblib.oracles.after_training.abstaining import (
    ABSTAINING,
    some_answers,
    some_just_good_enough,
    threshold,
)
from nblib.oracles.after_training.many_tests import (
    ALARMS_BH,
    ALARMS_FAMILY,
    alarms,
    some_p_values,
    stumbling,
)
from nblib.oracles.after_training.membership import (
    ADVANTAGE,
    AUC,
    advantage,
    auc,
    close_losses,
    some_losses,
)
from nblib.oracles.after_training.mixing import (
    MIXING,
    facts_of_mixing,
    insist_on_even_mixing,
    permutation_p,
    say_of_mixing,
)
from nblib.oracles.after_training.policies import (
    bar,
    by_alarm,
    every,
    insist_on_score,
    known,
    unseen,
)
from nblib.oracles.after_training.priors import (
    PRIORS,
    PRIORS_ONE_STEP,
    prior_shift,
    some_probabilities,
)
from nblib.oracles.after_training.private_gradients import (
    CLIPPED,
    NOISE,
    dp_gradient,
    facts_of_noise,
    say_of_noise,
    some_gradients,
)
from nblib.oracles.after_training.serving import (
    SERVING,
    archive,
    insist_on_refusals,
    serve,
    some_archive,
)
from nblib.oracles.after_training.shifts import (
    KINDS,
    SHIFTS,
    some_tables,
    tables_alike_in_part,
    what_changed,
)
from nblib.oracles.after_training.tables import TABLES, k_and_l, some_tables_of_people

__all__ = [
    "ABSTAINING",
    "ADVANTAGE",
    "ALARMS_BH",
    "ALARMS_FAMILY",
    "AUC",
    "CLIPPED",
    "KINDS",
    "MIXING",
    "NOISE",
    "PRIORS",
    "PRIORS_ONE_STEP",
    "SERVING",
    "SHIFTS",
    "TABLES",
    "advantage",
    "alarms",
    "archive",
    "auc",
    "bar",
    "by_alarm",
    "close_losses",
    "dp_gradient",
    "every",
    "facts_of_mixing",
    "facts_of_noise",
    "insist_on_even_mixing",
    "insist_on_refusals",
    "insist_on_score",
    "k_and_l",
    "known",
    "permutation_p",
    "prior_shift",
    "say_of_mixing",
    "say_of_noise",
    "serve",
    "some_answers",
    "some_archive",
    "some_gradients",
    "some_just_good_enough",
    "some_losses",
    "some_p_values",
    "some_probabilities",
    "some_tables",
    "some_tables_of_people",
    "stumbling",
    "tables_alike_in_part",
    "threshold",
    "unseen",
    "what_changed",
]
