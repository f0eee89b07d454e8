"""Grades go into a Canvas that speaks the few calls that are used, on loopback."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
from graded_class import LESSON, grade_by_hand

from nbteach import cli
from nbteach.classroom import canvas
from nbteach.classroom.create import ClassroomError

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning"),
]
TOKEN = "only-for-tests"


class Canvas(ThreadingHTTPServer):
    """A course of Canvas: its users, assignments and grades."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.users = {815: "Ada Lovelace", 816: "Emmy Noether", 817: "Kurt Gödel"}
        self.points: dict[str, float] = {LESSON: 5.0}
        self.scores: dict[int, float | None] = dict.fromkeys(self.users)
        self.sent: list[dict[str, str]] = []
        self.ends = "completed"
        self.rounds = False  # as a grading scheme may

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def get(self, path: str) -> object:
        match path.split("/"):
            case ["courses", "7"]:
                return {"id": 7, "name": "Networks"}
            case ["courses", "7", "search_users"]:
                return [{"id": number, "name": name} for number, name in self.users.items()]
            case ["courses", "7", "assignments"]:
                return [
                    {"id": 70 + i, "course_id": 7, "name": name, "points_possible": points}
                    for i, (name, points) in enumerate(self.points.items())
                ]
            case ["courses", "7", "assignments", "70", "submissions"]:
                return [{"user_id": user, "score": score} for user, score in self.scores.items()]
            case ["progress", "1"]:
                return {"id": 1, "workflow_state": self.ends, "message": "of this and that"}
        return None

    def enter(self, data: dict[str, str]) -> object:
        self.sent.append(data)
        for key, grade in data.items():
            user = int(re.fullmatch(r"grade_data\[(\d+)\]\[posted_grade\]", key)[1])
            self.scores[user] = round(float(grade)) if self.rounds else float(grade)
        return {"id": 1, "workflow_state": "queued"}


class _Answer(BaseHTTPRequestHandler):
    server: Canvas

    def do_GET(self) -> None:
        self._answer(lambda path: self.server.get(path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(lambda _: self.server.enter(dict(parse_qsl(body))))

    def _answer(self, found) -> None:
        is_known = self.headers["Authorization"] == f"Bearer {TOKEN}"
        path = urlsplit(self.path).path.removeprefix("/api/v1/")
        content = found(path) if is_known else {"errors": [{"message": "Invalid access token."}]}
        self.send_response(401 if not is_known else 200 if content is not None else 404)
        if not is_known:
            self.send_header("WWW-Authenticate", 'Bearer realm="canvas-lms"')
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch) -> Iterator[Canvas]:
    monkeypatch.setenv(canvas.TOKEN, TOKEN)
    with Canvas() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    people = {"ada": ("Ada Lovelace", "815"), "emmy": ("Emmy Noether", "816")}
    people |= {"kurt": ("Kurt Gödel", "817")}
    return grade_by_hand(tmp_path / "course", people, {"ada": 4.5, "kurt": 2.0})


def send(root, server, **options):
    said: list[str] = []
    code = canvas.send(root, server.url, 7, LESSON, say=said.append, **options)
    return code, "\n".join(said)


def test_first_it_says_what_would_change_and_sends_nothing(root, server):
    server.scores[817] = 1.0
    code, said = send(root, server)
    assert code == 0
    assert "ada: no grade → 4.5" in said
    assert "kurt: 1 → 2" in said
    assert "emmy" not in said  # has no grade yet: whether that is a 0 is for the teacher to say
    assert "Nothing was sent; add --apply to do so." in said
    assert not server.sent


def test_then_it_sends_them_in_one_call_and_a_second_time_nothing(root, server):
    code, said = send(root, server, apply=True)
    assert (code, said.splitlines()[-1]) == (0, "Sent: 2.")
    assert server.scores == {815: 4.5, 816: None, 817: 2.0}
    code, said = send(root, server, apply=True)
    assert (code, len(server.sent)) == (0, 1)
    assert "0 grades to send, 2 there already" in said


@pytest.mark.parametrize(
    ("number", "name", "reason"),
    [
        (815, "Grace Hopper", "815 is 'Grace Hopper' in Canvas"),
        (900, "Ada Lovelace", "no student 815 in this course"),
    ],
)
def test_a_number_counts_only_with_a_name_that_agrees(root, server, number, name, reason):
    server.users = {number: name, 817: "Gödel, Kurt"}
    code, said = send(root, server, apply=True)
    assert code == 1
    assert f"ada: not sent, {reason}" in said
    assert server.scores[815] is None
    assert server.scores[817] == 2.0


def test_whoever_has_no_number_or_shares_it_is_named(tmp_path, server, monkeypatch):
    monkeypatch.delenv("NBLIB_CLASSROOM", raising=False)
    people = {"ada": ("Ada Lovelace", "815"), "ida": ("Ada Lovelace", "815"), "kurt": ("Kurt", "")}
    root = grade_by_hand(tmp_path / "course", people, dict.fromkeys(people, 3.0))
    code, said = send(root, server, apply=True)
    assert code == 1
    assert said.count("not sent, shares the number 815") == 2
    assert "kurt: not sent, has no number (lms_user_id) on the roster" in said
    assert not server.sent


def test_a_grade_that_does_not_arrive_as_it_was_sent_is_told(root, server):
    server.rounds = True
    code, said = send(root, server, apply=True)
    assert code == 1
    assert "Canvas shows another grade than was sent for ada." in said


def test_a_job_that_fails_there_is_told(root, server):
    server.ends = "failed"
    with pytest.raises(ClassroomError, match="no or not all grades: of this and that"):
        send(root, server, apply=True)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ({}, f"0 assignments called {LESSON} in this course; make one, with 5 points"),
        ({LESSON: 10.0}, "5 points here and 10.0 in Canvas"),
    ],
)
def test_the_assignment_must_be_there_with_the_same_points(root, server, points, words):
    server.points = points
    with pytest.raises(ClassroomError, match=re.escape(words)):
        send(root, server)


def test_a_wrong_token_is_refused_and_never_shown(root, server, monkeypatch):
    monkeypatch.setenv(canvas.TOKEN, "a-secret-that-is-wrong")
    with pytest.raises(ClassroomError, match="did not do as asked; InvalidAccessToken") as raised:
        send(root, server)
    assert "a-secret" not in str(raised.value)


def test_no_token_or_no_course_says_what_to_do(root, server, monkeypatch):
    with pytest.raises(ClassroomError, match="ResourceDoesNotExist"):
        canvas.send(root, server.url, 8, LESSON)
    monkeypatch.delenv(canvas.TOKEN)
    with pytest.raises(ClassroomError, match="set CANVAS_TOKEN to an access token"):
        send(root, server)


@pytest.mark.parametrize("url", ["http://canvas.example.org", "canvas.example.org", "https://"])
def test_the_token_never_travels_in_the_open(root, server, url):
    with pytest.raises(ClassroomError, match="no address that begins with https"):
        canvas.send(root, url, 7, LESSON)


def test_the_command(root, server, capsys, monkeypatch):
    arguments = ["class", "canvas", LESSON, "--url", server.url, "--course", "7"]
    assert cli.main(["--root", str(root), *arguments]) == 0
    assert "ada: no grade → 4.5" in capsys.readouterr().out
