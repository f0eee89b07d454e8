"""What classes can be told by before any network: how often they are, and the mean colour."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.data.blossoms import blossoms

__all__ = ["BASELINES", "baselines", "few_flowers"]


def _share(y: Tensor, y_hat: Any) -> float:
    return (torch.as_tensor(y_hat) == y).double().mean().item()


def _most_common(y: Tensor) -> Tensor:
    return torch.bincount(y).argmax()


def baselines(
    X: Tensor,
    y: Tensor,
    X_new: Tensor,
    y_new: Tensor,
    *,
    over: tuple[int, ...] = (2, 3),
    common: Any = lambda y, y_new: _most_common(y),
    fitted_on: Any = lambda old, new: old,
    judged_on: Any = lambda old, new: new,
) -> tuple[float, float]:
    """Return two accuracies on new pictures: of the most common class, and by the mean colour."""
    parts = [
        ((some.mean(over) if over else some).reshape(len(some), -1), labels)
        for some, labels in ((X, y), (X_new, y_new))
    ]
    A, b = fitted_on(*parts)
    model = LogisticRegression(C=100, max_iter=2000).fit(A.numpy(), b.numpy())
    C, d = judged_on(*parts)
    return _share(d, common(y, y_new)), _share(d, model.predict(C.numpy()))


def few_flowers(seed: int, n: int = 200, n_new: int = 300) -> tuple[Tensor, ...]:
    """Return flowers (X, y) to learn from and others (X_new, y_new), on the CPU.

    Of those to learn from one species is common, of the others another one.
    """
    generator = torch.Generator().manual_seed(seed)
    often = torch.randperm(5, generator=generator)[:2].tolist()
    parts: list[Tensor] = []
    for number, (size, one) in enumerate(zip((n, n_new), often, strict=True)):
        X, y = (part.cpu() for part in blossoms(2 * size, 2 * seed + number))
        weights = torch.where(y == one, 3.0, 1.0)
        chosen = torch.multinomial(weights, size, generator=generator)
        parts += [X[chosen], y[chosen]]
    return tuple(parts)


BASELINES: Mistakes = {
    "The two are exchanged: first the most common species, then the mean colour.": (
        lambda *parts: baselines(*parts)[::-1]
    ),
    "The first takes the species that is most common among the new flowers. A guesser has seen the "
    "old ones only.": partial(baselines, common=lambda y, y_new: _most_common(y_new)),
    "Those are accuracies on the flowers that were learned from: judge on the new ones.": partial(
        baselines, judged_on=lambda old, new: old
    ),
    "The second was fitted to the new flowers, which it is to be judged on.": partial(
        baselines, fitted_on=lambda old, new: new
    ),
    "The second knows the brightness alone: take a mean for each of the three colours.": partial(
        baselines, over=(1, 2, 3)
    ),
    "The second knows all pixels: take the mean of each colour over height and width.": partial(
        baselines, over=()
    ),
    "The second knows the mean of each column of pixels: take it over height as well as width.": (
        partial(baselines, over=(2,))
    ),
    "The second knows the mean of each row of pixels: take it over height as well as width.": (
        partial(baselines, over=(3,))
    ),
    "The first is 1/5. The species are not equally frequent.": (
        lambda *parts: (0.2, baselines(*parts)[1])
    ),
    "The first is the share of the most common species among the flowers learned from. Judge it on "
    "the new ones.": (
        lambda X, y, X_new, y_new: (_share(y, _most_common(y)), baselines(X, y, X_new, y_new)[1])
    ),
    "You divide by the number of flowers that were learned from. Divide by that of the new ones.": (
        lambda X, y, X_new, y_new: tuple(
            a * len(X_new) / len(X) for a in baselines(X, y, X_new, y_new)
        )
    ),
    "These are errors: count the flowers that are named rightly.": (
        lambda *parts: tuple(1 - a for a in baselines(*parts))
    ),
}
