"""The JupyterLab of the browser tests works at all, and so says what broke when one fails."""

import nbformat
import pytest
from variant_runner import ROOT


def test_a_notebook_runs_and_is_saved(open_notebook):
    notebook = open_notebook(["print(6 * 7)", "1 / 0"], theme="dark")
    notebook.run_all()
    assert "42" in notebook.output(0).inner_text()
    assert notebook.errors() == ["ZeroDivisionError: division by zero"]
    notebook.save()
    assert '"42\\n"' in notebook.file.read_text()


@pytest.mark.smoke
def test_the_first_lesson_runs_and_its_check_speaks(open_notebook):
    path = ROOT / "notebooks/00_start_here/00_start_here.ipynb"
    notebook = open_notebook(path)
    notebook.run_all()
    cells = nbformat.read(path, as_version=4).cells
    tests = [index for index, cell in enumerate(cells) if cell.id.endswith("-test")]
    assert all("not solved yet" in notebook.output(index).inner_text() for index in tests)
    assert len(notebook.errors()) == len(tests) > 0
