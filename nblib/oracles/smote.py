"""Where points that SMOTE set between others came from, found by geometry alone."""

from __future__ import annotations

from typing import NamedTuple

import torch

__all__ = ["Joint", "joint"]


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
