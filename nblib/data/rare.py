"""Data sets in which one class is rare: real ones thinned out, and scores drawn from a bell."""

import torch
from torch import Tensor

from nblib import data
from nblib.data import Split
from nblib.runtime import device

__all__ = ["bell_scores", "one_digit", "tumours"]


def one_digit(digit: int = 8, ratio: int = 100, seed: int = 0, test_size: float = 0.5) -> Split:
    """Return real handwritten digits, one of them against the rest and `ratio` times as rare.

    All pictures of the other nine digits are kept; of the rare one, as many as the ratio asks for
    are drawn at random. Both parts have the same ratio, as nearly as whole numbers can.

    Args:
        digit: the rare one, 0 to 9: the class 1. All others are the class 0.
        ratio: examples of class 0 for each of class 1, from 10 (few would have to be left out)
            to 400 (two are left for each part).
        seed: decides which rare examples are kept, and which examples are for testing.
        test_size: the part of the examples that is for testing, between 0 and 1.

    Returns:
        X (n, 64) float32, pixels from 0 to 1; y (n,) int64 in 0–1.

    Raises:
        ValueError: an argument is out of range.

    Source: as for `data.digits`.

    >>> split = one_digit(8)
    >>> [(len(y), int(y.sum())) for y in (split.y_train, split.y_test)]
    [(819, 8), (820, 8)]
    """
    if digit not in range(10) or not 10 <= ratio <= 400 or not 0 < test_size < 1:
        raise ValueError(
            "one_digit needs a digit from 0 to 9, 10 <= ratio <= 400 and 0 < test_size < 1; "
            f"got digit={digit}, ratio={ratio} and test_size={test_size}"
        )
    whole = data.digits(standardize=False)
    X = torch.cat([whole.X_train, whole.X_test]).cpu() / 16
    labels = torch.cat([whole.y_train, whole.y_test]).cpu()
    generator = torch.Generator().manual_seed(seed)
    rest, rare = (_shuffled(labels == digit, wanted, generator) for wanted in (False, True))
    rare = rare[: round(len(rest) / ratio)]
    num_rest, num_rare = (max(1, round(len(part) * test_size)) for part in (rest, rare))
    test = torch.cat([rest[:num_rest], rare[:num_rare]])
    train = torch.cat([rest[num_rest:], rare[num_rare:]])
    train, test = (part[torch.randperm(len(part), generator=generator)] for part in (train, test))
    y = (labels == digit).long()
    where = device()
    return Split(*(part.to(where) for part in (X[train], y[train], X[test], y[test])))


def tumours(seed: int = 0, test_size: float = 0.5) -> Split:
    """Return the breast-cancer table with what one looks for as class 1: malignant tumours.

    As `data.breast_cancer`, standardized, but with the labels exchanged: 1 malignant (212 cases),
    0 benign (357). Its arguments, errors and source are the same.
    """
    split = data.breast_cancer(seed, test_size)
    return split._replace(y_train=1 - split.y_train, y_test=1 - split.y_test)


def bell_scores(
    num_samples: int, prevalence: float, separation: float, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """Return labels and scores whose two classes overlap by a known amount, whatever is rare.

    The scores of class 0 are standard normal, those of class 1 the same, moved up by `separation`:
    the best possible scores of two classes that differ so. The area under the ROC curve tends to
    Φ(separation / √2).

    Args:
        num_samples: of both classes together.
        prevalence: the share of class 1, between 0 and 1, exact up to rounding.
        separation: how far the classes are apart, in standard deviations.
        seed: of the scores.

    Returns:
        y (n,) int64 in 0–1, class 1 first; scores (n,) float64. Both on the CPU.

    Raises:
        ValueError: one of the classes would be empty.
    """
    num_positive = round(prevalence * num_samples)
    if not 0 < num_positive < num_samples:
        raise ValueError(
            f"a prevalence of {prevalence} leaves one class of {num_samples} samples empty"
        )
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(num_samples, generator=generator, dtype=torch.float64)
    y = (torch.arange(num_samples) < num_positive).long()
    return y, scores + separation * y


def _shuffled(is_rare: Tensor, wanted: bool, generator: torch.Generator) -> Tensor:
    """Return the places where `is_rare` is as wanted, in random order."""
    places = (is_rare == wanted).nonzero().flatten()
    return places[torch.randperm(len(places), generator=generator)]
