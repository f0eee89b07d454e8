"""The references of *After training* are those of the libraries, and its judges can fail."""

import math

import pytest
import torch
from scipy import stats

from nblib import checks, streams
from nblib.oracles import after_training as oracle


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def said(insist, *args, **kwargs):
    """The sentence with which a check fails, or "" where it passes."""
    try:
        with checks.hidden("a check") as check:
            insist(check, *args, **kwargs)
    except checks.CheckFailed as failed:
        return failed.verdict.diagnosis
    return ""


@pytest.mark.parametrize("kind", oracle.KINDS)
@pytest.mark.parametrize("seed", range(20))
def test_tables_have_changed_as_they_say(kind, seed):
    generator = torch.Generator().manual_seed(seed)
    before, after = oracle.some_tables(kind, 3, 4, generator)
    assert oracle.what_changed(before, after) == kind
    assert after.sum().item() == pytest.approx(1)
    for of in (
        lambda p: p.sum(dim=1),
        lambda p: p.sum(dim=0),
        lambda p: p / p.sum(dim=1, keepdim=True),
        lambda p: p / p.sum(dim=0),
    ):  # as the card says: equal, or 0.01 apart in some place
        apart = (of(before) - of(after)).abs().max()
        assert apart < 1e-9 or apart > 0.01


def test_a_permutation_p_is_uniform_where_nothing_has_changed(generator):
    p = [
        oracle.permutation_p(
            lambda A, B: float((A.mean() - B.mean()).abs()),
            *torch.randn(2, 12, 1, generator=generator),
            19,
            generator,
        )
        for _ in range(400)
    ]
    assert min(p) == pytest.approx(0.05)
    assert sum(value <= 0.05 for value in p) / 400 == pytest.approx(0.05, abs=0.03)


def test_holm_is_never_behind_bonferroni_nor_before_benjamini_hochberg(generator):
    for _ in range(50):
        p = oracle.some_p_values(20, 8, generator)
        few, more, most = (
            oracle.alarms(p, 0.05, method)
            for method in ("bonferroni", "holm", "benjamini-hochberg")
        )
        assert (few <= more).all()
        assert (more <= most).all()


def test_shares_of_classes_come_to_where_one_more_step_changes_nothing(generator):
    probs, prior = oracle.some_probabilities(50, 3, generator)
    shares, corrected = oracle.prior_shift(probs, prior, 5000)
    assert corrected.sum(dim=1).tolist() == pytest.approx([1.0] * 50)
    assert corrected.mean(dim=0).tolist() == pytest.approx(shares.tolist(), abs=1e-6)


def test_a_threshold_is_good_enough_and_each_smaller_one_is_not(generator):
    confidence, correct = oracle.some_answers(60, generator)
    t, share = oracle.threshold(confidence, correct, 0.8)
    assert correct[confidence >= t].double().mean() >= 0.8
    assert share == (confidence >= t).double().mean()
    for smaller in confidence[confidence < t].tolist():
        assert correct[confidence >= smaller].double().mean() < 0.8
    assert oracle.threshold(confidence, correct & ~correct, 0.5) == (math.inf, 0)


def test_the_area_is_that_of_mann_and_whitney(generator):
    losses = oracle.some_losses(9, 14, generator)
    u = stats.mannwhitneyu(losses[1].numpy(), losses[0].numpy()).statistic
    assert oracle.auc(*losses) == pytest.approx(u / (9 * 14))
    assert oracle.advantage(torch.tensor([2.0]), torch.tensor([1.0])) == 0


def test_one_example_moves_a_private_sum_by_twice_the_clip_at_most(generator):
    grads = oracle.some_gradients(8, generator)
    other = [g.clone() for g in grads]
    for g in other:
        g[3] = -1e6 * g[5]
    one, two = (oracle.dp_gradient(g, 0.7, 0.0, 1.0, generator) for g in (grads, other))
    moved = math.sqrt(sum(float((a - b).square().sum()) for a, b in zip(one, two, strict=True)))
    assert 0.1 < moved <= 1.4 + 1e-5


def test_an_archive_is_served_and_a_planted_one_refused(generator):
    assert said(oracle.insist_on_refusals, oracle.serve, generator) == ""
    parts, X = oracle.some_archive(4, 3, generator)
    assert {*oracle.serve(oracle.archive(parts), X)} <= {*parts["classes"]}
    refuses_all = said(oracle.insist_on_refusals, lambda archive, X: 1 / 0, generator)
    assert refuses_all == "A sound archive is refused."


def test_policies_are_judged_by_their_score():
    assert said(oracle.insist_on_score, oracle.by_alarm, oracle.known, 0.015) == ""
    lazy = said(oracle.insist_on_score, lambda look, ask, retrain: None, oracle.known, 0.0)
    assert lazy.startswith("No label is asked for")
    clock = said(oracle.insist_on_score, oracle.every(9, 3), oracle.known, 0.0)
    assert clock.startswith("In a stream without any drift there are 6.0 trainings on average")


def test_what_a_policy_is_handed_leads_to_no_book():
    def free(look, ask, retrain):
        look.__self__.num_labels = 0

    with checks.hidden("a check") as check, pytest.raises(AttributeError):
        oracle.insist_on_score(check, free, oracle.known, 0.0)


def test_policies_are_judged_on_streams_of_each_kind():
    assert [stream.kind for stream in oracle.unseen()] == [k for k in streams.KINDS for _ in "1234"]


def test_k_and_l_of_each_table_by_hand(generator):
    found = [oracle.k_and_l(*case) for case in oracle.some_tables_of_people(generator)]
    assert found == [(2, 2), (3, 3), (2, 2), (4, 2), (3, 1), (3, 2), (2, 2), (2, 2), (5, 3)]
