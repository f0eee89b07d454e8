"""Right answers to the exercises of *Transfer learning*, and the mistakes that are made in them.

A mistake is the right answer with one change. Networks are computed by `nblib.oracles.convnet`,
from their states alone.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles import convnet
from nblib.oracles.convnet import HEAD, PARAMETERS, probe_then_tune

__all__ = [
    "BITS",
    "CHANGED",
    "FEATURES",
    "FIRST",
    "FORGOTTEN",
    "GOOD",
    "GROUPS",
    "MOVED",
    "MOVES",
    "PAYS",
    "PROBE",
    "REFUSED",
    "SHAPES",
    "SHOTS",
    "SOURCE",
    "TAKEN",
    "THEN",
    "bits",
    "centred",
    "changed",
    "draw_examples",
    "draw_few",
    "draw_forgetting",
    "draw_network",
    "extract_features",
    "facts_of_draws",
    "features_alone",
    "fitted_state",
    "forgetting",
    "head",
    "lengths",
    "moved_parts",
    "nearest_mean_accuracy",
    "parameter_groups",
    "pays_up_to",
    "probabilities",
    "probe_then_tune",
    "refusal",
    "settled",
    "shapes",
    "train_probe",
    "what_moves",
]

State = dict[str, Tensor]
Play = Callable[[Callable[..., Any]], Any]


def draw_network(
    num_classes: int, n: int, generator: torch.Generator
) -> tuple[State, Tensor, Tensor]:
    """Return a state of a convnet, pictures X (n, 64), normalized, and their classes y (n,)."""
    state = convnet.random_state(num_classes, generator)
    X = torch.randn(n, 64, generator=generator)
    return state, X, torch.randint(num_classes, (n,), generator=generator)


# A machine for features


def extract_features(
    state: State,
    mean: float,
    std: float,
    X: Tensor,
    *,
    scaled: Callable[[Tensor, float, float], Tensor] = lambda X, mean, std: (X - mean) / std,
    training: bool = False,
    seen: Callable[[Tensor, State], Tensor] = lambda features, state: features,
    kept: Callable[[State], State] = lambda state: state,
) -> tuple[Tensor, State]:
    """Return the features (n, 128) of pictures X (n, 64) of counts, and the state afterwards."""
    after = {name: tensor.clone() for name, tensor in state.items()}
    features = convnet.features(state, scaled(X, mean, std), training, after)
    return seen(features, state), kept(after)


def _logits(features: Tensor, state: State) -> Tensor:
    return features @ state["head.weight"].T + state["head.bias"]


def features_alone(*args: Any) -> Play:
    """Return a play: the first of the two results."""
    return lambda answer: answer(*args)[0]


def bits(state: State, *args: Any) -> Play:
    """Return a play: by name, what became of each tensor of the state that is not as it was."""
    return lambda answer: convnet.differences(state, answer(state, *args)[1])


FEATURES: Mistakes = {
    "The network is in train mode: batch norm uses this batch. Call model.eval() first.": partial(
        extract_features, training=True
    ),
    "The inputs are not normalized: (X − mean) / std.": partial(
        extract_features, scaled=lambda X, mean, std: X
    ),
    "You normalize with the mean and deviation of these pictures. "
    "The network expects the source's.": partial(
        extract_features, scaled=lambda X, mean, std: (X - X.mean()) / X.std()
    ),
    "You subtract the mean, and do not divide by the standard deviation.": partial(
        extract_features, scaled=lambda X, mean, std: X - mean
    ),
    "You divide by the standard deviation, and do not subtract the mean.": partial(
        extract_features, scaled=lambda X, mean, std: X / std
    ),
    "`X - mean / std` divides the mean alone. Put brackets around X − mean.": partial(
        extract_features, scaled=lambda X, mean, std: X - mean / std
    ),
    "mean and std have changed places.": partial(
        extract_features, scaled=lambda X, mean, std: (X - std) / mean
    ),
    "X · std + mean undoes a normalization. Subtract the mean, then divide.": partial(
        extract_features, scaled=lambda X, mean, std: X * std + mean
    ),
    "You divide by std². It is the standard deviation, and no variance.": partial(
        extract_features, scaled=lambda X, mean, std: (X - mean) / std**2
    ),
    "You divide by 16. This network was trained on (X − mean) / std.": partial(
        extract_features, scaled=lambda X, mean, std: X / 16
    ),
    "You divide by 16 before you normalize. mean and std are those of the counts.": partial(
        extract_features, scaled=lambda X, mean, std: (X / 16 - mean) / std
    ),
    "These are logits. Leave out the head.": partial(extract_features, seen=_logits),
    "These are probabilities of classes. Leave out the head, and the softmax.": partial(
        extract_features, seen=lambda *args: _logits(*args).softmax(dim=1)
    ),
    "These are the features of the first picture alone. A row for each is wanted.": partial(
        extract_features, seen=lambda features, state: features[0]
    ),
}


def _without(*ends: str) -> Callable[[State], State]:
    return lambda state: {name: t for name, t in state.items() if not name.endswith(ends)}


def _in_double(state: State) -> State:
    return {name: t.double() if t.is_floating_point() else t for name, t in state.items()}


BITS: Mistakes = {
    "Batch norm's running statistics are missing: they are buffers, not parameters. "
    "state_dict() has both.": partial(
        extract_features, kept=_without("running_mean", "running_var", "tracked")
    ),
    "Batch norm's counters are missing: `num_batches_tracked` is a part of the state.": partial(
        extract_features, kept=_without("tracked")
    ),
    "The head is missing: return the state of the whole network.": partial(
        extract_features, kept=_without(*HEAD)
    ),
    "Only the head is there: return the state of the whole network.": partial(
        extract_features, kept=lambda state: {name: state[name] for name in HEAD}
    ),
    "Batch norm's running statistics have moved: the network was in train mode.": partial(
        extract_features, training=True
    ),
    "All weights are others than those that you were given: `load_state_dict(state)`.": partial(
        extract_features, kept=lambda state: {name: t + 1 for name, t in state.items()}
    ),
    "All weights have another dtype. Leave them as they are.": partial(
        extract_features, kept=_in_double
    ),
}


# Frozen, and yet it moves


def what_moves(
    state: State,
    X: Tensor,
    training: bool,
    *,
    measure: Callable[[Tensor, Tensor], Tensor] = lambda new, old: (new - old).abs().max(),
    missing: tuple[str, ...] = (),
    passes: int = 1,
) -> dict[str, float]:
    """Return name → largest absolute change, of what a pass of X (n, 64) changes in a network.

    Batch norm's statistics move as Ioffe and Szegedy (2015) have it, with PyTorch's momentum 0.1.
    """
    after = dict(state)
    for _ in range(passes):
        convnet.features(dict(after), X, training, after)
    return {
        name: measure(after[name].double(), old.double()).item()
        for name, old in state.items()
        if not torch.equal(after[name], old) and not name.endswith(missing)
    }


def settled(state: State, X: Tensor) -> State:
    """Return the state after sixty passes of X in train mode: one more moves little."""
    after = dict(state)
    for _ in range(60):
        convnet.features(dict(after), X, True, after)
    return after


MOVES: Mistakes = {
    "These have not moved: leave out changes of 0.": lambda state, X, training: {
        **dict.fromkeys(state, 0.0),
        **what_moves(state, X, training),
    },
    "You found nothing, and something has moved. Are the tensors before the pass clones, "
    "and are buffers among them?": lambda state, X, training: {},
    "Small changes are left out. Whatever has changed at all counts.": lambda *args: {
        name: change for name, change in what_moves(*args).items() if change > 1e-3
    },
    "The counters of batches are missing: they are part of the state too.": partial(
        what_moves, missing=("tracked",)
    ),
    "The running variances are missing: batch norm keeps them beside the means.": partial(
        what_moves, missing=("running_var",)
    ),
    "That is the mean change. The largest is wanted.": partial(
        what_moves, measure=lambda new, old: (new - old).abs().mean()
    ),
    "That is the sum of the changes. The largest is wanted.": partial(
        what_moves, measure=lambda new, old: (new - old).abs().sum()
    ),
    "That is the root of the sum of squares. The largest change is wanted.": partial(
        what_moves, measure=lambda new, old: (new - old).norm()
    ),
    "That is the largest change with its sign: take the absolute value first.": partial(
        what_moves, measure=lambda new, old: (new - old).max()
    ),
    "That is before minus after, with its sign: take the absolute value first.": partial(
        what_moves, measure=lambda new, old: (old - new).max()
    ),
    "That is how much the largest entry has changed. The largest change of all is wanted.": partial(
        what_moves, measure=lambda new, old: (new.max() - old.max()).abs()
    ),
    "These are largest values after the pass. How much they have changed is wanted.": partial(
        what_moves, measure=lambda new, old: new.abs().max()
    ),
    "These are changes in proportion. The change itself is wanted.": partial(
        what_moves, measure=lambda new, old: ((new - old) / old).abs().max()
    ),
    "The network is in train mode both times: `model.train(training)`.": (
        lambda state, X, training: what_moves(state, X, True)
    ),
    "Train and eval mode have changed places.": (
        lambda state, X, training: what_moves(state, X, not training)
    ),
    "Two passes have been made. One is wanted.": partial(what_moves, passes=2),
}


# The linear probe

Objective = Callable[[], Tensor]


def _to_the_end(objective: Objective, params: list[Tensor]) -> None:
    optimizer = torch.optim.LBFGS(
        params,
        max_iter=1000,
        tolerance_grad=1e-9,
        tolerance_change=1e-14,
        line_search_fn="strong_wolfe",
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    optimizer.step(closure)


def _few_steps(objective: Objective, params: list[Tensor], *, number: int) -> None:
    optimizer = torch.optim.SGD(params, lr=0.1)
    for _ in range(number):
        optimizer.zero_grad()
        objective().backward()
        optimizer.step()


def train_probe(
    features: Tensor,
    y: Tensor,
    num_classes: int,
    strength: float,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    penalty: Callable[[Tensor, Tensor], Tensor] = lambda W, b: W.square().sum() / 2,
    has_bias: bool = True,
    minimize: Callable[[Objective, list[Tensor]], None] = _to_the_end,
) -> tuple[Tensor, Tensor]:
    """Return W (num_classes, num_features) and b (num_classes,) of softmax regression with L2.

    In float64, from zero, and in the end in the dtype of the features (n, num_features).
    """
    f = features.double()
    W = f.new_zeros(num_classes, f.shape[1], requires_grad=True)
    shifted = f.new_zeros(num_classes, requires_grad=has_bias)
    # The same minimum, found much faster: the bias of features whose mean is 0.
    centre = f.mean(dim=0) if has_bias and minimize is _to_the_end else f.new_zeros(f.shape[1])

    def bias() -> Tensor:
        return shifted - W @ centre

    def objective() -> Tensor:
        return loss(f @ W.T + bias(), y) + strength * penalty(W, bias())

    minimize(objective, [W, shifted] if has_bias else [W])
    W = W.detach()
    return W.to(features.dtype), bias().detach().to(features.dtype)


def shapes(*args: Any) -> Play:
    """Return a play: the shapes of W and b."""
    return lambda answer: [tuple(torch.as_tensor(part).shape) for part in answer(*args)]


def centred(*args: Any) -> Play:
    """Return a play: W, and b up to the one number that may be added to all of it."""

    def play(answer: Callable[..., Any]) -> Any:
        W, b = answer(*args)
        return [W, b - b.mean()]

    return play


def lengths(*args: Any) -> Play:
    """Return a play: the lengths of W and of b, of which neither hangs on how b is shifted.

    A solver that stops a little early changes them much less than any mistake does.
    """

    def play(answer: Callable[..., Any]) -> Any:
        W, b = answer(*args)
        return {"length of W": W.norm(), "length of b − mean(b)": (b - b.mean()).norm()}

    return play


def probabilities(features: Tensor, *args: Any) -> Play:
    """Return a play: what W and b make of the features, (n, num_classes)."""

    def play(answer: Callable[..., Any]) -> Any:
        W, b = answer(features, *args)
        return (features @ W.T + b[None]).softmax(dim=1)

    return play


def _standardized(features: Tensor, *args: Any) -> tuple[Tensor, Tensor]:
    return train_probe((features - features.mean(0)) / features.std(0, correction=0), *args)


def _reshaped(change: Callable[[Tensor, Tensor], Any]) -> Callable[..., Any]:
    return lambda *args: change(*train_probe(*args))


SHAPES: Mistakes = {
    "W is transposed: (num_classes, num_features) is wanted.": _reshaped(lambda W, b: (W.T, b)),
    "b is wanted with one dimension, (num_classes,).": _reshaped(lambda W, b: (W, b[None])),
    "b is a column. (num_classes,) is wanted.": _reshaped(lambda W, b: (W, b[:, None])),
    "W and b have changed places: (W, b).": _reshaped(lambda W, b: (b, W)),
    "The biases are still a column of W. Return them apart, as b.": _reshaped(
        lambda W, b: (torch.cat([W, b[:, None]], dim=1), b)
    ),
}
PROBE: Mistakes = {
    "That is λ‖W‖². The penalty has a ½ in front.": partial(
        train_probe, penalty=lambda W, b: W.square().sum()
    ),
    "You add up the examples. Take their mean, or the penalty is n times too weak.": partial(
        train_probe, loss=partial(F.cross_entropy, reduction="sum")
    ),
    "scikit-learn's C is not λ: C = 1/(n λ).": lambda features, y, num_classes, strength: (
        train_probe(features, y, num_classes, 1 / (len(y) * strength))
    ),
    "The biases are penalized too. Leave them free.": partial(
        train_probe, penalty=lambda W, b: (W.square().sum() + b.square().sum()) / 2
    ),
    "There are no biases: b must be learned as well.": partial(train_probe, has_bias=False),
    "There is a softmax before the cross-entropy, which has one inside.": partial(
        train_probe, loss=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y)
    ),
    "The penalty is ‖W‖. It is the square of it, ‖W‖², that is wanted.": partial(
        train_probe, penalty=lambda W, b: W.norm() / 2
    ),
    "The penalty is the mean of the squares of W. ‖W‖² is their sum.": partial(
        train_probe, penalty=lambda W, b: W.square().mean() / 2
    ),
    "The penalty is the mean of the squares of W, without the ½. ‖W‖² is their sum.": partial(
        train_probe, penalty=lambda W, b: W.square().mean()
    ),
    "These weights belong to standardized features. Take the features as they are.": _standardized,
    "The weights have not moved: it is the minimum that is wanted.": partial(
        train_probe, minimize=lambda objective, params: None
    ),
    "There stand ten steps of gradient descent with rate 0.1. Go on to the minimum.": partial(
        train_probe, minimize=partial(_few_steps, number=10)
    ),
    "There stand 100 steps of gradient descent with rate 0.1. Go on to the minimum.": partial(
        train_probe, minimize=partial(_few_steps, number=100)
    ),
}


# A few of each


def draw_few(
    y: Tensor,
    per_class: int,
    generator: torch.Generator | None,
    *,
    pick: Callable[[int, int, torch.Generator | None], Tensor] = lambda size, number, generator: (
        torch.randperm(size, generator=generator)[:number]
    ),
    classes: Callable[[Tensor], Sequence[int]] = lambda y: y.unique().tolist(),
) -> tuple[Tensor, Tensor]:
    """Return places of `per_class` examples of each class, and all others, rising; both int64."""
    places = [(y == k).nonzero().flatten() for k in classes(y)]
    chosen = torch.cat([some[pick(len(some), per_class, generator)] for some in places])
    return chosen, _others(y, chosen)


def _others(y: Tensor, chosen: Tensor) -> Tensor:
    return torch.tensor(sorted({*range(len(y))} - {*chosen.tolist()}), dtype=torch.int64)


def facts_of_draws(y: Tensor, per_class: int, seed: int) -> Play:
    """Return a play that says what is true of 24 draws: all of it, if they are right."""

    def generator(number: int, moved_on: int = 0) -> torch.Generator:
        new = torch.Generator().manual_seed(seed + number)
        torch.rand(moved_on, generator=new)
        return new

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        draws = [answer(y, per_class, generator(number)) for number in range(24)]
        again, later = (
            [answer(y, per_class, generator(number, moved_on)) for number in range(4)]
            for moved_on in (0, 9)
        )
        chosen, others = (
            [torch.as_tensor(part).long().flatten() for part in parts]
            for parts in zip(*draws, strict=True)
        )
        labels = [y[some] for some in chosen]
        runs = [some.unique_consecutive().tolist() for some in labels]
        wanted = y.unique().repeat_interleave(per_class)
        of = {k: (y == k).nonzero().flatten() for k in y.unique().tolist()}
        ranks = [[_ranks(places, some) for places in of.values()] for some in chosen]
        seen = set(torch.cat(chosen).tolist())
        told = [tuple(some.tolist()) for some in chosen]
        vary = len(set(told)) > 1

        def same(others: list[Any]) -> bool:
            return [tuple(torch.as_tensor(draw[0]).tolist()) for draw in others] == told[:4]

        facts = {
            "two int64 tensors of places": all(
                getattr(part, "dtype", None) == torch.int64 for draw in draws for part in draw
            ),
            "so many of each class": all(torch.equal(l.sort().values, wanted) for l in labels),
            "each class's together": all(len(run) == len(set(run)) for run in runs),
            "classes rise": all(run == sorted(run) for run in runs),
            "none drawn twice": all(len(some) == len(some.unique()) for some in chosen),
            "none in both parts": not any(
                torch.isin(o, c).any() for o, c in zip(others, chosen, strict=True)
            ),
            "none in neither part": all(
                len({*c.tolist(), *o.tolist()}) == len(y)
                for c, o in zip(chosen, others, strict=True)
            ),
            "others rise": all(bool((o.diff() > 0).all()) for o in others),
            "another generator, another draw": vary,
            "the same generator, the same draw": same(again),
            "moved on, another draw": not same(later),
            "each class for itself": not vary
            or len(of) == 1
            or any(rank.count(rank[0]) < len(rank) for rank in ranks),
            "all come now and then": not vary
            or all(
                seen >= {*places.tolist()} for places in of.values() if len(places) <= 2 * per_class
            ),
        }
        return {fact: "yes" if is_so else "no" for fact, is_so in facts.items()}

    return play


def _ranks(places: Tensor, chosen: Tensor) -> list[int]:
    """Return which of the places of a class were chosen, counted within the class."""
    return torch.isin(places, chosen).nonzero().flatten().tolist()


def _in_all(y: Tensor, per_class: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    chosen = torch.randperm(len(y), generator=generator)[:per_class]
    return chosen, _others(y, chosen)


def _changed(change: Callable[[Tensor, Tensor, Tensor, int], Any]) -> Callable[..., Any]:
    """Return `draw_few` with its result changed: `change(y, chosen, others, per_class)`."""
    return lambda y, per_class, generator: change(y, *draw_few(y, per_class, generator), per_class)


def _smallest(y: Tensor) -> int:
    return int(y.unique(return_counts=True)[1].min())


def _one_draw(y: Tensor, per_class: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    at = torch.randperm(_smallest(y), generator=generator)[:per_class]
    return draw_few(y, per_class, None, pick=lambda *args: at)


SHOTS: Mistakes = {
    "The classes are mixed: first those of the smallest class, and so on.": _changed(
        lambda y, chosen, others, n: (chosen.reshape(-1, n).T.flatten(), others)
    ),
    "You draw `per_class` in all. So many of each class are wanted.": _in_all,
    "All that you left out is here, and the other way round: (chosen, others).": _changed(
        lambda y, chosen, others, n: (others, chosen)
    ),
    "An example was drawn twice. Draw without putting back.": partial(
        draw_few,
        pick=lambda size, number, generator: torch.randint(size, (number,), generator=generator),
    ),
    "Some examples are in both parts: what was drawn must not be judged on.": _changed(
        lambda y, chosen, others, n: (chosen, torch.arange(len(y)))
    ),
    "Some examples are in neither part: `others` are all that were not drawn.": _changed(
        lambda y, chosen, others, n: (chosen, others[: len(chosen)])
    ),
    "All draws are the same: draw at random, from `generator`, and do not seed.": (
        lambda y, per_class, generator: draw_few(y, per_class, torch.Generator().manual_seed(42))
    ),
    "All draws with one seed are the same: you seed `generator` anew, or by its seed another. "
    "Draw from it as it comes.": lambda y, per_class, generator: draw_few(
        y, per_class, torch.Generator().manual_seed(generator.initial_seed())
    ),
    "The same generator gives another draw: all randomness must come from `generator`.": (
        lambda y, per_class, generator: draw_few(y, per_class, None)
    ),
    "One draw serves for all classes. Draw anew for each, from all that it has.": _one_draw,
    "The others are not in rising order.": _changed(
        lambda y, chosen, others, n: (chosen, others.flip(0))
    ),
    "The classes come in the order in which `y` has them. Begin with the smallest.": partial(
        draw_few, classes=lambda y: list(dict.fromkeys(y.tolist()))
    ),
    "The chosen are sorted by place. Let the classes follow one another.": _changed(
        lambda y, chosen, others, n: (chosen.sort().values, others)
    ),
    "A mask of booleans came. Places are wanted: `.nonzero().flatten()`.": _changed(
        lambda y, chosen, others, n: (chosen, torch.isin(torch.arange(len(y)), others))
    ),
    "These are classes, `y[chosen]`. Places are wanted.": _changed(
        lambda y, chosen, others, n: (y[chosen], y[others])
    ),
}


# Where does it stop?


def pays_up_to(
    labels: list[int],
    scratch: Tensor,
    tuned: Tensor,
    margin: float,
    *,
    typical: Callable[[Tensor], Tensor] = lambda gain: gain.quantile(0.5, dim=0),
    is_enough: Callable[[float, float], bool] = operator.ge,
    pick: Callable[[list[int]], int] = max,
) -> int:
    """Return the largest of the numbers of labels whose median gain is at least `margin`, or 0."""
    gains = typical((tuned - scratch).double()).tolist()
    paying = [n for n, gain in zip(labels, gains, strict=False) if is_enough(gain, margin)]
    return pick(paying) if paying else 0


def _place(labels: list[int], *args: Any) -> int:
    found = pays_up_to(labels, *args)
    return labels.index(found) if found else 0


def _medians_apart(labels: list[int], scratch: Tensor, tuned: Tensor, margin: float) -> int:
    scratch, tuned = (runs.quantile(0.5, dim=0, keepdim=True) for runs in (scratch, tuned))
    return pays_up_to(labels, scratch, tuned, margin)


def _without_a_gap(labels: list[int], scratch: Tensor, tuned: Tensor, margin: float) -> int:
    order = sorted(range(len(labels)), key=labels.__getitem__)
    found = 0
    for i in order:
        if not pays_up_to([labels[i]], scratch[:, [i]], tuned[:, [i]], margin):
            break
        found = labels[i]
    return found


PAYS: Mistakes = {
    "That is decided by the mean, which one lucky draw drags along. Take the median.": partial(
        pays_up_to, typical=lambda gain: gain.mean(dim=0)
    ),
    "That is where the best draw gains. Take the median over the draws.": partial(
        pays_up_to, typical=lambda gain: gain.max(dim=0).values
    ),
    "That is where even the worst draw gains. Take the median over the draws.": partial(
        pays_up_to, typical=lambda gain: gain.min(dim=0).values
    ),
    "The lower of the middle two values decides. Take their mean: .quantile(0.5).": partial(
        pays_up_to, typical=lambda gain: gain.median(dim=0).values
    ),
    "The upper of the middle two values decides. Take their mean: .quantile(0.5).": partial(
        pays_up_to, typical=lambda gain: gain.sort(dim=0).values[len(gain) // 2]
    ),
    "The median is taken over the numbers of labels. Take it over the seeds, dimension 0.": partial(
        pays_up_to, typical=lambda gain: gain.quantile(0.5, dim=1)
    ),
    "That is the difference of the medians. Take the median of the differences.": _medians_apart,
    "It is the gain that counts, tuned − scratch; you compare the other way round.": partial(
        pays_up_to, typical=lambda gain: -gain.quantile(0.5, dim=0)
    ),
    "A gain of just `margin` pays as well: at least, ≥.": partial(
        pays_up_to, is_enough=operator.gt
    ),
    "Any gain is enough for you. Compare it with `margin`.": partial(
        pays_up_to, is_enough=lambda gain, margin: gain > 0
    ),
    "That is the first one in the list. The largest is wanted.": partial(
        pays_up_to, pick=lambda paying: paying[0]
    ),
    "That is the last one in the list. The largest is wanted.": partial(
        pays_up_to, pick=lambda paying: paying[-1]
    ),
    "That is the smallest number of labels at which it pays. The largest is wanted.": partial(
        pays_up_to, pick=min
    ),
    "That is the smallest number of labels at which it does not pay.": partial(
        pays_up_to, is_enough=operator.lt, pick=min
    ),
    "You stop at the first number that does not pay. A larger one may pay again.": _without_a_gap,
    "Where it pays nowhere, 0 is wanted. None came.": lambda *args: pays_up_to(*args) or None,
    "That is how many numbers pay. Return the largest of them.": partial(pays_up_to, pick=len),
    "That is the place in the list. Return the number of labels.": _place,
}


# A rate for each layer


def _layer(name: str) -> str:
    return name.split(".")[0]


def parameter_groups(
    names: list[str],
    num_frozen: int,
    lr: float,
    ratio: float,
    *,
    rate: Callable[[int, float, float], float] = lambda distance, lr, ratio: lr * ratio**distance,
    trained: Callable[[list[str], int], list[str]] = lambda layers, num_frozen: layers[num_frozen:],
    belongs: Callable[[str, str], bool] = lambda name, layer: _layer(name) == layer,
    arranged: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda groups: groups,
) -> list[dict[str, Any]]:
    """Return the groups of the layers that are trained, the head's first.

    Rates that fall from layer to layer are those of Howard and Ruder (2018).
    """
    layers = trained(list(dict.fromkeys(map(_layer, names))), num_frozen)
    groups = [
        {
            "params": [name for name in names if belongs(name, layer)],
            "lr": rate(distance, lr, ratio),
        }
        for distance, layer in enumerate(reversed(layers))
    ]
    return arranged(groups)


def _each(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    """Return an arrangement that changes every group."""
    return partial(parameter_groups, arranged=lambda groups: [*map(change, groups)])


def _rate(rate: Callable[[int, float, float], float]) -> Callable[..., Any]:
    return partial(parameter_groups, rate=rate)


def _first_layer_gets_all(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rates = [group["lr"] for group in reversed(groups)]
    return [group | {"lr": lr} for group, lr in zip(groups, rates, strict=True)]


def _frozen_by_beginning(names: list[str], num_frozen: int, *args: float) -> Any:
    frozen = tuple(list(dict.fromkeys(map(_layer, names)))[:num_frozen])
    return parameter_groups([name for name in names if not name.startswith(frozen)], 0, *args)


def _frozen_at_rate_0(names: list[str], num_frozen: int, *args: float) -> Any:
    groups = parameter_groups(names, 0, *args)
    count = len(groups) - num_frozen
    return groups[:count] + [group | {"lr": 0.0} for group in groups[count:]]


GROUPS: Mistakes = {
    "The ratio is inverted: layers far from the head are to learn more slowly.": _rate(
        lambda distance, lr, ratio: lr / ratio**distance
    ),
    "You count from the first layer. The head gets the full rate.": partial(
        parameter_groups, arranged=_first_layer_gets_all
    ),
    "The head gets lr · ratio. It gets lr itself.": _rate(
        lambda distance, lr, ratio: lr * ratio ** (distance + 1)
    ),
    "All layers but the head have the same rate. Each is ratio times the next.": _rate(
        lambda distance, lr, ratio: lr * ratio if distance else lr
    ),
    "The rates fall along a line. Multiply by the ratio for each layer.": _rate(
        lambda distance, lr, ratio: lr * max(0.0, 1 - distance * (1 - ratio))
    ),
    "You multiply the ratio by the distance. It is a power: lr · ratio ** distance.": _rate(
        lambda distance, lr, ratio: lr * ratio * distance
    ),
    "The rate is raised to the power too: lr · ratio ** distance, not (lr · ratio) ** …": _rate(
        lambda distance, lr, ratio: lr if not distance else (lr * ratio) ** distance
    ),
    "All layers have the same rate.": _rate(lambda distance, lr, ratio: lr),
    "The groups are in the wrong order: the head's comes first.": partial(
        parameter_groups, arranged=lambda groups: groups[::-1]
    ),
    "Within a group the names are in reverse. They keep their order.": _each(
        lambda group: group | {"params": group["params"][::-1]}
    ),
    "The head is left out, and it has most to learn.": partial(
        parameter_groups, trained=lambda layers, num_frozen: layers[num_frozen:-1]
    ),
    "Nothing is frozen: leave out the first `num_frozen` layers.": partial(
        parameter_groups, trained=lambda layers, num_frozen: layers
    ),
    "The last layers are frozen. It is the first that are to be.": partial(
        parameter_groups, trained=lambda layers, num_frozen: layers[: len(layers) - num_frozen]
    ),
    "You freeze the first `num_frozen` parameters. It is layers that are counted.": (
        lambda names, num_frozen, lr, ratio: parameter_groups(names[num_frozen:], 0, lr, ratio)
    ),
    "Frozen layers have a group with rate 0. They get no group at all.": _frozen_at_rate_0,
    "The biases are left out: a layer is all that has its name.": partial(
        parameter_groups,
        belongs=lambda name, layer: _layer(name) == layer and not name.endswith("bias"),
    ),
    "block10 is gone: it begins with block1, but it is another layer.": _frozen_by_beginning,
    "block1 has taken block10 along: it begins with block1, but it is another layer.": partial(
        parameter_groups, belongs=lambda name, layer: name.startswith(layer)
    ),
    "The head is in two groups.": partial(
        parameter_groups,
        arranged=lambda groups: [groups[0], *groups],
    ),
    "The layers are sorted by name. Keep the order of the network.": partial(
        parameter_groups,
        trained=lambda layers, num_frozen: sorted(layers)[num_frozen:],
    ),
    "These are names of layers. `params` are the names of their parameters.": _each(
        lambda group: group | {"params": [_layer(group["params"][0])]}
    ),
}


# The mismatch clinic


def _is_wrapped(file: State) -> bool:
    return all(name.startswith("module.") for name in file)


def fitted_state(
    own: State,
    file: State,
    fresh: list[str],
    *,
    unwrap: Callable[[str], str] = lambda name: name.removeprefix("module."),
    wrapped: Callable[[State], bool] = _is_wrapped,
    is_fresh: Callable[[str, list[str]], bool] = lambda name, fresh: _layer(name) in fresh,
    same: Callable[[Tensor, Tensor], bool] = lambda mine, theirs: mine.shape == theirs.shape,
    missing: bool = True,
    unexpected: bool = True,
    error: Callable[[list[str]], Exception] = lambda names: ValueError(f"do not fit: {names}"),
) -> State:
    """Return a state with the names of `own`: fresh layers from `own`, all others from `file`."""
    if wrapped(file):
        file = {unwrap(name): tensor for name, tensor in file.items()}
    mine = [name for name in own if not is_fresh(name, fresh)]
    theirs = [name for name in file if not is_fresh(name, fresh)]
    faults = [name for name in mine if name not in theirs] if missing else []
    faults += [name for name in theirs if name not in mine] if unexpected else []
    faults += [name for name in mine if name in theirs and not same(own[name], file[name])]
    if faults:
        raise error(faults)
    return {name: file[name] if name in mine and name in file else own[name] for name in own}


def _kept(change: Callable[[State, State, State, list[str]], State]) -> Callable[..., State]:
    """Return `fitted_state` with its result changed: `change(state, own, file, fresh)`."""

    def wrong(own: State, file: State, fresh: list[str]) -> State:
        state = fitted_state(own, file, fresh)
        return change(state, own, {n.removeprefix("module."): t for n, t in file.items()}, fresh)

    return wrong


def _what_fits(own: State, file: State, fresh: list[str]) -> State:
    return {
        name: file[name]
        if name in file and file[name].shape == tensor.shape and _layer(name) not in fresh
        else tensor
        for name, tensor in own.items()
    }


TAKEN: Mistakes = {
    "The head comes from the file, with the classes of the source. It is fresh.": _kept(
        lambda state, own, file, fresh: {name: file.get(name, own[name]) for name in own}
    ),
    "Nothing was taken from the file: all its names begin with `module.`.": _what_fits,
    "Everything is the network's own. What is not fresh comes from the file.": _kept(
        lambda state, own, file, fresh: dict(own)
    ),
    "A file in which all names begin with `module.` is refused. Take that off first.": partial(
        fitted_state, wrapped=lambda file: False
    ),
    "The names still begin with `module.`.": lambda own, file, fresh: {
        ("module." if _is_wrapped(file) else "") + name: tensor
        for name, tensor in fitted_state(own, file, fresh).items()
    },
    '`lstrip("module.")` takes off all these letters, also of the layer\'s name: '
    "`removeprefix`.": partial(fitted_state, unwrap=lambda name: name.lstrip("module.")),
    "`module.` is gone inside of names as well. Take it off at the beginning only.": partial(
        fitted_state,
        wrapped=lambda file: True,
        unwrap=lambda name: name.replace("module.", ""),
    ),
    "header is not head: compare what stands before the first dot.": partial(
        fitted_state, is_fresh=lambda name, fresh: name.startswith(tuple(fresh))
    ),
    "A layer is what stands before the first dot. You find its name anywhere.": partial(
        fitted_state, is_fresh=lambda name, fresh: any(layer in name for layer in fresh)
    ),
    "Only the first layer of `fresh` is fresh. There may be several.": lambda own, file, fresh: {
        **fitted_state(own, file, fresh),
        **{n: file[n] for n in own if _layer(n) in fresh[1:] and n in file},
    },
    "The file's entries of a fresh layer are in it. Only the network's own belong there.": _kept(
        lambda state, own, file, fresh: {**file, **state}
    ),
    "The head is missing: a state is complete, fresh layers included.": _kept(
        lambda state, own, file, fresh: {n: t for n, t in state.items() if _layer(n) not in fresh}
    ),
    "The running mean is not the file's: buffers belong to the weights.": _kept(
        lambda state, own, file, fresh: {
            n: t if n.endswith(("weight", "bias")) else own[n] for n, t in state.items()
        }
    ),
}


def refusal(own: State, file: State, fresh: list[str], *entries: str) -> Play:
    """Return a play: whether a file is taken, or refused with the name of one of the entries.

    Without entries there is nothing to refuse it for.
    """

    def play(answer: Callable[..., Any]) -> str:
        try:
            state = answer(own, file, fresh)
        except NotImplementedError:
            raise
        except ValueError as error:
            is_named = any(entry in str(error) for entry in entries)
            return (
                "refused by name"
                if is_named
                else "refused without a name"
                if entries
                else "refused"
            )
        except Exception as error:
            return f"stopped by a {type(error).__name__}"
        return "taken" if isinstance(state, Mapping) else "no state came"

    return play


def _never(own: State, file: State, fresh: list[str]) -> State:
    raise ValueError("refused")


GOOD: Mistakes = {
    "Good files are refused too.": _never,
    "Fresh layers are compared as well. What the file has for them is ignored.": partial(
        fitted_state, is_fresh=lambda name, fresh: False
    ),
    "A file in which all names begin with `module.` is refused. Take that off first.": partial(
        fitted_state, wrapped=lambda file: False
    ),
}


def _returned(own: State, file: State, fresh: list[str]) -> Any:
    try:
        return fitted_state(own, file, fresh)
    except ValueError as error:
        return error


REFUSED: Mistakes = {
    "Neither an error nor a state came: `raise ValueError(...)`.": _returned,
    "An entry is missing in the file, and nobody is told: its layer would stay random.": partial(
        fitted_state, missing=False
    ),
    "The file has an entry that the network lacks, and nobody is told.": partial(
        fitted_state, unexpected=False
    ),
    "Whatever does not fit is skipped, and nobody is told: that is `strict=False`.": partial(
        fitted_state, missing=False, unexpected=False, same=lambda mine, theirs: True
    ),
    "A tensor has another shape, and nobody is told. As many numbers are not enough.": partial(
        fitted_state, same=lambda mine, theirs: mine.numel() == theirs.numel()
    ),
    "Shapes are not compared: an entry must have the same one in both.": partial(
        fitted_state, same=lambda mine, theirs: True
    ),
    "The first dimension alone is compared. Shapes must agree as a whole.": partial(
        fitted_state, same=lambda mine, theirs: mine.shape[:1] == theirs.shape[:1]
    ),
    "Only some names begin with `module.`: that is no wrapping, so refuse it.": partial(
        fitted_state, wrapped=lambda file: True
    ),
    "The error does not name the entry.": partial(
        fitted_state, error=lambda names: ValueError("the file does not fit")
    ),
    "That is a KeyError. Raise a ValueError that names the entry.": partial(
        fitted_state, error=lambda names: KeyError(str(names))
    ),
    "That is an AssertionError. Raise a ValueError that names the entry.": partial(
        fitted_state, error=lambda names: AssertionError(str(names))
    ),
}


# First the probe, then everything


def _tune(
    *,
    steps: Callable[[int, int], tuple[int, int]] = lambda first, second: (first, second),
    lrs: Callable[[float, float], tuple[float, float]] = lambda first, second: (first, second),
    **switches: Any,
) -> Callable[..., State]:
    """Return `probe_then_tune` with other steps, rates or switches."""
    return lambda state, X, y, n, r: probe_then_tune(state, X, y, steps(*n), lrs(*r), **switches)


def changed(state: State, *plan: Any) -> Play:
    """Return a play: by name, what became of each tensor of the state that is not as it was."""
    return lambda answer: convnet.differences(state, answer(state, *plan))


def moved_parts(state: State, *plan: Any) -> Play:
    """Return a play: which parts of the network have moved at all."""

    def play(answer: Callable[..., Any]) -> dict[str, str]:
        moved = convnet.differences(state, answer(state, *plan))
        parts = {
            "the head": HEAD,
            "weights below the head": _BACKBONE,
            "statistics of batch norm": [n for n in state if n not in PARAMETERS],
        }
        return {
            part: "moved" if any(name in moved for name in names) else "not moved"
            for part, names in parts.items()
        }

    return play


def head(*args: Any) -> Play:
    """Return a play: the head afterwards."""

    def play(answer: Callable[..., Any]) -> list[Tensor]:
        after = answer(*args)
        return [after[name] for name in HEAD]

    return play


_BACKBONE = tuple(name for name in PARAMETERS if name not in HEAD)
_ALIKE: Mistakes = {
    "The rates of the two phases are exchanged.": _tune(lrs=lambda first, second: (second, first)),
    "The numbers of steps are exchanged.": _tune(steps=lambda first, second: (second, first)),
    "The step goes uphill.": _tune(optimizer=partial(torch.optim.SGD, maximize=True)),
    "Gradients add up from step to step: zero them before each backward.": _tune(zero="none"),
    "The loss is the sum over the examples. Take their mean.": _tune(
        loss=partial(F.cross_entropy, reduction="sum")
    ),
    "There is a softmax before the cross-entropy, which has one inside.": _tune(
        loss=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y)
    ),
    "That is Adam. Plain gradient descent is wanted: SGD.": _tune(optimizer=torch.optim.Adam),
    "That is AdamW. Plain gradient descent is wanted: SGD.": _tune(optimizer=torch.optim.AdamW),
    "That is gradient descent with momentum 0.9. The plain one is wanted.": _tune(
        optimizer=partial(torch.optim.SGD, momentum=0.9)
    ),
}
CHANGED: Mistakes = {
    "Frozen, and yet it moves: the backbone is in train mode in the first phase, so batch norm's "
    "statistics drift.": _tune(training=(True, True)),
    "The backbone is trained in the first phase: only the head may be.": _tune(
        trained=(PARAMETERS, PARAMETERS)
    ),
    "Everything is trained in the first phase, and in train mode: the head only, in eval mode.": (
        _tune(trained=(PARAMETERS, PARAMETERS), training=(True, True))
    ),
    "Nothing has changed, not even the head: is it frozen, or does no step come?": _tune(
        steps=lambda first, second: (0, second)
    ),
    "The head's weights alone are trained. Its bias belongs to it.": _tune(
        trained=(HEAD[:1], PARAMETERS)
    ),
}
FIRST: Mistakes = {
    "You take one step too many.": _tune(steps=lambda first, second: (first + 1, second)),
    "You take one step too few.": _tune(steps=lambda first, second: (first - 1, second)),
    **_ALIKE,
}
MOVED: Mistakes = {
    "The backbone never learns in the second phase. Is it still frozen, or is the optimizer older, "
    "and does not know of it?": _tune(unfreeze=False),
    "The network is still in eval mode in the second phase: model.train().": _tune(
        training=(False, False)
    ),
    "Below the head nothing has changed. Is there a second phase, on everything, in train mode?": (
        _tune(training=(False, False), unfreeze=False)
    ),
}
THEN: Mistakes = {
    "The head is not trained in the second phase. Everything is to be.": _tune(
        trained=(HEAD, _BACKBONE)
    ),
    "The backbone is in train mode in the first phase, so batch norm's statistics drift.": _tune(
        training=(True, True)
    ),
    "The modes have changed places: eval in the first phase, train in the second.": _tune(
        training=(True, False)
    ),
    "The second phase has the rate of the first.": _tune(lrs=lambda first, second: (first, first)),
    "What the first phase learned is not in it. Is there one, and does the second go on from it?": (
        _tune(steps=lambda first, second: (0, second))
    ),
    "The second phase takes one step too many.": _tune(
        steps=lambda first, second: (first, second + 1)
    ),
    "The second phase takes one step too few.": _tune(
        steps=lambda first, second: (first, max(second - 1, 0))
    ),
    "The second phase begins with gradients that the first has left. "
    "Zero those of the whole network.": _tune(zero="trained"),
    **_ALIKE,
}


# Choose before you train


def nearest_mean_accuracy(
    features: Tensor,
    y: Tensor,
    *,
    own: Callable[[Tensor, Tensor], Tensor] = lambda others, point: others.mean(dim=0),
    other: Callable[[Tensor, Tensor], Tensor] = lambda others, point: others.mean(dim=0),
    far: Callable[[Tensor, Tensor], Tensor] = lambda point, means: (means - point).norm(dim=1),
    share: Callable[[Tensor, Tensor], float] = lambda right, y: right.double().mean().item(),
) -> float:
    """Return the share of examples (n, num_features) whose nearest class mean is their own.

    The mean of an example's own class is `own(the others of its class, the example)`.
    """
    right = []
    for i, (point, label) in enumerate(zip(features, y.tolist(), strict=True)):
        is_other = torch.arange(len(y)) != i
        means = [
            (own if k == label else other)(features[(y == k) & is_other], point)
            for k in range(int(y.max()) + 1)
        ]
        right.append(int(far(point, torch.stack(means)).argmin()) == label)
    return share(torch.tensor(right), y)


def draw_examples(
    counts: Sequence[int], width: int, dtype: torch.dtype, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return features (n, width) and classes (n,), so many of each, of which none is undecided.

    The nearest mean is nearer than the next by at least 0.1 %, so that rounding decides nothing.
    """
    y = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    y = y[torch.randperm(len(y), generator=generator)]
    margins: list[float] = [0.0]

    def far(point: Tensor, means: Tensor) -> Tensor:
        distances = (means - point).norm(dim=1)
        near, next_near = distances.double().sort().values[:2].tolist()
        margins.append(1 - near / next_near)
        return distances

    while min(margins) < 1e-3:
        margins.clear()
        centres = torch.randn(len(counts), width, generator=generator, dtype=dtype)
        noise = torch.randn(len(y), width, generator=generator, dtype=dtype)
        features = 1 + centres[y] + 1.2 * noise
        nearest_mean_accuracy(features, y, far=far)
    return features, y


