# Everything that a person does with a clone; each target installs what it needs into .venv.
PYTHON ?= python3
TRIAL ?= deng2017
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check soak clean

help:
	@echo "make run    install, run the lupus trial deng2017, write build/deng2017/report.html and .pdf"
	@echo "            another trial: make run TRIAL=wang2012 (or cdisc_pilot, or your own)"
	@echo "make test   install, run all tests"
	@echo "make check  format, lint, types, layers"
	@echo "make soak   long campaigns"

run: $(VENV)/.run
	$(BIN)/equipoise run $(TRIAL)

test: $(VENV)/.dev
	$(BIN)/pytest -n auto

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(VENV)/.dev
	$(BIN)/pytest -m soak

clean:
	rm -rf $(VENV) build

$(BIN)/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'equipoise needs Python 3.11 or newer')"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[documents,pilot]"
	touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@
