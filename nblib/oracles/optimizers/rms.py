"""RMSprop: right, and wrong in the ways that people write it."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.optimizers.descent import first
from nblib.oracles.optimizers.rules import Part, Rule, Step, _rule

__all__ = ["RMSPROP", "rmsprop"]


def _rmsprop(
    s: Part = lambda n: n.alpha * n.s + (1 - n.alpha) * n.g**2,
    step: Part = lambda n: n.lr * n.g / (n.s.sqrt() + n.eps),
    **others: Any,
) -> Rule:
    return _rule("alpha eps", {"s": s}, step, **others)


def rmsprop(
    params: list[Tensor],
    grads: list[Tensor],
    state: dict[Any, Any],
    lr: float,
    alpha: float,
    eps: float,
) -> Step:
    """Return (new parameters, new state) after s ← αs + (1−α)g², w ← w − lr·g/(√s + ε).

    Source: Tieleman and Hinton (2012), lecture 6.5.
    """
    return _rmsprop()(params, grads, state, lr, alpha, eps)


RMSPROP: Mistakes = {
    "The memory takes up |g| where it should take up g².": _rmsprop(
        s=lambda n: n.alpha * n.s + (1 - n.alpha) * n.g.abs()
    ),
    "The memory takes up g where it should take up g²: the root of a negative number is NaN.": (
        _rmsprop(s=lambda n: n.alpha * n.s + (1 - n.alpha) * n.g)
    ),
    "The root is missing: divide by √s, not by s.": _rmsprop(
        step=lambda n: n.lr * n.g / (n.s + n.eps)
    ),
    "ε stands inside the root; here it stands outside: √s + ε.": _rmsprop(
        step=lambda n: n.lr * n.g / (n.s + n.eps).sqrt()
    ),
    "Brackets are missing: divide by (√s + ε), the whole of it.": _rmsprop(
        step=lambda n: n.lr * n.g / n.s.sqrt() + n.eps
    ),
    "ε is missing: where all gradients were 0, that is 0/0.": _rmsprop(
        step=lambda n: n.lr * n.g / n.s.sqrt()
    ),
    "α and 1 − α are exchanged: α is what the memory keeps.": _rmsprop(
        s=lambda n: (1 - n.alpha) * n.s + n.alpha * n.g**2
    ),
    "That is Adagrad, which never forgets. Here s ← αs + (1 − α)g².": _rmsprop(
        s=lambda n: n.s + n.g**2
    ),
    "The factor 1 − α is missing in front of g².": _rmsprop(s=lambda n: n.alpha * n.s + n.g**2),
    "g² gets the share 1 − α, not α.": _rmsprop(s=lambda n: n.alpha * n.s + n.alpha * n.g**2),
    "The factor α is missing in front of the old s.": _rmsprop(
        s=lambda n: n.s + (1 - n.alpha) * n.g**2
    ),
    "The next step does not find the memory: return it in the state, and look there.": _rmsprop(
        forgets=True
    ),
    "The memory starts as the first g². It starts at zero.": _rmsprop(start=lambda n: n.g**2),
    "You divide by the old memory. Update it first, then step.": _rmsprop(
        step=lambda n: n.lr * n.g / (n.old_s.sqrt() + n.eps)
    ),
    "One s for a whole tensor: each entry needs its own.": _rmsprop(
        s=lambda n: n.alpha * n.s + (1 - n.alpha) * (n.g**2).mean()
    ),
    "All tensors share one memory. Each needs its own.": _rmsprop(shared=True, start=lambda n: 0.0),
    "The step goes uphill: subtract.": _rmsprop(step=lambda n: -n.lr * n.g / (n.s.sqrt() + n.eps)),
    "The learning rate is missing in the step.": _rmsprop(
        step=lambda n: n.g / (n.s.sqrt() + n.eps)
    ),
    "The gradient is missing in the step: lr·g/(√s + ε).": _rmsprop(
        step=lambda n: n.lr / (n.s.sqrt() + n.eps)
    ),
    "The step multiplies by √s + ε. Divide.": _rmsprop(
        step=lambda n: n.lr * n.g * (n.s.sqrt() + n.eps)
    ),
    "You correct the memory as Adam does. RMSprop does not.": _rmsprop(
        step=lambda n: n.lr * n.g / ((n.s / (1 - n.alpha**n.t)).sqrt() + n.eps)
    ),
    "The gradient is squared in the step as well. Only the memory squares it.": _rmsprop(
        step=lambda n: n.lr * n.g**2 / (n.s.sqrt() + n.eps)
    ),
    "Only the first tensor has moved.": _rmsprop(
        step=first(lambda n: n.lr * n.g / (n.s.sqrt() + n.eps))
    ),
}
