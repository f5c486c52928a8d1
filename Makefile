# make book | test | quick | lab | serve | refresh | bench | fuzz | clean     (OFFLINE=1, BOOK_MIRROR=…, STRICT=1, FRED_API_KEY=…)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.installed-test
LAB_INSTALLED := $(VENV)/.installed-lab
# uv where there is one, otherwise the interpreter's own venv and pip.
ifneq ($(shell command -v uv 2>/dev/null),)
MAKE_VENV = @uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL = @VIRTUAL_ENV=$(VENV) uv pip install --quiet
else
MAKE_VENV = @$(PYTHON) -m venv $(VENV)
INSTALL = @$(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: book test quick lab serve refresh bench fuzz clean

book: $(INSTALLED)
	$(BIN)/python -m foreign_demand refresh
	$(BIN)/jupyter-book build . -W --quiet
	$(BIN)/python -m foreign_demand check

test: $(TEST_INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --durations 10

quick: $(TEST_INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -n auto --durations 10 -m "not whole and not browser and not official and not slow"

lab: $(LAB_INSTALLED)
	$(BIN)/jupyter lab --notebook-dir=chapters

serve: $(INSTALLED)
	$(BIN)/python -m foreign_demand serve

refresh: $(INSTALLED)
	$(BIN)/python -m foreign_demand refresh --snapshot
	git --no-pager diff --stat -- data

bench: $(TEST_INSTALLED)
	$(BIN)/python -m bench

fuzz: $(TEST_INSTALLED)
	$(INSTALL) --require-hashes -r requirements-fuzz.txt
	$(BIN)/python tests/support/fuzzing.py

clean:
	rm -rf _build .cache .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.txt pyproject.toml
	$(MAKE_VENV)
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(TEST_INSTALLED): requirements-test.txt $(INSTALLED)
	$(INSTALL) --require-hashes -r requirements-test.txt
	$(BIN)/python -c "from bench.browser import bring; print('Browser  ', bring())"
	@touch $@

$(LAB_INSTALLED): requirements-lab.txt $(INSTALLED)
	$(INSTALL) --require-hashes -r requirements-lab.txt
	@touch $@
