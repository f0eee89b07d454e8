"""Lesson 6 as a student meets it: run it, answer wrongly, answer rightly, read what is said."""

import nbformat
import pytest
import variant_runner
from variant_runner import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "06_transfer_learning"
NOTEBOOK = ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells
INDEX = {cell.id: index for index, cell in enumerate(CELLS)}
LAST = max(index for index, cell in enumerate(CELLS) if cell.cell_type == "code")
TESTS = [name for name in INDEX if "-test" in name]
(PLAYGROUND,) = [
    index for index, cell in enumerate(CELLS) if cell.source == "playground.few_labels()"
]


def answer(description):
    """Return the answer to the exercise on features that is described so."""
    (found,) = [
        variant.source
        for variant in variant_runner.load(ROOT / f"tests/variants/{LESSON}.py")
        if (variant.exercise, variant.description) == ("features", description)
    ]
    return found


def write(notebook, index, source):
    notebook.page.evaluate(
        "([index, source]) => window.jupyterapp.shell.currentWidget.content"
        ".widgets[index].model.sharedModel.setSource(source)",
        [index, source],
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_student_works_through_the_lesson(open_notebook, theme):
    notebook = open_notebook(NOTEBOOK, name=f"lesson-6-{theme}.ipynb", theme=theme)
    notebook.page.evaluate(  # the experiments at full size have a test of their own
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({code: \"import os; os.environ['NBLIB_FAST'] = '1'\"}).done.then(() => {})"
    )

    notebook.run_all()
    notebook.wait_until_run(LAST, seconds=120)
    assert len(notebook.errors()) == len(TESTS)  # each exercise stops its own cell only
    for name in TESTS:
        assert "not solved yet" in notebook.output(INDEX[name]).inner_text()

    play = notebook.output(PLAYGROUND).locator(".nblib-playground")
    play.scroll_into_view_if_needed()
    play.locator(".nblib-says").filter(has_text="pixels, 3 labels").wait_for()
    play.get_by_label("source").select_option("letters")
    for label, value in (("labels of each digit", "4"), ("strength λ", "1")):
        number = play.get_by_label(f"{label}, as a number")
        number.fill(value)
        number.press("Enter")
    play.locator(".nblib-score").filter(has_text="✓ reached on try").wait_for()
    notebook.screenshot(f"{LESSON}-playground-{theme}", play)

    def told(source):
        write(notebook, INDEX["features"], source)
        notebook.run_cell(INDEX["features"])
        notebook.run_cell(INDEX["features-test"])
        output = notebook.output(INDEX["features-test"])
        output.scroll_into_view_if_needed()
        return output.inner_text()

    wrong = told(answer("own normalization"))
    assert "✗ A machine for features: not right yet" in wrong
    assert "The network expects the source's." in wrong
    assert "Traceback" not in wrong
    notebook.screenshot(f"{LESSON}-wrong-{theme}")

    right = told(answer("layer by layer"))
    assert "✓ A machine for features: 1 comparison right" in right
    assert "1 more hidden part" in right
    notebook.screenshot(f"{LESSON}-right-{theme}")
    assert len(notebook.errors()) == len(TESTS) - 1
