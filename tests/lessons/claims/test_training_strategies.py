"""The figures that *Training strategies* quotes, measured anew at full size."""

import statistics

import pytest
import torch


def middle(values):
    return values.double().quantile(0.5).item()


def gain(lesson, noise, steps, name):
    curricula = lesson["curricula"]
    return curricula[noise, steps, name] - curricula[noise, steps, "all at once"]


def height(path):
    """Return how far each row (num_splits, 11) rises above the line between its ends."""
    line = torch.lerp(path[:, :1], path[:, -1:], torch.linspace(0, 1, path.shape[1]))
    return (path - line).amax(dim=1)


def test_the_last_weights_wander_with_the_rate_and_their_mean_does_not(lesson):
    walks = lesson["walks"]
    for lr, (last, mean) in walks.items():
        assert last.var().item() == pytest.approx(lr / (2 - lr), rel=0.2)
        assert mean.var().item() == pytest.approx(1 / 1000, rel=0.2)
    assert walks[1.0][0].var() / walks[0.03][0].var() == pytest.approx(66, rel=0.25)


def test_the_setting_is_as_told(lesson):
    assert (lesson["num_splits"], lesson["num_steps"], lesson["n"]) == (10, 600, 1257)
    assert lesson["X_test"].shape == (10, 540, 64)
    assert [weight.shape[1:] for weight in lesson["one"]] == [(64, 64), (1, 64), (64, 10), (1, 10)]


LAST, HALF, EMA = "last weights", "mean of the second half", "moving average"


def test_an_average_does_the_work_of_a_falling_rate_and_adds_nothing_to_it(lesson):
    score = {key: found[0] for key, found in lesson["averaged"].items()}
    log_loss = {key: middle(found[1]) for key, found in lesson["averaged"].items()}
    for key, wanted, off in (
        (("0.1", LAST), 0.915, 0.012),
        (("0.1", HALF), 0.949, 0.006),
        (("0.1", EMA), 0.941, 0.008),
        (("0.1 → 0", LAST), 0.951, 0.005),
        (("0.02", LAST), 0.926, 0.007),
        (("0.02", HALF), 0.915, 0.01),
    ):
        assert middle(score[key]) == pytest.approx(wanted, abs=off), key
    for key, wanted, off in (
        (("0.1", LAST), 0.38, 0.1),
        (("0.1", HALF), 0.2, 0.02),
        (("0.1 → 0", LAST), 0.19, 0.02),
    ):
        assert log_loss[key] == pytest.approx(wanted, abs=off), key
    assert (score["0.1", HALF] > score["0.1", LAST]).sum() >= 8
    assert middle(score["0.1", LAST]) < middle(score["0.1", EMA]) < middle(score["0.1", HALF])
    for kept in (HALF, EMA):
        assert middle(score["0.1 → 0", kept] - score["0.1 → 0", LAST]) < 0.003
        assert middle(score["0.02", kept]) < middle(score["0.02", LAST]) + 0.001


def test_the_headline_stays_near_a_minimum_and_few_of_its_steps_are_much_better(lesson):
    X, y, num_splits = lesson["X"], lesson["y"], lesson["num_splits"]
    generator = torch.Generator().manual_seed(0)
    plan = lesson["by_lot"]([0.1] * 1000, num_splits, lesson["n"], 2, generator)
    losses, scores = [], []
    walk = lesson["train"](lesson["begin"](num_splits, generator), X, y, plan)
    for step, weights in enumerate(walk, start=1):
        if step in (300, 600, 1000):
            losses.append(middle(lesson["losses"](weights, X, y).mean(dim=1)))
        if 300 < step <= 600 and step % 10 == 0:
            scores.append(lesson["accuracy"](weights, lesson["X_test"], lesson["y_test"]))
    assert all(0.1 < loss < 0.35 for loss in losses)
    assert (torch.stack(scores) > 0.94).double().mean() < 0.25


def test_statistics_are_needed_anew_at_a_large_rate(lesson):
    last, old, own = lesson["normed"][0.2].T
    assert middle(last) == pytest.approx(0.944, abs=0.025)
    assert middle(old) == pytest.approx(0.952, abs=0.02)
    assert middle(own) == pytest.approx(0.969, abs=0.015)
    assert (own > last).sum() >= 4
    assert middle(last) < middle(old) < middle(own)
    _, old, own = lesson["normed"][0.02].T
    assert abs(middle(own - old)) < 0.006


