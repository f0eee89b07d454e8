"""Try a sandbox before trusting it: what does a program inside reach that it must not?"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox import nested
from nbteach.grading.sandbox.cleanup import tidy
from nbteach.grading.sandbox.environment import PACKAGES
from nbteach.grading.sandbox.restrictions import confine_child, protect

__all__ = ["main", "reached"]

_PATIENCE = 30.0  # seconds


def reached(spawn: Callable[..., subprocess.Popen[bytes]], *, is_nested: bool = False) -> list[str]:
    """Return what a program in the sandbox reached, or failed to do, a phrase each; [] is good.

    Args:
        spawn: starts a program, given `argv` and `pass_fds`, in the sandbox to try.
        is_nested: whether to try a sandbox that the program enters from there.
    """
    with contextlib.ExitStack() as lures:
        lure = lures.enter_context(_lures())
        result, inside = os.pipe()
        with os.fdopen(result, encoding="utf-8") as answer:
            try:
                argv = [sys.executable, "-m", __name__, json.dumps(lure), str(inside)]
                argv += ["nested"] * is_nested
                process = spawn(argv, pass_fds=[inside])
            except OSError as error:
                return [f"it did not start ({error})"]
            finally:
                os.close(inside)
            try:
                _, message = process.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                return ["it did not answer in time"]
            finally:
                process.kill()
                process.wait()
            text = answer.read()
        if process.returncode != 0 or not text:
            last = (message or b"").decode(errors="replace").strip().rpartition("\n")[2]
            return [f"it did not run ({last or f'exit status {process.returncode}'})"]
        return list(json.loads(text))


@contextlib.contextmanager
def _lures() -> Iterator[dict[str, Any]]:
    """Things outside that must not be reached; yields where they are."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nblib-probe-")))
        secret = folder / "secret"
        secret.write_text("secret")

        def listen(family: int, kind: int, address: Any) -> socket.socket:
            listener = stack.enter_context(socket.socket(family, kind))
            listener.bind(address)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            return listener

        tcp = listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        unix = listen(socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "socket"))
        letters = listen(socket.AF_UNIX, socket.SOCK_DGRAM, str(folder / "letters"))
        listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{folder}")
        # Where the packages are installed for all, there is no course folder beside it.
        course = PACKAGES[0].parent
        files = [secret, *course.glob("nbgrader_config.py")]
        yield {
            "files": [str(path) for path in files],
            "folder": str(folder),
            "tcp": tcp.getsockname(),
            "udp": udp.getsockname(),
            "unix": unix.getsockname(),
            "letters": letters.getsockname(),
            "abstract": str(folder),
            "pid": os.getpid(),
            "namespace": str(Path("/proc/self/ns/pid").readlink()),
        }


def main() -> None:
    """Run inside: let a child try all lures as a student's code could, and hand on its answer."""
    lure, result = json.loads(sys.argv[1]), int(sys.argv[2])
    if sys.argv[3:] == ["nested"]:
        nested.enter(Limits())
    protect()
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        confine_child(Limits())
        os.write(send, json.dumps(list(_tried(lure))).encode())
        with suppress(OSError):
            os.kill(os.getppid(), signal.SIGKILL)
        os._exit(0)
    os.waitpid(child, 0)
    found = json.loads(os.read(receive, 1 << 16))
    if not tidy():
        found.append("left something behind")
    with os.fdopen(result, "w", encoding="utf-8") as answer:
        json.dump(found, answer)


def _tried(lure: dict[str, Any]) -> Iterator[str]:
    attempts: dict[str, Callable[[], Any]] = {
        f"read {path}": lambda path=path: Path(path).read_bytes()  # type: ignore[misc]
        for path in [*lure["files"], f"/proc/{os.getppid()}/mem"]
    }
    attempts |= {
        "wrote a file outside": lambda: Path(lure["folder"], "written").touch(),
        "connected by TCP": lambda: _connect(socket.AF_INET, tuple(lure["tcp"])),
        "sent a UDP packet": lambda: _send(tuple(lure["udp"])),
        "connected to a Unix socket": lambda: _connect(socket.AF_UNIX, lure["unix"]),
        "sent to a Unix socket by its path": lambda: _send_from_pair(lure["letters"]),
        "connected to an abstract socket": lambda: _connect(
            socket.AF_UNIX, "\0" + lure["abstract"]
        ),
        "signalled a process outside": lambda: _signal(lure["pid"], lure["namespace"]),
        "changed a setting of the kernel": lambda: os.close(
            os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)
        ),
    }
    for name, attempt in attempts.items():
        with suppress(OSError):
            attempt()
            yield name
    try:
        Path("own").write_text("a file of its own")
    except OSError as error:
        yield f"could not write to its own folder ({error})"


def _connect(family: int, address: Any) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        client.connect(address)


def _send(address: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(address)  # asks for a route, hence fails where there is no network
        client.send(b"x")


def _send_from_pair(address: Any) -> None:
    """Send from a socket that `socket()` did not make."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
        with suppress(OSError):
            one, other = socket.socketpair(socket.AF_UNIX, kind)
            with one, other:
                one.sendto(b"x", address)
                return
    raise OSError


def _signal(pid: int, namespace: str) -> None:
    if str(Path("/proc/self/ns/pid").readlink()) != namespace:
        raise ProcessLookupError  # the number means another process here
    os.kill(pid, 0)


if __name__ == "__main__":
    main()
