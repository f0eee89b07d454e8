"""The figures that *Case studies* quotes, measured anew at full size."""

import math
import statistics

import pytest
import torch
from scipy.stats import t

from nblib.data.catalogue import catalogue
from nblib.data.shelves import shelves
from nblib.oracles import case_studies as oracle


def middle(values):
    return statistics.median(float(value) for value in values)


def medians(table):
    """Return the median of each column of (seeds, columns)."""
    return table.double().quantile(0.5, dim=0).tolist()


# Flowers


def test_five_steps_are_no_staircase(lesson):
    test = {name: statistics.fmean(found) for name, found in lesson["test"].items()}
    assert test["most common"] == pytest.approx(0.2, abs=0.03)
    assert test["mean colour"] == pytest.approx(0.57, abs=0.01)
    assert test["1 simple"] == pytest.approx(0.40, abs=0.06)
    assert test["2 tuned"] == pytest.approx(0.74, abs=0.02)
    assert test["3 augmented"] == pytest.approx(0.78, abs=0.02)
    assert test["4 cosine"] == pytest.approx(0.81, abs=0.02)
    assert test["4 going on"] == pytest.approx(0.83, abs=0.02)
    assert test["5 frozen"] == pytest.approx(0.83, abs=0.015)
    assert test["5 fine-tuned"] == pytest.approx(0.88, abs=0.015)
    assert max(lesson["test"]["1 simple"]) < min(lesson["test"]["mean colour"])
    gains = [test["2 tuned"] - test["1 simple"], test["3 augmented"] - test["2 tuned"]]
    gains += [test["4 going on"] - test["3 augmented"], test["5 fine-tuned"] - test["4 going on"]]
    assert max(gains) == gains[0] > 0.3
    assert min(gains) > 0
    assert test["3 augmented"] < test["4 cosine"] < test["4 going on"] + 0.01


def test_the_network_is_as_small_as_it_is_called(lesson):
    model = lesson["fresh"](0)
    assert sum(p.numel() for p in model.parameters()) == 4037


def test_three_seeds_of_fifty_flowers_cannot_tell_rates_apart(lesson):
    kept, got = lesson["kept"], lesson["got"].mean(dim=1).tolist()
    assert lesson["RATES"][lesson["best"]] == 0.002
    assert [lesson["RATES"][i] for i in lesson["near"]] == [0.0005, 0.002, 0.005]
    assert kept[0].tolist() == pytest.approx([0.5, 0.58, 0.38], abs=0.05)
    assert got[2] == pytest.approx(got[1], abs=0.05)
    assert got[0] < got[1] - 0.1
    assert math.sqrt(0.25 / 50) == pytest.approx(0.07, abs=1e-3)
    assert 1 - 2 * t.sf(2, df=2) == pytest.approx(0.82, abs=5e-3)  # 2 s with three seeds


def test_what_the_judge_says_of_changes(lesson):
    X, y = lesson["blossoms"](1000, seed=77)
    X, y = X.cpu(), y.cpu()
    judged = {name: oracle.judged(change(X), y) for name, change in lesson["CHANGES"].items()}
    assert judged["none"] == pytest.approx(0.89, abs=0.01)
    for name in ("mirrored", "turned by 90°", "moved by 2", "light × 0.8"):
        assert judged[name] > 0.85
    assert judged["red and blue exchanged"] == pytest.approx(0.43, abs=0.01)
    assert judged["grey"] == pytest.approx(0.21, abs=0.01)


def test_two_hundred_flowers_cannot_see_what_is_still_to_come(lesson):
    verdicts = [oracle.monitor(curve, 3, 200)[0] for curve in lesson["watched"].values()]
    assert verdicts == ["enough"] * 2
    assert math.sqrt(2 * 0.7 * 0.3 / 200) == pytest.approx(0.046, abs=5e-4)


def test_frozen_features_need_fewer_flowers(lesson):
    few = [lesson["frozen"](seed, 50) for seed in lesson["SEEDS"]]
    assert statistics.fmean(few) == pytest.approx(0.7, abs=0.04)


def test_between_a_limit_of_the_project_and_its_method_are_three_deviations(lesson):
    def reached(name, num=600):
        error = 1 - statistics.fmean(lesson["test"][name])
        return error + 3 * math.sqrt(error * (1 - error) / num)

    assert math.sqrt(0.2 * 0.8 / 600) == pytest.approx(0.016, abs=5e-4)
    assert reached("mean colour") < 0.55 < 1 - statistics.fmean(lesson["test"]["most common"])
    assert reached("3 augmented") < 0.34 < 1 - statistics.fmean(lesson["test"]["mean colour"])
    assert reached("5 frozen") < 0.24


