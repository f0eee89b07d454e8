"""A hidden test behind a door: what comes out is counted, and is the rule's answer only."""

import math
import re

import numpy as np
import pytest
import torch

from nblib.contest import MOST, Contest, full_precision


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def contest(rule=full_precision, n=30, **options):
    y = torch.arange(n) % 3
    return Contest(torch.zeros(n, 2), y, rule, seeded(), **options), y


def test_full_precision_shows_the_error_on_the_public_rows():
    game, y = contest(n=300)
    assert game.submit(y) == 0
    wrong = y.clone()
    wrong[::2] += 1
    public, private = game.submit(wrong), game.private_error
    assert public == game.public_error == game.shown[-1]
    assert public * 200 + private * 100 == pytest.approx(150)
    assert public != private


def test_the_rule_is_told_what_was_shown_before_and_the_loss():
    told = []

    def rule(shown, loss):
        told.append((shown, loss))
        return 0.5

    game, y = contest(rule)
    assert [game.submit(y), game.submit((y + 1) % 3)] == [0.5, 0.5] == game.shown
    assert told == [(math.inf, 0.0), (0.5, 1.0)]


def test_each_submission_counts_and_one_that_is_none_does_not():
    game, y = contest()
    for bad in (y[:-1], y[None], y.double(), torch.full((30,), 1j), [[0]] * 30):
        with pytest.raises(ValueError, match="whole number for each of the 30 rows"):
            game.submit(bad)
    for labels in (y, y.tolist(), y.numpy(), y.int(), np.array(y.tolist(), dtype=np.uint8)):
        assert game.submit(labels) == 0
    for _ in range(MOST - 5):
        game.submit(y)
    with pytest.raises(RuntimeError, match="40 submissions already"):
        game.submit(y)
    assert len(game.shown) == MOST


def test_the_last_submission_counts_even_if_it_is_changed_afterwards():
    game, y = contest()
    labels = (y + 1) % 3
    game.submit(labels)
    labels.copy_(y)
    assert game.private_error == game.public_error == 1
    game.submit(y)
    assert game.private_error == 0


def test_who_submits_nothing_has_everything_wrong(capsys):
    game, _ = contest()
    assert game.private_error == game.public_error == 1
    game.post()
    assert capsys.readouterr().out == ""


def test_the_generator_decides_which_rows_are_private_and_the_pseudonym(capsys):
    y = torch.zeros(60, dtype=torch.int64)
    lines = []
    for seed in (1, 1, 2):
        game = Contest(y, y, full_precision, seeded(seed), share_private=0.5)
        game.submit((torch.arange(60) < 20).long())
        game.post()
        lines.append(capsys.readouterr().out)
    assert lines[0] == lines[1] != lines[2]
    assert re.fullmatch(
        r"On the leaderboard as \w+ \w+ \d{3}: error 0\.\d{4} on 30 rows, submission 1 of 40\.\n",
        lines[0],
    )


@pytest.mark.parametrize("share", [0, 1, 0.01])
def test_both_parts_need_rows(share):
    with pytest.raises(ValueError, match="rows in both parts"):
        contest(share_private=share)


def test_each_row_needs_a_label():
    with pytest.raises(ValueError, match="a label for each row"):
        Contest(torch.zeros(3, 2), torch.zeros(4).long(), full_precision, seeded())
