# cleanwire: `make demo` shows it, `make test` checks it. Both set up what they need in .venv.

# The newest Python from 3.11 on that is here; PYTHON=… names another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
DEV := $(VENV)/ready-dev
PEERS := $(VENV)/ready-peers
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

# What tests and the demo start finds its modules compiled, whatever the shell says: a worker, a
# command and each process of the pool start a second sooner.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo check test lint test-failures test-trust fuzz soak bench bench-profile bench-core bench-peers bench-check bench-window bench-scale bench-cleaning bench-html bench-dedupe generated clean

help:
	@echo "make demo                     set up, start Kafka and a worker, show what comes out and why"
	@echo "make check                    lint, types, and the quick tests without Kafka: under a minute"
	@echo "make test                     lint, types, and every test that needs only Python"
	@echo "make test-failures            kill workers and brokers under load, count what comes out"
	@echo "make test-trust               bad networks, disks and hands; writes the table of docs/delivery.md"
	@echo "make fuzz MINUTES=5           look for messages that break or slow down stage 1"
	@echo "make soak MINUTES=30          workers under load and SIGKILL; charts of memory, waiting messages, disk"
	@echo "make bench                    speed, beside a loop that only moves the bytes"
	@echo "make bench-profile            CPU time of an article by process and layer; writes the table of docs/performance.md"
	@echo "make bench-peers              the whole work beside Kafka Streams, Quix Streams, Faust and loops"
	@echo "make bench-check              fails when cleanwire lost a fifth against them"
	@echo "make bench-core               CPU time of an article in the core, step by step, in seven scripts"
	@echo "make bench-window             memory, rebuild and recovery with 100,000 articles in the window"
	@echo "make bench-scale              memory, time and rebuild of a window that fills to a million articles"
	@echo "make bench-cleaning DATA=DIR  quality of cleaning on labelled pages"
	@echo "make bench-html DATA=DIR      quality of reading HTML on labelled pages"
	@echo "make bench-dedupe DATA=DIR    quality of dedupe on labelled pairs"
	@echo "make generated                write the generated files anew (schemas/json, docs/settings.md, list of decisions)"
	@echo "make clean                    remove what was built here"

$(VENV)/made:
	@test -n "$(PYTHON)" || { \
		echo "cleanwire needs Python 3.11 or later with venv, and none is on PATH."; \
		echo "Debian, Ubuntu: apt install python3 python3-venv; or: make PYTHON=/path/to/python3.12"; \
		exit 1; }
	@echo "setting up $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: pyproject.toml $(VENV)/made
	@echo "installing cleanwire and an embedded Kafka (some 100 MB, once)"
	@$(INSTALL) -e '.[broker]'
	@touch $@

$(VENV)/ready-dev: pyproject.toml $(VENV)/made
	@echo "installing cleanwire, an embedded Kafka and what tests need (once)"
	@$(INSTALL) -e '.[dev,broker]'
	@touch $@ $(VENV)/ready

# An environment of its own, for peers ask for other versions.
$(VENV)/ready-peers: pyproject.toml $(VENV)/made
	@echo "installing what cleanwire is measured beside (once)"
	@$(PYTHON) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip install -qq --disable-pip-version-check -e '.[broker,peers]'
	@touch $@

setup: $(DEV)

demo: $(VENV)/ready
	@$(BIN)/cleanwire demo

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# In as many processes as there are cores.
check: lint
	$(BIN)/python -m pytest -q -n auto -m 'not kafka and not failure and not trust and not slow'

# -rs names what was skipped and why. Tests with Kafka wait for brokers and workers half of their
# time, so two run side by side; those of a file stay together, for some share a broker of their own.
test: lint
	$(BIN)/python -m pytest -q -n auto -m 'not kafka and not failure and not trust' -rs
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m 'kafka and not failure and not trust' -rs
	@echo "left out: the long failure tests (make test-failures, make test-trust)"

fuzz: $(DEV)
	$(BIN)/python -m tests.support.fuzz $(or $(MINUTES),5)

soak: $(DEV)
	$(BIN)/python -m tests.workers.soak $(or $(MINUTES),30)

test-failures: $(DEV)
	$(BIN)/python -m pytest -m failure -rs -s

test-trust: $(DEV)
	$(BIN)/python -m pytest -m trust -rs -s

bench: $(DEV)
	$(BIN)/python -m benchmarks.speed

bench-profile: $(DEV)
	@$(INSTALL) -e '.[bench]'
	$(BIN)/python -m benchmarks.profiling --write

# ARGS="--only cleanwire,loop --articles 2000" for a quick look.
bench-peers: $(PEERS)
	$(VENV)/peers/bin/python -m benchmarks.peers $(ARGS)

bench-check: $(PEERS)
	$(VENV)/peers/bin/python -m benchmarks.peers --check --seconds 0 $(ARGS)

bench-core: $(DEV)
	$(BIN)/python -m benchmarks.core_speed

bench-window: $(DEV)
	$(BIN)/python -m benchmarks.window_growth
	$(BIN)/python -m benchmarks.recovery

bench-scale: $(DEV)
	$(BIN)/python -m benchmarks.scale --articles $(or $(ARTICLES),1000000)

bench-cleaning: $(DEV)
	@test -n "$(DATA)" || { echo "make bench-cleaning DATA=DIR, the directory of the labelled pages"; exit 2; }
	@$(INSTALL) -e '.[bench]'
	$(BIN)/python -m benchmarks.cleaning "$(DATA)"

bench-html: $(DEV)
	@test -n "$(DATA)" || { echo "make bench-html DATA=DIR, with html/ and ground-truth/ in it"; exit 2; }
	@$(INSTALL) -e '.[bench]'
	$(BIN)/python -m benchmarks.html "$(DATA)"

bench-dedupe: $(DEV)
	@test -n "$(DATA)" || { echo "make bench-dedupe DATA=DIR, the directory of the labelled pairs"; exit 2; }
	@$(INSTALL) -e '.[bench]'
	$(BIN)/python -m benchmarks.dedupe "$(DATA)"

generated: $(DEV)
	$(BIN)/python -m streams.generated

clean:
	rm -rf $(VENV) .cleanwire .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
