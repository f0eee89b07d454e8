"""One step for several micro-batches: gradients are added up, each with its share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["ACCUMULATED", "accumulated", "joined", "some_batches"]

Batches = Sequence[tuple[Tensor, Tensor]]
State = dict[str, Tensor]
Case = tuple[State, list[tuple[Tensor, Tensor]], int, float]


def _groups(m: int, group: int) -> list[list[int]]:
    return [[*range(start, min(start + group, m))] for start in range(0, m, group)]


def accumulated(
    state: State,
    micro_batches: Batches,
    group: int,
    lr: float,
    *,
    share: Callable[[Sequence[int], int, int], float] = lambda sizes, k, group: (
        sizes[k] / sum(sizes)
    ),
    clear: str = "before each step",
    groups: Callable[[int, int], list[list[int]]] = _groups,
    momentum: float = 0.9,
    steps: Callable[[int, int], bool] = lambda place, size: place == size - 1,
) -> State:
    """Return the state after SGD with momentum 0.9, a step for each group of micro-batches."""
    w, b = state["weight"].double(), state["bias"].double()
    v_w, v_b = torch.zeros_like(w), torch.zeros_like(b)
    g_w, g_b = torch.zeros_like(w), torch.zeros_like(b)
    for these in groups(len(micro_batches), group):
        sizes = [len(micro_batches[k][1]) for k in these]
        if clear == "before each step":
            g_w, g_b = torch.zeros_like(w), torch.zeros_like(b)
        for place, k in enumerate(these):
            X, y = micro_batches[k]
            error = (F.linear(X.double(), w, b).softmax(dim=1) - F.one_hot(y, len(b))) / len(y)
            if clear == "before each micro-batch":
                g_w, g_b = torch.zeros_like(w), torch.zeros_like(b)
            part = share(sizes, place, group)
            g_w, g_b = g_w + part * error.T @ X.double(), g_b + part * error.sum(dim=0)
            if steps(place, len(these)):
                v_w, v_b = momentum * v_w + g_w, momentum * v_b + g_b
                w, b = w - lr * v_w, b - lr * v_b
    return {"weight": w.to(state["weight"].dtype), "bias": b.to(state["bias"].dtype)}


def joined(state: State, micro_batches: Batches, group: int, lr: float) -> State:
    """Return the state after PyTorch's own SGD with each group as one batch, in float64."""
    model = torch.nn.Linear(state["weight"].shape[1], len(state["weight"])).double()
    model.load_state_dict({name: p.double() for name, p in state.items()})
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        X, y = map(torch.cat, zip(*micro_batches[start : start + group], strict=True))
        optimizer.zero_grad()
        F.cross_entropy(model(X.double()), y).backward()
        optimizer.step()
    return {name: p.detach().float() for name, p in model.named_parameters()}


def some_batches(sizes: Sequence[int], group: int, lr: float, generator: torch.Generator) -> Case:
    """Return the arguments of `accumulated`: a network of 3 inputs and 4 classes, float32."""
    state = {
        "weight": torch.randn(4, 3, generator=generator),
        "bias": torch.randn(4, generator=generator),
    }
    batches = [
        (
            torch.randn(size, 3, generator=generator) + k % 3,
            torch.randint(4, (size,), generator=generator),
        )
        for k, size in enumerate(sizes)
    ]
    return state, batches, group, lr


def _with(**how: Any) -> Callable[..., State]:
    return lambda *case: accumulated(*case, **how)


def _by_all(state: State, micro_batches: Batches, group: int, lr: float) -> State:
    n = sum(len(y) for _, y in micro_batches)
    return accumulated(state, micro_batches, group, lr, share=lambda sizes, k, group: sizes[k] / n)


def _by_largest(state: State, micro_batches: Batches, group: int, lr: float) -> State:
    return accumulated(
        state, micro_batches, group, lr, share=lambda sizes, k, group: sizes[k] / max(sizes)
    )


def _no_room(state: State, micro_batches: Batches, group: int, lr: float) -> State:
    sizes = [len(y) for _, y in micro_batches]
    if any(sum(sizes[k] for k in these) > max(sizes) for these in _groups(len(sizes), group)):
        raise MemoryError("there is no room")
    return accumulated(state, micro_batches, group, lr)


def _one_early(m: int, group: int) -> list[list[int]]:
    return [[0], *([*range(s, min(s + group, m))] for s in range(1, m, group))]


ACCUMULATED: Mistakes = {
    "The losses of the micro-batches are added, undivided: the gradient of the joined batch is a "
    "mean over all its examples.": _with(share=lambda sizes, k, group: 1.0),
    "That is the mean of the micro-batches' means. They differ in size: each example of the group "
    "counts the same.": _with(share=lambda sizes, k, group: 1 / len(sizes)),
    "You divide by `group`, also where a group has fewer micro-batches, and these differ in size: "
    "each example of the group counts the same.": _with(share=lambda sizes, k, group: 1 / group),
    "That is the gradient of the sum of the losses: divide by the number of examples in the "
    "group.": (_with(share=lambda sizes, k, group: float(sizes[k]))),
    "You divide by the number of examples of all groups. Each step has its own group.": _by_all,
    "You divide the sum by `group`: divide it by the number of examples in the group.": _with(
        share=lambda sizes, k, group: sizes[k] / group
    ),
    "Gradients are cleared before each micro-batch, so that only the last one of a group counts.": (
        _with(clear="before each micro-batch", share=lambda sizes, k, group: sizes[k] / sum(sizes))
    ),
    "Gradients are cleared before each micro-batch, and only the last one of a group counts, "
    "whole.": (_with(clear="before each micro-batch", share=lambda sizes, k, group: 1.0)),
    "Gradients are never cleared: those of one group go on into the next.": _with(clear="never"),
    "The last group is left out, since it is not full. Make a step for it, too.": _with(
        groups=lambda m, group: [[*range(s, s + group)] for s in range(0, m - group + 1, group)]
    ),
    "There is a step after each micro-batch. One for each group is wanted.": _with(
        groups=lambda m, group: [[k] for k in range(m)]
    ),
    "There is a step after each micro-batch, before the gradients of its group are all there. One "
    "for each group is wanted.": _with(steps=lambda place, size: True),
    "There is no room to join micro-batches: compute each by itself, and let `backward()` add.": (
        _no_room
    ),
    "The steps come too early: the first group has one micro-batch only.": _with(groups=_one_early),
    "`group` is taken for the number of groups. It is the number of micro-batches in each.": _with(
        groups=lambda m, group: _groups(m, -(-m // group))
    ),
    "The steps go uphill: the loss has the wrong sign.": _with(
        share=lambda sizes, k, group: -sizes[k] / sum(sizes)
    ),
    "You divide by the size of the first micro-batch times their number. They differ in size.": (
        _with(share=lambda sizes, k, group: sizes[k] / (sizes[0] * len(sizes)))
    ),
    "All micro-batches make one step. One for each group is wanted.": _with(
        groups=lambda m, group: [[*range(m)]]
    ),
    "The momentum is lost between the steps: one optimizer for all of them.": _with(momentum=0.0),
    "You divide by the largest micro-batch. Divide by the number of examples in the group.": (
        _by_largest
    ),
}
