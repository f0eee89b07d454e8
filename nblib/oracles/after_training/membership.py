"""Who was in the training part? Told from the loss: Yeom et al. (2018)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from sklearn.metrics import roc_auc_score, roc_curve
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ADVANTAGE", "AUC", "advantage", "auc", "close_losses", "some_losses"]


def _labelled(loss_in: Tensor, loss_out: Tensor) -> tuple[Tensor, Tensor]:
    """Return who is a member, and how much each looks like one."""
    is_in = torch.cat([torch.ones(len(loss_in)), torch.zeros(len(loss_out))])
    return is_in, -torch.cat([loss_in, loss_out]).double()


def auc(loss_in: Tensor, loss_out: Tensor) -> float:
    """Return the area under the curve of the attack that calls small losses members."""
    return float(roc_auc_score(*_labelled(loss_in, loss_out)))


def advantage(loss_in: Tensor, loss_out: Tensor) -> float:
    """Return the largest true positive rate minus false positive rate over all thresholds."""
    false, true, _ = roc_curve(*_labelled(loss_in, loss_out), drop_intermediate=False)
    return float((true - false).max())


def some_losses(num_in: int, num_out: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return the losses of members, mostly smaller, and of others, float64, with ties."""

    def drawn(n: int, size: float) -> Tensor:
        u = torch.rand(n, generator=generator, dtype=torch.float64)
        return (-size * u.log() * 20).round() / 20

    return drawn(num_in, 0.5), drawn(num_out, 1.0)


def close_losses(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return losses of members and others, float64: close to each other, and one far away."""
    steps = 1 + torch.rand(4, generator=generator, dtype=torch.float64).cumsum(dim=0)
    loss_in, step = 1 + 1e-4 * steps, 2e-9  # far below what float32 tells apart
    loss_out = torch.cat([loss_in[-1:] + step, loss_in + 5e-4, 40 * steps[-1:]])
    return loss_in, loss_out


def _pairs(loss_in: Tensor, loss_out: Tensor, tie: float = 0.5) -> float:
    a, b = loss_in[:, None], loss_out
    return ((a < b).double() + tie * (a == b).double()).mean().item()


def _at(loss_in: Tensor, loss_out: Tensor, t: float) -> float:
    rates = ((part <= t).double().mean().item() for part in (loss_in, loss_out))
    true, false = rates
    return true - false


def _over_all(
    rule: Callable[[Tensor, Tensor, float], float],
) -> Callable[[Tensor, Tensor], float]:
    def wrong(loss_in: Tensor, loss_out: Tensor) -> float:
        return max(rule(loss_in, loss_out, t) for t in torch.cat([loss_in, loss_out]).tolist())

    return wrong


def _accuracy(loss_in: Tensor, loss_out: Tensor, t: float) -> float:
    right = int((loss_in <= t).sum()) + int((loss_out > t).sum())
    return right / (len(loss_in) + len(loss_out))


def _counts(loss_in: Tensor, loss_out: Tensor, t: float) -> float:
    return float((loss_in <= t).sum() - (loss_out <= t).sum())


AUC: Mistakes = {
    "That is 1 minus the area: members have the *smaller* losses.": (
        lambda loss_in, loss_out: 1 - auc(loss_in, loss_out)
    ),
    "Ties count nothing here. Equal losses count half.": lambda a, b: _pairs(a, b, tie=0),
    "Ties count whole here. Equal losses count half.": lambda a, b: _pairs(a, b, tie=1),
    "That is the number of pairs. Their share is wanted.": lambda loss_in, loss_out: (
        auc(loss_in, loss_out) * len(loss_in) * len(loss_out)
    ),
    "Only losses at the same place are compared. Compare each member with each of the others.": (
        lambda loss_in, loss_out: _paired(
            *(part[: min(len(loss_in), len(loss_out))] for part in (loss_in, loss_out))
        )
    ),
    "You divide by the square of the number of members. There are members times others.": (
        lambda loss_in, loss_out: auc(loss_in, loss_out) * len(loss_out) / len(loss_in)
    ),
    "That is the advantage. The area under the curve is asked for.": lambda *case: advantage(*case),
    "That compares the two mean losses. Compare each member with each of the others.": (
        lambda loss_in, loss_out: (loss_out.mean() - loss_in.mean()).item()
    ),
}


def _paired(loss_in: Tensor, loss_out: Tensor) -> float:
    """The share of places at which the member has the smaller loss, ties half."""
    return ((loss_in < loss_out).double() + 0.5 * (loss_in == loss_out).double()).mean().item()


ADVANTAGE: Mistakes = {
    "Members have *small* losses: at most the threshold.": _over_all(
        lambda loss_in, loss_out, t: -_at(loss_in, loss_out, t)
    ),
    "That is the best accuracy. The share of members found, minus the share of others accused, is "
    "wanted.": _over_all(_accuracy),
    "Numbers are subtracted. Take the share of the members and the share of the others.": _over_all(
        _counts
    ),
    "The threshold is the mean loss of the members. The best of all thresholds is wanted.": (
        lambda loss_in, loss_out: _at(loss_in, loss_out, loss_in.mean().item())
    ),
    "The threshold is the median of all losses. The best of all thresholds is wanted.": (
        lambda loss_in, loss_out: _at(
            loss_in, loss_out, torch.cat([loss_in, loss_out]).median().item()
        )
    ),
    "That is the area under the curve. The advantage is asked for.": lambda *case: auc(*case),
    "That is the share of members found at the best threshold. Subtract the share of others "
    "accused.": lambda loss_in, loss_out: (
        (loss_in <= max(loss_in.tolist(), key=lambda t: _at(loss_in, loss_out, t)))
        .double()
        .mean()
        .item()
    ),
    "The shares at each threshold are added, or averaged. The largest difference is wanted.": (
        lambda loss_in, loss_out: (
            sum(_at(loss_in, loss_out, t) for t in torch.cat([loss_in, loss_out]).tolist())
            / (len(loss_in) + len(loss_out))
        )
    ),
}
