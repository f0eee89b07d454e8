"""The hook that shows a training run on the page and obeys what is clicked there."""

import functools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec

from IPython import get_ipython
from IPython.display import DisplayHandle, display

from nblib import front_end, stead
from nblib.live import picture
from nblib.live.feed import Feed, Message
from nblib.live.picture import Record
from nblib.live.pump import pump
from nblib.live.watch import Watch
from nblib.training import Run

__all__ = ["Panel"]

P = ParamSpec("P")

_NO_PANEL = (
    "Training. PyCharm shows no live panel: its curves follow when the cell has ended. To watch "
    "and steer, open this notebook in JupyterLab, VS Code or Colab."
)
_GONE = (
    "A live panel was here, and comes back as soon as its kernel answers; if that kernel has "
    "ended, run this cell again."
)
_SECONDS_BETWEEN_LOOKS = 0.1  # for clicks
_SECONDS_BETWEEN_MESSAGES = 0.3  # one at each step would slow a small network down by 40 %


def _guarded(
    method: Callable[Concatenate["Panel", P], None],
) -> Callable[Concatenate["Panel", P], None]:
    """Let no error of the panel end the training; say the first one."""

    @functools.wraps(method)
    def guarded(self: "Panel", *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            method(self, *args, **kwargs)
        except Exception as error:
            if not self._failed:
                print(f"The live panel failed, the training goes on: {error!r}")  # noqa: T201
            self._failed, self._watch = True, None

    return guarded


class Panel:
    """Curves that grow while a cell trains, with buttons to pause, stop and steer.

    It is a hook for `fit`:

        panel = live.Panel()
        training.fit(model, optimizer, X, y, num_epochs=10, batch_size=32, on=[panel])

    A further `fit` with the same panel adds a run, to compare. When the cell has ended, a picture
    with a caption takes the place of the panel and stays in the saved notebook; evaluating the
    panel in a cell shows it again. It is live in JupyterLab, Notebook, VS Code and Colab (see
    `front_end`). Where nobody watches, training is not slowed down: a notebook that is executed
    without a front end gets the picture alone, a script nothing.

    A value set by hand holds for the rest of the run, also against a learning rate schedule. If
    the optimizer has several groups of parameters, all of them change by the same factor.
    """

    def __init__(
        self,
        *,
        expose: Sequence[str] = ("lr",),
        gradients: bool = False,
        log: bool = False,
        smooth: int = 10,
        verbose: bool = False,
    ) -> None:
        """Make a panel; it appears when the training begins.

        Args:
            expose: numbers in the optimizer's `param_groups` that can be changed by hand, such as
                "lr", "momentum" or "weight_decay". Those that the optimizer lacks are left out.
            gradients: show the norm of each layer's gradient as well, some times a second.
            log: begin with a logarithmic scale.
            smooth: begin with the mean over so many steps; 1 for the values as they are.
            verbose: print a line per epoch where nobody watches.
        """
        self.runs: list[Record] = []
        self._options: dict[str, Any] = {"expose": expose, "gradients": gradients}
        self._log, self._smooth, self._verbose = log, smooth, verbose
        self._label = ""
        self._feed = Feed()
        self._inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._heard = 0  # number of the last message from the page
        self._widget: Any = None
        self._handles: list[DisplayHandle] = []  # of the outputs that the picture will replace
        self._closes_with_cell = False
        self._watch: Watch | None = None  # the run under way, if somebody watches
        self._look_due, self._news_due = 0.0, 0.0  # on the monotonic clock
        self._failed = False

    def named(self, label: str) -> "Panel":
        """Give the next run a name; return the panel, so that it fits into `on=[...]`."""
        self._label = label
        return self

    @_guarded
    def on_start(self, run: Run) -> None:
        record = Record(self._label or f"run {len(self.runs) + 1}", run.history)
        self._label = ""
        self.runs.append(record)
        if front_end.shows_widgets():
            self._watch = Watch(run, record, self._feed, **self._options)
            self.open()
            self._news_due = 0.0
            self._exchange(self._watch)
        elif front_end.name() == "PyCharm":
            print(_NO_PANEL)  # noqa: T201

    def on_step(self, run: Run) -> None:
        watch = self._watch
        if watch is not None:  # this runs at each step: no call more than it needs
            if run.loss is not None:
                watch.losses.append(run.loss)
            if watch.knobs.held:
                self._hold(watch)
            if time.monotonic() >= self._look_due:
                self._exchange(watch)

    def on_epoch(self, run: Run) -> None:
        if self._verbose and self._watch is None:
            last = ", ".join(f"{name} {run.history.last(name):.4g}" for name in run.history)
            print(f"epoch {run.epoch}/{run.num_epochs}: {last}")  # noqa: T201

    @_guarded
    def on_end(self, run: Run) -> None:
        record, watch = self.runs[-1], self._watch
        ended = "trained for" if run.step >= run.num_steps else "ended after"
        record.outcome = f"{ended} {run.step} of {run.num_steps} steps"
        self._watch = None
        if watch is not None:
            self._send_news(watch)
        if not front_end.in_kernel():
            return
        if threading.current_thread() is not threading.main_thread():
            self._close()
        elif not self._closes_with_cell:  # a later run of the same cell goes on in the same panel
            get_ipython().events.register("post_run_cell", self._close)
            self._closes_with_cell = True

    def open(self) -> None:
        """Show the panel below the present cell, unless it is there or nobody watches."""
        if self._handles or not front_end.shows_widgets():
            return
        if self._widget is None:
            from nblib.live.widget import LiveWidget

            self._widget = LiveWidget()
            self._widget.on_msg(self._receive)
        self._handles = self._show()

    def _show(self) -> list[DisplayHandle]:
        """Show the widget in a new output; return its handle, and that of what stands for it."""
        data, metadata = self._widget._repr_mimebundle_()  # Colab finds its loader in the second
        data["text/plain"] = "A live panel was shown here."
        outputs = [(data, metadata)]
        if front_end.name() == "Jupyter":
            outputs.append((stead.bundle(self._widget.place, _GONE), {}))
        return [
            display(data, metadata=metadata, raw=True, display_id=True)
            for data, metadata in outputs
        ]

    @_guarded
    def _close(self, _: object = None) -> None:
        """Put the picture where the panel was."""
        if self._closes_with_cell:
            get_ipython().events.unregister("post_run_cell", self._close)
        handles, self._handles, self._closes_with_cell = self._handles, [], False
        picture.show(self.runs, log=self._log, smooth=self._smooth, instead_of=handles)
        if handles:
            self._post(self._feed.news())  # that it is closed

    def _ipython_display_(self) -> None:
        if self._watch is not None:
            self._show()
        else:
            picture.show(self.runs, log=self._log, smooth=self._smooth)

    @_guarded
    def _exchange(self, watch: Watch) -> None:
        """Do what was asked for and send what is new, if it is time; while paused, stay here."""
        pump()
        if self._obey() or time.monotonic() >= self._news_due:
            self._send_news(watch)
            self._news_due = time.monotonic() + _SECONDS_BETWEEN_MESSAGES
        while watch.paused and not watch.run.stop and self._watch is watch:
            watch.rest(_SECONDS_BETWEEN_LOOKS)
            pump()
            if self._obey():
                self._send_news(watch)
        self._look_due = time.monotonic() + _SECONDS_BETWEEN_LOOKS

    @_guarded
    def _hold(self, watch: Watch) -> None:
        watch.knobs.hold()

    @_guarded
    def _send_news(self, watch: Watch) -> None:
        watch.collect()
        self._post(self._feed.news())

    def _receive(self, _: object, content: dict[str, Any], buffers: object) -> None:
        """Take note of a message; the widget calls this, in any thread and at any time."""
        self._inbox.put(content)
        if self._watch is None:
            self._obey()

    def _obey(self) -> bool:
        """Do what the page has asked for; return whether it has asked for anything."""
        watch, heard = self._watch, self._heard
        while not self._inbox.empty():
            message = self._inbox.get()
            self._heard = message["id"]
            match message:
                case {"kind": "hello"}:
                    self._post(self._feed.snapshot())
                case {"kind": "view", "log": bool(log), "smooth": int(smooth)}:
                    self._log, self._smooth = log, smooth
                case {"kind": "pause", "on": bool(on)} if watch:
                    watch.paused = on
                case {"kind": "stop"} if watch:
                    watch.stop()
                case {"kind": "set", "name": str(name), "value": value} if watch:
                    watch.turn(name, value)
        return self._heard != heard

    def _post(self, message: Message) -> None:
        content, buffers = message
        ended: dict[str, Any] = {"state": "ended", "text": "", "closed": not self._handles}
        if self.runs:
            ended |= {"text": self.runs[-1].outcome, "trouble": self.runs[-1].trouble}
        content["status"] = self._watch.status() if self._watch else ended
        content |= {"heard": self._heard, "log": self._log, "smooth": self._smooth}
        self._widget.send(content, buffers=buffers)
