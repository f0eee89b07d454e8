r"""Formulas as MathML, which browsers set themselves: a page needs no script and no network.

latex2mathml reads the TeX. What it leaves to browsers that know all of MathML 3 is mended here for
what they do know, MathML Core (W3C, 2025): letters of a style, alignment, the space around `\log`
and bars. Nothing but what is listed here gets out, whatever TeX students write.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from importlib.resources import files
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import Converter

__all__ = ["math_style", "mathml"]

_TAGS = (
    "math mfrac mi mn mo mover mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext "
    "mtr munder munderover"
)
_ATTRIBUTES = (
    "accent display displaystyle fence form lspace maxsize minsize rspace scriptlevel stretchy "
    "width"
)
_LONGEST = 1000  # characters
_MACRO = re.compile(r"\\(re|provide)?(newcommand|def)\b")  # they can double a text again and again
_WIDTH = re.compile(r"\d(\.\d+)?em")  # no more, and never back over what stands before
_THIN = "0.167em"
_BARS = {"|", "‖"}


@lru_cache(maxsize=1024)
def mathml(tex: str, *, block: bool = False) -> str:
    """Return a formula as HTML; one that cannot be read is shown as it was written.

    >>> mathml("x^2")
    '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    try:
        if len(tex) > _LONGEST or _MACRO.search(tex):
            raise ValueError(tex)
        kind = "block" if block else "inline"
        converted = Converter(display=kind).convert_to_element(_known(tex))
        html = tostring(_polished(converted), encoding="unicode", short_empty_elements=False)
    except Exception:  # whatever a strange formula leads to, it can be read as it was written
        html = f"<code>{escape(tex.strip())}</code>"
    return f'<span class="formula">{html}</span>' if block else html


@lru_cache(maxsize=1)
def math_style(_: object = "") -> str:
    """Return the style sheet of formulas, with its font inside; a filter for templates."""
    own = files(__package__)
    font = base64.b64encode(own.joinpath("fonts/stix_two_math.woff2").read_bytes()).decode()
    return own.joinpath("formulas.css").read_text(encoding="utf-8").replace("FONT", font)


def _known(tex: str) -> str:
    """Put in what latex2mathml knows for what it does not."""
    return tex.strip().replace("{aligned}", "{split}")


def _polished(element: Element) -> Element:
    """Mend an element and all below it, in place; raises ValueError for one that is not listed."""
    if element.tag not in _TAGS.split():
        raise ValueError(element.tag)
    element.text = unescape(element.text) if element.text else None
    given = element.attrib.copy()
    element.attrib = {name: given[name] for name in _ATTRIBUTES.split() if name in given}
    if not _WIDTH.fullmatch(element.attrib.get("width", "")):
        element.attrib.pop("width", None)
    if given.get("columnalign") in ("left", "right"):
        element.set("style", f"text-align: {given['columnalign']}")
    match given.get("mathvariant"):
        case "normal":
            element.set("mathvariant", "normal")
        case str(variant):
            element.text = "".join(_styled(letter, variant) for letter in element.text or "")
    for child in element:
        _polished(child)
    if element.tag == "mo":
        _space_operator(element)
    if element.tag in ("math", "mrow", "mtd", "msqrt"):
        element[:] = [*_spaced([*element])]
    if element.tag == "mrow" and len(element) == 1 and element[0].text == ",":  # 10{,}000
        element[0].set("rspace", "0")
    return element


def _styled(letter: str, variant: str) -> str:
    """Return the letter of a style that Unicode has, as 𝔼 for E."""
    style = variant.upper().replace("BOLD-ITALIC", "BOLD ITALIC")
    name = re.sub("LATIN |GREEK |LETTER ", "", unicodedata.name(letter, ""))
    for full in (f"MATHEMATICAL {style} {name}", f"{style} {name}"):
        try:
            return unicodedata.lookup(full)
        except KeyError:
            continue
    return letter


def _space_operator(mo: Element) -> None:
    text = mo.text or ""
    if text in _BARS and "form" not in mo.attrib:
        mo.attrib |= {"lspace": "0", "rspace": "0"}
        if "minsize" not in mo.attrib:  # as \big has
            mo.set("stretchy", "false")
    elif text == "/":
        mo.attrib |= {"lspace": "0", "rspace": "0"}
    elif text in ("∂", "∇") or text.isalpha():
        mo.tag = "mi"
        if text == "∇":
            mo.set("mathvariant", "normal")


def _spaced(row: list[Element]) -> Iterator[Element]:
    """Yield the elements of a row, with a thin space around the names of functions."""
    for number, element in enumerate(row):
        pair = row[max(number - 1, 0) : number + 1]
        touch = len(pair) == 2 and {"mo", "mspace"}.isdisjoint(each.tag for each in pair)
        if touch and any(map(_is_function, pair)):
            yield Element("mspace", {"width": _THIN})
        yield _without_raised_prime(element)


def _is_function(element: Element) -> bool:
    base = element[0] if element.tag in ("msub", "msup", "msubsup", "munder") else element
    return base.tag == "mi" and len(base.text or "") > 1


def _without_raised_prime(element: Element) -> Element:
    """A prime is raised by its font already."""
    if element.tag == "msup" and set(element[1].text or "") == {"′"}:
        element.tag = "mrow"
        element[1].tag = "mo"
        element[1].attrib |= {"lspace": "0", "rspace": "0"}
    return element
