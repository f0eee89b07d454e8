"""Names in archives: how else they may be read, what is litter, and how to show them unharmed."""

from __future__ import annotations

import os
import re
import unicodedata

__all__ = ["is_litter", "letters", "objection", "readings", "shown", "spelling"]

# What Windows Explorer writes in Europe and America, and says nothing of; macOS writes UTF-8.
_CODE_PAGES = ("cp850", "cp437", "cp852", "cp866", "cp1252")
_LITTER = {"__macosx", "desktop.ini", "thumbs.db", "ehthumbs.db", "icon\r", "$recycle.bin"}
_MOST_CHARACTERS, _MOST_FOLDERS, _MOST_SHOWN = 1000, 50, 150


def readings(name: str, raw: bytes | None = None) -> tuple[str, ...]:
    """Return what a name may have been, if whoever wrote it did not say in which code.

    Args:
        name: as it was read.
        raw: as it stands in a zip that does not say that its names are UTF-8.

    >>> readings("", "Zoë".encode())
    ('Zoë',)
    >>> readings("", "Zoë".encode("cp850"))[:2]
    ('Zoë', 'ZoЙ')
    """
    found = [] if raw is not None else [name, *_unzipped(name)]
    raw = os.fsencode(name) if raw is None else raw
    found += _decoded(raw, "utf-8") or [one for code in _CODE_PAGES for one in _decoded(raw, code)]
    return tuple(dict.fromkeys(found))


def _decoded(raw: bytes, code: str) -> list[str]:
    try:
        return [raw.decode(code)]
    except UnicodeDecodeError:
        return []


def _unzipped(name: str) -> list[str]:
    """Return what macOS wrote, where a program that did not know so has unpacked it."""
    try:
        return _decoded(name.encode("cp437"), "utf-8")
    except UnicodeEncodeError:
        return []


def letters(name: str) -> str:
    """Return letters and digits alone, without accents or case: Canvas and old zips drop the rest.

    >>> letters("Zoë O'Neill-Mayer")
    'zoeoneillmayer'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    # A mark that combines with nothing is a letter's half, as the vowels of Devanagari are.
    return "".join(
        sign
        for sign in plain
        if not unicodedata.combining(sign)
        and (sign.isalnum() or unicodedata.category(sign)[0] == "M")
    )


def spelling(name: str) -> str:
    """Return a name's words, each as `letters`: "Ann A" is not "An Na".

    >>> spelling("Lovelace,  Ada")
    'lovelace ada'
    """
    return " ".join(filter(None, map(letters, name.split())))


def is_litter(path: str, is_folder: bool = False) -> bool:
    """Whether this is what systems and editors leave behind everywhere, and nobody hands in."""
    *folders, file = [*path.split("/"), ""] if is_folder else path.split("/")
    hidden = any(part.startswith(".") and part != ".." for part in folders)
    # A notebook or zip whose name begins with a dot may well be somebody's work.
    is_work = re.search(r"\.(ipynb|zip)", file, re.IGNORECASE)
    hidden |= file.startswith(("._", ".~", "~$")) or (file.startswith(".") and not is_work)
    return hidden or any(part.lower() in _LITTER for part in (*folders, file))


def objection(path: str) -> str:
    """Return what is wrong with a name in an archive; empty if nothing is."""
    parts = path.split("/")
    if parts[0] == "" or ".." in parts or re.match(r"[A-Za-z]:", path):
        return "has a name that leads out of the archive; ask how it was made"
    if len(path) > _MOST_CHARACTERS or len(parts) > _MOST_FOLDERS:
        return "has far too long a name, or lies far too deep; ask for the notebook alone"
    return ""


def shown(name: str) -> str:
    """Return a name so that it can do nothing to a terminal, and is not too long to read."""
    if len(name) > _MOST_SHOWN:
        name = f"{name[: _MOST_SHOWN // 2]} … {name[-_MOST_SHOWN // 2 :]}"
    return name if name.isprintable() else ascii(name)
