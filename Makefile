# barq: the commands of the README. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help install install-dev demo up test check lint lint-ops kafka kafka-jars test-kafka faults faults-short faults-soak bench-throughput bench-growth bench-cleaning bench-dedup bench-tagging train-tagger check lock lock-bench clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
KAFKA_LIBS := ops/kafka/target/libs

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.12, say." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV)."
	$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## make .venv with the locked dependencies

install-dev: $(VENV)/.installed-dev ## the same with what the tests and linters need

demo: install ## play the sample wire through all stages and show the alerts
	$(BIN)/barq demo

up: install ## run all stages here until Ctrl-C
	$(BIN)/barq up

test: install-dev ## unit, wiring and end-to-end tests on the embedded broker
	$(BIN)/python -m pytest -n 2 tests/unit tests/wiring
	$(BIN)/python -m pytest -m "not kafka" tests/e2e

lint: install-dev ## formatting, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

lint-ops: install-dev ## Dockerfile, compose, Prometheus rules
	bash ops/lint $(BIN)

kafka-jars: $(KAFKA_LIBS)/.fetched ## fetch Apache Kafka from Maven Central

$(KAFKA_LIBS)/.fetched: ops/kafka/pom.xml
	@command -v mvn >/dev/null || { echo "Maven is missing: apt-get install maven openjdk-17-jre-headless"; exit 1; }
	mvn -q -B -f ops/kafka/pom.xml dependency:copy-dependencies
	@touch $@

kafka: install kafka-jars ## run Apache Kafka here, data kept on disk, until Ctrl-C
	$(BIN)/python -m agents.kafka

test-kafka: install-dev kafka-jars ## the end-to-end tests on Apache Kafka
	$(BIN)/python -m pytest -m kafka tests/e2e

faults: install-dev kafka-jars ## every fault under load on Apache Kafka, the soak included
	$(BIN)/python -m pytest -m faults tests/faults

faults-short: install-dev kafka-jars ## three minutes of the same
	$(BIN)/python -m pytest -m "faults and short" tests/faults

faults-soak: install-dev kafka-jars ## half an hour with a kill every minute (BARQ_SOAK_MINUTES)
	$(BIN)/python -m pytest -m soak tests/faults

bench-throughput: install kafka-jars ## barq beside its peers on Apache Kafka, into bench/RESULTS.md (20 minutes)
	$(BIN)/python -m bench.throughput $(BENCH)

bench-growth: install kafka-jars ## how barq's costs grow, into bench/RESULTS.md (10 minutes)
	$(BIN)/python -m bench.growth $(BENCH)

# barq and the peers of one benchmark, apart from barq's own environment.
bench/.venvs/%/.installed: requirements.lock requirements-build.lock bench/requirements-%.lock
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -r requirements-build.lock
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r bench/requirements-$*.lock
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

bench-cleaning: bench/.venvs/cleaning/.installed ## cleaning beside other extractors, into bench/RESULTS.md (needs the evaluation data; 30 minutes)
	bench/.venvs/cleaning/bin/python -m bench.cleaning $(BENCH)

train-tagger: bench/.venvs/tagger/.installed ## make the weights of the tagger anew (needs the evaluation data; a minute)
	bench/.venvs/tagger/bin/python -m bench.train_tagger $(BENCH)

bench-tagging: install ## tagging beside spaCy and a bare gazetteer (needs the evaluation data; 5 minutes)
	$(BIN)/python -m bench.tagging $(BENCH)

bench-dedup: bench/.venvs/dedup/.installed ## dedup beside MinHash LSH and SimHash, into bench/RESULTS.md (needs the evaluation data; 30 minutes)
	bench/.venvs/dedup/bin/python -m bench.dedup $(BENCH)

check: lint lint-ops ## everything that CI runs
	$(MAKE) test test-kafka faults-short

lock: ## resolve the dependencies anew (needs uv: pip install uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra embedded pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url requirements-build.in -o requirements-build.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra dev requirements-build.in pyproject.toml -o requirements-dev.lock

lock-bench: ## resolve the environments of the benchmark's peers anew (needs uv)
	for peer in bench/peers/*/requirements.in bench/requirements-*.in; do \
		uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url $$peer -o $${peer%.in}.lock || exit 1; \
	done

clean: ## remove what the commands made
	rm -rf $(VENV) bench/.venvs .barq build dist ops/kafka/target *.egg-info
