"""A rate for each layer: right, and wrong in the ways that people group them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nblib.checks.mistakes import Mistakes

__all__ = ["GROUPS", "_layer", "parameter_groups"]

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
