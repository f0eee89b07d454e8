"""Words, translated there and back by draws from a dictionary."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Generator

from nblib.checks.mistakes import Mistakes
from nblib.oracles.regularization.measure import snapped

__all__ = ["BACK_TRANSLATION", "back_translate", "many_banks", "many_lights"]

Dictionary = Mapping[str, Sequence[str]]

_THERE = {"bank": ("Bank", "Ufer", "Ufer", "Ufer")}
_BACK = {"Ufer": ("shore",), "Bank": ("bank", "bench", "bench")}


def many_banks(translate: Callable[..., Any]) -> dict[str, Any]:
    """Tell in facts what became of "bank", 3000 times, through a dictionary with choices."""

    def come(count: int, seed: int) -> list[str]:
        return list(translate(["bank"] * count, _THERE, _BACK, Generator().manual_seed(seed)))

    came = come(3000, seed=3)
    counts = Counter(came)
    by_bank = counts["bank"] + counts["bench"]
    way = snapped(by_bank / 3000, 0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, within=0.04)
    share = snapped(counts["bank"] / max(by_bank, 1), 0, 1 / 3, 1 / 2, 1, within=0.08)
    is_one = len(counts) == 1
    return {
        "number of words": len(came),
        "words that come": "the same each time" if is_one else sorted(counts),
        "share by way of Bank": None if is_one else way,
        "share of bank among bank and bench": None if is_one else share,
        "the same generator, the same draws": came == come(3000, seed=3),
        "another generator, other draws": len({*map(tuple, (come(8, s) for s in range(40)))}) > 1,
    }


def many_lights(translate: Callable[..., Any]) -> list[str]:
    """Tell which words "light" becomes, through a dictionary in which both draws matter."""
    there = {"light": ["Licht", "leicht"]}
    back = {"Licht": ["light", "lamp"], "leicht": ["easy", "light"]}
    came = translate(["light"] * 200, there, back, Generator().manual_seed(7))
    return sorted(set(came)) if len(came) == 200 else ["another number of words"]


def back_translate(
    words: Sequence[str], there: Dictionary, back: Dictionary, generator: Generator
) -> list[str]:
    """Return the words, each translated by two draws: one from `there`, one from `back`."""
    return _translator()(words, there, back, generator)


def _draw(options: Sequence[str], generator: Generator) -> str:
    return options[int(torch.randint(len(options), (), generator=generator))]


def _twice(word: str, there: Dictionary, back: Dictionary, generator: Generator) -> str:
    return _draw(back[_draw(there[word], generator)], generator) if word in there else word


def _through(
    there: Callable[[Sequence[str]], Sequence[str]],
    back: Callable[[Sequence[str]], Sequence[str]],
) -> Callable[[str, Dictionary, Dictionary, Generator], str]:
    """Return the way of a word, with the options there and back as these functions make them."""

    def way(word: str, to: Dictionary, fro: Dictionary, generator: Generator) -> str:
        if word not in to:
            return word
        return _draw(back(fro[_draw(there(to[word]), generator)]), generator)

    return way


def _among_ends(distinct: bool) -> Callable[[str, Dictionary, Dictionary, Generator], str]:
    def way(word: str, to: Dictionary, fro: Dictionary, generator: Generator) -> str:
        ends = [end for middle in to.get(word, ()) for end in fro[middle]] or [word]
        return _draw(sorted(set(ends)) if distinct else ends, generator)

    return way


def _own_left_out(word: str, to: Dictionary, fro: Dictionary, generator: Generator) -> str:
    if word not in to:
        return word
    options = fro[_draw(to[word], generator)]
    return _draw([end for end in options if end != word] or options, generator)


def _once_for_each(
    words: Sequence[str], there: Dictionary, back: Dictionary, generator: Generator
) -> list[str]:
    fixed = {word: _twice(word, there, back, generator) for word in dict.fromkeys(words)}
    return [fixed[word] for word in words]


def _first_alone(
    words: Sequence[str], there: Dictionary, back: Dictionary, generator: Generator
) -> list[str]:
    place = next((i for i, word in enumerate(words) if word in there), None)
    return [
        _twice(word, there, back, generator) if i == place else word for i, word in enumerate(words)
    ]


def _translator(
    way: Callable[[str, Dictionary, Dictionary, Generator], str] = _twice,
    which: Callable[[Sequence[str], Dictionary], Sequence[str]] = lambda words, there: words,
    source: Callable[[Generator], Generator] = lambda generator: generator,
) -> Callable[[Sequence[str], Dictionary, Dictionary, Generator], list[str]]:
    """Make a translator of the way of one word, of the words it takes, and of where it draws."""

    def translate(
        words: Sequence[str], there: Dictionary, back: Dictionary, generator: Generator
    ) -> list[str]:
        drawn_from = source(generator)
        return [way(word, there, back, drawn_from) for word in which(words, there)]

    return translate


BACK_TRANSLATION: Mistakes = {
    "Words that the dictionary does not know are lost. Keep them.": _translator(
        which=lambda words, there: [word for word in words if word in there]
    ),
    "The words have not come back: translate twice.": _translator(
        lambda word, there, back, g: _draw(there.get(word, [word]), g)
    ),
    "The order has changed.": _translator(
        which=lambda words, there: sorted(words, key=lambda word: word not in there)
    ),
    "Nothing is translated.": _translator(lambda word, *_: word),
    "Only the first known word is translated.": _first_alone,
    "A word that only `back` knows is translated. It stays, for it is not in `there`.": _translator(
        lambda word, there, back, g: _draw(
            back.get(middle := _draw(there.get(word, [word]), g), [middle]), g
        )
    ),
    "Each word comes only once. Keep its repetitions.": _translator(
        which=lambda words, there: [*dict.fromkeys(words)]
    ),
    "All occurrences become the same word: draw for each of them.": _once_for_each,
    "The first translation is taken, there and back: draw one.": _translator(
        _through(lambda options: options[:1], lambda options: options[:1])
    ),
    "On the way there the first translation is taken: draw one.": _translator(
        _through(lambda options: options[:1], lambda options: options)
    ),
    "On the way back the first translation is taken: draw one.": _translator(
        _through(lambda options: options, lambda options: options[:1])
    ),
    "The last translations never come: the upper end of randint is not included.": _translator(
        _through(*2 * [lambda options: options[:-1] or options])
    ),
    "A translation that stands there twice is drawn twice as often. Do not make a set.": (
        _translator(_through(*2 * [lambda options: sorted(set(options))]))
    ),
    "You draw among the different words at the end. Draw a translation, then one of its own.": (
        _translator(_among_ends(distinct=True))
    ),
    "You draw among all words at the end. Draw a translation, then one of its own.": (
        _translator(_among_ends(distinct=False))
    ),
    "The word itself may come back as well.": _translator(_own_left_out),
    "The draws are always the same: do not seed.": _translator(
        source=lambda generator: Generator().manual_seed(0)
    ),
    "The same generator gives other words: all randomness must come from `generator`.": (
        _translator(source=lambda generator: Generator().manual_seed(random.getrandbits(60)))
    ),
}
