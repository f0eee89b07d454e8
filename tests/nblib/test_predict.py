"""Predictions are noted and compared, and never fail."""

import pytest

from nblib import predict

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
