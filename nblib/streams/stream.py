"""A stream of batches in which the line between two classes turns."""

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["BATCH_SIZE", "KINDS", "NOISE", "NUM_BATCHES", "NUM_START", "Stream", "draw"]

KINDS = ("none", "abrupt", "gradual", "recurring")
NUM_BATCHES, NUM_START, BATCH_SIZE, NUM_FEATURES = 60, 5, 100, 10
NOISE = 0.1  # the share of labels that are flipped: nobody has more than 0.9 right, but for luck


@dataclass(frozen=True)
class Stream:
    """A stream: X (65, 100, 10) float32 and y (65, 100) int64, the 5 batches of the start first."""

    kind: str
    X: Tensor
    y: Tensor


def draw(kind: str, generator: torch.Generator, visible: float = 0.0) -> Stream:
    """Draw a stream with concept drift: p(y|x) changes.

    The features are standard normal; y is 1 where X @ w > 0, and 0.1 of all labels are flipped. The
    direction w never turns ("none"), turns once, by 1.2 to 1.8 radians, between batches 15 and 40
    ("abrupt"), turns by 1.8 to 2.7 on the whole way ("gradual"), or turns by 1.2 to 1.8, back,
    forth ..., every 10 to 20 batches ("recurring").

    Args:
        kind: one of KINDS.
        generator: draws directions, times, angles, features and flips; one of the CPU.
        visible: by how many standard deviations the means of the features move, in a direction
            that is drawn too, while w turns by one radian. By default p(x) stays as it is.

    Raises:
        ValueError: there is no such kind.

    >>> stream = draw("abrupt", torch.Generator().manual_seed(0))
    >>> stream.X.shape, stream.y.shape
    (torch.Size([65, 100, 10]), torch.Size([65, 100]))
    """
    angle = _angle(kind, generator)[:, None]  # (65, 1)
    w, v, mean = torch.linalg.qr(torch.randn(NUM_FEATURES, 3, generator=generator)).Q.T
    weights = angle.cos() * w + angle.sin() * v  # (65, 10)
    size = (NUM_START + NUM_BATCHES, BATCH_SIZE)
    X = torch.randn(*size, NUM_FEATURES, generator=generator)
    X += visible * (angle * mean)[:, None]
    flipped = torch.rand(size, generator=generator) < NOISE
    y = (torch.einsum("tnd,td->tn", X, weights) > 0) ^ flipped
    return Stream(kind, X, y.long())


def _angle(kind: str, generator: torch.Generator) -> Tensor:
    """Return by how many radians w is turned in each batch, (65,)."""
    t = torch.arange(-NUM_START, NUM_BATCHES).clamp(min=0)
    when, how_far = torch.rand(2, generator=generator).tolist()
    match kind:
        case "none":
            return 0.0 * t
        case "abrupt":
            return (1.2 + 0.6 * how_far) * (t >= 15 + round(25 * when))
        case "gradual":
            return (1.8 + 0.9 * how_far) * t / NUM_BATCHES
        case "recurring":
            return (1.2 + 0.6 * how_far) * (t // (10 + round(10 * when)) % 2)
    raise ValueError(f"no kind {kind!r}; there are {', '.join(KINDS)}")
