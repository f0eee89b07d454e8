"""Tuning as a whole: is the budget kept, the promise honest, the choice a good one?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nblib.checks import Exercise
from nblib.oracles.tuning.laboratory import Laboratory

__all__ = ["LEVEL", "repeated", "tuned", "tuned_well"]

LEVEL = 0.60  # of 1; see `tuned_well`


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
