"""The exercises of notebook 2."""

import keras
import numpy as np
from scipy.spatial.distance import pdist, squareform
from scipy.special import expit

from gates_to_flows.checks import Wrong, array, exercise, function, parts, playground, real_numbers, row_text
from gates_to_flows.playground import named_data

_ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
_XOR, _XNOR, _AND = np.array([0, 1, 1, 0]), np.array([1, 0, 0, 1]), np.array([0, 0, 0, 1])
_RATE, _LONG = 0.2, 6000
_RUNS = [(18, 0.2, 0.1, 3000), (18, 0.2, 10.0, 50), (4, 0.5, 0.003, 2000), (0, 0.2, 0.1, 137)]


@exercise(
    "2.1",
    "Before each step, ask whether the loss is below `enough` already. How many steps are made then?",
    "for steps in range(most): compute loss and gradients; if loss < enough, return weights, steps; else make the step.",
)
def loop_that_stops(train):
    train = function(train, "weights, η, enough and most")
    for seed, η, enough, most in _RUNS:
        start = _start(seed)
        given = [w.copy() for w in start]
        weights, steps = parts(train(given, η, enough, most), ["the weights", "the number of steps"])
        if isinstance(weights, (int, float, np.number)):
            raise Wrong("The two are the wrong way round: return the weights first, and then the number of steps.")
        (steps,) = real_numbers(steps, ["the number of steps"])
        asked = f"From seed {seed}, η = {η:g}, to a loss below {enough:g} in at most {most} steps"
        weights = parts(weights, _NAMES)
        if any(np.isnan(w).any() or np.isinf(w).any() for w in weights if np.asarray(w).dtype.kind == "f"):
            raise Wrong(f"{asked}, your weights run away to infinity. Subtract η times the slopes; do not add it.")
        weights = [array(w, s.shape, name) for w, s, name in zip(weights, start, _NAMES, strict=True)]
        if any((a != b).any() for a, b in zip(given, start, strict=True)):
            raise Wrong(
                "Your function changes the weights that it is given, so a second run would start where the first ended."
            )
        needed = len(_path(start, η, enough, most)) - 1
        made = _where(weights, _path(start, η, enough, most)) or _where(weights, _path(start, η, 0, _LONG))
        if made is None:
            others = (o for o in (_RATE, 0.5, 2 * η, η / 2) if _where(weights, _path(start, o, 0, _LONG)) is not None)
            why = next((f"but those of η = {o:g}. Use the η that is given" for o in others), None)
            why = why or "if each step takes its loss and slopes from loss_and_gradients once, at its own weights"
            raise Wrong(f"{asked}, your weights are none that gradient descent passes through, {why}.")
        if made > needed:
            many = "one step" if made == needed + 1 else "several steps"
            why = "most is the largest number" if needed == most else f"the loss was below it after {needed}"
            raise Wrong(f"{asked}, you make {many} too many: {why}.")
        if made < needed:
            raise Wrong(f"{asked}, {needed} steps are needed, and you return the weights after {made}.")
        if steps != made:
            raise Wrong(f"{asked}, your weights are those after {made} steps, and you say {steps:g}.")
    return "A loop that stops by itself tells how long a run took. Now runs can be compared."


@exercise(
    "2.2",
    "Count with train_until: a run that stopped early made fewer steps than it was allowed.",
    "sum(train_until(start_weights(seed), 0.4, 0.01, 1500)[1] < 1500 for seed in range(10)), and so for each η.",
)
def three_learning_rates(answer):
    rates = 0.2, 0.4, 1.5
    given = real_numbers(answer, [f"for η = {η:g}" for η in rates])
    right = np.array([sum(len(_path(_start(seed), η, 0.01, 1500)) <= 1500 for seed in range(10)) for η in rates])
    if (given == right).all():
        return f"{right[0]}, {right[1]} and {right[2]}: a larger step is quicker until it is too large."
    if np.allclose(given, right / 10):
        raise Wrong("These are shares. How many of the ten?")
    if np.allclose(given, right * 10):
        raise Wrong("These are per cent. How many of the ten?")
    if (given == 10 - right).all():
        raise Wrong("You counted the runs that did not get there.")
    if (given == right[::-1]).all():
        raise Wrong("The three are the wrong way round: η = 0.2 comes first.")
    i = int(np.argmax(given != right))
    raise Wrong(
        f"For η = {rates[i]:g} it is not {given[i]:g} of ten. Ten starts, seeds 0 to 9; loss below 0.01; at most 1500 steps."
    )


