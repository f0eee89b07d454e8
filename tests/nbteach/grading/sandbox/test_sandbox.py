"""The tiers, what a sandbox shows and measures, and what is said where there is none."""

# What runs inside is as plain as an attack would be.
# ruff: noqa: PTH109, PTH118, PTH208

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sandboxed
from sandboxed import inside, start

import nblib
import nbteach
from nbteach.grading.limits import Limits
from nbteach.grading.sandbox import bubblewrap, landlock, sandbox
from nbteach.grading.sandbox.probe import reached
from nbteach.grading.sandbox.sandbox import (
    SandboxError,
    Tier,
    best_tier,
    end,
    require,
    spawn,
    usage,
)

PACKAGES = [Path(package.__file__).parent for package in (nblib, nbteach)]


@pytest.fixture(params=[Tier.STRONG, Tier.CONTAINER])
def tier(request: pytest.FixtureRequest) -> Tier:
    if faults := sandbox._faults(request.param):
        pytest.skip(f"this machine has no sandbox of tier {request.param}: {'; '.join(faults)}")
    return request.param


@pytest.fixture
def forgetful():
    """Probe anew in this test, and anew after it."""
    sandbox._faults.cache_clear()
    yield
    sandbox._faults.cache_clear()


# The probe


@pytest.mark.sandbox
def test_the_probe_finds_what_is_open_without_a_sandbox() -> None:
    found = reached(
        lambda argv, pass_fds: spawn(
            Tier.NONE, argv, limits=Limits(), pass_fds=pass_fds, stderr=subprocess.PIPE
        )
    )
    assert any(phrase.endswith("/secret") for phrase in found)
    assert {
        "wrote a file outside",
        "connected by TCP",
        "sent a UDP packet",
        "connected to a Unix socket",
    } <= set(found)


@pytest.mark.sandbox
def test_the_probe_tells_why_a_program_does_not_run() -> None:
    def broken(argv, pass_fds):
        return subprocess.Popen(["sh", "-c", "echo no way >&2; exit 3"], stderr=subprocess.PIPE)

    def missing(argv, pass_fds):
        raise FileNotFoundError("no such program")

    assert reached(broken) == ["it did not run (no way)"]
    assert reached(missing) == ["it did not start (no such program)"]


def test_without_bubblewrap_the_error_says_what_to_do(monkeypatch, forgetful) -> None:
    monkeypatch.setattr(bubblewrap, "find", lambda: None)
    monkeypatch.setattr(landlock, "version", lambda: 1)
    assert best_tier() is Tier.NONE
    assert require(Tier.NONE) is Tier.NONE
    with pytest.raises(SandboxError) as caught:
        require(Tier.CONTAINER)
    message = str(caught.value)
    assert "tier container, and this machine offers none" in message
    assert "strong: bubblewrap (bwrap) is not installed" in message
    assert "container: it needs Landlock 3 (Linux 6.2), this kernel offers 1" in message
    assert "apt install bubblewrap" in message


def test_a_sandbox_that_leaks_is_not_used(monkeypatch, forgetful) -> None:
    monkeypatch.setattr(sandbox, "reached", lambda spawn: ["connected by TCP"])
    assert best_tier() is Tier.NONE
    with pytest.raises(SandboxError, match="strong: connected by TCP"):
        require(Tier.STRONG)


def test_other_systems_have_none(monkeypatch, forgetful) -> None:
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    with pytest.raises(SandboxError, match="there is none for darwin"):
        require(Tier.STRONG)


@pytest.mark.sandbox
def test_the_best_tier_is_used_even_if_less_is_asked_for(tier: Tier) -> None:
    assert require(tier) is best_tier()
    assert require(Tier.NONE) is best_tier()


# What it shows


@pytest.mark.sandbox
def test_process_one_in_a_home_of_its_own() -> None:
    if sandbox._faults(Tier.STRONG):
        pytest.skip("this machine has no sandbox of tier strong")

    def facts():
        import getpass
        import os

        return [os.getppid(), os.environ["HOME"], os.getcwd(), getpass.getuser(), os.uname()[1]]

    home = "/home/student"
    assert inside(facts, tier=Tier.STRONG) == [[1, home, home, "student", "sandbox"]]


def course_listing(root):
    import os

    found = []
    for folder, _, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return found


