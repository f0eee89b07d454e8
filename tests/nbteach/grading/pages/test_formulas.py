"""Every formula of the course becomes MathML, and no TeX becomes anything else."""

import re
import signal
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from nbteach.grading.pages.formulas import math_style, mathml
from nbteach.grading.pages.sanitize import markdown2html

ROOT = Path(__file__).parents[4]
LESSONS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
CORE = (
    "math mfrac mi mn mo mover mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext "
    "mtr munder munderover"
)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_all_formulas_of_a_lesson_are_set(path):
    cells = nbformat.read(path, as_version=4).cells
    html = "".join(markdown2html(cell.source) for cell in cells if cell.cell_type == "markdown")
    texts = "".join(re.split(r"(?s)<code>.*?</code>|<[^>]*>", html))
    assert html.count("<math ") > 0
    assert "$" not in texts  # what a formula that was not found leaves
    assert "\\" not in texts  # what a command that was not known leaves
    assert "<code>" not in re.findall(r'<span class="formula">(<\w+>)', html)


def words(tex: str) -> str:
    """The MathML without what all of it has."""
    return mathml(tex).removeprefix('<math display="inline"><mrow>').removesuffix("</mrow></math>")


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\mathbb E", "<mi>𝔼</mi>"),
        (r"\mathbf{x}", "<mi>𝐱</mi>"),
        (r"f'", '<mrow><mi>f</mi><mo lspace="0" rspace="0">′</mo></mrow>'),
        (r"\log x", '<mi>log</mi><mspace width="0.167em"></mspace><mi>x</mi>'),
        (r"1/2", '<mn>1</mn><mo lspace="0" rspace="0">/</mo><mn>2</mn>'),
    ],
)
def test_what_browsers_do_not_know_is_written_out(tex, shown):
    found = words(tex)
    assert found == shown or found == f"<mrow>{shown}</mrow>"


def test_bars_have_the_height_that_tex_gives_them():
    assert words("|x|").count('stretchy="false"') == 2
    assert words(r"\lVert x\rVert_2").count('stretchy="false"') == 2
    assert words(r"\left|x\right|").count('stretchy="true"') == 2


def test_a_block_can_scroll_by_itself():
    assert mathml("x", block=True).startswith('<span class="formula"><math display="block">')
    assert ".formula { display: block; overflow: auto" in math_style()
    assert "url(data:font/woff2;base64,d09GM" in math_style()  # "wOF2"


HOSTILE = [
    r"\text{<script>x</script>}",
    r"\href{javascript:x}{y}",
    r"\text{\href{javascript:x}{y}}",
    r"\color{red}{x}",
    r"\includegraphics{http://spy.example/x}",
    r"\class{score}{x}",
    r"\style{position:fixed}{x}",
    r"\hspace{-99em}x",
    r'\mathop{"><img src=x onerror=x>}',
    r"\enclose{box}{x}",
    "&#60;script&#62;",
]


@pytest.mark.parametrize("tex", HOSTILE)
def test_only_formulas_come_out(tex):
    html = mathml(tex)
    if html.startswith("<code>"):
        assert html == f"<code>{re.sub('<[^>]*>', '', html[6:-7])}</code>"
        return
    for element in ElementTree.fromstring(html).iter():
        assert element.tag in CORE.split()
        assert {"href", "src", "class", "id", "mathcolor"}.isdisjoint(element.attrib)
        assert re.fullmatch(r"(text-align: \w+)?", element.get("style", ""))
        assert "-" not in element.get("width", "")


@pytest.mark.parametrize("tex", ["{" * 500, r"\left(", r"\begin{cases}", "x^^", "a" * 9999])
def test_what_is_no_formula_is_shown_as_it_was_written(tex):
    assert mathml(tex) == f"<code>{tex}</code>"


def test_macros_cannot_fill_the_memory():
    doubling = "".join(
        rf"\newcommand{{\{b}}}{{\{a}\{a}}}" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    assert mathml(rf"{doubling}\k").startswith("<code>")


@pytest.mark.parametrize(
    "part", [r"\frac{1}{", r"\sqrt{", r"\text{$", "a_{b^{", r"\left(x", "&", "'"]
)
def test_no_formula_keeps_the_page_waiting(part):
    signal.alarm(60)
    assert markdown2html(f"${part * (900 // len(part))}$ " * 20)
    signal.alarm(0)
