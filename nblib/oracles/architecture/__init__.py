"""The right answers of *Architecture*, and the mistakes that its checks know by name."""

from nblib.oracles.architecture.attentions import (
    ATTENTION,
    HEADS,
    attention,
    multi_head,
)
from nblib.oracles.architecture.blocks import (
    BLOCK,
    causal_mean,
    shapes_seen,
    transformer_block,
    two_layers,
)
from nblib.oracles.architecture.capsules import (
    ROUTE,
    route,
)
from nblib.oracles.architecture.compounds import (
    GROW,
    far_from_edges,
    grow,
)
from nblib.oracles.architecture.contests import (
    CONTENDERS,
    contenders,
    names_of,
)
from nblib.oracles.architecture.convolutions import (
    CONVOLVE,
    convolve,
)
from nblib.oracles.architecture.costs import (
    COST,
    FIELD,
    conv_cost,
    receptive_field,
    seen_by_gradient,
)
from nblib.oracles.architecture.networks_of_nodes import (
    LIGHT,
    PROPAGATE,
    as_one_graph,
    light_gcn,
    propagate,
)
from nblib.oracles.architecture.recurrence import (
    FILM,
    GRU,
    gru_step,
    leaky_step,
    moments,
    read_film,
)

__all__ = [
    "ATTENTION",
    "BLOCK",
    "CONTENDERS",
    "CONVOLVE",
    "COST",
    "FIELD",
    "FILM",
    "GROW",
    "GRU",
    "HEADS",
    "LIGHT",
    "PROPAGATE",
    "ROUTE",
    "as_one_graph",
    "attention",
    "causal_mean",
    "contenders",
    "conv_cost",
    "convolve",
    "far_from_edges",
    "grow",
    "gru_step",
    "leaky_step",
    "light_gcn",
    "moments",
    "multi_head",
    "names_of",
    "propagate",
    "read_film",
    "receptive_field",
    "route",
    "seen_by_gradient",
    "shapes_seen",
    "transformer_block",
    "two_layers",
]
