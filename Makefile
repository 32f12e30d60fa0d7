# One command per intent. `make run` and `make test` are all a newcomer needs; both want Python 3.11 or later and make.
PORT ?= 8000
SIZE ?= 100000
DATABASE ?= both
PY := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup run test check fix seed facts bench bench-recommend lock

setup: .venv/runtime

.venv/bin/python:
	@tools/make-venv

.venv/runtime: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what Regain runs on (about 200 MB, once) ..."
	@$(PY) -m pip install -q --require-hashes -r requirements.txt
	@$(PY) -m pip install -q --no-deps --no-build-isolation -e . || (echo "regain: could not install itself into .venv" && exit 1)
	@touch $@

.venv/tests: requirements-test.txt .venv/runtime
	@echo "Installing what the tests want ..."
	@$(PY) -m pip install -q --require-hashes -r requirements-test.txt
	@touch $@

run: .venv/runtime
	@tools/system-packages pdf
	@.venv/bin/regain run --port $(PORT)

seed: .venv/runtime
	@.venv/bin/regain run --seed-only

facts: .venv/runtime
	@$(PY) -m regain.reference

check: .venv/tests
	@.venv/bin/ruff check -q regain tests bench
	@.venv/bin/ruff format -q --check regain tests bench
	@.venv/bin/lint-imports --no-cache
	@$(PY) manage.py makemigrations --check --dry-run

fix: .venv/tests
	@.venv/bin/ruff check -q --fix regain tests bench
	@.venv/bin/ruff format -q regain tests bench

test: .venv/tests
	@tools/system-packages pdf browser postgresql ocr
	@$(MAKE) --no-print-directory check
	@tools/run-tests

bench: .venv/tests
	@$(PY) -m bench.run --size $(SIZE) --database $(DATABASE)

# LETTERS= a file or folder of labelled letters (JSON lines with text and label); our own cases are always measured.
bench-recommend: .venv/tests
	@$(PY) -m bench.recommend $(if $(LETTERS),--letters $(LETTERS) --folds)

lock:
	@tools/lock
