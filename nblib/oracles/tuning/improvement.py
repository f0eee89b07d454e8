"""Expected improvement: by how much a new trial beats the best one, on average."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["IMPROVEMENT", "expected_improvement"]


def expected_improvement(
    mean: Tensor,
    sd: Tensor,
    best: float,
    xi: float,
    *,
    formula: Callable[..., Any] = lambda gain, sd, cdf, pdf: gain * cdf + sd * pdf,
    score: Callable[..., Any] = lambda gain, sd: gain / sd,
) -> Tensor:
    """Return E[max(0, f − best − xi)] for f normal, (m,) float64; exact where sd is 0."""
    m, s = mean.double().numpy(), sd.double().numpy()
    gain = m - best - xi
    safe = np.where(s > 0, s, 1.0)
    z = score(gain, safe)
    value = np.asarray(formula(gain, s, stats.norm.cdf(z), stats.norm.pdf(z)), dtype=float)
    return torch.from_numpy(np.where(s > 0, value, np.maximum(gain, 0)))


def _with(**how: Any) -> Callable[..., Tensor]:
    return lambda mean, sd, best, xi: expected_improvement(mean, sd, best, xi, **how)


def _formula(formula: Callable[..., Any]) -> Callable[..., Tensor]:
    return _with(formula=formula)


def _of(change: Callable[..., tuple[Any, ...]]) -> Callable[..., Tensor]:
    """Return the right formula of changed arguments."""
    return lambda mean, sd, best, xi: expected_improvement(*change(mean, sd, best, xi))


def _by_gain(gains: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """Return an answer made of mean − best − xi and sd alone: gains(gain, sd)."""
    return lambda mean, sd, best, xi: gains(mean.double() - best - xi, sd)


def _where_0(
    value: Callable[[Tensor, float], Any], otherwise: Callable[..., Tensor] = expected_improvement
) -> Callable[..., Tensor]:
    """Return an answer with another value where sd is 0: value(mean − best, xi)."""
    return lambda mean, sd, best, xi: torch.where(
        sd > 0, otherwise(mean, sd, best, xi), value(mean.double() - best, xi)
    )


IMPROVEMENT: Mistakes = {
    "That is for the smallest score: best − mean. Here higher is better.": (
        lambda mean, sd, best, xi: expected_improvement(-mean, sd, -best, xi)
    ),
    "The part with the density, sd·φ(z), is missing.": _formula(lambda g, s, cdf, pdf: g * cdf),
    "The part with Φ(z) is missing.": _formula(lambda g, s, cdf, pdf: s * pdf),
    "φ(z) is not multiplied by sd.": _formula(lambda g, s, cdf, pdf: g * cdf + pdf),
    "φ(z) is multiplied by sd². Once will do.": _formula(
        lambda g, s, cdf, pdf: g * cdf + s**2 * pdf
    ),
    "Φ(z) is multiplied by z. Multiply by mean − best − xi.": _formula(
        lambda g, s, cdf, pdf: g / np.where(s > 0, s, 1) * cdf + s * pdf
    ),
    "That is Φ(z), the probability of an improvement. Its mean size is wanted.": _formula(
        lambda g, s, cdf, pdf: cdf
    ),
    "That is the probability of an improvement, 0 or 1 where sd is 0. Its mean size is wanted.": (
        _where_0(lambda gain, xi: 1.0 * (gain > xi), _formula(lambda g, s, cdf, pdf: cdf))
    ),
    "z is divided by sd². Divide by sd.": _with(score=lambda gain, sd: gain / sd**2),
    "xi is left out of z.": (
        lambda mean, sd, best, xi: expected_improvement(
            mean, sd, best, xi, score=lambda gain, sd: (gain + xi) / sd
        )
    ),
    "1/√2π is missing in φ.": _formula(
        lambda g, s, cdf, pdf: g * cdf + s * pdf * math.sqrt(2 * math.pi)
    ),
    "The logarithm of φ stands for φ: take its exponential.": _formula(
        lambda g, s, cdf, pdf: g * cdf + s * np.log(pdf)
    ),
    "mean − best − xi is cut at 0 before it enters the formula.": _of(
        lambda mean, sd, best, xi: (mean.clamp(min=best + xi), sd, best, xi)
    ),
    "Where sd is 0 you leave xi out.": _where_0(lambda gain, xi: gain.clamp(min=0)),
    "Φ and φ are exchanged.": _formula(lambda g, s, cdf, pdf: g * pdf + s * cdf),
    "The two parts are subtracted. Add them.": _formula(lambda g, s, cdf, pdf: g * cdf - s * pdf),
    "The root of sd is taken for sd: it is a standard deviation already.": _of(
        lambda mean, sd, best, xi: (mean, sd.sqrt(), best, xi)
    ),
    "sd is squared: take it as it is.": _of(lambda mean, sd, best, xi: (mean, sd**2, best, xi)),
    "xi has the wrong sign: subtract it from the mean.": _of(
        lambda mean, sd, best, xi: (mean, sd, best, -xi)
    ),
    "xi is not used.": _of(lambda mean, sd, best, xi: (mean, sd, best, 0.0)),
    "xi is in z alone. The gain is mean − best − xi there, too, where Φ is multiplied.": (
        lambda mean, sd, best, xi: expected_improvement(
            mean, sd, best, xi, formula=lambda g, s, cdf, pdf: (g + xi) * cdf + s * pdf
        )
    ),
    "Where sd is 0 it is nan: 0/0. There it is max(0, mean − best − xi).": _where_0(
        lambda gain, xi: torch.nan
    ),
    "Where sd and mean − best − xi are both 0 it is nan, 0/0. There it is 0.": _where_0(
        lambda gain, xi: (gain - xi).clamp(min=0).where(gain - xi != 0, torch.nan)
    ),
    "Where sd is 0 you return 0, also where the mean is above best + xi.": _where_0(
        lambda gain, xi: 0.0
    ),
    "Where sd is 0 you return mean − best − xi, also below 0.": _where_0(
        lambda gain, xi: gain - xi
    ),
    "That is max(0, mean − best − xi): what is uncertain does not count.": _by_gain(
        lambda gain, sd: gain.clamp(min=0)
    ),
    "That is z, not the expected improvement.": _by_gain(
        lambda gain, sd: torch.where(sd > 0, gain / sd, gain.clamp(min=0))
    ),
}
