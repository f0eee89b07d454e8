"""What stands in the place of a widget that is not there: not yet, or no more.

JupyterLab saves of a widget no more than its name. Whoever opens the notebook again, without the
kernel, gets an error in its place; so does now and then a busy page that is loaded anew (`stead.js`
beside this file). So in JupyterLab a second output follows the widget. Its style sheet hides the
first one unless a widget lives there, and its element takes the widget in if it comes too late.
"""

import html
from pathlib import Path

__all__ = ["SCRIPT", "bundle"]

_HERE = Path(__file__).parent
SCRIPT = (_HERE / "stead.js").read_text("utf-8")  # to be put before that of a widget
_STYLE = (_HERE / "stead.css").read_text("utf-8")


def bundle(place: str, sentence: str = "") -> dict[str, str]:
    """Return the data of the output to be shown directly after a widget.

    Args:
        place: what the widget calls its place, in a trait of this name.
        sentence: what to do, for those who see no widget; shown after two seconds.
    """
    words = f"<p>{html.escape(sentence)}</p>" if sentence else ""
    element = f'<div class="nblib-stead" data-place="{place}"><style>{_STYLE}</style>{words}</div>'
    return {"text/html": element, "text/plain": sentence}
