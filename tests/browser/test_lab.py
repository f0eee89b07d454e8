"""The JupyterLab of the browser tests works at all, and so says what broke when one fails."""

import pytest

pytestmark = pytest.mark.browser


def test_a_notebook_runs_and_is_saved(open_notebook):
    notebook = open_notebook(["print(6 * 7)", "1 / 0"], theme="dark")
    notebook.run_all()
    assert "42" in notebook.output(0).inner_text()
    assert notebook.errors() == ["ZeroDivisionError: division by zero"]
    notebook.save()
    assert '"42\\n"' in notebook.file.read_text()
