"""Networks of small whole numbers, and how many bytes they take on disk.

A packed network is a list of layers, each a triple `(codes, scales, bias)`:

- `codes`: (num_outputs, num_inputs), int8, from −128 to 127;
- `scales`: (num_outputs,), float32, what a step of the codes is worth in each row;
- `bias`: (num_outputs,), float32.

The weights are codes times scales, row by row, and ReLU stands between the layers.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["Layer", "check", "logits", "num_bytes"]

Layer = tuple[Tensor, Tensor, Tensor]


def check(network: Sequence[Layer]) -> None:
    """Raise ValueError, with a sentence, where `network` is no packed network."""
    for number, layer in enumerate(network):
        if len(layer) != 3 or not all(isinstance(part, Tensor) for part in layer):
            raise ValueError(f"layer {number} is not three tensors: (codes, scales, bias)")
        codes, scales, bias = layer
        if codes.dtype != torch.int8 or codes.ndim != 2:
            raise ValueError(
                f"the codes of layer {number} have dtype {codes.dtype} and {codes.ndim} "
                "dimensions; torch.int8 and 2 are wanted"
            )
        for name, part in (("scales", scales), ("bias", bias)):
            if part.dtype != torch.float32 or part.shape != codes.shape[:1]:
                raise ValueError(
                    f"the {name} of layer {number} have shape {tuple(part.shape)} and dtype "
                    f"{part.dtype}; a torch.float32 for each row of the codes is wanted, "
                    f"{tuple(codes.shape[:1])}"
                )


def logits(network: Sequence[Layer], X: Tensor) -> Tensor:
    """Return what a packed network makes of X (n, num_inputs), float32: (n, num_outputs).

    >>> one = (torch.tensor([[2, -4]], dtype=torch.int8), torch.tensor([0.5]), torch.tensor([3.0]))
    >>> logits([one], torch.tensor([[1.0, 1.0], [1.0, 0.0]]))
    tensor([[2.],
            [4.]])
    """
    for number, (codes, scales, bias) in enumerate(network):
        weight = codes.float() * scales[:, None]
        X = (X.relu() if number else X) @ weight.T + bias
    return X


def num_bytes(network: Sequence[Layer]) -> int:
    """Return how many bytes the packed network takes: deflated by zlib at its level 9.

    What is deflated is the bytes of all codes, scales and biases, layer by layer in this order, one
    after the other: a byte for each code, four for each scale and each bias. Shapes do not count.

    >>> zeros = (torch.zeros(9, 99, dtype=torch.int8), torch.ones(9), torch.zeros(9))
    >>> num_bytes([zeros]) < 40
    True
    """
    content = b"".join(
        part.detach().cpu().contiguous().numpy().tobytes() for layer in network for part in layer
    )
    return len(zlib.compress(content, 9))
