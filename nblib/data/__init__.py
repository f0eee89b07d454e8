"""The course's data sets, as tensors on the device, and batches of them.

All sets are drawn or split by a seed, work without a network (except Fashion-MNIST and the flowers)
and are new tensors at every call, so that changing one spoils no other.
"""

from nblib.data.batches import batches
from nblib.data.fashion import fashion_mnist
from nblib.data.tables import Split, breast_cancer, digits, moons, spirals

__all__ = [
    "Split",
    "batches",
    "breast_cancer",
    "digits",
    "fashion_mnist",
    "moons",
    "spirals",
]
