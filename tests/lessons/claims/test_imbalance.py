"""The figures that *Imbalance* quotes, measured anew at full size."""

import inspect
import math

import pytest
import torch
import torch.nn.functional as F
from imblearn.ensemble import EasyEnsembleClassifier
from sklearn.datasets import make_classification
from sklearn.ensemble import AdaBoostClassifier
from sklearn.model_selection import TunedThresholdClassifierCV


def test_saying_no_to_all_is_99_percent_accurate(lesson):
    assert lesson["lazy_accuracy"] == pytest.approx(0.990, abs=5e-4)
    assert int(lesson["split"].y_train.sum()) == int(lesson["split"].y_test.sum()) == 8


def test_auc_does_not_notice_the_prevalence_and_ap_does(lesson):
    for prevalence, ap in ((0.5, 0.85), (0.1, 0.48), (0.01, 0.11)):
        auc, precision = lesson["areas"][prevalence].T
        assert auc.tolist() == pytest.approx([0.5 * (1 + math.erf(0.75))] * 5, abs=0.01)
        assert precision.median().item() == pytest.approx(ap, abs=0.01)


def test_the_example_of_a_roc_curve(lesson):
    assert lesson["stairs"].item() == pytest.approx(16 / 20)


def test_ap_of_a_coin_is_above_the_prevalence(lesson):
    for (n, m), quoted in (((200, 10), 0.073), ((820, 8), 0.017)):
        formula, measured = lesson["coins"][n, m]
        assert formula == pytest.approx(quoted, abs=5e-4)
        assert measured == pytest.approx(formula, abs=0.2 * (formula - m / n))


def test_the_mean_cross_entropy_knows_no_common_factor():
    logits, y = torch.tensor([[1.0, -2.0], [0.5, 0.0], [3.0, 1.0]]), torch.tensor([0, 1, 1])
    weight = torch.tensor([1.0, 9.0])
    for reduction, factor in (("mean", 1), ("sum", 100)):
        one, other = (
            F.cross_entropy(logits, y, weight=w, reduction=reduction)
            for w in (weight, 100 * weight)
        )
        assert other.item() == pytest.approx(factor * one.item(), rel=1e-5)


def test_the_library_has_the_defaults_that_the_text_warns_of():
    scoring = inspect.signature(TunedThresholdClassifierCV).parameters["scoring"]
    assert scoring.default == "balanced_accuracy"
    X, y = make_classification(60, weights=[0.7], random_state=0)
    members = EasyEnsembleClassifier(2, random_state=0).fit(X, y).estimators_
    assert all(isinstance(member.steps[-1][1], AdaBoostClassifier) for member in members)


def test_weights_shift_the_log_odds_and_do_nothing_else(lesson):
    seen = lesson["weighing"]
    for name, spread in (
        ("positives weigh 20", 0.03),
        ("positives 20 times", 0.03),
        ("1 in 20 negatives", 0.08),
    ):
        assert seen[f"shift, {name}"].tolist() == pytest.approx([math.log(20)] * 5, abs=spread)
    twice = seen["shift, weights and copies"].tolist()
    assert twice == pytest.approx([2 * math.log(20)] * 5, abs=0.1)
    assert seen["largest change of a slope"].max() < 0.03
    assert (seen["AUC, plain"] - seen["AUC, weighted"]).abs().max() < 1e-4
    assert seen["decided alike, 1/21 against 1/2"].min() > 0.997
    plain, weighted, back = (
        seen[f"mean probability, {name}"] for name in ("plain", "weighted", "taken back")
    )
    assert plain.median().item() == pytest.approx(0.058, abs=0.001)
    assert weighted.median().item() == pytest.approx(0.344, abs=0.005)
    assert (back - seen["share of positives"]).abs().max() < 0.001


def test_taken_back_is_calibrated_again(lesson):
    gaps = lesson["gaps"]
    assert max(gaps["plain"], gaps["balanced, taken back"]) < 0.03
    assert gaps["balanced weights"] == pytest.approx(0.59, abs=0.03)


def test_weights_fade_on_separable_data_unless_they_decay(lesson):
    fading, kept = (lesson["shifts"][decay].quantile(0.5, dim=0) for decay in (0.0, 0.01))
    assert fading[0].item() == pytest.approx(0.62, abs=0.03)
    assert fading[-1].item() == pytest.approx(0.14, abs=0.02)
    assert (fading.diff() < 0).all()
    assert kept[-1].item() == pytest.approx(0.33, abs=0.02)
    assert abs(kept[-1] - kept[-3]) < 0.01


