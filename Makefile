# Two commands are enough: `make run` and `make test`. They need Python >= 3.11 and make only.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint types fmt lock clean bench faults serve-cluster

run: $(VENV)/.base .static/staticfiles.json
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@exec $(BIN)/python -m config.serve --port $(PORT)

# nginx, gunicorn and several processes for sockets; needs DATABASE_URL and REDIS_URL.
serve-cluster: $(VENV)/.base .static/staticfiles.json
	@$(BIN)/python -m config.cluster --check
	@$(BIN)/python manage.py migrate --verbosity 0
	@exec $(BIN)/python -m config.cluster --port $(PORT) $(ARGS)

.static/staticfiles.json: $(VENV)/.base $(shell find static -type f)
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates

types: $(VENV)/.dev
	$(BIN)/mypy accounts quizzes contest leaderboard config bench manage.py

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -m bench.journey $(ARGS)

# Kills the server again and again: always over SQLite, and in server mode too when it is named.
faults: $(VENV)/.dev
	env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m bench.faults $(ARGS)
	$(if $(DATABASE_URL),$(BIN)/python -m bench.faults $(ARGS))

lock: $(VENV)/.dev
	$(BIN)/uv pip compile -q requirements.in --generate-hashes --universal --python-version 3.11 --no-header -o requirements.txt
	$(BIN)/uv pip compile -q requirements-dev.in --generate-hashes --universal --python-version 3.11 --no-header -o requirements-dev.txt

$(VENV)/.base: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing packages (once, about half a minute)..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .static .mypy_cache .ruff_cache .pytest_cache
