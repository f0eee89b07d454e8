"""Mutants of the worked answers: the tests of the exercises notice them."""

import json
import subprocess
import sys

import mutants
import pytest
import tiny_course
from mutants import ROOT, survives
from mutating import mutants_of
from oracle_use import oracles_used

RECORDS = ROOT / "tests/lessons/mutants"
LESSONS = sorted(path.stem for path in RECORDS.glob("[0-9]*.json"))  # whose survivors were judged
COMMAND = [sys.executable, str(ROOT / "tests/support/mutants.py")]


# --- making them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("arithmetic exchanged", "return a + b", "return a - b"),
        ("arithmetic exchanged", "return a ** b", "return a * b"),
        ("arithmetic exchanged", "a -= b", "a += b"),
        ("comparison exchanged", "return a < b", "return a <= b"),
        ("comparison exchanged", "return a is b", "return a is not b"),
        ("boolean exchanged", "return a and b", "return a or b"),
        ("operand left out", "return not a", "return a"),
        ("operand left out", "return a - b", "return a"),
        ("operands exchanged", "return a / b", "return b / a"),
        (
            "operands exchanged",
            "return torch.where(a > 0, b, c)",
            "return torch.where(a > 0, c, b)",
        ),
        ("transposed", "return a @ b", "return a @ b.T"),
        ("transposed", "return a.T", "return a"),
        ("condition changed", "return a if a else b", "return a if not a else b"),
        ("condition changed", "if a:\n  return b", "if False:"),
        ("condition changed", "return [i for i in a if i]", "return [i for i in a]"),
        ("part returned", "return (a, b)", "return b"),
        ("part returned", "return (a, b)", "return (b, a)"),
        ("type fixed", "return [a for a in b]", "return [a.float() for a in b]"),
        ("argument ignored", "return a", "b = 1"),
        ("argument ignored", "return a", "c = 7"),
        ("argument ignored", "return a", "d = torch.zeros_like(d)"),
        ("argument left out", "return a.sum(0, keepdim=True)", "return a.sum(0)"),
        ("argument left out", "return a.sum(0)", "return a.sum()"),
        ("constant changed", "return a.sum(dim=1)", "return a.sum(dim=0)"),
        ("constant changed", "return a.sum(dim=-1)", "return a.sum(dim=0)"),
        ("constant changed", "return a.sum(0, keepdim=True)", "return a.sum(0, keepdim=False)"),
        ("constant changed", "return 0.5 * a", "return -0.5 * a"),
        ("constant changed", "return a['key']", "return a['key_']"),
        ("function exchanged", "return a.mean()", "return a.sum()"),
        ("function exchanged", "return torch.argmin(a)", "return torch.argmax(a)"),
        ("function exchanged", "return max(a, b)", "return min(a, b)"),
        ("call left out", "return a.clone()", "return a"),
        ("call left out", "return torch.exp(a)", "return a"),
        ("bounds moved", "return range(a)", "return range(a - 1)"),
        ("bounds moved", "return range(b, a)", "return range(b + 1, a)"),
        ("bounds moved", "return a[b:]", "return a[b + 1:]"),
        ("turn left out", "for a in b:\n  c += a", "for a in list(b)[:-1]:"),
        ("turn left out", "for a in b:\n  c += a", "break"),
        ("in place for copy", "a = a + b", "a += b"),
        ("in place for copy", "return [a - b for a in c]", "return [a.sub_(b) for a in c]"),
        ("in place for copy", "return torch.exp(a)", "return torch.exp_(a)"),
    ],
)
def test_an_answer_is_changed_in_one_place(operator, before, after):
    body = before.replace("\n", "\n    ")
    made = mutants_of(f"def f(a, b, c=7, *, d: torch.Tensor):\n    {body}\n")
    found = [mutant.diff for mutant in made if mutant.description.endswith(operator)]
    assert any(f"+ {after}" in diff for diff in found), found


def test_a_statement_is_left_out_where_something_remains():
    made = mutants_of("def f(a):\n    with a:\n        a += 1\n    return a\n")
    sources = [made_.source for made_ in made]
    assert "def f(a):\n    return a" in sources
    assert "def f(a):\n    a += 1\n    return a" in sources
    assert "def f(a):\n    with a:\n        pass\n    return a" in sources


def test_no_mutant_is_the_answer_or_another_mutant_and_all_are_python():
    answer = "def f(a, b=0):\n    return [x * 1 - 0 for x in a[1:] if x and not b]\n"
    sources = [mutant.source for mutant in mutants_of(answer)]
    assert len(sources) == len(set(sources)) >= 25
    assert answer.strip() not in sources
    for source in sources:
        compile(source, "<mutant>", "exec")


def test_comments_layout_and_docstrings_change_no_name():
    bare = mutants_of("def f(a):\n    return a + 1\n")
    words = mutants_of('def f(\n    a\n):\n    """Return more."""\n    return (a + 1)  # more\n')
    assert [mutant.name for mutant in bare] == [mutant.name for mutant in words]
    assert [mutant.diff for mutant in bare] == [mutant.diff for mutant in words]


def test_strict_and_annotations_stay_and_so_does_what_is_given():
    made = mutants_of(
        "import math\n\nstep = 1 + 2\n\n\ndef f(a: int = 3) -> list[2]:\n"
        "    ### BEGIN SOLUTION\n    return zip(a, a, strict=True)\n    ### END SOLUTION\n"
    )
    assert made
    for mutant in made:
        assert "step = 1 + 2" in mutant.source
        assert "(a: int=3) -> list[2]:" in mutant.source
        assert "strict" not in mutant.source or "strict=True" in mutant.source


