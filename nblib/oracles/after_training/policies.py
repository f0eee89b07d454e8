"""A policy for a stream is judged by what it earns, on streams that it has not met."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib import streams
from nblib.checks import Exercise
from nblib.oracles.draw import fresh_generator

__all__ = ["by_alarm", "every", "insist_on_score", "known", "never", "unseen"]

Policy = Callable[..., Any]


def never(look: Policy, ask: Policy, retrain: Policy) -> None:
    """Ask for nothing."""


def every(num_batches: int, num_last: int) -> Policy:
    """Return the policy that trains after so many batches, on all labels of the last ones."""

    def policy(look: Policy, ask: Policy, retrain: Policy) -> None:
        for t in range(streams.NUM_BATCHES):
            look()
            if t % num_batches == num_batches - 1:
                last = range(t + 1 - num_last, t + 1)
                for batch in last:
                    ask(batch)
                retrain(last)

    return policy


def by_alarm(look: Policy, ask: Policy, retrain: Policy) -> None:
    """Ask for ten labels of each batch; if many of the last 50 were wrong, train anew."""
    wrong: list[float] = []
    for t in range(streams.NUM_BATCHES):
        _, p = look()
        wrong.append(float(((p[:10] > 0.5) != ask(t, 10)).double().mean()))
        if len(wrong) >= 5 and sum(wrong[-5:]) / 5 > 0.25:
            for batch in (t - 1, t):
                ask(batch)
            retrain([t - 1, t])
            wrong = []


@functools.cache
def known() -> tuple[streams.Stream, ...]:
    """Return two streams of each kind, the same ones each time."""
    generator = torch.Generator().manual_seed(16)
    return tuple(streams.draw(kind, generator) for kind in streams.KINDS for _ in range(2))


@functools.cache
def unseen() -> tuple[streams.Stream, ...]:
    """Return three streams of each kind, drawn once in each process."""
    generator = fresh_generator()
    return tuple(streams.draw(kind, generator) for kind in streams.KINDS for _ in range(3))


@functools.cache
def _bars(of: Callable[[], Sequence[streams.Stream]]) -> dict[str, float]:
    """Return the mean scores of the policies that are to be beaten."""
    policies = {
        "never": never,
        "every 5, on the last 5": every(5, 5),
        "every 5, on the last 2": every(5, 2),
    }
    return {
        name: _mean([streams.play(policy, stream).score for stream in of()])
        for name, policy in policies.items()
    }


def _three(game: streams.Game) -> tuple[Policy, Policy, Policy]:
    """Return what a policy is handed: plain functions, for a check copies what it hands over."""
    return (
        lambda: game.look(),
        lambda *args, **kwargs: game.ask(*args, **kwargs),
        lambda batches: game.retrain(batches),
    )


def insist_on_score(
    check: Exercise,
    answer: Policy,
    of: Callable[[], Sequence[streams.Stream]],
    beat: Sequence[str],
    by: float,
) -> None:
    """Check that a policy earns more than those to be beaten, by so much, on average."""
    check.agree(answer, never)  # on nothing: it is the definition on the page
    some = of()
    games = []
    for stream in some:
        game = streams.Game(stream)
        check.call(answer, *_three(game))
        while len(game.accuracies) < streams.NUM_BATCHES:
            game.look()
        games.append(game)
    bar = max(_bars(of)[name] for name in beat) + by
    score = _mean([game.score for game in games])
    check.that(
        score >= bar,
        _said(some, games),
        mean_score=round(score, 4),
        wanted=round(bar, 4),
        **{
            stream: round(
                _mean([g.score for s, g in zip(some, games, strict=True) if s.kind == stream]), 3
            )
            for stream in streams.KINDS
        },
    )


def _said(some: Sequence[streams.Stream], games: Sequence[streams.Game]) -> str:
    """Return what is wrong with a policy, by what it spent and what it got for that."""
    labels = _mean([game.num_labels for game in games])
    trainings = _mean([game.num_trainings for game in games])
    quiet = [g for s, g in zip(some, games, strict=True) if s.kind == "none"]
    if not labels and not trainings:
        return "No label is asked for, and nothing is trained: what drifts is followed by nobody."
    if not trainings:
        return (
            f"{labels:.0f} labels are paid for in a stream, and nothing is trained: call `retrain`."
        )
    if not labels:
        return "Nothing is asked for, so each training sees old labels alone: call `ask` first."
    if labels > 3000:
        return (
            f"{labels:.0f} labels are paid for in a stream. A few of each batch tell whether the "
            "model errs more than it did; ask for many only where it does."
        )
    if _mean([game.num_trainings for game in quiet]) > 4:
        return (
            f"In streams without any drift there are {_mean([g.num_trainings for g in quiet]):.0f} "
            "trainings, which cost, and make the model worse: it learned from 500 examples. Train "
            "only where the errors say so."
        )
    accuracy = _mean(
        [_mean(g.accuracies) for s, g in zip(some, games, strict=True) if s.kind != "none"]
    )
    return (
        f"{labels:.0f} labels and {trainings:.0f} trainings in a stream, and where the truth "
        f"drifts {accuracy:.2f} right. Does an alarm come soon, is it trained on enough of what "
        "came *after* the change, and is the next alarm possible again?"
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
