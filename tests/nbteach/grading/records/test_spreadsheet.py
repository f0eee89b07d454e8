"""No cell of ours runs anything in a spreadsheet, and every cell comes back as it was."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbteach.classroom.roster import rows
from nbteach.grading.records.spreadsheet import plain, safe, write

FORMULAS = ["=1+1", "+1@x", "@SUM(1)", "|cmd", "-2+3", "\tx", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_no_formula_any_more(text):
    assert safe(text).startswith("'")


def test_numbers_and_honest_names_stay_as_they_are():
    assert [safe(x) for x in (-3.5, 0, None, "O'Neill", "King, Jr.", "'tis")] == [
        *("-3.5", "0", "", "O'Neill", "King, Jr.", "'tis")
    ]


@given(st.text().filter(lambda text: len(text.splitlines()) <= 1))
def test_every_text_comes_back(text):
    assert plain(safe(text)) == " ".join(text.splitlines())


def test_a_table_survives_commas_quotes_and_new_lines(tmp_path):
    names = ["King, Jr.", 'the "great"', "two\nlines", *FORMULAS[:5]]
    write(tmp_path / "a.csv", [["id", "first_name"], *([f"s{i}", n] for i, n in enumerate(names))])
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        assert [len(row) for row in csv.reader(file)] == [2] * (len(names) + 1)
    found = [row["first_name"] for row in rows(tmp_path / "a.csv")]
    assert found == [" ".join(name.split("\n")) for name in names]
