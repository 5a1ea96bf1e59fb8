# `make demo` and `make test` set themselves up; nothing else has to be typed before.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.PHONY: demo test e2e fleet hostile fuzz field worlds accuracy accuracy-check bench symptoms docs wheel clean

demo: $(VENV)/.demo
	@$(BIN)/cgrdoctor demo --fault token-authentication-disabled

test: $(STAMP)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports .importlinter >$(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@CGRDOCTOR_SAMPLE=20 $(BIN)/pytest -n 3 --dist worksteal -m "not e2e"

e2e: $(VENV)/.engines
	@$(BIN)/pytest -m e2e

fleet: $(VENV)/.engines
	@CGRDOCTOR_FLEET=whole $(BIN)/pytest -m e2e tests/e2e/test_ansible.py

hostile: $(STAMP)
	@CGRDOCTOR_HOSTILE=whole $(BIN)/pytest -n 4 --dist worksteal tests/hostile tests/lab tests/privacy tests/credentials \
		tests/test_redact.py

fuzz: $(STAMP)
	@$(PIP) install --only-binary :all: --constraint constraints.txt --requirement requirements-fuzz.txt 2>/dev/null || true
	@$(BIN)/python tests/fuzz

field: $(STAMP)
	@CGRDOCTOR_FIELD=whole $(BIN)/pytest -n 2 tests/field

worlds: $(STAMP)
	@CGRDOCTOR_WORLDS=whole $(BIN)/pytest -n 2 tests/lab/test_worlds.py tests/lab/test_remedies.py tests/lab/test_mended.py tests/lab/test_cached.py tests/lab/test_told_apart.py \
		tests/lab/test_screen.py tests/lab/test_whose_artifactory.py

accuracy: $(STAMP)
	@$(BIN)/python -m benchmarks.accuracy --write

accuracy-check: $(STAMP)
	@$(BIN)/python -m benchmarks.accuracy --check

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

symptoms: $(STAMP)
	@$(BIN)/python -m benchmarks.symptoms $(VENV)/symptoms.jsonl
	@$(BIN)/python -m benchmarks.symptoms.tabulate $(VENV)/symptoms.jsonl

docs: $(STAMP)
	@$(BIN)/python -m docs.render

wheel: $(STAMP)
	@$(BIN)/python -m build --quiet .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cgrdoctor needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@$(PIP) install --constraint constraints.txt --editable '.[lab]'
	@touch $@

$(STAMP): $(BIN)/python pyproject.toml constraints.txt requirements-test.txt
	@$(PIP) install --constraint constraints.txt --editable '.[lab]' --requirement requirements-test.txt
	@touch $@ $(VENV)/.demo

$(VENV)/.engines: $(STAMP) requirements-e2e.txt
	@$(PIP) install --constraint constraints.txt --requirement requirements-e2e.txt
	@touch $@

clean:
	@rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
