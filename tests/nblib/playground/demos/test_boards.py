"""The leaderboard under attack: against the attack on a real contest; its goals and the myths."""

import functools
import itertools
import math

import numpy as np
import pytest
import torch

from nblib import plots
from nblib.contest import Contest, full_precision
from nblib.oracles import case_studies as oracle
from nblib.playground.demos import boards, contests
from nblib.playground.demos.boards import ROLES
from nblib.playground.demos.contests import BOARDS, MOST_SUBMISSIONS, VOTES, attack
from nblib.playground.scene import Bars, Points
from nblib.playground.still import still
from nblib.playground.wire import encode

ATTACKER, ORGANIZER = ROLES
BEST, ALL, BELOW = VOTES
FULL, ROUNDED_2, ROUNDED_5, BETTER, *LADDERS = BOARDS
SEED = 0  # that of the lesson
RULES = {FULL: full_precision} | {
    name: functools.partial(oracle.ladder, eta=eta)
    for name, eta in zip(LADDERS, (0.01, 0.02, 0.05), strict=True)
}


@pytest.mark.parametrize("board", RULES)
@pytest.mark.parametrize("rows", [250, 1000])
def test_the_attack_is_the_one_on_a_contest(board, rows):
    """Give the oracle's attack our lots, in place of its own, and a Contest our rows."""
    signs, y = contests._lots(SEED)
    votes = torch.tensor(np.where(signs > 0, y, 1 - y))
    generator = torch.Generator().manual_seed(0)
    game = Contest(torch.zeros(len(y), 1), torch.tensor(y), RULES[board], generator, most=300)
    game._public, game._private = torch.arange(rows), torch.arange(contests.MOST_ROWS, len(y))
    done = attack(SEED, board, BELOW, rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randint", lambda *_, **__: votes)
        labels = oracle.majority_attack(len(y), game.submit, generator, len(votes))
    assert game.shown == pytest.approx(done.shown.tolist())
    assert game.submit(labels) == pytest.approx(done.made_shown[-1])
    assert game.public_error == pytest.approx(done.made[-1])
    assert game.private_error == pytest.approx(done.private[-1])


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("num", [1, 2, 57])
def test_each_vote_is_counted_as_by_hand(board, num):
    signs, y = contests._lots(1)
    for vote in VOTES:
        done = attack(1, board, vote, 250)
        shown = done.shown[:num].tolist()
        voters = {
            BEST: [shown.index(min(shown))],
            ALL: list(range(num)),
            BELOW: [
                i
                for i, (before, now) in enumerate(itertools.pairwise([math.inf, *shown]))
                if now < 0.5 and now != before
            ],
        }[vote]
        assert np.flatnonzero(done.voters[num - 1]).tolist() == voters
        ones = sum(np.where(signs[i] > 0, y, 1 - y) for i in voters) if voters else np.zeros(len(y))
        labels = ones > len(voters) / 2
        assert done.made[num - 1] == pytest.approx((labels != y)[:250].mean())
        assert done.private[num - 1] == pytest.approx((labels != y)[contests.MOST_ROWS :].mean())
        public, private = contests.margins(1, done.voters[num - 1], 250)
        right = np.where(y == 1, ones, len(voters) - ones)
        np.testing.assert_array_equal(public, (2 * right - len(voters))[:250])
        np.testing.assert_array_equal(private, (2 * right - len(voters))[contests.MOST_ROWS :])


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_shows_errors_by_its_rule(board):
    losses = [0.52, 0.5, 0.497, 0.484, 0.511, 0.46, 0.447]
    wanted = {
        FULL: losses,
        ROUNDED_2: [0.52, 0.5, 0.5, 0.48, 0.52, 0.46, 0.44],
        ROUNDED_5: [0.5, 0.5, 0.5, 0.5, 0.5, 0.45, 0.45],
        BETTER: [0.52, 0.5, 0.497, 0.484, 0.484, 0.46, 0.447],
        LADDERS[0]: [0.52, 0.5, 0.5, 0.48, 0.48, 0.46, 0.45],
        LADDERS[1]: [0.52, 0.52, 0.5, 0.5, 0.5, 0.46, 0.46],
        LADDERS[2]: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.45],
    }[board]
    assert contests._answers(BOARDS[board], losses) == pytest.approx(wanted)


def figures(board, vote, rows, seeds=range(20)):
    """Return what is shown at last, and the private errors, of several contests."""
    done = [attack(seed, board, vote, rows) for seed in seeds]
    return [d.made_shown[-1] for d in done], [d.private[-1] for d in done]


