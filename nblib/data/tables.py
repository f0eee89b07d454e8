"""The course's own data sets: drawn or split by a seed, as new tensors at every call.

scikit-learn is imported where it is used: it takes as long as PyTorch, and a lesson's first cell
would wait for it.
"""

import functools
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from nblib.runtime import device

__all__ = ["Split", "breast_cancer", "digits", "moons", "spirals", "split_on_device"]


class Split(NamedTuple):
    """A data set, parted into what a model learns from and what it is judged by."""

    X_train: Tensor  # (num_train, num_features) float32
    y_train: Tensor  # (num_train,) int64
    X_test: Tensor  # (num_test, num_features) float32
    y_test: Tensor  # (num_test,) int64


def digits(seed: int = 0, test_size: float = 0.3, standardize: bool = True) -> Split:
    """Return 1,797 real handwritten digits of 8 × 8 pixels in 10 classes.

    Args:
        seed: decides which examples are for testing; each class keeps its share.
        test_size: the part of the examples that is for testing, between 0 and 1.
        standardize: give each feature mean 0 and variance 1 on the training part; otherwise the
            pixels are counts from 0 to 16.

    Returns:
        X (n, 64) float32, y (n,) int64 in 0–9.

    Raises:
        ValueError: an argument is out of range.

    Source: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits,
    https://doi.org/10.24432/C50P49, the test part, as scikit-learn ships it.

    >>> [tuple(part.shape) for part in digits()]
    [(1257, 64), (1257,), (540, 64), (540,)]
    """
    return _split(*_raw_digits(), seed, test_size, standardize)


def breast_cancer(seed: int = 0, test_size: float = 0.3, standardize: bool = True) -> Split:
    """Return 569 tumours, each described by 30 measurements of its cell nuclei.

    Arguments and errors as for `digits`.

    Returns:
        X (n, 30) float32, y (n,) int64: 0 malignant (212 cases), 1 benign (357).

    Source: Wolberg, Mangasarian, Street & Street (1993), Breast Cancer Wisconsin (Diagnostic),
    https://doi.org/10.24432/C5DW2B, as scikit-learn ships it.
    """
    return _split(*_raw_breast_cancer(), seed, test_size, standardize)


def moons(
    seed: int = 0,
    test_size: float = 0.3,
    standardize: bool = True,
    *,
    num_samples: int = 600,
    noise: float = 0.2,
) -> Split:
    """Return points in the plane on two interleaved half circles, one per class.

    Args:
        seed: draws the noise and the split.
        test_size, standardize: as for `digits`.
        num_samples: of both classes together.
        noise: standard deviation of the noise on each coordinate; the radius is 1.

    Returns:
        X (n, 2) float32, y (n,) int64 in 0–1.

    Raises:
        ValueError: an argument is out of range.

    Source: scikit-learn's `make_moons`.
    """
    from sklearn.datasets import make_moons

    X, y = make_moons(num_samples, noise=noise, random_state=seed)
    return _split(X, y, seed, test_size, standardize)


def spirals(
    seed: int = 0,
    test_size: float = 0.3,
    standardize: bool = True,
    *,
    num_samples: int = 600,
    noise: float = 0.02,
    num_turns: float = 1.5,
) -> Split:
    """Return points in the plane on two intertwined spirals, one per class.

    A point of class 0 lies at the radius r ~ U(1/13, 1) and the angle 2π·num_turns·r, class 1 is
    its mirror image in the origin; noise is added to both coordinates.

    Args:
        seed: draws the points and the split.
        test_size, standardize: as for `digits`.
        num_samples: of both classes together, class 0 one more if odd.
        noise: standard deviation of the noise on each coordinate; the spirals end at radius 1.
        num_turns: how often each spiral would wind around the origin from radius 0 to 1.

    Returns:
        X (n, 2) float32, y (n,) int64 in 0–1.

    Raises:
        ValueError: an argument is out of range.

    Source: after Lang & Witbrock (1988), Learning to tell two spirals apart, Proceedings of the
    1988 Connectionist Models Summer School, 52–59, which has num_turns = 3.25 and no noise.
    """
    if num_samples < 4 or noise < 0:
        raise ValueError(
            "spirals need num_samples >= 4 and noise >= 0, "
            f"got num_samples={num_samples} and noise={noise}"
        )
    rng = np.random.default_rng(seed)
    y = np.arange(num_samples) % 2
    radius = rng.uniform(1 / 13, 1, num_samples)
    angle = 2 * np.pi * num_turns * radius + np.pi * y
    X = radius * np.stack([np.cos(angle), np.sin(angle)])  # (2, num_samples)
    X += rng.normal(0, noise, X.shape)
    return _split(X.T, y, seed, test_size, standardize)


@functools.cache
def _raw_digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


@functools.cache
def _raw_breast_cancer() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_breast_cancer

    return load_breast_cancer(return_X_y=True)


def _split(X: Any, y: Any, seed: int, test_size: float, standardize: bool) -> Split:
    """Part the examples, each class in proportion; the parts are copies, never views."""
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=test_size, random_state=seed, stratify=y
    )
    if standardize:
        scaler = StandardScaler().fit(X_train)  # the test part must stay unseen
        X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
    return split_on_device(X_train, y_train, X_test, y_test)


def split_on_device(X_train: Any, y_train: Any, X_test: Any, y_test: Any) -> Split:
    """Return the four arrays as tensors on the device: float32 features, int64 classes."""
    where = device()
    return Split(
        torch.tensor(X_train, dtype=torch.float32, device=where),
        torch.tensor(y_train, dtype=torch.int64, device=where),
        torch.tensor(X_test, dtype=torch.float32, device=where),
        torch.tensor(y_test, dtype=torch.int64, device=where),
    )
