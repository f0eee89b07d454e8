"""The figures that *After training* quotes, measured anew at full size."""

import io
import math
import pickle
import warnings

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from nblib import streams


def middle(values, column):
    return torch.as_tensor(np.asarray(values)).double()[:, column].quantile(0.5).item()


def test_confidence_stays_where_accuracy_falls(lesson):
    seen = lesson["seen"]
    for kind, right in (
        ("nothing", 0.83),
        ("covariate shift", 0.63),
        ("label shift", 0.83),
        ("concept drift", 0.51),
    ):
        assert middle(seen[kind], 0) == pytest.approx(right, abs=0.025)
        assert middle(seen[kind], 1) == pytest.approx(0.82, abs=0.015)
    for kind, alarms in (("covariate shift", 1), ("label shift", 1), ("concept drift", 0)):
        assert seen[kind][:, 3].mean().item() == pytest.approx(alarms, abs=0.11)
    assert middle(seen["label shift"], 2) == pytest.approx(0.23, abs=0.03)


def test_the_rule_of_thumb_fires_on_noise_and_sleeps_on_shifts(lesson):
    indices = lesson["indices"]
    for n in (100, 200, 1000):  # with 50, empty bins decide
        assert indices[n, 0].mean().item() == pytest.approx(9 * 2 / n, rel=0.15)
    assert (indices[50, 0] > 0.25).double().mean().item() == pytest.approx(0.78, abs=0.07)
    assert (indices[1000, 0] < 0.1).all()
    assert (indices[5000, 0.3] < 0.25).all()
    assert indices[5000, 0.3].mean().item() == pytest.approx(0.3**2, abs=0.01)
    assert (indices[5000, 0.3] < 0.1).double().mean().item() == pytest.approx(0.82, abs=0.07)


def test_confidence_may_follow_the_accuracy_if_other_inputs_come(lesson):
    from sklearn.linear_model import LogisticRegression

    generator = torch.Generator().manual_seed(0)
    X, y = lesson["world"]("nothing", 4000, generator)
    model = LogisticRegression().fit(X.numpy(), y.numpy())
    before = model.predict_proba(X.numpy()).max(axis=1).mean()
    Z = torch.randn(4000, 2, generator=generator) + torch.tensor([0.0, 2.0])
    p = torch.sigmoid(6 * (Z[:, 1] + 0.5 * Z[:, 0] ** 2 - 0.5))
    truth = (torch.rand(4000, generator=generator) < p).numpy()
    assert model.predict_proba(Z.numpy()).max(axis=1).mean() > before + 0.1
    assert model.score(Z.numpy(), truth) > model.score(X.numpy(), y.numpy()) + 0.1


def test_no_test_is_best(lesson):
    found = lesson["found"]  # KS of any feature, KS corrected, MMD, classifier
    assert found["nothing"][0].item() == pytest.approx(1 - 0.95**5, abs=0.11)
    assert (found["nothing"][1:] <= 0.11).all()
    single, together, learned = found["one mean by 0.5"][1:].tolist()
    assert single > together > learned + 0.15
    single, together, learned = found["all means by 0.2"][1:].tolist()
    assert together > max(single, learned) + 0.2
    blind, *seeing = found["correlation 0.8"][1:].tolist()
    assert blind <= 0.11
    assert seeing == pytest.approx([0.4, 0.4], abs=0.06)


def test_thirty_tests_cry_wolf(lesson):
    noisy = lesson["noisy"]  # quiet days with an alarm, moved features found, false alarms
    assert noisy["each at 0.05"][0] == pytest.approx(0.67, abs=0.08)
    by_formula = 1 - 0.95**30
    assert by_formula == pytest.approx(0.79, abs=5e-3)
    assert noisy["each at 0.05"][1] == pytest.approx(0.83, abs=0.05)
    for name in ("Bonferroni", "Holm", "Benjamini–Hochberg"):
        assert noisy[name][0] == pytest.approx(0.03, abs=0.02)
        assert noisy[name][1] == pytest.approx(0.44, abs=0.07)
        assert noisy[name][1] < noisy["each at 0.05"][1] - 0.25
    harmless = lesson["harmless"]
    assert harmless[1000] <= 3
    assert harmless[200_000] == 10


def test_label_shift_is_repaired_without_labels_if_calibrated(lesson):
    corrected = lesson["corrected"][:, :, 0].double()  # (seeds, ways)
    plain, raw, mild, _, truth = corrected.quantile(0.5, dim=0).tolist()
    assert plain == pytest.approx(0.61, abs=0.04)
    assert mild - plain == pytest.approx(0.10, abs=0.035)
    assert 0.01 < raw - plain < 0.65 * (mild - plain)
    assert truth - mild == pytest.approx(0.035, abs=0.02)
    assert (corrected[:, 2] > corrected[:, 0]).all()
    assert lesson["unshifted"].quantile(0.5).item() == pytest.approx(plain, abs=0.03)


