"""A laboratory: a small network that trains on digits, within a budget of epochs."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

__all__ = ["Laboratory"]

_WIDTH, _BATCH, _FULL = 16, 40, 12
_RANGES = {"lr": (1e-4, 10.0), "momentum": (0.0, 0.99)}


@functools.cache
def _pixels() -> tuple[Tensor, Tensor]:
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return torch.tensor(X[order] / 16, dtype=torch.float32), torch.tensor(y[order])


class Laboratory:
    """Trains a network of 64, 16 and 10 units on 200 digits, and counts the epochs."""

    def __init__(self, budget: int, generator: torch.Generator) -> None:
        self.budget, self.spent = budget, 0
        self.judged: list[tuple[tuple[Any, ...], float]] = []  # configuration, accuracy
        self.refused = ""  # why the last call was
        self.scores: dict[tuple[Any, ...], float] = {}
        self._nets: dict[tuple[Any, ...], tuple[list[Tensor], list[Tensor], torch.Generator]] = {}
        self._generator = generator
        X, y = _pixels()
        rows = torch.randperm(len(y), generator=generator)
        self._parts = [(X[r], y[r]) for r in (rows[:200], rows[200:300], rows[300:700], rows[700:])]

    def train(self, config: Mapping[str, float], num_epochs: int) -> float:
        """Train a configuration so many epochs more; return its accuracy on validation digits."""
        num_epochs = int(num_epochs)
        if {*config} != {"lr", "momentum"}:
            raise ValueError(f"a configuration has lr and momentum, nothing else; got {[*config]}")
        for name, (low, high) in _RANGES.items():
            value = float(config[name])
            if not low * (1 - 1e-6) - 1e-9 <= value <= high * (1 + 1e-6):
                raise ValueError(f"{name} is from {low:g} to {high:g}; got {value:.6g}")
        if num_epochs < 1:
            raise ValueError("train at least one epoch")
        if self.spent + num_epochs > self.budget:
            self.refused = "More epochs were asked for than were left of the budget."
            raise RuntimeError(f"the budget of {self.budget} epochs is spent")
        self.spent += num_epochs
        key = self.key(config)
        if key not in self._nets:
            self._nets[key] = self._start()
        self._go_on(*self._nets[key], config, num_epochs)
        self.scores[key] = self._accuracy(self._nets[key][0], *self._parts[1])
        return self.scores[key]

    def judge(self, config: Mapping[str, float]) -> float:
        """Train this configuration anew for 12 epochs; return its accuracy on 400 fresh digits."""
        if self.judged:
            self.refused = "`judge` was asked a second time. Ask it once, about the one you return."
            raise RuntimeError("the fresh digits were looked at already: judge answers once")
        net = self._start()
        self._go_on(*net, config, _FULL)
        self.judged.append((self.key(config), self._accuracy(net[0], *self._parts[2])))
        return self.judged[0][1]

    def truth(self, config: Mapping[str, float], num_seeds: int = 3) -> float:
        """Return the mean accuracy of this configuration, trained anew, on 1,097 other digits."""
        found = []
        for _ in range(num_seeds):
            net = self._start()
            self._go_on(*net, config, _FULL)
            found.append(self._accuracy(net[0], *self._parts[3]))
        return sum(found) / len(found)

    @staticmethod
    def key(config: Mapping[str, float]) -> tuple[Any, ...]:
        """Return what makes two configurations the same."""
        return tuple(sorted((str(name), float(value)) for name, value in config.items()))

    def _start(self) -> tuple[list[Tensor], list[Tensor], torch.Generator]:
        seed = int(torch.randint(2**40, (), generator=self._generator))
        own = torch.Generator().manual_seed(seed)
        sizes = ((64, _WIDTH), (1, _WIDTH), (_WIDTH, 10), (1, 10))
        fans = (64, 64, _WIDTH, _WIDTH)
        P = [
            (2 * torch.rand(size, generator=own) - 1) / math.sqrt(fan)
            for size, fan in zip(sizes, fans, strict=True)
        ]
        return P, [torch.zeros_like(p) for p in P], own

    def _go_on(
        self,
        P: list[Tensor],
        V: list[Tensor],
        own: torch.Generator,
        config: Mapping[str, float],
        num_epochs: int,
    ) -> None:
        lr, momentum = float(config["lr"]), float(config["momentum"])
        X, y = self._parts[0]
        for _ in range(num_epochs):
            for rows in torch.randperm(len(y), generator=own).split(_BATCH):
                x = X[rows]
                h = (x @ P[0] + P[1]).relu()
                d = (h @ P[2] + P[3]).softmax(dim=1)
                d[torch.arange(len(rows)), y[rows]] -= 1
                d /= len(rows)
                dh = (d @ P[2].T) * (h > 0)
                G = (x.T @ dh, dh.sum(dim=0, keepdim=True), h.T @ d, d.sum(dim=0, keepdim=True))
                for p, v, g in zip(P, V, G, strict=True):
                    v.mul_(momentum).add_(g)
                    p.sub_(lr * v)

    def _accuracy(self, P: Sequence[Tensor], X: Tensor, y: Tensor) -> float:
        out = (X @ P[0] + P[1]).relu() @ P[2] + P[3]
        return ((out.argmax(dim=1) == y) & out.isfinite().all(dim=1)).double().mean().item()
