"""Every notebook has the form of `notebook_form`, and every rule there reports the notebook that breaks it."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_form import RULES, faults

from gates_to_flows.run_notebooks import KERNEL, NOTEBOOKS, clean

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def test_there_are_notebooks():
    assert PATHS, f"no notebook in {NOTEBOOKS}"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook_has_the_form(path):
    report = [f"{rule}: {sentence}" for rule, sentence in faults(path)]
    assert not report, f"{path.name} has {len(report)} faults:\n" + "\n".join(report)


# A small notebook that breaks no rule.

TITLE = """# 2 · XOR, four ways

One line cannot do it; two can.

⏱ reads in 2 min · exercises 17 min · runs in 20 s · needs notebook 1

**You will**

- build the network,
- train it,
- compare the four."""
IMPORTS = """from gates_to_flows.claims import claim
import keras

keras.utils.set_random_seed(7)"""
SECTION = """## 1 · The square, folded

See [notebook 1](01_one_unit.ipynb#lines), <a href="../README.md">the map</a> and [a page](https://example.org/x).
The `color` in the code, $optimize = 1$ and ✓ are not prose.

```python
obviously = "code"
```"""
READING = """## Further reading

- Rumelhart, Hinton and Williams: Learning representations by back-propagating errors. 1986.
  [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0)
- Kingma and Ba: Adam, a method for stochastic optimization. 2014. arXiv:1412.6980
- Minsky and Papert: Perceptrons. 1969. ISBN 978-0-262-53477-2"""
FOLDED = {"tags": ["solution", "hide-cell"]}
DISCUSSED = "<details><summary><b>Solution, discussed</b></summary>"
FOLDED_CODE = {"tags": ["solution", "hide-cell"], "jupyter": {"source_hidden": True, "outputs_hidden": True}}
NUMBERS = {**FOLDED_CODE, "tags": ["numbers", "hide-cell"]}
PLUMBING = {**FOLDED_CODE, "tags": ["plumbing", "hide-cell"]}


def good_notebook():
    cells = [
        new_markdown_cell(TITLE, id="title"),
        new_code_cell(IMPORTS, id="imports"),
        new_markdown_cell(SECTION, id="section"),
        new_code_cell(
            "plots.square()\nplt.show()",
            id="figure",
            metadata={"tags": ["thumbnail"], "mystnb": {"image": {"alt": "The unit square, folded along two lines"}}},
            outputs=[new_output("display_data", {"image/png": "aGVsbG8=", "text/plain": "<Figure size 640x480>"})],
        ),
        new_code_cell('claim("a", a, 1)\nclaim("b", b, 1)', id="claim", outputs=printed("✓ a: 1.00\n✓ b: 1 s²\n")),
        new_code_cell(
            "# The numbers behind this section\n# exact\nfor c in range(9):\n    claim('c', c, c)",
            id="numbers",
            metadata=NUMBERS,
            outputs=printed("✓ c: 1\n" * 9),
        ),
        new_markdown_cell(
            "## In depth · The square, unfolded\n\nBack.", id="depth", metadata={"jp-MarkdownHeadingCollapsed": True}
        ),
        new_markdown_cell("## 2 · Exercises", id="practice"),
    ]
    for k in (1, 2, 3):
        cells += [
            new_markdown_cell(f"### Exercise 2.{k}\n\nWhich unit?", id=f"exercise{k}"),
            new_code_cell(f"a = None\ncheck.unit{k}(a)", id=f"stub{k}", outputs=printed(f"· 2.{k} not tried yet\n")),
            new_markdown_cell(
                f"{DISCUSSED}\n\n### Why\n\nBecause it is so.\n\n</details>", id=f"discussion{k}", metadata=FOLDED
            ),
            new_code_cell(
                f"# Solution\ncheck.unit{k}(7)",
                id=f"solution{k}",
                metadata=FOLDED_CODE,
                outputs=printed(f"✓ 2.{k} Yes.\n"),
            ),
        ]
    cells.append(new_markdown_cell("## Summary\n\n- Two lines do.\n\n```python\n## comment\n```", id="summary"))
    cells.append(new_markdown_cell(READING, id="reading"))
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    count_cells(notebook)
    return notebook


def count_cells(notebook):
    for count, cell in enumerate([cell for cell in notebook.cells if cell.cell_type == "code"], start=1):
        cell.execution_count = count


def printed(text, name="stdout"):
    return [new_output("stream", name=name, text=text)]


def report_on(notebook, folder, name="02_xor_four_ways.ipynb"):
    """The faults of a notebook that stands in `folder`, beside notebook 1 and below a README."""
    path = folder / "notebooks" / name
    path.parent.mkdir(parents=True)
    path.with_name("01_one_unit.ipynb").touch()
    (folder / "README.md").touch()
    path.write_text(nbformat.v4.writes(notebook), encoding="utf-8")
    return faults(path)


def test_a_good_notebook_has_no_fault(tmp_path):
    assert report_on(good_notebook(), tmp_path) == []


def test_make_notebooks_leaves_a_good_notebook_as_it_is():
    notebook = good_notebook()
    clean(notebook)
    assert notebook == good_notebook()


# The faults. Each breaks the good notebook in one way; `c` holds its cells by id.

FAULTS = []


def fault(rule, says):
    """The decorated function makes a fault that `rule`, and no other rule, reports with the words `says`."""

    def collect(break_it):
        FAULTS.append(pytest.param(break_it, rule, says, id=break_it.__name__))
        return break_it

    return collect


@fault("title_cell", "cell 1 is not the title")
def no_title(c, notebook):
    notebook.cells[0] = new_code_cell("x = 1")
    count_cells(notebook)


@fault("title_cell", "does not begin with `# 2 · Title`")
def title_of_another_number(c, notebook):
    c["title"].source = c["title"].source.replace("# 2 ·", "# 02 ·")


@fault("title_cell", "lacks the line `⏱ reads in")
def running_time_missing(c, notebook):
    c["title"].source = c["title"].source.replace(" · runs in 20 s", "")


@fault("title_cell", "lacks the line `⏱ reads in")
def needs_an_unclear_notebook(c, notebook):
    c["title"].source = c["title"].source.replace("needs notebook 1", "needs the first notebook")


@fault("title_cell", "has 2 objectives")
def two_objectives(c, notebook):
    c["title"].source = c["title"].source.replace("- train it,\n", "")


@fault("title_cell", "has 6 objectives")
def six_objectives(c, notebook):
    c["title"].source += "\n- four,\n- five,\n- six."


@fault("times", "cell 1 says `exercises 30 min`; words, code lines, figures and claims make it 17 min")
def time_of_the_exercises_guessed(c, notebook):
    c["title"].source = c["title"].source.replace("exercises 17", "exercises 30")


@fault("times", "cell 1 says `in depth 0 min`; words, code lines, figures and claims make it 4 min")
def time_of_the_depth_missing(c, notebook):
    c["depth"].source += 700 * " word"


@fault("times", "the main path takes 47 min, more than 45")
def main_path_too_long(c, notebook):
    c["section"].source += 8100 * " word"
    c["title"].source = c["title"].source.replace("reads in 2 min", "reads in 47 min")


@fault("imports_cell", "cell 2 is not the imports")
def prose_before_imports(c, notebook):
    notebook.cells.insert(1, new_markdown_cell("First, the imports."))


@fault("imports_cell", "does not import gates_to_flows first")
def keras_imported_first(c, notebook):
    c["imports"].source = "import keras\n" + c["imports"].source


@fault("imports_cell", "does not end with `keras.utils.set_random_seed(7)`")
def seed_not_last(c, notebook):
    c["imports"].source += "\nimport numpy as np"


@fault("run_in_order", "has not been run")
def unrun_cell(c, notebook):
    c["figure"].execution_count = None


@fault("run_in_order", "was run as [7], not as [2]")
def run_out_of_order(c, notebook):
    c["figure"].execution_count = 7


@fault("run_in_order", "is empty")
def empty_cell(c, notebook):
    notebook.cells.insert(4, new_code_cell(""))


@fault("run_in_order", "raised ValueError")
def unexpected_error(c, notebook):
    c["imports"].outputs = [new_output("error", ename="ValueError", evalue="no", traceback=[])]


@fault("clean_metadata", "not nbformat 4.5")
def old_format(c, notebook):
    notebook.nbformat_minor = 4


@fault("clean_metadata", "one id per cell")
def cell_without_id(c, notebook):
    del c["claim"]["id"]


@fault("clean_metadata", "one id per cell")
def two_cells_of_one_id(c, notebook):
    c["claim"].id = "figure"


@fault("clean_metadata", "hold `widgets`")
def widget_state(c, notebook):
    notebook.metadata.widgets = {}


@fault("clean_metadata", "kernelspec is not `python3`")
def kernel_of_ones_own(c, notebook):
    notebook.metadata.kernelspec.name = "my-env"


@fault("clean_metadata", "language_info says more")
def python_version_stored(c, notebook):
    notebook.metadata.language_info.version = "3.11.7"


@fault("clean_metadata", "has metadata `collapsed`")
def collapsed_cell(c, notebook):
    c["claim"].metadata.collapsed = True


@fault("clean_metadata", "is closed without being in depth, or the other way round")
def depth_left_open(c, notebook):
    c["depth"].metadata = {}


@fault("clean_metadata", "is closed without being in depth, or the other way round")
def main_path_closed(c, notebook):
    c["section"].metadata = {"jp-MarkdownHeadingCollapsed": True}


@fault("clean_metadata", "is folded and no solution, nor tagged `numbers` or `plumbing`")
def outputs_hidden(c, notebook):
    c["claim"].metadata.jupyter = {"outputs_hidden": True}


@fault("clean_metadata", "shows a widget")
def widget_shown(c, notebook):
    c["imports"].outputs = [new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}})]


@fault("no_warnings", "shows a warning: mend what it warns of: WARNING:tensorflow:`θ` is not a valid")
def warning_printed(c, notebook):
    c["claim"].outputs += printed("WARNING:tensorflow:`θ` is not a valid node name.\n")


@fault("no_warnings", "wrote to stderr: mend what it warns of: careful")
def warning_stored(c, notebook):
    c["imports"].outputs = printed("careful\n", "stderr")


@fault("figures", "figure without alt text ('')")
def alt_missing(c, notebook):
    del c["figure"].metadata["mystnb"]


@fault("figures", "figure without alt text ('The square')")
def alt_too_short(c, notebook):
    c["figure"].metadata.mystnb.image.alt = "The square"


@fault("figures", "figure without alt text ('A plot of the results')")
def alt_says_only_plot(c, notebook):
    c["figure"].metadata.mystnb.image.alt = "A plot of the results"


@fault("figures", "does not end with `plt.show()`")
def figure_not_shown(c, notebook):
    c["figure"].source = "plots.square();"


@fault("exercises", "has 2 exercises")
def two_exercises(c, notebook):
    c["title"].source = c["title"].source.replace("exercises 17", "exercises 11")
    for cell in [c["exercise3"], c["stub3"], c["solution3"], c["discussion3"]]:
        notebook.cells.remove(cell)


@fault("exercises", "is not headed `### Exercise 2.2`")
def exercise_number_repeated(c, notebook):
    c["exercise2"].source = c["exercise1"].source


@fault("exercises", "is not headed `### Exercise 2.1`")
def exercise_number_mistyped(c, notebook):
    c["exercise1"].source = "### Exercise 2.11"


@fault("exercises", "no stub that calls `check.<name>(answer)`")
def stub_without_check(c, notebook):
    c["stub1"].source = "a = None"


@fault("exercises", "no stub that calls `check.<name>(answer)`")
def stub_missing(c, notebook):
    c["stub3"].source, c["stub3"].metadata = "# Solution\ncheck.unit3(7)", FOLDED_CODE


@fault("exercises", "does not begin with `· 2.1 not tried yet`")
def stub_tried(c, notebook):
    c["stub1"].outputs = printed("✓ 2.1 Yes.\n")


@fault("exercises", "no cell tagged `solution` calls `check.unit2(…)`")
def solution_missing(c, notebook):
    notebook.cells.remove(c["solution2"])
    count_cells(notebook)


@fault("exercises", "no cell tagged `solution` calls `check.unit1(…)`")
def solution_checked_as_another(c, notebook):
    c["solution1"].source = c["solution2"].source


@fault("exercises", "no solution's output holds `✓ 2.1`")
def solution_wrong(c, notebook):
    c["solution1"].outputs = printed("✗ 2.1 Row 3 is 0.\n")


@fault("solutions_folded", "is a solution, not folded")
def solution_not_folded(c, notebook):
    c["solution1"].metadata = {"tags": ["solution", "hide-cell"]}


@fault("solutions_folded", "is a solution, not folded")
def solution_without_hide_cell(c, notebook):
    c["solution1"].metadata = {**FOLDED_CODE, "tags": ["solution"]}


@fault("solutions_folded", "is a solution, not folded")
def verdict_of_the_solution_in_sight(c, notebook):
    c["solution1"].metadata = FOLDED


@fault("solutions_folded", "is a solution, not folded")
def discussion_not_folded(c, notebook):
    c["discussion1"].metadata = {"tags": ["solution"]}


@fault("solutions_folded", "first line is not `<details><summary>")
def discussion_told_by_its_first_line(c, notebook):
    c["discussion1"].source = "**Solution, discussed** Seven.\n\n</details>"


@fault("solutions_folded", "what follows would be folded too")
def discussion_without_end(c, notebook):
    c["discussion1"].source = f"{DISCUSSED}\n\nSeven."


@fault("solutions_folded", "is a solution, not folded")
def discussion_that_jupyterlab_opens(c, notebook):
    c["discussion1"].metadata = {**FOLDED, "jupyter": {"source_hidden": True}}


@fault("solutions_folded", "first line is not `# Solution`")
def solution_not_named(c, notebook):
    c["solution1"].source = "check.unit1(7)"


@fault("beside_folded", "is tagged `numbers`, not folded")
def numbers_in_sight(c, notebook):
    c["numbers"].metadata = {"tags": ["numbers", "hide-cell"]}


@fault("beside_folded", "is tagged `numbers`, not folded")
def numbers_in_prose(c, notebook):
    notebook.cells.insert(6, new_markdown_cell("# The numbers behind this section", metadata=NUMBERS))
    notebook.cells.remove(c["numbers"])
    count_cells(notebook)


@fault("beside_folded", "first line is not `# The numbers behind this section`")
def numbers_not_named(c, notebook):
    c["numbers"].source = "claim('c', c, 1)"


@fault("beside_folded", "is the second `numbers` cell under one heading")
def numbers_twice(c, notebook):
    notebook.cells.insert(6, new_code_cell(**{**c["numbers"], "id": "again"}))
    count_cells(notebook)


def with_code(notebook, after, source, id, **metadata):
    position = next(i for i, cell in enumerate(notebook.cells) if cell.id == after)
    notebook.cells.insert(position + 1, new_code_cell(source, id=id, metadata=metadata))
    count_cells(notebook)


@fault("beside_folded", "is tagged `plumbing` and its first line is not `# Plumbing: what it does`")
def plumbing_not_named(c, notebook):
    with_code(notebook, "section", "# Plumbing:\ndef fold(x):\n    return x", "fold", **PLUMBING)


@fault(
    "runs_without_depth", "cell 10 (fold(2)) uses `fold` from cell 8 (def fold(x):), which whoever leaves out the depth"
)
def main_path_needs_depth(c, notebook):
    with_code(notebook, "depth", "def fold(x):\n    return x", "fold")
    with_code(notebook, "practice", "fold(2)", "needs")


@fault("runs_without_depth", "uses `side` from cell 8 (side = 2), which whoever leaves out the depth")
def numbers_need_depth_inside_a_function(c, notebook):
    with_code(notebook, "depth", "side = 2", "side")
    with_code(
        notebook, "practice", "# The numbers behind this section\ndef area():\n    return side**2", "n", **NUMBERS
    )


@fault(
    "runs_without_depth", "uses `kept` from cell 12 (# Solution), which whoever leaves out the depth or the solutions"
)
def exercise_needs_a_solution(c, notebook):
    c["solution1"].source += "\nkept = 7"
    c["stub2"].source = "a = None\nkept + 1\ncheck.unit2(a)"


@fault("walls_of_claims", "cell 6 (claim('d', d, 1)) shows more than 3 claims in a row")
def four_claims_in_two_cells(c, notebook):
    notebook.cells.insert(5, new_code_cell("claim('d', d, 1)", outputs=printed("✓ d: 1\n✓ e: 1\n")))
    count_cells(notebook)


@fault("in_depth", "does not begin with its heading `In depth · …`")
def depth_below_prose(c, notebook):
    c["depth"].source = "Before it.\n\n" + c["depth"].source


@fault("in_depth", "is an exercise inside a section in depth")
def exercises_in_depth(c, notebook):
    notebook.cells.remove(c["practice"])


@fault("prose_only", "is prose and holds code: “claim('one line', found, 1)”")
def claim_swallowed_by_prose(c, notebook):
    c["section"].source += "\nclaim('one line', found, 1)"


@fault("links", "links to 03_gone.ipynb#top, which does not exist")
def dead_link(c, notebook):
    c["section"].source += "\n[notebook 3](03_gone.ipynb#top)"


@fault("links", "links to ../images/gone.png, which does not exist")
def dead_image(c, notebook):
    c["section"].source += '\n<img src="../images/gone.png">'


@fault("ending", "the last two headings are not")
def summary_missing(c, notebook):
    c["summary"].source = "Two lines do."


@fault("ending", "the last two headings are not")
def section_after_reading(c, notebook):
    c["reading"].source += "\n\n## Appendix"


@fault("ending", "further reading has 1 items")
def one_reading(c, notebook):
    c["reading"].source = c["reading"].source.partition("\n- Kingma")[0]


@fault("ending", "“Kingma and Ba: Adam, a method for stochastic optim…”: give a year")
def reading_without_year(c, notebook):
    c["reading"].source = c["reading"].source.replace("2014. ", "")


@fault("ending", "and a DOI, arXiv id or ISBN")
def reading_without_identifier(c, notebook):
    c["reading"].source = c["reading"].source.replace("arXiv:1412.6980", "")


@fault("plain_code", "is longer than 30 lines")
def long_cell(c, notebook):
    c["title"].source = c["title"].source.replace("reads in 2", "reads in 4")
    c["imports"].source = "from gates_to_flows import plots\n" + 29 * "x = 1\n" + "keras.utils.set_random_seed(7)"


@fault("plain_code", "more than 100 characters")
def line_too_wide(c, notebook):
    c["claim"].source += "\n# " + 20 * "wide "


@fault("plain_code", "uses clear_output")
def clear_output(c, notebook):
    c["claim"].source += "\nclear_output()"


@fault("plain_code", "uses display_id")
def display_updated(c, notebook):
    c["claim"].source += "\ndisplay(x, display_id='x')"


@fault("plain_code", "uses pip")
def pip_install(c, notebook):
    c["claim"].source += "\n%pip install torch"


@fault("plain_code", "uses tqdm")
def progress_bar(c, notebook):
    c["claim"].source += "\nfor i in tqdm(range(3)): pass"


@fault("plain_code", "uses verbose other than 0")
def verbose_fit(c, notebook):
    c["claim"].source += "\nfit_full_batch(x, verbose=1)"


@fault("plain_code", "uses a legend that looks for its place")
def legend_at_the_best_place(c, notebook):
    c["claim"].source += "\nplt.legend(loc='best')"


@fault("plain_code", "uses a legend that looks for its place")
def legend_without_a_place(c, notebook):
    c["claim"].source += "\nax.legend(fontsize=8)"


@fault("plain_code", "uses rows sorted by a value")
def ranked_rows(c, notebook):
    c["claim"].source += "\ntable.sort_values('error')"


@fault("plain_code", "`model.fit(` lacks `verbose=0`")
def fit_prints_by_default(c, notebook):
    c["claim"].source += "\nmodel.fit(x, y,\n          epochs=3)"


@fault("plain_code", "`networks[0].predict(` lacks `verbose=0`")
def predict_prints_by_default(c, notebook):
    c["claim"].source += "\ny = f(networks[0].predict(x))[0]"


@fault("claims", "the notebook claims nothing")
def nothing_claimed(c, notebook):
    notebook.cells.remove(c["numbers"])
    count_cells(notebook)
    c["claim"].source = "print('✓ it works')  # claim("


@fault("claims", "a claim whose output line does not begin with ✓")
def claim_without_output(c, notebook):
    c["claim"].outputs = printed("✓ a: 1.00\n")


@fault("claims", "a claim whose output line does not begin with ✓")
def claim_failed(c, notebook):
    c["claim"].outputs = printed("✓ a: 1.00\n✓ b: 1.00\n✗ c: 2.00\n")


@fault("claims", "a claim whose output line does not begin with ✓")
def missed_claim_caught(c, notebook):
    c["claim"].source = "try:\n    claim('a', a, 1)\nexcept ClaimError as error:\n    print(error)"
    c["claim"].outputs = printed("✗ a: 2.00\n")


@fault("compared", "more than 15% of the code cells are not compared")
def too_little_compared(c, notebook):
    c["imports"].metadata.tags = ["nbval-skip"]
    c["claim"].metadata.tags = ["nbval-ignore-output"]


@fault("file_size", "the file has 1.6 MB")
def file_too_large(c, notebook):
    c["claim"].outputs += printed(1_600_000 * "x")


@fault("thumbnail", "0 cells are tagged `thumbnail`")
def thumbnail_missing(c, notebook):
    c["figure"].metadata.tags = []


@fault("thumbnail", "2 cells are tagged `thumbnail`")
def two_thumbnails(c, notebook):
    c["title"].source = c["title"].source.replace("reads in 2", "reads in 3")
    notebook.cells.insert(4, new_code_cell(**{**c["figure"], "id": "again"}))
    count_cells(notebook)


@fault("thumbnail", "is tagged `thumbnail` and has no figure")
def thumbnail_without_figure(c, notebook):
    c["figure"].outputs = []


@pytest.mark.parametrize("break_it, rule, says", FAULTS)
def test_fault_is_reported_by_its_rule_alone(break_it, rule, says, tmp_path):
    notebook = good_notebook()
    break_it({cell.id: cell for cell in notebook.cells}, notebook)
    report = report_on(notebook, tmp_path)
    assert {reported for reported, _ in report} == {rule}
    assert says in "\n".join(sentence for _, sentence in report)


def test_every_rule_has_a_fault():
    tried = {rule for _, rule, _ in (fault.values for fault in FAULTS)}
    assert {rule.__name__ for rule in RULES} - tried == {"file_name", "stable_outputs", "words"}  # tried below


@pytest.mark.parametrize("name", ["02_XOR.ipynb", "2_xor.ipynb", "02-xor.ipynb", "02_xor (copy).ipynb"])
def test_file_name(name, tmp_path):
    report = report_on(good_notebook(), tmp_path, name)
    assert [rule for rule, _ in report] == ["file_name"]
    assert f"the file is called {name}" in report[0][1]


@pytest.mark.parametrize(
    "text, what",
    [
        ("saved in /home/ada/model.keras", "a path"),
        ("File \x1b[32m/course/src/claims.py:12", "a path"),
        ("C:\\Users\\ada", "a path"),
        ("<function f at 0x7f3a5c0>", "a memory address"),
        ("2025-11-21", "a date or time of day"),
        ("ended at 9:05:00", "a date or time of day"),
        ("took 12.3 s", "a duration"),
        ("0.5 ms per step", "a duration"),
        ("1/1 ━━━━ 0s 35ms/step", "a duration"),
    ],
)
def test_unstable_output(text, what, tmp_path):
    notebook = good_notebook()
    claim = next(cell for cell in notebook.cells if cell.id == "claim")
    claim.outputs += printed(text)
    report = report_on(notebook, tmp_path / "compared")
    assert [rule for rule, _ in report] == ["stable_outputs"]
    assert f"prints {what}, " in report[0][1]

    claim.metadata.tags = ["nbval-ignore-output"]
    assert report_on(notebook, tmp_path / "ignored") == []


@pytest.mark.parametrize(
    "prose",
    ["Obviously", "trivially", "Note that", "colors", "behavior", "neighbor", "optimize", "Initialization", "🎉", "✅"],
)
def test_words(prose, tmp_path):
    notebook = good_notebook()
    notebook.cells[2].source += f"\n\n{prose} is a word."
    report = report_on(notebook, tmp_path)
    assert [rule for rule, _ in report] == ["words"]
    assert prose in report[0][1]


def test_a_network_is_no_perceptron(tmp_path):
    notebook = good_notebook()
    notebook.cells[2].source += "\n\nA multi-layer perceptron."
    assert report_on(notebook, tmp_path) == [("words", "the prose says “multi-layer perceptron”: say “network”")]


@pytest.mark.parametrize("cells", [[], [new_markdown_cell("")], [new_code_cell("def (", execution_count=1)]])
def test_a_notebook_that_is_hardly_one_gets_a_report(cells, tmp_path):
    reported = {rule for rule, _ in report_on(new_notebook(cells=cells), tmp_path)}
    assert {"title_cell", "imports_cell", "exercises", "ending", "claims", "thumbnail"} <= reported


def test_only_notebook_0_may_catch_a_missed_claim(tmp_path):
    notebook = good_notebook()
    missed_claim_caught({cell.id: cell for cell in notebook.cells}, notebook)
    assert "claims" not in {rule for rule, _ in report_on(notebook, tmp_path, "00_start_here.ipynb")}


def test_expected_errors_long_solutions_and_exempt_notebooks(tmp_path):
    notebook = good_notebook()
    c = {cell.id: cell for cell in notebook.cells}
    c["title"].source = TITLE.replace("# 2 ·", "# 2b ·").replace("notebook 1", "notebooks 1, 2 and PyTorch")
    c["claim"].outputs = [new_output("error", ename="ClaimMissed", evalue="b", traceback=[])]
    c["claim"].metadata.tags = ["raises-exception"]
    c["title"].source = c["title"].source.replace("exercises 17", "exercises 21")
    c["solution1"].source += 40 * "\nx = 1"
    c["figure"].metadata.tags = []
    for k in (1, 2, 3):
        c[f"exercise{k}"].source = f"### Exercise 2b.{k}"
        c[f"stub{k}"].outputs = printed(f"· 2b.{k} not tried yet")
        c[f"solution{k}"].outputs = printed(f"✓ 2b.{k} Yes.")
    assert report_on(notebook, tmp_path, "02b_xor_in_pytorch.ipynb") == []
