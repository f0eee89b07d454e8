"""The update rules of torch.optim for many models at once, each model with its own numbers."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["RULES", "Rule", "StackedOptimizer"]

_Numbers = Mapping[str, Tensor]  # name to (num_members, 1) float64 on the CPU
_State = defaultdict[str, Tensor]  # name to (num_members, num_params); zeros at first


@dataclass(frozen=True)
class Rule:
    """An update rule, and the numbers it takes with their defaults, which are PyTorch's."""

    update: Callable[[Tensor, Tensor, _State, _Numbers, int], None]
    defaults: Mapping[str, float]


class StackedOptimizer:
    """One optimizer for many models: what torch.optim would do to each, as one computation.

    >>> params = torch.ones(2, 3)  # two models of three parameters
    >>> optimizer = StackedOptimizer("SGD", params, {"lr": [0.1, 0.5]})
    >>> optimizer.step(torch.ones(2, 3))
    >>> params
    tensor([[0.9000, 0.9000, 0.9000],
            [0.5000, 0.5000, 0.5000]])
    """

    def __init__(self, name: str, params: Tensor, numbers: Mapping[str, Sequence[float]]) -> None:
        """Begin with an empty state.

        Args:
            name: of a rule in RULES.
            params: (num_members, num_params), of any floating dtype; changed in place by `step`.
            numbers: for each hyper-parameter of the rule, one number per member. Those left out
                have the rule's default.
        """
        rule = RULES[name]
        self._params, self._update = params, rule.update
        self._numbers = {}  # (num_members, 1) each
        for key, default in rule.defaults.items():
            values = numbers.get(key, [default] * len(params))
            self._numbers[key] = torch.tensor(values, dtype=torch.float64).unsqueeze(1)
        self._state: _State = defaultdict(lambda: torch.zeros_like(params))
        self._num_steps = 0

    @torch.no_grad()
    def step(self, grads: Tensor, lr_factor: float = 1.0) -> None:
        """Update the parameters, with every learning rate times `lr_factor`.

        Args:
            grads: (num_members, num_params) like the parameters; may be overwritten.
        """
        self._num_steps += 1
        numbers = {**self._numbers, "lr": self._numbers["lr"] * lr_factor}
        self._update(self._params, grads, self._state, numbers, self._num_steps)


# Each rule follows torch.optim term by term. What depends on the members or on the step is worked
# out in float64, as PyTorch does with Python's numbers, and only then brought to the dtype.


def _sgd(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    _add_decay(p, g, numbers)
    if numbers["momentum"].any():
        g = _velocity(p, g, state, numbers)
    p.addcmul_(g, numbers["lr"].to(p), value=-1)


def _nesterov(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    _add_decay(p, g, numbers)
    ahead = _velocity(p, g, state, numbers) * numbers["momentum"].to(p)
    p.addcmul_(ahead.add_(g), numbers["lr"].to(p), value=-1)


def _adagrad(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    _add_decay(p, g, numbers)
    root = state["square"].addcmul_(g, g).sqrt().add_(numbers["eps"].to(p))
    p.addcdiv_(g.mul_(numbers["lr"].to(p)), root, value=-1)


def _rmsprop(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    _add_decay(p, g, numbers)
    square = _mean_square(p, g, state, numbers["alpha"])
    root = square.sqrt().add_(numbers["eps"].to(p))
    p.addcdiv_(g.mul_(numbers["lr"].to(p)), root, value=-1)


def _adam(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    _add_decay(p, g, numbers)
    _adam_step(p, g, state, numbers, t)


def _adamw(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    p.mul_((1 - numbers["lr"] * numbers["weight_decay"]).to(p))
    _adam_step(p, g, state, numbers, t)


def _adam_step(p: Tensor, g: Tensor, state: _State, numbers: _Numbers, t: int) -> None:
    beta1, beta2 = numbers["beta1"], numbers["beta2"]
    mean = state["mean"].lerp_(g, (1 - beta1).to(p))
    root = _mean_square(p, g, state, beta2).sqrt()
    root.div_((1 - beta2**t).sqrt().to(p)).add_(numbers["eps"].to(p))
    p.addcdiv_(mean * (numbers["lr"] / (1 - beta1**t)).to(p), root, value=-1)


def _add_decay(p: Tensor, g: Tensor, numbers: _Numbers) -> None:
    if numbers["weight_decay"].any():
        g.add_(p * numbers["weight_decay"].to(p))


def _velocity(p: Tensor, g: Tensor, state: _State, numbers: _Numbers) -> Tensor:
    return state["velocity"].mul_(numbers["momentum"].to(p)).add_(g)


def _mean_square(p: Tensor, g: Tensor, state: _State, beta: Tensor) -> Tensor:
    return state["square"].mul_(beta.to(p)).addcmul_(g, g * (1 - beta).to(p))


_SGD = {"lr": 1e-3, "momentum": 0.0, "weight_decay": 0.0}
_ADAM = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.0}

RULES: Mapping[str, Rule] = {
    "SGD": Rule(_sgd, _SGD),
    "momentum": Rule(_sgd, _SGD | {"momentum": 0.9}),
    "Nesterov": Rule(_nesterov, _SGD | {"momentum": 0.9}),
    "Adagrad": Rule(_adagrad, {"lr": 1e-2, "eps": 1e-10, "weight_decay": 0.0}),
    "RMSprop": Rule(_rmsprop, {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0}),
    "Adam": Rule(_adam, _ADAM),
    "AdamW": Rule(_adamw, _ADAM | {"weight_decay": 1e-2}),
}
