"""Adam and AdamW: right, and wrong in the ways that people write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.optimizers.descent import first
from nblib.oracles.optimizers.rules import Part, Rule, Step, _rule

__all__ = ["ADAM", "ADAMW", "adam", "adamw"]


def _adam_step(n: Any, lr: bool = True) -> Any:
    m_hat, v_hat = n.m / (1 - n.beta1**n.t), n.v / (1 - n.beta2**n.t)
    return (n.lr if lr else 1) * m_hat / (v_hat.sqrt() + n.eps)


def _adam(
    m: Part = lambda n: n.beta1 * n.m + (1 - n.beta1) * n.g,
    v: Part = lambda n: n.beta2 * n.v + (1 - n.beta2) * n.g**2,
    step: Part = _adam_step,
    names: str = "beta1 beta2 eps",
    **others: Any,
) -> Rule:
    return _rule(names, {"m": m, "v": v}, step, **others)


def adam(
    params: list[Tensor],
    grads: list[Tensor],
    state: dict[Any, Any],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Step:
    """Return (new parameters, new state) after one step of Kingma and Ba (2015), algorithm 1."""
    return _adam()(params, grads, state, lr, beta1, beta2, eps)


def _uncorrected(n: Any) -> Any:
    return n.lr * n.m / (n.v.sqrt() + n.eps)


# One change each, in Adam and in AdamW alike.
_IN_BOTH: Mapping[str, Mapping[str, Any]] = {
    "Only m is corrected; v needs it more.": {
        "step": lambda n: n.lr * n.m / (1 - n.beta1**n.t) / (n.v.sqrt() + n.eps)
    },
    "Only v is corrected; m needs it too.": {
        "step": lambda n: n.lr * n.m / ((n.v / (1 - n.beta2**n.t)).sqrt() + n.eps)
    },
    "You divide by zero at the first step. Is t = 0 there? The first step is t = 1.": {
        "t": lambda n: n.t - 1
    },
    "t is 2 at the first step. The first step is t = 1.": {"t": lambda n: n.t + 1},
    "The correction is 1 − β·t. It is 1 − βᵗ, a power.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta1 * n.t) / ((n.v / (1 - n.beta2 * n.t)).sqrt() + n.eps)
        )
    },
    "You divide by βᵗ. Divide by 1 − βᵗ.": {
        "step": lambda n: n.lr * n.m / n.beta1**n.t / ((n.v / n.beta2**n.t).sqrt() + n.eps)
    },
    "You multiply by the correction. Divide by 1 − βᵗ.": {
        "step": lambda n: (
            n.lr * n.m * (1 - n.beta1**n.t) / ((n.v * (1 - n.beta2**n.t)).sqrt() + n.eps)
        )
    },
    "Brackets are missing: divide by (1 − βᵗ), the whole of it.": {
        "step": lambda n: n.lr * (n.m - n.beta1**n.t) / ((n.v - n.beta2**n.t).sqrt() + n.eps)
    },
    "Each memory is corrected by the other's β.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta2**n.t) / ((n.v / (1 - n.beta1**n.t)).sqrt() + n.eps)
        )
    },
    "You store the corrected moments. The memories stay uncorrected.": {
        "m": lambda n: (n.beta1 * n.m + (1 - n.beta1) * n.g) / (1 - n.beta1**n.t),
        "v": lambda n: (n.beta2 * n.v + (1 - n.beta2) * n.g**2) / (1 - n.beta2**n.t),
        "step": _uncorrected,
    },
    "The root is taken before v is corrected. Correct v first.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta1**n.t) / (n.v.sqrt() / (1 - n.beta2**n.t) + n.eps)
        )
    },
    "The root is missing: divide by √v̂ + ε.": {
        "step": lambda n: n.lr * n.m / (1 - n.beta1**n.t) / (n.v / (1 - n.beta2**n.t) + n.eps)
    },
    "ε stands inside the root; here it stands outside.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta1**n.t) / (n.v / (1 - n.beta2**n.t) + n.eps).sqrt()
        )
    },
    "ε is added before v is corrected. Correct v, take the root, then add ε.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta1**n.t) * (1 - n.beta2**n.t) ** 0.5 / (n.v.sqrt() + n.eps)
        )
    },
    "Brackets are missing: divide by (√v̂ + ε), the whole of it.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta1**n.t) / (n.v / (1 - n.beta2**n.t)).sqrt() + n.eps
        )
    },
    "ε is missing: where all gradients were 0, that is 0/0.": {
        "step": lambda n: n.lr * n.m / (1 - n.beta1**n.t) / (n.v / (1 - n.beta2**n.t)).sqrt()
    },
    "v takes up |g| where it should take up g².": {
        "v": lambda n: n.beta2 * n.v + (1 - n.beta2) * n.g.abs()
    },
    "v takes up g where it should take up g²: the root of a negative number is NaN.": {
        "v": lambda n: n.beta2 * n.v + (1 - n.beta2) * n.g
    },
    "v takes up m². It takes up the square of the gradient.": {
        "v": lambda n: n.beta2 * n.v + (1 - n.beta2) * n.m**2
    },
    "The factor 1 − β is missing in front of g and g².": {
        "m": lambda n: n.beta1 * n.m + n.g,
        "v": lambda n: n.beta2 * n.v + n.g**2,
    },
    "The factor 1 − β₁ is missing in front of g.": {"m": lambda n: n.beta1 * n.m + n.g},
    "The factor 1 − β₂ is missing in front of g².": {"v": lambda n: n.beta2 * n.v + n.g**2},
    "In m the gradient gets the share 1 − β₁, not β₁.": {
        "m": lambda n: n.beta1 * n.m + n.beta1 * n.g
    },
    "In v the square gets the share 1 − β₂, not β₂.": {
        "v": lambda n: n.beta2 * n.v + n.beta2 * n.g**2
    },
    "β and 1 − β are exchanged in m: β₁ is what it keeps.": {
        "m": lambda n: (1 - n.beta1) * n.m + n.beta1 * n.g
    },
    "β and 1 − β are exchanged in v: β₂ is what it keeps.": {
        "v": lambda n: (1 - n.beta2) * n.v + n.beta2 * n.g**2
    },
    "The step multiplies by √v̂ + ε. Divide.": {
        "step": lambda n: (
            n.lr * n.m / (1 - n.beta1**n.t) * ((n.v / (1 - n.beta2**n.t)).sqrt() + n.eps)
        )
    },
    "β and 1 − β are exchanged in the memories: β is what a memory keeps.": {
        "m": lambda n: (1 - n.beta1) * n.m + n.beta1 * n.g,
        "v": lambda n: (1 - n.beta2) * n.v + n.beta2 * n.g**2,
    },
    "β₁ and β₂ are exchanged.": {"names": "beta2 beta1 eps"},
    "You step along g, as RMSprop does. Adam steps along m.": {
        "step": lambda n: n.lr * n.g / ((n.v / (1 - n.beta2**n.t)).sqrt() + n.eps)
    },
    "You step along the old memories. Update them first, then step.": {
        "step": lambda n: (
            n.lr * n.old_m / (1 - n.beta1**n.t) / ((n.old_v / (1 - n.beta2**n.t)).sqrt() + n.eps)
        )
    },
    "m and v are lost after each step, though t is not: return them in the state.": {
        "m": lambda n: (1 - n.beta1) * n.g,
        "v": lambda n: (1 - n.beta2) * n.g**2,
    },
    "All tensors share one memory. Each needs its own.": {"shared": True, "start": lambda n: 0.0},
}


ADAM: Mistakes = {
    "The bias correction is missing.": _adam(step=_uncorrected),
    "t stays at 1. Count the steps, and return the count in the state.": _adam(t=lambda n: 1),
    "t goes up once per tensor. Count it once per step.": _adam(
        t=lambda n: (n.t - 1) * n.count + n.i + 1
    ),
    "The next step does not find its memories: return m, v and t, and look for them there.": _adam(
        forgets=True
    ),
    "The step goes uphill: subtract.": _adam(step=lambda n: -_adam_step(n)),
    "The learning rate is missing in the step.": _adam(step=lambda n: _adam_step(n, lr=False)),
    "Only the first tensor has moved.": _adam(step=first(_adam_step)),
} | {sentence: _adam(**change) for sentence, change in _IN_BOTH.items()}


def _adamw(step: Part = lambda n: n.lr * n.decay * n.p + _adam_step(n), **changes: Any) -> Rule:
    return _adam(step=step, **({"names": "beta1 beta2 eps decay"} | changes))


def _with_decay(step: Part = _adam_step, names: str = "beta1 beta2 eps", **changes: Any) -> Rule:
    """Make AdamW of what was changed in Adam."""
    return _adamw(lambda n: n.lr * n.decay * n.p + step(n), names=f"{names} decay", **changes)


def adamw(
    params: list[Tensor],
    grads: list[Tensor],
    state: dict[Any, Any],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Step:
    """Return (new parameters, new state) after one step of Adam with decoupled weight decay.

    Source: Loshchilov and Hutter (2019), algorithm 2, with the decay times lr as in PyTorch.
    """
    return _adamw()(params, grads, state, lr, beta1, beta2, eps, weight_decay)


ADAMW: Mistakes = {
    "That is Adam with an L2 penalty: the decay went through the gradient. Decouple it.": _adamw(
        m=lambda n: n.beta1 * n.m + (1 - n.beta1) * (n.g + n.decay * n.p),
        v=lambda n: n.beta2 * n.v + (1 - n.beta2) * (n.g + n.decay * n.p) ** 2,
        step=_adam_step,
    ),
    "The decay enters m, and is averaged with the gradients. Decouple it.": _adamw(
        m=lambda n: n.beta1 * n.m + (1 - n.beta1) * (n.g + n.decay * n.p), step=_adam_step
    ),
    "The decay is not multiplied by the learning rate.": _adamw(
        step=lambda n: n.decay * n.p + _adam_step(n)
    ),
    "The decay is multiplied by the learning rate twice.": _adamw(
        step=lambda n: n.lr**2 * n.decay * n.p + _adam_step(n)
    ),
    "There is no decay: that is plain Adam.": _adamw(step=_adam_step),
    "The weights grow: subtract the decay.": _adamw(
        step=lambda n: -n.lr * n.decay * n.p + _adam_step(n)
    ),
    "You decay the weight after the step. Both terms use the weight from before it.": _adamw(
        step=lambda n: _adam_step(n) + n.lr * n.decay * (n.p - _adam_step(n))
    ),
    "The decay is divided by √v like the gradient. Decouple it.": _adamw(
        step=lambda n: (
            _adam_step(n) + n.lr * n.decay * n.p / ((n.v / (1 - n.beta2**n.t)).sqrt() + n.eps)
        )
    ),
    "The decay pulls by a constant amount, as an L1 penalty does. "
    "It is proportional to the weight.": _adamw(
        step=lambda n: n.lr * n.decay * n.p.sign() + _adam_step(n)
    ),
    "The decay is the same for all weights: it is proportional to each.": _adamw(
        step=lambda n: n.lr * n.decay + _adam_step(n)
    ),
    "The decay is twice as strong as it should be: λ, not 2λ.": _adamw(
        step=lambda n: 2 * n.lr * n.decay * n.p + _adam_step(n)
    ),
    "The decay takes a share of the gradient. It takes a share of the weight.": _adamw(
        step=lambda n: n.lr * n.decay * n.g + _adam_step(n)
    ),
    "The weight itself is gone: subtract the decay from it.": _adamw(
        step=lambda n: n.p - n.lr * n.decay * n.p + _adam_step(n)
    ),
    "The learning rate is missing in front of the gradient's term.": _adamw(
        step=lambda n: n.lr * n.decay * n.p + _adam_step(n, lr=False)
    ),
    "The bias correction is missing.": _adamw(
        step=lambda n: n.lr * n.decay * n.p + _uncorrected(n)
    ),
    "t stays at 1. Count the steps, and return the count in the state.": _adamw(t=lambda n: 1),
    "t goes up once per tensor. Count it once per step.": _adamw(
        t=lambda n: (n.t - 1) * n.count + n.i + 1
    ),
    "The next step does not find its memories: return m, v and t, and look for them there.": _adamw(
        forgets=True
    ),
    "The step goes uphill: subtract.": _adamw(step=lambda n: n.lr * n.decay * n.p - _adam_step(n)),
    "Only the first tensor has moved.": _adamw(
        step=first(lambda n: n.lr * n.decay * n.p + _adam_step(n))
    ),
} | {sentence: _with_decay(**change) for sentence, change in _IN_BOTH.items()}
