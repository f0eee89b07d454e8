"""Probabilities for all rows, from a model that has seen few of the negatives (He et al. 2014)."""

from __future__ import annotations

from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["RECALIBRATED", "recalibrate"]


def recalibrate(p: Tensor, w: float) -> Tensor:
    """Return the probabilities where all negatives count, if a share w of them was kept."""
    return p / (p + (1 - p) / w)


RECALIBRATED: Mistakes = {
    "The rest is made fewer once more. There is 1/w times as much of it as the model has seen: "
    "only 1 − p is divided by w.": lambda p, w: p / (p + (1 - p) * w),
    "A probability is no count: p · w is right for tiny p alone. Multiply the odds.": (
        lambda p, w: p * w
    ),
    "These are odds, p : (1 − p). Turn them back into a probability.": lambda p, w: w * p / (1 - p),
    "That is the probability of no click.": lambda p, w: (1 - p) / (w * p + 1 - p),
    "1 is divided by w in place of 1 − p: the rest has the probability 1 − p.": (
        lambda p, w: p / (p + 1 / w)
    ),
    "1 − w is the share that was left out. The rest is divided by the share that was kept, w.": (
        lambda p, w: p / (p + (1 - p) / max(1 - w, 1e-12))
    ),
    "Brackets are missing: (1 - p) / w.": lambda p, w: p / (p + 1 - p / w),
    "Brackets are missing around all that p is divided by.": lambda p, w: p / p + (1 - p) / w,
    "p / w makes clicks more frequent. They are rarer than the model has seen.": (
        lambda p, w: p / w
    ),
    "The probabilities came back as they were: w makes no difference.": lambda p, w: p.clone(),
}
