# Everything here works in a fresh clone with Python 3.11 or newer, git and make alone.
PYTHON ?= python3
VENV := .venv/bin/python

# What a production installation sets, for checks that must hold there; no service is reached.
PRODUCTION := ROLE=web READINESS_DATA=$(CURDIR)/var/check SITE_URL=https://readiness.example.com \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghij-ABCDEFGHIJ-klmnopqrst \
	DATABASE_URL=postgres://readiness_app@localhost/readiness REDIS_URL=redis://localhost/0 \
	EMAIL_URL=smtp://localhost PROXY_COUNT=1 LOG_FORMAT=json

.PHONY: help run test test-browser check tools lint types templates migrations deployment compose \
	format messages bench prove lock clean
.DEFAULT_GOAL := help

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

run: ## Prepare everything, then serve on http://127.0.0.1:8000 (or PORT=…) until Ctrl-C
	@$(PYTHON) requirements/bootstrap.py base
	@exec $(VENV) manage.py up

test: ## Run the tests (on SQLite; on PostgreSQL with TEST_DATABASE_URL, Redis with TEST_REDIS_URL)
	@$(PYTHON) requirements/bootstrap.py test
	@exec $(VENV) -m pytest -n 2 $(ARGS)

test-browser: ## Run the tests that need Chromium
	@$(PYTHON) requirements/bootstrap.py e2e
	@exec $(VENV) -m pytest tests/browser $(ARGS)

check: lint types templates migrations deployment compose ## Lint, types, templates, migrations, deployment checks

tools:
	@$(PYTHON) requirements/bootstrap.py test dev

lint: tools
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .

types: tools
	$(VENV) -m mypy

templates: tools
	.venv/bin/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(VENV) -m djlint --quiet --lint templates

migrations: tools
	$(VENV) manage.py makemigrations --check --dry-run

deployment: tools
	@mkdir -p var/check
	$(PRODUCTION) $(VENV) manage.py check --deploy --fail-level WARNING

compose:
	@if command -v docker-compose >/dev/null; then \
		env $$(sed -n 's/^\([A-Z_]*\)=.*/\1=x/p' docker/env.example) docker-compose config --quiet \
		&& echo "docker-compose.yml is valid."; \
	else echo "docker-compose.yml was not checked: no docker-compose here."; fi

format: tools ## Format code and templates
	$(VENV) -m ruff format .
	$(VENV) -m ruff check --fix .
	-.venv/bin/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

messages: tools ## Take new strings into locale/ and compile the translations (needs GNU gettext)
	$(VENV) manage.py makemessages --all
	$(VENV) manage.py compilemessages --ignore .venv

bench: ## Measure, and print the measures beside their targets
	@$(PYTHON) requirements/bootstrap.py test
	@exec $(VENV) -m tests.bench $(ARGS)

prove: ## The long proofs: chaos, load, a million events
	@$(PYTHON) requirements/bootstrap.py test
	@exec $(VENV) -m tests.prove $(ARGS)

lock: ## Lock requirements/*.in again (needs uv)
	cd requirements && for name in base s3 test e2e dev; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
			--no-annotate --quiet $$name.in -o $$name.lock || exit 1; done

clean: ## Remove .venv and the data of make run
	rm -rf .venv var
