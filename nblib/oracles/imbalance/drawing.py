"""A balanced sampler: its shares, and the facts by which another one is told."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nblib.checks import Exercise

__all__ = ["DRAWN_SHARES", "balanced_indices", "drawn_alike"]

# --- Even classes ---------------------------------------------------------------------------------


def balanced_indices(y: Tensor, num_draws: int, generator: torch.Generator) -> Tensor:
    """Return places in `y`, (num_draws,) int64; each class is drawn equally often."""
    weights = 1 / torch.bincount(y).double()
    return torch.multinomial(weights[y], num_draws, replacement=True, generator=generator)


def _power_of_size(power: float) -> Callable[[Tensor], Tensor]:
    """Return how often classes of these sizes come, if a place weighs size ** power."""
    return lambda n: n ** (1 + power) / (n ** (1 + power)).sum()


DRAWN_SHARES: dict[str, Callable[[Tensor], Tensor]] = {  # of the sizes of the classes
    "The classes come as often as they are. Rare ones should come as often as common ones.": (
        _power_of_size(0)
    ),
    "The weights are upside down: the rare class has become rarer still.": _power_of_size(1),
    "The weights are the roots of what they should be: one over the size.": _power_of_size(-0.5),
    "The weights are the squares of what they should be: one over the size.": _power_of_size(-2),
    "The weights are 1 minus the share of the class. Take one over its size.": (
        lambda n: n * (n.sum() - n) / (n * (n.sum() - n)).sum()
    ),
    "Only class 0 comes. All classes come equally often.": lambda n: torch.eye(len(n))[0].double(),
    "Only class 1 comes. All classes come equally often.": lambda n: torch.eye(len(n))[1].double(),
    "Classes 0 and 1 come, half and half, and no other. All classes come equally often.": (
        lambda n: torch.eye(len(n))[:2].sum(dim=0).double() / 2
    ),
    "Class 1 comes half of the time, the others share what is left. All classes come equally "
    "often.": lambda n: _half_for_class_1(n),
}


def _half_for_class_1(sizes: Tensor) -> Tensor:
    rest = sizes * (torch.arange(len(sizes)) != 1)
    return rest / rest.sum() / 2 + (torch.arange(len(sizes)) == 1) / 2


def drawn_alike(check: Exercise, drawn: Tensor, y: Tensor) -> None:
    """Check places in `y`, drawn with replacement: all classes alike likely, and their members.

    There should be some hundred draws for each example. Chance alone fails this once in 10⁷ times.
    """
    n, num_draws, sizes = len(y), len(drawn), torch.bincount(y).double()
    check.that(
        bool(((drawn >= 0) & (drawn < n)).all()),
        "Some of these numbers are no places in `y`: 0 … n − 1.",
        smallest=int(drawn.min()),
        largest=int(drawn.max()),
    )
    check.that(
        int(drawn.max()) >= len(sizes),
        "Only the first places come, as many as there are classes: are these classes? Return "
        "places in `y`.",
        different=drawn.unique().tolist(),
    )
    classes = y[drawn]
    shares = torch.bincount(classes, minlength=len(sizes)).double() / num_draws
    wanted = torch.full_like(sizes, 1 / len(sizes))
    far = 6 * (wanted * (1 - wanted) / num_draws).sqrt().max().item()
    known = {sentence: share(sizes) for sentence, share in DRAWN_SHARES.items()}
    wrong = {sentence: s for sentence, s in known.items() if (s - wanted).abs().max() > far}
    check.close(shares, wanted, rtol=0, atol=far, mistakes=wrong)
    counts, expected = torch.bincount(drawn, minlength=n).double(), (num_draws * wanted / sizes)[y]
    check.that(
        bool((counts > 0).all()),
        "Some examples never come. Within its class, each is as likely as any other.",
        different_examples=int((counts > 0).sum()),
        examples=n,
    )
    check.that(
        bool(((counts - expected).abs() < 6 * expected.sqrt()).all()),
        "Within a class, some examples come far more often than others. All are alike likely.",
        times=counts.long(),
    )
    # The sum of squares is about n ± √(2n) for independent draws.
    spread = ((counts - expected).square() / expected).sum().item() / n
    check.that(
        spread > 0.2,
        "Within a class, all examples come equally often, as no chance does it: draw with "
        "replacement.",
        times=counts.long(),
    )
    changes = (classes[1:] != classes[:-1]).double().mean().item()
    change = 1 - 1 / len(sizes)
    far = 6 * math.sqrt(change * (1 - change) / num_draws)
    check.that(
        changes > change - far,
        "A class follows itself too often: the classes come in blocks. Each draw is independent of "
        "the one before.",
        share_of_changes=changes,
        expected=change,
    )
    check.that(
        changes < change + far,
        "A class follows itself too seldom: the classes come in turn. Each draw is independent of "
        "the one before.",
        share_of_changes=changes,
        expected=change,
    )
