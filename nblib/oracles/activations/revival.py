"""What a cure for dead units must do, one sentence for each way to miss it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from nblib.checks import Exercise
from nblib.oracles.activations.common import Tensor

__all__ = ["Wounded", "follow_revival", "revive", "wounded"]

# A cure


@dataclass(frozen=True)
class Wounded:
    """A network relu(X W1 + b1) W2, and which of its units are `dead`.

    Units `zero` get the input 0 for every example; the unit `biased` lives in spite of a bias of
    −30; the unit `rare` is silent for nearly all examples, and lives. They may be missing.
    """

    X: Tensor
    W1: Tensor
    b1: Tensor
    W2: Tensor
    dead: Tensor
    zero: Sequence[int] = ()
    biased: int | None = None
    rare: int | None = None

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The arguments of `revive`, but for the generator."""
        return self.X, self.W1, self.b1, self.W2


def wounded(
    num_inputs: int,
    num_units: int,
    num_dead: int,
    generator: torch.Generator,
    dtype: torch.dtype,
) -> Wounded:
    """Draw a network from He's start, with 300 examples and 3 outputs, and kill some units.

    The dead have a bias of −50, or one that is just low enough, or the weights and the bias 0.
    """

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=dtype)

    X, W1 = draw(300, num_inputs), draw(num_inputs, num_units) * math.sqrt(2 / num_inputs)
    b1, W2 = draw(num_units) / 10, draw(num_units, 3)
    largest = (X @ W1).amax(dim=0)  # (num_units,)
    order = torch.randperm(num_units, generator=generator).tolist()
    killed, living = order[:num_dead], order[num_dead:]
    dead = torch.zeros(num_units, dtype=torch.bool)
    dead[killed] = True
    b1[killed] = -50.0
    b1[killed[1::3]] = -largest[killed[1::3]] - 0.1
    W1[:, killed[2::3]], b1[killed[2::3]] = 0.0, 0.0
    biased, rare = (living[0], living[1]) if len(living) > 1 else (None, None)
    if biased is not None and rare is not None:
        W1[:, biased] *= 40
        b1[biased] = -30.0
        b1[rare] = -largest[rare] + 0.1
    return Wounded(X, W1, b1, W2, dead, killed[2::3], biased, rare)


