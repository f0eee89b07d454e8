"""Networks with a planted shortcut, beside a difference in the pictures that they do not use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nblib import data, models
from nblib.checks import Exercise
from nblib.oracles.interpretability.saliencies import Layers

__all__ = ["Planted", "follow_shortcut", "followed_by", "planted"]

_GREY, _LEAN = 0.5, 1.0  # of the idle pixels: what they show, and their weights


@dataclass(frozen=True)
class Planted:
    """A network that follows a cue, and pictures with two cues, only one of which it uses."""

    layers: Layers
    X: Tensor  # (n, 64) float64
    y: Tensor  # (n,) int64 in 0, 1
    cue: Tensor  # (64,) bool: places that decide
    decoy: Tensor  # (64,) bool: places that differ more, and that the network does not use
    idle: Tensor  # (64,) bool: places with large weights, alike in all pictures


def planted(generator: torch.Generator, size: int) -> Planted:
    """Return a network of random hidden units whose last layer was fitted to marked digits."""
    split = data.digits(standardize=False)
    pair = torch.randperm(10, generator=generator)[:2]
    X, y = split.X_train.cpu().double() / 16, split.y_train.cpu()
    X, y = (torch.cat([part[y == label][:120] for label in pair]) for part in (X, y))
    y = (y == pair[1]).long()
    places = torch.randperm(64, generator=generator)
    cue, decoy, idle = torch.zeros(3, 64, dtype=torch.bool)
    for mask, some in zip((cue, decoy, idle), places.split(size), strict=False):
        mask[some] = True
    marks = torch.randint(2, (64,), generator=generator)
    height = 1.0 + 0.4 * decoy  # what is not used differs more

    def noise(scale: float) -> Tensor:
        return scale * torch.randn(X.shape, generator=generator, dtype=X.dtype)

    def marked(digits: Tensor, decoys: Tensor) -> Tensor:
        """Return noisy pictures whose cue tells the class y, and whose decoy tells `decoys`."""
        told = torch.where(cue, y[:, None], decoys[:, None])
        lit = (marks == told) * height + noise(0.1)
        pictures = torch.where(cue | decoy, lit, digits + noise(0.3))
        return torch.where(idle, torch.full_like(pictures, _GREY), pictures)

    # Trained where the cue alone tells the class; shown where all agrees with it.
    lots = [torch.randperm(len(X), generator=generator) for _ in range(2 * 6)]
    Z = torch.cat(
        [marked(X[one], y[other]) for one, other in zip(lots[::2], lots[1::2], strict=True)]
    )
    hidden = torch.randn(200, 64, generator=generator, dtype=X.dtype) / 8
    bias = torch.randn(200, generator=generator, dtype=X.dtype) / 2
    H = torch.cat([(Z @ hidden.T + bias).relu(), torch.ones(len(Z), 1, dtype=X.dtype)], dim=1)
    target = torch.nn.functional.one_hot(y.repeat(6), 2).to(X.dtype) * 4 - 2
    last = torch.linalg.solve(H.T @ H + 3 * torch.eye(H.shape[1], dtype=X.dtype), H.T @ target)
    # The network leans on the idle pixels, and their grey is taken off again by the bias.
    lean = _LEAN * (last[:-1, 1] - last[:-1, 0])[:, None].expand(-1, size)
    bias = bias + ((hidden[:, idle] - lean) * _GREY).sum(dim=1)
    hidden[:, idle] = lean
    layers = [(hidden, bias), (last[:-1].T.contiguous(), last[-1])]
    return Planted(layers, marked(X, y), y, cue, decoy, idle)


def followed_by(layers: Layers, X: Tensor, mask: Tensor, y: Tensor) -> float:
    """Return how often a picture decides as another one does, whose masked pixels it was given."""
    own = models.logits(layers, X).argmax(dim=1)
    donors = torch.empty(len(X), dtype=torch.int64)
    for label in (0, 1):
        others = (y != label).nonzero().flatten()
        rows = (y == label).nonzero().flatten()
        donors[rows] = others[torch.arange(len(rows)) % len(others)]
    mixed = models.logits(layers, torch.where(mask, X[donors], X)).argmax(dim=1)
    differ = own != own[donors]
    return (mixed == own[donors])[differ].double().mean().item()


def follow_shortcut(
    check: Exercise, answer: Callable[..., Any], generator: torch.Generator, size: int
) -> None:
    """Check that a network follows the pixels that an answer names, if they are exchanged."""
    net = planted(generator, size)
    came = check.call(answer, net.layers, net.X, net.y, size)
    mask = torch.as_tensor(came)
    check.that(
        mask.shape == (64,) and mask.dtype == torch.bool,
        "A mask is wanted: 64 times True or False, in a tensor of bool.",
        returned=came,
    )
    named = int(mask.sum())
    check.that(named > 0, "The mask names no pixel.")
    check.that(named <= size, "The mask has more pixels than it may.", pixels=named, at_most=size)
    share = followed_by(net.layers, net.X, mask, net.y)
    facts = {"pixels": mask.nonzero().flatten().tolist(), "share_that_follows": share}
    if share < 0.75:
        for sentence, wrong in _named(net, size).items():
            check.that(not torch.equal(mask, wrong), sentence, **facts)
    check.that(
        share > 0.1,
        "These pixels, exchanged between the classes, do not turn the decisions. Ask the network "
        "what its scores depend on.",
        **facts,
    )
    check.that(
        share >= 0.75,
        "These pixels, exchanged between the classes, turn a part of the decisions: some of the "
        "cue is missing.",
        **facts,
    )


def _named(net: Planted, size: int) -> dict[str, Tensor]:
    """Return the masks of those who look at the pictures or the weights alone."""
    differ = (net.X[net.y == 1].mean(dim=0) - net.X[net.y == 0].mean(dim=0)).abs()
    places = {
        "These pixels differ most between the classes, and the network does not use them: ask the "
        "network, not the pictures.": differ,
        "These pixels vary most in the pictures, and the network does not use them: ask the "
        "network, not the pictures.": net.X.std(dim=0),
        "These are the brightest pixels. Ask the network what its scores depend on.": net.X.mean(
            dim=0
        ),
        "The network has its largest weights, and gradients, at these pixels, but they are alike "
        "in all pictures: what never varies decides nothing. Ask what a pixel's own value "
        "does.": net.idle.double(),
    }
    masks = {}
    for sentence, of in places.items():
        masks[sentence] = torch.zeros(64, dtype=torch.bool)
        masks[sentence][of.topk(size).indices] = True
    return masks
