"""The models of a sweep before their training, and which of them can be trained at once."""

import inspect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from nblib.sweep.errors import SweepError
from nblib.sweep.grid import HYPERPARAMETERS, labels
from nblib.sweep.stack import structure

__all__ = ["Member", "build", "cohorts"]

_TO_TRAIN = ("optimizer", "schedule", "batch_size")  # settings that members at once must share


@dataclass(frozen=True)
class Member:
    """One model of a sweep, and how it is to be trained."""

    number: int  # in the sweep
    label: str  # how it differs from the others
    settings: dict[str, Any]
    model: nn.Module
    generator: torch.Generator  # has drawn the model, and is to shuffle the examples


def build(make_model: Callable[..., nn.Module], combinations: list[dict[str, Any]]) -> list[Member]:
    """Return a member with a new model for each combination of settings.

    Raises:
        SweepError: make_model does not take the settings that are not for the training, or does
            not make a new model each time.
    """
    members = [
        Member(number, label, settings, *_model(make_model, settings))
        for number, (label, settings) in enumerate(
            zip(labels(combinations), combinations, strict=True)
        )
    ]
    if len({member.model for member in members}) < len(members):
        raise SweepError("make_model must make a new model each time; it gave the same one twice")
    return members


def _model(
    make_model: Callable[..., nn.Module], settings: dict[str, Any]
) -> tuple[nn.Module, torch.Generator]:
    own = settings.keys() - HYPERPARAMETERS - {*_TO_TRAIN, "seed"}
    arguments = {name: settings[name] for name in own}
    generator = torch.Generator().manual_seed(settings["seed"])
    try:
        inspect.signature(make_model).bind(generator, **arguments)
    except TypeError as error:
        raise SweepError(
            f"make_model(generator, {', '.join(f'{name}=...' for name in sorted(own))}): {error}. "
            f"A setting is one of its arguments, or one of {', '.join(sorted(HYPERPARAMETERS))}."
        ) from None
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(settings["seed"])  # layers of nn draw from it
        return make_model(generator, **arguments), generator


def cohorts(members: Sequence[Member]) -> list[list[Member]]:
    """Return the members in groups, each of one optimizer, schedule, batch size and structure."""
    groups: dict[Hashable, list[Member]] = {}
    for member in members:
        to_train = tuple(member.settings.get(name) for name in _TO_TRAIN)
        groups.setdefault((to_train, structure(member.model)), []).append(member)
    return list(groups.values())
