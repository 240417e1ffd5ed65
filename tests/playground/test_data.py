"""The data of data.js: the same as in Python, and the levels at which a loss waits."""

import numpy as np
import pytest
from playground.javascript import needs_node, run

from gates_to_flows.playground import ACTIVATIONS, INITIALISATIONS, LOSSES, OPTIMISERS, OWN, named_data, names

pytestmark = needs_node


def test_both_languages_know_the_same_names():
    code = "return [DATA, OWN, ACTIVATIONS, LOSSES, OPTIMISERS, INITIALISATIONS].map(Object.keys);"
    ours = names(), OWN.values(), ACTIVATIONS, LOSSES, OPTIMISERS, INITIALISATIONS
    assert run(code) == [list(one) for one in ours]


@pytest.mark.parametrize("name", names())
def test_data_are_those_of_python_and_lie_in_their_box(name):
    found = run("const {x, y, box} = dataNamed(given); return {x, y, box};", name)
    x, y = named_data(name)
    np.testing.assert_allclose(found["x"], x, atol=1e-12)
    np.testing.assert_allclose(found["y"], y, atol=1e-12)
    low, high, bottom, top = found["box"]
    seen = np.hstack([x, y]) if x.shape[1] == 1 else x
    assert ([low, bottom] <= seen.min(axis=0) + 1e-12).all() and (seen.max(axis=0) - 1e-12 <= [high, top]).all()


@pytest.mark.parametrize("name", names())
def test_each_begins_with_settings_that_exist(name):
    code = """
        const s = settingsFor(given);
        const {activation: a, loss: l, optimiser: o, initialisation: i} = s;
        return a in ACTIVATIONS && l in LOSSES && o in OPTIMISERS && i in INITIALISATIONS;
    """
    assert run(code, name)


def test_levels_of_xor_are_those_of_notebooks_4_and_8():
    found = run('return ["squared error", "cross-entropy"].map((loss) => levelsOf(dataNamed("XOR"), loss));')
    values = [[level[0] for level in levels] for levels in found]
    of_two_thirds = -(2 / 3 * np.log(2 / 3) + 1 / 3 * np.log(1 / 3))
    np.testing.assert_allclose(values, [[1 / 8, 1 / 6, 1 / 4], [np.log(2) / 2, 0.75 * of_two_thirds, np.log(2)]])
    assert [level[1] for level in found[0]] == ["1/8", "1/6", "1/4"]
    assert found[1][0][1] == "½ ln 2" and found[1][2][1] == "ln 2"


def test_the_box_of_own_points_stays_while_they_fit_and_else_holds_them():
    boxes = run(
        "return given.map((points) => dataNamed('own function', points).box);",
        [[], [[1.1, -1.2]], [[100, 3], [200, 4]]],
    )
    assert boxes[0] == boxes[1] == [-1.2, 1.2, -1.2, 1.2]
    np.testing.assert_allclose(boxes[2], [90, 210, 2.9, 4.1])


def test_own_points_that_are_no_numbers_are_refused_with_their_row():
    code = """
        try { dataNamed("own points", [[0, 1, 1], [0, NaN, 1]]); } catch (error) { return error.message; }
    """
    assert run(code) == "Row 2 of the points should be 3 numbers: 2 in, 1 out."
