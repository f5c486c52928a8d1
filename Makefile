# make book | test | lab | serve | refresh | bench | clean     (OFFLINE=1, BOOK_MIRROR=…, STRICT=1, FRED_API_KEY=…)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: book test lab serve refresh bench clean

book: $(INSTALLED)
	$(BIN)/python -m foreign_demand refresh
	$(BIN)/jupyter-book build . -W --quiet
	$(BIN)/python -m foreign_demand check

test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

lab: $(INSTALLED)
	$(BIN)/jupyter lab --notebook-dir=chapters

serve: $(INSTALLED)
	$(BIN)/python -m foreign_demand serve

refresh: $(INSTALLED)
	$(BIN)/python -m foreign_demand refresh --snapshot
	git --no-pager diff --stat -- data

bench: $(INSTALLED)
	$(BIN)/python -m foreign_demand bench

clean:
	rm -rf _build .cache .pytest_cache .ruff_cache .hypothesis

# uv where there is one, otherwise the interpreter's own venv and pip.
$(INSTALLED): requirements.txt pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  VIRTUAL_ENV=$(VENV) uv pip install --quiet --require-hashes -r requirements.txt && \
	  VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@
