"""References and known mistakes for the tests of *Initialization*, and plays that look at a start.

What is drawn at random is judged by what can be measured of it. A figure that is near enough to
what theory wants is reported as just that, so that right answers agree however they draw.
"""

from nblib.oracles.initialization.branches import BRANCH, branch_scale
from nblib.oracles.initialization.depths import DEPTH, vanishing_depth
from nblib.oracles.initialization.draws import from_generator, has_moved, sources
from nblib.oracles.initialization.gains import GAIN, GAIN_OF_KNOWN, SAMPLES, estimate, gain, samples
from nblib.oracles.initialization.matrices import DRAWN, ORTHOGONAL, draws, orthogonal, turned
from nblib.oracles.initialization.networks import (
    NETWORK,
    NETWORK_FORM,
    NETWORK_SEEDS,
    network,
    seeds,
    signals,
    sizes,
)
from nblib.oracles.initialization.norms import BATCH_NORM, FAR, batch_norm
from nblib.oracles.initialization.norms_in_use import IN_USE, PICTURES
from nblib.oracles.initialization.scaling import LSUV, lsuv, outputs
from nblib.oracles.initialization.shapes import FANS, fans
from nblib.oracles.initialization.units import UNITS, distinct_units
from nblib.oracles.initialization.xaviers import XAVIER, weights, xavier

__all__ = [
    "BATCH_NORM",
    "BRANCH",
    "DEPTH",
    "DRAWN",
    "FANS",
    "FAR",
    "GAIN",
    "GAIN_OF_KNOWN",
    "IN_USE",
    "LSUV",
    "NETWORK",
    "NETWORK_FORM",
    "NETWORK_SEEDS",
    "ORTHOGONAL",
    "PICTURES",
    "SAMPLES",
    "UNITS",
    "XAVIER",
    "batch_norm",
    "branch_scale",
    "distinct_units",
    "draws",
    "estimate",
    "fans",
    "from_generator",
    "gain",
    "has_moved",
    "lsuv",
    "network",
    "orthogonal",
    "outputs",
    "samples",
    "seeds",
    "signals",
    "sizes",
    "sources",
    "turned",
    "vanishing_depth",
    "weights",
    "xavier",
]
