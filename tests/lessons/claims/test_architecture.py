"""The figures that *Architecture* quotes, measured anew at full size."""

from statistics import median

import pytest


def medians(runs_of):
    return {name: median(runs) for name, runs in runs_of.items()}


def test_a_depthwise_convolution_saves_most_of_the_work(lesson):
    assert lesson["full"] == 4_718_592
    assert lesson["depthwise"] + lesson["pointwise"] == 598_016
    assert lesson["times_fewer"] == pytest.approx(7.9, abs=0.05)


def test_growing_dilation_sees_far_for_few_parameters(lesson):
    def field_and_parameters(*dilations):
        channels = [1] + [8] * len(dilations)
        layers = [
            lesson["nn"].Conv2d(i, o, 3, dilation=d)
            for i, o, d in zip(channels, channels[1:], dilations, strict=False)
        ]
        net = lesson["nn"].Sequential(*layers)
        reach = 1 + sum(2 * d for d in dilations)
        assert net(lesson["torch"].zeros(1, 1, reach, reach)).shape[2:] == (1, 1)
        return reach, lesson["models"].count_parameters(net)

    assert field_and_parameters(1, 2, 4, 8) == (31, 1832)
    assert field_and_parameters(*[1] * 8) == (17, 4168)


def test_what_moves_exactly_along(lesson):
    off = lesson["off"]
    assert off["joined at the border"] == off["max pooling by 2, moved by 2"] == 0
    assert off["zeros at the border"] > 1
    assert off["max pooling by 2, moved by 1"] > 1


def test_a_usual_convolutional_network_does_not_find_a_digit_wherever_it_is(lesson):
    reads = lesson["reads"]
    usual, dense, largest = (
        medians(reads[name]) for name in ("convolutions", "dense", "largest at the end")
    )
    assert usual[0] == pytest.approx(0.91, abs=0.03)
    assert 0.18 < usual[1] < 0.36  # two or three of ten
    assert usual[2] == pytest.approx(0.12, abs=0.04)
    assert dense[0] == pytest.approx(0.94, abs=0.015)
    assert dense[1] < usual[1]
    assert dense[2] < 0.05
    assert largest[2] > usual[2]
    assert max(largest[1], largest[2]) < 0.5


def test_a_ring_reads_the_same_wherever_the_digit_is(lesson):
    ring = lesson["reads"]["built as a ring"]
    assert ring[0] == ring[1] == ring[2]
    assert median(ring[0]) == pytest.approx(0.80, abs=0.06)
    assert median(ring[0]) < median(lesson["reads"]["convolutions"][0])


def test_the_ring_is_slow_rather_than_worse(lesson):
    X, y, X_test, y_test = lesson["framed"]()
    ring, usual = (
        median(lesson["accuracies"](lesson["train"](lesson[name], X, y, 600), X_test, y_test))
        for name in ("ring_net", "usual_net")
    )
    assert ring == pytest.approx(0.96, abs=0.015)
    assert usual == pytest.approx(0.98, abs=0.01)


def test_a_deep_plain_network_is_worse_in_training_and_skips_mend_it(lesson):
    (_, narrow), (loss_8, _), (loss_24, test_24) = (
        lesson["by_depth"][False, d] for d in (2, 8, 24)
    )
    loss_mended, mended = lesson["by_depth"][True, 24]
    assert min(loss_24) > max(loss_8)
    assert min(loss_24) > max(loss_mended)
    assert median(loss_24) == pytest.approx(0.52, abs=0.08)
    assert median(test_24) == pytest.approx(0.77, abs=0.05)
    assert median(mended) == pytest.approx(median(narrow), abs=0.02)  # no gain, no harm


def test_the_root_of_the_width_keeps_attention_soft(lesson):
    largest = lesson["largest_weight"]
    assert largest[64, "without"] == pytest.approx(0.9, abs=0.05)
    assert largest[4, "without"] == pytest.approx(0.29, abs=0.03)
    assert largest[64, "with"] == pytest.approx(largest[4, "with"], abs=0.03)


def test_attention_without_places_does_not_know_the_order(lesson):
    seen = lesson["order_seen"]
    assert seen["without places"] < 1e-14
    assert seen["with places"] > 1


def test_each_architecture_has_a_task_of_its_own_and_one_on_which_it_fails(lesson):
    table = {task: medians(runs) for task, runs in lesson["table"].items()}
    at_home = {
        "mean": "majority",
        "dense": "place",
        "convolution": "motif",
        "GRU": "light",
        "attention": "place",
        "attention, no places": "lookup",
    }
    assert all(table[task][name] > 0.99 for name, task in at_home.items())
    fails = {
        "mean": ("order", 0.50),
        "dense": ("lookup", 0.60),
        "convolution": ("place", 0.59),
        "GRU": ("place", 0.60),
        "attention": ("motif", 0.60),
        "attention, no places": ("order", 0.50),
    }
    for name, (task, accuracy) in fails.items():
        assert table[task][name] == pytest.approx(accuracy, abs=0.045), name
        assert table[task][name] < 0.7


