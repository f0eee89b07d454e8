"""The loss that (n, 1) minus (n,) has, in closed form."""

from __future__ import annotations

from nblib.checks.mistakes import Mistakes

__all__ = ["BROADCAST", "broadcast_loss"]


def broadcast_loss(mean_y: float, var_y: float, mean_p: float, var_p: float) -> float:
    """Return the mean of (p_i − y_j)² over all pairs i, j."""
    return var_y + var_p + (mean_p - mean_y) ** 2


BROADCAST: Mistakes = {
    "The variance of the predictions is missing.": lambda m, v, n, w: v + (n - m) ** 2,
    "The variance of the targets is missing.": lambda m, v, n, w: w + (n - m) ** 2,
    "The means are missing: they may differ.": lambda m, v, n, w: v + w,
    "The difference of the means is not squared.": lambda m, v, n, w: v + w + n - m,
    "The difference of the means stands in absolute value. It is squared.": lambda m, v, n, w: (
        v + w + abs(n - m)
    ),
    "The variance of the targets is subtracted. Over all pairs p and y are independent: "
    "variances add up.": (lambda m, v, n, w: w - v + (n - m) ** 2),
    "The variance of the predictions is subtracted. Over all pairs p and y are independent: "
    "variances add up.": lambda m, v, n, w: v - w + (n - m) ** 2,
    "The means are added. Their difference counts.": lambda m, v, n, w: v + w + (n + m) ** 2,
    "The variances are squared. They are squares already.": lambda m, v, n, w: (
        v**2 + w**2 + (n - m) ** 2
    ),
    "The roots of the variances are added.": lambda m, v, n, w: v**0.5 + w**0.5 + (n - m) ** 2,
    "That is the loss of the right pairs if p and y have a correlation of 1. Over all pairs it "
    "is 0.": (lambda m, v, n, w: v + w - 2 * (v * w) ** 0.5 + (n - m) ** 2),
    "Only the squares of the means are there: E p² − 2 E p E y + E y² needs the variances.": (
        lambda m, v, n, w: (n - m) ** 2
    ),
    "The square of the means' difference is subtracted. A mean square is a variance *plus* the "
    "square of a mean.": lambda m, v, n, w: v + w - (n - m) ** 2,
    "The mean of the two variances is there. Over all pairs they add up.": lambda m, v, n, w: (
        (v + w) / 2 + (n - m) ** 2
    ),
    "The standard deviations are added and squared. Of independent numbers the variances add up.": (
        lambda m, v, n, w: (v**0.5 + w**0.5) ** 2 + (n - m) ** 2
    ),
    "The squares of the means are subtracted. The square of their difference is wanted.": (
        lambda m, v, n, w: v + w + abs(n**2 - m**2)
    ),
    "Half of it is returned: no ½ stands before the mean square.": lambda m, v, n, w: (
        broadcast_loss(m, v, n, w) / 2
    ),
}
