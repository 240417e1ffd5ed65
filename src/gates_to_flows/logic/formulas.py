"""Trained networks back into statements: a formula read off the weights, and compared with the model on all rows."""

import numbers
from dataclasses import dataclass

import keras
import numpy as np

from gates_to_flows.logic.statements import (
    MAX_SHORTEST,
    checked_names,
    evaluate,
    in_words,
    parse,
    shortest_statement,
    truth_rows,
    truth_table,
)

MAX_CUTS = 1000  # each makes a line of the formula


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


def extract_formula(model, names, *, inputs, threshold=0.5):
    """The statement that a trained Keras network computes on all rows, read off its weights.

    Each hidden unit is cut at w·x + b = 0 and its value on either side replaced by its mean there. Where the network so
    simplified decides a row differently, the unit that is most to blame gets one more cut, until no row differs.

    Parameters: model, a Dense hidden layer and a Dense output unit, Sequential or functional, activations in them or as layers;
    names of its n inputs, at most 8; inputs, the numbers that stand for 0 and 1 in its training, such as (0, 1) or (-1, 1);
    threshold, from where on the output says 1.
    Returns: Formula, equal to the network on all 2ⁿ rows. Raises TypeError if it is no Keras model, and ValueError if it has
    another form, computes something else than its layers in turn, or is undecided within rounding. Taught in notebook 5.
    """
    names = checked_names(names)
    if len(names) > MAX_SHORTEST:
        raise ValueError(
            f"A formula is read for at most {MAX_SHORTEST} inputs, since with more it has thousands of words; "
            f"here are {len(names)}."
        )
    hidden, output = _layers(model, names)
    z, h, decide, wanted = _read(model, names, hidden, output, _signals(inputs, threshold))
    v = np.asarray(output[0].kernel)[:, 0].astype(float)
    cuts = [[0.0] for _ in v]
    level = np.stack([_means(*unit) for unit in zip(z.T, h.T, cuts, strict=True)], axis=1)
    while (wrong := decide(level) != wanted).any() and sum(map(len, cuts)) <= MAX_CUTS:
        j = _add_a_cut(z, h, v, cuts, level, row=int(np.argmax(wrong)), names=names)
        level[:, j] = _means(z[:, j], h[:, j], cuts[j])
    if sum(map(len, cuts)) > MAX_CUTS:
        raise ValueError(
            f"The network needs more than {MAX_CUTS} cuts, and its formula as many lines: train one with fewer hidden units, "
            "or with units that are more nearly on or off."
        )

    fires = {
        f"h{j}" if len(own) == 1 else f"h{j}_{k}": column >= cut
        for j, (own, column) in enumerate(zip(cuts, z.T, strict=True), start=1)
        for k, cut in enumerate(own, start=1)
        if column.min() < cut <= column.max()
    }
    units = {name: shortest_statement(column, names) for name, column in fires.items()}
    output = _statement_of_cells(fires, wanted)
    statement = shortest_statement(wanted, names)
    tables = {name: truth_table(text, names).astype(bool) for name, text in units.items()}
    for said in truth_table(statement, names), evaluate(parse(output, list(units)), tables):
        if not np.array_equal(np.broadcast_to(said, len(z)), wanted):
            raise AssertionError(f"{statement} differs from the network: this is a fault of extract_formula.")
    return Formula(statement, units, output, [np.array(own) for own in cuts])


def _signals(inputs, threshold):
    """What stands for 0 and for 1, and the threshold, as floats."""
    given = [*inputs, threshold] if isinstance(inputs, (tuple, list, np.ndarray)) else []
    try:
        signals = [float(x) for x in given if isinstance(x, numbers.Real)]
    except OverflowError:
        signals = []
    if len(given) != 3 or len(signals) != 3 or not np.isfinite(signals).all() or signals[0] == signals[1]:
        raise ValueError(
            "inputs should be two different numbers, for 0 and 1, and threshold one number, "
            f"not {_on_one_line(inputs)} and {_on_one_line(threshold)}."
        )
    return signals


