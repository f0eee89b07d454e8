"""Every attempt to reach out of the sandbox fails, and succeeds where there is no sandbox."""

# What runs inside is as plain as an attack would be.
# ruff: noqa: PTH101, PTH107, PTH109, PTH118, PTH123, PTH208, PTH211

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sandboxed
from sandboxed import NESTED, inside

import nblib
from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.sandbox import Tier

pytestmark = pytest.mark.sandbox

ROOT = Path(nblib.__file__).parents[1]
IS_ROOT = os.geteuid() == 0
YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")
IS_TRACING_FREE = not YAMA.exists() or YAMA.read_text().strip() == "0"


@pytest.fixture(params=[Tier.STRONG, pytest.param(NESTED, marks=pytest.mark.slow), Tier.CONTAINER])
def tier(request: pytest.FixtureRequest) -> str:
    sandboxed.insist_on(request.param)
    return request.param


@pytest.fixture(params=[Tier.STRONG, NESTED])
def namespaces(request: pytest.FixtureRequest) -> str:
    sandboxed.insist_on(request.param)
    return request.param


def attempt(*step, tier: str) -> object:
    return inside(step, tier=tier)[0]


def unprotected(*step) -> object:
    return inside(step, tier=Tier.NONE, protected=False)[0]


def is_refused(answer: object) -> bool:
    return isinstance(answer, str) and answer.startswith("raised ")


# Files


def read(path):
    from pathlib import Path

    return Path(path).read_text()[:100]


def write(path):
    from pathlib import Path

    Path(path).write_text("written inside")


def append(path):
    with open(path, "a") as file:
        file.write("written inside")


def truncate(path):
    import os

    os.truncate(path, 0)


def remove(path):
    import os

    os.remove(path)


def change_mode(path):
    import os

    os.chmod(path, 0o777)


def change_mode_of_open_file(path):
    import os

    os.fchmod(os.open(path, os.O_RDONLY), 0o777)


def change_times(path):
    import os

    os.utime(path, (0, 0))


def read_through_symbolic_link(path):
    import os
    from pathlib import Path

    os.symlink(path, "link")
    return Path("link").read_text()


def make_hard_link(path):
    import os

    os.link(path, "link")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("secret")
    return path


@pytest.mark.parametrize("act", [read, read_through_symbolic_link])
def test_a_file_outside_cannot_be_read(act, secret: Path, tier: str) -> None:
    assert unprotected(act, str(secret)) == "secret"
    assert is_refused(attempt(act, str(secret), tier=tier))


@pytest.mark.parametrize(
    "act",
    [write, append, truncate, remove, change_mode, change_mode_of_open_file, change_times],
)
def test_a_file_outside_cannot_be_changed(act, secret: Path, tier: str) -> None:
    before = secret.stat()
    assert is_refused(attempt(act, str(secret), tier=tier))
    assert secret.stat() == before
    assert not is_refused(unprotected(act, str(secret)))
    assert not secret.exists() or secret.stat() != before


def test_no_hard_link_to_a_file_outside(secret: Path, tier: str) -> None:
    assert is_refused(attempt(make_hard_link, str(secret), tier=tier))


@pytest.mark.parametrize("name", ["pyproject.toml", "solutions/02_gradient_descent.py"])
def test_the_course_is_hidden(name: str, tier: str) -> None:
    path = ROOT / name
    if not path.exists():
        pytest.skip("nblib is installed without the course")
    assert unprotected(read, str(path)) == path.read_text()[:100]
    assert is_refused(attempt(read, str(path), tier=tier))


def list_folder(path):
    import os

    return os.listdir(path)


def test_homes_are_hidden(tier: str) -> None:
    home = Path.home()
    found = attempt(list_folder, str(home), tier=tier)
    if is_refused(found):
        return
    allowed = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve(), ROOT}
    needed = {path.relative_to(home).parts[0] for path in allowed if path.is_relative_to(home)}
    assert set(found) <= needed


def writable(folders):
    import os

    found = []
    for folder in folders:
        path = os.path.join(folder, "written-inside")
        try:
            with open(path, "w"):
                os.remove(path)
            found.append(folder)
        except OSError:
            pass
    return found


def test_only_its_own_folders_can_be_written(tier: str) -> None:
    package = Path(nblib.__file__).parent
    folders = ["/", "/etc", "/usr", "/usr/lib", "/dev", "/var", "/home", "/root", "/opt", "/run"]
    folders += [str(folder) for folder in (package, package.parent, sys.prefix, sys.base_prefix)]
    assert attempt(writable, [*folders, os.getcwd(), "/proc"], tier=tier) == []
    assert attempt(writable, ["."], tier=tier) == ["."]


