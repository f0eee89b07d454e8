"""Whatever a class sends, in whatever form, nobody's work lies under another's id, or unnamed."""

import io
import tempfile
import unicodedata
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nbteach.classroom.intake.arrivals import Left, arrivals, opened
from nbteach.classroom.intake.identify import Senders
from nbteach.classroom.people import Person

LESSON, OTHER = "01_tiny", "02_other"
# Names that look alike, contain each other, or lose something where they are packed.
NAMES = [
    *("Ada|Lovelace", "Emmy|Noether", "Zoë|O'Neill-Mayer", "Anne-Marie|Curie", "Marie|Curie"),
    *("An|Na", "Ann|A", "José María|Núñez", "Søren|Ångström", "Łukasz|Żak", "Адa|Иванова"),
    *("李|小龍", "Jürgen|Groß", "Ada|Noether", "Ada King|Lovelace", "12|34", "राम|शर्मा"),
]


@dataclass(frozen=True)
class Student:
    """Somebody, on the roster or not, with what two systems call them."""

    id: str
    first: str
    last: str
    user: int  # of Canvas
    participant: int  # of Moodle
    is_enrolled: bool

    def enrolled(self, *, with_number: bool) -> Person:
        number = str(self.user) if with_number else ""
        return Person(self.id, self.first, self.last, f"{self.id}@example.org", number)


def moodle(student: Student) -> str:
    return f"{student.first} {student.last}_{student.participant}_assignsubmission_file"


def canvas(student: Student, late: str = "") -> str:
    name = (student.last + student.first).lower()
    word = "".join(sign for sign in name if sign.isalnum() or unicodedata.category(sign)[0] == "M")
    return f"{word}_{late}{student.user}_{student.user + 7}"


FORMS = {
    "moodle": lambda s: f"{moodle(s)}/{LESSON}.ipynb",
    "moodle before 4.1": lambda s: f"{moodle(s)}_/my work.ipynb",
    "moodle, flat": lambda s: f"{moodle(s)}_{LESSON}.ipynb",
    "moodle, zip": lambda s: f"{moodle(s)}/work.zip",
    "canvas": lambda s: f"{canvas(s)}_{LESSON}.ipynb",
    "canvas, late": lambda s: f"{canvas(s, 'LATE_')}_{LESSON}-1.ipynb",
    "canvas, zip": lambda s: f"{canvas(s)}_work.zip",
    "id": lambda s: f"{s.id}.ipynb",
    "folder": lambda s: f"{s.id}/{LESSON}.ipynb",
    "browser": lambda s: f"{LESSON}-{s.id} (1).ipynb",
    "email": lambda s: f"{s.id}@example.org/{LESSON}.ipynb",
    "zip": lambda s: f"{s.id}.zip",
    "zip again": lambda s: f"{s.id} (2).zip",
}
SYSTEMS = [["moodle"], ["canvas"], ["id", "folder", "browser", "email", "zip"]]
LITTER = ["__MACOSX/._a.ipynb", "{}.DS_Store", "{}desktop.ini", "{}Thumbs.db", "{}.git/x.ipynb"]


class _Coded(zipfile.ZipInfo):
    """An entry whose name may be in a code that the zip does not tell."""

    code = ""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        try:
            return self.filename.encode(self.code or "ascii"), self.flag_bits & ~0x800
        except UnicodeEncodeError:
            return self.filename.encode(), self.flag_bits | 0x800


def zipped(files: dict[str, bytes], code: str = "") -> bytes:
    """Return a zip; with a code, its names are in that, and nothing says so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = _Coded(name)
            entry.code = code
            archive.writestr(entry, content)
    return target.getvalue()


def unpacked(place: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place


@st.composite
def classes(draw: st.DrawFn) -> list[Student]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6))
    # Numbers of one system that are another's in the other, and ids that are somebody's number.
    numbers = draw(st.permutations(range(11, 11 + len(names))))
    ids = draw(st.permutations(["ada", "emmy", "s1", "14", "1001", "zoe", "a.b", "o'neill"]))
    return [
        Student(name_id, *name.split("|"), number, 25 - number, draw(st.booleans()))
        for name_id, name, number in zip(ids, names, numbers, strict=False)
    ]


@st.composite
def submissions(draw: st.DrawFn, students: list[Student]) -> dict[str, bytes]:
    """Files by name; what each holds says whose it is. Zips claim to hold others' work, too."""
    system = draw(st.sampled_from(SYSTEMS))
    forms = [name for name in FORMS if name.split(",")[0].split()[0] in system]
    around = draw(st.sampled_from(["", "download/", "a/b/"]))
    files = {}
    for student in students:
        # Whether a name is that of somebody on the roster, nobody can say who sees only one of two.
        is_alone = [(s.first, s.last) for s in students].count((student.first, student.last)) == 1
        for _ in range(draw(st.integers(0 if is_alone else 1, 2))):
            other = draw(st.sampled_from([student, *students]))
            sender = student
            if is_alone and student.last != "Lovelace":  # with or without "King", names agree
                # A number may be a team's, or made up.
                sender = replace(student, user=other.user, participant=other.participant)
            name = FORMS[draw(st.sampled_from(forms))](sender)
            content = student.id.encode()
            if name.endswith(".zip"):
                other = draw(st.sampled_from(students))
                inside = draw(st.sampled_from(["", "deep/", f"{other.id}/", f"{moodle(other)}/"]))
                content = zipped({f"{inside}{LESSON}.ipynb": content})
            files[around + name] = content
    files |= {draw(st.sampled_from(LITTER)).format(around): b"litter"}
    return files


