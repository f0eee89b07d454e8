"""Whatever students upload, only plain notebooks come out; every other file has its reason."""

import io
import os
import shutil
import stat
import time
import zipfile
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from nbteach.classroom.intake import archive
from nbteach.classroom.intake.archive import ArchiveError, Budget, Refusal, Upload, contents
from nbteach.classroom.intake.listing import entries

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


def read(path: Path, *, is_theirs: bool = False) -> list[Upload | Refusal]:
    """Read all that lies in a source, as if one student had sent it."""
    budget = Budget()
    with ExitStack() as stack:
        listed = entries(path, stack, is_theirs=is_theirs)
        return [found for entry in listed for found in contents(entry, budget)]


def opened(tmp_path: Path, content: bytes) -> list[Upload | Refusal]:
    path = tmp_path / "work.zip"
    path.write_bytes(content)
    return read(path)


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
        Upload("ada/a.ipynb", NOTEBOOK, when, when),
        Upload("b.IPYNB", b"2", when, when),
        Upload("c.ipynb.txt", b"", when, when),
    ]


def test_a_zip_inside_is_opened_but_none_inside_that(tmp_path):
    inner = zipped(("a.ipynb", NOTEBOOK), ("deeper.zip", zipped(("b.ipynb", NOTEBOOK))))
    first, second = opened(tmp_path, zipped(("ada.zip", inner)))
    assert isinstance(first, Upload)
    assert first.path == "ada.zip/a.ipynb"
    assert second == Refusal("ada.zip/deeper.zip", "is a zip in a zip; ask for the notebook itself")


def test_of_a_students_own_zip_no_date_counts(tmp_path):
    forged = zipfile.ZipInfo("a.ipynb", (2107, 1, 1, 0, 0, 0))
    (found,) = opened(tmp_path, zipped(("ada.zip", zipped((forged, NOTEBOOK)))))
    assert isinstance(found, Upload)
    assert found.when == datetime(*DATE).timestamp()
    assert datetime.fromtimestamp(found.dated).year == 2107
    (found,) = opened(tmp_path, zipped((forged, NOTEBOOK)))
    assert isinstance(found, Upload)
    assert found.when <= time.time()


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
    *good, last = opened(tmp_path, zipped(*((f"{n}.ipynb", b" " * 10**6) for n in range(4))))
    assert [type(found) for found in good] == [Upload] * 3
    assert isinstance(last, Refusal)
    assert last.reason.endswith("with the others of this student; ask for the notebook alone")
    inner = zipped(("a.ipynb", b" " * 9 * 10**5))
    *good, last = opened(tmp_path, zipped(*((f"{n}.zip", inner) for n in range(4))))
    assert [type(found) for found in good] == [Upload] * 3
    assert isinstance(last, Refusal)


def test_a_zip_of_too_many_files_is_one_refusal(tmp_path):
    many = zipped(*((f"{n}.txt", b"") for n in range(2001)))
    few = zipped(*((f"{n}.ipynb", b"") for n in range(1500)))
    told = opened(tmp_path, zipped(("many.zip", many), ("a.zip", few), ("b.zip", few)))
    assert told[0] == Refusal("many.zip", "makes more than 2000 files; ask for the notebook alone")
    assert [type(found) for found in told[1:]] == [Upload] * 1500 + [Refusal]


def test_an_archive_that_lies_about_sizes_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "_MOST_BYTES", 1000)
    content = zipped(("a.ipynb", b"x" * 5000))
    lying = content.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    assert list(reasons(opened(tmp_path, lying))) == ["a.ipynb"]


@pytest.mark.parametrize("damage", ["data", "checksum", "method", "lzma", "password"])
def test_what_cannot_be_unpacked_stops_nothing_else(tmp_path, damage):
    content = bytearray(zipped(("a.ipynb", NOTEBOOK * 99), ("b.ipynb", NOTEBOOK)))
    central = content.index(b"PK\x01\x02")
    if damage == "data":
        content[40:50] = bytes(10)
    elif damage == "checksum":
        content[central + 16] ^= 1
    elif damage in ("method", "lzma"):
        content[8] = content[central + 10] = {"method": 99, "lzma": zipfile.ZIP_LZMA}[damage]
    else:
        content[6], content[central + 8] = 1, 1
    first, second = opened(tmp_path, bytes(content))
    assert isinstance(first, Refusal)
    assert first.path == "a.ipynb"
    says = {"password": "without a password", "method": "unusual", "lzma": "unusual"}
    assert says.get(damage, "cannot be unpacked") in first.reason
    assert isinstance(second, Upload)


