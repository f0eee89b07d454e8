"""A model comes out of an archive: what must it do, and what must it refuse?"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from nblib.checks import Exercise
from nblib.checks.mistakes import Mistakes
from nblib.checks.trial import is_stub

__all__ = ["SERVING", "archive", "insist_on_refusals", "serve", "some_archive"]

KEYS = ("format", "state", "mean", "std", "classes")
Answer = Callable[[bytes, Tensor], list[str]]


class _RunsCode:
    """What stands in an archive for a call: whoever unpickles it calls `sorted`, here."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def __reduce__(self) -> tuple[Any, ...]:
        return sorted, (self._names,)


def archive(parts: dict[str, Any]) -> bytes:
    """Return what `torch.save` writes of these parts."""
    file = io.BytesIO()
    torch.save(parts, file)
    return file.getvalue()


def _network(state: dict[str, Tensor]) -> nn.Sequential:
    hidden, num_features = state["0.weight"].shape
    model = nn.Sequential(
        nn.Linear(num_features, hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Linear(hidden, len(state["3.bias"])),
    )
    model.load_state_dict(state)
    return model


def _mean(X: Tensor, parts: dict[str, Any]) -> Tensor:
    return (X - parts["mean"]) / parts["std"]


def serve(
    blob: bytes,
    X: Tensor,
    *,
    scale: Callable[[Tensor, dict[str, Any]], Tensor] = _mean,
    training: bool = False,
    state: Callable[[dict[str, Tensor]], dict[str, Tensor]] = dict,
    dim: int = 1,
    name: Callable[[list[str], int], Any] = lambda classes, k: classes[k],
) -> list[Any]:
    """Return the name of the likeliest class of each row of X, by the archive's own model."""
    parts = torch.load(io.BytesIO(blob), weights_only=True)
    if {*parts} != {*KEYS} or parts["format"] != 1:
        raise ValueError("another archive than was agreed")
    model = _network(state(parts["state"])).train(training)
    with torch.no_grad():
        logits = model(scale(X, parts))
    return [name(parts["classes"], int(k)) for k in logits.argmax(dim=dim)]


def some_archive(
    num_features: int, num_classes: int, generator: torch.Generator
) -> tuple[dict[str, Any], Tensor]:
    """Return the parts of an archive, and some rows for its model, which are not scaled."""
    hidden = 12

    def drawn(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    state = {
        "0.weight": drawn(hidden, num_features),
        "0.bias": drawn(hidden),
        "1.weight": drawn(hidden).abs() + 0.5,
        "1.bias": 0.3 * drawn(hidden),
        "1.running_mean": 2.5 * drawn(hidden),
        "1.running_var": 1 + 8 * torch.rand(hidden, generator=generator),
        "1.num_batches_tracked": torch.tensor(70),
        "3.weight": drawn(num_classes, hidden),
        "3.bias": 0.3 * drawn(num_classes),
    }
    mean, std = 20 * drawn(num_features), 1 + 9 * torch.rand(num_features, generator=generator)
    X = mean + std * (1.6 * drawn(40, num_features) + 0.8 * drawn(num_features))
    letters = torch.randperm(20, generator=generator)[:num_classes].tolist()
    classes = ["kind " + "tsrqponmlkjihgfedcba"[i] for i in letters]
    return {"format": 1, "state": state, "mean": mean, "std": std, "classes": classes}, X


def _reset(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the state as if only the parameters had been loaded."""
    new = dict(state)
    new["1.running_mean"] = torch.zeros_like(state["1.running_mean"])
    new["1.running_var"] = torch.ones_like(state["1.running_var"])
    return new


def _with(**parts: Any) -> Answer:
    return lambda blob, X: serve(blob, X, **parts)


def _own(X: Tensor, correction: int = 1) -> Tensor:
    return (X - X.mean(dim=0)) / X.std(dim=0, correction=correction)


SERVING: Mistakes = {
    "X is scaled by its own mean and standard deviation. Those of the training lie in the archive: "
    "a batch of other customers must not change an answer.": _with(scale=lambda X, parts: _own(X)),
    "X is not scaled. The mean and the standard deviation lie in the archive.": _with(
        scale=lambda X, parts: X
    ),
    "The mean is not subtracted.": _with(scale=lambda X, parts: X / parts["std"]),
    "The standard deviation is missing.": _with(scale=lambda X, parts: X - parts["mean"]),
    "X is multiplied by the standard deviation. Divide.": _with(
        scale=lambda X, parts: (X - parts["mean"]) * parts["std"]
    ),
    "The root is taken once more: `std` is the standard deviation already.": _with(
        scale=lambda X, parts: (X - parts["mean"]) / parts["std"].sqrt()
    ),
    "The network is in train mode: batch norm normalizes by the rows that happen to be there.": (
        _with(training=True)
    ),
    "Batch norm's running statistics are lost: the network starts from its own 0 and 1.": _with(
        state=_reset
    ),
    "Numbers come. The names of the classes lie in the archive.": _with(name=lambda classes, k: k),
    "The names are sorted. They stand in the order of the network's outputs.": _with(
        name=lambda classes, k: sorted(classes)[k]
    ),
}


def _outcome(answer: Answer, blob: bytes, X: Tensor) -> str:
    """Return "an answer", or the name of the error with which the answer refuses."""
    try:
        answer(blob, X)
    except Exception as error:
        if is_stub(error):
            raise
        return type(error).__name__
    return "an answer"


def insist_on_refusals(check: Exercise, answer: Answer, generator: torch.Generator) -> None:
    """Check that archives are refused that run code, lack something, hold more, or are of later."""
    check.agree(answer, serve)  # on nothing: it is the definition on the page
    parts, X = some_archive(4, 3, generator)
    planted = parts | {"classes": _RunsCode(parts["classes"])}
    said = _outcome(answer, archive(planted), X)
    check.that(
        said != "an answer",
        "An archive was taken that calls a function while it is read (a harmless one here). "
        "Read with weights_only=True.",
    )
    check.that(_outcome(answer, archive(parts), X) == "an answer", "A sound archive is refused.")
    wanted = _outcome(serve, archive(planted), X)
    check.that(
        said == wanted,
        "What PyTorch refuses to read ends in another error than PyTorch's. Let that one through: "
        "it says what stood in the archive.",
        came=said,
        wanted=wanted,
    )
    for key in KEYS:
        missing = {name: part for name, part in parts.items() if name != key}
        said = _outcome(answer, archive(missing), X)
        check.that(
            said == "ValueError",
            f"An archive without {key!r} must be refused by a ValueError.",
            came=said,
        )
    renamed = {"names" if name == "classes" else name: part for name, part in parts.items()}
    said = _outcome(answer, archive(renamed), X)
    check.that(
        said == "ValueError",
        "Five keys, and one of them is another than was agreed: that must be refused by a "
        "ValueError. Compare the names of the keys, and not how many there are.",
        came=said,
    )
    said = _outcome(answer, archive(parts | {"extra": torch.ones(2)}), X)
    check.that(
        said == "ValueError",
        "An archive that holds more than the five parts must be refused by a ValueError: what it "
        "holds may matter, and nobody here knows how.",
        came=said,
    )
    for number in (2, 0):
        said = _outcome(answer, archive(parts | {"format": number}), X)
        check.that(
            said == "ValueError",
            f"An archive of format {number} must be refused by a ValueError.",
            came=said,
        )
