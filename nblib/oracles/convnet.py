"""What `models.convnet` computes, written out once more, for the tests of *Transfer learning*.

All of it works on state dictionaries, so that a test need not trust any model.
"""

from collections.abc import Callable, Collection, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from nblib import models

__all__ = [
    "HEAD",
    "PARAMETERS",
    "differences",
    "features",
    "logits",
    "moved",
    "probe_then_tune",
    "random_state",
]

_BLOCKS = ("block1", "block2", "block3")
HEAD = ("head.weight", "head.bias")
PARAMETERS = (
    *(f"{block}.{part}" for block in _BLOCKS for part in ("0.weight", "1.weight", "1.bias")),
    *HEAD,
)
_MOMENTUM, _EPS = 0.1, 1e-5  # PyTorch's defaults for batch norm


def random_state(num_classes: int, generator: torch.Generator) -> dict[str, Tensor]:
    """Return the state of a convnet whose every tensor, running statistics too, is drawn."""
    state = dict(models.convnet(num_classes, generator).cpu().state_dict())
    for block in _BLOCKS:
        for name, low in (("weight", 0.5), ("bias", -0.5), ("running_mean", -0.5)):
            state[f"{block}.1.{name}"] = low + torch.rand(32, generator=generator)
        state[f"{block}.1.running_var"] = 0.5 + torch.rand(32, generator=generator)
        state[f"{block}.1.num_batches_tracked"] = torch.tensor(7)
    return state


def features(
    state: Mapping[str, Tensor],
    X: Tensor,
    training: bool = False,
    statistics: dict[str, Tensor] | None = None,
) -> Tensor:
    """Return the 128 features of each row of X (n, 64) float32, which is normalized already.

    With `training`, batch norm uses the batch; the means and variances that it keeps come into
    `statistics`, by their names in the state.
    """
    h = X.reshape(-1, 1, 8, 8)
    for block in _BLOCKS:
        h = F.conv2d(h, state[f"{block}.0.weight"], padding=1)  # (n, 32, size, size)
        mean, var = state[f"{block}.1.running_mean"], state[f"{block}.1.running_var"]
        if training:
            batch_mean = h.mean(dim=(0, 2, 3))
            batch_var = h.var(dim=(0, 2, 3), correction=0)
            if statistics is not None:
                unbiased = h.detach().var(dim=(0, 2, 3))
                kept = (1 - _MOMENTUM) * mean + _MOMENTUM * batch_mean.detach()
                statistics[f"{block}.1.running_mean"] = kept
                kept = (1 - _MOMENTUM) * var + _MOMENTUM * unbiased
                statistics[f"{block}.1.running_var"] = kept
                count = state[f"{block}.1.num_batches_tracked"]
                statistics[f"{block}.1.num_batches_tracked"] = count + 1
            mean, var = batch_mean, batch_var
        h = (h - mean[:, None, None]) / (var[:, None, None] + _EPS).sqrt()
        h = h * state[f"{block}.1.weight"][:, None, None] + state[f"{block}.1.bias"][:, None, None]
        h = h.relu()
        if block != "block1":
            h = F.max_pool2d(h, 2)
    return h.flatten(1)  # (n, 128)


def logits(
    state: Mapping[str, Tensor],
    X: Tensor,
    training: bool = False,
    statistics: dict[str, Tensor] | None = None,
) -> Tensor:
    """Return the logits, (n, num_classes); the arguments are those of `features`."""
    hidden = features(state, X, training, statistics)
    return hidden @ state["head.weight"].T + state["head.bias"]


def moved(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> dict[str, float]:
    """Return the largest absolute change of each tensor that has changed, by name."""
    changes = {
        name: (after[name].double() - tensor.double()).abs().max().item()
        for name, tensor in before.items()
    }
    return {name: change for name, change in changes.items() if change > 0}


def differences(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> dict[str, str]:
    """Return by name what became of each tensor that is not the same to the last bit."""
    found = {name: _difference(before.get(name), after.get(name)) for name in {**before, **after}}
    return {name: what for name, what in found.items() if what}


def _difference(before: Tensor | None, after: Tensor | None) -> str:
    if before is None:
        return "unexpected"
    if after is None:
        return "missing"
    after = torch.as_tensor(after).cpu()
    if after.shape != before.shape:
        return f"shape {tuple(after.shape)}"
    if after.dtype != before.dtype:
        return str(after.dtype)
    return "" if torch.equal(after, before) else "moved"


def probe_then_tune(
    state: Mapping[str, Tensor],
    X: Tensor,
    y: Tensor,
    steps: tuple[int, int],
    lrs: tuple[float, float],
    *,
    training: tuple[bool, bool] = (False, True),
    unfreeze: bool = True,
    trained: tuple[Collection[str], Collection[str]] | None = None,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.SGD,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    zero: str = "all",
) -> dict[str, Tensor]:
    """Return the state after full-batch gradient steps on the head alone, then on everything.

    Kumar, Raghunathan, Jones, Ma and Liang (2022), with plain gradient descent.

    Args:
        state: of a convnet; X: (n, 64) float32, normalized; y: (n,) int64.
        steps, lrs: of the two phases.
        training: whether batch norm is in train mode in each phase.
        unfreeze: train everything in the second phase, as is right.
        trained: names of what is trained in each phase, in place of the right ones.
        optimizer, loss: what is stepped with, and what is minimized.
        zero: whose gradients are cleared after a step: of "all", of what is "trained", of "none".
    """
    after = {name: tensor.clone() for name, tensor in state.items()}
    params = {name: after[name].requires_grad_() for name in PARAMETERS}
    phases = trained or (HEAD, PARAMETERS if unfreeze else HEAD)
    for names, num_steps, lr, mode in zip(phases, steps, lrs, training, strict=True):
        chosen = optimizer([params[name] for name in names], lr=lr)
        for _ in range(num_steps):
            loss(logits(after, X, mode, after), y).backward()
            chosen.step()
            for name in {"all": PARAMETERS, "trained": names, "none": ()}[zero]:
                params[name].grad = None
    return {name: tensor.detach() for name, tensor in after.items()}
