"""What a writer can change without thinking makes no difference; what an answer does, does."""

import ast
import random

import disguise
import pytest
import variant_runner

from nbteach.similar.fingerprints import fingerprints
from nbteach.similar.tokens import comments, statements

LESSONS = sorted((variant_runner.ROOT / "tests/lessons/variants").glob("[0-9]*.py"))
ANSWER = "def step(x, lr):\n    slope = x.grad\n    moved = x - lr * slope\n    return moved\n"


def read(text: str) -> list[str]:
    return [" ".join(token.symbol for token in each) for each in statements(text)]


@pytest.mark.parametrize(
    "same",
    [
        "def step(w, rate):\n    g = w.grad\n    new = w - rate * g\n    return new\n",
        'def step(x: float, lr: int) -> dict[str, int]:\n    """Go.\n\n    Down.\n    """\n'
        "    slope: float = (x.grad)\n    moved = (\n        x\n        - lr * slope  # down\n"
        "    )\n    return moved",
        "def step(x, lr): slope = x.grad; moved = x - lr * slope; return moved",
        "%matplotlib inline\n" + ANSWER + "!ls\n",
    ],
)
def test_names_layout_comments_and_annotations_make_no_difference(same):
    assert (
        read(same)
        == read(ANSWER)
        == ["def v p0 p1", "v = p0 . grad", "v = p0 - p1 * v", "return v"]
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(x, y): return x - y", "def f(x, y): return y - x"),
        ("y = torch.exp(x)", "y = torch.log(x)"),
        ("y = x.sum(dim=0)", "y = x.sum(axis=0)"),
        ("y = x.sum(0)", "y = x.sum(1)"),
        ("y = x[1:]", "y = x[1]"),
        ("y = {1: 2}", "y = {1, 2}"),
        ("for i in x: pass", "while i in x: pass"),
    ],
)
def test_what_an_answer_does_makes_a_difference(one, other):
    assert read(one) != read(other)


def test_the_names_of_others_stay():
    text = (
        "import numpy as np\nfrom math import exp as e\ny = np.log(e(x), dtype=x)\ndtype = len(y)"
    )
    assert read(text)[2:] == ["v = numpy . log exp x dtype = x", "v = len v"]


def test_an_import_may_have_any_name():
    assert read("import numpy as np\ny = np.exp(1)") == read("import numpy as n\nz = n.exp(1)")


def test_places_lead_back_to_the_text():
    text = "β = 2  # größer\ndef φ(θ): return θ * β"
    found = [text[token.start : token.end] for each in statements(text) for token in each]
    assert found == ["β", "=", "2", "def", "φ", "θ", "return", "θ", "*", "β"]
    assert read(text) == ["v = 2", "def v p0", "return p0 * v"]
    assert [text[start:end] for start, end in comments(text)] == ["# größer"]


def test_names_in_formatted_texts_of_several_lines_harm_nothing():
    text = 'def f(x):\n    y = f"""{x}\n    {x * 2:>{x}} é"""\n    return x - 1'
    assert read(text)[-1] == "return p0 - 1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(x)\n    return x.exp() +", ["def v v", "return v . exp +"]),
        ("y = 1 +\nz = (2", ["v = 1 +", "v = 2"]),
        ('"""never closed', []),
        ("", []),
        ("# nothing\n", []),
    ],
)
def test_what_is_not_python_is_read_as_far_as_it_goes(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "-" * 19_999 + "1",
        "(" * 19_999,
        "f(lambda a:" * 1_800,
        "a." * 9_999 + "a",
        "x:a=1\n" * 3_000,
    ],
)
def test_no_text_stops_the_reading(text):
    assert isinstance(statements(text), list)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_machine_made_disguises_of_every_right_answer_are_seen_through(lesson):
    rng = random.Random(1)
    steps = {
        "renamed": disguise.renamed,
        "reordered": lambda text: disguise.reordered(text, rng),
        "reformatted": disguise.reformatted,
        "commented": lambda text: disguise.commented(text, rng),
        "disguised": lambda text: disguise.disguised(text, rng),
    }
    changed = dict.fromkeys(steps, 0)
    for answer in variant_runner.load(lesson):
        if answer.is_correct:
            prints = fingerprints(statements(answer.source)).keys()
            plain = ast.unparse(ast.parse(answer.source))
            for name, step in steps.items():
                copy = step(answer.source)
                changed[name] += copy != plain
                assert fingerprints(statements(copy)).keys() == prints, (name, str(answer))
    if lesson.stem == "00_start_here":
        del changed["reordered"]  # its answers are too short for that
    assert all(changed.values()), changed
