# `make help` lists the targets. Everything is installed into .venv; nothing else on the machine is touched.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
RUN := .venv/bin/python
PIP := $(RUN) -m pip install --disable-pip-version-check --constraint constraints.txt
# Of all that pip says, the large downloads and the start of the installation; errors go past this to the terminal.
PROGRESS := awk '/Downloading.* MB/ {print; fflush()} /^Installing collected/ {print "Unpacking, a minute or so."; fflush()}'
PYTEST := $(RUN) -m pytest -n 2 --dist loadfile -q

# The settings under which stored outputs must agree too: another processor, another number of threads.
ROBUST := TF_ENABLE_ONEDNN_OPTS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTRAOP_THREADS=8 XLA_FLAGS=--xla_cpu_max_isa=AVX2

.PHONY: help setup lab test notebooks test-torch test-robust bench lock
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.ready  ## create .venv with the course and everything it needs

.venv/.ready: pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no '$(PYTHON)' here: install Python 3.10 to 3.13, or name one, as in: make lab PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || { echo "The course needs Python 3.10 to 3.13, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1): name another one, as in: make lab PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (on Debian and Ubuntu: apt install python3-venv), or name another Python, as in: make lab PYTHON=python3.12"; exit 1; }
	@echo "Installing into .venv: about 2.7 GB, and one to three minutes the first time."
	@"$(PYTHON)" -m venv .venv
	@$(PIP) --editable '.[dev]' | $(PROGRESS)
	@echo "Building Matplotlib's font cache."
	@$(RUN) -c 'import matplotlib.font_manager' 2>/dev/null
	@$(RUN) -m jupyter labextension disable --level=sys_prefix @jupyterlab/apputils-extension:announcements >/dev/null 2>&1
	@touch $@

lab: setup  ## open the course in JupyterLab
	@$(RUN) -m jupyter lab --allow-root --notebook-dir=. --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: setup  ## lint, run the unit tests, re-run and compare every notebook
	$(RUN) -m ruff check .
	$(PYTEST) tests
	$(PYTEST) --nbval notebooks

notebooks: setup  ## re-run notebooks and store their outputs: all, or make notebooks N=02
	@$(RUN) -m gates_to_flows.run_notebooks $(N)

test-torch: setup  ## install PyTorch, then re-run and compare the notebooks that use it
	@$(RUN) -c 'import torch' 2>/dev/null || $(PIP) --editable '.[dev,torch]' | $(PROGRESS)
	$(PYTEST) --nbval notebooks/*_in_pytorch.ipynb

test-robust: setup  ## re-run every notebook as other machines would
	@for setting in $(ROBUST); do echo "== $$setting"; env "$$setting" $(PYTEST) --nbval notebooks || exit 1; done

bench: setup  ## measure the training helpers and write benchmarks/README.md
	@$(RUN) benchmarks/bench.py

lock: setup  ## pin the newest versions that pyproject.toml allows, in constraints.txt
	@$(RUN) -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet uv
	@.venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 --fork-strategy fewest \
	    --no-header --no-annotate --extra dev pyproject.toml --output-file constraints.txt
