"""Weights that come with the course, and how to load a file of weights without being fooled."""

import hashlib
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from nblib import models

__all__ = [
    "FOLDER",
    "NETWORKS",
    "SHA256",
    "Network",
    "Pretrained",
    "WeightsError",
    "load",
    "read",
    "write",
]

FOLDER = Path(__file__).parent

SHA256 = {  # what `python -m nblib.pretrained.make` wrote; README.md beside it tells how
    "letters": "d48df44eaa4803053d76d078b76c990e98931cb11b742a929abe0ab653033cae",
    "stripes": "75b890dba897495d59f1fdbb1158d8ffd17bfe1eb1ba2cf67d8ac4747e37de97",
    "grain": "74157780b3ee932c643c392421af2d9357ca8283d9743c79a8e306a694dfba91",
    "garden": "4de2ac3f7946b8c75dbb2722dfdeae1f62817240d509eb71cec3935ff0165353",
}

Network = Callable[..., nn.Module]  # from the number of classes, and perhaps a generator

NETWORKS: dict[str, Network] = {
    **dict.fromkeys(SHA256, models.convnet),
    "garden": models.colour_convnet,
}

_REMEDY = "Install the course anew, or run `git checkout -- nblib/pretrained`."


class WeightsError(ValueError):
    """A file of weights is missing, damaged, not the one that was published, or does not fit."""


@dataclass(frozen=True)
class Pretrained:
    """A network of NETWORKS after its training: inputs are (X − mean) / std.

    X are counts of 0–16, or colours of 0–1 in `garden`.
    """

    state: dict[str, Tensor]  # on the CPU; its head is for the classes of the source
    mean: float
    std: float

    @property
    def num_classes(self) -> int:
        """Of the source."""
        return len(self.state["head.bias"])


def load(source: str) -> Pretrained:
    """Return the weights that were trained on a source: letters, stripes, grain or garden.

    They are new tensors at each call.

    Raises:
        WeightsError: there is no such source, or its file is not what was published.
    """
    if source not in SHA256:
        raise WeightsError(f"there are no weights {source!r}, only {', '.join(SHA256)}")
    return read(FOLDER / f"{source}.pt", SHA256[source], NETWORKS[source])


def read(path: str | Path, sha256: str, network: Network = models.convnet) -> Pretrained:
    """Return the weights in a file, once its checksum was found right and all of them fit.

    Nothing in the file is run: a pickle may hold any program, hence `weights_only`.

    Args:
        path: a file from `write`.
        sha256: what was published with it.
        network: what they are the weights of.

    Raises:
        WeightsError: it says what is wrong, and what to do.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read ({error}). {_REMEDY}") from None
    came = hashlib.sha256(content).hexdigest()
    if came != sha256:
        raise WeightsError(
            f"{path} is not the file that was published: its SHA-256 is {came[:12]}…, not "
            f"{sha256[:12]}…, its length {len(content)} bytes. It was cut off or changed. "
            f"{_REMEDY}"
        )
    try:
        found = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
        loaded = Pretrained(found["state"], found["mean"], found["std"])
        network(loaded.num_classes).load_state_dict(loaded.state, strict=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise WeightsError(f"{path} does not fit the network: {error}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"{path} holds no weights of this course: {error!r}") from None
    return loaded


def write(path: str | Path, pretrained: Pretrained) -> str:
    """Write weights to a file; return its SHA-256. The same weights give the same bytes."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.clone() for name, tensor in pretrained.state.items()}
    torch.save({"state": state, "mean": pretrained.mean, "std": pretrained.std}, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
