"""Tumours in three parts, and what a decision about one of them costs."""

from typing import NamedTuple

import torch
from torch import Tensor

from nblib.data.rare import tumours

__all__ = ["DECISIONS", "Patients", "costs", "patients"]

DECISIONS = ("dismiss", "treat", "refer")

_NUM_TRAIN, _NUM_VALID = 300, 120


class Patients(NamedTuple):
    """569 patients in three parts."""

    X_train: Tensor  # (300, 30) float32, standardized
    y_train: Tensor  # (300,) int64: 1 malignant
    X_valid: Tensor  # (120, 30)
    y_valid: Tensor  # (120,)
    X_test: Tensor  # (149, 30)
    y_test: Tensor  # (149,)


def patients(seed: int = 0) -> Patients:
    """Return the breast-cancer table in three parts: to learn from, to choose by, to be judged by.

    Args:
        seed: decides who is in which part; each has its share of malignant tumours (37 %).

    Returns:
        X float32, standardized by the 300 patients of the first part; y int64, 1 malignant; all on
        the CPU, where scikit-learn works.

    Source: as for `data.breast_cancer`.

    >>> [len(part) for part in patients()][::2]
    [300, 120, 149]
    """
    X, y, X_test, y_test = (part.cpu() for part in tumours(seed, test_size=149))
    generator = torch.Generator().manual_seed(seed)
    ranks = torch.zeros(len(y))  # of each patient in its class, as a share: parts cut it alike
    for label in (0, 1):
        (rows,) = torch.where(y == label)
        order = rows[torch.randperm(len(rows), generator=generator)]
        ranks[order] = (torch.arange(len(rows)) + 0.5) / len(rows)
    train, valid = ranks.argsort().split([_NUM_TRAIN, _NUM_VALID])
    mean, std = X[train].mean(0), X[train].std(0)
    parts = [((some - mean) / std) for some in (X[train], X[valid], X_test)]
    return Patients(parts[0], y[train], parts[1], y[valid], parts[2], y_test)


def costs(miss: float = 20.0, alarm: float = 1.0, refer: float = 0.5) -> Tensor:
    """Return what each decision costs, by the truth: (3, 2) float32.

    Args:
        miss: to dismiss somebody with a malignant tumour.
        alarm: to treat somebody with a benign one.
        refer: to send somebody to a doctor, who finds the truth.

    Returns:
        A row for each of DECISIONS, a column for benign and malignant. What is right costs nothing.

    >>> costs()
    tensor([[ 0.0000, 20.0000],
            [ 1.0000,  0.0000],
            [ 0.5000,  0.5000]])
    """
    return torch.tensor([[0.0, miss], [alarm, 0.0], [refer, refer]])
