"""What lies beside its place is found, and the teacher is told where it belongs."""

import pytest

from nbteach.grading.records.misplaced import misplaced, nearest

LESSON = "02_gradient_descent"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("ada.ipynb", f"move ada.ipynb to ada/{LESSON}/{LESSON}.ipynb"),
        ("ada/work.ipynb", f"move 'work.ipynb' into a folder {LESSON}, as {LESSON}.ipynb"),
        ("ada/02_GRADIENT_DESCENT/x.ipynb", f"rename the folder '02_GRADIENT_DESCENT' to {LESSON}"),
        ("ada/lesson.ipynb.txt", f"move 'lesson.ipynb.txt' into a folder {LESSON}"),
        ("ada/notes.txt", ""),
        ("emmy.ipynb", ""),
    ],
)
def test_it_is_found(tmp_path, file, said):
    (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / file).touch()
    found = misplaced(tmp_path / "ada" / LESSON)
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_a_control_character_fakes_no_line(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "a\nb.ipynb").touch()
    assert misplaced(tmp_path / "ada" / LESSON).isprintable()


def test_the_nearest_name():
    assert nearest("adda", ["ada", "emmy"]) == ", perhaps ada"
    assert nearest("zorro", ["ada", "emmy"]) == ""
