"""Which strategy gains more than the luck of the seed?"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import torch
import torch.nn.functional as F

from nblib.checks.mistakes import Mistakes

__all__ = ["VERDICTS", "judged", "small_trainings", "tied", "verdicts"]

Run = Callable[[str, int], float]
Scores = Mapping[str, Sequence[float]]


def verdicts(
    run: Run,
    strategies: Sequence[str],
    seeds: Sequence[int],
    *,
    gain: Callable[[Sequence[float], Sequence[float]], float] | None = None,
    spread: Callable[[Sequence[float], Sequence[float]], float] = lambda new, plain: (
        statistics.stdev(plain)
    ),
    say: Callable[[float, float], str] = lambda gain, spread: (
        "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    ),
) -> dict[str, str]:
    """Return, for each strategy but the first, what its median gain is beside the spread."""
    plain, *others = strategies
    gain = gain or _median_gain
    scores = {name: [float(run(name, seed)) for seed in seeds] for name in strategies}
    return {
        name: say(gain(scores[name], scores[plain]), spread(scores[name], scores[plain]))
        for name in others
    }


def judged(seed: int, num_seeds: int, num_strategies: int = 9) -> Callable[..., Any]:
    """Return a play: strategies whose gains lie about the spread of the plain one, by lot."""
    drawn = torch.Generator().manual_seed(seed)
    names = ["plain", *(f"strategy {chr(65 + k)}" for k in range(num_strategies))]
    seeds = [int(s) for s in torch.randperm(90, generator=drawn)[:num_seeds]]
    level = 0.9 + 0.02 * torch.randn(num_seeds, generator=drawn)
    gains = 0.035 * (2 * torch.rand(num_strategies, 1, generator=drawn) - 1)
    luck = 0.02 * torch.randn(num_strategies, num_seeds, generator=drawn)
    table = torch.cat([level[None], level + gains + luck]).round(decimals=4).double()
    table[1] = table[0] + 0.00005  # above 0, and less than a variance
    return _table(table, names, seeds)


def tied(spread: float, num_strategies: int = 3) -> Callable[..., Any]:
    """Return a play: gains of just the spread, up and down, and of a little more.

    `spread` is a power of two up to 1/4, so that all of it is exact.
    """
    plain = torch.tensor([0.5 - spread, 0.5, 0.5 + spread]).double()
    gains = torch.tensor([0.0, 1.0, -1.0, 1.25]).double()[: num_strategies + 1]
    table = plain + spread * gains[:, None]
    return _table(table, ["plain", *(f"strategy {k}" for k in range(num_strategies))], [4, 1, 7])


def _table(table: torch.Tensor, names: Sequence[str], seeds: Sequence[int]) -> Callable[..., Any]:
    """Return a play: accuracies (strategies, seeds), to be looked up and compared."""

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        runs = []

        def run(strategy: str, seed: int) -> float:
            runs.append((strategy, int(seed)))
            return table[names.index(strategy), seeds.index(int(seed))].item()

        came = answer(run, names, seeds)
        return {
            "trainings": len(runs),
            "each strategy with each seed": "yes" if len({*runs}) == table.numel() else "no",
            "said": {**came} if isinstance(came, Mapping) else came,
        }

    return play


@cache
def _trained(seed: int) -> dict[str, float]:
    """Train a softmax regression on some features and on all; return accuracies on 500 others."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(4, (800,), generator=generator)
    X = torch.randn(800, 8, generator=generator) + 2 * F.one_hot(y, 8)  # four features tell
    found = {}
    for name, features in {"some features": [0, 1, 5, 6], "all features": range(8)}.items():
        A = X[:, list(features)]
        W = torch.zeros(A.shape[1], 4)
        for _ in range(40):
            p = (A[:300] @ W).softmax(dim=1) - F.one_hot(y[:300], 4)
            W = W - A[:300].T @ p / 300
        for what, weights in {name: W, f"{name}, weights × 3": 3 * W, "untrained": 0 * W}.items():
            right = (A[300:] @ weights).argmax(dim=1) == y[300:]
            found[what] = right.double().mean().item()
    return found


def small_trainings(strategy: str, seed: int) -> float:
    """Return an accuracy that is really measured, of one of the trainings above."""
    return _trained(int(seed))[strategy]


def _median_gain(new: Sequence[float], plain: Sequence[float]) -> float:
    return statistics.median(_differences(new, plain))


def _lower_median(values: Sequence[float]) -> float:
    return statistics.median_low(values)


def _differences(new: Sequence[float], plain: Sequence[float]) -> list[float]:
    return [a - b for a, b in zip(new, plain, strict=True)]


