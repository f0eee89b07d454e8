"""The examples in the docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

import nblib

MODULES = [module.name for module in pkgutil.walk_packages(nblib.__path__, "nblib.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
