"""Independent references for hidden tests, and inputs drawn when work is graded.

`convnet`, the reference for `models.convnet`, is imported by its own name.
"""

from nblib.oracles.activations import follow_activation
from nblib.oracles.draw import fresh_generator, spd_matrix
from nblib.oracles.optimizers import follow_optimizer
from nblib.oracles.smote import Joint, joint

__all__ = [
    "Joint",
    "follow_activation",
    "follow_optimizer",
    "fresh_generator",
    "joint",
    "spd_matrix",
]