def _with_the_one_before(
    run: Run, strategies: Sequence[str], seeds: Sequence[int]
) -> dict[str, str]:
    scores = [[float(run(name, seed)) for seed in seeds] for name in strategies]
    spread, said = statistics.stdev(scores[0]), {}
    for name, before, new in zip(strategies[1:], scores, scores[1:], strict=False):
        gain = _median_gain(new, before)
        said[name] = "helps" if gain > spread else "hurts" if gain < -spread else "no difference"
    return said


def _plain_again(run: Run, strategies: Sequence[str], seeds: Sequence[int]) -> dict[str, str]:
    plain, *others = strategies
    pairs = [verdicts(run, [plain, name], seeds) for name in others]
    return {name: word for said in pairs for name, word in said.items()}


VERDICTS: Mistakes = {
    "The medians are subtracted. Subtract seed by seed, and take the median of these gains.": (
        partial(verdicts, gain=lambda new, plain: statistics.median(new) - statistics.median(plain))
    ),
    "That is the mean gain. The median is wanted.": partial(
        verdicts, gain=lambda new, plain: statistics.fmean(_differences(new, plain))
    ),
    "`torch.median` takes the lower of the middle two. Take the mean of both.": partial(
        verdicts, gain=lambda new, plain: _lower_median(_differences(new, plain))
    ),
    "One seed decides, the first.": partial(verdicts, gain=lambda new, plain: new[0] - plain[0]),
    "The best seed decides. The median gain is wanted.": partial(
        verdicts, gain=lambda new, plain: max(new) - max(plain)
    ),
    "The largest gain of all seeds decides. The median is wanted.": partial(
        verdicts, gain=lambda new, plain: max(_differences(new, plain))
    ),
    "The spread is the strategy's own. That of the plain training is wanted.": partial(
        verdicts, spread=lambda new, plain: statistics.stdev(new)
    ),
    "The spread is that of the gains. That of the plain training is wanted.": partial(
        verdicts, spread=lambda new, plain: statistics.stdev(_differences(new, plain))
    ),
    "The spread is a variance. Take the root of it.": partial(
        verdicts, spread=lambda new, plain: statistics.variance(plain)
    ),
    "The variance is divided by the number of seeds. Divide by one less.": partial(
        verdicts, spread=lambda new, plain: statistics.pstdev(plain)
    ),
    "The spread is the range, smallest to largest. The standard deviation is wanted.": partial(
        verdicts, spread=lambda new, plain: max(plain) - min(plain)
    ),
    "The spread is divided by the root of the number of seeds: that is the standard error of a "
    "mean. Take the standard deviation itself.": partial(
        verdicts, spread=lambda new, plain: statistics.stdev(plain) / len(plain) ** 0.5
    ),
    "Whatever is above 0 helps, and whatever is below hurts. It must be more than the spread.": (
        partial(verdicts, spread=lambda new, plain: 0.0)
    ),
    "The sign is lost: what loses more than the spread hurts.": partial(
        verdicts, say=lambda gain, spread: "helps" if abs(gain) > spread else "no difference"
    ),
    'You never say "hurts".': partial(
        verdicts, say=lambda gain, spread: "helps" if gain > spread else "no difference"
    ),
    "Helps and hurts are exchanged: the gain is the strategy's accuracy minus the plain one.": (
        partial(
            verdicts,
            say=lambda gain, spread: (
                "hurts" if gain > spread else "helps" if gain < -spread else "no difference"
            ),
        )
    ),
    "A gain of just the spread is no difference. It must be *larger*.": partial(
        verdicts,
        say=lambda gain, spread: (
            "helps" if gain >= spread else "hurts" if gain <= -spread else "no difference"
        ),
    ),
    "Whatever is below 0 hurts. It must be below minus the spread.": partial(
        verdicts,
        say=lambda gain, spread: (
            "helps" if gain > spread else "hurts" if gain < 0 else "no difference"
        ),
    ),
    "Whatever is above 0 helps. It must be more than the spread.": partial(
        verdicts,
        say=lambda gain, spread: (
            "helps" if gain > 0 else "hurts" if gain < -spread else "no difference"
        ),
    ),
    "Both are sorted before they are subtracted. Subtract seed by seed.": partial(
        verdicts, gain=lambda new, plain: _median_gain(sorted(new), sorted(plain))
    ),
    "That is the upper of the middle two gains. Take the mean of both.": partial(
        verdicts, gain=lambda new, plain: statistics.median_high(_differences(new, plain))
    ),
    "Each strategy is compared with the one before it. Compare it with the plain one.": (
        _with_the_one_before
    ),
    "The plain training is run again for each strategy. Once with each seed will do.": (
        _plain_again
    ),
    "The plain training is among the verdicts. It is what the others are compared with.": (
        lambda run, strategies, seeds: (
            {strategies[0]: "no difference"} | verdicts(run, strategies, seeds)
        )
    ),
}