# Products


def test_a_shortcut_fails_in_another_shop_and_one_line_mends_it(lesson):
    plain, mended = (medians(found) for found in lesson["at_shop"].values())
    assert list(lesson["at_shop"]) == ["as it is", "stickers exchanged"]
    assert plain == pytest.approx([0.98, 0.67, 0.57, 0.36], abs=0.04)
    assert plain[3] > 0.75 * (1 - plain[2])  # nearly all the rest
    assert mended[:2] == pytest.approx([0.97, 0.97], abs=0.01)
    assert abs(plain[0] - mended[0]) < 0.025  # believing brings nothing
    share = statistics.fmean(
        (stickers != y).double().mean().item()
        for _, y, stickers in (shelves(600, seed, tied=0.95) for seed in range(4))
    )
    assert share == pytest.approx(0.04, abs=0.01)  # some twenty of 600


# Prices


def test_a_regression_on_prices_repeats_yesterday(lesson):
    r2, of_yesterday, right_way, echo = medians(lesson["naive"])
    assert [r2, of_yesterday] == pytest.approx([0.99, 0.99], abs=5e-3)
    assert right_way == pytest.approx(0.5, abs=0.01)
    assert echo > 0.999


def test_no_skill_on_returns_either(lesson):
    skills = lesson["skills"].double()
    price, weak, some, strong = medians(skills)
    assert -0.05 < price < 0
    assert weak < some < strong < 0
    assert skills.max() < 0.015  # above 0 by a hair at most


def test_what_leaks_bring(lesson):
    around, before, by_lot, by_time = (middle(values) for values in lesson["leaked"].values())
    assert around == pytest.approx(0.85, abs=0.01)
    assert before < 0
    assert by_lot == pytest.approx(0.92, abs=0.01)
    assert by_time < 0


def test_the_best_of_many_is_as_good_as_the_formula_says(lesson):
    bests, foreseen = lesson["bests"], dict(zip(lesson["tried"], lesson["foreseen"], strict=True))
    for num, found in bests.items():
        this, after = found.double().T
        assert this.mean() == pytest.approx(foreseen[num], abs=3 * this.std() / len(this) ** 0.5)
        assert abs(after.mean()) < 3 * after.std() / len(after) ** 0.5
        if num > 1:
            assert 0.45 < math.sqrt(2 * math.log(num)) - this.mean() < 0.75
    assert bests[1000][:, 0].mean() == pytest.approx(3.2, abs=0.1)
    assert oracle.luck(3.2, 1000, 1.0)[1] == pytest.approx(0.5, abs=0.05)


# Patients


def test_a_threshold_from_theory_is_as_good_as_the_probabilities(lesson):
    mean = {C: rows.double().mean(dim=0).tolist() for C, rows in lesson["clinics"].items()}
    gaps = {C: (rows[:, 1] - rows[:, 2]).double() for C, rows in lesson["clinics"].items()}
    errors = {C: (gap.std() / math.sqrt(len(gap))).item() for C, gap in gaps.items()}
    for half, chosen, theory, promised, right, _ in mean.values():
        assert 1.75 < half / min(chosen, theory) < 4.3
        assert 1.35 < chosen / promised < 2.5
        assert 0.945 < right < 0.975
    assert min(mean, key=lambda C: mean[C][5]) == 1.0  # by the log loss
    assert gaps[0.1].mean() == pytest.approx(-0.05, abs=0.01)
    assert errors[0.1] == pytest.approx(0.02, abs=0.005)
    assert 0 < gaps[1.0].mean() < 2 * errors[1.0]
    assert [mean[1.0][0], mean[1.0][2]] == pytest.approx([0.41, 0.13], abs=0.01)
    assert mean[1.0][4] == pytest.approx(0.97, abs=0.005)


def test_a_specialist_is_worth_less_than_twenty_twenty_firsts(lesson):
    paid, share = {}, {}
    for setting, rows in lesson["referrals"].items():
        paid[setting], share[setting], _ = rows.double().mean(dim=0).tolist()
    assert paid[1.0, 0.5] == pytest.approx(0.11, abs=0.01)
    assert share[1.0, 0.5] == pytest.approx(0.14, abs=0.01)
    assert paid[1.0, 0.1] == pytest.approx(0.06, abs=0.005)
    assert share[1.0, 0.1] == pytest.approx(0.29, abs=0.01)
    assert share[0.1, 0.96] == share[1.0, 0.96] == 0
    assert share[0.1, 0.5] / share[1.0, 0.5] == pytest.approx(2, abs=0.3)
    assert paid[0.1, 0.5] / paid[1.0, 0.5] == pytest.approx(1.5, abs=0.1)
    assert paid[0.1, 0.1] == pytest.approx(paid[1.0, 0.1], abs=0.01)


