"""What is graded is the lesson's notebook with the student's answers, whatever was handed in."""

import copy
import json
import os
import random
import signal
import socket

import hand_in
import nbformat
import pytest
from hand_in import by_id, copied, edited, passed, solved, written
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from nbteach.grading.notebooks.rebuild import Unreadable, rebuild, rebuild_bytes

BUNDLE = hand_in.lesson()
RELEASED = by_id(BUNDLE.notebook)
STUDENTS = {"guess", "double", "half"}
BOTH = {"double-test", "half-test"}


@pytest.fixture(autouse=True)
def _no_hang():
    signal.alarm(60)
    yield
    signal.alarm(0)


def of(notebook):
    """Rebuild, and check what holds for every notebook."""
    return check(rebuild_bytes(BUNDLE, written(notebook)))


def check(rebuilt):
    notebook = rebuilt.notebook
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()  # no half characters
    assert notebook.metadata == BUNDLE.notebook.metadata
    ours = [cell for cell in notebook.cells if cell.id in RELEASED]
    assert [cell.id for cell in ours] == list(RELEASED)
    for cell in ours:
        assert cell.metadata == RELEASED[cell.id].metadata
        assert cell.cell_type == RELEASED[cell.id].cell_type
        assert cell.id in STUDENTS or cell.source == RELEASED[cell.id].source
    for cell in notebook.cells:
        assert cell.id in RELEASED or cell.metadata in ({}, {"tags": ["demo"]})
        assert cell.cell_type == "markdown" or (cell.outputs, cell.execution_count) == ([], None)
    for phrase in rebuilt.told:
        assert "\n" not in phrase
        assert len(phrase) < 300
    return rebuilt


def is_refused(content):
    """Whether these bytes cannot be rebuilt, and are told to be so in one line; check the rest."""
    try:
        check(rebuild_bytes(BUNDLE, content))
    except Unreadable as error:
        return len(str(error).splitlines()) == 1
    return False


def own(rebuilt):
    return [cell.source for cell in rebuilt.notebook.cells if cell.id not in RELEASED]


def test_the_release_gives_what_is_graded_with():
    release = copy.deepcopy(BUNDLE.notebook)
    for cell in release.cells:
        cell.source = BUNDLE.released[cell.id]
    rebuilt = of(release)
    assert rebuilt.notebook == BUNDLE.notebook
    assert rebuilt.told == ()


def test_an_answer_left_open_stays_the_stub_to_the_letter():
    def edit(cells):
        cells[4].source = BUNDLE.released["double"] + "  \n\n"

    rebuilt = of(edited(BUNDLE, edit))  # by its checksum, nbgrader then says "No response."
    assert by_id(rebuilt.notebook)["double"].source == BUNDLE.released["double"]


def test_answers_and_predictions_are_the_students():
    notebook = solved(BUNDLE)
    by_id(notebook)["guess"].source = "prediction = 'both'"
    rebuilt = of(notebook)
    assert by_id(rebuilt.notebook)["guess"].source == "prediction = 'both'"
    assert by_id(rebuilt.notebook)["half"].source == hand_in.ANSWERS["half"]
    assert rebuilt.told == ()
    assert passed(rebuilt.notebook) == BOTH


def test_cells_of_ones_own_stay_where_they_stood():
    def edit(cells):
        cells.insert(10, new_code_cell("at the end"))
        cells.insert(5, new_markdown_cell("my notes"))
        cells.insert(5, new_code_cell("helper = 1"))
        cells.insert(5, new_code_cell("  \n"))
        cells.insert(0, new_code_cell("import os"))

    rebuilt = of(edited(BUNDLE, edit))
    names = [cell.id for cell in rebuilt.notebook.cells]
    assert own(rebuilt) == ["import os", "helper = 1", "my notes", "at the end"]
    assert names[0] == "extra-1"
    assert names[5:9] == ["double", "extra-2", "extra-3", "double-test"]
    assert names[-1] == "extra-4"
    assert rebuilt.told == ()


def test_instructor_cells_are_restored():
    def edit(cells):
        cells[1].source = "1 / 0"
        cells[5].source = "pass"
        cells[5].metadata = {}
        del cells[9]

    rebuilt = of(edited(BUNDLE, edit))
    assert rebuilt.told == ("missing: half-test", "changed, restored: setup, double-test")
    assert passed(rebuilt.notebook) == BOTH


