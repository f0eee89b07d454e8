"""The figures that *Compression* quotes, measured anew at full size."""

import math
import zlib

import pytest
import torch
import torch.nn.functional as F

from nblib import models, packed
from nblib.oracles import compression as oracle


def middle(values):
    return values.double().quantile(0.5).item()


def scores(lesson, weights):
    return lesson["accuracy"](weights, lesson["X_test"], lesson["y_test"])


def generator(seed):
    return torch.Generator().manual_seed(seed)


def test_the_network_and_its_zeros(lesson):
    assert sum(w[0].numel() for w in lesson["dense"]) == 11_386
    assert middle(scores(lesson, lesson["dense"])) == pytest.approx(0.969, abs=0.01)
    files = lesson["files"]
    assert files["whole", "as it is"] == pytest.approx(48_000, abs=500)
    assert files["90 % zeros", "as it is"] == files["whole", "as it is"]
    assert files["90 % zeros", "in memory"] == files["whole", "in memory"] == 45_544
    ratio = files["90 % zeros", "deflated"] / files["whole", "deflated"]
    assert ratio == pytest.approx(0.2, abs=0.03)
    assert files["whole", "sparse"] / files["whole", "as it is"] == pytest.approx(2, abs=0.1)


def test_a_sparse_format_pays_above_half_of_zeros(lesson):
    lots = torch.rand(512, 512, generator=generator(0))
    for sparsity, pays in ((0.48, False), (0.52, True)):
        W = (lots >= sparsity).float()
        parts = lesson["sparse"]([W])
        assert (len(lesson["file_of"](parts)) < len(lesson["file_of"](W))) is pays


def test_most_weights_can_go_after_tuning(lesson):
    compared = lesson["compared"]
    for (sparsity, how, when), expected, off in (
        ((0.9, "of all", "cut"), 0.74, 0.12),
        ((0.9, "of all", "tuned"), 0.956, 0.006),
        ((0.9, "by lot", "tuned"), 0.88, 0.08),
        ((0.9, "small and dense", "tuned"), 0.958, 0.006),
        ((0.95, "of all", "tuned"), 0.87, 0.025),
        ((0.95, "small and dense", "tuned"), 0.945, 0.025),
    ):
        assert middle(compared[sparsity, how, when]) == pytest.approx(expected, abs=off)
    for sparsity in (0.9, 0.95):
        assert middle(compared[sparsity, "of all", "tuned"]) > middle(
            compared[sparsity, "in each layer", "tuned"]
        )
        assert middle(compared[sparsity, "in five rounds", "tuned"]) < middle(
            compared[sparsity, "of all", "tuned"]
        )
    rounds, once = (middle(compared[0.98, how, "tuned"]) for how in ("in five rounds", "of all"))
    assert rounds > once
    assert middle(compared[0.8, "small and dense", "tuned"]) == pytest.approx(0.968, abs=6e-3)
    for sparsity, lead in ((0.8, -0.008), (0.9, -0.008), (0.95, 0.03), (0.98, 0.25)):
        small = middle(compared[sparsity, "small and dense", "tuned"])
        ahead = small - middle(compared[sparsity, "of all", "tuned"])
        assert ahead > lead


def test_what_the_last_layer_keeps(lesson):
    masks_of, dense = lesson["masks_of"], lesson["dense"]
    assert dense[4][0].numel() == 480
    each = masks_of(dense, 0.95, "in each layer")[2].sum(dim=(1, 2))
    assert middle(each) == pytest.approx(24, abs=1)
    together = masks_of(dense, 0.95, "of all")[2].sum(dim=(1, 2))
    assert middle(together) == pytest.approx(77, abs=8)


def test_half_of_the_units_are_enough_after_tuning(lesson):
    found = {name: scores(lesson, net) for name, net in lesson["fewer_units"].items()}
    assert [w.shape[1] for w in lesson["half"][::2]] == [64, 48, 24]
    assert middle(found["cut"]) == pytest.approx(0.81, abs=0.08)
    assert middle(found["cut and tuned"]) == pytest.approx(0.968, abs=6e-3)
    assert middle(found["small from the start"]) == pytest.approx(0.967, abs=6e-3)


