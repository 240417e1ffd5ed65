"""The playground's parts joined into one text, for the widget and for the site; needs only the standard library."""

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
MIME = "application/vnd.gates-to-flows.playground+json"  # of its output in a notebook: by it the site puts it into the page
PARTS = "network", "data", "training", "canvas", "drawing", "form", "address", "controls"
IN_WORKER = PARTS[:3]  # what trains many starts knows nothing of the page
LINKS = re.compile(r'^(import .* from "\./.*";\n|export (?!default))', re.MULTILINE)


def module():
    """The text of one ES module that imports nothing. `WORKER` in it is the text of what a Worker runs."""
    texts = {name: LINKS.sub("", (HERE / f"{name}.js").read_text(encoding="utf-8")) for name in PARTS}
    sets = f"const POINT_SETS = {json.dumps(point_sets())};"
    worker = json.dumps("\n".join([sets, *(texts[name] for name in IN_WORKER)]), ensure_ascii=False)
    return "\n".join([sets, f"const WORKER = {worker};", *texts.values()])


def script():
    """The same as a script for pages: a browser loads no module from beside a page that is opened as a file."""
    return f"(() => {{\n{module().replace('export default {render};', '')}}})();\n"


def point_sets():
    """A dict from a name to places in the plane, of class 0 and 1 in turn."""
    return json.loads((HERE / "point_sets.json").read_text(encoding="utf-8"))
