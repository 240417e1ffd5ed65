"""The seeds and steps that the exercises name lead where they say: notebooks' own playgrounds, played in Node.js."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from playground.javascript import needs_node, run

from gates_to_flows.checks.residual_networks import closed_paths
from gates_to_flows.checks.sine import two_periods
from gates_to_flows.checks.training_failure import freed
from gates_to_flows.checks.which_functions import three_waves
from gates_to_flows.checks.xor import folded_the_other_way
from gates_to_flows.playground import Playground

pytestmark = needs_node
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PLAY = """
    const {settings, points, steps, pushes, changed} = given;
    const training = new Training({...settingsFor(settings.data), ...settings, ...changed}, points);
    while (training.steps < steps) {
        if (pushes.includes(training.steps) && !training.solved) training.push();
        training.step();
    }
    return {
        settings: training.settings,
        state: {steps, pushes: training.pushes, weights: training.network.arrays, verdict: training.verdict},
    };
"""


def played(notebook, cell, steps, pushes=(), **changed):
    """The playground of a notebook's cell, after so many steps."""
    cells = nbformat.read(next(NOTEBOOKS.glob(f"{notebook}_*.ipynb")), as_version=4).cells
    names = {"Playground": Playground, "np": np}
    exec(next(c.source for c in cells if c.id == cell), names)
    playground = names["playground"]
    given = {"settings": playground.settings, "points": playground.points, "steps": steps, "pushes": pushes}
    found = run(PLAY, given | {"changed": changed})
    playground.settings, playground.state = found["settings"], found["state"]
    return playground


@pytest.mark.parametrize(
    "seed, verdict",
    [(2, "✗ 2.6 Here 0 1 and 1 0 have come together"), *((seed, "✓ 2.6") for seed in (4, 10, 14))],
)
def test_seeds_fold_as_exercise_2_6_says(seed, verdict):
    assert folded_the_other_way.verdict(played("02", "02-play-1", 4000, seed=seed)).startswith(verdict)


def test_seed_36_is_stuck_and_a_few_pushes_free_it():
    stuck = played("04", "04-play-1", 20_000)
    assert stuck.state["verdict"].startswith("On a plateau at 1/8: two rows share one output")
    assert freed.verdict(stuck).startswith("✗")
    pushes = list(range(4000, 40_000, 4000))
    assert freed.verdict(played("04", "04-play-1", 44_000, pushes)).startswith("✓ 4.5")


@pytest.mark.parametrize("units, seed, verdict", [(5, 2, "✓ 6.5"), (5, 1, "✗"), (4, 1, "✗"), (4, 14, "✗")])
def test_units_that_find_two_periods_in_6000_steps(units, seed, verdict):
    playground = played("06", "06-play-1", 6000, hidden=[units], seed=seed)
    assert two_periods.verdict(playground).startswith(verdict)


def test_near_step_500_three_waves_are_there():
    verdicts = [three_waves.verdict(played("07", "07-play-1", steps))[:1] for steps in (250, 530, 1500)]
    assert verdicts == ["✗", "✓", "✗"]


def test_paths_close_long_after_the_field_is_right():
    early, late = (played("13", "ex5-play-1", steps) for steps in (200, 900))
    assert early.state["verdict"].startswith("Right") and late.state["verdict"].startswith("Right")
    assert closed_paths.verdict(early).startswith("✗") and closed_paths.verdict(late).startswith("✓ 13.5")