def _over_classes(right: Tensor, y: Tensor) -> float:
    return torch.stack([right[y == k].double().mean() for k in y.unique()]).mean().item()


def _nearest_example(features: Tensor, y: Tensor) -> float:
    distance = torch.cdist(features.double(), features.double()).fill_diagonal_(torch.inf)
    return (y[distance.argmin(dim=1)] == y).double().mean().item()


def _mean_distance(features: Tensor, y: Tensor) -> float:
    return nearest_mean_accuracy(
        features,
        y,
        own=lambda others, point: (others - point).norm(dim=1).mean()[None],
        other=lambda others, point: (others - point).norm(dim=1).mean()[None],
        far=lambda point, means: means[:, 0],
    )


def _own(own: Callable[[Tensor, Tensor], Tensor], **switches: Any) -> Callable[..., float]:
    return partial(nearest_mean_accuracy, own=own, **switches)


def _scaled(scale: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor], float]:
    return lambda features, y: nearest_mean_accuracy(scale(features), y)


SOURCE: Mistakes = {
    "Each example counts in the mean of its own class, and pulls it near. Leave it out.": _own(
        lambda others, point: torch.cat([others, point[None]]).mean(dim=0)
    ),
    "The own class's sum is without the example, but is divided by all: there is one less.": _own(
        lambda others, point: others.sum(dim=0) / (len(others) + 1)
    ),
    "The own class's sum is divided by one less, but still has the example in it.": _own(
        lambda others, point: (others.sum(dim=0) + point) / len(others)
    ),
    "The sums of the other classes are divided by one less as well. They miss no example.": partial(
        nearest_mean_accuracy, other=lambda others, point: others.sum(dim=0) / (len(others) - 1)
    ),
    "You compare with sums. Divide by how many there are.": partial(
        nearest_mean_accuracy,
        own=lambda others, point: others.sum(dim=0),
        other=lambda others, point: others.sum(dim=0),
    ),
    "You take medians of the classes. Their means are wanted.": partial(
        nearest_mean_accuracy,
        own=lambda others, point: others.quantile(0.5, dim=0),
        other=lambda others, point: others.quantile(0.5, dim=0),
    ),
    "That is the nearest example. The nearest class mean is wanted.": _nearest_example,
    "That is the mean distance to a class. The distance to its mean is wanted.": _mean_distance,
    "That is the sum of absolute differences. The distance is Euclidean.": partial(
        nearest_mean_accuracy, far=lambda point, means: (means - point).abs().sum(dim=1)
    ),
    "That is the largest difference in one feature. The distance is Euclidean.": partial(
        nearest_mean_accuracy, far=lambda point, means: (means - point).abs().amax(dim=1)
    ),
    "That is the largest inner product. The distance is Euclidean.": partial(
        nearest_mean_accuracy, far=lambda point, means: -means @ point
    ),
    "That is the farthest class mean: `argmin`.": partial(
        nearest_mean_accuracy, far=lambda point, means: -(means - point).norm(dim=1)
    ),
    "You scale the features to length 1 first. Take them as they are.": _scaled(
        partial(F.normalize, dim=1)
    ),
    "You standardize each feature first. Take them as they are.": _scaled(
        lambda features: (features - features.mean(dim=0)) / features.std(dim=0)
    ),
    "That is the mean over the classes. Take the share of all examples.": partial(
        nearest_mean_accuracy, share=_over_classes
    ),
    "That is the share of errors.": partial(
        nearest_mean_accuracy, share=lambda right, y: 1 - right.double().mean().item()
    ),
    "That is how many are right. Divide by how many there are.": partial(
        nearest_mean_accuracy, share=lambda right, y: right.sum().item()
    ),
}


