"""Right answers to the exercises of *Start here*, and the mistakes that are made in them."""

from nblib.oracles.start_here.losses import MSE, mean_squared_error
from nblib.oracles.start_here.tensors import (
    CAPPED,
    CENTRED,
    GRADIENT,
    capped,
    centre_columns,
    mse_gradient,
)

__all__ = [
    "CAPPED",
    "CENTRED",
    "GRADIENT",
    "MSE",
    "capped",
    "centre_columns",
    "mean_squared_error",
    "mse_gradient",
]
