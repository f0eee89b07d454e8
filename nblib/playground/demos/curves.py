"""A wiggly curve through few noisy points: one fit, four knobs that tame it."""

import functools
from dataclasses import dataclass

import torch
from torch import Tensor

from nblib.playground.controls import Button, Choice, Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Band, Line, Panel, Points, Scene

__all__ = ["KNOBS", "STRENGTHS", "Fits", "curve_fit", "draw", "fits", "truth"]

NOISE, GOAL = 0.3, 0.25
GOAL_DEGREE, GOAL_POINTS = 30, 40

STRENGTHS = torch.logspace(-6, 2, 65, dtype=torch.float64)
KNOBS = ("L2", "L1", "early stopping", "dropout")

_X = torch.linspace(-1, 1, 201, dtype=torch.float64)


@dataclass(frozen=True)
class Fits:
    """One data set, fitted at every strength of a knob. All float64."""

    x: Tensor  # (num_points,)
    y: Tensor  # (num_points,)
    curves: Tensor  # (strengths, 201) over −1 … 1
    train_error: Tensor  # (strengths,) root mean square against the points
    true_error: Tensor  # (strengths,) root mean square against the curve without noise


def truth(x: Tensor) -> Tensor:
    """Return the curve from which the points are drawn, elementwise."""
    return torch.sin(3 * torch.pi * x) * (1 - 0.5 * x)


def features(x: Tensor, degree: int) -> Tensor:
    """Return Legendre polynomials up to `degree`, (n, degree + 1), each of mean square 1."""
    columns = [torch.ones_like(x), x]
    for k in range(1, degree):
        columns.append(((2 * k + 1) * x * columns[k] - k * columns[k - 1]) / (k + 1))
    scale = (2 * torch.arange(degree + 1, dtype=x.dtype) + 1).sqrt()
    return torch.stack(columns[: degree + 1], dim=1) * scale


@functools.lru_cache(maxsize=16)
def fits(knob: str, degree: int, num_points: int, seed: int) -> Fits:
    """Fit a polynomial to noisy points, once for each of STRENGTHS.

    Args:
        knob: one of KNOBS. With the strength λ, `L2` adds ½λ‖w‖² to half the mean squared error,
            `L1` adds λ‖w‖₁, `early stopping` takes 1/(lr·λ) steps of gradient descent from 0, and
            `dropout` drops features with the probability λ/(1 + λ), averaged over all masks.
        degree: of the polynomial, from 1.
        num_points: one in each of so many equal parts of −1 … 1; y has normal noise of
            standard deviation NOISE.
        seed: of points and noise.
    """
    generator = torch.Generator().manual_seed(seed)
    place = torch.arange(num_points) + torch.rand(
        num_points, generator=generator, dtype=torch.float64
    )
    x = 2 * place / num_points - 1  # spread out, so that gaps are not what decides
    noise = torch.randn(num_points, generator=generator, dtype=torch.float64)
    y = truth(x) + NOISE * noise
    F = features(x, degree)  # (n, p)
    gram, target = F.T @ F / num_points, F.T @ y / num_points  # (p, p), (p,)
    weights = _SOLVERS[knob](gram, target)  # (strengths, p)
    curves = weights @ features(_X, degree).T  # (strengths, 201)
    return Fits(
        x,
        y,
        curves,
        (weights @ F.T - y).square().mean(1).sqrt(),
        (curves - truth(_X)).square().mean(1).sqrt(),
    )


def _l2(gram: Tensor, target: Tensor) -> Tensor:
    penalty = STRENGTHS[:, None, None] * torch.eye(len(gram), dtype=gram.dtype)
    return torch.linalg.solve(gram + penalty, target)


def _dropout(gram: Tensor, target: Tensor) -> Tensor:
    # p/(1 − p) is λ: Srivastava et al. (2014), section 9.1.
    penalty = STRENGTHS[:, None, None] * torch.diag(gram.diagonal())
    return torch.linalg.solve(gram + penalty, target)