# Does it still read letters?


def forgetting(
    before: Mapping[str, Tensor],
    tuned: Mapping[str, Tensor],
    X: Tensor,
    y: Tensor,
    *,
    old: tuple[str, ...] = HEAD,
    training: bool = False,
    told: Callable[[float, float], Any] = lambda first, second: (first, second),
) -> Any:
    """Return the accuracies on X (n, 64) before tuning, and after it with the old head."""

    def accuracy(state: Mapping[str, Tensor]) -> float:
        guess = convnet.logits(state, X, training).argmax(dim=1)
        return (guess == y).double().mean().item()

    joined = {name: before[name] if name.endswith(old) else t for name, t in tuned.items()}
    return told(accuracy(before), accuracy(joined))


def draw_forgetting(
    num_classes: int, num_new: int, generator: torch.Generator
) -> tuple[State, State, Tensor, Tensor]:
    """Return arguments for `forgetting`: the old network is right at a half, the new at less."""
    before, X, _ = draw_network(num_classes, 400, generator)
    tuned, *_ = draw_network(num_new, 1, generator)
    joined = tuned | {name: before[name] for name in HEAD}
    old, new = (convnet.logits(state, X).argmax(dim=1) for state in (before, joined))
    part = torch.rand(400, generator=generator)
    return before, tuned, X, torch.where(part < 0.5, old, torch.where(part < 0.8, new, 0))


