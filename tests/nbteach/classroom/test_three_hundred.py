"""A class of 300 hands in through each system: nobody is swapped, nothing is lost."""

import io
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import tiny_course

from nbteach.classroom.collect import collect
from nbteach.classroom.create import new

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]

LESSON, OTHER = "01_tiny", "02_other"
FIRST = ["Zoë", "José María", "Søren", "Łukasz", "Адa", "李", "Jürgen", "राम", "Anne-Marie", "Ann"]
FIRST += ["An", "Nguyễn", "Emmy", "Ada", "Ada King", "Grace", "Ἑλένη", "Bjørk", "Chloé", "D'Arcy"]
LAST = ["O'Neill-Mayer", "Núñez", "Ångström", "Żak", "Иванова", "小龍", "Groß", "शर्मा", "Curie"]
LAST += ["A", "Na", "Văn An", "Noether", "Lovelace", "Lovelace Jr", "Hopper", "Παππά", "Þórsdóttir"]
NUM_PEOPLE, NUM_TWINS = 300, 12


@dataclass(frozen=True)
class Student:
    id: str
    first: str
    last: str
    canvas: int
    moodle: int

    @property
    def run_together(self) -> str:
        return re.sub(r"[\s'-]", "", (self.last + self.first).lower())


def people() -> list[Student]:
    """Three hundred, two of each of the last names alike in everything but id and numbers."""
    names = [(first, last) for last in LAST for first in FIRST]
    chance = random.Random(300)
    chance.shuffle(names)
    names[NUM_PEOPLE - NUM_TWINS :] = names[:NUM_TWINS]
    numbers = chance.sample(range(1000, 9999), 2 * NUM_PEOPLE)
    return [
        Student(f"s{n:03}", *name, numbers[n], numbers[-1 - n])
        for n, name in enumerate(names[:NUM_PEOPLE])
    ]


CLASS = people()
TWINS = {student.id for student in (*CLASS[:NUM_TWINS], *CLASS[-NUM_TWINS:])}
BROKEN = CLASS[40:45]


def moodle(s: Student) -> str:
    return f"{s.first} {s.last}_{s.moodle}_assignsubmission_file"


FORMS = {
    "Canvas": lambda s: f"{s.run_together}_{s.canvas}_{s.canvas + 7}_{LESSON}.ipynb",
    "Canvas, late": lambda s: f"{s.run_together}_LATE_{s.canvas}_{s.canvas + 7}_{LESSON}-1.ipynb",
    "Moodle": lambda s: f"{moodle(s)}/{LESSON}.ipynb",
    "Moodle before 4.1": lambda s: f"{moodle(s)}_/{LESSON}.ipynb",
    "Moodle, without folders": lambda s: f"{moodle(s)}_{LESSON}.ipynb",
    # A team's number stands beside each member's name.
    "Moodle, in teams": lambda s: f"{s.first} {s.last}_77_assignsubmission_file/{LESSON}.ipynb",
    "Moodle, anonymous": lambda s: f"Participant_{s.moodle}_assignsubmission_file/{LESSON}.ipynb",
    "by hand": lambda s: f"{s.id}.ipynb",
    "folders": lambda s: f"{s.id}/{LESSON}.ipynb",
    "zips": lambda s: f"{s.id}.zip",
}
NOT_THEIRS = {
    "stranger_1_2_01_tiny.ipynb": "Canvas",
    "Nemo Nobody_1_assignsubmission_file/01_tiny.ipynb": "Moodle",
    "nobody/01_tiny.ipynb": "folders",
}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def damaged(files: dict[str, bytes], names: list[str]) -> bytes:
    """A zip in which the content of some files is not what its checksum says."""
    whole = bytearray(zipped(files))
    for name in names:
        at = whole.index(name.encode()) + len(name.encode())
        whole[at] ^= 0xFF
    return bytes(whole)


@pytest.fixture
def klass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path / "course")
    tiny_course.write(root, tiny_course.LESSON, OTHER)
    rows = [f"{s.id},{s.first},{s.last},{s.id}@example.org,{s.canvas}" for s in CLASS]
    roster = tmp_path / "roster.csv"
    roster.write_text("\n".join(["id,first_name,last_name,email,lms_user_id", *rows]))
    new(root, "default", roster, say=lambda text: None)
    return root


def worksheet(place: Path) -> Path:
    rows = [f"Participant {s.moodle},,{s.id}@example.org" for s in CLASS]
    path = place / "worksheet.csv"
    path.write_text("\n".join(["Identifier,Full name,Email address", *rows]))
    return path


CASES = [(form, False) for form in FORMS]
CASES += [(form, True) for form in FORMS if form.startswith("Moodle")]


def missing_at(form: str, with_worksheet: bool) -> set[str]:
    """Whose work nobody can tell from what this form says, or was damaged on its way."""
    everybody = {student.id for student in CLASS}
    if form == "Moodle, anonymous" and not with_worksheet:
        return everybody
    if form == "Moodle, in teams" and with_worksheet:
        return everybody  # a worksheet has no numbers of teams: told to collect without it
    by_name_alone = form.startswith("Moodle") and not with_worksheet
    return {student.id for student in BROKEN} | (TWINS if by_name_alone else set())


@pytest.mark.parametrize(("form", "with_worksheet"), CASES)
def test_none_is_swapped_none_is_lost_and_each_refusal_is_named(klass, form, with_worksheet):
    name_of, is_zip = FORMS[form], form == "zips"
    files = {
        name_of(s): zipped({f"{LESSON}.ipynb": s.id.encode()}) if is_zip else s.id.encode()
        for s in CLASS
    }
    strangers = [name for name, system in NOT_THEIRS.items() if form.startswith(system)]
    files |= dict.fromkeys(strangers, b"a stranger's")
    broken = [name_of(student) for student in BROKEN]
    if is_zip:
        files |= dict.fromkeys(broken, b"PK\3\4 and no zip")
    path = klass.parent / "submissions.zip"
    path.write_bytes(zipped(files) if is_zip else damaged(files, broken))

    said: list[str] = []
    sheet = worksheet(klass.parent) if with_worksheet else None
    assert collect(klass, LESSON, [path], worksheet=sheet, say=said.append) == 1

    held = {
        file.parts[-3]: file.read_text()
        for file in (klass / "classroom/default/submitted").glob(f"*/{LESSON}/*.ipynb")
    }
    assert {student: content for student, content in held.items() if student != content} == {}
    assert {s.id for s in CLASS} - held.keys() == missing_at(form, with_worksheet)
    *lines, total, nothing_yet = said
    assert set(re.findall(r"s\d{3}", nothing_yet)) == missing_at(form, with_worksheet)
    # Each file that stayed has its line, or is one of so many more like those.
    assert f"{len(files) - len(held)} left where they are" in total
    more = sum(int(n[1]) for line in lines if (n := re.match(r"\s*(\d+) more like these", line)))
    stayed = [name for name in files if any(Path(name).parts[0] in line for line in lines)]
    assert len(stayed) + more == len(files) - len(held)
    assert more or {*strangers, *broken} <= set(stayed)