def test_full_transformer_blocks_do_not_find_the_motif_either(lesson):
    torch, nn, F = lesson["torch"], lesson["nn"], lesson["F"]

    class Blocks(nn.Module):
        def __init__(self):
            super().__init__()
            self.places = nn.Parameter(torch.randn(12, 16))
            self.qkv = nn.ModuleList(nn.Linear(16, 48) for _ in range(2))
            self.think = nn.ModuleList(
                nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 16)) for _ in range(2)
            )

        def forward(self, h):
            h = h + self.places
            for layer, think in zip(self.qkv, self.think, strict=True):
                q, k, v = layer(F.layer_norm(h, (16,))).chunk(3, dim=2)
                h = h + (q @ k.mT / 4).softmax(dim=2) @ v
                h = h + think(F.layer_norm(h, (16,)))
            return h[:, -1]

    drawn = [lesson["motif"](900, torch.Generator().manual_seed(seed)) for seed in range(3)]
    X, y = (torch.stack(part) for part in zip(*drawn, strict=True))
    nets = lesson["train"](
        lambda: lesson["reader"](Blocks()), X[:, :400], y[:, :400], 150, lr=0.015
    )
    right = median(lesson["accuracies"](nets, X[:, 400:], y[:, 400:]))
    assert right == pytest.approx(0.60, abs=0.03)


def test_attention_weights_are_no_explanation(lesson):
    assert all(min(runs) == 1 for runs in lesson["correct"].values())
    (of_embeddings, of_states), (moved, moved_states) = (
        lesson[name].values() for name in ("looks", "moves")
    )
    astray = [share for share in of_embeddings if share < 0.8]
    assert 2 <= len(astray) <= 5
    assert median(astray) == pytest.approx(0.5, abs=0.1)
    assert all(share > 0.99 for share in of_embeddings if share not in astray)
    assert sum(share > 0.95 for share in of_states) >= 8
    assert min(moved) > 0.2
    assert 4 <= sum(change < 0.1 for change in moved_states) <= 7


def test_who_wins_the_contest(lesson):
    unbeaten = {name: set() for name in lesson["architectures"]}
    for task, names in lesson["unbeaten"].items():
        for name in names:
            unbeaten[name].add(task)
    assert unbeaten["mean"] == {"majority"}
    assert unbeaten["GRU"] == {"majority", "motif", "order", "light"}
    assert unbeaten["attention, no places"] == {"majority", "lookup"}
    assert unbeaten["convolution"] == {"motif"}
    # who is ahead on `order`, dense or attention, depends on the draw
    assert "place" in unbeaten["dense"] & unbeaten["attention"]
    assert not unbeaten["attention"] & {"motif", "light", "lookup"}


def test_lookup_is_for_attention_and_the_light_for_the_gru(lesson):
    table = {task: medians(runs) for task, runs in lesson["table"].items()}
    assert table["lookup"]["attention"] == pytest.approx(0.95, abs=0.06)
    assert table["lookup"]["GRU"] == pytest.approx(0.725, abs=0.03)
    assert max(v for name, v in table["light"].items() if name != "GRU") < 0.93
    parameters = {name: row["parameters"] for name, row in lesson["medians"].items()}
    assert max(parameters, key=parameters.get) == "dense"
    assert [task for task in table if table[task]["dense"] == 1] == ["place"]


def test_edges_that_say_nothing_do_harm(lesson):
    blocks = {world: medians(runs) for world, runs in lesson["blocks"].items()}
    alone = blocks["at random"]["features alone"]
    assert alone == pytest.approx(0.75, abs=0.025)
    assert blocks["mostly within"]["two steps"] == pytest.approx(0.90, abs=0.025)
    assert blocks["at random"]["two steps"] == pytest.approx(0.63, abs=0.02)
    assert blocks["at random"]["side by side"] == pytest.approx(0.69, abs=0.03)
    assert alone < blocks["mostly between"]["two steps"] < 0.85
    assert blocks["mostly between"]["side by side"] == pytest.approx(0.88, abs=0.02)


def test_routing_finds_those_who_agree_and_inflates_where_nobody_does(lesson):
    agree, nobody = lesson["routed"].values()
    shares = [c[:12, 0].mean().item() for _, c in agree]
    assert shares[0] == pytest.approx(1 / 3, abs=1e-6)
    assert shares[-1] == pytest.approx(0.85, abs=0.01)
    lengths = [v.norm(dim=1) for v, _ in nobody]
    assert (lengths[-1] > lengths[0] + 0.1).all()
    assert lengths[0][0].item() == pytest.approx(0.80, abs=0.01)
    assert lengths[-1][0].item() == pytest.approx(0.95, abs=0.01)


