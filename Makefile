# The commands a person needs. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo up down test merging politeness faults bench gate check compose-config compose-test sbom schemas lock

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
SAY := printf '\033[1m==>\033[0m %s\n'
UNREACHED := { echo "The packages could not be installed: see that the package index is within reach, then run this again." >&2; exit 1; }
IMAGES := crawler extractor store cli
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Everything a first run needs: Python packages and the Kafka jars
	@$(BIN)/python -m deploy.local.kafka && $(SAY) "Ready: make demo, make test"

demo: $(READY) ## The whole pipeline on a sample newsroom, from nothing; shows the events it found
	@$(BIN)/kabar demo

up: $(READY) ## The local stack, until Ctrl-C; SITES=path and DATA=folder choose what is read and where it is kept
	@$(BIN)/kabar up --sites $(or $(SITES),sites) --data-dir $(or $(DATA),.data/up)

down: ## Nothing to do: the local stack ends with the command that started it (containers: docker compose down)
	@echo "The local stack ends with the 'make up' that started it (Ctrl-C there). Containers: docker compose down."

test: $(READY) ## The whole suite, on a real broker and document store
	@$(BIN)/python -m tests

merging: $(READY) ## 1,000 invented reports of 200 happenings in twenty orders, and the real pairs: the same events, and the right ones
	@KABAR_TEST_ORDERS=20 $(BIN)/python -m pytest tests/merging

politeness: $(READY) ## 300 hosts of 20 articles at a pace of 1 s, by one crawler and by three of which one is killed every 10 s (5 minutes)
	@POLITE_HOSTS=300 POLITE_ARTICLES=20 $(BIN)/python -m pytest tests/integration/test_politeness.py

faults: $(READY) ## Every fault on the real servers, with a table of what was LOST and what is there TWICE (some 30 minutes)
	@$(BIN)/python -m tests.faults

gate: $(READY) ## The accuracy gate: figures a field on the annotated pages, beside the floors they may not fall below
	@$(BIN)/python -m tests.gate

bench: $(READY) ## Body F1 and CPU against trafilatura on the annotated pages beside the project, fetching against httpx, merging among 100,000 articles
	@missed=; for figure in body_f1 speed event_speed fetch_speed merge_scale; do \
	  $(BIN)/python -m bench.$$figure || missed="$$missed $$figure"; done; \
	[ -z "$$missed" ] || { echo "Beyond their bars:$$missed." >&2; exit 1; }

check: $(READY) ## ruff, mypy --strict, and the import rules of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

compose-test: $(READY) ## docker-compose.yml brought up for real, broken and taken down, from an empty machine (Debian, root; 14 minutes, later 9)
	@$(BIN)/python -m tests.compose

compose-config: ## Is docker-compose.yml one that docker compose accepts
	@docker compose config --quiet && echo "docker-compose.yml is valid."

sbom: $(READY) ## What each image is made of, every package with its hashes, as CycloneDX files in .cache/sbom
	@mkdir -p .cache/sbom
	@for image in $(IMAGES); do \
	  $(BIN)/cyclonedx-py requirements locks/$$image.txt --output-reproducible --of JSON -o .cache/sbom/$$image.json; \
	  $(SAY) ".cache/sbom/$$image.json"; done

schemas: $(READY) ## Write docs/schemas, docs/asyncapi.yaml, the generated tables of docs/ and the dashboards anew
	@$(BIN)/python -m shared.schemas
	@$(BIN)/python -m shared.asyncapi
	@$(BIN)/python -m deploy.monitoring.dashboards

lock: $(READY) ## Pin every dependency of every extra, with hashes, into locks/
	@$(SAY) "locks/dev.txt"; $(COMPILE) --extra dev pyproject.toml -o locks/dev.txt
	@for extra in $(IMAGES); do \
	  traces="--extra traces"; [ $$extra != cli ] || traces=; \
	  $(SAY) "locks/$$extra.txt"; $(COMPILE) --extra $$extra $$traces --constraint locks/dev.txt pyproject.toml -o locks/$$extra.txt; done
	@$(SAY) "locks/uv.txt"; grep -oE 'uv==[0-9.]+' pyproject.toml | $(COMPILE) - -o locks/uv.txt

# --- how the virtual environment comes to be ---------------------------------------------------------------------------

# Anything may be in .venv already, also one made by uv without pip. pip brings uv by its hash; uv brings the rest by theirs.
$(READY): locks/dev.txt locks/uv.txt pyproject.toml
	@[ -x $(BIN)/python ] || .ci/venv $(VENV)
	@$(BIN)/uv --version >/dev/null 2>&1 || { \
	  $(SAY) "Installing uv, by its hash"; \
	  $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip >/dev/null; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt || $(UNREACHED); }
	@$(SAY) "Installing the locked packages (locks/dev.txt)"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes locks/dev.txt || $(UNREACHED)
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
