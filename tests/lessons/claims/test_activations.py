"""The figures that *Activations* quotes, measured anew at full size."""

import pytest
import torch


def test_twenty_sigmoids_leave_a_trillionth(lesson):
    assert lesson["steepest"] == 0.25
    assert lesson["steepest"] ** 20 == pytest.approx(9.1e-13, rel=0.01)


def test_the_approximations_of_gelu(lesson):
    assert lesson["gelu_error"]["with tanh"] == pytest.approx(4.7e-4, abs=1e-5)
    assert lesson["gelu_error"]["with sigmoid"] == pytest.approx(0.020, abs=5e-4)


def test_the_dips_of_gelu_and_silu(lesson):
    assert lesson["lowest"]["GELU"] == pytest.approx((-0.752, -0.170), abs=1e-3)
    assert lesson["lowest"]["SiLU"] == pytest.approx((-1.278, -0.2785), abs=1e-3)


def test_factor_of_the_gradient_per_layer(lesson):
    wanted = {"sigmoid": 0.24, "tanh": 0.95, "ReLU": 0.5**0.5, "GELU": 0.51}
    for name, factor in wanted.items():
        assert lesson["factor_per_layer"][name] == pytest.approx([factor] * 10, abs=0.03)


def test_half_of_the_units_are_active_from_hes_start(lesson):
    assert lesson["active_shares"] == pytest.approx([0.5] * 10, abs=0.03)


def slope(lesson, name, base, up_to):
    """Return the slope of the logarithm of the median correlation over `base` of the depth."""
    depths = torch.tensor(lesson["layer_counts"], dtype=torch.float64)
    median = lesson["correlation"][name].double().median(dim=0).values
    x, y = base(depths)[depths <= up_to], median.log()[depths <= up_to]
    return ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()


def test_gradients_shatter_by_half_a_layer(lesson):
    halving = slope(lesson, "plain, standardized", lambda depth: depth, up_to=6)
    assert halving.exp().item() == pytest.approx(0.5, abs=0.05)


def test_with_skips_they_shatter_like_one_over_the_root_of_the_depth(lesson):
    power = slope(lesson, "with skips, standardized", torch.log, up_to=32)
    assert power.item() == pytest.approx(-0.5, abs=0.1)


def test_without_standardization_they_shatter_more_slowly_than_the_theory_says(lesson):
    median = lesson["correlation"]["plain, as it is"].median(dim=0).values
    at_8 = lesson["layer_counts"].index(8)
    assert median[at_8] > 5 * 2.0**-8


def test_the_dead_stay_dead_and_the_cure_works(lesson):
    killed = sum(lesson["killed"])
    assert min(lesson["killed"]) >= 25
    assert sum(lesson["recovered"]["first layer frozen"]) == 0
    assert sum(lesson["recovered"]["go on"]) < 0.05 * killed
    assert sum(lesson["recovered"]["revive"]) > 0.95 * killed
    accuracy = {way: torch.tensor(runs) for way, runs in lesson["cured_accuracy"].items()}
    assert accuracy["revive"].median() - accuracy["go on"].median() > 0.015
    assert (accuracy["revive"] > accuracy["go on"]).all()


def test_no_clear_winner_with_two_hidden_layers(lesson):
    assert lesson["winner"] == "no clear winner"
    medians = lesson["shallow"][0.5]
    assert medians.max() - medians.min() < 0.01
    assert medians.min() > 0.95


def test_ten_layers_of_sigmoids_need_larger_weights_or_batch_norm(lesson):
    others = lesson["deep"][0.5][["tanh", "ReLU", "GELU"]]
    assert lesson["deep"][0.5]["sigmoid"] < 0.3
    assert others.min() > 0.89
    assert 0.84 < lesson["deep_larger"][0.5]["sigmoid"] < others.max()
    assert lesson["deep_normed"][0.5].min() > 0.93


def test_each_function_begins_with_its_own_gain(lesson):
    wanted = {"sigmoid": 1.846, "tanh": 1.593, "ReLU": 2**0.5, "GELU": 1.534}
    assert lesson["gains"] == pytest.approx(wanted, rel=0.003)


def test_the_best_function_depends_on_the_curve(lesson):
    smooth, kinked = (
        {name: torch.tensor(runs).median().item() for name, runs in errors.items()}
        for errors in lesson["curve_errors"].values()
    )
    assert smooth["ReLU"] > 20 * max(smooth["tanh"], smooth["GELU"])
    assert kinked["ReLU"] < min(kinked[name] for name in ("sigmoid", "tanh", "GELU")) / 50