def revive(
    X: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Return new (W1, b1, W2) in which units that are 0 on all of X start afresh.

    Source: Sokar et al. (2023).
    """
    dead = (X @ W1 + b1 <= 0).all(dim=0)
    fresh = torch.randn(W1.shape, generator=generator, dtype=W1.dtype) * math.sqrt(2 / len(W1))
    return torch.where(dead, fresh, W1), b1.masked_fill(dead, 0), W2.masked_fill(dead[:, None], 0)


def follow_revival(
    check: Exercise,
    answer: Callable[..., Any],
    network: Wounded,
    generator: torch.Generator,
) -> None:
    """Check that an answer to `revive` treats the dead of a network as it should, and no others.

    Which numbers it draws, and how many, is its own affair. Their size is judged where there are
    1,800 or more, and so many units that fan-in and fan-out cannot be mistaken for each other.
    """
    other = torch.Generator().manual_seed(generator.initial_seed() // 2 + 1)
    again = check.call(answer, *network.parts, generator)
    elsewhere = check.call(answer, *network.parts, other)
    new = check.call(answer, *network.parts, generator)
    check.that(new is not None, "Your function returned None: is the `return` missing?")
    check.that(
        isinstance(new, list | tuple) and len(new) == 3, "Three results are wanted: W1, b1 and W2."
    )
    old = network.parts[1:]
    for name, part, before in zip(("W1", "b1", "W2"), new, old, strict=True):
        check.that(isinstance(part, Tensor), f"A tensor is wanted for {name}.")
        check.that(
            part.shape == before.shape,
            f"The shape of {name} has changed.",
            shape=list(part.shape),
            wanted=list(before.shape),
        )
        check.that(
            part.dtype == before.dtype,
            f"The dtype of {name} has changed. Keep that of what you are given.",
            dtype=str(part.dtype),
            wanted=str(before.dtype),
        )
    _judge_who(check, network, new)
    W1, b1, W2 = new
    dead = network.dead
    check.that(
        bool((b1[dead] == 0).all()),
        "A dead unit has kept its bias, which killed it. Set it to 0.",
        bias=b1[dead],
    )
    check.that(
        bool((W2[dead] == 0).all()),
        "A revived unit has outgoing weights that are not 0. With 0 it starts without a word.",
        outgoing_weights=W2[dead],
    )
    drawn = W1[:, dead]  # (num_inputs, num_dead)
    check.that(
        bool((drawn != 0).any(dim=0).all()),
        "Units are still dead: with all incoming weights 0, relu(0) = 0 has the slope 0.",
    )
    check.that(
        bool((drawn != network.W1[:, dead]).any(dim=0).all()),
        "A dead unit has kept its incoming weights. Draw them anew.",
    )
    check.that(
        drawn.unique(dim=1).shape[1] == drawn.shape[1],
        "Revived units got the same weights, and will stay twins. Draw for each of them.",
    )
    check.that(
        bool((drawn != drawn[0]).any(dim=0).all()),
        "A revived unit has the same weight from every input. Draw each weight by itself.",
    )
    hidden = torch.relu(network.X @ W1 + b1)  # (300, num_units)
    check.that(
        bool((hidden > 0).any(dim=0).all()),
        "A unit is still dead after the cure: 0 for every example.",
    )
    _judge_source(check, drawn, again[0][:, dead], elsewhere[0][:, dead])
    if drawn.numel() >= 1800 and len(network.b1) >= 1.5 * len(drawn):
        _judge_size(check, drawn, len(network.b1))


def _judge_who(check: Exercise, network: Wounded, new: Sequence[Tensor]) -> None:
    """Check which units were treated: all of the dead, none of the living."""
    (W1, b1, W2), (new_W1, new_b1, new_W2) = network.parts[1:], new
    changed = {
        "The incoming weights of living units have changed. Touch only the dead.": (
            (new_W1 != W1).any(dim=0)  # (num_units,)
        ),
        "The bias of living units has changed. Touch only the dead.": new_b1 != b1,
        "The outgoing weights of living units have changed. Touch only the dead.": (
            (new_W2 != W2).any(dim=1)
        ),
    }
    treated = torch.stack([*changed.values()]).any(dim=0)
    wrong = _numbers(treated & ~network.dead)
    check.that(
        wrong != [network.biased],
        "A unit with a large negative bias was treated, which lives by its weights. Look at the "
        "outputs.",
        unit=wrong,
    )
    check.that(
        wrong != [network.rare],
        "A unit that answers to few examples was treated. Dead means 0 for every example.",
        unit=wrong,
    )
    for sentence, units in changed.items():
        alive = _numbers(units & ~network.dead)
        check.that(not alive, sentence, units=alive)
    missed = _numbers(~treated & network.dead)
    check.that(
        not missed or not set(missed) <= {*network.zero},
        "A unit whose input is exactly 0 puts out 0 as well: it is dead, too.",
        units=missed,
    )
    check.that(not missed, "Dead units were left as they are.", units=missed)


_ROUGHLY = 0.1  # 6 standard errors of the standard deviation of 1,800 numbers


def _numbers(mask: Tensor) -> list[int]:
    return mask.nonzero().flatten().tolist()


def _judge_source(check: Exercise, new: Tensor, again: Tensor, elsewhere: Tensor) -> None:
    """Check that all that is random comes from the generator that was given."""
    check.that(
        torch.equal(new, again),
        "The same generator gave other weights the second time. Draw from `generator` alone.",
    )
    check.that(
        not torch.equal(new, elsewhere),
        "Generators with different seeds gave the same weights. Draw from the one that is given.",
    )


def _judge_size(check: Exercise, drawn: Tensor, num_units: int) -> None:
    """Check mean and standard deviation of the new weights, (num_inputs, num_dead)."""
    num_inputs = len(drawn)
    wanted, came = math.sqrt(2 / num_inputs), drawn.std().item()
    shown = {"standard_deviation": came, "wanted": wanted}
    for sentence, wrong in {
        "The new weights have the standard deviation 1. Multiply them by √(2/fan-in).": 1.0,
        "2/fan-in is the variance. The standard deviation is its root.": 2 / num_inputs,
        "You divide by the number of units. Fan-in is that of the inputs, the rows of W1.": (
            math.sqrt(2 / num_units)
        ),
        "That is 2/(fan-in + fan-out) under the root. He has 2/fan-in.": (
            math.sqrt(2 / (num_inputs + num_units))
        ),
        "That is 1/fan-in under the root. He has 2/fan-in.": math.sqrt(1 / num_inputs),
        "The fan-in is under the root as well: √(2/fan-in).": math.sqrt(2) / num_inputs,
    }.items():
        check.that(abs(came / wrong - 1) > 0.04, sentence, **shown)
    is_right = abs(came / wanted - 1) < _ROUGHLY
    check.that(
        is_right or not 0.99 < drawn.abs().max().item() / wanted < 1.01,
        "Your weights end at √(2/fan-in), so their standard deviation is less than that.",
        **shown,
    )
    check.that(
        is_right,
        "The standard deviation of the new weights is not √(2/fan-in).",
        **shown,
    )
    mean = drawn.mean().item()
    check.that(
        abs(mean) < 1.5 * _ROUGHLY * wanted, "The mean of the new weights is not 0.", mean=mean
    )
