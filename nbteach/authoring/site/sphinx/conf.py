"""How Sphinx makes the site; `nbteach.authoring.site.site` adds what depends on the course.

A page fetches nothing: formulas are MathML, and the theme brings its scripts and signs along.
"""

from typing import Any

from docutils.nodes import SkipNode

from nbteach.grading.pages.formulas import mathml

extensions = ["myst_parser", "sphinx.ext.githubpages"]
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # a lesson's cells begin at the heading that they need

project = "Training Neural Networks"
html_title = project
language = "en"
html_theme = "pydata_sphinx_theme"  # of those tried, the one without findings of axe-core
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "footer_start": [],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "show_prev_next": True,
}
html_css_files = ["site.css"]
html_favicon = "static/favicon.svg"
html_context = {"default_mode": "auto"}
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False


def _inline(translator: Any, node: Any) -> None:
    translator.body.append(mathml(node.astext()))
    raise SkipNode


def _block(translator: Any, node: Any) -> None:
    translator.body.append(mathml(node.astext(), block=True))
    raise SkipNode


def _mend(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Leave no heading of a table empty, and let the keyboard move a formula that is too wide."""
    body = context.get("body", "").replace('<th class="head"><p></p></th>', "<td></td>")
    scrolls = 'class="formula pst-scrollable-table-container"'  # the theme makes these focusable
    context["body"] = body.replace('class="formula"', scrolls)


def setup(app: Any) -> None:
    """Let formulas be MathML, and pages be read by everybody."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("html-page-context", _mend)
