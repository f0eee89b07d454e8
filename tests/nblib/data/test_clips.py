"""Films of drifting digits: each frame is the one before, moved; none tells the direction."""

import itertools

import pytest
import torch

from nblib.data import clips


def test_each_frame_is_the_one_before_moved_by_a_pixel():
    X, y = clips.drifting_digits(40, seed=3)
    assert X.shape == (40, 4, 12, 12)
    assert X.dtype == torch.float32
    assert y.dtype == torch.int64
    steps = {"right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)}
    assert set(y.tolist()) == {0, 1, 2, 3}
    for film, direction in zip(X, y.tolist(), strict=True):
        step = steps[clips.DIRECTIONS[direction]]
        for before, after in itertools.pairwise(film):
            assert torch.equal(after, before.roll(step, (0, 1)))


def test_films_are_drawn_by_the_seed_and_unseen_digits_are_others():
    first, again = clips.drifting_digits(5, seed=1), clips.drifting_digits(5, seed=1)
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], clips.drifting_digits(5, seed=2)[0])
    ink = [X.sum(dim=(2, 3))[:, 0] for X, _ in (first, clips.drifting_digits(5, 1, unseen=True))]
    assert not torch.equal(*ink)
    assert first[0].min() == 0
    assert first[0].max() <= 1


def test_digits_stand_in_the_frame_where_they_are_told_to():
    middle, y, X, y_test = clips.framed_digits(seed=4)
    moved = clips.framed_digits(seed=4, down=2, right=-1)
    assert middle.shape == (1257, 12, 12)
    assert X.shape == (540, 12, 12)
    assert torch.equal(moved[0], middle)
    assert torch.equal(moved[2], X.roll((2, -1), (1, 2)))
    assert torch.equal(moved[1], y)
    assert torch.equal(moved[3], y_test)
    assert not X[:, :2].any()
    assert not X[:, :, -2:].any()


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="clips and frames"):
        clips.drifting_digits(0)
    with pytest.raises(ValueError, match="clips and frames"):
        clips.drifting_digits(3, num_frames=0)
    with pytest.raises(ValueError, match="from -2 to 2"):
        clips.framed_digits(down=3)
