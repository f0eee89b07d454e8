"""Small networks made smaller: pruned, tuned, rounded and written down, several seeds at once."""

import functools
import itertools
import zlib
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from nblib.data import digits

__all__ = ["FLOAT", "FORMATS", "NUM_SEEDS", "Layers", "accuracies", "dense", "files", "pruned"]
__all__ += ["rounded", "sizes"]

NUM_SEEDS = 7
HIDDEN, NUM_PIXELS, NUM_CLASSES = (96, 48), 64, 10
NUM_STEPS, BATCH_SIZE, LR = 300, 64, 3e-3
FLOAT = 32  # bits of a weight that is not rounded
FORMATS = ("dense", "deflated", "sparse")


@dataclass(frozen=True)
class Layers:
    """The layers of NUM_SEEDS networks with ReLU between them.

    Rounded weights are whole numbers ("levels") times the scale of their layer; otherwise levels
    are the weights and scales are 1.
    """

    levels: tuple[Tensor, ...]  # (NUM_SEEDS, in, out) each
    biases: tuple[Tensor, ...]  # (NUM_SEEDS, 1, out) each
    scales: tuple[Tensor, ...]  # (NUM_SEEDS, 1, 1) each

    def __call__(self, X: Tensor) -> Tensor:
        """Return logits, (NUM_SEEDS, n, 10), of pictures X (NUM_SEEDS, n, 64)."""
        for levels, bias, scale in zip(self.levels, self.biases, self.scales, strict=True):
            X = torch.baddbmm(bias, X.relu() if levels is not self.levels[0] else X, levels * scale)
        return X


def _floats(weights: list[Tensor], biases: list[Tensor]) -> Layers:
    return Layers(tuple(weights), tuple(biases), tuple(torch.ones(NUM_SEEDS, 1, 1) for _ in biases))


