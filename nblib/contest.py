"""A contest with a hidden test: labels go in by a door, and only what its rule shows comes out.

game = Contest(X, y, rule, generator)
contestant(game.X, game.submit)  # at most 40 times: a label for each row, and what is shown
game.private_error  # of the last submission, on rows by which nothing was ever shown
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["MOST", "Contest", "Rule", "full_precision"]

MOST = 40  # submissions

Rule = Callable[[float, float], float]  # what was shown before (∞ at first), the loss → shown now

_FIRST = (
    *("amber", "azure", "broad", "coral", "crimson", "dusky", "early", "forest", "golden"),
    *("hardy", "ivory", "lemon", "lilac", "misty", "olive", "pearl", "rusty", "scarlet"),
)
_SECOND = (
    *("alder", "aster", "basil", "bellis", "campion", "clover", "cosmos", "crocus", "dahlia"),
    *("daisy", "fern", "gentian", "heather", "iris", "lily", "lupin", "mallow", "nettle"),
    *("peony", "poppy", "reed", "sage", "thistle", "yarrow"),
)


class Contest:
    """A hidden test in two parts: a public one, which the door answers by, and a private one.

    When work is graded, it lives in the process of the tests, and the contestant in another, who
    has copies of the pictures and can call `submit`, no more.

    Attributes:
        X: the rows to be labelled, public and private ones in no order.
        shown: what each submission was answered.
    """

    def __init__(
        self,
        X: Tensor,
        y: Tensor,
        rule: Rule,
        generator: torch.Generator,
        *,
        share_private: float = 1 / 3,
        most: int = MOST,
    ) -> None:
        """Part the rows and draw a pseudonym, by a generator of the CPU.

        Args:
            X, y: n rows of any shape; their classes, (n,) int64.
            rule: `full_precision`, or a better one.
            generator: decides which rows are private, too.
            share_private: of the rows.
            most: how many submissions are taken.

        Raises:
            ValueError: rows and labels differ in number, or a part would be empty.
        """
        if len(X) != len(y) or not 0 < round(share_private * len(y)) < len(y):
            raise ValueError(
                "a contest needs a label for each row, and rows in both parts; got "
                f"{len(X)} rows, {len(y)} labels and a private share of {share_private:g}"
            )
        self.X, self._y, self._rule, self._most = X, y.cpu(), rule, most
        order = torch.randperm(len(y), generator=generator)
        self._private, self._public = order.tensor_split([round(share_private * len(y))])
        self._name = _pseudonym(generator)
        self._last: Tensor | None = None
        self.shown: list[float] = []

    def submit(self, labels: Any) -> float:
        """Return the error that the rule shows, from 0 to 1, for a label of each row, (n,) int64.

        Raises:
            ValueError: these are not n whole numbers. It does not count as a submission.
            RuntimeError: there were `most` submissions before.
        """
        given = torch.as_tensor(labels).detach().cpu()
        if given.shape != self._y.shape or given.is_floating_point() or given.is_complex():
            raise ValueError(
                f"a submission is a whole number for each of the {len(self._y)} rows, of shape "
                f"({len(self._y)},); got {given.dtype} of shape {tuple(given.shape)}"
            )
        if len(self.shown) >= self._most:
            raise RuntimeError(f"there were {self._most} submissions already: the door is closed")
        self._last = given.clone()
        before = self.shown[-1] if self.shown else float("inf")
        self.shown.append(float(self._rule(before, self._error(self._public))))
        return self.shown[-1]

    @property
    def public_error(self) -> float:
        """The last submission's error on the public rows, whatever was shown."""
        return self._error(self._public)

    @property
    def private_error(self) -> float:
        """The last submission's error on the private rows; 1 if nothing was submitted."""
        return self._error(self._private)

    def post(self) -> None:
        """Print the line by which `nblib leaderboard` finds this contest, where work is graded.

        The pseudonym is drawn with the contest, so nobody but the contestant can know whose it is.
        """
        if self.shown:
            num, rows = len(self.shown), len(self._public)
            print(  # noqa: T201 - the test's own output, which no student's process can write
                f"On the leaderboard as {self._name}: error {self.shown[-1]:.4f} on {rows} rows, "
                f"submission {num} of {self._most}."
            )

    def _error(self, rows: Tensor) -> float:
        if self._last is None:
            return 1.0
        return (self._last[rows] != self._y[rows]).double().mean().item()


def full_precision(shown: float, loss: float) -> float:
    """Show each loss as it is, which is what a leaderboard does that thinks of no attack."""
    return loss


def _pseudonym(generator: torch.Generator) -> str:
    first, second, number = (
        int(torch.randint(most, (), generator=generator))
        for most in (len(_FIRST), len(_SECOND), 900)
    )
    return f"{_FIRST[first]} {_SECOND[second]} {100 + number}"
