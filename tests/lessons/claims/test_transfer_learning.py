"""The figures that *Transfer learning* quotes, measured anew at full size."""

import pytest


def test_a_convolution_has_few_weights(lesson):
    assert lesson["num_kernel_weights"] == lesson["model"].block1[0].weight.numel() == 288
    assert lesson["num_full_weights"] == 131_072


def test_a_frozen_network_in_train_mode_drifts(lesson):
    assert lesson["running_mean_drift"] == pytest.approx(0.10, abs=0.02)
    assert lesson["letters_before"] == pytest.approx(0.85, abs=0.01)
    assert lesson["letters_before"] - lesson["letters_drifted"] == pytest.approx(0.03, abs=0.01)


def test_tuning_beats_scratch_where_labels_are_few_and_not_where_there_are_many(lesson):
    gains = lesson["gains"]
    assert {n: len(points) for n, points in gains.items()} == dict.fromkeys((1, 3, 5, 10, 50), 10)
    assert all((gains[n] > 0).all() for n in (1, 3, 5))
    assert (gains[10] > 0).sum() >= 8
    typical = {n: points.quantile(0.5).item() for n, points in gains.items()}
    assert typical[1] == pytest.approx(16, abs=4)
    assert typical[3] == pytest.approx(7, abs=1.5)
    assert typical[5] == pytest.approx(3.8, abs=1.2)
    assert typical[10] == pytest.approx(1.9, abs=1)
    assert abs(typical[50]) < 1


def test_the_probe_alone_is_nearly_as_good(lesson):
    medians = lesson["medians"]
    for per_class in (1, 3, 5, 10, 50):
        assert abs(medians["tuned"][per_class] - medians["probe"][per_class]) < 0.02


def test_with_many_labels_scratch_has_caught_up_after_more_steps(lesson):
    tuned, scratch = (lesson["catching_medians"][name] for name in ("tuned", "scratch"))
    assert tuned[10] - scratch[10] > 0.05
    assert abs(tuned[160] - scratch[160]) < 0.01


def test_rates_and_frozen_blocks_matter_little(lesson):
    ratios = lesson["ratio_medians"]
    assert ratios[1.0] == pytest.approx(0.88, abs=0.01)
    assert ratios[0.1] == pytest.approx(0.89, abs=0.01)
    between_ratios = max(ratios.values()) - min(ratios.values())
    by_ratio = lesson["by_ratio"]
    between_draws = by_ratio.max(dim=0).values - by_ratio.min(dim=0).values
    assert between_ratios < between_draws.min()
    for medians in lesson["frozen_medians"].values():
        assert max(medians) - min(medians) < 0.01


def test_a_random_head_spoils_features_most_where_pictures_are_unlike(lesson):
    assert lesson["first_seen"] == pytest.approx(0.91, abs=0.01)
    assert lesson["at_once_seen"] == pytest.approx(0.86, abs=0.01)
    assert lesson["first_moved"] == pytest.approx(0.83, abs=0.03)
    assert lesson["at_once_moved"] == pytest.approx(0.68, abs=0.05)
    first, at_once = lesson["two_phases"]  # (judged on, seed)
    assert (first > at_once).all()
    loss_seen, loss_moved = (first - at_once).quantile(0.5, dim=1)
    assert loss_moved > 2 * loss_seen


def test_the_cheap_figure_ranks_the_sources_and_the_wrong_ones_do_harm(lesson):
    cheap, costly, scratch = lesson["cheap"], lesson["by_source"], lesson["medians"]["scratch"]
    assert sorted(cheap, key=cheap.get)[::-1] == ["letters", "stripes", None, "grain"]
    for per_class in (3, 50):
        values = costly[per_class]
        assert values["letters"] > values["stripes"] > values["grain"]
    assert cheap["stripes"] == pytest.approx(0.81, abs=0.005)
    assert cheap[None] == pytest.approx(0.80, abs=0.005)
    assert scratch[3] == pytest.approx(0.85, abs=0.01)
    assert costly[3]["stripes"] < scratch[3] - 0.01
    assert costly[3]["grain"] == pytest.approx(0.78, abs=0.02)
    assert costly[50]["grain"] < scratch[50] - 0.01


def test_tuning_forgets_and_a_high_rate_wins_nothing_by_it(lesson):
    letters, digits = lesson["letters_after"], lesson["digits_after"]
    assert lesson["letters_before"] > letters[0.0005] > letters[0.002] > letters[0.01]
    assert letters[0.0005] == pytest.approx(0.82, abs=0.02)
    assert letters[0.01] == pytest.approx(0.69, abs=0.04)
    assert digits[0.01] < digits[0.002]
