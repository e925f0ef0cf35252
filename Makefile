# Short words for what one does here. `make help` lists them.
VENV   ?= .venv
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN    := $(VENV)/bin
PORT   ?= 8000
WORKERS ?= 2

export PIP_CONSTRAINT       := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start many programs: what one has compiled the next need not, wherever this is set.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test check fuzz bench clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

demo: $(VENV)/.installed ## an invented town in the browser; PORT=8000
	$(BIN)/welfaremap demo --port $(PORT)

test: $(VENV)/.installed-dev ## every test; ARGS="-k words" picks some, WORKERS=4 more at once
	@.ci/system-packages || true
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.installed-dev ## style, types, who may import whom, risky code, packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml geo webapp
	WELFAREMAP_CHECK=1 $(BIN)/python -m pytest -q tests/architecture/test_dependencies.py

fuzz: $(VENV)/.installed-dev ## the API asked in many more ways than the tests do
	WELFAREMAP_EXAMPLES=200 $(BIN)/python -m pytest -q tests/webapp/test_openapi.py

bench: $(VENV)/.installed-dev ## speed against peers
	$(BIN)/python -m bench

clean: ## take away the virtual environment and every cache
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache build dist

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or later is needed." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "No virtual environment could be made. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }

INPUTS := pyproject.toml constraints.txt $(wildcard hatch_build.py package-lock.json)

$(VENV)/.installed: $(INPUTS) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(INPUTS) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed
