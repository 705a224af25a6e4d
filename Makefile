# The project's commands. `make` alone lists them.
# A machine needs Python 3.11 or newer with pip, and make; scripts/bootstrap sees to the rest.

.DEFAULT_GOAL := help
.PHONY: help setup run test test-long test-faults test-siege test-sending test-many test-interop test-tamper test-witness test-year bench lighthouse screenshots check format readme lock clean

PYTHON ?= python3
export PYTHON

# Everything runs as a module from the checkout: nothing here is installed, so a checkout may move.
python := .venv/bin/python
# Compiled code is kept: else each server that a test starts would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE
# Browsers and servers keep the tests waiting: one process more than there are cores.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell $(PYTHON) -c "import os; print(os.cpu_count() + 1)")
code := events register web bench tests

# A .venv whose base Python is gone (another machine, an upgrade) is set up anew.
$(shell [ -x $(python) ] || rm -f .venv/.run-ok .venv/.dev-ok)

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; \
	do printf '  make %-12s %s\n' "$$name" "$$what"; done

setup: .venv/.dev-ok ## install what running, tests and checks need
	@:

run: .venv/.run-ok ## start the demo, in data/demo; ARGS="--port 8080" are handed on
	@export REGISTER_DATA_DIR="$${REGISTER_DATA_DIR:-data/demo}"; \
	exec $(python) -m register serve --demo $(ARGS)

# The tests run even when a check has failed: one run tells everything, and pytest speaks last.
test: .venv/.dev-ok ## check, then run the tests; ARGS="-k gift" are handed to pytest
	@checks=0; $(MAKE) --no-print-directory check || checks=$$?; \
	$(python) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS) && exit $$checks

test-long: .venv/.dev-ok ## the long tests: more examples, more faults, more data
	@HYPOTHESIS_PROFILE=long $(python) -m pytest -m long -n auto --timeout 3600 $(ARGS)

test-siege: .venv/.dev-ok ## thousands of connections, slow bodies and strangers at once; the figures
	@$(python) -m pytest tests/test_siege.py -m "long or not long" -s --timeout 3600 $(ARGS)

test-sending: .venv/.dev-ok ## senders are killed, and carriers fail, many times; the figures
	@$(python) -m pytest tests/test_sending.py -m "long or not long" -s --timeout 3600 $(ARGS)

test-many: .venv/.dev-ok ## eight servers and two processes for the background on one PostgreSQL
	@$(python) -m pytest tests/test_many.py -m "long or not long" -s --timeout 3600 $(ARGS)

test-faults: .venv/.dev-ok ## kills, networks that swallow, clocks and commits that go wrong, many times
	@$(python) -m pytest -m faults --timeout 3600 $(ARGS)

test-interop: .venv/.dev-ok ## what others make of our notes and proofs: pymerkle, Go, sigstore; takes Go from Debian
	@$(python) -m pytest tests/interop -m interop --timeout 900 $(ARGS)

test-tamper: .venv/.dev-ok ## twelve attacks by somebody who owns the database, 400 times each; the table
	@TRIALS=400 $(python) -m pytest tests/tampering -s --timeout 3600 $(ARGS)

test-witness: .venv/.dev-ok ## the cases of a witness over HTTP; races and kills, many times; the figures
	@$(python) -m pytest tests/witness -m "long or not long" -n 0 --timeout 3600 $(ARGS)

test-year: .venv/.dev-ok ## a year of silence in each of thirteen ways; what became of the alerts
	@$(python) -m pytest tests/test_year.py -m long -p tests.year_told -n auto --timeout 3600 $(ARGS)

bench: .venv/.dev-ok ## how fast it is beside its peers; ARGS="--only declare", or --quick
	@$(python) -m bench $(ARGS)

lighthouse: .venv/.dev-ok ## what Lighthouse says of home, declare and inbox; needs Node.js
	@$(python) -m bench.lighthouse

check: .venv/.dev-ok ## lint, format, types, imports, docker-compose.yml
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@$(python) .venv/bin/lint-imports --no-logo
	@$(python) -m check_jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

format: .venv/.dev-ok ## put the code into the project's form
	@$(python) -m ruff check --fix-only
	@$(python) -m ruff format

readme: .venv/.dev-ok ## write the README's tables of files and settings again
	@$(python) -m tests.test_readme

screenshots: .venv/.dev-ok ## take a picture of every page, into docs/screenshots
	@$(python) -m tests.screenshots

# No uv.lock: it would record the addresses of whatever index this machine uses.
compile := sh scripts/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links
lock: ## compile the requirement files again; ARGS=--upgrade takes newer versions
	@$(compile) $(ARGS) requirements.in -o requirements.txt
	@$(compile) $(ARGS) requirements-dev.in -o requirements-dev.txt
	@$(compile) $(ARGS) requirements-bench.in -o requirements-bench.txt
	@$(compile) $(ARGS) requirements-uv.in -o requirements-uv.txt

clean: ## remove what the commands above made, except data/
	rm -rf .venv .tools .bench .bootstrap.lock .bootstrap.log
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run-ok: requirements.txt scripts/bootstrap
	@sh scripts/bootstrap requirements.txt $@

# Holds the runtime requirements too, so `make run` has nothing left to do.
.venv/.dev-ok: requirements-dev.txt scripts/bootstrap
	@sh scripts/bootstrap requirements-dev.txt $@ .venv/.run-ok
