"""Values as bytes, and back, without ever running what the other side sent.

A value becomes a JSON tree and a list of buffers. Plain JSON scalars stand for themselves; all else
is a list that begins with its kind, such as `["tuple", [...]]` or `["array", "<f8", [2, 3], 0]`,
where the last number names a buffer. What has no value that could be copied (a function, a module,
an object of a class of its own) is sent as a number by which it can be asked for.
"""

from __future__ import annotations

import array as arrays
import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from nbteach.grading.processes import containers
from nbteach.grading.processes.channel import CodecError
from nbteach.grading.processes.generators import generator_from

__all__ = ["CodecError", "Decoder", "Encoder"]

_MAX_DEPTH = 60
_NUMPY_KINDS = "?biufcSUmM"  # as in numpy.dtype.kind: everything but Python objects and records
_ARRAY_CODES = "bBhHiIlLqQfd"  # of Python's own arrays: numbers
_PLAIN = {type(None), bool, float, str}  # exactly these, which JSON knows
_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in vars(torch).values()
    if isinstance(dtype, torch.dtype)
}


class Encoder:
    """Writes a value; instances of subclasses of the plain types are sent as the plain type.

    `refer` gets each object that has no value, and returns the tree that stands for it; so it does
    for containers of a subclass, such as a named tuple, whose tree is sent along. `origin` gets
    each container, and may return a tree that stands for it, or None.
    """

    def __init__(
        self,
        refer: Callable[[Any], list[Any]],
        origin: Callable[[Any], list[Any] | None] = lambda _: None,
    ) -> None:
        self.buffers: list[bytes] = []
        self._refer, self._origin = refer, origin

    def tree(self, value: Any, depth: int = 0) -> Any:
        """Return the JSON tree of a value, and append its buffers to `buffers`."""
        if type(value) in _PLAIN:
            return value
        if depth > _MAX_DEPTH:
            raise CodecError(f"a value is nested more than {_MAX_DEPTH} deep")
        match value:
            case np.str_() | np.bytes_():  # they are str and bytes too
                return self.tree(value.item())
            case np.generic() | np.ndarray():
                return self._array(value)
            case torch.Tensor():
                return self._tensor(value)
            case int():
                return int(value) if abs(value) < 2**63 else ["int", hex(value)]
            case float():
                return float(value)
            case str():
                return str.__str__(value)
            case bytes():
                return ["bytes", self._buffer(bytes(value))]
            case bytearray():
                return ["bytearray", self._buffer(bytes(value))]
            case arrays.array() if value.typecode in _ARRAY_CODES:
                return ["numbers", value.typecode, self._buffer(value.tobytes())]
            case complex():
                return ["complex", value.real, value.imag]
            case range():
                return ["range", value.start, value.stop, value.step]
            case torch.dtype():
                return ["dtype", str(value).removeprefix("torch.")]
            case torch.Generator():
                return ["generator", self._buffer(value.get_state().numpy().tobytes())]
        if isinstance(value, containers.TYPES):
            return self._origin(value) or self._container(value, depth)
        return self._refer(value)

    def _container(self, value: Any, depth: int) -> list[Any]:
        name, parts, is_all = containers.parts(value)
        tree = [name, [self.tree(part, depth + 1) for part in parts]]
        return tree if is_all else ["copy", self._refer(value), tree]

    def _buffer(self, content: bytes) -> int:
        self.buffers.append(content)
        return len(self.buffers) - 1

    def _array(self, value: np.generic | np.ndarray) -> list[Any]:
        array = np.asarray(value)
        if array.dtype.kind not in _NUMPY_KINDS:
            return self._refer(value)
        kind = "scalar" if isinstance(value, np.generic) else "array"
        return [kind, array.dtype.str, list(array.shape), self._buffer(array.tobytes())]

    def _tensor(self, value: torch.Tensor) -> list[Any]:
        plain = value.detach().cpu().resolve_conj().resolve_neg()
        dense = plain.to_dense() if plain.layout != torch.strided else plain
        raw = dense.reshape(-1).contiguous().view(torch.uint8)  # NumPy has no bfloat16
        raw = torch.func.debug_unwrap(raw)  # from what `torch.func.grad` puts around it
        if raw.dim() != 1:
            raise CodecError("a tensor inside torch.vmap has no value of its own")
        name = str(value.dtype).removeprefix("torch.")
        # Not by way of NumPy, which asks torch anew, and gets a tensor with a wrapper.
        content = self._buffer(ctypes.string_at(raw.data_ptr(), raw.numel()))
        return ["tensor", name, list(value.shape), content, value.requires_grad]


