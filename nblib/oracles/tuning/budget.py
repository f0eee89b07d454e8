"""The budget in epochs: the range test, successive halving, Hyperband, the best of n trials."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "BRACKETS",
    "EXPECTED_BEST",
    "HALVING",
    "STEEPEST",
    "brackets",
    "expected_best",
    "range_test",
    "successive_halving",
    "sweep_of_rates",
    "trained",
]

# The range test


def range_test(
    lrs: Tensor,
    losses: Tensor,
    *,
    smooth: Callable[[np.ndarray], np.ndarray] | None = None,
    slope: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda s, lr: (
        np.diff(s) / np.diff(np.log(lr))
    ),
    skip: Callable[[int], int] = lambda n: n // 10,
    end: Callable[[np.ndarray, int], int] = lambda s, first: int(s.argmin()),
    pick: Callable[[np.ndarray], int] = lambda slopes: int(slopes.argmin()),
    give: Callable[[np.ndarray, int, np.ndarray, np.ndarray], float] = (
        lambda lr, t, slopes, s: float(lr[t])
    ),
    finite: bool = True,
) -> float:
    """Return the rate from which the smoothed loss falls most per unit of log lr."""
    lr, loss = lrs.double().numpy(), losses.double().numpy()
    if finite:
        bad = np.flatnonzero(~np.isfinite(loss))
        loss = loss[: bad[0]] if len(bad) else loss
    s = (smooth or _smoothed)(loss)
    first = skip(len(lr))
    slopes = slope(s, lr[: len(s)])
    stop = end(s, first)
    part = slopes[first:stop]
    if not len(part):
        raise IndexError("there is no step between the first tenth and the smallest loss")
    t = first + pick(part)
    return give(lr, t, slopes, s)


def _smoothed(loss: np.ndarray, keep: float = 0.9, correct: bool = True) -> np.ndarray:
    mean, found = 0.0, []
    for t, one in enumerate(loss, 1):
        mean = keep * mean + (1 - keep) * one
        found.append(mean / (1 - keep**t) if correct else mean)
    return np.array(found)


def _started_at_the_first(loss: np.ndarray) -> np.ndarray:
    mean, found = loss[0], []
    for one in loss:
        mean = 0.9 * mean + 0.1 * one
        found.append(mean)
    return np.array(found)


def _corrected_twice(loss: np.ndarray) -> np.ndarray:
    return _started_at_the_first(loss) / (1 - 0.9 ** np.arange(1, len(loss) + 1))


def _counted(lrs: Tensor, losses: Tensor) -> float:
    """A tenth of the losses that count, not of all."""
    num_good = int(torch.isfinite(losses).long().cumprod(dim=0).sum())
    return range_test(lrs[:num_good], losses[:num_good])


def sweep_of_rates(
    seed: int,
    n: int,
    *,
    at: float = 0.45,
    dip: float = 0.0,
    bad: int = 0,
    late: bool = False,
    spikes: Mapping[int, float] | None = None,
) -> tuple[Tensor, Tensor]:
    """Return rates, unevenly spaced and rising, and noisy losses: a plateau, a fall, a rise.

    The fall is `at` this part of the way; `dip` is the height of a steep fall at the very start,
    `late` says whether there is one after the explosion, `bad` how many of the last losses are
    not finite (nan first if the seed is odd), and `spikes` which losses are others.
    """
    generator = torch.Generator().manual_seed(seed)
    gaps = 0.5 + torch.rand(n, generator=generator, dtype=torch.float64)
    where = gaps.cumsum(dim=0) / gaps.sum()  # 0 … 1
    lrs = 10 ** (-5 + 6 * where)
    loss = 2.3 - 2.2 / (1 + torch.exp(-(where - at) * 25))
    loss = loss + (2000 if late else 200) * (where - 0.85).clamp(min=0) ** 1.5
    loss = loss + dip * torch.exp(-where * 60)
    if late:
        loss = loss * (1 - 0.99 / (1 + torch.exp(-(where - 0.93) * 200)))
    loss = loss * (1 + 0.05 * torch.randn(n, generator=generator, dtype=torch.float64))
    for t, one in (spikes or {}).items():
        loss[t] = one
    if bad:
        two = [math.nan, math.inf] if seed % 2 else [math.inf, math.nan]
        loss[-bad:] = torch.tensor(two).double().repeat(bad)[:bad]
    return lrs, loss


def _rates(**how: Any) -> Callable[[Tensor, Tensor], float]:
    return lambda lrs, losses: range_test(lrs, losses, **how)


STEEPEST: Mistakes = {
    "That is the rate where the smoothed loss is smallest, about to explode. Take "
    "the steepest fall.": (_rates(give=lambda lr, t, slopes, s: float(lr[s.argmin()]))),
    "That is a tenth of the rate where the smoothed loss is smallest. Take the steepest fall.": (
        _rates(give=lambda lr, t, slopes, s: float(lr[s.argmin()]) / 10)
    ),
    "The losses are not smoothed: the luck of one batch decides.": _rates(smooth=lambda loss: loss),
    "The mean is not corrected: it starts at 0, so divide by 1 − 0.9ᵗ, with t = 1 for the first.": (
        _rates(smooth=lambda loss: _smoothed(loss, correct=False))
    ),
    "The mean starts at the first loss. Start it at 0, and divide by 1 − 0.9ᵗ, with t = 1 for the "
    "first.": _rates(smooth=_started_at_the_first),
    "The mean starts at the first loss, and is divided all the same. Start it at 0.": _rates(
        smooth=_corrected_twice
    ),
    "A tenth of the losses that are left is left out. n is the number of all rates.": _counted,
    "You begin one step too late: step n // 10 itself counts.": _rates(skip=lambda n: n // 10 + 1),
    "The slope is taken from the step before to the step after. Take it from t to t + 1.": _rates(
        slope=lambda s, lr: np.gradient(s, np.log(lr))
    ),
    "The largest slope of either sign is taken. Take the most negative.": _rates(
        pick=lambda slopes: int(np.abs(slopes).argmax())
    ),
    "0.9 and 0.1 are exchanged: 0.9 belongs to what was before.": _rates(
        smooth=lambda loss: _smoothed(loss, keep=0.1)
    ),
    "The slope is per unit of lr. Divide by the difference of the logarithms.": _rates(
        slope=lambda s, lr: np.diff(s) / np.diff(lr)
    ),
    "The slope is per step. The rates are unevenly spaced: divide by the difference of the "
    "logarithms.": _rates(slope=lambda s, lr: np.diff(s)),
    "The first tenth is not left out.": _rates(skip=lambda n: 0),
    "You look beyond the smallest smoothed loss: what falls there falls from a height.": _rates(
        end=lambda s, first: len(s) - 1
    ),
    "That is the rate after the step. Return the one before: the left end.": _rates(
        give=lambda lr, t, slopes, s: float(lr[t + 1])
    ),
    "That is the place in the list. Return the rate there.": _rates(
        give=lambda lr, t, slopes, s: float(t)
    ),
    "That is the place counted from where you began to look, not in the whole list.": (
        lambda lrs, losses: range_test(
            lrs, losses, give=lambda lr, t, slopes, s: float(lr[t - len(lr) // 10])
        )
    ),
    "That is the slope. Return the rate where it is steepest.": _rates(
        give=lambda lr, t, slopes, s: float(slopes[t])
    ),
    "That is where the loss rises most, or falls least. Look for the smallest slope, below 0.": (
        _rates(pick=lambda slopes: int(slopes.argmax()))
    ),
    "That is where the slope is smallest in size. Look for the smallest, below 0.": _rates(
        pick=lambda slopes: int(np.abs(slopes).argmin())
    ),
    "That is the logarithm of the rate.": _rates(give=lambda lr, t, slopes, s: math.log(lr[t])),
}

# Successive halving

Log = list[tuple[str, int, int]]


def successive_halving(
    configs: Sequence[Any],
    train: Callable[[Any, int, int], float],
    eta: int,
    min_epochs: int,
    max_epochs: int,
    *,
    keep: Callable[[int, int, int], int] = lambda now, eta, start: now // eta,
    sign: int = 1,
    start: Callable[[int], int] = lambda before: before,
    until_one: bool = False,
    earlier: bool = True,
    at_least: int = 1,
    best: Callable[[list[int]], int] = lambda order: order[0],
    next_rung: Callable[[int, int, int], int] = lambda epochs, eta, least: epochs * eta,
    result: Callable[[Any, float, int], Any] = lambda config, score, place: config,
) -> Any:
    """Return the best at max_epochs of those that were among the best 1/eta at each rung before."""
    alive = list(range(len(configs)))
    before, epochs = 0, min_epochs
    while True:
        scores = {i: float(train(configs[i], start(before), epochs)) for i in alive}
        order = sorted(alive, key=lambda i: (-sign * scores[i], i if earlier else -i))
        nxt = next_rung(epochs, eta, min_epochs)
        if nxt > max_epochs or (until_one and len(alive) == 1):
            winner = best(order)
            return result(configs[winner], scores[winner], winner)
        alive = order[: max(at_least, keep(len(alive), eta, len(configs)))]
        if until_one and len(alive) == 1:
            return result(configs[alive[0]], scores[alive[0]], alive[0])
        before, epochs = epochs, nxt


def _curve(seed: int) -> Callable[[int], float]:
    generator = torch.Generator().manual_seed(seed)
    last, speed, bump = torch.rand(3, generator=generator, dtype=torch.float64).tolist()
    return lambda epoch: round(
        last * (1 - math.exp(-epoch * (0.05 + speed))) + 2.5 * bump / (3 + epoch), 6
    )


def trained(
    seed: int, num_configs: int, eta: int, least: int, most: int, ties: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: the winner, and who was trained from where to where, in order of the rungs."""

    def play(answer: Callable[..., Any]) -> Any:
        configs = [
            {"name": f"c{(7 * i + 3) % 101}", "lr": 0.1 + i / 100} for i in range(num_configs)
        ]
        curves = {one["name"]: _curve(seed * 1000 + i) for i, one in enumerate(configs)}
        log: Log = []

        def train(config: Mapping[str, Any], from_epoch: int, to_epoch: int) -> float:
            log.append((config["name"], int(from_epoch), int(to_epoch)))
            if len(log) > 2000:
                raise RuntimeError("train was called more than 2,000 times")
            score = curves[config["name"]](int(to_epoch))
            return round(score, 1) if ties else score

        winner = answer(configs, train, eta, least, most)
        numbers = {one["name"]: i for i, one in enumerate(configs)}
        told = winner["name"] if isinstance(winner, Mapping) and "name" in winner else repr(winner)
        rows = sorted((to, start, numbers.get(name, -1)) for name, start, to in log)
        return {
            "winner": told,
            "trained, as (to epoch, from epoch, place)": [str(row) for row in rows],
            "epochs": sum(to - start for to, start, _ in rows),
        }

    return play


