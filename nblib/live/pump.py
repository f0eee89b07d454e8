"""Let the buttons of a widget reach Python while a cell runs.

ipykernel handles messages between cells only: a click during a long cell waits in a queue until
the cell has ended. `pump`, called now and then by the cell itself, handles those that cannot wait.
ipykernel offers no public way to do so; what is used here is private, and each use is such that a
version without it turns `pump` into a function that does nothing.
"""

import asyncio
import threading
from collections.abc import Awaitable
from typing import Any

import zmq

from nblib.hooks import uninterrupted

__all__ = ["pump"]

# What a widget sends, and what a page asks for when it is loaded anew.
_URGENT = {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}

_postponed: set[asyncio.Task[None]] = set()  # the event loop itself forgets tasks that wait


def pump() -> bool:
    """Handle the widget messages that wait in this kernel; leave all others for after the cell.

    Returns:
        Whether that was possible: False in a plain Python process, in a thread, and in a kernel
        that is built differently.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None or threading.current_thread() is not threading.main_thread():
        return False
    try:
        manager = kernel.shell_channel_thread.manager
        waiting = manager._shell_channel_to_main.to_stream
        replies = manager.get_subshell_to_shell_channel_socket(None)
        postpone = waiting._recv_callback
        loop = asyncio.get_running_loop()
    except (AttributeError, RuntimeError):
        return False
    with uninterrupted():  # an interrupt must not lose a message
        while True:
            try:
                frames = waiting.socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return True
            if _kind(kernel, frames) in _URGENT:
                _handle(kernel, replies, frames)
            else:
                # What the event loop would do itself: the tasks wait for the cell, first come
                # first served, so that cells keep their order.
                task = loop.create_task(postpone(frames))
                _postponed.add(task)
                task.add_done_callback(_postponed.discard)


def _kind(kernel: Any, frames: list[zmq.Frame]) -> str:
    try:
        _, parts = kernel.session.feed_identities(frames, copy=False)
        header = kernel.session.deserialize(parts, content=False, copy=False)["header"]
    except ValueError:
        return "unreadable"  # also a sign that the kernel gives to itself
    return str(header["msg_type"])


def _handle(kernel: Any, replies: zmq.Socket[bytes], frames: list[zmq.Frame]) -> None:
    """Do with a message what the kernel does with it, then go on as the cell that runs."""
    idents, parts = kernel.session.feed_identities(frames, copy=False)
    message = kernel.session.deserialize(parts, copy=False)
    cell, cell_ident = kernel.get_parent("shell"), kernel._parent_ident["shell"]
    kernel.set_parent(idents, message, channel="shell")
    try:
        kernel._publish_status("busy", "shell")
        done = kernel.shell_handlers[message["header"]["msg_type"]](replies, idents, message)
        if isinstance(done, Awaitable):
            _finish(done)
        kernel._publish_status("idle", "shell")
    except Exception:
        kernel.log.exception("A widget message could not be handled")
    finally:
        kernel.set_parent(cell_ident, cell, channel="shell")
        kernel._publish_status("busy", "shell")  # the page would think that the cell has ended


def _finish(awaitable: Awaitable[Any]) -> None:
    """Run a coroutine that waits for nothing, as those of the urgent messages are."""
    try:
        awaitable.__await__().__next__()
    except StopIteration:
        return
    raise RuntimeError("the handler of a widget message waits for something")
