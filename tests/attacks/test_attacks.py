"""Every attack earns nothing and reaches nothing; without protection, each of them does."""

import socket
from collections.abc import Iterator
from pathlib import Path

import attack
import nbformat
import pytest
from attack import EXERCISES, Attack
from breaking import BREAKING
from exhausting import EXHAUSTING
from forging import FORGING
from lingering import LINGERING
from lures import SECRET, Lures
from nbformat import NotebookNode
from plain import Plain
from reaching_out import REACHING_OUT
from tampering import BROKEN, ODD, TAMPERING, Broken

from nbteach.grading.execution import Execution
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.notebooks.lesson_bundle import Bundle
from nbteach.grading.notebooks.reading import read
from nbteach.grading.notebooks.rebuild import Unreadable, rebuild, rebuild_bytes
from nbteach.grading.processes.channel import Channel
from nbteach.grading.processes.supervisor import Supervisor
from nbteach.grading.processes.zygote_client import ZygoteClient
from nbteach.grading.sandbox.sandbox import Tier, require

pytestmark = pytest.mark.sandbox

LIMITS = Limits(
    cpu_seconds_per_cell=1,
    cpu_seconds=20,
    wall_factor=3,
    memory=2**30,
    processes=64,
    disk=2**25,
    output=2**18,
    value=2**25,
)
CORPUS = [*FORGING, *REACHING_OUT, *EXHAUSTING, *BREAKING, *LINGERING, *TAMPERING]
SHOWN = [entry for entry in CORPUS if not entry.unshown]


def named(entry: Attack | Broken) -> str:
    return entry.name


@pytest.fixture(scope="module")
def secret() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "the-teachers-password")
        yield


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return attack.course(tmp_path_factory.mktemp("course") / "attacked")


