"""The exercises of notebook 3."""

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, shown, words

_Z = np.array([[0.3, -1.2, 2.0], [-0.4, 0.9, 0.1]])
_DELTA = np.array([[1.0, -2.0, 0.5], [0.7, 0.2, -1.5]])
_FRESH_Z, _FRESH_DELTA = np.array([[-0.73, 1.37, -30.0, 2.9, 0.0]]), np.array([[1.9, -0.6, 0.3, 1.2, -0.8]])
_LOGITS = np.array([[0.3, -1.2, 2.0], [-0.4, 0.9, 0.1], [1.1, 0.2, -0.7], [0.0, 0.6, -1.4], [-2.1, 0.8, 0.5]])
_CLASSES = np.eye(3)[[1, 0, 2, 1, 1]]
_FRESH_LOGITS, _FRESH_CLASSES = np.array([[0.7, -0.3, 1.9, -2.2], [2.3, 0.4, -1.1, 0.6]]), np.eye(4)[[3, 1]]
_WRONG_ENTRIES = ["b1", "W1", "W2"]
_TOLERANCES = {"rtol": 1e-4, "atol": 1e-6}  # wide enough for single precision
_CALLED_TWICE = "The first call of backward is right and the second is not. Does the first one change what was kept?"
_SHARED = (
    "With two such operations in one network, backward of the first uses what the second kept. "
    "Keep it inside the function, where each call has its own."
)


@exercise(
    "3.1",
    "The slope of tanh is 1 − tanh². Which value does the forward pass keep for you?",
    "Keep h. backward takes δ and returns δ times 1 − h², number by number, in a tuple.",
)
def tanh_backward(layer):
    layer = function(layer, "z")
    h, backward = _forward(layer(_Z))
    _tanh_is(h, _Z)
    got, tanh = backward(_DELTA), np.tanh(_Z)
    in_a_tuple = isinstance(got, (tuple, list)) and len(got) == 1
    slope = 1 - tanh**2
    slips = {
        "The incoming gradient δ is missing: you return the slope of tanh alone.": slope,
        "The sign is wrong: you return minus the gradient.": -_DELTA * slope,
        "The square is missing: the slope is 1 − h², not 1 − h.": _DELTA * (1 - tanh),
        "You used 1 − z². The slope is 1 − h²: square what came out, not what went in.": _DELTA * (1 - _Z**2),
        "h (1 − h) is the slope of σ. That of tanh is 1 − h².": _DELTA * tanh * (1 - tanh),
        "The slope is 1 − h², with a minus; you used 1 + h².": _DELTA * (1 + tanh**2),
        "You divided by the slope. The chain rule multiplies.": _DELTA / slope,
        "You took tanh twice: h is tanh(z) already, so the slope is 1 − h².": _DELTA * (1 - np.tanh(tanh) ** 2),
        "You return δ unchanged. It has to be multiplied by the slope of tanh.": _DELTA,
        "You return δ times h. The slope of tanh is 1 − h².": _DELTA * tanh,
        "You took the tanh of δ. The slope is that at h, 1 − h².": (
            np.tanh(_DELTA),
            1 - np.tanh(_DELTA) ** 2,
            _DELTA * (1 - np.tanh(_DELTA) ** 2),
        ),
        "You return δ times h². The slope is what is left of 1 without it, 1 − h².": _DELTA * tanh**2,
    }
    _is_the_gradient(got, _DELTA * slope, "backward(δ)", slips)
    _still_right(_CALLED_TWICE, lambda: backward(2 * _DELTA), 2 * _DELTA * slope)
    _, first = _forward(layer(_Z))
    h, last = _forward(layer(_FRESH_Z))
    _tanh_is(h, _FRESH_Z)
    _is_the_gradient(last(_FRESH_DELTA), _FRESH_DELTA * (1 - np.tanh(_FRESH_Z) ** 2), "backward(δ)")
    _still_right(_SHARED, lambda: first(_DELTA), _DELTA * slope)
    if not in_a_tuple:
        raise Wrong("The gradient is right. Return it in a tuple, (…,) with a comma: the engine unpacks it.")
    return "One number is kept per unit, and the slope costs one product: no tanh is computed on the way back."


