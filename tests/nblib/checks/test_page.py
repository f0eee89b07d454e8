"""A check judges the definition that is on the page, or says that it is not there."""

import pytest

from nblib.checks.page import outdated

GOOD = "def slope(x):\n    y = 2 * x\n    return y\n"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([GOOD], ""),
        (["x = 1", GOOD, "slope(2)"], ""),
        ([GOOD, GOOD.replace("(x):", "(x)")], "no Python (SyntaxError in line 1)"),
        ([GOOD, GOOD.replace("(x):", "(x)"), GOOD], ""),
        ([GOOD, GOOD.replace("slope", "my_slope")], "You defined `my_slope`; this check asks for"),
        ([GOOD, "def plot():\n    for i in range(10):\n        print(i)\n"], ""),
        ([GOOD, "slope(", "%time slope(3)"], ""),
        (["slope = lambda x: 2 * x"], ""),
        ([], ""),
    ],
)
def test_the_last_attempt_counts(cells, why):
    found = outdated("slope", cells)
    assert why in found
    assert bool(found) == bool(why)
