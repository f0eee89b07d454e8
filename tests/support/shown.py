"""What a cell shows by itself, without what `nblib.loading` says of imports."""

from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

__all__ = ["own_outputs"]


def own_outputs(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the outputs that tell of no import, and streams without the lines that do."""
    for output in outputs:
        if output.output_type == "stream":
            lines = output.text.splitlines(keepends=True)
            output.text = "".join(line for line in lines if not line.startswith("Loading "))
            if output.text:
                yield output
        elif not output.get("data", {}).get("text/plain", "").startswith("Loaded "):
            yield output
