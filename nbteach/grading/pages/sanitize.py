"""What a browser of the teacher's, or of the student's, is shown of the text that students write.

nbgrader's pages put markdown into HTML as it is, scripts included; nbconvert's `sanitize_html`
does not reach their templates. So `nbgrader_config.py` replaces the filters that render it. They
also take no more than moments: some texts keep mistune or Pygments busy for hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from bleach.sanitizer import Cleaner
from mistune import HTMLRenderer
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

__all__ = ["clean_html", "highlight_code", "markdown2html"]

_TAGS = (
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img "
    "kbd li ol p pre q s small span strong sub summary sup table tbody td tfoot th thead tr tt u ul"
)
_ATTRIBUTES = {"align", "alt", "colspan", "open", "rowspan", "start", "title"}
_LINKS = ("http://", "https://", "mailto:")
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,")
# Time grows with the square of the length of a text, or of a line of code, at worst.
_MOST_MARKDOWN, _MOST_CODE, _MOST_IN_LINE = 20_000, 50_000, 1000


@lru_cache(maxsize=1024)  # most of a lesson's text is the same in every submission
def markdown2html(source: str) -> str:
    """Render markdown; what could run, load or imitate a part of the page is taken out."""
    if len(source) > _MOST_MARKDOWN:
        return _plain(source)
    try:
        renderer = _Renderer(escape=False, exclude_anchor_links=True)
        return clean_html(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # whatever a strange text leads to, it can be read as it was written
        return _plain(source)


def clean_html(html: str) -> str:
    """Keep what formats a text.

    No script, style, form or frame; no class or id, which the page's own scripts look for; nothing
    that a browser would load; no link but to the web or to an address of mail.
    """
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
    def block_code(self, code: str, info: str | None = None) -> str:
        """Show code plain: any of Pygments' 500 languages could be asked for."""
        return str(HTMLRenderer.block_code(self, code))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Name an attachment, which is not kept; nbconvert would stop at it."""
        if url.startswith("attachment:"):
            return f"<em>[picture {escape(text)}]</em>"
        return str(super().image(text, url, title))
