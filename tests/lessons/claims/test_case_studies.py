"""The figures that *Case studies* quotes, measured anew at full size."""

import math
import statistics
from types import SimpleNamespace

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


SEEDS = range(20, 28)


@pytest.fixture(scope="module")
def eight(lesson):
    """Return accuracies of eight seeds, by name, for all that the text quotes of eight."""
    trained, lit = lesson["trained"], {"augment": oracle.augmented}
    ways = {
        "mean colour": lambda seed: lesson["rivals"](seed)[1],
        "1 simple": lambda seed: trained(seed, lesson["sgd"]),
        "sgd 0.1": lambda seed: trained(seed, lambda model: lesson["sgd"](model, 0.1)),
        "2 tuned": trained,
        "3 augmented": lambda seed: trained(seed, **lit),
        "colours exchanged": lambda seed: trained(seed, augment=colours_exchanged),
        "4 going on": lambda seed: trained(seed, num_steps=1000, **lit),
        "4 cosine": lesson["cosine"],
        "5 frozen": lesson["frozen"],
        "5 fine-tuned": lambda seed: trained(seed, start=lesson["transferred"], **lit),
    }
    few = {"num_flowers": 50}
    ways |= {
        "50: simple": lambda seed: trained(seed, lesson["sgd"], **few),
        "50: tuned": lambda seed: trained(seed, **few),
        "50: augmented": lambda seed: trained(seed, **few, **lit),
        "50: frozen": lambda seed: lesson["frozen"](seed, 50),
        "50: fine-tuned": lambda seed: trained(seed, start=lesson["transferred"], **few, **lit),
    }
    return {
        name: torch.tensor([way(seed) for seed in SEEDS], dtype=torch.float64)
        for name, way in ways.items()
    }


def colours_exchanged(X, generator):
    return oracle.augmented(X, generator)[:, torch.randperm(3, generator=generator)]


def gain(eight, before, after):
    """Return the mean of the paired differences, and its standard error."""
    differences = eight[after] - eight[before]
    return differences.mean().item(), differences.std().item() / math.sqrt(len(differences))


def test_five_steps_are_no_staircase(eight):
    found = {name: values.mean().item() for name, values in eight.items()}
    quoted = {"mean colour": 0.58, "1 simple": 0.50, "2 tuned": 0.71, "3 augmented": 0.77}
    quoted |= {"colours exchanged": 0.58, "4 going on": 0.82, "4 cosine": 0.82, "5 frozen": 0.82}
    quoted |= {"5 fine-tuned": 0.87, "50: frozen": 0.73, "50: fine-tuned": 0.75}
    for name, value in quoted.items():
        assert found[name] == pytest.approx(value, abs=0.01), name
    assert (eight["1 simple"] < eight["mean colour"]).sum() == 6
    assert (eight["1 simple"] - eight["mean colour"]).max() < 0.03
    assert (eight["4 going on"] > eight["3 augmented"]).all()


@pytest.mark.parametrize(
    ("before", "after", "quoted", "error"),
    [
        ("mean colour", "1 simple", -0.081, 0.038),
        ("1 simple", "2 tuned", 0.212, 0.043),
        ("1 simple", "sgd 0.1", 0.156, 0.045),
        ("sgd 0.1", "2 tuned", 0.057, 0.017),
        ("2 tuned", "3 augmented", 0.058, 0.011),
        ("3 augmented", "4 going on", 0.051, 0.006),
        ("4 going on", "4 cosine", -0.001, 0.007),
        ("4 going on", "5 frozen", 0.001, 0.010),
        ("4 going on", "5 fine-tuned", 0.044, 0.009),
        ("50: simple", "50: tuned", 0.047, 0.027),
        ("50: tuned", "50: augmented", 0.198, 0.036),
        ("50: frozen", "50: fine-tuned", 0.020, 0.016),
    ],
)
def test_what_a_step_gains_seed_by_seed(eight, before, after, quoted, error):
    assert gain(eight, before, after) == pytest.approx((quoted, error), abs=0.008)


def test_the_two_seeds_that_run_in_the_lesson_are_of_these(lesson, eight):
    for name, found in lesson["test"].items():
        if name in eight:
            assert found == pytest.approx(eight[name][:2].tolist(), abs=0.02), name


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


