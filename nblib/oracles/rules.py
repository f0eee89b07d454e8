"""Independent references for hidden tests: what torch says the right answer is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch

from nblib.checks import Exercise, grad_of

__all__ = [
    "Joint",
    "follow_activation",
    "follow_optimizer",
    "fresh_generator",
    "joint",
    "spd_matrix",
]

_SHAPES = ((3, 2), (4,))  # different and not square, so that a transposed or shared state shows


def fresh_generator() -> torch.Generator:
    """Return a generator that nobody can foresee: hidden inputs are drawn when work is graded."""
    generator = torch.Generator()
    generator.seed()
    return generator


def spd_matrix(
    eigenvalues: Sequence[float], generator: torch.Generator, dtype: torch.dtype = torch.float64
) -> torch.Tensor:
    """Return a symmetric matrix, (n, n), with these n eigenvalues and random eigenvectors."""
    n = len(eigenvalues)
    basis, _ = torch.linalg.qr(torch.randn(n, n, generator=generator, dtype=torch.float64))
    return ((basis * torch.tensor(eigenvalues, dtype=torch.float64)) @ basis.T).to(dtype)


def follow_optimizer(
    check: Exercise,
    step: Callable[..., Any],
    optimizer: Callable[[list[torch.Tensor]], torch.optim.Optimizer],
    *hyperparameters: float,
    lrs: Sequence[float],
    dtype: torch.dtype,
) -> None:
    """Check that an update rule follows a torch optimizer, on gradients drawn here.

    `step(params, grads, state, lr, *hyperparameters)` returns (new params, new state).
    It takes one step for each of `lrs`, on two tensors of different shapes, and is compared after
    each; `optimizer(params)` makes the reference.
    """
    generator = fresh_generator()

    def draw() -> list[torch.Tensor]:
        return [torch.randn(shape, generator=generator, dtype=dtype) for shape in _SHAPES]

    params, state = draw(), dict[str, Any]()
    reference = [p.clone() for p in params]
    torch_optimizer = optimizer(reference)
    for lr in lrs:
        grads = draw()
        for p, grad in zip(reference, grads, strict=True):
            p.grad = grad.clone()
        torch_optimizer.param_groups[0]["lr"] = lr
        torch_optimizer.step()
        params, state = check.call(
            step, params, grads, state, lr, *hyperparameters, may_change=(2,)
        )
        check.close(params, reference, same_dtype=True)


def follow_activation(
    check: Exercise,
    function: Callable[..., Any],
    reference: Callable[[torch.Tensor], torch.Tensor],
    *settings: float,
    dtype: torch.dtype,
) -> None:
    """Check that `function(z, *settings)` returns the value and the slope of an activation.

    `reference(z)` is that activation, with its settings, in torch; its slope comes from autograd.
    The inputs, drawn here, have shapes that are not square, and among them are ±10,000. In float64
    the slope must also agree with the central differences of the values that were returned.
    """
    generator = fresh_generator()
    for shape in _SHAPES:
        z = 3 * torch.randn(shape, generator=generator, dtype=dtype)
        z.view(-1)[:2] = torch.tensor([-1e4, 1e4])
        wanted = [reference(z), grad_of(lambda z: reference(z).sum(), z)]
        check.close(check.call(function, z, *settings), wanted, same_dtype=True)
        if dtype == torch.float64:
            z = z[z.abs() > 0.01].clamp(-30, 30)  # beside a kink, where there is a slope
            right, left = (function(z + h, *settings)[0] for h in (1e-6, -1e-6))
            slope = check.call(function, z, *settings)[1]
            check.close(slope, (right - left) / 2e-6, rtol=1e-5, atol=1e-7)


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
