"""CSV files that a spreadsheet opens without running anything, and that come back as they were.

A cell that begins like a formula gets an apostrophe in front, as OWASP advises (CSV Injection,
https://owasp.org/www-community/attacks/CSV_Injection); `plain` takes it off again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["plain", "safe", "write"]

_DANGEROUS = ("=", "+", "-", "@", "\t", "|", "＝", "＋", "－", "＠")


def safe(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> safe('=HYPERLINK("http://x")'), safe("O'Neill"), safe(-3.5), safe(None)
    ('\\'=HYPERLINK("http://x")', "O'Neill", '-3.5', '')
    """
    if value is None:
        return ""
    text = " ".join(str(value).splitlines()) if isinstance(value, str) else str(value)
    is_risky = isinstance(value, str) and (text.startswith(_DANGEROUS) or plain(text) != text)
    return f"'{text}" if is_risky else text


def plain(text: str) -> str:
    """Return what `safe` was given.

    >>> plain("'=1+1"), plain("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith((*_DANGEROUS, "'")) else text


def write(path: Path, table: Iterable[Sequence[object]]) -> None:
    """Write a table to a CSV file, whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(map(safe, row) for row in table)
    part.replace(path)