def test_fewer_numbers_in_more_layers(lesson):
    first, second, third, deep = (
        models.count_parameters(models.mlp(sizes)) for sizes in lesson["NETS"].values()
    )
    assert first / second == pytest.approx(21, abs=0.5)
    assert second / third == pytest.approx(16, abs=0.5)
    assert deep < second


def test_a_ticket_is_its_masks_and_its_start(lesson):
    rewound = lesson["rewound"]
    whole, ticket, signs, redrawn, elsewhere, small = lesson["STARTS"]
    for name, early, late in (
        (ticket, 0.81, 0.942),
        (redrawn, 0.37, 0.86),
        (elsewhere, 0.24, 0.74),
    ):
        assert middle(rewound[name, 50]) == pytest.approx(early, abs=0.1)
        assert middle(rewound[name, 200]) == pytest.approx(late, abs=0.015 if late > 0.8 else 0.11)
        assert middle(rewound[name, 200]) > rewound[name, 50].max()
    assert middle(rewound[signs, 50]) == pytest.approx(0.75, abs=0.1)
    assert middle(rewound[signs, 200]) == pytest.approx(middle(rewound[ticket, 200]), abs=0.01)
    assert rewound[ticket, 200].min() > rewound[redrawn, 200].max()
    assert rewound[redrawn, 200].min() > rewound[elsewhere, 200].max()
    assert middle(rewound[whole, 200]) > middle(rewound[ticket, 200])
    kept = sum(mask[0].sum() for mask in lesson["masks"]).item()
    assert kept / sum(mask[0].numel() for mask in lesson["masks"]) == pytest.approx(0.05, abs=1e-3)
    assert middle(rewound[whole, 200]) == pytest.approx(0.964, abs=6e-3)
    assert middle(rewound[small, 200]) == pytest.approx(0.92, abs=0.02)
    assert middle(rewound[ticket, 200]) > middle(rewound[small, 200]) + 0.01


def test_a_grid_has_half_a_step_of_error_at_most():
    x = torch.rand(200_000, generator=generator(0), dtype=torch.float64) * 2 - 1
    scale = 2 / 255
    off = (x / scale).round() * scale - x
    assert off.abs().max() <= scale / 2


def test_few_bits_are_enough_unless_units_are_unequal(lesson):
    by_bits, whole = lesson["by_bits"], middle(scores(lesson, lesson["dense"]))
    for per in ("tensor", "channel"):
        for bits, loss in ((8, 0.003), (6, 0.005), (4, 0.006), (3, 0.02)):
            assert middle(by_bits["as trained", bits, per]) > whole - loss
            if bits >= 4:
                assert middle(by_bits["equalized", bits, per]) > whole - 0.007
    for (name, bits, per), expected, off in (
        (("unequal units", 8, "tensor"), 0.93, 0.015),
        (("unequal units", 6, "tensor"), 0.6, 0.2),
        (("unequal units", 6, "channel"), 0.958, 0.035),
        (("as trained", 2, "channel"), 0.84, 0.035),
    ):
        assert middle(by_bits[name, bits, per]) == pytest.approx(expected, abs=off)
    same = [lesson["logits"](net, lesson["X_test"]) for net in lesson["KINDS"].values()]
    for z in same[1:]:
        assert torch.allclose(z, same[0], atol=1e-3)


def test_straight_through_mends_two_bits(lesson):
    aware = lesson["aware"]
    assert middle(aware[2, "rounded now"]) == pytest.approx(0.84, abs=0.035)
    assert middle(aware[2, "straight through"]) == pytest.approx(0.962, abs=8e-3)
    assert middle(aware[2, "trained on, then rounded"]) == pytest.approx(0.80, abs=0.05)
    assert middle(aware[2, "without straight-through"]) == pytest.approx(0.51, abs=0.065)
    whole = middle(scores(lesson, lesson["dense"]))
    assert whole - middle(aware[2, "straight through"]) < 0.01
    assert whole - middle(aware[2, "rounded now"]) == pytest.approx(0.13, abs=0.035)
    for how in ("trained on, then rounded", "straight through", "without straight-through"):
        assert middle(aware[3, how]) > whole - 0.012