def _early_stopping(gram: Tensor, target: Tensor) -> Tensor:
    curvature, basis = torch.linalg.eigh(gram)
    curvature = curvature.clamp(min=1e-12)  # (p,); below it there are rounding errors only
    lr = 1 / curvature[-1]
    num_steps = (1 / (lr * STRENGTHS))[:, None]
    left = (num_steps * torch.log1p(-lr * curvature.clamp(max=curvature[-1] * (1 - 1e-12)))).exp()
    return ((1 - left) / curvature * (basis.T @ target)) @ basis.T


def _l1(gram: Tensor, target: Tensor, num_steps: int = 400) -> Tensor:
    """Accelerated proximal steps, for all strengths at once: Beck and Teboulle (2009)."""
    lr = 1 / torch.linalg.eigvalsh(gram)[-1]
    w = ahead = torch.zeros(len(STRENGTHS), len(gram), dtype=gram.dtype)
    t = 1.0
    for _ in range(num_steps):
        u = ahead - lr * (ahead @ gram - target)
        new = u.sign() * (u.abs() - lr * STRENGTHS[:, None]).clamp(min=0)
        t, before = (1 + (1 + 4 * t * t) ** 0.5) / 2, t
        w, ahead = new, new + (before - 1) / t * (new - w)
    return w


_SOLVERS = dict(zip(KNOBS, (_l2, _l1, _early_stopping, _dropout), strict=True))


def draw(knob: str, strength: float, degree: int, num_points: int, seed: int = 0) -> Scene:
    """Return the fit at one strength, and the errors at all of them, as a Scene."""
    seen = fits(knob, degree, num_points, seed)
    at = int((STRENGTHS.log() - torch.tensor(strength).double().log()).abs().argmin())
    train_error, true_error = seen.train_error[at].item(), seen.true_error[at].item()
    counts = (degree, num_points) == (GOAL_DEGREE, GOAL_POINTS)
    reached = true_error < GOAL if counts else None
    verdict = {True: "✓ below", False: "✗ above", None: "compare with"}[reached]
    return Scene(
        [
            Panel(
                "Fit",
                Axis("x", -1, 1),
                Axis("y", -2.5, 2.5),
                [
                    Line(_X, truth(_X), "truth", series=None),
                    Line(_X, seen.curves[at], f"polynomial of degree {degree}"),
                    Points(seen.x, seen.y, "training points", 1),
                ],
            ),
            Panel(
                "Errors",
                Axis(f"strength λ of {knob}", 1e-6, 1e2, log=True),
                Axis("root mean square error", 0, 1.5),
                [
                    Band(0, GOAL, "goal"),
                    Line(STRENGTHS, seen.true_error, "against the truth"),
                    Line(STRENGTHS, seen.train_error, "on the training points", 1),
                    Points([STRENGTHS[at].item()] * 2, [true_error, train_error], "this fit", 2, 6),
                ],
            ),
        ],
        f"{knob}, λ = {strength:.2g}: error {train_error:.2f} on the {num_points} training points; "
        f"{true_error:.2f} against the truth, {verdict} {GOAL}.",
        goal=f"with degree {GOAL_DEGREE} and {GOAL_POINTS} points, an error against the truth "
        f"below {GOAL}.",
        reached=reached,
    )


def curve_fit(knob: str = "L2") -> None:
    """Show the playground of regularizers: a wiggly curve, and the strength of a knob.

    Args:
        knob: the one of KNOBS to begin with.

    Raises:
        ValueError: no such knob.
    """
    show(
        "A wiggly curve",
        draw,
        [
            Choice("knob", list(KNOBS), knob),
            Slider("strength", 1e-6, 1e2, 1e-6, "strength λ", log=True),
            Slider("degree", 1, 40, GOAL_DEGREE, "degree of the polynomial", step=1),
            Slider("num_points", 10, 100, GOAL_POINTS, "training points", step=1),
            Button("seed", "New points"),
        ],
    )
