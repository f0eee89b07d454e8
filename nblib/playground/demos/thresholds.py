"""One threshold, and all that moves with it: confusion matrix, ROC, precision and recall, cost."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from nblib.playground.controls import Slider
from nblib.playground.frame import show
from nblib.playground.scene import Axis, Line, Panel, Points, Scene, Text

__all__ = ["NUM_EXAMPLES", "Decision", "decide", "draw", "threshold"]

NUM_EXAMPLES = 10_000
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
    log_odds = separation * threshold - separation**2 / 2 + math.log(prevalence / (1 - prevalence))
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


def threshold() -> None:
    """Show the playground of thresholds: matrix, ROC, precision and recall move together."""
    show(
        "One threshold",
        draw,
        [
            Slider("threshold", -4, 8, 3, "threshold", step=0.05),
            Slider("prevalence", 0.001, 0.5, PREVALENCE, "prevalence", log=True),
            Slider("separation", 0, 4, SEPARATION, "separation", step=0.1),
            Slider("miss_cost", 1, 1000, MISS_COST, "cost of a miss", log=True),
        ],
    )
