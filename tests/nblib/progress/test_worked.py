"""A worked solution opens beside one's own once an exercise is solved, and where one is given."""

import contextlib
import json
import re

import pytest

from nblib import checks, front_end, progress
from nblib.progress import answers, beside, notes, store

LESSON = "02_gradient_descent"
CHECK = '@checks.exercise("Momentum", points=2)'
MINE = 'def momentum_step(p, g):\n    """Mine."""\n    return [p.sub(x) for x in g]  # all\n'
WORKED = "def momentum_step(p, g):\n    return torch.sub(p, g)"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A student's folder, with the cells that were executed in its notebook."""
    place = tmp_path / "notebooks" / LESSON
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    monkeypatch.setenv(store.FILE, str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(front_end, "name", lambda: "Jupyter")
    monkeypatch.setattr(front_end, "executed", lambda: ["", MINE, CHECK])
    monkeypatch.setattr(notes, "_here", [])
    monkeypatch.setattr(notes, "_tries", {})
    monkeypatch.setattr(notes, "_ended", {})
    return tmp_path


def give(folder, text=None, *, deadline=None):
    (folder / "worked").mkdir()
    if text is None:
        text = json.dumps({"answers": {"momentum": WORKED}, "deadline": deadline})
    (folder / "worked" / f"{LESSON}.json").write_text(text)


def solve(title="Momentum", *, right=True):
    with contextlib.suppress(checks.CheckFailed):
        checks.exercise(title, points=2)(lambda check: check.equal(right, True))


@pytest.fixture
def shown(capsys):
    def shown(name):
        capsys.readouterr()
        progress.worked(name)
        return capsys.readouterr().out

    return shown


@pytest.mark.parametrize("name", ["momentum", "Momentum", "gradient_descent#momentum"])
def test_a_solved_exercise_opens_with_what_differs(folder, shown, name):
    give(folder)
    solve()
    said = shown(name)
    assert WORKED in said
    assert MINE.strip() in said
    assert "Both have 1 line of code." in said
    assert "Yours has 1 loop, the lesson's none." in said
    assert "Only yours calls `.sub`." in said
    assert "Only the lesson's calls `torch.sub`." in said
    assert "Both are right on all that the check shows." in said


def test_of_what_is_open_nothing_is_shown(folder, shown):
    give(folder)
    solve(right=False)
    assert shown("momentum") == (
        "Momentum is still open: a worked solution opens once its check has passed.\n"
    )


@pytest.mark.parametrize(
    ("deadline", "opens"), [("2001-02-03T18:00+01:00", True), ("2999-12-31T18:00+00:00", False)]
)
def test_after_the_deadline_what_is_open_may_be_seen_as_well(folder, shown, deadline, opens):
    give(folder, deadline=deadline)
    solve(right=False)
    said = shown("momentum")
    assert (WORKED in said) is opens
    if opens:
        assert MINE.strip() in said
        assert "The check has not passed on yours as it is now" in said
        said = shown("adam")  # of which the teacher has given none
        assert said.endswith("is still open: a worked solution opens once its check has passed.\n")
    else:
        assert re.search(r"opens once its check has passed, or after \w+, \d\d \w+ \d{4}", said)


def test_nobody_is_called_right_who_was_not_checked_again(folder, shown, monkeypatch):
    give(folder)
    solve()
    for cells in ([MINE, CHECK, MINE], [MINE, 'progress.worked("Momentum")']):
        monkeypatch.setattr(front_end, "executed", lambda cells=cells: cells)
        assert "run it again" in shown("momentum")
    monkeypatch.setattr(front_end, "executed", lambda: [MINE, CHECK])
    assert "Both are right" in shown("momentum")
    solve(right=False)
    assert "run it again" in shown("momentum")
    solve(right=True)
    checks_a_stub()
    assert "Both are right" not in shown("momentum")


def checks_a_stub():
    """As in a fresh copy of the notebook, by somebody who has solved it before."""

    def body(check):
        raise NotImplementedError

    with contextlib.suppress(checks.CheckFailed):
        checks.exercise("Momentum", points=2)(body)


def test_an_answer_of_another_session_is_not_there_to_be_compared(folder, shown, monkeypatch):
    give(folder)
    solve()
    monkeypatch.setattr(front_end, "executed", lambda: [CHECK])
    said = shown("momentum")
    assert WORKED in said
    assert "No cell that ran in this session defines yours" in said
    assert "Yours:" not in said


def test_a_name_that_is_unknown_or_that_two_lessons_use(shown):
    assert shown("momentun") == 'The course has no exercise "momentun". Is it "Momentum"?\n'
    assert "as on its card" in shown("qqq")
    twice = shown("groups")
    assert '"transfer_learning#groups" or "after_training#groups"' in twice
    solve("Momentum", right=False)  # in a lesson that has none of this name
    assert shown("groups") == twice


def test_a_teacher_who_gives_none_has_switched_it_off(folder, shown):
    solve()
    assert "your teacher has given none for 2 · Gradient descent" in shown("momentum")
    give(folder, '{"answers": {}}')
    assert "your teacher has given none" in shown("momentum")


@pytest.mark.parametrize("text", ["{", "[]", "{}", "\x00", '{"answers": {}, "deadline": "soon"}'])
def test_a_file_that_is_damaged_is_told_of(folder, shown, text):
    give(folder, text)
    solve()
    assert f"{LESSON}.json cannot be read; unpack it again." in shown("momentum")


def test_a_clone_has_the_lessons_own(folder, shown):
    (folder / "solutions").mkdir()
    (folder / "solutions" / f"{LESSON}.py").write_text(
        '# %% nbgrader={"grade_id": "momentum", "solution": true}\n'
        "def momentum_step(p, g):\n    ### BEGIN SOLUTION\n    return p - g\n    ### END SOLUTION\n"
        '\n\n# %% nbgrader={"grade_id": "momentum-test", "grade": true}\nsecret = 1\n'
    )
    solve()
    assert "The lesson's:\n\ndef momentum_step(p, g):\n    return p - g\n" in shown("momentum")


def test_where_nobody_works_nothing_is_opened(folder, shown, monkeypatch):
    give(folder)
    solve()
    monkeypatch.setattr(front_end, "name", lambda: "")
    assert shown("momentum").startswith("Where somebody works")


def test_columns_wrap_where_the_page_is_narrow_and_code_stays_text(folder, monkeypatch):
    pages = []
    monkeypatch.setattr(front_end, "show", lambda text, html: pages.append(html))
    give(folder, json.dumps({"answers": {"momentum": WORKED + "  # a < b"}}))
    solve()
    progress.worked("momentum")
    page = pages[-1]
    assert "flex-wrap:wrap" in page
    assert len(re.findall(r"flex:1 1 \d+em;min-width:0", page)) == 2
    assert "# a &lt; b" in page
    assert "<code>torch.sub</code>" in page
    assert re.findall(r"opacity:.7'>(.*?)</span>", page) == [
        "    &quot;&quot;&quot;Mine.&quot;&quot;&quot;"
    ]
    assert not re.search(r"(?<!-)color:|#[0-9a-f]{3}\b", page)  # the theme's own, dark or light


def test_what_is_counted():
    code = (
        'def f(x):\n    """D.\n\n    E.\n    """\n\n    # why\n    return g(\n        x,\n    )\n'
    )
    assert beside.differences(code, code.replace("D", "F")) == [
        "But for comments and layout, both are the same."
    ]
    said = beside.differences(code, "def f(x):\n    return g(x + 0)")
    assert said == [
        "Yours has 3 lines of code, the lesson's 1.",
        "Both call the same functions.",
    ]
    module = (
        "class f:\n    def __init__(self, h):\n        self.h = h\n        self.h(h(torch.ones(1)))"
    )
    assert beside.differences(module, "class f:\n    pass")[-1] == "Only yours calls `torch.ones`."


def test_an_answer_may_lie_in_two_cells_and_the_last_version_counts():
    two = "def f(): pass\ndef g(): pass"
    cells = ["def f(): 1", "def f(): 2", "def g(", "def g(): 3", "f()"]
    assert beside.last_defined(two, cells) == ("def f(): 2\n\n\ndef g(): 3", 3)
    assert beside.last_defined(two, cells[:2]) == ("", -1)


def test_all_answers_of_the_course_are_found(pytestconfig):
    """And no marker, reference or test comes along."""
    for path in sorted((pytestconfig.rootpath / "solutions").glob("[0-9]*.py")):
        text = path.read_text(encoding="utf-8")
        found = answers.answers(text)
        assert len(found) == text.count("### BEGIN SOLUTION") - (path.stem == "07_imbalance")
        for code in found.values():
            assert beside.last_defined(code, [code]) == (code, 0)
            assert not re.search(r"### |\{\{[#a-z]|checks\.exercise|^# %%", code, re.MULTILINE)