def test_what_was_added_to_an_instructor_cell_runs_beside_it():
    """Not every front end locks cells, and the first one is where imports seem to belong."""

    def edit(cells):
        cells[1].source += "\nimport statistics\nprint('hello')"
        cells[5].source = "def helper(x):\n    return x\n" + cells[5].source

    rebuilt = of(edited(BUNDLE, edit))
    names = [cell.id for cell in rebuilt.notebook.cells]
    assert own(rebuilt) == ["import statistics", "def helper(x):\n    return x"]
    assert names.index("extra-1") == names.index("setup") + 1
    assert names.index("extra-2") == names.index("double-test") - 1
    assert rebuilt.told == ("restored, with what was added: setup, double-test",)


@pytest.mark.parametrize("seed", range(5))
def test_moved_cells_are_put_back_and_nothing_is_lost(seed):
    def edit(cells):
        cells.insert(5, new_code_cell("helper = 1"))
        random.Random(seed).shuffle(cells)

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == BOTH
    assert own(rebuilt) == ["helper = 1"]


def test_an_exercise_that_was_moved_is_told():
    def edit(cells):
        cells[:] = cells[:3] + cells[7:] + cells[3:7]  # the second exercise first

    assert of(edited(BUNDLE, edit)).told == ("moved, put back: half, half-test",)


def test_an_older_format_without_cell_ids_is_understood():
    notebook = solved(BUNDLE)
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]
    rebuilt = of(notebook)
    assert (own(rebuilt), rebuilt.told) == ([], ())
    assert passed(rebuilt.notebook) == BOTH


def test_metadata_of_other_front_ends_means_nothing():
    def edit(cells):
        for cell in cells:
            cell.metadata |= {
                "id": "aBc",
                "colab": {"base_uri": "x"},
                "vscode": {"languageId": "py"},
            }

    notebook = edited(BUNDLE, edit)
    notebook.metadata |= {"accelerator": "GPU", "colab": {"provenance": []}, "widgets": {"x": 1}}
    rebuilt = of(notebook)
    assert (own(rebuilt), rebuilt.told) == ([], ())


def test_cells_that_lost_every_mark_are_known_by_what_they_define():
    def edit(cells):
        for cell in cells:
            cell.metadata = {}
            cell.id += "-other"

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == BOTH
    assert rebuilt.told == ()


def test_an_answer_in_a_new_cell_counts_where_its_own_was_deleted():
    for written_as in ("def double(x): return 2 * x", "double = lambda x: 2 * x"):

        def edit(cells, answer=written_as):
            cells[4] = new_code_cell(answer)

        assert passed(of(edited(BUNDLE, edit)).notebook) == BOTH


@pytest.mark.parametrize("place", [1, 5, 7, 10])
def test_an_answer_above_its_stub_or_below_its_test_counts_with_its_helpers(place):
    def edit(cells):
        cells[4].source = BUNDLE.released["double"]
        cells[place:place] = [
            new_code_cell("def double(x):\n    return 1  # an attempt"),
            new_code_cell("import functools"),
            new_markdown_cell("now it is right"),
            new_code_cell("@functools.cache\ndef double(x):\n    return 2 * x"),
            new_code_cell("assert double(2) == 4"),
        ]

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == BOTH
    assert rebuilt.told == (("moved, put back: double",) if place != 5 else ())
    assert own(rebuilt).count("import functools") == 1


def test_a_second_answer_below_the_test_is_told_and_does_not_count():
    def edit(cells):
        cells[4].source = "def double(x):\n    return x"
        cells.insert(6, new_code_cell("def double(x):\n    return 2 * x"))
        cells.append(new_code_cell("def double(x):\n    return 3 * x"))  # an experiment, far below

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == {"half-test"}
    assert rebuilt.told == ("again below its test, too late to count: double",)


def test_a_copied_stub_does_not_undo_the_answer():
    def edit(cells):
        stub = BUNDLE.released["double"]
        cells.insert(5, copied(cells[4], stub))
        cells.insert(4, copied(cells[4], stub))

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == BOTH
    assert (own(rebuilt), rebuilt.told) == ([], ())


def test_of_two_answers_the_first_counts_and_the_other_runs_where_it_stood():
    def edit(cells):
        cells[4].source = "def helper(x):\n    return 2 * x"
        cells.insert(5, copied(cells[4], "def double(x):\n    return helper(x)"))  # it was split

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == BOTH
    assert rebuilt.told == ("there twice: double",)


