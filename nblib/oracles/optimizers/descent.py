"""Gradient descent and momentum: right, and wrong in the ways that people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.optimizers.rules import Part, Rule, Step, _rule

__all__ = ["INSIDE", "MOMENTUM", "SGD", "_momentum", "first", "momentum", "sgd"]


def first(step: Part) -> Part:
    return lambda n: step(n) if n.i == 0 else 0.0


def _last(step: Part) -> Part:
    return lambda n: step(n) if n.i == n.count - 1 else 0.0


def _steps_alone(step: Part) -> Part:
    return lambda n: n.p + step(n)


def sgd(params: list[Tensor], grads: list[Tensor], lr: float) -> list[Tensor]:
    """Return w − lr·g for each tensor; `params` and `grads` have the same shapes."""
    return [p - lr * g for p, g in zip(params, grads, strict=True)]


def _sgd(step: Part) -> Callable[..., list[Tensor]]:
    rule = _rule("", {}, step)
    return lambda params, grads, lr: rule(params, grads, {}, lr)[0]


def _global_norm(grads: list[Tensor]) -> Tensor:
    return torch.stack([g.norm() for g in grads]).norm()


SGD: Mistakes = {
    "The step goes uphill: subtract the gradient.": _sgd(lambda n: -n.lr * n.g),
    "The learning rate is missing.": _sgd(lambda n: n.g),
    "You divide by the learning rate. Multiply.": _sgd(lambda n: n.g / n.lr),
    "Only the first tensor has moved.": _sgd(first(lambda n: n.lr * n.g)),
    "Only the last tensor has moved.": _sgd(_last(lambda n: n.lr * n.g)),
    "The gradient's length counts: do not divide by its norm.": _sgd(
        lambda n: n.lr * n.g / n.g.norm()
    ),
    "The gradients' length counts: do not divide by the norm of all of them.": (
        lambda params, grads, lr: sgd(params, [g / _global_norm(grads) for g in grads], lr)
    ),
    "That uses the sign of the gradient only; its size counts too.": _sgd(
        lambda n: n.lr * n.g.sign()
    ),
    "These are the steps alone; return the parameters after them.": _sgd(
        _steps_alone(lambda n: n.lr * n.g)
    ),
    "Each tensor takes its mean gradient. Every entry has its own.": _sgd(
        lambda n: n.lr * n.g.mean()
    ),
    "You multiply the parameters by the step. Subtract it.": _sgd(lambda n: n.p - n.p * n.lr * n.g),
    "The learning rate multiplies the parameters too. It belongs to the gradient alone.": _sgd(
        lambda n: n.p - n.lr * (n.p - n.g)
    ),
    "The parameters shrink by lr times themselves: subtract lr times the gradient.": _sgd(
        lambda n: n.lr * n.p
    ),
    "The gradient is squared.": _sgd(lambda n: n.lr * n.g**2),
}


def _momentum(
    v: Part = lambda n: n.beta * n.v + n.g,
    step: Part = lambda n: n.lr * n.v,
    **others: Any,
) -> Rule:
    return _rule("beta", {"v": v}, step, **others)


def momentum(
    params: list[Tensor], grads: list[Tensor], state: dict[Any, Any], lr: float, beta: float
) -> Step:
    """Return (new parameters, new state) after v ← βv + g, w ← w − lr·v: Polyak (1964)."""
    return _momentum()(params, grads, state, lr, beta)


INSIDE = (
    "The learning rate is inside the velocity, so a change of it comes too late. "
    "Multiply by it in the step."
)


MOMENTUM: Mistakes = {
    "You put (1 − β) on the gradient. That is the other convention; here v ← βv + g.": _momentum(
        v=lambda n: n.beta * n.v + (1 - n.beta) * n.g
    ),
    "From the second step on, you put (1 − β) on the gradient. Here v ← βv + g.": _momentum(
        v=lambda n: n.beta * n.v + (n.g if n.t == 1 else (1 - n.beta) * n.g)
    ),
    INSIDE: _momentum(v=lambda n: n.beta * n.v + n.lr * n.g, step=lambda n: n.v),
    "The learning rate is in twice: in the velocity and in the step.": _momentum(
        v=lambda n: n.beta * n.v + n.lr * n.g
    ),
    "The learning rate is missing in the step.": _momentum(step=lambda n: n.v),
    "The next step does not find the velocity: return it in the state, and look there.": _momentum(
        forgets=True
    ),
    "All tensors share one velocity. Each needs its own.": _momentum(
        shared=True, start=lambda n: 0.0
    ),
    "The step goes uphill: with v ← βv + g, subtract lr·v.": _momentum(step=lambda n: -n.lr * n.v),
    "You step along the old velocity. Update it first, then step.": _momentum(
        step=lambda n: n.lr * n.old_v
    ),
    "That is Nesterov's step, which comes later. The heavy ball steps along v.": _momentum(
        step=lambda n: n.lr * (n.g + n.beta * n.v)
    ),
    "The gradient counts twice: v has it already.": _momentum(step=lambda n: n.lr * (n.g + n.v)),
    "β belongs to the old velocity, not to the gradient.": _momentum(
        v=lambda n: n.v + n.beta * n.g
    ),
    "A factor β too many: it belongs to the old velocity alone.": _momentum(
        step=lambda n: n.lr * n.beta * n.v
    ),
    "β is missing: the velocity never forgets.": _momentum(v=lambda n: n.v + n.g),
    "The old velocity keeps the share β, not 1 − β.": _momentum(
        v=lambda n: (1 - n.beta) * n.v + n.g
    ),
    "β is on the gradient, and 1 − β on the old velocity. Here v ← βv + g.": _momentum(
        v=lambda n: (1 - n.beta) * n.v + n.beta * n.g
    ),
    "The old velocity is subtracted. In v ← βv + g it is added.": _momentum(
        v=lambda n: n.g - n.beta * n.v
    ),
    "The signs are mixed: a velocity that adds gradients is subtracted in the step, once.": (
        _momentum(v=lambda n: n.beta * n.v - n.g, step=lambda n: n.lr * (n.beta * n.old_v + n.g))
    ),
    "lr and β are exchanged.": _momentum(v=lambda n: n.lr * n.v + n.g, step=lambda n: n.beta * n.v),
    "The velocity starts as the first gradient, which then counts twice. It starts at zero.": (
        _momentum(start=lambda n: n.g)
    ),
    "Only the first tensor has moved.": _momentum(step=first(lambda n: n.lr * n.v)),
    "Only the last tensor has moved.": _momentum(step=_last(lambda n: n.lr * n.v)),
    "These are the steps alone; return the parameters after them.": _momentum(
        step=_steps_alone(lambda n: n.lr * n.v)
    ),
}
