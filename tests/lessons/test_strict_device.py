"""Every lesson runs on a device that refuses float64, as Apple's GPU does (see `strict_device`)."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from nbteach.authoring.build import source_notebook
from nbteach.authoring.rules import read

pytestmark = pytest.mark.slow  # a kernel for each lesson, and several times its time

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "solutions").glob("[0-9]*.py"))
INSTALL = f"import sys; sys.path.append({str(ROOT / 'tests/support')!r})\nimport strict_device"
REFUSED = """
import pytest, torch
from nblib import runtime
x = torch.ones(3).to(runtime.device())
with pytest.raises(TypeError, match="float64"):
    x.double()
with pytest.raises(TypeError, match="float64"):
    torch.tensor([1.0], dtype=torch.float64, device=runtime.device())
with pytest.raises(TypeError, match="numpy"):
    x.numpy()
with pytest.raises(RuntimeError, match="same device"):
    x + torch.ones(3)
with pytest.raises(RuntimeError, match="generator"):
    torch.rand(3, device=x.device, generator=torch.Generator())
w = x.clone().requires_grad_()
(w**2).sum().backward()
assert w.grad.device == x.device
assert w.grad.cpu().double().tolist() == [2.0, 2.0, 2.0]
"""


def failures(*cells: nbformat.NotebookNode) -> list[str]:
    """Run cells on the strict device; return the id of each that fails, its error and its line."""
    first = nbformat.v4.new_code_cell(f"{INSTALL}; strict_device.install()", id="install")
    notebook = nbformat.v4.new_notebook(cells=[first, *cells])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBLIB_FAST", "1")
        NotebookClient(
            notebook, kernel_name="python3", startup_timeout=600, allow_errors=True
        ).execute()
    found = [
        (cell.id, output)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" and output.ename != "NameError"  # it comes of another
    ]
    return [f"{name}: {out.ename}: {out.evalue}; {_line(out.traceback)}" for name, out in found]


def _line(traceback: list[str]) -> str:
    """The line of the lesson's own or of nblib's that a traceback points at last."""
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(traceback))
    frames = re.split(r"\n(?=(?:File|Cell) )", text)
    pointed = [
        f"{frame.partition(',')[0]}: {found[1].strip()}"
        for frame in frames
        if re.match(r"File \S+/nblib/|Cell ", frame)
        and (found := re.search(r"-+> \d+ (.*)", frame))
    ]
    return pointed[-1] if pointed else ""


def test_the_device_is_strict():
    assert failures(nbformat.v4.new_code_cell(REFUSED)) == []
    wrong = "import torch\nstrict_device.OnDevice(torch.ones(1, dtype=torch.float64))"
    (failed,) = failures(nbformat.v4.new_code_cell(wrong, id="wrong"))
    assert failed.startswith("wrong: TypeError: Cannot convert")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_on_it(lesson):
    cells = source_notebook(read(lesson)).cells
    still = nbformat.v4.new_code_cell(REFUSED, id="still-strict")
    assert failures(*cells, still) == []
