"""A real JupyterHub on loopback, as `deploy/jupyterhub/install.sh` sets it up, with real accounts.

The accounts are made for the test and removed after it, so all of this needs root.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import guide
import lab
from playwright.sync_api import Browser, Page

PREFIX = Path("/opt/training-neural-networks-test")  # where `make test-classroom` installs it
CLASS = "autumn"
GROUP = "nblib-class"
TEACHER = "nblib-teacher"

_SET_UP = "Set up a server"  # in the guide

_RUNUSER = shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin:/bin") or "runuser"
_SETTINGS = {
    "apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
    # Cells outside the viewport stay in the page, where a test can find them.
    "notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}
_CELLS = "window.jupyterapp.shell.currentWidget.content.widgets"
_CONFIG = """\
load_subconfig({shipped!r})
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.Spawner.args = ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # a busy machine must not fail a test
"""


@dataclass(frozen=True)
class Account:
    """A Unix account with a home that is closed to all others."""

    name: str
    home: Path
    password: str = field(default_factory=lambda: secrets.token_hex(12))

    def run(self, command: str, *, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a shell command as this user would in a terminal of their JupyterLab."""
        environment = {
            "HOME": str(self.home),
            "PATH": f"{PREFIX}/env/bin:/usr/bin:/bin",
            "NBLIB_CLASSROOM": CLASS,
            "NBLIB_EXCHANGE": str(PREFIX / "exchange"),
            "JUPYTER_CONFIG_PATH": str(PREFIX / "etc"),
            "OMP_NUM_THREADS": "1",
        }
        place = self.home / "course" if (self.home / "course").is_dir() else self.home
        done = subprocess.run(
            [_RUNUSER, "-u", self.name, "--", "bash", "-c", command],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{command}\n{done.stdout}\n{done.stderr}"
        return done


@contextmanager
def account(name: str, place: Path) -> Iterator[Account]:
    """Make an account; remove it, with all that it left behind."""
    made = Account(name, place / name)
    _, _, useradd, chpasswd, _ = guide.sections()[_SET_UP]
    names = {" ada": f" --home-dir {made.home} {name}", "students": GROUP}
    _as_root(useradd, names)
    try:
        _as_root(chpasswd, {"ada:": f"{name}:", "a-long-password": made.password})
        for plugin, values in _SETTINGS.items():
            file = made.home / f".jupyter/lab/user-settings/@jupyterlab/{plugin}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        _give(made.home, name)
        yield made
    finally:
        subprocess.run(["pkill", "-KILL", "-u", name], check=False)  # nobody's but this account's
        subprocess.run(["userdel", "--force", name], check=True)


def _as_root(command: str, names: Mapping[str, str]) -> None:
    """Run a command of the guide, with names of our own."""
    subprocess.run(["bash", "-c", _renamed(command, names)], check=True)


def _renamed(command: str, names: Mapping[str, str]) -> str:
    for name, ours in {"sudo ": "", **names}.items():
        assert name in command, f"{name!r} is not in {command!r}"
        command = command.replace(name, ours)
    return command


def _give(place: Path, name: str) -> None:
    subprocess.run(["chown", "-R", f"{name}:{name}", str(place)], check=True)


@dataclass(frozen=True)
class Hub:
    """A running hub, its teacher, whose home holds the course, and its students."""

    url: str
    teacher: Account
    students: Sequence[Account]
    log: Path

    def log_in(self, browser: Browser, who: Account) -> Page:
        """Log in as a person does; return the page with their JupyterLab."""
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(1000 * lab.PATIENCE)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{self.url}/hub/login")
        page.fill("#username_input", who.name)
        page.fill("#password_input", who.password)
        page.click("#login_submit")
        page.wait_for_url(f"**/user/{who.name}/lab**")
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget")
        return page


@contextmanager
def start(place: Path, students: Sequence[str], course: Path) -> Iterator[Hub]:
    """Start a hub below `place`; `course` is copied to the teacher's home."""
    with ExitStack() as stack:
        _as_root(guide.sections()[_SET_UP][1], {"students": GROUP})
        stack.callback(subprocess.run, ["groupdel", GROUP], check=False)
        teacher, *others = (
            stack.enter_context(account(name, place)) for name in (TEACHER, *students)
        )
        shutil.copytree(course, teacher.home / "course")
        _give(teacher.home, teacher.name)
        for name, mode in (("exchange", 0o1777), ("state", 0o700)):  # of the run before
            shutil.rmtree(PREFIX / name)
            (PREFIX / name).mkdir()
            (PREFIX / name).chmod(mode)
        hub = Hub(f"http://127.0.0.1:{free_port()}", teacher, others, place / "hub.log")
        config = place / "jupyterhub_config.py"
        config.write_text(
            _CONFIG.format(
                shipped=str(PREFIX / "etc/jupyterhub_config.py"),
                hub_port=free_port(),
                api_port=free_port(),
            )
        )
        stack.enter_context(_running(hub, config))
        yield hub


@contextmanager
def _running(hub: Hub, config: Path) -> Iterator[None]:
    names = {
        "/home/teacher/course": str(hub.teacher.home / "course"),
        "NBLIB_TEACHER=teacher": f"NBLIB_TEACHER={hub.teacher.name}",
        "/opt/training-neural-networks/etc/jupyterhub_config.py": str(config),
        "/opt/training-neural-networks/env": str(PREFIX / "env"),
    }
    command = _renamed(guide.sections()[_SET_UP][4], names)
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "NBLIB_GROUP": GROUP}
    with started(command, Path("/"), hub.url, hub.log, environment):
        yield


@contextmanager
def started(
    command: str, place: Path, url: str, log: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[None]:
    """Run a command that starts a hub; wait until it answers; in the end, stop all of it."""
    with log.open("w") as output:
        server = subprocess.Popen(
            ["bash", "-c", command],
            cwd=place,
            env={**environment, "NBLIB_HUB_URL": url},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait_until_up(url, server, log)
            yield
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(60)


def _wait_until_up(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1500):  # `make hub` may have to install things first
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/hub/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the hub did not start:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_root() -> bool:
    return os.name == "posix" and os.getuid() == 0


class Notebook(lab.Notebook):
    """A notebook in the JupyterLab of somebody who is logged in."""

    def __init__(self, hub: Hub, page: Page, who: Account, path: str) -> None:
        self.page, self.path, self.file = page, path, who.home / path
        page.goto(f"{hub.url}/user/{who.name}/lab/tree/{path}")
        self._wait_until_open()

    def index(self, name: str) -> int:
        """Return the index of the cell with this id."""
        find = f"name => {_CELLS}.findIndex(cell => cell.model.id === name)"
        return int(self.page.evaluate(find, name))

    def write(self, index: int, source: str) -> None:
        """Put text into a cell."""
        put = f"([index, source]) => {_CELLS}[index].model.sharedModel.setSource(source)"
        self.page.evaluate(put, [index, source])
