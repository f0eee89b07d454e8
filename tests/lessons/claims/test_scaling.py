"""The figures that *Scaling* quotes, measured anew at full size."""

import inspect
import math
import statistics

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, DistributedSampler

from nblib import workers

SIZES = (8, 32, 64, 128, 512, 1200)


def median_of(rows, column=0):
    return statistics.median(row[column] for row in rows)


def test_more_workers_are_slower_where_sending_is_slow(lesson):
    slow, quick, large, alone = zip(*lesson["speedups"].values(), strict=True)
    assert list(lesson["speedups"]) == [1, 2, 4, 8, 64]
    assert slow == pytest.approx([1, 0.67, 0.57, 0.53, 0.49], abs=5e-3)
    assert quick == pytest.approx([1, 1.66, 2.48, 3.26, 3.63], abs=5e-3)
    assert large[3] == pytest.approx(6.8, abs=0.05)
    assert alone == pytest.approx([1, 1.9, 3.48, 5.93, 15.4], abs=0.05)


def test_sending_while_one_computes_helps_where_it_is_nearly_hidden(lesson):
    hidden = lesson["hidden_sending"]
    assert [hidden(2, 8), hidden(2, 80)] == pytest.approx([0.86, 2.0], abs=5e-3)
    assert hidden(4, 8) < 1
    assert hidden(8, 8) < 1


def test_a_ring_sends_less_than_two_tensors_and_all_are_alike(lesson):
    for n in (2, 3, 4, 8):
        share, alike = lesson["sent"][n, "ring"]
        assert (share, alike) == (pytest.approx(2 * (n - 1) / n, abs=1e-3), True)
        assert lesson["sent"][n, "whole tensors"] == (n - 1, n == 2)


def test_whole_tensors_come_out_differently_in_any_draw(lesson):
    for seed in range(5):
        tensors = list(torch.randn(4, 4000, generator=torch.Generator().manual_seed(100 + seed)))
        totals = lesson["whole_round"](tensors)
        assert not all(torch.equal(totals[0], total) for total in totals)
        torch.testing.assert_close(totals[0], torch.stack(tensors).sum(dim=0))


def test_processes_get_what_threads_get(lesson):
    tensors = list(torch.randn(2, 1001, generator=torch.Generator().manual_seed(0)))
    ours = lesson["ring_all_reduce"](tensors)
    try:
        theirs = workers.run_processes(lesson["ring_all_reduce"], 2, tensors)
    except workers.ProcessesError as error:
        pytest.skip(str(error))
    assert all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


def test_what_is_off_when_gradients_are_put_together(lesson):
    off = {name: statistics.median(found) for name, found in lesson["off"].items()}
    assert off["equal shares"] < 2e-7
    assert off["48 + 16, by size"] < 3e-7
    assert off["48 + 16, mean of means"] == pytest.approx(0.36, abs=0.02)
    assert off["sums, averaged over the workers"] == pytest.approx(31, abs=0.1)  # 32 times as long
    assert off["batch norm, each its own"] == pytest.approx(0.19, abs=0.02)
    assert off["batch norm, shares by class"] == pytest.approx(0.4, abs=0.02)
    assert min(lesson["off"]["48 + 16, mean of means"]) > 0.25
    assert off["handed on, own statistics"] == pytest.approx(0.17, abs=0.03)
    assert max(lesson["off"]["handed on, merged statistics"]) < 2e-7


def test_shares_by_class_do_no_harm_without_batch_norm(lesson):
    assert max(lesson["how_far_off"](seed, by_class=True) for seed in range(5)) < 2e-7


def test_the_short_formula_of_the_variance_fails_in_float32():
    x = 3000 + torch.randn(20, 1000, generator=torch.Generator().manual_seed(0))
    short = x.square().mean(dim=1) - x.mean(dim=1).square()
    assert torch.equal(short, short.round())  # next to 9,000,000 there are whole numbers only
    assert len(short.unique()) > 1
    apart = (x - x.mean(dim=1, keepdim=True)).square().mean(dim=1)
    assert ((apart - 1).abs() < 0.2).all()


