"""Weights that come with the course. `python -m nblib.pretrained.make` makes them anew."""

from nblib.pretrained.weights import (
    FOLDER,
    NETWORKS,
    SHA256,
    Pretrained,
    WeightsError,
    load,
    read,
    write,
)

__all__ = ["FOLDER", "NETWORKS", "SHA256", "Pretrained", "WeightsError", "load", "read", "write"]
