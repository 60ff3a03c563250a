# Every verb works after a fresh `git clone` with make and Python 3.11 or newer: make help

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types bench faults clean
.DELETE_ON_ERROR:

PYTHON ?= python3
INSTALL ?=
TESTS ?= tests
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PACKAGES := $(shell find pubguard plugins hooks -not -path '*__pycache__*')
BENCHES = $(sort $(wildcard tests/benchmarks/bench_*.py))

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/installed ## install pubguard into .venv

demo: setup ## show the guard at work on the releases of case A
	@$(BIN)/pubguard demo

test: .venv/developer ## run all tests on a real install (INSTALL=1 also installs system packages)
	@.ci/system-packages $(INSTALL)
	@.ci/wordpress $(INSTALL)
	@PUBGUARD_REAL_INSTALL=1 $(BIN)/pytest -n auto --dist worksteal $(TESTS)

lint: .venv/developer ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/developer ## mypy --strict on the installed packages
	@$(BIN)/mypy -p pubguard -p pubguard_plugins -p pubguard_hooks

bench: .venv/developer ## speed as ratios to controls measured in the same run
	@for bench in $(BENCHES); do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

faults: .venv/developer ## the fault matrix in its long form
	@.ci/system-packages $(INSTALL)
	@PUBGUARD_REAL_INSTALL=1 PUBGUARD_FAULTS=long $(BIN)/pytest -q tests/faults

clean: ## remove everything that was made
	rm -rf .venv build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/made: .ci/venv
	@.ci/venv $(PYTHON) $(INSTALL)
	@$(PIP) install 'setuptools>=77' wheel
	@touch $@

# A stale build/lib would put deleted modules back into the wheel.
.venv/installed: .venv/made pyproject.toml README.md LICENSE $(PACKAGES)
	@rm -rf build *.egg-info
	@$(PIP) install --no-build-isolation .
	@$(PIP) install --no-build-isolation --no-deps --force-reinstall .
	@rm -rf build *.egg-info
	@touch $@

.venv/developer: .venv/installed
	@$(PIP) install --no-build-isolation '.[dev]'
	@rm -rf build *.egg-info
	@touch $@
