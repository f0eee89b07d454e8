"""What an attack may want, laid out outside the sandbox; afterwards one can see who was there."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

__all__ = ["SECRET", "Lures"]

_HARMLESS = {"text/plain", "image/png"}
SECRET = "COURSE_SECRET"  # an environment variable of the teacher's


class Lures:
    """Files of the teacher's and of others, servers, a process and a secret in the environment.

    `reached` names what was: "read", "written", "tcp", "udp", "unix", "abstract", "killed",
    "secret", and "told" for what an attack can only tell itself, by printing the word `told`;
    "unwritable" and "script" are said of outputs that must not be stored or shown.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._secrets = folder, [os.environ[SECRET]]
        self._told = secrets.token_hex(8)
        for name in ("gradebook.db", "submitted/other/lesson.ipynb", "solutions/lesson.py"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            self._secrets.append(secrets.token_hex(8))
            path.write_text(self._secrets[-1])
        self._before = self._files()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._servers = {
            "tcp": self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "unix": self._listen(socket.AF_UNIX, socket.SOCK_STREAM, str(self._folder / "socket")),
            "abstract": self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self._told}"),
        }
        self._process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._open.close()

    def known(self) -> dict[str, Any]:
        """What the attacker is so lucky as to know."""
        addresses = {name: server.getsockname() for name, server in self._servers.items()}
        return {
            **addresses,
            "abstract": f"\0{self._told}",
            "folder": str(self._folder),
            "grader": os.getpid(),
            "pid": self._process.pid,
            "told": self._told,
        }

    def reached(self, outputs: dict[str, list[Any]]) -> set[str]:
        """Return what an attack reached, with the outputs of its cells and tests."""
        shown = json.dumps(outputs)
        found = {name for name, server in self._servers.items() if _came(server)}
        if any(secret in shown for secret in self._secrets[1:]):
            found.add("read")
        if self._secrets[0] in shown:
            found.add("secret")
        if self._told in shown:
            found.add("told")
        try:
            json.dumps(outputs, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            found.add("unwritable")
        of_students = (out for name, out in outputs.items() if not name.endswith("-test"))
        if any(out.get("data", {}).keys() - _HARMLESS for each in of_students for out in each):
            found.add("script")
        if self._files() != self._before:
            found.add("written")
        if self._process.poll() is not None:
            found.add("killed")
        return found

    def _files(self) -> dict[str, bytes]:
        paths = (path for path in self._folder.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in paths}

    def _listen(self, family: int, kind: int, address: Any) -> socket.socket:
        server = self._open.enter_context(socket.socket(family, kind))
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.setblocking(False)
        return server


def _came(server: socket.socket) -> bool:
    with suppress(BlockingIOError):
        if server.type == socket.SOCK_DGRAM:
            server.recv(100)
        else:
            server.accept()[0].close()
        return True
    return False
