"""The page of claims says what the tests assert, and where it is measured."""

import tiny_course

from nbteach.authoring.rules import read
from nbteach.authoring.site import claims

TEST = """
import math

def helper():
    assert False

def test_twice_is_a_sum(lesson):
    assert lesson["twice"] == 42
    for value in lesson["twice"], lesson["other"]:
        assert value | 1

def test_b(lesson):
    \"\"\"What is said in words.\"\"\"
"""
LESSON = tiny_course.LESSON + "\n# %% [markdown]\n# ## Twice\n\n# %%\ntwice = double(21)\n"


def test_a_row_for_each_test_with_its_asserts_its_section_and_its_command(tmp_path):
    root = tiny_course.make(tmp_path, LESSON)
    path = root / claims.FOLDER / "test_tiny.py"
    path.parent.mkdir(parents=True)
    path.write_text(TEST, encoding="utf-8")
    page = claims.page(root, [read(root / "solutions/01_tiny.py")])
    assert "There are 2 of them, with 2 assertions." in " ".join(page.split())
    first, second = [line for line in page.splitlines() if "pytest " in line]
    assert first == (
        "| Twice is a sum. *Measured in* [Twice](../notebooks/01_tiny/01_tiny.md) "
        "| `lesson['twice'] == 42`<br>`value \\| 1` "
        "| `pytest tests/lessons/claims/test_tiny.py::test_twice_is_a_sum` |"
    )
    assert second.startswith("| What is said in words.  |")


def test_every_lesson_has_claims_and_each_is_a_test_that_pytest_knows():
    root = tiny_course.REPOSITORY
    for path in (root / claims.FOLDER).glob("test_*.py"):
        found = [*claims.claims(path)]
        assert found, path
        for claim in found:
            name = claim.test.rpartition("::")[2]
            assert f"def {name}(" in path.read_text(encoding="utf-8")
            assert claim.asserts, claim.test
