"""What stays of a live panel in the saved notebook: a picture, and what it shows in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from IPython.display import DisplayHandle

from nblib.history import History

__all__ = ["Record", "show", "strip"]


@dataclass
class Record:
    """A run that a panel has watched."""

    label: str
    history: History
    extra: History = field(default_factory=History)  # what the panel itself measured
    remarks: list[str] = field(default_factory=list)  # what was done by hand, and when
    outcome: str = ""
    trouble: str = ""  # that all is lost, and what to do


def show(
    runs: Sequence[Record],
    *,
    log: bool = False,
    smooth: int = 1,
    instead_of: Sequence[DisplayHandle] = (),
) -> None:
    """Show the curves of all runs, in one Axes per quantity, with a caption.

    Args:
        runs: what to show; those without any number are left out.
        log: logarithmic scale, except for accuracies.
        smooth: draw the mean over so many steps, and faintly the values themselves.
        instead_of: outputs whose places the picture and its caption take.
    """
    records = [(run, record) for run in runs for record in (run.history, run.extra)]
    strips = list(dict.fromkeys(strip(name) for _, record in records for name in record))
    strips.sort(key="gradient norm".__eq__)
    if not strips:
        return
    from nblib import plots  # and with it matplotlib, which a lesson's first cells do not need

    fig, axes = plots.figure(ncols=len(strips))
    for title, ax in zip(strips, [axes] if len(strips) == 1 else axes, strict=True):
        for run, record in records:
            for name in (name for name in record if strip(name) == title):
                label = name if len(runs) == 1 else f"{run.label}: {name}"
                dense = record.steps(name)[-1] < 2 * len(record[name])
                plots.curves(ax, {label: record}, metric=name, smooth=smooth if dense else 1)
        scale = "log" if log and title != "accuracy" else "linear"
        ax.set(ylabel=title, yscale="log" if title == "gradient norm" else scale)
        ax.locator_params(axis="x", nbins=5)  # steps have many digits
    plots.show(fig, " ".join(_sentence(run) for run in runs), instead_of)


def strip(name: str) -> str:
    """Return the quantity that a metric measures; those of the same quantity share an axis.

    >>> strip("valid_loss"), strip("loss (lr=0.1)"), strip("gradient 0")
    ('loss', 'loss', 'gradient norm')
    """
    quantity = name.partition(" (")[0].rpartition("_")[2]
    return "gradient norm" if quantity.startswith("gradient ") else quantity


def _sentence(run: Record) -> str:
    parts = []
    for name in run.history:
        values = run.history[name]
        text = f"{name} {values[0]:.3g} → {values[-1]:.3g}"
        if name.startswith("valid_"):  # a single mini-batch may be the best by chance
            text += f" (best {max(values) if strip(name) == 'accuracy' else min(values):.3g})"
        parts.append(text)
    return " ".join(
        [f"{run.label}: {'; '.join([run.outcome, *parts])}.", *(f"{text}." for text in run.remarks)]
        + [run.trouble] * bool(run.trouble)
    )
