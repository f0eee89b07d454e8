"""The examiner's process: runs the tests as they are written. No code of a student runs here."""

from __future__ import annotations

import builtins
import symtable
import warnings
from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from nbteach.grading.execution import Outcome
from nbteach.grading.processes.channel import Channel, Closed
from nbteach.grading.processes.codec import CodecError
from nbteach.grading.processes.proxy import Proxy
from nbteach.grading.processes.rpc import Peer, tensors
from nbteach.grading.processes.shell import Shell

__all__ = ["names_from_student", "serve"]

_LONGEST_TEXT = 4000  # an error that is longer than all outputs may be would not be told at all


class _StudentGone(BaseException):
    """The student's process has ended, or talks nonsense. No test can catch this."""


def serve(control: Channel, student: Channel, shell: Shell, output_limit: int) -> None:
    """Run the tests that come over `control`, until the supervisor hangs up."""
    warnings.simplefilter("ignore")
    try:
        imports, _ = control.receive()  # of the instructor's cells
        names: dict[str, Any] = {}
        exec(imports, names)
        while True:
            source, _ = control.receive()
            with shell.collect(output_limit) as outputs:
                outcome = _run(source, names, student, shell)
            shown = [out for out in outputs.finished() if out.get("name") != "stderr"]
            control.send([outcome, shown])
    except Closed:
        return


def _run(source: str, names: dict[str, Any], student: Channel, shell: Shell) -> Outcome:
    """Run a test cell in a namespace of its own, and show why it fails, if it does."""
    peer = _Peer(student, _answer, Proxy, lambda _: {})  # a new one: nothing is left of others
    try:
        peer.ask("forget")
        wanted = names_from_student(source, names)
        given = peer.ask("names", wanted)  # and perhaps more, such as a `checks` of their own
        theirs = {name: given[name] for name in wanted if name in given}
        with _default_dtype(peer.ask("default_dtype")):
            exec(compile(source, "<test>", "exec"), names | theirs)
    except _StudentGone:
        return "died"
    except BaseException as error:
        name, said = type(error).__name__, str(error)[:_LONGEST_TEXT]
        # No traceback: it would show the hidden tests.
        shell.outputs.add("error", ename=name, evalue=said, traceback=[f"{name}: {said}"])
        return "failed"
    return "passed"


@contextmanager
def _default_dtype(wanted: object) -> Iterator[None]:
    """Let a test make tensors of the dtype that the student has chosen as the default."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(wanted if wanted in (torch.float32, torch.float64) else before)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


class _Peer(Peer):
    """Takes silence and nonsense for the student's process as a sign that it is gone."""

    def _send(self, kind: str, value: Any) -> None:
        try:
            super()._send(kind, value)
        except Closed as error:
            raise _StudentGone from error

    def _receive(self) -> tuple[str, Any, list[bytearray]]:
        try:
            return super()._receive()
        except (Closed, CodecError) as error:
            raise _StudentGone from error


def _answer(op: str, arguments: list[Any]) -> Any:
    """Let the student's process call a function that the test has handed to it, no more."""
    if op not in ("call", "slope"):
        raise CodecError(f"a test answers no {op!r}")
    function, args, kwargs, *upstream = arguments
    value = function(*args, **kwargs)
    if op == "call":
        return value
    leaves = [tensor for tensor in tensors((args, kwargs)) if tensor.requires_grad]
    slopes = torch.autograd.grad(value, leaves, upstream, allow_unused=True)
    return [torch.zeros_like(x) if s is None else s for x, s in zip(leaves, slopes, strict=True)]


def names_from_student(test: str, known: Container[str] = ()) -> list[str]:
    """Return the global names that a test uses and neither binds itself nor finds in Python.

    >>> names_from_student("check.close([f(x) for x in range(n)])", {"check"})
    ['f', 'n']
    """
    table = symtable.symtable(test, "<test>", "exec")
    bound = {symbol.get_name() for symbol in table.get_symbols() if _is_bound(symbol)}
    return sorted(
        name
        for name in _global_names(table)
        if name not in bound and name not in known and not hasattr(builtins, name)
    )


def _global_names(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _global_names(inner)


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
