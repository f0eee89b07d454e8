"""`timestamp.txt` is a time, or what it says is told in a sentence."""

from datetime import datetime
from pathlib import Path

import pytest

from nbteach.grading.policy.timestamps import NoTime, existing, remark

NOON = datetime(2026, 3, 1, 12)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-01 12:00:00.000000 UTC", NOON),
        ("2026-03-01T14:00:00+02:00", NOON),
        ("2026-03-01T12:00:00Z\n", NOON),
        ("", None),
        (" \n", None),
    ],
)
def test_time_is_read_in_utc(tmp_path, text, time):
    assert existing(tmp_path) is None
    (tmp_path / "timestamp.txt").write_text(text)
    assert existing(tmp_path) == time
    assert [*remark(tmp_path)] == []


@pytest.mark.parametrize(
    "content",
    [
        *(b"yesterday", b"2026-13-45 99:00:00 UTC", b"\xff\xfe\x00", b"2026-03-01 12:00:00 " * 9),
        *(b"9" * 60, b"0001-01-01 00:00:00 +2359", b"\x1b[31m", b"x" * 10**6),
    ],
)
def test_what_is_no_time_is_told_in_one_printable_line(tmp_path, content):
    (tmp_path / "timestamp.txt").write_bytes(content)
    with pytest.raises(NoTime):
        existing(tmp_path)
    (said,) = remark(tmp_path)
    assert "is no time; write it as 2026" in said
    assert said.isprintable()
    assert len(said) < 300


def test_folder_of_this_name_is_told(tmp_path: Path):
    (tmp_path / "timestamp.txt").mkdir()
    assert "timestamp.txt cannot be opened (Is a directory)" in next(remark(tmp_path))
