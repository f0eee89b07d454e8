"""The figures that *Compression* quotes, measured anew at full size."""

import math
import zlib

import pytest
import torch
import torch.nn.functional as F

from nblib import data, models, packed


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
    ratio = files["90 % zeros", "deflated"] / files["whole", "deflated"]
    assert ratio == pytest.approx(0.2, abs=0.03)
    assert files["whole", "sparse"] / files["whole", "as it is"] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(("share", "places"), [(1 / 2, torch.int32), (2 / 3, torch.int64)])
def test_a_sparse_format_pays_from_some_share_of_zeros_on(lesson, share, places):
    lots = torch.rand(512, 512, generator=generator(0))
    for sparsity, pays in ((share - 0.02, False), (share + 0.02, True)):
        W = (lots >= sparsity).float()
        csr = W.to_sparse_csr()
        assert csr.col_indices().dtype == torch.int64  # what PyTorch uses by itself
        parts = [csr.crow_indices().to(places), csr.col_indices().to(places), csr.values()]
        parts = [part.clone() for part in parts]  # else the columns' file holds the rows as well
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


def test_it_flips_with_patience(lesson):
    X, y, dense = lesson["X"], lesson["y"], lesson["dense"]

    def at_once(sparsity):
        cut = lesson["pruned"](lesson["masks_of"](dense, sparsity, "of all"))
        return middle(scores(lesson, lesson["train"](dense, X, y, 750, generator(5), cut)))

    assert at_once(0.95) == pytest.approx(0.947, abs=0.017)
    rounds = lesson["gradual"](dense, 0.98, 5, 150, generator(5))
    assert middle(scores(lesson, rounds)) > at_once(0.98) + 0.03


def test_fewer_numbers_in_more_layers(lesson):
    _, second, third, deep = (
        models.count_parameters(models.mlp(sizes)) for sizes in lesson["NETS"].values()
    )
    assert second / third == pytest.approx(16, abs=0.5)
    assert deep < second


def test_a_ticket_is_its_masks_and_its_start(lesson):
    rewound = lesson["rewound"]
    whole, ticket, signs, redrawn, elsewhere = lesson["STARTS"]
    for name, early, late in (
        (ticket, 0.81, 0.942),
        (redrawn, 0.37, 0.86),
        (elsewhere, 0.24, 0.74),
    ):
        assert middle(rewound[name, 50]) == pytest.approx(early, abs=0.1)
        assert middle(rewound[name, 200]) == pytest.approx(late, abs=0.015 if late > 0.8 else 0.11)
        assert rewound[name, 200].min() > rewound[name, 50].max() - 0.1
    assert middle(rewound[signs, 200]) == pytest.approx(middle(rewound[ticket, 200]), abs=0.01)
    assert rewound[ticket, 200].min() > rewound[redrawn, 200].max()
    assert rewound[redrawn, 200].min() > rewound[elsewhere, 200].max()
    assert middle(rewound[whole, 200]) > middle(rewound[ticket, 200])
    kept = sum(mask[0].sum() for mask in lesson["masks"]).item()
    assert kept / sum(mask[0].numel() for mask in lesson["masks"]) == pytest.approx(0.05, abs=1e-3)
    small = lesson["begin"]([64, 8, 10], lesson["num_nets"], generator(3))
    small = lesson["train"](small, lesson["X"], lesson["y"], 200, generator(9))
    assert middle(rewound[ticket, 200]) > middle(scores(lesson, small)) + 0.01


def test_a_grid_has_half_a_step_of_error_at_most():
    x = torch.rand(200_000, generator=generator(0), dtype=torch.float64) * 2 - 1
    scale = 2 / 255
    off = (x / scale).round() * scale - x
    assert off.abs().max() <= scale / 2
    assert off.square().mean().sqrt().item() == pytest.approx(scale / math.sqrt(12), rel=5e-3)


def test_few_bits_are_enough_unless_units_are_unequal(lesson):
    by_bits, whole = lesson["by_bits"], middle(scores(lesson, lesson["dense"]))
    for per in ("tensor", "channel"):
        for bits, loss in ((8, 0.003), (6, 0.005), (4, 0.006), (3, 0.02)):
            assert middle(by_bits["as trained", bits, per]) > whole - loss
            if bits >= 4:
                assert middle(by_bits["equalized", bits, per]) > whole - 0.007
    for (name, bits, per), expected, off in (
        (("unequal units", 8, "tensor"), 0.93, 0.015),
        (("unequal units", 6, "tensor"), 0.45, 0.3),
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
    assert middle(lesson["by_rank"][4]) < 0.7


def test_a_teacher_helps_where_digits_are_few(lesson):
    taught, everything = lesson["taught"], lesson["X"].shape[1]
    assert everything == 898
    for n, gain, smoothing, off in ((30, 0.16, -0.04, 0.05), (100, 0.08, -0.033, 0.03)):
        labels = middle(taught[n, "labels"])
        assert middle(taught[n, "teacher, T = 4"]) - labels == pytest.approx(gain, abs=off)
        assert middle(taught[n, "smoothed labels"]) - labels == pytest.approx(smoothing, abs=off)
        assert -0.01 < middle(taught[n, "teacher, T = 1"]) - labels < gain / 2
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
    for T in (4, 20):
        assert middle(unseen[T, "as it is"]) == pytest.approx(0.78, abs=0.2)
        assert middle(unseen[T, "bias raised"]) == pytest.approx(0.95, abs=0.07)
    assert middle(unseen[None, "bias raised"]) < 0.45


def odd_digits(seed):
    X, y, X_test, y_test = (part.cpu() for part in data.digits(seed))
    return X, y % 2, X_test, y_test % 2


def test_a_network_of_450_bytes(lesson):
    sizes, accuracies = [], []
    for seed in range(6):
        X, y, X_test, y_test = odd_digits(seed)
        assert (len(X), len(X_test)) == (1257, 540)
        torch.manual_seed(seed)
        network = lesson["budget"](X, y, 450)
        assert len(network[0][0]) == 7  # hidden units
        assert network[0][0].abs().max() == 7
        sizes.append(packed.num_bytes(network))
        right = packed.logits(network, X_test).argmax(dim=1) == y_test
        accuracies.append(right.double().mean())
    assert torch.tensor(sizes).double().quantile(0.5).item() == pytest.approx(382, abs=15)
    assert max(sizes) < 450
    assert middle(torch.stack(accuracies)) == pytest.approx(0.97, abs=8e-3)
    first = 4 * sum(w[0].numel() for w in lesson["dense"])
    assert max(sizes) / first == pytest.approx(0.01, abs=2e-3)


def test_what_a_hidden_unit_costs(lesson):
    X, y, _, _ = odd_digits(0)
    large, small = (packed.num_bytes(lesson["budget"](X, y, limit)) for limit in (1600, 450))
    units = (1600 - 70) // 48 - (450 - 70) // 48
    assert (large - small) / units == pytest.approx(48, abs=5)
    codes = torch.randint(-7, 8, (100, 100), generator=generator(0)).to(torch.int8)
    size = len(zlib.compress(codes.numpy().tobytes(), 9))
    assert size / codes.numel() == pytest.approx(0.55, abs=0.05)  # "about half a byte"


def test_a_single_layer_is_not_enough():
    found = []
    for seed in range(6):
        X, y, X_test, y_test = odd_digits(seed)
        torch.manual_seed(seed)
        model = torch.nn.Linear(64, 2)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(400):
            optimizer.zero_grad()
            F.cross_entropy(model(X), y).backward()
            optimizer.step()
        found.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    assert min(found) > 0.885
    assert max(found) < 0.935