# Clicks and recommendations


def test_an_area_hides_probabilities_that_are_eight_times_too_high(lesson):
    every, few, with_all, with_few, mended = medians(lesson["clicked"])
    assert [every, few] == pytest.approx([0.84, 0.84], abs=5e-3)
    assert with_few == pytest.approx(8, abs=0.3)
    assert mended == pytest.approx(with_all, abs=0.03)


def test_who_is_found_among_known_and_new_things(lesson):
    known, new = (
        {name: middle(values[:, column]) for name, values in lesson["recalls"].items()}
        for column in (0, 1)
    )
    assert known["by lot"] == pytest.approx(0.05, abs=0.01)
    assert known["popularity"] == pytest.approx(0.17, abs=0.015)
    assert known["popularity"] / known["by lot"] == pytest.approx(4, abs=0.7)
    assert known["features"] < known["popularity"] + 0.03
    assert known["factors"] == pytest.approx(0.32, abs=0.02)
    assert known["graph"] == pytest.approx(0.32, abs=0.02)
    gap = (lesson["recalls"]["graph"] - lesson["recalls"]["factors"])[:, 0].double()
    assert abs(gap.mean()) < 0.003
    assert gap.std() / math.sqrt(len(gap)) == pytest.approx(0.006, abs=0.002)
    assert known["both"] > known["factors"] - 0.02
    for name in ("by lot", "popularity", "factors", "graph"):
        assert new[name] == pytest.approx(0.25, abs=0.05)
    assert new["features"] == pytest.approx(0.33, abs=0.04)
    assert new["both"] == pytest.approx(0.44, abs=0.03)
    assert new["the truth"] > new["both"] + 0.1
    recommended, liked = lesson["crowd"].tolist()
    assert [recommended, liked] == pytest.approx([0.47, 0.28], abs=0.03)
    worlds = [catalogue(seed) for seed in range(5)]
    assert statistics.fmean(int(w.is_new.sum()) for w in worlds) == pytest.approx(45, abs=4)


# The contest


def test_a_board_needs_both_to_hide_what_is_worse_and_large_steps(lesson):
    shown = {setting: middle(found[:, 0]) for setting, found in lesson["board"].items()}
    rules = "full precision", "rounded to 0.05", "only better ones", "Ladder, η 0.02"
    vote, some, many = (
        [shown[rule, way] for rule in rules] for way in ("vote", "climb by 12", "climb by 100")
    )
    assert vote == pytest.approx([0.36, 0.35, 0.42, 0.44], abs=0.012)
    assert [some[0], some[2]] == pytest.approx([0.32, 0.32], abs=0.012)
    assert min(some[1], some[3]) > 0.47
    assert many[3] == pytest.approx(0.42, abs=0.021)
    for found in lesson["board"].values():
        assert middle(found[:, 1]) == pytest.approx(0.5, abs=0.015)
    assert shown["full precision", "vote"] < middle(lesson["few"][:, 0]) < 0.46


def test_what_a_vote_of_lucky_sheets_knows():
    sd = math.sqrt(500) / 2
    assert sd == pytest.approx(11, abs=0.5)
    assert math.sqrt(2 / math.pi) == pytest.approx(0.8, abs=0.01)  # the mean of half a normal
    right = 0.5 + math.sqrt(2 / math.pi) * sd / 500
    assert right == pytest.approx(0.518, abs=1e-3)
    lean = 100 * (2 * right - 1)
    assert lean == pytest.approx(3.6, abs=0.05)
    assert statistics.NormalDist().cdf(lean / math.sqrt(100)) == pytest.approx(0.64, abs=5e-3)


def test_the_best_of_two_hundred_sheets_is_what_the_ladder_shows():
    generator = torch.Generator().manual_seed(0)
    many = torch.full((200, 200), 500.0)  # 200 attacks of 200 sheets
    sheets = torch.binomial(many, torch.full_like(many, 0.5), generator=generator) / 500
    assert sheets.min(dim=0).values.median() == pytest.approx(0.44, abs=0.01)
