"""What the gradient of each parameter says: a norm, or a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["GRADIENTS", "gradient_report", "some_gradients"]

Gradients = Mapping[str, Tensor | None]
Report = dict[str, float | str]


def gradient_report(
    gradients: Gradients,
    *,
    size: Callable[[Tensor], float] = lambda g: float(g.double().norm()),
    is_broken: Callable[[Tensor], bool] = lambda g: not bool(g.isfinite().all()),
    is_zero: Callable[[Tensor], bool] = lambda g: not bool(g.any()),
    words: tuple[str, str, str] = ("none", "not finite", "zero"),
) -> Report:
    """Return the Euclidean norm of each gradient, or "none", "not finite" or "zero"."""
    report: Report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = words[0]
        elif is_broken(g):
            report[name] = words[1]
        else:
            report[name] = words[2] if is_zero(g) else size(g)
    return report


def some_gradients(seed: int | torch.Generator, dtype: torch.dtype) -> dict[str, Tensor | None]:
    """Return gradients of every kind: large, tiny, with zeros in them, zero, NaN, ±inf, none."""
    generator = torch.Generator().manual_seed(seed) if isinstance(seed, int) else seed

    def drawn(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=dtype)

    holed = drawn(3, 4)
    holed[1] = 0
    a_nan, an_inf, minus, lost = drawn(5), drawn(2, 3), drawn(4), 0 * drawn(2, 2)
    lost[0, 1] = torch.nan
    cancelling = torch.tensor([[3, -2], [-3, 2]], dtype=dtype)
    a_nan[2], an_inf[1, 0], minus[0] = torch.nan, torch.inf, -torch.inf
    return {
        "0.weight": drawn(4, 3),
        "0.bias": 1e-8 * drawn(4),
        "2.weight": holed,
        "2.bias": None,
        "4.weight": torch.zeros(3, 2, dtype=dtype),
        "4.bias": a_nan,
        "6.weight": an_inf,
        "6.bias": minus,
        "8.weight": 1e4 * cancelling,
        "8.bias": drawn(1),
        "9.weight": lost,
    }


def _without(kind: Callable[[Tensor | None], bool]) -> Callable[[Gradients], Report]:
    return lambda gradients: gradient_report(
        {name: g for name, g in gradients.items() if not kind(g)}
    )


def _sized(size: Callable[[Tensor], Tensor]) -> Callable[[Gradients], Report]:
    return lambda gradients: gradient_report(gradients, size=lambda g: float(size(g.double())))


def _worded(
    none: str = "none", broken: str = "not finite", zero: str = "zero"
) -> Callable[[Gradients], Report]:
    return lambda gradients: gradient_report(gradients, words=(none, broken, zero))


GRADIENTS: Mistakes = {
    "Parameters without a gradient are left out: a frozen layer would look healthy. They are "
    '"none".': _without(lambda g: g is None),
    "A gradient that never came is called zero. It is None, and its word is none.": _worded("zero"),
    "A gradient of zeros is called none. One came, and its word is zero.": _worded(zero="none"),
    'None stands where the word "none" is wanted.': lambda gradients: {
        name: None if gradients[name] is None else said
        for name, said in gradient_report(gradients).items()
    },
    "A gradient of zeros has the norm 0 here. Its word is zero.": lambda gradients: gradient_report(
        gradients, is_zero=lambda g: False
    ),
    "The norm is squared: the root of the sum of squares is wanted.": _sized(
        lambda g: g.square().sum()
    ),
    "That is the root of the mean of the squares. Their sum belongs under the root.": _sized(
        lambda g: g.square().mean().sqrt()
    ),
    "That is the largest absolute value. The root of the sum of squares is wanted.": _sized(
        lambda g: g.abs().max()
    ),
    "That is the sum of the absolute values. The root of the sum of squares is wanted.": _sized(
        lambda g: g.abs().sum()
    ),
    "That is the mean of the absolute values. The root of the sum of squares is wanted.": _sized(
        lambda g: g.abs().mean()
    ),
    "That is the largest singular value of a matrix, its spectral norm. The root of the sum of "
    "squares is wanted.": _sized(lambda g: torch.linalg.norm(g, ord=2)),
    "Infinities go unnoticed. `isfinite` sees them and NaN.": lambda gradients: gradient_report(
        gradients, is_broken=lambda g: bool(g.isnan().any())
    ),
    "NaN goes unnoticed. `isfinite` sees it and infinities.": lambda gradients: gradient_report(
        gradients, is_broken=lambda g: bool(g.isinf().any())
    ),
    "One infinity or NaN among good numbers goes unnoticed: is `all` or `any` in its place?": (
        lambda gradients: gradient_report(
            gradients, is_broken=lambda g: not bool(g.isfinite().any())
        )
    ),
    "Some zeros among other numbers make it zero here. All of them must be 0.": (
        lambda gradients: gradient_report(gradients, is_zero=lambda g: not bool(g.all()))
    ),
    "NaN among zeros is called zero. Look for what is not finite first.": lambda gradients: (
        gradient_report(
            gradients,
            is_broken=lambda g: not bool(g.isfinite().all()) and bool(g.nan_to_num(nan=0).any()),
            is_zero=lambda g: not bool(g.nan_to_num(nan=0).any()),
        )
    ),
    "Tiny gradients are called zero. Only exact zeros are.": lambda gradients: gradient_report(
        gradients, is_zero=lambda g: bool((g.abs() < 1e-6).all())
    ),
    "Gradients below 1e-8, `allclose`'s tolerance, are called zero. Only exact zeros are.": (
        lambda gradients: gradient_report(
            gradients, is_zero=lambda g: bool(torch.allclose(g, torch.zeros_like(g)))
        )
    ),
    "A sum of 0 is taken for zeros: positive and negative entries cancel.": lambda gradients: (
        gradient_report(gradients, is_zero=lambda g: abs(float(g.sum())) == 0)
    ),
}
