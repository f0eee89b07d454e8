"""A class on a real JupyterHub, from release to feedback, in browsers and with real accounts.

The commands are those of docs/classroom.md. `make test-classroom` installs what this needs.
"""

import csv
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import guide
import hub
import lab
import pytest
import tiny_course
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.classroom

LESSON = "00_start_here"
ANSWER = "def mean_squared_error(y_hat, y):\n    return {}"
ANSWERS = {
    "nblib-ada": ANSWER.format("((y_hat - y) ** 2).mean()"),
    "nblib-emmy": ANSWER.format("(y_hat - y).abs().mean()"),
    "nblib-kurt": ANSWER.format("0"),
}
HIDDEN = "torch.randn(2, 5, 3, generator=generator, dtype=dtype)"  # of the hidden test
COMMANDS = [
    command.replace("02_gradient_descent", LESSON)
    for command in guide.sections()["A lesson, from release to feedback"]
]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder through which every account can pass, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="nblib-hub-", dir=hub.PREFIX.parent))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def running(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[hub.Hub]:
    """A hub whose teacher has the first lesson of this course."""
    assert hub.is_root(), "making accounts needs root"
    assert (hub.PREFIX / "etc").is_dir(), "not installed; run `make test-classroom`"
    course = tmp_path_factory.mktemp("course")  # closed to the students
    tiny_course.make_real(course, LESSON)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(tiny_course.REPOSITORY / name, course)
    roster = "\n".join(["id,lms_user_id", *(f"{name},{n}" for n, name in enumerate(ANSWERS))])
    (course / "roster.csv").write_text(roster)
    with hub.start(place, [*ANSWERS], course) as started:
        yield started


@pytest.fixture(scope="module")
def taught(running: hub.Hub, browser: Browser) -> hub.Hub:
    """The hub after a whole lesson; each step is looked at when it is done."""
    collecting = next(n for n, line in enumerate(COMMANDS) if line.startswith("nbgrader collect"))
    for command in COMMANDS[:collecting]:
        running.teacher.run(command)
    pages = {who.name: _work(running, browser, who) for who in running.students}
    _forge(running.students[2], "nblib-ada")
    for command in COMMANDS[collecting:]:
        running.teacher.run(command)
    for who in running.students:
        _fetch_feedback(pages[who.name], who)
    return running


def _work(running: hub.Hub, browser: Browser, who: hub.Account) -> Page:
    """Fetch the lesson, answer its exercise, check it, and hand it in."""
    page = running.log_in(browser, who)
    _open_assignments(page)
    page.click("#released_assignments_list button:has-text('Fetch')")
    page.wait_for_selector(f"#fetched_assignments_list :text('{LESSON}')")
    notebook = hub.Notebook(running, page, who, f"{LESSON}/{LESSON}.ipynb")
    for name in ("setup", "mean-squared-error", "mean-squared-error-test"):
        index = notebook.index(name)
        if name == "mean-squared-error":
            notebook.write(index, ANSWERS[who.name])
        notebook.run_cell(index)
    assert bool(notebook.errors()) == (who.name != "nblib-ada")
    if who.name == "nblib-emmy":
        assert "That is the mean absolute difference" in notebook.output(index).inner_text()
        notebook.screenshot("hub-exercise")
    notebook.save()
    _open_assignments(page)
    page.click("#fetched_assignments_list button:has-text('Submit')")
    page.wait_for_selector(f"#submitted_assignments_list :text('{LESSON}')")
    return page


def _open_assignments(page: Page) -> None:
    open_ = (
        "() => window.jupyterapp.commands.execute('nbgrader:open-assignment-list').then(() => {})"
    )
    page.evaluate(open_)
    page.wait_for_selector(f".list_item :text('{LESSON}')")


def _forge(who: hub.Account, victim: str) -> None:
    """Hand in an empty notebook under somebody else's name, later than their own."""
    name = f"{victim}+{LESSON}+2099-01-01 00:00:00.000000 UTC+x"
    inbound = hub.PREFIX / "exchange" / hub.CLASS / "inbound"
    who.run(f"mkdir '{inbound}/{name}' && echo '{{}}' > '{inbound}/{name}/{LESSON}.ipynb'")


def _fetch_feedback(page: Page, who: hub.Account) -> None:
    page.reload()
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget")
    _open_assignments(page)
    page.click("#submitted_assignments_list button:has-text('Fetch Feedback')")
    page.wait_for_selector("#submitted_assignments_list :text('view feedback')")
    if who.name == "nblib-emmy":
        page.screenshot(path=lab.ARTEFACTS / "hub-assignments.png")


def test_everybody_has_the_points_that_they_earned(taught):
    grades = taught.teacher.home / "course/classroom" / hub.CLASS / "grades.csv"
    with grades.open() as file:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"nblib-ada": "1.0", "nblib-emmy": "0.0", "nblib-kurt": "0.0"}


