"""A search that learns from its trials, and the whole of it: tune a small network, and report."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.oracles.tuning.surrogate import expected_improvement, matern52, posterior

__all__ = [
    "LEVEL",
    "OPTIMIZE",
    "Laboratory",
    "hills",
    "optimize",
    "repeated",
    "searched",
    "tuned",
    "tuned_well",
]

Surrogate = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
Acquire = Callable[[Tensor, Tensor, float], Tensor]

# Bayesian optimization


def optimize(
    f: Callable[[Tensor], float],
    candidates: Tensor,
    surrogate: Surrogate,
    acquire: Acquire,
    num_starts: int,
    num_trials: int,
    *,
    scaled: Callable[[Tensor], Tensor] | None = None,
    best: Callable[[Tensor, Tensor], float] = lambda t, mean: float(t.max()),
    left_out: Callable[[list[int], Tensor], list[int]] = lambda places, candidates: places,
    pick: Callable[[Tensor], int] = lambda value: int(value.argmax()),
    known: Callable[[int, int], int] = lambda tried, num_starts: tried,
) -> tuple[list[int], list[float]]:
    """Return the places tried and their scores: the first few, then where `acquire` is largest."""
    places = list(range(num_starts))
    scores = [float(f(candidates[i])) for i in places]
    while len(places) < num_trials:
        use = known(len(places), num_starts)
        y = torch.tensor(scores[:use], dtype=torch.float64)
        t = (scaled or _standardized)(y)
        mean, sd = surrogate(candidates[places[:use]], t, candidates)
        value = torch.as_tensor(acquire(mean, sd, best(t, mean))).double().clone()
        for place in left_out(places, candidates):
            value[place] = -math.inf
        places.append(pick(value))
        scores.append(float(f(candidates[places[-1]])))
    return places, scores


def _spread(y: Tensor, correction: int = 1) -> float:
    # of equal numbers, 0.1 say, std need not be 0
    return y.std(correction=correction).item() if y.max() > y.min() else 1.0


def _standardized(y: Tensor, correction: int = 1) -> Tensor:
    return (y - y.mean()) / _spread(y, correction)


def hills(
    generator: torch.Generator, flat: bool = False, unit: float = 1.0
) -> Callable[[Tensor], float]:
    """Return a smooth score in the unit square, about 40 to 90 units; or one with a plateau."""
    centres = torch.rand(3, 2, generator=generator, dtype=torch.float64)
    heights = torch.tensor([50.0, 38.0, 30.0], dtype=torch.float64)

    def f(x: Tensor) -> float:
        x = torch.as_tensor(x).double()
        bumps = heights * (-8 * (x - centres).square().sum(dim=1)).exp()
        score = 40 + bumps.max().item()
        return unit * (max(score, 75.0) if flat else score)

    return f


def _surrogate(X: Tensor, y: Tensor, X_new: Tensor) -> tuple[Tensor, Tensor]:
    X, y, X_new = (torch.as_tensor(part).double() for part in (X, y, X_new))
    return posterior(X, y, X_new, lambda A, B: matern52(A, B, 0.3), 0.1)


def _acquire(mean: Tensor, sd: Tensor, best: float) -> Tensor:
    mean, sd = (torch.as_tensor(part).double() for part in (mean, sd))
    return expected_improvement(mean, sd, float(best), 0.0)


def searched(
    seed: int,
    num_candidates: int,
    num_starts: int,
    num_trials: int,
    flat: bool = False,
    many: bool = False,
    unit: float = 1.0,
    by_n: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """Return a play: which candidates are tried, in order, with what scores, in how many calls.

    If `flat`, the starts lie on the plateau, all alike. If `many`, each candidate comes twice.

    Seeds are passed over until dividing by n in place of n − 1 leads to the same places, or, if
    `by_n`, to others.
    """
    while True:
        generator = torch.Generator().manual_seed(seed)
        candidates = torch.rand(num_candidates, 2, generator=generator, dtype=torch.float64)
        if many:
            candidates = candidates[torch.arange(num_candidates) // 2]  # each point twice
        f = hills(generator, flat, unit)
        task = (candidates, _surrogate, _acquire, num_starts, num_trials)
        one, other = (
            optimize(f, *task, scaled=functools.partial(_standardized, correction=c))[0]
            for c in (0, 1)
        )
        starts = {f(candidates[i]) for i in range(num_starts)}
        if (one != other) == by_n and not (flat and len(starts) > 1):
            break
        seed += 1

    def play(answer: Callable[..., Any]) -> Any:
        asked: list[int] = []
        kinds: set[str] = set()

        def surrogate(X: Tensor, y: Tensor, X_new: Tensor) -> tuple[Tensor, Tensor]:
            kinds.update(str(np.asarray(part).dtype) for part in (X, y, X_new))
            return _surrogate(X, y, X_new)

        def counted(x: Tensor) -> float:
            x = torch.as_tensor(x).double().flatten()
            match = (candidates - x).abs().amax(dim=1) < 1e-6 if len(x) == 2 else torch.zeros(1)
            asked.append(int(match.nonzero()[0]) if match.any() else -1)
            if len(asked) > 10 * num_trials:
                raise RuntimeError("f was called more than ten times for each trial")
            return f(x)

        places, scores = answer(counted, candidates, surrogate, *task[2:])
        return {
            "places": [int(i) for i in torch.as_tensor(places).flatten()],
            "scores": torch.as_tensor(scores).double().flatten(),
            "calls of f": len(asked),
            "asked": asked,
            "other dtypes than float64 that the model is given": sorted(kinds - {"float64"}),
        }

    return play


def _search(**how: Any) -> Callable[..., Any]:
    return lambda *task: optimize(*task, **how)


def _twice(f: Any, candidates: Tensor, *task: Any) -> Any:
    places, _ = optimize(f, candidates, *task)
    return places, [float(f(candidates[i])) for i in places]


def _more(
    f: Any, candidates: Tensor, surrogate: Any, acquire: Any, num_starts: int, num_trials: int
) -> Any:
    return optimize(f, candidates, surrogate, acquire, num_starts, num_starts + num_trials)


def _raw_best(f: Any, candidates: Tensor, surrogate: Any, acquire: Any, *counts: int) -> Any:
    """The best of the scores as they came, while the model knows standardized ones."""
    seen: list[float] = []

    def noted(x: Tensor) -> float:
        seen.append(float(f(x)))
        return seen[-1]

    return optimize(
        noted,
        candidates,
        surrogate,
        lambda mean, sd, best: acquire(mean, sd, max(seen)),
        *counts,
    )


def _by_mean(f: Any, candidates: Tensor, surrogate: Any, acquire: Any, *counts: int) -> Any:
    return optimize(f, candidates, surrogate, lambda mean, sd, best: mean, *counts)


def _by_sd(f: Any, candidates: Tensor, surrogate: Any, acquire: Any, *counts: int) -> Any:
    return optimize(f, candidates, surrogate, lambda mean, sd, best: sd, *counts)


def _of_the_starts(
    f: Any, candidates: Tensor, surrogate: Any, acquire: Any, num_starts: int, num_trials: int
) -> Any:
    def scaled(y: Tensor) -> Tensor:
        return (y - y[:num_starts].mean()) / _spread(y[:num_starts])

    task = (candidates, surrogate, acquire, num_starts, num_trials)
    return optimize(f, *task, scaled=scaled)


def _fewer(
    f: Any, candidates: Tensor, surrogate: Any, acquire: Any, num_starts: int, num_trials: int
) -> Any:
    return optimize(f, candidates, surrogate, acquire, num_starts, max(num_starts, num_trials - 1))


def _each_twice(f: Any, candidates: Tensor, surrogate: Any, acquire: Any, *counts: int) -> Any:
    called: list[float] = []

    def noted(x: Tensor) -> float:
        called.append(float(f(x)))
        return float(f(x)) if len(called) > counts[0] else called[-1]

    return optimize(noted, candidates, surrogate, acquire, *counts)


def _in_order_of_rows(f: Any, candidates: Tensor, surrogate: Any, *task: Any) -> Any:
    def model(X: Tensor, t: Tensor, X_new: Tensor) -> Any:
        rows = [int((candidates == x).all(dim=1).nonzero()[0]) for x in X]
        return surrogate(candidates[sorted(rows)], t, X_new)

    return optimize(f, candidates, model, *task)


def _in_float32(f: Any, candidates: Tensor, surrogate: Any, *task: Any) -> Any:
    return optimize(f, candidates, lambda X, t, X_new: surrogate(X, t.float(), X_new), *task)


def _results(change: Callable[[Tensor, list[int], list[float]], Any]) -> Callable[..., Any]:
    """Return an answer with other results: change(candidates, places, scores)."""
    return lambda f, candidates, *task: change(candidates, *optimize(f, candidates, *task))


def _rows_like(places: list[int], candidates: Tensor) -> list[int]:
    alike = (candidates[:, None] == candidates[places][None]).all(dim=2).any(dim=1)
    return alike.nonzero().flatten().tolist()


def _sorted(f: Any, candidates: Tensor, *task: Any) -> Any:
    places, scores = optimize(f, candidates, *task)
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [places[i] for i in order], [scores[i] for i in order]


def _standard_scores(f: Any, candidates: Tensor, *task: Any) -> Any:
    places, scores = optimize(f, candidates, *task)
    return places, _standardized(torch.tensor(scores, dtype=torch.float64)).tolist()


OPTIMIZE: Mistakes = {
    "The scores are not standardized: the model believes that all unknown ones are near 0.": (
        _search(scaled=lambda y: y)
    ),
    "The mean of the scores is subtracted, and they are not divided by their standard deviation.": (
        _search(scaled=lambda y: y - y.mean())
    ),
    "The scores are divided by their standard deviation, and their mean is not subtracted.": (
        _search(scaled=lambda y: _standardized(y) + y.mean() / _spread(y))
    ),
    "`best` is the largest raw score, and the model's means are standardized: standardize both.": (
        _raw_best
    ),
    "`best` is the largest mean of the model. Take the best score seen.": _search(
        best=lambda t, mean: float(torch.as_tensor(mean).max())
    ),
    "`best` is the last score. Take the largest.": _search(best=lambda t, mean: float(t[-1])),
    "`best` is the smallest score. Higher is better.": _search(best=lambda t, mean: float(t.min())),
    "Some candidate is tried again. Leave out those that were tried.": _search(
        left_out=lambda places, candidates: []
    ),
    "The candidate with the smallest value is taken. Take the largest.": _search(
        pick=lambda value: int(torch.where(value.isinf(), torch.inf, value).argmin())
    ),
    "The model is not fitted again: it knows the starts alone.": _search(
        known=lambda tried, num_starts: num_starts
    ),
    "The candidates are tried in turn, whatever the model says.": _search(
        pick=lambda value: int((~value.isinf()).nonzero()[0])
    ),
    "f is called twice for each trial: keep its results.": _twice,
    "The starts are not counted as trials: num_trials is the number of all.": _more,
    "The candidate with the largest mean is tried: `acquire` is not asked.": _by_mean,
    "The most uncertain candidate is tried: `acquire` is not asked.": _by_sd,
    "The trials are sorted by score. Return them in the order in which they were made.": _sorted,
    "The scores returned are standardized. Return those that f gave.": _standard_scores,
    "The standard deviation divides by n. Take `y.std()`, which divides by n − 1.": _search(
        scaled=lambda y: _standardized(y, correction=0)
    ),
    "The mean and the standard deviation are those of the starts. Take those of all scores.": (
        _of_the_starts
    ),
    "Where all scores are alike you get nan, 0/0. Take 1 in place of the standard deviation.": (
        _search(scaled=lambda y: (y - y.mean()) / (y.std() if len(y) > 1 else 1.0))
    ),
    "Of one score alone `y.std()` is nan. Take 1 in its place.": _search(
        scaled=lambda y: (y - y.mean()) / (_spread(y) if len(y) > 1 else math.nan)
    ),
    "One trial too few is made.": _fewer,
    "f is called twice for each trial after the starts: keep its result.": _each_twice,
    "The model gets the rows in another order than their scores.": _in_order_of_rows,
    "The model gets float32 scores. All three tensors are float64.": _in_float32,
    "A row equal to one that was tried is left out, too. Each row counts by itself.": _search(
        left_out=_rows_like
    ),
    "The latest trial alone is left out. Leave out all that were made.": _search(
        left_out=lambda places, candidates: places[-1:]
    ),
    "Of several largest values the last is taken. Take the first.": _search(
        pick=lambda value: len(value) - 1 - int(value.flip(0).argmax())
    ),
    "A number among the rows that are left is taken for one among all.": _search(
        pick=lambda value: int(value[~value.isinf()].argmax())
    ),
    "The candidates themselves are returned. Return the numbers of their rows.": _results(
        lambda candidates, places, scores: (list(candidates[places]), scores)
    ),
    "The best trial alone is returned. Return all of them, in order.": _results(
        lambda candidates, places, scores: (
            places[scores.index(max(scores))],
            max(scores),
        )
    ),
}

# A laboratory: a real network, a budget, one look at fresh examples

LEVEL = 0.60  # of 1; see `tuned_well`
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
        self.budget, self.spent, self.judged = budget, 0, []  # type: ignore[var-annotated]
        self.refused = ""  # why the last call was
        self.scores: dict[tuple[Any, ...], float] = {}
        self._nets: dict[tuple[Any, ...], tuple[list[Tensor], list[Tensor], torch.Generator]] = {}
        self._generator = generator
        X, y = _pixels()
        rows = torch.randperm(len(y), generator=generator)
        self._parts = [(X[r], y[r]) for r in (rows[:200], rows[200:300], rows[300:700], rows[700:])]

    def train(self, config: Mapping[str, float], num_epochs: int) -> float:
        """Train this setting so many epochs more; return its accuracy on 100 validation digits."""
        num_epochs = int(num_epochs)
        if {*config} != {"lr", "momentum"}:
            raise ValueError(f"a setting has lr and momentum, nothing else; got {[*config]}")
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
        """Train this setting anew for 12 epochs; return its accuracy on 400 fresh digits."""
        if self.judged:
            self.refused = "`judge` was asked a second time. Ask it once, about the one you return."
            raise RuntimeError("the fresh digits were looked at already: judge answers once")
        net = self._start()
        self._go_on(*net, config, _FULL)
        self.judged.append((self.key(config), self._accuracy(net[0], *self._parts[2])))
        return self.judged[0][1]

    def truth(self, config: Mapping[str, float], num_seeds: int = 3) -> float:
        """Return the mean accuracy of this setting, trained anew, on 1,097 other digits."""
        found = []
        for _ in range(num_seeds):
            net = self._start()
            self._go_on(*net, config, _FULL)
            found.append(self._accuracy(net[0], *self._parts[3]))
        return sum(found) / len(found)

    @staticmethod
    def key(config: Mapping[str, float]) -> tuple[Any, ...]:
        """Return what makes two settings the same."""
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


def _tune(check: Exercise, answer: Callable[..., Any], lab: Laboratory, seed: int) -> Any:
    generator = torch.Generator().manual_seed(seed)

    def train(config: Mapping[str, float], num_epochs: int) -> float:
        return lab.train(config, num_epochs)

    def judge(config: Mapping[str, float]) -> float:
        return lab.judge(config)

    # functions, not methods: a check copies what it hands out, and a method's object with it
    try:
        came = check.call(answer, train, judge, lab.budget, generator)
    except Exception:
        check.that(not lab.refused, lab.refused)
        raise
    pair = isinstance(came, tuple | list) and len(came) == 2
    check.that(pair, "A pair is wanted: (config, promise).")
    config, promise = came
    is_config = isinstance(config, Mapping) and {*config} == {"lr", "momentum"}
    check.that(is_config, 'The first result is no configuration: {"lr": …, "momentum": …}.')
    return {name: float(value) for name, value in config.items()}, promise


def tuned(check: Exercise, answer: Callable[..., Any], budget: int, seed: int) -> None:
    """Check that the budget is kept, and that the promise is what one fresh look says."""
    lab = Laboratory(budget, torch.Generator().manual_seed(seed))
    config, promise = _tune(check, answer, lab, seed + 1)
    key, best = lab.key(config), max(lab.scores.values(), default=None)
    tried = [one for one in lab.scores if _close(one, key)]
    check.that(bool(lab.scores), "Nothing was trained: `train` was never called.")
    check.that(
        len(lab.scores) > 1, "One configuration alone was trained: there is nothing to choose from."
    )
    check.that(bool(tried), "The configuration that is returned was never trained.")
    facts = {"promised": promise, "settings_tried": len(lab.scores)}
    check.that(
        isinstance(promise, int | float | np.number | Tensor), "The promise is no number.", **facts
    )
    if not lab.judged:
        is_chosen = best is not None and abs(float(promise) - best) < 1e-9
        check.that(
            not is_chosen,
            "The promise is the best validation score, by which the setting was chosen, so luck is "
            "in it. Ask `judge` once, at the end.",
            **facts,
        )
        check.that(False, "`judge` was not asked. Ask it once, at the end.", **facts)
    asked, said = lab.judged[0]
    check.that(
        _close(asked, key), "`judge` was asked about another configuration than is returned."
    )
    facts["judged"] = said
    check.that(
        not (abs(float(promise) - said) > 1e-6 and abs(float(promise) - (best or -1)) < 1e-9),
        "`judge` was asked, and the promise is still the best validation score.",
        **facts,
    )
    check.that(abs(float(promise) - said) <= 1e-6, "The promise is not what `judge` said.", **facts)


def repeated(check: Exercise, answer: Callable[..., Any], budget: int, seed: int) -> None:
    """Check that the same laboratory and generator lead to the same configuration."""
    found = [
        _tune(check, answer, Laboratory(budget, torch.Generator().manual_seed(seed)), seed + 1)[0]
        for _ in range(2)
    ]
    check.that(
        _close(*map(Laboratory.key, found)),
        "From the same generator another configuration comes: all randomness must come from "
        "`generator`.",
    )


def _close(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return [name for name, _ in one] == [name for name, _ in other] and all(
        abs(a - b) <= 1e-6 * abs(b) for (_, a), (_, b) in zip(one, other, strict=True)
    )


def tuned_well(
    check: Exercise, answer: Callable[..., Any], budget: int, seed: int, num_runs: int = 3
) -> None:
    """Check that the configurations returned are good ones: the middle true accuracy."""
    found = []
    for number in range(num_runs):
        lab = Laboratory(budget, torch.Generator().manual_seed(seed + 10 * number))
        config, _ = _tune(check, answer, lab, seed + 10 * number + 1)
        found.append(lab.truth(config))
    middle = sorted(found)[len(found) // 2]
    check.that(
        middle >= LEVEL,
        f"The middle one of {num_runs} searches is below {LEVEL:.2f} when its choice is trained "
        "anew: is lr drawn on a log scale, and is the best one kept?",
        accuracies=found,
    )
