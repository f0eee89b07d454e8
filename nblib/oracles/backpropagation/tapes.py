"""Gradients along a tape: right, and wrong in the ways that engines have been written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "SHARED",
    "TAPE",
    "by_torch",
    "chain",
    "evaluate",
    "random_tape",
    "slopes",
    "tape_gradients",
]

Node = tuple[str, tuple[int, ...], float]
Tape = Sequence[Node]
_OPS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "tanh": math.tanh,
    "exp": math.exp,
}


def evaluate(*steps: float | tuple[Any, ...]) -> list[Node]:
    """Return the tape of steps: a number is an input, ("mul", 0, 1) multiplies nodes 0 and 1.

    >>> evaluate(2.0, 3.0, ("mul", 0, 1))
    [('input', (), 2.0), ('input', (), 3.0), ('mul', (0, 1), 6.0)]
    """
    tape: list[Node] = []
    for step in steps:
        if isinstance(step, tuple):
            op, *parents = step
            value = _OPS[op](*(tape[p][2] for p in parents))
            tape.append((op, tuple(parents), float(value)))
        else:
            tape.append(("input", (), float(step)))
    return tape


def slopes(tape: Tape, node: Node) -> tuple[float, ...]:
    """Return the slope of a node's value by that of each of its parents."""
    op, parents, value = node
    if op == "add":
        return 1.0, 1.0
    if op == "mul":
        a, b = (tape[p][2] for p in parents)
        return b, a
    return {"tanh": (1 - value**2,), "exp": (value,), "input": ()}[op]


def tape_gradients(
    tape: Tape,
    *,
    slopes: Callable[[Tape, Node], tuple[float, ...]] = slopes,
    collect: Callable[[float, float], float] = lambda old, new: old + new,
    start: float = 1.0,
    order: Callable[[Sequence[int]], Sequence[int]] = lambda places: places[::-1],
    carry: Callable[[float, float], float] = lambda gradient, slope: gradient * slope,
    distinct: bool = False,
) -> list[float]:
    """Return the slope of the last node's value by that of every node, in the order of the tape.

    The parts, in which mistakes are made: the slopes of an operation, how what arrives is
    collected, where it starts, the order of nodes, how a gradient is carried on, and whether a
    parent that occurs twice is counted once.
    """
    gradients = [0.0] * len(tape)
    gradients[-1] = start
    for at in order(range(len(tape))):
        node = tape[at]
        own = dict(zip(node[1], slopes(tape, node), strict=True)) if distinct else None
        pairs = own.items() if own is not None else zip(node[1], slopes(tape, node), strict=True)
        for parent, slope in pairs:
            gradients[parent] = collect(gradients[parent], carry(gradients[at], slope))
    return gradients


def _other(**others: Callable[[Tape, Node], tuple[float, ...]]) -> Callable[[Tape], Any]:
    """Return the gradients with other slopes for some operations."""
    return partial(
        tape_gradients, slopes=lambda tape, node: others.get(node[0], slopes)(tape, node)
    )


def _recursive(tape: Tape, once: bool) -> list[float]:
    """Walk down from the last node, depth first, and hand on all that has arrived so far."""
    gradients, seen = [0.0] * len(tape), set()
    gradients[-1] = 1.0

    def visit(at: int) -> None:
        if once and at in seen:
            return
        seen.add(at)
        for parent, slope in zip(tape[at][1], slopes(tape, tape[at]), strict=True):
            gradients[parent] += gradients[at] * slope
            if not once:
                visit(parent)
        if once:
            for parent in tape[at][1]:
                visit(parent)

    visit(len(tape) - 1)
    return gradients


def _parent_value(tape: Tape, node: Node) -> float:
    return tape[node[1][0]][2]