def test_an_answer_turned_into_text_is_code_again():
    def edit(cells):
        for cell, kind in ((cells[4], "markdown"), (cells[8], "raw")):
            cell.cell_type = kind
            del cell["outputs"], cell["execution_count"]

    rebuilt = of(edited(BUNDLE, edit))
    assert passed(rebuilt.notebook) == BOTH
    assert rebuilt.told == ("of another type, read as code: double, half",)


def test_cells_for_show_run_only_where_they_define_something():
    def edit(cells):
        cells[4].source = "def double(x): return helper(x)"
        cells[6].source = "print(double(5))"
        cells.insert(3, copied(cells[6], "def helper(x): return 2 * x"))

    rebuilt = of(edited(BUNDLE, edit))
    extra = {c.source: c for c in rebuilt.notebook.cells if c.id not in RELEASED}
    assert extra["print(double(5))"].metadata == {"tags": ["demo"]}
    assert extra["def helper(x): return 2 * x"].metadata == {}
    assert passed(rebuilt.notebook) == BOTH


def test_raw_text_and_changed_text_are_kept_to_be_read():
    def edit(cells):
        cells[3].source += "\nI found this easy."
        cells.insert(3, new_raw_cell("<script>1</script>"))

    rebuilt = of(edited(BUNDLE, edit))
    assert own(rebuilt) == ["    <script>1</script>", "Exercise 1\nI found this easy."]


def test_text_that_cannot_be_written_is_mended():
    content = json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {"cell_type": "code", "id": "half", "source": ["x = '\ud800\0'\r\n", "y = 1"]},
                {"cell_type": "markdown", "source": "\udfff"},
            ],
        }
    )
    rebuilt = check(rebuild_bytes(BUNDLE, content.encode()))
    assert by_id(rebuilt.notebook)["half"].source == "x = '\ufffd'\ny = 1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_encodings_are_read(encoding):
    content = nbformat.writes(solved(BUNDLE)).encode(encoding)
    assert passed(rebuild_bytes(BUNDLE, content).notebook) == BOTH


def test_bytes_that_are_no_text_cost_nothing_in_an_output():
    notebook = written(solved(BUNDLE)).replace(b"STUDENT'S", b"STUDENT'S\xff\xfe\x80")
    assert passed(check(rebuild_bytes(BUNDLE, notebook)).notebook) == BOTH


NOTHING_TO_GRADE = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\0\0", "empty"),
    "no JSON": (b"PK\x03\x04 a zip file", "not valid JSON"),
    "half of it": (written(solved(BUNDLE))[:-300], "not valid JSON"),
    "a long number": (b'{"cells": [' + b"1" * 10_000 + b"]}", "not valid JSON"),
    "no notebook": (b"[1, 2]", "not a notebook"),
    "NaN": (b"NaN", "not a notebook"),
    "no cells": (b'{"nbformat": 4, "cells": {"source": NaN}}', "no list of cells"),
    "other cells": (b'{"nbformat": 4, "cells": [1, null, [], {}]}', "none of the lesson's cells"),
    "deep": (b"[" * 200_000 + b"]" * 200_000, "too deeply"),
    "deep dictionaries": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "too deeply"),
    "a million lists": (b"[" + b"[]," * 1_100_000 + b"1]", "too many parts"),
    "format 3": (b'{"nbformat": 3, "worksheets": [{"cells": []}]}', "format 3,"),
    "format 5": (b'{"nbformat": 5, "cells": []}', "format 5,"),
    "format x": (b'{"nbformat": {"x": NaN}, "cells": []}', "not in format 4"),
    "many cells": (
        b'{"cells": [' + b",".join([b'{"source": "1", "cell_type": "code"}'] * 3000) + b"]}",
        "3000 cells",
    ),
    "much text": (
        b'{"cells": [{"source": "' + b"x" * 3_000_000 + b'", "cell_type": "code"}]}',
        "too much text",
    ),
}


@pytest.mark.parametrize(("content", "reason"), NOTHING_TO_GRADE.values(), ids=NOTHING_TO_GRADE)
def test_what_cannot_be_graded_is_told_in_a_sentence(content, reason):
    with pytest.raises(Unreadable) as told:
        rebuild_bytes(BUNDLE, content)
    assert reason in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 200


