"""`class.toml` is read whole, or refused with what is wrong."""

import re
from datetime import datetime, timedelta

import pytest
from tiny_course import REPOSITORY

from nbteach.grading.policy.class_rules import Rules, RulesError, read_rules

LESSONS = ["01_tiny", "02_other"]


def read(text: str) -> Rules:
    return read_rules(text.encode(), LESSONS)


def test_every_rule_is_a_line():
    assert read(
        """
        due.01_tiny = 2026-10-16T18:00:00+02:00
        due.02_other = 2026-11-20T18:00:00Z
        grace_minutes = 15
        late_days = 3
        late = "12.5% a day"
        extra_time.ada = "2 days"
        extra_time."emmy@example.org" = "1.5 hours"
        file_dates = true
        not_counted.01_tiny = ["adam"]
        leaderboard = "names"
        """
    ) == Rules(
        due={"01_tiny": datetime(2026, 10, 16, 16), "02_other": datetime(2026, 11, 20, 18)},
        grace=timedelta(minutes=15),
        late_days=3,
        per_day=0.125,
        extra_time={"ada": timedelta(days=2), "emmy@example.org": timedelta(hours=1.5)},
        file_dates=True,
        not_counted={"01_tiny": ("adam",)},
        leaderboard_names=True,
    )


def test_without_lines_nothing_is_settled():
    assert read("") == Rules()


@pytest.mark.parametrize(("word", "share"), [("accepted", 0.0), ("refused", 1.0)])
def test_late_work_is_accepted_or_refused(word, share):
    assert read(f'late = "{word}"').per_day == share


def test_a_time_without_an_offset_is_this_machines(monkeypatch):
    local = datetime(2026, 10, 16, 18).astimezone()
    expected = datetime(2026, 10, 16, 18) - local.utcoffset()
    assert read("due.01_tiny = 2026-10-16T18:00:00").due["01_tiny"] == expected


def test_a_day_without_a_time_ends_at_its_end():
    end = read("due.01_tiny = 2026-10-16T23:59:59").due
    assert read("due.01_tiny = 2026-10-16").due == end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("late_day = 3", "no rule 'late_day', perhaps late_days"),
        ("due.01_tini = 2026-10-16", "no lesson '01_tini', perhaps 01_tiny"),
        ('not_counted.03 = ["a"]', "no lesson '03'"),
        ('due.01_tiny = "tomorrow"', "without quotation marks"),
        ("due = 2026-10-16", "due.NAME"),
        ("late_days = -1", "0 or more"),
        ("leaderboard = true", '"names" or "pseudonyms"'),
        ("late_days = true", "a whole number"),
        ("grace_minutes = 1.5", "a whole number"),
        ('late = "10%"', '"10% a day"'),
        ('late = "110% a day"', '"10% a day"'),
        ('extra_time.ada = "2"', "2 days"),
        ("extra_time.ada = 2", "2 days"),
        ('file_dates = "yes"', "true or false"),
        ('not_counted.01_tiny = "adam"', "a list of exercises"),
        ("late_days = ", "cannot be read: .*end of document"),
        ("late_days = 1\nlate_days = 2", "cannot be read"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_named(text, words):
    with pytest.raises(RulesError, match=words):
        read(text)


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(RulesError, match="cannot be read"):
        read_rules(b"\xff\xfe", LESSONS)


def test_the_guide_shows_rules_that_can_be_read():
    text = (REPOSITORY / "docs" / "classroom.md").read_text(encoding="utf-8")
    found = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rules = read_rules("".join(found).encode(), ["02_gradient_descent"])
    assert all(getattr(rules, name) for name in ("due", "grace", "late_days", "per_day"))
    assert rules.extra_time == {"ada": timedelta(days=2)}
    assert rules.not_counted == {"02_gradient_descent": ("bisect-lr",)}
