"""Logic in networks: truth tables, statements into networks of threshold units, and trained networks back into statements.

How a statement is written stands in `statements`.
"""

import re
from dataclasses import dataclass

import numpy as np

from gates_to_flows.statements import checked_names, names_in, parse, shortest_statement, truth_rows, truth_table

__all__ = [
    "Formula",
    "ThresholdNetwork",
    "Unit",
    "compile_statement",
    "extract_formula",
    "names_in",
    "shortest_statement",
    "truth_rows",
    "truth_table",
]


@dataclass(frozen=True)
class Unit:
    """A threshold unit: 1 where Σ weight · source + bias ≥ 0; sources are names of inputs or of earlier units."""

    name: str
    weights: dict
    bias: float

    def __repr__(self):
        total = " ".join(f"{'−' if w < 0 else '+'} {abs(w):g}·{s}".replace(" 1·", " ") for s, w in self.weights.items())
        total = total.removeprefix("+ ") or "0"
        return f"{self.name} = [{total} ≥ {-self.bias:g}]".replace("-", "−")


@dataclass(frozen=True)
class ThresholdNetwork:
    """Threshold units in an order in which each reads only inputs and units before it; `outputs` names the last ones."""

    names: list
    units: list
    outputs: list

    def __call__(self, rows):
        """Outputs for rows (m, n) of 0 and 1: (m,) for one output, (m, k) for several."""
        values = self.values(rows)
        outputs = np.stack([values[name] for name in self.outputs], axis=1)
        return outputs[:, 0] if len(self.outputs) == 1 else outputs

    def values(self, rows):
        """What every input and unit says, a dict from its name to (m,)."""
        rows = np.asarray(rows)
        values = {name: rows[:, i] for i, name in enumerate(self.names)}
        for unit in self.units:
            total = sum(w * values[source] for source, w in unit.weights.items()) + unit.bias
            values[unit.name] = np.broadcast_to(total >= 0, len(rows)).astype(int)
        return values

    @property
    def layer_of(self):
        """A dict from each input (0) and unit to its layer: one more than the last layer that it reads."""
        layers = dict.fromkeys(self.names, 0)
        for unit in self.units:
            layers[unit.name] = 1 + max((layers[source] for source in unit.weights), default=0)
        return layers

    def __repr__(self):
        inputs, units = (
            f"{len(x)} {what}{'s' * (len(x) != 1)}" for x, what in ((self.names, "input"), (self.units, "unit"))
        )
        lines = (f"  layer {self.layer_of[unit.name]}: {unit}" for unit in self.units)
        return "\n".join([f"network of {units}, {inputs}, outputs {', '.join(self.outputs)}", *lines])


def compile_statement(*statements, names=None):
    """A network of threshold units that computes the statements, verified on every row.

    `and`, `or` and `implies` take one unit, `not` none: it turns a weight round. `xor` of n parts takes ⌊n/2⌋ + 1. Equal
    parts are built once, within and across statements.

    Parameters: statements, one or more texts; names, the order of the inputs, by default that of their first appearance.
    Returns: ThresholdNetwork with one output per statement. Raises ValueError as `truth_table` does.
    Taught in notebook 5.
    """
    if not statements:
        raise ValueError("Give at least one statement.")
    names = names_in(*statements) if names is None else checked_names(names)
    rows = truth_rows(len(names))
    compiler = _Compiler(names)
    outputs = [compiler.output(parse(statement, names)) for statement in statements]
    network = ThresholdNetwork(names, compiler.units, outputs)
    wanted = np.stack([truth_table(statement, names) for statement in statements], axis=1)
    if not np.array_equal(network(rows).reshape(wanted.shape), wanted):
        raise AssertionError(f"The compiled network differs from {statements}: this is a fault of compile_statement.")
    return network


