"""Students' text is shown as it is meant, and harmless; a browser shows it in `browser/`."""

import signal

import pytest

from nbteach.grading.pages.formulas import mathml
from nbteach.grading.pages.sanitize import clean_html, highlight_code, markdown2html

LESS = mathml("a < b")
ALIGNED = mathml("\\begin{align}a&=b\\end{align}", block=True)
PLOT = '<img src="data:image/png;base64,AA" alt="plot of x&quot;">'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Title", "<h1>Title</h1>"),
        ("*a* **b** `x < y`", "<p><em>a</em> <strong>b</strong> <code>x &lt; y</code></p>"),
        ("$a < b$", f"<p>{mathml('a < b')}</p>"),
        ("so $$x$$", f"<p>so {mathml('x', block=True)}</p>"),
        ("\\begin{align}a&=b\\end{align}", f"<p>{ALIGNED}</p>"),
        (
            "<details>$a &lt; b$ <code>$x$</code></details>",
            f"<details>{LESS} <code>$x$</code></details>",
        ),
        ("`$x$` costs \\$5 or \\$6", "<p><code>$x$</code> costs $5 or $6</p>"),
        ('![plot of $x"$](data:image/png;base64,AA)', f"<p>{PLOT}</p>"),
        ("[a](https://a.example)", '<p><a href="https://a.example">a</a></p>'),
        ("<details><summary>s</summary>t</details>", "<details><summary>s</summary>t</details>"),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("![p](data:image/png;base64,AA)", '<p><img src="data:image/png;base64,AA" alt="p"></p>'),
        ("![my plot](attachment:a.png)", "<p><em>[picture my plot]</em></p>"),
    ],
)
def test_honest_text_is_rendered(text, shown):
    assert markdown2html(text).strip() == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](javascript:x)", "<p><a>a</a></p>"),
        ("<a href='JaVaScRiPt:x'>a</a>", "<p><a>a</a></p>"),
        ("<a href='data:text/html,x'>a</a>", "<p><a>a</a></p>"),
        ("<a href='/formgrader/api'>a</a>", "<p><a>a</a></p>"),
        ("![a](http://spy.example/a.png)", '<p><img alt="a"></p>'),
        ("<b class='score' id='x' style='position:fixed' onclick='x'>a</b>", "<p><b>a</b></p>"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("<style>x</style>", "&lt;style&gt;x&lt;/style&gt;"),
        ("<input>", "&lt;input&gt;"),
        ("<math><mi>x</mi></math>", "<p>&lt;math&gt;&lt;mi&gt;x&lt;/mi&gt;&lt;/math&gt;</p>"),
        ("<b title='$x$'>\n\n$x$'", f'<b title="$x$">\n\n<p>{mathml("x")}\'</p>\n</b>'),
    ],
)
def test_what_could_run_load_or_imitate_is_taken_out(text, shown):
    assert markdown2html(text).strip() == shown
    assert clean_html(markdown2html(text)) == markdown2html(text)


def test_code_is_coloured_and_escaped():
    assert '<span class="k">def</span>' in highlight_code("def f(): pass", metadata={})
    assert "<script>" not in highlight_code("</pre><script>")
    assert "&lt;/pre&gt;&lt;script&gt;" in highlight_code("</pre><script>" + "x" * 2000)


BOMBS = ["a.", "[", "*a ", "<b>", "\\begin{a}", "> ", "&", "`", "(", "<b><i></b>", "[a](b", "- "]


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_text_keeps_the_page_waiting(bomb):
    text = bomb * (400_000 // len(bomb))  # minutes and hours, in mistune and Pygments
    signal.alarm(60)
    for size in (len(text), 19_000):
        assert markdown2html(text[:size])
        assert highlight_code(text[:size])
    signal.alarm(0)
