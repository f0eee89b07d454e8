"""The containers of Python's library: what lies in each, and how it is made anew elsewhere.

Each has a name for the wire and a list of parts, which are values themselves. A mapping's parts are
its keys and values in turn.
"""

from __future__ import annotations

from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import chain
from types import MappingProxyType
from typing import Any

import torch

__all__ = ["NAMES", "TYPES", "made", "parts"]

_FACTORIES: dict[str, type] = {
    kind.__name__: kind
    for kind in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)
}

_Parts = list[Any]


def _pairs(items: _Parts) -> Iterable[tuple[Any, Any]]:
    values = iter(items)
    return zip(values, values, strict=True)


def _in_turn(mapping: Any) -> _Parts:
    return [*chain.from_iterable(mapping.items())]


def _dict(items: _Parts) -> dict[Any, Any]:
    return dict(_pairs(items))


def _defaults(name: str | None, *items: Any) -> defaultdict[Any, Any]:
    return defaultdict(None if name is None else _FACTORIES[name], _pairs([*items]))


# A subclass stands before its base. Name, class, parts of a value, value of the parts.
_KINDS: list[tuple[str, type, Callable[[Any], _Parts], Callable[[_Parts], Any]]] = [
    ("size", torch.Size, list, torch.Size),
    ("tuple", tuple, list, tuple),
    ("list", list, list, list),
    ("set", set, list, set),
    ("frozenset", frozenset, list, frozenset),
    ("deque", deque, lambda it: [it.maxlen, *it], lambda given: deque(given[1:], given[0])),
    ("userlist", UserList, list, UserList),
    ("ordered", OrderedDict, _in_turn, lambda given: OrderedDict(_pairs(given))),
    ("counter", Counter, _in_turn, lambda given: Counter(_dict(given))),
    (
        "defaults",
        defaultdict,
        lambda it: [it.default_factory and it.default_factory.__name__, *_in_turn(it)],
        lambda given: _defaults(*given),
    ),
    ("dict", dict, _in_turn, _dict),
    ("userdict", UserDict, _in_turn, lambda given: UserDict(_dict(given))),
    ("chain", ChainMap, _in_turn, lambda given: ChainMap(_dict(given))),
    ("proxy", MappingProxyType, _in_turn, lambda given: MappingProxyType(_dict(given))),
    ("keys", type({}.keys()), list, lambda given: dict.fromkeys(given).keys()),
    ("values", type({}.values()), list, lambda given: dict(enumerate(given)).values()),
    ("items", type({}.items()), list, lambda given: dict(given).items()),
]
_MAKERS = {name: make for name, _, _, make in _KINDS}

NAMES = _MAKERS.keys()
TYPES = tuple(kind for _, kind, _, _ in _KINDS)


def parts(value: Any) -> tuple[str, _Parts, bool]:
    """Return the name and the parts of a container, and whether they are all there is to it.

    They are not for an instance of a subclass, such as a named tuple, nor for a defaultdict with a
    factory of the student's own, which is sent as a plain dict.

    >>> parts({"a": 1}), parts(defaultdict(lambda: 7))
    (('dict', ['a', 1], True), ('dict', [], False))
    """
    if isinstance(value, defaultdict) and not _is_known(value.default_factory):
        return "dict", _in_turn(value), False
    name, kind, split, _ = next(each for each in _KINDS if isinstance(value, each[1]))
    return name, split(value), type(value) is kind


def _is_known(factory: Any) -> bool:
    return factory is None or any(factory is kind for kind in _FACTORIES.values())


def made(name: str, given: _Parts) -> Any:
    """Return the container; `name` is one of NAMES; raises what its class raises.

    >>> made("deque", [3, "a", "b"])
    deque(['a', 'b'], maxlen=3)
    """
    return _MAKERS[name](given)
