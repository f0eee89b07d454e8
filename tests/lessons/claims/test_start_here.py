"""The figures that *Start here* quotes, measured anew at full size."""

import pytest
import torch

from nblib import data, models, training


@pytest.mark.parametrize("seed", range(3))
def test_the_network_reads_more_than_95_of_100_new_digits(seed):
    split = data.digits()
    generator = torch.Generator().manual_seed(seed)
    model = models.mlp([64, 64, 10], generator=generator)
    history = training.fit(
        model,
        torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9),
        split.X_train,
        split.y_train,
        num_epochs=200,
        batch_size=32,
        valid=(split.X_test, split.y_test),
        generator=generator,
    )
    assert len(split.y_train) == 1257
    assert history.last("valid_accuracy") > 0.95


def test_a_small_network_has_a_few_thousand_parameters():
    assert 3_000 < models.count_parameters(models.mlp([64, 64, 10])) < 6_000


def test_differences_of_one_size_and_two_signs(lesson):
    loss = lesson["mean_squared_error"](torch.tensor([5.0, -5.0]), torch.zeros(2))
    assert loss.item() == 25


def test_shapes_that_do_not_fit_become_a_table(lesson):
    assert lesson["trap"].shape == (4, 4)


def test_a_second_name_sees_what_was_written_in_place_and_a_clone_does_not(lesson):
    assert lesson["x"].tolist() == lesson["second_name"].tolist() == [11, 12, 13]
    assert lesson["copy"].tolist() == [1, 2, 3]


def test_a_seed_repeats_chance_and_a_draw_moves_it_on(lesson):
    assert torch.equal(lesson["drawn"], lesson["again"])
    assert not torch.equal(lesson["drawn"], lesson["next_ones"])


def test_autograd_finds_the_gradient_and_a_step_against_it_makes_the_loss_smaller(lesson):
    assert lesson["gradient"].tolist() == [2, -4]
    w = lesson["w"].detach()
    assert (w**2).sum().item() == pytest.approx(3.2)


def test_the_loop_finds_the_weights(lesson):
    assert lesson["line"].w.tolist() == pytest.approx([3, -1], abs=1e-3)
