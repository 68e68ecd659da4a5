# The commands of the project; docs/development.md explains each. Everything they make is git-ignored.
PYTHON ?= python3.11
SCALE ?= university
SECONDS ?= 60
PORT ?= 8000
export PORT
# Images set it to stay small; here each of some two hundred programs of a run would translate all it reads anew.
unexport PYTHONDONTWRITEBYTECODE

BIN = .venv/bin
RUNTIME = .venv/.runtime-installed
DEVELOPMENT = .venv/.development-installed
BROWSER = node_modules/.installed

.PHONY: run test check bench load faults manual lock clean

run: $(RUNTIME)
	@$(BIN)/python scripts/run

test: $(DEVELOPMENT) $(BROWSER)
	@scripts/install-system-packages
	@scripts/test

check: $(DEVELOPMENT)
	@scripts/check

faults: $(DEVELOPMENT)
	@scripts/install-system-packages
	@$(BIN)/pytest -p no:randomly -m faults tests/faults

manual: $(DEVELOPMENT)
	@$(BIN)/python scripts/screenshots

bench: $(DEVELOPMENT)
	@$(BIN)/python -m bench --scale $(SCALE)

load: $(DEVELOPMENT)
	@$(BIN)/python -m bench.load --scale $(SCALE) --seconds $(SECONDS)

lock:
	uv pip compile $(LOCKED) -o requirements.txt requirements.in
	uv pip compile $(LOCKED) -o requirements-s3.txt requirements-s3.in
	uv pip compile $(LOCKED) -o requirements-dev.txt requirements-dev.in
LOCKED = --quiet --upgrade --no-config --universal --python-version 3.11 --generate-hashes --no-header

clean:
	rm -rf .venv node_modules var staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the lock it stands for, so a second start installs nothing.
.venv/bin/python:
	@scripts/make-venv $(PYTHON)

$(RUNTIME): requirements.txt | .venv/bin/python
	@echo "安装运行所需的软件包……"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt | .venv/bin/python
	@echo "安装测试所需的软件包……"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(BROWSER): package-lock.json
	@scripts/install-system-packages
	@npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@
