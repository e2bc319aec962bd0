# Two commands matter: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
BENCH ?= .venv-bench
RELEASE ?= .venv-release
# Tests also wait, for servers, clocks and other processes: with three at once two cores idled a quarter of the time.
AT_ONCE ?= 4
# Hundreds of processes of the tests import the same files, which are compiled once, whatever the environment says.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test check lint bench docs release clean

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
	$(BIN)/pytest -n $(AT_ONCE) --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry pipeline

check: lint
	$(BIN)/pytest -n $(AT_ONCE) --dist worksteal -m core

docs: $(VENV)/.dev
	$(BIN)/python -m zensical build --strict --clean

bench: $(BENCH)/.peers
	$(BENCH)/bin/python benchmarks/results.py $(if $(QUICK),--quick)

# The peers have an environment of their own: what they need does not touch ours.
$(BENCH)/.peers: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install -q -U pip
	$(BENCH)/bin/python -m pip install -q -c constraints.txt -e '.[bench]'
	@touch $@

# What is handed out: wheel and source, what they bring along and under which licences, and what is known against it.
release:
	rm -rf dist $(RELEASE)
	$(PYTHON) -m venv $(RELEASE)/tools
	$(RELEASE)/tools/bin/python -m pip install -q -U pip build cyclonedx-bom pip-audit pip-licenses
	$(RELEASE)/tools/bin/python -m build -q --outdir dist .
	$(PYTHON) -m venv $(RELEASE)/empty
	$(RELEASE)/empty/bin/python -m pip install -q -c constraints.txt dist/*.whl
	$(RELEASE)/empty/bin/inshort demo $(RELEASE)/demo > dist/demo.txt
	$(RELEASE)/tools/bin/cyclonedx-py environment $(RELEASE)/empty/bin/python -o dist/sbom.cdx.json
	$(RELEASE)/tools/bin/pip-licenses --python $(RELEASE)/empty/bin/python --format markdown > dist/licences.md
	cd dist && sha256sum inshort-* sbom.cdx.json licences.md > SHA256SUMS
	$(RELEASE)/empty/bin/python -m pip list --format freeze --exclude inshort --exclude pip --exclude setuptools > $(RELEASE)/brought.txt
	$(RELEASE)/tools/bin/pip-audit --strict --disable-pip --no-deps -r $(RELEASE)/brought.txt

clean:
	rm -rf $(VENV) $(BENCH) $(RELEASE) .cache demo dist site