def _halving(**how: Any) -> Callable[..., Any]:
    return lambda configs, train, eta, least, most: successive_halving(
        configs, train, eta, least, most, **how
    )


def _old_scores(
    configs: Sequence[Any], train: Callable[..., float], eta: int, least: int, most: int
) -> Any:
    """The best score of any rung wins, whoever had it."""
    seen: dict[int, float] = {}

    def noted(config: Any, start: int, end: int) -> float:
        score = float(train(config, start, end))
        place = next(i for i, one in enumerate(configs) if one is config)
        seen[place] = max(score, seen.get(place, -math.inf))
        return score

    successive_halving(configs, noted, eta, least, most)
    return configs[max(seen, key=lambda i: seen[i])]


HALVING: Mistakes = {
    "Each rung trains from 0 again. Go on from where the configuration stands.": _halving(
        start=lambda before: 0
    ),
    "The worst are kept. A higher score is better.": _halving(sign=-1),
    "Each time as many are kept as after the first rung: 1/eta of all. Keep 1/eta of those "
    "that are left.": _halving(keep=lambda now, eta, start: start // eta),
    "eta are kept. Keep one in eta.": _halving(keep=lambda now, eta, start: min(now, eta)),
    "A half is kept each time. Keep one in eta.": _halving(keep=lambda now, eta, start: now // 2),
    "All but one in eta are kept. Keep one in eta.": _halving(
        keep=lambda now, eta, start: now - now // eta
    ),
    "You round up how many are kept. Round down, and keep one at least.": _halving(
        keep=lambda now, eta, start: -(-now // eta)
    ),
    "Nobody is dropped. Keep one in eta.": _halving(keep=lambda now, eta, start: now),
    # two, since the error at the end depends on how the best of nobody is looked for
    "Nobody is left where fewer than eta are there. Keep one at least.": _halving(at_least=0),
    "Where fewer than eta are there, none is left. Keep one at least.": _halving(
        at_least=0, best=lambda order: max(order, key=lambda i: -order.index(i))
    ),
    "You stop as soon as one is left. It is trained up to max_epochs, too.": _halving(
        until_one=True
    ),
    "Of two equal scores the later one is kept. Keep the earlier.": _halving(earlier=False),
    "The rungs are min_epochs apart. Each is eta times as many epochs as the one before.": _halving(
        next_rung=lambda epochs, eta, least: epochs + least
    ),
    "The rungs are twice as many epochs each. Multiply by eta.": _halving(
        next_rung=lambda epochs, eta, least: epochs * 2
    ),
    "The winner's score is returned. Return its configuration.": _halving(
        result=lambda config, score, place: score
    ),
    "The winner's place is returned. Return its configuration.": _halving(
        result=lambda config, score, place: place
    ),
    "The winner is the one with the best score of any age. Compare those of max_epochs alone.": (
        _old_scores
    ),
    "The epochs begin one later than the last rung ended. from_epoch is how many are done.": (
        _halving(start=lambda before: before + 1)
    ),
    "Only one rung: all are trained to max_epochs.": (
        lambda configs, train, eta, least, most: successive_halving(configs, train, eta, most, most)
    ),
}

# Hyperband


def brackets(
    R: int,
    eta: int,
    *,
    most: Callable[[int, int], int] | None = None,
    size: Callable[[int, int, int], int] = lambda s, top, eta: -(-(top + 1) * eta**s // (s + 1)),
    epochs: Callable[[int, int, int], Any] = lambda R, eta, s: R // eta**s,
) -> list[tuple[int, Any]]:
    """Return (number of settings, epochs of the first rung) of each bracket, the broadest first."""
    top = (most or _largest_power)(R, eta)
    return [(size(s, top, eta), epochs(R, eta, s)) for s in range(top, -1, -1)]


def _largest_power(R: int, eta: int) -> int:
    power = 0
    while eta ** (power + 1) <= R:
        power += 1
    return power


def _bands(**how: Any) -> Callable[[int, int], Any]:
    return lambda R, eta: brackets(R, eta, **how)


BRACKETS: Mistakes = {
    "You round before you multiply by etaˢ, as many programs do. The paper's algorithm rounds the "
    "product.": _bands(size=lambda s, top, eta: (top + 1) // (s + 1) * eta**s),
    "You round up before you multiply by etaˢ. Round the product.": _bands(
        size=lambda s, top, eta: -(-(top + 1) // (s + 1)) * eta**s
    ),
    "You round n down. Round it up.": _bands(
        size=lambda s, top, eta: (top + 1) * eta**s // (s + 1)
    ),
    "n is rounded to the nearest. Round it up.": _bands(
        size=lambda s, top, eta: round((top + 1) * eta**s / (s + 1))
    ),
    "The logarithm came out a little too small: log 243 / log 3 is 4.999… in the computer. Count "
    "in whole numbers.": _bands(most=lambda R, eta: int(math.log(R) / math.log(eta))),
    "The narrowest bracket comes first. Begin with the one of most configurations.": (
        lambda R, eta: brackets(R, eta)[::-1]
    ),
    "n is etaˢ, and the factor (s_max + 1)/(s + 1) is missing: brackets must cost about "
    "the same.": (_bands(size=lambda s, top, eta: eta**s)),
    "(s_max + 1)/(s + 1) has s_max for s_max + 1.": _bands(
        size=lambda s, top, eta: -(-top * eta**s // (s + 1))
    ),
    "The last bracket, s = 0, is missing.": lambda R, eta: brackets(R, eta)[:-1],
    "The broadest bracket, s = s_max, is missing.": lambda R, eta: brackets(R, eta)[1:],
    "The pairs are exchanged: (number of configurations, epochs).": (
        lambda R, eta: [(r, n) for n, r in brackets(R, eta)]
    ),
    "The epochs are etaˢ. They are R divided by etaˢ.": _bands(epochs=lambda R, eta, s: eta**s),
    "The epochs are no whole numbers. Round them down.": _bands(
        epochs=lambda R, eta, s: R / eta**s
    ),
    "The epochs are rounded up. Round them down.": _bands(epochs=lambda R, eta, s: -(-R // eta**s)),
    "Each bracket has R epochs to begin with. They are R divided by etaˢ.": _bands(
        epochs=lambda R, eta, s: R
    ),
    "One bracket too many: etaˢ is above R there.": _bands(
        most=lambda R, eta: _largest_power(R, eta) + 1
    ),
    "n is rounded down, and 1 is added: too many where nothing is left over. Round up.": _bands(
        size=lambda s, top, eta: (top + 1) * eta**s // (s + 1) + 1
    ),
    "The factor (s_max + 1)/(s + 1) is upside down.": _bands(
        size=lambda s, top, eta: -(-(s + 1) * eta**s // (top + 1))
    ),
    "n has no factor etaˢ.": _bands(size=lambda s, top, eta: -(-(top + 1) // (s + 1))),
    "The epochs are rounded to the nearest. Round them down.": _bands(
        epochs=lambda R, eta, s: round(R / eta**s)
    ),
    "The epochs are eta to the power s_max − s, the same only where R is a power of eta. They are "
    "R divided by etaˢ.": _bands(epochs=lambda R, eta, s: eta ** (_largest_power(R, eta) - s)),
}

# The best of n trials


def expected_best(scores: Tensor, n: int) -> float:
    """Return the mean of the best of n trials, drawn with replacement from these scores."""
    x = np.sort(scores.double().numpy())
    return float((x * np.diff((np.arange(len(x) + 1) / len(x)) ** n)).sum())


def _without_replacement(scores: Tensor, n: int) -> float:
    values, size = scores.tolist(), min(n, len(scores))
    if math.comb(len(values), size) <= 3000:
        return float(np.mean([max(some) for some in combinations(values, size)]))
    x = np.sort(np.array(values))
    ways = np.array([math.comb(i, size - 1) for i in range(len(x))], dtype=float)
    return float((x * ways).sum() / ways.sum())


def _steps(probabilities: Callable[[np.ndarray, int], np.ndarray]) -> Callable[..., float]:
    """Return an answer with probabilities(0 … 1 in steps of 1/m, n) of the sorted scores."""
    return lambda scores, n: float(
        (
            np.sort(scores.double().numpy()) * probabilities(np.linspace(0, 1, len(scores) + 1), n)
        ).sum()
    )


def _unsorted(scores: Tensor, n: int) -> float:
    x = scores.double().numpy()
    return float((x * np.diff((np.arange(len(x) + 1) / len(x)) ** n)).sum())


EXPECTED_BEST: Mistakes = {
    "That is the mean of the scores: the best of one.": lambda scores, n: float(
        scores.double().mean()
    ),
    "That is the largest score of all. The best of n trials is mostly less.": lambda scores, n: (
        float(scores.max())
    ),
    "You draw without replacement. Here any trial may come again.": _without_replacement,
    "That is the mean of the worst of n: the scores must rise.": (
        lambda scores, n: -expected_best(-scores, n)
    ),
    "The scores are not sorted.": _unsorted,
    "That is for n − 1 trials.": lambda scores, n: expected_best(scores, n - 1),
    "That is for n + 1 trials.": lambda scores, n: expected_best(scores, n + 1),
    "That is the mean of the n best scores.": lambda scores, n: float(
        scores.double().sort(descending=True).values[:n].mean()
    ),
    "That is the best of the first n scores. Take the mean over all draws.": lambda scores, n: (
        float(scores[:n].max())
    ),
    "You add up the scores times (i/m)ⁿ. Its steps, (i/m)ⁿ − ((i−1)/m)ⁿ, are the probabilities.": (
        lambda scores, n: float(
            (
                scores.double().sort().values
                * (torch.arange(1, len(scores) + 1).double() / len(scores)) ** n
            ).sum()
        )
    ),
    "That is a quantile, the median of the best. The mean is wanted.": (
        lambda scores, n: float(
            scores.double().sort().values[math.ceil(len(scores) * 0.5 ** (1 / n)) - 1]
        )
    ),
    "That is the number n times the mean.": lambda scores, n: float(n * scores.double().mean()),
    "The steps belong one place further: xᵢ goes with (i/m)ⁿ − ((i−1)/m)ⁿ.": _steps(
        lambda below, n: np.diff(below**n, prepend=0)[:-1]
    ),
    "The power is taken after the difference. Take (i/m)ⁿ first.": _steps(
        lambda below, n: np.diff(below) ** n
    ),
    "The root is taken, 1/n, in place of the power n.": _steps(
        lambda below, n: np.diff(below ** (1 / n))
    ),
    "You divide by m + 1: the probabilities do not add up to 1. Divide by m.": _steps(
        lambda below, n: np.diff((below * (len(below) - 1) / len(below)) ** n)
    ),
    "n is cut at the number of scores. One may draw more often.": lambda scores, n: expected_best(
        scores, min(n, len(scores))
    ),
    "Equal scores are counted once. Each of them counts.": lambda scores, n: expected_best(
        scores.unique(), n
    ),
}
