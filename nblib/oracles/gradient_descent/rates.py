"""The best rates, and a measured one: right, and wrong in the ways that people write them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["BEST_RATES", "RATE", "best_rates", "convergence_rate"]


def best_rates(hessian: Tensor) -> tuple[float, float]:
    """Return the best rates of gradient descent and momentum on ½ wᵀHw: Polyak (1964).

    `hessian` has shape (n, n), is symmetric, and has positive eigenvalues.
    """
    curvatures = torch.linalg.eigvalsh(hessian)
    kappa = (curvatures[-1] / curvatures[0]).item()
    return _rate(kappa), _rate(math.sqrt(kappa))


def _rate(kappa: float) -> float:
    return (kappa - 1) / (kappa + 1)


def _of_kappa(
    rates: Callable[[float], Any],
    kappa: Callable[[Tensor], Tensor] = lambda hessian: torch.linalg.cond(hessian),
) -> Callable[[Tensor], Any]:
    return lambda hessian: rates(kappa(hessian).item())


def _both(kappa: float) -> tuple[float, float]:
    return _rate(kappa), _rate(math.sqrt(kappa))


BEST_RATES: Mistakes = {
    "The root is missing in the rate of momentum.": _of_kappa(lambda k: (_rate(k), _rate(k))),
    "Both rates have a root. Gradient descent has κ itself.": _of_kappa(
        lambda k: (_rate(k**0.5), _rate(k**0.5))
    ),
    "κ is upside down: the largest curvature over the smallest.": _of_kappa(lambda k: _both(1 / k)),
    "The two rates are exchanged: gradient descent comes first.": _of_kappa(
        lambda k: _both(k)[::-1]
    ),
    "That is the rate of momentum alone. Both are wanted, gradient descent first.": _of_kappa(
        lambda k: _rate(k**0.5)
    ),
    "That is the rate of gradient descent alone. Both are wanted, momentum second.": _of_kappa(
        _rate
    ),
    "κ compares eigenvalues, not entries on the diagonal.": _of_kappa(
        _both, lambda hessian: hessian.diagonal().max() / hessian.diagonal().min()
    ),
    "You took the first two curvatures. The largest is the last.": _of_kappa(
        _both, lambda hessian: torch.linalg.eigvalsh(hessian)[1] / torch.linalg.eigvalsh(hessian)[0]
    ),
    "κ is the largest curvature over the smallest. You took the largest alone.": _of_kappa(
        _both, lambda hessian: torch.linalg.eigvalsh(hessian)[-1]
    ),
    "1 − 1/κ is the rate at η = 1/λmax, which is not the best one.": _of_kappa(
        lambda k: (1 - 1 / k, 1 - 1 / math.sqrt(k))
    ),
    "You squared κ; take its root.": _of_kappa(lambda k: (_rate(k), _rate(k**2))),
    "The root goes over κ alone, not over the quotient.": _of_kappa(
        lambda k: (_rate(k), math.sqrt(_rate(k)))
    ),
    "That is the best β, which is the square of the rate.": _of_kappa(
        lambda k: (_rate(k), _rate(k**0.5) ** 2)
    ),
    "Both rates are squared: so the loss shrinks. The distance shrinks with the root of that.": (
        _of_kappa(lambda k: (_rate(k) ** 2, _rate(k**0.5) ** 2))
    ),
    "Brackets are missing: (κ − 1) / (κ + 1).": _of_kappa(
        lambda k: (k - 1 / k + 1, k**0.5 - 1 / k**0.5 + 1)
    ),
    "Plus and minus are exchanged: (κ − 1) / (κ + 1).": _of_kappa(
        lambda k: (1 / _rate(k), 1 / _rate(k**0.5))
    ),
}


def convergence_rate(errors: Tensor) -> float:
    """Return the geometric mean of the factors in the second half of `errors`, shape (n,)."""
    return _rate_of(errors[len(errors) // 2 :])


def _rate_of(errors: Tensor) -> float:
    return (errors[-1] / errors[0]).item() ** (1 / (len(errors) - 1))


def _late(rate: Callable[[Tensor], Any]) -> Callable[[Tensor], Any]:
    return lambda errors: rate(errors[len(errors) // 2 :])


RATE: Mistakes = {
    "That is the average over all steps. The fast start is in it: use the second half.": _rate_of,
    "That is the first half. The long run is the second.": (
        lambda errors: _rate_of(errors[: len(errors) // 2])
    ),
    "Upside down: where the errors shrink, the rate is below 1.": _late(lambda e: 1 / _rate_of(e)),
    "That is log ρ, the slope. ρ itself is its exponential.": _late(
        lambda e: math.log(_rate_of(e))
    ),
    "That is minus log ρ. ρ itself is the exponential of log ρ.": _late(
        lambda e: -math.log(_rate_of(e))
    ),
    "The logarithm was to base 10, its inverse to base e.": _late(
        lambda e: math.exp(math.log10(_rate_of(e)))
    ),
    "The logarithm was to base e, its inverse to base 10.": _late(
        lambda e: 10 ** math.log(_rate_of(e))
    ),
    "That is the shrinking over the whole second half, not per step.": _late(
        lambda e: e[-1] / e[0]
    ),
    "You divide by the number of steps where a root is wanted: factors multiply.": _late(
        lambda e: e[-1] / e[0] / (len(e) - 1)
    ),
    "You take a power where a root is wanted: the exponent is 1/(m − 1).": _late(
        lambda e: (e[-1] / e[0]).item() ** (len(e) - 1)
    ),
    "That is ρ²: the rate at which the loss shrinks. The distance shrinks with its root.": _late(
        lambda e: _rate_of(e) ** 2
    ),
    "That is √ρ: take the errors as they are.": _late(lambda e: _rate_of(e) ** 0.5),
    "From the first to the last of m errors there are m − 1 factors, not m.": _late(
        lambda e: (e[-1] / e[0]).item() ** (1 / len(e))
    ),
    "You take the root for all steps, and the quotient for half of them.": (
        lambda errors: _late(lambda e: e[-1] / e[0])(errors) ** (1 / (len(errors) - 1))
    ),
    "That is the last factor alone, and it wobbles. Take the average of all.": (
        lambda errors: errors[-1] / errors[-2]
    ),
    "Those are all factors, one by one. Their average is wanted.": _late(lambda e: e[1:] / e[:-1]),
    "That is the arithmetic mean of the factors. Factors multiply: take the geometric mean.": _late(
        lambda e: (e[1:] / e[:-1]).mean()
    ),
    "That is the median of the factors, not their average.": _late(
        lambda e: (e[1:] / e[:-1]).quantile(0.5)
    ),
    "That is the mean difference of the errors. Compare them by their quotients.": _late(
        lambda e: (e[1:] - e[:-1]).mean()
    ),
}
