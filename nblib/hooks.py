"""How objects watch and steer a training: methods that are called at its moments."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

__all__ = ["HookError", "check", "tell", "uninterrupted"]

_MOMENTS = ("on_start", "on_step", "on_epoch", "on_end")


class HookError(TypeError):
    """An object given as a hook has none of the methods of a hook."""


def check(hooks: Sequence[object]) -> None:
    """Raise HookError if one of the objects has no method for any moment."""
    for hook in hooks:
        if not any(hasattr(hook, moment) for moment in _MOMENTS):
            raise HookError(f"a hook needs one of the methods {', '.join(_MOMENTS)}; got {hook!r}")


def tell(hooks: Sequence[object], moment: str, run: object) -> None:
    """Call the method of this moment, such as `on_step`, of each hook that has it."""
    for hook in hooks:
        if hasattr(hook, moment):
            getattr(hook, moment)(run)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold an interrupt back until the block is done, so that no update is left half made."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python delivers interrupts to the main thread only
        return
    held_back: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, frame: held_back.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
        if held_back:
            signal.raise_signal(signal.SIGINT)
