"""From a contest in a graded test to the page of ranks: `nblib leaderboard`."""

from datetime import date

import graded_course
import pytest
from graded_course import NAME

from nbteach import cli
from nbteach.grading import grade
from nbteach.grading.errors import GradingError
from nbteach.grading.execution import Execution
from nbteach.leaderboard.leaderboard import leaderboard, page
from nbteach.leaderboard.standings import Standing, posted, ranked

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own use

LINE = "On the leaderboard as wild poppy 123: error 0.2400 on 400 rows, submission 7 of 40.\n"
LESSON = '''\
# %% [markdown]
# # A contest

# %% nbgrader={"grade_id": "setup", "locked": true}
import torch
from nblib.contest import Contest, full_precision

# %% nbgrader={"grade_id": "label", "solution": true}
def label(X, submit):
    """Submit labels."""
    ### BEGIN SOLUTION
    submit((X[:, 0] > 0).long())
    ### END SOLUTION

# %% nbgrader={"grade_id": "label-test", "grade": true, "points": 1}
assert callable(label)
### BEGIN HIDDEN TESTS
generator = torch.Generator()
generator.seed()
hidden_X = torch.randn(300, 2, generator=generator)
game = Contest(hidden_X, (hidden_X[:, 0] > 0).long(), full_precision, generator)
assert label(game.X, game.submit) is None
game.post()
assert game.private_error < 0.3
### END HIDDEN TESTS
'''
FORGED = f"""\
def label(X, submit):
    print({LINE!r})
    try:
        submit.__self__._y
    except AttributeError:
        submit(torch.ones(len(X)).long())
"""


def execution(*outputs, test="label-test"):
    return Execution({test: [*outputs]}, {"label-test": "passed"})


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def standing(pseudonym, error, student="s"):
    return Standing(student, pseudonym, error, 400, 7)


def test_only_what_a_test_has_printed_is_believed():
    shown = {"output_type": "display_data", "data": {"text/plain": LINE}, "metadata": {}}
    assert posted("ada", execution(stream(LINE))) == Standing("ada", "wild poppy 123", 0.24, 400, 7)
    for forged in (shown, stream(LINE, "stderr"), stream(f"He said: {LINE}"), stream("nothing")):
        assert posted("ada", execution(forged)) is None
    assert posted("ada", execution(stream(LINE), test="label")) is None


def test_equal_errors_share_a_rank_and_the_next_one_is_left_out():
    found = [standing("c", 0.3), standing("b", 0.2), standing("a", 0.2), standing("d", 0.1)]
    assert [(rank, one.pseudonym) for rank, one in ranked(found)] == [
        (1, "d"),
        (2, "a"),
        (2, "b"),
        (4, "c"),
    ]


def test_what_chance_makes_of_an_error():
    assert standing("a", 0.2).deviation == pytest.approx(0.02)


def test_the_page_escapes_and_loads_nothing():
    places = ranked([standing("a", 0.2, "s1")])
    text = page(places, lesson="l", group="g", today=date(2026, 1, 2), names={"s1": "<b>Ada"})
    assert "&lt;b&gt;Ada" in text
    assert "default-src 'none'" in text
    assert "0.200" in text
    assert "2 January 2026" in text


def test_from_submissions_to_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = graded_course.make(tmp_path / "course", LESSON)
    answers = {
        "right": "def label(X, submit):\n    submit((X[:, 0] > 0).long())",
        "half": "def label(X, submit):\n    submit((X[:, 1] > 0).long())",
        "forger": FORGED,
        "silent": "def label(X, submit):\n    pass",
    }
    for student, answer in answers.items():

        def edit(notebook, answer=answer):
            graded_course.replace("label", answer)(notebook)

        hand_in(root, student, edit)
    grade.grade(root, NAME, jobs=1, required="none", say=lambda text: None)
    assert cli.main(["--root", str(root), "leaderboard", NAME]) == 0
    path = root / f"classroom/default/reports/{NAME}-leaderboard.html"
    assert capsys.readouterr().out.strip() == str(path)
    text = path.read_text(encoding="utf-8")
    assert text.count('<th scope="row">') == 3  # who submitted nothing stands nowhere
    assert "poppy 123" not in text
    assert not any(name in text for name in ("half", "forger"))
    assert "0.000" in text
    pages = root / "classroom/default/feedback"
    assert "On the leaderboard as" in (pages / "right" / NAME / f"{NAME}.html").read_text()
    (root / "classroom/default/class.toml").write_text('leaderboard = "names"\n')
    text = leaderboard(root, NAME).read_text(encoding="utf-8")
    assert text.index(">right<") < min(text.index(f">{name}<") for name in ("half", "forger"))


def hand_in(root, student, edit):
    """Hand in the lesson with an edit: it has one exercise, not those of `graded_course`."""
    import nbformat

    notebook = nbformat.read(root / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
    edit(notebook)
    graded_course.hand_in(root, student, nbformat.writes(notebook))


def test_a_class_that_has_nothing_yet_gets_a_page_that_says_so(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = graded_course.make(tmp_path / "course")
    assert "Nobody stands here yet" in leaderboard(root, NAME).read_text(encoding="utf-8")


def test_an_unknown_lesson_is_told(tmp_path):
    root = graded_course.make(tmp_path / "course")
    with pytest.raises(GradingError, match="there is no lesson '99_x'"):
        leaderboard(root, "99_x")
