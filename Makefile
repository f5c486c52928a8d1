# make book | pdf | publish DEST=folder | test | quick | lab | serve | refresh | forecast | bench | fuzz | soak | clean     (OFFLINE=1, AGAIN=1, BOOK_MIRROR=…, BOOK_REPOSITORY=…, UNPACED=1, STRICT=1, FRED_API_KEY=…)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TEST_INSTALLED := $(VENV)/.installed-test
LAB_INSTALLED := $(VENV)/.installed-lab
PDF_INSTALLED := $(VENV)/.installed-pdf
CHAPTERS_AS_NOTEBOOKS := {"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}}
# Modules are compiled once, when they are first imported, and kept: to import pandas takes four times as long
# without. Some machines switch that off for all programs.
unexport PYTHONDONTWRITEBYTECODE
# It is told of .venv by name: the user's own settings of uv may name another Python.
UNTOLD := env -u UV_PYTHON -u UV_SYSTEM_PYTHON -u UV_PROJECT_ENVIRONMENT
# uv where there is one.
ifneq ($(shell command -v uv 2>/dev/null),)
MAKE_VENV = @$(UNTOLD) uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL = @$(UNTOLD) uv pip install --quiet --python $(BIN)/python
else
# Otherwise pip brings it; where there is none for the machine, pip does all.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MAKE_VENV = @$(PYTHON) -m venv --clear $(VENV); $(PIP) --require-hashes -r requirements-uv.txt 2>/dev/null || true
INSTALL = @install() { if $(BIN)/python -c "import uv" 2>/dev/null; \
	then $(UNTOLD) $(BIN)/python -m uv pip install --quiet --python $(BIN)/python "$$@"; else $(PIP) "$$@"; fi; }; install
endif

# Packages are installed anew where the folder was moved or its Python is gone.
ifneq ($(shell $(VENV)/bin/python -c "" 2>/dev/null && cat $(INSTALLED) 2>/dev/null),$(CURDIR))
$(shell rm -f $(INSTALLED))
endif

BOT := github-actions[bot]
AS_BOT := git -c user.name="$(BOT)" -c user.email="$(BOT)@users.noreply.github.com"
# What is published, as the branch that keeps it has it.
KEPT := _build/published
FAILED := The scheduled build fails

.PHONY: forecast propose history keep report-failure book pdf publish test quick lab serve refresh bench fuzz soak clean

book: $(INSTALLED)
	$(BIN)/python -m foreign_demand refresh
	$(BIN)/python -m foreign_demand build
	$(BIN)/python -m foreign_demand check

# The built book as one PDF, which its pages then offer.
# Into a folder that any host can serve; editions that are in it stay.
publish: $(INSTALLED)
	$(if $(DEST),,$(error Say where to: make publish DEST=folder))
	$(BIN)/python -m foreign_demand publish "$(DEST)"

pdf: $(PDF_INSTALLED)
	$(BIN)/python -m foreign_demand.site.report

test: $(TEST_INSTALLED)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n auto --durations 10

quick: $(TEST_INSTALLED)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m pytest -n auto --durations 10 -m "not whole and not browser and not official and not slow"

# What JupyterLab looks for by pattern is named from here: the folder's own name may have [1] in it.
lab: $(LAB_INSTALLED)
	JUPYTER_PATH=$(VENV)/share/jupyter $(BIN)/python -m jupyterlab --notebook-dir=chapters --allow-root \
	  --LabApp.schemas_dir=$(VENV)/share/jupyter/lab/schemas

serve: $(INSTALLED)
	$(BIN)/python -m foreign_demand serve

refresh: $(INSTALLED)
	$(BIN)/python -m foreign_demand refresh --snapshot
	git --no-pager diff --stat -- data

# Forecasts of the next prints, and prints that are out, into data/nowcasts.
forecast: $(INSTALLED)
	$(BIN)/python -m foreign_demand nowcast --record

# What a refresh changed, as a pull request: one branch, written anew each time.
propose:
	git switch --quiet --force-create data-refresh
	git add data
	git diff --cached --quiet || { \
	$(AS_BOT) commit --quiet --message "Newer data"; \
	git push --quiet --force origin data-refresh; \
	gh pr create --head data-refresh --title "Newer data" --body-file .cache/refresh-summary.md \
	|| gh pr edit data-refresh --body-file .cache/refresh-summary.md; \
	gh workflow run test.yml --ref data-refresh; }

# What was published before, to be added to; nothing where this is the first time.
history:
	rm -rf $(KEPT)
	git init --quiet --initial-branch published $(KEPT)
	git -C $(KEPT) remote add origin "$$(git remote get-url origin)"
	@git -C $(KEPT) ls-remote --exit-code --heads origin published; found=$$?; test $$found = 2 || test $$found = 0 && \
	if [ $$found = 0 ]; then git -C $(KEPT) fetch --quiet --depth 1 origin published && \
	git -C $(KEPT) reset --quiet --hard FETCH_HEAD; fi

# One commit, written anew: the editions in it are its history. Refused if the branch is not what `history` brought.
keep:
	git -C $(KEPT) add --all
	@cd $(KEPT) && before=$$(git rev-parse --quiet --verify HEAD); git diff --cached --quiet $${before:+HEAD} || { \
	$(AS_BOT) commit --quiet $${before:+--amend --reset-author} --message "Published" && \
	git push --quiet --force-with-lease="published:$$before" origin HEAD:published; }

# One open issue for a scheduled build that fails, however often it does.
report-failure:
	@open=$$(gh issue list --state open --search "$(FAILED) in:title" --json number --jq '.[0].number'); \
	if [ -n "$$open" ]; then gh issue comment "$$open" --body "Again: $$RUN"; \
	else gh issue create --title "$(FAILED)" --body "$$RUN"; fi

bench: $(TEST_INSTALLED)
	$(BIN)/python -m bench

fuzz: $(TEST_INSTALLED)
	$(INSTALL) --require-hashes -r requirements-fuzz.txt
	$(BIN)/python tests/support/fuzzing.py

soak: $(TEST_INSTALLED)
	SOAK=1 $(BIN)/python -m pytest tests/data/test_year.py --durations 5

clean:
	rm -rf _build .cache .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.txt pyproject.toml
	$(MAKE_VENV)
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@printf '%s\n' "$(CURDIR)" > $@

$(TEST_INSTALLED): requirements-test.txt $(INSTALLED)
	$(INSTALL) --require-hashes -r requirements-test.txt
	$(BIN)/python -m foreign_demand.site.browser
	@touch $@

$(PDF_INSTALLED): requirements-publish.txt $(INSTALLED)
	$(INSTALL) --require-hashes -r requirements-publish.txt
	$(BIN)/python -m foreign_demand.site.browser
	@touch $@

$(LAB_INSTALLED): requirements-lab.txt $(INSTALLED)
	$(INSTALL) --require-hashes -r requirements-lab.txt
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@printf '%s\n' '$(CHAPTERS_AS_NOTEBOOKS)' > $(VENV)/share/jupyter/lab/settings/overrides.json
	@touch $@
