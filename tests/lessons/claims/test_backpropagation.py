"""The figures that *Backpropagation* quotes, measured anew at full size."""

from statistics import median

import pytest
import torch


def test_a_loss_decides_how_far_spoiled_data_pull(lesson):
    off = {name: errors.median().item() for name, errors in lesson["slope_errors"].items()}
    assert off["squared"] == pytest.approx(1.0, abs=0.15)
    assert off["Huber, δ = 0.2"] == pytest.approx(0.015, abs=0.003)
    assert off["absolute"] < 0.03
    slopes = lesson["fitted_slopes"](lesson["pulls"]["squared"])
    assert slopes.median() == pytest.approx(1.0, abs=0.15)
    assert (slopes < 0).sum() == 3  # more than all of it is lost


def test_the_chain_rule_agrees_with_nudging(lesson):
    assert lesson["by_w"] == pytest.approx(lesson["by_nudging"], rel=1e-4)
    assert lesson["by_w"] == pytest.approx(-1.318, abs=5e-4)


def test_three_ways_give_one_gradient_at_different_cost(lesson):
    assert lesson["num_params"] == 64 * 64 + 64 + 64 * 10 + 10 == 4810
    assert lesson["largest_difference"]["autograd"] < 1e-12
    assert lesson["largest_difference"]["moving"] < 1e-7
    assert lesson["with_gradient"] / lesson["one_pass"] == pytest.approx(2.14, abs=0.005)
    deep = torch.nn.Sequential(*(torch.nn.Linear(64, 64) for _ in range(8)))
    cost = lesson["FlopCounterMode"](display=False)
    with cost:
        deep(torch.randn(32, 64)).sum().backward()
    assert 2.8 < cost.get_total_flops() / (8 * 2 * 32 * 64 * 64) < 3


def test_a_falling_loss_does_not_show_that_the_gradient_is_right(lesson):
    losses, accuracies = {}, {}
    for said, runs in lesson["planted"].items():
        losses[said], accuracies[said] = (median(column) for column in zip(*runs, strict=True))
    right, *wrong = lesson["planted"]
    assert median(lesson["begin"]) == pytest.approx(2.33, abs=0.005)
    assert all(losses[said] < median(lesson["begin"]) for said in wrong)
    assert losses[wrong[6]] == pytest.approx(2.28, abs=0.01)
    assert sum(losses[said] < 0.4 for said in wrong) == 6
    assert max(abs(accuracies[said] - accuracies[right]) for said in wrong[:4]) < 0.0105
    assert losses[wrong[3]] < losses[right] / 2
    assert accuracies[wrong[0]] == pytest.approx(0.963, abs=0.006)
    assert accuracies[wrong[6]] < 0.3


def test_how_far_apart_scores_may_be_in_float32():
    for apart, is_zero in ((100, False), (105, True)):
        p = torch.tensor([0.0, apart]).softmax(dim=0)[0]
        assert (p == 0) == is_zero
        assert torch.isinf(p.log()) == is_zero


def test_paths_multiply_and_nodes_do_not(lesson):
    assert len(lesson["oracle"].chain(40)) == 41
    assert 2**20 == 1_048_576  # patterns of 20 bits
    assert lesson["path_visits"] == {n: 2 ** (n + 1) - 1 for n in (5, 10, 18)}
    assert lesson["path_visits"][18] == 524_287


def test_good_weights_exist_that_training_does_not_find(lesson):
    built, trained = lesson["sine_errors"].values()
    assert built[4][0] == pytest.approx(0.15, abs=0.002)
    assert built[8][0] == pytest.approx(0.039, abs=0.0005)
    assert built[16][0] == pytest.approx(0.010, abs=0.0005)
    assert torch.tensor(trained[8]).median() == pytest.approx(0.058, abs=0.005)
    assert torch.tensor(trained[16]).median() == pytest.approx(0.039, abs=0.005)
    assert sum(error < built[8][0] for error in trained[8]) == 2
    assert max(trained[8]) == pytest.approx(10 * built[8][0], abs=0.01)
    assert min(trained[16]) == pytest.approx(0.017, abs=0.002)


def test_how_the_input_is_scaled_matters(lesson):
    x = torch.linspace(0, 1, 100)[:, None]
    data = [x, torch.sin(2 * torch.pi * x)]
    last = (
        lesson["sweep"]
        .run(
            lambda generator: lesson["models"].mlp([1, 8, 1], generator=generator),
            [part.to(lesson["runtime"].device()) for part in data + data],
            optimizer="Adam",
            lr=0.01,
            seed=range(20),
            num_epochs=1500,
            batch_size=100,
            loss_fn=torch.nn.functional.mse_loss,
            every=1500,
        )
        .last
    )
    assert (last["valid_loss"] ** 0.5).median() == pytest.approx(0.378, abs=0.01)


def test_width_and_activation_help_the_search(lesson):
    relu, tanh = lesson["xor_shares"]["ReLU"], lesson["xor_shares"]["tanh"]
    assert relu[2] == lesson["measured"] == pytest.approx(0.23, abs=0.03)
    assert relu[2] < relu[3] < relu[4] < relu[8] <= relu[16]
    assert relu[16] > 0.995
    assert tanh[2] == pytest.approx(0.87, abs=0.03)
    assert min(tanh[width] for width in (3, 4, 8, 16)) > 0.98
    assert lesson["with_one_off"] == pytest.approx(0.75, abs=0.07)


def test_parity_is_learned_by_heart_from_few_examples_and_found_from_many(lesson):
    few, many = lesson["parity"].values()
    assert few["loss"].max() < 0.05
    assert 0.46 < few["valid_accuracy"].min() <= few["valid_accuracy"].max() < 0.54
    assert many["valid_accuracy"].median() == pytest.approx(0.95, abs=0.02)
    # Of three runs one may lag behind, as rounding has it: 0.86 and 0.93 were measured.
    assert many["valid_accuracy"].min() > 0.8


def test_random_feedback_teaches_the_hidden_layer(lesson):
    accuracy = {way: median(a for a, _ in runs) for way, runs in lesson["ways"].items()}
    assert accuracy["backpropagation"] == pytest.approx(0.969, abs=0.003)
    assert accuracy["random feedback"] == pytest.approx(0.965, abs=0.003)
    assert accuracy["last layer alone"] == pytest.approx(0.931, abs=0.005)
    angles = torch.tensor([angles for _, angles in lesson["ways"]["random feedback"]])
    assert angles[:, 0].median() == pytest.approx(90, abs=6)
    assert angles[:, -10:].median() < 45
