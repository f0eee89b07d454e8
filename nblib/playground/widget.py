"""The live form of a playground: a widget that passes values in and drawings out."""

import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nblib import stead
from nblib.playground.play import Play
from nblib.playground.wire import encode

__all__ = ["SCRIPT", "STYLE", "Widget"]

_HERE = Path(__file__).parent
_SCRIPTS = ("look", "heat", "canvas", "knobs", "playground")
# Joined, because the page gets a widget's code as one module without an address of its own.
SCRIPT = "".join((_HERE / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
STYLE = (_HERE / "playground.css").read_text("utf-8")


class Widget(anywidget.AnyWidget):
    """Shows a Play. Its front end sends the next change only when the last one is drawn."""

    _esm, _css = stead.SCRIPT + SCRIPT, STYLE

    title = traitlets.Unicode().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)  # what its output is known by, see nblib/stead.py
    controls: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, play: Play) -> None:
        self._play = play
        self._known: set[str] = set()  # backgrounds that the front end has
        controls = [
            {"kind": type(control).__name__.lower(), **asdict(control)} for control in play.controls
        ]
        super().__init__(title=play.title, controls=controls, place=uuid.uuid4().hex)
        self.on_msg(self._receive)

    def _receive(self, _: object, message: dict[str, Any], __: object) -> None:
        if message.get("kind") == "hello":  # a view that has nothing yet
            self._known.clear()
        try:
            self._play.move(message.get("values", {}))
            if message.get("settled"):
                self._play.settle()
            self._answer(message.get("tag"))
        except Exception as error:  # whatever a lesson's own drawing raises is shown, not lost
            text = f"{type(error).__name__}: {error}"
            self.send({"kind": "error", "tag": message.get("tag"), "text": text})

    def _answer(self, tag: Any) -> None:
        play = self._play
        drawing, numbers = encode(play.scene, self._known)
        words = {"says": play.scene.says, "goal": play.scene.goal, "score": play.score}
        state = {"values": play.values, "reached": play.scene.reached}
        self.send({"kind": "scene", "tag": tag, **state, **words, **drawing}, [numbers])

    def __repr__(self) -> str:
        return f"Playground: {self._play.title}. It has knobs to turn while a kernel runs."
