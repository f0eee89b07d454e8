"""References get the right numbers, unknown ones are refused, and nobody writes numbers by hand."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_course

from nbteach.authoring import rules
from nbteach.authoring.lesson import LessonError, parse
from nbteach.authoring.references import by_hand, exercises, resolve

ROOT = tiny_course.REPOSITORY
ANSWER = '# %% nbgrader={{"grade_id": "{0}", "solution": true}}\nanswer = 1\n'
OTHER = ANSWER.format("sgd") + ANSWER.format("adam-w")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A lesson beside two others; it is empty."""
    tiny_course.make(tmp_path, OTHER, "02_steps")
    tiny_course.write(tmp_path, ANSWER.format("relu"), "10_bends_2")
    return tiny_course.write(tmp_path, "", "07_own")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("({{steps}})", "(lesson 2)"),
        ("{{Steps}} has it.", "Lesson 2 has it."),
        ("{{bends_2}}, {{own}}", "lesson 10, lesson 7"),
        ("in {{steps#adam-w}}.", "in lesson 2, exercise 2."),
        ("{{Bends_2#relu}}", "Lesson 10, exercise 1"),
        ("{{#two}} and {{own#one}}", "exercise 2 and lesson 7, exercise 1"),
        ("[{{Steps}}]({{steps.ipynb}})", "[Lesson 2](../02_steps/02_steps.ipynb)"),
    ],
)
def test_references_become_numbers(path, written, read):
    answers = ANSWER.format("one") + ANSWER.format("two")
    assert resolve(f"# {written}\n{answers}", path) == (f"# {read}\n{answers}", [])


def test_titles_and_exercises_are_numbered_in_order(path):
    part = "# ### Exercise · {0}\n" + ANSWER
    text = "# # Lesson · Title\n" + part.format("one") + part.format("two")
    resolved, faults = resolve(text, path)
    assert faults == []
    assert [line for line in resolved.splitlines() if line.startswith("# #")] == [
        "# # 7 · Title",
        "# ### Exercise 1 · one",
        "# ### Exercise 2 · two",
    ]


@pytest.mark.parametrize(
    "text",
    [
        r'f"\frac{{a}}{{b}}"',
        'f"x^{{n}}"',
        'f"{{{steps}}}"',
        'f"{{}} {{1}}"',
        "a_{{n}}",
        "{{ steps }}",
        "{{2, 3}}",
    ],
)
def test_other_braces_are_let_alone(path, text):
    assert resolve(text, path) == (text, [])


@pytest.mark.parametrize(
    ("text", "fault", "remedy"),
    [
        ("{{stepps}}", "{{stepps}}: no such lesson", "known are steps, own, bends_2"),
        ("{{stepps.ipynb}}", "{{stepps.ipynb}}: no such lesson", "known are steps, own, bends_2"),
        ("{{steps#sgdd}}", "{{steps#sgdd}}: no such exercise", "02_steps.py has sgd, adam-w"),
        ("{{steps#adam_w}}", "{{steps#adam_w}}: no such exercise", "02_steps.py has sgd, adam-w"),
        ("{{#sgd}}", "{{#sgd}}: no such exercise", "07_own.py has none"),
        (
            "### Exercise · A\n# ### Exercise · B",
            "heading 2 of an exercise stands after 0 solution cells",
            "give each solution cell one `# ### Exercise · Title`",
        ),
    ],
)
def test_faults_are_named_with_line_and_remedy(path, text, fault, remedy):
    resolved, faults = resolve(f"x = 1\n# {text}\n", path)
    assert faults == [(2 + text.count("\n"), fault, remedy)]
    assert "{{" not in text or resolved == f"x = 1\n# {text}\n"


def test_a_lesson_is_read_with_its_numbers_and_refused_with_an_unknown_one(path):
    text = tiny_course.LESSON.replace("A tiny lesson", "Lesson · Tiny, after {{steps#adam-w}}")
    path.write_text(text)
    assert (
        rules.read(path)
        .notebook.cells[0]
        .source.startswith("# 7 · Tiny, after lesson 2, exercise 2")
    )
    path.write_text(text.replace("{{steps", "{{leaps"))
    with pytest.raises(LessonError) as caught:
        parse(path)
    (problem,) = caught.value.problems
    assert str(problem) == (
        "solutions/07_own.py:2: {{leaps#adam-w}}: no such lesson; known are steps, own, bends_2"
    )