@pytest.mark.parametrize(
    ("first", "is_changed"),
    [
        ("b = a * 2", False),
        ("b, c = torch.sort(a)", False),
        ("b = a", True),
        ("b = torch.as_tensor(a)", True),
        ("b = a\n    b = a * 2", True),
    ],
)
def test_what_an_answer_computed_itself_it_may_change(first, is_changed):
    made = mutants_of(f"def f(a):\n    {first}\n    return b - a\n")
    assert any("b.sub_(a)" in mutant.source for mutant in made) is is_changed


# --- running them --------------------------------------------------------------------------------


def test_a_record_lasts_until_an_oracle_changes_that_its_tests_use():
    lesson = "from nblib import oracles\nfrom nblib.oracles import evaluation as oracle\n"
    room = ROOT / "nblib/oracles"
    found = oracles_used("oracle.mcnemar(4)", lesson)
    assert room / "evaluation/mcnemars.py" in found
    assert room / "evaluation/calibration.py" not in found
    assert oracles_used("oracle.MCNEMAR", lesson)
    assert room / "draw.py" in oracles_used("oracles.fresh_generator()", lesson)
    assert oracles_used("oracle.numerical_gradient(4)", lesson) == []  # of another lesson
    assert oracles_used("oracle.mcnemar(4)", "import torch") == []
    assert oracles_used("assert f(4) == 2", lesson) == []


class Executed:
    """Stands in for a runner: every answer that can be executed passes."""

    def graded(self, exercise: str, source: str) -> bool:
        exec(source, {})
        return exercise == "passed"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize(
    ("exercise", "source", "expected"),
    [
        ("passed", "x = 1", True),
        ("failed", "x = 1", False),
        ("passed", "raise SystemExit(0)", False),
        ("passed", "import os; os._exit(0)", False),
        ("passed", "while True: pass", False),
        ("passed", "x = bytearray(1 << 36)", False),
        ("passed", "import os; os.close(2); print('+' * 10_000)", True),
    ],
)
def test_an_answer_is_graded_in_a_process_that_may_come_to_harm(exercise, source, expected):
    assert survives(Executed(), exercise, source, seconds=1)[0] is expected


LESSON = tiny_course.LESSON.replace("double(1) == 2", "double(2) == 4").replace(
    "assert double(math.pi) == 2 * math.pi", "assert isinstance(double(2), int)"
)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_hole_in_the_tests_is_found_and_needs_a_reason(tmp_path, capsys):
    def run(root, *words):
        return mutants.main(["--root", str(root), *words]), capsys.readouterr().out

    tiny_course.make(tmp_path, LESSON)
    path = tmp_path / "tests/lessons/mutants/01_tiny.json"
    status, said = run(tmp_path, "--check", "9")
    assert status == 1
    assert "+ twice = x * x" in said
    assert not path.exists()

    status, said = run(tmp_path)
    assert status == 0
    assert "+ twice = x * x" in said
    records = json.loads(path.read_text(encoding="utf-8"))
    (survivor,) = records["double"]["survivors"]
    assert records["double"]["killed"] == records["double"]["mutants"] - 1
    assert run(tmp_path, "--check", "9")[0] == 1

    survivor["reason"] = "equivalent: only 2 is ever doubled"
    path.write_text(json.dumps(records), encoding="utf-8")
    assert run(tmp_path, "--check", "9") == (0, "")
    run(tmp_path, "--again")
    assert json.loads(path.read_text(encoding="utf-8")) == records

    records["double"]["survivors"] = []  # as if it had been killed
    path.write_text(json.dumps(records), encoding="utf-8")
    status, said = run(tmp_path, "--check", "99")
    assert status == 1
    assert "was killed and survives now" in said

    goal = {"hash": "another", "reason": "also right: the way is open"}
    records["double"]["survivors"] = [survivor | goal] * 9  # luck decides of those near it
    path.write_text(json.dumps(records), encoding="utf-8")
    assert run(tmp_path, "--check", "99") == (0, "")

    tiny_course.write(tmp_path, tiny_course.LESSON)  # its tests notice
    assert run(tmp_path, "--check", "0") == (0, "")
    tiny_course.write(tmp_path, LESSON.replace("x + x", "x - x"))
    status, said = run(tmp_path, "--check", "0")
    assert status == 1
    assert "own answer fails" in said


# --- what became of those of the lessons ---------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_mutant_is_killed_or_has_a_reason(lesson):
    """Where an answer or its tests changed, all are run; elsewhere, four of them."""
    done = subprocess.run(
        [*COMMAND, lesson[:2], "--check", "4"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_there_are_many_mutants_and_hardly_one_survives():
    assert LESSONS, "missing: python tests/support/mutants.py"
    texts = [path.read_text(encoding="utf-8") for path in RECORDS.glob("*.json")]
    records = [record for text in texts for record in json.loads(text).values()]
    tried = sum(record["tried"] for record in records)
    reasons = [s["reason"].strip() for record in records for s in record["survivors"]]
    assert tried >= 25 * len(records)
    assert sum(record["killed"] for record in records) + sum(map(bool, reasons)) >= 0.98 * tried