def test_everybody_has_their_own_feedback(taught):
    for who in taught.students:
        pages = [path for path in who.home.rglob("*.html") if "feedback" in path.parts]
        assert [path.name for path in pages] == [f"{LESSON}.html"], who.run("find . -type f").stdout
        text = re.sub("<[^>]*>", "", pages[0].read_text())
        assert ("That is the mean absolute difference" in text) == (who.name == "nblib-emmy")
        assert "BEGIN SOLUTION" not in text


def test_formgrader_opens_in_a_tab_of_its_own(taught, browser):
    page = taught.log_in(browser, taught.teacher)
    page.goto(f"{taught.url}/hub/user-redirect/formgrader")
    row = page.locator("tr", has_text=LESSON)
    row.wait_for()
    assert "released" in row.inner_text()
    assert row.locator("td").nth(8).inner_text() == "3"
    page.screenshot(path=lab.ARTEFACTS / "hub-formgrader.png")
    page.click("text=Manage Students")
    page.locator("tr", has_text="nblib-emmy").wait_for()


def test_a_student_reads_nothing_but_their_own(taught):
    """Each is tried by a student, and by the teacher, who can: else this would prove nothing."""
    kurt, ada, course = taught.students[2], taught.students[0], taught.teacher.home / "course"
    exchange = hub.PREFIX / "exchange" / hub.CLASS
    for command in (
        f"head -c 15 {course}/classroom/{hub.CLASS}/gradebook.db",
        f"cat {course}/solutions/{LESSON}.py",
        f"cat {course}/build/source/{LESSON}/{LESSON}.ipynb",
        f"ls {course}/classroom/{hub.CLASS}/submitted/nblib-ada",
        f"ls {exchange}/inbound",
        f"ls {exchange}/feedback",
        f"rm -r {exchange}/outbound/{LESSON}",
    ):
        denied = kurt.run(command, check=False)
        assert denied.returncode != 0
        assert "Permission denied" in denied.stderr
        if not command.startswith("rm"):
            assert taught.teacher.run(command).stdout
    assert "Permission denied" in kurt.run(f"ls {ada.home}", check=False).stderr
    assert ada.run(f"ls {ada.home}").stdout
    for folder in (f"{hub.PREFIX}/state", "/root"):
        assert kurt.run(f"ls {folder}", check=False).returncode != 0
    # Nor is it anywhere else where the class has its files, but for their own feedback, in which
    # nbgrader shows the hidden tests.
    search = f"grep -rlF --exclude-dir=feedback '{HIDDEN}' {hub.PREFIX} {taught.log.parent}"
    assert kurt.run(search, check=False).stdout == ""
    assert f"{course}/solutions" in taught.teacher.run(search, check=False).stdout


def test_a_student_opens_nobody_elses_server(taught, browser):
    kurt, ada = taught.students[2], taught.students[0]
    page = taught.log_in(browser, kurt)
    for path in (f"/user/{ada.name}/lab", f"/user/{taught.teacher.name}/formgrader", "/hub/admin"):
        answer = page.goto(taught.url + path)
        assert answer is not None
        assert answer.status in (403, 404), path
    answer = page.goto(f"{taught.url}/user/{kurt.name}/api/status")
    assert answer is not None
    assert answer.ok


def test_a_link_in_the_exchange_leads_the_teacher_nowhere(taught):
    kurt, course = taught.students[2], taught.teacher.home / "course"
    inbound = hub.PREFIX / "exchange" / hub.CLASS / "inbound"
    folder = f"{inbound}/nblib-kurt+{LESSON}+2098-01-01 00:00:00.000000 UTC+x"
    secret = course / "build/source" / LESSON / f"{LESSON}.ipynb"
    kurt.run(f"mkdir '{folder}' && ln -s {secret} '{folder}/{LESSON}.ipynb'")
    said = taught.teacher.run(f"nbgrader collect {LESSON} --update").stderr
    assert f"Left in the exchange: '{LESSON}.ipynb'" in said
    assert "belongs to nblib-kurt, not to nblib-ada" in said
    collected = course / "classroom" / hub.CLASS / "submitted/nblib-kurt" / LESSON
    assert [path.name for path in collected.iterdir()] == []
    graded = taught.teacher.run(f"nblib grade {LESSON} --student nblib-kurt", check=False).stdout
    assert f"{LESSON}.ipynb is missing; ask for it" in graded


def test_the_hub_to_try_out_starts_by_one_command(place):
    """`make hub`, as the guide says it; nobody logs in, for that is tested above."""
    (command,) = guide.sections()["With JupyterHub"]
    url = f"http://127.0.0.1:{hub.free_port()}"
    with hub.started(command, tiny_course.REPOSITORY, url, place / "try.log"):
        done = subprocess.run(
            ["curl", "--silent", "--fail", f"{url}/hub/login"], capture_output=True, text=True
        )
        assert "password_input" in done.stdout


def test_the_guide_installs_the_hub_as_this_test_did():
    makefile = (tiny_course.REPOSITORY / "Makefile").read_text()
    install = guide.sections()["Set up a server"][0]
    assert install.removeprefix("sudo ") in makefile
