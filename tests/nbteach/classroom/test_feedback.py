"""Each page goes back under the name by which its student's work came, and to nobody else."""

import zipfile
from pathlib import Path

import pytest
import tiny_course

from nbteach.classroom.create import ClassroomError
from nbteach.classroom.feedback import feedback
from nbteach.classroom.roster import Person, enrol
from nbteach.grading.course import environment, load

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = tiny_course.make(tmp_path / "course")
    names = ["ada", "emmy", "kurt"]
    with environment():
        enrol(load(root), [Person(name, name, name, "", str(n)) for n, name in enumerate(names, 7)])
    for student in ("ada", "emmy"):
        page = root / f"classroom/default/feedback/{student}/01_tiny/01_tiny.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"for {student}")
    return root


def packed(root: Path, *names: str) -> tuple[int, dict[str, str], list[str]]:
    """What is sent back for files of these names."""
    source, said = root.parent / "work.zip", []
    with zipfile.ZipFile(source, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    code = feedback(root, "01_tiny", source, say=said.append)
    with zipfile.ZipFile(root / "classroom/default/feedback-01_tiny.zip") as archive:
        return code, {name: archive.read(name).decode() for name in archive.namelist()}, said


def test_canvas_and_moodle_find_their_own_names(root):
    code, pages, said = packed(
        root,
        "adaada_LATE_7_4711_01_tiny.ipynb",
        "adaada_LATE_7_4712_notes.ipynb",
        "emmy emmy_12_assignsubmission_file/01_tiny.ipynb",
        "eve_1_1_x.ipynb",
    )
    assert pages == {
        "adaada_LATE_7_4711_01_tiny.html": "for ada",
        "emmy emmy_12_assignsubmission_file/01_tiny.html": "for emmy",
    }
    assert (code, said[0][:9]) == (0, "2 pages, ")


def test_who_has_no_page_is_told(root):
    code, pages, said = packed(root, "ada.ipynb", "kurt.ipynb")
    assert pages == {"ada/01_tiny.html": "for ada"}
    assert (code, said[0]) == (1, "Without feedback yet: kurt.")


def test_before_grading_the_way_is_told(root):
    with pytest.raises(ClassroomError, match="first `nblib grade 01_tiny`"):
        packed(root, "kurt.ipynb")
