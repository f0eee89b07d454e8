"""What autograd holds for the way back: how much of it at most, while something is computed."""

from __future__ import annotations

import weakref
from collections import Counter
from types import TracebackType

import torch
from torch import Tensor

__all__ = ["Meter"]


class _Kept:
    """A tensor that a graph has saved, until the graph lets go of it."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class Meter:
    """Counts the bytes of tensors that are saved for a backward pass; parameters do not count.

    A tensor that several steps of a computation save counts once, and no longer when the graph is
    freed. What the program itself keeps in a list is not seen.

    >>> x = torch.ones(10, 5, requires_grad=True)
    >>> with Meter() as meter:
    ...     y = x.sin().exp()  # saves x, and the result of exp: 50 numbers of 4 bytes each
    >>> meter.bytes, meter.most
    (400, 400)
    >>> y.sum().backward()
    >>> meter.bytes
    0
    """

    def __init__(self) -> None:
        self.bytes = 0  # held now
        self.most = 0  # the largest of these numbers so far
        self._held: Counter[int] = Counter()  # how often a piece of memory was saved
        self._hooks = torch.autograd.graph.saved_tensors_hooks(self._save, lambda kept: kept.tensor)

    def __enter__(self) -> Meter:
        self._hooks.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hooks.__exit__(kind, error, trace)

    def _save(self, tensor: Tensor) -> Tensor | _Kept:
        kept = _Kept(tensor.detach())  # a tensor knows its graph, which would hold itself then
        if isinstance(tensor, torch.nn.Parameter) or isinstance(tensor._base, torch.nn.Parameter):
            return kept
        memory = tensor.untyped_storage()
        place, size = memory.data_ptr(), memory.nbytes()
        self._held[place] += 1
        if self._held[place] == 1:
            self.bytes += size
            self.most = max(self.most, self.bytes)
        weakref.finalize(kept, self._free, place, size)
        return kept

    def _free(self, place: int, size: int) -> None:
        self._held[place] -= 1
        if not self._held[place]:
            del self._held[place]
            self.bytes -= size
