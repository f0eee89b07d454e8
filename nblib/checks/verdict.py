"""What a check tells the student: the same facts as plain text and, where it can show, as HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from nblib import front_end

__all__ = ["Verdict", "show"]


@dataclass(frozen=True)
class Verdict:
    """One outcome in words. Every field but the headline may be empty.

    `passed` is None where nothing was judged, such as a guess.
    """

    passed: bool | None
    headline: str
    facts: dict[str, str] = field(default_factory=dict)  # e.g. {"expected": "...", "got": "..."}
    diagnosis: str = ""  # the mistake that gives just this result
    picture: str = ""  # preformatted text
    footer: str = ""

    @property
    def sign(self) -> str:
        """A tick, a cross or a ring: the verdict never rests on colour alone."""
        return "○" if self.passed is None else "✓" if self.passed else "✗"

    def text(self) -> str:
        """Return plain text of a few lines, for terminals, screen readers and feedback files."""
        width = max(map(len, self.facts), default=0)
        lines = [f"{self.sign} {self.headline}"]
        lines += [f"  {name:<{width}}  {value}" for name, value in self.facts.items()]
        lines += [f"  {line}" for line in self.picture.splitlines()]
        if self.diagnosis:
            lines.append(f"  → {self.diagnosis}")
        if self.footer:
            lines.append(f"  {self.footer}")
        return "\n".join(lines)

    def html(self) -> str:
        """Return the same facts for JupyterLab, in the colours of its theme."""
        colour = "info" if self.passed is None else "success" if self.passed else "error"
        rows = "".join(
            f"<tr><td style='text-align:left;opacity:.75'>{escape(name)}</td>"
            f"<td style='text-align:left'><code>{escape(value)}</code></td></tr>"
            for name, value in self.facts.items()
        )
        parts = [f"<strong>{self.sign} {escape(self.headline)}</strong>"]
        if rows:
            parts.append(f"<table style='margin:.4em 0'>{rows}</table>")
        if self.picture:
            parts.append(f"<pre style='line-height:1.1'>{escape(self.picture)}</pre>")
        if self.diagnosis:
            parts.append(
                f"<p style='margin:.4em 0'>→ <strong>{escape(self.diagnosis)}</strong></p>"
            )
        if self.footer:
            parts.append(f"<p style='margin:.4em 0;opacity:.75'>{escape(self.footer)}</p>")
        style = (
            f"border-left:4px solid var(--jp-{colour}-color1, currentColor);"
            "padding:.3em .9em;margin:.2em 0"
        )
        return f"<div role='status' style='{style}'>{''.join(parts)}</div>"


def show(verdict: Verdict) -> None:
    """Show a verdict: as HTML with its plain text in a notebook, printed anywhere else."""
    front_end.show(verdict.text(), verdict.html())
