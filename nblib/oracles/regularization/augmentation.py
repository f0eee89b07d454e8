"""Turned and zoomed images, and training sets that are enlarged by such changes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.regularization.measure import Play

__all__ = ["ENLARGE", "WARP", "enlarge", "enlarged", "turn_and_zoom"]

Part = Callable[[Any], Any]  # reads a namespace with all there is to know
Warp = Callable[[Tensor, Tensor, Tensor], Tensor]
Augment = Callable[[Tensor], Tensor]


def turn_and_zoom(images: Tensor, degrees: Tensor, zoom: Tensor) -> Tensor:
    """Return square images (n, channels, size, size), turned counter-clockwise and enlarged.

    `degrees` and `zoom`, (n,), hold the angle and the factor of each.
    """
    return _warp()(images, degrees, zoom)


def _matrix(n: Any) -> list[list[Tensor]]:
    return [[n.cos, -n.sin], [n.sin, n.cos]]


def _warp(
    matrix: Part = _matrix,
    angle: Callable[[Tensor], Tensor] = torch.deg2rad,
    scale: Callable[[Tensor], Tensor] = lambda zoom: 1 / zoom,
    which: Callable[[Tensor], Tensor] = lambda each: each,
    corners: tuple[bool, bool] = (False, False),
    **look: str,
) -> Warp:
    """Make a warp of its matrix, which reads `cos`, `sin` and `scale`, and of how it looks."""

    def warp(images: Tensor, degrees: Tensor, zoom: Tensor) -> Tensor:
        degrees, zoom = which(degrees), which(zoom)
        n = SimpleNamespace(cos=angle(degrees).cos(), sin=angle(degrees).sin(), scale=scale(zoom))
        rows = [torch.stack([*row, 0 * zoom], dim=1) for row in matrix(n)]
        theta = torch.stack(rows, dim=1) * n.scale[:, None, None]
        grid = F.affine_grid(theta, list(images.shape), align_corners=corners[0])
        return F.grid_sample(images, grid, align_corners=corners[1], **look)

    return warp


def _first(each: Tensor) -> Tensor:
    return each[:1].expand(len(each))


WARP: Mistakes = {
    "It turns clockwise. Check the signs of the sines.": _warp(
        lambda n: [[n.cos, n.sin], [-n.sin, n.cos]]
    ),
    "Both sines have the same sign, which shears the picture. One is −sin α.": _warp(
        lambda n: [[n.cos, n.sin], [n.sin, n.cos]]
    ),
    "Sine and cosine are exchanged.": _warp(lambda n: [[n.sin, -n.cos], [n.cos, n.sin]]),
    "The angle is in degrees; sine and cosine want radians.": _warp(angle=lambda degrees: degrees),
    "You divide the angle by 180. Radians are π times that.": _warp(
        angle=lambda degrees: degrees / 180
    ),
    "Half a turn is π, not 2π: multiply by π and divide by 180.": _warp(
        angle=lambda degrees: torch.deg2rad(2 * degrees)
    ),
    "It gets smaller: to enlarge, look nearer to the middle, so divide by z.": _warp(
        scale=lambda zoom: zoom
    ),
    "It is not enlarged.": _warp(scale=torch.ones_like),
    "It is not turned.": _warp(angle=torch.zeros_like),
    "Only the cosines are divided by z. The whole matrix is.": _warp(
        lambda n: [[n.cos, -n.sin / n.scale], [n.sin / n.scale, n.cos]]
    ),
    "Only the first row is divided by z. The whole matrix is.": _warp(
        lambda n: [[n.cos, -n.sin], [n.sin / n.scale, n.cos / n.scale]]
    ),
    "All images are turned and zoomed like the first one. Each has its own angle and factor.": (
        _warp(which=_first)
    ),
    "The middle is in the wrong place: say align_corners=False in `F.grid_sample`, too.": _warp(
        corners=(False, True)
    ),
    "The middle is in the wrong place: say align_corners=False in `F.affine_grid`, too.": _warp(
        corners=(True, False)
    ),
    "That is the nearest pixel. Take the mean of the four around, which is the default.": _warp(
        mode="nearest"
    ),
    "That is bicubic. Take the mean of the four around, which is the default.": _warp(
        mode="bicubic"
    ),
    "The border is repeated. Outside, images are 0, which is the default.": _warp(
        padding_mode="border"
    ),
    "The border is a mirror. Outside, images are 0, which is the default.": _warp(
        padding_mode="reflection"
    ),
}

Parts = tuple[Tensor, Tensor, Tensor, Tensor]


def enlarge(X: Tensor, y: Tensor, num_valid: int, num_copies: int, augment: Augment) -> Parts:
    """Return (X_train, y_train, X_valid, y_valid): the last `num_valid` examples are held out.

    The others come with `num_copies` versions, each all of them after a call of `augment`.
    """
    return _enlarge()(X, y, num_valid, num_copies, augment)


def enlarged(X: Tensor, y: Tensor, num_valid: int, num_copies: int) -> Play:
    """Return a play; the k-th call of its `augment`, on so many examples, adds 10k to them."""

    def play(enlarge: Callable[..., Any]) -> dict[str, Tensor]:
        calls = []

        def augment(X: Tensor) -> Tensor:
            calls.append(len(X))
            return X + 10.0 * calls.count(len(X))

        parts = enlarge(X, y, num_valid, num_copies, augment)
        names = ("X_valid", "y_valid", "X_train", "y_train")
        return dict(zip(names, (*parts[2:], *parts[:2]), strict=True))

    return play


def _versions(n: Any) -> list[Tensor]:
    return [n.augment(n.X) for _ in range(n.num_copies)]


def _chain(n: Any) -> list[Tensor]:
    made = [n.X]
    for _ in range(n.num_copies):
        made.append(n.augment(made[-1]))
    return made[1:]


def _one_by_one(n: Any) -> list[Tensor]:
    return [torch.cat([n.augment(x[None]) for x in n.X]) for _ in range(n.num_copies)]


def _enlarge(
    copies: Part = _versions,
    inputs: Part = lambda n: torch.cat([n.X, *n.copies]),
    labels: Part = lambda n: n.y.repeat(1 + n.num_copies),
    valid: Part = lambda n: n.X_valid,
    result: Part = lambda n: (n.X_train, n.y_train, n.X_valid, n.y_valid),
    first: bool = False,
) -> Callable[..., Parts]:
    """Make a rule of its parts, which read the training and validation part; `all_X`, `all_y`."""

    def rule(X: Tensor, y: Tensor, num_valid: int, num_copies: int, augment: Augment) -> Parts:
        n = SimpleNamespace(all_X=X, all_y=y, num_copies=num_copies, augment=augment)
        train, held = slice(0, len(X) - num_valid), slice(len(X) - num_valid, len(X))
        if first:
            train, held = slice(num_valid, len(X)), slice(0, num_valid)
        n.X, n.y, n.X_valid, n.y_valid = X[train], y[train], X[held], y[held]
        n.copies = copies(n)
        n.X_train, n.y_train, n.X_valid = inputs(n), labels(n), valid(n)
        return result(n)

    return rule


ENLARGE: Mistakes = {
    "The validation examples are augmented. Leave them as they are.": _enlarge(
        valid=lambda n: n.augment(n.X_valid)
    ),
    "These are the first examples. The last ones are for validation.": _enlarge(first=True),
    "All copies are the same draw. Call `augment` anew for each.": _enlarge(
        lambda n: [n.augment(n.X)] * n.num_copies
    ),
    "Copies of validation examples are among the training examples. Split first.": _enlarge(
        lambda n: [n.augment(n.all_X) for _ in range(n.num_copies)],
        labels=lambda n: torch.cat([n.y, *[n.all_y] * n.num_copies]),
    ),
    "The validation examples are among the training examples as well. Split first.": _enlarge(
        lambda n: [n.augment(n.all_X) for _ in range(n.num_copies)],
        inputs=lambda n: torch.cat([n.all_X, *n.copies]),
        labels=lambda n: n.all_y.repeat(1 + n.num_copies),
    ),
    "The originals are missing.": _enlarge(
        inputs=lambda n: torch.cat(n.copies),
        labels=lambda n: n.y.repeat(n.num_copies),
    ),
    "The originals come last. They come first.": _enlarge(
        inputs=lambda n: torch.cat([*n.copies, n.X])
    ),
    "A version is missing: `num_copies` of them come after the originals.": _enlarge(
        lambda n: [n.augment(n.X) for _ in range(n.num_copies - 1)],
        labels=lambda n: n.y.repeat(max(n.num_copies, 1)),
    ),
    "Each copy is made from the copy before. Make them from the originals.": _enlarge(_chain),
    "`augment` gets one example at a time. Give it all training examples in one call.": _enlarge(
        _one_by_one
    ),
    "The versions of an example stand together. Whole copies come one after another.": _enlarge(
        inputs=lambda n: torch.stack([n.X, *n.copies], dim=1).flatten(0, 1),
        labels=lambda n: n.y.repeat_interleave(1 + n.num_copies),
    ),
    "The labels do not follow: whole copies come one after another, so repeat, not "
    "repeat_interleave.": _enlarge(labels=lambda n: n.y.repeat_interleave(1 + n.num_copies)),
    "The copies have no labels: repeat those of the originals.": _enlarge(labels=lambda n: n.y),
    "The order is X_train, y_train, X_valid, y_valid.": _enlarge(
        result=lambda n: (n.X_train, n.X_valid, n.y_train, n.y_valid)
    ),
}