def test_two_starts_have_a_hill_between_them_and_one_start_has_none(lesson):
    ways, middles = lesson["ways"], lesson["middles"]
    one = lesson["accuracy"](lesson["one"], lesson["X_test"], lesson["y_test"])
    assert middle(one) == pytest.approx(0.97, abs=0.006)
    for name in ("two starts", "units in another order"):
        assert middle(middles[name]) == pytest.approx(0.936, abs=0.014)
        assert (height(ways[name]) > 10 * height(ways["two starts, in order"])).sum() >= 8
        assert middle(height(ways[name])) == pytest.approx(0.27, abs=0.07)
        assert middle(ways[name][:, 5]) / middle(ways[name][:, 0]) == pytest.approx(3.4, abs=0.4)
    for name in ("one start", "forked after 300"):
        assert height(ways[name]).max() < 0.005
        assert middle(middles[name]) == pytest.approx(0.972, abs=0.006)
    assert middle(lesson["votes"]) == pytest.approx(0.971, abs=0.004)
    assert middle(height(ways["two starts, in order"])) == pytest.approx(0.018, abs=0.01)
    assert middle(middles["two starts, in order"]) == pytest.approx(0.969, abs=0.005)
    assert middle(lesson["five_starts"]) == pytest.approx(0.86, abs=0.05)


def test_units_in_another_order_make_the_same_network(lesson):
    one, renamed = lesson["PAIRS"]["units in another order"]
    X = lesson["X_test"]
    assert torch.allclose(lesson["logits"](one, X), lesson["logits"](renamed, X), atol=1e-4)


def test_easy_first_costs_with_clean_labels(lesson):
    for steps, cost, off in ((30, 0.05, 0.03), (100, 0.025, 0.01), (400, 0.013, 0.006)):
        assert middle(gain(lesson, 0.0, steps, "easy first")) == pytest.approx(-cost, abs=off)
        assert abs(middle(gain(lesson, 0.0, steps, "random, growing"))) < cost - 0.005
        easier = gain(lesson, 0.0, steps, "the easier 60 %")
        assert (easier < 0).sum() >= 9
        assert middle(easier) == pytest.approx(-0.065, abs=0.02)
    assert -0.04 < middle(gain(lesson, 0.0, 30, "hard first")) < 0
    for steps in (100, 400):
        assert (gain(lesson, 0.0, steps, "easy first") < 0).all()
        assert 0 < middle(gain(lesson, 0.0, steps, "hard first")) < 0.02


def test_with_wrong_labels_easy_first_gains_and_the_filter_gains_more(lesson):
    for steps, more, off in ((30, 0.036, 0.03), (100, 0.016, 0.02), (400, 0.003, 0.012)):
        assert middle(gain(lesson, 0.4, steps, "easy first")) == pytest.approx(more, abs=off)
        assert abs(middle(gain(lesson, 0.4, steps, "random, growing"))) < 0.025
        easier = lesson["curricula"][0.4, steps, "the easier 60 %"]
        assert middle(easier) > middle(lesson["curricula"][0.4, steps, "easy first"])
        assert (gain(lesson, 0.4, steps, "the easier 60 %") > 0).sum() >= 8
    assert middle(gain(lesson, 0.4, 30, "hard first")) < -0.12
    for name in ("held out", "own loss, 200 steps"):
        easier, harder = lesson["bad"][name]
        assert middle(easier) == pytest.approx(0.006, abs=0.005)
        assert 0.69 < middle(harder) < 0.74
    assert middle(lesson["bad"]["own loss, 2,000 steps"][0]) == pytest.approx(0.09, abs=0.02)


def test_a_batch_that_grows_does_what_a_rate_that_falls_does(lesson):
    plans = lesson["by_plan"]
    steps = {name: found[0] for name, found in plans.items()}
    loss = {name: middle(found[2]) for name, found in plans.items()}
    assert steps["rate 0.6, rate ÷ 4"] == steps["rate 0.6, constant"] == 1264
    assert steps["rate 0.6, batch × 4"] == steps["rate 0.6, constant, 424 steps"] == 424
    falls, grows = loss["rate 0.6, rate ÷ 4"], loss["rate 0.6, batch × 4"]
    assert falls == pytest.approx(0.0038, abs=0.0004)
    assert grows == pytest.approx(falls, rel=0.05)
    assert loss["rate 0.6, constant, 424 steps"] > 2 * grows
    for how in ("constant", "rate ÷ 4", "batch × 4"):
        assert middle(plans[f"rate 0.6, {how}"][1]) == pytest.approx(0.973, abs=0.004)
    assert plans["rate 0.6 × 16, batch × 16"][2].isnan().all()


