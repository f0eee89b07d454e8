"""A permutation test, judged by what it asks of the statistic that it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import SAID_OF_CHANCE, chance, in_words, seeded
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["MIXING", "facts_of_mixing", "insist_on_even_mixing", "permutation_p", "say_of_mixing"]

Statistic = Callable[[Tensor, Tensor], float]
Answer = Callable[..., float]

_FORMULAS: dict[str, Callable[[int, int, int], float]] = {
    # of how many draws are at least, and more than, what was observed
    "right": lambda at_least, more, num_draws: (1 + at_least) / (1 + num_draws),
    "without the 1": lambda at_least, more, num_draws: at_least / num_draws,
    "more": lambda at_least, more, num_draws: (1 + more) / (1 + num_draws),
    "more, without the 1": lambda at_least, more, num_draws: more / num_draws,
    "at most": lambda at_least, more, num_draws: (1 + num_draws - more) / (1 + num_draws),
    "below": lambda at_least, more, num_draws: (1 + num_draws - at_least) / (1 + num_draws),
    "1 above alone": lambda at_least, more, num_draws: (1 + at_least) / num_draws,
    "1 below alone": lambda at_least, more, num_draws: at_least / (1 + num_draws),
    "a number": lambda at_least, more, num_draws: 1 + at_least,
    "a count": lambda at_least, more, num_draws: at_least,
}


def _pool(num_x: int, num_y: int) -> tuple[Tensor, Tensor]:
    """Return samples whose rows can be told apart by their first entry."""
    rows = torch.tensor([_whole(float(i)) for i in range(num_x + num_y)])
    return rows[:num_x], rows[num_x:]


def _whole(number: float) -> list[float]:
    """Return the row of `_pool` that begins with this number."""
    return [number, number * 7 % 5, -number]


def _value(X: Tensor, Y: Tensor) -> float:
    """Return a statistic with many ties, which is larger the more X and Y differ."""
    return float((4 * (X[:, 1].mean() - Y[:, 1].mean()).abs()).round())


def permutation_p(
    statistic: Statistic,
    X: Tensor,
    Y: Tensor,
    num_draws: int,
    generator: torch.Generator,
    *,
    mix: Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]] | None = None,
    formula: str = "right",
) -> float:
    """Return p: how often mixed samples differ at least as much as X and Y, the real ones too."""
    mix = mix or mixed
    observed = statistic(X, Y)
    found = [statistic(*mix(X, Y, generator)) for _ in range(num_draws)]
    at_least, more = (
        sum(value >= observed for value in found),
        sum(value > observed for value in found),
    )
    return float(_FORMULAS[formula](at_least, more, num_draws))


def mixed(X: Tensor, Y: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return the rows of both, dealt out anew by lot into parts as large as they were."""
    pool = torch.cat([X, Y])
    order = torch.randperm(len(pool), generator=generator).to(X.device)
    return pool[order[: len(X)]], pool[order[len(X) :]]


def facts_of_mixing(
    num_x: int, num_y: int, num_draws: int, seed: int, below: float = 0.0
) -> Callable[[Answer], dict[str, Any]]:
    """Return a play: what is true of the draws that an answer makes, and of its p.

    The statistic is 0 or more, minus `below`.
    """
    X, Y = _pool(num_x, num_y)

    torn: list[bool] = []  # of each row that comes

    def listened(answer: Answer, generator: torch.Generator) -> tuple[float, list[list[list[int]]]]:
        calls: list[list[list[int]]] = []

        def statistic(A: Tensor, B: Tensor) -> float:
            calls.append([part[:, 0].long().tolist() for part in (A, B)])
            torn.extend(row != _whole(row[0]) for part in (A, B) for row in part.tolist())
            return _value(A, B) - below

        return float(answer(statistic, X, Y, num_draws, generator)), calls

    def play(answer: Answer) -> dict[str, Any]:
        torn.clear()
        p, calls = listened(answer, seeded(seed))
        again, later = listened(answer, seeded(seed)), listened(answer, seeded(seed, moved_on=9))
        other = listened(answer, seeded(seed + 1))
        real = [part[:, 0].long().tolist() for part in (X, Y)]
        draws = [call for call in calls if call != real]
        every = [sorted(one + two) for one, two in draws]
        facts = {
            "the real samples are looked at": real in calls,
            "sizes stay": all(len(one) == num_x and len(two) == num_y for one, two in draws),
            "rows stay whole": not any(torn),
            "each row once": all(rows == list(range(num_x + num_y)) for rows in every),
            "X and Y are mixed": bool(draws) and any({*one} != {*real[0]} for one, _ in draws),
            "draws differ": len({str(call) for call in draws}) > len(draws) // 2,
            **chance([calls, other[1]], [again[1]], [later[1]]),
        }
        return in_words(facts) | {"draws": len(draws), "p": _named(p, draws, X, Y)}

    return play