class _Compiler:
    """Builds units bottom-up. A part of a statement becomes (source, sign); sign −1 says that the source is negated."""

    def __init__(self, names):
        self.units, self.built = [], {}
        self.prefix = "h"
        while any(re.fullmatch(rf"{self.prefix}\d+", name) for name in names):
            self.prefix = "_" + self.prefix

    def output(self, tree):
        source, sign = self.part(tree, negate=False)
        if source in [unit.name for unit in self.units]:
            return source
        return self.unit({source: sign}, -0.5 * sign)  # a bare input

    def part(self, tree, negate):
        kind, *parts = tree
        if kind == "not":
            return self.part(parts[0], not negate)
        if kind == "name":
            return parts[0], -1 if negate else 1
        if (tree, negate) not in self.built:
            self.built[tree, negate] = self.gate(kind, parts, negate)
        return self.built[tree, negate], 1

    def gate(self, kind, parts, negate):
        if kind == "constant":
            return self.unit({}, 0.5 if parts[0] != negate else -0.5)
        if kind == "xor":
            return self.parity([self.part(part, False) for part in parts], negate)
        if kind == "implies":
            literals = [self.part(parts[0], not negate), self.part(parts[1], negate)]
        else:
            literals = [self.part(part, negate) for part in parts]  # De Morgan: not (a and b) is (not a) or (not b)
        negated = sum(sign < 0 for _, sign in literals)
        needed = len(literals) if (kind == "and") != negate else 1
        return self.unit(_summed(literals), negated - needed + 0.5)

    def parity(self, literals, negate):
        """Odd where Σ x − 2 Σₖ [Σ x ≥ 2k] is 1: each unit takes away a pair."""
        total = _summed([(source, 1) for source, _ in literals])
        pairs = [self.unit(total, 0.5 - 2 * k) for k in range(1, len(literals) // 2 + 1)]
        odd = 1 if (sum(sign < 0 for _, sign in literals) + negate) % 2 == 0 else -1
        weights = _summed([*((s, odd * w) for s, w in total.items()), *((pair, -2 * odd) for pair in pairs)])
        return self.unit(weights, -0.5 * odd)

    def unit(self, weights, bias):
        same = [unit.name for unit in self.units if (unit.weights, unit.bias) == (weights, bias)]
        if same:
            return same[0]
        self.units.append(Unit(f"{self.prefix}{len(self.units) + 1}", weights, bias))
        return self.units[-1].name


def _summed(weighted):
    weights = {}
    for source, w in weighted:
        weights[source] = weights.get(source, 0) + w
    return weights


@dataclass(frozen=True)
class Formula:
    """What `extract_formula` read off a network.

    statement, the formula, simplified; units, a dict from each cut's name to its statement in the inputs; output, the output
    unit's statement in these names; cuts, a list of arrays, one per hidden unit: where w·x + b was cut.
    """

    statement: str
    units: dict
    output: str
    cuts: list

    def __repr__(self):
        return "\n".join(
            [self.statement, *(f"  {name}: {text}" for name, text in self.units.items()), f"  output: {self.output}"]
        )


def extract_formula(model, names, *, inputs=(-1, 1), threshold=0.5):
    """The statement that a trained Keras network computes on all rows, read off its weights.

    Each hidden unit is cut at w·x + b = 0 and its value on either side replaced by its mean there. Where the network so
    simplified decides a row differently, the unit that is most to blame gets one more cut, until no row differs.

    Parameters: model, a Dense hidden layer and a Dense output unit; names of its n inputs, at most 8; inputs, the numbers that
    stand for 0 and 1 there; threshold, from where on the output says 1.
    Returns: Formula, equal to the network on all 2ⁿ rows. Raises ValueError if the model has another form, and if its
    output is undecided within rounding. Taught in notebook 5.
    """
    names = checked_names(names)
    if len(names) > 8:
        raise ValueError(
            f"A formula is read for at most 8 inputs, since simplifying takes too long beyond; here are {len(names)}."
        )
    z, h, v, wanted = _read(model, names, inputs, threshold)
    cuts = [[0.0] for _ in v]
    while True:
        interval, level = _simplified(z, h, cuts)
        wrong = _decided(model, level, threshold) != wanted
        if not wrong.any():
            break
        _add_a_cut(z, h, v, cuts, interval, level, row=int(np.argmax(wrong)), names=names)

    units, columns = {}, []
    for j, own in enumerate(cuts, start=1):
        for k, cut in enumerate(own, start=1):
            fires = (z[:, j - 1] >= cut).astype(int)
            if 0 < fires.sum() < len(fires):
                units[f"h{j}" if len(own) == 1 else f"h{j}_{k}"] = shortest_statement(fires, names)
                columns.append(fires)
    output = _statement_of_cells(np.array(columns).reshape(len(units), len(z)).T, wanted, list(units))
    composed = re.sub(r"\bh\d+(_\d+)?\b", lambda found: f"({units[found[0]]})", output)
    statement = shortest_statement(truth_table(composed, names), names)
    if not np.array_equal(truth_table(statement, names), wanted):
        raise AssertionError(f"{statement} differs from the network: this is a fault of extract_formula.")
    return Formula(statement, units, output, [np.array(own) for own in cuts])


def _read(model, names, inputs, threshold):
    """Sums z and values h (2ⁿ, hidden) of the hidden units, output weights (hidden,) and the wanted outputs (2ⁿ,)."""
    shapes = [np.shape(w) for w in model.get_weights()]
    if [len(s) for s in shapes] != [2, 1, 2, 1] or len(model.layers) != 2 or shapes[2][1] != 1:
        raise ValueError(f"The model should be one hidden Dense layer and one Dense output unit, not weights {shapes}.")
    if shapes[0][0] != len(names):
        raise ValueError(f"The model has {shapes[0][0]} inputs, but there are {len(names)} names.")
    if not all(np.isfinite(w).all() for w in model.get_weights()):
        raise ValueError("The model's weights contain NaN or infinity: train it again, with a smaller learning rate.")
    if np.shape(inputs) != (2,) or not np.isfinite([*inputs, threshold]).all() or inputs[0] == inputs[1]:
        raise ValueError(
            "inputs should be two different numbers, for 0 and 1, and threshold one number, "
            f"not {inputs!r} and {threshold!r}."
        )
    W, b, v, _ = model.get_weights()
    z = np.where(truth_rows(len(names)), inputs[1], inputs[0]).astype(W.dtype) @ W + b
    h = np.asarray(model.layers[0].activation(z))
    if not np.allclose(np.tile(h, 2), model.layers[0].activation(np.tile(z, 2))):
        raise ValueError("The hidden activation should act on each unit by itself, as tanh does and softmax does not.")
    return z, h, v[:, 0], _decided(model, h, threshold)


def _decided(model, h, threshold):
    _, _, v, c = model.get_weights()
    return (np.asarray(model.layers[1].activation(h @ v + c))[:, 0] >= threshold).astype(int)


def _simplified(z, h, cuts):
    """Which interval between cuts each row falls into, and the mean value there; both (2ⁿ, hidden)."""
    interval = np.stack([np.searchsorted(own, column, side="right") for own, column in zip(cuts, z.T, strict=True)], 1)
    level = h.copy()
    for j, which in enumerate(interval.T):
        for k in np.unique(which):
            if np.ptp(h[which == k, j]) > 0:
                level[which == k, j] = h[which == k, j].mean()
    return interval, level


def _add_a_cut(z, h, v, cuts, interval, level, row, names):
    """Cut the unit whose replaced value misleads the output most in this row, at the widest gap in its interval."""
    for j in np.argsort(-np.abs(v * (h[row] - level[row]))):
        inside = interval[:, j] == interval[row, j]
        order = np.argsort(z[inside, j])
        sums, values = z[inside, j][order], h[inside, j][order]
        gaps = np.where(np.diff(sums) > 1e-9 * (1 + np.abs(sums[1:])), np.abs(np.diff(values)), 0)
        if gaps.any():
            at = int(np.argmax(gaps))
            cuts[j] = sorted([*cuts[j], float(sums[at] + sums[at + 1]) / 2])
            return
    shown = ", ".join(f"{name} = {x}" for name, x in zip(names, truth_rows(len(names))[row], strict=True))
    raise ValueError(
        f"The network's output for {shown} lies within rounding of the threshold: it decides nothing there."
    )


def _statement_of_cells(cells, outputs, names):
    """The statement in the cuts `names` that gives outputs (2ⁿ,) for the cells (2ⁿ, cuts); cells that never occur are free."""
    decided = dict(zip(map(tuple, cells.tolist()), outputs.tolist(), strict=True))
    if len(names) <= 8:
        return shortest_statement([decided.get(tuple(cell)) for cell in truth_rows(len(names)).tolist()], names)
    on = (
        " and ".join(n if c else f"not {n}" for n, c in zip(names, cell, strict=True))
        for cell, y in decided.items()
        if y
    )
    return " or ".join(on) or "false"