def test_the_formula_of_the_monitor_is_a_cautious_one(lesson):
    for found in lesson["watched"].values():
        found = found.double()
        curve = found.mean(dim=1).tolist()
        assert oracle.monitor(curve, 3, 200)[0] == "enough"
        last, before = found[7:].mean(dim=0), found[4:7].mean(dim=0)
        paired = (last - before).std().item() / math.sqrt(200)
        p = (last.mean() + before.mean()).item() / 2
        assert paired / math.sqrt(2 * p * (1 - p) / 200) == pytest.approx(1 / 3, abs=0.06)
    for gained in lesson["gained"].values():
        assert gained.mean() == pytest.approx(0.055, abs=0.015)
        assert gained.mean() > 2 * gained.std() / math.sqrt(200)


def test_between_a_limit_of_the_project_and_its_method_are_three_deviations(lesson):
    def reached(name, num=600):
        error = 1 - statistics.fmean(lesson["test"][name])
        return error + 3 * math.sqrt(error * (1 - error) / num)

    assert math.sqrt(0.2 * 0.8 / 600) == pytest.approx(0.016, abs=5e-4)
    assert reached("mean colour") < 0.55 < 1 - statistics.fmean(lesson["test"]["most common"])
    assert reached("3 augmented") < 0.34 < 1 - statistics.fmean(lesson["test"]["mean colour"])
    assert reached("5 frozen") < 0.24


def test_the_same_steps_run_on_photographs(lesson):
    """Without a network: two pictures by lot of each class stand for the photographs."""
    y = torch.arange(102).repeat(2)
    generator = torch.Generator().manual_seed(0)
    X = torch.randint(256, (204, 3, 32, 32), generator=generator).to(torch.uint8)
    photographs = SimpleNamespace(
        flowers=lambda part: (X, y),
        resnet18=lambda: None,
        features=lambda network, X: X.float().mean((2, 3)),
    )
    found = dict(lesson["five_steps"](photographs, num_steps=20))
    assert [*found] == [
        "mean colour",
        "1 simple",
        "2 tuned",
        "3 augmented",
        "4 going on",
        "5 frozen",
    ]
    assert all(0 <= accuracy <= 1 for accuracy in found.values())
    assert found["5 frozen"] > 3 / 102  # it learned from these very pictures


# Products


def test_a_shortcut_fails_in_another_shop_and_one_line_mends_it(lesson):
    assert list(lesson["at_shop"]) == ["as it is", "stickers exchanged"]
    plain, mended = (
        torch.tensor([lesson["shop"](seed, way) for seed in SEEDS]).double()
        for way in lesson["WAYS"].values()
    )
    assert medians(plain) == pytest.approx([0.98, 0.75, 0.67, 0.22], abs=0.01)
    other = plain[:, 1].tolist()
    assert [min(other), max(other)] == pytest.approx([0.68, 0.81], abs=0.01)
    assert medians(mended)[:2] == pytest.approx([0.98, 0.98], abs=0.01)
    both = (plain - mended)[:, 0]
    assert abs(both.mean()) < 2 * both.std() / math.sqrt(len(both))
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
    assert before == pytest.approx(-0.02, abs=0.01)
    assert by_lot == pytest.approx(0.92, abs=0.01)
    assert by_time == pytest.approx(-0.7, abs=0.01)


def test_the_best_of_many_is_as_good_as_the_formula_says(lesson):
    bests, foreseen = lesson["bests"], dict(zip(lesson["tried"], lesson["foreseen"], strict=True))
    for num, found in bests.items():
        this, after = found.double().T
        assert this.mean() == pytest.approx(foreseen[num], abs=3 * this.std() / len(this) ** 0.5)
        assert abs(after.mean()) < 3 * after.std() / len(after) ** 0.5
        if num > 1:
            assert 0.4 < math.sqrt(2 * math.log(num)) - this.mean() < 0.8
    assert bests[1000][:, 0].mean() == pytest.approx(3.2, abs=0.1)
    assert oracle.luck(3.2, 1000, 1.0)[1] == pytest.approx(0.5, abs=0.05)


# Patients


def means(table):
    """Return the mean of each column of (seeds, columns)."""
    return table.double().mean(dim=0).tolist()


