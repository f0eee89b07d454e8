"""IPython without a kernel: runs cells and collects what they show, as a notebook would keep it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

__all__ = ["Outputs", "Shell", "make_shell"]


class Outputs:
    """The outputs of one cell; what goes beyond `limit` bytes is dropped, with a remark."""

    def __init__(self, limit: int) -> None:
        self.list: list[dict[str, Any]] = []
        self._left = limit
        self._places: dict[str, dict[str, Any]] = {}  # by display_id

    def write(self, name: str, text: str) -> None:
        """Add text to the stream of this name."""
        if self._left <= 0:
            return
        self._left -= len(text)
        if self._left <= 0:
            text = text[: self._left or None] + "\n[what was printed after this is left out]\n"
        last = self.list[-1] if self.list else {}
        if last.get("name") == name:
            last["text"].append(text)
        else:
            self.list.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, kind: str, display_id: str | None = None, **fields: Any) -> None:
        """Add an output of another kind; one with the `display_id` of an earlier replaces it."""
        self._left -= sum(len(str(value)) for value in fields.values())
        if self._left <= 0:
            self.write("stderr", "")
        elif display_id in self._places:
            self._places[display_id].update(fields)
        else:
            self.list.append({"output_type": kind, **fields})
            if display_id:
                self._places[display_id] = self.list[-1]

    def clear(self) -> None:
        """Forget all so far, as `clear_output` asks."""
        self.list.clear()
        self._places.clear()

    def finished(self) -> list[dict[str, Any]]:
        """Return the outputs with the text of each stream in one piece."""
        return [
            output | {"text": "".join(output["text"])} if "text" in output else output
            for output in self.list
        ]


class _Publisher(DisplayPublisher):
    shell: Shell

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **options: Any) -> None:
        place = (options.get("transient") or {}).get("display_id")
        self.shell.outputs.add("display_data", place, data=data, metadata=metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _Hook(DisplayHook):
    shell: Shell

    def write_output_prompt(self) -> None:
        """Show none."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.add(
            "execute_result", data=format_dict, metadata=md_dict or {}, execution_count=None
        )

    def finish_displayhook(self) -> None:
        """Print no empty line."""


class _Stream:
    """A text file that writes to the outputs of the cell that runs."""

    encoding, errors, closed = "utf-8", "strict", False

    def __init__(self, shell: Shell, name: str) -> None:
        self._shell, self._name = shell, name

    def write(self, text: str) -> int:
        self._shell.outputs.write(self._name, str(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """There is nothing to flush."""

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


class Shell(InteractiveShell):
    """IPython's shell, collecting."""

    outputs: Outputs
    kernel = None  # it is there, as in a notebook, and has no messages to handle

    def enable_gui(self, gui: Any = None) -> None:
        """Nothing opens a window here."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        name = getattr(etype, "__name__", str(etype))
        self.outputs.add("error", ename=name, evalue=str(evalue), traceback=stb)

    @contextmanager
    def collect(self, limit: int) -> Iterator[Outputs]:
        """Collect what is printed and displayed meanwhile."""
        self.outputs = Outputs(limit)
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        try:
            yield self.outputs
        finally:
            sys.stdout, sys.stderr = before


def make_shell() -> Shell:
    """Return the shell of this process, made when first asked for. It starts no thread."""
    if Shell.initialized():
        return Shell.instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    shell = Shell.instance(
        config=config, display_pub_class=_Publisher, displayhook_class=_Hook, user_ns={}
    )
    shell.enable_matplotlib("inline")  # figures are shown as in a notebook
    # A kernel has this one.
    shell.register_magic_function(lambda _: None, magic_name="autosave")  # type: ignore[call-arg, arg-type]
    return shell
