"""Where points that SMOTE set between others came from, found by geometry alone."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes

__all__ = [
    "FORM",
    "Joint",
    "are_so_many",
    "begin_anywhere",
    "come_alike",
    "joint",
    "lie_between_neighbours",
    "smote",
]

_FAR = 1e-3  # from a line, for points of about unit size in float32


class Joint(NamedTuple):
    """For each of some points, the line that joins two others and passes nearest to it."""

    first: torch.Tensor  # (n,) the end with the lower number
    second: torch.Tensor  # (n,) the other end
    share: torch.Tensor  # (n,) where on the line: 0 at the first end, 1 at the second
    distance: torch.Tensor  # (n,) from the line


def joint(points: torch.Tensor, ends: torch.Tensor) -> Joint:
    """Find the two ends between which each point was set, as SMOTE does: Chawla et al. (2002).

    `points` has shape (n, num_features), `ends` (m, num_features), no two of them alike. With three
    features or more and ends in no special position, the lines meet nowhere else.
    """
    ends, points = ends.double(), points.double()
    first, second = torch.combinations(torch.arange(len(ends))).T  # (pairs,) each
    along = ends[second] - ends[first]  # (pairs, num_features)
    off = points[:, None] - ends[first]  # (n, pairs, num_features)
    share = (off * along).sum(2) / along.square().sum(1)  # (n, pairs)
    distance = (off - share[..., None] * along).norm(dim=2)
    nearest = distance.argmin(dim=1, keepdim=True)
    share, distance = (table.gather(1, nearest)[:, 0] for table in (share, distance))
    return Joint(first[nearest[:, 0]], second[nearest[:, 0]], share, distance)


def smote(
    X: torch.Tensor, y: torch.Tensor, num_new: int, k: int, generator: torch.Generator
) -> torch.Tensor:
    """Return new points of class 1, (num_new, num_features), of the dtype of `X`."""
    positives = X[y == 1]
    i, j = torch.nonzero(_is_near(positives, k), as_tuple=True)  # (num_positive · k,) each
    pair = torch.randint(len(i), (num_new,), generator=generator)
    share = torch.rand(num_new, 1, generator=generator, dtype=X.dtype)
    return positives[i[pair]] + share * (positives[j[pair]] - positives[i[pair]])


FORM: Mistakes = {  # seen by the shape alone
    "All old points are in it, too. Return the new ones alone.": (
        lambda X, y, *others: torch.cat([X, smote(X, y, *others)])
    ),
    "The old points of class 1 are in it, too. Return the new ones alone.": (
        lambda X, y, *others: torch.cat([X[y == 1], smote(X, y, *others)])
    ),
    "There are num_new points for each old one of class 1. Return num_new in all.": (
        lambda X, y, num_new, *others: smote(X, y, num_new * int(y.sum()), *others)
    ),
    "There is one point for each old one of class 1. Return num_new.": (
        lambda X, y, num_new, *others: smote(X, y, int(y.sum()), *others)
    ),
    "Only so many points came that with the old ones of class 1 there are num_new. Return num_new "
    "new ones.": lambda X, y, num_new, *others: smote(X, y, num_new - int(y.sum()), *others),
}


def _is_near(points: torch.Tensor, k: int) -> torch.Tensor:
    """Return a mask, (m, m): [i, j] is whether j is one of the k nearest neighbours of i."""
    distance = (points[:, None].double() - points.double()).norm(dim=2).fill_diagonal_(math.inf)
    return distance <= distance.kthvalue(k, dim=1, keepdim=True).values


def lie_between_neighbours(
    check: Exercise, new: torch.Tensor, X: torch.Tensor, y: torch.Tensor, k: int
) -> None:
    """Check that each new point lies between neighbours of class 1; three features or more."""
    positives = X[y == 1]
    is_copy = ((new[:, None] - X).abs().amax(dim=2) < 1e-5).any(dim=1)
    copies = {"copies": int(is_copy.sum()), "new_points": len(new)}
    check.that(
        not is_copy.all(),
        "The new points are copies of old ones. Go a part λ of the way to a neighbour.",
        **copies,
    )
    check.that(
        is_copy.double().mean().item() < 0.03,
        "Some new points equal old ones: a point is not its own neighbour.",
        **copies,
    )
    found = joint(new, positives)
    beside = found.distance > _FAR
    if beside.any():
        _tell_where(check, new[beside], X, y)
    check.that(
        (found.share - 0.5).abs().max().item() < 0.501,
        "Some new points lie beyond the ends of their segments: λ is between 0 and 1.",
        points_beyond=int(((found.share - 0.5).abs() > 0.501).sum()),
    )
    is_near = _is_near(positives, k)
    is_near = is_near | is_near.T
    far = ~is_near[found.first, found.second] & _is_inside(found)
    check.that(
        not far.any(),
        "Some ends are not among the k nearest neighbours of one another.",
        such_points=int(far.sum()),
    )


def _is_inside(found: Joint) -> torch.Tensor:
    """Return, (n,), whether a point is clear of both ends, where other lines begin, too."""
    return (found.share - 0.5).abs() < 0.499


def _tell_where(check: Exercise, points: torch.Tensor, X: torch.Tensor, y: torch.Tensor) -> None:
    """Say where points lie that lie between no two of class 1."""
    facts = {"such_points": len(points), "one_of_them": points[0]}
    everywhere = joint(points, X)
    if everywhere.distance.max() > _FAR:
        check.that(
            not _in_a_box(points, X[y == 1]).all(),
            "Some new points lie beside the segments, in the box between two ends: one share λ for "
            "all features of a point, not one for each.",
            **facts,
        )
        check.that(
            False,
            "Some new points lie on no line between two old ones: x_i + λ (x_j − x_i).",
            **facts,
        )
    ends = y[everywhere.first] + y[everywhere.second]
    check.that(
        bool((ends > 0).all()),
        "Some new points lie between points of class 0. Only class 1 is to grow.",
        **facts,
    )
    check.that(
        False, "Some new points lie between the classes. Both ends must be of class 1.", **facts
    )


def _in_a_box(points: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
    """Return, (n,), whether a point is between two ends in each feature by itself."""
    first, second = torch.combinations(torch.arange(len(ends))).T
    low = torch.minimum(ends[first], ends[second]) - _FAR
    high = torch.maximum(ends[first], ends[second]) + _FAR
    return ((points[:, None] >= low) & (points[:, None] <= high)).all(dim=2).any(dim=1)


def are_so_many(check: Exercise, new: torch.Tensor, num_new: int) -> None:
    """Check the number of new points."""
    count = {"new_points": len(new), "num_new": num_new}
    check.that(len(new) >= num_new, "There are fewer new points than num_new.", **count)
    check.that(len(new) <= num_new, "There are more new points than num_new.", **count)


def begin_anywhere(
    check: Exercise, few: list[torch.Tensor], X: torch.Tensor, y: torch.Tensor
) -> None:
    """Check that all points of class 1 are ends, if a few new points are asked for many times."""
    found = joint(torch.cat(few), X[y == 1])
    met = torch.cat([found.first, found.second]).unique()
    check.that(
        len(met) == int(y.sum()),
        "Where few new points are asked for, some old ones never have a part in them, however "
        "often one asks: draw the first end at random, each time.",
        points_met=len(met),
        points=int(y.sum()),
    )


def come_alike(
    check: Exercise, new: torch.Tensor, X: torch.Tensor, y: torch.Tensor, k: int
) -> None:
    """Check that all first ends, neighbours and λ come alike often, in a thousand points or more.

    Where only one end is a neighbour of the other, it is known which came first, and so is λ.
    """
    positives, found = X[y == 1], joint(new, X[y == 1])
    near = _is_near(positives, k).double()
    chance = (near + near.T) / (k * len(positives))  # of the segment of i and j
    is_known = (chance[found.first, found.second] > 0) | ~_is_inside(found)
    is_between = (found.distance < _FAR) & ((found.share - 0.5).abs() < 0.501) & is_known
    check.that(
        bool(is_between.all()) and _is_inside(found).double().mean().item() > 0.97,
        "Some new points do not lie between neighbours: the check of where they lie says more.",
    )
    spread = (found.share - 0.5).abs().std().item()
    check.that(spread > 1e-3, "All new points have the same share λ. Draw one for each.")
    met = torch.cat([found.first, found.second]).unique()
    check.that(
        len(met) == len(positives),
        "Some points of class 1 are no end of any segment: draw the first end at random.",
        points_met=len(met),
        points=len(positives),
    )
    times = torch.zeros_like(chance)
    times.index_put_((found.first, found.second), torch.ones(len(new)).double(), accumulate=True)
    wanted = torch.triu(chance) * len(new)
    segments = int((wanted > 0).sum())
    check.that(
        bool((times[wanted > 0] > 0).all()),
        "Some neighbours never come: draw one of the k, all alike likely.",
        segments_met=int((times > 0).sum()),
        segments=segments,
    )
    check.that(
        bool(((times - wanted).abs() <= 6 * wanted.sqrt()).all()),
        "Some segments come far more often than they should. Draw the first end among all of class "
        "1, then one of its k neighbours, all alike likely.",
        most_often=int((times - wanted).max()),
    )
    there, back = near[found.first, found.second] > 0, near[found.second, found.first] > 0
    share = torch.where(there, found.share, 1 - found.share)[there != back]
    part = torch.histc(share, bins=4, min=0, max=1) / max(len(share), 1)
    far = 6 * (0.25 * 0.75 / max(len(share), 1)) ** 0.5
    check.that(
        not len(share) or (part - 0.25).abs().max().item() < far,
        "λ is not spread evenly over 0 to 1, counted from the first end: `torch.rand` is.",
        share_of_each_quarter=part,
    )
