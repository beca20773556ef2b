PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test lint types docs study clean

demo: $(VENV)/.ok
	$(BIN)/safescore check examples/district-committee-2022.yaml

test: $(VENV)/.ok lint types
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

lint: $(VENV)/.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ok
	$(BIN)/mypy

docs: $(VENV)/.ok
	$(BIN)/python docs/generate.py

study: $(VENV)/.ok
	SAFESCORE_EXAMPLES=100000 $(BIN)/python -m pytest -n 2 -q tests/test_promises.py tests/test_columns.py

clean:
	rm -rf $(VENV) build dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.ok: pyproject.toml
	$(PYTHON) -m venv $(VENV) || { echo "no venv here: apt-get install -y python3-venv"; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[test]'
	touch $@
