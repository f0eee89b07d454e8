"""What stands, in the examiner's process, for a function or an object of the student's."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import torch

from nbteach.grading.processes.codec import CodecError
from nbteach.grading.processes.generators import follow
from nbteach.grading.processes.rpc import StandIn

__all__ = ["Proxy", "ProxyError"]

# What tests ask of lists, numbers and tensors. An object of the student's could answer as it likes.
_OF_VALUES = {
    name
    for kind in (str, bytes, float, list, tuple, dict, set, np.ndarray, torch.Tensor)
    for name in dir(kind)
} - {*dir(torch.nn.Module), *dir(torch.optim.Optimizer)}
_CLASSES: dict[str, type] = {"Module": torch.nn.Module, "Optimizer": torch.optim.Optimizer}


class ProxyError(TypeError):
    """A test relies on what only the student's side could tell: nothing that can be trusted."""


class Proxy(StandIn):
    """Can be called, iterated and read; each time the student's process is asked.

    It cannot be compared, ordered, asked whether it is true or for what is a value's to tell, such
    as `count` or `sum`: a student's object could say what the test wants to hear. `isinstance` is
    told the truth about a few classes without a value.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result, generators = self._peer.ask("call", self, args, kwargs)
        given = [arg for arg in (*args, *kwargs.values()) if isinstance(arg, torch.Generator)]
        for ours, theirs in zip(given, generators, strict=True):
            follow(ours, theirs)
        return result

    def __called__(self, *args: Any) -> tuple[Any, tuple[Any, ...], tuple[int, ...]]:
        """Do what `checks.called` does."""
        result, after, kept = self._peer.ask("called", self, args)
        if not isinstance(after, tuple) or len(after) != len(args):
            raise CodecError("not as many arguments came back as were sent")
        if not isinstance(kept, tuple) or not set(kept) <= {*range(len(args))}:
            raise CodecError(f"no positions of arguments: {kept!r}")
        return result, after, kept

    def __grad_of__(self, x: torch.Tensor, *others: Any) -> Any:
        """Do what `checks.grad_of` does."""
        return self._peer.ask("grad_of", self, x, *others)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _OF_VALUES:
            self._refuse(name)
        return self._peer.ask("getattr", self, name)

    def __getitem__(self, key: Any) -> Any:
        return self._peer.ask("getitem", self, key)

    def __len__(self) -> int:
        length = self._peer.ask("len", self)
        if type(length) is not int:
            raise CodecError(f"a length of {length!r}")
        return length

    def __iter__(self) -> Iterator[Any]:
        iterator = self._peer.ask("iter", self)
        while item := self._peer.ask("next", iterator):  # [item], or [] at the end
            yield item[0]

    def __next__(self) -> Any:
        if item := self._peer.ask("next", self):
            return item[0]
        raise StopIteration

    def _refuse(self, *_: object) -> NoReturn:
        raise ProxyError(
            f"{self!r} cannot be compared or counted here. Return numbers, strings, lists, dicts, "
            "arrays or tensors: their values are what counts."
        )

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _refuse

    def __hash__(self) -> int:
        return hash((id(self._peer), self._number))

    def __repr__(self) -> str:
        return f"<{self._text('class')} {self._text('name')}>".replace(" >", ">")

    @property
    def __name__(self) -> str:
        return self._text("name") or self._text("class")

    @property
    def __signature__(self) -> inspect.Signature:
        parameter = inspect.Parameter
        names = [name for name in self._facts.get("parameters", []) if isinstance(name, str)]
        return inspect.Signature(
            [parameter(name, parameter.POSITIONAL_OR_KEYWORD) for name in dict.fromkeys(names)]
        )

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # `isinstance` asks for it
        return _CLASSES.get(self._text("is"), Proxy)

    def _text(self, fact: str) -> str:
        return str(self._facts.get(fact, ""))[:80]
