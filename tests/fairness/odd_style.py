"""Right answers written in unusual ways: text for `fair_lesson.handed_in`, by what is odd."""

STYLE = {
    "objects that can be called": """\
# %% mean
class Mean:
    def __call__(self, values):
        return sum(values) / len(values)

mean = Mean()
# %% line
class Line:
    def __init__(self, slope, intercept):
        self.slope, self.intercept = slope, intercept

    def __call__(self, x):
        return self.slope * x + self.intercept

line = Line
# %% descend
class Descent:
    def run(self, slope, x, lr, num_steps):
        for _ in range(num_steps):
            x -= lr * slope(x)
        return x

descend = Descent().run
""",
    "modules as functions": """\
# %% line
class Line(torch.nn.Module):
    def __init__(self, slope, intercept):
        super().__init__()
        self.slope = torch.nn.Parameter(torch.tensor(slope))
        self.intercept = torch.nn.Parameter(torch.tensor(intercept))

    def forward(self, x):
        return self.slope * x + self.intercept

line = Line
# %% centered
class Centered(torch.nn.Module):
    def forward(self, X):
        return X - X.mean(0, keepdim=True)

centered = Centered()
# %% network
class Network(torch.nn.Module):
    def __init__(self, num_inputs, num_outputs):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(num_outputs, num_inputs))
        self.bias = torch.nn.Parameter(torch.randn(num_outputs))
        self.register_forward_hook(lambda *_: None)

    def forward(self, X):
        return X @ self.weight.mT + self.bias

network = Network
""",
    "static methods and properties of one class": """\
# %% mean
class Answers:
    @staticmethod
    def mean(values):
        return sum(values) / len(values)

    @classmethod
    def centered(cls, X):
        return torch.stack([c - cls.mean(c) for c in X.T], 1)

mean, centered = Answers.mean, Answers.centered
# %% centered
centered = Answers.centered
""",
    "partial, lru_cache and compose": """\
# %% mean
import functools
import operator

@functools.lru_cache
def _mean(values):
    return functools.reduce(operator.add, values) / len(values)

def mean(values):
    return _mean(tuple(values))
# %% line
def _line(slope, intercept, x):
    return slope * x + intercept

def line(slope, intercept):
    return functools.partial(_line, slope, intercept)
# %% descend
def descend(slope, x, lr, num_steps):
    slope = functools.lru_cache(slope)
    return functools.reduce(lambda x, _: x - lr * slope(x), range(num_steps), x)
""",
    "decorators": """\
# %%
import functools
import time

def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        began = time.perf_counter()
        result = function(*args, **kwargs)
        print(f"{function.__name__} took {time.perf_counter() - began:.3f} s")
        return result
    return wrapper

def without_name(function):
    return lambda *args, **kwargs: function(*args, **kwargs)
# %% mean
@timed
def mean(values):
    return sum(values) / len(values)
# %% centered
@torch.no_grad()
@timed
def centered(X):
    return X - X.mean(dim=0)
# %% momentum
@without_name
@timed
def momentum(params, grads, state, lr, beta):
    state["v"] = [beta * v + g for v, g in zip(state.get("v", [0] * len(params)), grads)]
    return [p - lr * v for p, v in zip(params, state["v"])], state
""",
    "lambdas": """\
# %% mean
mean = lambda values: sum(values) / len(values)
# %% line
line = lambda slope, intercept: lambda x: slope * x + intercept
# %% best
best = lambda scores: max(scores.items(), key=lambda item: item[1])[0]
""",
    "helpers and renamed functions in other cells": """\
# %%
def my_average(numbers):
    total = 0
    for number in numbers:
        total = total + number
    return total / len(numbers)
# %%
def remove_average(matrix):
    return torch.stack([row - matrix.mean(0) for row in matrix])
# %% mean
mean = my_average
# %% centered
centered = remove_average
""",
    "everything in one cell": """\
# %% mean
def mean(values):
    return sum(values) / len(values)

def centered(X):
    return X - X.mean(dim=0)

def countdown(n):
    return list(range(n, 0, -1))
# %% centered
pass
# %% countdown
# see above
""",
    "global state": """\
# %% mean
calls = 0
seen = []

def mean(values):
    global calls
    calls += 1
    seen.append(values)
    return sum(seen[-1]) / len(seen[calls - 1])
# %% countdown
numbers = {}

def countdown(n):
    if n not in numbers:
        numbers[n] = [n, *countdown(n - 1)] if n else []
    return numbers[n]
""",
    "the names of builtins and of the lesson taken": """\
# %% mean
list = [1.0, 2.0, 3.0]
sum, len, max = 6.0, 3, 3.0
check, X, x, model, asked, values, params = "mine", 1, 2, 3, 4, 5, 6

def mean(values):
    return math.fsum(values) / values.__len__()
# %% summary
def summary(values):
    return {"mean": mean(values), "largest": sorted(values)[-1], "sorted": sorted(values)}
# %% best
def best(scores):
    return sorted(scores, key=scores.get)[-1]
# %% moments
def moments(x):
    return torch.mean(x).item(), torch.mean(x * x).item()
# %% descend
def descend(slope, x, lr, num_steps):
    while num_steps:
        x, num_steps = x - lr * slope(x), num_steps - 1
    return x
# %% momentum
def momentum(params, grads, state, lr, beta):
    state["v"] = [g + beta * v for g, v in zip(grads, state.get("v", (0, 0)))]
    return [p - lr * v for p, v in zip(params, state["v"])], state
""",
    "star imports and other names for modules": """\
# %%
from math import *
from numpy.linalg import *
import torch as t
import numpy as numpy_
# %% mean
def mean(values):
    return fsum(values) / len(values)
# %% centered
def centered(X):
    return X - t.mean(X, dim=0)
# %% countdown
def countdown(n):
    return numpy_.arange(n)[::-1] + 1
""",
    "default arguments and keyword-only extras": """\
# %% mean
def mean(values, /, weights=None, *, verbose=False, **options):
    weights = weights or [1] * len(values)
    return sum(w * v for w, v in zip(weights, values)) / sum(weights)
# %%
_mean = mean
def mean(*args, **kwargs):
    return _mean(*args, *kwargs.values())
# %% momentum
def momentum(params, grads, state=None, lr=0.1, beta=0.9, *, nesterov=False):
    v = [beta * v + g for v, g in zip(state.get("v", [0] * len(params)), grads)]
    return [p - lr * each for p, each in zip(params, v)], {"v": v}
""",
    "other names of the arguments": """\
# %% centered
def centered(matrix):
    return matrix - matrix.mean(dim=0)
# %% momentum
def momentum(ws, gs, memory, eta, b):
    memory[0] = [b * v + g for v, g in zip(memory.get(0, [0] * len(ws)), gs)]
    return [w - eta * v for w, v in zip(ws, memory[0])], memory
""",
    "type hints and dataclasses": """\
# %%
from __future__ import annotations
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

@dataclass(frozen=True, slots=True)
class Moments(Generic[T]):
    first: T
    second: T

@dataclass
class Memory:
    velocity: list[torch.Tensor] = field(default_factory=list)
# %% moments
def moments(x: "torch.Tensor") -> tuple[float, float]:
    found: Moments[float] = Moments(x.mean().item(), x.square().mean().item())
    return found.first, found.second
# %% momentum
def momentum(params, grads, state: dict[str, Memory], lr: float, beta: float):
    memory = state.get("memory", Memory([torch.zeros_like(p) for p in params]))
    memory.velocity = [beta * v + g for v, g in zip(memory.velocity, grads)]
    return [p - lr * v for p, v in zip(params, memory.velocity)], {"memory": memory}
""",
    "recursion, deep but finite": """\
# %%
import sys
sys.setrecursionlimit(20_000)
# %% descend
def descend(slope, x, lr, num_steps):
    return x if num_steps == 0 else descend(slope, x - lr * slope(x), lr, num_steps - 1)
# %% countdown
def countdown(n, depth=5000):
    if depth:
        return countdown(n, depth - 1)
    return [n, *countdown(n - 1, 0)] if n else []
""",
    "arguments changed where that is allowed": """\
# %% momentum
def momentum(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [torch.zeros_like(p) for p in params]
    for v, g in zip(state["v"], grads):
        v *= beta
        v += g
    params = [p.clone() for p in params]
    for p, v in zip(params, state["v"]):
        p.sub_(lr * v)
    return params, state
""",
    "autograd, vmap and scripted functions": """\
# %% loss
def loss(w):
    return torch.vmap(lambda each: each**2)(w).sum() / 2
# %% descend
def descend(slope, x, lr, num_steps):
    x = torch.tensor(x, requires_grad=True)
    for _ in range(num_steps):
        with torch.no_grad():
            x -= lr * slope(x.item())
    return x
# %% network
def network(num_inputs, num_outputs):
    layer = torch.nn.Linear(num_inputs, num_outputs)
    layer(torch.ones(5, num_inputs)).sum().backward()
    return layer
""",
    "a network of several layers, built and frozen": """\
# %% network
class Network(torch.nn.Sequential):
    weight = property(lambda self: self[1].weight)
    bias = property(lambda self: self[1].bias)

def network(num_inputs, num_outputs):
    built = Network(torch.nn.Flatten(), torch.nn.Linear(num_inputs, num_outputs)).eval()
    return built.requires_grad_(False)
""",
}
