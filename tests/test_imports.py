"""What students import stands alone: it knows nothing of the package of authors and teachers."""

import ast
import graphlib
import json
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import nblib
import nbteach

ROOT = Path(__file__).parents[1]
STUDENT = [module.name for module in pkgutil.walk_packages(nblib.__path__, "nblib.")]
TEACH = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
# Those of the extra that JupyterLab brings along, so that a student has them too.
COMMON = {"bleach", "jinja2", "mistune", "nbclient", "nbconvert", "nbformat"}
TEACHERS = {
    Requirement(line).name for line in [*TEACH["teach"], *TEACH["canvas"], *TEACH["site"]]
} - COMMON


def loaded_after(*modules: str, without: frozenset[str] = frozenset()) -> list[str]:
    """Import modules in a fresh interpreter that lacks some packages; tell what was loaded."""
    program = (
        "import importlib, json, sys\n"
        "names, without = json.loads(sys.argv[1])\n"
        "class Without:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name.partition('.')[0] in without:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Without)\n"
        "for name in names:\n"
        "    importlib.import_module(name)\n"
        "print(json.dumps([name for name, module in sys.modules.items() if module]))\n"
    )
    command = [sys.executable, "-c", program, json.dumps([modules, sorted(without)])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_package_itself_imports_nothing_that_takes_time():
    loaded = loaded_after("nblib")
    assert {"IPython", "matplotlib", "torch", "numpy"}.isdisjoint(loaded)
    ours = [name for name in loaded if name.startswith("nblib.")]
    assert sorted(ours) == ["nblib.front_end", "nblib.loading"]


def test_a_lesson_waits_for_what_takes_long_only_where_it_is_used():
    names = ["checks", "data", "live", "models", "oracles", "playground", "plots", "predict"]
    names += ["pretrained", "questions", "runtime", "streams", "sweep", "training"]
    loaded = loaded_after(*(f"nblib.{name}" for name in names))
    assert {"pandas", "scipy", "sklearn", "torch._dynamo"}.isdisjoint(loaded)


def test_the_command_that_grades_leaves_torch_to_its_sandboxes():
    assert {"torch", "pandas"}.isdisjoint(loaded_after("nbteach.grading.grade"))


@pytest.mark.slow
def test_every_module_of_the_student_works_without_what_teachers_install():
    without = frozenset({"nbteach", *TEACHERS, *COMMON})
    assert set(STUDENT) <= set(loaded_after(*STUDENT, without=without))


def imported(path: Path) -> set[str]:
    """The packages that a file imports anywhere in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def test_dependencies_point_one_way():
    files = Path(nblib.__file__).parent.rglob("*.py")
    forbidden = {"nbteach", *TEACHERS, *COMMON}
    assert {str(path): found for path in files if (found := imported(path) & forbidden)} == {}


def needed(path: Path, known: set[str]) -> set[str]:
    """The modules among `known` that a file imports at its top, for types as well."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    nodes = [*body, *(node for each in body if isinstance(each, ast.If) for node in each.body)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & known
            names |= inside or {str(node.module)}
    return names & known


def test_no_imports_go_round_in_a_circle():
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in ("nblib", "nbteach")
        for path in (ROOT / package).rglob("*.py")
    }
    graph = {name: needed(path, {*files}) - {name} for name, path in files.items()}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, with the circle


def test_each_package_that_is_imported_is_asked_for():
    """The student's half by the base dependencies, the teacher's half by the extra as well."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {"pillow": "PIL", "scikit-learn": "sklearn", "imbalanced-learn": "imblearn"}
    base = {Requirement(line).name for line in project["dependencies"]}
    # Those that come with JupyterLab or nbgrader, whose own parts they are.
    parts = {"IPython", "cycler", "jupyter_core", "jupyterlab_server", "markupsafe", "zmq"}
    parts |= {"torchvision"}  # optional, where a lesson has a network
    known = {names.get(name, name) for name in base} | parts | set(sys.stdlib_module_names)
    teach = known | {*TEACHERS, *COMMON, "alembic", "dask", "docutils", "sqlalchemy", "nbteach"}
    for package, allowed in ((nblib, known | {"nblib"}), (nbteach, teach | {"nblib"})):
        for path in Path(package.__file__).parent.rglob("*.py"):
            assert imported(path) - allowed == set(), path
