"""`prose.swallowed` finds code and markers in a markdown cell, and leaves sentences, formulas, lists and tables alone."""

import pytest

from gates_to_flows.prose import swallowed, without_code


@pytest.mark.parametrize(
    "line",
    [
        "claim('largest error', error, at_most=1e-6)",
        "claim('largest error', error,",
        "    plt.show()",
        "W1, b1 = start[:2]",
        "w += 1",
        "import numpy as np",
        "from keras import ops",
        "for seed in range(30):",
        "def σ(z):",
        "@@py first_kernel",
        "# %% [markdown]",
        "#%%",
        "%%time",
        "+++",
        "```{code-cell} ipython3",
        "```",
    ],
)
def test_swallowed(line):
    assert swallowed(f"## 1 · A heading\n\nA sentence.\n\n{line}\nAnother sentence.") == line


@pytest.mark.parametrize(
    "text",
    [
        "Print",
        "for example:",
        "Levels (see below), and what they are called:",
        "- `model.fit(x, y)` trains",
        "| `a = 1` | one |\n|---|---|",
        "$$\ny = f(x)\n$$",
        "```python\nx = 1\n```",
        "$w = 1$",
        "f",
        "a: a letter",
        "1. Set the weights.",
        "---",
        "!!! tip",
        "",
    ],
)
def test_prose(text):
    assert swallowed(text) is None


def test_without_code():
    assert "x" not in without_code("`x` and ``x ` x`` and\n```\nx\n```\n")
