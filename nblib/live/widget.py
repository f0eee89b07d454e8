"""The widget of the live panel; its page side is `static/chart.js` and `static/live.js`."""

from pathlib import Path

import anywidget

__all__ = ["LiveWidget"]

_STATIC = Path(__file__).parents[1] / "static"


class LiveWidget(anywidget.AnyWidget):
    """Draws what it is sent and sends what is clicked, all of it as custom messages.

    Traits would not do: ipywidgets holds their changes back until the kernel is idle.
    """

    # Joined, because the page gets a widget's code as one module without an address of its own.
    _esm = "\n".join((_STATIC / name).read_text("utf-8") for name in ("chart.js", "live.js"))
    _css = (_STATIC / "live.css").read_text("utf-8")
