"""Which front end shows what this kernel says, as far as its marks tell; what it can show and ran.

None of them introduces itself to a kernel. A notebook that is executed without anybody looking has
no mark; a front end that is not known here looks the same and is treated so: pictures, no widgets.
"""

import os
import sys

__all__ = ["MARKS", "executed", "in_kernel", "name", "show", "shows_widgets"]

MARKS = ("JPY_SESSION_NAME", "VSCODE_PID", "PYCHARM_HOSTED")  # in the environment of a kernel


def name() -> str:
    """Return "Jupyter" (JupyterLab and Notebook), "VS Code", "Colab" or "PyCharm"; "" for none."""
    if not in_kernel():
        return ""
    if "google.colab" in sys.modules:
        return "Colab"
    if "JPY_SESSION_NAME" in os.environ:  # set by Jupyter's server where a front end is attached
        return "Jupyter"
    if "VSCODE_PID" in os.environ:
        return "VS Code"
    return "PyCharm" if "PYCHARM_HOSTED" in os.environ else ""


def shows_widgets() -> bool:
    """Whether widgets of the course's own are shown: anywidget's, which PyCharm does not know."""
    return name() in ("Jupyter", "VS Code", "Colab")


def in_kernel() -> bool:
    """Whether this is the kernel of a notebook, watched or not."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def executed() -> list[str]:
    """Return the cells that were executed in this notebook, in order; none outside of one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return list(shell.user_ns.get("In", [])) if shell is not None else []


def show(text: str, html: str) -> None:
    """Show HTML with its plain text in a notebook; print the text anywhere else."""
    if in_kernel():
        from IPython.display import display

        display({"text/plain": text, "text/html": html}, raw=True)
    else:
        print(text)  # noqa: T201 - it goes to the student