def _layers(model, names):
    """The model's layers in two lists: the hidden Dense layer with its activations, and the output's."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model should be a Keras model, such as keras.Sequential, not {_on_one_line(model)}.")
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    dense = [k for k, layer in enumerate(layers) if isinstance(layer, keras.layers.Dense)]
    if len(dense) != 2 or dense[0] != 0 or layers[dense[1]].units != 1:
        found = [f"Dense({layer.units})" if k in dense else type(layer).__name__ for k, layer in enumerate(layers)]
        raise ValueError(
            "The model should be one hidden Dense layer and one Dense output unit, activations in them or behind them, "
            f"not {', '.join(found) or 'without layers'}."
        )
    if not all(layer.built for layer in layers):
        raise ValueError("The model has no weights yet: give it an Input layer and train it before it is read.")
    if layers[0].kernel.shape[0] != len(names):
        raise ValueError(f"The model has {layers[0].kernel.shape[0]} inputs, but there are {len(names)} names.")
    if not all(np.isfinite(w).all() for w in model.get_weights()):
        raise ValueError("The model's weights contain NaN or infinity: train it again, with a smaller learning rate.")
    return layers[: dense[1]], layers[dense[1] :]


def _read(model, names, hidden, output, signals):
    """On all rows: sums z and values h (2ⁿ, hidden) of the hidden units, a function from such values to what the output unit
    decides, and what the model itself decides, (2ⁿ,) of bool."""
    off, on, threshold = signals
    rows = np.where(truth_rows(len(names)), on, off)
    try:
        its = np.asarray(model(rows))
    except Exception as error:
        raise ValueError(f"The model stops with {type(error).__name__} on rows of {len(names)} numbers.") from None
    if its.shape != (len(rows), 1):
        raise ValueError(f"The model's output should have the shape {(len(rows), 1)}, not {its.shape}.")

    def through(layers, values):
        for layer in layers:
            values = layer(values)
        return np.asarray(values)

    first, *behind = hidden
    bias = 0 if first.bias is None else first.bias
    x, kernel, bias = (keras.ops.cast(part, first.compute_dtype) for part in (rows, first.kernel, bias))
    z = np.asarray(keras.ops.matmul(x, kernel) + bias)
    # Another order in each column, and one row fewer: a unit by itself has the same values again.
    turn = np.add.outer(np.arange(1, len(rows)), np.arange(first.units)) % len(rows)
    try:
        h = through([first.activation, *behind], z)
        h_turned = through([first.activation, *behind], np.take_along_axis(z, turn, axis=0))
        mine = through(output, h)
    except Exception as error:
        layers = ", ".join(type(layer).__name__ for layer in [*hidden, *output])
        raise ValueError(
            f"The model's layers should follow one another, but {layers} stop with {type(error).__name__} where they do."
        ) from None
    if not all(np.isfinite(values).all() for values in (z, h, its)):
        raise ValueError("The model's sums or outputs are infinite: its weights or inputs are too large.")
    if h.shape != z.shape or not np.allclose(h_turned, np.take_along_axis(h, turn, axis=0)):
        raise ValueError("The hidden activation should act on each unit by itself, as tanh does and softmax does not.")
    _check_same(mine, its, names)
    return z.astype(float), h.astype(float), lambda h: through(output, h)[:, 0] >= threshold, its[:, 0] >= threshold


def _check_same(mine, its, names):
    """Raise ValueError where the outputs of the layers, one after another, are not those of the model, but for rounding."""
    rounding = np.finfo(np.result_type(its.dtype, np.float32)).eps
    difference = np.abs(mine.astype(float) - its.astype(float)).max(axis=1)
    if not difference.max() <= 64 * rounding * (1 + np.abs(its).max()):
        row = int(np.argmax(difference))
        raise ValueError(
            f"For {_row(names, row)} the model's output differs by {difference[row]:.2g} from that of its layers one after "
            "another: there may be a skip, an operation between layers, or a layer used twice."
        )


def _on_one_line(value):
    return " ".join(repr(value).split())


def _row(names, row):
    return ", ".join(f"{name} = {x}" for name, x in zip(names, truth_rows(len(names))[row], strict=True))


def _means(z, h, cuts):
    """The values h (2ⁿ,) of a unit, each replaced by the mean of those whose sums z lie between the same cuts."""
    interval = np.searchsorted(cuts, z, side="right")
    level = h.copy()
    for k in np.unique(interval):
        if np.ptp(h[interval == k]) > 0:
            level[interval == k] = h[interval == k].mean()
    return level


def _add_a_cut(z, h, v, cuts, level, row, names):
    """Cut the unit whose replaced value misleads the output most in this row, at the widest gap in its interval."""
    for j in np.argsort(-np.abs(v * (h[row] - level[row]))):
        interval = np.searchsorted(cuts[j], z[:, j], side="right")
        inside = interval == interval[row]
        order = np.argsort(z[inside, j])
        sums, values = z[inside, j][order], h[inside, j][order]
        gaps = np.where(np.diff(sums) > 1e-9 * (1 + np.abs(sums[1:])), np.abs(np.diff(values)), 0)
        if gaps.any():
            at = int(np.argmax(gaps))
            cuts[j] = sorted([*cuts[j], float(sums[at] + sums[at + 1]) / 2])
            return j
    raise ValueError(
        f"The network's output for {_row(names, row)} lies within rounding of the threshold: it decides nothing there."
    )


def _statement_of_cells(fires, wanted):
    """The statement that is `wanted` (2ⁿ,) in what `fires`, a dict from name to (2ⁿ,); what never occurs together is free."""
    if wanted.all() or not wanted.any():
        return "true" if wanted.all() else "false"
    names = list(fires)
    cells = np.array([*fires.values()], dtype=int).reshape(len(names), len(wanted)).T
    if len(names) <= MAX_SHORTEST:
        decided = dict(zip(map(tuple, cells.tolist()), wanted.tolist(), strict=True))
        return shortest_statement([decided.get(tuple(cell)) for cell in truth_rows(len(names)).tolist()], names)
    products, left = [], wanted.copy()
    while left.any():  # one product after another, each widened as long as no row becomes 1 that should be 0
        product = cells[np.argmax(left)].copy()
        differs = cells[~wanted] != product
        count = differs.sum(axis=1)
        for j in range(len(names)):
            if (count > differs[:, j]).all():
                count -= differs[:, j]
                product[j] = 2
        products.append(product)
        left &= ((cells != product) & (product != 2)).any(axis=1)
    return in_words(np.array(products), names, 0, "and", "or")
