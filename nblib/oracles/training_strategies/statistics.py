"""The mean of several networks with batch norm, and its statistics anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = [
    "MEANS",
    "STATISTICS",
    "mean_network",
    "parameters_of",
    "random_networks",
    "statistics_of",
]

State = dict[str, Tensor]
_STATISTICS = ("1.running_mean", "1.running_var")
_COUNTER = "1.num_batches_tracked"
_SHAPES = {
    "0.weight": (24, 64),
    "0.bias": (24,),
    "1.weight": (24,),
    "1.bias": (24,),
    "1.running_mean": (24,),
    "1.running_var": (24,),
    "3.weight": (10, 24),
    "3.bias": (10,),
}


def random_networks(
    num_networks: int, sizes: Sequence[int], generator: torch.Generator
) -> tuple[list[State], list[Tensor]]:
    """Return states of the lesson's network, and batches of these sizes, which lie apart."""
    states = []
    for _ in range(num_networks):
        state = {n: 0.3 * torch.randn(s, generator=generator) for n, s in _SHAPES.items()}
        state["1.running_var"] = 0.5 + state["1.running_var"].abs()
        count = torch.randint(5, 90, (), generator=generator)
        order = [*_SHAPES][:6], [*_SHAPES][6:]
        before, after = ({n: state[n] for n in names} for names in order)
        states.append(before | {_COUNTER: count} | after)
    batches = [torch.randn(size, 64, generator=generator) + 0.4 * k for k, size in enumerate(sizes)]
    return states, batches


def mean_network(
    states: Sequence[State],
    batches: Sequence[Tensor],
    *,
    mean: Callable[[list[Tensor]], Tensor] = lambda each: torch.stack(each).mean(dim=0),
    statistics: Callable[..., tuple[Tensor, Tensor]] | None = None,
) -> State:
    """Return the state with the mean weights and, by default, the statistics of the batches."""
    found = {name: mean([state[name].double() for state in states]) for name in _SHAPES}
    running = (statistics or _anew)(states, found, batches)
    found |= dict(zip(_STATISTICS, running, strict=True))
    found = {name: tensor.float() for name, tensor in found.items()}
    return found | {_COUNTER: torch.tensor(len(batches))}


def _of_batches(
    weights: State, batches: Sequence[Tensor], correction: int = 1
) -> list[tuple[Tensor, Tensor]]:
    """Return the mean and variance of what batch norm sees of each batch, (24,) each."""
    seen = [X.double() @ weights["0.weight"].double().T + weights["0.bias"] for X in batches]
    return [(h.mean(dim=0), h.var(dim=0, correction=correction)) for h in seen]


