"""Adagrad: right, and wrong in the ways that people write it."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.optimizers.descent import first
from nblib.oracles.optimizers.rules import Part, Rule, Step, _rule

__all__ = ["ADAGRAD", "adagrad"]


def _adagrad(
    s: Part = lambda n: n.s + n.g**2,
    step: Part = lambda n: n.lr * n.g / (n.s.sqrt() + n.eps),
    **others: Any,
) -> Rule:
    return _rule("eps", {"s": s}, step, **others)


def adagrad(
    params: list[Tensor], grads: list[Tensor], state: dict[Any, Any], lr: float, eps: float
) -> Step:
    """Return (new parameters, new state) after s ← s + g², w ← w − lr·g/(√s + ε).

    Source: Duchi, Hazan and Singer (2011), the diagonal form, with ε as in PyTorch.
    """
    return _adagrad()(params, grads, state, lr, eps)


ADAGRAD: Mistakes = {
    "The memory takes up |g| where it should take up g².": _adagrad(s=lambda n: n.s + n.g.abs()),
    "The memory takes up g where it should take up g²: the root of a negative number is NaN.": (
        _adagrad(s=lambda n: n.s + n.g)
    ),
    "The gradients are added up, and the sum is squared. Square each, then add.": _adagrad(
        s=lambda n: n.s + n.g, step=lambda n: n.lr * n.g / (n.s.abs() + n.eps)
    ),
    "You divide by the sum of the |g|. It is the root of the sum of the g².": _adagrad(
        s=lambda n: n.s + n.g.abs(), step=lambda n: n.lr * n.g / (n.s + n.eps)
    ),
    "The root is missing: divide by √s, not by s.": _adagrad(
        step=lambda n: n.lr * n.g / (n.s + n.eps)
    ),
    "You keep the root in the memory. Keep s itself, and take the root for the step.": _adagrad(
        s=lambda n: (n.s + n.g**2).sqrt(), step=lambda n: n.lr * n.g / (n.s + n.eps)
    ),
    "ε stands inside the root; here it stands outside: √s + ε.": _adagrad(
        step=lambda n: n.lr * n.g / (n.s + n.eps).sqrt()
    ),
    "Brackets are missing: divide by (√s + ε), the whole of it.": _adagrad(
        step=lambda n: n.lr * n.g / n.s.sqrt() + n.eps
    ),
    "ε is missing: where all gradients were 0, that is 0/0.": _adagrad(
        step=lambda n: n.lr * n.g / n.s.sqrt()
    ),
    "That is the mean of the squares so far. Adagrad takes their sum.": _adagrad(
        step=lambda n: n.lr * n.g / ((n.s / n.t).sqrt() + n.eps)
    ),
    "The learning rate is divided by √t as well. The growing s is all that slows the steps.": (
        _adagrad(step=lambda n: n.lr / n.t**0.5 * n.g / (n.s.sqrt() + n.eps))
    ),
    "The next step does not find the memory: return it in the state, and look there.": _adagrad(
        forgets=True
    ),
    "The memory starts as the first g², which then counts twice. It starts at zero.": _adagrad(
        start=lambda n: n.g**2
    ),
    "The memory starts at one. It starts at zero.": _adagrad(start=lambda n: n.g**0),
    "You divide by the old memory. Update it first, then step.": _adagrad(
        step=lambda n: n.lr * n.g / (n.old_s.sqrt() + n.eps)
    ),
    "One s for a whole tensor: each entry needs its own.": _adagrad(
        s=lambda n: n.s + (n.g**2).sum()
    ),
    "One s for a whole tensor, the mean of its squares: each entry needs its own.": _adagrad(
        s=lambda n: n.s + (n.g**2).mean()
    ),
    "All tensors share one memory. Each needs its own.": _adagrad(shared=True, start=lambda n: 0.0),
    "The step goes uphill: subtract.": _adagrad(step=lambda n: -n.lr * n.g / (n.s.sqrt() + n.eps)),
    "The learning rate is missing in the step.": _adagrad(
        step=lambda n: n.g / (n.s.sqrt() + n.eps)
    ),
    "The gradient is missing in the step: lr·g/(√s + ε).": _adagrad(
        step=lambda n: n.lr / (n.s.sqrt() + n.eps)
    ),
    "The step multiplies by √s + ε. Divide.": _adagrad(
        step=lambda n: n.lr * n.g * (n.s.sqrt() + n.eps)
    ),
    "The gradient is squared in the step as well. Only the memory squares it.": _adagrad(
        step=lambda n: n.lr * n.g**2 / (n.s.sqrt() + n.eps)
    ),
    "Only the first tensor has moved.": _adagrad(
        step=first(lambda n: n.lr * n.g / (n.s.sqrt() + n.eps))
    ),
}
