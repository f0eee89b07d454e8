"""How an update rule is made of its parts, and how it is followed step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from nblib.checks import Exercise, called
from nblib.oracles.draw import SHAPES, fresh_generator

__all__ = ["Part", "Rule", "Step", "_rule", "follow_optimizer", "insist_on_own", "steps"]

Play = Callable[[Callable[..., Any]], Any]


Step = tuple[list[Tensor], dict[Any, Any]]  # new parameters, new state


Rule = Callable[..., Step]


Part = Callable[[Any], Any]  # of an update rule, see `_rule`


_OWN = "What you return holds a tensor that you were given, and it may change later: clone it."


def follow_optimizer(
    check: Exercise,
    step: Callable[..., Any],
    optimizer: Callable[[list[Tensor]], torch.optim.Optimizer],
    *hyperparameters: float,
    lrs: Sequence[float],
    dtype: torch.dtype,
) -> None:
    """Check that an update rule follows a torch optimizer, on gradients drawn here.

    `step(params, grads, state, lr, *hyperparameters)` returns (new params, new state).
    It takes one step for each of `lrs`, on two tensors of different shapes, and is compared after
    each, with a tolerance that forgives a float32 in between; `optimizer(params)` makes the
    reference.
    """
    generator = fresh_generator()

    def draw() -> list[Tensor]:
        return [torch.randn(shape, generator=generator, dtype=dtype) for shape in SHAPES]

    params, state = draw(), dict[str, Any]()
    reference = [p.clone() for p in params]
    torch_optimizer = optimizer(reference)
    for lr in lrs:
        grads = draw()
        for p, grad in zip(reference, grads, strict=True):
            p.grad = grad.clone()
        torch_optimizer.param_groups[0]["lr"] = lr
        torch_optimizer.step()
        params, state = check.call(
            step, params, grads, state, lr, *hyperparameters, may_change=(2,)
        )
        check.close(params, reference, rtol=1e-4, atol=1e-6, same_dtype=True)


def insist_on_own(check: Exercise, rule: Rule, *settings: float) -> None:
    """Check that the new parameters and the new state hold none of the tensors that were given."""
    params, grads = [torch.tensor([1.0, -2.0])], [torch.tensor([0.5, 3.0])]
    kept = called(rule, params, grads, {}, 0.1, *settings).kept
    check.that(not {0, 1} & {*kept}, _OWN)


def steps(
    shapes: Sequence[tuple[int, ...]],
    lrs: Sequence[float],
    *settings: float,
    dtype: torch.dtype = torch.float32,
) -> Play:
    """Return a play: a rule takes a step for each of `lrs`; what counts is the way it goes.

    The parameters have these shapes. They and the gradients are round numbers, always the same; the
    first entry of the first tensor has gradient 0 throughout.
    """
    generator = torch.Generator().manual_seed(len(lrs))

    def draw() -> list[Tensor]:
        tensors = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
        return [(10 * tensor).round() / 10 for tensor in tensors]

    start, gradients = draw(), [draw() for _ in lrs]
    for grads in gradients:
        grads[0].view(-1)[0] = 0

    def play(rule: Rule) -> list[list[Tensor]]:
        params, state, way = start, dict[Any, Any](), []
        for lr, grads in zip(lrs, gradients, strict=True):
            params, state = rule(params, grads, state, lr, *settings)
            way.append(params)
        return way

    return play


def _rule(
    names: str,
    memories: Mapping[str, Part],
    step: Part,
    *,
    t: Part = lambda n: n.t,
    start: Part = lambda n: torch.zeros_like(n.p),
    shared: bool = False,
    forgets: bool = False,
) -> Rule:
    """Make an update rule of its parts.

    Each part reads a namespace with all there is to know of one tensor: `p`, `g`, `lr`, the
    settings by their `names`, the number `t` of the step, the place `i` among the `count` tensors,
    and the memories. `memories` says how each changes, in turn; what was there before is kept, with
    `old_` in front of its name. `step` says what is subtracted from the tensor.
    """

    def rule(
        params: list[Tensor],
        grads: list[Tensor],
        state: dict[Any, Any],
        lr: float,
        *settings: float,
    ) -> Step:
        new = []
        kept: dict[Any, Any] = {"t": state.get("t", 0) + 1}
        given = dict(zip(names.split(), settings, strict=True))
        for i, (p, g) in enumerate(zip(params, grads, strict=True)):
            n = SimpleNamespace(p=p, g=g, lr=lr, t=kept["t"], i=i, count=len(params), **given)
            n.t = t(n)
            for name, update in memories.items():
                place = name, 0 if shared else i
                before = kept[place] if place in kept else state.get(place, start(n))
                setattr(n, f"old_{name}", before)
                setattr(n, name, before)
                kept[place] = update(n)
                setattr(n, name, kept[place])
            new.append(p - step(n))
        return new, {} if forgets else kept

    return rule
