"""The figures that *Gradient descent* quotes, measured anew at full size."""

import pytest
import torch


def test_momentum_is_stable_up_to_two_plus_two_beta(lesson):
    assert lesson["stability_limit"] == {
        beta: pytest.approx(2 + 2 * beta, abs=0.002) for beta in (0.0, 0.5, 0.9)
    }


def test_rates_at_condition_number_100(lesson):
    assert lesson["rates"]["gradient descent"] == pytest.approx(0.9802, abs=1e-4)
    assert lesson["rates"]["momentum"] == pytest.approx(0.8226, abs=1e-4)


def test_adam_without_correction_steps_too_far(lesson):
    assert lesson["uncorrected"][0].item() == pytest.approx(3.162, abs=1e-3)
    assert lesson["uncorrected"].max().item() == pytest.approx(6.569, abs=1e-3)
    assert lesson["worst"] + 1 == 12


def test_decoupled_decay_does_not_depend_on_the_noise(lesson):
    decayed = {key: torch.tensor(runs).mean().item() for key, runs in lesson["decayed"].items()}
    ideal = (1 - 0.01 * 0.1) ** 2000
    for noise in (0.1, 10.0):
        assert decayed["AdamW", noise] == pytest.approx(ideal, abs=0.03)
    assert decayed["Adam + L2", 0.1] == pytest.approx(0.0, abs=0.03)
    assert decayed["Adam + L2", 10.0] == pytest.approx(0.82, abs=0.05)


def test_adam_ends_at_the_worst_point_and_amsgrad_at_the_best(lesson):
    assert lesson["reddi_end"]["Adam"] > 0.99
    assert lesson["reddi_end"]["AMSGrad"] < -0.99


def test_best_step_of_a_central_difference(lesson):
    assert 1e-6 < lesson["best_h"][torch.float64] < 1e-4
    assert 1e-3 < lesson["best_h"][torch.float32] < 1e-1


def test_batch_noise_times_batch_size_is_constant(lesson):
    products = [variance * size for size, variance in lesson["batch_noise"].items()]
    assert max(products) / min(products) < 1.25


def test_no_clear_winner_on_standardized_digits(lesson):
    assert lesson["winner"] == "no clear winner"
    medians = lesson["tuned"][0.5]
    assert medians.max() - medians.min() < 0.01


def test_adam_wins_on_badly_scaled_digits(lesson):
    medians = lesson["bad_tuned"][0.5]
    assert medians["Adam"] - medians[["SGD", "momentum"]].max() > 0.04


def test_a_timid_learning_rate_ends_where_the_lesson_says(lesson):
    last_epoch = lesson["history"]["loss"][-79:]
    assert sum(last_epoch) / len(last_epoch) == pytest.approx(0.1, abs=0.03)