def test_at_the_rate_1_it_is_the_noise_that_drives_the_weights_away(lesson):
    plans = lesson["by_plan"]
    assert middle(plans["rate 1, constant"][2]) > 1e9
    assert middle(plans["rate 1, all in a batch"][2]) == pytest.approx(0.09, abs=0.02)
    assert middle(plans["rate 1, constant"][1]) == pytest.approx(0.77, abs=0.06)
    assert middle(plans["rate 1, batch × 4"][1]) == pytest.approx(0.954, abs=0.01)


def test_bfloat16_is_coarse():
    numbers = torch.arange(-(1 << 15), 1 << 15, dtype=torch.int16).view(torch.bfloat16).float()
    for low in (1.0, 2.0):
        assert ((low <= numbers) & (numbers < 2 * low)).sum() == 128
    near = numbers[(numbers > 0.0999) & (numbers < 0.1011)].sort().values
    assert near.diff().tolist() == pytest.approx([0.0005] * (len(near) - 1), rel=0.03)
    assert torch.finfo(torch.float16).max == 65504
    assert (numbers == 1000).any()


def test_nearest_rounding_swallows_small_steps_and_rounding_by_lot_does_not(lesson):
    score = {key: middle(found[0]) for key, found in lesson["halves"].items()}
    moved = {key: found[1] for key, found in lesson["halves"].items()}
    assert score[0.1, "nearest"] == pytest.approx(score[0.1, "float32"], abs=0.005)
    assert score[0.01, "float32"] - score[0.01, "nearest"] == pytest.approx(0.037, abs=0.012)
    assert score[0.003, "float32"] == pytest.approx(0.73, abs=0.04)
    assert score[0.003, "nearest"] == pytest.approx(0.37, abs=0.12)
    assert score[0.003, "nearest"] < 0.7 * score[0.003, "float32"]
    for lr in (0.1, 0.01, 0.003):
        assert score[lr, "by lot"] == pytest.approx(score[lr, "float32"], abs=0.01)
        assert moved[lr, "float32"] == pytest.approx(0.945, abs=0.01)
    assert moved[0.003, "nearest"] == pytest.approx(0.05, abs=0.005)
    assert moved[0.003, "by lot"] == pytest.approx(0.12, abs=0.007)
    always_dark = (lesson["X"] == 0).all(dim=1).double().mean()
    assert 1 - moved[0.003, "float32"] == pytest.approx(always_dark.item(), abs=0.01)


def test_an_average_in_bfloat16_stands_still(lesson):
    held = {key: middle(found) for key, found in lesson["held"].items()}
    assert held[0.99, "bfloat16"] == pytest.approx(held[0.99, "float32"], abs=0.006)
    assert held[0.999, "float32"] == pytest.approx(0.964, abs=0.005)
    assert held[0.999, "bfloat16"] == pytest.approx(0.63, abs=0.08)
    mean = 1 + torch.arange(128) / 128  # all that bfloat16 has from 1 to 2
    nearly_two, four = ((mean + 0.001 * d * mean).bfloat16().float() for d in (1.9, 4))
    assert torch.equal(nearly_two, mean)
    assert (four > mean).all()


def test_on_a_healthy_training_nothing_beats_the_seed_and_two_do_harm(lesson):
    gains, said, spread = lesson["gains"], lesson["said"], lesson["spread"]
    assert len(gains) == 10
    assert spread == pytest.approx(statistics.stdev(lesson["scores"]["plain"].tolist()))
    assert 0.002 < spread < 0.015
    for name in ("easy first", "rate falls to 0"):
        assert said[name] != "helps"
        assert middle(gains[name]) == pytest.approx(-0.009, abs=0.005)
        assert (gains[name] < 0).sum() >= 8
    for name in ("hard first", "rate 0.3"):
        assert 0 < middle(gains[name]) < 0.009
        assert said[name] != "hurts"
    for name in gains.keys() - {"hard first", "rate 0.3", "easy first", "rate falls to 0"}:
        assert said[name] != "helps"
        assert abs(middle(gains[name])) < 0.006
