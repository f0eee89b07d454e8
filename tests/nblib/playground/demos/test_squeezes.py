"""The playground of compression: what is saved, read back; what it costs; and the myths."""

import itertools
import zlib

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.nn.utils import prune

from nblib import plots
from nblib.playground.demos import compact, squeezes
from nblib.playground.demos.compact import FLOAT, FORMATS
from nblib.playground.demos.squeezes import AFTER, BITS
from nblib.playground.still import still
from nblib.playground.wire import encode

AS_IT_IS, TUNED = AFTER
SETTINGS = [(100, 0, FLOAT), (50, 60, 5), (25, 90, 2), (50, 30, 8)]


def read(file, width, bits, form):
    """Weights and biases out of a file, by its description alone: bit strings and Python lists."""
    if form == "deflated":
        file = zlib.decompress(file)
    at = 0

    def take(dtype, count):
        nonlocal at
        values = np.frombuffer(file, dtype, count, at)
        at += values.nbytes
        return values

    def numbers(count):
        if bits == FLOAT:
            return take(np.float32, count)
        if form == "deflated":
            return take(np.int8, count)
        text = "".join(f"{byte:08b}" for byte in take(np.uint8, -(-count * bits // 8)))
        cut = [text[bits * i : bits * (i + 1)] for i in range(count)]
        return np.array([int(part, 2) for part in cut], float) - (2 ** (bits - 1) - 1)

    layers = []
    for m, n in itertools.pairwise(compact.sizes(width)):
        scale = 1 if bits == FLOAT else take(np.float32, 1)[0]
        if form == "sparse":
            ends = take(np.uint16, m).astype(int)
            columns = take(np.uint8, ends[-1])
            weights = np.zeros((m, n))
            weights[np.repeat(range(m), np.diff([0, *ends])), columns] = numbers(ends[-1])
        else:
            weights = numbers(m * n).reshape(m, n)
        layers.append((weights * scale, take(np.float32, n)))
    assert at == len(file)
    return layers


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("width", "zeros", "bits"), SETTINGS)
def test_a_file_holds_the_whole_network(width, zeros, bits, form):
    layers = compact.rounded(compact.pruned(width, zeros, tuned=False), bits)
    _, _, X, y = compact._pictures()
    for seed, file in enumerate(compact.files(layers, bits, form)):
        here = X[seed].double()
        for at, (w, b) in enumerate(read(file, width, bits, form)):
            here = (here.relu() if at else here) @ torch.tensor(w).double() + torch.tensor(b)
        accuracy = (here.argmax(dim=1) == y[seed]).double().mean().item()
        assert accuracy == pytest.approx(compact.accuracies(layers)[seed], abs=0.003)


def test_the_smallest_of_all_layers_are_pruned_as_pytorch_does():
    start, cut = compact.dense(50), compact.pruned(50, 70, tuned=False)
    for seed in range(compact.NUM_SEEDS):
        holders = [torch.nn.Linear(1, 1, bias=False) for _ in start.levels]
        for holder, w in zip(holders, start.levels, strict=True):
            holder.weight = torch.nn.Parameter(w[seed].clone())
        amount = 70 * sum(w[0].numel() for w in start.levels) // 100
        names = [(holder, "weight") for holder in holders]
        prune.global_unstructured(names, pruning_method=prune.L1Unstructured, amount=amount)
        for holder, w in zip(holders, cut.levels, strict=True):
            torch.testing.assert_close(w[seed], holder.weight.detach())


def test_tuning_leaves_zeros_alone_and_heals():
    cut, tuned = compact.pruned(50, 80, tuned=False), compact.pruned(50, 80, tuned=True)
    for before, after in zip(cut.levels, tuned.levels, strict=True):
        assert (after[before == 0] == 0).all()
        assert (after[before != 0] != before[before != 0]).float().mean() > 0.9  # not dead units
    assert np.median(compact.accuracies(tuned)) > np.median(compact.accuracies(cut)) + 0.1


@pytest.mark.parametrize("bits", [2, 3, 8])
def test_rounding_is_to_the_nearest_of_the_levels(bits):
    start = compact.dense(25)
    for w, levels, scale in zip(
        start.levels, *[getattr(compact.rounded(start, bits), n) for n in ("levels", "scales")],
        strict=True,
    ):  # fmt: skip
        top = 2 ** (bits - 1) - 1
        wanted = torch.stack(
            [
                torch.fake_quantize_per_tensor_affine(one, s.item(), 0, -top, top)
                for one, s in zip(w, scale, strict=True)
            ]
        )
        torch.testing.assert_close(levels * scale, wanted)
        assert (levels.abs().amax((1, 2)) == top).all()


def test_networks_are_those_of_pytorch():
    layers = compact.dense(25)
    X = compact._pictures()[2]
    here = X[3]
    for at, (w, b) in enumerate(zip(layers.levels, layers.biases, strict=True)):
        here = F.linear(here.relu() if at else here, w[3].T, b[3, 0])
    torch.testing.assert_close(layers(X)[3], here, rtol=1e-4, atol=1e-4)


def num_bytes(zeros, bits, form, width=100):
    layers = compact.rounded(compact.pruned(width, zeros, tuned=False), int(bits))
    return np.median([len(file) for file in compact.files(layers, int(bits), form)])


def test_zeros_alone_save_no_dense_bytes_and_no_multiply_adds():
    for zeros in (50, 95):
        assert num_bytes(zeros, 32, "dense") == num_bytes(0, 32, "dense") == 45_544
        assert "11,232 multiply-adds" in squeezes.draw(100, zeros, AS_IT_IS, "32", "dense").says
    assert num_bytes(50, 32, "deflated") < 0.65 * 45_544
    assert num_bytes(0, 32, "deflated") > 0.9 * 45_544  # there is nothing to deflate in floats


def test_a_sparse_file_needs_the_more_zeros_the_fewer_the_bits():
    assert num_bytes(10, 32, "sparse") > num_bytes(10, 32, "dense")
    assert num_bytes(30, 32, "sparse") < num_bytes(30, 32, "dense")
    assert num_bytes(50, 4, "sparse") > num_bytes(50, 4, "dense")
    assert num_bytes(80, 4, "sparse") < num_bytes(80, 4, "dense")


@pytest.mark.parametrize(
    "setting",
    [
        (50, 50, TUNED, "4", "deflated"),
        (50, 65, TUNED, "5", "deflated"),
        (25, 0, TUNED, "6", "dense"),
    ],
)
def test_the_goal_is_reached_by_few_units_and_bits_with_zeros_or_without(setting):
    assert squeezes.draw(*setting).reached  # with half a point to spare


@pytest.mark.parametrize("form", FORMATS)
def test_the_goal_is_missed_without_bits_or_at_full_width(form):
    for zeros in range(0, 100, 15):
        assert squeezes.draw(50, zeros, AS_IT_IS, "32", form).reached is False
        assert squeezes.draw(100, zeros, AS_IT_IS, "4", form).reached is False


@pytest.mark.slow
def test_no_setting_of_the_myths_reaches_the_goal():
    narrow, zeros = [25, 50], range(0, 100, 10)
    myths = [
        *itertools.product(narrow, zeros, AFTER, ["32"], FORMATS),  # zeros alone
        *itertools.product(narrow, zeros, [AS_IT_IS], BITS[1:], FORMATS),  # not tuned
        *itertools.product([50], zeros, [TUNED], BITS, ["dense"]),  # not deflated
        *itertools.product([75, 100], [0, 60, 80], AFTER, BITS, FORMATS),  # wide
    ]
    assert [setting for setting in myths if squeezes.draw(*setting).reached] == []


def test_scenes_are_drawn_and_sent():
    for setting in [(100, 0, AS_IT_IS, "32", "dense"), (25, 95, AS_IT_IS, "2", "sparse")]:
        scene = squeezes.draw(*setting)
        assert plots.png(still(scene)).startswith(b"\x89PNG")
        message, _ = encode(scene, set())
        assert [panel["x"]["names"] for panel in message["panels"]][1] == FORMATS
