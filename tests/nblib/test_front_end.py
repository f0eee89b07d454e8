"""Each front end, known by the marks that it leaves in its kernels, gets what it can show."""

import os
import sys
from types import ModuleType

import nbformat
import pytest
from nbclient import NotebookClient
from shown import own_outputs

from nblib import front_end

COLAB = """
import sys
from types import ModuleType, SimpleNamespace
for module in ("google", "google.colab", "google.colab.output"):
    sys.modules[module] = ModuleType(module)
output = sys.modules["google.colab.output"]
output.enable_custom_widget_manager = lambda: None
output._widgets = SimpleNamespace(_installed_url="https://widgets.example/loader.js")
"""
CELLS = [
    "from nblib import playground\nplayground.descent()",
    """
import torch
from nblib import data, live, models, training
model = models.mlp([64, 10])
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
shown, panel = [], live.Panel()
class Look:
    def on_step(self, run):
        shown[:] = [panel._widget is not None]
X, y, _, _ = data.digits()
training.fit(model, optimizer, X, y, num_epochs=1, batch_size=512, on=[panel, Look()])
print(shown)
""",
    "from nblib import runtime\nfor _ in runtime.progress(range(3), 'counting'): pass",
]
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for mark in front_end.MARKS:
        monkeypatch.delenv(mark, raising=False)


@pytest.mark.parametrize(
    ("marks", "name", "widgets"),
    [
        ([], "", False),
        (["JPY_SESSION_NAME"], "Jupyter", True),
        (["VSCODE_PID"], "VS Code", True),
        (["JPY_SESSION_NAME", "VSCODE_PID"], "Jupyter", True),  # JupyterLab, started in VS Code
        (["PYCHARM_HOSTED"], "PyCharm", False),
        (["JPY_SESSION_NAME", "PYCHARM_HOSTED"], "Jupyter", True),
    ],
)
def test_marks_tell_the_front_end(monkeypatch, marks, name, widgets):
    for mark in marks:
        monkeypatch.setenv(mark, "1")
    assert (front_end.name(), front_end.shows_widgets()) == ("", False)  # no kernel, no front end
    monkeypatch.setattr(front_end, "in_kernel", lambda: True)
    assert (front_end.name(), front_end.shows_widgets()) == (name, widgets)
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert (front_end.name(), front_end.shows_widgets()) == ("Colab", True)


def run(*cells: str, **marks: str) -> list[list[nbformat.NotebookNode]]:
    """Run cells in a kernel with these marks; return the outputs of each."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3").execute(env=os.environ | marks)
    return [[*own_outputs(cell.outputs)] for cell in notebook.cells]


@pytest.mark.slow
@pytest.mark.parametrize("front", ["VS Code", "Colab"])
def test_where_widgets_are_shown_all_is_live(front):
    first, marks = ("", {"VSCODE_PID": "1"}) if front == "VS Code" else (COLAB, {})
    _, (knobs,), panel, (progress,) = run(first, *CELLS, **marks)
    # One output, in which a widget goes before the picture that is kept for readers.
    assert {WIDGET, "image/png", "text/plain"} <= {*knobs.data}
    assert knobs.metadata["image/png"]["alt"].startswith("Descent on a surface. Gradient descent")
    assert (WIDGET in knobs.metadata) == (front == "Colab")  # where its loader is found
    pictures = [output for output in panel if "image/png" in output.get("data", {})]
    assert len(pictures) == 1  # it has taken the place of the panel
    assert any(output.get("text") == "[True]\n" for output in panel)
    assert progress.data["text/plain"].startswith("counting: 3 done in ")


@pytest.mark.slow
@pytest.mark.parametrize("front", ["PyCharm", ""])
def test_where_widgets_are_not_shown_it_is_said(front):
    marks = {"PYCHARM_HOSTED": "1"} if front else {}
    (picture, caption), panel, progress = run(*CELLS, **marks)
    assert WIDGET not in picture.data
    place = "shows this picture only" if front else "Run in JupyterLab, VS Code or Colab, this cell"
    assert place in picture.metadata["image/png"]["alt"]
    assert place in caption.data["text/markdown"]
    said = "".join(output.get("text", "") for output in panel)
    assert said.endswith("[False]\n")
    assert ("PyCharm shows no live panel" in said) == bool(front)
    assert len([output for output in panel if "image/png" in output.get("data", {})]) == 1
    told = "".join(output.text for output in progress)
    assert ("counting: 3 done in " in told) == bool(front)


def test_outside_of_a_notebook_nothing_was_executed():
    assert front_end.executed() == []
