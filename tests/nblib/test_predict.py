"""Predictions are noted and compared, and never fail."""

import re
from pathlib import Path

import pytest

import nblib
from nblib import predict, questions

OPTIONS = ["SGD", "Adam"]


@pytest.mark.parametrize(
    ("prediction", "said"),
    [
        (..., "○ No prediction yet. Replace ... by one of 'SGD', 'Adam'; a guess is free."),
        ("Adam", "○ Noted: 'Adam'. You will see how it turns out."),
        ("adam", "○ 'adam' is not one of the options: 'SGD', 'Adam'."),
    ],
)
def test_note(capsys, prediction, said):
    predict.note(prediction, OPTIONS)
    assert capsys.readouterr().out.strip() == said


@pytest.mark.parametrize(
    ("prediction", "said"),
    [
        (..., "○ Measured: 'SGD'. You made no prediction this time."),
        ("SGD", "✓ You predicted 'SGD', and so it is."),
        ("Adam", "○ You guessed 'Adam'; measured: 'SGD'. Worth a thought!"),
    ],
)
def test_reveal(capsys, prediction, said):
    predict.reveal(prediction, "SGD")
    assert capsys.readouterr().out.strip() == said


@pytest.mark.parametrize("prediction", [..., "SGD", "Adam", "adam"])
def test_a_guess_is_never_red(monkeypatch, prediction):
    shown = []
    monkeypatch.setattr(predict, "show", shown.append)
    predict.note(prediction, OPTIONS)
    predict.reveal(prediction, "SGD")
    assert not any("error" in verdict.html() or verdict.sign == "✗" for verdict in shown)
    assert len(shown) == 2


def said(capsys):
    return capsys.readouterr().out.strip().splitlines()


def test_questions_of_earlier_lessons_are_answered_at_once_and_others_at_the_end(capsys):
    first = {"shapes": "4 numbers", "downhill": "against it", "price": "about 2", "falling": ...}
    predict.first("backpropagation", first)
    assert said(capsys) == [
        "○ shapes: '4 numbers' is not so",
        "  (4,) minus (4,) would give those. A row minus a column is a table.",
        "✓ downhill: 'against it' is right",
        "  The gradient points uphill, so a short step against it goes down.",
        "○ Not answered yet: falling. Replace ... by one of the texts in quotes.",
        "○ Noted: price. You are asked again at the end.",
    ]
    last = {"exclusive or": "no", "price": "about 5,000", "falling": "nothing certain"}
    predict.last("backpropagation", last, before=first)
    lines = said(capsys)
    assert "✓ exclusive or: 'no' is right" in lines
    assert "○ price: 'about 5,000' is not so" in lines
    assert lines[-1] == "○ Right at first: 1 of 3. Right now: 2."


def test_questions_without_an_answer_run_through(capsys):
    own = dict.fromkeys(questions.OF_LESSON["start_here"], ...)
    predict.first("start_here", own)
    predict.last("start_here", own, before=own)
    waiting = "○ Not answered yet: shapes, names, downhill. Replace ... by "
    assert [line.startswith(waiting) for line in said(capsys)] == [True, True]


@pytest.mark.parametrize("answer", ["16", 16, ["16 numbers"]])
def test_what_is_no_option_is_met_with_the_options(capsys, answer):
    predict.first("start_here", {"shapes": answer})
    (line,) = said(capsys)
    assert line.endswith("is not one of the options: 'an error', '4 numbers', '16 numbers'.")


@pytest.mark.parametrize("topic", questions.OF_LESSON)
def test_a_lesson_asks_first_and_last_and_names_each_option(topic):
    (path,) = (Path(nblib.__file__).parents[1] / "solutions").glob(f"[0-9]*_{topic}.py")
    blocks = re.findall(
        r"(?s)## (?:Before you begin|Once more)\n(.*?)\n# %% tags.*?(\{.*?\})",
        path.read_text(encoding="utf-8"),
    )
    own = questions.OF_LESSON[topic]
    assert len(blocks) == 2
    for text, literal in blocks:
        asked = re.findall(r'"([^"]+)": \.\.\.', literal)
        assert {*own} <= {*asked}
        for name in asked:
            question = questions.find(name)
            assert question.right in question.says
            bullet = re.search(rf"(?s)- \*\*{name}\*\*: (.*?)(?=\n# - |$)", text)[1]
            assert {*re.findall(r'`"([^"]+)"`', bullet)} == {*question.says}


def test_no_two_questions_have_the_same_name():
    names = [name for asked in questions.OF_LESSON.values() for name in asked]
    assert len(names) == len({*names})
