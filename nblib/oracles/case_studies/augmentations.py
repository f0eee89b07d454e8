"""Does an augmentation keep the species, and does it change enough? A judge looks at flowers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from nblib import models, pretrained
from nblib.checks import Exercise
from nblib.data.blossoms import blossoms
from nblib.oracles.chance import drawn_by_the_generator, seeded

__all__ = ["MAY_LOSE", "audited", "augmented", "judged", "positions"]

MAY_LOSE = 0.1  # of the flowers, by the judge
_NUM_DRAWS = 24
_MOVES = (-2, -1, 0, 1, 2)

Augmentation = Callable[[Tensor, torch.Generator], Tensor]


def augmented(X: Tensor, generator: torch.Generator) -> Tensor:
    """Return flowers turned by a multiple of 90°, perhaps mirrored, moved and in another light."""
    turn, mirror, down, right = (
        int(torch.randint(most, (), generator=generator)) for most in (4, 2, 5, 5)
    )
    X = torch.rot90(X.flip(3) if mirror else X, turn, (2, 3)).roll((down - 2, right - 2), (2, 3))
    light = 0.8 + 0.4 * torch.rand(len(X), 1, 1, 1, generator=generator)
    return X * light.to(X.device)


@cache
def _judge() -> Callable[[Tensor], Tensor]:
    """Return what names species: a head, fitted to 1,000 flowers, on the garden's features."""
    known = pretrained.load("garden")
    network = models.colour_convnet(20).cpu()
    network.load_state_dict(known.state)
    body = network[:-1]

    @torch.no_grad()
    def features(X: Tensor) -> Tensor:
        return body((X - known.mean) / known.std)

    X, y = (part.cpu() for part in blossoms(1000, 1))
    found = features(X)
    mean, std = found.mean(0), found.std(0) + 1e-3
    head = LogisticRegression(C=0.1, max_iter=2000).fit(((found - mean) / std).numpy(), y.numpy())
    return lambda X: torch.from_numpy(head.predict(((features(X) - mean) / std).numpy()))


def judged(X: Tensor, y: Tensor) -> float:
    """Return the share of flowers X (n, 3, 24, 24) that the judge names y (n,), on the CPU."""
    return (_judge()(X) == y).double().mean().item()


def positions(flower: Tensor, changed: Tensor) -> tuple[int, int, int]:
    """Return turn (0 to 7), move down and move right that explain a changed flower best.

    Both are (3, 24, 24). Light is left out of account: what counts is the correlation.
    """
    turned = [torch.rot90(p, k, (1, 2)) for p in (flower, flower.flip(2)) for k in range(4)]
    places = [(t, down, right) for t in range(8) for down in _MOVES for right in _MOVES]
    moved = torch.stack([turned[t].roll((d, r), (1, 2)) for t, d, r in places]).flatten(1)
    moved = moved - moved.mean(1, keepdim=True)
    wanted = changed.flatten() - changed.mean()
    return places[int((moved @ wanted / moved.norm(dim=1)).argmax())]


def audited(check: Exercise, answer: Augmentation, seed: int) -> None:
    """Check that an augmentation keeps shape, range and species, and how much it changes."""
    X, y = (part.cpu() for part in blossoms(250, seed))
    out = check.call(answer, X, seeded(seed))
    check.that(
        isinstance(out, Tensor) and out.shape == X.shape and out.dtype == X.dtype,
        "As many pictures must come out as went in, of the same shape and dtype.",
        expected=f"{tuple(X.shape)}, {X.dtype}",
        got=f"{tuple(getattr(out, 'shape', ()))}, {getattr(out, 'dtype', type(out).__name__)}",
    )
    check.that(bool(out.isfinite().all()), "Some pixels are no finite numbers.")
    check.that(not torch.equal(out, X), "Nothing has changed: the same pictures came out.")
    drawn_by_the_generator(check, lambda generator: answer(X[:3], generator))
    _varied(check, answer, X[:1], seed)
    _each_of_a_batch(check, answer, X[:4], seed)
    plain = judged(X, y)
    left = [judged(answer(X, seeded(seed + 1000 + i)), y) for i in range(6)]
    mean = sum(left) / len(left)
    check.that(
        mean >= plain - MAY_LOSE,
        _said_of(answer, X, seed),
        judged_before=round(plain, 3),
        judged_after=round(mean, 3),
        allowed=round(plain - MAY_LOSE, 3),
    )


