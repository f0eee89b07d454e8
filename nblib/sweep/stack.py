"""Models of one architecture as one: their parameters in one tensor, their losses in one call."""

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.parameter import is_lazy

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
    if isinstance(value, Mapping):
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
        state, self._buffers = stack_module_state(list(models))
        trained = {name: param for name, param in state.items() if param.requires_grad}
        dtypes = {name: param.dtype for name, param in trained.items()}
        if len(set(dtypes.values())) != 1:
            raise SweepError(f"a model needs trainable parameters, all of one dtype; got {dtypes}")
        self.params = _side_by_side([param.detach() for param in trained.values()])
        columns = self.params.split([param[0].numel() for param in trained.values()], dim=1)
        self._trained = {
            name: values.view(param.shape).requires_grad_()  # (num_members, ...) a view of params
            for (name, param), values in zip(trained.items(), columns, strict=True)
        }
        self._state = {**state, **self._trained}
        self._template = copy.deepcopy(models[0])  # lends its `forward`; its numbers are not used
        self._loss_fn = _cross_entropy if loss_fn is F.cross_entropy else loss_fn

    def gradients(self, X_batch: Tensor, y_batch: Tensor) -> tuple[Tensor, Tensor]:
        """Return the loss of each model on its own batch, in train mode, and its gradient.

        Args:
            X_batch: (num_members, batch, ...), y_batch: (num_members, batch, ...).

        Returns:
            losses (num_members,), gradients (num_members, num_params).

        Raises:
            SweepError: the model does something that torch.func.vmap cannot do.
        """
        self._template.train()
        losses = self._on_each(self._loss, X_batch, y_batch, in_dim=0)  # (num_members,)
        # The gradient of the sum is that of each model, as no loss depends on another model: one
        # backward pass, and a loss of nan spoils no other.
        grads = torch.autograd.grad(
            losses,
            list(self._trained.values()),
            losses.new_ones(len(self.params)),
            allow_unused=True,
            materialize_grads=True,
        )
        return losses.detach(), _side_by_side(grads)

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
        self._template.eval()
        scores = self._on_each(self._scores, X, y, in_dim=None)
        scores = {name: values.cpu().double() for name, values in scores.items()}
        if "num_right" in scores:
            scores["accuracy"] = scores.pop("num_right") / len(y)
        return scores

    def _loss(self, state: _Tensors, buffers: _Tensors, X: Tensor, y: Tensor) -> Tensor:
        return self._loss_fn(functional_call(self._template, (state, buffers), (X,)), y)

    def _scores(self, state: _Tensors, buffers: _Tensors, X: Tensor, y: Tensor) -> _Tensors:
        y_hat = functional_call(self._template, (state, buffers), (X,))
        scores = {"loss": self._loss_fn(y_hat, y)}
        if not y.is_floating_point():
            scores["num_right"] = (y_hat.argmax(dim=1) == y).sum()
        return scores

    def _on_each(self, function: Callable, X: Tensor, y: Tensor, in_dim: int | None) -> Any:
        on_each = vmap(function, in_dims=(0, 0, in_dim, in_dim), randomness="different")
        try:
            return on_each(self._state, self._buffers, X, y)
        except RuntimeError as error:
            raise SweepError(
                f"this model fails in a stack: {error}\nIf it works alone, train one model after "
                "the other with training.fit."
            ) from error


def _side_by_side(tensors: Sequence[Tensor]) -> Tensor:
    """Return tensors (num_members, ...) as one of (num_members, number of all their elements)."""
    return torch.cat([tensor.reshape(len(tensor), -1) for tensor in tensors], dim=1)


def _cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Return `F.cross_entropy`, which over many rows of few classes takes three times as long."""
    if logits.dim() != 2 or y.is_floating_point():
        return F.cross_entropy(logits, y)
    of_label = logits.gather(1, y[:, None]).squeeze(1)  # (batch,)
    return (logits.logsumexp(dim=1) - of_label).mean()
