"""Steps with gradients in float16: a scale that grows and shrinks, and weights in float32."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["SCALED", "STEPS", "bowl", "facts_of_asking", "scaled_steps"]

Gradient = Callable[[Tensor, float], Tensor]
Case = tuple[Tensor, Gradient, float, float, int, int, float]


def bowl(steep: Tensor, target: Tensor, weight: float, differences: bool = False) -> Gradient:
    """Return the gradient, in float16, of scale · weight · ½ Σ steep · (w − target)² at w.

    `steep` and `target` are float32 of the shape of w. Each number is computed exactly enough and
    then rounded to float16, as half precision does: too small ones become 0, too large ones ±∞,
    or, if they are `differences` of large ones, ∞ − ∞, NaN.
    """

    def gradient(w: Tensor, scale: float) -> Tensor:
        if not isinstance(w, Tensor) or w.dtype != torch.float16:
            came = str(getattr(w, "dtype", type(w).__name__)).removeprefix("torch.")
            raise TypeError(f"`gradient` takes weights in float16, not {came}")
        slope = steep.double() * (w.double() - target.double())
        g = (scale * weight * slope).half()
        return torch.where(g.isinf(), torch.nan, g) if differences else g

    return gradient


def scaled_steps(
    w: Tensor,
    gradient: Gradient,
    lr: float,
    scale: float,
    patience: int,
    num_steps: int,
    max_norm: float,
    *,
    unscale: Callable[[Tensor, float], Tensor] = lambda g, scale: g.double() / scale,
    clips: str = "after",
    skips: bool = True,
    checks: Callable[[Tensor], bool] = lambda g: bool(g.isfinite().all()),
    shrink: float = 0.5,
    grow: float = 2.0,
    resets: tuple[bool, bool] = (True, True),
    counts_skipped: bool = False,
    keeps: Callable[[Tensor], Tensor] = lambda w: w,
    late: bool = False,
    sign: float = 1.0,
    asks: int = 1,
    notes_after: bool = False,
) -> tuple[Tensor, list[float]]:
    """Return the weights, float32, and the scale that each step used."""
    master, used, good = w.double(), [], 0
    for _ in range(num_steps):
        used.append(scale)
        for _ in range(asks):
            g = gradient(master.half(), scale)
        is_finite = checks(g)
        if is_finite or not skips:
            if clips == "before":
                g = g.double() * min(1.0, max_norm / max(g.double().norm().item(), 1e-300))
            step = unscale(g, scale).double()
            if clips == "entries":
                step = step.clamp(-max_norm, max_norm)
            if clips == "always":
                step = step * (max_norm / max(step.norm().item(), 1e-300))
            if clips == "after":
                norm = step.norm().item()
                step = step * (max_norm / norm) if norm > max_norm else step
            master = keeps(master - sign * lr * step)
        if is_finite:
            good += 1
            if good >= patience + late:
                scale *= grow
                good = 0 if resets[1] else good
        else:
            scale *= shrink
            good = 0 if resets[0] else good + counts_skipped
        if notes_after:
            used[-1] = scale
    return master.to(w.dtype), used


def _with(**how: Any) -> Callable[..., tuple[Tensor, list[float]]]:
    return lambda *case: scaled_steps(*case, **how)


def facts_of_asking(*case: Any) -> Callable[[Callable[..., Any]], dict[str, str]]:
    """Return a play: how often is the gradient asked for?"""
    w, gradient, lr, scale, patience, num_steps, max_norm = case

    def facts(answer: Callable[..., Any]) -> dict[str, str]:
        asked = []

        def counting(w16: Tensor, scale: float) -> Tensor:
            asked.append(scale)
            return gradient(w16, scale)

        answer(w, counting, lr, scale, patience, num_steps, max_norm)
        often = "once" if len(asked) == num_steps else "not once"
        return {"the gradient is asked for": f"{often} in each attempt"}

    return facts


def _again(*case: Any) -> tuple[Tensor, list[float]]:
    """Try a step again until nothing overflows, within one attempt."""
    w, gradient, lr, scale, patience, num_steps, max_norm = case
    used, good = [], 0
    for _ in range(num_steps):
        used.append(scale)
        while not gradient(w.half(), scale).isfinite().all():
            scale, good = scale / 2, 0
        w = scaled_steps(w, gradient, lr, scale, num_steps + 1, 1, max_norm)[0]
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, used


def _only_good(*case: Any) -> tuple[Tensor, list[float]]:
    """Count the good attempts only."""
    w, gradient, lr, scale, patience, num_steps, max_norm = case
    for longer in range(num_steps, 100 * num_steps):
        found = scaled_steps(w, gradient, lr, scale, patience, longer, max_norm)
        used = scaled_steps(w, gradient, lr, scale, patience, longer + 1, max_norm)[1]
        if longer - sum(b < a for a, b in itertools.pairwise(used)) == num_steps:
            break
    return found


def _constant(*case: Any) -> tuple[Tensor, list[float]]:
    return scaled_steps(*case, shrink=1.0, grow=1.0)


STEPS: Mistakes = {
    "The gradient is still scaled when the step is taken: divide it by `scale` first.": _with(
        unscale=lambda g, scale: g, clips="never"
    ),
    "The gradient is still scaled when it is clipped, and afterwards: divide it by `scale` "
    "first.": (_with(unscale=lambda g, scale: g)),
    "The gradient is clipped while it is scaled, which makes nearly nothing of it. Divide by "
    "`scale`, "
    "then clip.": _with(clips="before"),
    "Nothing is clipped: a gradient with a norm above `max_norm` must be shortened to it.": _with(
        clips="never"
    ),
    "The gradient is divided in float16, where small results become 0 again: `.float()` first.": (
        _with(unscale=lambda g, scale: (g / scale).double())
    ),
    "The weights are rounded to float16 after each step, and small steps are lost. Keep them in "
    "float32, and hand a float16 copy to `gradient`.": _with(keeps=lambda w: w.half().double()),
    "The steps go uphill: subtract the gradient.": _with(sign=-1.0),
    "`gradient` takes weights in float16: `w.half()`.": lambda w, gradient, lr, scale, *rest: (
        gradient(w, scale)
    ),
    "The gradient is multiplied by the scale. Divide by it.": _with(
        unscale=lambda g, scale: g.double() * scale
    ),
    "Each entry is clipped by itself. Shorten the whole gradient, if its norm is too large.": _with(
        clips="entries"
    ),
    "Short gradients are made longer as well. Change those with a norm above `max_norm` only.": (
        _with(clips="always")
    ),
}
SCALED: Mistakes = {
    "A step is taken with a gradient that is not finite, and the weights are NaN or infinite. Skip "
    "that step.": _with(skips=False),
    "NaN and infinity are made finite, and the step is taken. Skip it.": _with(
        skips=False,
        unscale=lambda g, scale: g.nan_to_num().double() / scale,
    ),
    "NaN is seen, infinity is not: `isfinite` sees both.": _with(
        checks=lambda g: not bool(g.isnan().any())
    ),
    "Infinity is seen, NaN is not: `isfinite` sees both.": _with(
        checks=lambda g: not bool(g.isinf().any())
    ),
    "The gradient is asked for more than once in an attempt: keep what came.": _with(asks=2),
    "After an overflow the same step is tried again at once. Skip it: the next attempt has the "
    "halved scale.": _again,
    "Skipped steps do not count here. They are attempts as well.": _only_good,
    "`gradient` takes weights in float16: `w.half()`.": lambda w, gradient, lr, scale, *rest: (
        gradient(w, scale)
    ),
    "One infinite entry among finite ones goes unnoticed. All must be finite.": _with(
        checks=lambda g: bool(g.isfinite().any())
    ),
    "The scale does not shrink after an overflow. Halve it.": _with(shrink=1.0),
    "The scale does not grow. Double it after `patience` good steps in a row.": _with(grow=1.0),
    "The scale stays what it was. Halve it after an overflow, double it after `patience` good "
    "steps "
    "in a row.": _constant,
    "The good steps before an overflow count on. After an overflow the count begins at 0.": _with(
        resets=(False, True)
    ),
    "A skipped step counts as a good one.": _with(resets=(False, True), counts_skipped=True),
    "After the scale has been doubled the count must begin at 0 again: here it doubles in each "
    "step.": (_with(resets=(True, False))),
    "The scale doubles one good step too late.": _with(late=True),
    "That is the scale after each step. The one that the step used is wanted.": _with(
        notes_after=True
    ),
}
