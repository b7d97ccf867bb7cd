# Every command of the project. `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := collector renderer infra tests

# An explicit one wins, unless it is empty: that counts as unset, everywhere.
override PYTHON := $(or $(PYTHON),python3)
override BROWSER_PATH := $(or $(BROWSER_PATH),$(CURDIR)/.browser/chromium)
override PLOTLY_JS := $(or $(PLOTLY_JS),$(CURDIR)/.browser/plotly.min.js)
export BROWSER_PATH PLOTLY_JS

# What is given goes on as it is: make would take a dollar in it for its own.
$(foreach name,$(.VARIABLES),$(if $(findstring command line,$(origin $(name))),\
  $(eval override export $(name) := $$(value $(name)))))

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/installed .local/tools/installed ## Install everything into .venv, .browser and .local
	@$(BIN)/python docker/browser/install.py .browser

$(VENV)/installed: tests/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# One file is taken out of a wheel whose own dependencies would clash with ours.
.local/tools/installed: infra/local/requirements.txt $(VENV)/installed
	@rm -rf .local/tools && mkdir -p .local/tools
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  --no-compile --target .local/tools/wheel -r $<
	@mv .local/tools/wheel/samcli/local/rapid/aws-lambda-rie-x86_64 .local/tools/aws-lambda-rie
	@chmod 755 .local/tools/aws-lambda-rie
	@rm -rf .local/tools/wheel && touch $@

# The emulator of AWS pins another botocore than ours, so it has its own environment.
.local/emulator/installed: tests/aws/requirements.txt
	@rm -rf .local/emulator
	$(PYTHON) -m venv .local/emulator
	.local/emulator/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: run
run: setup ## Run it all on this machine: a demonstration, or COUNT_URL=...; ONCE=1 for one hour
	@$(BIN)/python -m infra.local

# The operator's commands take what is given to make from the environment. They work
# on STACK=nyanpass-count on AWS unless told otherwise; STACK=local is `make run`'s.
OPERATE = $(BIN)/python -m infra.operate

.PHONY: deploy
deploy: setup ## Create or update the stack on AWS, and test it; DRY=1 shows the changes
	@$(OPERATE) deploy

.PHONY: status
status: setup ## Show readings, site, failures, alarms and cost; exit 1 if one needs a look
	@$(OPERATE) status

.PHONY: cost
cost: setup ## Show what a month on AWS costs, item by item; asks nobody
	@$(BIN)/python -m infra.operate.cost

.PHONY: logs
logs: setup ## Show what both functions logged; SINCE=minutes
	@$(OPERATE) logs

.PHONY: replay
replay: setup ## Send the events of readings again: FROM=2026-11-01 TO=2026-11-30; DRY=1
	@$(OPERATE) replay

.PHONY: redrive
redrive: setup ## Send the failed events again; DRY=1 lists them
	@$(OPERATE) redrive

.PHONY: rebuild
rebuild: setup ## Make history and site anew from the readings, imports and corrections
	@$(OPERATE) rebuild

.PHONY: import
import: setup ## Import an old history: CSV=file; DRY=1 shows what it would add; STACK=name
	@$(OPERATE) import

.PHONY: void
void: setup ## Have hours count as missing: FROM= TO= REASON=; DRY=1 shows each
	@$(OPERATE) void

.PHONY: correct
correct: setup ## Give the true count of an hour: AT= COUNT= REASON=; DRY=1 shows it
	@$(OPERATE) correct

.PHONY: restore
restore: setup ## Have what was read count again: FROM= TO= REASON=; DRY=1 shows each
	@$(OPERATE) restore

.PHONY: destroy
destroy: setup ## Delete the stack; the readings stay unless WITH_DATA=1; IMAGES=1: the images
	@$(OPERATE) destroy

.PHONY: lock
lock: setup ## Lock the dependencies again, with hashes and no URLs
	@$(BIN)/python -m venv .local/uv && .local/uv/bin/pip install --quiet uv
	@for set in collector renderer tests tests/aws docker/peer docker/standalone; do $(LOCK) $$set/requirements.in -o $$set/requirements.txt; done
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
# workers end together. There are two more than cores, for tests wait for servers.
PYTEST = $(BIN)/pytest --numprocesses=$(or $(WORKERS),$(shell expr $$(nproc) + 2)) --dist=loadfile --no-loadscope-reorder

.PHONY: test
test: setup ## Run every test but those of the images; real S3, real browser
	$(PYTEST) tests/e2e tests/integration tests/unit --cov --cov-fail-under=95 $(ARGS)

.PHONY: test-unit
test-unit: setup ## Run the tests that need no server and no browser
	$(PYTEST) tests/unit $(ARGS)

# One after the other: each has the whole machine, and the emulator is one.
.PHONY: test-aws
test-aws: setup .local/emulator/installed ## Try the commands on an emulator of AWS, and Docker (root, minutes)
	TEST_AWS=1 $(BIN)/python -m pytest tests/aws $(ARGS)

.PHONY: test-debian
test-debian: ## Run it and `make test` on a bare Debian 13 (root)
	@$(PYTHON) -m tests.debian

.PHONY: bench
bench: setup ## Measure side by side with other designs (ARGS="--json FILE")
	$(BIN)/python -m tests.bench.run $(ARGS)

.PHONY: images
images: $(VENV)/installed ## Build the container images, with Docker or buildah
	@$(BIN)/python -m infra.images.build

.PHONY: push-images
push-images: $(VENV)/installed ## Push both images to ECR, or to REGISTRY=host; KEEP_IMAGES=5
	@$(BIN)/python -m infra.images.push

# The sandbox mounts its images with buildah, so that is what builds them here; the
# standalone one is built by the Docker that runs it.
.PHONY: test-images
test-images: setup ## Run the images as Lambda and Docker do (root, minutes; ARGS="-k ...")
	@ENGINE=buildah $(BIN)/python -m infra.images.build collector renderer
	TEST_IMAGES=1 $(BIN)/python -m pytest tests/images $(ARGS)

.PHONY: bench-images
bench-images: setup ## Measure both images beside a peer's, as Lambda runs them (root)
	@ENGINE=buildah $(BIN)/python -m tests.bench.images $(ARGS)

.PHONY: clean
clean: ## Remove what setup installed; the data in .local/data stays
	rm -rf $(VENV) .browser .local/tools .local/emulator .local/uv .local/debian .mypy_cache .ruff_cache .pytest_cache