def test_width_was_worth_most_and_plain_depth_did_not_train(lesson):
    work = {name: lesson["price"](*size) for name, size in lesson["sizes"].items()}
    assert work.pop("small") == 55_296
    assert all(3.6 < n / 55_296 <= 4 for n in work.values())
    assert max(work.values()) == 221_184
    grown = lesson["grown"]
    assert min(grown["width"]) > max(grown["small"]) + 0.03
    assert max(grown["depth"]) < min(grown["small"])
    assert median(grown["width"]) == pytest.approx(0.63, abs=0.025)
    assert median(grown["depth"]) == pytest.approx(0.28, abs=0.08)
    for name, accuracy in (("small", 0.5), ("side", 0.47), ("all", 0.5)):
        assert median(grown[name]) == pytest.approx(accuracy, abs=0.06), name


def test_in_five_times_the_steps_a_larger_picture_is_level_with_width(lesson):
    (X, y), (X_test, y_test) = lesson["letters"](0, 60), lesson["letters"](100, 20)

    def right(name):
        size = lesson["sizes"][name]
        pictures, unseen = (lesson["at_side"](part, size[2]) for part in (X, X_test))
        nets = lesson["train"](lambda: lesson["letter_net"](*size), pictures, y, 600, lr=0.01)
        return median(lesson["accuracies"](nets, unseen, y_test))

    assert right("side") == pytest.approx(right("width"), abs=0.04)


def test_one_network_that_does_not_know_of_time_beats_the_hybrid(lesson):
    film = {name: (median(a), median(b)) for name, (a, b) in lesson["by_film"].items()}
    assert film["one picture"][0] == pytest.approx(0.25, abs=0.05)
    assert 0.3 < film["mean over time"][0] < 0.45
    assert film["mean over time"][0] == pytest.approx(film["mean over time"][1], abs=0.005)
    assert 0.75 < film["frames, then GRU"][0] < 0.92
    assert film["frames, then GRU"][1] < 0.5
    assert film["frames as channels"][0] > 0.995
    assert film["frames as channels"][1] == pytest.approx(0.36, abs=0.04)
    hybrid, stacked = (
        lesson["models"].count_parameters(lesson[name]()) for name in ("FramesThenGRU", "Stacked")
    )
    assert (hybrid, stacked) == (59_940, 1_532)


def test_frames_as_channels_need_no_mean_at_the_end(lesson):
    nn = lesson["nn"]

    class DenseEnd(nn.Module):
        def __init__(self):
            super().__init__()
            self.look, self.last = lesson["look"](4), nn.Linear(16 * 36, 4)

        def forward(self, X):
            return self.last(self.look(X).flatten(1))

    films = [lesson["clips"].drifting_digits(600, seed) for seed in range(3)]
    unseen = [lesson["clips"].drifting_digits(300, seed, unseen=True) for seed in range(3)]
    (X, y), (X_test, y_test) = (
        [lesson["torch"].stack(part).cpu() for part in zip(*drawn, strict=True)]
        for drawn in (films, unseen)
    )
    nets = lesson["train"](DenseEnd, X, y, 150, lr=0.005)
    assert min(lesson["accuracies"](nets, X_test, y_test)) > 0.995


def test_neighbours_are_hard_to_beat_where_clicks_are_few(lesson):
    few, many = lesson["found"][5], lesson["found"][20]
    assert min(few["neighbours"]) > max(few["matrix factorization"]) + 0.08
    assert min(few["LightGCN"]) > max(few["matrix factorization"]) + 0.08
    assert max(few["LightGCN"]) > min(few["neighbours"])  # not told apart
    assert max(few["neighbours"]) > min(few["LightGCN"])
    assert median(few["neighbours"]) == pytest.approx(0.52, abs=0.02)
    assert median(few["LightGCN"]) == pytest.approx(0.50, abs=0.02)
    assert median(few["matrix factorization"]) == pytest.approx(0.32, abs=0.025)
    for name, recall in (
        ("neighbours", 0.69),
        ("matrix factorization", 0.645),
        ("LightGCN", 0.71),
        ("popularity", 0.28),
    ):
        assert median(many[name]) == pytest.approx(recall, abs=0.03), name
    assert median(few["popularity"]) == pytest.approx(0.325, abs=0.02)
    assert min(many["LightGCN"]) > max(many["matrix factorization"])
    assert 0 < median(many["LightGCN"]) - median(many["neighbours"]) < 0.04
