"""Curves as TensorBoard reads them: event files, written and read without TensorBoard.

A file is a sequence of records in TensorFlow's TFRecord frame: the length of the content, its
checksum, the content, its checksum. The checksum is CRC-32C (Castagnoli), rotated and shifted
("masked"). The content is a protocol buffer of the message `Event`: field 1 is the wall time, 2 the
step, 3 the version of the format, 5 a summary, whose values (field 1) have a tag (1) and a number
(2). The format is that of tensorboard/compat/proto/event.proto and summary.proto.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from nblib.history import History

__all__ = ["EventFileError", "read", "write"]

_VARINT, _DOUBLE, _BYTES, _FLOAT = 0, 1, 2, 5  # wire types
_SIZES = {_DOUBLE: 8, _FLOAT: 4}
_VERSION = b"brain.Event:2"


class EventFileError(ValueError):
    """A file is no event file, or was damaged."""


def write(folder: str | Path, history: History | Mapping[str, Sequence[float]]) -> Path:
    """Write the curves of one run into a new file in `folder`, and return its path.

    Args:
        folder: is made if need be. TensorBoard takes each folder for a run, and shows its name.
        history: a History, with its steps; or values by name, at the steps 1, 2, ...

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read(write(folder, {"loss": [0.5, 0.25]}))
    History(loss: 2 values, last 0.25)
    """
    if not isinstance(history, History):
        given, history = history, History()
        for name, values in given.items():
            for step, value in enumerate(values, 1):
                history.record(step, **{name: value})
    Path(folder).mkdir(parents=True, exist_ok=True)
    now = time.time()
    path = Path(folder) / f"events.out.tfevents.{time.time_ns()}.nblib"
    records = [_double(1, now) + _nested(3, _VERSION)]
    for name in history:
        for step, value in history.points(name):
            scalar = _nested(1, name.encode()) + _key(2, _FLOAT) + struct.pack("<f", value)
            place = _key(2, _VARINT) + _varint(step)
            records.append(_double(1, now) + place + _nested(5, _nested(1, scalar)))
    path.write_bytes(b"".join(map(_frame, records)))
    return path


def read(path: str | Path) -> History:
    """Return the numbers in an event file: ours, or one of `torch.utils.tensorboard`.

    Raises:
        EventFileError: a checksum is wrong, or the file ends within a record.
    """
    history = History()
    for content in _records(Path(path).read_bytes()):
        event = dict(_fields(content))
        for _, value in _fields(event.get(5, b"")):
            parts = dict(_fields(value))
            number = parts.get(2)
            if number is None and 8 in parts:  # newer writers put it into a tensor
                tensor = dict(_fields(parts[8]))
                number = tensor.get(5) or tensor.get(4)
            if number is not None and len(number) == 4:
                history.record(
                    event.get(2, 0), **{parts[1].decode(): struct.unpack("<f", number)[0]}
                )
    return history


# Writing


def _varint(number: int) -> bytes:
    """Return seven bits in each byte, the lowest first; the highest bit says that more follow."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _key(field: int, wire: int) -> bytes:
    return _varint(field << 3 | wire)


def _double(field: int, value: float) -> bytes:
    return _key(field, _DOUBLE) + struct.pack("<d", value)


def _nested(field: int, content: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(content)) + content


def _frame(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


# Reading


def _records(raw: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        length = raw[start : start + 8]
        size = int.from_bytes(length, "little")
        content = raw[start + 12 : start + 12 + size]
        sums = raw[start + 8 : start + 12], raw[start + 12 + size : start + 16 + size]
        if sums != (_checksum(length), _checksum(content)):
            raise EventFileError(f"byte {start}: the checksums do not fit; is it an event file?")
        yield content
        start += 16 + size


def _fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the number of each field with its value: an int, or bytes."""
    at = 0

    def varint() -> int:
        nonlocal at
        number = shift = 0
        while True:
            byte = raw[at]
            at += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while at < len(raw):
        key = varint()
        if key & 7 == _VARINT:
            yield key >> 3, varint()
            continue
        size = varint() if key & 7 == _BYTES else _SIZES[key & 7]
        yield key >> 3, raw[at : at + size]
        at += size


# CRC-32C


@cache
def _table() -> list[int]:
    table = []
    for entry in range(256):
        for _ in range(8):
            entry = entry >> 1 ^ (0x82F63B78 if entry & 1 else 0)
        table.append(entry)
    return table


def _checksum(raw: bytes) -> bytes:
    """Return the masked CRC-32C, four bytes.

    >>> _checksum(b"123456789").hex()  # the CRC-32C of these digits is 0xE3069283
    'e5b08ac7'
    """
    table, crc = _table(), 0xFFFFFFFF
    for byte in raw:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    masked = (crc >> 15 | crc << 17) + 0xA282EAD8 & 0xFFFFFFFF
    return struct.pack("<I", masked)
