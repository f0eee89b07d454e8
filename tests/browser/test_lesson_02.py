"""Lesson 2 as a student meets it: run it, answer wrongly, answer rightly, read what is said."""

import nbformat
import pytest
import variant_runner
from variant_runner import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSON = "02_initialization"
NOTEBOOK = ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells
INDEX = {cell.id: index for index, cell in enumerate(CELLS)}
LAST = max(index for index, cell in enumerate(CELLS) if cell.cell_type == "code")
TESTS = [name for name in INDEX if "-test" in name]
BATCH_NORM = [name for name in TESTS if name.startswith("batch-norm-test")]


def answer(description):
    """Return the answer to the exercise on batch norm that is described so."""
    (found,) = [
        variant.source
        for variant in variant_runner.load(ROOT / f"tests/variants/{LESSON}.py")
        if (variant.exercise, variant.description) == ("batch-norm", description)
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
    notebook = open_notebook(NOTEBOOK, name=f"lesson-2-{theme}.ipynb", theme=theme)
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
        """Give an answer to the exercise; return what each of its three tests says."""
        write(notebook, INDEX["batch-norm"], source)
        notebook.run_cell(INDEX["batch-norm"])
        said = []
        for name in BATCH_NORM:
            notebook.run_cell(INDEX[name])
            said.append(notebook.output(INDEX[name]).inner_text())
        notebook.output(INDEX[BATCH_NORM[0]]).scroll_into_view_if_needed()
        return said

    train, use, _ = told(answer("momentum reversed"))
    assert "✗ Batch norm in training: not right yet" in train
    assert "momentum is the share of the new batch here; you gave it to the old value." in train
    assert "Traceback" not in train
    assert "✓ Batch norm in use" in use  # half an answer earns its part of the points
    notebook.screenshot(f"{LESSON}-wrong-{theme}")

    for said in told(answer("with keepdim, for any shape")):
        assert "✓ Batch norm" in said
        assert "1 comparison right" in said
    notebook.screenshot(f"{LESSON}-right-{theme}")
    assert len(notebook.errors()) == len(TESTS) - len(BATCH_NORM)