GARBAGE = [
    *(None, True, -1, 1e308, float("nan"), float("inf"), "", "\0", "\ud800", "x" * 10_000),
    *([], {}, [[]], [1, None, "x"], {"a": {}}, {"nbgrader": {"grade_id": "half"}}, ["half"]),
    *("code", "markdown", "raw", "half", "double-test", ["demo"], {"grade_id": ["half"]}),
]


def places(tree):
    """Every container of a JSON tree."""
    found = [tree] if isinstance(tree, dict | list) else []
    for child in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(child, dict | list):
            found += places(child)
    return found


def mutate(tree, rng):
    """Change one thing somewhere in a JSON tree."""
    place = rng.choice(places(tree))
    if not place:
        return
    spot = rng.choice(list(place) if isinstance(place, dict) else range(len(place)))
    match rng.choice(["replace", "delete", "copy", "shuffle", "swap"]):
        case "replace":
            place[spot] = copy.deepcopy(rng.choice(GARBAGE))
        case "delete":
            del place[spot]
        case "copy" if isinstance(place, list):
            place.insert(rng.randrange(len(place) + 1), copy.deepcopy(place[spot]))
        case "shuffle" if isinstance(place, list):
            rng.shuffle(place)
        case _:
            place[spot] = copy.deepcopy(rng.choice(places(tree)))


@pytest.mark.parametrize("seed", range(20))
def test_a_notebook_changed_at_random_is_rebuilt_or_told(seed):
    rng = random.Random(seed)
    refusals = 0
    for _ in range(30):
        tree = json.loads(written(solved(BUNDLE)))
        for _ in range(rng.choice([1, 2, 5, 20])):
            mutate(tree, rng)
        refusals += is_refused(json.dumps(tree).encode())
    assert refusals < 15


@pytest.mark.parametrize("seed", range(5))
def test_a_file_damaged_at_random_is_rebuilt_or_told(seed):
    rng, whole = random.Random(seed), written(solved(BUNDLE))
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(rng.choice([1, 3, 30])):
            content[rng.randrange(len(content))] = rng.randrange(256)
        start = rng.choice([0, 0, rng.randrange(len(content))])
        is_refused(bytes(content[start:]))


def submission(tmp_path):
    path = tmp_path / "student" / "01_lesson" / "01_lesson.ipynb"
    path.parent.mkdir(parents=True)
    return path


def test_a_file_is_read_and_left_alone(tmp_path):
    path = submission(tmp_path)
    path.write_bytes(written(solved(BUNDLE)))
    path.chmod(0o400)
    before = path.stat()
    assert passed(check(rebuild(BUNDLE, path)).notebook) == BOTH
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def a_link(path):
    secret = path.parents[1] / "secret"
    secret.write_bytes(written(solved(BUNDLE)))
    path.symlink_to(secret)


def a_linked_folder(path):
    elsewhere = path.parents[1] / "elsewhere"
    path.parent.rename(elsewhere)
    (elsewhere / path.name).write_bytes(written(solved(BUNDLE)))
    path.parent.symlink_to(elsewhere)


def a_socket(path):
    os.chdir(path.parent)  # the name of a socket must be short
    socket.socket(socket.AF_UNIX).bind(path.name)


def a_huge_file(path):
    with path.open("wb") as file:
        file.truncate(10**12)


NO_FILES = {
    "a link": (a_link, "symbolic link"),
    "a link to nowhere": (lambda path: path.symlink_to("nowhere"), "symbolic link"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "symbolic link"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "symbolic link"),
    "a linked folder": (a_linked_folder, "the folder 01_lesson is a symbolic link"),
    "a pipe": (os.mkfifo, "no plain file"),
    "a folder": (lambda path: path.mkdir(), "cannot be opened"),
    "a socket": (a_socket, "cannot be opened"),
    "a huge file": (a_huge_file, "more than 20 MB"),
    "nothing": (lambda path: None, "missing"),
    "another name": (lambda path: path.with_name("my work.ipynb").touch(), "called my work.ipynb"),
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the socket
@pytest.mark.parametrize(("make", "reason"), NO_FILES.values(), ids=NO_FILES)
def test_only_a_plain_file_is_read(tmp_path, monkeypatch, make, reason):
    monkeypatch.chdir(tmp_path)  # and back
    path = submission(tmp_path)
    make(path)
    with pytest.raises(Unreadable, match=reason):
        rebuild(BUNDLE, path)
