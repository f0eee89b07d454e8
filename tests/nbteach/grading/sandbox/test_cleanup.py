"""Nothing that one submission leaves in a sandbox is there for the next."""

# What runs inside is as plain as an attack would be.
# ruff: noqa: PTH102, PTH208

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sandboxed
from sandboxed import NESTED, inside, start

from nbteach.grading.sandbox.resource_usage import children, descendants, is_running
from nbteach.grading.sandbox.sandbox import Tier, end, tidy, usage

pytestmark = pytest.mark.sandbox


@pytest.fixture(params=[Tier.STRONG, NESTED, Tier.CONTAINER])
def tier(request: pytest.FixtureRequest) -> str:
    sandboxed.insist_on(request.param)
    return request.param


@pytest.fixture(params=[Tier.STRONG, NESTED])
def namespaces(request: pytest.FixtureRequest) -> str:
    sandboxed.insist_on(request.param)
    return request.param


def leave_files():
    import os
    import tempfile
    from pathlib import Path

    for folder in (Path.home(), Path(tempfile.gettempdir())):
        (folder / "a/b").mkdir(parents=True)
        (folder / "a/b/file").write_text("for the next")
        (folder / ".hidden").write_text("for the next")
        (folder / "link").symlink_to("/")
        (folder / "broken").symlink_to("nothing")
        os.mkfifo(folder / "a/pipe")
    return "left"


def lock_files():
    from pathlib import Path

    Path("a/b").mkdir(parents=True)
    Path("a/b/file").write_text("for the next")
    Path("a/b").chmod(0)
    Path("a").chmod(0)
    return "left"


def files():
    import os
    import tempfile
    from pathlib import Path

    return os.listdir(Path.home()), os.listdir(tempfile.gettempdir())


def test_files_go(tier: str) -> None:
    left, before, is_tidy, after = inside(leave_files, files, None, files, tier=tier)
    assert left == "left"
    assert ".hidden" in before[0]
    assert is_tidy
    assert set(map(tuple, after)) <= {(), ("tmp",)}


def test_locked_folders_go(namespaces: str) -> None:
    assert inside(lock_files, None, files, tier=namespaces) == ["left", True, [[], []]]


def nest_folders():
    import os

    for _ in range(1100):
        os.mkdir("deep")
        os.chdir("deep")
    return "left"


def test_what_cannot_be_removed_is_reported(tier: str) -> None:
    left, is_tidy, after = inside(nest_folders, None, files, tier=tier)
    assert left == "left"
    assert is_tidy is False
    assert "deep" in after[0]


def leave_daemons(count):
    import os
    import signal
    import time

    for _ in range(count):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                for fd in range(3):
                    os.close(fd)
                time.sleep(60)
            os._exit(0)
        os.wait()
    return "left"


def leave_stopped():
    import os
    import signal
    import time

    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(60)
    return "left"


def leave_bomb():
    """Each process that is killed alone leaves another."""
    import os
    import time

    def survive(generations):
        parent = os.getpid()
        if os.fork() == 0:
            os.setsid()
            while os.getppid() == parent:
                time.sleep(0.001)
            if generations:
                survive(generations - 1)
            os._exit(0)

    for _ in range(10):
        survive(20)
    time.sleep(0.1)
    return "left"


WATCHED = """
import os, sys, time
from nbteach.grading.sandbox.sandbox import protect, tidy
protect()
{leave}
assert "left" == {call}
print(tidy(), file=sys.stderr, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    "step", [(leave_daemons, 3), (leave_stopped,), (leave_bomb,)], ids=lambda step: step[0].__name__
)
def test_processes_go(step, tier: str) -> None:
    import inspect

    function, *arguments = step
    code = WATCHED.format(
        leave=inspect.getsource(function),
        call=f"{function.__name__}(*{arguments!r})",
    )
    process = start(code, tier=tier, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        assert process.stderr.readline() == b"True\n"
        process.stderr.close()
        assert usage(process).processes == 1 + (tier == NESTED)  # who waits outside of it
    finally:
        end(process)


def shared_memory_file():
    from multiprocessing import shared_memory

    memory = shared_memory.SharedMemory("left", create=True, size=100)
    memory.close()
    return "left"


def shared_memory_files():
    import os

    return os.listdir("/dev/shm")


def test_shared_memory_goes(namespaces: str) -> None:
    answers = inside(
        shared_memory_file,
        shared_memory_files,
        None,
        shared_memory_files,
        tier=namespaces,
    )
    assert answers == ["left", ["left"], True, []]


def test_system_v_memory_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The filter lets nobody create any; should it be missing, it is removed all the same."""
    sandboxed.insist_on(Tier.STRONG)
    monkeypatch.setattr("nbteach.grading.sandbox.bubblewrap.supported", lambda: False)

    def create():
        import ctypes

        libc = ctypes.CDLL(None)
        made = [libc.shmget(0, 4096, 0o1600), libc.msgget(0, 0o1600), libc.semget(0, 1, 0o1600)]
        return min(made) >= 0

    def listed():
        from pathlib import Path

        return [
            len(Path("/proc/sysvipc", kind).read_text().splitlines()) - 1
            for kind in ("shm", "msg", "sem")
        ]

    answers = inside(create, listed, None, listed, tier=Tier.STRONG)
    assert answers == [True, [1, 1, 1], True, [0, 0, 0]]


def test_nothing_is_wiped_outside_a_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thesis").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with pytest.raises(RuntimeError, match="only inside a sandbox"):
        tidy()
    assert (tmp_path / "thesis").exists()


FAMILY = """
import os, time
from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.sandbox import confine_child, protect
protect()
for i in range(3):
    if os.fork() == 0:
        confine_child(Limits())
        if os.fork() == 0:
            os.setsid()
        time.sleep(60)
time.sleep(60)
"""


def wait_for(condition, seconds: float = 300) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    return bool(condition())


def alive(pids: set[int]) -> list[int]:
    return [pid for pid in pids if is_running(pid)]


def test_end_leaves_no_process(tier: str) -> None:
    process = start(FAMILY, tier=tier)
    assert wait_for(lambda: usage(process).processes == 7 + (tier == NESTED))
    family = set(descendants(process.pid))
    end(process)
    assert process.returncode is not None
    assert alive(family) == []
    end(process)  # a second time does no harm


def test_the_sandbox_dies_with_its_supervisor(tier: str) -> None:
    code = f"""
import sys, time
sys.path.insert(0, {str(Path(sandboxed.__file__).parent)!r})
from sandboxed import start
process = start({FAMILY!r}, tier={str(tier)!r})
time.sleep(60)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", code])
    processes = 7 + {Tier.STRONG: 1, NESTED: 2}.get(tier, 0)
    assert wait_for(lambda: len(list(descendants(supervisor.pid))) == processes)
    family = set(descendants(supervisor.pid))
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    if tier != Tier.CONTAINER:
        assert wait_for(lambda: not alive(family))
    else:  # what a child has started is not covered by this tier
        assert wait_for(lambda: len(alive(family)) <= 3)
        for pid in alive(family):
            os.kill(pid, signal.SIGKILL)


def test_children_are_listed() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        assert process.pid in children(os.getpid())
        process.kill()
