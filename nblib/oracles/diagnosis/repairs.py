"""A training program with seven faults, any of which may be left in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes, explained
from nblib.checks.trial import trial

__all__ = ["FAULTS", "REPAIR", "REPAIR_STEP", "fit", "say_of_faults", "some_training"]

State = Mapping[str, Tensor]
Epochs = Sequence[Sequence[Tensor]]
Result = tuple[dict[str, Tensor], list[float]]
Case = tuple[dict[str, Tensor], Tensor, Tensor, Tensor, Tensor, list[list[Tensor]], float]

FAULTS = {  # and what a student is told of each that is left
    "scaling": "what the mean and the standard deviation are taken of",
    "head": "which parameters the optimizer holds",
    "gradients": "when the gradients are cleared",
    "labels": "which labels a batch is compared with",
    "softmax": "what `F.cross_entropy` is given",
    "schedule": "when the schedule steps",
    "mode": "which mode the network trains in after the first epoch",
}


def _network(state: State) -> nn.Sequential:
    hidden, num_features = state["0.weight"].shape
    model = nn.Sequential(
        nn.Linear(num_features, hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, len(state["3.bias"])),
    ).to(state["0.weight"])
    model.load_state_dict(state)
    return model


def fit(
    state: State,
    X: Tensor,
    y: Tensor,
    X_test: Tensor,
    y_test: Tensor,
    epochs: Epochs,
    lr: float,
    *,
    left: Collection[str] = (),
) -> Result:
    """Train, and return the state and the test accuracy after each epoch; `left` names faults."""
    known = torch.cat([X, X_test]) if "scaling" in left else X
    mean, std = known.mean(dim=0), known.std(dim=0, correction=int("by n" not in left))
    X = (X - mean) / std
    if "test by itself" in left:
        mean, std = X_test.mean(dim=0), X_test.std(dim=0)
    if "test as it is" not in left:
        X_test = (X_test - mean) / std
    model = _network(state)
    held = model[-1] if "head" in left else model
    optimizer = torch.optim.SGD(held.parameters(), lr, 0.9 if "momentum" in left else 0.0)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for number, batches in enumerate(epochs):
        if "mode" not in left or number == 0:
            model.train()
        if "never cleared" not in left:
            optimizer.zero_grad()
        for rows in batches:
            if not {"gradients", "never cleared"} & {*left}:
                optimizer.zero_grad()
            z = model(X[rows])
            labels = y[: len(rows)] if "labels" in left else y[rows]
            F.cross_entropy(z.softmax(dim=1) if "softmax" in left else z, labels).backward()
            if "cleared late" in left:
                optimizer.zero_grad()
            optimizer.step()
            if "schedule" in left:
                schedule.step()
        if not {"schedule", "rate"} & {*left}:
            schedule.step()
        model.train("judging" in left)
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return {name: part.detach().clone() for name, part in model.state_dict().items()}, accuracies


REPAIR_STEP: Mistakes = {
    "The accuracy is measured in train mode, in which batch norm looks at the test part and learns "
    "from it. Turn eval mode on first.": partial(fit, left=["judging"]),
    "The test part is not standardized. The network knows numbers of another size.": partial(
        fit, left=["test as it is"]
    ),
    "The deviation divides by n. `std` as it stands there divides by n − 1.": partial(
        fit, left=["by n"]
    ),
    "The gradients are cleared between `backward` and `step`, so nothing moves.": partial(
        fit, left=["cleared late"]
    ),
}
REPAIR: Mistakes = {
    **REPAIR_STEP,
    "The test part is standardized by its own mean. It gets that of the training part.": partial(
        fit, left=["test by itself"]
    ),
    "The rate is never halved: let the schedule step after each epoch.": partial(
        fit, left=["rate"]
    ),
    "The gradients are never cleared: each step takes those of all steps before it, too.": partial(
        fit, left=["never cleared"]
    ),
    "Momentum is left on. Plain SGD is wanted.": partial(fit, left=["momentum"]),
}


def some_training(
    sizes: tuple[int, int, int],
    n: int,
    num_epochs: int,
    num_batches: int,
    generator: torch.Generator,
) -> Case:
    """Return the arguments of `fit`: float32 data, a network by lot, batches by lot."""
    k, hidden, num_classes = sizes

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    state = {
        "0.weight": drawn(hidden, k) / k**0.5,
        "0.bias": drawn(hidden) / 4,
        "1.weight": 1 + drawn(hidden) / 8,
        "1.bias": drawn(hidden) / 4,
        "1.running_mean": torch.zeros(hidden),
        "1.running_var": torch.ones(hidden),
        "1.num_batches_tracked": torch.tensor(0),
        "3.weight": drawn(num_classes, hidden) / hidden**0.5,
        "3.bias": drawn(num_classes) / 4,
    }
    scale, shift = 1 + 3 * torch.rand(k, generator=generator), 2 * drawn(k)
    X, X_test = drawn(n, k) * scale + shift, drawn(n + 3, k) * 2 * scale + shift + 1
    y, y_test = (
        torch.randint(num_classes, (length,), generator=generator) for length in (n, n + 3)
    )
    epochs = [
        [*torch.randperm(n, generator=generator).chunk(num_batches)] for _ in range(num_epochs)
    ]
    return state, X, y, X_test, y_test, epochs, 0.3


def _differ(came: Sequence[Any], right: Sequence[Result]) -> bool:
    return not all(explained(c, w, w) for c, w in zip(came, right, strict=True))


def say_of_faults(check: Exercise, answer: Callable[..., Any], *cases: Case) -> None:
    """Say which faults are still there, if just these explain all that an answer returns."""
    check.agree(answer, fit)  # on nothing: it is the definition on the page
    came = [trial(answer, case) for case in cases]
    if any(one.error for one in came):
        return
    right = [fit(*case) for case in cases]
    if not _differ([one.outcome for one in came], right):
        return
    shown = [
        fault for fault in FAULTS if _differ([fit(*case, left=[fault]) for case in cases], right)
    ]
    for number in range(1, len(shown) + 1):
        for left in itertools.combinations(shown, number):
            if all(
                explained(a.outcome, fit(*case, left=left), w)
                for a, case, w in zip(came, cases, right, strict=True)
            ):
                still = "; ".join(FAULTS[fault] for fault in left)
                if len(shown) < len(FAULTS):
                    check.that(False, f"A single step shows what is left to repair: {still}.")
                things = "One thing is" if number == 1 else f"{number} things are"
                check.that(False, f"{things} left to repair: {still}.")
