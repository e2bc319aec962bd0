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

.PHONY: demo test check lint bench docs release sign clean

$(BIN)/inshort: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV): a minute or more, the first time only"
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
	@echo "open site/index.html"

bench: $(BENCH)/.peers
	$(BENCH)/bin/python benchmarks/results.py $(if $(QUICK),--quick)

# The peers have an environment of their own: what they need does not touch ours.
$(BENCH)/.peers: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install -q -U pip
	$(BENCH)/bin/python -m pip install -q -c constraints.txt -e '.[bench]'
	@touch $@

# What is handed out: wheel and source, what they bring along and under which licences, and what is known against it.
# With KEY=ID it is signed at the end, so nothing that was not audited is.
release:
	rm -rf dist $(RELEASE)
	$(PYTHON) -m venv $(RELEASE)/tools
	$(RELEASE)/tools/bin/python -m pip install -q -U pip build cyclonedx-bom pip-audit pip-licenses
	$(RELEASE)/tools/bin/python -m build -q --outdir dist .
	$(PYTHON) -m venv $(RELEASE)/empty
	$(RELEASE)/empty/bin/python -m pip install -q -c constraints.txt dist/*.whl
	$(RELEASE)/empty/bin/inshort demo $(RELEASE)/demo > $(RELEASE)/demo.txt
	# What the environment itself has is no part of it, nor where on this machine the wheel lay.
	$(RELEASE)/empty/bin/python -m pip uninstall -q -y setuptools pip
	rm -f $(RELEASE)/empty/lib/*/site-packages/inshort-*.dist-info/direct_url.json
	# The version is the build's to find, so pyproject.toml says none; the list of parts takes it from what was built.
	sed "s/^dynamic = .*/version = \"$$($(RELEASE)/empty/bin/inshort --version | cut -d' ' -f2)\"/" pyproject.toml > $(RELEASE)/pyproject.toml
	$(RELEASE)/tools/bin/cyclonedx-py environment --validate --pyproject $(RELEASE)/pyproject.toml --mc-type application -o dist/sbom.cdx.json $(RELEASE)/empty/bin/python
	$(RELEASE)/tools/bin/pip-licenses --python $(RELEASE)/empty/bin/python --format markdown > dist/licences.md
	cd dist && sha256sum inshort-* sbom.cdx.json licences.md > SHA256SUMS
	$(RELEASE)/tools/bin/python -m pip --python $(RELEASE)/empty/bin/python list --format freeze --exclude inshort > $(RELEASE)/brought.txt
	@$(RELEASE)/tools/bin/pip-audit --strict --disable-pip --no-deps -r $(RELEASE)/brought.txt 2> $(RELEASE)/audit.txt || { cat $(RELEASE)/audit.txt; \
	  grep -q "known vulnerabilit" $(RELEASE)/audit.txt && echo "release: not signed: mend what was found first" \
	  || echo "release: NOTHING WAS AUDITED: no advisory could be looked up. dist/ is whole, but not signed: run make release again where pip-audit reaches its source"; exit 1; }
	$(if $(KEY),$(MAKE) sign)

sign:
	$(if $(KEY),,$(error which key: make sign KEY=ID))
	rm -f dist/SHA256SUMS.asc
	gpg --local-user $(KEY) --armor --detach-sign dist/SHA256SUMS
	cd dist && gpg --verify SHA256SUMS.asc SHA256SUMS && sha256sum --check SHA256SUMS

clean:
	rm -rf $(VENV) $(BENCH) $(RELEASE) .cache demo dist site
