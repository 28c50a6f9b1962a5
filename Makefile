# Every target sets up what it needs. Python 3.11 or newer, git and make are all that must be there.
# Another Python than python3: make PYTHON=python3.12 run
PYTHON ?= python3
# how many tests run at once
TESTERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup run test check format docs bench conformance soak requirements

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml requirements/install.py
	@$(PYTHON) requirements/install.py runtime

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@$(PYTHON) requirements/install.py dev

setup: $(VENV)/.runtime ## make .venv with the command .venv/bin/sensorium
	@$(BIN)/python -m compileall -q src # a start is a third shorter; not every machine keeps what it compiles

run: setup ## start the server with a demo network of sensors; PORT=8010 listens there
	@$(BIN)/sensorium demo --port $(PORT)

check: $(VENV)/.dev ## format, lint, types and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

format: $(VENV)/.dev ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup check ## run every check and every test
	$(BIN)/python tests/system_packages.py
	$(BIN)/python -m pytest --numprocesses $(TESTERS) --dist loadscope --no-loadscope-reorder

docs: $(VENV)/.runtime ## write the pages that are made from the program
	@{ printf '# Settings\n\nMade from `src/sensorium/settings.py` by `make docs`.\n\n'; \
	  $(BIN)/python -c 'from sensorium.settings import describe_settings; print(describe_settings(), end="")'; } > docs/settings.md

conformance: $(VENV)/.dev ## count the covered checks of the seed documents
	$(BIN)/python tests/conformance.py

bench: $(VENV)/.dev ## measure speed as ratios in one run
	$(BIN)/python -m bench

soak: $(VENV)/.dev ## the long fault runs
	$(BIN)/python tests/system_packages.py
	TEST_TIMES=20 $(BIN)/python -m pytest -m "soak or chance" --timeout=3600

requirements: $(VENV)/.dev ## pin every dependency again, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --constraint requirements/runtime.txt --group dev -o requirements/dev.txt
