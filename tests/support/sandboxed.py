"""Run a function of a test inside a sandbox, as a student's code is run, and return its answer."""

import inspect
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.sandbox import Tier, _faults, end, nests, spawn, spawn_to_nest

__all__ = ["NESTED", "inside", "insist_on", "start"]

NESTED = "nested"  # not a tier of its own: a strong sandbox that is entered from another

_ENTER = """
from nbteach.grading.limits import Limits
from nbteach.grading.sandbox import nested
nested.enter(Limits(**{limits}))
"""
_DRIVER = """
import json, os, sys
from nbteach.grading.limits import Limits
from nbteach.grading.sandbox.sandbox import confine_child, protect, tidy

task = json.loads(sys.argv[1])
protected = task["protected"]

def in_child(source, name, arguments):
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        if protected:
            confine_child(Limits(**task["limits"]))
        names = {}
        try:
            exec(source, names)
            answer = names[name](*arguments)
        except Exception as error:
            answer = f"raised {error!r}"
        os.write(send, json.dumps(answer).encode())
        os._exit(0)
    os.close(send)
    os.waitpid(child, 0)
    os.set_blocking(receive, False)  # a daemon may hold the other end
    return json.loads(os.read(receive, 65536))

if protected:
    protect()
answers = []
for step in task["steps"]:
    answers.append(in_child(*step) if step else tidy())
with os.fdopen(task["answer"], "w") as answer:
    json.dump(answers, answer)
"""


def insist_on(tier: Tier | str) -> None:
    """Skip the test where this machine has no such sandbox."""
    import pytest  # which the program of this file, run in a course of its own, may lack

    faults = _faults(Tier.STRONG if tier == NESTED else Tier(tier))
    if faults or (tier == NESTED and not nests()):
        pytest.skip(f"this machine has no sandbox of tier {tier}: {'; '.join(faults)}")


def start(code: str, *arguments: str, tier: Tier | str, **options: Any) -> subprocess.Popen[bytes]:
    """Start Python code in a sandbox."""
    limits = options.pop("limits", Limits())
    if tier == NESTED:
        enter = _ENTER.format(limits=asdict(limits))
        options.setdefault("stderr", subprocess.DEVNULL)
        return spawn_to_nest([sys.executable, "-c", enter + code, *arguments], **options)
    return spawn(Tier(tier), [sys.executable, "-c", code, *arguments], limits=limits, **options)


def inside(
    *steps: Callable[..., Any] | tuple[Any, ...] | None,
    tier: Tier | str,
    limits: Limits | None = None,
    protected: bool = True,
) -> list[Any]:
    """Run steps in one sandbox, each in a child of its own; return what each answered.

    Args:
        steps: a function that imports all it needs, or a tuple of it and its arguments (values
            that JSON knows); None tidies up.
        tier: of the sandbox.
        limits: of each child.
        protected: whether the parent protects itself and the children confine themselves.
    """
    limits = limits or Limits()
    receive, send = os.pipe()
    calls = [step if isinstance(step, tuple) else (step,) for step in steps]
    task = {
        "steps": [
            call[0] and (textwrap.dedent(inspect.getsource(call[0])), call[0].__name__, call[1:])
            for call in calls
        ],
        "limits": asdict(limits),
        "protected": protected,
        "answer": send,
    }
    process = start(
        _DRIVER,
        json.dumps(task),
        tier=tier,
        limits=limits,
        pass_fds=[send],
        stderr=subprocess.PIPE,
    )
    os.close(send)
    try:
        _, message = process.communicate(timeout=300)
    finally:
        end(process)
    with os.fdopen(receive) as answer:
        text = answer.read()
    assert text, f"nothing came back from the sandbox; it said: {message.decode()}"
    return list(json.loads(text))
