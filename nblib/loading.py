"""Says in a notebook what is being loaded where an import takes seconds, above all the first time.

The first import of `nblib` puts a finder before Python's own: it finds what they find, and lets the
module say so when it is loaded. Many a library only looks whether another is there.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from nblib import front_end

__all__ = ["announce"]

_SLOW = {
    "pandas": "pandas",
    "scipy.stats": "SciPy",
    "sklearn": "scikit-learn",
    "torch": "PyTorch",
    "torch._dynamo": "PyTorch's optimizers",  # the first of which imports it
}


def announce() -> None:
    """Say from now on in the cell that waits for it what is being loaded; nothing elsewhere."""
    if front_end.name() and not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """A finder of modules that take long."""

    def __init__(self) -> None:
        self._names: list[str] = []  # of what the present cell has loaded
        self._update: Callable[[str], None] | None = None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in _SLOW else None
        if spec and spec.loader and threading.current_thread() is threading.main_thread():
            load = spec.loader.exec_module

            def said(module: ModuleType) -> None:
                self._say(_SLOW[name])
                load(module)

            spec.loader.exec_module = said  # type: ignore[method-assign]
        return spec

    def _say(self, name: str) -> None:
        if not front_end.shows_widgets():  # so it may not put one output in the place of another
            print(f"Loading {name} …", flush=True)  # noqa: T201 - it goes to the student
            return
        self._names.append(name)
        sentence = f"Loading {', '.join(self._names)} …"
        if self._update:
            self._update(sentence)
        else:
            self._begin(sentence)

    def _begin(self, sentence: str) -> None:
        from IPython import get_ipython
        from IPython.display import display

        handle = display({"text/plain": sentence}, raw=True, display_id=True)
        self._update = lambda text: handle.update({"text/plain": text}, raw=True)
        get_ipython().events.register("post_run_cell", self._end)

    def _end(self, _: object) -> None:
        from IPython import get_ipython

        get_ipython().events.unregister("post_run_cell", self._end)
        if self._update:
            self._update(f"Loaded {', '.join(self._names)}: once in each kernel.")
        self._names, self._update = [], None
