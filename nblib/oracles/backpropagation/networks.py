"""Gradients of a network, by hand: right, and wrong as people write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.backpropagation.parts import parts

__all__ = ["FIRST_LAYER", "LAST_LAYER", "last_gradients", "last_layer", "network_gradients"]

Result = tuple[Any, ...]


def network_gradients(
    X: Tensor,
    y: Tensor,
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    delta: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None,
    slope: Callable[[Tensor, Tensor], Any] = lambda z, h: 1 - h**2,
    back: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda d, W2, dW2: d @ W2.T,
    by_W2: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda h, z, d: h.T @ d,
    by_W1: Callable[[Tensor, Tensor], Tensor] = lambda X, d: X.T @ d,
    bias: Callable[[Tensor], Tensor] = lambda d: d.sum(dim=0),
    first: float | Callable[[int], float] = 1.0,
) -> Result:
    """Return the mean cross-entropy of a tanh network, and its gradients by W1, b1, W2 and b2.

    X (n, num_inputs), y (n,) int64, W1 (num_inputs, num_hidden), W2 (num_hidden, num_classes). The
    parts, in which mistakes are made: the loss, the gradient by the logits, the slope of tanh, the
    way back through W2, the gradients of weights and biases, and a factor for the first layer.
    """
    z = X @ W1 + b1
    h = z.tanh()
    logits = h @ W2 + b2
    d = (delta or _right)(logits, logits.softmax(dim=1), y)
    dW2 = by_W2(h, z, d)
    back_at_z = back(d, W2, dW2) * slope(z, h) * (first(len(X)) if callable(first) else first)
    return loss(logits, y), by_W1(X, back_at_z), bias(back_at_z), dW2, bias(d)


def _right(logits: Tensor, p: Tensor, y: Tensor) -> Tensor:
    return (p - F.one_hot(y, p.shape[1])) / len(y)


def _delta(change: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Callable[..., Result]:
    return partial(network_gradients, delta=change)


def last_gradients(*args: Any, **parts: Any) -> Result:
    """Return the loss and the gradients of the last layer; None stands for those of the first."""
    loss, _, _, dW2, db2 = network_gradients(*args, **parts)
    return loss, None, None, dW2, db2


def last_layer(*args: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a play that compares the loss and the gradients of the last layer alone."""
    return parts((0, 3, 4), *args)


LAST_LAYER: Mistakes = {
    "1/n is missing in the gradients: the loss is a mean over the examples.": _delta(
        lambda logits, p, y: _right(logits, p, y) * len(y)
    ),
    "The gradients are divided by n twice.": _delta(
        lambda logits, p, y: _right(logits, p, y) / len(y)
    ),
    "The sign is flipped: the gradient by the logits is p − 1 at the right class, p elsewhere.": (
        _delta(lambda logits, p, y: -_right(logits, p, y))
    ),
    "1 is not subtracted at the right class: the gradient by the logits is p − 1 there.": _delta(
        lambda logits, p, y: p / len(y)
    ),
    "1 is subtracted from every class. It goes off the right one alone.": _delta(
        lambda logits, p, y: (p - 1) / len(y)
    ),
    "The number of the class is subtracted. Subtract 1, at the place of the right class.": _delta(
        lambda logits, p, y: (p - y[:, None]) / len(y)
    ),
    "You subtract from the logits. It is the probabilities, p, of which 1 is subtracted.": _delta(
        lambda logits, p, y: (logits - F.one_hot(y, p.shape[1])) / len(y)
    ),
    "p(1 − p) is multiplied in as well. Softmax and logarithm have p − [k = y] together.": (
        _delta(lambda logits, p, y: _right(logits, p, y) * p * (1 - p))
    ),
    "The softmax runs down the columns. Each row, an example, has its own: `dim=1`.": _delta(
        lambda logits, p, y: _right(logits, logits.softmax(dim=0), y)
    ),
    "The softmax runs down the columns, in the loss too. Each row, an example, has its own: "
    "`dim=1`.": partial(
        network_gradients,
        delta=lambda logits, p, y: _right(logits, logits.softmax(dim=0), y),
        loss=lambda logits, y: F.nll_loss(logits.log_softmax(dim=0), y),
    ),
    "1 is subtracted in whole columns: `d[:, y]`. It goes off one entry in each row.": _delta(
        lambda logits, p, y: (p - F.one_hot(y, p.shape[1]).amax(dim=0)) / len(y)
    ),
    "The gradients are divided by the number of classes. The mean is over the examples.": _delta(
        lambda logits, p, y: _right(logits, p, y) * len(y) / p.shape[1]
    ),
    "The gradients are divided by the number of entries, examples times classes. The mean is over "
    "the examples.": _delta(lambda logits, p, y: _right(logits, p, y) / p.shape[1]),
    "The number of classes is read off the labels, and not all classes need occur. Hand it to "
    "`one_hot`: W2 has a column for each.": _delta(
        lambda logits, p, y: (p - F.one_hot(y)) / len(y)
    ),
    "`one_hot` is given y with a dimension too many. It wants y as it is, (n,).": _delta(
        lambda logits, p, y: (p - F.one_hot(y[:, None], p.shape[1])) / len(y)
    ),
    "The gradients come in another order: by W1, by b1, by W2, by b2.": lambda *args: tuple(
        network_gradients(*args)[place] for place in (0, 3, 4, 1, 2)
    ),
    "Dimensions of size 1 are gone. The gradient by W2 has the shape of W2.": partial(
        network_gradients, by_W2=lambda h, z, d: (h.T @ d).squeeze()
    ),
    "The loss is 1 − p. It is −log p of the right class.": partial(
        network_gradients,
        loss=lambda logits, y: (1 - logits.softmax(dim=1).gather(1, y[:, None])).mean(),
    ),
    "The gradient by W2 is made with z. What goes into the last layer is h = tanh(z).": partial(
        network_gradients, by_W2=lambda h, z, d: z.T @ d
    ),
    "The gradient by b2 is a mean over the examples. Add up: 1/n is in there already.": partial(
        network_gradients, bias=lambda d: d.mean(dim=0)
    ),
    "The gradient by b2 is summed over the classes. Add up over the examples: `dim=0`.": partial(
        network_gradients, bias=lambda d: d.sum(dim=1)
    ),
    "The gradient by b2 has a row for each example. Add up over the examples.": partial(
        network_gradients, bias=lambda d: d
    ),
    "The gradient by b2 is one number. Each class has its own.": partial(
        network_gradients, bias=lambda d: d.sum()
    ),
    "The gradient by W2 is transposed: it has the shape of W2.": partial(
        network_gradients, by_W2=lambda h, z, d: d.T @ h
    ),
    "The loss is the sum over the examples. Their mean is wanted.": partial(
        network_gradients, loss=partial(F.cross_entropy, reduction="sum")
    ),
    "The loss lacks its minus: −log p.": partial(
        network_gradients, loss=lambda logits, y: -F.cross_entropy(logits, y)
    ),
    "The loss is that of all classes. It is −log p of the right one alone.": partial(
        network_gradients,
        loss=lambda logits, y: -logits.log_softmax(dim=1).sum(dim=1).mean(),
    ),
    "The loss is the mean of p. It is that of −log p.": partial(
        network_gradients,
        loss=lambda logits, y: logits.softmax(dim=1).gather(1, y[:, None]).mean(),
    ),
    "The loss is the cross-entropy of the probabilities: a softmax too many.": partial(
        network_gradients, loss=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y)
    ),
}

