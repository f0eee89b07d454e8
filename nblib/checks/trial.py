"""Try an answer, a reference or a mistake on the same inputs, and note all that happens."""

from __future__ import annotations

import copy
import inspect
import re
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from nblib.checks.compare import describe, mismatch

__all__ = [
    "Call",
    "Input",
    "Trial",
    "call_inplace",
    "call_text",
    "called",
    "changed",
    "grad_of",
    "is_stub",
    "marks",
    "parameters",
    "student_line",
    "trial",
]

_PLAIN = frozenset((bool, int, float, complex, str, bytes, type(None)))  # never changed in place
Input = tuple[Any, ...] | Callable[[Callable[..., Any]], Any]


@dataclass(frozen=True)
class Call:
    """One call of a function: what it was given, and what came back."""

    args: tuple[Any, ...]
    result: Any
    after: tuple[Any, ...]  # the arguments as the function left them
    kept: tuple[int, ...] = ()  # positions of arguments whose memory the result still holds


@dataclass
class Trial:
    """What came of one input: an outcome or an error, and every call on the way there."""

    outcome: Any = None
    error: Exception | None = None
    calls: list[Call] = field(default_factory=list)
    current: tuple[Any, ...] = ()  # the arguments of the call that raised the error


def trial(function: Callable[..., Any], on: Input) -> Trial:
    """Call `function` on a tuple of arguments, or let `on(function)` play with it.

    Each call gets copies of its arguments. An error ends the trial and is kept in it; a check that
    fails inside a play goes on its way.
    """
    done = Trial()

    def watched(*args: Any) -> Any:
        done.current = args
        done.calls.append(called(function, *args))
        done.current = ()
        return done.calls[-1].result

    try:
        done.outcome = watched(*on) if isinstance(on, tuple) else on(watched)
    except AssertionError:
        raise
    except Exception as error:
        done.error = error
    return done


def called(function: Callable[..., Any], *args: Any) -> Call:
    """Call `function` on copies of its arguments, and note what became of them."""
    if remote := getattr(type(function), "__called__", None):  # it lives in another process
        return Call(_copied(args), *remote(function, *args))
    own = _copied(args)
    result = function(*own)
    memory = _memory(result)
    kept = tuple(i for i, arg in enumerate(own) if memory & _memory(arg))
    return Call(_copied(args), result, own, kept)


def call_inplace(function: Callable[..., Any], *args: Any) -> tuple[Any, tuple[Any, ...]]:
    """Call `function` on copies; return its result and the arguments as they are afterwards."""
    call = called(function, *args)
    return call.result, call.after


def grad_of(function: Callable[..., torch.Tensor], x: torch.Tensor, *others: Any) -> torch.Tensor:
    """Return the gradient of a scalar `function(x, *others)` by `x`, of its shape, by autograd."""
    if remote := getattr(type(function), "__grad_of__", None):
        return remote(function, x, *others)
    with torch.enable_grad():  # whoever calls this may have turned it off
        point = x.detach().clone().requires_grad_()
        (gradient,) = torch.autograd.grad(function(point, *others), point)
    return gradient


def _copied(value: Any) -> Any:
    """Return a deep copy; of a tensor that autograd has made, one that it knows nothing of."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, torch.Tensor) and (not value.is_leaf or _is_simple(value)):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, torch.Generator):  # deepcopy of torch 2.13 loses a reference to None
        new = torch.Generator(device=value.device)
        new.set_state(value.get_state())
        return new
    if type(value) in (list, tuple):
        return type(value)(map(_copied, value))
    if type(value) is dict:
        return {key: _copied(part) for key, part in value.items()}
    return copy.deepcopy(value)


def _is_simple(tensor: torch.Tensor) -> bool:
    """Whether `clone` copies all there is, in a tenth of the time that `deepcopy` takes."""
    return (
        type(tensor) is torch.Tensor
        and tensor.layout is torch.strided
        and tensor.is_contiguous()
        and tensor.grad is None
        and not tensor.__dict__
    )


def _memory(value: Any) -> set[int]:
    """Where the numbers of dense tensors and of arrays lie; containers are looked into."""
    if type(value) in _PLAIN:
        return set()
    if issubclass(type(value), torch.Tensor):
        with torch._C.DisableTorchFunctionSubclass():  # a subclass may answer for torch
            if value.layout is not torch.strided:
                return set()
            return {value.untyped_storage().data_ptr()} if value.numel() else set()
    if isinstance(value, np.ndarray):
        return {value.ctypes.data} if value.size else set()
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list | tuple):
        return set()
    return set().union(*(_memory(part) for part in value if type(part) not in _PLAIN))


def changed(call: Call, may_change: Collection[int] = ()) -> tuple[Any, Any] | None:
    """Return an argument before and after a call that changed it though it must not, or None."""
    for position, (old, new) in enumerate(zip(call.args, call.after, strict=True)):
        if position not in may_change and not _same(new, old):
            return old, new
    return None


def _same(new: Any, old: Any) -> bool:
    """Callables and generators cannot be compared by value, and pass."""
    if callable(old) or isinstance(old, torch.Generator):
        return True
    return mismatch(new, old, rtol=0, atol=0) is None and marks(new) == marks(old)


def marks(value: Any) -> list[bool]:
    """Return of each tensor in a value whether autograd watches it, containers looked into."""
    if isinstance(value, torch.Tensor):
        return [value.requires_grad]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [one for part in value for one in marks(part)] if isinstance(value, list | tuple) else []


def call_text(function: Callable[..., Any], args: tuple[Any, ...]) -> str:
    """Write the call with the student's own names of the arguments, where they can be known."""
    names = [f"{name}=" for name in parameters(function)]
    names += [""] * (len(args) - len(names))
    shown = ", ".join(name + describe(value) for name, value in zip(names, args, strict=False))
    return f"{getattr(function, '__name__', 'your function')}({shown})"


def parameters(function: Callable[..., Any]) -> list[str]:
    """Return the names of a function's parameters, as far as they can be known."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def is_stub(error: BaseException) -> bool:
    """Whether an answer was not written yet. What torch cannot do on a tensor comes with words."""
    return isinstance(error, NotImplementedError) and not any(error.args)


def student_line(frames: Sequence[traceback.FrameSummary]) -> dict[str, str]:
    """Return the last of the frames that lies in a notebook cell, if any, as a fact to show."""
    cells = [f for f in frames if re.match(r"<(?!frozen )|.*ipykernel", f.filename)]
    return {"at": f"line {cells[-1].lineno} of {cells[-1].name}: {cells[-1].line}"} if cells else {}
