"""The exercises of notebook 2."""

import numpy as np

from gates_to_flows.checks import Wrong, exercise, real_numbers, row_text

_ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
_XOR, _XNOR = np.array([0, 1, 1, 0]), np.array([1, 0, 0, 1])
_GIVEN = np.array([[1, 1, -0.5], [-1, -1, 1.5], [1, 1, -1.5]])


@exercise(
    "2.1",
    "XOR means: at least one, and not both. Which two gates of notebook 1 are these?",
    "Let the hidden units be OR and NAND. Which gate joins them?",
)
def nine_weights(units):
    outputs, hidden, sums = _threshold_network(units)
    if (outputs == _XOR).all():
        return "Each hidden unit draws one line, and the output unit asks on which sides of the two a point lies."
    if (outputs == _XNOR).all():
        raise Wrong(
            f"That is XNOR: every row is the wrong way round. Turn the three signs of the output unit{_nudge(sums)}."
        )
    if len(set(map(tuple, hidden))) == 1:
        raise Wrong(
            f"Your hidden units are {row_text(hidden[0])} for every input, so the output cannot tell the rows apart."
        )
    if (hidden[:, 0] == hidden[:, 1]).all():
        raise Wrong(
            "Both hidden units give the same in all four rows. Two equal lines are one line, and one is not enough."
        )
    _say_which_row(outputs, _XOR, hidden)


@exercise(
    "2.2",
    "XNOR is NOT XOR. Which unit would have to say the opposite?",
    "A threshold unit says the opposite when all of its numbers change sign.",
)
def xnor_by_three_numbers(units):
    outputs, hidden, _ = _threshold_network(units)
    differs = ~np.isclose(_numbers_of(units), _GIVEN)
    changed = int(differs.sum())
    if changed == 0:
        raise Wrong("These are the nine numbers of XOR still. Change three of them.")
    if (outputs == _XOR).all():
        raise Wrong(f"You changed {changed} of the nine numbers, and the network still computes XOR.")
    if (outputs != _XNOR).any():
        _say_which_row(outputs, _XNOR, hidden)
    if changed > 3:
        raise Wrong(f"That is XNOR, but you changed {changed} of the nine numbers. Three are enough.")
    if differs[:2].any():
        return (
            f"{changed} numbers changed: you moved the lines. Turning the output unit round does it with the old lines."
        )
    return f"{changed} numbers changed. The hidden layer stays: what it made easy for XOR, it made easy for XNOR."


@exercise(
    "2.3",
    "Only the row 1 1 is wrong if the output unit is OR. Which hidden unit knows that row?",
    "Let the hidden unit be AND, and let it count against the output with a weight of −2.",
)
def one_hidden_unit_and_a_skip(units):
    if not isinstance(units, (list, tuple, np.ndarray)) or len(units) != 2:
        raise Wrong("Give a list of two units: the hidden one (w1, w2, b) and the output (u1, u2, v, c).")
    hidden_unit = real_numbers(units[0], ["w1", "w2", "b"])
    *u, v, c = real_numbers(units[1], ["u1", "u2", "v", "c"])
    hidden = (_ROWS @ hidden_unit[:2] + hidden_unit[2] >= 0).astype(int)
    sums = _ROWS @ np.array(u) + v * hidden + c
    outputs = (sums >= 0).astype(int)
    if (outputs == _XOR).all():
        return "Seven numbers instead of nine. A skip connection hands the inputs on; notebook 13 makes an architecture of it."
    if v == 0:
        raise Wrong("With v = 0 the output does not see the hidden unit, and one line cannot make XOR.")
    if len(set(hidden)) == 1:
        raise Wrong(f"Your hidden unit is {hidden[0]} in every row. It adds a constant, and one line cannot make XOR.")
    if (outputs == _XNOR).all():
        raise Wrong(
            f"That is XNOR: every row is the wrong way round. Turn the four signs of the output unit{_nudge(sums)}."
        )
    _say_which_row(outputs, _XOR, hidden[:, None])


def _numbers_of(units):
    if not isinstance(units, (list, tuple, np.ndarray)) or len(units) != 3:
        raise Wrong("Give a list of three units: two hidden ones (w1, w2, b) and the output (v1, v2, c).")
    names = ["w1", "w2", "b"], ["w1", "w2", "b"], ["v1", "v2", "c"]
    return np.array([real_numbers(unit, which) for unit, which in zip(units, names, strict=True)])


def _threshold_network(units):
    """Outputs (4,), hidden values (4, 2) and the sums of the output unit (4,) for the four rows."""
    first, second, output = _numbers_of(units)
    hidden = (_ROWS @ np.stack([first[:2], second[:2]], axis=1) + [first[2], second[2]] >= 0).astype(int)
    sums = hidden @ output[:2] + output[2]
    return (sums >= 0).astype(int), hidden, sums


def _nudge(sums):
    return ", and move c a little, since one of its sums is 0" if (sums == 0).any() else ""


def _say_which_row(outputs, wanted, hidden):
    i = int(np.argmax(outputs != wanted))
    right = int((outputs == wanted).sum())
    raise Wrong(
        f"{right} of 4 rows are right. For inputs {row_text(_ROWS[i])} the hidden layer is {row_text(hidden[i])} and your "
        f"network gives {outputs[i]} where {wanted[i]} is wanted."
    )
