"""What may change in a text, and what may not."""

import pytest
from nbval_tolerance.text import compare_text

# What a cell prints, with one number to be filled in: it may move by 1e-4, not by 2e-2, and no word may change.
TYPICAL = [
    "loss: {}", "loss:{}", "loss={}, done", "final loss {}.", "accuracy {}%", "took {}ms", "{}× more", "[0.5 {} 0.25]",
    "array([{}, 2. , 3. ])", "array([[1.5, {}],\n       [0.1, 0.2]])", "{{'loss': {}, 'steps': 500}}", "<td>{}</td>",
    "| relu | {} |\n|------|------|", "step 500  loss {}  accuracy 97", "train/test {}/0.25", "-{}", "−{}", "{}e-04",
    "$\\lambda = {} \\pm 0.1$", "tensor({}, dtype=float64)", "Epoch 3/5 - loss: {}", '{{"mse": {}}}', "({}+0.5j)",
    "0  {}  setosa\n1  0.2  virginica", "✓ share of the wide: {}  (exactly 14)",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPICAL)
def test_a_typical_output_may_move_a_little_and_no_more(text):
    assert compare_text(text.format("1.2345"), text.format("1.2346")) == []
    assert "(0.02 relative, allowed 0.001)" in compare_text(text.format("1.2345"), text.format("1.2592"))[0]
    assert compare_text(text.format("1.2345") + " end", text.format("1.2346") + " End")
    assert compare_text(text.format("1.2345"), text.format("nan"))


XOR = "✓ XOR solved by epoch 2001: 0.83  (0.825 ± 0.03)"
COUNT = "✓ networks solved: 8250  (8200 ± 300)"
ERROR = "✓ max error: 3e-07  (≤ 1e-06)"


@pytest.mark.parametrize(
    ("stored", "fresh"),
    [
        ("✓ XOR solved by epoch 2001: 0.80  (0.825 ± 0.03)", "✓ XOR solved by epoch 2001: 0.85  (0.825 ± 0.03)"),
        (COUNT, "✓ networks solved: 8500  (8200 ± 300)"),
        (COUNT, "✓ networks solved: 7900  (8200 ± 300)"),
        ("✓ slope: 1.000  (1 ± 0.001)", "✓ slope: 0.999  (1 ± 0.001)"),
        ("✓ seconds: 1200  (1.23e+03 ± 100)", "✓ seconds: 1334  (1.23e+03 ± 100)"),  # 1234.5 ± 100, as printed
        (ERROR, "✓ max error: 9.9e-07  (≤ 1e-06)"),
        (ERROR, "✓ max error: 0  (≤ 1e-06)"),
        ("✓ x: 4.2  (≥ 3)", "✓ x: 700  (≥ 3)"),
        ("✓ share: 97.3%  (≥ 95%)", "✓ share: 95.1%  (≥ 95%)"),
        ("✓ delay: 12.3 ms  (≤ 20 ms)", "✓ delay: 8 ms  (≤ 20 ms)"),
        ("✓ λ: −0.50  (−0.48 ± 0.05)", "✓ λ: −0.45  (−0.48 ± 0.05)"),
        ("slope 1.98 ± 0.05, offset 0.2 ± 0.1", "slope 2.02 ± 0.05, offset 0.12 ± 0.1"),
        ("<td>0.83 ± 0.03</td>", "<td>0.85 ± 0.03</td>"),
        ("error 2e-3 ≤ 1e-2", "error 7e-3 ≤ 1e-2"),
        ("x  loss\n9.9996  1.5", "x   loss\n10.0004  1.5"),
        ("[ 0.1 -0.2]", "[0.1 -0.20001]"),
        ("[-0.  1.]", "[0. 1.]"),
        ("| 9.9999 |\n|-------:|", "| 10.0001 |\n|--------:|"),
        ("residual 3e-12", "residual -4e-12"),
        ("nan inf 0.50000", "nan inf 0.50001"),
    ],
)
def test_noise_passes(stored, fresh):
    assert compare_text(stored, fresh) == []


