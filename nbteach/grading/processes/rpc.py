"""Two processes ask each other: to call a function, to read an attribute, to hand over a value."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Self

import torch

from nblib.checks import student_line
from nbteach.grading.processes.channel import Channel
from nbteach.grading.processes.codec import CodecError, Decoder, Encoder
from nbteach.grading.processes.containers import TYPES

__all__ = ["Peer", "StandIn", "tensors"]

_LONGEST_TEXT = 2000
# Those whose constructors take one text. No StopIteration: it would end a loop of the asker.
_BASES = {
    kind.__name__: kind
    for kind in (
        *(ArithmeticError, FloatingPointError, OverflowError, ZeroDivisionError),
        *(AssertionError, AttributeError, ImportError, ModuleNotFoundError),
        *(LookupError, IndexError, KeyError, NameError, UnboundLocalError),
        *(OSError, FileNotFoundError, MemoryError, RuntimeError, NotImplementedError),
        *(RecursionError, TypeError, ValueError),
    )
}


class _Told:
    """An exception that was raised on the other side, where its class may not exist here."""

    args: tuple[Any, ...]
    student_line: dict[str, str]

    def __str__(self) -> str:
        return str(self.args[0])


class StandIn:
    """Stands for an object of the other side, which knows it by its number."""

    def __init__(self, peer: Peer, number: int, facts: dict[str, Any]) -> None:
        self._peer, self._number, self._facts = peer, number, facts

    def __deepcopy__(self, _: object) -> Self:
        return self  # what it stands for cannot be copied from here


class Peer:
    """One end of a conversation in which each side answers while it waits for an answer.

    `answer(op, arguments)` does what the other side asks for; `stand_in` is the class of what
    stands for its objects; `facts_of(object)` tells the other side about ours.
    """

    def __init__(
        self,
        channel: Channel,
        answer: Callable[[str, list[Any]], Any],
        stand_in: type[StandIn],
        facts_of: Callable[[Any], dict[str, Any]],
    ) -> None:
        self.channel = channel
        self._answer, self._stand_in, self._facts_of = answer, stand_in, facts_of
        self._ours: list[Any] = []  # what the other side knows by its number
        self._numbers: dict[int, int] = {}  # by id()
        self._turn = threading.RLock()  # a student may call a function of the test from threads
        self._copies: dict[int, tuple[int, Any, list[Any]]] = {}  # of theirs, by id()

    def ask(self, op: str, *arguments: Any) -> Any:
        """Ask, answer whatever is asked meanwhile, and return the answer or raise its error."""
        with self._turn:
            self._send("ask", [op, list(arguments)])
            while True:
                kind, tree, buffers = self._receive()
                if kind == "ask":
                    self._reply(tree, buffers)
                elif kind == "answer":
                    return self._decode(tree, buffers)
                else:
                    raise _rebuilt(tree)

    def forget(self) -> None:
        """Let go of everything that the other side could still ask for."""
        self._ours.clear()
        self._numbers.clear()

    def answer_one(self) -> None:
        """Wait for a question and answer it."""
        kind, tree, buffers = self._receive()
        if kind != "ask":
            raise CodecError("an answer that nobody has asked for")
        self._reply(tree, buffers)

    def _reply(self, tree: Any, buffers: list[bytearray]) -> None:
        try:
            op, arguments = self._decode(tree, buffers)
            self._send("answer", self._answer(op, arguments))
        except ConnectionError:
            raise
        except BaseException as error:  # a student's sys.exit() ends the call, not the process
            self.channel.send(["error", _described(error)])

    def _send(self, kind: str, value: Any) -> None:
        encoder = Encoder(self._refer, self._origin)
        tree = encoder.tree(value)
        self.channel.send([kind, tree], encoder.buffers)

    def _receive(self) -> tuple[str, Any, list[bytearray]]:
        content, buffers = self.channel.receive()
        match content:
            case ["ask" | "answer" | "error" as kind, tree]:
                return kind, tree, buffers
        raise CodecError("this is no message of a peer")

    def _decode(self, tree: Any, buffers: list[bytearray]) -> Any:
        return Decoder(buffers, self._resolve).value(tree)

    def _refer(self, value: Any) -> list[Any]:
        if issubclass(type(value), StandIn):  # `isinstance` would ask the stand-in
            return ["yours", value._number]
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._ours)
            self._ours.append(value)
        return ["theirs", self._numbers[id(value)], self._facts_of(value)]

    def _resolve(self, kind: str, rest: list[Any]) -> Any:
        match kind, rest:
            case "yours", [int(number)] if 0 <= number < len(self._ours):
                return self._ours[number]
            case "theirs", [int(number), dict(facts)]:
                return self._stand_in(self, number, facts)
            case "copy", [["theirs", int(number), _], value] if isinstance(value, TYPES):
                if value or not isinstance(value, tuple | frozenset):  # of those, one is empty
                    self._copies[id(value)] = number, value, _content(value)
                return value
        raise CodecError(f"this is no value: {kind}")

    def _origin(self, value: Any) -> list[Any] | None:
        """Return the reference to what `value` is a copy of, unless it was changed here.

        Whoever keeps a named tuple in a state wants to get it back.
        """
        number, copy, content = self._copies.get(id(value), (0, None, []))
        if copy is not value or [*map(id, content)] != [*map(id, _content(value))]:
            return None
        return ["yours", number]


def tensors(value: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors in a value made of lists, tuples and dictionaries, in order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tensors(item)


def _content(container: Any) -> list[Any]:
    items = container.items() if isinstance(container, dict) else [container]
    return [*chain.from_iterable(items)]


def _described(error: BaseException) -> dict[str, Any]:
    names = [kind.__name__ for kind in type(error).__mro__]
    try:
        text = str(error)
    except Exception:
        text = "(its message could not be made)"
    return {
        "name": type(error).__name__,
        "base": next((name for name in names if name in _BASES), "Exception"),
        "text": text[:_LONGEST_TEXT],
        "line": student_line(traceback.extract_tb(error.__traceback__)),
    }


def _rebuilt(told: Any) -> Exception:
    """Return an exception of the nearest class that is known on both sides."""
    match told:
        case {
            "name": str(name),
            "base": str(base),
            "text": str(text),
            "line": dict(line),
        }:
            known = _BASES.get(base, Exception)
            name = name[:80] if name.isidentifier() else "Exception"
            error: Any = type(name, (_Told, known), {})(text[:_LONGEST_TEXT])
            error.student_line = {"at": str(line["at"])[:300]} if "at" in line else {}
            return error
    raise CodecError("this is no error")
