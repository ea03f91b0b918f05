# Médiane. `make` says what there is; every target says what it does and how long it took.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON3 ?= python3
PY := .venv/bin/python
PYTEST := $(PY) -m pytest
WORKERS ?= 2
export PYTHONDONTWRITEBYTECODE ?=

# A first line that says what begins, a last one that says how it ended and after how long.
begin = began=$$SECONDS; trap 'code=$$?; echo "— $@: $$([ $$code = 0 ] && echo done || echo FAILED) in $$((SECONDS - began)) s" >&2' EXIT; echo "— $@: $(1)" >&2

.PHONY: help install demo test test-long test-external check fix docs translations bench bench-quick lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## all that the other targets need, in .venv, from python3 alone: the product, its development tools, a browser
	@$(call begin,all that the other targets need)
	$(PYTHON3) tools/bootstrap.py run demo dev --browser

demo: ## a demonstration with several organisations and hundreds of cases, served on http://localhost:8000
	@$(PYTHON3) tools/bootstrap.py run demo
	exec .venv/bin/mediane demo $(ARGS)

test: ## the whole suite but what is marked long; a real browser where there is one
	@$(call begin,the suite on $(WORKERS) processes)
	$(PYTHON3) tools/bootstrap.py run demo dev --browser
	$(PYTEST) -n $(WORKERS) -m "not long" $(ARGS)

test-long: ## what is exhaustive or slow
	@$(call begin,what is marked long)
	$(PYTHON3) tools/bootstrap.py run demo dev --browser
	$(PYTEST) -n $(WORKERS) -m long $(ARGS)

test-external: ## the suite against Debian's PostgreSQL 15 instead of the embedded one
	@$(call begin,the suite on PostgreSQL 15)
	$(PYTHON3) tools/bootstrap.py run demo dev
	$(PY) tools/external.py $(PYTEST) -n $(WORKERS) -m "not long and not browser" $(ARGS)

check: ## format, lint, types, imports, templates, migrations, generated documents, translations
	@$(call begin,what can be said without running the product)
	$(PYTHON3) tools/bootstrap.py run demo dev
	$(PY) tools/check.py

fix: ## format, and mend what can be mended without thinking
	@$(call begin,format and simple mends)
	$(PYTHON3) tools/bootstrap.py run demo dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

docs: ## write docs/generated anew
	@$(call begin,docs/generated)
	$(PYTHON3) tools/bootstrap.py run
	$(PY) -m mediane.config.docs

translations: ## bring the English catalogue up to what the screens say
	@$(call begin,catalogues)
	$(PYTHON3) tools/bootstrap.py run
	$(PY) -m mediane.config.translations --extract

bench: ## the performance runs on real size: ratios against the raw limit, in one run
	@$(call begin,all benches)
	$(PYTHON3) tools/bootstrap.py run demo dev
	$(PY) -m bench $(ARGS)

bench-quick: ## the same, small
	@$(call begin,small benches)
	$(PYTHON3) tools/bootstrap.py run demo dev
	$(PY) -m bench --quick $(ARGS)

lock: ## compile requirements/*.in into pinned, hashed files
	@$(call begin,requirements)
	$(PYTHON3) tools/bootstrap.py run
	for name in run bootstrap demo dev; do
	  .venv/bin/uv pip compile -q --generate-hashes --no-header --python-version 3.11 $(ARGS) requirements/$$name.in -o requirements/$$name.txt
	done

clean: ## stop what tests left running; remove caches and the test home, keep .venv
	@$(call begin,caches and the test home)
	if [ -x .venv/bin/mediane ]; then MEDIANE_HOME=$(CURDIR)/var/tests .venv/bin/mediane stop --purge; fi
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build ./*.egg-info
	find mediane tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
