"""From submissions to the page: `nblib similar`, on small classes and on answers of the lessons."""

import random
from collections.abc import Sequence
from pathlib import Path

import disguise
import graded_course
import nbformat
import pytest
import variant_runner
from graded_course import NAME, hand_in, replace

from nbteach import cli
from nbteach.grading.errors import GradingError
from nbteach.grading.notebooks.lesson_bundle import Bundle, BundleError, make_bundle
from nbteach.similar.answers import Place, Work
from nbteach.similar.likeness import ALIKE
from nbteach.similar.ranking import Ranking, ranking
from nbteach.similar.similar import compared, given, similar

ANSWER = "def {}(x):\n    doubled = [x * 2, x // {}]\n    return sum(doubled) - doubled[1] - x + {}"


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A class of eight, two of whom share answers that nobody else has; one file is torn."""
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    root = graded_course.make(tmp_path / "course")
    for number in range(6):
        hand_in(root, f"s{number}", all_answers(lambda name, n=number: own(name, n)))
    hand_in(root, "ada", all_answers(lambda name: ANSWER.format(name, 3, 1)))
    copied = all_answers(lambda name: disguise.renamed(ANSWER.format(name, 3, 1)))
    hand_in(root, "emmy", copied)
    hand_in(root, "torn", "{")
    return root


def own(name: str, number: int) -> str:
    return f"def {name}(x):\n    return max(x, {number}) ** {number} + x.real % {number + 2} - 1"


def all_answers(text) -> graded_course.Edit:
    def edit(notebook):
        for name in graded_course.EXERCISES:
            replace(name, text(name))(notebook)

    return edit


def test_the_command_writes_the_page_that_it_names(root, capsys):
    for options, name in (([], f"{NAME}-similar"), (["--names"], f"{NAME}-similar-names")):
        assert cli.main(["--root", str(root), "similar", NAME, *options]) == 0
        path = Path(capsys.readouterr().out.strip())
        assert path == root / f"classroom/default/reports/{name}.html"
        assert path.parent.stat().st_mode & 0o077 == 0
        text = path.read_text(encoding="utf-8")
        assert ("ada <span" in text) == ("names" in name)
        assert "<mark>doubled = [x * 2, x // 3]</mark>" in text
        assert ("<b>torn</b>: could not be read" in text) == ("names" in name)


def test_the_page_goes_where_it_is_asked_to(root, tmp_path):
    output = tmp_path / "new" / "page.html"
    assert similar(root, NAME, output=output) == output
    assert "9</b><span>submissions of this class" in output.read_text(encoding="utf-8")
    assert not (root / "classroom/default/reports").exists()


def test_an_earlier_class_is_compared_with_this_one(root, monkeypatch, capsys):
    monkeypatch.setenv("NBLIB_CLASSROOM", "next")
    place = root / "classroom/next/submitted/grace" / NAME / f"{NAME}.ipynb"
    place.parent.mkdir(parents=True)
    path = root / f"classroom/default/submitted/ada/{NAME}/{NAME}.ipynb"
    place.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    earlier = ["--earlier", str(root / "classroom/default"), "--names"]
    assert cli.main(["--root", str(root), "similar", NAME, *earlier]) == 0
    text = Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
    for name in ("ada", "emmy"):
        assert f'<h3>grace <span class="and">and</span> {name} (default)</h3>' in text
    assert "<h3>ada" not in text


def test_an_unknown_lesson_is_told(root):
    with pytest.raises(GradingError, match="there is no lesson '99_x'; the lessons are 01_tiny"):
        similar(root, "99_x")


def test_a_lesson_that_was_never_built_is_told(root):
    (root / "notebooks" / NAME / f"{NAME}.ipynb").unlink()
    with pytest.raises(BundleError, match="run `nblib build`"):
        similar(root, NAME)


# A class drawn from the answers of a lesson, all of them written by hand, right and wrong ones.

LESSONS = sorted(variant_runner.ROOT.glob("tests/lessons/variants/[01][0-9]*.py"))[1:]
SIZE, SEEDS = 40, (1, 2)


def released(name: str) -> Bundle:
    """The lesson as students get it; nothing here needs its answers or hidden tests."""
    path = variant_runner.ROOT / "notebooks" / name / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    return make_bundle(name, notebook, notebook)


def drawn(lesson: Path, seed: int) -> list[dict[str, str]]:
    """Forty students, who take one of the answers to each exercise, each for themselves."""
    forms: dict[str, list[str]] = {}
    for variant in variant_runner.load(lesson):
        forms.setdefault(variant.exercise, []).append(variant.source)
    rng = random.Random(seed)
    return [{name: rng.choice(all_of) for name, all_of in forms.items()} for _ in range(SIZE)]


def ranked(name: str, answers: Sequence[dict[str, str]]) -> Ranking:
    works = [Work(Place(f"s{at}", Path()), each) for at, each in enumerate(answers)]
    return ranking(compared(released(name), [*answers[0]], works, SIZE), SIZE, at_most=10)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_disguised_copies_are_beyond_chance_and_independent_answers_are_not(lesson):
    rng, false, missed = random.Random(0), 0, 0
    for seed in SEEDS:
        answers = drawn(lesson, seed)
        exercises = [*answers[0]]
        answers[1] = {name: disguise.disguised(text, rng) for name, text in answers[0].items()}
        for name in rng.sample(exercises, 2 * len(exercises) // 3):
            answers[3][name] = disguise.disguised(answers[2][name], rng)
        made = ranked(lesson.stem, answers)
        first = [(pair.first, pair.second) for pair in made.pairs]
        assert first[0] == (0, 1)
        assert (2, 3) in first[:3]
        false += max(0, made.num_beyond - 2)
        assert made.num_beyond >= 1  # who copied all of it
        missed += max(0, 2 - made.num_beyond)
    assert false <= 1
    # Where answers follow the card's formulas, chance explains two thirds copied in some classes.
    assert missed <= {"01": 1, "11": 1, "13": 1, "15": 2, "16": 2}.get(lesson.stem[:2], 0)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_answers_written_independently_are_seldom_alike(lesson):
    """Right answers to the same exercise, by the same author, and none meant to be the same."""
    forms: dict[str, list[str]] = {}
    for variant in variant_runner.load(lesson):
        if variant.is_correct:
            forms.setdefault(variant.exercise, []).append(variant.source)
    works = [
        Work(Place(f"s{at}", Path()), {name: of[at] for name, of in forms.items() if at < len(of)})
        for at in range(max(map(len, forms.values())))
    ]
    found = compared(released(lesson.stem), [*forms], works, len(works)).values()
    pairs = sum(each.num_pairs for each in found)
    assert pairs >= 3 * len(forms)  # of three answers to each exercise
    assert sum(each.spread[ALIKE:].sum() for each in found) <= 0.02 * pairs


def test_what_the_lesson_gives_is_nobodys():
    bundle = released("04_activations")
    cells = [cell for cell in bundle.notebook.cells if cell.cell_type == "code"]
    works = [Work(Place(f"s{at}", Path()), {"a": cells[at].source}) for at in range(2)]
    assert given(bundle)
    assert not compared(bundle, ["a"], works, 2)["a"].answered.any()
