"""Streams drift as their kind says, and a game hides what has not been paid for."""

from dataclasses import replace

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from nblib import streams

START, LATER = slice(0, 5), slice(5, None)


def drawn(kind, seed=0, **options):
    return streams.draw(kind, torch.Generator().manual_seed(seed), **options)


def model_of(X, y):
    """The model of the game, by scikit-learn."""
    X = torch.cat([X.flatten(0, 1), torch.ones(X.shape[0] * X.shape[1], 1)], dim=1).double()
    return LogisticRegression(fit_intercept=False, tol=1e-8).fit(X, y.flatten())


def accuracies_of(model, X, y):
    ones = torch.ones(*X.shape[:2], 1)
    return [
        model.score(torch.cat(each, dim=1).double(), labels)
        for *each, labels in zip(X, ones, y, strict=True)
    ]


def never(look, ask, retrain):
    pass


@pytest.mark.parametrize("seed", range(3))
def test_what_was_learned_at_the_start_ages_by_kind(seed):
    drift = {
        kind: torch.tensor(streams.play(never, drawn(kind, seed)).accuracies)
        for kind in streams.KINDS
    }
    assert drift["none"].mean() == pytest.approx(0.86, abs=0.02)
    assert drift["none"][:30].mean() == pytest.approx(drift["none"][30:].mean().item(), abs=0.02)
    first, last = drift["abrupt"][:15].mean(), drift["abrupt"][41:].mean()
    assert first > 0.8
    assert last < 0.65
    jump = drift["abrupt"].diff().argmin()
    assert drift["abrupt"][: jump + 1].min() > drift["abrupt"][jump + 1 :].max()
    thirds = [part.mean().item() for part in drift["gradual"].split(20)]
    assert thirds == sorted(thirds, reverse=True)
    assert thirds[0] > thirds[2] + 0.3
    assert drift["recurring"][:10].mean() > 0.8
    assert drift["recurring"][10:].max() > 0.78  # it comes back
    assert drift["recurring"].min() < 0.65


@pytest.mark.parametrize("kind", streams.KINDS)
def test_the_features_tell_nothing_unless_they_are_to(kind):
    blind, seen = drawn(kind, 3).X, drawn(kind, 3, visible=2.0).X
    assert blind.mean(dim=(0, 1)).abs().max() < 0.05
    assert blind.std(dim=(0, 1)).tolist() == pytest.approx([1] * 10, abs=0.05)
    moved = (seen - blind).mean(dim=1).norm(dim=1)  # (65,)
    if kind == "none":
        assert not moved.any()
    else:
        assert moved[START].max() == 0
        assert 2 * 1.2 <= moved.max() <= 2 * 2.7


def test_a_tenth_of_the_labels_is_flipped_and_the_classes_are_equal():
    stream = drawn("none", 5)
    X, y = stream.X.flatten(0, 1), stream.y.flatten()
    assert LogisticRegression(C=100).fit(X, y).score(X, y) == pytest.approx(0.89, abs=0.015)
    assert y.double().mean().item() == pytest.approx(0.5, abs=0.03)


def test_the_generator_draws_everything():
    assert torch.equal(drawn("gradual", 1).X, drawn("gradual", 1).X)
    assert torch.equal(drawn("gradual", 1).y, drawn("gradual", 1).y)
    assert not torch.equal(drawn("gradual", 1).X, drawn("gradual", 2).X)


