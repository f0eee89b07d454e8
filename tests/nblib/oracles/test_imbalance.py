"""The references of *Imbalance* are those of the libraries, and its checks of chance can fail."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from checked import said_by
from sklearn import metrics
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional as F

from nblib import checks
from nblib.oracles import imbalance, smote


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def labels(generator):
    return torch.randint(3, (2, 60), generator=generator)


@pytest.fixture
def scored(generator):
    """Labels, 0 or 1, and scores with many ties."""
    y = torch.randint(2, (50,), generator=generator)
    return y, torch.randint(9, (50,), generator=generator).double() / 7 - 0.5


def test_decisions_are_those_of_scikit_learn(labels):
    matrix = imbalance.confusion(*labels, 3)
    np.testing.assert_array_equal(matrix, metrics.confusion_matrix(*labels))
    assert imbalance.macro_f1(matrix) == pytest.approx(metrics.f1_score(*labels, average="macro"))
    y, y_hat = labels > 0
    wanted = metrics.precision_recall_fscore_support(y, y_hat, average="binary")[:3]
    assert imbalance.ratios(imbalance.confusion(*(labels > 0).long(), 2)) == pytest.approx(wanted)
    assert all(map(math.isnan, imbalance.ratios(torch.tensor([[3, 0], [0, 0]]))))


def test_areas_are_those_of_scikit_learn(scored):
    assert imbalance.roc_auc(*scored) == pytest.approx(metrics.roc_auc_score(*scored))
    wanted = metrics.average_precision_score(*scored)
    assert imbalance.average_precision(*scored) == pytest.approx(wanted)


def test_weights_balance(labels):
    y = labels[0]
    wanted = compute_class_weight("balanced", classes=np.arange(3), y=y.numpy())
    np.testing.assert_allclose(imbalance.class_weights(y, 3), wanted)
    two = (y > 0).long()
    weights = imbalance.class_weights(two, 2)
    assert imbalance.positive_weight(two) == pytest.approx((weights[1] / weights[0]).item())
    assert imbalance.starting_bias(two) == pytest.approx(torch.logit(two.double().mean()).item())


def test_a_prior_goes_there_and_back():
    p = torch.tensor([[0.0, 0.2], [0.7, 1.0]])
    there = imbalance.correct_prior(p, 0.3, 0.05)
    assert there.dtype == p.dtype
    assert there[0, 1].item() == pytest.approx(
        0.2 * 0.05 / 0.3 / (0.2 * 0.05 / 0.3 + 0.8 * 0.95 / 0.7)
    )
    torch.testing.assert_close(imbalance.correct_prior(there, 0.05, 0.3), p)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.5])
def test_focal_loss_is_a_cross_entropy_with_another_slope(generator, gamma):
    z = 2 * torch.randn(9, generator=generator, dtype=torch.float64)
    y = torch.tensor([0, 1, 1, 0, 0, 1, 0, 1, 1])
    if gamma == 0:
        wanted = F.binary_cross_entropy_with_logits(z, y.double()) / 2
        torch.testing.assert_close(imbalance.focal_loss(z, y, 0.0, 0.5), wanted)
    slope = checks.grad_of(imbalance.focal_loss, z, y, gamma, 0.3)
    torch.testing.assert_close(imbalance.focal_slope(z, y, gamma, 0.3), slope)


def test_the_cheapest_threshold_is_the_lowest_of_the_cheapest():
    for y, p, *test_set, alarm, miss in imbalance.priced_examples():
        candidates = [*p.unique().tolist(), math.inf]
        costs = [
            (alarm * ((p >= t) & (y == 0)) + miss * ((p < t) & (y == 1))).mean(dtype=torch.float64)
            for t in candidates
        ]
        lowest = candidates[int(torch.stack(costs).argmin())]
        found, cost = imbalance.choose_threshold(y, p, *test_set, alarm, miss)
        assert found == lowest
        (_, alarms), (misses, _) = metrics.confusion_matrix(test_set[0], test_set[1] >= lowest)
        assert cost == pytest.approx((alarm * alarms + miss * misses) / len(test_set[0]))


def test_honest_scores_are_standardized_by_the_other_folds(generator):
    X, fold = torch.randn(12, 2, generator=generator), torch.arange(12) % 3
    y = torch.arange(12) // 3 % 2
    came = imbalance.honest_scores(X, y, fold, lambda X, y: (X, y), lambda X, y, X_new: X_new[:, 1])
    for f in range(3):
        wanted = StandardScaler().fit(X[fold != f]).transform(X[fold == f])[:, 1]
        torch.testing.assert_close(came[fold == f], torch.from_numpy(wanted), check_dtype=False)
    assert imbalance.what_leaks(X, y, fold)(imbalance.honest_scores) == [False] * 3


PLACES = torch.tensor([0, 0, 1, 0, 0, 0, 2, 0, 2, 0] * 5)


def drawn(weights, generator):
    return torch.multinomial(weights[PLACES], 4000, replacement=True, generator=generator)


def test_draws_that_are_alike_pass(generator):
    for _ in range(200):
        places = imbalance.balanced_indices(PLACES, 4000, generator)
        assert said_by(imbalance.drawn_alike, places, PLACES) == ""


@pytest.mark.parametrize("sentence", imbalance.DRAWN_SHARES)
def test_shares_of_classes_are_named(generator, sentence):
    shares = imbalance.DRAWN_SHARES[sentence](torch.bincount(PLACES).double())
    places = drawn(shares / torch.bincount(PLACES), generator)
    assert said_by(imbalance.drawn_alike, places, PLACES) == sentence


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda places: places + 1, "are no places in `y`"),
        (lambda places: PLACES[places], "are these classes?"),
        (lambda places: torch.where(places == 3, 0, places), "Some examples never come"),
        (lambda places: places[PLACES[places].argsort()], "in blocks"),
        (
            lambda places: torch.where(places == 3, 4, places).put_(
                torch.tensor([9]), torch.tensor([3])
            ),
            "more often",
        ),
    ],
    ids=["outside", "classes", "one left out", "blocks", "one hardly ever"],
)
def test_draws_that_are_not_alike_fail(generator, wrong, sentence):
    places = wrong(imbalance.balanced_indices(PLACES, 4000, generator))
    assert sentence in said_by(imbalance.drawn_alike, places, PLACES)


def test_draws_in_turn_and_draws_without_replacement_fail(generator):
    members = [torch.where(k == PLACES)[0] for k in range(3)]
    turns = [torch.randint(len(m), (1400,), generator=generator) for m in members]
    in_turn = torch.stack([m[t] for m, t in zip(members, turns, strict=True)], dim=1).flatten()
    assert "in turn" in said_by(imbalance.drawn_alike, in_turn, PLACES)
    even = torch.cat([m.repeat(1400 // len(m)) for m in members])
    even = even[torch.randperm(len(even), generator=generator)]
    assert "with replacement" in said_by(imbalance.drawn_alike, even, PLACES)


@pytest.fixture
def rare(generator):
    """Points of which ten are of class 1."""
    return torch.randn(40, 5, generator=generator), torch.tensor([0, 1, 0, 0] * 10)


def test_neighbours_are_those_of_scikit_learn(rare, generator):
    positives = rare[0][rare[1] == 1]
    graph = NearestNeighbors(n_neighbors=3).fit(positives).kneighbors_graph().toarray() > 0
    found = smote.joint(smote.smote(*rare, 2000, 3, generator), positives)
    seen = {*zip(found.first.tolist(), found.second.tolist(), strict=True)}
    assert seen == {(i, j) for i, j in np.argwhere(graph | graph.T).tolist() if i < j}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_smote_passes(rare, generator, dtype):
    X, y = rare
    for _ in range(20):
        new = smote.smote(X.to(dtype), y, 1500, 3, generator)
        assert new.dtype == dtype
        for look in (smote.lie_between_neighbours, smote.come_alike):
            assert said_by(look, new, X.to(dtype), y, 3) == ""


def between(rare, generator, share, start=None, k=3):
    """Points as SMOTE makes them, with another share λ(n) or other first ends."""
    X, y = rare
    positives = X[y == 1]
    near = torch.cdist(positives, positives).fill_diagonal_(math.inf).topk(k, largest=False).indices
    i = torch.randint(10, (1500,), generator=generator) if start is None else start
    j = near[i, torch.randint(k, (1500,), generator=generator)]
    return positives[i] + share(torch.rand(1500, 1, generator=generator)) * (
        positives[j] - positives[i]
    )


WHERE, HOW_OFTEN = smote.lie_between_neighbours, smote.come_alike


@pytest.mark.parametrize(
    ("look", "share", "others", "sentence"),
    [
        (WHERE, lambda r: 0 * r, {}, "copies of old ones"),
        (WHERE, lambda r: (r < 0.9) * r, {}, "its own neighbour"),
        (WHERE, lambda r: 2 * r, {}, "beyond the ends"),
        (WHERE, lambda r: r, {"k": 5}, "k nearest"),
        (WHERE, lambda r: r.repeat(1, 5) ** torch.arange(1, 6), {}, "in the box"),
        (WHERE, lambda r: r.repeat(1, 5) * torch.arange(5), {}, "on no line"),
        (HOW_OFTEN, lambda r: 0 * r + 0.4, {}, "the same share"),
        (HOW_OFTEN, lambda r: r / 2, {}, "not spread evenly"),
        (HOW_OFTEN, lambda r: r, {"k": 2}, "never come"),
        (HOW_OFTEN, lambda r: r, {"k": 5}, "do not lie between"),
        (HOW_OFTEN, lambda r: r, {"start": torch.zeros(1500).long()}, "no end of any"),
        (
            HOW_OFTEN,
            lambda r: r,
            {"start": (torch.arange(1500) % 19 - 9).clamp(min=0)},
            "far more often",
        ),
    ],
)
def test_what_smote_does_wrong_is_seen(rare, generator, look, share, others, sentence):
    assert sentence in said_by(look, between(rare, generator, share, **others), *rare, 3)


def test_points_of_the_other_class_are_seen(rare, generator):
    X, y = rare
    others = smote.smote(X, 1 - y, 300, 3, generator)
    assert "points of class 0" in said_by(smote.lie_between_neighbours, others, X, y, 3)
    mixed = (X[y == 1][:, None] + X[y == 0][:10]).flatten(0, 1) / 2
    assert "between the classes" in said_by(smote.lie_between_neighbours, mixed, X, y, 3)


def members(change=lambda rows, y, generator: rows, num=lambda n: n):
    """A balanced ensemble whose members see other rows."""

    def answer(X, y, X_new, fit_predict, num_members, generator):
        positives, negatives = (torch.where(y == label)[0] for label in (1, 0))
        for _ in range(num(num_members)):
            lot = torch.randperm(len(negatives), generator=generator)[: len(positives)]
            rows = change(torch.cat([positives, negatives[lot]]), y, generator)
            fit_predict(X[rows], y[rows], X_new)
        return X_new[:, 0]

    return answer


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (members(), ""),
        (members(lambda rows, y, g: rows.flip(0)), ""),
        (imbalance.balanced_ensemble, ""),
        (members(num=lambda n: n + 1), "More members"),
        (members(num=lambda n: n - 1), "Fewer members"),
        (members(lambda rows, y, g: torch.where(y >= 0)[0]), "more negatives"),
        (members(lambda rows, y, g: rows[:-1]), "fewer negatives"),
        (members(lambda rows, y, g: rows[1:]), "misses some positives"),
        (members(lambda rows, y, g: torch.cat([rows, rows[:1]])), "a positive twice"),
        (members(lambda rows, y, g: torch.cat([rows[:-1], rows[-2:-1]])), "a negative twice"),
        (members(lambda rows, y, g: torch.tensor([2, 6, 11, 14, 0, 1, 3, 4])), "same negatives"),
    ],
)
def test_members_are_watched(generator, answer, sentence):
    y = torch.tensor([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    X = torch.stack([torch.arange(15.0), 10 + torch.arange(15.0) ** 2], dim=1)
    found = said_by(imbalance.follow_members, answer, X, y, 250, generator)
    assert found == "" if not sentence else sentence in found


def test_negatives_that_never_or_seldom_come_are_seen(generator):
    y = torch.tensor([1] * 4 + [0] * 11)
    X = torch.arange(15.0)[:, None]

    def windows(rows, y, g, most=8):
        start = 4 + torch.randint(most, (1,), generator=g).item()
        return torch.cat([rows[:4], torch.arange(start, start + 4)])

    look = partial(said_by, imbalance.follow_members)
    assert "far more members" in look(members(windows), X, y, 250, generator)
    few = members(partial(windows, most=5))
    assert "by no member" in look(few, X, y, 250, generator)
