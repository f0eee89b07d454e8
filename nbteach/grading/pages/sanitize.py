"""What a browser of the teacher's, or of the student's, is shown of the text that students write.

nbgrader's pages put markdown into HTML as it is, scripts included; nbconvert's `sanitize_html`
does not reach their templates. So `nbgrader_config.py` replaces the filters that render it. They
also take no more than moments: some texts keep mistune or Pygments busy for hours.

Formulas become MathML (see `formulas`). Until the rest of a text is clean, a mark that nobody can
guess holds the place of each.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape
from typing import Any

from bleach.sanitizer import Cleaner
from mistune import HTMLRenderer
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from nbteach.grading.pages.formulas import mathml

__all__ = ["clean_html", "highlight_code", "markdown2html"]

_TAGS = (
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img "
    "kbd li ol p pre q s small span strong sub summary sup table tbody td tfoot th thead tr tt u ul"
)
_ATTRIBUTES = {"align", "alt", "colspan", "open", "rowspan", "start", "title"}
_TAG = r"<(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>"  # as bleach writes it
_LINKS = ("http://", "https://", "mailto:")
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
_FORMULA_IN_HTML = re.compile(
    r"<code>.*?</code>|<[^>]*>|\$\$(?P<block>[^$]+)\$\$|(?<!\\)\$(?P<inline>[^$]+)(?<!\\)\$",
    re.DOTALL,
)
# Time grows with the square of the length of a text, or of a line of code, at worst.
_MOST_MARKDOWN, _MOST_CODE, _MOST_IN_LINE = 20_000, 50_000, 1000


class _Clean(str):
    """HTML that has been cleaned; some templates ask for it twice."""


@lru_cache(maxsize=1024)  # most of a lesson's text is the same in every submission
def markdown2html(source: str) -> str:
    """Render markdown; what could run, load or imitate a part of the page is taken out."""
    if len(source) > _MOST_MARKDOWN:
        return _plain(source)
    try:
        renderer = _Renderer(escape=False, exclude_anchor_links=True)
        html = clean_html(MarkdownWithMath(renderer=renderer).render(source))
        return _Clean(renderer.filled(html))
    except Exception:  # whatever a strange text leads to, it can be read as it was written
        return _plain(source)


def clean_html(html: str) -> str:
    """Keep what formats a text.

    No script, style, form or frame; no class or id, which the page's own scripts look for; nothing
    that a browser would load; no link but to the web or to an address of mail.
    """
    return html if isinstance(html, _Clean) else _cleaned(html)


@lru_cache(maxsize=1024)  # most of what checks say, too, is said of many
def _cleaned(html: str) -> str:
    protocols = {"http", "https", "mailto", "data"}  # each attribute is looked at more closely
    cleaner = Cleaner(tags={*_TAGS.split()}, attributes=_is_allowed, protocols=protocols)
    return str(cleaner.clean(html))


def highlight_code(
    source: str, language: str | None = None, metadata: Mapping[str, Any] | None = None
) -> str:
    """Colour Python; the parameters but for the first are nbconvert's, and not used."""
    return _coloured(source)


@lru_cache(maxsize=1024)
def _coloured(source: str) -> str:
    lines = source.splitlines()
    if len(source) > _MOST_CODE or max(map(len, lines), default=0) > _MOST_IN_LINE:
        return f'<div class="highlight">{_plain(source)}</div>'
    return str(Highlight2HTML(pygments_lexer="python")(source))


def _plain(source: str) -> str:
    return f"<pre>{escape(source)}</pre>"


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and value.lower().startswith(_LINKS)
    if name == "src":
        return tag == "img" and value.startswith(_PICTURES)
    return name in _ATTRIBUTES


class _Renderer(IPythonRenderer):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._mark, self._formulas = secrets.token_hex(8), list[tuple[str, bool]]()

    def inline_math(self, body: str) -> str:
        """Hold the place of a formula in a line."""
        return self._hold(body, block=False)

    def block_math(self, body: str) -> str:
        """Hold the place of a formula on a line of its own."""
        return self._hold(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Hold the place of an environment such as `align`."""
        return self._hold(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    def block_html(self, html: str) -> str:
        """Find the formulas in HTML, such as a hint to unfold, which mistune passes on."""

        def hold(part: re.Match[str]) -> str:
            tex = part["block"] or part["inline"]
            return self._hold(unescape(tex), block=bool(part["block"])) if tex else part[0]

        return str(super().block_html(_FORMULA_IN_HTML.sub(hold, html)))

    def _hold(self, tex: str, *, block: bool) -> str:
        self._formulas.append((tex, block))
        return f"{self._mark}-{len(self._formulas) - 1};"

    def filled(self, html: str) -> str:
        """Put the formulas into clean HTML; in a tag, as the name of a picture, their TeX."""
        place = re.compile(rf"{self._mark}-(\d+);")

        def typeset(part: re.Match[str]) -> str:
            if part[0].startswith("<"):
                return place.sub(lambda held: escape(self._formulas[int(held[1])][0]), part[0])
            tex, block = self._formulas[int(part[1])]
            return mathml(tex, block=block)

        return re.sub(f"{_TAG}|{place.pattern}", typeset, html)

    def block_code(self, code: str, info: str | None = None) -> str:
        """Show code plain: any of Pygments' 500 languages could be asked for."""
        return str(HTMLRenderer.block_code(self, code))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Name an attachment, which is not kept; nbconvert would stop at it."""
        if url.startswith("attachment:"):
            return f"<em>[picture {escape(text)}]</em>"
        return str(super().image(text, url, title))