def test_other_changes_are_not_repaired_by_new_shares(lesson):
    for kind, by_em, truth in (
        ("label shift", 0.09, 0.10),
        ("concept drift", 0.48, 0.48),
        ("covariate shift", 0.47, 0.81),
    ):
        assert lesson["assumed"][kind] == pytest.approx([0.48, by_em, truth], abs=0.025)


def test_far_away_a_network_is_surest(lesson):
    far = lesson["far"].double().quantile(0.5, dim=0)  # (inputs, 2): confidence, share answered
    confidence, answered = far.T.tolist()
    assert confidence[0] == pytest.approx(0.96, abs=0.01)
    assert confidence[4] == pytest.approx(0.995, abs=3e-3)
    assert confidence[2] < confidence[3] < confidence[4]
    assert answered[4] > 0.98
    assert answered[1] == pytest.approx(0.55, abs=0.05)


def test_a_threshold_is_too_good_on_what_has_chosen_it(lesson):
    kept = lesson["kept"]
    assert kept.quantile(0.5).item() == pytest.approx(0.991, abs=2e-3)
    assert (kept < 0.995).sum() == pytest.approx(13, abs=3)


def test_no_policy_wins_everywhere(lesson):
    plays = lesson["plays"]
    names = [*lesson["POLICIES"]]
    right = {
        kind: {name: plays[name, kind][:, 0].mean().item() for name in names}
        for kind in streams.KINDS
    }
    score = {
        name: np.mean([plays[name, kind][:, 3].mean().item() for kind in streams.KINDS])
        for name in names
    }
    quiet = right["none"]
    assert quiet["never"] == pytest.approx(0.86, abs=0.01)
    assert quiet["each, on the last 2"] == pytest.approx(0.835, abs=0.006)
    assert max(quiet, key=quiet.get) == "every 5, on all so far"
    trained = [right["abrupt"][name] for name in names[1:]]
    assert min(trained) == right["abrupt"]["every 5, on all so far"]
    assert score["never"] > max(score["every 5, on all so far"], score["each, on the last 2"])
    assert score["every 5, on the last 2"] > score["never"] + 0.015
    assert max(score, key=score.get) == "every 5, on the last 2"
    told = np.mean([lesson["watching"][kind].mean(dim=0)[3].item() for kind in streams.KINDS])
    assert told == pytest.approx(0.80, abs=0.008)
    assert told == pytest.approx(score["every 5, on the last 2"] + 0.045, abs=0.01)
    assert score["never"] == pytest.approx(0.72, abs=0.015)
    assert score["each, on the last 2"] == pytest.approx(0.63, abs=0.01)


def test_the_answer_to_the_graded_policy_earns_more_on_other_streams(lesson):
    generator = torch.Generator().manual_seed(1616)
    some = [streams.draw(kind, generator) for kind in streams.KINDS for _ in range(6)]

    def earned(policy):
        return np.mean([streams.play(policy, stream).score for stream in some])

    assert math.sqrt(0.14 * 0.86 / 50) == pytest.approx(0.05, abs=2e-3)  # of five shares of 10
    assert earned(lesson["policy"]) > earned(lesson["every"](5, 2)) + 0.02


def test_luck_decides_who_is_watched(lesson):
    sent, loans = lesson["sent"], lesson["loans"]
    share = sent[(0.3, 0.3), False]
    assert share.median().item() == pytest.approx(0.5, abs=0.03)
    extreme = ((share >= 0.75) | (share <= 0.25)).double().mean().item()
    assert extreme == pytest.approx(0.09, abs=0.05)
    assert (sent[(0.3, 0.3), True] - 0.5).abs().quantile(0.9) < 0.06
    assert sent[(0.33, 0.3), True].median().item() == pytest.approx(0.33 / 0.63, abs=0.01)
    assert sent[(0.33, 0.3), False].quantile(0.05).item() == pytest.approx(0.38, abs=0.03)
    assert sent[(0.33, 0.3), False].quantile(0.95).item() == pytest.approx(0.80, abs=0.03)
    assert 2 <= (loans[0.0][:, 0] < 0.01).sum() <= 4  # of ten
    assert loans[0.0][:, 0].max() == pytest.approx(0.9, abs=0.02)
    assert loans[0.05][:, 0].min() > 0.8
    assert middle(loans[0.05], 0) == pytest.approx(0.875, abs=0.02)
    assert middle(loans[0.05], 1) == pytest.approx(middle(loans[0.0], 1), abs=0.03)


def test_what_is_lost_on_the_way(lesson):
    lost = dict(
        zip(lesson["WAYS"], lesson["lost"].double().quantile(0.5, dim=0).tolist(), strict=True)
    )
    whole, without, unscaled, own, in_train, mixed, raw, raw_without = lost.values()
    assert whole - mixed == pytest.approx(0.025, abs=0.015)
    assert whole == pytest.approx(0.965, abs=0.01)
    assert without == pytest.approx(whole, abs=0.01)  # the inputs were standardized
    assert raw == pytest.approx(whole, abs=0.01)
    assert raw_without == pytest.approx(0.85, abs=0.035)
    assert unscaled == pytest.approx(0.68, abs=0.1)
    assert own == pytest.approx(0.29, abs=0.02)
    assert in_train == pytest.approx(0.205, abs=0.02)


