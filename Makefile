# `make help` lists the targets. Everything is installed into .venv; but for hub and test-hub, nothing else is touched.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
RUN := .venv/bin/python
# Two workers for two cores: one thread each.
PYTEST := TF_NUM_INTRAOP_THREADS=1 OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(RUN) -m pytest -n 2 --dist loadfile -q

ADD := $(RUN) src/gates_to_flows/install.py --extra

.PHONY: help setup lab test notebooks map test-torch test-robust seeds bench bench-playground sweep sweep-costs lock
.PHONY: site site-open test-site test-lab handout slides assignment test-assignment hub test-hub
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s  %s\n", $$1, $$2}' Makefile

setup:  ## create .venv with the course and everything it needs, or mend it
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no '$(PYTHON)' here: install Python 3.10 to 3.13, or name one, as in: make lab PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" src/gates_to_flows/install.py $(if $(filter file,$(origin PYTHON)),,--replace)

lab: setup  ## open the course in JupyterLab
	@$(RUN) -m jupyter lab --allow-root --notebook-dir=. --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: setup  ## lint, run the unit tests, re-run and compare every notebook; or a quarter: make test SHARD=2/4
	$(RUN) -m ruff check .
	$(PYTEST) --nbval $(if $(SHARD),--shard $(SHARD)) tests notebooks

notebooks: setup  ## re-run notebooks and store their outputs: all, or make notebooks N=02
	@$(RUN) -m gates_to_flows.run_notebooks $(N)

map: setup  ## write the map of the course into README.md and notebook 0, from the notebooks' titles
	@$(RUN) -m gates_to_flows.course_map

test-torch: setup  ## install PyTorch, then re-run and compare the notebooks that use it
	@$(RUN) -c 'import torch' 2>/dev/null || $(ADD) torch
	$(PYTEST) --nbval notebooks/*_in_pytorch.ipynb

test-robust: setup  ## re-run notebooks as other machines would: all, or make test-robust N=06 ONLY=openblas
	@$(RUN) tests/other_machines.py $(N) --only "$(ONLY)"

seeds: setup  ## judge a notebook's claims by other seeds: make seeds N=06, or also CELLS="24 25" SEEDS=30
	@$(RUN) tests/other_seeds.py $(N) --cells $(CELLS) --seeds $(or $(SEEDS),30)

bench: setup  ## measure the training helpers and write benchmarks/README.md
	@$(RUN) benchmarks/bench.py

bench-playground: setup  ## measure how smoothly a playground runs in Chromium, into benchmarks/README.md
	@$(ADD) site
	@$(RUN) benchmarks/frames.py

sweep: setup  ## notebook 4's table from a million networks a line: make sweep N=04, or also MEMBERS=100000 WORKERS=2
	@$(ADD) cluster
	@$(RUN) benchmarks/sweep.py $(N) --members $(or $(MEMBERS),1000000) --workers $(or $(WORKERS),1)

sweep-costs: setup  ## measure how the cost of a sweep grows, into benchmarks/README.md
	@$(ADD) cluster
	@TF_NUM_INTRAOP_THREADS=1 $(RUN) benchmarks/sweep_costs.py

site: setup  ## build the web site from the stored notebooks into site/html
	@$(ADD) site
	@$(RUN) web/build.py

site-open:  ## show the site that was built, at 127.0.0.1:8000
	@test -d site/html || { echo "There is no site yet: make site builds it."; exit 1; }
	@$(RUN) -m http.server --bind 127.0.0.1 --directory site/html $(or $(PORT),8000)

test-site: site slides  ## try site, slides and playground in Chromium, without the network; pictures go to site/screenshots
	@$(RUN) -m pytest -q web/browser_tests/test_site.py web/browser_tests/test_slides.py web/browser_tests/test_playground.py

test-lab: setup  ## run every notebook in JupyterLab in Chromium, or make test-lab N=02
	@$(ADD) site
	@$(RUN) -m pytest -v web/browser_tests/test_lab.py $(if $(N),-k "$(N)")

handout: setup  ## notebooks without solutions, to give to learners, into site/handout
	@$(ADD) site
	@$(RUN) web/handout.py

slides: setup  ## the slides of the half-day workshop, into site/slides
	@$(ADD) site
	@$(RUN) web/slides.py

assignment: setup  ## an nbgrader course from a notebook's exercises: make assignment N=04
	@$(ADD) grading
	@$(RUN) web/assignment.py $(N)

test-assignment: setup  ## let nbgrader grade two made-up students
	@$(ADD) grading
	@$(RUN) -m pytest -q web/slow_tests

PROXY := .venv/proxy/node_modules/.bin/configurable-http-proxy
$(PROXY):
	@command -v npm >/dev/null || { echo "JupyterHub's proxy comes with npm: install it (on Debian: apt install npm)."; exit 1; }
	@npm install --silent --prefix .venv/proxy configurable-http-proxy@5

AS_ROOT = @[ "$$(id -u)" = 0 ] || { echo "Each learner has a Unix account, which only root can make: sudo make $@"; exit 1; }

hub: setup $(PROXY)  ## start a JupyterHub for a workshop, as root; deploy/jupyterhub/README.md says how
	$(AS_ROOT)
	@$(ADD) hub
	@mkdir -p -m 700 /var/lib/gates-to-flows
	@cd /var/lib/gates-to-flows && exec "$(CURDIR)/$(RUN)" -m jupyterhub \
	    -f "$(CURDIR)/deploy/jupyterhub/jupyterhub_config.py" $(if $(ADDRESS),--JupyterHub.bind_url=$(ADDRESS))

test-hub: setup $(PROXY)  ## let learners use a real hub, all at once, as root: make test-hub USERS=5
	$(AS_ROOT)
	@$(ADD) hub
	@USERS=$(or $(USERS),5) $(RUN) -m pytest -q deploy/jupyterhub/tests

lock: setup  ## pin the newest versions that pyproject.toml allows, in constraints.txt
	@$(RUN) -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet uv
	@.venv/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 --fork-strategy fewest \
	    --no-header --no-annotate --extra dev --extra site --extra grading --extra cluster --extra hub \
	    pyproject.toml src/nbval-tolerance/pyproject.toml --output-file constraints.txt