def sizes(width: int) -> list[int]:
    """Return the units of each layer, if the hidden ones have `width` % of the full number."""
    return [NUM_PIXELS, *(width * units // 100 for units in HIDDEN), NUM_CLASSES]


@functools.cache
def _pictures() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return digits, split otherwise for each seed: X, y, X_test, y_test (NUM_SEEDS, n, …)."""
    splits = [[part.cpu() for part in digits(seed, 0.5, False)] for seed in range(NUM_SEEDS)]
    X, y, X_test, y_test = (torch.stack(parts) for parts in zip(*splits, strict=True))
    return X / 8 - 0.6, y, X_test / 8 - 0.6, y_test


def _trained(start: Layers, masks: tuple[Tensor, ...]) -> Layers:
    """Return layers after NUM_STEPS of Adam; weights stay 0 where their mask is."""
    X, y, _, _ = _pictures()
    generator = torch.Generator().manual_seed(0)
    weights = [w.clone().requires_grad_() for w in start.levels]
    biases = [b.clone().requires_grad_() for b in start.biases]
    layers = _floats(weights, biases)
    optimizer = torch.optim.Adam([*weights, *biases], lr=LR)
    for _ in range(NUM_STEPS):
        rows = torch.randint(X.shape[1], (BATCH_SIZE,), generator=generator)
        logits = layers(X[:, rows]).flatten(0, 1)
        loss = NUM_SEEDS * F.cross_entropy(logits, y[:, rows].flatten())  # of all, one by one
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for w, mask in zip(weights, masks, strict=True):
                w.mul_(mask)
    return _floats([w.detach() for w in weights], [b.detach() for b in biases])


@functools.cache
def dense(width: int) -> Layers:
    """Return networks trained with `width` % of the hidden units."""
    generator = torch.Generator().manual_seed(width)
    pairs = list(itertools.pairwise(sizes(width)))
    weights = [torch.randn(NUM_SEEDS, m, n, generator=generator) * (2 / m) ** 0.5 for m, n in pairs]
    biases = [torch.zeros(NUM_SEEDS, 1, n) for _, n in pairs]
    return _trained(_floats(weights, biases), tuple(torch.ones_like(w) for w in weights))


@functools.lru_cache(maxsize=128)
def pruned(width: int, zeros: int, tuned: bool) -> Layers:
    """Return `dense(width)` with `zeros` % of the weights 0, the smallest of all layers together.

    Args:
        width, zeros: in %.
        tuned: whether training goes on afterwards, for as many steps as before.
    """
    start = dense(width)
    magnitudes = torch.cat([w.abs().flatten(1) for w in start.levels], dim=1)
    smallest = magnitudes.argsort(dim=1, stable=True)[:, : zeros * magnitudes.shape[1] // 100]
    keep = torch.ones_like(magnitudes).scatter(1, smallest, 0)
    parts = keep.split([w[0].numel() for w in start.levels], dim=1)
    masks = tuple(part.view_as(w) for part, w in zip(parts, start.levels, strict=True))
    cut = [w * mask for w, mask in zip(start.levels, masks, strict=True)]
    layers = _floats(cut, list(start.biases))
    return _trained(layers, masks) if tuned else layers


def rounded(layers: Layers, bits: int) -> Layers:
    """Return layers whose weights have 2**bits − 1 values, evenly spaced about 0; not the biases.

    The scale is one per layer (Jacob et al. (2018), eq. 1 with zero point 0). FLOAT bits change
    nothing.
    """
    if bits == FLOAT:
        return layers
    tops = [w.abs().amax((1, 2), keepdim=True) for w in layers.levels]
    scales = tuple(top.clamp_min(1e-12) / _top(bits) for top in tops)
    levels = tuple((w / scale).round() for w, scale in zip(layers.levels, scales, strict=True))
    return Layers(levels, layers.biases, scales)


def accuracies(layers: Layers) -> np.ndarray:
    """Return the accuracy of each network on the half of the digits that it has not seen."""
    _, _, X, y = _pictures()
    return (layers(X).argmax(dim=2) == y).double().mean(dim=1).numpy()


def files(layers: Layers, bits: int, form: str) -> list[bytes]:
    """Return the file of each network, in one of FORMATS; who reads it knows the layers' sizes.

    For each layer: its scale (float32, only if rounded), its weights, its biases (float32). dense:
    every weight, packed to so many bits. deflated: every weight in a byte of its own (or four), and
    then all of the file deflated. sparse: as in compressed rows (CSR), with 2 bytes for the end of
    each row and 1 for the column of each weight that is not 0, then its packed value.
    """
    return [_file(layers, seed, bits, form) for seed in range(NUM_SEEDS)]


def _file(layers: Layers, seed: int, bits: int, form: str) -> bytes:
    parts = []
    for w, b, scale in zip(layers.levels, layers.biases, layers.scales, strict=True):
        parts.append(b"" if bits == FLOAT else scale[seed].numpy().tobytes())
        parts.append(_weights(w[seed].numpy(), bits, form))
        parts.append(b[seed].numpy().tobytes())
    file = b"".join(parts)
    return zlib.compress(file, 9) if form == "deflated" else file


def _weights(levels: np.ndarray, bits: int, form: str) -> bytes:
    if form == "dense":
        return _packed(levels.ravel(), bits)
    if form == "deflated":
        return levels.tobytes() if bits == FLOAT else levels.astype(np.int8).tobytes()
    rows, columns = levels.nonzero()
    ends = np.bincount(rows, minlength=len(levels)).cumsum().astype(np.uint16)
    values = _packed(levels[rows, columns], bits)
    return ends.tobytes() + columns.astype(np.uint8).tobytes() + values


def _packed(levels: np.ndarray, bits: int) -> bytes:
    if bits == FLOAT:
        return levels.tobytes()
    numbers = (levels + _top(bits)).astype(np.uint8)
    return np.packbits(np.unpackbits(numbers[:, None], axis=1)[:, -bits:]).tobytes()


def _top(bits: int) -> int:
    return 2 ** (bits - 1) - 1
