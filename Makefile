# Every target sets up what it needs; nothing has to be installed by hand but Python 3.11 or newer.
# Variables: ARGS (passed on), PYTHON (which one makes .venv), TEST_WORKERS (test processes; 0: in this one).

SHELL := /bin/sh
PYTHON ?=
TEST_WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
QT_OFFSCREEN := $(VENV)/.qt-offscreen
QT_WINDOW := $(VENV)/.qt-window

# Without a display no window can open, so nothing is asked for it: the program then trains headless.
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)
PROGRAMS := $(filter-out benchmarks/_%.py,$(wildcard benchmarks/*.py))

.DEFAULT_GOAL := help
.PHONY: help run test lint bench setup clean clean-venv

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/\1 \2/p' Makefile | while read -r name text; do \
		printf '  make %-12s %s\n' "$$name" "$$text"; done

run: $(INSTALLED) $(if $(HAS_DISPLAY),$(QT_WINDOW)) ## open the window (ARGS="my-design.json" opens a file)
	@$(BIN)/python -m cnnviz $(if $(ARGS),$(ARGS),--headless-if-no-display)

test: $(INSTALLED) $(QT_OFFSCREEN) ## run all tests (ARGS="tests/unit -k conv" runs some)
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(INSTALLED) ## check style, types and import directions
	@failed=0; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check --quiet . || failed=1; \
	$(BIN)/mypy cnnviz tools $(if $(PROGRAMS),benchmarks) || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	exit $$failed

bench: $(INSTALLED) $(QT_OFFSCREEN) ## run the programs in benchmarks/ (ARGS="training_speed" runs one)
	@for program in $(if $(ARGS),$(ARGS:%=benchmarks/%.py),$(PROGRAMS)); do \
		echo "== $$program"; QT_QPA_PLATFORM=offscreen $(BIN)/python -m "benchmarks.$$(basename "$$program" .py)" || exit 1; \
	done

setup: $(INSTALLED) ## make .venv with everything in it

$(INSTALLED): pyproject.toml constraints.txt tools/setup_venv.sh
	@PYTHON="$(PYTHON)" ./tools/setup_venv.sh
	@touch $@

$(QT_OFFSCREEN): $(INSTALLED) tools/qt_libraries.py
	@$(BIN)/python tools/qt_libraries.py --for offscreen --install
	@touch $@

$(QT_WINDOW): $(INSTALLED) tools/qt_libraries.py
	@$(BIN)/python tools/qt_libraries.py --for window --install
	@touch $@

clean: ## remove what tools and builds leave behind (not .venv)
	@rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find cnnviz tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

clean-venv: ## remove .venv; the next make sets it up anew
	@rm -rf $(VENV)
