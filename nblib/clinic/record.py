"""Train a run and write down what a student would: losses, accuracies, gradients, updates."""

import torch

from nblib.clinic.run import Run, Weights, accuracy
from nblib.history import History

__all__ = ["NUM_EPOCHS", "recorded"]

NUM_EPOCHS, EVERY = 8, 4  # gradients and updates are recorded at each fourth step


def recorded(run: Run) -> tuple[History, Weights]:
    """Return the record of a run over NUM_EPOCHS epochs, and the weights in the end.

    Metrics: `loss` of each batch; `train_accuracy` and `test_accuracy` (as the run reports it) at
    the start and after each epoch; `gradient_1`, ... and `update_1`, ...: the norm of the gradient
    of each layer's weight, and ‖Δw‖/‖w‖ of the step.
    """
    X, y, _, _ = run.data
    history = History()
    weights, memory = run.start()
    step = 0
    _record_accuracies(history, run, weights, step)
    for _ in range(NUM_EPOCHS):
        size = run.case.batch_size
        for X_batch, y_batch in zip(X.split(size), y.split(size), strict=True):
            step += 1
            before = weights
            weights, memory, loss = run.step(before, memory, X_batch, y_batch)
            history.record(step, loss=loss)
            if step % EVERY == 1:
                gradient, _ = run.gradient(before, X_batch, y_batch)
                for layer, at in enumerate(range(0, len(weights), 2), start=1):
                    change = torch.linalg.vector_norm(weights[at] - before[at])
                    ratio = change / torch.linalg.vector_norm(before[at])
                    norm = torch.linalg.vector_norm(gradient[at])
                    history.record(step, **{f"gradient_{layer}": norm, f"update_{layer}": ratio})
        _record_accuracies(history, run, weights, step)
    return history, weights


def _record_accuracies(history: History, run: Run, weights: Weights, step: int) -> None:
    X, y, _, _ = run.data
    history.record(
        step, train_accuracy=accuracy(run.logits(weights, X), y), test_accuracy=run.report(weights)
    )
