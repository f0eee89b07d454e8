"""A policy for a stream is judged by what it earns, on streams that it has not met."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch

from nblib import streams
from nblib.checks import Exercise
from nblib.oracles.draw import fresh_generator

__all__ = ["bar", "by_alarm", "every", "insist_on_score", "known", "never", "unseen"]

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
    generator = torch.Generator().manual_seed(18)
    return tuple(streams.draw(kind, generator) for kind in streams.KINDS for _ in range(2))


@functools.cache
def unseen() -> tuple[streams.Stream, ...]:
    """Return four streams of each kind, drawn once in each process."""
    generator = fresh_generator()
    return tuple(streams.draw(kind, generator) for kind in streams.KINDS for _ in range(4))


@functools.cache
def bar(of: Callable[[], Sequence[streams.Stream]]) -> float:
    """Return the mean score of the policy that is to be beaten: every 5, on the last 2."""
    return _mean([streams.play(every(5, 2), stream).score for stream in of()])


_PLAYED: dict[Callable[[], Any], tuple[Policy, list[streams.Game]]] = {}  # the last answer to each


def _games(
    check: Exercise, answer: Policy, of: Callable[[], Sequence[streams.Stream]]
) -> list[streams.Game]:
    """Return an answer's games, played once for both of its tests."""
    last, games = _PLAYED.get(of, (None, []))
    if last is not answer:
        games = []
        for stream in of():
            handed, end = streams.begin(stream)
            check.call(answer, *handed)
            games.append(end())
        _PLAYED[of] = answer, games
    return games


def insist_on_score(
    check: Exercise, answer: Policy, of: Callable[[], Sequence[streams.Stream]], by: float
) -> None:
    """Check that a policy earns as much as `bar`, and so much more, and not by a clock.

    A policy that hears of drift trains less often in some stream without any than it does, on
    average, in those that drift; a clock trains as often in each. What the tests ask, 0.01 and
    0.018 over 16 streams, alarms of fifteen kinds pass in 998 of 1,000 draws or more.
    """
    check.agree(answer, never)  # on nothing: it is the definition on the page
    some, games = of(), _games(check, answer, of)
    quiet, drifting = (
        [g.num_trainings for s, g in zip(some, games, strict=True) if (s.kind == "none") == still]
        for still in (True, False)
    )
    listens = min(quiet) < _mean(drifting)  # chance alone seldom fools a policy in all of them
    score, wanted = _mean([game.score for game in games]), bar(of) + by
    check.that(
        score >= wanted and listens,
        _said(some, games, listens),
        mean_score=round(score, 4),
        wanted=round(wanted, 4),
        trainings_without_drift=round(_mean(quiet), 1),
        trainings_with_drift=round(_mean(drifting), 1),
        **{
            stream: round(
                _mean([g.score for s, g in zip(some, games, strict=True) if s.kind == stream]), 3
            )
            for stream in streams.KINDS
        },
    )


def _said(some: Sequence[streams.Stream], games: Sequence[streams.Game], listens: bool) -> str:
    """Return what is wrong with a policy, by what it spent and what it got for that."""
    labels = _mean([game.num_labels for game in games])
    trainings = _mean([game.num_trainings for game in games])
    if not labels and not trainings:
        return "No label is asked for, and nothing is trained: what drifts is followed by nobody."
    if not trainings:
        return (
            f"{labels:.0f} labels are paid for in a stream, and nothing is trained. Is `retrain` "
            "called, and is its condition ever true?"
        )
    if not labels:
        return "Nothing is asked for, so each training sees old labels alone: call `ask` first."
    if labels > 3000:
        return (
            f"{labels:.0f} labels are paid for in a stream. A few of each batch tell whether the "
            "model errs more than it did; ask for many only where it does."
        )
    quiet = [g.num_trainings for s, g in zip(some, games, strict=True) if s.kind == "none"]
    if not listens or _mean(quiet) > 4:
        return (
            f"In a stream without any drift there are {_mean(quiet):.1f} trainings on average, "
            "each as dear as ten wrong predictions, and there is nothing new to learn. Train where "
            "the errors say so."
        )
    accuracy = _mean([g.accuracy for s, g in zip(some, games, strict=True) if s.kind != "none"])
    return (
        f"{labels:.0f} labels and {trainings:.0f} trainings in a stream, and where the truth "
        f"drifts {accuracy:.2f} right. Does an alarm come soon, is it trained on enough of what "
        "came *after* the change, and is the next alarm possible again?"
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