TAPE: Mistakes = {
    "The slope of tanh is 1 − value², with the value of the node itself, not that of its parent.": (
        _other(tanh=lambda tape, node: (1 - _parent_value(tape, node) ** 2,))
    ),
    "The slope of tanh is missing: it is 1 − value².": _other(tanh=lambda tape, node: (1.0,)),
    "The slope of exp is exp again: the node's own value, not that of its parent.": _other(
        exp=lambda tape, node: (_parent_value(tape, node),)
    ),
    "The slope of exp is the node's own value. You take exp of it once more.": _other(
        exp=lambda tape, node: (math.exp(node[2]),)
    ),
    "The slope of exp is missing: it is the node's own value.": _other(
        exp=lambda tape, node: (1.0,)
    ),
    "In a product each factor has the *other* one for its slope.": _other(
        mul=lambda tape, node: tuple(tape[p][2] for p in node[1])
    ),
    "In a product each factor has the other one for its slope. You hand the gradient on as is.": (
        _other(mul=lambda tape, node: (1.0, 1.0))
    ),
    "In a product each factor has the other one for its slope. You take the product.": _other(
        mul=lambda tape, node: (node[2], node[2])
    ),
    "A sum hands its gradient on whole, to both. You halve it.": _other(
        add=lambda tape, node: (0.5, 0.5)
    ),
    "The last node begins with the gradient 1. With 0 nothing arrives anywhere.": partial(
        tape_gradients, start=0.0
    ),
    "The last node begins with the gradient 1, not with its value.": lambda tape: [
        g * tape[-1][2] for g in tape_gradients(tape)
    ],
    "The slope of tanh is 1 − value². You took 1 − value.": _other(
        tanh=lambda tape, node: (1 - node[2],)
    ),
    "The node's value is tanh already. You take tanh of it once more.": _other(
        tanh=lambda tape, node: (1 - math.tanh(node[2]) ** 2,)
    ),
    "Only the parents of the last node get something: walk on, from the end to the beginning.": (
        partial(tape_gradients, order=lambda places: places)
    ),
    "The slopes are not multiplied with the gradient of the node that they come from.": partial(
        tape_gradients, carry=lambda gradient, slope: slope
    ),
    "You give the gradients of the inputs alone. One for every node of the tape is wanted.": (
        lambda tape: [
            g for g, node in zip(tape_gradients(tape), tape, strict=True) if node[0] == "input"
        ]
    ),
    "The gradients are in reverse order: that of the first node comes first.": lambda tape: (
        tape_gradients(tape)[::-1]
    ),
}

SHARED: Mistakes = {
    "A node that is used twice keeps what arrived last. Add up what arrives: `+=`, not `=`.": (
        partial(tape_gradients, collect=lambda old, new: new)
    ),
    "A node hands on before all has arrived, and hands the early part on again. Walk the tape "
    "backwards, each node once.": partial(_recursive, once=False),
    "A node hands on before all has arrived, and what comes later is lost. Walk backwards.": (
        partial(_recursive, once=True)
    ),
    "Where a node has one parent twice, as x·x has, that parent gets both shares.": partial(
        tape_gradients, distinct=True
    ),
    "A node keeps what arrived first. Add up what arrives.": partial(
        tape_gradients, collect=lambda old, new: old or new
    ),
    "A node keeps the largest that arrived. Add up what arrives.": partial(
        tape_gradients, collect=lambda old, new: max(old, new, key=abs)
    ),
}


def by_torch(tape: Tape) -> list[float]:
    """Return the gradients of a tape as autograd finds them, 0 for nodes that play no part."""
    ops: dict[str, Callable[..., Tensor]] = {
        "add": torch.add,
        "mul": torch.mul,
        "tanh": torch.tanh,
        "exp": torch.exp,
    }
    nodes: list[Tensor] = []
    for op, parents, value in tape:
        made = ops[op](*(nodes[p] for p in parents)) if parents else None
        nodes.append(
            torch.tensor(value, dtype=torch.float64, requires_grad=True) if made is None else made
        )
    found = torch.autograd.grad(nodes[-1], nodes, allow_unused=True)
    return [0.0 if g is None else g.item() for g in found]


def random_tape(
    generator: torch.Generator, num_inputs: int, num_steps: int, shared: bool
) -> list[Node]:
    """Return a random tape; unless `shared`, every node is used at most once, by one other."""
    while True:
        tape = _draw(generator, num_inputs, num_steps, shared)
        gradients = tape_gradients(tape)
        if max(abs(value) for _, _, value in tape) < 5 and 0.01 < max(map(abs, gradients)) < 100:
            return tape


def _draw(generator: torch.Generator, num_inputs: int, num_steps: int, shared: bool) -> list[Node]:
    def draw(n: int) -> int:
        return int(torch.randint(n, (1,), generator=generator))

    numbers = 2 * torch.rand(num_inputs, generator=generator, dtype=torch.float64) - 1
    steps: list[Any] = numbers.tolist()
    free = list(range(num_inputs))
    for _ in range(num_steps):
        op = ("add", "mul", "mul", "tanh", "exp")[draw(5)]
        count = 2 if op in ("add", "mul") else 1
        if not shared and len(free) < count:
            op, count = "tanh", 1
        parents = [draw(len(steps)) if shared else free.pop(draw(len(free))) for _ in range(count)]
        if op == "exp" and evaluate(*steps)[parents[0]][2] > 2:
            op = "tanh"  # or a tower of them overflows
        free.append(len(steps))
        steps.append((op, *parents))
    return evaluate(*steps)


def chain(num_doublings: int) -> list[Node]:
    """Return the tape of x + x, doubled again and again: 2ⁿ paths through n + 1 nodes."""
    return evaluate(0.5, *(("add", at, at) for at in range(num_doublings)))
