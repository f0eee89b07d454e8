"""A verdict in plain text and as HTML."""

from nblib.checks.verdict import Verdict, show

FULL = Verdict(
    passed=False,
    headline="Momentum: not right yet",
    facts={"expected": "[1, 2] <b>", "got": "3"},
    diagnosis="The sign is flipped.",
    picture="· ✗",
    footer="Worth 2 points.",
)


def test_text_holds_everything_without_colour():
    assert FULL.text() == (
        "✗ Momentum: not right yet\n"
        "  expected  [1, 2] <b>\n"
        "  got       3\n"
        "  · ✗\n"
        "  → The sign is flipped.\n"
        "  Worth 2 points."
    )


def test_html_holds_the_same_and_escapes_what_students_return():
    html = FULL.html()
    assert "[1, 2] &lt;b&gt;" in html
    for part in ("✗", FULL.headline, FULL.diagnosis, FULL.picture, FULL.footer):
        assert part in html


def test_a_short_verdict_is_short():
    assert Verdict(True, "Fine").text() == "✓ Fine"
    assert "<table" not in Verdict(True, "Fine").html()


def test_outside_a_notebook_it_is_printed(capsys):
    show(Verdict(True, "Fine"))
    assert capsys.readouterr().out == "✓ Fine\n"
