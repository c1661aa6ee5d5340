# `make run` and `make test` are all that a newcomer needs; the rest is for those who work on Avots.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Latvian paragraphs that serve as distractors in the evaluation; it says so when they are absent.
DATA ?= $(wildcard ../shared/data)
# Pages whose figures are generated from result files.
TABLES := README.md docs/how-it-works.md

.PHONY: run test setup ask eval check baseline lint format bench screenshots clean

run: setup  ## index seeds/ and open the chat page on http://127.0.0.1:7860
	$(BIN)/avots index seeds
	$(BIN)/avots ui --port 7860

test: setup  ## every test
	$(BIN)/pytest

setup: $(VENV)/.ready  ## the environment with pinned versions, and the built-in model
	$(BIN)/avots model prepare

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

ask: setup  ## make ask Q="Kad Liepājā viesojās Azerbaidžānas delegācija?"
	@test -d .avots || $(BIN)/avots index seeds
	@$(BIN)/avots ask "$(Q)"

eval: setup  ## the gold questions against the committed baseline
	$(BIN)/avots eval --output build/eval $(if $(DATA),--data $(DATA))

baseline: setup  ## record today's figures as the baseline
	$(BIN)/avots eval $(if $(DATA),--data $(DATA)) --update-baseline
	$(BIN)/python -m eval.tables $(TABLES)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m eval.tables --check $(TABLES)
	$(BIN)/python -m benchmarks.tables --check
	$(BIN)/python -m benchmarks.peers.table --check
	$(BIN)/python -m training.measure --check

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: setup  ## before a commit, in seconds: the gold itself, and every fifth development question
	$(BIN)/avots eval --check
	$(BIN)/avots eval --fast

bench: setup  ## every speed line of docs/benchmarks.md, as ratios
	$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA))

screenshots: setup
	$(BIN)/python -m docs.screenshots

clean:
	rm -rf $(VENV) .avots build *.egg-info
