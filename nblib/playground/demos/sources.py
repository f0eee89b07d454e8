"""A few labels, and features from a network that has learned something else, or nothing."""

import functools

import torch
from torch import Tensor

from nblib import data, models, pretrained
from nblib.playground.controls import Button, Choice, Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Line, Panel, Points, Scene

__all__ = ["SOURCES", "draw", "few_labels", "fitted_accuracy"]

GOAL, GOAL_LABELS = 0.92, 4
SOURCES = ("pixels", "nothing learned", "grain", "stripes", "letters")

_LABELS = (1, 2, 3, 4, 6, 10, 20, 40)


@functools.cache
def _features(source: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return standardized features and labels, to learn from and to judge by, on the CPU."""
    digits = data.digits(test_size=0.4, standardize=False)
    parts = [digits.X_train.cpu(), digits.X_test.cpu()]  # counts of 0–16
    if source != "pixels":
        learned = source != "nothing learned"
        known = pretrained.load(source if learned else "letters")
        model = models.convnet(known.num_classes, torch.Generator().manual_seed(0)).cpu().eval()
        if learned:
            model.load_state_dict(known.state)
        with torch.no_grad():
            parts = [model[:-1]((X - known.mean) / known.std) for X in parts]
    mean, std = parts[0].mean(), parts[0].std()  # of all: a feature that hardly varies stays small
    X_train, X_test = ((X - mean) / std for X in parts)
    return X_train, digits.y_train.cpu(), X_test, digits.y_test.cpu()


@functools.lru_cache(maxsize=512)
def fitted_accuracy(source: str, per_class: int, strength: float, seed: int) -> float:
    """Return the share of unseen digits that ridge regression on features recognizes.

    The targets are 1 for the class and 0 for others, less their mean; the penalty is
    `strength` · ‖W‖², for the mean squared error.

    Args:
        source: one of SOURCES.
        per_class: labels of each digit.
        strength: λ, above 0.
        seed: draws which examples have labels.
    """
    X_train, y_train, X_test, y_test = _features(source)
    order = torch.randperm(len(y_train), generator=torch.Generator().manual_seed(seed))
    chosen = torch.cat([order[y_train[order] == k][:per_class] for k in range(10)])
    X, y = X_train[chosen], torch.nn.functional.one_hot(y_train[chosen], 10) - 0.1  # (n, 10)
    centre = X.mean(dim=0)
    X = (X - centre).double()  # (n, num_features)
    gram = X @ X.T + len(X) * strength * torch.eye(len(X), dtype=X.dtype)  # (n, n): n may be small
    if len(X) > X.shape[1]:
        gram = X.T @ X + len(X) * strength * torch.eye(X.shape[1], dtype=X.dtype)
        W = torch.linalg.solve(gram, X.T @ y.double())  # (num_features, 10)
    else:
        W = X.T @ torch.linalg.solve(gram, y.double())
    guess = ((X_test - centre) @ W.float()).argmax(dim=1)
    return (guess == y_test).double().mean().item()


def draw(source: str, per_class: int, strength: float, seed: int = 0) -> Scene:
    """Return the accuracy of a source for these labels, and the curve over others, as a Scene."""
    here = fitted_accuracy(source, per_class, strength, seed)
    curve = [fitted_accuracy(source, n, strength, seed) for n in _LABELS]
    pixels = [fitted_accuracy("pixels", n, strength, seed) for n in _LABELS]
    reached = here >= GOAL if per_class <= GOAL_LABELS else None
    verdict = {True: "✓ enough", False: "✗ not yet enough", None: "with too many labels"}[reached]
    return Scene(
        [
            Panel(
                "A ridge probe on few labels",
                Axis("labels of each digit", 0.9, 45, log=True),
                Axis("accuracy on unseen digits", 0.2, 1),
                [
                    Band(GOAL, 1, "goal"),
                    *([Line(_LABELS, pixels, "pixels", series=None)] if source != "pixels" else []),
                    Line(_LABELS, curve, source, markers=True),
                    Points([per_class], [here], "this probe", 1, 6),
                ],
            )
        ],
        f"{source}, {per_class} label{'s' * (per_class > 1)} of each digit, λ = {strength:.2g}: "
        f"{here:.1%} of the unseen digits, {verdict}.",
        goal=f"recognize {GOAL:.0%} of the unseen digits with up to {GOAL_LABELS} labels of each.",
        reached=reached,
    )


def few_labels(source: str = "pixels") -> None:
    """Show the playground of sources: what features are worth when labels are few.

    Args:
        source: the one of SOURCES to begin with.

    Raises:
        ValueError: no such source.
    """
    show(
        "Features from elsewhere",
        draw,
        [
            Choice("source", list(SOURCES), source),
            Slider("per_class", 1, 40, 3, "labels of each digit", step=1),
            Slider("strength", 1e-4, 1e2, 100, "strength λ", log=True),
            Button("seed", "Other examples"),
        ],
    )
