# Two commands do everything: `make demo` and `make test`. Both make the virtual environment first if it is not there.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto
BIN := .venv/bin
MIGRATE := $(BIN)/migrate
DEMO := demo/migration.sqlite3

FUZZ_SECONDS ?= 120
TORTURE_SEEDS ?= 5000
TORTURE_FIRST ?= 0

.PHONY: demo test check lint types fuzz torture pictures setup setup-test clean

demo: .venv/installed
	@rm -rf demo && mkdir demo
	$(MIGRATE) import mbox samples/mbox/*.mbox* -a $(DEMO)
	$(MIGRATE) push --to sandbox -a $(DEMO)
	$(MIGRATE) verify --to sandbox -a $(DEMO)
	@echo
	@echo "See what an import would become, before it is sent: $(MIGRATE) preview -a $(DEMO)"
	@echo "Look around in the forum: $(MIGRATE) sandbox --data demo/migration.sandbox.sqlite3"

test: .venv/installed-test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint types test

lint: .venv/installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/installed-test
	$(BIN)/mypy

# Coverage-guided; what it finds stands in .fuzz/.
fuzz: .venv/installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	@for target in mime html plain compose; do mkdir -p .fuzz/$$target && \
		$(BIN)/python fuzz/mail.py $$target -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=.fuzz/$$target- .fuzz/$$target || exit 1; done

# Many more of the schedules of faults that `make test` plays; it names the seed of one that fails. TORTURE_FIRST=5000 goes on where it ended.
torture: .venv/installed-test
	TORTURE_FIRST=$(TORTURE_FIRST) TORTURE_SEEDS=$(TORTURE_SEEDS) $(BIN)/python -m pytest $(PYTEST_ARGS) -v tests/faults/test_schedules.py

# Those of docs/, from the samples. They need chromium.
pictures: .venv/installed-test
	$(BIN)/python docs/pictures.py

setup: .venv/installed
setup-test: .venv/installed-test

# The stamps make the second time quick and free of the network: nothing is installed again until these files change.
.venv/installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ echo "Cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")' \
		|| { rm -rf .venv; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv .fuzz demo .mypy_cache .ruff_cache .pytest_cache