@pytest.mark.sandbox
@pytest.mark.parametrize("venv", [".venv", "."])
def test_a_course_that_holds_its_python_and_nblib_stays_hidden(
    venv: str, tier: Tier, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    for package in PACKAGES:
        shutil.copytree(package, course / package.name, ignore=shutil.ignore_patterns("__pyc*"))
    for path in ("solutions/01_secret.py", "classroom/gradebook.db", "build/x.ipynb", "secret.py"):
        (course / path).parent.mkdir(exist_ok=True)
        (course / path).write_text("secret")
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--symlinks", course / venv], check=True
    )
    code = (
        f"import sys; sys.path.insert(0, {str(Path(sandboxed.__file__).parent)!r})\n"
        "import json\n"
        "from sandboxed import inside\n"
        "from nbteach.grading.sandbox.sandbox import Tier, _faults\n"
        "from test_listing import course_listing\n"
        f"tier = Tier({str(tier)!r})\n"
        f"print(json.dumps(inside((course_listing, {str(course)!r}), tier=tier)[0]))\n"
        "print(_faults(tier))"  # it can be tidied; what is mounted in /tmp stays
    )
    listing = tmp_path / "test_listing.py"
    listing.write_text("def course_listing(root):" + _body(course_listing))
    answer = subprocess.run(
        [course / venv / "bin/python", "-c", code],
        env={"PYTHONPATH": f"{course}:{tmp_path}", "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    assert "nblib/__init__.py" in answer.stdout or tier is Tier.CONTAINER
    assert answer.stdout.endswith("\n[]\n")
    for name in ("secret", "gradebook", "x.ipynb"):
        assert name not in answer.stdout


def _body(function) -> str:
    import inspect

    return inspect.getsource(function).partition(":")[2]


@pytest.mark.sandbox
def test_nblib_of_this_course_is_used(tier: Tier) -> None:
    def digest():
        import hashlib
        from pathlib import Path

        import nblib

        return hashlib.sha256(Path(nblib.__file__).read_bytes()).hexdigest()

    import hashlib

    expected = hashlib.sha256((PACKAGES[0] / "__init__.py").read_bytes()).hexdigest()
    assert inside(digest, tier=tier) == [expected]


@pytest.mark.sandbox
def test_pytorch_and_matplotlib_work(tier: Tier, tmp_path: Path, monkeypatch) -> None:
    def draw():
        import io
        import os

        fonts = os.listdir(os.environ["MPLCONFIGDIR"])
        import matplotlib.pyplot as plt
        import torch

        x = torch.linspace(0, 1, 5, requires_grad=True)
        (x @ x).backward()
        plt.plot(x.detach(), x.grad)
        picture = io.BytesIO()
        plt.savefig(picture)
        return fonts, picture.getvalue()[1:4].decode(), torch.get_num_threads()

    import matplotlib.font_manager

    name = f"fontlist-v{matplotlib.font_manager.FontManager.__version__}.json"
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    matplotlib.font_manager.json_dump(matplotlib.font_manager.fontManager, tmp_path / name)
    assert inside(draw, tier=tier) == [[[name], "PNG", 1]]


def use_threads():
    import threading

    seen = []
    threads = [threading.Thread(target=seen.append, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(seen)


def use_processes():
    import multiprocessing

    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    workers = [context.Process(target=queue.put, args=(i,)) for i in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(queue.get() for _ in workers)


@pytest.mark.sandbox
def test_threads_work(tier: Tier) -> None:
    assert inside(use_threads, tier=tier) == [4]


@pytest.mark.sandbox
def test_worker_processes_work() -> None:
    if sandbox._faults(Tier.STRONG):
        pytest.skip("this machine has no sandbox of tier strong")
    assert inside(use_processes, tier=Tier.STRONG) == [[0, 1, 2]]


@pytest.mark.sandbox
def test_descriptors_are_handed_over(tier: Tier) -> None:
    receive, send = os.pipe()
    process = start(f"import os; os.write({send}, b'hello')", tier=tier, pass_fds=[send])
    os.close(send)
    assert os.read(receive, 100) == b"hello"
    assert os.read(receive, 100) == b""  # nobody else, bubblewrap included, keeps it open
    os.close(receive)
    end(process)


# What it measures


BUSY = """
import os, sys, time
from nbteach.grading.sandbox.sandbox import protect
protect()
shared = bytearray(os.urandom(1)) * 2**26
def look():
    os.write(2, b"-")
    os.read(int(sys.argv[1]), 1)
look()
for i in range(3):
    if os.fork() == 0:
        time.sleep(600)
look()
more = b"x" * 2**27
while time.process_time() < 0.5:
    pass
look()
"""


@pytest.mark.sandbox
def test_usage(tier: Tier) -> None:
    wait, go_on = os.pipe()
    process = start(BUSY, str(wait), tier=tier, pass_fds=[wait], stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        process.stderr.read(1)
        alone = usage(process)
        os.write(go_on, b"-")
        process.stderr.read(1)
        family = usage(process)
        os.write(go_on, b"-")
        process.stderr.read(1)
        grown = usage(process)
    finally:
        end(process)
        process.stderr.close()
        os.close(wait)
        os.close(go_on)
    assert (alone.processes, family.processes) == (1, 4)
    assert 2**26 <= alone.memory < 2**27
    assert family.memory - alone.memory < 2**26  # what the forks share counts once
    # A megabyte less, for what the kernel may have taken back from idle processes meanwhile.
    assert 2**27 - 2**20 <= grown.memory - family.memory < 2**27 + 2**26
    assert alone.cpu_seconds < 0.45 <= grown.cpu_seconds  # counted in hundredths


@pytest.mark.sandbox
def test_files_in_memory_count() -> None:
    if sandbox._faults(Tier.STRONG):
        pytest.skip("this machine has no sandbox of tier strong")
    code = (
        "import os, time; open('file', 'wb').write(bytes(2**26)); os.write(2, b'-'); time.sleep(60)"
    )
    process = start(code, tier=Tier.STRONG, stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        process.stderr.read(1)
        assert usage(process).memory > 2**26
    finally:
        end(process)
        process.stderr.close()


@pytest.mark.sandbox
def test_no_usage_after_the_end(tier: Tier) -> None:
    process = start("import time; time.sleep(60)", tier=tier)
    end(process)
    assert usage(process).processes == 0
