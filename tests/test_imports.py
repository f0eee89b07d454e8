"""Dependencies point one way: what students import knows nothing of the teacher's side."""

import json
import pkgutil
import subprocess
import sys

import nblib

TEACHER = {
    "author_rules",
    "build",
    "classroom",
    "cli",
    "differences",
    "grading",
    "index",
    "leaks",
    "lesson",
    "lesson_rules",
    "report",
    "slides",
    "solutions",
}
MODULES = {module.name for module in pkgutil.iter_modules(nblib.__path__)}
STUDENT = {
    "runtime",
    "history",
    "data",
    "models",
    "training",
    "plots",
    "playground",
    "checks",
    "predict",
} | (MODULES - TEACHER)


def loaded_after(*modules: str) -> dict[str, list[str]]:
    """Import modules one by one in a fresh interpreter; tell what each of them loaded."""
    program = (
        "import importlib, json, sys\n"
        "loaded = {}\n"
        "for name in sys.argv[1:]:\n"
        "    before = set(sys.modules)\n"
        "    importlib.import_module(name)\n"
        "    loaded[name] = sorted(set(sys.modules) - before)\n"
        "print(json.dumps(loaded))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *modules], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_the_package_itself_imports_nothing_else():
    loaded = loaded_after("nblib")["nblib"]
    heavy = {"nbgrader", "jupytext", "matplotlib", "torch", "numpy"}
    assert heavy.isdisjoint(loaded)
    assert [name for name in loaded if name.startswith("nblib.")] == []


def test_the_student_side_never_imports_the_teacher_side():
    loaded = loaded_after(*(f"nblib.{name}" for name in sorted(STUDENT)))
    forbidden = {"nbgrader", "jupytext", *(f"nblib.{name}" for name in TEACHER)}
    broken = {name: sorted(forbidden.intersection(new)) for name, new in loaded.items()}
    assert {name: found for name, found in broken.items() if found} == {}
