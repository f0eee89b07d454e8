"""Tables of people as spreadsheets and learning-management systems write them, row by row."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbteach.grading.records.spreadsheet import plain

__all__ = ["RosterError", "Row", "read", "rows"]

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # Excel's "Unicode text"
_SEP = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # for Excel, in front of everything


class RosterError(ValueError):
    """A roster, or another list of people, cannot be used. The message names each line at fault."""


@dataclass(frozen=True)
class Row:
    """One row: the line where it begins, its cells by column, and cells that have none."""

    line: int
    cells: dict[str, str]
    extra: tuple[str, ...] = ()


def rows(path: Path) -> list[dict[str, str]]:
    """Return the cells of each row, by column; see `read`."""
    return [row.cells for row in read(path)[0]]


def read(path: Path) -> tuple[list[Row], list[str], str]:
    """Read a CSV file, in UTF-8 or UTF-16; return its rows, its columns, and what sets them apart.

    Raises RosterError, with the line, where the file cannot be taken apart further.
    """
    text = _text(path)
    first, _, rest = text.partition("\n")
    found = _SEP.fullmatch(first)
    delimiter = found[1] if found else _delimiter(text)
    records = _records(rest if found else text, delimiter, int(bool(found)), path.name)
    _, heading = next(records, (0, []))
    columns = [name.strip() for name in heading]
    return [_row(line, cells, columns) for line, cells in records], columns, delimiter


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror}") from error
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        raise RosterError(f"{path.name}: a workbook, not a CSV file; save it as CSV in UTF-8")
    try:
        return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RosterError(f"{path.name}: not UTF-8; export it again, as CSV in UTF-8") from error


def _delimiter(text: str) -> str:
    """Return what sets columns apart: most frequent in the first line, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(",;\t", key=first.count)


def _records(text: str, delimiter: str, before: int, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with the line where it begins, of which some lie before."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + before
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RosterError(f"{name}: line {line}: {_explained(str(error))}") from error
        if any(cell.strip() for cell in cells):
            yield line, cells


def _explained(error: str) -> str:
    if "field limit" in error:
        return "a cell holds far too much text; is a quotation mark missing?"
    return f"a quotation mark opens there, and does not close as it should ({error})"


def _row(line: int, cells: list[str], columns: list[str]) -> Row:
    values = [plain(cell.strip()) for cell in cells]
    named = [*zip(columns, values, strict=False)][::-1]  # of two alike, the first counts
    return Row(
        line, dict.fromkeys(columns, "") | dict(named), tuple(filter(None, values[len(columns) :]))
    )
