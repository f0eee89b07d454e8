"""The right answers of *Gradient descent*, and the mistakes that its checks know by name.

The update rules are in `optimizers`.
"""

from nblib.oracles.gradient_descent.clipping import CLIP, CLIP_ZEROS, clip
from nblib.oracles.gradient_descent.curvature import (
    BISECT,
    LARGEST_STABLE_LR,
    bisect_lr,
    insist_on_halving,
    largest_stable_lr,
    search,
)
from nblib.oracles.gradient_descent.derivatives import NUMERICAL, numerical_gradient
from nblib.oracles.gradient_descent.faults import (
    FAULTY,
    FAULTY_SMALL,
    FAULTY_ZERO,
    a_little_off,
    bowl,
    colleagues_work,
    faulty_gradients,
    inspect,
    one_entry,
    rounded,
)
from nblib.oracles.gradient_descent.loops import TRAIN_SOFTMAX, insist_on_reading, train_softmax
from nblib.oracles.gradient_descent.rates import BEST_RATES, RATE, best_rates, convergence_rate
from nblib.oracles.gradient_descent.schedules import (
    WARMUP_COSINE,
    all_the_way,
    every_step,
    warmup_cosine,
)

__all__ = [
    "BEST_RATES",
    "BISECT",
    "CLIP",
    "CLIP_ZEROS",
    "FAULTY",
    "FAULTY_SMALL",
    "FAULTY_ZERO",
    "LARGEST_STABLE_LR",
    "NUMERICAL",
    "RATE",
    "TRAIN_SOFTMAX",
    "WARMUP_COSINE",
    "a_little_off",
    "all_the_way",
    "best_rates",
    "bisect_lr",
    "bowl",
    "clip",
    "colleagues_work",
    "convergence_rate",
    "every_step",
    "faulty_gradients",
    "insist_on_halving",
    "insist_on_reading",
    "inspect",
    "largest_stable_lr",
    "numerical_gradient",
    "one_entry",
    "rounded",
    "search",
    "train_softmax",
    "warmup_cosine",
]