def test_a_threshold_from_theory_is_as_good_as_the_probabilities(lesson):
    ahead, loss = {}, {}
    for C, rows in lesson["clinics"].items():
        half, chosen, theory, promised, right, loss[C] = means(rows)
        assert 1.75 < half / min(chosen, theory) < 4.2
        assert 1.3 < chosen / promised < 2.45
        assert 0.945 < right < 0.975
        paired = (rows[:, 2] - rows[:, 1]).double()
        ahead[C] = (paired.mean() / (paired.std() / math.sqrt(len(paired)))).item()
    assert ahead[0.01] > 2
    assert ahead[0.1] > 2
    assert ahead[1.0] == pytest.approx(-1.9, abs=0.1)
    assert 0 < ahead[10.0] < 1
    assert min(loss, key=loss.__getitem__) == 1.0
    half, _, theory, _, right, _ = means(lesson["clinics"][1.0])
    assert [half, theory, right] == pytest.approx([0.41, 0.134, 0.97], abs=0.01)


def test_a_specialist_is_worth_less_than_twenty_twenty_firsts(lesson):
    paid, share = {}, {}
    for setting, rows in lesson["referrals"].items():
        paid[setting], share[setting], _ = means(rows)
    assert paid[1.0, 0.5] == pytest.approx(0.114, abs=5e-3)
    assert share[1.0, 0.5] == pytest.approx(0.14, abs=0.01)
    assert paid[1.0, 0.1] == pytest.approx(0.063, abs=5e-3)
    assert share[1.0, 0.1] == pytest.approx(0.29, abs=0.01)
    assert share[0.1, 0.96] == share[1.0, 0.96] == 0
    assert share[0.1, 0.5] / share[1.0, 0.5] == pytest.approx(2, abs=0.2)
    assert paid[0.1, 0.5] == pytest.approx(0.173, abs=5e-3)
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
    assert abs(gap.mean()) < 2 * gap.std() / math.sqrt(len(gap))
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


def test_what_each_board_withstands(lesson):
    shown = {key: middle(found[:, 0]) for key, found in lesson["board"].items()}
    vote, small, large = lesson["ATTACKS"]
    assert shown["full precision", vote] == pytest.approx(0.36, abs=0.012)
    assert shown["rounded to 0.05", vote] == pytest.approx(0.35, abs=0.012)
    assert shown["only better ones", vote] == pytest.approx(0.42, abs=0.012)
    assert shown["Ladder, η 0.02", vote] == pytest.approx(0.44, abs=0.012)
    for rule in ("full precision", "only better ones"):
        assert shown[rule, small] == pytest.approx(0.32, abs=0.012)
    assert shown["Ladder, η 0.02", small] == pytest.approx(0.5, abs=0.012)
    assert shown["Ladder, η 0.02", large] == pytest.approx(0.42, abs=0.012)
    lowest = {rule: min(shown[rule, way] for way in lesson["ATTACKS"]) for rule in lesson["RULES"]}
    assert max(lowest, key=lowest.__getitem__) == "Ladder, η 0.02"
    for found in lesson["board"].values():
        assert middle(found[:, 1]) == pytest.approx(0.5, abs=0.015)
    assert lesson["median"] < middle(lesson["few"]) < 0.46


def test_what_a_vote_of_lucky_sheets_knows():
    sd = math.sqrt(500) / 2
    assert sd == pytest.approx(11, abs=0.5)
    assert math.sqrt(2 / math.pi) == pytest.approx(0.8, abs=0.01)  # the mean of half a normal
    right = 0.5 + math.sqrt(2 / math.pi) * sd / 500
    assert right == pytest.approx(0.518, abs=1e-3)
    lean = 100 * (2 * right - 1)
    assert lean == pytest.approx(3.6, abs=0.05)
    assert statistics.NormalDist().cdf(lean / math.sqrt(100)) == pytest.approx(0.64, abs=5e-3)


def made_on_the_public_rows(lesson, rule):
    errors = []
    for seed in range(20):
        generator = torch.Generator().manual_seed(seed)
        game = oracle.contest_of_coins(1000, rule, generator)
        game.submit(lesson["vote"](1000, game.submit, generator, 200))
        errors.append(game.public_error)
    return middle(errors)


def test_what_a_board_rounds_the_vote_has_made_all_the_same(lesson):
    made = made_on_the_public_rows(lesson, lesson["rounded"])
    assert made == pytest.approx(0.37, abs=0.01)


def test_the_best_of_two_hundred_sheets_is_what_the_ladder_shows():
    generator = torch.Generator().manual_seed(0)
    many = torch.full((200, 200), 500.0)  # 200 attacks of 200 sheets
    sheets = torch.binomial(many, torch.full_like(many, 0.5), generator=generator) / 500
    assert sheets.min(dim=0).values.median() == pytest.approx(0.44, abs=0.01)
