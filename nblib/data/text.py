"""A small vocabulary and sentences about films, to try text augmentation on, all of our own making.

The dictionaries are short on purpose: what a transformation does can be read off them.
"""

from collections.abc import Mapping, Sequence

import torch

__all__ = [
    "NEGATIVE",
    "POSITIVE",
    "REVIEWS",
    "SYNONYMS",
    "TO_ENGLISH",
    "TO_GERMAN",
    "insert_synonyms",
    "polarity",
    "replace_synonyms",
]

SYNONYMS: Mapping[str, Sequence[str]] = {
    "film": ("movie", "picture"),
    "story": ("plot", "tale"),
    "actor": ("player", "performer"),
    "good": ("fine", "nice"),
    "great": ("splendid", "superb"),
    "bad": ("poor", "awful"),
    "dull": ("boring", "tedious"),
    "funny": ("amusing", "witty"),
    "end": ("ending", "finish"),
    "really": ("truly", "very"),
}

# A word stands for several in the other language; what comes back is often a neighbour.
TO_GERMAN: Mapping[str, Sequence[str]] = {
    "film": ("Film", "Streifen"),
    "story": ("Geschichte", "Handlung"),
    "actor": ("Schauspieler", "Darsteller"),
    "good": ("gut",),
    "great": ("großartig", "gewaltig"),
    "bad": ("schlecht", "schlimm"),
    "dull": ("langweilig", "trüb"),
    "funny": ("lustig", "komisch"),
    "end": ("Ende", "Schluss"),
    "really": ("wirklich",),
}
TO_ENGLISH: Mapping[str, Sequence[str]] = {
    "Film": ("film", "movie"),
    "Streifen": ("movie", "strip"),
    "Geschichte": ("story", "history"),
    "Handlung": ("plot", "action"),
    "Schauspieler": ("actor",),
    "Darsteller": ("actor", "performer"),
    "gut": ("good", "well"),
    "großartig": ("great", "superb"),
    "gewaltig": ("enormous", "great"),
    "schlecht": ("bad", "poor"),
    "schlimm": ("bad", "awful"),
    "langweilig": ("dull", "boring"),
    "trüb": ("dull", "cloudy"),
    "lustig": ("funny", "merry"),
    "komisch": ("funny", "strange"),
    "Ende": ("end", "ending"),
    "Schluss": ("end", "conclusion"),
    "wirklich": ("really", "truly"),
}

POSITIVE = frozenset(
    {"good", "fine", "nice", "well", "great", "splendid", "superb"}
    | {"funny", "amusing", "witty", "merry"}
)
NEGATIVE = frozenset({"bad", "poor", "awful", "dull", "boring", "tedious"})

REVIEWS: Sequence[str] = (
    "a really good film",
    "the story is not bad",
    "the film is not good",
    "a dull film with a bad end",
    "the actor is great and the story is funny",
    "not a great story and not a funny film",
    "a funny film but the end is dull and the actor is bad",
    "never a dull moment in this film",
    "the end is really great",
    "the actor is never good in this film",
    "a bad story",
    "this film is great",
)


def polarity(words: Sequence[str]) -> int:
    """Return 1 for praise, −1 for blame, 0 for neither: the sign of its good and bad words.

    `not` or `never` turns the next good or bad word into its opposite.

    >>> polarity("the film is not really good".split())
    -1
    """
    total, turn = 0, 1
    for word in words:
        if word in {"not", "never"}:
            turn = -1
        elif value := (word in POSITIVE) - (word in NEGATIVE):
            total, turn = total + turn * value, 1
    return (total > 0) - (total < 0)


def replace_synonyms(
    words: Sequence[str], p: float, generator: torch.Generator | None = None
) -> list[str]:
    """Return the words, each one that has synonyms replaced by one of them with probability p.

    Source: Wei and Zou (2019), Easy data augmentation, https://arxiv.org/abs/1901.11196.

    >>> replace_synonyms(["the", "film"], 0.0)
    ['the', 'film']
    """
    return [_pick(word, generator) if _chance(p, generator) else word for word in words]


def insert_synonyms(
    words: Sequence[str], p: float, generator: torch.Generator | None = None
) -> list[str]:
    """Return the words; for each one that has synonyms, with probability p, one of them is put in.

    It goes to a place anywhere in the sentence. Source: as for `replace_synonyms`.
    """
    out = list(words)
    for word in words:
        if word in SYNONYMS and _chance(p, generator):
            place = int(torch.randint(len(out) + 1, (), generator=generator))
            out.insert(place, _pick(word, generator))
    return out


def _chance(p: float, generator: torch.Generator | None) -> bool:
    return torch.rand((), generator=generator).item() < p


def _pick(word: str, generator: torch.Generator | None) -> str:
    options = SYNONYMS.get(word, (word,))
    return options[int(torch.randint(len(options), (), generator=generator))]