FIRST_LAYER: Mistakes = {
    "The slope of tanh is missing on the way back: multiply by 1 − h², entry by entry.": partial(
        network_gradients, slope=lambda z, h: 1.0
    ),
    "The slope of tanh is 1 − h², with h = tanh(z). You put z itself into it.": partial(
        network_gradients, slope=lambda z, h: 1 - z**2
    ),
    "The slope of tanh is 1 − h². You took 1 − h.": partial(
        network_gradients, slope=lambda z, h: 1 - h
    ),
    "You multiply by h itself in place of its slope, 1 − h².": partial(
        network_gradients, slope=lambda z, h: h
    ),
    "h(1 − h) is the slope of another function, the sigmoid. That of tanh is 1 − h².": partial(
        network_gradients, slope=lambda z, h: h * (1 - h)
    ),
    "The slope of a ReLU stands where that of tanh belongs, 1 − h².": partial(
        network_gradients, slope=lambda z, h: (z > 0).to(z)
    ),
    "On the way back the gradient of W2 is used. It is W2 itself that carries the slopes.": partial(
        network_gradients, back=lambda d, W2, dW2: d @ dW2.T
    ),
    "On the way back the sizes of W2 are used, without their signs.": partial(
        network_gradients, back=lambda d, W2, dW2: d @ W2.abs().T
    ),
    "The first layer is divided by n once more: 1/n is in there already.": partial(
        network_gradients, first=lambda n: 1 / n
    ),
    "1/n is missing in the first layer: the mean reaches that far.": partial(
        network_gradients, first=lambda n: float(n)
    ),
    "The sign is flipped in the first layer.": partial(network_gradients, first=-1.0),
    "The first layer's gradients are 0: carry the slopes on, through W2 and tanh.": partial(
        network_gradients, first=0.0
    ),
    "The gradients by the biases are means over the examples. Add up: 1/n is in there already.": (
        partial(network_gradients, bias=lambda d: d.mean(dim=0))
    ),
    "Dimensions of size 1 are gone. The gradient by W1 has the shape of W1.": partial(
        network_gradients, by_W1=lambda X, d: (X.T @ d).squeeze()
    ),
    "The gradient by W1 is transposed: it has the shape of W1.": partial(
        network_gradients, by_W1=lambda X, d: d.T @ X
    ),
    "The gradients by the biases have a row for each example. Add them up over the examples.": (
        partial(network_gradients, bias=lambda d: d)
    ),
}