@pytest.fixture(scope="module")
def supervisor(secret: None) -> Iterator[Supervisor]:
    with Supervisor(require(Tier.STRONG), LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def open_supervisor(secret: None) -> Iterator[Supervisor]:
    with Supervisor(Tier.NONE, LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def plain(secret: None) -> Iterator[Plain]:
    with Plain() as running:
        yield running


@pytest.fixture
def lures(secret: None, tmp_path: Path) -> Iterator[Lures]:
    with Lures(tmp_path / "teacher") as lures:
        yield lures


def earned(execution: Execution) -> set[str]:
    return {
        name.removesuffix("-test")
        for name, outcome in execution.tests.items()
        if outcome == "passed"
    }


def rebuilt(bundle: Bundle, notebook: NotebookNode) -> NotebookNode:
    return rebuild_bytes(bundle, nbformat.writes(notebook).encode()).notebook


def tampered(notebook: NotebookNode, bundle: Bundle) -> set[str]:
    """Return what a notebook that is about to be graded has of the attacker's."""
    tests = [cell for cell in notebook.cells if is_test(cell)]
    setup = [cell.source for cell in bundle.notebook.cells if cell.id == "setup"]
    found = {
        "missing": {cell.metadata.nbgrader.grade_id.removesuffix("-test") for cell in tests}
        != EXERCISES,
        "setup": [cell.source for cell in notebook.cells if cell.id == "setup"] != setup,
        "points": any(cell.metadata.nbgrader.points != 1 for cell in tests),
        "outputs": any(cell.get("outputs") for cell in notebook.cells),
        "settings": notebook.metadata != bundle.notebook.metadata,
    }
    return {name for name, is_so in found.items() if is_so}


def follower(entry: Attack, lures: Lures, bundle: Bundle) -> NotebookNode:
    """The submission after it: right in all, and it looks for what was left behind."""
    looking = Attack("next", "", first=entry.then)
    return rebuilt(bundle, attack.handed_in(bundle, looking, lures.known()))


@pytest.mark.parametrize("entry", CORPUS, ids=named)
def test_attack_earns_nothing_and_reaches_nothing(supervisor, bundle, lures, entry):
    notebook = rebuilt(bundle, attack.handed_in(bundle, entry, lures.known()))
    execution = supervisor.execute(notebook)
    if "time-out" in execution.tests.values() and "hung" not in entry.reaches:
        execution = supervisor.execute(notebook)  # the machine is busy: as when work is graded
    assert earned(execution) == entry.earns
    assert lures.reached(execution.outputs) | tampered(notebook, bundle) == set()
    assert all(len(str(shown)) < 4 * LIMITS.output for shown in execution.outputs.values())
    if entry.gains:
        return  # it is after points, and has left no more than any submission
    afterwards = supervisor.execute(follower(entry, lures, bundle))
    assert earned(afterwards) == EXERCISES
    assert lures.reached(afterwards.outputs) == set()


@pytest.mark.parametrize("entry", SHOWN, ids=named)
def test_without_protection_it_is_an_attack(request, bundle, lures, entry, tmp_path, monkeypatch):
    notebook = attack.handed_in(bundle, entry, lures.known())
    if entry.without == "everything":
        plain = request.getfixturevalue("plain")
        gained, reached = unprotected(plain, notebook, entry, lures, tmp_path)
    elif entry.without == "tidying":
        supervisor = request.getfixturevalue("supervisor")
        monkeypatch.setattr(ZygoteClient, "tidy", lambda self: None)
        supervisor.execute(rebuilt(bundle, notebook))
        execution = supervisor.execute(follower(entry, lures, bundle))
        gained, reached = set(), lures.reached(execution.outputs)
    else:
        sandboxed = entry.without != "sandbox"
        supervisor = request.getfixturevalue("supervisor" if sandboxed else "open_supervisor")
        if entry.without != "rebuilding":
            notebook = rebuilt(bundle, notebook)
        execution = supervisor.execute(notebook)
        gained = earned(execution) & entry.answers.keys()
        reached = lures.reached(execution.outputs) | tampered(notebook, bundle)
    assert gained == entry.gains
    assert reached == entry.reaches
    assert gained or reached


def unprotected(
    plain: Plain, notebook: NotebookNode, entry: Attack, lures: Lures, tmp_path: Path
) -> tuple[set[str], set[str]]:
    """Run it all in one process; what that process suffers counts as reached, too."""
    folder = tmp_path / "kernel"
    folder.mkdir()
    run = plain.run(notebook, folder, 2 if "hung" in entry.reaches else 300)
    reached = lures.reached(run.outputs)
    if run.ended != "well":
        return set(), reached | {run.ended}
    sizes = {
        "memory": (run.peak_memory, LIMITS.memory),
        "disk": (sum(path.stat().st_size for path in folder.rglob("*")), LIMITS.disk),
        "flood": (len(str(run.outputs)), 2 * LIMITS.output),
    }
    reached |= {name for name, (size, limit) in sizes.items() if size > limit}
    return run.passed & entry.answers.keys(), reached


@pytest.mark.parametrize("entry", BROKEN, ids=named)
def test_what_cannot_be_graded_ends_as_a_sentence(bundle, entry, tmp_path):
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(entry.of(nbformat.writes(attack.solved(bundle)).encode()))
    with pytest.raises(Unreadable, match=r"^[^\n]+$"):
        rebuild(bundle, path)


@pytest.mark.parametrize("entry", ODD, ids=named)
def test_what_can_be_graded_all_the_same_is(supervisor, bundle, entry):
    content = entry.of(nbformat.writes(attack.solved(bundle)).encode())
    assert earned(supervisor.execute(rebuild_bytes(bundle, content).notebook)) == EXERCISES


@pytest.mark.parametrize("entry", [*BROKEN, *ODD], ids=named)
def test_read_carelessly_it_breaks_or_is_taken(bundle, entry):
    content = entry.of(nbformat.writes(attack.solved(bundle)).encode())
    if entry.breaks:
        with pytest.raises(entry.breaks):
            nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    else:
        nbformat.reads(content.decode(), as_version=4)


def test_a_link_is_not_followed(bundle, lures, tmp_path):
    link = tmp_path / "lesson.ipynb"
    link.symlink_to(tmp_path / "teacher/submitted/other/lesson.ipynb")
    with pytest.raises(Unreadable, match="link"):
        read(link)
    assert link.read_text()  # carelessly, it is another's


def test_who_never_reads_holds_nobody_up():
    """A cell of a megabyte does not fit into the buffers of a socket: sending it would block."""
    ours, theirs = socket.socketpair()
    channel, looked = Channel(ours), []

    def look() -> None:
        looked.append(True)
        if len(looked) == 3:
            raise TimeoutError

    with theirs:
        channel.watch(look)
        with pytest.raises(TimeoutError):
            channel.send("x" * 2**24)
    channel.close()
