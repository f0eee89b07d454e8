"""Progress is kept where somebody works in JupyterLab, shown there, and read by the next kernel."""

import pytest

SOLVED = """\
from nblib import checks, progress
@checks.exercise("A cap", points=1, hidden=1)
def _(check):
    check.equal(1, 1)
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_solved_is_shown_and_survives_the_kernel(open_notebook, jupyter_lab, theme):
    notebook = open_notebook([SOLVED, "progress.show()"], theme=theme)
    notebook.run_all()
    assert "A cap: solved, but for 1 hidden part" in notebook.output(0).inner_text()
    shown = notebook.output(1).inner_text()
    assert "0 · Start here: 1 of 4 exercises solved" in shown
    assert "In 15 minutes: 1 · How wrong is it? (5 minutes)" in shown
    notebook.screenshot(f"progress-{theme}", notebook.output(1))
    assert "start_here#capped" in (jupyter_lab.home / "progress.jsonl").read_text()
    notebook.execute("from nblib.progress import notes; notes._here.clear()")  # as a new kernel
    notebook.run_cell(1)
    assert notebook.output(1).inner_text() == shown
