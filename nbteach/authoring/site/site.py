"""Make the website of the course: `nblib site`."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from nblib.playground.demos import paths, surfaces
from nblib.playground.scene import Scene
from nblib.playground.widget import SCRIPT, STYLE
from nbteach.authoring.rules import read_all
from nbteach.authoring.site import recording, sources

__all__ = ["STOPS", "site"]

_DIGITS = (1, 1.2, 1.5, 1.8, 2, 2.5, 3, 4, 5, 6, 8)
STOPS = {
    "lr": [*(float(f"{digit}e{power}") for power in range(-4, 1) for digit in _DIGITS), 10.0],
    "beta": [0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99],
}
_START = """\
const light = () => {
  document.body.dataset.jpThemeLight = String(document.documentElement.dataset.theme !== "dark");
};
light();
new MutationObserver(light).observe(document.documentElement, { attributeFilter: ["data-theme"] });
const descent = document.getElementById("descent");
if (descent) playRecorded(descent, ABOUT, "_static/descent");
"""


def site(root: Path) -> Path:
    """Build the site of the course at `root` anew, offline; return its folder, `build/site`.

    Lessons are executed, and scenes recorded, only where that has not been done for what they are
    now. Raises SiteError if a page would show an answer or a link leads nowhere, LessonError for a
    malformed lesson, ExecutionError for one that does not run to its end.
    """
    build = root / "build"
    build.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=build) as work:
        source, static, goal = (Path(work, name) for name in ("source", "static", "html"))
        source.mkdir()
        sources.write(root, read_all(root / "solutions"), source)
        _write_static(build, static)
        _run_sphinx(source, static, goal, Path(work, "doctrees"))
        shutil.rmtree(build / "site", ignore_errors=True)
        goal.rename(build / "site")
    return build / "site"


def _run_sphinx(source: Path, static: Path, goal: Path, doctrees: Path) -> None:
    from sphinx.application import Sphinx

    own = Path(str(files(__package__).joinpath("sphinx")))
    given = {"html_static_path": [str(own / "static"), str(static)]}
    warnings = io.StringIO()
    Sphinx(source, own, goal, doctrees, "html", given, status=None, warning=warnings).build()
    if found := warnings.getvalue():
        raise sources.SiteError(re.sub("\x1b\\[[0-9;]*m", "", found).rstrip())


def _write_static(build: Path, static: Path) -> None:
    """Write what pages use besides the theme: playground, its recording, the font of formulas."""
    static.mkdir()
    shutil.copytree(_recorded(build), static / "descent")
    own = files(__package__).joinpath("sphinx")
    pages = files("nbteach.grading.pages")
    about = recording.about("descent", surfaces.TITLE, surfaces.controls(), STOPS)
    script = "\n".join([
        SCRIPT.partition("export default")[0],
        own.joinpath("static/recorded.js").read_text(encoding="utf-8"),
        "Object.assign(window, { nblibRecorded });",
        _START.replace("ABOUT", json.dumps(about, ensure_ascii=False)),
    ])  # fmt: skip
    (static / "playground.js").write_text(f"(() => {{\n{script}}})();\n", encoding="utf-8")
    (static / "playground.css").write_text(STYLE, encoding="utf-8")
    font = pages.joinpath("fonts/stix_two_math.woff2").read_bytes()
    (static / "stix_two_math.woff2").write_bytes(font)


def _recorded(build: Path) -> Path:
    """Return the folder with the recording of `descent`; make it, unless it is there already."""
    folder = build / "recordings" / _digest()
    if not folder.is_dir():
        folder.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as work:
            for name, text in recording.record("descent", _drawn, surfaces.controls(), STOPS):
                Path(work, name).write_text(text, encoding="utf-8")
            shutil.copytree(work, folder)
    return folder


def _digest() -> str:
    """Return a digest of all that a recording depends on."""
    code = files("nblib.playground")
    read: Iterable[bytes] = (
        *(
            code.joinpath(name).read_bytes()
            for name in ("demos/paths.py", "demos/surfaces.py", "scene.py", "wire.py")
        ),
        Path(recording.__file__).read_bytes(),
        repr(STOPS).encode(),
    )
    return hashlib.sha256(b"\0".join(read)).hexdigest()[:16]


@functools.lru_cache(maxsize=1024)
def _drawn(surface: str, optimizer: str, lr: float, beta: float) -> Scene:
    """Draw a descent; a momentum that its rule does not have costs no second one."""
    if optimizer not in paths.WITH_BETA and beta != STOPS["beta"][0]:
        return _drawn(surface, optimizer, lr, STOPS["beta"][0])
    return surfaces.draw(surface, optimizer, lr, beta)
