"""`make seeds`: which seeds change, and the verdict on each claim."""

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from other_seeds import main

IMPORTS = "import numpy as np\nfrom gates_to_flows.claims import claim\nSEED = 7"
MEAN = "np.random.default_rng({}).normal(size=100).mean()"  # 0, with an sd of 0.1


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Writes the cells, after IMPORTS, as notebook 3; returns the exit status and the lines printed."""
    monkeypatch.chdir(tmp_path)  # where a notebook runs is its folder: come back from there
    path = tmp_path / "03_small.ipynb"

    def run_cells(*sources, choose=(), **tags):
        cells = [new_markdown_cell("# Small"), new_code_cell(IMPORTS), *map(new_code_cell, sources)]
        for cell, tag in tags.items():
            cells[int(cell[1:]) - 1].metadata.tags = [tag]
        for number, cell in enumerate(cells, start=1):
            cell.id = f"small-{number}"
        nbformat.write(new_notebook(cells=cells), path)
        before = path.read_bytes()
        status = main(["3", "--cells", *choose, "--seeds", "40"], folder=tmp_path)
        assert path.read_bytes() == before
        return status, capsys.readouterr().out.splitlines()

    return run_cells


@pytest.mark.parametrize(
    ("band", "verdict"),
    [
        ("0, within=0.35", "fits"),
        ("0, within=1", "wide"),
        ("0, within=0.29", "tight"),
        ("0.08, within=0.38", "off centre"),
        ("at_most=0.4", "fits"),
        ("at_most=2", "wide"),
        ("at_least=-1", "fits"),  # its last digit is a whole
        ("at_least=-1.0001", "wide"),
        ("0, within=0.01", "missed"),
        ("at_most=0", "missed"),
    ],
)
def test_the_verdict_on_a_band(run, band, verdict):
    status, lines = run(f"claim('the mean', {MEAN.format(7)}, {band})")
    assert lines[-1].endswith(f" {verdict}")
    assert status == (verdict == "missed")


def test_the_table_holds_the_spread_over_seeds_and_how_many_miss(run):
    _, lines = run(f"claim('the mean', {MEAN.format('SEED')}, at_most=0)", choose=["3"])
    means = [np.random.default_rng([7, 1000 * s]).normal(size=100).mean() for s in range(1, 41)]
    numbers = [f"{f(means):.4g}" for f in (np.mean, lambda x: np.std(x, ddof=1), min, max)]
    room = f"{-max(means) / np.std(means, ddof=1):.3g}"
    outside = f"{sum(mean > 0 for mean in means)} of 40"
    assert lines[-1].split() == ["3", "the", "mean", "≤", "0", *numbers, room, *outside.split(), "missed"]


@pytest.mark.parametrize(
    "source",
    [
        "def f(seed=7):\n    return {}\nclaim('it', f(), 0, within=0.35)",
        "f = lambda seed: {}\nclaim('it', f([SEED, 3]), 0, within=0.35)",
        "from gates_to_flows.diffusion import diffusion_paths as paths\n"
        "claim('it', paths(n=100, m=1, T=1, μ=0, σ=1, seed=3 * SEED).mean(), 0, within=0.35)",
    ],
    ids=["default", "argument", "of the package"],
)
def test_a_seed_is_found_wherever_it_comes_from(run, source):
    assert run(source.format(MEAN.format("seed")))[1][-1].endswith("fits")


def test_a_function_of_a_cell_that_is_not_chosen_gets_other_seeds_too(run):
    define, use = f"def f():\n    return {MEAN.format('SEED')}", "claim('it', f(), 0, within=0.35)"
    assert run(define, use, choose=["4"])[1][-1].endswith("fits")


def test_a_cell_without_a_seed_is_named_and_its_claims_are_exact(run):
    status, lines = run("claim('two', 1 + 1, 2)", f"claim('it', {MEAN.format(7)}, at_most=1)")
    assert status == 0 and [line.split()[-1] for line in lines[1:3]] == ["exact", "fits"]
    assert lines[3:] == ["No seed to change, and no number that varies, in cell 3"]


def test_a_number_that_another_cell_drew_is_exact_and_the_hint_says_why(run):
    draw, use = f"x = {MEAN.format(7)}", "claim('it', x, at_most=1)"
    assert run(draw, use, choose=["4"])[1][-1].startswith("An exact number may come from a cell that was not chosen")
    assert run(draw, use, choose=["3", "4"])[1][-1].endswith(" fits")


def test_a_cell_between_the_chosen_ones_gives_its_names_and_no_claim(run):
    chosen = "x = np.random.default_rng(7).random()", "claim('in [1, 2]', y + x, 1.5, within=0.5)"
    _, lines = run(chosen[0], "y = 1\nx = x\nclaim('not chosen', 1, 1)", chosen[1], choose=["3", "5"])
    assert len(lines) == 2 and lines[-1].endswith("0 of 40   tight")


def test_claims_of_one_name_are_judged_apart(run):
    _, lines = run(f"for k in 1, 2:\n    claim('it', k * {MEAN.format('[7, k]')}, 0, within=0.7)")
    assert [line.split()[-1] for line in lines[1:]] == ["wide", "fits"] and " (2) it " in lines[2]


def test_a_cell_that_raises_is_reported_with_its_seed_and_the_others_go_on(run):
    risky = "assert np.random.default_rng(7).random() < 0.9, 'too large'\nclaim('one', 1, 1)"
    status, lines = run(risky)
    raised = [s for s in range(1, 41) if np.random.default_rng([7, 1000 * s]).random() >= 0.9]
    assert lines[: len(raised)] == [f"cell 3 raises for seed {s}: AssertionError: too large" for s in raised]
    assert raised and f"0 of {40 - len(raised)}" in lines[-1] and status == 0


def test_exercises_are_left_out_unless_chosen_and_a_cell_may_raise_on_purpose(run):
    cells = "answer = None\ncheck.answer(answer)", "claim('solved', 1, 1)", "1 / 0", "%magic\nx = 1"
    assert run(*cells, _4="solution", _5="raises-exception") == (0, ["no claim was reached"])
    for four in ("4", "small-4"):
        assert " solved " in run(*cells, choose=[four], _4="solution")[1][1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["99"], "there is no notebook 99"),
        (["1", "--cells", "1"], "01_what_can_one_unit_decide has no code cell 1"),
        (["1", "--seeds", "1"], "a spread needs two seeds"),
    ],
)
def test_what_cannot_be_run_is_answered_in_a_sentence(arguments, sentence, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert sentence in capsys.readouterr().err
