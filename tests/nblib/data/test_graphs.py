"""Two blocks of nodes, and users who click: as many edges and clicks as were asked for."""

import pytest
import torch

from nblib.data import graphs


def test_edges_are_as_frequent_as_was_asked_for():
    A, X, y = graphs.two_blocks(0.3, 0.1, seed=2, size=150, num_features=3, signal=2.0)
    assert A.shape == (300, 300)
    assert X.shape == (300, 3)
    assert y.tolist() == [0] * 150 + [1] * 150
    assert A.dtype == X.dtype == torch.float32
    assert y.dtype == torch.int64
    assert torch.equal(A, A.T)
    assert not A.diagonal().any()
    assert set(A.unique().tolist()) == {0, 1}
    same = (y[:, None] == y) & ~torch.eye(300, dtype=torch.bool, device=y.device)
    assert A[same].mean().item() == pytest.approx(0.3, abs=0.02)
    assert A[y[:, None] != y].mean().item() == pytest.approx(0.1, abs=0.02)
    assert X[y == 1, 0].mean().item() == pytest.approx(2, abs=0.3)
    assert X[y == 0, 0].mean().item() == pytest.approx(-2, abs=0.3)
    assert X[:, 1].mean().abs() < 0.2


def test_every_user_has_the_clicks_that_were_asked_for_and_hidden_ones_are_others():
    known, hidden = graphs.clicks(7, seed=1, num_users=50, num_things=40, num_hidden=3)
    assert known.shape == hidden.shape == (50, 40)
    assert known.sum(dim=1).unique().tolist() == [7]
    assert hidden.sum(dim=1).unique().tolist() == [3]
    assert not (known * hidden).any()
    clicked = (known + hidden).sum(dim=0)
    assert clicked.max() > 2 * clicked.median()  # some things are popular


def test_the_seed_draws_everything():
    assert torch.equal(graphs.clicks(5, seed=3)[0], graphs.clicks(5, seed=3)[0])
    assert not torch.equal(graphs.clicks(5, seed=3)[0], graphs.clicks(5, seed=4)[0])
    one, again, other = (graphs.two_blocks(0.1, 0.02, seed=seed)[0] for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: graphs.two_blocks(1.2, 0.1), "between 0 and 1"),
        (lambda: graphs.two_blocks(0.2, -0.1), "between 0 and 1"),
        (lambda: graphs.two_blocks(0.2, 0.1, size=0), "nodes and features"),
        (lambda: graphs.clicks(0), "clicks a user"),
        (lambda: graphs.clicks(198), "clicks a user"),
    ],
)
def test_what_makes_no_sense_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