def change_kernel_setting():
    import os

    os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY))


def test_settings_of_the_kernel_are_closed(tier: str) -> None:
    assert is_refused(attempt(change_kernel_setting, tier=tier))
    assert not IS_ROOT or not is_refused(unprotected(change_kernel_setting))


# Network


def connect(family, address):
    import socket

    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        client.connect(tuple(address) if isinstance(address, list) else address)
    return "connected"


def send_packet(address):
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"secret", tuple(address))
    return "sent"


@contextlib.contextmanager
def listener(family: int, kind: int, address: object) -> Iterator[socket.socket]:
    with socket.socket(family, kind) as server:
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        server.settimeout(5)
        yield server


@pytest.mark.parametrize("kind", ["tcp", "unix", "abstract"])
def test_no_connection(kind: str, tmp_path: Path, tier: str) -> None:
    family = socket.AF_INET if kind == "tcp" else socket.AF_UNIX
    address = {
        "tcp": ("127.0.0.1", 0),
        "unix": str(tmp_path / "socket"),
        "abstract": f"\0{tmp_path}",
    }[kind]
    with listener(family, socket.SOCK_STREAM, address) as server:
        name = f"\0{tmp_path}" if kind == "abstract" else server.getsockname()
        assert unprotected(connect, family, name) == "connected"
        assert is_refused(attempt(connect, family, name, tier=tier))


def test_no_packet_gets_out(tier: str) -> None:
    with listener(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)) as server:
        assert unprotected(send_packet, server.getsockname()) == "sent"
        assert server.recv(100) == b"secret"
        assert is_refused(attempt(send_packet, server.getsockname(), tier=tier))
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.recv(100)


def make_pair():
    import socket

    left, right = socket.socketpair()
    left.sendall(b"hello")
    return right.recv(5).decode()


def test_processes_inside_may_still_talk(tier: str) -> None:
    assert attempt(make_pair, tier=tier) == "hello"


def send_by_path(path):
    import socket

    found = []
    for kind in ("SOCK_DGRAM", "SOCK_SEQPACKET", "SOCK_STREAM"):
        try:
            left, right = socket.socketpair(socket.AF_UNIX, getattr(socket, kind))
            with left, right:
                left.sendto(b"x", path)
                right.settimeout(0.2)
                right.recv(1)  # a pair that ignores the path
        except TimeoutError:
            found.append(kind)
        except OSError:
            pass
    return found


def test_a_pair_of_sockets_reaches_no_other_by_its_path(tier: str, tmp_path: Path) -> None:
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(path)
        assert "SOCK_DGRAM" in send_by_path(path)  # it works, where nothing forbids it
        server.recv(1)
        assert attempt(send_by_path, path, tier=tier) == []


# Processes


def command_of(pid):
    from pathlib import Path

    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[0]


def kill(pid):
    import os
    import signal

    os.kill(pid, signal.SIGKILL)


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def test_processes_outside_cannot_be_seen(bystander: subprocess.Popen[bytes], tier: str) -> None:
    assert unprotected(command_of, bystander.pid) == "sleep"
    assert is_refused(attempt(command_of, bystander.pid, tier=tier))


def test_processes_outside_cannot_be_killed(bystander: subprocess.Popen[bytes], tier: str) -> None:
    assert is_refused(attempt(kill, bystander.pid, tier=tier))
    assert bystander.poll() is None
    unprotected(kill, bystander.pid)
    assert bystander.wait(300) == -signal.SIGKILL


def assault_parent():
    import os
    import signal

    sent = []
    for number in set(signal.valid_signals()):
        try:
            os.kill(os.getppid(), number)
            sent.append(number)
        except OSError:
            pass
    return sent


def test_the_parent_survives_every_signal(tier: str) -> None:
    answers = inside(assault_parent, None, make_pair, tier=tier)
    assert answers[1:] == [True, "hello"]


def read_memory_of_parent():
    import os

    with open(f"/proc/{os.getppid()}/maps") as maps:
        start = int(maps.readline().split("-")[0], 16)
    with open(f"/proc/{os.getppid()}/mem", "rb") as memory:
        memory.seek(start)
        return memory.read(4).hex()


def write_memory_of_parent():
    import os

    os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_WRONLY))


