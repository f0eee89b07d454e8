"""A network within so many bytes: bytes and accuracy are measured on what is handed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from nblib import data, packed
from nblib.checks import Exercise

__all__ = ["LINE", "follow_budget", "shuffled_digits"]

# The card asks for 0.94; a point is let go for the luck of 540 digits. In 200 draws 64-58-10
# straight through had 0.943 or more; rounded at the end, a network had 0.92 at most.
LINE = 0.93


@cache
def _split(seed: int) -> tuple[Tensor, ...]:
    return tuple(part.cpu() for part in data.digits(seed))


def shuffled_digits(seed: int, order: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return digits to learn from and to be judged by, their pixels in an order by lot."""
    X, y, X_test, y_test = _split(seed)
    pixels = torch.randperm(64, generator=torch.Generator().manual_seed(order))
    return X[:, pixels], y, X_test[:, pixels], y_test


def follow_budget(
    check: Exercise, answer: Callable[..., Any], limit_bytes: int, seed: int, order: int
) -> None:
    """Check bytes and accuracy of what `answer(X, y, limit_bytes)` returns."""
    X, y, X_test, y_test = shuffled_digits(seed, order)
    network = check.call(answer, X, y, limit_bytes)
    check.that(isinstance(network, list | tuple), "A list of layers is wanted.", came=network)
    check.that(len(network) > 0, "The list of layers is empty.")
    check.that(all(map(_is_triple, network)), "Each layer is three tensors: codes, scales, bias.")
    said = _ill_formed(network)
    check.that(not said, f"This is no packed network: {said}.")
    large = any((codes.int().abs() > 1).any() for codes, *_ in network)
    check.that(not large, "Codes are −1, 0 and 1 only: this chip adds and subtracts.")
    said = _ill_joined([layer[0] for layer in network])
    check.that(not said, said)
    finite = all(part.isfinite().all() for _, *parts in network for part in parts)
    check.that(finite, "Some scales or biases are NaN or infinite: is something divided by 0?")
    size = packed.num_bytes(network)
    check.that(
        size <= limit_bytes,
        "The network takes too many bytes. Fewer units or more zeros make it smaller.",
        bytes=size,
        limit=limit_bytes,
    )
    right = packed.logits(network, X_test).argmax(dim=1) == y_test
    accuracy = right.double().mean().item()
    alone = packed.logits(network, X).argmax(dim=1) == y
    facts = {"accuracy_on_unseen_digits": accuracy, "line": LINE}
    facts |= {"accuracy_on_the_digits_given": alone.double().mean().item(), "bytes": size}
    check.that(accuracy >= LINE, _why(network, accuracy, facts), **facts)


def _is_triple(layer: Any) -> bool:
    if not isinstance(layer, list | tuple) or len(layer) != 3:
        return False
    return all(isinstance(part, Tensor) for part in layer)


def _ill_formed(network: Any) -> str:
    try:
        packed.check(network)
    except ValueError as error:
        return str(error)
    return ""


def _ill_joined(codes: list[Tensor]) -> str:
    """Return, in words, where layers do not fit to one another, to the pixels or to the classes."""
    sizes = [codes[0].shape[1], *(part.shape[0] for part in codes)]
    wanted = [64, *(part.shape[1] for part in codes[1:]), 10]
    if sizes == wanted:
        return ""
    return (
        f"The layers do not fit: from the pixels on they have {sizes} numbers, where {wanted} are "
        f"wanted. Codes have shape (outputs, inputs), from 64 pixels to 10 classes."
    )


def _why(network: Any, accuracy: float, facts: dict[str, Any]) -> str:
    """Return what is known of a network that misses the line."""
    if any(not scales.any() or not codes.any() for codes, scales, _ in network):
        return "All weights of a layer are 0: are its codes rounded before they are scaled?"
    if accuracy < 0.3:
        return (
            "It does hardly more than guess. Is it trained, and does `packed.logits` make of it "
            "what your own network makes?"
        )
    if facts["accuracy_on_the_digits_given"] > LINE + 0.02:
        return "It knows the digits that it was given, and too few others."
    return (
        "It is small enough, and not right often enough. What computes with three values has to "
        "learn with three values: does it, to the last step, and for long enough?"
    )
