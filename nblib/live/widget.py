"""The widget of the live panel; its page side is `chart.js` and `live.js`."""

from pathlib import Path

import anywidget

__all__ = ["LiveWidget"]

_HERE = Path(__file__).parent


class LiveWidget(anywidget.AnyWidget):
    """Draws what it is sent and sends what is clicked, all of it as custom messages.

    Traits would not do: ipywidgets holds their changes back until the kernel is idle.
    """

    # Joined, because the page gets a widget's code as one module without an address of its own.
    _esm = "\n".join((_HERE / name).read_text("utf-8") for name in ("chart.js", "live.js"))
    _css = (_HERE / "live.css").read_text("utf-8")
