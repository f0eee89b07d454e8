"""The teacher's guide is true: its commands run, its mistakes and figures are the lessons'."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import fake_runner
import graded_course
import pytest
import tiny_course

from nbteach import cli
from nbteach.authoring.build import source_notebook
from nbteach.authoring.lesson import Lesson, parse
from nbteach.grading import grade
from nbteach.grading.processes import runner
from nbteach.report.lesson_facts import Exercise, LessonFacts, lesson_facts

ROOT = tiny_course.REPOSITORY
GUIDE = ROOT / "docs/teaching.md"
LESSONS = sorted((ROOT / "solutions").glob("[0-9]*.py"))


def page(path: Path) -> str:
    """Return the guide's page on a lesson."""
    return (ROOT / "docs/teaching" / f"{path.stem}.md").read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    return dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n?)*)", text, re.MULTILINE))


def title_of(exercise: Exercise) -> str:
    """Return the title of an exercise without its number."""
    return exercise.title.partition(" · ")[2]


def named(text: str) -> set[str]:
    """Return the titles of exercises that a text names, as in "exercises *Adam* and *AdamW*"."""
    lists = re.findall(r"[Ee]xercises?\s+((?:\*[^*]+\*(?:,\s+|\s+and\s+)?)+)", text)
    return {title for found in lists for title in re.findall(r"\*([^*]+)\*", found)}


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the tables in a text, but for their heads."""
    for line in re.findall(r"^\|(.+)\|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in line.split(" | ")]
        if cells[0] not in ("minute", "exercise", "lesson") and not set(line) <= set("|-: "):
            yield cells


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> tuple[Lesson, LessonFacts, str]:
    """A lesson, what a report knows of it, and its page."""
    read = parse(request.param)
    return read, lesson_facts(read.name, source_notebook(read)), page(request.param)


def test_every_page_has_all_its_parts(lesson):
    read, facts, text = lesson
    title = facts.title.partition(" · ")[2]
    assert text.startswith(f"# Teaching *{title}*\n")
    parts = ["Goals", "Plan", "Board", "Mistakes to expect", "Questions", "Shorten, extend"]
    assert [*sections(text)] == parts
    assert f"| [{title}](teaching/{read.name}.md) |" in GUIDE.read_text(encoding="utf-8")


def test_plans_leave_no_minute_out(lesson):
    *_, text = lesson
    minutes = [row[0].split("–") for row in rows(sections(text)["Plan"])]
    before = 0
    for start, end in minutes:
        assert int(start) in (before, 0), f"after minute {before} comes {start}"
        assert int(start) < int(end)
        before = int(end)
    sessions = sum(start == "0" for start, _ in minutes)
    assert f"{sessions} × {before} minutes" in (told := GUIDE.read_text(encoding="utf-8")) or (
        sessions == 1 and f"| {before} minutes |" in told
    )


def test_mistakes_are_told_in_the_words_of_the_check(lesson):
    _, facts, text = lesson
    names = {title_of(each): each.name for each in facts.exercises}
    told = [*rows(sections(text)["Mistakes to expect"])]
    assert len(told) >= 4
    for title, sentence, _ in told:
        tests = [test for test in facts.tests if test.startswith(f"{names[title]}-test")]
        assert any(facts.sayings[test].recognize(sentence) for test in tests), sentence


def test_exercises_that_a_plan_names_are_there(lesson):
    _, facts, text = lesson
    titles = {title_of(each) for each in facts.exercises}
    assert named(sections(text)["Plan"]) == titles  # in class or at home, none is forgotten
    assert named(sections(text)["Shorten, extend"]) <= titles


def test_named_exercises_are_found():
    text = (
        "Exercise *Adam*, in *pairs*. Home: exercises\n  *Yes, or no*, *Momentum* and\n  *Swish*."
    )
    assert named(text) == {"Adam", "Yes, or no", "Momentum", "Swish"}


def test_figures_are_those_of_the_lesson(lesson):
    read, _, text = lesson
    claims = ROOT / "tests/lessons/claims" / f"test_{read.name[3:]}.py"
    known = read.path.read_text(encoding="utf-8")
    known += claims.read_text(encoding="utf-8") if claims.exists() else ""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    figures = set(re.findall(r"(?<![\w.])\d+\.\d+(?:e-\d+)?|\d+(?= %)", prose))
    assert {figure for figure in figures if figure not in known} <= PLAYED.get(read.name, set())


# Settings of a playground, and what follows by arithmetic: not in the text of the lesson.
PLAYED = {
    "02_gradient_descent": {"0.7", "0.03"},
    "03_initialization": {"1.41", "1.45"},
    "04_activations": {"1.41", "0.71"},
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own use of it
def test_every_command_of_the_guide_runs(tmp_path, monkeypatch, capsys):
    pages = [GUIDE, *sorted(GUIDE.with_suffix("").glob("*.md"))]
    text = "\n".join(file.read_text(encoding="utf-8") for file in pages)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    commands = "".join(blocks).splitlines()
    inline = re.findall(r"`((?:nblib|make) [^`]+)`", text)
    assert len(commands) >= 6
    assert set(inline) <= set(commands)

    # A tiny lesson stands in for the one that the guide names.
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    monkeypatch.setattr(graded_course, "NAME", "02_gradient_descent")
    root = tiny_course.make(tmp_path, graded_course.LESSON, graded_course.NAME)
    scripts = root / "build/npm/node_modules"
    for script in (
        "reveal.js/dist/reveal.js",
        "reveal.js/dist/reveal.css",
        "mathjax/es5/tex-svg-full.js",
    ):
        (scripts / script).parent.mkdir(parents=True, exist_ok=True)
        (scripts / script).touch()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    monkeypatch.setattr(runner, "supervisor", fake_runner.supervisor)
    monkeypatch.setattr(grade, "_insist_on_sandbox", lambda required, say: None)
    for command in commands:
        program, *arguments = shlex.split(command)
        if program == "make":  # what it would type
            (recipe,) = re.findall(rf"^{arguments[0]}:.*\n\t(.+)\n\n", makefile, re.MULTILINE)
            program, *arguments = shlex.split(recipe)
        assert program == "nblib"
        if arguments[0] == "grade":
            name = f"{graded_course.NAME}.ipynb"
            graded_course.hand_in(root, "s1", lambda notebook: None, name)
        assert cli.main(["--root", str(root), *arguments]) == 0, command
    said = capsys.readouterr()
    assert "Mean of 1 graded: 6.0 of 6 (100%)." in said.out
    for made in (
        "build/slides/02_gradient_descent.html",
        "build/solutions/02_gradient_descent.html",
    ):
        assert (root / made).exists()
    reports = root / "classroom/default/reports"
    assert len([*reports.iterdir()]) == 2