def test_a_number_by_hand_is_refused(path):
    path.write_text(tiny_course.LESSON.replace("A tiny lesson", "As in lesson 3"))
    with pytest.raises(LessonError, match=r'07_own\.py:2: a number by hand, "lesson 3"; write {{'):
        rules.read(path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("as in lesson 3.", "lesson 3"),
        ("Lessons 1 and 2", "Lessons 1"),
        ("from lesson\n# 2 how", "lesson 2"),
        ("exercise 11", "exercise 11"),
        ("Exercises\n4 and 5", "Exercises 4"),
        ("# ### Exercise 3 · ELU", "Exercise 3"),
        ("# # 4 · Title", "4 ·"),
        ("all seven lessons", "seven lessons"),
        ("the 7 lessons", "7 lessons"),
        ("lesson four", "lesson four"),
    ],
)
def test_numbers_by_hand_are_found(text, found):
    ((line, words),) = by_hand(f"\n{text}\n")
    assert (line, words) == (2, found)


@pytest.mark.parametrize(
    "text",
    [
        "**Points** 31, in 15 exercises; each stands on its own.",
        "one lesson, the next exercises",
        "{{steps}}, {{steps#sgd}}, {{#sgd}}",
        "this lesson\n#\n# 1. First",
        "(students, exercises, 6)",
    ],
)
def test_other_numbers_are_fine(text):
    assert [*by_hand(text)] == []


def test_exercises_are_the_solution_cells():
    assert exercises(tiny_course.LESSON) == ["double"]
    for each in rules.read_all(ROOT / "solutions"):
        solutions = [cell.nbgrader for cell in each.cells if cell.nbgrader.get("solution")]
        source = each.path.read_text(encoding="utf-8")
        assert exercises(source) == [it["grade_id"] for it in solutions]


# The whole repository

LESSONS = {file.stem for file in (ROOT / "solutions").glob("[0-9]*.py")}
ROOMS = ["docs", "nblib", "nbteach", "solutions", "deploy", "benchmarks", "tests"]
TEXT = {".md", ".py", ".sh", ".toml", ".yml", ".j2", ".js", ".css"}
# Tests whose own small lessons have numbers.
SAMPLES = {
    "tests/nbteach/authoring/test_index.py",
    "tests/nbteach/authoring/test_slides.py",
    "tests/nbteach/grading/notebooks/test_rebuild.py",
    "tests/nbteach/grading/pages/test_contents.py",
    "tests/nbteach/grading/pages/test_exporters.py",
    "tests/nbteach/report/test_lesson_facts.py",
    "tests/nbteach/similar/test_page.py",
    "tests/support/hand_in.py",
}
MADE_UP = {"01_topic", "01_scale", "01_x", "01_lesson"}  # stand for any lesson in an example


def texts() -> Iterator[Path]:
    """Yield the text files of the repository but for generated ones and this one."""
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*")]
    files = [file for file in files if file.parent.name != "fresh"]  # as strangers wrote them
    for file in {*ROOT.glob("*"), *files} - {Path(__file__)}:
        if file.is_file() and (file.suffix in TEXT or file.name == "Makefile"):
            yield file


def stale(name: str, text: str) -> list[tuple[int, str]]:
    """Return the line and the words of what would be untrue once lessons are moved about.

    That is a number by hand, or the name of a lesson that does not exist. The lessons of tests are
    their own affair, unless they have the topic of a real one.
    """
    found = [] if name in SAMPLES else [*by_hand(text)]
    topics = {lesson[3:] for lesson in LESSONS}
    for hit in re.finditer(r"(?<!\w)\d\d_[a-z][a-z0-9_]*", text):
        unknown = hit[0] not in LESSONS | MADE_UP
        if unknown and (hit[0][3:] in topics or not name.startswith("tests/")):
            found.append((text.count("\n", 0, hit.start()) + 1, hit[0]))
    return found


def test_what_is_stale_is_found():
    assert stale("docs/x.md", "\nsee lesson 3") == [(2, "lesson 3")]
    assert stale("docs/x.md", "`01_gradient_descent`, 55_new, 01_topic, 02_gradient_descent") == [
        (1, "01_gradient_descent"),
        (1, "55_new"),
    ]
    assert stale("tests/x.py", '"01_tiny", "99_activations"') == [(1, "99_activations")]
    assert stale("tests/support/hand_in.py", "exercise 1") == []


def test_no_text_names_a_lesson_by_a_number_or_a_name_that_it_has_not():
    names = [file.relative_to(ROOT).as_posix() for file in texts()]
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/teaching.md"} <= {*names}
    assert {name for name in names if name in SAMPLES} == SAMPLES
    assert len(names) > 200
    found = {name: stale(name, (ROOT / name).read_text(encoding="utf-8")) for name in names}
    assert {name: hits for name, hits in found.items() if hits} == {}
