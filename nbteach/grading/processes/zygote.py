"""A process that has imported everything, and forks one child for each submission.

    python -m nbteach.grading.processes.zygote student|examiner|nursery DESCRIPTOR

`DESCRIPTOR` is a Unix socket over which the supervisor asks, in JSON. Before it forks it only
imports and reads small tables: a fork after OpenMP has run would hang the child, and nothing of one
child may be seen by the next. The nursery forks zygotes, each into a sandbox of its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import random
import resource
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

__all__ = ["main"]

_SET_NAME = 15  # of prctl(2)

_WARM = [
    "matplotlib.pyplot",
    "pandas",
    "scipy.stats",
    "torch._dynamo",  # or the first optimizer would import it, for a second
    "nbteach.grading.processes.examiner",
    "nbteach.grading.processes.student",
    *(f"nblib.{name}" for name in ("live", "models", "playground", "predict", "sweep")),
]


def main(role: str, descriptor: int) -> None:
    """Serve the supervisor until it hangs up."""
    from nbteach.grading.sandbox import sandbox

    sandbox.protect()
    _import_all()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a teacher's Ctrl-C is the supervisor's business
    sys.path[:] = [path for path in sys.path if path]  # never the folder that students write to
    with socket.socket(fileno=descriptor) as supervisor:
        _serve_nursery(supervisor) if role == "nursery" else _serve(role, supervisor)


def _serve_nursery(asker: socket.socket) -> None:
    _say(asker, "ready")
    while True:
        request, descriptors, _, _ = socket.recv_fds(asker, 2**16, 2)
        if not request:
            return
        match json.loads(request):
            case {"op": "zygote", "role": str(role), "limits": dict(limits)}:
                if os.fork() == 0:
                    asker.close()
                    _become_zygote(role, descriptors, limits)
                for each in descriptors:
                    os.close(each)
                _say(asker, "forked")
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _become_zygote(role: str, descriptors: list[int], limits: dict[str, Any]) -> NoReturn:
    """Be a zygote in a sandbox of its own, into which nothing of the nursery's is taken along."""
    try:
        from nbteach.grading.limits import Limits
        from nbteach.grading.sandbox import nested, sandbox
        from nbteach.grading.sandbox.linux import prctl

        supervisor, complaints = descriptors
        os.dup2(complaints, 2)
        os.close(complaints)
        prctl(_SET_NAME, role.encode())
        with socket.socket(fileno=supervisor) as asker:
            asker.sendall(b"-")  # by which the supervisor learns who will wait for the sandbox
            nested.enter(Limits(**limits))
            sandbox.protect()
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _serve(role, asker)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _serve(role: str, supervisor: socket.socket) -> None:
    from nbteach.grading.sandbox import sandbox

    settings = _settings()
    _say(supervisor, "ready")
    while True:
        request, descriptors, _, _ = socket.recv_fds(supervisor, 2**16, 2)
        if not request:
            return
        match json.loads(request):
            case {"op": "fork", "limits": dict(limits)}:
                if os.fork() == 0:
                    supervisor.close()
                    _become(role, descriptors, limits)
                for each in descriptors:
                    os.close(each)
                _say(supervisor, "forked")
            case {"op": "tidy"}:
                is_clean = sandbox.tidy() and _settings() == settings
                _say(supervisor, "clean" if is_clean else "dirty")


def _say(supervisor: socket.socket, word: str) -> None:
    supervisor.sendall(json.dumps(word).encode())


def _settings() -> list[Any]:
    """Return what a child could change of this process, and thereby of all children to come."""
    kinds = (name for name in dir(resource) if name.startswith("RLIMIT_"))
    settings: list[Any] = [resource.getrlimit(getattr(resource, kind)) for kind in kinds]
    settings.append(os.getpriority(os.PRIO_PROCESS, 0))
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        settings += [os.sched_getaffinity(0), os.sched_getscheduler(0)]
    return settings


def _import_all() -> None:
    """Import what lessons use, and read the tables that come with it; a fork shares all that."""
    gc.disable()  # modules stay: looking for garbage among them would take a fifth of the time
    for module in _WARM:
        importlib.import_module(module)
    from nblib import data, oracles

    for found in pkgutil.walk_packages(oracles.__path__, "nblib.oracles."):
        importlib.import_module(found.name)
    from nbteach.grading.processes.shell import make_shell

    data.digits()
    data.breast_cancer()
    make_shell()
    gc.freeze()  # or collecting garbage would copy what is shared
    gc.enable()


def _become(role: str, descriptors: list[int], limits: dict[str, Any]) -> NoReturn:
    """Be the child: the student's or the examiner's process."""
    try:
        from nbteach.grading.limits import Limits
        from nbteach.grading.processes import examiner, student
        from nbteach.grading.processes.channel import Channel
        from nbteach.grading.processes.shell import make_shell
        from nbteach.grading.sandbox import sandbox

        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        allowed = Limits(**limits)
        sandbox.confine_child(allowed)
        _reseed()
        _copy_tensors_between_processes()
        _compile_nothing()
        sys.path.insert(0, "")  # where a student's own modules lie, as in JupyterLab
        control, other = (
            Channel(socket.socket(fileno=each), allowed.value) for each in descriptors
        )
        control.send("here")
        serve = student.serve if role == "student" else examiner.serve
        serve(control, other, make_shell(), allowed.output)
    finally:
        os._exit(0)


def _reseed() -> None:
    """Give each child random numbers of its own."""
    import numpy
    import torch

    random.seed()
    numpy.random.seed()  # noqa: NPY002 - students may use the old functions
    torch.seed()


def _copy_tensors_between_processes() -> None:
    """Let the workers of a loader send tensors by value, or a `DataLoader` would wait for ever.

    To share their memory takes sockets, which the sandbox refuses.
    """
    from multiprocessing.reduction import ForkingPickler

    import torch

    for kind in (torch.Tensor, torch.nn.Parameter):
        ForkingPickler.register(kind, lambda tensor: tensor.__reduce_ex__(2))
    storage = torch.storage.TypedStorage
    ForkingPickler.register(storage, storage.__reduce__)


def _compile_nothing() -> None:
    """Let `torch.compile` return what it is given: there need be no compiler here.

    Compiled functions give the same values, and their compiling would take seconds.
    """
    import torch

    def compile(model: Any = None, **options: Any) -> Any:
        return (lambda model: model) if model is None else model

    torch.compile = compile


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
