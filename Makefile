# `make run` starts Parley, `make test` checks all of it; both need Python 3.11 or newer and nothing else of ours.

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3 python
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	--python-version 3.11 --upgrade

.DEFAULT_GOAL := help
.PHONY: help run test lint format types imports generated pytest browser chaos bench bench-editor screenshots lock frontend-lock clean

help:
	@echo "make run     start Parley and say where it is"
	@echo "make test    everything that CI checks"
	@echo "make format  lay the code out; make lint, types, imports, generated, pytest: one check alone"
	@echo "make chaos   CHAOS_SECONDS (300) of load while everything is killed; CHAOS_SEED says what befalls whom"
	@echo "make bench   what a message costs and how many there may be, against peers; about ten minutes"
	@echo "make screenshots   pictures of every screen and state, into SCREENS (.screens); SCENES names some of them"
	@echo "make bench-editor  the same of the editor, in a browser: opening, dragging, edits, scripts; about four minutes"
	@echo "make lock    bring every pinned dependency to its newest version"
	@echo "make clean   remove what the other targets made; the data stay"

run: $(VENV)/installed
	@exec $(BIN)/parley run --with-parent

test: lint types imports generated pytest

lint: $(VENV)/tested
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/tested
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(VENV)/tested
	@$(BIN)/mypy

imports: $(VENV)/tested
	@$(BIN)/lint-imports

generated: $(VENV)/tested
	@$(BIN)/python -m schemas --check

# On both cores, a file at a time and in their order: tests/conftest.py puts those with a browser last.
pytest: $(VENV)/tested browser
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# BENCH_JSON=file: the same figures as JSON. BENCH="load --quick": one section, at a small size.
bench: $(VENV)/tested
	@$(BIN)/python -m tests.bench $(BENCH)

SCREENS := .screens
screenshots: $(VENV)/tested browser
	@$(BIN)/python -m tests.screenshots $(SCREENS) $(SCENES)

bench-editor: $(VENV)/tested browser
	@$(BIN)/python -m tests.bench editor $(BENCH)

# The browser that the tests drive, and a font with Chinese for it to draw with.
browser:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null && \
	test -n "$$(fc-list :lang=zh 2>/dev/null)" || { \
		command -v apt-get >/dev/null || { \
			echo "The tests need Chromium and a Chinese font: install both, then run this again." >&2; exit 1; }; \
		sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
			chromium fontconfig fonts-noto-cjk >/dev/null; }

$(VENV)/python-found:
	@for python in $(PYTHONS); do \
		if $$python -c '$(NEW_ENOUGH)' >/dev/null 2>&1; then \
			echo "Making a virtual environment with $$($$python --version)."; \
			$$python -m venv $(VENV) && touch $@ && exit 0; \
			exit 1; \
		fi; \
	done; \
	found=$$(python3 --version 2>/dev/null || echo none); \
	echo "Parley needs Python 3.11 or newer with its venv module, and found $$found." >&2; \
	echo "Install it (on Debian: apt-get install python3 python3-venv), or say where it is:" >&2; \
	echo "make run PYTHON=/path/to/python3.11" >&2; exit 1

# uv is pinned by hash like all the rest, and installs that rest in seconds where pip takes a minute.
# pip's own settings for the index go for it too; where it fails for reasons of its own, pip does the work.
$(BIN)/uv: $(VENV)/python-found
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
	@touch $@

define install
	@echo "Installing what $(1) pins."
	@index=$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null)}; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-build -r $(1) || \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $(1)
endef

$(VENV)/installed: $(BIN)/uv requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@$(BIN)/uv pip install --quiet --offline --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed tests/requirements.lock
	$(call install,tests/requirements.lock)
	@touch $@

# On both databases; ends in one line of counts, and fails if anything was lost, doubled or out of order.
chaos: $(VENV)/tested
	@$(BIN)/python -m tests.chaos --seconds $(or $(CHAOS_SECONDS),300) $(if $(CHAOS_SEED),--seed $(CHAOS_SEED))

lock: $(VENV)/installed
	$(LOCK) pyproject.toml --group install --output-file requirements.lock
	$(LOCK) pyproject.toml --group install --group test --constraint requirements.lock --output-file tests/requirements.lock
	rm -rf .web builder_ui/reflex.lock
	$(BIN)/python -m builder_ui.frontend --write-lock

# After a front-end package was added or taken away.
frontend-lock: $(VENV)/installed
	$(BIN)/python -m builder_ui.frontend --write-lock

clean:
	rm -rf $(VENV) .web .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
