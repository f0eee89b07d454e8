"""A class that `nblib class new` made is there in formgrader, inside JupyterLab."""

from pathlib import Path

import graded_course
import lab
import pytest
from playwright.sync_api import Browser

from nbteach.classroom.create import new
from nbteach.grading.course import environment, load
from nbteach.grading.records.recorder import register

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own use


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = graded_course.make(tmp_path / "course")
    (tmp_path / "roster.csv").write_text("id,first_name,last_name\nada,Ada,Lovelace\n")
    new(root, "default", tmp_path / "roster.csv", say=lambda text: None)
    graded_course.hand_in(root, "ada", lambda notebook: None)
    with environment():
        register(load(root), graded_course.NAME)
    (tmp_path / "home").mkdir()
    with lab.start(root, tmp_path / "home") as started:
        yield started


def test_formgrader_shows_lessons_students_and_submissions(running, browser: Browser):
    with lab.context(browser, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(running.address("nbgrader_config.py"))
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget")
        page.evaluate(
            "() => window.jupyterapp.commands.execute('nbgrader:open-formgrader').then(() => {})"
        )
        formgrader = page.frame_locator("#formgrader-iframe iframe")
        row = formgrader.locator("tr", has_text=graded_course.NAME)
        row.wait_for()
        assert row.locator("td").nth(8).inner_text() == "1"
        formgrader.get_by_text("Manage Students").click()
        formgrader.locator("tr", has_text="Lovelace, Ada").wait_for()