def test_checkpointing_takes_least_at_eight_segments(lesson):
    held = lesson["held"]
    assert held[1] == pytest.approx(8.4, abs=0.02)
    assert [held[k] for k in (4, 8, 16)] == pytest.approx([2.5, 2.0, 2.5], abs=0.04)
    tensor = 256 * 128 * 4 / 1e6
    assert held[1] / tensor == pytest.approx(64)  # four of each block
    assert all(held[k] == pytest.approx((k - 1 + 64 / k) * tensor) for k in held)


def test_checkpointing_changes_no_bit_of_a_gradient(lesson):
    segment = nn.Sequential(*lesson["blocks"])
    plain = torch.autograd.grad(segment(lesson["X"]).square().mean(), [*segment.parameters()])
    X, halves = lesson["X"], (segment[:8], segment[8:])
    for half in halves:
        X = checkpoint(half, X, use_reentrant=False)
    again = torch.autograd.grad(X.square().mean(), [*segment.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(plain, again, strict=True))


def test_pipelines_are_idle_as_the_formula_says(lesson):
    bubbles = lesson["bubbles"]
    assert all(idle == pytest.approx((p - 1) / (m + p - 1)) for (p, m), idle in bubbles.items())
    assert bubbles[4, 1] == pytest.approx(0.75)
    assert bubbles[4, 16] == pytest.approx(0.16, abs=5e-3)
    assert lesson["lame"] == pytest.approx(0.43, abs=5e-3)


def test_small_gradients_become_zero_in_float16(lesson):
    lost = lesson["lost"]
    assert max(lost[0, "hidden outputs"]) < 5e-4
    one, some, many, bfloat = lost[1000, "hidden outputs"]
    assert one == pytest.approx(0.46, abs=0.02)
    assert some == pytest.approx(0.05, abs=0.01)
    assert many < 0.003
    assert bfloat == 0
    assert max(max(lost[steps, "weights"]) for steps in (0, 100, 1000)) < 0.005
    assert torch.finfo(torch.float16).max == 65_504
    assert lesson["lost_length"][1000, "hidden outputs"] == pytest.approx(0.002, abs=5e-4)
    assert torch.tensor(1.01 * 2.0**-25).half() == 2.0**-24
    assert torch.tensor(2.0**-25).half() == 0


def test_a_scale_that_is_found_trains_as_float32_does(lesson):
    exponents = [math.log2(scale) for scale in lesson["used"]]
    assert exponents[:100:20] == [16, 20, 24, 28, 32]
    assert all(37 <= exponent <= 42 for exponent in exponents[130:])
    assert lesson["skipped"] / len(exponents) == pytest.approx(0.1, abs=0.02)
    assert lesson["found_loss"] == pytest.approx(0.036, abs=1e-3)
    assert lesson["plain"] == pytest.approx(0.030, abs=1e-3)


def test_a_training_with_a_small_loss_needs_a_scale_in_float16(lesson):
    halves = lesson["halves"]
    for name in ("float16", "float16, master weights"):
        assert halves[1e-6, name][0] == pytest.approx(2.33, abs=0.02)
        assert halves[1e-6, name][0] > math.log(10)
        assert halves[1e-6, name][1] < 0.2
    for weight, name in ((1e-6, "float32"), (1e-6, "bfloat16"), (1e-3, "float16")):
        assert halves[weight, name] == pytest.approx([0.069, 0.97], abs=5e-3)
    scaled = halves[1e-6, "float16, master weights, scale 2¹⁴"]
    assert scaled[0] == pytest.approx(halves[1e-6, "float32"][0], abs=1e-3)
    with torch.no_grad():
        net = lesson["network"](0)
        start = nn.functional.cross_entropy(net(lesson["X_few"]), lesson["y_few"]).item()
    assert halves[1e-6, "float16"][0] == pytest.approx(start, abs=0.02)
    without, with_master = (
        halves[1e-6, name][0] for name in ("bfloat16", "bfloat16, master weights")
    )
    assert abs(without - with_master) < 4e-3


def test_the_scaler_of_pytorch_keeps_the_rule_of_the_exercise():
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0, growth_interval=2)
    w, scales = torch.ones(1, requires_grad=True), []
    optimizer = torch.optim.SGD([w], lr=0.1)
    for slope in (1, 1, 1, math.inf, 1, 1, 1):
        scales.append(scaler.get_scale())
        optimizer.zero_grad()
        scaler.scale((w * slope).sum()).backward()
        scaler.step(optimizer)
        scaler.update()
    assert scales == [4, 4, 8, 8, 4, 4, 8]
    assert w.item() == pytest.approx(1 - 6 * 0.1)


