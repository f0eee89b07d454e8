"""A device that is as strict as Apple's GPU, on any machine: it has no float64.

Its tensors say that they are on `lazy`, a device that PyTorch has a name for everywhere and that
nothing here uses. Inside, each holds a tensor on the CPU. Like the tensors of a real GPU they
refuse to be mixed with those of the CPU, to become NumPy arrays, and to be drawn from a generator
of the CPU; as on MPS, none of them can be float64 or complex128.
"""

import os
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

DEVICE = torch.device("lazy")
_REFUSED = {torch.float64, torch.complex128}
_aten = torch.ops.aten
# They take tensors of both devices: for a copy, or for places of it, or a mask.
_MIXED = {
    *(_aten.copy_.default, _aten._to_copy.default, _aten.index.Tensor, _aten.index_put_.default),
    *(_aten.index_put.default, _aten._index_put_impl_.default, _aten._unsafe_index.Tensor),
}


class OnDevice(torch.Tensor):
    """A tensor on the strict device."""

    @staticmethod
    def __new__(cls, held: torch.Tensor) -> "OnDevice":
        if held.dtype in _REFUSED:
            raise TypeError(
                f"Cannot convert a tensor of the strict device to {held.dtype}, as MPS does not "
                "support it. Please use float32 instead."
            )
        return torch.Tensor._make_wrapper_subclass(
            cls,
            held.shape,
            held.stride(),
            held.storage_offset(),
            dtype=held.dtype,
            device=DEVICE,
            requires_grad=False,
        )

    def __init__(self, held: torch.Tensor) -> None:
        self.held = held

    def __repr__(self) -> str:
        return f"{self.held!r} on the strict device"

    def tolist(self) -> Any:
        return self.held.tolist()

    def numpy(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("can't convert a tensor of the strict device to numpy; use .cpu() first")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        return self.numpy()

    @classmethod
    def __torch_dispatch__(
        cls, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(function, args, kwargs or {})


class _Constructors(TorchFunctionMode):
    """Sees what makes tensors of numbers: PyTorch would ask the device itself for memory."""

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if function is torch.Tensor.new_tensor and isinstance(args[0], OnDevice):
            function, args = torch.tensor, args[1:]
            kwargs = {"device": DEVICE} | kwargs
        if function in (torch.tensor, torch.as_tensor) and _is_device(kwargs.get("device")):
            del kwargs["device"]
            return function(*args, **kwargs).to(DEVICE)
        return function(*args, **kwargs)


def _is_device(device: Any) -> bool:
    return device is not None and torch.device(device) == DEVICE


class _Factories(TorchDispatchMode):
    """Sees what has no tensor of the device among its arguments: what is new, or goes there."""

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(function, args, kwargs or {})


def _run(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    leaves = _leaves((*args, *kwargs.values()))
    tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
    ours = [tensor for tensor in tensors if isinstance(tensor, OnDevice)]
    wanted = kwargs.get("device")
    is_ours = bool(ours) if wanted is None else _is_device(wanted)
    if not ours and not is_ours:
        return function(*args, **kwargs)  # the CPU's business, as most of a lesson is
    foreign = [tensor for tensor in tensors if tensor.ndim and not isinstance(tensor, OnDevice)]
    if ours and foreign and function not in _MIXED:
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but {function} got one of shape "
            f"{tuple(foreign[0].shape)} on the CPU and one on the strict device"
        )
    if is_ours and any(isinstance(leaf, torch.Generator) for leaf in leaves):
        raise RuntimeError("Expected a generator of the strict device, but found one of the CPU")
    inner = {key: _map(_held, value) for key, value in kwargs.items()}
    if is_ours and wanted is not None:
        inner["device"] = torch.device("cpu")
    if function is _aten.copy_.default:
        is_ours = isinstance(args[0], OnDevice)
    result = function(*(_map(_held, value) for value in args), **inner)
    known = {id(tensor.held): tensor for tensor in ours}  # what works in place returns what it got
    return _map(
        lambda leaf: known[id(leaf)] if id(leaf) in known else _wrapped(leaf, is_ours), result
    )


def _leaves(values: Any) -> list[Any]:
    """Return what an operator is given: values and lists of values, for they lie no deeper."""
    return [leaf for value in values for leaf in (value if _is_list(value) else (value,))]


def _map(change: Callable[[Any], Any], value: Any) -> Any:
    """Change a value, or each of a list of them."""
    return type(value)(map(change, value)) if _is_list(value) else change(value)


def _is_list(value: Any) -> bool:
    return type(value) in (list, tuple)


def _held(leaf: Any) -> Any:
    return leaf.held if isinstance(leaf, OnDevice) else leaf


def _wrapped(leaf: Any, is_ours: bool) -> Any:
    return OnDevice(leaf) if is_ours and isinstance(leaf, torch.Tensor) else leaf


def install() -> None:
    """Make this the device of the course, in this process, for good."""
    from nblib import runtime

    os.environ["NBLIB_DEVICE"] = DEVICE.type
    runtime._count = lambda kind: int(kind in (DEVICE.type, "cpu"))
    threading.Thread.run = _strictly(threading.Thread.run)
    _strict()


def _strict() -> None:
    _Constructors().__enter__()
    _Factories().__enter__()


def _strictly(run: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    """A mode holds in the thread that enters it alone: let each new thread enter it."""

    def strict_run(thread: threading.Thread) -> None:
        _strict()
        run(thread)

    return strict_run