def sources(place: Path, files: dict[str, bytes], how: str) -> list[Path]:
    """Put files where a teacher may have them."""
    if how == "folder":
        return [unpacked(place / "returned", files)]
    if how == "each":
        unpacked(place / "each", files)
        return sorted((place / "each").glob("[!.]*"))  # as a shell does
    code, form = {"finder": ("utf-8", "NFD")}.get(how, ("" if how == "zip" else how, "NFC"))
    path = place / "submissions.zip"
    named = {unicodedata.normalize(form, name): content for name, content in files.items()}
    path.write_bytes(zipped(named, code))
    return [path]


def collected(
    place: Path, students: list[Student], files: dict[str, bytes], how: str, **known: bool
) -> tuple[dict[str, list[bytes]], list[Left], int]:
    """Return what lies under each id, what is left, and how many files came."""
    roster = [
        student.enrolled(with_number=known["numbers"])
        for student in students
        if student.is_enrolled
    ]
    worksheet = None
    if known["worksheet"]:
        worksheet = place / "worksheet.csv"
        rows = [
            f"Participant {s.participant},{s.first} {s.last},{s.id}@example.org" for s in students
        ]
        worksheet.write_text("\n".join(["Identifier,Full name,Email address", *rows]))
    senders = Senders(roster, worksheet)
    with ExitStack() as stack:
        found = arrivals(sources(place, files, how), senders, LESSON, [OTHER], stack)
        left, held = list(found.left), {}
        for student in found.by_student:
            good, bad = opened(student, found, senders)
            held[student] = [arrival.upload.content for arrival in good]
            left += bad
    return held, left, sum(content != b"litter" for content in files.values())


HOW = ["zip", "finder", "cp850", "cp437", "folder", "each"]
few = settings(max_examples=120, deadline=None)


@few
@given(st.data(), st.sampled_from(HOW), st.booleans(), st.booleans())
def test_no_work_lies_under_another_id_and_each_file_is_collected_or_named(
    data, how, numbers, worksheet
):
    students = data.draw(classes())
    files = data.draw(submissions(students))
    # A zip alone is what the teacher says that it is: a class's, if it is named after nobody.
    assume(how != "each" or any(s.is_enrolled and s.id in name for s in students for name in files))
    with tempfile.TemporaryDirectory() as place:
        held, left, came = collected(
            Path(place), students, files, how, numbers=numbers, worksheet=worksheet
        )
    for student, contents in held.items():
        assert {content.decode() for content in contents} <= {student}
    assert sum(map(len, held.values())) + sum(item.files for item in left) == came
    assert all(item.reason for item in left)


@few
@given(st.data(), st.sampled_from(HOW), st.booleans(), st.booleans())
def test_in_an_honest_class_all_is_collected(data, how, numbers, worksheet):
    names = data.draw(st.lists(st.sampled_from(NAMES[:3] + NAMES[7:10]), min_size=1, unique=True))
    students = [
        Student(f"student{n}", *name.split("|"), 800 + n, 4000 + n, True)
        for n, name in enumerate(names)
    ]
    system = data.draw(st.sampled_from(SYSTEMS))
    forms = [name for name in FORMS if name.split(",")[0].split()[0] in system]
    files = {}
    for student in students:
        name, content = FORMS[data.draw(st.sampled_from(forms))](student), student.id.encode()
        is_zip = name.endswith(".zip")
        files[name] = zipped({f"work/{LESSON}.ipynb": content}) if is_zip else content
    with tempfile.TemporaryDirectory() as place:
        held, left, _ = collected(
            Path(place), students, files, how, numbers=numbers, worksheet=worksheet
        )
    assert left == []
    assert held == {student.id: [student.id.encode()] for student in students}
