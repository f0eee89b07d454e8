"""The Ladder: what it shows, what it hides, and that chance does not climb it."""

import functools
import math

import pytest
import torch

from nblib.contest import full_precision
from nblib.oracles import case_studies as oracle

LOSSES = [0.625, 0.5, 0.49, 0.375, 0.25, 0.3, 0.249, 0.11]


def test_the_ladder_moves_by_more_than_eta_and_shows_multiples_of_it():
    shown = oracle.shown_by(oracle.ladder, LOSSES, 0.125)
    assert shown == [0.625, 0.625, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]


def on_a_few(rule):
    """Return what a rule shows after each of several losses, and of single ones."""
    losses = [0.93, 0.76, 0.68, 0.625, 0.5, 0.49, 0.3, 0.26, 0.2, 0.249, 0.11, 0.05, 0.9, 0.02]
    single = (0.5, 0.375), (0.45, 0.44)  # better by just eta; `shown` is no multiple
    return *oracle.shown_by(rule, losses, 0.125), *(rule(*case, 0.125) for case in single)


@pytest.mark.parametrize("sentence", [*oracle.LADDER])
def test_each_mistake_shows_on_a_few_losses(sentence):
    assert on_a_few(oracle.LADDER[sentence]) != on_a_few(oracle.ladder)


def test_the_mistakes_differ():
    found = [on_a_few(wrong) for wrong in oracle.LADDER.values()]
    assert len({*found}) == len(found)


def attacked(rule, seed, num=200):
    generator = torch.Generator().manual_seed(seed)
    game = oracle.contest_of_coins(1000, rule, generator)
    game.submit(oracle.majority_attack(1000, game.submit, generator, num))
    return game


def test_chance_climbs_a_board_of_full_precision():
    games = [attacked(full_precision, seed) for seed in range(5)]
    assert all(game.public_error < 0.42 for game in games)
    assert all(game.private_error > 0.44 for game in games)


@pytest.mark.parametrize("eta", [0.02, 0.05])
def test_chance_does_not_climb_the_ladder(eta):
    rule = functools.partial(oracle.ladder, eta=eta)
    games = [attacked(rule, seed) for seed in range(5)]
    shown = sorted(game.shown[-1] for game in games)
    assert shown[0] > 0.39
    assert shown[2] > 0.42  # the best of 200 by lot has about 0.44


def test_the_first_loss_is_shown():
    assert oracle.ladder(math.inf, 0.43, 0.1) == pytest.approx(0.4)
