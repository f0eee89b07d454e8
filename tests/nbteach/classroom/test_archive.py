"""Whatever students upload, only plain notebooks come out; every other file has its reason."""

import io
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from nbteach.classroom import archive
from nbteach.classroom.archive import ArchiveError, Refusal, Upload, uploads

NOTEBOOK = b'{"cells": []}'
DATE = (2026, 10, 1, 12, 30, 0)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return a zip with these entries, dated DATE."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return target.getvalue()


def opened(tmp_path: Path, content: bytes) -> list[Upload | Refusal]:
    path = tmp_path / "work.zip"
    path.write_bytes(content)
    return list(uploads(path))


def reasons(found: list[Upload | Refusal]) -> dict[str, str]:
    """Return the reasons of what was refused; nothing else may have been found."""
    assert all(isinstance(item, Refusal) for item in found)
    return {item.path: item.reason for item in found if isinstance(item, Refusal)}


def test_notebooks_come_out_with_their_paths_and_dates(tmp_path):
    found = opened(
        tmp_path, zipped(("ada/a.ipynb", NOTEBOOK), ("b.IPYNB", b"2"), ("c.ipynb.txt", b""))
    )
    when = datetime(*DATE).timestamp()
    assert found == [
        Upload("ada/a.ipynb", NOTEBOOK, when),
        Upload("b.IPYNB", b"2", when),
        Upload("c.ipynb.txt", b"", when),
    ]


def test_a_zip_inside_is_opened_but_none_inside_that(tmp_path):
    inner = zipped(("a.ipynb", NOTEBOOK), ("deeper.zip", zipped(("b.ipynb", NOTEBOOK))))
    first, second = opened(tmp_path, zipped(("ada.zip", inner)))
    assert isinstance(first, Upload)
    assert first.path == "ada.zip/a.ipynb"
    assert second == Refusal("ada.zip/deeper.zip", "is not a notebook")


@pytest.mark.parametrize(
    "name", ["../a.ipynb", "/etc/a.ipynb", "a/../../b.ipynb", "..\\a.ipynb", "C:\\a.ipynb"]
)
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    assert reasons(opened(tmp_path, zipped((name, NOTEBOOK)))) == {
        name.replace("\\", "/"): "has a name that leads out of the archive; ask how it was made"
    }
    assert [path.name for path in tmp_path.iterdir()] == ["work.zip"]


def test_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("a.ipynb", DATE)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert reasons(opened(tmp_path, zipped((link, b"/etc/passwd")))) == {
        "a.ipynb": "is a symbolic link; ask for the file itself"
    }


def test_bombs_do_not_go_off(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_MOST_BYTES", 10**6)
    monkeypatch.setattr(archive, "_MOST_IN_ALL", 3 * 10**6)
    bomb = zipped(("a.ipynb", b" " * 10**7))
    assert len(bomb) < 20_000
    told = reasons(opened(tmp_path, bomb))
    assert "more than" in told["a.ipynb"]
    # Each small enough, all together too much, here and inside one zip after the other.
    with pytest.raises(ArchiveError, match="nothing of it was collected"):
        opened(tmp_path, zipped(*((f"{n}.ipynb", b" " * 10**6) for n in range(4))))
    inner = zipped(("a.ipynb", b" " * 9 * 10**5))
    with pytest.raises(ArchiveError, match="nothing of it was collected"):
        opened(tmp_path, zipped(*((f"{n}.zip", inner) for n in range(4))))
    monkeypatch.setattr(archive, "_MOST_FILES", 3)
    with pytest.raises(ArchiveError, match="more than 3 files"):
        opened(tmp_path, zipped(*((f"{n}.txt", b"") for n in range(4))))


def test_an_archive_that_lies_about_sizes_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_MOST_BYTES", 1000)
    content = zipped(("a.ipynb", b"x" * 5000))
    lying = content.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    assert list(reasons(opened(tmp_path, lying))) == ["a.ipynb"]


@pytest.mark.parametrize("damage", ["data", "method", "password"])
def test_what_cannot_be_unpacked_stops_nothing_else(tmp_path, damage):
    content = bytearray(zipped(("a.ipynb", NOTEBOOK * 99), ("b.ipynb", NOTEBOOK)))
    central = content.index(b"PK\x01\x02")
    if damage == "data":
        content[40:50] = bytes(10)
    elif damage == "method":
        content[8], content[central + 10] = 99, 99
    else:
        content[6], content[central + 8] = 1, 1
    first, second = opened(tmp_path, bytes(content))
    assert isinstance(first, Refusal)
    assert first.path == "a.ipynb"
    assert ("password" if damage == "password" else "cannot be unpacked") in first.reason
    assert isinstance(second, Upload)


def test_other_files_are_named_and_litter_is_not(tmp_path):
    found = opened(
        tmp_path,
        zipped(
            ("report.pdf", b""),
            ("__MACOSX/._a.ipynb", b""),
            (".ipynb_checkpoints/a-checkpoint.ipynb", b""),
            ("ada/", b""),
        ),
    )
    assert reasons(found) == {"report.pdf": "is not a notebook"}


def test_a_damaged_inner_zip_is_refused(tmp_path):
    (reason,) = reasons(opened(tmp_path, zipped(("ada.zip", b"PK no")))).values()
    assert reason.startswith("is no zip file that can be read")


@pytest.mark.parametrize("content", [b"", b"no zip", zipped(("a.ipynb", NOTEBOOK))[:-10]])
def test_a_source_that_is_no_zip_is_an_error(tmp_path, content):
    with pytest.raises(ArchiveError, match=r"work.zip is no zip file .* download it again"):
        opened(tmp_path, content)


def test_a_missing_source_is_an_error(tmp_path):
    with pytest.raises(ArchiveError, match="there is no file or folder"):
        list(uploads(tmp_path / "nowhere.zip"))


def test_folders_and_single_notebooks_do_as_well(tmp_path):
    place = tmp_path / "returned"
    (place / "ada").mkdir(parents=True)
    (place / "ada" / "a.ipynb").write_bytes(NOTEBOOK)
    (place / "ben.zip").write_bytes(zipped(("b.ipynb", NOTEBOOK)))
    (place / "notes.txt").touch()
    (place / "link.ipynb").symlink_to(place / "ada" / "a.ipynb")
    (place / "away").symlink_to(tmp_path)
    found = {item.path: item for item in uploads(place)}
    assert isinstance(found.pop("ada/a.ipynb"), Upload)
    assert isinstance(found.pop("ben.zip/b.ipynb"), Upload)
    told = reasons(list(found.values()))
    assert told.keys() == {"notes.txt", "link.ipynb", "away"}
    assert told["link.ipynb"] == told["away"] == "is a symbolic link; ask for the file itself"
    (alone,) = uploads(place / "ada" / "a.ipynb")
    assert isinstance(alone, Upload)
    assert (alone.path, alone.content) == ("a.ipynb", NOTEBOOK)