def _named(p: float, draws: Sequence[Sequence[Sequence[int]]], X: Tensor, Y: Tensor) -> str:
    """Return by which formula p comes from the draws that were made."""
    rows = torch.cat([X, Y])
    observed = _value(X, Y)
    if not draws or any(not 0 <= i < len(rows) for draw in draws for part in draw for i in part):
        return "of no draws"
    if any(not part for draw in draws for part in draw):
        return "of empty parts"
    values = [_value(rows[one], rows[two]) for one, two in draws]
    counts = sum(v >= observed for v in values), sum(v > observed for v in values)
    for name, formula in _FORMULAS.items():
        if abs(p - formula(*counts, len(draws))) < 1e-6:
            return name
    return "another"


def insist_on_even_mixing(check: Exercise, answer: Answer, seed: int) -> None:
    """Check that each row comes into the first part as often as any other."""
    X, Y = _pool(5, 9)
    seen: list[list[int]] = []

    def statistic(A: Tensor, B: Tensor) -> float:
        if not torch.equal(A, X):  # it may be asked about the real ones as often as one likes
            seen.append(A[:, 0].long().tolist())
        return _value(A, B)

    check.call(answer, statistic, X, Y, 700, seeded(seed))
    hits = torch.zeros(14)
    for rows in seen:
        hits[rows] += 1
    off = (hits / len(seen) - 5 / 14).abs().max().item()
    check.that(
        off < 7 * (5 / 14 * 9 / 14 / 700) ** 0.5,
        "Some rows come into the first part more often than others: mix all rows by lot.",
    )


def _with(**parts: Any) -> Answer:
    return lambda *args: permutation_p(*args, **parts)


def _each_by_itself(X: Tensor, Y: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    one = torch.randperm(len(X), generator=generator)
    return X[one], Y[torch.randperm(len(Y), generator=generator)]


def _bootstrap(X: Tensor, Y: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    pool = torch.cat([X, Y])
    rows = torch.randint(len(pool), (len(pool),), generator=generator)
    return pool[rows[: len(X)]], pool[rows[len(X) :]]


def _halves(X: Tensor, Y: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    pool = torch.cat([X, Y])
    pool = pool[torch.randperm(len(pool), generator=generator)]
    return pool[: len(pool) // 2], pool[len(pool) // 2 :]


def _seeded(
    statistic: Statistic, X: Tensor, Y: Tensor, num_draws: int, generator: torch.Generator
) -> float:
    return permutation_p(statistic, X, Y, num_draws, seeded(0))


MIXING: Mistakes = {
    "A p of 0 is possible: the samples as they are count as one of the ways to deal the rows, "
    "above and below.": _with(formula="without the 1"),
    "A tie counts as well: a mixed pair that differs just as much.": _with(formula="more"),
    "A tie counts as well, a mixed pair that differs just as much; and so do the samples as they "
    "are, above and below.": _with(formula="more, without the 1"),
    "You count the mixed pairs that differ less. Those that differ at least as much count.": _with(
        formula="below"
    ),
    "You count the mixed pairs that differ as much or less. Those that differ at least as much "
    "count.": _with(formula="at most"),
    "The samples as they are count above, and are missing below: 1 + num_draws.": _with(
        formula="1 above alone"
    ),
    "The samples as they are count below, and are missing above: 1 + the count.": _with(
        formula="1 below alone"
    ),
    "That is a number of draws. A share is wanted.": _with(formula="a number"),
    "That is the number of draws that differ as much. A share is wanted, and the real samples "
    "count, too.": _with(formula="a count"),
    "Each sample is shuffled by itself, so the same rows stay together. Mix the rows of both.": (
        _with(mix=_each_by_itself)
    ),
    "Rows are drawn with replacement, so that some come twice. Deal each row out once.": _with(
        mix=_bootstrap
    ),
    "The mixed parts are halves. They must be as large as X and Y are.": _with(mix=_halves),
    "Whatever the generator, the same draws come: draw from `generator`, and do not seed.": _seeded,
}

_SENTENCES = {
    "the real samples are looked at": "`statistic` is never asked about X and Y as they are.",
    "sizes stay": "The mixed parts have other sizes than X and Y.",
    "rows stay whole": "Rows are torn apart: each column is mixed by itself. A row stays together.",
    "each row once": "In some mixed pair a row is missing, or comes twice.",
    "X and Y are mixed": "No row of Y ever comes into the first part: mix the rows of both.",
    "draws differ": "The same mixed pair comes again and again: draw anew each time.",
    "draws": "{came} mixed pairs were looked at. {wanted} are wanted.",
    **SAID_OF_CHANCE,
    "p": "The draws are right. The p that was made of them is not (1 + how many differ at least as "
    "much) / (1 + num_draws).",
}
say_of_mixing = explaining(first_fact(_SENTENCES))
