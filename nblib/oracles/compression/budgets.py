"""A network within so many bytes: bytes and accuracy are measured on what is handed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from nblib import data, packed
from nblib.checks import Exercise

__all__ = ["LINE", "even_or_odd", "follow_budget"]

LINE = 0.93  # a linear model has 0.88 to 0.935, 64-7-2 at 4 bits 0.94 to 0.99


@cache
def _split(seed: int) -> tuple[Tensor, ...]:
    return tuple(part.cpu() for part in data.digits(seed))


def even_or_odd(seed: int, order: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return digits and whether each is odd, 1, or even, 0; their pixels in an order by lot."""
    X, y, X_test, y_test = _split(seed)
    pixels = torch.randperm(64, generator=torch.Generator().manual_seed(order))
    return X[:, pixels], y % 2, X_test[:, pixels], y_test % 2


def follow_budget(
    check: Exercise, answer: Callable[..., Any], limit_bytes: int, seed: int, order: int
) -> None:
    """Check bytes and accuracy of what `answer(X, y, limit_bytes)` returns."""
    X, y, X_test, y_test = even_or_odd(seed, order)
    network = check.call(answer, X, y, limit_bytes)
    check.that(isinstance(network, list | tuple), "A list of layers is wanted.", came=network)
    check.that(len(network) > 0, "The list of layers is empty.")
    check.that(all(map(_is_triple, network)), "Each layer is three tensors: codes, scales, bias.")
    said = _ill_formed(network)
    check.that(not said, f"This is no packed network: {said}.")
    said = _ill_joined([layer[0] for layer in network])
    check.that(not said, said)
    size = packed.num_bytes(network)
    check.that(
        size <= limit_bytes,
        "The network takes too many bytes. Fewer units, fewer bits or more zeros make it smaller.",
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
    wanted = [64, *(part.shape[1] for part in codes[1:]), 2]
    if sizes == wanted:
        return ""
    return (
        f"The layers do not fit: from the pixels on they have {sizes} numbers, where {wanted} are "
        f"wanted. Codes have shape (outputs, inputs), from 64 pixels to 2 classes."
    )


def _why(network: Any, accuracy: float, facts: dict[str, Any]) -> str:
    """Return what is known of a network that misses the line."""
    if len(network) == 1:
        return "A single layer does not reach the line, at whatever size: even and odd need units."
    if accuracy < 0.2:
        return "Right and wrong are exchanged: 0 is even, 1 is odd."
    if any(not scales.any() or not codes.any() for codes, scales, _ in network):
        return "All weights of a layer are 0: are its codes rounded before they are scaled?"
    if accuracy < 0.65:
        return (
            "It does hardly more than guess. Is it trained, and does `packed.logits` make of it "
            "what your own network makes?"
        )
    if facts["accuracy_on_the_digits_given"] > LINE + 0.02:
        return "It knows the digits that it was given, and too few others."
    return (
        "It is small enough, and not right often enough. Train it longer, let it train with "
        "rounded weights, or spend more of the bytes."
    )