def test_a_rank_of_16_is_enough(lesson):
    shapes = [w[0].shape for w in lesson["dense"][:4:2]]
    assert math.prod(shapes[0]) / sum(shapes[0]) == pytest.approx(38.4)
    share = 16 * sum(map(sum, shapes)) / sum(map(math.prod, shapes))
    assert share == pytest.approx(0.45, abs=5e-3)
    whole = middle(scores(lesson, lesson["dense"]))
    assert middle(lesson["by_rank"][16]) > whole - 6e-3
    assert middle(lesson["by_rank"][8]) == pytest.approx(whole - 0.03, abs=0.012)
    assert middle(lesson["by_rank"][4]) < 0.7


def test_a_teacher_helps_where_digits_are_few(lesson):
    taught, everything = lesson["taught"], lesson["X"].shape[1]
    assert everything == 898
    for n, gain, smoothing, off in ((30, 0.16, -0.04, 0.05), (100, 0.08, -0.033, 0.03)):
        labels = middle(taught[n, "labels"])
        assert middle(taught[n, "teacher, T = 4"]) - labels == pytest.approx(gain, abs=off)
        assert middle(taught[n, "smoothed labels"]) - labels == pytest.approx(smoothing, abs=off)
        assert -0.01 < middle(taught[n, "teacher, T = 1"]) - labels < gain / 2
    own = middle(taught[30, "its own, T = 4"]) - middle(taught[30, "labels"])
    assert own == pytest.approx(0.025, abs=0.025)
    labels = taught[everything, "labels"]
    spread = (labels.max() - labels.min()).item()
    for T in (1, 4, 20):
        gain = middle(taught[everything, f"teacher, T = {T}"]) - middle(labels)
        assert gain < min(0.01, spread)


def test_dark_knowledge_of_threes(lesson):
    unseen = lesson["unseen"]
    assert (lesson["y"][lesson["nets"], lesson["seen"]] != 3).all()
    assert unseen[None, "as it is"].max() == 0
    assert middle(unseen[1, "as it is"]) < 0.05
    assert middle(unseen[1, "bias raised"]) == pytest.approx(2 / 3, abs=0.1)
    for T in (4, 20):
        assert middle(unseen[T, "as it is"]) == pytest.approx(0.78, abs=0.2)
        assert middle(unseen[T, "bias raised"]) == pytest.approx(0.95, abs=0.07)
    assert middle(unseen[None, "bias raised"]) < 0.45


def test_three_values_need_the_straight_way(lesson):
    needed = {how: middle(found) for how, found in lesson["needed"].items()}
    assert needed[4, "rounded at the end"] == pytest.approx(needed[4, "straight through"], abs=0.01)
    assert needed[2, "rounded at the end"] == pytest.approx(0.746, abs=0.08)
    assert needed[2, "straight through"] == pytest.approx(0.960, abs=8e-3)


def test_a_network_of_1500_bytes(lesson):
    for seed in range(6):
        X, y, X_test, y_test = oracle.shuffled_digits(seed, order=seed)
        assert (len(X), len(X_test)) == (1257, 540)
        torch.manual_seed(seed)
        network = lesson["budget"](X, y, 1500)
        assert packed.num_bytes(network) < 1490
        accuracy = (packed.logits(network, X_test).argmax(dim=1) == y_test).double().mean()
        assert accuracy > oracle.LINE


def test_a_code_of_three_values_takes_a_quarter_of_a_byte():
    codes = torch.randint(-1, 2, (100, 100), generator=generator(0)).to(torch.int8)
    size = len(zlib.compress(codes.numpy().tobytes(), 9))
    assert size / codes.numel() == pytest.approx(0.25, abs=0.03)


def test_three_values_by_rounding_at_the_end_miss_the_line():
    for seed, num_hidden in enumerate((0, 30, 58)):
        X, y, X_test, y_test = oracle.shuffled_digits(seed, order=seed)
        torch.manual_seed(seed)
        model = models.mlp([64, num_hidden, 10] if num_hidden else [64, 10]).cpu()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(400):
            rows = torch.randint(len(X), (64,))
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        network = []
        for W, b in zip(*[map(torch.Tensor.detach, model.parameters())] * 2, strict=True):
            scales = W.abs().amax(dim=1)
            network.append(((W / scales[:, None]).round().to(torch.int8), scales, b))
        right = packed.logits(network, X_test).argmax(dim=1) == y_test
        assert right.double().mean() < oracle.LINE