def test_a_small_buffer_over_sorted_data_is_as_bad_as_none(lesson):
    once = {size: statistics.median(lesson["buffered"][size, 1][0]) for size in (1, 32, 128, 1200)}
    assert once[1] == pytest.approx(0.35, abs=0.03)
    assert once[32] == pytest.approx(0.36, abs=0.03)
    assert once[128] == pytest.approx(0.51, abs=0.03)
    assert once[1200] == pytest.approx(0.93, abs=0.01)
    kinds = {size: lesson["buffered"][size, 1][1] for size in (1, 32, 128, 1200)}
    assert list(kinds.values()) == pytest.approx([1.2, 2.0, 4.2, 9.6], abs=0.25)
    five, twenty = (
        [statistics.median(lesson["buffered"][size, epochs][0]) for size in (1, 32, 128, 400, 1200)]
        for epochs in (5, 20)
    )
    assert five == pytest.approx([0.94, 0.94, 0.94, 0.97, 0.97], abs=8e-3)
    assert twenty == pytest.approx([0.945] * 5, abs=6e-3)


def test_what_the_libraries_do_by_themselves(lesson):
    assert DataLoader([1]).num_workers == 0
    order = [*DistributedSampler(range(10), num_replicas=2, rank=0)]
    assert order == [*DistributedSampler(range(10), num_replicas=2, rank=0)]  # without set_epoch
    assert inspect.signature(torch.distributed.all_reduce).parameters["op"].default == (
        torch.distributed.ReduceOp.SUM
    )


def test_a_sampler_has_the_same_order_for_neighbouring_seeds():
    one, other = (DistributedSampler(range(10), 2, 0, seed=seed) for seed in (0, 1))
    one.set_epoch(1)
    assert [*one] == [*other]


def test_four_workers_have_the_network_of_one(lesson):
    assert lesson["same"]
    assert lesson["drift"] < 5e-7


def test_a_training_waits_for_its_loader_when_it_must(lesson):
    waits, gained = lesson["waits"], lesson["gained"]
    assert waits["6 ms, no loader of its own"] == pytest.approx(0.375)
    assert waits["6 ms, one loader"] < 0.005
    assert waits["30 ms, one loader"] == pytest.approx(0.67, abs=5e-3)
    assert waits["30 ms, two loaders"] == pytest.approx(0.34, abs=5e-3)
    assert waits["30 ms, four loaders"] < 0.02
    assert waits["6 ms on average, one ahead"] == pytest.approx(0.19, abs=5e-3)
    assert waits["6 ms on average, eight ahead"] < 0.005
    assert gained[2] == pytest.approx(1, abs=5e-3)
    assert gained[8] > 1.9


@pytest.mark.parametrize("loaders", [1, 2, 3, 5])
@pytest.mark.parametrize("load", [4, 9, 11, 19, 21, 29, 31, 60])
def test_it_waits_where_loading_over_loaders_is_longer_than_a_step(lesson, load, loaders):
    first, later = (lesson["counted"]([load] * n, 10, loaders, 8) for n in (400, 800))
    for_a_step = (later - first) / 400
    assert for_a_step == pytest.approx(max(10, load / loaders), rel=0.01)


def best_of(needed):
    """Return the place of the best rate, and the median number of steps with it."""
    middle = needed.median(dim=1).values
    return int(middle.argmin()), middle.min().item()


