"""One threshold, and all that moves with it: confusion matrix, ROC, precision and recall, cost."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from nblib.playground import own
from nblib.playground.controls import Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Line, Panel, Points, Scene, Text

__all__ = ["NUM_EXAMPLES", "Decision", "compare", "decide", "draw", "threshold"]

NUM_EXAMPLES = 10_000
NUM_VALID = 400  # examples on which a function of one's own chooses
PREVALENCE, SEPARATION, MISS_COST = 0.01, 1.5, 50
SLACK = 1.01

_SCORES = torch.linspace(-4, 8, 601, dtype=torch.float64)


@dataclass(frozen=True)
class Decision:
    """What comes of saying yes from a score on: shares of all examples, float64, any shape."""

    true_positive: Tensor
    false_positive: Tensor
    false_negative: Tensor
    true_negative: Tensor

    @property
    def recall(self) -> Tensor:
        """The share of the positives that are found; also the true positive rate."""
        return self.true_positive / (self.true_positive + self.false_negative)

    @property
    def false_alarm_rate(self) -> Tensor:
        """The share of the negatives that are called positive."""
        return self.false_positive / (self.false_positive + self.true_negative)

    @property
    def precision(self) -> Tensor:
        """The share of the alarms that are true."""
        return self.true_positive / (self.true_positive + self.false_positive)

    @property
    def accuracy(self) -> Tensor:
        """The share of the examples that are decided rightly."""
        return self.true_positive + self.true_negative

    def cost(self, miss_cost: float) -> Tensor:
        """Return the mean cost of an example, if a false alarm costs 1."""
        return self.false_positive + miss_cost * self.false_negative


def decide(scores: Tensor, prevalence: float, separation: float) -> Decision:
    """Return what comes of each of these thresholds, without chance: many examples on average.

    The scores of negatives are standard normal, those of positives higher by `separation`.
    """
    found, alarmed = torch.special.ndtr(separation - scores), torch.special.ndtr(-scores)
    rest = 1 - prevalence
    return Decision(
        prevalence * found, rest * alarmed, prevalence * (1 - found), rest * (1 - alarmed)
    )


def draw(threshold: float, prevalence: float, separation: float, miss_cost: float) -> Scene:
    """Return scores, confusion matrix and both curves at a threshold, as a Scene."""
    everywhere = decide(_SCORES, prevalence, separation)
    here = decide(torch.tensor(threshold, dtype=torch.float64), prevalence, separation)
    log_odds = separation * threshold + _offset(prevalence, separation)
    cost = (NUM_EXAMPLES * here.cost(miss_cost)).item()
    least = (NUM_EXAMPLES * everywhere.cost(miss_cost).min()).item()
    counts = (prevalence, separation, miss_cost) == (PREVALENCE, SEPARATION, MISS_COST)
    reached = cost <= SLACK * least if counts else None
    sign = {True: "✓ ", False: "✗ ", None: ""}[reached]
    roc = (everywhere.false_alarm_rate, everywhere.recall)
    return Scene(
        [
            _score_panel(threshold, separation),
            _matrix_panel(here),
            Panel(
                "ROC",
                Axis("false positive rate", 0, 1),
                Axis("recall", 0, 1.02),
                [
                    Line([0, 1], [0, 1], "coin", series=None),
                    Line(*roc, "all thresholds"),
                    Points([here.false_alarm_rate], [here.recall], "this one", 1, 6),
                ],
            ),
            Panel(
                "Precision and recall",
                Axis("recall", 0, 1),
                Axis("precision", 0, 1.02),
                [
                    Line([0, 1], [prevalence] * 2, "coin", series=None),
                    Line(everywhere.recall, everywhere.precision, "all thresholds"),
                    Points([here.recall], [here.precision], "this one", 1, 6),
                ],
            ),
        ],
        f"At this score the probability is {1 / (1 + math.exp(-log_odds)):.3g}. Accuracy "
        f"{here.accuracy.item():.3f}, recall {here.recall.item():.2f}, precision "
        f"{here.precision.item():.2f}. {sign}Cost {cost:,.0f}; saying no to all costs "
        f"{NUM_EXAMPLES * prevalence * miss_cost:,.0f}.",
        goal=f"with 1 in 100 positive, {SEPARATION} apart, and a miss as costly as {MISS_COST} "
        "false alarms, a cost at most 1 % above the least possible.",
        reached=reached,
    )


def _score_panel(threshold: float, separation: float) -> Panel:
    def bell(center: float) -> Tensor:
        return (-((_SCORES - center) ** 2) / 2).exp() / math.sqrt(2 * math.pi)

    return Panel(
        "Scores",
        Axis("score", -4, 8),
        Axis("share of the class", 0, 0.5),
        [
            Line(_SCORES, bell(0), "negatives"),
            Line(_SCORES, bell(separation), "positives", 1),
            Line([threshold] * 2, [0, 0.5], "threshold: yes to the right", series=None),
        ],
    )


def _matrix_panel(here: Decision) -> Panel:
    places = {
        "true negatives": (0, 1, here.true_negative),
        "false positives": (1, 1, here.false_positive),
        "false negatives": (0, 0, here.false_negative),
        "true positives": (1, 0, here.true_positive),
    }
    marks: list[Line | Text] = [
        Line([0.5, 0.5], [-0.5, 1.5], series=None),
        Line([-0.5, 1.5], [0.5, 0.5], series=None),
    ]
    for name, (column, row, share) in places.items():
        marks.append(Text(column, row + 0.1, f"{NUM_EXAMPLES * share.item():,.0f}", 24))
        marks.append(Text(column, row - 0.2, name, 12))
    return Panel(
        f"{NUM_EXAMPLES:,} examples",
        Axis("decided", -0.5, 1.5, names=("no", "yes")),
        Axis("true", -0.5, 1.5, names=("yes", "no")),
        marks,
    )


def _offset(prevalence: float, separation: float) -> float:
    """Return the log odds of being positive at a score of 0."""
    return math.log(prevalence / (1 - prevalence)) - separation**2 / 2


def compare(
    choose: Callable[..., Any],
    threshold: float,
    prevalence: float,
    separation: float,
    miss_cost: float,
) -> Scene:
    """Return the Scene of `draw` with a threshold that one's own function has chosen.

    Args:
        choose: (y_valid, p_valid, y_test, p_test, false_alarm_cost, miss_cost) → threshold and
            cost, as in *Imbalance*. It gets NUM_VALID examples for each part, and true
            probabilities.
        threshold, prevalence, separation, miss_cost: as for `draw`.
    """
    scene = draw(threshold, prevalence, separation, miss_cost)
    generator = torch.Generator().manual_seed(0)
    y = torch.rand(2, NUM_VALID, generator=generator, dtype=torch.float64) < prevalence
    y[:, 0] = True  # both classes are there
    scores = torch.randn(y.shape, generator=generator, dtype=torch.float64) + separation * y
    p = torch.sigmoid(separation * scores + _offset(prevalence, separation))
    try:
        found = own.call(choose, y[0].long(), p[0], y[1].long(), p[1], 1.0, miss_cost)
        said = own.number(found[0] if isinstance(found, tuple) else found)
    except own.Refusal as refusal:
        return replace(scene, says=str(refusal), goal="", reached=None)
    # The lowest of the scores with this probability or more; above all, if there is none.
    enough = scores[p >= said]
    at = enough.min() if len(enough) else torch.tensor(math.inf, dtype=torch.float64)
    cost = NUM_EXAMPLES * decide(at, prevalence, separation).cost(miss_cost).item()
    everywhere = decide(_SCORES, prevalence, separation)
    least = NUM_EXAMPLES * everywhere.cost(miss_cost).min().item()
    first, *others = scene.panels
    yours = Line([at.item()] * 2, [0, 0.5], "yours", series=2)
    return replace(
        scene,
        panels=[replace(first, marks=[*first.marks, yours]), *others],
        says=f"Your threshold, chosen on {NUM_VALID} examples, is a probability of {said:.3g}: it "
        f"costs {cost:,.0f}, where {least:,.0f} is the least possible. {scene.says}",
    )


def threshold(choose: Callable[..., Any] | None = None) -> None:
    """Show the playground of thresholds: matrix, ROC, precision and recall move together.

    Args:
        choose: a function of one's own that chooses a threshold; see `compare`.
    """
    show(
        "One threshold" if choose is None else "One threshold, and yours",
        draw if choose is None else functools.partial(compare, choose),
        [
            Slider("threshold", -4, 8, 3, "threshold", step=0.05),
            Slider("prevalence", 0.001, 0.5, PREVALENCE, "prevalence", log=True),
            Slider("separation", 0, 4, SEPARATION, "separation", step=0.1),
            Slider("miss_cost", 1, 1000, MISS_COST, "cost of a miss", log=True),
        ],
    )
