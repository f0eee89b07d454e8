"""Nesterov's momentum: right, and wrong in the ways that people write it."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.optimizers.descent import INSIDE, _momentum, first
from nblib.oracles.optimizers.rules import Step

__all__ = ["NESTEROV", "nesterov"]

_nesterov = partial(_momentum, step=lambda n: n.lr * (n.g + n.beta * n.v))


def nesterov(
    params: list[Tensor], grads: list[Tensor], state: dict[Any, Any], lr: float, beta: float
) -> Step:
    """Return (new parameters, new state) after v ← βv + g, w ← w − lr·(g + βv).

    Source: Sutskever, Martens, Dahl and Hinton (2013), in PyTorch's form.
    """
    return _nesterov()(params, grads, state, lr, beta)


NESTEROV: Mistakes = {
    "That is the heavy ball: it steps along v. Nesterov steps along g + βv, with the new v.": (
        _momentum()
    ),
    "You store the look-ahead as the velocity: remember v, step along g + βv.": _nesterov(
        v=lambda n: n.g + n.beta * (n.beta * n.v + n.g), step=lambda n: n.lr * n.v
    ),
    "You put (1 − β) on the gradient. That is the other convention; here v ← βv + g.": _nesterov(
        v=lambda n: n.beta * n.v + (1 - n.beta) * n.g
    ),
    INSIDE: _nesterov(
        v=lambda n: n.beta * n.v + n.lr * n.g, step=lambda n: n.lr * n.g + n.beta * n.v
    ),
    "The learning rate is missing in the step.": _nesterov(step=lambda n: n.g + n.beta * n.v),
    "The learning rate is on the gradient alone: it belongs to g + βv as a whole.": _nesterov(
        step=lambda n: n.lr * n.g + n.beta * n.v
    ),
    "The next step does not find the velocity: return it in the state, and look there.": _nesterov(
        forgets=True
    ),
    "All tensors share one velocity. Each needs its own.": _nesterov(
        shared=True, start=lambda n: 0.0
    ),
    "The step goes uphill: subtract lr·(g + βv).": _nesterov(
        step=lambda n: -n.lr * (n.g + n.beta * n.v)
    ),
    "The step is along g + βv; the gradient is missing.": _nesterov(
        step=lambda n: n.lr * n.beta * n.v
    ),
    "You step along g + v; the β is missing.": _nesterov(step=lambda n: n.lr * (n.g + n.v)),
    "You step along v + βv. It is g + βv.": _nesterov(step=lambda n: n.lr * (1 + n.beta) * n.v),
    "You step along v + βg. It is g + βv.": _nesterov(step=lambda n: n.lr * (n.v + n.beta * n.g)),
    "In the velocity β is missing: v ← βv + g.": _nesterov(v=lambda n: n.v + n.g),
    "β belongs to the old velocity, not to the gradient: v ← βv + g.": _nesterov(
        v=lambda n: n.v + n.beta * n.g
    ),
    "lr and β are exchanged.": _nesterov(
        v=lambda n: n.lr * n.v + n.g, step=lambda n: n.beta * (n.g + n.lr * n.v)
    ),
    "The velocity starts as the first gradient, which then counts twice. It starts at zero.": (
        _nesterov(start=lambda n: n.g)
    ),
    "Only the first tensor has moved.": _nesterov(
        step=first(lambda n: n.lr * (n.g + n.beta * n.v))
    ),
}
