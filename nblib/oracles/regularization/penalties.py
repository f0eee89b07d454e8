"""Penalties and norms: the proximal step of L1, weight decay, weight norm, smoothed labels."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["DECAY_STEP", "L1_STEP", "WEIGHT_NORM", "decay_step", "l1_step", "weight_norm"]

Part = Callable[[Any], Any]  # reads a namespace with all there is to know


def l1_step(w: Tensor, grad: Tensor, lr: float, strength: float) -> Tensor:
    """Return the weights, of the shape of `w`, after one proximal step on L(w) + strength·‖w‖₁.

    Source: Daubechies, Defrise and De Mol (2004).
    """
    return F.softshrink(w - lr * grad, lr * strength)


def _l1(result: Part) -> Callable[..., Tensor]:
    """Make a step of `result`, which reads `w`, `g`, `lr`, `s` (λ), `t` (ηλ) and `u` (w − ηg)."""

    def step(w: Tensor, grad: Tensor, lr: float, strength: float) -> Tensor:
        u = w - lr * grad
        return result(SimpleNamespace(w=w, g=grad, lr=lr, s=strength, t=lr * strength, u=u))

    return step


L1_STEP: Mistakes = {
    "That is the subgradient step, which crosses zero. Move towards zero, and stop there.": _l1(
        lambda n: n.u - n.t * n.w.sign()
    ),
    "Small weights cross zero: clamp |u| − ηλ at 0.": _l1(lambda n: n.u - n.t * n.u.sign()),
    "The threshold is λ itself. One step goes only as far as the learning rate: ηλ.": _l1(
        lambda n: F.softshrink(n.u, n.s)
    ),
    "The threshold is η alone. It is η times λ.": _l1(lambda n: F.softshrink(n.u, n.lr)),
    "You shrink first and step afterwards. The gradient step comes first.": _l1(
        lambda n: F.softshrink(n.w, n.t) - n.lr * n.g
    ),
    "That is hard thresholding: the large weights must move towards zero as well.": _l1(
        lambda n: F.hardshrink(n.u, n.t)
    ),
    "The weights shrink in proportion, as with L2. L1 subtracts the same from all.": _l1(
        lambda n: n.u - n.t * n.w
    ),
    "The weights are divided by 1 + ηλ, as with L2. L1 subtracts the same from all.": _l1(
        lambda n: n.u / (1 + n.t)
    ),
    "Negative weights are lost: put the sign back.": _l1(lambda n: (n.u - n.t).clamp(min=0)),
    "The absolute values came: put the sign of u back.": _l1(
        lambda n: (n.u.abs() - n.t).clamp(min=0)
    ),
    "You put the sign of the old weight back. It is the sign of u.": _l1(
        lambda n: n.w.sign() * (n.u.abs() - n.t).clamp(min=0)
    ),
    "The weights move away from zero: subtract the threshold.": _l1(
        lambda n: n.u.sign() * (n.u.abs() + n.t)
    ),
    "You keep what should go, the part within ±ηλ.": _l1(lambda n: n.u.clamp(-n.t, n.t)),
    "The gradient step goes uphill.": _l1(lambda n: F.softshrink(n.w + n.lr * n.g, n.t)),
    "The gradient is not multiplied by the learning rate.": _l1(
        lambda n: F.softshrink(n.w - n.g, n.t)
    ),
    "The gradient step is missing: threshold u = w − ηg, not w.": _l1(
        lambda n: F.softshrink(n.w, n.t)
    ),
    "That is the gradient step alone; the threshold is missing.": _l1(lambda n: n.u),
}


def decay_step(
    params: list[Tensor], grads: list[Tensor], lr: float, weight_decay: float
) -> list[Tensor]:
    """Return w − lr·g − lr·weight_decay·w for weights, b − lr·g for tensors of under two dims."""
    return _decay()(params, grads, lr, weight_decay)


def _decay(
    decays: Part = lambda n: n.p.ndim >= 2,
    pull: Part = lambda n: n.lr * n.wd * n.p,
    step: Part = lambda n: n.lr * n.g,
) -> Callable[..., list[Tensor]]:
    """Make a rule w − step − pull; the parts read `p`, `g`, `lr`, `wd`, `i` and `count`."""

    def rule(
        params: list[Tensor], grads: list[Tensor], lr: float, weight_decay: float
    ) -> list[Tensor]:
        count = sum(p.numel() for p in params)
        named = [
            SimpleNamespace(p=p, g=g, lr=lr, wd=weight_decay, i=i, count=count)
            for i, (p, g) in enumerate(zip(params, grads, strict=True))
        ]
        return [n.p - step(n) - (pull(n) if decays(n) else 0) for n in named]

    return rule


DECAY_STEP: Mistakes = {
    "The biases decay too. Leave them alone.": _decay(lambda n: True),
    "The weights are left alone, and the biases decay. It is the other way round.": _decay(
        lambda n: n.p.ndim < 2
    ),
    "Nothing decays: that is the gradient step alone.": _decay(lambda n: False),
    "Only matrices decay. A tensor of three or more dimensions is a weight, too.": _decay(
        lambda n: n.p.ndim == 2
    ),
    "A tensor without dimensions is a bias as well: it has fewer than two.": _decay(
        lambda n: n.p.ndim != 1
    ),
    "You take every second tensor for a weight. Look at its dimensions.": _decay(
        lambda n: n.i % 2 == 0
    ),
    "Only the first tensor decays. All weights do.": _decay(lambda n: n.i == 0),
    "A weight with a single row or column is not a bias: ask for `ndim`.": _decay(
        lambda n: n.p.squeeze().ndim >= 2
    ),
    "The decay is not multiplied by the learning rate.": _decay(pull=lambda n: n.wd * n.p),
    "The learning rate multiplies the decay twice.": _decay(pull=lambda n: n.lr**2 * n.wd * n.p),
    "Half of the decay: the ½ of the penalty is gone once you differentiate it.": _decay(
        pull=lambda n: n.lr * n.wd / 2 * n.p
    ),
    "Twice the decay: the penalty is ½λ‖w‖², so its gradient is λw, not 2λw.": _decay(
        pull=lambda n: 2 * n.lr * n.wd * n.p
    ),
    "The decay is divided by the number of weights. Here it is not.": _decay(
        pull=lambda n: n.lr * n.wd / n.count * n.p
    ),
    "That is L1: the pull must be proportional to the weight.": _decay(
        pull=lambda n: n.lr * n.wd * n.p.sign()
    ),
    "The weights grow: subtract the decay.": _decay(pull=lambda n: -n.lr * n.wd * n.p),
    "The gradient step goes uphill.": _decay(step=lambda n: -n.lr * n.g),
    "You decay the weight after the step. Both terms use the weight from before it.": _decay(
        pull=lambda n: n.lr * n.wd * (n.p - n.lr * n.g)
    ),
}


def weight_norm(v: Tensor, g: Tensor) -> Tensor:
    """Return the weights (num_outputs, num_inputs): row i is g[i] times the direction of v[i].

    Source: Salimans and Kingma (2016), equation 2.
    """
    return g[:, None] * v / v.norm(dim=1, keepdim=True)


WEIGHT_NORM: Mistakes = {
    "You take the norm of the columns. A unit is a row of v.": lambda v, g: (
        g[:, None] * v / v.norm(dim=0, keepdim=True)
    ),
    "You take the norm of the whole matrix: each row has its own.": lambda v, g: (
        g[:, None] * v / v.norm()
    ),
    "The root is missing: you divide by the squared norm.": lambda v, g: (
        g[:, None] * v / v.square().sum(dim=1, keepdim=True)
    ),
    "That is the sum of absolute values. The length is the root of the sum of squares.": (
        lambda v, g: g[:, None] * v / v.abs().sum(dim=1, keepdim=True)
    ),
    "You divide by the largest entry. The length is the root of the sum of squares.": (
        lambda v, g: g[:, None] * v / v.abs().amax(dim=1, keepdim=True)
    ),
    "You divide by the root of the mean square. The length is the root of the sum.": (
        lambda v, g: g[:, None] * v / v.square().mean(dim=1, keepdim=True).sqrt()
    ),
    "You divide by the standard deviation. The length subtracts no mean.": (
        lambda v, g: g[:, None] * v / v.std(dim=1, keepdim=True)
    ),
    "The lengths g are missing.": lambda v, g: v / v.norm(dim=1, keepdim=True),
    "g multiplies the columns. It belongs to the rows: g[:, None].": lambda v, g: (
        g * v / v.norm(dim=1, keepdim=True)
    ),
    "The norms divide the columns. They belong to the rows: keepdim=True.": lambda v, g: (
        g[:, None] * v / v.norm(dim=1)
    ),
    "v keeps its own length: divide by it.": lambda v, g: g[:, None] * v,
    "You divide by g. Multiply by it.": lambda v, g: v / v.norm(dim=1, keepdim=True) / g[:, None],
    "A negative g turns its vector round: take g, not |g|.": lambda v, g: weight_norm(v, g.abs()),
    "The length is g itself, not e to the power of g.": lambda v, g: weight_norm(v, g.exp()),
}
