"""The widget of the live panel; its page side is `chart.js` and `live.js`."""

import uuid
from pathlib import Path

import anywidget
import traitlets

from nblib import stead

__all__ = ["LiveWidget"]

_HERE = Path(__file__).parent


class LiveWidget(anywidget.AnyWidget):
    """Draws what it is sent and sends what is clicked, all of it as custom messages.

    Traits would not do: ipywidgets holds their changes back until the kernel is idle.
    """

    # Joined, because the page gets a widget's code as one module without an address of its own.
    _esm = stead.SCRIPT + "\n".join(
        (_HERE / name).read_text("utf-8") for name in ("chart.js", "live.js")
    )
    _css = (_HERE / "live.css").read_text("utf-8")

    place = traitlets.Unicode().tag(sync=True)  # what its outputs are known by, see nblib/stead.py

    def __init__(self) -> None:
        super().__init__(place=uuid.uuid4().hex)