def test_the_start_at_the_prior_saves_the_first_loss(lesson):
    at_zero, at_prior = lesson["first_loss"].values()
    assert at_zero == pytest.approx(math.log(2))
    assert at_prior == pytest.approx(0.055, abs=0.001)


def test_the_focal_factor_at_two(lesson):
    assert lesson["weakened"] == pytest.approx({0.5: 4, 0.9: 100, 0.968: 977}, rel=0.01)


def test_the_focal_loss_prefers_probabilities_that_are_not_true(lesson):
    for share, claimed in lesson["distorted"].items():
        assert share + 0.02 < claimed < 0.5


def test_no_loss_beats_cross_entropy_by_much(lesson):
    by_loss = lesson["by_loss"]
    medians = {name: values.quantile(0.5).item() for name, values in by_loss.items()}
    assert abs(medians["focal, γ = 2"] - medians["cross-entropy"]) < 0.05
    assert medians["weight 100"] - medians["cross-entropy"] < 0.02
    ahead = {
        name: (values > by_loss["cross-entropy"]).double().mean().item()
        for name, values in by_loss.items()
    }
    assert ahead["focal, γ = 2"] == pytest.approx(0.5, abs=0.15)
    assert ahead["weight 100"] == pytest.approx(0.25, abs=0.1)


def test_thresholds_that_are_chosen_promise_more_than_they_keep(lesson):
    for rows in lesson["prices"].values():
        half, formula, validated, test_tuned, promised = rows.mean(dim=0).tolist()
        assert formula < validated < half
        assert promised < 0.6 * validated
        assert test_tuned < formula


def test_all_leaks_make_noise_look_like_knowledge(lesson):
    for name, reported, honest, within in (
        ("copies before the split: AUC", 1.0, 0.5, 0.06),
        ("SMOTE before the split: AUC", 1.0, 0.5, 0.06),
        ("test folds resampled: AP", 0.5, 0.06, 0.02),
        ("features chosen with all: AUC", 0.9, 0.5, 0.06),
    ):
        medians = lesson["leaking"][name].quantile(0.5, dim=0).tolist()
        assert medians[0] == pytest.approx(reported, abs=0.06), name
        assert medians[1] == pytest.approx(honest, abs=within), name


def median(lesson, model, way, column):
    return lesson["quartiles"][model, way][1, column].item()


def test_smote_moves_the_cut_of_a_logistic_regression_and_not_its_order(lesson):
    assert median(lesson, "logistic, C = 1", "as it is", 1) == 0
    assert median(lesson, "logistic, C = 1", "SMOTE", 1) == pytest.approx(0.41, abs=0.03)
    assert median(lesson, "logistic, C = 1", "as it is", 2) == 0.5
    for model in ("logistic, C = 1", "logistic, C = 10"):
        assert abs(lesson["gains"][model].quantile(0.5)) < 0.03
    assert lesson["outcome"] == "about the same"


def test_smote_helps_nearest_neighbours(lesson):
    gain = lesson["gains"]["5 nearest neighbours"]
    assert gain.quantile(0.5).item() == pytest.approx(0.10, abs=0.03)
    assert (gain > 0).double().mean() >= 0.75


def test_nearest_neighbours_tie_at_zero_and_distances_do_not(lesson):
    digits, eights, by_distance = lesson["tied"].quantile(0.5, dim=0).tolist()
    assert digits == pytest.approx(0.99, abs=0.005)
    assert eights == pytest.approx(0.25, abs=0.07)
    assert by_distance == pytest.approx(0.88, abs=0.03)
    with_smote = median(lesson, "5 nearest neighbours", "SMOTE", 0)
    assert with_smote == pytest.approx(0.70, abs=0.03)


def test_undersampling_is_bad_and_an_ensemble_of_it_rescues_the_tree_alone(lesson):
    for model in lesson["MODELS"]:
        plain, under, ensemble = (
            median(lesson, model, way, 0) for way in ("as it is", "undersampled", "ensemble")
        )
        assert under < plain - 0.3 or model == "decision tree"
        assert (ensemble > plain) is (model == "decision tree")
    coin = lesson["coins"][820, 8][0]
    for way in ("as it is", "undersampled"):
        assert median(lesson, "decision tree", way, 0) == pytest.approx(coin, abs=0.006)
    assert median(lesson, "decision tree", "ensemble", 0) == pytest.approx(0.22, abs=0.04)
