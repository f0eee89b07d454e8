"""Fashion-MNIST, the one data set of the course that has to be downloaded; optional."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from nblib.data import fetch
from nblib.data.tables import Split, split_on_device

__all__ = ["fashion_mnist"]


def fashion_mnist(
    root: str | Path | None = None,
    standardize: bool = True,
    *,
    base_url: str | None = None,
    checksums: Mapping[str, str] = fetch.FASHION_MNIST,
) -> Split:
    """Return 70,000 pictures of clothes in 10 classes; downloads 31 MB the first time.

    Args:
        root: folder to keep the four files in; by default the user's cache folder.
        standardize: subtract the mean and divide by the standard deviation of all training
            pixels; otherwise pixels run from 0 to 1.
        base_url: where to find the files; by default `NBLIB_FASHION_MNIST_URL`, for classes
            with a mirror of their own, or else the authors' address.
        checksums: file name to SHA-256, or `md5:` and an MD5: training images, training labels,
            test images, test labels, in this order.

    Returns:
        X (60000 or 10000, 784) float32, 28 × 28 pixels row by row; y (n,) int64 in 0–9.

    Raises:
        DownloadError: no network, or what came is not what the authors published.
        IdxError: a file that passed its checksum is no picture or label file.

    Source: Xiao, Rasul & Vollgraf (2017), https://arxiv.org/abs/1708.07747.
    """
    base_url = base_url or os.environ.get("NBLIB_FASHION_MNIST_URL") or fetch.FASHION_MNIST_URL
    paths = fetch.download("Fashion-MNIST (31 MB)", base_url, checksums, root)
    X_train, y_train, X_test, y_test = (fetch.read_idx(path) for path in paths)
    X_train, X_test = (X.reshape(len(X), -1) / np.float32(255) for X in (X_train, X_test))
    if standardize:
        mean, std = X_train.mean(), X_train.std()
        X_train, X_test = (X_train - mean) / std, (X_test - mean) / std
    return split_on_device(X_train, y_train, X_test, y_test)