def test_beyond_the_critical_batch_more_examples_save_few_steps(lesson):
    best = {size: best_of(lesson["arrived"][size]) for size in SIZES}
    steps = {size: number for size, (_, number) in best.items()}
    assert steps[8] == pytest.approx(212, rel=0.1)
    assert steps[64] == pytest.approx(31, rel=0.1)
    assert steps[128] == pytest.approx(20, abs=1.5)
    assert steps[512] == pytest.approx(13, abs=1)
    assert steps[1200] == pytest.approx(12, abs=1)
    assert steps[8] / steps[64] == pytest.approx(7, abs=0.6)
    assert steps[1200] / steps[128] == pytest.approx(0.6, abs=0.05)
    assert lesson["fewer"] == pytest.approx(18, abs=1)
    examples = {size: size * number for size, number in steps.items()}
    assert examples[64] / examples[8] < 1.25
    assert examples[1200] / examples[8] == pytest.approx(8.5, abs=0.4)
    rates = {size: lesson["tried"][size][place] for size, (place, _) in best.items()}
    assert rates[8] == pytest.approx(0.2)
    assert [rates[size] for size in (512, 1200)] == [2.26] * 2
    assert rates[8] < rates[32] < rates[64] < rates[128] < rates[512]
    assert all(0 < place < 6 for place, _ in best.values())


def test_rates_grow_with_the_batch_until_they_are_too_large(lesson):
    """From 0.2 for batches of 8 it is right up to 64; from 0.28 it fails there."""
    linear, num_seeds = lesson["linear"], lesson["num_seeds"]
    assert linear[0.2, 32] == (pytest.approx(62, abs=4), 0)
    assert linear[0.2, 64] == (pytest.approx(31, abs=3), 0)
    assert linear[0.2, 128][1] > num_seeds / 2
    assert linear[0.28, 64][0] > 4 * linear[0.2, 64][0]
    assert linear[0.28, 64][1] > 0
    assert linear[0.28, 128][1] == num_seeds


def test_the_noise_scale_grows(lesson):
    noise = lesson["noise"]
    scales = [variance / signal for variance, signal in noise.values()]
    assert list(noise) == [0, 5, 10, 17, 40]
    assert scales == pytest.approx([49, 63, 179, 422, 1266], rel=0.02)
    assert noise[0][0] / noise[40][0] == pytest.approx(5, abs=0.5)
    assert noise[0][1] / noise[40][1] == pytest.approx(130, abs=8)


def test_a_batch_of_the_noise_scale_is_half_noise(lesson):
    """The mean of |g_B|² is |g|² + V/B: at the start, with B = 49, twice |g|²."""
    variance, signal = lesson["noise"][0]
    X, y, net = lesson["X_few"], lesson["y_few"], lesson["network"](0)
    generator = torch.Generator().manual_seed(0)
    lengths = [
        lesson["flat_gradient"](net, X[rows], y[rows]).square().sum().item()
        for rows in torch.randint(1200, (400, 49), generator=generator)
    ]
    assert statistics.fmean(lengths) == pytest.approx(signal + variance / 49, rel=0.03)


def test_up_to_the_critical_batch_a_larger_one_helps_more_late_than_early(lesson):
    """Shares of the steps that are left, from 32 to 128 and from 128 to 1,200."""
    later = lesson["later"]
    early, late = (
        (later[t, 128] / later[t, 32], later[t, 1200] / later[t, 128]) for t in (0.3, 0.03)
    )
    assert early == pytest.approx([0.5, 0.62], abs=0.04)
    assert late == pytest.approx([0.36, 0.7], abs=0.04)


def test_stored_letters_take_fewer_bytes(lesson):
    stored = lesson["stored"]
    assert stored["float32"] == (4096, 4096)
    assert stored["uint8"] == (1024, 1024)
    letter, noise = stored["uint8, deflated"]
    assert letter == pytest.approx(110, abs=4)
    assert noise == pytest.approx(211, abs=4)
    assert stored["float32"][0] / letter == pytest.approx(37, abs=2)
