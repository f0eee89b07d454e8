"""A model at work on streams of batches that drift, each in its way; when it is retrained."""

import functools
from dataclasses import dataclass

import numpy as np
import torch

from nblib.playground.demos.monitors import adjusted, ks_p_values, more_errors_p
from nblib.streams.game import logistic

__all__ = ["KINDS", "MONITORS", "NUM_BATCHES", "RETRAININGS", "Log", "Rule", "run", "stream"]

NUM_FEATURES, BATCH_SIZE = 30, 100
NUM_TRAINING, NUM_BATCHES = 10, 60  # before the model goes to work, and then
DELAY = 7  # batches until the labels of one come; to retrain, they are bought at once
CHANGE = 24  # the first batch after an abrupt drift
FLIPPED = 0.05  # of the labels: the best accuracy is .95
OFFSET, NUM_MOVED = 0.8, 6  # how far, in standard deviations, and how many inputs move
TURN, SLOW_TURN = 1.3, 1.6  # of the weights, in radians

KINDS = ("quiet", "sensors", "concept", "gradual")
MONITORS = ("inputs", "errors")
EVERY = {"every 5 batches": 5, "every 12 batches": 12}
RETRAININGS = ("never", *EVERY, "at an alarm")


@dataclass(frozen=True)
class Rule:
    """How a model is watched and retrained.

    Args:
        monitor: one of MONITORS.
        window: so many last batches are tested, and trained on.
        level: of the test.
        correction: one of monitors.CORRECTIONS, for the many features of "inputs".
        retraining: one of RETRAININGS.
    """

    monitor: str
    window: int
    level: float
    correction: str
    retraining: str


@dataclass(frozen=True)
class Log:
    """What happened: batches are counted from 0, when the model goes to work."""

    accuracy: np.ndarray  # (NUM_BATCHES,)
    p: np.ndarray  # (NUM_BATCHES,), adjusted; NaN where nothing could be tested
    alarms: tuple[int, ...]
    trainings: tuple[int, ...]  # after these batches


@functools.cache
def stream(kind: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return X (batches, BATCH_SIZE, NUM_FEATURES) and y (batches, BATCH_SIZE) of one of KINDS.

    quiet: nothing changes. sensors: from CHANGE on, the inputs that matter most are measured wrong
    by OFFSET, each in the direction that makes the label look positive. concept: from CHANGE on,
    labels follow other weights; the inputs are as before. gradual: so they do little by little.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    time = np.arange(-NUM_TRAINING, NUM_BATCHES)
    w, to = np.linalg.qr(rng.standard_normal((NUM_FEATURES, 2)))[0].T  # at right angles
    angle = np.zeros(len(time))
    if kind == "concept":
        angle[time >= CHANGE] = TURN
    elif kind == "gradual":
        angle = SLOW_TURN * time.clip(0) / NUM_BATCHES
    weights = np.outer(np.cos(angle), w) + np.outer(np.sin(angle), to)  # (batches, features)
    X = rng.standard_normal((len(time), BATCH_SIZE, NUM_FEATURES))
    y = (X @ weights[:, :, None])[:, :, 0] > 0
    y ^= rng.random(y.shape) < FLIPPED
    if kind == "sensors":
        moved = np.abs(w).argsort()[-NUM_MOVED:]
        X[time >= CHANGE] += OFFSET * np.sign(w) * np.isin(np.arange(NUM_FEATURES), moved)
    return X, y


@functools.lru_cache(maxsize=512)
def run(kind: str, seed: int, rule: Rule) -> Log:
    """Let a logistic regression work on a stream, watched and retrained by a rule.

    After an alarm or a training, the last window is what the next ones are compared with.
    """
    X, y = stream(kind, seed)
    weights = _fit(X[:NUM_TRAINING], y[:NUM_TRAINING])
    known = slice(0, NUM_TRAINING)  # what windows are compared with
    wrong = np.zeros(len(X))
    p = np.full(len(X), np.nan)
    alarms, trainings = [], []
    for now in range(NUM_TRAINING, len(X)):
        wrong[now] = ((_with_1(X[now]) @ weights > 0) != y[now]).mean()
        latest = slice(now + 1 - rule.window, now + 1)
        if rule.monitor == "inputs":
            p[now] = _test_inputs(X, known, latest, rule.correction)
        else:
            p[now] = _test_errors(wrong, known.stop, now + 1 - DELAY, rule.window)
        alarm = p[now] <= rule.level
        if rule.retraining in EVERY:
            due = (now + 1 - NUM_TRAINING) % EVERY[rule.retraining] == 0 and now + 1 < len(X)
        else:
            due = alarm and rule.retraining != "never"
        if due:
            weights = _fit(X[latest], y[latest])
            trainings.append(now - NUM_TRAINING)
        if alarm:
            alarms.append(now - NUM_TRAINING)
        if alarm or due:
            known = latest
    at_work = slice(NUM_TRAINING, None)
    return Log(1 - wrong[at_work], p[at_work], tuple(alarms), tuple(trainings))


def _test_inputs(X: np.ndarray, known: slice, latest: slice, correction: str) -> float:
    if latest.start < known.stop:
        return np.nan
    a, b = (X[part].reshape(-1, NUM_FEATURES) for part in (known, latest))
    return adjusted(ks_p_values(a, b), correction)


def _test_errors(wrong: np.ndarray, since: int, labelled: int, window: int) -> float:
    """Compare the first window that the present model worked on with the last that has labels."""
    if labelled < since + 2 * window:
        return np.nan
    before, now = wrong[since : since + window].mean(), wrong[labelled - window : labelled].mean()
    return more_errors_p(before, now, window * BATCH_SIZE)


def _fit(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return weights and bias of a logistic regression, trained on whole batches."""
    labels = torch.from_numpy(y).flatten().long()
    return logistic(torch.from_numpy(X).flatten(0, 1), labels).numpy()


def _with_1(X: np.ndarray) -> np.ndarray:
    return np.column_stack([X, np.ones(len(X))])