def _varied(check: Exercise, answer: Augmentation, X: Tensor, seed: int) -> None:
    """Check that one flower, again and again, comes in other positions, places and lights."""
    outs = [answer(X, seeded(seed + i))[0] for i in range(_NUM_DRAWS)]
    check.that(
        all(bool(out.isfinite().all()) for out in outs),
        "A single flower, n = 1, comes back with pixels that are no finite numbers.",
    )
    places = [positions(X[0], out) for out in outs]
    light = torch.stack([out.mean() / X.mean() for out in outs])
    check.that(
        len({turn for turn, _, _ in places}) >= 3,
        "A flower lies nearly always the same way: turn it, by multiples of 90° at least, and "
        "mirror it if you like. Three of the eight positions must come up in 24 draws.",
        positions=sorted({turn for turn, _, _ in places}),
    )
    check.that(
        len({place[1:] for place in places}) >= 3,
        "A flower stands nearly always in the same place: move it, by a pixel or two.",
        moves=sorted({place[1:] for place in places}),
    )
    check.that(
        light.std().item() >= 0.03,
        "The light hardly changes: multiply each picture by a factor near 1.",
        standard_deviation_of_the_light=round(light.std().item(), 4),
    )


def _each_of_a_batch(check: Exercise, answer: Augmentation, X: Tensor, seed: int) -> None:
    """Check that each of a few flowers is changed again and again, not some of them alone."""
    outs = torch.stack([answer(X, seeded(seed + i)) for i in range(_NUM_DRAWS)])
    changed = (outs != X).flatten(2).any(2).sum(0)  # (n,), in how many of the draws
    check.that(
        int(changed.min()) >= _NUM_DRAWS // 3,
        "Of a batch some flowers hardly ever change: change each of them.",
        draws=_NUM_DRAWS,
        changed_in=changed.tolist(),
    )


def _moved_in_the_batch(answer: Augmentation, X: Tensor, seed: int) -> bool:
    """Return whether the first flower, among black pictures, comes out at another place."""
    alone = torch.zeros_like(X[:8])
    alone[0] = X[0]
    outs = [answer(alone, seeded(seed + i)) for i in range(6)]
    return any(int(out.flatten(1).std(1).argmax()) != 0 for out in outs)


def _said_of(answer: Augmentation, X: Tensor, seed: int) -> str:
    """Return why the judge may have lost its flowers: order, colours, light, or something else."""
    if _moved_in_the_batch(answer, X, seed):
        return (
            "The judge no longer knows many of the species: the flowers of a batch have changed "
            "places, so that their labels are those of others."
        )
    outs = [answer(X, seeded(seed + 1000 + i)) for i in range(6)]
    tint = torch.stack([out.mean((2, 3)) / X.mean((2, 3)) for out in outs])  # (6, n, 3)
    ratio = tint / tint.mean(2, keepdim=True)
    if ((ratio - 1).abs().amax(2) > 0.2).double().mean().item() > 0.1:  # of one flower in ten
        return (
            "The judge no longer knows many of the species, and the colours have changed against "
            "one another. Here the colour is a good part of the species: leave it."
        )
    light = tint.mean(2)
    if (light - 1).abs().mean().item() > 0.22:
        return (
            "The judge no longer knows many of the species, and the light is far from what it was. "
            "Stay within a fifth or so."
        )
    return (
        "The judge no longer knows many of the species, though colours and light are nearly as "
        "they were: something hides, moves or blurs what tells them apart."
    )
