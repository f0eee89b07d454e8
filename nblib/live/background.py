"""Train in a thread, for those who want to run other cells meanwhile."""

import contextvars
import threading
from concurrent.futures import Future
from typing import Any

from nblib import training
from nblib.history import History
from nblib.live.panel import Panel

__all__ = ["fit_in_background"]


def fit_in_background(panel: Panel, *args: Any, **kwargs: Any) -> "Future[History]":
    """Start `training.fit` and return at once; the cells after this one do not wait for it.

    Stop it with the panel: the interrupt button does not reach a thread. Leave the model alone
    until the future is done.

    Args:
        panel: shown below the cell.
        args, kwargs: as for `fit`; the panel is added to `on`.

    Returns:
        What `fit` returns or raises, as a future: `.result()` waits for it.
    """
    future: Future[History] = Future()
    kwargs["on"] = [panel, *kwargs.get("on", ())]

    def work() -> None:
        try:
            future.set_result(training.fit(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)

    panel.open()
    # In the context of this cell: else what the thread shows goes to whichever cell runs then.
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=[work], daemon=True).start()
    return future
