# `make help` lists the targets. Each needs nothing but Debian's python3, python3-venv and make.
export DATELINE_LOCAL ?= 1

PYTHON_RUN = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run dev test t check lint format bench bench-scale journeys translations picture screenshots setup setup-dev page-checkers clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## Set up and serve the demo, with its worker, on http://127.0.0.1:8000 (PORT=, WEB_CONCURRENCY=)
	@bin/run

dev: setup-dev ## Serve with autoreload and debug pages (PORT=, PAGE_STORE=on, DEBUG_TOOLBAR=on)
	@bin/dev

test: setup-dev page-checkers ## Run the whole suite on SQLite, or on DATABASE_URL= (ARGS= goes to pytest)
	@$(PYTHON_RUN) -m pytest --numprocesses auto --dist loadgroup $(ARGS)

t: setup-dev ## Run a few tests quickly: make t ARGS="companies -k slug"
	@$(PYTHON_RUN) -m pytest --numprocesses 0 -p no:randomly -p no:hypothesispytest $(ARGS)

check: setup-dev ## Check what a commit may break: style, architecture, system checks, migrations, picture
	@bin/lint quick

lint: setup-dev ## The same, and templates and the production settings
	@bin/lint

format: setup-dev ## Format the code, and mend what can be mended
	@.venv/bin/ruff check --quiet --fix-only
	@.venv/bin/ruff format

bench: setup-dev ## Measure the production server beside bare ones, as ratios (needs wrk)
	@$(PYTHON_RUN) bin/bench $(ARGS)

bench-scale: setup-dev ## Measure every page on SMALL_DATABASE_URL= and LARGE_DATABASE_URL=
	@$(PYTHON_RUN) bin/bench-scale $(ARGS)

journeys: setup-dev ## Count the files that a request walks through, and the jumps between them
	@$(PYTHON_RUN) -m bench.journeys

translations: ## Compile the words of locale/ (needs gettext)
	@$(PYTHON_RUN) manage.py compilemessages --ignore=.venv --ignore=var

picture: ## Draw the rooms in docs/architecture.md from their imports
	@$(PYTHON_RUN) -m tests.picture

screenshots: setup-dev ## Take the pictures in docs/screenshots/ (needs chromium)
	@$(PYTHON_RUN) bin/screenshots

setup: ## Make .venv and install what running needs
	@bin/setup requirements.txt

setup-dev: ## The same with what tests and checks need
	@bin/setup requirements-dev.txt

page-checkers: ## Fetch the HTML and accessibility checkers the browser tests use (needs npm)
	@bin/page-checkers

clean: ## Remove .venv and collected files; databases and uploads stay
	@rm -rf .venv var/static var/bundles var/page-checkers
