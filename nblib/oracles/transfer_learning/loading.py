"""The mismatch clinic: which files are taken, which are refused, and how that is missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from torch import Tensor

from nblib.checks.mistakes import Mistakes
from nblib.oracles.transfer_learning.common import Play, State
from nblib.oracles.transfer_learning.groups import _layer

__all__ = ["GOOD", "REFUSED", "TAKEN", "fitted_state", "refusal"]

# The mismatch clinic


def _is_wrapped(file: State) -> bool:
    return all(name.startswith("module.") for name in file)


def fitted_state(
    own: State,
    file: State,
    fresh: list[str],
    *,
    unwrap: Callable[[str], str] = lambda name: name.removeprefix("module."),
    wrapped: Callable[[State], bool] = _is_wrapped,
    is_fresh: Callable[[str, list[str]], bool] = lambda name, fresh: _layer(name) in fresh,
    same: Callable[[Tensor, Tensor], bool] = lambda mine, theirs: mine.shape == theirs.shape,
    missing: bool = True,
    unexpected: bool = True,
    error: Callable[[list[str]], Exception] = lambda names: ValueError(f"do not fit: {names}"),
) -> State:
    """Return a state with the names of `own`: fresh layers from `own`, all others from `file`."""
    if wrapped(file):
        file = {unwrap(name): tensor for name, tensor in file.items()}
    mine = [name for name in own if not is_fresh(name, fresh)]
    theirs = [name for name in file if not is_fresh(name, fresh)]
    faults = [name for name in mine if name not in theirs] if missing else []
    faults += [name for name in theirs if name not in mine] if unexpected else []
    faults += [name for name in mine if name in theirs and not same(own[name], file[name])]
    if faults:
        raise error(faults)
    return {name: file[name] if name in mine and name in file else own[name] for name in own}


def _kept(change: Callable[[State, State, State, list[str]], State]) -> Callable[..., State]:
    """Return `fitted_state` with its result changed: `change(state, own, file, fresh)`."""

    def wrong(own: State, file: State, fresh: list[str]) -> State:
        state = fitted_state(own, file, fresh)
        return change(state, own, {n.removeprefix("module."): t for n, t in file.items()}, fresh)

    return wrong


def _what_fits(own: State, file: State, fresh: list[str]) -> State:
    return {
        name: file[name]
        if name in file and file[name].shape == tensor.shape and _layer(name) not in fresh
        else tensor
        for name, tensor in own.items()
    }


TAKEN: Mistakes = {
    "The head comes from the file, with the classes of the source. It is fresh.": _kept(
        lambda state, own, file, fresh: {name: file.get(name, own[name]) for name in own}
    ),
    "Nothing was taken from the file: all its names begin with `module.`.": _what_fits,
    "Everything is the network's own. What is not fresh comes from the file.": _kept(
        lambda state, own, file, fresh: dict(own)
    ),
    "A file in which all names begin with `module.` is refused. Take that off first.": partial(
        fitted_state, wrapped=lambda file: False
    ),
    "The names still begin with `module.`.": lambda own, file, fresh: {
        ("module." if _is_wrapped(file) else "") + name: tensor
        for name, tensor in fitted_state(own, file, fresh).items()
    },
    '`lstrip("module.")` takes off all these letters, also of the layer\'s name: '
    "`removeprefix`.": partial(fitted_state, unwrap=lambda name: name.lstrip("module.")),
    "`module.` is gone inside of names as well. Take it off at the beginning only.": partial(
        fitted_state,
        wrapped=lambda file: True,
        unwrap=lambda name: name.replace("module.", ""),
    ),
    "`replace` takes `module.` out of the middle of names too: `removeprefix`.": partial(
        fitted_state, unwrap=lambda name: name.replace("module.", "")
    ),
    "header is not head: compare what stands before the first dot.": partial(
        fitted_state, is_fresh=lambda name, fresh: name.startswith(tuple(fresh))
    ),
    "A layer is what stands before the first dot. You find its name anywhere.": partial(
        fitted_state, is_fresh=lambda name, fresh: any(layer in name for layer in fresh)
    ),
    "Only the first layer of `fresh` is fresh. There may be several.": lambda own, file, fresh: {
        **fitted_state(own, file, fresh),
        **{n: file[n] for n in own if _layer(n) in fresh[1:] and n in file},
    },
    "The file's entries of a fresh layer are in it. Only the network's own belong there.": _kept(
        lambda state, own, file, fresh: {**file, **state}
    ),
    "The head is missing: a state is complete, fresh layers included.": _kept(
        lambda state, own, file, fresh: {n: t for n, t in state.items() if _layer(n) not in fresh}
    ),
    "The running mean is not the file's: buffers belong to the weights.": _kept(
        lambda state, own, file, fresh: {
            n: t if n.endswith(("weight", "bias")) else own[n] for n, t in state.items()
        }
    ),
}


def refusal(own: State, file: State, fresh: list[str], *entries: str) -> Play:
    """Return a play: whether a file is taken, or refused with the name of one of the entries.

    Without entries there is nothing to refuse it for.
    """

    def play(answer: Callable[..., Any]) -> str:
        try:
            state = answer(own, file, fresh)
        except NotImplementedError:
            raise
        except ValueError as error:
            is_named = any(entry in str(error) for entry in entries)
            return (
                "refused by name"
                if is_named
                else "refused without a name"
                if entries
                else "refused"
            )
        except Exception as error:
            return f"stopped by a {type(error).__name__}"
        return "taken" if isinstance(state, Mapping) else "no state came"

    return play


def _never(own: State, file: State, fresh: list[str]) -> State:
    raise ValueError("refused")


GOOD: Mistakes = {
    "Good files are refused too.": _never,
    "Fresh layers are compared as well. What the file has for them is ignored.": partial(
        fitted_state, is_fresh=lambda name, fresh: False
    ),
    "A file in which all names begin with `module.` is refused. Take that off first.": partial(
        fitted_state, wrapped=lambda file: False
    ),
}


def _returned(own: State, file: State, fresh: list[str]) -> Any:
    try:
        return fitted_state(own, file, fresh)
    except ValueError as error:
        return error


REFUSED: Mistakes = {
    "Neither an error nor a state came: `raise ValueError(...)`.": _returned,
    "An entry is missing in the file, and nobody is told: its layer would stay random.": partial(
        fitted_state, missing=False
    ),
    "The file has an entry that the network lacks, and nobody is told.": partial(
        fitted_state, unexpected=False
    ),
    "Whatever does not fit is skipped, and nobody is told.": partial(
        fitted_state, missing=False, unexpected=False, same=lambda mine, theirs: True
    ),
    "A tensor has another shape, and nobody is told. As many numbers are not enough.": partial(
        fitted_state, same=lambda mine, theirs: mine.numel() == theirs.numel()
    ),
    "Shapes are not compared: an entry must have the same one in both.": partial(
        fitted_state, same=lambda mine, theirs: True
    ),
    "The first dimension alone is compared. Shapes must agree as a whole.": partial(
        fitted_state, same=lambda mine, theirs: mine.shape[:1] == theirs.shape[:1]
    ),
    "Only some names begin with `module.`: that is no wrapping, so refuse it.": partial(
        fitted_state, wrapped=lambda file: True
    ),
    "The error does not name the entry.": partial(
        fitted_state, error=lambda names: ValueError("the file does not fit")
    ),
    "That is a KeyError. Raise a ValueError that names the entry.": partial(
        fitted_state, error=lambda names: KeyError(str(names))
    ),
    "That is an AssertionError. Raise a ValueError that names the entry.": partial(
        fitted_state, error=lambda names: AssertionError(str(names))
    ),
}