def test_other_files_are_named_and_litter_is_not(tmp_path):
    found = opened(
        tmp_path,
        zipped(
            ("report.pdf", b""),
            ("__MACOSX/._a.ipynb", b""),
            ("around/__MACOSX/._a.ipynb", b""),
            (".ipynb_checkpoints/a-checkpoint.ipynb", b""),
            ("ada/", b""),
            ("ada\\", b""),
            *(
                (f"ada/{name}", b"")
                for name in ("desktop.ini", "Thumbs.db", ".DS_Store", "._a.ipynb")
            ),
        ),
    )
    assert reasons(found) == {"report.pdf": "is not a notebook"}


def test_a_notebook_with_a_dot_in_front_is_no_litter(tmp_path):
    found = opened(tmp_path, zipped((".a.ipynb", NOTEBOOK), ("./b/./c.ipynb", NOTEBOOK)))
    assert [item.path for item in found] == [".a.ipynb", "b/c.ipynb"]


def test_a_folder_may_hold_anything(tmp_path):
    place = tmp_path / "returned"
    place.mkdir()
    os.mkfifo(place / "pipe.ipynb")
    os.mkfifo(place / "pipe.zip")
    (place / os.fsdecode(b"\xff\x1b[2J.ipynb")).write_bytes(NOTEBOOK)
    deep = place
    for _ in range(60):
        deep /= "d"
        deep.mkdir()
    *odd, last = sorted(read(place), key=lambda found: isinstance(found, Upload))
    assert isinstance(last, Upload)
    assert sorted(reasons(odd).values()) == [
        "has far too long a name, or lies far too deep; ask for the notebook alone",
        *["is no plain file; ask for the notebook itself"] * 2,
    ]
    shutil.rmtree(place)


def test_a_damaged_inner_zip_is_refused(tmp_path):
    (reason,) = reasons(opened(tmp_path, zipped(("ada.zip", b"PK no")))).values()
    assert reason.startswith("cannot be unpacked (File is not a zip file)")


def test_whatever_is_damaged_it_is_a_refusal(tmp_path):
    """1,200 zips, each with some bytes changed: no error gets out, and no second is lost."""
    whole = zipped(("ada.zip", zipped(("a.ipynb", NOTEBOOK * 50), ("b/c.ipynb", NOTEBOOK))))
    random = Random(0)
    for _ in range(1200):
        damaged = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        with suppress(ArchiveError):
            assert all(found.path for found in opened(tmp_path, bytes(damaged)))


@pytest.mark.parametrize("name", ["d/" * 1900 + "a.ipynb", "a" * 60_000 + ".ipynb"])
def test_absurd_names_are_refused(tmp_path, name):
    (reason,) = reasons(opened(tmp_path, zipped((name, NOTEBOOK)))).values()
    assert reason.startswith("has far too long a name, or lies far too deep")


@pytest.mark.parametrize("content", [b"", b"no zip", zipped(("a.ipynb", NOTEBOOK))[:-10]])
def test_a_source_that_is_no_zip_is_an_error(tmp_path, content):
    with pytest.raises(ArchiveError, match=r"is no zip file .* download it again"):
        opened(tmp_path, content)


def test_folders_and_single_notebooks_do_as_well(tmp_path):
    place = tmp_path / "returned"
    (place / "ada").mkdir(parents=True)
    (place / "ada" / "a.ipynb").write_bytes(NOTEBOOK)
    (place / "ben.zip").write_bytes(zipped(("b.ipynb", NOTEBOOK)))
    (place / "notes.txt").touch()
    (place / "link.ipynb").symlink_to(place / "ada" / "a.ipynb")
    (place / "away").symlink_to(tmp_path)
    found = {item.path: item for item in read(place)}
    assert isinstance(found.pop("ada/a.ipynb"), Upload)
    assert isinstance(found.pop("ben.zip/b.ipynb"), Upload)
    told = reasons(list(found.values()))
    assert told.keys() == {"notes.txt", "link.ipynb", "away"}
    assert told["link.ipynb"] == told["away"] == "is a symbolic link; ask for the file itself"
    (mine,) = read(place / "ben.zip", is_theirs=True)
    assert mine.path == "ben.zip/b.ipynb"
    (alone,) = read(place / "ada" / "a.ipynb")
    assert isinstance(alone, Upload)
    assert (alone.path, alone.content) == ("a.ipynb", NOTEBOOK)
