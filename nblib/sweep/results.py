"""What a sweep has measured: a table, a figure of it, and the best settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nblib import plots
from nblib.sweep.errors import SweepError
from nblib.sweep.grid import named

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Results"]

_ENDLESS = 1e300  # for infinity, between which and a number no quantile can be interpolated


@dataclass(frozen=True, repr=False)
class Results:
    """The measurements of a sweep.

    `frame` has a row per member and recorded step, with the member's number as its index, and the
    columns: each setting; `step`; `loss`, the mean over the batches since the row before;
    `valid_loss` and, for class labels, `valid_accuracy` after that step; `diverged`, whether a loss
    of the member has been nan or infinite. A setting that an optimizer lacks is nan.
    """

    frame: pd.DataFrame
    settings: tuple[str, ...]  # the columns of `frame` that were set, not measured

    @property
    def last(self) -> pd.DataFrame:
        """The last row of each member."""
        return self.frame.groupby(level="member").tail(1)

    def plot(
        self, ax: Axes, x: str = "step", y: str = "loss", by: str | Sequence[str] | None = None
    ) -> Axes:
        """Draw the median over members as a line, with the quartiles as a band, for each `by`.

        A member whose loss is nan counts as one of infinite loss: the line breaks off where half
        of them are, the band where a quarter is. The legend tells how many diverged.

        Args:
            ax: where to draw.
            x: `step`, or a setting, over which the last row of each member is drawn.
            y: a measured column.
            by: settings with a line for each of their values; all others, and the seeds, make the
                band. What only some of the members of a line have on x is left out.

        Raises:
            SweepError: there is no such column.
        """
        import pandas as pd

        self._check(x, y, *_listed(by))
        frame = self.frame if x == "step" else self.last
        if not pd.api.types.is_numeric_dtype(frame[x]):  # names stand side by side
            places, names = pd.factorize(frame[x], use_na_sentinel=False)
            frame = frame.assign(**{x: places})
            ax.set_xticks(range(len(names)), [str(name) for name in names])
        for label, rows in _parts(frame, _listed(by)):
            values = rows[y].fillna(_ENDLESS).clip(upper=_ENDLESS)
            columns = dict(list(values.groupby(rows[x], dropna=False)))
            num_runs = max(map(len, columns.values()))
            columns = {at: runs for at, runs in columns.items() if len(runs) == num_runs}
            diverged = rows.groupby(level="member")["diverged"].any()
            plots.band(
                ax,
                list(columns),
                np.stack(list(columns.values()), axis=1),  # (num_runs, len(columns))
                f"{label}, {diverged.sum()} of {len(diverged)} diverged"
                if diverged.any()
                else label,
            )
        ax.set(xlabel=x, ylabel=y)
        return ax

    def best(self, by: str | Sequence[str] | None = None, metric: str = "loss") -> pd.DataFrame:
        """Return the last rows of the settings with the best median over the seeds.

        The best accuracy is the largest, any other metric is best where it is smallest. A member
        that diverged counts as the worst.

        Args:
            by: settings for each value of which to choose the best of the others, e.g. `optimizer`.
            metric: what to choose by. `loss` is that of training: who chooses by `valid_accuracy`
                and reports it too, flatters the result.

        Returns:
            A row per seed and value of `by`, with the columns of `frame`.

        Raises:
            SweepError: there is no such column.
        """
        import pandas as pd

        self._check(metric, *_listed(by))
        last = self.last
        sign = -1 if metric.endswith("accuracy") else 1
        cost = (sign * last[metric]).where(~last["diverged"], np.inf)
        settings = [name for name in self.settings if name != "seed"]
        setting = last.groupby(settings, dropna=False).ngroup()  # a number for each combination
        median = cost.groupby(setting).transform("median")
        chosen = []
        for _, rows in _parts(last, _listed(by)):
            own = setting[rows.index]
            chosen.append(rows[own == own.iloc[int(median[rows.index].argmin())]])
        return pd.concat(chosen)

    def _check(self, *names: str) -> None:
        for name in names:
            if name not in self.frame:
                raise SweepError(f"no column {name!r}; there are {', '.join(self.frame.columns)}")

    def __repr__(self) -> str:
        last = self.last
        diverged = f", {last['diverged'].sum()} diverged" if last["diverged"].any() else ""
        return f"Results({len(last)} models trained for up to {last['step'].max()} steps{diverged})"


def _listed(by: str | Sequence[str] | None) -> list[str]:
    if by is None:
        return []
    return [by] if isinstance(by, str) else list(by)


def _parts(rows: pd.DataFrame, by: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each combination of values in the columns `by`, with a label for them."""
    if not by:
        yield "all", rows
        return
    for values, part in rows.groupby(by, sort=False, dropna=False):
        yield " ".join(named(name, value) for name, value in zip(by, values, strict=True)), part
