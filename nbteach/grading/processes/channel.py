"""Messages over a socket: a JSON header, and buffers that are not copied into it."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["Channel", "Closed", "CodecError"]

_PREFIX = struct.Struct("!QQ")  # bytes of the header, bytes of all buffers
_MAX_BUFFERS = 100_000
_MAX_HEADER = 2**25  # as Python objects, it may take 30 times as much memory
_MAX_PARTS = 10**6  # lists and dictionaries, which take the most
_SECONDS_BETWEEN_LOOKS = 0.1
_JSON = json.JSONEncoder(ensure_ascii=False)  # `json.dumps` would make one for each message


class CodecError(ValueError):
    """What came, or is to be sent, is no message or no value, or is too large."""


class Closed(ConnectionError):
    """The other side is gone."""


class Channel:
    """One end of a stream of messages; `limit` is the size of the largest that is taken, in bytes.

    >>> here, there = map(Channel, socket.socketpair())
    >>> here.send({"op": "ping"}, [b"abc"])
    >>> there.receive()
    ({'op': 'ping'}, [bytearray(b'abc')])
    >>> here.close(), there.close()
    (None, None)
    """

    def __init__(self, end: socket.socket, limit: int = 2**30) -> None:
        self.socket, self._limit = end, limit
        self._stream = end.makefile("rb")  # most messages then come with one system call
        self._owner = os.getpid()
        self._look: Callable[[], None] | None = None
        self._looked = 0.0

    def fileno(self) -> int:
        """Return the file descriptor, so that `select` takes a channel."""
        return self.socket.fileno()

    def watch(self, look: Callable[[], None]) -> None:
        """From now on, call `look` every so often while waiting; what it raises ends the wait.

        The other side may neither read nor write, or a byte at a time.
        """
        self.socket.setblocking(False)
        self._look, self._looked = look, time.monotonic()

    def close(self) -> None:
        """Hang up; the other side reads `Closed`."""
        self._stream.close()
        self.socket.close()

    def send(self, content: Any, buffers: Sequence[bytes] = ()) -> None:
        """Send a message; raises CodecError if it is too large, and `Closed`.

        A fork of the process cannot send: it would speak in between.
        """
        if os.getpid() != self._owner:
            raise Closed("this is a copy of the process, which nobody listens to")
        text = _JSON.encode([content, [len(buffer) for buffer in buffers]])
        header = text.encode(errors="replace")  # half a surrogate pair could be written nowhere
        size = sum(map(len, buffers))
        self._check(len(header), size)
        rest = memoryview(b"".join([_PREFIX.pack(len(header), size), header, *buffers]))
        while rest:
            rest = rest[self._done(self.socket.send, rest) :]

    def receive(self) -> tuple[Any, list[bytearray]]:
        """Wait for a message; raises CodecError for a malformed one, and `Closed`.

        After a CodecError the channel cannot be used any more.
        """
        header_size, size = _PREFIX.unpack(self._read(_PREFIX.size))
        self._check(header_size, size)
        try:
            header = self._read(header_size)
            if header.count(b"[") + header.count(b"{") > _MAX_PARTS:
                raise CodecError("a message of far too many parts")
            content, sizes = json.loads(header)
            if len(sizes) > _MAX_BUFFERS or sum(sizes) != size or min(sizes, default=0) < 0:
                raise CodecError("the buffers are not as large as was said")
            return content, [self._read(size) for size in sizes]
        except (ValueError, TypeError, RecursionError) as error:
            raise CodecError(f"this is no message: {error}") from error

    def _check(self, header_size: int, size: int) -> None:
        if header_size > _MAX_HEADER or header_size + size > self._limit:
            raise CodecError(f"{header_size + size:,} bytes are too many to be sent")

    def _read(self, size: int) -> bytearray:
        content = bytearray(size)
        rest = memoryview(content)
        while rest:
            got = self._done(self._stream.readinto1, rest)
            if not got:
                raise Closed("the other side has hung up")
            rest = rest[got:]
        return content

    def _done(self, do: Callable[[memoryview], int | None], rest: memoryview) -> int:
        """Return how many bytes were sent, or read, as soon as there are any."""
        while True:
            try:
                done = do(rest)
            except BlockingIOError:
                done = None
            except OSError as error:
                raise Closed(str(error)) from error
            if done is not None:
                return done
            self._wait(to_send=do == self.socket.send)

    def _wait(self, *, to_send: bool) -> None:
        either = [self.socket]
        select.select([] if to_send else either, either * to_send, [], _SECONDS_BETWEEN_LOOKS)
        if self._look and time.monotonic() - self._looked >= _SECONDS_BETWEEN_LOOKS:
            self._look()
            self._looked = time.monotonic()
