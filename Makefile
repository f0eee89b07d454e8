# Each target is one or two lines that a person could type.
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# uv takes the small torch from where pip was told to look, or from PyTorch's index where no GPU is.
TORCH := $(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS),--torch-backend auto)
PINNED := --quiet --constraint requirements.txt
install = uv pip install --python .venv/bin/python $(TORCH) $(BYTECODE) $(PINNED) $(1) || \
	.venv/bin/python -m pip install --disable-pip-version-check $(PINNED) $(1)

.PHONY: lab teach test test-all test-lesson test-classroom demo hub build solutions slides site lint bench requirements clean

lab: .venv/.lab  ## work through the lessons: make lab, or make lab L=04
	nblib lab $(L)

test: .venv/.dev  ## what a contributor runs between two thoughts: a few minutes
	$(PYTEST) -m "not slow"

test-all: test  ## that, and then all the rest but the JupyterHub
	$(PYTEST) -m "slow and not classroom"

test-lesson: .venv/.dev  ## all that belongs to one lesson: make test-lesson L=04
	nblib build --check && $(PYTEST) --lesson $(L)

test-classroom: .venv/.dev  ## a real JupyterHub with a teacher and three students; as root, on Debian
	deploy/jupyterhub/install.sh /opt/training-neural-networks-test
	pytest -m classroom tests/browser/test_hub.py

PYTEST := OMP_NUM_THREADS=1 pytest -n 3 --dist loadgroup --no-loadscope-reorder

teach: .venv/.teach  ## install what a teacher needs

demo: .venv/.teach  ## grade a sample class of twelve
	nblib demo

hub: .venv/.hub  ## try a class on a JupyterHub of your own, at http://127.0.0.1:8000
	jupyterhub --config deploy/jupyterhub/try_config.py

build: .venv/.teach  ## solutions/ → notebooks/
	nblib build

solutions: .venv/.teach  ## executed lessons with answers, as .ipynb and HTML, in build/solutions/
	nblib solutions

slides: .venv/.teach build/npm/node_modules  ## slides of the lessons, for a room without network
	nblib slides

site: .venv/.site  ## the course as a website, in build/site/
	nblib site

build/npm/node_modules:  # needs Node.js, once
	npm install --prefix build/npm --no-audit --no-fund --silent reveal.js@5.2.1 mathjax@3.2.2 axe-core@4.14.1

lint: .venv/.dev  ## style, types, freshness of notebooks/
	ruff check && ruff format --check && mypy && nblib build --check

bench: .venv/.bench  ## every claim of the README, measured
	for script in benchmarks/[a-z]*.py; do python $$script || exit 1; done

requirements: .venv/.dev  ## pyproject.toml → requirements.txt
	python tests/support/pin.py

clean:
	rm -rf .venv build

.venv/bin/python:
	$(PYTHON) -m venv .venv
	command -v uv >/dev/null || .venv/bin/python -m pip install --disable-pip-version-check $(PINNED) uv

.venv/.lab .venv/.teach .venv/.site .venv/.dev .venv/.bench: .venv/bin/python requirements.txt pyproject.toml
	$(call install,--editable '.$(EXTRA_$(subst .venv/.,,$@))') && touch $@
# As pip does. A sandbox cannot keep what it has compiled, so each grading would compile PyTorch anew.
.venv/.teach .venv/.dev .venv/.bench: BYTECODE := --compile-bytecode
EXTRA_teach := [teach]
EXTRA_site := [site]
EXTRA_dev := [dev]
EXTRA_bench := [dev,bench]

.venv/.hub: .venv/.teach
	$(call install,--editable '.[classroom]')
	npm install --prefix build/hub --no-save --no-fund --no-audit configurable-http-proxy@5.1.0 && touch $@
