"""Batches of a data set, as views of tensors that lie on the device."""

from collections.abc import Iterator

import torch
from torch import Tensor

__all__ = ["batches"]


def batches(
    X: Tensor,
    y: Tensor,
    batch_size: int,
    generator: torch.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Return an iterator over one epoch of batches, each a slice of X and of y.

    Nothing is collated example by example: the whole epoch is shuffled at once on the device.

    Args:
        X: (n, ...), y: (n, ...), of any dtype.
        batch_size: examples per batch.
        generator: draws the order of the examples; without it they come as they stand.
        drop_last: leave out the last batch if it is short.

    Yields:
        X_batch (batch_size, ...), y_batch (batch_size, ...); the last one may be shorter.

    Raises:
        ValueError: lengths differ, or the batch size gives no batch.

    >>> [len(y_batch) for _, y_batch in batches(torch.zeros(10, 2), torch.zeros(10), 4)]
    [4, 4, 2]
    """
    n = len(X)
    if len(y) != n:
        raise ValueError(f"X has {n} examples, but y has {len(y)}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    end = n - n % batch_size if drop_last else n
    if end == 0:
        raise ValueError(f"{n} examples make no batch of {batch_size}: use a smaller batch_size")
    if generator is not None:
        order = torch.randperm(n, generator=generator, device=generator.device)
        X, y = X[order.to(X.device)], y[order.to(y.device)]
    return ((X[i : i + batch_size], y[i : i + batch_size]) for i in range(0, end, batch_size))
