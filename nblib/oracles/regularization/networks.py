"""Networks with one hidden layer that were handed in as [W1, b1, W2, b2], and what they know."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor

from nblib import data
from nblib.checks import Exercise
from nblib.checks.form import NO_RETURN

__all__ = [
    "NoisyDigits",
    "insist_on_holding_back",
    "insist_on_knowing",
    "insist_on_network",
    "noisy_digits",
]


def insist_on_network(check: Exercise, weights: Any, num_features: int) -> None:
    """Check that `weights` are the four tensors of a network with 10 outputs, all finite."""
    check.that(weights is not None, NO_RETURN)
    is_four = isinstance(weights, list | tuple) and len(weights) == 4
    is_four = is_four and all(isinstance(part, Tensor) for part in weights)
    check.that(is_four, "Return the four tensors [W1, b1, W2, b2].")
    shapes = [tuple(part.shape) for part in weights]
    width = weights[1].numel()
    wanted = [(num_features, width), (width,), (width, 10), (10,)]
    turned = [shape[::-1] for shape in shapes]
    check.that(
        turned != wanted or shapes == wanted,
        "W1 and W2 are transposed, for nn.Linear keeps (outputs, inputs): return `weight.T`.",
        got=shapes,
    )
    dimensions = [part.ndim for part in weights]
    check.that(
        dimensions == [2, 1, 2, 1] or sorted(dimensions) != [1, 1, 2, 2],
        "The order is [W1, b1, W2, b2].",
        got=shapes,
    )
    check.that(
        dimensions != [2, 1, 2, 1] or shapes[2][1] == 10,
        "W2 needs ten columns, one for each class, also for those that do not occur in `y`.",
        got=shapes,
    )
    check.that(
        shapes == wanted,
        "The shapes are to be (num_features, width), (width,), (width, 10) and (10,).",
        got=shapes,
    )
    check.that(
        all(bool(torch.isfinite(part).all()) for part in weights),
        "There is a NaN or an infinity among the weights: smaller steps?",
    )


_OTHERS = (torch.tanh, torch.sigmoid, torch.clone)  # the last one is none


def _outputs(weights: list[Tensor], X: Tensor, hidden: Any = torch.relu) -> Tensor:
    W1, b1, W2, b2 = (part.detach().to(X.dtype) for part in weights)
    return hidden(X @ W1 + b1) @ W2 + b2


def _right(outputs: Tensor, y: Tensor) -> float:
    """Return the share of the labels that the outputs get right."""
    return (outputs.argmax(dim=1) == y).double().mean().item()


def insist_on_knowing(
    check: Exercise, weights: list[Tensor], X: Tensor, y: Tensor, share: float = 0.99
) -> None:
    """Check that a network knows this share of the labels; if not, tell what was found."""
    known = _right(_outputs(weights, X), y)
    if known < share:
        check.that(False, _why(weights, X, y, known), known=known, wanted_at_least=share)


def _why(weights: list[Tensor], X: Tensor, y: Tensor, known: float) -> str:
    W1, b1, W2, b2 = weights
    standardized = (X - X.mean(dim=0)) / (X.std(dim=0) + 1e-6)
    if any(_right(_outputs(weights, X, f), y) >= 0.97 for f in _OTHERS):
        return "It knows the labels with another activation, not with the relu: train with that."
    if _right(_outputs(weights, standardized), y) >= 0.97:
        return "It knows the labels of standardized features. Train on `X` as it is."
    if _right(_outputs([W1, 0 * b1, W2, 0 * b2], X), y) >= 0.97:
        return "It knows the labels without its biases: train with them, or return zeros."
    if bool((W1[:, :1] == W1).all()) and bool((b1 == b1[:1]).all()):
        return "All hidden units are alike, for they began alike: draw W1 and W2 at random."
    if known < 0.2:
        return (
            "It knows next to nothing. Do the steps go downhill, and do they reach all four "
            "tensors?"
        )
    return "It knows some of the labels, not all. Wider, longer, or less regularized?"


class NoisyDigits(NamedTuple):
    """900 digits of which 360 have a wrong label, 357 clean ones to validate on, and new ones."""

    X: Tensor
    y: Tensor
    X_valid: Tensor
    y_valid: Tensor
    X_new: Tensor
    y_new: Tensor


def noisy_digits(seed: int, generator: Generator) -> NoisyDigits:
    """Return digits, split by `seed`, with wrong labels drawn from `generator`."""
    split = data.Split(*(part.cpu() for part in data.digits(seed=seed)))
    y = split.y_train[:900].clone()
    wrong = torch.randperm(900, generator=generator)[:360]
    y[wrong] = (y[wrong] + torch.randint(1, 10, (360,), generator=generator)) % 10
    X, X_valid, y_valid = split.X_train[:900], split.X_train[900:], split.y_train[900:]
    return NoisyDigits(X, y, X_valid, y_valid, split.X_test, split.y_test)


def insist_on_holding_back(
    check: Exercise, weights: Any, task: NoisyDigits, share: float = 0.8
) -> None:
    """Check that a network does well on new digits, and has not learned those for validation."""
    insist_on_network(check, weights, 64)
    fitted, valid, new = (
        _right(_outputs(weights, X), y)
        for X, y in ((task.X, task.y), (task.X_valid, task.y_valid), (task.X_new, task.y_new))
    )
    facts = {"noisy_labels_fitted": fitted, "validation_right": valid, "new_digits_right": new}
    check.that(
        valid <= 0.98,
        "It knows the validation examples by heart. Choose with them, and train on X and y alone.",
        **facts,
    )
    other = max(_right(_outputs(weights, task.X_new, f), task.y_new) for f in _OTHERS)
    check.that(
        new >= share or other < share,
        "It knows enough of the new digits with another activation, not with the relu: train with "
        "that.",
        **facts,
        new_digits_right_with_another=other,
    )
    check.that(
        new >= share or fitted < 0.75,
        "Your network knows many of the wrong labels by heart: hold it back.",
        **facts,
    )
    check.that(
        new >= share or fitted > 0.45,
        "Your network does not even fit the right labels: it is held back too much, or hardly "
        "trained.",
        **facts,
    )
    check.that(
        new >= share,
        "It knows neither the wrong labels by heart nor enough of the new digits. Is it held back "
        "too much, too little, or is something else amiss? Choose on validation.",
        **facts,
    )
