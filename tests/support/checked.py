"""What a check says of a wrong answer."""

import pytest

from nblib import checks
from nblib.checks import CheckFailed


def told(answer, reference, *inputs, **options):
    """The verdict on an answer that must fail."""
    with pytest.raises(CheckFailed) as caught:

        @checks.exercise("It", points=1)
        def _(check):
            check.agree(answer, reference, *inputs, **options)

    return caught.value.verdict


def said(answer, reference, *inputs, **options):
    return told(answer, reference, *inputs, **options).diagnosis


def failing(body, title="Doubling"):
    """Run `body(check)` in an exercise that must fail; return what it showed."""
    with pytest.raises(CheckFailed) as caught, checks.exercise(title, points=2) as check:
        body(check)
    return caught.value.verdict


def said_by(check_of, *args):
    """The sentence with which a check of an oracle fails, or "" where it passes."""
    try:
        with checks.hidden("It") as check:
            check_of(check, *args)
    except CheckFailed as failed:
        return failed.verdict.diagnosis
    return ""