def trace_parent():
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    seize = 0x4206  # as attaching, but does not stop it
    if libc.ptrace(seize, os.getppid(), None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def environment_of_parent():
    import os
    from pathlib import Path

    return Path(f"/proc/{os.getppid()}/environ").read_text()


def open_descriptor_of_parent():
    import os

    os.close(os.open(f"/proc/{os.getppid()}/fd/2", os.O_WRONLY))


@pytest.mark.parametrize(
    "act",
    [
        read_memory_of_parent,
        write_memory_of_parent,
        trace_parent,
        environment_of_parent,
        open_descriptor_of_parent,
    ],
)
def test_the_parent_cannot_be_looked_into(act, tier: str) -> None:
    assert is_refused(attempt(act, tier=tier))
    assert not IS_TRACING_FREE or not is_refused(unprotected(act))


def own_descriptors():
    import os

    found = []
    for fd in range(3, 1000):
        try:
            os.fstat(fd)
            found.append(fd)
        except OSError:
            pass
    return len(found)


def test_only_the_descriptors_handed_over_are_open(secret: Path, tier: str) -> None:
    with secret.open() as left_open:
        os.set_inheritable(left_open.fileno(), True)
        assert attempt(own_descriptors, tier=tier) == 3  # those of the driver of this test


def variable(name):
    import os

    return os.environ.get(name)


def test_the_environment_holds_no_secret(tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("LD_PRELOAD", "")
    assert attempt(variable, "AWS_SECRET_ACCESS_KEY", tier=tier) is None
    assert attempt(variable, "LD_PRELOAD", tier=tier) is None


# The kernel


def system_call(name):
    import ctypes
    import platform

    numbers = {
        "unshare": (272, 97, 0x10000000),
        "io_uring_setup": (425, 425, 8),
        "shmget": (29, 194, 0),
        "msgget": (68, 186, 0),
        "semget": (64, 190, 0),
        "userfaultfd": (323, 282, 1),
        "personality": (135, 92, 0xFFFFFFFF),
        "memfd_create": (319, 279, 0),
    }
    x86, arm, first = numbers[name]
    libc = ctypes.CDLL(None, use_errno=True)
    number = x86 if platform.machine() == "x86_64" else arm
    arguments = {"memfd_create": (b"name", 0)}.get(name, (first, 4096, 0o600))
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


@pytest.mark.parametrize("name", ["unshare", "shmget", "msgget", "semget", "memfd_create"])
def test_system_calls_that_a_plain_process_may_make(name: str, tier: str) -> None:
    assert is_refused(attempt(system_call, name, tier=tier))


@pytest.mark.parametrize("name", ["io_uring_setup", "userfaultfd", "personality"])
def test_system_calls_that_open_large_surfaces(name: str, tier: str) -> None:
    assert is_refused(attempt(system_call, name, tier=tier))


def test_a_filter_refuses_what_would_work() -> None:
    assert not is_refused(unprotected(system_call, "memfd_create"))
    assert not is_refused(unprotected(system_call, "personality"))


def start_in_user_namespace():
    import subprocess

    return subprocess.run(["unshare", "--user", "true"]).returncode


def test_no_namespaces_within(tier: str) -> None:
    assert attempt(start_in_user_namespace, tier=tier) != 0


def capabilities():
    import ctypes

    data = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert ctypes.CDLL(None).capget(header, data) == 0
    return list(data)


def test_no_capabilities(tier: str) -> None:
    assert attempt(capabilities, tier=tier) == [0] * 6


# Limits


def fill_disk(size, num_files):
    written = 0
    for i in range(num_files):
        with open(f"{i}", "wb") as file:
            written += file.write(bytes(size))
    return written


def test_a_file_has_a_largest_size(tier: str) -> None:
    limits = Limits(disk=2**22)
    assert inside((fill_disk, 2**21, 1), tier=tier, limits=limits) == [2**21]
    assert is_refused(inside((fill_disk, 2**23, 1), tier=tier, limits=limits)[0])


def test_the_disk_has_a_size(namespaces: str) -> None:
    limits = Limits(disk=2**22)
    assert is_refused(inside((fill_disk, 2**21, 10), tier=namespaces, limits=limits)[0])


def allocate(size):
    return len(bytearray(size))


def test_memory_that_is_too_large_is_refused(tier: str) -> None:
    limits = Limits(memory=2**28)
    answers = inside((allocate, 2**26), (allocate, 2**31), tier=tier, limits=limits)
    assert answers == [2**26, "raised MemoryError()"]


def fork_many():
    import os
    import time

    for i in range(300):
        try:
            if os.fork() == 0:
                time.sleep(60)
        except OSError:
            return i
    return 300


def test_processes_are_limited(namespaces: str) -> None:
    limits = Limits(processes=40)
    num_forks, is_tidy, num_forks_of_the_next = inside(
        fork_many, None, fork_many, tier=namespaces, limits=limits
    )
    assert is_tidy
    assert 30 <= num_forks <= 40
    assert num_forks_of_the_next == num_forks
