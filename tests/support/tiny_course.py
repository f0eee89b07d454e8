"""A course folder with one tiny lesson, for the tests of the teacher side."""

import re
import shutil
from pathlib import Path

import nbformat

from nbteach.authoring.build import source_notebook
from nbteach.authoring.rules import read

REPOSITORY = Path(__file__).resolve().parents[2]

LESSON = '''\
# %% [markdown]
# # A tiny lesson
# One exercise.

# %% nbgrader={"grade_id": "setup", "locked": true}
import math

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x: float) -> float:
    """Return twice `x`."""
    ### BEGIN SOLUTION
    twice = x + x
    return twice
    ### END SOLUTION

# %% nbgrader={"grade_id": "double-test", "grade": true, "points": 2}
assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(math.pi) == 2 * math.pi
### END HIDDEN TESTS

# %% tags=["demo"]
# %config InlineBackend.figure_format = "retina"
print(double(21))
'''


def make(root: Path, lesson: str = LESSON, name: str = "01_tiny") -> Path:
    """Make a course at `root`, with the configuration of this repository; return `root`."""
    (root / "solutions").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    write(root, lesson, name)
    return root


def make_real(root: Path, name: str) -> Path:
    """Make a course with a real lesson, and tiny ones in place of those that it refers to."""
    text = (REPOSITORY / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    text = re.sub(r"\{\{(\w+)#[\w-]+\}\}", r"{{\1#double}}", text)  # the tiny one's exercise
    make(root, text, name)
    for topic in {found.lower() for found in re.findall(r"\{\{(\w+)", text)}:
        (real,) = (REPOSITORY / "solutions").glob(f"[0-9][0-9]_{topic}.py")
        write(root, LESSON, real.stem)
    return proved(root)


def proved(root: Path) -> Path:
    """Make the lessons of a course known to its build, which then does not prove them again."""
    for path in (root / "solutions").glob("*.py"):
        built = root / "build/source" / path.stem / f"{path.stem}.ipynb"
        built.parent.mkdir(parents=True)
        nbformat.write(source_notebook(read(path)), built)
    return root


def write(root: Path, lesson: str, name: str = "01_tiny") -> Path:
    """Write a lesson of the course at `root`; return its path."""
    path = root / "solutions" / f"{name}.py"
    path.write_text(lesson, encoding="utf-8")
    return path
