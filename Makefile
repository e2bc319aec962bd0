# Two commands matter: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
BENCH ?= .venv-bench

.PHONY: demo test check lint bench clean

$(BIN)/inshort: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -U pip
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(BIN)/inshort
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(BIN)/inshort
	@$(BIN)/inshort demo

test: $(VENV)/.dev lint
	$(BIN)/python tests/chromium.py
	$(BIN)/pytest -n 2 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry pipeline

check: lint
	$(BIN)/pytest -n 2 --dist worksteal -m core

bench: $(BENCH)/.peers
	$(BENCH)/bin/python benchmarks/results.py $(if $(QUICK),--quick)

# The peers have an environment of their own: what they need does not touch ours.
$(BENCH)/.peers: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install -q -U pip
	$(BENCH)/bin/python -m pip install -q -c constraints.txt -e '.[bench]'
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH) demo
