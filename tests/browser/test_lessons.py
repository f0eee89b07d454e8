"""A student meets each lesson: runs it, plays, answers wrongly and rightly, reads what is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import nbformat
import pytest
import variant_runner
from lab import Notebook
from playwright.sync_api import Locator
from variant_runner import ROOT

from nblib.playground.demos import maps
from nbteach.grading.pages.remarks import exercise_of


@dataclass(frozen=True)
class Visit:
    """What is tried in one lesson, and what its author has to see."""

    exercise: str
    wrong: str  # a variant, by its description
    told: Sequence[str]
    right: str
    praised: Sequence[str]
    play: Callable[[Locator], None] | None = None
    playground: str = ""  # the cell with the playground that `play` is for


def _type(play: Locator, label: str, number: str) -> None:
    field = play.get_by_label(f"{label}, as a number")
    field.fill(number)
    field.press("Enter")


def _play_xor(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="1 of 4 corners are right").wait_for()
    for label, number in {
        "angle 1": "45",
        "offset 1": "0",
        "weight 1": "1.4",
        "angle 2": "45",
        "offset 2": "0.7",
        "weight 2": "-2.8",
    }.items():
        _type(play, label, number)


def _play_activations(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="sigmoid, gain 1.").wait_for()
    play.get_by_label("activation").select_option("ReLU")
    _type(play, "initial gain", "1.41")


def _play_curve_fit(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="L2, λ = 1e-06").wait_for()
    play.get_by_label("knob").select_option("early stopping")
    _type(play, "strength λ", "0.3")


def _play_threshold(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="the probability is 0.228").wait_for()
    _type(play, "threshold", "1.2")


def _play_versus(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="1,000 examples").wait_for()
    _type(play, "examples in the test set", "1800")
    _type(play, "overlap of their errors", "0.95")


def _play_fog(play: Locator) -> None:
    says = play.locator(".nblib-says")
    says.filter(has_text="No trial yet, of 12").wait_for()
    canvas = play.locator("figure > canvas").first
    across, down = canvas.evaluate("c => [c.clientWidth - 68, c.clientHeight - 48]")
    # Learning rate 0.0211 of 0.0003 to 0.3, and 1 − 0.508 of 1 down to 0.01, on logarithmic axes.
    canvas.click(position={"x": 56 + 0.6157 * across, "y": 8 + 0.154 * down})
    says.filter(has_text="Next: learning rate 0.0211, momentum 0.508").wait_for()
    play.get_by_role("button", name="Train with these").click()
    says.filter(has_text="✓ Trial 1 of 12 has 83.2%").wait_for()


def _play_field(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="It sees 5 × 5").wait_for()
    _type(play, "layers", "4")
    _type(play, "dilation grows ×", "2")


def _play_maps(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="Round 1: a 3 with no cue").wait_for()
    for at in range(maps.NUM_ROUNDS):
        play.get_by_label(f"answer {at + 1}").select_option(maps.trained_name(at))


def _play_few_labels(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="pixels, 3 labels").wait_for()
    play.get_by_label("source").select_option("letters")
    _type(play, "labels of each digit", "4")
    _type(play, "strength λ", "1")


def _play_wandering(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="Rate 0.1, mean of the steps after 0").wait_for()
    _type(play, "learning rate η", "0.5")
    _type(play, "average after step", "50")


def _play_ward(play: Locator) -> None:
    says = play.locator(".nblib-says")
    says.filter(has_text="0 of 12 checks").wait_for()
    play.get_by_role("button", name="Make this check").click()
    says.filter(has_text="1 of 12 checks").wait_for()
    faults = ["dropout in evaluation", "softmax twice", "inputs not scaled"]
    faults += ["batch statistics in evaluation", "body frozen", "labels one off"]
    for number, fault in enumerate(faults, 1):
        play.get_by_label(f"patient {number} has").select_option(fault)
        if number < len(faults):  # with the last one it says that the goal is reached
            says.filter(has_text=f"{number} of 6 faults named").wait_for()


def _play_squeeze(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="45,544 bytes. 11,232 multiply-adds").wait_for()
    _type(play, "width, in %", "50")
    _type(play, "zeros, in %", "65")
    play.get_by_label("after pruning").select_option("train 300 steps more")
    play.get_by_label("bits of a weight").select_option("5")
    play.get_by_label("the file is").select_option("deflated")


def _play_workers(play: Locator) -> None:
    play.locator(".nblib-says").filter(has_text="A step of 16 samples: 0.370 s").wait_for()
    play.get_by_label("gradients go").select_option("while computing")
    _type(play, "loader threads", "2")
    _type(play, "batch of all", "28")


def _play_control_room(play: Locator) -> None:
    says = play.locator(".nblib-says")
    says.filter(has_text="Stream A: mean accuracy 71.4%").wait_for()
    play.get_by_role("combobox", name="stream").select_option("C")
    says.filter(has_text="Stream C: mean accuracy").wait_for()
    _type(play, "window, batches", "7")
    _type(play, "level", "0.01")
    play.get_by_role("combobox", name="for 30 inputs").select_option("Bonferroni")
    play.get_by_role("combobox", name="retrain").select_option("at an alarm")


def _play_leaderboard(play: Locator) -> None:
    says = play.locator(".nblib-says")
    says.filter(has_text="1 of 40 submissions by lot votes").wait_for()
    _type(play, "submissions", "200")
    says.filter(has_text="1 of 200 submissions by lot votes").wait_for()  # the best is not enough
    play.get_by_role("combobox", name="the board shows").select_option("rounded to 0.02")
    play.get_by_role("combobox", name="at last goes in").select_option("a vote of those below ½")
    _type(play, "public rows", "250")


VISITS = {
    "01_backpropagation": Visit(
        "network-gradients",
        wrong="slope at z",
        told=[
            "✗ A network's gradients, all of them: not right yet",
            "You put z itself into it.",
            "✓ A network's gradients, the last layer",  # half an answer earns its part
        ],
        right="one-hot",
        praised=["✓ A network's gradients, all of them: solved"],
        play=_play_xor,
        playground="playground.xor()",
    ),
    "02_gradient_descent": Visit(
        "momentum",
        wrong="(1−β) on the gradient",
        told=["✗ Momentum: not right yet", "That is the other convention; here v ← βv + g."],
        right="loop with a None check",
        praised=["✓ Momentum: solved"],
    ),
    "03_initialization": Visit(
        "batch-norm",
        wrong="momentum reversed",
        told=[
            "✗ Batch norm in training: not right yet",
            "momentum is the share of the new batch here; you gave it to the old value.",
            "✓ Batch norm in use",  # half an answer earns its part of the points
        ],
        right="with keepdim, for any shape",
        praised=["✓ Batch norm in training: solved"],
    ),
    "04_activations": Visit(
        "swish",
        wrong="only the first half of the product rule",
        told=["✗ Swish: not right yet", "Product rule: the gate changes as well."],
        right="product and chain rule",
        praised=["✓ Swish: solved"],
        play=_play_activations,
        playground="playground.activations()",
    ),
    "05_regularization": Visit(
        "dropout",
        wrong="no rescaling",
        told=[
            "✗ Inverted dropout, training: not right yet",
            "What is left is not enlarged: divide by the share that is kept.",
        ],
        right="masked fill",
        praised=["✓ Inverted dropout, training: solved"],
        play=_play_curve_fit,
        playground="playground.curve_fit()",
    ),
    "06_evaluation": Visit(
        "mcnemar",
        wrong="one tail",
        told=[
            "✗ McNemar's test: not right yet",
            "That is one tail. The question has two sides: take it twice, at most 1.",
        ],
        right="by SciPy",
        praised=["✓ McNemar's test: solved"],
        play=_play_versus,
        playground="playground.versus()",
    ),
    "07_imbalance": Visit(
        "smote",
        wrong="a share for each feature",
        told=[
            "✗ SMOTE, where: not right yet",
            "one share λ for all features of a point, not one for each.",
        ],
        right="imbalanced-learn's own",
        praised=["✓ SMOTE, where: solved"],
        play=_play_threshold,
        playground="playground.threshold()",
    ),
    "08_tuning": Visit(
        "improvement",
        wrong="no density",
        told=[
            "✗ Expected improvement: not right yet",
            "The part with the density, sd·φ(z), is missing.",
        ],
        right="by SciPy",
        praised=["✓ Expected improvement: solved"],
        play=_play_fog,
        playground="playground.fog()",
    ),
    "09_architecture": Visit(
        "attention",
        wrong="mask after",
        told=[
            "✗ Attention: not right yet",
            "The mask comes after the softmax, so the weights of a row no longer add up to 1.",
        ],
        right="exponentials",
        praised=["✓ Attention: solved"],
        play=_play_field,
        playground="playground.field()",
    ),
    "10_transfer_learning": Visit(
        "features",
        wrong="own normalization",
        told=[
            "✗ A machine for features: not right yet",
            "The network expects the source's.",
        ],
        right="layer by layer",
        praised=["✓ A machine for features: solved"],
        play=_play_few_labels,
        playground="playground.few_labels()",
    ),
    "11_training_strategies": Visit(
        "mean-network",
        wrong="mean of the old statistics",
        told=[
            "✓ Average networks, the parameters",  # half an answer earns its part of the points
            "✗ Average networks, the statistics: not right yet",
            "The statistics are the mean of the old ones.",
        ],
        right="AveragedModel and update_bn",
        praised=["✓ Average networks, the statistics: solved"],
        play=_play_wandering,
        playground="playground.wandering()",
    ),
    "12_diagnosis": Visit(
        "gradient-report",
        wrong="none left out",
        told=[
            "✗ A report of gradients: not right yet",
            "Parameters without a gradient are left out: a frozen layer would look healthy.",
        ],
        right="torch.linalg",
        praised=["✓ A report of gradients: solved"],
        play=_play_ward,
        playground="playground.ward()",
    ),
    "13_interpretability": Visit(
        "proof",
        wrong="any change",
        told=[
            "✗ The proof: not right yet",
            "Any change counts. It should be a change to the donor's decision.",
        ],
        right="a loop",
        praised=["✓ The proof: solved"],
        play=_play_maps,
        playground="playground.maps()",
    ),
    "14_compression": Visit(
        "units",
        wrong="constant forgotten",
        told=[
            "✗ Take units out: not right yet",
            "A removed unit still spoke: with incoming weights of 0 it gives ReLU(bias), for every "
            "input. That constant must go into the second bias.",
        ],
        right="by indices",
        praised=["✓ Take units out: solved"],
        play=_play_squeeze,
        playground="playground.squeeze()",
    ),
    "15_scaling": Visit(
        "mean-gradient",
        wrong="0 times NaN",
        told=[
            "✗ The mean of whom?: not right yet",
            "The gradient of an empty shard is NaN, and 0 · NaN is NaN: leave it out.",
        ],
        right="loop",
        praised=["✓ The mean of whom?: solved"],
        play=_play_workers,
        playground="playground.workers()",
    ),
    "16_after_training": Visit(
        "serve",
        wrong="train mode",
        told=[
            "✗ Serve, the names: not right yet",
            "The network is in train mode",
            "✓ Serve, the refusals",  # half an answer earns its part of the points
        ],
        right="keys one by one",
        praised=["✓ Serve, the names: solved"],
        play=_play_control_room,
        playground="playground.control_room()",
    ),
    "17_case_studies": Visit(
        "ladder",
        wrong="rounded first",
        told=[
            "✗ The Ladder: not right yet",
            "Compare the loss itself, and round it afterwards.",
        ],
        right="one line",
        praised=["✓ The Ladder: solved, but for 1 hidden part"],
        play=_play_leaderboard,
        playground="playground.leaderboard()",
    ),
}


def answer(lesson: str, exercise: str, description: str) -> str:
    (found,) = [
        variant.source
        for variant in variant_runner.load(ROOT / f"tests/lessons/variants/{lesson}.py")
        if (variant.exercise, variant.description) == (exercise, description)
    ]
    return found


@pytest.mark.parametrize("lesson", VISITS)
def test_a_student_works_through_the_lesson(open_notebook, lesson):
    visit, path = VISITS[lesson], ROOT / "notebooks" / lesson / f"{lesson}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    index = {cell.id: number for number, cell in enumerate(cells)}
    tests = [name for name in index if "-test" in name]
    mine = [name for name in tests if exercise_of(name) == visit.exercise]

    theme = ("light", "dark")[int(lesson[:2]) % 2]  # a change takes seconds in a whole lesson
    notebook: Notebook = open_notebook(path, name=f"{lesson}.ipynb", theme=theme)
    # The experiments at full size have a test of their own.
    notebook.execute("import os; os.environ['NBLIB_FAST'] = '1'")
    notebook.run_all()
    errors = notebook.errors()
    assert len(errors) == len(tests), errors  # each exercise stops its own cell only
    for name in tests:
        assert "not solved yet" in notebook.output(index[name]).inner_text()

    def picture(of: str, what: Locator | None = None) -> None:
        notebook.screenshot(f"{lesson}-{of}-{theme}", what)

    if visit.play:
        (number,) = [n for n, cell in enumerate(cells) if cell.source == visit.playground]
        play = notebook.output(number).locator(".nblib-playground")
        play.scroll_into_view_if_needed()
        visit.play(play)
        play.locator(".nblib-score").filter(has_text="✓ reached on try").wait_for()
        picture("playground", play)

    def said_to(description: str) -> str:
        notebook.write(index[visit.exercise], answer(lesson, visit.exercise, description))
        for name in (visit.exercise, *mine):
            notebook.run_cell(index[name])
        notebook.output(index[mine[0]]).scroll_into_view_if_needed()
        return "\n".join(notebook.output(index[name]).inner_text() for name in mine)

    wrong = said_to(visit.wrong)
    assert [text for text in visit.told if text not in wrong] == []
    assert "Traceback" not in wrong
    picture("wrong")

    right = said_to(visit.right)
    assert [text for text in visit.praised if text not in right] == []
    assert "✗" not in right
    picture("right")
    assert len(notebook.errors()) == len(tests) - len(mine)
