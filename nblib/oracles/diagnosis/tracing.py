"""Where does the first number that is not finite arise? Networks of named parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor

from nblib.checks.mistakes import Mistakes

__all__ = ["FIRST_BAD", "first_bad", "some_chains"]

Parts = Mapping[str, str | list[str]]
Event = tuple[str, Tensor, Tensor]  # name of a leaf, what went in, what came out
Test = Callable[[Tensor, Tensor], bool]

_KINDS: dict[str, Callable[[Tensor], Tensor]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "root": lambda x: x.sqrt(),
    "inverse": lambda x: 1 / x,
    "relu": lambda x: x.clamp(min=0),
    "double": lambda x: x + x,
    "centre": lambda x: x - x.mean(),
    "plus one": lambda x: x + 1,
}


def _events(parts: Parts, order: Sequence[str], x: Tensor) -> Iterator[Event]:
    """Yield what each leaf got and gave, in the order of execution."""
    for name in order:
        kinds = parts[name]
        leaves = [(name, kinds)] if isinstance(kinds, str) else _inner(name, kinds)
        for leaf, kind in leaves:
            y = _KINDS[kind](x)
            yield leaf, x, y
            x = y


def _inner(name: str, kinds: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"{name}.{i}", kind) for i, kind in enumerate(kinds)]


def _finite(x: Tensor) -> bool:
    return bool(x.isfinite().all())


def _breaks(before: Tensor, after: Tensor) -> bool:
    return _finite(before) and not _finite(after)


def first_bad(
    parts: Parts, order: Sequence[str], x: Tensor, *, is_bad: Test = _breaks
) -> str | None:
    """Return the first leaf in the order of execution whose input is finite and output is not."""
    return next((name for name, a, b in _events(parts, order, x) if is_bad(a, b)), None)


def _declared(parts: Parts) -> list[str]:
    return [
        leaf
        for name, kinds in parts.items()
        for leaf, _ in ([(name, "")] if isinstance(kinds, str) else _inner(name, kinds))
    ]


def _by_declaration(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    bad = {name for name, a, b in _events(parts, order, x) if _breaks(a, b)}
    return next((name for name in _declared(parts) if name in bad), None)


def _last(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    return ([None] + [name for name, a, b in _events(parts, order, x) if _breaks(a, b)])[-1]


def _container(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    """Look at the outermost parts alone: their inputs and outputs."""
    for name in order:
        kinds = parts[name]
        y = x
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            y = _KINDS[kind](y)
        if _breaks(x, y):
            return name
        x = y
    return None


def _last_calls(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    """Keep of each part what its last call gave."""
    kept: dict[str, tuple[Tensor, Tensor]] = {}
    for name, a, b in _events(parts, order, x):
        kept[name] = a, b
    return next((name for name, (a, b) in kept.items() if _breaks(a, b)), None)


def _first_calls(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    """Keep of each part what its first call gave."""
    kept: dict[str, tuple[Tensor, Tensor]] = {}
    for name, a, b in _events(parts, order, x):
        kept.setdefault(name, (a, b))
    return next((name for name, (a, b) in kept.items() if _breaks(a, b)), None)


def _run_as_declared(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    return first_bad(parts, [*parts], x)


def _gives_up(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    return first_bad(parts, order, x) if _finite(x) else None


def _late(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    return None if first_bad(parts, order, x) is None else _declared(parts)[-1]


def _short(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    found = first_bad(parts, order, x)
    return found and found.split(".")[-1]


def _kind(parts: Parts, order: Sequence[str], x: Tensor) -> str | None:
    found = first_bad(parts, order, x)
    if found is None:
        return None
    name, _, i = found.partition(".")
    kinds = parts[name]
    return kinds if isinstance(kinds, str) else kinds[int(i)]


FIRST_BAD: Mistakes = {
    "That is the first in the order in which the parts are declared. The order in which they run "
    "is another one.": _by_declaration,
    "The parts are run here in the order in which they are declared. `order` says in which they "
    "run.": _run_as_declared,
    "That is the last part whose output breaks. The first is wanted.": _last,
    "That is the part that holds the culprit. Name the culprit inside it, like `body.1`.": (
        _container
    ),
    "Infinities go unnoticed. `isfinite` sees them and NaN.": lambda *case: first_bad(
        *case, is_bad=lambda a, b: not bool(a.isnan().any()) and bool(b.isnan().any())
    ),
    "NaN goes unnoticed. `isfinite` sees it and infinities.": lambda *case: first_bad(
        *case, is_bad=lambda a, b: not bool(a.isinf().any()) and bool(b.isinf().any())
    ),
    "It is named for an output that is not finite, though its input was not either: who began?": (
        lambda *case: first_bad(*case, is_bad=lambda a, b: not _finite(b))
    ),
    "One number among good ones goes unnoticed: is `all` or `any` in its place?": (
        lambda *case: first_bad(*case, is_bad=lambda a, b: not bool(b.isfinite().any()))
    ),
    "A sum or a mean is asked, which overflows though all entries are finite. Ask each entry.": (
        lambda *case: first_bad(
            *case, is_bad=lambda a, b: _finite(a.sum()) and not _finite(b.sum())
        )
    ),
    "A part that runs twice is judged by its last call alone.": _last_calls,
    "A part that runs twice is judged by its first call alone.": _first_calls,
    "The search ends if `x` itself is not finite. A part may mend that, as ReLU does with −∞, and "
    "a later one break it anew.": _gives_up,
    "Where there is none, None is wanted.": lambda *case: first_bad(*case) or "",
    "All hooks have the last name: a function that is defined in a loop looks `name` up when it "
    "runs. Hand it over, to a function like `watch(name)`.": _late,
    "The name is cut: that of the whole path is wanted, as in `named_modules()`.": _short,
    "That is the kind of the part. Its name is wanted.": _kind,
}

Case = tuple[dict[str, str | list[str]], list[str], Tensor]


def some_chains(generator: torch.Generator) -> list[Case]:
    """Return networks that break here and there, or nowhere."""
    draw = torch.rand(6, generator=generator)
    high, plain = 60 + 40 * draw, 1 + draw
    mixed, zeros = torch.cat([plain, -plain[:1]]), torch.zeros(4)
    lost = torch.cat([plain, torch.tensor([torch.nan])])
    endless = torch.cat([plain, torch.tensor([torch.inf])])
    sunken, huge = -endless, torch.full((6,), 1e38) * plain
    block: dict[str, str | list[str]] = {
        "end": "log",
        "body": ["double", "exp", "inverse"],
        "start": "plus one",
    }
    pair: dict[str, str | list[str]] = {"b": "log", "a": "exp", "c": "inverse", "d": "centre"}
    return [
        ({"first": "relu", "second": "log", "third": "exp"}, ["first", "second", "third"], mixed),
        (block, ["start", "body", "end"], high),
        (pair, ["a", "c", "b"], 10 * high),
        ({"a": "exp", "b": "log", "c": "inverse"}, ["a", "c", "b"], 10 * high),
        (pair, ["a", "d"], 10 * high),
        (pair, ["a", "c"], plain),
        ({"step": "log", "back": "exp", "up": "plus one"}, ["step", "back", "up", "step"], zeros),
        ({"u": "double", "v": "relu", "w": "log"}, ["u", "v", "w"], mixed),
        ({"u": "root", "v": "double", "w": "exp"}, ["v", "u", "w"], mixed),
        ({"u": "double", "v": "plus one"}, ["u", "v"], lost),
        ({"u": "double", "v": "centre"}, ["u", "v"], endless),
        ({"u": "relu", "v": "plus one", "w": "log"}, ["v", "u", "w"], sunken),
        ({"again": "exp"}, ["again"] * 4, plain),
        ({"u": "plus one", "v": "exp"}, ["u", "v"], huge),
    ]
