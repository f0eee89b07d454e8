"""Right answers to the exercises of *Activations*, and the mistakes that are made in them.

An activation here is a function `(z, *settings)` that returns the pair (value, slope), entry by
entry, both of the shape and dtype of `z`. A mistake is a function of the same arguments.
"""

from nblib.oracles.activations.common import follow_activation, with_slope
from nblib.oracles.activations.dead_units import DEAD_UNITS, dead_units, draw_layer, listed
from nblib.oracles.activations.gradients import GRADIENT_NORMS, draw_network, gradient_norms
from nblib.oracles.activations.kinks import (
    LEAKY_RELU,
    SIGMOID,
    SIGMOID_EXTREME,
    leaky_relu,
    sigmoid,
)
from nblib.oracles.activations.losses import (
    CROSS_ENTROPY,
    CROSS_ENTROPY_EXTREME,
    LOG_SOFTMAX,
    LOG_SOFTMAX_EXTREME,
    cross_entropy,
    log_softmax,
)
from nblib.oracles.activations.outputs import (
    BCE,
    BCE_EXTREME,
    OUTPUTS,
    bce_with_logits,
    follow_choice,
)
from nblib.oracles.activations.revival import Wounded, follow_revival, revive, wounded
from nblib.oracles.activations.smooth import (
    ELU,
    ELU_EXTREME,
    GELU,
    SWISH,
    SWISH_EXTREME,
    elu,
    gelu,
    swish,
)

__all__ = [
    "BCE",
    "BCE_EXTREME",
    "CROSS_ENTROPY",
    "CROSS_ENTROPY_EXTREME",
    "DEAD_UNITS",
    "ELU",
    "ELU_EXTREME",
    "GELU",
    "GRADIENT_NORMS",
    "LEAKY_RELU",
    "LOG_SOFTMAX",
    "LOG_SOFTMAX_EXTREME",
    "OUTPUTS",
    "SIGMOID",
    "SIGMOID_EXTREME",
    "SWISH",
    "SWISH_EXTREME",
    "Wounded",
    "bce_with_logits",
    "cross_entropy",
    "dead_units",
    "draw_layer",
    "draw_network",
    "elu",
    "follow_activation",
    "follow_choice",
    "follow_revival",
    "gelu",
    "gradient_norms",
    "leaky_relu",
    "listed",
    "log_softmax",
    "revive",
    "sigmoid",
    "swish",
    "with_slope",
    "wounded",
]
