"""A class on disk: its environment is borrowed, its gradebook copied whole."""

import os
import sqlite3
from contextlib import closing, suppress

import tiny_course

from nbteach.grading import course


def test_environment_is_undone_even_after_an_error_and_with_what_others_left(monkeypatch):
    monkeypatch.setenv("NBLIB_CLASSROOM", "mine")
    before = dict(os.environ)
    with suppress(ZeroDivisionError), course.environment(NBLIB_CLASSROOM="demo"):
        assert os.environ["NBLIB_CLASSROOM"] == "demo"
        os.environ["NBGRADER_EXECUTION"] = "autograde"  # nbgrader leaves this behind
        raise ZeroDivisionError
    assert dict(os.environ) == before


def test_backup_is_whole_while_the_gradebook_is_in_use(tmp_path, monkeypatch):
    monkeypatch.setenv("NBLIB_CLASSROOM", "mine")
    taught = course.load(tiny_course.make(tmp_path))
    assert course.back_up(taught) is None
    with closing(sqlite3.connect(course.classroom(taught) / "gradebook.db")) as database:
        database.execute("CREATE TABLE grade (score)")
        database.execute("INSERT INTO grade VALUES (1)")
        database.commit()
        database.execute("INSERT INTO grade VALUES (2)")  # not committed
        copies = [course.back_up(taught) for _ in range(2)]
    assert len({*copies}) == 2
    for copy in copies:
        with closing(sqlite3.connect(copy)) as backup:
            assert backup.execute("SELECT score FROM grade").fetchall() == [(1,)]
