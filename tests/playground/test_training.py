"""training.js: rewinding, pushing, what is said about a training, and ten thousand starts."""

import re
from pathlib import Path

import nbformat
import pytest
from playground.javascript import needs_node, run

pytestmark = needs_node
NOTEBOOK = next((Path(__file__).parents[2] / "notebooks").glob("04_*.ipynb"))
NOTEBOOK_4 = "".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
TRAIN = """
    const training = new Training({...settingsFor(given.data), seed: 1, ...given}, given.points);
    const train = (steps) => { for (let i = 0; i < steps; i++) training.step(); };
"""


def verdict(steps, **settings):
    return run(TRAIN + f"train({steps}); return training.verdict;", settings)


def test_back_at_the_start_the_same_steps_lead_to_identical_weights():
    code = """
        const start = [...training.network.weights];
        train(300);
        const once = [...training.network.weights];
        training.rewind();
        const again = [...training.network.weights];
        train(300);
        return {start, again, once, twice: [...training.network.weights], steps: training.steps, losses: training.losses.length};
    """
    for settings in ({"data": "XOR"}, {"data": "sin x", "momentum": 0.5}):
        found = run(TRAIN + code, settings)
        assert found["start"] == found["again"] != found["once"] == found["twice"]
        assert (found["steps"], found["losses"]) == (300, 301)


def test_a_push_has_length_four_leaves_the_output_unit_alone_and_can_be_repeated():
    code = """
        const before = [...training.network.weights];
        training.push();
        const by = [...training.network.weights].map((w, i) => w - before[i]);
        training.rewind();
        training.push();
        return {by, again: [...training.network.weights].map((w, i) => w - before[i]), pushes: training.pushes};
    """
    found = run(TRAIN + code, {"data": "XOR"})
    assert sum(b * b for b in found["by"]) ** 0.5 == pytest.approx(4)
    assert found["by"][-3:] == [0, 0, 0] and found["by"] == found["again"] and found["pushes"] == [0]


def test_pushes_free_networks_that_stay_at_one_eighth_without_them():
    code = """
        return [0, 5].map((pushes) => given.filter((seed) => {
            const one = new Training({...settingsFor("XOR"), data: "XOR", seed});
            for (let i = 0; i < 8000; i++) one.step();
            if (one.level[1] !== "1/8") throw new Error(`seed ${seed} does not wait at 1/8`);
            for (let k = 0; k < 5 && !one.solved; k++) {
                if (k < pushes) one.push();
                for (let i = 0; i < 4000; i++) one.step();
            }
            return one.solved;
        }).length);
    """
    without, with_pushes = run(code, [24, 25, 27, 30, 36, 48, 52, 65])
    assert without <= 2 and with_pushes >= 4


def test_the_verdict_names_what_is_right():
    assert verdict(1500, data="XOR") == "Right: all four rows, rounded."
    assert re.match(r"Right: within 0\.0\d+ of the target at all 65 points\.", verdict(3000, data="sin x"))


def test_the_verdict_names_the_plateau_and_what_shares_an_output():
    assert verdict(0, data="XOR") == "At the start: 1 of 4 rows right."
    found = verdict(2000, data="XOR", seed=5)
    assert found.startswith("On a plateau at 1/8: two rows share one output; 2 of 4 rows right.")
    assert "saturated at some rows" in found


def test_the_verdict_names_dead_saturated_and_exploding_networks():
    code = """
        const xor = {...settingsFor("XOR"), data: "XOR", seed: 1}, start = (bias) => [[[1, 1], [1, 1]], bias, [[1], [1]], [0]];
        const relu = new Training({...xor, activation: "ReLU"}, [], start([-5, 1]));
        const sigmoid = new Training(xor, [], start([40, 0]));
        const wild = new Training({...xor, rate: 1e3});
        for (let i = 0; i < 3; i++) wild.step();
        const soon = wild.verdict;
        for (let i = 0; i < 3000; i++) wild.step();
        return [relu.verdict, sigmoid.verdict, soon, wild.verdict];
    """
    dead, saturated, soon, later = run(code)
    assert dead.endswith("1 of 2 hidden units is dead: no slope at any row.")
    assert saturated.endswith("1 of 2 hidden units is saturated: no slope at any row.")
    assert soon.startswith("Exploding") and later.startswith("Exploded")


def test_without_points_there_is_a_sentence_and_no_loss():
    assert verdict(0, data="own points", points=[]).startswith("There are no points yet")


def test_ten_thousand_starts_succeed_as_often_as_in_notebook_4():
    code = """
        const reports = [], settings = {...settingsFor("XOR"), data: "XOR", seed: 1};
        const many = {starts: 10000, steps: 2000}, tell = (found) => reports.push(found.done);
        const {right, elsewhere, done} = manyStarts(settings, [], many, tell);
        const alone = new Training({...settings, seed: elsewhere["1/8"].seeds[0]});
        for (let i = 0; i < 2000; i++) alone.step();
        const eighth = elsewhere["1/8"].count, told = reports.at(-1);
        return {right, done, eighth, told, alone: alone.level[1], share: SHARE_OF_NOTEBOOK_4};
    """
    found = run(code)
    assert found["done"] == found["told"] == 10_000
    (share, within) = re.search(
        r"four rows right, step 2000\",[^)]*mean\(\), ([\d.]+), within=([\d.]+)\)", NOTEBOOK_4
    ).groups()
    assert found["share"] == f"{share} ± {within} %"
    assert abs(found["right"] / 100 - float(share)) <= float(within)
    assert found["alone"] == "1/8"
