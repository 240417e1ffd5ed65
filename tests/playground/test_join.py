"""The one module made of the parts."""

import re

from playground.javascript import needs_node, run

from gates_to_flows.playground.join import IN_WORKER, PARTS, module, point_sets, script


def test_the_module_imports_nothing_and_exports_what_anywidget_calls():
    text = module()
    assert not re.search(r"^\s*import\b.*[\"']|\bimport\(", text, re.M)
    assert re.findall(r"^export .*", text, re.M) == ["export default {render};"]
    assert not re.search(r"https?://", text)


def test_the_script_for_pages_is_the_same_without_exports():
    assert not re.search(r"^export", script(), re.M)
    assert module().split("export default")[0] in script()


@needs_node
def test_no_part_declares_a_name_of_another_one_and_the_worker_finds_all_that_it_needs():
    code = """
        const alone = new Function("settings", `${WORKER}; return manyStarts(settings, [], {starts: 3, steps: 5}, () => {});`);
        return alone({...settingsFor("XOR"), data: "XOR", seed: 1}).done;
    """
    assert run(code) == 3
    assert set(IN_WORKER) < set(PARTS)


def test_point_sets_are_balanced():
    assert {name: len(points) for name, points in point_sets().items()} == {
        "circles": 200,
        "spirals": 200,
        "two moons": 200,
    }
