"""A digest notices every change of a submission, and links are neither followed nor accepted."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nbteach.grading.notebooks.reading import Unreadable
from nbteach.grading.records import submissions
from nbteach.grading.records.submissions import digest, insist_on_files


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "ada" / "01_tiny"
    (folder / "data").mkdir(parents=True)
    (folder / "01_tiny.ipynb").write_text("{}")
    (folder / "data" / "a.csv").write_text("1, 2")
    return folder


CHANGES: dict[str, Callable[[Path], object]] = {
    "text": lambda place: (place / "01_tiny.ipynb").write_text("[]"),
    "a file below": lambda place: (place / "data" / "a.csv").write_text("1, 3"),
    "name": lambda place: (place / "data" / "a.csv").rename(place / "data" / "b.csv"),
    "new": lambda place: (place / "empty").touch(),
    "new folder": lambda place: (place / "empty").mkdir(),
    "deleted": lambda place: (place / "data" / "a.csv").unlink(),
    "link": lambda place: (place / "link").symlink_to("nowhere"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_digest_notices_each_change(place, change):
    before = digest(place)
    assert digest(place) == before
    CHANGES[change](place)
    assert digest(place) != before


def test_digest_of_a_link_depends_on_where_it_leads_but_not_on_what_is_there(place, tmp_path):
    secret = tmp_path / "secret"
    (place / "link").symlink_to(secret)
    before = digest(place)
    secret.write_text("gradebook")
    assert digest(place) == before
    (place / "link").unlink()
    (place / "link").symlink_to(tmp_path)
    assert digest(place) != before


def test_plain_files_in_folders_are_accepted(place):
    insist_on_files(place)


@pytest.mark.parametrize("target", ["01_tiny.ipynb", "data", "/etc", "nowhere"])
def test_links_are_refused(place, target):
    (place / "data" / "link").symlink_to(target)
    with pytest.raises(Unreadable, match="link is a link"):
        insist_on_files(place)


def test_pipes_are_refused_and_do_not_block(place):
    os.mkfifo(place / "pipe")
    digest(place)
    with pytest.raises(Unreadable, match="pipe is a link or a device"):
        insist_on_files(place)


@pytest.mark.parametrize("name", ["s[1]", "s*", "s?"])
def test_names_that_nbgrader_takes_for_patterns_are_refused(place, name):
    odd = place.parent.rename(place.parent.with_name(name)) / place.name
    with pytest.raises(Unreadable, match="rename the folder"):
        insist_on_files(odd)


def test_folder_that_is_a_link_is_refused_and_not_searched(place, tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/")
    digest(link)
    with pytest.raises(Unreadable, match="link is a link"):
        insist_on_files(link)


def test_file_that_goes_meanwhile_is_a_change_and_no_error(place, monkeypatch):
    before = digest(place)
    opened = Path.open

    def gone(path: Path, *mode: str) -> object:
        path.unlink(missing_ok=True)
        return opened(path, *mode)

    monkeypatch.setattr(Path, "open", gone)
    assert digest(place) != before


def test_only_so_much_is_looked_at_and_more_is_refused(place, monkeypatch):
    monkeypatch.setattr(submissions, "_MOST_FILES", 20)
    monkeypatch.setattr(submissions, "_MOST_DEPTH", 5)
    monkeypatch.setattr(submissions, "_MOST_BYTES", 1000)
    insist_on_files(place)
    (place / "data" / "b" / "c" / "d").mkdir(parents=True)
    insist_on_files(place)
    (place / "data" / "b" / "c" / "d" / "e" / "f").mkdir(parents=True)
    with pytest.raises(Unreadable, match="deep; ask for the notebook alone"):
        insist_on_files(place)
    shutil.rmtree(place / "data")
    large = place / "large.bin"
    large.write_bytes(bytes(1500))
    with pytest.raises(Unreadable, match="MB; ask for the notebook alone"):
        insist_on_files(place)
    before = digest(place)
    large.write_bytes(bytes(1501))
    assert digest(place) != before
    large.unlink()
    for number in range(25):
        (place / str(number)).touch()
    with pytest.raises(Unreadable, match="files; ask for the notebook alone"):
        insist_on_files(place)
    assert digest(place) == digest(place)


def test_folder_that_is_closed_to_us_is_passed_over_as_nbgrader_does(place, monkeypatch):
    scan = os.scandir

    def closed(folder: Path) -> object:
        if Path(folder).name == "data":
            raise PermissionError(errno.EACCES, "Permission denied")
        return scan(folder)

    before = digest(place)
    monkeypatch.setattr(os, "scandir", closed)
    assert digest(place) != before
    insist_on_files(place)
