"""Which setting, by several seeds; and which others cannot be told from it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["CHOICE", "choose", "runs_at_limits", "some_runs"]


def _paired(best: Tensor, other: Tensor) -> float:
    return (best - other).std().item() / math.sqrt(len(best))


def choose(
    accuracies: Tensor,
    *,
    filled: Callable[[Tensor], Tensor] = lambda a: a.nan_to_num(0.0),
    score: Callable[[Tensor], Tensor] = lambda a: a.mean(dim=1),
    error: Callable[[Tensor, Tensor], float] = _paired,
    times: float = 2.0,
) -> tuple[int, list[int]]:
    """Return the best setting by the mean over seeds, and those within 2 standard errors of it.

    The error is that of the paired differences. `accuracies` is (num_settings, num_seeds).
    """
    table = filled(accuracies.double())
    best = int(score(table).argmax())
    gaps = [(table[best] - row).mean().item() for row in table]
    near = [
        i for i, row in enumerate(table) if i == best or gaps[i] <= times * error(table[best], row)
    ]
    return best, near


def _unpaired(best: Tensor, other: Tensor) -> float:
    return math.sqrt((best.var().item() + other.var().item()) / len(best))


def _without_nan(accuracies: Tensor) -> Tensor:
    rows = [row[~row.isnan()].mean().expand(len(row)) for row in accuracies]
    return torch.where(accuracies.isnan(), torch.stack(rows), accuracies)


def some_runs(seed: int, num_settings: int, num_seeds: int, diverged: bool) -> Tensor:
    """Return accuracies (num_settings, num_seeds) in float64, some of the runs diverged.

    What one seed makes easy for a setting it makes easy for all, so differences are less noisy
    than accuracies. Some settings are near the best one. No gap lies near a limit.
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        base = 0.7 - 0.1 * torch.rand(num_settings, 1, generator=generator).double() ** 2
        by_seed = 0.05 * torch.randn(num_seeds, generator=generator).double()
        noise = 0.03 * torch.randn(num_settings, num_seeds, generator=generator).double()
        table = (base + by_seed + noise).clamp(0.05, 0.98)
        if diverged:
            top = int(table.mean(dim=1).argmax())
            table[top, int(torch.randint(num_seeds, (), generator=generator))] = math.nan
        first = table.nan_to_num(0.0).mean(dim=1).sort(descending=True).values
        limits = [choose(table, times=t)[1] for t in (1.96, 2.04)]
        if first[0] - first[1] > 1e-3 and limits[0] == limits[1]:
            return table


def runs_at_limits() -> Tensor:
    """Return accuracies (7, 5) that fall short of the first row's by 0.7 to 2.6 standard errors.

    So whoever allows another number of them, for whatever reason, gets another list.
    """
    scores = torch.tensor([-1.1, 0.3, 1.2, -0.7, 0.3]).double()
    scores = (scores - scores.mean()) / scores.std() * math.sqrt(5)  # standard error 1
    best = torch.tensor([0.80, 0.76, 0.83, 0.79, 0.82]).double()
    short = torch.tensor([2.6, 1.72, 2.12, 0.7, 1.88, 1.2]).double()
    return torch.cat([best[None], best - 0.01 * (short[:, None] + scores)])


CHOICE: Mistakes = {
    "You choose by the best single run: take the mean over the seeds.": partial(
        choose, score=lambda a: a.max(dim=1).values
    ),
    "You choose by the first seed alone: take the mean over the seeds.": partial(
        choose, score=lambda a: a[:, 0]
    ),
    "You choose by the median over the seeds: take the mean.": partial(
        choose, score=lambda a: a.quantile(0.5, dim=1)
    ),
    "You choose the worst.": partial(choose, score=lambda a: -a.mean(dim=1)),
    "A run that diverged is left out, so the setting that it warns of looks good: count it as 0.": (
        partial(choose, filled=_without_nan)
    ),
    "The standard error is that of two independent means. The seeds are the same, so take the "
    "differences seed by seed, and their standard deviation.": partial(choose, error=_unpaired),
    "Two standard deviations of the differences are allowed. The standard error is smaller, by the "
    "square root of the number of seeds.": partial(
        choose, error=lambda best, other: (best - other).std().item()
    ),
    "One standard error is allowed: allow two.": partial(choose, times=1.0),
    "The standard deviation divides by n: divide by n − 1.": partial(
        choose,
        error=lambda b, o: (b - o).std(unbiased=False).item() / math.sqrt(len(b)),
    ),
    "The standard deviation is divided by n: divide it by the root of n.": partial(
        choose, error=lambda b, o: (b - o).std().item() / len(b)
    ),
    "The chosen one itself is missing from the list.": (
        lambda a: (choose(a)[0], [i for i in choose(a)[1] if i != choose(a)[0]])
    ),
    "The list holds those that are worse: it is to hold those that cannot be told from the best.": (
        lambda a: (choose(a)[0], [i for i in range(len(a)) if i not in choose(a)[1]])
    ),
    "The spread of the best setting alone is taken: take that of the differences.": partial(
        choose, error=lambda b, o: b.std().item() / math.sqrt(len(b))
    ),
    "A run that diverged wins: NaN is the largest for `argmax`. Count it as 0.": partial(
        choose, filled=lambda a: a
    ),
    "A run that diverged wins, since NaN is the largest for `argmax`, and nobody is near it, not "
    "even itself. Count NaN as 0.": (
        lambda a: (
            choose(a, filled=lambda b: b)[0],
            [i for i in choose(a, filled=lambda b: b)[1] if not a.isnan().any()],
        )
    ),
    "You choose a seed: settings are the rows. Take means along dimension 1.": (
        lambda a: choose(a.nan_to_num(0.0).T)
    ),
    "Settings are counted from 1: count from 0.": (
        lambda a: (choose(a)[0] + 1, [i + 1 for i in choose(a)[1]])
    ),
    "The two results are exchanged.": lambda a: choose(a)[::-1],
}
