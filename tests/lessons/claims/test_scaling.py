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
    slow, quick, alone = zip(*lesson["speedups"].values(), strict=True)
    assert list(lesson["speedups"]) == [1, 2, 4, 8, 64]
    assert slow == pytest.approx([1, 0.67, 0.57, 0.53, 0.49], abs=5e-3)
    assert quick == pytest.approx([1, 1.66, 2.48, 3.26, 3.63], abs=5e-3)
    assert alone == pytest.approx([1, 1.9, 3.48, 5.93, 15.4], abs=0.05)


def test_a_ring_sends_less_than_two_tensors_and_all_are_alike(lesson):
    for n in (2, 4, 8):
        share, alike = lesson["sent"][n, "ring"]
        assert (share, alike) == (pytest.approx(2 * (n - 1) / n), True)
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
    assert torch.tensor(2.0**-24).half() > 0 == torch.tensor(2.0**-26).half()


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
    bfloat = lesson["half_training"](0, *lesson["WAYS"]["bfloat16"], weight=1e-3)
    assert bfloat[0] == pytest.approx(0.07, abs=5e-3)


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
    often = [statistics.median(lesson["buffered"][size, 5][0]) for size in (1, 32, 128, 400, 1200)]
    assert often == pytest.approx([0.83] * 5, abs=0.02)


def test_what_the_libraries_do_by_themselves(lesson):
    assert DataLoader([1]).num_workers == 0
    order = [*DistributedSampler(range(10), num_replicas=2, rank=0)]
    assert order == [*DistributedSampler(range(10), num_replicas=2, rank=0)]  # without set_epoch
    assert inspect.signature(torch.distributed.all_reduce).parameters["op"].default == (
        torch.distributed.ReduceOp.SUM
    )
    sizes = {kind: sum(map(len, items)) for kind, items in lesson["stored"].items()}
    assert sizes["compressed"] / sizes["plain"] == pytest.approx(0.71, abs=5e-3)


def best_of(needed):
    """Return the place of the best rate, and the median number of steps with it."""
    middle = needed.median(dim=1).values
    return int(middle.argmin()), middle.min().item()


def test_beyond_the_critical_batch_more_examples_save_few_steps(lesson):
    best = {size: best_of(lesson["arrived"][size]) for size in SIZES}
    steps = {size: number for size, (_, number) in best.items()}
    assert steps[8] == pytest.approx(181, rel=0.1)
    assert steps[64] == pytest.approx(27, rel=0.15)
    assert steps[128] == pytest.approx(18, abs=1.5)
    assert steps[512] == pytest.approx(13, abs=1)
    assert steps[1200] == pytest.approx(12, abs=1)
    assert steps[8] / steps[64] == pytest.approx(7, abs=1)
    assert lesson["fewer"] == pytest.approx(15, abs=2)
    examples = {size: size * number for size, number in steps.items()}
    assert examples[64] / examples[8] < 1.35
    assert examples[1200] / examples[8] == pytest.approx(10, abs=1.5)
    rates = {size: lesson["RATES"][place] for size, (place, _) in best.items()}
    assert [rates[8], rates[64]] == pytest.approx([0.28, 1.6], rel=0.02)
    assert [rates[size] for size in (128, 512, 1200)] == pytest.approx([2.3] * 3, rel=0.02)
    assert all(0 < place < len(lesson["RATES"]) - 1 for place, _ in best.values())


def test_rates_grow_with_the_batch_until_they_are_too_large(lesson):
    """From 0.2 for batches of 8: up to 64 it is right, at 512 it never arrives."""
    needed = {n: lesson["steps_needed"](n, [0.2 * n / 8], 3, at_most=300) for n in (32, 64, 512)}
    assert best_of(needed[32])[1] == pytest.approx(62, rel=0.2)
    assert best_of(needed[64])[1] == pytest.approx(31, rel=0.3)
    assert needed[512].isinf().all()


def test_the_noise_scale_grows(lesson):
    noise = lesson["noise"]
    assert noise[0] == pytest.approx(49, abs=1.5)
    assert noise[40] > 1000
    assert noise[40] / noise[0] == pytest.approx(25, abs=3)


def test_late_in_a_training_larger_batches_help_more(lesson):
    """Four times the batch, 32 to 128: half the steps to loss 0.3, less than a third to 0.03."""
    rates = [0.56 * 2 ** (k / 2) for k in range(6)]
    early, late = (
        [best_of(lesson["steps_needed"](size, rates, 3, target=target))[1] for size in (32, 128)]
        for target in (0.3, 0.03)
    )
    assert early[1] / early[0] > 0.42
    assert late[1] / late[0] < 0.38
