"""The pinned set belongs to pyproject.toml, and is the only list of versions."""

import os
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pin import CUDA, HEADER

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = [
    line
    for line in chain(PROJECT["dependencies"], *EXTRAS.values())
    if not line.startswith(PROJECT["name"])  # an extra that holds another
]
PINNED = [
    Requirement(line)
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("wanted", [*map(Requirement, WANTED)], ids=str)
def test_every_dependency_is_pinned_within_its_range(wanted):
    pins = [pin for pin in PINNED if pin.name == canonicalize_name(wanted.name)]
    assert pins, f"{wanted.name} is not in requirements.txt; run `make requirements`"
    for pin in pins:
        (version,) = pin.specifier
        assert version.operator == "=="
        assert wanted.specifier.contains(version.version, prereleases=True), str(pin)


def test_every_line_pins_one_version():
    assert [str(pin) for pin in PINNED if [s.operator for s in pin.specifier] != ["=="]] == []


def test_cuda_is_left_to_torch():
    text = (ROOT / "requirements.txt").read_text()
    assert text.startswith(HEADER)
    assert [pin.name for pin in PINNED if CUDA.match(pin.name)] == []


def test_conda_uses_the_same_pins():
    text = (ROOT / "environment.yml").read_text()
    *packages, pip = yaml.safe_load(text)["dependencies"]
    assert pip == {"pip": ["-c requirements.txt", "-e ."]}
    assert [re.split(r"[ <>=]", package)[0] for package in packages] == ["python", "pip"]
    (python,) = (Requirement(package) for package in packages if package.startswith("python"))
    assert all(python.specifier.contains(version) for version in ("3.11", "3.12", "3.13"))
    assert not python.specifier.contains("3.10")


@pytest.mark.xdist_group("together")
def test_groups_of_tests_stay_together(request):
    if "PYTEST_XDIST_WORKER" in os.environ and request.config.option.loadgroup:
        assert request.node.nodeid.endswith("@together")