def test_nothing_can_be_known():
    for board, vote in itertools.product(BOARDS, VOTES):
        errors = attack(SEED, board, vote, 500).private
        assert errors == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(contests.NUM_PRIVATE))


@pytest.mark.slow
def test_the_figures_of_the_lesson():
    for board, wanted in {FULL: 0.36, ROUNDED_2: 0.36, BETTER: 0.43, LADDERS[1]: 0.45}.items():
        shown, private = figures(board, BELOW, 500)
        assert np.median(shown) == pytest.approx(wanted, abs=0.015)
        assert np.median(private) == pytest.approx(0.5, abs=0.01)
    shown, _ = figures(FULL, BELOW, 4000)
    assert np.median(shown) == pytest.approx(0.447, abs=0.01)


def reached(role, board, vote, num, rows, seed=SEED):
    return boards.draw(seed, role, board, vote, num, rows).reached


@pytest.mark.parametrize("board", [FULL, ROUNDED_2, ROUNDED_5])
def test_the_attacker_climbs_few_rows_rounded_or_not(board):
    assert reached(ATTACKER, board, BELOW, MOST_SUBMISSIONS, 250)
    assert not reached(ATTACKER, board, BELOW, 40, 250)  # too few
    assert not reached(ATTACKER, board, BELOW, MOST_SUBMISSIONS, 1000)


def test_neither_the_best_of_many_nor_a_vote_of_all_reaches_it():
    for board, vote, rows in itertools.product(BOARDS, (BEST, ALL), (250, 500, 1000)):
        assert attack(SEED, board, vote, rows).made_shown.min() > boards.LOW + 0.01


def test_a_ladder_is_not_climbed():
    for board, vote, rows in itertools.product(LADDERS, VOTES, (250, 500, 1000)):
        assert attack(SEED, board, vote, rows).made_shown.min() > boards.LOW + 0.01


def test_the_organizer_needs_a_board_that_shows_nothing_worse():
    for board in LADDERS:
        assert reached(ORGANIZER, board, BELOW, MOST_SUBMISSIONS, 500)
    for board in (FULL, ROUNDED_2, ROUNDED_5):
        assert not reached(ORGANIZER, board, BELOW, MOST_SUBMISSIONS, 500)


def test_the_organizer_neither_buys_rows_nor_chooses_the_attack():
    assert attack(SEED, FULL, BELOW, 4000).made_shown[-1] > boards.HIGH
    assert not reached(ORGANIZER, FULL, BELOW, MOST_SUBMISSIONS, 4000)
    assert not reached(ORGANIZER, LADDERS[1], BELOW, 199, 500)
    assert not reached(ORGANIZER, LADDERS[1], ALL, MOST_SUBMISSIONS, 500)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_no_setting_of_the_myths_reaches_a_goal(seed):
    for board, vote, rows in itertools.product(BOARDS, VOTES, (250, 500)):
        shown = attack(seed, board, vote, rows).made_shown
        if vote != BELOW or board in LADDERS:
            assert shown.min() > boards.LOW + 1e-9
        if vote == BELOW and board in (FULL, ROUNDED_2, ROUNDED_5):
            if rows == 250:
                assert shown[-1] < boards.LOW + 1e-9
            assert shown[-1] < boards.HIGH - 1e-9
        if vote == BELOW and board == LADDERS[1] and rows == 500:
            assert shown[-1] > boards.HIGH - 1e-9


def test_scenes_are_drawn_and_sent():
    scene = boards.draw(SEED, ATTACKER, FULL, BELOW, 120, 500)
    assert plots.png(still(scene)).startswith(b"\x89PNG")
    message, _ = encode(scene, set())
    assert len(message["panels"]) == 3
    every, voting = (m for m in scene.panels[0].marks if isinstance(m, Points))
    assert len(every.x) == 120
    assert f"{len(voting.x)} of 120 submissions by lot vote." in scene.says
    assert (np.asarray(voting.y) < 0.5).all()


@pytest.mark.parametrize("vote", VOTES)
@pytest.mark.parametrize("num", [1, 2, 3, 14, 90, 200])
def test_all_rows_stand_in_the_histograms(vote, num):
    for board in BOARDS:
        scene = boards.draw(SEED, ATTACKER, board, vote, num, 500)
        for bars in scene.panels[2].marks:
            if isinstance(bars, Bars):
                assert np.sum(bars.heights) == pytest.approx(1)
