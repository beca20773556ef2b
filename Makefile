PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SAFESCORE_SOURCES ?=
SECONDS_OF_FUZZ ?= 3600
SHARE ?= 1
CLIENTS = .clients
QUICKLY = -q --disable-pip-version-check --no-compile  # what is imported is compiled then, the rest never
CASES = tests/test_packs.py::test_every_case_comes_out  # the packs run theirs, with every change of a rule
PROMISES = tests/test_attribution.py tests/test_promises.py tests/test_columns.py tests/test_outcomes.py
WHOLE = $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
MULTITOOL = @microsoft/sarif-multitool-linux

.PHONY: demo test checks lint types packs promises api docs site pictures study differential fuzz mutants release-check lowest clients clean

demo: $(VENV)/.ok
	$(BIN)/safescore check examples/district-committee-2022.yaml

test: $(VENV)/.ok
	$(MAKE) --no-print-directory -j2 $(WHOLE) checks  # what runs on one core beside what runs on the other
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term $(PROMISES:%=--ignore=%) --deselect $(CASES)

checks: lint types promises packs api

promises: $(VENV)/.ok
	$(BIN)/python -m pytest -n 2 -q $(PROMISES)

packs: $(VENV)/.ok
	$(BIN)/safescore lint --lang en
	$(BIN)/safescore test --mutate --lang en
	@if [ -d "$(SAFESCORE_SOURCES)" ]; then \
	  $(BIN)/safescore trace --source "$(SAFESCORE_SOURCES)" --lang en; \
	else \
	  echo "trace: skipped, for the documents are not at hand: set SAFESCORE_SOURCES to their folder"; \
	fi

lint: $(VENV)/.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ok
	$(BIN)/mypy

api: $(VENV)/.ok
	$(BIN)/python -m tests.api_breaks

docs: $(VENV)/.ok
	$(BIN)/python docs/generate.py

site: $(VENV)/.ok
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[docs]'
	$(BIN)/python -m sphinx -W --keep-going -n -q -b html -d build/doctrees docs build/site

pictures: $(VENV)/.ok
	$(BIN)/python docs/screenshots.py

study: $(VENV)/.ok
	SAFESCORE_EXAMPLES=100000 $(BIN)/python -m pytest -n 2 -q tests/test_promises.py tests/test_columns.py tests/test_outcomes.py tests/test_examples.py tests/test_attribution.py

differential: $(VENV)/.ok
	SAFESCORE_SUBMISSIONS=10000 $(BIN)/python -m pytest -n 2 -q -s tests/test_differential.py

fuzz: $(VENV)/.ok
	$(BIN)/python -m pip install -q --disable-pip-version-check atheris
	$(BIN)/python tests/fuzz/reader.py -seed=1 -max_total_time=$(SECONDS_OF_FUZZ) -artifact_prefix=.fuzz-text- & first=$$!; \
	$(BIN)/python tests/fuzz/workbook.py -seed=2 -max_total_time=$(SECONDS_OF_FUZZ) -artifact_prefix=.fuzz-book-; second=$$?; \
	wait $$first && exit $$second

mutants: $(VENV)/.ok
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[mutants]'
	$(BIN)/python -m tests.mutants --share $(SHARE)

release-check: $(VENV)/.ok
	$(BIN)/python -m tests.release

lowest: $(VENV)/.ok
	$(BIN)/python -m tests.release --lowest

clients: $(CLIENTS)/.ok

clean:
	rm -rf $(VENV) $(CLIENTS) .mutants .release build dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.ok: pyproject.toml
	$(PYTHON) -m venv $(VENV) || { echo "no venv here: apt-get install -y python3-venv"; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install $(QUICKLY) -e '.[test]'
	touch $@

$(CLIENTS)/.ok: pyproject.toml $(VENV)/.ok
	$(BIN)/python -m pip install $(QUICKLY) -e '.[spark]'
	$(PYTHON) -m venv $(CLIENTS)/venv
	$(CLIENTS)/venv/bin/python -m pip install $(QUICKLY) '.[clients]'
	npm install --silent --no-audit --no-fund --prefix $(CLIENTS) $(MULTITOOL)@5.7.0
	touch $@
