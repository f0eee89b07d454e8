"""Who likes what: known and hidden likings, new things, and features that tell something."""

import pytest
import torch
from sklearn.metrics import roc_auc_score

from nblib.data.catalogue import catalogue


def test_shapes_and_parts():
    world = catalogue(1, num_users=120, num_things=90)
    assert world.known.shape == world.hidden.shape == world.truth.shape == (120, 90)
    assert world.known.dtype == world.hidden.dtype == world.is_new.dtype == torch.bool
    assert world.users.shape == (120, 4)
    assert world.things.shape == (90, 4)
    assert not (world.known & world.hidden).any()
    assert not world.known[:, world.is_new].any()
    assert world.hidden[:, world.is_new].any()


def test_likings_come_with_the_probability_that_is_told():
    world = catalogue(2)
    liked = world.known | world.hidden
    assert liked.double().mean().item() == pytest.approx(
        world.truth.sigmoid().double().mean().item(), abs=0.005
    )
    likely = world.truth.sigmoid() > 0.7
    assert liked[likely].double().mean() > 0.7


def test_a_fifth_of_the_known_things_likings_is_hidden():
    world = catalogue(3)
    known, hidden = (part[:, ~world.is_new].sum().item() for part in (world.known, world.hidden))
    assert hidden / (known + hidden) == pytest.approx(0.2, abs=0.02)
    assert world.is_new.double().mean().item() == pytest.approx(0.15, abs=0.06)


def test_features_tell_a_part_of_the_likings_and_not_all():
    world = catalogue(4)
    pairs = torch.einsum("ua,ib->uiab", world.users, world.things).flatten(2).flatten(0, 1)
    X = torch.cat([pairs, torch.ones(len(pairs), 1, device=pairs.device)], dim=1)
    weights = torch.linalg.lstsq(X, world.truth.reshape(-1, 1)).solution
    liked = (world.known | world.hidden).flatten().cpu()
    by_features = roc_auc_score(liked, (X @ weights).flatten().cpu())
    by_truth = roc_auc_score(liked, world.truth.flatten().cpu())
    assert 0.55 < by_features < by_truth - 0.05


def test_the_seed_draws_everything():
    assert all(torch.equal(a, b) for a, b in zip(catalogue(5), catalogue(5), strict=True))
    assert not torch.equal(catalogue(5).known, catalogue(6).known)


@pytest.mark.parametrize("options", [{"num_users": 0}, {"num_things": 0}, {"share_new": 1.0}])
def test_what_makes_no_sense_is_refused(options):
    with pytest.raises(ValueError, match="a catalogue needs"):
        catalogue(**options)
