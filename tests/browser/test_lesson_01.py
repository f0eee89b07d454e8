"""Lesson 1 as a student meets it: run it, answer wrongly, answer rightly, read what is said."""

import nbformat
import pytest
import variant_runner
from variant_runner import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "01_gradient_descent"
NOTEBOOK = ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells
INDEX = {cell.id: index for index, cell in enumerate(CELLS)}
LAST = max(index for index, cell in enumerate(CELLS) if cell.cell_type == "code")
TESTS = [name for name in INDEX if "-test" in name]


def answer(description):
    """Return the answer to the exercise on momentum that is described so."""
    (found,) = [
        variant.source
        for variant in variant_runner.load(ROOT / f"tests/variants/{LESSON}.py")
        if (variant.exercise, variant.description) == ("momentum", description)
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
    notebook = open_notebook(NOTEBOOK, name=f"lesson-{theme}.ipynb", theme=theme)
    notebook.page.evaluate(  # the experiments at full size have a test of their own
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({code: \"import os; os.environ['NBLIB_FAST'] = '1'\"}).done.then(() => {})"
    )

    notebook.run_all()
    notebook.wait_until_run(LAST, seconds=120)
    assert len(notebook.errors()) == len(TESTS)  # each exercise stops its own cell only
    for name in TESTS:
        assert "not solved yet" in notebook.output(INDEX[name]).inner_text()

    def told(source):
        write(notebook, INDEX["momentum"], source)
        notebook.run_cell(INDEX["momentum"])
        notebook.run_cell(INDEX["momentum-test"])
        output = notebook.output(INDEX["momentum-test"])
        output.scroll_into_view_if_needed()
        return output.inner_text()

    wrong = told(answer("(1−β) on the gradient"))
    assert "✗ Momentum: not right yet" in wrong
    assert "That is the other convention; here v ← βv + g." in wrong
    assert "Traceback" not in wrong
    notebook.screenshot(f"{LESSON}-wrong-{theme}")

    right = told(answer("loop with a None check"))
    assert "✓ Momentum: 1 comparison right" in right
    assert "2 more hidden parts" in right
    notebook.screenshot(f"{LESSON}-right-{theme}")
    assert len(notebook.errors()) == len(TESTS) - 1
