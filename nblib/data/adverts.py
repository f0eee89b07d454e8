"""Advertisements and who clicks on them: rarely, with a probability that is known."""

import torch
from torch import Tensor

__all__ = ["adverts"]

_NUM_FEATURES = 6


def adverts(
    num_samples: int, seed: int = 0, *, rate: float = 0.035
) -> tuple[Tensor, Tensor, Tensor]:
    """Return advertisements that were shown, whether there was a click, and its probability.

    The logit of a click is linear in six standard normal features; its weights have the length
    1.47, so that nobody ranks better than an area under the ROC curve of about 0.84.

    Args:
        num_samples: how many were shown.
        seed: draws everything, also the direction of the weights.
        rate: the mean probability of a click.

    Returns:
        X (n, 6) float32; y (n,) int64, 1 for a click; p (n,) float32.

    Raises:
        ValueError: no samples, or a rate that is not between 0 and 1.
    """
    if num_samples < 1 or not 0 < rate < 1:
        raise ValueError(f"1 or more samples and 0 < rate < 1; got {num_samples} and {rate}")
    generator = torch.Generator().manual_seed(seed)
    direction = torch.randn(_NUM_FEATURES, generator=generator)
    X = torch.randn(num_samples, _NUM_FEATURES, generator=generator)
    slope = X @ direction * (1.47 / direction.norm())
    low, high = -20.0, 20.0  # the bias: halved until the mean is right
    for _ in range(40):
        bias = (low + high) / 2
        is_too_high = torch.sigmoid(slope + bias).mean() > rate
        low, high = (low, bias) if is_too_high else (bias, high)
    p = torch.sigmoid(slope + bias)
    y = (torch.rand(num_samples, generator=generator) < p).long()
    return X, y, p
