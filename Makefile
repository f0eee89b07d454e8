# Each target is one or two lines that a person could type.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
INSTALL := .venv/bin/python -m pip install --disable-pip-version-check --quiet --constraint requirements.txt --editable

.PHONY: lab test test-classroom demo hub build solutions slides lint bench requirements clean

lab: .venv/.lab  ## work through the lessons
	jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here/00_start_here.ipynb

test: .venv/.dev  ## run the whole test suite
	OMP_NUM_THREADS=1 pytest -n 3 --dist loadgroup --no-loadscope-reorder

test-classroom: .venv/.dev  ## a real JupyterHub with a teacher and three students; as root, on Debian
	deploy/jupyterhub/install.sh /opt/training-neural-networks-test
	pytest -m classroom tests/browser/test_hub.py

demo: .venv/.lab  ## grade a sample class of twelve
	nblib demo

hub: .venv/.hub  ## try a class on a JupyterHub of your own, at http://127.0.0.1:8000
	jupyterhub --config deploy/jupyterhub/try_config.py

build: .venv/.lab  ## solutions/ → notebooks/
	nblib build

solutions: .venv/.lab  ## executed lessons with answers, as .ipynb and HTML, in build/solutions/
	nblib solutions

slides: .venv/.lab build/npm/node_modules  ## slides of the lessons, for a room without network
	nblib slides

build/npm/node_modules:  # needs Node.js, once
	npm install --prefix build/npm --no-audit --no-fund --silent reveal.js@5.2.1 mathjax@3.2.2

lint: .venv/.dev  ## style, types, freshness of notebooks/
	ruff check && ruff format --check && mypy && nblib build --check

bench: .venv/.bench  ## every claim of the README, measured
	for script in benchmarks/[a-z]*.py; do python $$script || exit 1; done

requirements: .venv/.dev  ## pyproject.toml → requirements.txt
	python tests/pin.py

clean:
	rm -rf .venv build

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.lab: .venv/bin/python requirements.txt pyproject.toml
	$(INSTALL) . && touch $@

.venv/.dev: .venv/bin/python requirements.txt pyproject.toml
	$(INSTALL) '.[dev]' && touch $@ .venv/.lab

.venv/.hub: .venv/.lab
	$(INSTALL) '.[classroom]'
	npm install --prefix build/hub --no-save --no-fund --no-audit configurable-http-proxy@5.1.0 && touch $@

.venv/.bench: .venv/.dev
	$(INSTALL) '.[bench]' && touch $@
