"""Update rules: the right ones, the mistakes that checks know by name, and torch.optim beside."""

from nblib.oracles.optimizers.adagrads import ADAGRAD, adagrad
from nblib.oracles.optimizers.adams import ADAM, ADAMW, adam, adamw
from nblib.oracles.optimizers.descent import MOMENTUM, SGD, momentum, sgd
from nblib.oracles.optimizers.nesterovs import NESTEROV, nesterov
from nblib.oracles.optimizers.rms import RMSPROP, rmsprop
from nblib.oracles.optimizers.rules import follow_optimizer, insist_on_own, steps

__all__ = [
    "ADAGRAD",
    "ADAM",
    "ADAMW",
    "MOMENTUM",
    "NESTEROV",
    "RMSPROP",
    "SGD",
    "adagrad",
    "adam",
    "adamw",
    "follow_optimizer",
    "insist_on_own",
    "momentum",
    "nesterov",
    "rmsprop",
    "sgd",
    "steps",
]
