"""Distillation: to learn what a teacher says, softened by a temperature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "DISTILLED",
    "SLOPES",
    "distillation_loss",
    "logits_of_two",
    "slope_of_distillation",
]


def _divergence(log_p: Tensor, log_q: Tensor) -> Tensor:
    """Return KL(p ‖ q), averaged over the rows."""
    return (log_p.exp() * (log_p - log_q)).sum(dim=1).mean()


def distillation_loss(
    student: Tensor,
    teacher: Tensor,
    y: Tensor,
    T: float,
    alpha: float,
    *,
    soften: Callable[[Tensor, float], Tensor] = lambda z, T: (z / T).log_softmax(dim=1),
    soften_teacher: Callable[[Tensor, float], Tensor] | None = None,
    divergence: Callable[[Tensor, Tensor], Tensor] = _divergence,
    factor: Callable[[float], float] = lambda T: T**2,
    hard: Callable[[Tensor, Tensor, float], Tensor] = lambda z, y, T: F.cross_entropy(z, y),
    weight: Callable[[float], tuple[float, float]] = lambda alpha: (alpha, 1 - alpha),
) -> Tensor:
    """Return α T² KL(teacher ‖ student) + (1 − α) cross-entropy, a mean over the examples."""
    log_p = (soften_teacher or soften)(teacher, T)
    soft = factor(T) * divergence(log_p, soften(student, T))
    a, b = weight(alpha)
    return a * soft + b * hard(student, y, T)


Inputs = tuple[Tensor, Tensor, Tensor, float, float]


def logits_of_two(
    n: int, num_classes: int, T: float, alpha: float, seed: int, dtype: torch.dtype
) -> Inputs:
    """Return logits of a student and of a teacher, labels, temperature and weight."""
    drawn = torch.Generator().manual_seed(seed)
    student, teacher = 2 * torch.randn(2, n, num_classes, generator=drawn, dtype=torch.float64)
    y = torch.randint(num_classes, (n,), generator=drawn)
    return student.to(dtype), 1.5 * teacher.to(dtype), y, T, alpha


_with = partial(partial, distillation_loss)


def _soft_cross_entropy(log_p: Tensor, log_q: Tensor) -> Tensor:
    return -(log_p.exp() * log_q).sum(dim=1).mean()


def _twice(z: Tensor, T: float) -> Tensor:
    return (z / T).softmax(dim=1).log_softmax(dim=1)


DISTILLED: Mistakes = {
    "The factor T² is missing: the soft part's gradient shrinks with the temperature, like 1/T².": (
        _with(factor=lambda T: 1.0)
    ),
    "The factor of the soft part is T. It is T².": _with(factor=lambda T: T),
    "The soft part is divided by T². Multiply.": _with(factor=lambda T: T**-2),
    "The divergence is the wrong way round: the teacher's probabilities are the weights.": _with(
        divergence=lambda log_p, log_q: _divergence(log_q, log_p)
    ),
    "That is the cross-entropy with the teacher's probabilities. Subtract their own entropy: that "
    "is the divergence.": _with(divergence=_soft_cross_entropy),
    "The divergence is averaged over the classes as well. Add them up, and average over the "
    'examples only (`reduction="batchmean"`).': _with(
        divergence=lambda log_p, log_q: _divergence(log_p, log_q) / log_p.shape[1]
    ),
    'The divergence is added up over the examples. The mean is wanted (`reduction="batchmean"`).': (
        _with(divergence=lambda log_p, log_q: _divergence(log_p, log_q) * len(log_p))
    ),
    "Only the student is softened. The teacher's logits are divided by T as well.": _with(
        soften_teacher=lambda z, T: z.log_softmax(dim=1)
    ),
    "Only the teacher is softened. The student's logits are divided by T as well, in the soft "
    "part.": _with(
        soften=lambda z, T: z.log_softmax(dim=1),
        soften_teacher=lambda z, T: (z / T).log_softmax(dim=1),
    ),
    "Nothing is softened: divide both logits by T, in the soft part.": _with(
        soften=lambda z, T: z.log_softmax(dim=1)
    ),
    "The logits are multiplied by T. Divide them.": _with(
        soften=lambda z, T: (z * T).log_softmax(dim=1)
    ),
    "The hard part is softened, too. The labels are compared with the plain softmax.": _with(
        hard=lambda z, y, T: F.cross_entropy(z / T, y)
    ),
    "The hard part is softened, and scaled by T². It has no temperature.": _with(
        hard=lambda z, y, T: T**2 * F.cross_entropy(z / T, y)
    ),
    "The hard part is multiplied by T². That factor belongs to the soft part alone.": _with(
        hard=lambda z, y, T: T**2 * F.cross_entropy(z, y)
    ),
    "The softmax goes over the examples, `dim=0`. The classes of an example stand in a row.": _with(
        soften=lambda z, T: (z / T).log_softmax(dim=0)
    ),
    "α and 1 − α are exchanged: α belongs to the soft part.": _with(
        weight=lambda alpha: (1 - alpha, alpha)
    ),
    "The hard part counts in full. Its weight is 1 − α.": _with(weight=lambda alpha: (alpha, 1.0)),
    "The hard part is missing.": _with(weight=lambda alpha: (alpha, 0.0)),
    "The soft part counts in full. Its weight is α.": _with(weight=lambda alpha: (1.0, 1 - alpha)),
    "There is a softmax before the softmax of the soft part. It wants logits.": _with(
        soften=_twice
    ),
    "The hard part is a sum over the examples. The mean is wanted.": _with(
        hard=lambda z, y, T: F.cross_entropy(z, y, reduction="sum")
    ),
}


def slope_of_distillation(
    student: Tensor,
    teacher: Tensor,
    y: Tensor,
    T: float,
    alpha: float,
    *,
    soft: float = 1.0,
    factor: Callable[[float], float] = lambda T: T,
) -> Tensor:
    """Return the gradient by the student's logits: α T (q − p) + (1 − α)(softmax − one-hot)."""
    p, q = (teacher / T).softmax(dim=1), (student / T).softmax(dim=1)
    hot = F.one_hot(y, student.shape[1])
    hard = student.softmax(dim=1) - hot
    return (alpha * soft * factor(T) * (q - p) + (1 - alpha) * hard) / len(y)


SLOPES: Mistakes = {
    "The soft part's gradient is off by the factor T²: is T² missing, or outside of what "
    "autograd sees?": partial(slope_of_distillation, factor=lambda T: 1 / T),
    "The soft part's gradient is off by the factor T: it is to be T².": partial(
        slope_of_distillation, factor=lambda T: 1.0
    ),
    "The soft part has no gradient: something of the student is detached.": partial(
        slope_of_distillation, soft=0.0
    ),
    "The soft part's gradient points the wrong way.": partial(slope_of_distillation, soft=-1.0),
}