def test_the_model_is_that_of_scikit_learn():
    stream = drawn("abrupt")
    model = model_of(stream.X[START], stream.y[START])
    expected = accuracies_of(model, stream.X[LATER], stream.y[LATER])
    assert streams.play(never, stream).accuracies == pytest.approx(expected)

    def once(look, ask, retrain):
        for _ in range(50):
            X, p = look()
        seen.extend([X, p])
        ask(48)
        ask(49, 30)
        retrain([49, 48, 49, 47])

    seen = []
    game = streams.play(once, stream)
    with_ones = torch.cat([seen[0], torch.ones(100, 1)], dim=1).double()
    assert seen[1].tolist() == pytest.approx(
        model.predict_proba(with_ones)[:, 1].tolist(), abs=1e-4
    )
    rows = [stream.X[53], stream.X[54, :30]], [stream.y[53], stream.y[54, :30]]
    later = model_of(*(torch.cat(part)[None] for part in rows))
    expected[50:] = accuracies_of(later, stream.X[55:], stream.y[55:])
    assert game.accuracies == pytest.approx(expected)
    assert (game.num_labels, game.trainings) == (130, (49,))


def test_labels_are_paid_for_once_and_those_of_the_start_never():
    stream = drawn("none")

    def policy(look, ask, retrain):
        assert torch.equal(ask(-2), stream.y[3])
        retrain(range(-5, 0))
        look()
        assert torch.equal(ask(0, 20), stream.y[5, :20])
        ask(0, 10)
        ask(0, 50)
        look()
        ask(0, num=60)
        retrain(torch.tensor([0, 1]))

    game = streams.play(policy, stream)
    assert (game.num_labels, game.num_trainings, game.trainings) == (60, 2, (-1, 1))
    assert len(game.accuracies) == 60
    assert game.score == pytest.approx(game.accuracy - (60 * 0.1 + 2 * 10) / 6000)
    assert game.score_at(1, 60) == pytest.approx(game.accuracy - 180 / 6000)


def test_a_policy_cannot_make_labels_free():
    def pays(look, ask, retrain):
        for t in range(60):
            look()
            ask(t)
        retrain([58, 59])
        for name in ("num_labels", "trainings", "_num_known"):
            for function in (look, ask, retrain):
                owner = getattr(function, "__self__", function)
                setattr(owner, name, 0)
                assert not isinstance(owner, streams.Game)

    game = streams.play(pays, drawn("none"))
    assert (game.num_labels, game.num_trainings) == (6000, 1)
    assert game.score == pytest.approx(game.accuracy - (600 + 10) / 6000)
    with pytest.raises(AttributeError):
        game.num_labels = 0


def test_what_is_not_paid_for_cannot_be_seen():
    def watch(look, ask, retrain):
        for t in range(60):
            seen.append(torch.cat([*look()[0], ask(t, 10)]).tolist())
            if t == 30:
                retrain(range(20, 31))

    stream, looks = drawn("recurring"), []
    other = stream.y.clone()
    other[LATER, 10:] = 1 - other[LATER, 10:]
    for y in (stream.y, other):
        seen = []
        streams.play(watch, replace(stream, y=y))
        looks.append(seen)
    assert looks[0] == looks[1]


@pytest.mark.parametrize(
    ("wish", "error", "says"),
    [
        (lambda look, ask, retrain: ask(0), ValueError, "batches −5 to -1 now, not 0"),
        (lambda look, ask, retrain: ask(-6), ValueError, "not -6"),
        (lambda look, ask, retrain: ask(-1, 101), ValueError, "1 to 100 labels"),
        (lambda look, ask, retrain: ask(-1, 0), ValueError, "1 to 100 labels"),
        (lambda look, ask, retrain: retrain([0]), ValueError, "not 0"),
        (lambda look, ask, retrain: retrain([]), ValueError, "ask for some first"),
        (lambda look, ask, retrain: [look(), retrain([0])], ValueError, "ask for some first"),
        (lambda look, ask, retrain: retrain(-1), TypeError, r"a list such as \[-1\]"),
        (lambda look, ask, retrain: [look() for _ in range(61)], RuntimeError, "is over"),
    ],
)
def test_what_cannot_be_is_refused(wish, error, says):
    with pytest.raises(error, match=says):
        streams.play(wish, drawn("none"))


def test_there_are_four_kinds():
    with pytest.raises(ValueError, match="none, abrupt, gradual, recurring"):
        drawn("sudden")