class Decoder:
    """Reads a value; `resolve` gets the rest of a tree of a kind that is not known here."""

    def __init__(
        self, buffers: Sequence[bytearray], resolve: Callable[[str, list[Any]], Any]
    ) -> None:
        self._buffers, self._resolve = buffers, resolve

    def value(self, tree: Any) -> Any:
        """Return the value of a tree; raises CodecError for anything that is none."""
        try:
            return self._value(tree, 0)
        except (TypeError, ValueError, IndexError, KeyError, RuntimeError, OverflowError) as error:
            raise CodecError(f"this is no value: {error}") from error

    def _value(self, tree: Any, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise CodecError(f"a value is nested more than {_MAX_DEPTH} deep")
        match tree:
            case None | bool() | int() | float() | str():
                return tree
            case [str(name), [*parts]] if name in containers.NAMES:
                return containers.made(name, [self._value(part, depth + 1) for part in parts])
            case ["copy", reference, plain]:
                return self._resolve("copy", [reference, self._value(plain, depth + 1)])
            case ["int", str(text)]:
                return int(text, 16)
            case ["bytes", int(i)]:
                return bytes(self._buffers[i])
            case ["bytearray", int(i)]:
                return bytearray(self._buffers[i])
            case ["numbers", str(code), int(i)] if code in _ARRAY_CODES:
                return arrays.array(code, bytes(self._buffers[i]))
            case ["complex", real, imaginary]:
                return complex(real, imaginary)
            case ["range", int(start), int(stop), int(step)]:
                return range(start, stop, step)
            case ["dtype", str(name)]:
                return _DTYPES[name]
            case ["generator", int(i)]:
                return generator_from(bytes(self._buffers[i]))
            case ["scalar" | "array" as kind, str(dtype), [*shape], int(i)]:
                array = _array(np.dtype(dtype), shape, self._buffers[i])
                return array[()] if kind == "scalar" else array
            case ["tensor", str(name), [*shape], int(i), bool(requires_grad)]:
                tensor = _tensor(_DTYPES[name], shape, self._buffers[i])
                return tensor.requires_grad_() if requires_grad else tensor
            case [str(kind), *rest]:
                return self._resolve(kind, rest)
        raise CodecError(f"this is no value: {str(tree)[:80]}")


def _array(dtype: np.dtype[Any], shape: list[int], content: bytearray) -> np.ndarray:
    if dtype.kind not in _NUMPY_KINDS:
        raise CodecError(f"an array of dtype {dtype}")
    _check_size(shape, dtype.itemsize, content)
    if not content:
        return np.empty(shape, dtype)
    array = np.frombuffer(content, dtype).reshape(shape)
    # A byte of 2 would be a truth that equals neither of the two.
    return array.view(np.uint8).astype(bool) if dtype == np.bool_ else array


def _tensor(dtype: torch.dtype, shape: list[int], content: bytearray) -> torch.Tensor:
    _check_size(shape, dtype.itemsize, content)
    if not content:
        return torch.empty(shape, dtype=dtype)
    tensor = torch.frombuffer(content, dtype=dtype).reshape(shape)  # shape
    return tensor.view(torch.uint8) != 0 if dtype == torch.bool else tensor


def _check_size(shape: list[int], itemsize: int, content: bytearray) -> None:
    if not all(isinstance(n, int) and n >= 0 for n in shape):
        raise CodecError(f"a shape of {shape}")
    # Entries of no size, such as empty texts, would cost nothing to send and much to make.
    if math.prod(shape) * max(itemsize, 1) != len(content):
        raise CodecError(f"{len(content)} bytes for the shape {shape}")
