"""The student's process: runs cells, and does what the examiner asks for. It sees no test."""

from __future__ import annotations

import inspect
import select
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import torch

from nblib import checks
from nbteach.grading.processes.channel import Channel, Closed
from nbteach.grading.processes.codec import CodecError, Encoder
from nbteach.grading.processes.rpc import Peer, StandIn, tensors
from nbteach.grading.processes.shell import Shell

__all__ = ["serve"]


def serve(control: Channel, examiner: Channel, shell: Shell, output_limit: int) -> None:
    """Run the cells that come over `control` and answer the examiner, until one hangs up."""
    answers = _Answers(shell.user_ns)
    peer = answers.peer = Peer(examiner, answers, _Callback, _facts)
    try:
        while True:
            ready, _, _ = select.select([control, examiner], [], [])
            if examiner in ready:
                with shell.collect(output_limit):
                    peer.answer_one()
                continue
            source, _ = control.receive()
            with shell.collect(output_limit) as outputs:
                shell.run_cell(source, store_history=False)
            control.send(outputs.finished())
    except Closed:
        return


class _Callback(StandIn):
    """A function of the test, such as a learning rate schedule."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves = [tensor for tensor in tensors((args, kwargs)) if tensor.requires_grad]
        if leaves and torch.is_grad_enabled():
            return _Differentiable.apply(self, args, kwargs, *leaves)
        return self._peer.ask("call", self, args, kwargs)

    def _slope(self, args: Any, kwargs: Any, upstream: torch.Tensor) -> list[torch.Tensor]:
        return list(self._peer.ask("slope", self, args, kwargs, upstream))


class _Differentiable(torch.autograd.Function):
    """Lets autograd pass through a function of the test, such as a loss: its side answers."""

    @staticmethod
    def forward(callback: _Callback, args: Any, kwargs: Any, *leaves: Any) -> Any:
        return callback._peer.ask("call", callback, args, kwargs).detach()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.asked = inputs[:3]

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> Any:
        callback, args, kwargs = ctx.asked
        return None, None, None, *callback._slope(args, kwargs, upstream)


class _Answers:
    """What the examiner may ask for, a method each."""

    peer: Peer

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def __call__(self, op: str, arguments: list[Any]) -> Any:
        return getattr(self, f"_{op}")(*arguments)

    def _forget(self) -> None:
        self.peer.forget()

    def _default_dtype(self) -> torch.dtype:
        """Return what `torch.set_default_dtype` was told: at home, the tests live with it too."""
        return torch.get_default_dtype()

    def _names(self, wanted: list[str]) -> dict[str, Any]:
        """Return those of the wanted global names that exist and can be sent."""
        found = {name: self._namespace[name] for name in wanted if name in self._namespace}
        return {name: value for name, value in found.items() if _can_be_sent(value)}

    def _call(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """Return the result, and the random generators among the arguments as they are now."""
        result = function(*args, **kwargs)
        given = (*args, *kwargs.values())
        return [result, [arg for arg in given if isinstance(arg, torch.Generator)]]

    def _called(self, function: Any, args: tuple[Any, ...]) -> list[Any]:
        call = checks.called(function, *args)
        return [call.result, call.after, call.kept]

    def _grad_of(self, function: Any, x: torch.Tensor, *others: Any) -> torch.Tensor:
        return checks.grad_of(function, x, *others)

    def _getattr(self, value: Any, name: str) -> Any:
        return getattr(value, name)

    def _getitem(self, value: Any, key: Any) -> Any:
        return value[key]

    def _len(self, value: Any) -> int:
        return len(value)

    def _iter(self, value: Any) -> Iterator[Any]:
        return iter(value)

    def _next(self, iterator: Iterator[Any]) -> list[Any]:
        """Return a list of the next item, or an empty one at the end."""
        for item in iterator:
            return [item]
        return []


def _can_be_sent(value: Any) -> bool:
    try:
        Encoder(lambda _: []).tree(value)
    except CodecError:
        return False
    return True


def _facts(value: Any) -> dict[str, Any]:
    """Tell what a stand-in for this object should say of itself."""
    is_module = isinstance(value, torch.nn.Module)
    facts: dict[str, Any] = {
        "class": type(value).__name__,
        "is": "Module" if is_module else "",
    }
    with suppress(Exception):  # an object of the student's may answer with any error
        facts["name"] = str(value.__name__)
    with suppress(Exception):
        facts["parameters"] = list(inspect.signature(value).parameters)
    return facts
