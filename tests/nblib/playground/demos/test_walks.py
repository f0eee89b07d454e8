"""The playground of averages: its walks are SGD's, its goal needs a large rate and a late start."""

import pytest
import torch

from nblib import plots
from nblib.playground.demos import walks
from nblib.playground.still import still


def test_the_last_weights_have_the_variance_of_the_formula():
    last = walks.wander(0.5)[-1]
    for k, bend in enumerate(walks.BENDS):
        wanted = 0.5 * walks.NOISE**2 / (bend * (2 - 0.5 * bend))
        assert last[:, k].var().item() == pytest.approx(wanted, rel=0.3)


def test_a_walk_begins_at_the_start_and_takes_each_step():
    path = walks.wander(0.1)
    assert path.shape == (walks.NUM_STEPS + 1, walks.NUM_WALKS, 2)
    assert torch.equal(path[0, 7], torch.tensor(walks.START))


def test_the_goal_needs_a_large_rate_and_an_average_that_begins_late():
    assert not walks.draw(0.1, 0).reached  # where it starts
    rates, starts = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0), (0, 20, 40, 60, 100, 150, 199)
    reached = {(lr, start) for lr in rates for start in starts if walks.draw(lr, start).reached}
    assert {lr for lr, _ in reached} == {0.4, 0.7, 1.0}
    assert {start for _, start in reached} <= {20, 40, 60}


def test_the_last_weights_alone_never_reach_the_goal():
    path = [walks._loss(walks.wander(lr)[-1]).item() for lr in (0.02, 0.05, 0.1, 0.2, 0.4, 1.0)]
    assert min(path) > 2 * walks.GOAL


@pytest.mark.parametrize("start", [0, walks.NUM_STEPS - 1])
def test_the_mean_of_one_step_is_that_step(start):
    scene = walks.draw(0.3, start)
    assert f"after {start}" in scene.says
    plots.png(still(scene))
    if start:
        last, mean = walks._loss(walks.wander(0.3)[-1]).item(), scene.says
        assert mean.count(f"{last:.4f}") == 2