@exercise(
    "3.2",
    "Write p for the softmax of z. The slope of −log p_k with respect to z_j is p_j, less 1 where j = k.",
    "backward returns (p − y) / n, where n is the number of rows.",
)
def softmax_cross_entropy(layer):
    layer = function(layer, "z and y")
    loss, backward = _forward(layer(_LOGITS, _CLASSES))
    p, n = _softmax(_LOGITS), len(_LOGITS)
    rows = -(_CLASSES * np.log(p)).sum(axis=1)
    if np.size(loss) == n and _close(np.ravel(loss), rows):
        raise Wrong("The loss is one number: you return one per row. Average them.")
    loss = array(loss, (), "The loss")
    down = np.exp(_LOGITS) / np.exp(_LOGITS).sum(axis=0)
    whole = np.exp(_LOGITS) / np.exp(_LOGITS).sum()
    for says, value in {
        "Your function takes y first. It should take z, and then y.": -(_LOGITS * np.log(_softmax(_CLASSES))).sum() / n,
        "Your loss is the sum over the rows; divide by n, the number of rows.": rows.sum(),
        "Your loss is the mean over all n × K numbers; sum over the classes and average over the rows.": rows.sum()
        / _LOGITS.size,
        "The sign of your loss is wrong: log p is negative, so the loss needs a minus.": -rows.mean(),
        "Your softmax is taken down the columns; each row should add up to 1 (axis=1, keepdims=True).": -(
            _CLASSES * np.log(down)
        ).sum()
        / n,
        "Your softmax divides by the sum over all rows; each row should add up to 1 (axis=1, keepdims=True).": -(
            _CLASSES * np.log(whole)
        ).sum()
        / n,
        "Your loss counts the wrong classes too, with log(1 − p); only the right class of each row counts.": rows.mean()
        - ((1 - _CLASSES) * np.log(1 - p)).sum() / n,
        "That is a squared error. The cross-entropy is minus the logarithm of the right class's p.": (
            (p - _CLASSES) ** 2
        ).mean(),
    }.items():
        if _close(loss, value):
            raise Wrong(says)
    if _close(loss, rows.mean() / np.log(2)) or _close(loss, rows.mean() / np.log(10)):
        raise Wrong("Use the natural logarithm, np.log: with another base the slopes get a factor.")
    if not _close(loss, rows.mean()):
        raise Wrong(f"Your loss is {float(loss):.4g} where {rows.mean():.4g} is wanted.")
    gradient = (p - _CLASSES) / n
    slips = {
        "The sign is wrong: you return y − p, and that is the way downhill. The gradient is its opposite.": (
            -gradient,
            -gradient * n,
        ),
        "The factor 1 / n is missing: the loss is a mean over the rows.": p - _CLASSES,
        "There is no square in this loss, so there is no 2 in its slope.": (2 * gradient, 2 * gradient * n),
        "You divided by 2. The loss is a mean over n rows, whatever n is.": (p - _CLASSES) / 2,
        "You divided by K, the number of classes. The mean runs over the n rows.": (p - _CLASSES) / 3,
        "You divided by n × K, the size of z. The mean runs over the n rows only.": (p - _CLASSES) / _LOGITS.size,
        "That is −y / p, the slope with respect to p. Go on through the softmax to z.": (
            -_CLASSES / p / n,
            -_CLASSES / p,
        ),
        "You return p / n: the y is missing.": (p / n, p),
        "You multiplied by p (1 − p) once more. In p − y the slope of the softmax is contained already.": (
            (p - _CLASSES) * p * (1 - p) / n,
            (p - _CLASSES) * p * (1 - p),
        ),
        "You used only the diagonal of the softmax's Jacobian: each p depends on all the z of its row.": (
            -_CLASSES * (1 - p) / n,
            -_CLASSES * (1 - p),
        ),
        "You return z − y. The gradient is in the probabilities: p − y.": (
            (_LOGITS - _CLASSES) / n,
            _LOGITS - _CLASSES,
        ),
    }
    _is_the_gradient(backward(), gradient, "backward()", slips)
    _still_right(_CALLED_TWICE, backward, gradient)
    _, first = _forward(layer(_LOGITS, _CLASSES))
    loss, last = _forward(layer(_FRESH_LOGITS, _FRESH_CLASSES))
    p = _softmax(_FRESH_LOGITS)
    wanted = -np.log(p[_FRESH_CLASSES == 1]).mean()
    if not _close(array(loss, (), "The loss"), wanted):
        raise Wrong(f"For 2 rows of 4 classes your loss is {float(loss):.4g} where {wanted:.4g} is wanted.")
    _is_the_gradient(last(), (p - _FRESH_CLASSES) / 2, "backward()")
    _still_right(_SHARED, first, gradient)
    says = "p − y: the slopes of log and softmax cancel. Notebook 8 shows what that is worth in training."
    large, _ = _forward(layer(_LOGITS + 1000 * np.arange(5)[:, None], _CLASSES))
    if not np.isfinite(large).all():
        says += " (For z in the hundreds yours overflows: subtract each row's maximum first.)"
    return says


