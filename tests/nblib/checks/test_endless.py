"""What never ends is stopped, whatever it catches; what ends is left alone."""

import itertools
import sys

import pytest

from nblib.checks.endless import Endless, call_with_end


def loops():
    n = 1
    while n > 0:
        n += 1


def catches_all():
    while True:
        try:
            raise ValueError
        except Exception:
            continue


def comprehends():
    return [n for n in itertools.count() if n < 0]


@pytest.mark.parametrize("endless", [loops, catches_all, comprehends])
def test_what_never_ends_is_stopped(endless):
    with pytest.raises(Endless, match="10,000 lines"):
        call_with_end(endless, lines=10_000)


def test_what_ends_returns_or_raises_and_nothing_is_traced_afterwards():
    before = sys.gettrace()
    assert call_with_end(sorted, [3, 1, 2]) == [1, 2, 3]
    with pytest.raises(ZeroDivisionError):
        call_with_end(lambda: 1 / 0)
    assert sys.gettrace() is before