@pytest.mark.parametrize(
    ("stored", "fresh", "sentence"),
    [
        ("loss 0.5327", "loss 0.5315", "0.5327, now 0.5315: off by 0.0012 (0.0023 relative, allowed 0.001)"),
        ("loss 0.0", "loss 0.1", "0.0, now 0.1: off by 0.1 (allowed 1e-08)"),
        ("500 steps", "501 steps", "500, now 501: integers must agree exactly"),
        ("after 5000.", "after 5001.", "5000., now 5001.: integers must agree exactly"),
        ("after ....5000", "after ....5001", "5000, now 5001: integers must agree exactly"),
        ("version 2.21.0", "version 2.21.1", "0, now 1: integers must agree exactly"),
        ("1", "1.0", "1, now 1.0: an integer on one side only"),
        ("-1.5", "1.5", "-1.5, now 1.5: off by 3 (2 relative, allowed 0.001)"),
        ("loss 1.5", "Loss 1.5", "'loss 1.5', now 'Loss 1.5'"),
        ("loss 1.5", "loss 1.5 1.5", "'loss 1.5', now 'loss 1.5 1.5'"),
        (XOR, XOR.replace("2001", "2002"), "2001, now 2002: integers must agree exactly"),
        (XOR, XOR.replace("0.83", "0.87"), "0.83, now 0.87: outside its band, 0.825 ± 0.03"),
        (XOR, XOR.replace("0.83", "nan"), f"{XOR!r}, now {XOR.replace('0.83', 'nan')!r}"),
        (XOR, XOR.replace("0.825", "0.835"), "0.825, now 0.835: off by 0.01 (0.012 relative, allowed 0.001)"),
        (XOR, XOR.replace("0.03", "0.04"), "0.03, now 0.04: off by 0.01 (0.33 relative, allowed 0.001)"),
        (COUNT, COUNT.replace("8250", "8501"), "8250, now 8501: outside its band, 8200 ± 300"),
        (COUNT, COUNT.replace("8200", "8201"), "8200, now 8201: integers must agree exactly"),
        (ERROR, ERROR.replace("3e-07", "1.1e-06"), "3e-07, now 1.1e-06: outside its band, ≤ 1e-06"),
        (ERROR, ERROR.replace("1e-06", "2e-06"), "1e-06, now 2e-06: off by 1e-06 (1 relative, allowed 0.001)"),
        (ERROR, ERROR.replace("≤", "≥"), f"{ERROR!r}, now {ERROR.replace('≤', '≥')!r}"),
        ("✓ n: 4  (≥ 3)", "✓ n: 2  (≥ 3)", "4, now 2: outside its band, ≥ 3"),
        ("✓ n: 14  (exactly 14)", "✓ n: 15  (exactly 14)", "14, now 15: integers must agree exactly"),
        ("slope 1.98 ± 0.05", "slope 2.09 ± 0.05", "1.98, now 2.09: outside its band, 1.98 ± 0.05"),
        ("h = 0.5, e 0.1 ≤ 1", "h = 0.6, e 0.2 ≤ 1", "0.5, now 0.6: off by 0.1 (0.2 relative, allowed 0.001)"),
        # a document's wrong claim, shown as wrong: its band does not hold, so the number compares as usual
        ("0.50  (0.6 ± 0.05)", "0.52  (0.6 ± 0.05)", "0.50, now 0.52: off by 0.02 (0.04 relative, allowed 0.001)"),
    ],
)
def test_a_change_is_named(stored, fresh, sentence):
    assert compare_text(stored, fresh) == [f"line 1: stored {sentence}"]


def test_the_line_is_named():
    assert compare_text("a\nb 1.5\nc 2.5", "a\nb 1.6\nc 2.6")[1].startswith("line 3: stored 2.5, now 2.6")
    assert compare_text("x 1.5\ny", "x 1.5") == ["line 2: stored 'y', now ''"]
    assert compare_text("1", "1\n") == ["line 1: white space differs: stored '1', now '1\\n'"]
    assert compare_text("1\n  *", "1\n *") == ["line 2: white space differs: stored '1\\n  *', now '1\\n *'"]


def test_a_long_integer_takes_no_time():
    assert "integers must agree exactly" in compare_text("1" * 4000, "1" * 3999 + "2")[0]


def test_tolerances_add_up():
    assert compare_text("100.0", "101.4", rtol=0.01, atol=0.5) == []
    assert compare_text("100.0", "101.6", rtol=0.01, atol=0.5)
