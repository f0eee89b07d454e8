"""The filter of system calls, run by an interpreter of the kernel's little language."""

import errno
import platform
import signal
import socket
import struct
import subprocess
import sys

import pytest

from nbteach.grading.sandbox import seccomp
from nbteach.grading.sandbox.syscalls import ABSENT, METADATA, REFUSED

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE, LACK = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
PLAIN = {"read": (0, 63), "write": (1, 64), "mmap": (9, 222), "futex": (202, 98)}


def verdict(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What the kernel would answer to a system call (classic BPF)."""
    data = struct.pack("IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    instructions = list(struct.iter_unpack("HBBI", program))
    position = accumulator = 0
    while True:
        code, if_true, if_false, value = instructions[position]
        position += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("I", data, value)
            case 0x06:
                return value
            case 0x15:
                position += if_true if accumulator == value else if_false
            case 0x35:
                position += if_true if accumulator >= value else if_false
            case 0x54:
                accumulator &= value
            case 0x45:
                position += if_true if accumulator & value else if_false
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


@pytest.fixture(params=enumerate(MACHINES), ids=lambda machine: machine[1])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    column, name = request.param
    monkeypatch.setattr(platform, "machine", lambda: name)
    return column, MACHINES[name]


@pytest.mark.parametrize("keep_metadata", [False, True])
def test_exactly_what_is_listed_is_refused(machine, keep_metadata: bool) -> None:
    column, architecture = machine
    program = seccomp.filter_program(keep_metadata=keep_metadata)
    listed = REFUSED | (METADATA if keep_metadata else {})
    refused = {pair[column] for pair in listed.values()} - {ABSENT}
    special = {(435, 435)[column], (53, 199)[column]}
    found = {n for n in range(600) if verdict(program, architecture, n) != ALLOW}
    assert found == refused | special
    assert not found & {pair[column] for pair in PLAIN.values()}


def test_numbers_of_another_processor_end_the_process(machine) -> None:
    _, architecture = machine
    program = seccomp.filter_program()
    (other,) = set(MACHINES.values()) - {architecture}
    assert verdict(program, other, 1) == KILL
    assert verdict(program, architecture, 0x40000000 + 41) == KILL


def test_new_namespaces_and_sockets(machine) -> None:
    column, architecture = machine
    program = seccomp.filter_program()
    clone, clone3, socketpair = (56, 220)[column], (435, 435)[column], (53, 199)[column]
    assert verdict(program, architecture, clone, signal.SIGCHLD) == ALLOW
    assert verdict(program, architecture, clone, 0x3D0F00) == ALLOW  # a thread
    for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x2000000, 0x80):
        assert verdict(program, architecture, clone, flag | signal.SIGCHLD) == REFUSE
    assert verdict(program, architecture, clone3) == LACK
    for stream in (socket.SOCK_STREAM, socket.SOCK_STREAM | socket.SOCK_CLOEXEC):
        assert verdict(program, architecture, socketpair, socket.AF_UNIX, stream) == ALLOW
        assert verdict(program, architecture, socketpair, socket.AF_INET, stream) == REFUSE
    for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        assert verdict(program, architecture, socketpair, socket.AF_UNIX, kind) == REFUSE


def test_signals_to_itself_only(machine) -> None:
    column, architecture = machine
    program = seccomp.own_signals_program(4711)
    for numbers in ((62, 129), (234, 131), (129, 138), (297, 240)):
        assert verdict(program, architecture, numbers[column], 4711) == ALLOW
        for other in (0, 1, 4710, 2**32 - 1):
            assert verdict(program, architecture, numbers[column], other) == REFUSE
    assert verdict(program, architecture, (200, 130)[column], 4711) == REFUSE
    for pair in PLAIN.values():
        assert verdict(program, architecture, pair[column]) == ALLOW


@pytest.mark.sandbox
def test_the_kernel_takes_the_filter_of_signals() -> None:
    """Where Landlock keeps no signals in, this filter does."""
    if not seccomp.supported():
        pytest.skip("the filter is not written for this processor")
    code = """
import os
from nbteach.grading.sandbox import seccomp
seccomp.install(seccomp.own_signals_program(os.getpid()))
os.kill(os.getpid(), 0)
try:
    os.kill(os.getppid(), 0)
except PermissionError:
    raise SystemExit(7)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 7
