"""References for *Hyperparameter tuning*, and the mistakes made in place of each."""

from nblib.oracles.chance import moves_on
from nblib.oracles.tuning.best_of_n import EXPECTED_BEST, expected_best
from nblib.oracles.tuning.draws import facts_of_draws, say_of_draws
from nblib.oracles.tuning.evidence import EVIDENCE, log_evidence
from nblib.oracles.tuning.halving import HALVING, successive_halving, trained
from nblib.oracles.tuning.hyperband import BRACKETS, brackets
from nblib.oracles.tuning.improvement import IMPROVEMENT, expected_improvement
from nblib.oracles.tuning.kernels import MATERN, matern52, rational
from nblib.oracles.tuning.laboratory import Laboratory
from nblib.oracles.tuning.log_scale import LOG_UNIFORM, facts_of_logs, log_uniform, say_of_logs
from nblib.oracles.tuning.optimization import optimize
from nblib.oracles.tuning.optimization_mistakes import OPTIMIZE
from nblib.oracles.tuning.posteriors import POSTERIOR, posterior
from nblib.oracles.tuning.promises import LEVEL, repeated, tuned, tuned_well
from nblib.oracles.tuning.range_test import STEEPEST, range_test, sweep_of_rates
from nblib.oracles.tuning.searches import hills, searched
from nblib.oracles.tuning.spaces import DRAW, SPACE, draw

__all__ = [
    "BRACKETS",
    "DRAW",
    "EVIDENCE",
    "EXPECTED_BEST",
    "HALVING",
    "IMPROVEMENT",
    "LEVEL",
    "LOG_UNIFORM",
    "MATERN",
    "OPTIMIZE",
    "POSTERIOR",
    "SPACE",
    "STEEPEST",
    "Laboratory",
    "brackets",
    "draw",
    "expected_best",
    "expected_improvement",
    "facts_of_draws",
    "facts_of_logs",
    "hills",
    "log_evidence",
    "log_uniform",
    "matern52",
    "moves_on",
    "optimize",
    "posterior",
    "range_test",
    "rational",
    "repeated",
    "say_of_draws",
    "say_of_logs",
    "searched",
    "successive_halving",
    "sweep_of_rates",
    "trained",
    "tuned",
    "tuned_well",
]
