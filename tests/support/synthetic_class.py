"""A class whose results are made, not run: through the real files, the real store and gradebook.

Each student has an ability and each exercise a difficulty. Who fails is told one of the mistakes
that the exercise lists, the first ones more often.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import graded_course  # noqa: F401 - nbgrader's slow look at its database is made once
import nbformat
import numpy as np
import tiny_course
from nbformat import NotebookNode
from variant_runner import Runner

from nblib.checks.verdict import Verdict
from nbteach.authoring.build import build
from nbteach.grading.course import environment, folder, gradebook, load, results_folder
from nbteach.grading.execution import Execution, Outcome
from nbteach.grading.limits import Limits
from nbteach.grading.notebooks.cells import is_test
from nbteach.grading.notebooks.lesson_bundle import load_bundle
from nbteach.grading.notebooks.rebuild import rebuild_bytes
from nbteach.grading.pages.remarks import exercise_of
from nbteach.grading.records.recorder import register
from nbteach.grading.records.result_store import Store, key
from nbteach.report.lesson_facts import LessonFacts, lesson_facts

LESSON = "02_gradient_descent"


@dataclass
class Work:
    """What one student did: by exercise, "right", "untried", or what the check said."""

    answers: dict[str, str]
    prediction: str = "..."
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by exercise, where not "failed"
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by `at_first`, `at_last`


def course(root: Path, lesson: str = LESSON, text: str = "") -> Path:
    """Make and build a course with one lesson, a real one unless its text is given."""
    if text:
        tiny_course.make(root, text, lesson)
    else:
        tiny_course.make_real(root, lesson)
    build(root)
    return root


def facts(root: Path, lesson: str = LESSON) -> LessonFacts:
    """Return the lesson as a report sees it."""
    return lesson_facts(lesson, load_bundle(root, lesson).notebook)


def mistakes(known: LessonFacts) -> dict[str, list[str]]:
    """Return the mistakes that the tests of each exercise list."""
    runner = Runner(tiny_course.REPOSITORY / f"solutions/{known.name}.py")
    return {each.name: runner.listed_mistakes(each.name) for each in known.exercises}


def varied(known: LessonFacts, size: int) -> dict[str, Work]:
    """Return a class of this size, of the usual variety."""
    rng, listed = np.random.default_rng(7), mistakes(known)
    hardness = np.linspace(-1.4, 0.8, len(listed)) + rng.normal(0, 0.5, len(listed))
    hard = dict(zip(listed, hardness, strict=True))
    options = known.questions[0].options
    found = {}
    for number in range(size):
        ability, endurance = rng.normal(), rng.integers(len(listed) // 3, 2 * len(listed))
        answers = {}
        for at, (exercise, sentences) in enumerate(listed.items()):
            if at >= endurance or rng.random() < 0.03:
                answers[exercise] = "untried"
            elif rng.random() < 1 / (1 + np.exp(1.6 * (hard[exercise] - ability))):
                answers[exercise] = "right"
            else:
                weights = 0.6 ** np.arange(len(sentences) + 1)
                answers[exercise] = str(rng.choice([*sentences, ""], p=weights / weights.sum()))
        guess = repr(str(rng.choice(options))) if rng.random() < 0.9 else "..."
        asked = {
            when: {one.name: one.right for one in known.asked if rng.random() < chance}
            for when, chance in (("at_first", 0.4), ("at_last", 0.8))
        }
        found[f"s{number + 1:02}"] = Work(answers, f"prediction = {guess}", asked=asked)
    return found


def record(
    root: Path, works: dict[str, Work], lesson: str = LESSON, absent: int = 0, **said: str
) -> None:
    """Store a result for each student, and write points and notebooks where grading puts them.

    nbgrader itself would take a second for each; `test_report` sees that it writes the same.
    `said` is what the gradebook holds of each student besides, such as `first_name`.
    """
    with environment():
        taught = load(root)
        register(taught, lesson)
        bundle, store = load_bundle(root, lesson), Store(results_folder(taught))
        limits = Limits(**taught.config.Replay.limits)
        with gradebook(taught) as book:
            for number in range(absent):
                book.add_student(f"absent-{number + 1}")
            for student, work in works.items():
                content = nbformat.writes(_handed_in(bundle.notebook, work))
                _write(folder(taught, taught.submitted_directory, student, lesson), lesson, content)
                notebook = rebuild_bytes(bundle, content.encode()).notebook
                name = key(notebook, bundle.digest, limits)
                execution = store.put(name, _execution(notebook, work))
                notebook.metadata["nblib"] = {"key": name}
                content = nbformat.writes(notebook)
                _write(
                    folder(taught, taught.autograded_directory, student, lesson), lesson, content
                )
                book.add_student(student, **said)
                (submitted,) = book.add_submission(lesson, student).notebooks
                for grade in submitted.grades:
                    passed = execution.tests[grade.name] == "passed"
                    grade.auto_score = grade.max_score if passed else 0
                for comment in submitted.comments:
                    if work.answers.get(comment.name, "untried") == "untried":
                        comment.auto_comment = "No response."
            book.db.commit()


def _write(place: Path, lesson: str, content: str) -> None:
    place.mkdir(parents=True)
    (place / f"{lesson}.ipynb").write_text(content, encoding="utf-8")


def _handed_in(notebook: NotebookNode, work: Work) -> NotebookNode:
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        words = cell.metadata.get("nbgrader", {})
        done = work.answers.get(words.get("grade_id", ""), "untried")
        if words.get("solution") and done != "untried":
            cell.source = f"answer = {done!r}"
        elif "prediction" in cell.metadata.get("tags", []):
            variable = cell.source.partition(" =")[0]
            if variable in work.asked:
                cell.source = f"{variable} = {work.asked[variable]!r}"
            elif variable == "prediction" and work.prediction != "...":
                cell.source = work.prediction
    return notebook


def _execution(notebook: NotebookNode, work: Work) -> Execution:
    outputs: dict[str, list[dict[str, Any]]] = {}
    tests: dict[str, Outcome] = {}
    for cell in filter(is_test, notebook.cells):
        name = cell.metadata.nbgrader.grade_id
        exercise = exercise_of(name)
        done = work.answers.get(exercise, "untried")
        tests[name] = "passed" if done == "right" else work.outcomes.get(exercise, "failed")
        text = shown(done)
        outputs[name] = [
            {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
        ]
    return Execution(outputs, tests)


def shown(done: str) -> str:
    """Return what a check shows, in the words of `nblib.checks`."""
    if done == "right":
        return Verdict(True, "Title: solved").text()
    if done == "untried":
        advice = "Write your answer above, then run this again."
        return Verdict(False, "Title: not solved yet", diagnosis=advice).text()
    facts = {"called": "f(x=1)", "expected": "1", "got": "2"}
    return Verdict(False, "Title: not right yet", facts, diagnosis=done, footer="Worth it.").text()
