"""The six checks: what each measures of a run, as numbers. Cheap ones first."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from nblib.clinic.run import Run, Weights, accuracy

__all__ = ["CHECKS", "Findings"]

ONE_BATCH, ONE_BATCH_STEPS, NUM_REPORTS = 20, 100, 5

Findings = dict[str, float]


def data(run: Run, weights: Weights) -> Findings:
    """Look at the data as the network sees it.

    `scale` is the standard deviation of the inputs; `same_as_next` the share of examples with the
    class of the one after them; `in_both` the share of held-out examples that stand in the training
    part; `neighbours_agree` the share of training examples whose nearest other one has the same
    class; `parts_agree` the share of held-out examples whose nearest training one has.
    """
    X, y, X_test, y_test = run.data
    among = torch.cdist(X, X)
    across = torch.cdist(X_test, X, compute_mode="donot_use_mm_for_euclid_dist")  # equal rows: 0
    among.fill_diagonal_(math.inf)
    in_both = (across < 1e-4 * X.std()).any(1)
    return {
        "scale": float(X.std()),
        "same_as_next": _share(y[1:] == y[:-1]),
        "in_both": _share(in_both),
        "neighbours_agree": _share(y[among.argmin(1)] == y),
        "parts_agree": _share(y[across.argmin(1)] == y_test),
    }


def first_loss(run: Run, weights: Weights) -> Findings:
    """Compare the loss before the first step, over the first batches, with ln(num_classes)."""
    X, y, _, _ = run.data
    start, _ = run.start()
    size = run.case.batch_size
    losses = [
        run.loss(run.logits(start, X[at : at + size]), y[at : at + size]).item()
        for at in range(0, 4 * size, size)
    ]
    return {"loss": sum(losses) / len(losses), "expected": math.log(run.case.num_classes)}


def one_batch(run: Run, weights: Weights) -> Findings:
    """Train on a batch of 20 alone, 100 steps: the loss and the accuracy in the end."""
    X, y, _, _ = run.data
    rows = torch.randperm(len(y), generator=torch.Generator().manual_seed(0))[:ONE_BATCH]
    X, y = X[rows], y[rows]
    now, memory = run.start()
    for _ in range(ONE_BATCH_STEPS):
        now, memory, _ = run.step(now, memory, X, y)
    logits = run.logits(now, X)
    return {"loss": run.loss(logits, y).item(), "accuracy": accuracy(logits, y)}


def gradients(run: Run, weights: Weights) -> Findings:
    """Measure, at the start, the gradient of each layer and how far a step moves it.

    `first_to_last` is the norm of the first layer's gradient over the last's; `update_first` and
    `update_last` are ‖Δw‖/‖w‖ of their weights at the third step.
    """
    X, y, _, _ = run.data
    size = run.case.batch_size
    now, memory = run.start()
    gradient, _ = run.gradient(now, X[:size], y[:size])
    for at in range(0, 3 * size, size):
        before = now
        now, memory, _ = run.step(now, memory, X[at : at + size], y[at : at + size])
    first, last = (_ratio(now[at] - before[at], before[at]) for at in (0, -2))
    return {
        "first_to_last": _ratio(gradient[0], gradient[-2]),
        "update_first": first,
        "update_last": last,
    }


def batch_leak(run: Run, weights: Weights) -> Findings:
    """Ask of 8 rows on how many the output of one depends, and whether each has a loss of its own.

    `rows` is the number of rows that the output of row 3 depends on; `alone` the mean loss of the
    rows one by one, divided by the loss of all together.
    """
    X, y, _, _ = run.data
    start, _ = run.start()
    x = X[:8].clone().requires_grad_()
    (grad,) = torch.autograd.grad(run.logits(start, x)[3].sum(), x)
    logits = run.logits(start, X[:8])
    alone = sum(run.loss(logits[i : i + 1], y[i : i + 1]).item() for i in range(8)) / 8
    return {
        "rows": float((grad != 0).any(1).sum()),
        "alone": alone / run.loss(logits, y[:8]).item(),
    }


def evaluation(run: Run, weights: Weights) -> Findings:
    """Judge the trained model again, in evaluation mode, beside what the run reports.

    `spread` is the largest of five reports on the same weights minus the smallest.
    """
    X, y, X_test, y_test = run.data
    reports = [run.report(weights) for _ in range(NUM_REPORTS)]
    return {
        "train": accuracy(run.logits(weights, X), y),
        "test": accuracy(run.logits(weights, X_test), y_test),
        "reported": reports[0],
        "spread": max(reports) - min(reports),
        "chance": 1 / run.case.num_classes,
    }


def _share(truths: Tensor) -> float:
    return float(truths.float().mean())


def _ratio(part: Tensor, whole: Tensor) -> float:
    return float(part.norm() / whole.norm())


CHECKS: dict[str, Callable[[Run, Weights], Findings]] = {
    "data": data,
    "first loss": first_loss,
    "one batch": one_batch,
    "gradients": gradients,
    "batch leak": batch_leak,
    "evaluation": evaluation,
}
