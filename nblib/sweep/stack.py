"""Models of one architecture as one: their parameters in one tensor, their losses in one call."""

import copy
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.parameter import is_lazy

from nblib.sweep import dense
from nblib.sweep.errors import SweepError

__all__ = ["Stack", "structure"]

_Loss = Callable[[Tensor, Tensor], Tensor]
_Tensors = dict[str, Tensor]

_TENSORS_AND_PARTS = dict.fromkeys(("_parameters", "_buffers", "_modules"))  # looked at by name


def structure(model: nn.Module) -> Hashable:
    """Return what models must have in common to be stacked: all but the values of their tensors.

    Attributes are compared by value where Python can, else by identity: what may differ, does.

    Raises:
        SweepError: the model has lazy layers that have not seen a batch yet.

    >>> structure(nn.Linear(2, 3)) == structure(nn.Linear(2, 3))
    True
    >>> structure(nn.LeakyReLU(0.1)) == structure(nn.LeakyReLU(0.2))
    False
    """
    if any(is_lazy(tensor) for tensor in [*model.parameters(), *model.buffers()]):
        raise SweepError("lazy layers have no shape yet; give them their number of inputs")
    tensors = [
        (name, tensor.shape, tensor.dtype, tensor.device, tensor.requires_grad)
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]
    ]
    modules = [
        (name, type(module), _comparable(vars(module) | _TENSORS_AND_PARTS))
        for name, module in model.named_modules()
    ]
    return tuple(tensors), tuple(modules)


def _comparable(value: Any) -> Hashable:
    if isinstance(value, dict):
        return tuple((key, _comparable(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(_comparable, value))
    if isinstance(value, set):
        return frozenset(value)
    try:
        hash(value)
    except TypeError:
        return id(value)
    return type(value), value


class Stack:
    """Models of the same structure, trained and evaluated as one computation.

    `params` (num_members, num_params) holds all trainable parameters, a row per model. Change it
    in place.
    """

    def __init__(self, models: Sequence[nn.Module], loss_fn: _Loss) -> None:
        """Take over the present state of the models, which are not changed.

        Args:
            models: of the same `structure`, each from (batch, ...) to what `loss_fn` takes.
            loss_fn: from the output of a model and y to the mean loss, a scalar.

        Raises:
            SweepError: the models have parameters that cannot be stacked.
        """
        params, buffers = stack_module_state(list(models))
        trained = {name: param for name, param in params.items() if param.requires_grad}
        dtypes = {name: param.dtype for name, param in trained.items()}
        if len(set(dtypes.values())) != 1:
            raise SweepError(f"a model needs trainable parameters, all of one dtype; got {dtypes}")
        shapes = [param.shape for param in trained.values()]  # (num_members, ...) each
        rows = [param.detach().reshape(len(models), -1) for param in trained.values()]
        self.params = torch.cat(rows, dim=1)
        self._grads = torch.empty_like(self.params)
        self._trained = [param.requires_grad_() for param in _views(self.params, shapes)]
        self._grads_of_trained = _views(self._grads, shapes)
        self._state = {**params, **dict(zip(trained, self._trained, strict=True)), **buffers}
        self._template = copy.deepcopy(models[0])  # lends its `forward`; its numbers are not used
        self._template.train()
        self._layers: list[dense.Layer] = []  # if the models are no more than that
        if dense.is_dense(self._template):
            named = self._template.named_parameters()
            stacked: dict[Tensor, Tensor] = {p: self._state[name] for name, p in named}
            self._layers = dense.layers(self._template, stacked)
        self._loss_fn = loss_fn

    def gradients(self, X_batch: Tensor, y_batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return the loss of each model on its own batch, in train mode, and its gradient.

        Args:
            X_batch: (num_members, batch, ...), y_batch: (num_members, batch, ...).

        Returns:
            losses (num_members,), and gradients (num_members, num_params), which the next call
            overwrites.

        Raises:
            SweepError: the model does something that torch.func.vmap cannot do.
        """
        self._be_training(True)
        with _explained():
            losses = self._losses(self._outputs(X_batch, 0), y_batch, 0)  # (num_members,)
        # The gradient of the sum is that of each model, as no loss depends on another model: one
        # backward pass, and a loss of nan spoils no other.
        of_sum = torch.ones_like(losses)
        grads = torch.autograd.grad(
            losses, self._trained, of_sum, allow_unused=True, materialize_grads=True
        )
        for values, grad in zip(self._grads_of_trained, grads, strict=True):
            values.copy_(grad)
        return losses.detach(), self._grads

    @torch.no_grad()
    def evaluate(self, X: Tensor, y: Tensor) -> dict[str, Tensor]:
        """Return how each model does on all of X and y, as `training.evaluate` would tell it.

        Args:
            X: (n, ...), y: (n, ...), common to all models.

        Returns:
            `loss` and, for class labels, `accuracy`, each (num_members,) float64 on the CPU.

        Raises:
            SweepError: as for `gradients`.
        """
        self._be_training(False)
        with _explained():
            y_hat = self._outputs(X, None)  # (num_members, n, ...)
            scores = {"loss": self._losses(y_hat, y, None)}
        if not y.is_floating_point():
            predicted = y_hat.max(dim=2).indices  # as argmax, which takes five times as long
            num_right = (predicted == y).flatten(start_dim=1).sum(dim=1)
            scores["accuracy"] = num_right.cpu().double() / len(y)  # MPS has no float64
        return {name: values.cpu().double() for name, values in scores.items()}

    def _be_training(self, mode: bool) -> None:
        if self._template.training != mode:  # to look at each module takes longer than a layer
            self._template.train(mode)

    def _outputs(self, X: Tensor, in_dim: int | None) -> Tensor:
        """Return the output of each model, (num_members, batch, ...)."""
        if self._layers and X.dim() == (2 if in_dim is None else 3):
            X = X.mT.expand(len(self.params), -1, -1)  # (num_members, num_inputs, batch)
            for layer in self._layers:
                X = layer(X)
            return X.mT
        return vmap(self._output, in_dims=(0, in_dim), randomness="different")(self._state, X)

    def _output(self, state: _Tensors, X: Tensor) -> Tensor:
        return functional_call(self._template, state, (X,))

    def _losses(self, y_hat: Tensor, y: Tensor, in_dim: int | None) -> Tensor:
        """Return the loss of each model, (num_members,)."""
        if self._loss_fn is F.cross_entropy and y_hat.dim() == 3 and not y.is_floating_point():
            return _cross_entropies(y_hat, y)
        return vmap(self._loss_fn, in_dims=(0, in_dim), randomness="different")(y_hat, y)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise SweepError(
            f"this model fails in a stack: {error}\nIf it works alone, train one model after "
            "the other with training.fit."
        ) from error


def _views(rows: Tensor, shapes: Sequence[torch.Size]) -> list[Tensor]:
    """Return consecutive columns of (num_members, ...), a view in each of the shapes."""
    columns = rows.split([shape[1:].numel() for shape in shapes], dim=1)
    return [values.view(shape) for values, shape in zip(columns, shapes, strict=True)]


def _cross_entropies(logits: Tensor, y: Tensor) -> Tensor:
    """Return `F.cross_entropy` of each model's logits; over few classes it takes 10 times as long.

    Args:
        logits: (num_members, batch, num_classes).
        y: labels, (num_members, batch), or (batch,) common to all models.

    Returns:
        (num_members,).
    """
    labels = y.expand(logits.shape[:2]).unsqueeze(1)  # (num_members, 1, batch)
    return -logits.mT.log_softmax(dim=1).gather(1, labels).mean(dim=(1, 2))
