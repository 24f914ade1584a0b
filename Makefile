# Everything a developer does with this project, in one place; `make` alone lists it.
# Needs Debian's python3 (3.11 or newer), python3-venv and make; all else comes from requirements.lock.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.made-from-lock
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps

# The January 2024 outage from its announcement to its end: nine days in two minutes.
SPEED ?= 6480

# Tests run in this many processes, a file in one.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run replay test check crash bench format golden schema lock clean \
	check-format check-lint check-types check-arrows check-dead check-lock check-config
.SUFFIXES:
MAKEFLAGS += --no-print-directory

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: $(STAMP)  ## .venv from requirements.lock; nothing the second time

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed; say which: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo 'the venv module is incomplete; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'setup: .venv from requirements.lock (about a minute) …'
	@# One that works is kept, whatever made it; a broken or half-made one is made anew.
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@# feedgen comes as source: its builder is installed first, from the lock too, so that nothing unhashed runs.
	@awk '/^setuptools==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > .venv/setuptools.lock
	@$(PIP) --require-hashes -r .venv/setuptools.lock
	@$(PIP) --require-hashes --no-build-isolation --use-pep517 -r requirements.lock
	@$(PIP) --no-build-isolation -e .
	@touch $@
	@echo 'setup: done'

run: setup  ## the daemon on config/, state in var/
	@$(BIN)/notifier run --config config --state var

replay: setup  ## the January 2024 outage, nine days in two minutes
	@$(BIN)/notifier replay --from 2024-01-12T00:00:00+01:00 --to 2024-01-21T00:00:00+01:00 \
		--speed $(SPEED) --config config

test: setup  ## all tests, on two processors; some only: make test ARGS='tests/feeds -x'
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: check-format check-lint check-types check-arrows check-dead check-lock check-config  ## all that needs no test run; make -k check: do not stop at the first
	@echo 'check: all good'

check-format: setup
	@echo 'check: format'
	@$(BIN)/ruff format --check --quiet . > /dev/null || { $(BIN)/ruff format --check --output-format concise .; exit 1; }

check-lint: setup
	@echo 'check: lint'
	@$(BIN)/ruff check --quiet .

check-types: setup
	@echo 'check: types'
	@$(BIN)/mypy --no-error-summary

check-arrows: setup
	@echo 'check: import arrows'
	@$(BIN)/lint-imports --no-logo > .venv/arrows.log 2>&1 || { cat .venv/arrows.log; exit 1; }

check-dead: setup
	@echo 'check: dead code'
	@$(BIN)/vulture

check-lock: setup
	@echo 'check: lock'
	@$(BIN)/python -m tests.packaging.lock
	@$(BIN)/python -m pip --disable-pip-version-check check > /dev/null || $(BIN)/python -m pip check

check-config: setup
	@echo 'check: config and templates'
	@$(BIN)/notifier check --config config

crash: setup  ## the daemon killed 200 times while it sends 10,000 mails, with and without pipelining
	@NOTIFIER_CRASH_KILLS=200 NOTIFIER_CRASH_PEOPLE=10000 $(BIN)/python -m pytest -q -s -k at_random tests/crash

bench: setup  ## benchmarks and their goals; some parts only: make bench ARGS='feeds cycle'
	@$(BIN)/python -m tests.benchmarks $(ARGS)

format: setup  ## rewrite the code as check wants it
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

golden: setup  ## rewrite the golden files with what the code makes now; then read the diff
	@$(BIN)/python -m pytest -q --update-golden $(ARGS)

schema: setup  ## rewrite config/schema from the code
	@$(BIN)/python -c 'import pathlib, notifier.config as c; c.write_schemas(pathlib.Path("config/schema"))'

lock: setup  ## rewrite requirements.lock for pyproject.toml; newer versions: make lock ARGS=--upgrade
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command 'make lock' --quiet --output-file requirements.lock $(ARGS)

clean:  ## remove what was made, but never var/, where the state is
	@rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
