"""Rounding to bfloat16 by lot: up as often as a number is nearer to the upper neighbour."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import SAID_OF_CHANCE, chance, draws, from_elsewhere, in_words, seeded
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["BY_LOT", "between", "facts_of_rounding", "round_by_lot", "say_of_rounding"]

Facts = Callable[[Callable[..., Any]], Any]
_NUM_DRAWS = 3000


def round_by_lot(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return x, float32, rounded to a neighbour in bfloat16, by its bits (Gupta et al. 2015)."""
    lot = torch.randint(1 << 16, x.shape, generator=generator, dtype=torch.int32)
    return ((x.contiguous().view(torch.int32) + lot) & -65536).view(torch.float32)


def between(step: int, share: float, exponent: int) -> float:
    """Return the number at this share of the way from (128 + step) · 2^exponent to the next."""
    return (128 + step + share) * 2.0**exponent


def _inner(x: Tensor) -> Tensor:
    """Return the neighbour towards 0."""
    return (x.contiguous().view(torch.int32) & -65536).view(torch.float32)


def _outer(x: Tensor) -> Tensor:
    """Return the neighbour away from 0, of what is no number of bfloat16 itself."""
    return (_inner(x).view(torch.int32) + 65536).view(torch.float32)


def _share(x: Tensor) -> Tensor:
    return ((x - _inner(x)) / (_outer(x) - _inner(x))).clamp(0, 1)


def facts_of_rounding(x: Tensor, exact: Tensor, seed: int) -> Facts:
    """Return a play that says what is true when x (k,), none of bfloat16, is rounded often.

    `exact` holds a few numbers that bfloat16 has.
    """
    table = x.expand(_NUM_DRAWS, -1).contiguous()

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        came = torch.as_tensor(answer(table, seeded(seed)))
        facts = {
            "the same shape": came.shape == table.shape,
            "float32": came.dtype == torch.float32,
        }
        if all(facts.values()):
            came = came.contiguous()
            few = table[:40]
            every = draws(lambda g: torch.as_tensor(answer(few, g)).tolist(), seed, 4)
            luck = chance(*every)
            alike = not (came != came[0]).any() and luck["another generator, another draw"]
            facts["each number has its own lot"] = not alike
            if not alike:
                facts |= _where_they_go(table, came, x)
            kept = torch.as_tensor(answer(exact, seeded(seed + 1)))
            facts["numbers of bfloat16 stay"] = torch.equal(kept.float(), exact)
            facts |= luck
        return in_words(facts)

    return play


def _where_they_go(table: Tensor, came: Tensor, x: Tensor) -> dict[str, bool]:
    """Return what is true of the results, the rows of which are draws of x rounded."""
    up, down = came == _outer(table), came == _inner(table)
    facts = {}
    facts["the sign stays"] = bool((came * table > 0).all())
    facts["not too far in"] = bool((came.abs() >= _inner(table).abs()).all())
    facts["not too far out"] = bool((came.abs() <= _outer(table).abs()).all())
    facts["8 digits"] = bool((came.view(torch.int32) & 65536).any())
    facts["numbers of bfloat16"] = not (came.view(torch.int32) & 65535).any().item()
    facts["the lower one comes"] = bool(torch.where(table > 0, down, up).any())
    facts["the upper one comes"] = bool(torch.where(table > 0, up, down).any())
    if (up | down).all():
        far = 6 * (0.25 / _NUM_DRAWS) ** 0.5
        shares = up.double().mean(dim=0)
        facts["some go out"] = bool(up.any())
        facts["some come both ways"] = bool((up.any(0) & down.any(0)).any())
        facts["both neighbours come"] = bool((up.any(0) & down.any(0)).all())
        facts["not both alike"] = bool(((shares - 0.5).abs() > far).any())
        off = (shares - _share(x)) * x.sign()  # how much too often it is the upper one
        for where, there in (("above", x > 0), ("below", x < 0)):
            facts[f"not too often up {where} 0"] = not (off > far)[there].any().item()
            facts[f"not too seldom up {where} 0"] = not (off < -far)[there].any().item()
    return facts


