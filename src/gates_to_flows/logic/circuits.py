"""Statements into networks of threshold units."""

import numbers
import re
from dataclasses import dataclass

import numpy as np

from gates_to_flows.logic.statements import checked_names, names_in, parse, truth_rows, truth_table


@dataclass(frozen=True)
class Unit:
    """A threshold unit: 1 where Σ weight · source + bias ≥ 0; sources are names of inputs or of earlier units.

    Raises ValueError where weights is not a dict from names to finite numbers, or bias not a finite number.
    """

    name: str
    weights: dict
    bias: float

    def __post_init__(self):
        given = [*self.weights.values(), self.bias] if isinstance(self.weights, dict) else [None]
        if not all(isinstance(x, numbers.Real) and abs(x) < np.inf for x in given):
            raise ValueError(
                f"Unit {self.name!r} should have a dict of finite weights, {{'a': 1, …}}, and a finite bias, "
                f"not {self.weights!r} and {self.bias!r}."
            )

    def __repr__(self):
        total = " ".join(f"{'−' if w < 0 else '+'} {abs(w):g}·{s}".replace(" 1·", " ") for s, w in self.weights.items())
        total = total.removeprefix("+ ") or "0"
        return f"{self.name} = [{total} ≥ {-self.bias:g}]".replace("-", "−")


@dataclass(frozen=True)
class ThresholdNetwork:
    """Threshold units in an order in which each reads only inputs and units before it; `outputs` names the last ones.

    Raises TypeError where these are not three lists, ValueError where a name is missing or there twice.
    """

    names: list
    units: list
    outputs: list

    def __post_init__(self):
        lists = all(isinstance(x, (list, tuple)) for x in (self.names, self.units, self.outputs))
        if not lists or not all(isinstance(unit, Unit) for unit in self.units):
            raise TypeError("A network takes three lists: names of inputs, units of the class Unit, names of outputs.")
        every = [*self.names, *(unit.name for unit in self.units)]
        if not all(isinstance(name, str) for name in every) or len(set(every)) < len(every):
            raise ValueError(f"Each input and each unit needs a name of its own, as text, not {every!r}.")
        for i, unit in enumerate(self.units, start=len(self.names)):
            for source in unit.weights:
                if source not in every[:i]:
                    raise ValueError(f"Unit {unit.name!r} reads {source!r}, which is no input and no unit before it.")
        if not self.outputs or not all(name in every for name in self.outputs):
            raise ValueError(f"outputs should name at least one of the inputs and units, not {self.outputs!r}.")

    def __call__(self, rows):
        """Outputs for rows (m, n) of 0 and 1: (m,) for one output, (m, k) for several; ValueError for other rows."""
        values = self.values(rows)
        outputs = np.stack([values[name] for name in self.outputs], axis=1)
        return outputs[:, 0] if len(self.outputs) == 1 else outputs

    def values(self, rows):
        """What every input and unit says, a dict from its name to (m,); ValueError as above."""
        rows = rows if isinstance(rows, np.ndarray) else np.array(rows, dtype=object)
        if rows.ndim != 2 or rows.shape[1] != len(self.names):
            wanted = f"(m, {len(self.names)}), one column for each of {', '.join(map(str, self.names))}"
            raise ValueError(f"rows should have the shape {wanted}, not {rows.shape}.")
        for x in rows.ravel().tolist():
            if not (isinstance(x, (numbers.Real, np.bool_)) and x in (0, 1)):
                raise ValueError(f"rows should hold 0 and 1 only, not {x!r}.")
        values = {name: rows[:, i].astype(int) for i, name in enumerate(self.names)}
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
