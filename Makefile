# `make help` says what there is. Each part of `make test` is a target of its own.

# Tests, lint and generation build the workspace with one set of features, so that nothing is compiled twice: `faults` is
# what the crash test needs (crates/store/src/faults.rs). Releases are built without it.
WORKSPACE := --workspace --features comptoir/faults
TARGET := $(or $(CARGO_TARGET_DIR),target)
CHECKS := .tools/checks/bin
# A foreign system's export for the tests of real input, where it lies beside this folder.
export COMPTOIR_TEST_NORTHWIND ?= $(abspath $(wildcard ../shared/data/northwind))
# What makes calls out of openapi.json; scripts/tools.py installs it.
export COMPTOIR_TEST_SCHEMATHESIS := $(abspath .tools/fuzz/bin/st)
# The Node.js that scripts/tools.py installs where there is none.
export PATH := $(abspath .tools/node/nodejs):$(PATH)
# The specification's own libraries, which verify webhooks.
export COMPTOIR_TEST_WEBHOOKS := $(abspath .tools/webhooks)
# Part of the tests, as in: make tests ONLY='-p comptoir-store orders'. With -p, only that crate is built.
ONLY ?=
TESTED = $(if $(filter -p,$(ONLY)),,$(WORKSPACE)) $(ONLY)

.DEFAULT_GOAL := help
# scripts/run-checks runs parts beside each other; within a part, one thing follows the other.
.NOTPARALLEL:
.PHONY: help run test prove format lint deny unused web build former tests kills e2e infra cloud drills workflows images coverage unit servers \
	servers-stop crash storm fuzz rollouts bench screenshots generate clean

