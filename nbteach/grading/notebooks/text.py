"""Text that came from a student's file or process, made fit to be written, hashed and shown."""

from __future__ import annotations

__all__ = ["clean"]


def clean(text: str) -> str:
    r"""Return `text` with plain newlines, without null characters and without half characters.

    Half of a surrogate pair is valid in JSON and in a Python string, but cannot be encoded: one of
    them would stop the writing of a whole notebook.

    >>> clean("a\r\nb\0 \ud83d")
    'a\nb �'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
