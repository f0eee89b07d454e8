"""The playground of scaling: its clock against formulas, its table against training, the goal."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nblib import plots
from nblib.playground.demos import clusters, critical
from nblib.playground.demos.clusters import OVERLAP
from nblib.playground.demos.timelines import Cluster, timeline
from nblib.playground.scene import Bars
from nblib.playground.still import still
from nblib.playground.wire import encode

CLUSTERS = [
    Cluster(*setting)
    for setting in itertools.product(
        (1, 2, 4, 16), (1, 7, 40), (1e8, 1e9, 1e11), (5e-5, 1e-2), (False, True), (0, 1, 2, 8)
    )
]


def test_a_ring_passes_nearly_twice_the_gradients_on():
    for n, share in [(2, 1.0), (4, 1.5), (8, 1.75)]:  # 2 (n − 1) / n
        assert Cluster(n, 1, 1e9, 0).sending(1e9) == pytest.approx(share)
        assert Cluster(n, 1, 1e30, 1e-3).sending(1e9) == pytest.approx(2 * (n - 1) * 1e-3)
    assert Cluster(1, 1).sending(1e9) == 0


def parts(cluster):
    """Seconds of computing, loading and sending all gradients at once, without the module's own."""
    n, share = cluster.workers, cluster.share
    rounds = 2 * (n - 1)
    seconds = rounds * cluster.latency + rounds / n * 1e8 / cluster.bandwidth
    return 0.05 * share, 0.07 * share / max(1, cluster.threads), seconds


def test_without_overlap_a_step_is_the_sum_or_waits_for_the_loader():
    for cluster in CLUSTERS:
        if not cluster.overlap:
            compute, load, send = parts(cluster)
            work = compute + send + 0.02
            wanted = load + work if cluster.threads == 0 else max(load, work)
            assert timeline(cluster).step == pytest.approx(wanted), cluster


def test_overlap_hides_what_fits_beside_the_backward_pass():
    for cluster in CLUSTERS:
        if cluster.overlap and cluster.threads == 8:
            compute, load, _ = parts(cluster)
            bucket = cluster.sending(1e8 / 20)
            # The first of 20 buckets is ready after a 20th of the backward pass.
            first = compute / 3 + 2 / 3 * compute / 20
            work = max(first + 20 * bucket, compute + bucket) + 0.02
            assert timeline(cluster).step == pytest.approx(max(load, work)), cluster


def test_nothing_happens_before_its_time_or_twice_at_once():
    for cluster in CLUSTERS:
        line = timeline(cluster)
        sends = [span for buckets in line.send for span in buckets]
        for spans in (line.load, sends, sorted(line.compute + line.update)):
            assert all(a[1] <= b[0] + 1e-9 for a, b in itertools.pairwise(spans))
        for load, compute, send, update in zip(
            line.load, line.compute, line.send, line.update, strict=True
        ):
            assert load[1] <= compute[0] + 1e-9
            assert compute[0] < send[0][0]
            assert compute[1] <= send[-1][1] + 1e-9
            assert send[-1][1] == update[0]


def test_gradients_are_those_of_autograd():
    generator = torch.Generator().manual_seed(1)
    weights = [w.double().requires_grad_() for w in critical._start(3, generator)]
    X = torch.randn(3, 9, 64, dtype=torch.float64, generator=generator)
    y = torch.randint(10, (3, 9), generator=generator)
    logits = critical._forward(weights, X)[1]
    losses = F.cross_entropy(logits.transpose(1, 2), y, reduction="none").mean(dim=1)
    wanted = torch.autograd.grad(losses.sum(), weights)
    for given, right in zip(critical._gradients(weights, X, y), wanted, strict=True):
        torch.testing.assert_close(given, right)


@pytest.mark.slow
@pytest.mark.parametrize(("batch_size", "lr"), [(32, 0.566), (256, 1.13)])
def test_the_table_is_what_training_needs(batch_size, lr):
    steps, _ = critical.measure(batch_size, lrs=[lr])
    assert steps == pytest.approx(critical.STEPS[batch_size], rel=0.15)


def test_rates_that_do_not_get_there_are_told():
    with pytest.raises(RuntimeError, match="a batch of 8 has not reached"):
        critical.measure(8, lrs=[0.1], max_steps=3)


def test_a_larger_batch_saves_steps_up_to_a_critical_size():
    sizes, steps = map(np.array, zip(*critical.STEPS.items(), strict=True))
    np.testing.assert_allclose([critical.steps_to_target(size) for size in sizes], steps)
    assert steps[0] > critical.steps_to_target(5) > steps[1]
    saved = steps[:-1] / steps[1:]  # by twice the batch
    assert (np.diff(saved) < 0.06).all()
    assert saved[0] > 1.8
    assert saved[-1] < 1.1
    assert (np.diff(sizes * steps) > 0).all()  # and always costs samples


def test_amdahl():
    f = 0.02 / (0.02 + 28 * 0.05)
    for n in (1, 4, 16):
        assert clusters.amdahl(n, 28) == pytest.approx(1 / (f + (1 - f) / n))


def test_no_speed_up_of_samples_is_above_amdahl():
    for cluster in CLUSTERS:
        most = clusters.amdahl(cluster.workers, max(4, cluster.batch_size))
        if cluster.batch_size >= 4:
            assert clusters.faster(cluster)[0] <= most + 1e-9


def reached(batch_size, sends, threads):
    return clusters.draw(4, batch_size, 1.0, 50.0, sends, threads).reached


def test_the_goal_needs_overlap_two_threads_and_a_batch_that_is_neither_small_nor_large():
    after, during = OVERLAP
    for threads in (2, 8):
        assert [size for size in range(16, 1025, 4) if reached(size, during, threads)] == [
            *range(20, 37, 4)
        ]
    for size in [*range(16, 65, 4), 128, 256, 1024]:
        assert reached(size, during, 1) is reached(size, during, 0) is False
        assert all(reached(size, after, threads) is False for threads in range(9))


def test_three_times_the_samples_are_not_three_times_as_fast():
    samples, time = clusters.faster(Cluster(4, 64, threads=2))  # without overlap
    assert samples > 3.5
    assert time < 2
    samples, time = clusters.faster(Cluster(4, 256, overlap=True, threads=2))
    assert samples > 3.9
    assert time < 1


def test_more_workers_can_be_slower_and_other_clusters_do_not_count():
    assert clusters.faster(Cluster(2, 8, bandwidth=1e8, threads=2))[0] < 1
    scene = clusters.draw(8, 32, 10.0, 50.0, OVERLAP[1], 2)
    assert scene.reached is None
    assert scene.says.startswith("A step of 32 samples")


def test_each_worker_gets_as_much_as_the_others():
    assert "A step of 33 samples" in clusters.draw(3, 32.4, 1.0, 50.0, OVERLAP[0], 1).says
    assert "A step of 16 samples" in clusters.draw(16, 17, 1.0, 50.0, OVERLAP[0], 1).says


def test_scenes_are_drawn_and_sent():
    for setting in [(1, 16, 0.1, 10.0, OVERLAP[0], 0), (16, 1024, 100.0, 1e4, OVERLAP[1], 8)]:
        scene = clusters.draw(*setting)
        assert plots.png(still(scene)).startswith(b"\x89PNG")
        message, _ = encode(scene, set())
        assert len(message["panels"]) == 3
        rows = {mark.base + 0.35 for mark in scene.panels[0].marks if isinstance(mark, Bars)}
        assert {0.0, 1.0, 2.0} == {round(row) for row in rows}