@exercise(
    "2.3",
    "Three unknown numbers, and three different rows of h: it is a linear system.",
    "np.linalg.lstsq of the columns h₁, h₂ and 1, with the table of AND on the right.",
)
def another_output_unit(answer):
    v = real_numbers(answer, ["v1", "v2", "c"])
    W1, b1, *_ = _path(_start(18), _RATE, 0, 2000)[-1]
    outputs = expit(_ROWS @ W1 + b1) @ v[:2] + v[2]
    error = np.abs(outputs - _AND).max()
    if error <= 0.01:
        return f"Largest error {error:.2g}, and nothing was trained: the hidden layer had made AND easy as well."
    for name, table in {"XOR": _XOR, "XNOR": _XNOR, "NAND": 1 - _AND, "OR": (_ROWS.sum(axis=1) > 0)}.items():
        if np.abs(outputs - table).max() < 0.02:
            raise Wrong(f"These weights compute {name}. AND is 1 at 1 1 only.")
    i = int(np.argmax(np.abs(outputs - _AND)))
    says = f"For inputs {row_text(_ROWS[i])} the output is {outputs[i]:.3g} where {_AND[i]} is wanted, within 0.01."
    if ((outputs >= 0.5) == _AND).all():
        raise Wrong(f"{says} On the right side of ½ it is, in every row; ask for the values themselves.")
    if ((outputs >= 0) == _AND).all():
        raise Wrong(f"{says} Its sign is right, as for a threshold unit; this output unit has no threshold.")
    raise Wrong(says)


@exercise(
    "2.4",
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
    "2.5",
    "Only the row 1 1 is wrong if the output unit is OR. Which hidden unit knows that row?",
    "Let the hidden unit be AND, and let it count against the output with a weight of −2.",
)
def one_hidden_unit_and_a_skip(units):
    *hidden_unit, u1, u2, v, c = real_numbers(units, ["w1", "w2", "b", "u1", "u2", "v", "c"])
    hidden = (_ROWS @ hidden_unit[:2] + hidden_unit[2] >= 0).astype(int)
    sums = _ROWS @ [u1, u2] + v * hidden + c
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


_NAMES = "W1", "b1", "W2", "b2"


def _start(seed):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(2, 2)), np.zeros(2), rng.normal(size=(2, 1)), np.zeros(1)]


def _hidden_and_error(weights):
    W1, b1, W2, b2 = weights
    h = expit(_ROWS @ W1 + b1)
    return h, h @ W2 + b2 - _XOR[:, None]


def _step(weights, η):
    h, error = _hidden_and_error(weights)
    down = 2 * error / 4
    back = down @ weights[2].T * h * (1 - h)
    slopes = [_ROWS.T @ back, back.sum(axis=0), h.T @ down, down.sum(axis=0)]
    return [w - η * slope for w, slope in zip(weights, slopes, strict=True)]


def _path(weights, η, enough, most):
    """All weights that gradient descent passes through until the loss is below `enough`, or after `most` steps."""
    path = [weights]
    with np.errstate(all="ignore"):
        while len(path) <= most and not np.mean(_hidden_and_error(path[-1])[1] ** 2) < enough:
            path.append(_step(path[-1], η))
    return path


def _where(weights, path):
    """After how many steps the path passes through these weights, or None."""
    return next((k for k, at in enumerate(path) if _same(weights, at)), None)


def _same(weights, others):
    return all(np.allclose(a, b, rtol=1e-6, atol=1e-9) for a, b in zip(weights, others, strict=True))


def _threshold_network(units):
    """Outputs (4,), hidden values (4, 2) and the sums of the output unit (4,) for the four rows."""
    names = ["w1", "w2", "b (first unit)", "w1", "w2", "b (second unit)", "v1", "v2", "c"]
    first, second, output = real_numbers(units, names).reshape(3, 3)
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


@exercise(
    "2.6",
    "Look at the picture on the right, the plane of the hidden units: which two corners have come together?",
    "Press “Next seed” and “Train” a few times, and train on a little after “Right”. Seeds 4, 10 and 14 do it.",
)
def folded_the_other_way(answer):
    model = playground(answer, *named_data("XOR")).keras_model()
    corners = _ROWS.astype(float)
    hidden = np.asarray(keras.Model(model.inputs[0], model.layers[-2].output)(corners))
    if hidden.shape[1] != 2:
        raise Wrong(f"The fold is seen in the plane of two hidden units; your last hidden layer has {hidden.shape[1]}.")
    right = int((np.abs(np.asarray(model(corners))[:, 0] - _XOR) < 0.5).sum())
    if right < 4:
        raise Wrong(f"{right} of 4 rows are right, rounded. Train on, or take the next seed.")
    apart = squareform(pdist(hidden))
    ends, middle = apart[0, 3] / apart.max(), apart[1, 2] / apart.max()
    if ends < 0.2:
        return "0 0 and 1 1 lie on one spot. The square can be folded along either diagonal, and the start decides along which."
    if middle < 0.2:
        raise Wrong("Here 0 1 and 1 0 have come together, as in section 6. Take the next seed.")
    raise Wrong(
        "No two corners have come together. Train on; if they stay apart, this is a rare third way: take the next seed."
    )
