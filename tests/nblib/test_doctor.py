"""The doctor tells facts about any machine, and crashes on none."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError

import pytest
import torch

import nblib
from nblib import doctor
from nblib.doctor import Finding
from nblib.runtime import device


def by_name() -> dict[str, Finding]:
    return {finding.name: finding for finding in doctor.findings()}


def nothing_installed(name: str) -> str:
    raise PackageNotFoundError(name)


def test_facts_are_those_of_this_machine():
    found = by_name()
    assert found["nblib"] == Finding("ok", "nblib", nblib.__version__)
    assert sys.prefix in found["Python"].detail
    assert found["device"] == Finding("ok", "device", str(device()))
    assert found["torch"].detail == torch.__version__


def test_only_what_is_required_decides_the_exit_code(monkeypatch):
    said: list[str] = []
    states = [Finding("ok", "a", "1"), Finding("optional", "b", "no", "get b")]
    monkeypatch.setattr(doctor, "findings", lambda: states)
    assert doctor.main(say=said.append) == 0
    assert said[1] == "- optional  b: no -> get b"
    states.append(Finding("missing", "c", "no", "get c"))
    assert doctor.main(say=said.append) == 1
    assert said[-1] == "Missing: c."


def test_missing_packages_are_listed_with_a_remedy(monkeypatch):
    monkeypatch.setattr(doctor, "version", nothing_installed)
    found = by_name()
    assert found["torch"].state == "missing"
    assert found["torch"].remedy == 'python -m pip install "torch==2.13.0"'


def test_course_that_is_not_installed_is_told_once(monkeypatch):
    monkeypatch.setattr(doctor, "requires", nothing_installed)
    assert by_name()["packages"].state == "missing"


def test_wrong_version_is_missing_and_names_both(monkeypatch):
    monkeypatch.setattr(doctor, "version", lambda name: "8.0" if name == "ipykernel" else "999")
    found = by_name()
    assert found["ipykernel"].state == "missing"
    assert found["ipykernel"].detail.startswith("8.0, but ")
    assert found["numpy"].state == "ok"


@pytest.mark.parametrize(
    "module", ["torch", "jupyterlab_server", "jupyter_core.paths", "packaging"]
)
def test_module_that_cannot_be_imported_becomes_a_finding(monkeypatch, module):
    for name in [
        name for name in sys.modules if name in ("nblib.runtime", "packaging.requirements")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(nblib, "runtime", raising=False)
    for name in [name for name in sys.modules if name.startswith(f"{module}.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, module, None)
    assert "missing" in {finding.state for finding in doctor.findings()}


def test_unknown_device_is_told_in_words(monkeypatch):
    monkeypatch.setenv("NBLIB_DEVICE", "abacus")
    assert by_name()["device"].state == "missing"
    assert "abacus" in by_name()["device"].detail


def test_extension_that_is_disabled_or_gone_is_missing(monkeypatch, tmp_path):
    places = tmp_path / "labextensions"
    for name in ("anywidget", "jupyterlab-jupytext"):
        (places / name).mkdir(parents=True)
        text = {"name": name, "version": "1", "jupyterlab": {"_build": {"load": "x.js"}}}
        (places / name / "package.json").write_text(json.dumps(text))
    (tmp_path / "labconfig").mkdir()
    page = {"disabledExtensions": {"anywidget": True}}
    (tmp_path / "labconfig" / "page_config.json").write_text(json.dumps(page))
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(places)])
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    found = by_name()
    assert found["JupyterLab extension jupyterlab-jupytext"].state == "ok"
    assert found["JupyterLab extension @jupyter/nbgrader"].detail == "not installed"
    assert found["JupyterLab extension anywidget"].detail == "disabled"


@pytest.mark.parametrize(
    ("system", "remedy"), [("linux", "apt"), ("darwin", "brew"), ("win32", "winget")]
)
def test_tools_that_are_not_there_come_with_the_right_remedy(monkeypatch, system, remedy):
    monkeypatch.setattr(shutil, "which", lambda *args, **options: None)
    monkeypatch.setattr(sys, "platform", system)
    assert remedy in doctor.chromium().remedy
    assert doctor.chromium().state == doctor._bubblewrap().state == "optional"
    assert doctor._alembic().state == "missing"


@pytest.mark.parametrize(
    ("outcome", "state", "words"),
    [
        (subprocess.CompletedProcess([], 0), "ok", "can make a sandbox"),
        (subprocess.CompletedProcess([], 1, stderr="not permitted\n"), "optional", "not permitted"),
        (subprocess.TimeoutExpired("bwrap", 10), "optional", "timed out"),
        (PermissionError("denied"), "optional", "denied"),
    ],
)
def test_bubblewrap_is_tried_not_only_looked_for(monkeypatch, outcome, state, words):
    def run(command, **options):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/bwrap")
    monkeypatch.setattr(subprocess, "run", run)
    found = doctor._bubblewrap()
    assert (found.state, words in found.detail) == (state, True)


def test_lines_fit_any_console(monkeypatch):
    said: list[str] = []
    doctor.main(say=said.append)
    assert all(line.isascii() for line in said)
