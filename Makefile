# Two commands suffice: `make run` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(LENS_DATA_DIR),data)
INBOX ?= $(DATA)/inbox

.PHONY: run test etl bench doctor lock new-page new-source dictionary clean

run: $(VENV)/.run
	@$(BIN)/python app.py --make-demo-store

test: $(VENV)/.test
	@.ci/browser
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy . && $(BIN)/lint-imports
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

etl: $(VENV)/.run
	@$(BIN)/python -m etl run --inbox "$(INBOX)"

bench: $(VENV)/.run
	@$(BIN)/python -m bench.answers

doctor: $(VENV)/.run
	@$(BIN)/python -m gate doctor

# make new-page NAME=loan_guarantee
new-page:
	@test -n "$(NAME)" && test ! -e "pages/$(NAME).py" || { echo "NAME is missing or taken"; exit 2; }
	@sed -e 's/page_name/$(NAME)/g' -e 's#/page-name#/$(subst _,-,$(NAME))#' \
	  pages/_template.py > "pages/$(NAME).py"
	@echo "pages/$(NAME).py"

# make new-source NAME=loan_guarantee
new-source:
	@test -n "$(NAME)" && test ! -e "etl/sources/$(NAME).py" || { echo "NAME is missing or taken"; exit 2; }
	@sed -e 's/SOURCE_NAME/$(NAME)/g' etl/sources/_template.py > "etl/sources/$(NAME).py"
	@echo "etl/sources/$(NAME).py"

dictionary: $(VENV)/.run
	@$(BIN)/python -m store.dictionary > docs/dictionary.md

# Hashes of every version; no index address is written.
lock: $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check pip-tools
	@$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --no-header --allow-unsafe -o requirements.lock pyproject.toml
	@$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --no-header --allow-unsafe --extra test \
	  -o requirements-test.lock pyproject.toml

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.test: $(VENV)/bin/python requirements-test.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@ $(VENV)/.run

clean:
	@rm -rf $(VENV)
