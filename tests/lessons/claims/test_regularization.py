"""The figures that *Regularization* quotes, measured anew at full size."""

import math

import pytest
import torch


def test_only_the_proximal_step_makes_zeros(lesson):
    assert lesson["zeros"] == {"subgradient": [0] * 10, "proximal": [45] * 10}


def test_dropout_on_least_squares_is_ridge(lesson):
    with_dropout, plain = lesson["apart"].T
    assert with_dropout.max() < 0.004
    assert plain.min() > 0.55


def test_a_group_that_says_nothing_decays_by_the_default(lesson):
    assert lesson["decays"] == {"SGD": [0.1, 0], "AdamW": [0.1, 0.01]}


def test_early_stopping_is_like_ridge_up_to_a_fifth(lesson):
    assert lesson["filter_gap"] == pytest.approx(0.20, abs=0.01)
    x = torch.linspace(0, 9, 1000)  # curvature / λ, in the limit of small steps
    assert (1 - (-x).exp() - x / (1 + x)).max().item() == pytest.approx(0.204, abs=1e-3)


def test_under_batch_norm_only_the_direction_counts(lesson):
    (loss, gradient), (loss_10, gradient_10) = lesson["invariant"].values()
    assert loss_10 == pytest.approx(loss, rel=1e-9)
    assert gradient_10 == pytest.approx(gradient / 10, rel=1e-9)


def test_label_smoothing_makes_the_best_gap_finite(lesson):
    assert lesson["best_gap"] == pytest.approx(4.511, abs=1e-3)
    assert lesson["best_gap"] == pytest.approx(math.log(0.91 / 0.01), abs=1e-6)


def test_the_audit_tells_harmless_changes_from_harmful_ones(lesson):
    changed = lesson["changed"]
    assert changed["nothing"] < 0.02
    assert max(changed[name] for name in ("noise of 0.15", "light × 0.7", "turn by 10°")) < 0.04
    assert min(changed[name] for name in ("mirror", "turn by 180°")) > 0.5
    assert changed["1 pixel right"] == pytest.approx(0.33, abs=0.02)


def test_augmentation_buys_what_it_says_and_costs_where_it_breaks_labels(lesson):
    median = {key: values.median() for key, values in lesson["trained_on"].items()}
    plain, moved, mirrored = "as they are", "moved by up to a pixel", "mirrored"
    assert median[plain, "moved"] == pytest.approx(0.38, abs=0.03)
    assert median[moved, "moved"] == pytest.approx(0.76, abs=0.03)
    assert median[plain, "as it is"] - median[moved, "as it is"] == pytest.approx(0.03, abs=0.015)
    assert median[plain, "as it is"] - median[mirrored, "as it is"] == pytest.approx(0.08, abs=0.02)
    turned = median["turned by up to 10°", "as it is"] - median[plain, "as it is"]
    assert abs(turned) < 0.015
    assert median[mirrored, "moved"] < median[plain, "moved"]


def test_deletion_turns_the_most_judgements(lesson):
    turned = lesson["turned_over"]
    assert turned["synonyms"] == 0
    assert max(turned, key=turned.get) == "deletion"
    assert turned["deletion"] == pytest.approx(0.24, abs=0.04)
    for name in ("insertion", "back-translation"):
        assert turned[name] == pytest.approx(0.08, abs=0.03)


def test_random_labels_are_known_by_heart(lesson):
    by_heart = lesson["by_heart"]
    assert by_heart["shuffled labels", "training"].min() > 0.997
    assert by_heart["shuffled labels", "unseen"].median() == pytest.approx(0.11, abs=0.03)
    assert by_heart["right labels", "unseen"].median() == pytest.approx(0.98, abs=0.01)


def test_the_validation_loss_turns_and_climbs(lesson):
    losses = lesson["history"]["valid_loss"]
    assert min(losses) < 0.8
    assert losses.index(min(losses)) < 30
    assert losses[-1] > 1.8
    assert sum(lesson["history"]["loss"][-20:]) / 20 < 0.05


def test_the_descent_is_double_and_ridge_levels_the_peak(lesson):
    medians, with_ridge = lesson["medians"], lesson["ridge_medians"]
    assert medians[30] == pytest.approx(0.70, abs=0.06)
    assert medians[100] > 40
    assert medians[3000] == pytest.approx(0.45, abs=0.02)
    assert max(medians, key=medians.get) == 100
    assert max(with_ridge[p] for p in (70, 85, 100, 115)) < 0.5


def test_more_data_moves_a_model_onto_its_peak(lesson):
    few, as_many, more = lesson["more_data"].values()
    assert few == pytest.approx(0.9, abs=0.1)
    assert as_many > 40
    assert more == pytest.approx(0.6, abs=0.05)


def test_the_peak_is_where_there_are_as_many_features_as_examples(lesson):
    for n, runs in lesson["peaks"].items():
        assert lesson["widths"][runs.median(dim=0).values.argmax()] == n


def test_the_best_weight_decay_depends_on_the_noise(lesson):
    clean, noisy = lesson["accuracy"][0.0], lesson["accuracy"][0.4]
    assert clean.max() - clean.iloc[0] < 0.01
    assert clean.iloc[-1] == pytest.approx(0.5 * clean.iloc[0], abs=0.08)
    assert noisy.idxmax() == 10
    assert noisy.max() - noisy.iloc[0] == pytest.approx(0.14, abs=0.03)


def test_depth_harms_on_digits_and_helps_on_spirals(lesson):
    medians = lesson["depth_medians"]
    by_heart = lesson["by_depth"]["digits", "training"].last["valid_accuracy"]
    assert (by_heart == 1).mean() > 0.9
    assert medians["digits", "unseen"][1] == pytest.approx(0.91, abs=0.01)
    lost = medians["digits", "unseen"][1] - medians["digits", "unseen"][8]
    assert lost == pytest.approx(0.15, abs=0.03)
    assert medians["spirals", "training"][1] < 0.85
    assert medians["spirals", "unseen"][4] > 0.97
    assert medians["spirals", "unseen"][1] < 0.8


def test_width_helps_on_both(lesson):
    for medians in lesson["width_medians"].values():
        assert medians.is_monotonic_increasing
        assert medians[256] - medians[16] > 0.02