def test_what_files_do():
    file = io.BytesIO()
    torch.save(torch.nn.Linear(2, 1), file)  # a whole model: more than weights
    file.seek(0)
    with pytest.raises(pickle.UnpicklingError, match="weights_only"):
        torch.load(file)  # by default


def test_export_keeps_what_trace_freezes(lesson):
    assert lesson["same"]
    assert lesson["frozen"] == [-2, -2, -2]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.jit.trace(lesson["Branch"](), torch.ones(3))
        with pytest.raises(RuntimeError, match="data-dependent"):
            torch.export.export(lesson["Branch"](), (torch.ones(3),))
    assert torch.jit.TracerWarning in {warning.category for warning in caught}


def test_memorizing_betrays_members(lesson):
    leaks = lesson["leaks"]  # (n, wrong) → (seeds, after 20 and 200 steps, gap, area, advantage)
    late = {case: rows[:, 1].double().quantile(0.5, dim=0).tolist() for case, rows in leaks.items()}
    assert late[600, 0.0][1] == pytest.approx(0.525, abs=0.02)
    assert late[600, 0.3][1] == pytest.approx(0.745, abs=0.04)
    assert late[100, 0.3][1] == pytest.approx(0.865, abs=0.03)
    gap, _, advantage, _ = late[100, 0.0]
    assert gap == pytest.approx(0.11, abs=0.03)
    assert advantage == pytest.approx(0.44, abs=0.04)
    early = leaks[100, 0.0][:, 0].double().quantile(0.5, dim=0).tolist()
    assert early[0] == pytest.approx(gap, abs=0.03)
    assert early[2] == pytest.approx(0.26, abs=0.05)
    _, advantage, by_lot = late[600, 0.0][1:]
    assert (advantage, by_lot) == pytest.approx((0.15, 0.035), abs=0.02)
    assert (leaks[600, 0.0][:, 1, 2] > leaks[600, 0.0][:, 1, 3] + 0.05).all()


def test_clipping_does_what_can_be_measured_and_noise_makes_the_promise(lesson):
    private, promises = lesson["private"], lesson["promises"]
    right, area = (
        {name: middle(rows, column) for name, rows in private.items()} for column in (0, 1)
    )
    assert area["nothing"] == pytest.approx(0.625, abs=0.025)
    assert area["clipped"] == pytest.approx(0.545, abs=0.025)
    for name in ("σ = 0.6", "σ = 1", "σ = 3"):
        assert area[name] == pytest.approx(area["clipped"], abs=0.03)
    assert right["clipped"] - right["nothing"] == pytest.approx(0.09, abs=0.02)
    assert right["smaller steps"] - right["nothing"] == pytest.approx(0.08, abs=0.025)
    assert area["smaller steps"] == pytest.approx(0.555, abs=0.025)
    assert right["clipped"] - right["σ = 3"] == pytest.approx(0.114, abs=0.03)
    assert right["clipped"] - right["σ = 1"] == pytest.approx(0.018, abs=0.015)
    assert right["σ = 3"] == pytest.approx(0.79, abs=0.035)
    assert right["σ = 3"] < right["nothing"]
    assert promises["σ = 3"] == pytest.approx(3.1, abs=0.05)
    assert promises["σ = 1"] == pytest.approx(14.9, abs=0.05)
    allowed = lesson["allowed"]
    assert allowed["σ = 3"] == pytest.approx(0.91, abs=5e-3)
    assert allowed["σ = 1"] > 0.9999
    assert math.tanh(1 / 2) == pytest.approx((math.e - 1) / (math.e + 1))
    assert math.tanh(1 / 2) == pytest.approx(0.46, abs=5e-3)
    assert (math.exp(1), math.exp(10)) == pytest.approx((2.7, 22_000), rel=0.01)


def test_epsilon_is_that_of_the_renyi_divergence_by_integration(lesson):
    q, sigma, num_steps, delta = 64 / 600, 1.0, 250, 1e-5

    def promised(order):
        def integrand(x):
            ratio = 1 - q + q * math.exp((2 * x - 1) / (2 * sigma**2))
            return stats.norm.pdf(x, scale=sigma) * ratio**order

        moment, _ = integrate.quad(integrand, -20, 20, limit=200, points=[0, order])
        return (num_steps * math.log(moment) + math.log(1 / delta)) / (order - 1)

    expected = min(promised(order) for order in range(2, 8))
    assert lesson["epsilon"](q, sigma, num_steps) == pytest.approx(expected, rel=1e-4)


def test_hardly_anybody_looks_like_another(lesson):
    alone, year, coarse = np.median(lesson["unique"], axis=0)
    assert (alone, year) == pytest.approx((0.98, 0.21), abs=4e-3)
    assert coarse < 1e-3
    one, other, both = np.median(lesson["certain"], axis=0)
    assert one == pytest.approx(0.025, abs=0.006)
    assert other < 0.01
    assert both == pytest.approx(0.041, abs=0.006)
    assert 1.4 < both / one < 2.2
    assert min(lesson["commonest"]) == 1
