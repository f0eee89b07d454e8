"""The final project: flowers to learn from, others to name, and a door with a Ladder."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from nblib import models, pretrained
from nblib.checks import Exercise
from nblib.contest import Contest
from nblib.data.blossoms import blossoms
from nblib.oracles.case_studies.ladders import ladder

__all__ = ["ETA", "contest", "frozen", "insist_on", "played"]

ETA = 0.02
Project = Callable[[Tensor, Tensor, Tensor, Callable[[Tensor], float]], None]


def contest(seed: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Contest]:
    """Return 200 flowers to learn from, X and y, and a contest on 900 others, 600 of them private.

    Both are on the CPU. Its board is a Ladder with η = 0.02.
    """
    X, y = (part.cpu() for part in blossoms(200, 2 * seed))
    X_new, y_new = (part.cpu() for part in blossoms(900, 2 * seed + 1))
    rule = functools.partial(ladder, eta=ETA)
    return X, y, Contest(X_new, y_new, rule, generator, share_private=2 / 3)


def played(check: Exercise, answer: Project, seed: int, generator: torch.Generator) -> Contest:
    """Let an answer play, and return its contest."""
    X, y, game = contest(seed, generator)

    def submit(labels: Tensor) -> float:  # a bound method would be copied, and the game with it
        return game.submit(labels)

    check.call(answer, X, y, game.X, submit)
    check.that(bool(game.shown), "Nothing was submitted: call `submit` with a label for each row.")
    return game


def insist_on(check: Exercise, game: Contest, limit: float) -> None:
    """Check that the last submission's private error is at most `limit`."""
    check.that(
        game.private_error <= limit,
        f"The private error of your last submission is {game.private_error:.3f}, and "
        f"this part asks for {limit:.2f} or less. Judge your ways on flowers of the 200 that "
        "you kept apart.",
        shown=[round(shown, 3) for shown in game.shown],
    )


def frozen(X: Tensor, y: Tensor, X_new: Tensor, submit: Callable[[Tensor], float]) -> None:
    """Submit what a logistic regression makes of the garden's frozen features."""
    known = pretrained.load("garden")
    body = models.colour_convnet(20).cpu()
    body.load_state_dict(known.state)
    with torch.no_grad():
        A, B = (body[:-1]((some - known.mean) / known.std) for some in (X, X_new))
    mean, std = A.mean(0), A.std(0) + 1e-3
    head = LogisticRegression(C=0.1, max_iter=2000).fit(((A - mean) / std).numpy(), y.numpy())
    submit(torch.from_numpy(head.predict(((B - mean) / std).numpy())))