_SENTENCES = {
    "the same shape": "The result has another shape than x.",
    "float32": "The result is no float32 tensor. Its numbers are such as bfloat16 has, in float32.",
    "each number has its own lot": "One lot is drawn for many numbers. Each has its own.",
    "numbers of bfloat16": "Some results are no numbers of bfloat16: they have too many digits.",
    "the sign stays": "Some results have another sign than x, or are 0.",
    "8 digits": "The last of the 8 digits is never used: the grid is too coarse.",
    "the lower one comes": "No number ever goes to its lower neighbour.",
    "the upper one comes": "No number ever goes to its upper neighbour.",
    "not too far in": "Some results are nearer to 0 than both neighbours of x in bfloat16.",
    "not too far out": "Some results are farther from 0 than both neighbours of x in bfloat16.",
    "some go out": "All go to the neighbour that is nearer to 0.",
    "both neighbours come": "Some number always goes the same way. Both neighbours must come.",
    "not both alike": "The two neighbours come equally often. The nearer one must come more often.",
    **{
        f"not too {how} up {where} 0": f"{where.title()} 0 the upper neighbour comes too {how}."
        for where in ("above", "below")
        for how in ("often", "seldom")
    },
    "numbers of bfloat16 stay": "A number that bfloat16 has does not stay as it is.",
    **SAID_OF_CHANCE,
}


def say_of_rounding(check: Exercise, answer: Callable[..., Any], *plays: Facts) -> None:
    """Say which fact is not so, the first of those that the plays tell, each by its name."""
    explaining(first_fact(_SENTENCES))(check, answer, round_by_lot, BY_LOT, *plays)


def _up_if(chosen: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Return an answer that goes away from 0 where `chosen(share, u)`, u uniform, says so."""

    def wrong(x: Tensor, generator: torch.Generator) -> Tensor:
        u = torch.rand(x.shape, generator=generator)
        return torch.where(chosen(_share(x), u), _outer(x), _inner(x))

    return wrong


def _grid(
    x: Tensor, generator: torch.Generator, bits: int, lot: float = 1.0, up: bool = False
) -> Tensor:
    """Round by a lot from 0 to `lot` to so many significant bits."""
    m, e = torch.frexp(x.double())
    noisy = m * 2**bits + lot * torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp(noisy.ceil() if up else noisy.floor(), e - bits).float()


def _one_lot(x: Tensor, generator: torch.Generator) -> Tensor:
    return torch.where(_share(x) > torch.rand((), generator=generator), _outer(x), _inner(x))


def _a_lot_for_each_row(x: Tensor, generator: torch.Generator) -> Tensor:
    u = torch.rand(x.shape[:1] + (1,) * (x.ndim - 1), generator=generator)
    return torch.where(_share(x) > u, _outer(x), _inner(x))


def _noise_then_nearest(x: Tensor, generator: torch.Generator) -> Tensor:
    m, e = torch.frexp(x.double())
    u = torch.rand(x.shape, generator=generator, dtype=torch.float64)
    return torch.ldexp((256 * m + u).round(), e - 8).float()


BY_LOT: Mistakes = {
    "That is rounding to the nearest: what is small is lost each time.": (
        lambda x, generator: x.bfloat16().float()
    ),
    "That is rounding towards 0, each time.": lambda x, generator: _inner(x),
    "Each neighbour comes in half of the draws. The nearer one must come more often.": (
        lambda x, generator: _up_if(lambda share, u: (u < 0.5) & (share > 0))(x, generator)
    ),
    "It is the wrong way round: the nearer neighbour comes the less often.": (
        lambda x, generator: _up_if(lambda share, u: (u < 1 - share) & (share > 0))(x, generator)
    ),
    "The result is a bfloat16 tensor. Return the same numbers in float32.": (
        lambda x, generator: round_by_lot(x, generator).bfloat16()
    ),
    "The grid is too fine: 9 significant bits, and bfloat16 has 8.": partial(_grid, bits=9),
    "The grid is too coarse: 7 significant bits, and bfloat16 has 8, the leading one among them.": (
        partial(_grid, bits=7)
    ),
    "That is rounding down, each time: no lot is added.": partial(_grid, bits=8, lot=0.0),
    "That is rounding up, each time: no lot is added.": partial(_grid, bits=8, lot=0.0, up=True),
    "The lot is added, and then it is rounded up. Round down.": partial(_grid, bits=8, up=True),
    "The lot is half as large as it should be. It goes from 0 to 1.": partial(
        _grid, bits=8, lot=0.5
    ),
    "One lot is drawn for many numbers. Each has its own.": _one_lot,
    "Noise is added, and then it is rounded to the nearest, which goes up too often. Round down "
    "after the noise.": _noise_then_nearest,
    **from_elsewhere(round_by_lot),
    "The sign is lost.": lambda x, generator: round_by_lot(x.abs(), generator),
}
