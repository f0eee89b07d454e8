"""Groups of people who look alike: k-anonymity (Sweeney 2002) and l-diversity."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nblib.checks.mistakes import Mistakes

__all__ = ["TABLES", "k_and_l", "some_tables_of_people"]

Table = Mapping[str, Sequence[Any]]
Pair = tuple[int, int]
Groups = Mapping[Any, Sequence[Any]]


def _groups(
    table: Table,
    quasi: Sequence[str],
    sensitive: str,
    key: Callable[[tuple[Any, ...]], Any] = tuple,
) -> dict[Any, list[Any]]:
    """Return the sensitive values of each group of rows that look alike."""
    groups: dict[Any, list[Any]] = {}
    for row, value in enumerate(table[sensitive]):
        groups.setdefault(key(tuple(table[name][row] for name in quasi)), []).append(value)
    return groups


def _smallest(groups: Groups) -> int:
    return min(map(len, groups.values()))


def _fewest(groups: Groups) -> int:
    return min(len({*values}) for values in groups.values())


def k_and_l(
    table: Table,
    quasi: Sequence[str],
    sensitive: str,
    *,
    key: Callable[[tuple[Any, ...]], Any] = tuple,
    k: Callable[[Groups], Any] = _smallest,
    l: Callable[[Groups], Any] = _fewest,
) -> Pair:
    """Return the size of the smallest group, and the fewest sensitive values of a group."""
    groups = _groups(table, quasi, sensitive, key)
    return k(groups), l(groups)


_TABLES: Sequence[tuple[tuple[str, ...], Mapping[tuple[Any, ...], str]]] = (
    # zip code, house number and age: the illnesses of this group, a letter for each person
    (
        ("zip", "house"),
        {("1", "12"): "ab", ("11", "2"): "cb", ("2", "1"): "abcda", ("4", "4"): "aabbc"},
    ),
    (
        ("zip", "house"),
        {("1", "2"): "abc", ("2", "1"): "ade", ("1", "1"): "abcde", ("3", "5"): "bcda"},
    ),
    (
        ("zip", "age"),
        {("1", 30): "abcd", (None, 30): "ab", ("2", None): "bcda", ("2", 40): "cabda"},
    ),
    (
        ("age", "zip"),
        {(30, "1"): "aabb", (40, "1"): "bbcc", (40, "11"): "aacc", (None, "1"): "ddaa"},
    ),
    (
        ("zip", "house"),
        {("1", "1"): "abc", ("1", "2"): "aaaaa", ("2", "2"): "bcbc", ("3", None): "deed"},
    ),
    (("age",), {(30,): "abcab", (40,): "cdd", (50,): "eafe"}),
    (("zip", "house"), {("1", None): "ab", ("1", "None"): "cd", (1, "None"): "dea", (1, 2): "bcb"}),
    (("zip", "house"), {("1", None): "a*", (None, "1"): "b*b", ("2", "2"): "ab*"}),
)
_ILLNESSES = ("flu", "asthma", "gout", "none", "cough", "measles", "mumps", "migraine")


def some_tables_of_people(
    generator: torch.Generator,
) -> list[tuple[dict[str, list[Any]], list[str], str]]:
    """Return tables of people, the columns by which they are known, and the column to hide.

    Pasted together without a mark, "1" and "12" read like "11" and "2". Some values are None.
    """
    cases = []
    for quasi, groups in _TABLES:
        names = [_ILLNESSES[i] for i in torch.randperm(len(_ILLNESSES), generator=generator)]
        named: dict[str, Any] = dict(zip("abcdef", names, strict=False)) | {"*": None}
        rows = [(*key, named[letter]) for key, some in groups.items() for letter in some]
        order = torch.randperm(len(rows), generator=generator).tolist()
        table: dict[str, list[Any]] = {"name": [f"p{i}" for i in order]}
        table |= {name: [rows[i][j] for i in order] for j, name in enumerate((*quasi, "illness"))}
        cases.append((table, [*quasi], "illness"))
    runs = {"age": [30, 30, 40, 40, 40, 30, 30, 30, 40, 40], "illness": [*"abacbbcaab"]}
    cases.append(({"name": [*range(10)], **runs}, ["age"], "illness"))
    return cases


def _with(**parts: Any) -> Callable[..., Pair]:
    return lambda *case: k_and_l(*case, **parts)


def _column_by_column(table: Table, quasi: Sequence[str], sensitive: str) -> Pair:
    pairs = [k_and_l(table, [name], sensitive) for name in quasi]
    return min(k for k, _ in pairs), min(fewest for _, fewest in pairs)


def _without_gaps(table: Table, quasi: Sequence[str], sensitive: str) -> Pair:
    rows = [i for i in range(len(table[sensitive])) if all(table[c][i] is not None for c in quasi)]
    return k_and_l({c: [table[c][i] for i in rows] for c in table}, quasi, sensitive)


def _neighbours(table: Table, quasi: Sequence[str], sensitive: str) -> Pair:
    rows = range(len(table[sensitive]))
    runs = itertools.groupby(rows, key=lambda row: [table[name][row] for name in quasi])
    groups = {i: [table[sensitive][row] for row in run] for i, (_, run) in enumerate(runs)}
    return _smallest(groups), _fewest(groups)


def _of_smallest(groups: Groups) -> int:
    return len({*min(groups.values(), key=len)})


TABLES: Mistakes = {
    "The sensitive column forms groups, too. Whoever looks for a person does not know it.": (
        lambda table, quasi, sensitive: k_and_l(table, [*quasi, sensitive], sensitive)
    ),
    "Further columns form groups, too. Only those in `quasi` are known of a person.": (
        lambda table, quasi, sensitive: k_and_l(table, [*table], sensitive)
    ),
    "Only rows that stand next to each other form a group. Rows that are alike may be anywhere.": (
        _neighbours
    ),
    "Each column is looked at by itself. A group has the same values in *all* of them.": (
        _column_by_column
    ),
    "Only the first column forms the groups. All in `quasi` do.": lambda table, quasi, sensitive: (
        k_and_l(table, quasi[:1], sensitive)
    ),
    "Rows with None are dropped. None is a value like any other here.": _without_gaps,
    "The values are pasted together: 1 and 11 become the same as 11 and 1. Compare tuples.": _with(
        key=lambda values: "".join(map(str, values))
    ),
    "Values in any order are one group here: 1 and 11 are not 11 and 1. Compare tuples.": _with(
        key=lambda values: frozenset(values)
    ),
    "k is that of the largest group. The smallest one counts.": _with(
        k=lambda groups: max(map(len, groups.values()))
    ),
    "k is the mean size of a group. The smallest one counts.": _with(
        k=lambda groups: sum(map(len, groups.values())) / len(groups)
    ),
    "k is the number of groups. The size of the smallest is wanted.": _with(k=len),
    "l is that of the smallest group. Another group may have fewer values.": _with(l=_of_smallest),
    "l is the number of values in the whole table. The group with the fewest counts.": _with(
        l=lambda groups: len({v for some in groups.values() for v in some})
    ),
    "l is that of the group with the most values. The one with the fewest counts.": _with(
        l=lambda groups: max(len({*some}) for some in groups.values())
    ),
    "l counts rows. Different values are wanted.": _with(
        l=lambda groups: min(map(len, groups.values()))
    ),
    "None is not counted among the sensitive values. It is one, like any other.": _with(
        l=lambda groups: min(len({*some} - {None}) for some in groups.values())
    ),
    "The two results are exchanged: k first.": lambda *case: k_and_l(*case)[::-1],
}
