"""Numbers by lot on a log scale, and the facts by which other draws are told."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.chance import SAID_OF_CHANCE, chance, draws, from_elsewhere, in_words, seeded
from nblib.oracles.explaining import explaining, first_fact

__all__ = ["LOG_UNIFORM", "facts_of_logs", "log_uniform", "say_of_logs"]

Play = Callable[[Callable[..., Any]], Any]


def log_uniform(low: float, high: float, n: int, generator: torch.Generator) -> Tensor:
    """Return n numbers, float64, whose logarithm is uniform between those of low and high."""
    u = torch.rand(n, generator=generator, dtype=torch.float64)
    return low * (high / low) ** u


def _even(shares: Tensor, far: float) -> bool:
    return bool((shares - 1 / len(shares)).abs().max() < far)


def _between(x: Tensor, low: float, high: float) -> bool:
    return bool(((x >= low - 1e-6) & (x <= high + 1e-6)).all())


def _independent(u: Tensor) -> bool:
    """Whether uniform numbers are not too even, and the second half does not follow the first."""
    counts = torch.histc(u, max(len(u) // 10, 1), 0, 1)  # about 10 each, deviation √10
    one, other = u[: len(u) // 2], u[len(u) // 2 :][: len(u) // 2]
    if 0.0 in (one.std().item(), other.std().item()):
        return False
    moved = torch.corrcoef(torch.stack([one, other]))[0, 1].abs().item()
    return counts.var().item() > 4 and moved < 6 / math.sqrt(len(one))


def facts_of_logs(low: float, high: float, n: int, seed: int) -> Play:
    """Return a play that says what is true of n numbers on a log scale, n ≥ 1,000."""

    def call(answer: Callable[..., Any], generator: torch.Generator) -> list[float]:
        found = torch.as_tensor(answer(low, high, n, generator), dtype=torch.float64)
        return found.flatten()[:8].tolist()

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        came = answer(low, high, n, seeded(seed))
        x = torch.as_tensor(came)
        facts = {
            "shape (n,)": x.shape == (n,),
            "a float64 tensor": isinstance(came, Tensor) and came.dtype == torch.float64,
        }
        x = x.double().flatten()
        inside = bool(((x >= low * (1 - 1e-6)) & (x <= high * (1 + 1e-6))).all())
        facts["between low and high"] = inside
        for name, log in (("natural", math.log), ("to base 10", math.log10)):
            facts[f"logarithms, {name}"] = _between(x, log(low), log(high)) and not inside
        facts["above 0"] = bool((x > 0).all())
        for name, y, ends in (
            ("e to numbers between low and high", x.log(), (low, high)),
            ("10 to numbers between low and high", x.log10(), (low, high)),
            ("10 to the natural logarithm", x.log10(), (math.log(low), math.log(high))),
            ("e to the logarithm to base 10", x.log(), (math.log10(low), math.log10(high))),
        ):
            facts[name] = _between(y, *ends) and not inside
        if inside:
            facts["many different ones"] = len(x.unique()) > n / 2
            facts["rising"] = bool((x.diff() >= 0).all())
            way = (x / low).log() / math.log(high / low)
            facts["independent"] = _independent(way)
            shares = torch.histc(way, 5, 0, 1) / len(x)
            far = 6 * math.sqrt(0.16 / len(x))
            facts["as many in each fifth of the logarithm"] = _even(shares, far)
            plain = torch.histc((x - low) / (high - low), 5, 0, 1) / len(x)
            facts["as many in each fifth of the values"] = _even(plain, far)
            facts["in the logarithm's upper half as many as in the lower"] = (
                abs((way > 0.5).double().mean().item() - 0.5) < 1.25 * far
            )
        return in_words(facts | chance(*draws(lambda generator: call(answer, generator), seed, 4)))

    return play


_OF_LOGS = {
    "shape (n,)": "A tensor of shape (n,) is wanted.",
    "a float64 tensor": "That is no float64 tensor.",
    "between low and high": "Some numbers lie below low or above high.",
    **SAID_OF_CHANCE,
    "many different ones": (
        "There are only a few different numbers: any between low and high may come."
    ),
    "rising": "The numbers come in order. Draw each by itself.",
    "in the logarithm's upper half as many as in the lower": (
        "One half of the log scale has more numbers than the other."
    ),
    "as many in each fifth of the logarithm": (
        "Some fifth of the log scale has more numbers than another."
    ),
    "independent": "The numbers are not independent: draw each without a look at the others.",
}

say_of_logs = explaining(first_fact(_OF_LOGS))


def _uniform(low: float, high: float, n: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=generator, dtype=torch.float64)


LOG_UNIFORM: Mistakes = {
    "The numbers themselves are uniform: nine of ten lie within a factor of ten of high. Their "
    "logarithm should be uniform.": _uniform,
    "These are natural logarithms. Raise e to them.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).log()
    ),
    "These are logarithms to base 10. Raise 10 to them.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).log10()
    ),
    "You take the exponential of numbers between low and high. Put the logarithms of the ends "
    "there.": lambda low, high, n, generator: _uniform(low, high, n, generator).exp(),
    "You raise 10 to numbers between low and high. Put the logarithms of the ends there.": (
        lambda low, high, n, generator: 10 ** _uniform(low, high, n, generator)
    ),
    "The logarithm and the power have different bases: 10 to the natural logarithm.": (
        lambda low, high, n, generator: 10 ** log_uniform(low, high, n, generator).log()
    ),
    "The logarithm and the power have different bases: e to the logarithm to base 10.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).log10().exp()
    ),
    "They are spaced evenly, and none is drawn: take `torch.rand` for the exponents.": (
        lambda low, high, n, generator: low * (high / low) ** torch.linspace(0, 1, n).double()
    ),
    **from_elsewhere(log_uniform),
    "The numbers are right, and the tensor is not float64.": (
        lambda low, high, n, generator: log_uniform(low, high, n, generator).float()
    ),
    "One number comes n times. Draw n of them.": (
        lambda low, high, n, generator: log_uniform(low, high, 1, generator).expand(n)
    ),
}
