"""What students may put into the exchange, and what `nbgrader collect` brings to the class."""

import os
import pwd
from pathlib import Path

import nbformat
import pytest
import tiny_course
from nbgrader.exchange import ExchangeFactory
from nbgrader.exchange.default import ExchangeCollect

from nbteach.classroom.create import new
from nbteach.grading.course import environment, load

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

ME = pwd.getpwuid(os.getuid()).pw_name
SECRET = "the hidden tests"


class Class:
    """A class with an exchange, to which the account that runs the tests is a student."""

    def __init__(self, root: Path) -> None:
        self.root = tiny_course.make(root / "course")
        new(self.root, "default", say=lambda text: None)
        self.place = self.root / "classroom/default"
        self.inbound = self.place / "exchange/default/inbound"
        self.inbound.mkdir(parents=True)
        self.secret = root / "secret.ipynb"
        self.secret.write_text(SECRET)

    def submit(
        self, student: str, sent: str = "2026-10-01 12:00:00 UTC", text: str = "mine"
    ) -> Path:
        folder = self.inbound / f"{student}+01_tiny+{sent}+rnd"
        folder.mkdir()
        (folder / "01_tiny.ipynb").write_text(text)
        (folder / "timestamp.txt").write_text(sent)
        return folder

    def collect(self, how: type[ExchangeCollect] | None = None, **options: bool) -> None:
        with environment():
            course = load(self.root)
            course.assignment_id = "01_tiny"
            factory = ExchangeFactory(config=course.config)
            collect = (how or factory.collect)(coursedir=course, config=course.config)
            for name, value in options.items():
                setattr(collect, name, value)
            collect.start()

    def collected(self, student: str = ME) -> dict[str, str]:
        found = (self.place / "submitted" / student / "01_tiny").glob("*")
        return {path.name: path.read_text() for path in found}


@pytest.fixture
def klass(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.delenv("NBLIB_EXCHANGE", raising=False)
    return Class(tmp_path)


def test_the_newest_submission_comes_with_all_its_files_and_dates(klass):
    klass.submit(ME, text="old")
    folder = klass.submit(ME, "2026-10-02 12:00:00 UTC", "new")
    os.utime(folder / "01_tiny.ipynb", (10**9, 10**9))
    klass.collect()
    assert klass.collected() == {"01_tiny.ipynb": "new", "timestamp.txt": folder.name.split("+")[2]}
    place = klass.place / "submitted" / ME / "01_tiny"
    assert (place / "01_tiny.ipynb").stat().st_mtime == 10**9
    klass.submit(ME, "2026-10-03 12:00:00 UTC", "newest")
    klass.collect()
    assert klass.collected()["01_tiny.ipynb"] == "new"  # nbgrader's rule: only with --update
    klass.collect(update=True)
    assert klass.collected()["01_tiny.ipynb"] == "newest"
    assert len([*klass.inbound.iterdir()]) == 3


def test_stock_nbgrader_would_follow_a_link(klass):
    folder = klass.submit(ME)
    (folder / "01_tiny.ipynb").unlink()
    (folder / "01_tiny.ipynb").symlink_to(klass.secret)
    klass.collect(ExchangeCollect)
    assert klass.collected()["01_tiny.ipynb"] == SECRET


def test_no_link_is_followed(klass, caplog):
    folder = klass.submit(ME)
    (folder / "01_tiny.ipynb").unlink()
    (folder / "01_tiny.ipynb").symlink_to(klass.secret)
    (folder / "all").symlink_to(klass.root)
    os.mkfifo(folder / "pipe")
    (folder / "own").mkdir()
    klass.collect()
    assert klass.collected() == {"timestamp.txt": "2026-10-01 12:00:00 UTC"}
    for name in ("01_tiny.ipynb", "all", "pipe", "own"):
        assert f"Left in the exchange: {name!r} in" in caplog.text


def test_a_whole_submission_that_is_a_link_stays_where_it_is(klass):
    (klass.inbound / f"{ME}+01_tiny+2026-10-01 12:00:00 UTC+rnd").symlink_to(klass.root)
    klass.collect()
    assert not (klass.place / "submitted").exists()


@pytest.mark.parametrize("student", ["ada", "", "a b", "*"])
def test_nobody_hands_in_for_somebody_else(klass, student, caplog):
    klass.submit(student, text="forged")
    klass.submit(ME)
    klass.collect()
    assert [path.name for path in (klass.place / "submitted").iterdir()] == [ME]
    assert "Left in the exchange" in caplog.text
    assert klass.collected()["01_tiny.ipynb"] == "mine"


def test_a_forged_later_submission_does_not_take_the_place_of_the_real_one(klass, monkeypatch):
    klass.submit(ME)
    forged = klass.submit(ME, "2026-11-01 12:00:00 UTC", "forged")
    real = os.lstat

    def lstat(path, **options):
        found = list(real(path, **options))
        if str(path) == str(forged):
            found[4] = 12345678  # the owner
        return os.stat_result(found)

    monkeypatch.setattr(os, "lstat", lstat)
    klass.collect()
    assert klass.collected()["01_tiny.ipynb"] == "mine"


@pytest.mark.parametrize("name", [f"{ME}+01_tiny+soon+rnd", f"{ME}+01_tiny+", "+01_tiny+x"])
def test_an_odd_name_stops_nobody_else(klass, name):
    (klass.inbound / name).mkdir()
    klass.submit(ME)
    klass.collect()
    assert klass.collected()["01_tiny.ipynb"] == "mine"


def test_a_huge_file_stays_where_it_is(klass):
    folder = klass.submit(ME)
    with (folder / "huge.bin").open("wb") as file:
        file.truncate(101 * 2**20)
    klass.collect()
    assert "huge.bin" not in klass.collected()


def test_where_all_share_one_account_names_are_taken_at_their_word(klass):
    klass.submit("ada", text=nbformat.writes(nbformat.v4.new_notebook()))
    klass.submit("..", text="up")
    klass.collect(check_owner=False)
    assert [path.name for path in (klass.place / "submitted").iterdir()] == ["ada"]
    assert not (klass.place / "01_tiny").exists()