# The web application's build, which the program carries. It is made anew when something that goes into it has changed.
BUILT := web/dist/index.html
WEB_SOURCES := $(shell find web/src web/public web/*.json web/*.ts web/*.cjs web/index.html -type f 2>/dev/null)

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

run: $(BUILT) ## Build everything and start it, with a sample business on first use
	@echo "make run: builds the program; the first time that takes about 8 minutes on two cores, later seconds to a minute"
	cargo build --profile quick --package comptoir
	@echo "make run: starts it on http://127.0.0.1:8080; Ctrl-C ends it"
	$(TARGET)/quick/comptoir up --sample

$(BUILT): $(WEB_SOURCES)
	@echo "make: builds the web application; a minute or two the first time"
	scripts/tools.py web
	cd web && npm run --silent build
	touch $(BUILT) crates/api/src/web.rs # cargo does not look for files that were not there before

test: ## Every check, on both engines and both queues; the parts are in scripts/parts.py
	@scripts/run-checks test

prove: ## The long forms, as each night: 200 kills, long fuzz, storm, every roll-out, both images
	@scripts/run-checks prove

format: ## Is the code formatted? (cargo fmt formats it)
	cargo fmt --all --check

lint: ## clippy and rustdoc on everything; a warning is an error. Migrations: do they only add to what was released?
	cargo clippy $(WORKSPACE) --all-targets -- -D warnings
	cargo clippy $(WORKSPACE) --test crash -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc $(WORKSPACE) --no-deps --document-private-items
	cargo check-migrations

deny: ## Banned crates, licences and sources (deny.toml)
	scripts/tools.py checks
	$(CHECKS)/cargo-deny --locked check bans licenses sources

unused: ## Dependencies that nobody uses
	scripts/tools.py checks
	$(CHECKS)/cargo-shear --locked

web: ## The web application: style, types, unused exports, unit tests, build; are the API's types up to date?
	scripts/tools.py web
	cd web && npm run --silent lint && npm run --silent types && npm run --silent check && npm run --silent unused && npm run --silent unit
	$(MAKE) --no-print-directory $(BUILT)

e2e: $(BUILT) ## The web application in a browser, against the real program (ONE=e2e/orders.spec.ts for one file)
	scripts/tools.py chromium
	scripts/tools.py nginx
	cargo build $(WORKSPACE)
	cd web && COMPTOIR_PROGRAM=$(abspath $(TARGET))/debug/comptoir \
		../scripts/test-servers npx playwright test --project=tests --project=cloud $(ONE)

build: $(BUILT) ## The program and all tests, without running them
	cargo build $(WORKSPACE)
	cargo test $(WORKSPACE) --no-run
	cargo test $(WORKSPACE) --test crash --no-run

former: ## The former release, beside which the new one must run; built once for all clones of a machine
	scripts/former-release || [ $$? = 3 ]

servers: ## MariaDB and SQS that stay up, so that make tests ONLY='-p comptoir-store orders' need not start them
	scripts/test-servers --keep

servers-stop: ## Stop those
	scripts/test-servers --stop

tests: ## All tests but the next; they start MariaDB and an SQS server, build the former release once, and fuzz the program
	scripts/tools.py fuzz
	scripts/tools.py readers
	scripts/tools.py nginx
	scripts/tools.py webhooks
	scripts/test-servers cargo test $(TESTED)

kills: ## The crash test: the program is killed 30 times, stopped, rolled out under load and stormed; nothing may be lost or doubled
	scripts/test-servers cargo test $(WORKSPACE) --test crash $(ONLY)

infra: cloud drills ## Both of the next two

cloud: ## What can be said of the cloud by reading: documents, Kubernetes, Terraform, checkov, hadolint; names what cannot be checked here
	scripts/check-infra

drills: $(BUILT) ## What the program takes part in: alarms, rights, cost, rotation, restore, three roll-outs; needs the plans of make cloud
	cargo build $(WORKSPACE)
	scripts/check-infra $(TARGET)/debug/comptoir

rollouts: $(BUILT) ## Every roll-out against a stand-in for a cluster, also those that fail or are killed half-way
	cargo build $(WORKSPACE)
	scripts/drill-rollout $(TARGET)/debug/comptoir

workflows: ## GitHub's workflows: grammar, shell, security, own rules; scripts/run-workflow runs one's commands here
	scripts/check-workflows

images: ## Both images as they are deployed, run as the cluster would; prints their sizes
	scripts/check-images

coverage: ## Which share of each crate's lines the tests run (a build of its own; ONLY as with tests)
	scripts/tools.py readers
	scripts/tools.py nginx
	scripts/tools.py webhooks
	scripts/test-servers scripts/coverage $(WORKSPACE) $(ONLY)

unit: ## Only the tests that need no server
	cargo test $(WORKSPACE) --lib --bins

crash: ## The long crash test: 200 kills
	COMPTOIR_CRASH_KILLS=200 scripts/test-servers cargo test $(WORKSPACE) --test crash -- --nocapture nothing_is_lost_or_doubled

fuzz: ## Call the API in every way that its description allows or forbids, at least 20,000 times
	scripts/tools.py fuzz
	COMPTOIR_FUZZ_SECONDS=180 scripts/test-servers cargo test $(WORKSPACE) --test app generated_calls -- --nocapture

storm: ## 5,000 orders while much goes wrong outside; prints how long whoever is well had to wait
	cargo build --release --package comptoir
	COMPTOIR_CRASH_PROGRAM=$(abspath $(TARGET))/release/comptoir COMPTOIR_STORM_ORDERS=5000 scripts/test-servers \
		cargo test $(WORKSPACE) --test crash -- --nocapture storm

bench: $(BUILT) ## Measure what the project promises, with durable commits
	scripts/tools.py chromium
	cargo build --release --package comptoir
	cargo build --release --package comptoir-bench
	scripts/test-servers --durable $(TARGET)/release/comptoir-bench $(TARGET)/release/comptoir
	cd web && COMPTOIR_PROGRAM=$(abspath $(TARGET))/release/comptoir npx playwright test --project=speed --workers=1

screenshots: $(BUILT) ## Every screen, light and dark, into web/screenshots/; the four of the README into docs/screenshots/
	scripts/tools.py chromium
	cargo build $(WORKSPACE)
	cd web && COMPTOIR_PROGRAM=$(abspath $(TARGET))/debug/comptoir npx playwright test --project=screenshots

# Tests compare the result with the code, so `make test` fails when it is old.
generate: ## Write openapi.json, docs/events/ and the web application's types and totals anew
	scripts/tools.py web
	cargo build $(WORKSPACE)
	$(TARGET)/debug/comptoir openapi > openapi.json
	$(TARGET)/debug/comptoir openapi --events docs/events
	COMPTOIR_WRITE_VECTORS=1 cargo test $(WORKSPACE) --test web_totals
	cd web && npm run --silent generate

clean: ## Remove what was built and installed here; data/ stays
	cargo clean
	rm -rf .tools web/node_modules web/dist
