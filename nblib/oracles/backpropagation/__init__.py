"""The right answers of *Backpropagation*, and the mistakes that its checks know by name."""

from nblib.oracles.backpropagation.broadcasting import UNBROADCAST, unbroadcast
from nblib.oracles.backpropagation.feedback import FEEDBACK, feedback_step
from nblib.oracles.backpropagation.hats import HATS, drawn_through, hat_network, through
from nblib.oracles.backpropagation.layers import (
    CORNERS,
    LAYER,
    XOR,
    decisions,
    layer,
    relu_network,
    say_if_turned,
    weights_of,
)
from nblib.oracles.backpropagation.loops import TRAIN, insist_on_reading, start, train_network
from nblib.oracles.backpropagation.losses import BEST_CONSTANT, HUBER, best_constant, huber
from nblib.oracles.backpropagation.networks import (
    FIRST_LAYER,
    LAST_LAYER,
    last_gradients,
    last_layer,
    network_gradients,
)
from nblib.oracles.backpropagation.neurons import NEURON, neuron_gradients
from nblib.oracles.backpropagation.parts import parts
from nblib.oracles.backpropagation.tapes import (
    SHARED,
    TAPE,
    by_torch,
    chain,
    evaluate,
    random_tape,
    tape_gradients,
)

__all__ = [
    "BEST_CONSTANT",
    "CORNERS",
    "FEEDBACK",
    "FIRST_LAYER",
    "HATS",
    "HUBER",
    "LAST_LAYER",
    "LAYER",
    "NEURON",
    "SHARED",
    "TAPE",
    "TRAIN",
    "UNBROADCAST",
    "XOR",
    "best_constant",
    "by_torch",
    "chain",
    "decisions",
    "drawn_through",
    "evaluate",
    "feedback_step",
    "hat_network",
    "huber",
    "insist_on_reading",
    "last_gradients",
    "last_layer",
    "layer",
    "network_gradients",
    "neuron_gradients",
    "parts",
    "random_tape",
    "relu_network",
    "say_if_turned",
    "start",
    "tape_gradients",
    "through",
    "train_network",
    "unbroadcast",
    "weights_of",
]
