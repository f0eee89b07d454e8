"""A layer, and a network for XOR: right, and wrong in the ways that beginners write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.compare import as_array
from nblib.checks.mistakes import Mistakes

__all__ = [
    "CORNERS",
    "LAYER",
    "XOR",
    "decisions",
    "layer",
    "relu_network",
    "say_if_turned",
    "weights_of",
]

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)


def layer(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Return XW + b, (n, num_outputs)."""
    return X @ W + b


LAYER: Mistakes = {
    "The bias is missing.": lambda X, W, b: X @ W,
    "The bias is subtracted. Add it.": lambda X, W, b: X @ W - b,
    "The bias is added per example, down the columns. Each output has its own: add `b` as it is.": (
        lambda X, W, b: X @ W + b.reshape(-1, 1)
    ),
    "The weights are transposed: here a unit's weights are a column of W, so X @ W.": (
        lambda X, W, b: X @ W.T + b
    ),
    "Here the examples are the rows of X, and the weights of a unit a column of W: X @ W.": (
        lambda X, W, b: W @ X + b
    ),
    "That multiplies entry by entry. `@` is the matrix product.": lambda X, W, b: X * W + b,
    "The bias is added before the product: XW + b.": lambda X, W, b: (X + b) @ W,
    "The bias is added to the first example alone. Every example gets it.": lambda X, W, b: (
        torch.cat([X[:1] @ W + b, X[1:] @ W])
    ),
    "The products are averaged over the inputs. Add them up.": lambda X, W, b: (
        X @ W / X.shape[1] + b
    ),
    "Dimensions of size 1 are gone. One example is still a table, with one row.": lambda X, W, b: (
        X @ W + b
    ).squeeze(),
    "All biases are added to every output. Each output has its own.": lambda X, W, b: (
        X @ W + b.sum()
    ),
    "That is the layer with a ReLU behind it. Here the sums themselves are wanted.": (
        lambda X, W, b: (X @ W + b).clamp(min=0)
    ),
    "That is the layer with a tanh behind it. Here the sums themselves are wanted.": (
        lambda X, W, b: (X @ W + b).tanh()
    ),
}


def weights_of(check: Exercise, answer: Sequence[Any]) -> list[Tensor]:
    """Return what `xor_weights` returned, as tensors, after a look at the shapes."""
    check.that(
        isinstance(answer, list | tuple) and len(answer) == 4,
        "Four things are wanted: W1, b1, W2 and b2.",
    )
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (2, 1), "b2": (1,)}
    found = []
    for (name, shape), part in zip(shapes.items(), answer, strict=True):
        array = as_array(part, nested=True)
        check.that(
            array is not None and array.shape == shape,
            "The weights must have the shapes that the card names.",
            **{
                f"shape_of_{name}": "no numbers" if array is None else array.shape,
                "wanted": shape,
            },
        )
        found.append(torch.as_tensor(array, dtype=torch.float64))
    return found


def relu_network(X: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Return the outputs, (n,), of a network with one hidden layer of ReLUs and one output."""
    W1, b1, W2, b2 = weights
    return ((X @ W1 + b1).clamp(min=0) @ W2 + b2)[:, 0]


def decisions(weights: Sequence[Tensor]) -> list[float]:
    """Return 1 for each corner with an output above ½, 0 for one below, ½ for one just there."""
    return [0.5 + 0.5 * (float(out) > 0.5) - 0.5 * (float(out) < 0.5) for out in _outputs(weights)]


def _outputs(weights: Sequence[Tensor]) -> Tensor:
    return relu_network(CORNERS, weights)


def say_if_turned(check: Exercise, weights: Sequence[Tensor]) -> None:
    """Say so if the weights answer wrongly, and would not with the rows of W1 as its columns."""
    W1, *others = weights
    right = [0, 1, 1, 0]
    check.that(
        decisions(weights) == right or decisions([W1.T, *others]) != right,
        "With W1 transposed it is right at the corners: a neuron's weights are a column of W1.",
        W1=W1,
    )


XOR: Mapping[str, Any] = {
    "That is OR: for (1, 1) the answer is no. Let the second unit pull it down there.": [
        0,
        1,
        1,
        1,
    ],
    "That is AND: it says yes to (1, 1) alone.": [0, 0, 0, 1],
    "That is its opposite: yes and no are exchanged.": [1, 0, 0, 1],
    "It says yes to the second of the two corners alone: (0, 1) is to be above ½ as well.": [
        *(0, 0, 1, 0)
    ],
    "It says yes to the first of the two corners alone: (1, 0) is to be above ½ as well.": [
        *(0, 1, 0, 0)
    ],
    "It says yes to all but (1, 1). At (0, 0) the answer is no as well.": [1, 1, 1, 0],
    "At (0, 1) and (1, 0) the output is just ½. It must lie above.": [0, 0.5, 0.5, 0],
    "It says no to every corner.": [0, 0, 0, 0],
    "It says yes to every corner.": [1, 1, 1, 1],
}