FORGOTTEN: Mistakes = {
    "That is the tuned network with its new head, which knows the target's classes. "
    "Put the old head on.": partial(forgetting, old=("nothing",)),
    "The head has the old weights and the new bias. Both belong to it.": partial(
        forgetting, old=("head.weight",)
    ),
    "The running statistics are still the old ones: buffers belong to the backbone.": partial(
        forgetting, old=(*HEAD, "running_mean", "running_var")
    ),
    "Batch norm is still the old one, weights and statistics: it belongs to the backbone.": partial(
        forgetting, old=(*HEAD, "1.weight", "1.bias", "running_mean", "running_var")
    ),
    "Only the running statistics are new: the weights of the backbone never came in.": partial(
        forgetting, old=PARAMETERS
    ),
    "That is the old network twice: the new backbone never came in.": partial(
        forgetting, told=lambda first, second: (first, first)
    ),
    "The network is in train mode: it is judged as it would be used, in eval mode.": partial(
        forgetting, training=True
    ),
    "Before and after are exchanged.": partial(
        forgetting, told=lambda first, second: (second, first)
    ),
    "These are errors. Accuracies are wanted.": partial(
        forgetting, told=lambda first, second: (1 - first, 1 - second)
    ),
    "These are percentages. Shares between 0 and 1 are wanted.": partial(
        forgetting, told=lambda first, second: (100 * first, 100 * second)
    ),
    "That is how many are right. Divide by how many there are.": lambda before, tuned, X, y: (
        forgetting(
            before, tuned, X, y, told=lambda first, second: (first * len(y), second * len(y))
        )
    ),
    "The second is what was lost. The accuracy after tuning is wanted.": partial(
        forgetting, told=lambda first, second: (first, first - second)
    ),
}
