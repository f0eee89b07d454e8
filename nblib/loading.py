"""Says, in a notebook, that the first import takes its time, before PyTorch is loaded."""

import sys
import time

from nblib import front_end

__all__ = ["announce"]

_LOADING = "Loading PyTorch and the course. The first time it takes longest."


def announce() -> None:
    """Say that a cell is loading, and when it has ended, how long it took; nothing elsewhere."""
    if "torch" in sys.modules or not front_end.name():
        return
    if not front_end.shows_widgets():  # so it may not put one output in the place of another
        print(_LOADING, flush=True)  # noqa: T201 - it goes to the student
        return
    from IPython import get_ipython
    from IPython.display import display

    events, began = get_ipython().events, time.monotonic()
    handle = display({"text/plain": _LOADING}, raw=True, display_id=True)

    def ended(_: object) -> None:
        events.unregister("post_run_cell", ended)
        seconds = time.monotonic() - began
        handle.update({"text/plain": f"Ready after {seconds:.1f} s."}, raw=True)

    events.register("post_run_cell", ended)