def _middle(pairs: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    first, second = (torch.stack(each).mean(dim=0) for each in zip(*pairs, strict=True))
    return first, second


def _anew(
    states: Sequence[State], mean: State, batches: Sequence[Tensor], correction: int = 1
) -> tuple[Tensor, Tensor]:
    return _middle(_of_batches(mean, batches, correction))


def _moved(
    states: Sequence[State],
    mean: State,
    batches: Sequence[Tensor],
    begin: Callable[[Sequence[State], State], tuple[Tensor, Tensor]],
    share: Callable[[int, Sequence[State]], float] = lambda k, states: 0.1,
) -> tuple[Tensor, Tensor]:
    """Statistics that begin somewhere and move by a share at each batch."""
    running = begin(states, mean)
    for k, batch in enumerate(_of_batches(mean, batches)):
        s = share(k, states)
        running = ((1 - s) * running[0] + s * batch[0], (1 - s) * running[1] + s * batch[1])
    return running


def _mean_of_old(states: Sequence[State], mean: State) -> tuple[Tensor, Tensor]:
    return mean[_STATISTICS[0]], mean[_STATISTICS[1]]


def _last(states: Sequence[State], mean: State) -> tuple[Tensor, Tensor]:
    return states[-1][_STATISTICS[0]].double(), states[-1][_STATISTICS[1]].double()


def _fresh(states: Sequence[State], mean: State) -> tuple[Tensor, Tensor]:
    return torch.zeros(24).double(), torch.ones(24).double()


def _goes_on(k: int, states: Sequence[State]) -> float:
    return 1 / (int(states[-1][_COUNTER]) + k + 1)


def parameters_of(states: list[State], batches: list[Tensor]) -> Callable[..., Any]:
    """Return a play: only the parameters of what comes, and whether it has a counter of batches."""
    names = [name for name in _SHAPES if name not in _STATISTICS]

    def play(answer: Callable[..., Any]) -> dict[str, Any]:
        came = answer(states, batches)
        return _chosen(came, names) | {"has a counter": "yes" if _COUNTER in {*came} else "no"}

    return play


def statistics_of(states: list[State], batches: list[Tensor]) -> Callable[..., Any]:
    """Return a play: only the running mean and variance of what comes."""
    return lambda answer: _chosen(answer(states, batches), _STATISTICS)


def _chosen(state: Any, names: Sequence[str]) -> dict[str, Tensor]:
    return {name: state[name] for name in names if name in {*state}}


def _with(statistics: Callable[..., tuple[Tensor, Tensor]]) -> Callable[..., State]:
    return partial(mean_network, statistics=statistics)


def _without_counter(states: Sequence[State], batches: Sequence[Tensor]) -> State:
    found = mean_network(states, batches)
    return {name: found[name] for name in _SHAPES}


def _of_layers(states: Sequence[State], batches: Sequence[Tensor], of: int) -> State:
    """Return the mean state, with the weight and bias of one network's batch norm."""
    own = {name: states[of][name] for name in ("1.weight", "1.bias")}
    return mean_network(states, batches) | own


MEANS: Mistakes = {
    f"The counter of batches is missing: `{_COUNTER}` must be there, whatever it is.": (
        _without_counter
    ),
    "Batch norm's own weight and bias are those of the last network. They are parameters, too.": (
        partial(_of_layers, of=-1)
    ),
    "Batch norm's own weight and bias are those of the first network. They are parameters, too.": (
        partial(_of_layers, of=0)
    ),
    "Only the first and the last network are in the mean.": partial(
        mean_network, mean=lambda each: (each[0] + each[-1]) / 2
    ),
    "These are the last network's weights. The mean is wanted.": partial(
        mean_network, mean=lambda each: each[-1]
    ),
    "These are the first network's weights: was anything added to a copy of them?": partial(
        mean_network, mean=lambda each: each[0]
    ),
    "That is the sum of the weights. Divide by the number of networks.": partial(
        mean_network, mean=lambda each: torch.stack(each).sum(dim=0)
    ),
    "The sum is divided by 2, whatever the number of networks.": partial(
        mean_network, mean=lambda each: torch.stack(each).sum(dim=0) / 2
    ),
    "You take the mean of the mean so far and the next network. All networks count alike.": partial(
        mean_network, mean=lambda each: _halved(each)
    ),
    "The sum is divided by one less than the number of networks.": partial(
        mean_network, mean=lambda each: torch.stack(each).sum(dim=0) / max(len(each) - 1, 1)
    ),
    "That is the median. The mean is wanted.": partial(
        mean_network, mean=lambda each: torch.stack(each).median(dim=0).values
    ),
}


def _halved(each: list[Tensor]) -> Tensor:
    mean = each[0]
    for other in each[1:]:
        mean = (mean + other) / 2
    return mean


STATISTICS: Mistakes = {
    "The statistics are the mean of the old ones. They belong to other weights: make them anew.": (
        _with(lambda states, mean, batches: _mean_of_old(states, mean))
    ),
    "The statistics are those of the last network, whose weights are others.": _with(
        lambda states, mean, batches: _last(states, mean)
    ),
    "The statistics are as in a new network, 0 and 1: did the batches run through in train mode?": (
        _with(lambda states, mean, batches: _fresh(states, mean))
    ),
    "The statistics move by a tenth at each batch, from 0 and 1: with so few batches they do not "
    "arrive. All batches count alike: `momentum = None`.": _with(partial(_moved, begin=_fresh)),
    "The old statistics are still in it: they moved on from the mean of the old ones, by a tenth "
    "at each batch.": _with(partial(_moved, begin=_mean_of_old)),
    "The old statistics are still in it: they moved on from those of the last network, by a tenth "
    "at each batch.": _with(partial(_moved, begin=_last)),
    "All batches count alike, and the old statistics with them, as the counter says: reset them "
    "first.": _with(partial(_moved, begin=_mean_of_old, share=_goes_on)),
    "All batches count alike, and the last network's statistics with them, as the counter says: "
    "reset them first.": _with(partial(_moved, begin=_last, share=_goes_on)),
    "These are the statistics of the last batch alone.": _with(
        lambda states, mean, batches: _of_batches(mean, batches)[-1]
    ),
    "These are the statistics of the first batch alone.": _with(
        lambda states, mean, batches: _of_batches(mean, batches)[0]
    ),
    "The variance is divided by the size of the batch. Batch norm keeps the one divided by one "
    "less.": _with(partial(_anew, correction=0)),
    "All examples are in one batch. The mean over the batches that you are given is wanted.": _with(
        lambda states, mean, batches: _of_batches(mean, [torch.cat(list(batches))])[0]
    ),
    "The batches are weighted by their size. All count alike.": _with(
        lambda states, mean, batches: _middle(
            [
                pair
                for pair, X in zip(_of_batches(mean, batches), batches, strict=True)
                for _ in range(len(X))
            ]
        )
    ),
    "The batches ran through the last network, before the mean weights were in it.": _with(
        lambda states, mean, batches: _middle(_of_batches(states[-1], batches))
    ),
    "The batches ran through a network with other weights, the first one's.": _with(
        lambda states, mean, batches: _middle(_of_batches(states[0], batches))
    ),
}
