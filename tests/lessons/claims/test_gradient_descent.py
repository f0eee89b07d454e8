"""The figures that *Gradient descent* quotes, measured anew at full size."""

import math

import pytest
import torch

from nblib import data, models, training


def test_momentum_is_stable_up_to_two_plus_two_beta(lesson):
    assert lesson["stability_limit"] == {
        beta: pytest.approx(2 + 2 * beta, abs=0.002) for beta in (0.0, 0.5, 0.9)
    }


def test_rates_at_condition_number_100(lesson):
    assert lesson["rates"]["gradient descent"] == pytest.approx(0.9802, abs=1e-4)
    assert lesson["rates"]["momentum"] == pytest.approx(0.8226, abs=1e-4)
    steps_per_digit = {name: -1 / math.log10(rate) for name, rate in lesson["rates"].items()}
    assert steps_per_digit["gradient descent"] == pytest.approx(115, abs=0.5)
    assert steps_per_digit["momentum"] == pytest.approx(12, abs=0.5)


def test_adam_without_correction_steps_too_far(lesson):
    assert lesson["uncorrected"][0].item() == pytest.approx(3.162, abs=1e-3)
    assert lesson["uncorrected"].max().item() == pytest.approx(6.569, abs=1e-3)
    assert lesson["worst"] + 1 == 12
    assert lesson["uncorrected"][999].item() == pytest.approx(1.26, abs=0.005)
    assert lesson["uncorrected"][4999].item() == pytest.approx(1.003, abs=0.0005)


def test_adagrad_remembers_a_rough_start_and_rmsprop_does_not(lesson):
    adagrad, rmsprop = lesson["relative_steps"].values()
    assert adagrad[-1] == pytest.approx(0.029, abs=0.0005)
    assert rmsprop[0] == pytest.approx(3.162, abs=1e-3)
    assert rmsprop[79:] == pytest.approx([1.0] * 121, abs=0.02)


def test_decoupled_decay_does_not_depend_on_the_noise(lesson):
    decayed = {key: torch.tensor(runs).mean().item() for key, runs in lesson["decayed"].items()}
    ideal = (1 - 0.01 * 0.1) ** 2000
    for noise in (0.1, 10.0):
        assert decayed["AdamW", noise] == pytest.approx(ideal, abs=0.03)
    assert decayed["Adam + L2", 0.1] == pytest.approx(0.0, abs=0.03)
    assert decayed["Adam + L2", 10.0] == pytest.approx(0.82, abs=0.05)


def test_adam_ends_at_the_worst_point_unless_its_memory_is_long(lesson):
    ends = lesson["reddi_end"]
    assert ends["Adam, β₂ = 0.1"] > 0.99
    assert ends["AMSGrad, β₂ = 0.1"] < -0.99
    assert ends["Adam, β₂ = 0.999"] < -0.99


def test_best_step_of_a_central_difference(lesson):
    assert 0.9e-6 < lesson["best_h"][torch.float64] < 1.1e-5
    assert 0.9e-3 < lesson["best_h"][torch.float32] < 1.1e-2


def test_batch_noise_times_batch_size_is_constant(lesson):
    products = [variance * size for size, variance in lesson["batch_noise"].items()]
    assert max(products) / min(products) < 1.25


def test_a_network_comes_to_the_border(lesson):
    for lr, (lowest, highest) in {0.2: (3.7, 4.3), 0.8: (2.4, 2.6), 1.0: (1.9, 2.3)}.items():
        for losses, sharpness in lesson["edge"][lr]:
            late = torch.tensor(sharpness[15:])  # the second half
            assert 3.25 < sharpness[0] < 3.55  # at η = 0.8 and 1.0 far above 2/η
            assert lowest < late.mean() < highest
            assert losses[-1] < losses[0] / 4
    for losses, _ in lesson["edge"][1.6]:
        assert not math.isfinite(losses[-1])


def test_the_sharpness_is_the_largest_eigenvalue(lesson):
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(40, 5, generator=generator, dtype=torch.float64)
    w = torch.zeros(5, dtype=torch.float64, requires_grad=True)
    loss = 0.5 * ((X @ w) ** 2).sum()  # its Hessian is XᵀX
    found, _ = lesson["sharpness"](loss, [w], [torch.ones_like(w)], num_turns=200)
    assert found == pytest.approx(torch.linalg.eigvalsh(X.T @ X)[-1].item())


def test_no_clear_winner_on_standardized_digits(lesson):
    assert lesson["winner"] == "no clear winner"
    medians = lesson["tuned"][0.5]
    assert [*medians.index] == ["Adagrad", "Adam", "SGD", "momentum"]
    assert medians.max() - medians.min() < 0.02


def test_who_divides_by_the_size_of_the_gradient_wins_on_badly_scaled_digits(lesson):
    medians = lesson["bad_tuned"][0.5]
    assert medians[["Adam", "Adagrad"]].min() - medians[["SGD", "momentum"]].max() > 0.05
    assert abs(medians["Adam"] - medians["Adagrad"]) < 0.01


def test_adagrad_in_the_experiment_is_that_of_torch(lesson):
    rows = lesson["results"].last
    rows = rows[(rows["optimizer"] == "Adagrad") & (rows["lr"].round(6) == 0.03)]
    split = data.digits()
    for row in rows[:2].itertuples():
        generator = torch.Generator().manual_seed(row.seed)
        model = models.mlp([64, 32, 10], generator=generator)
        optimizer = torch.optim.Adagrad(model.parameters(), lr=0.03)
        history = training.fit(
            model,
            optimizer,
            *split[:2],
            num_epochs=5,
            batch_size=64,
            valid=split[2:],
            generator=generator,
        )
        last_epoch = history["loss"][-20:]
        assert row.loss == pytest.approx(sum(last_epoch) / len(last_epoch), rel=1e-2)


def test_a_timid_learning_rate_ends_where_the_lesson_says(lesson):
    last_epoch = lesson["history"]["loss"][-79:]
    assert sum(last_epoch) / len(last_epoch) == pytest.approx(0.1, abs=0.03)