@exercise(
    "3.3",
    "central_differences gives you the right gradients. Subtract, array by array.",
    "Each function has one array that is off by far more than 1e-8. Its name is the answer.",
)
def three_suspects(answer):
    names = words(answer, ["A", "B", "C"], ["W1", "b1", "W2", "b2"])
    found = [name == right for name, right in zip(names, _WRONG_ENTRIES, strict=True)]
    if not all(found):
        i = found.index(False)
        raise Wrong(
            f"{sum(found)} of 3 are right. In {'ABC'[i]} the gradient of {names[i]} agrees with the central differences; "
            "another array does not."
        )
    return "All three learn, and all three are wrong. A falling loss does not say that the gradient is right."


@exercise(
    "3.4",
    "The rule is the same as in section 4, with another ε.",
    "The nudge is ε^(1/3). The error is about ε / d, which makes it ε^(2/3).",
)
def single_precision(answer):
    nudge, error = real_numbers(answer, ["the nudge", "the error"])
    ε = float(np.finfo(np.float32).eps)
    if min(nudge, error) <= 0:
        raise Wrong("Both numbers are positive.")
    if _near(nudge, ε ** (2 / 3)) and _near(error, ε ** (1 / 3)):
        raise Wrong("The two are the wrong way round: the nudge comes first, and it is the larger one.")
    if _near(nudge, np.finfo(float).eps ** (1 / 3), 3):
        raise Wrong(f"A nudge of {nudge:.1g} is the best one in double precision. Here ε is {ε:.1g}.")
    if _near(nudge, ε, 3):
        raise Wrong(
            "You gave ε itself as the nudge. So small a nudge changes the loss by hardly more than rounding does."
        )
    if _near(nudge, ε**0.5, 2):
        raise Wrong("√ε is best for one-sided differences. Central ones are more accurate and like a larger nudge.")
    if not _near(nudge, ε ** (1 / 3), 5):
        raise Wrong(f"You gave a nudge of {nudge:.2g}. Take the cube root of ε = {ε:.2g}.")
    if _near(error, ε, 5):
        raise Wrong(
            "The nudge is right. An error of ε would be that of the loss itself; dividing by d makes it larger."
        )
    if error < ε:
        raise Wrong(
            f"The nudge is right. An error of {error:.1g} is out of reach: the loss itself is only known to {ε:.1g}."
        )
    if not _near(error, ε ** (2 / 3), 10):
        raise Wrong(
            f"The nudge is right; the error is not {error:.2g}. Divide the rounding of the loss, ε, by the nudge."
        )
    return (
        "A check in single precision cannot see a relative slip below about 1e-5. Check gradients in double precision."
    )


def _forward(result):
    """The two things that an operation returned, the second as a function that speaks of backward; or Wrong."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise Wrong(
            f"Your function should return two things: the value, and the function backward; not {shown(result)}."
        )
    if not callable(result[1]):
        raise Wrong("The second thing that you return should be the function backward itself, without calling it.")

    def backward(*δ):
        try:
            return function(result[1], "δ" if δ else "nothing")(*δ)
        except Wrong as wrong:
            raise Wrong(str(wrong).replace("Your function", "Your backward")) from wrong

    return result[0], backward


def _tanh_is(h, z):
    if not _close(array(h, z.shape, "h"), np.tanh(z)):
        raise Wrong("The forward pass should return h = np.tanh(z), number by number; yours returns something else.")


def _is_the_gradient(got, wanted, call, slips=None):
    """Wrong, with the name of the slip if there is one, unless what this call of backward gave is as wanted."""
    if isinstance(got, (tuple, list)) and len(got) == 1:
        got = got[0]
    elif isinstance(got, (tuple, list)) and not all(np.shape(row) == wanted.shape[1:] for row in got):
        raise Wrong(f"Your backward should return one gradient, for z; it returns {len(got)} things.")
    if np.shape(got) == wanted.shape[::-1] != wanted.shape:
        raise Wrong(f"Your backward returns the transpose: {np.shape(got)} where z has the shape {wanted.shape}.")
    got = array(got, wanted.shape, "What backward returns")
    for says, values in (slips or {}).items():
        if any(_close(got, value) for value in (values if isinstance(values, tuple) else (values,))):
            raise Wrong(says)
    if not _close(got, wanted):
        i, j = np.argwhere(~np.isclose(got, wanted, **_TOLERANCES))[0]
        raise Wrong(f"In row {i}, column {j} (from 0) {call} gives {got[i, j]:.4g} where {wanted[i, j]:.4g} is wanted.")


def _still_right(otherwise, backward, wanted):
    try:
        _is_the_gradient(backward(), wanted, "backward")
    except Wrong:
        raise Wrong(otherwise) from None


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _close(got, wanted):
    return np.allclose(got, wanted, **_TOLERANCES)


def _near(value, target, factor=4):
    return target / factor <= value <= target * factor
