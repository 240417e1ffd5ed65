"""The exercises of notebook 3."""

import numpy as np

from gates_to_flows.checks import Wrong, exercise, real_numbers

_Z = np.array([[0.3, -1.2, 2.0], [-0.4, 0.9, 0.1]])
_DELTA = np.array([[1.0, -2.0, 0.5], [0.7, 0.2, -1.5]])
_LOGITS = np.array([[0.3, -1.2, 2.0], [-0.4, 0.9, 0.1], [1.1, 0.2, -0.7], [0.0, 0.6, -1.4], [-2.1, 0.8, 0.5]])
_CLASSES = np.eye(3)[[1, 0, 2, 1, 1]]
_WRONG_ENTRIES = "b1", "W1", "W2"


@exercise(
    "3.1",
    "The slope of tanh is 1 − tanh². Which value does the forward pass keep for you?",
    "Keep h. backward takes δ and returns δ times 1 − h², number by number.",
)
def tanh_backward(layer):
    h, backward = _forward(layer, "z", _Z)
    tanh = np.tanh(_Z)
    if np.shape(h) != _Z.shape or not np.allclose(h, tanh):
        raise Wrong("The forward pass should return h = np.tanh(z), number by number; yours returns something else.")
    got = _gradient(backward(_DELTA.copy()), _Z.shape, "z")
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
        "You return tanh of δ or δ times h. The slope of tanh is 1 − h².": (_DELTA * tanh, np.tanh(_DELTA)),
        "You took the tanh of δ. The slope is that at h, 1 − h².": _DELTA * (1 - np.tanh(_DELTA) ** 2),
    }
    _name_the_slip(got, slips)
    wanted = _DELTA * slope
    if not np.allclose(got, wanted, rtol=1e-5):
        _differs(got, wanted, "backward(δ)")
    if not np.allclose(np.asarray(backward(2 * _DELTA), dtype=float), 2 * wanted, rtol=1e-5):
        raise Wrong(
            "The first call of backward is right and the second is not. Does the first one change what was kept?"
        )
    return "One number is kept per unit, and the slope costs one product: no tanh is computed on the way back."


@exercise(
    "3.2",
    "Write p for the softmax of z. The slope of −log p_k with respect to z_j is p_j, less 1 where j = k.",
    "backward returns (p − y) / n, where n is the number of rows.",
)
def softmax_cross_entropy(layer):
    loss, backward = _forward(layer, "z and y", _LOGITS, _CLASSES)
    p, n = _softmax(_LOGITS), len(_LOGITS)
    rows = -(_CLASSES * np.log(p)).sum(axis=1)
    if np.shape(loss) == (n,) and np.allclose(loss, rows):
        raise Wrong("The loss is one number: you return one per row. Average them.")
    if np.ndim(loss) != 0:
        raise Wrong(f"The loss is one number; yours has the shape {np.shape(loss)}.")
    down = np.exp(_LOGITS) / np.exp(_LOGITS).sum(axis=0)
    for says, value in {
        "Your loss is the sum over the rows; divide by n, the number of rows.": rows.sum(),
        "Your loss is the mean over all n × K numbers; sum over the classes and average over the rows.": rows.mean()
        / 3,
        "The sign of your loss is wrong: log p is negative, so the loss needs a minus.": -rows.mean(),
        "Your softmax is taken down the columns; each row should add up to 1 (axis=1, keepdims=True).": -(
            _CLASSES * np.log(down)
        ).sum()
        / n,
    }.items():
        if np.isclose(loss, value):
            raise Wrong(says)
    if np.isclose(loss, rows.mean() / np.log(2)) or np.isclose(loss, rows.mean() / np.log(10)):
        raise Wrong("Use the natural logarithm, np.log: with another base the slopes get a factor.")
    if not np.isclose(loss, rows.mean()):
        raise Wrong(f"Your loss is {float(loss):.4g} where {rows.mean():.4g} is wanted.")
    got = _gradient(backward(), _LOGITS.shape, "z")
    slips = {
        "The sign is wrong: you return y − p, and that is the way downhill. The gradient is its opposite.": (
            (_CLASSES - p) / n,
            _CLASSES - p,
        ),
        "The factor 1 / n is missing: the loss is a mean over the rows.": p - _CLASSES,
        "There is no square in this loss, so there is no 2 in its slope.": (2 * (p - _CLASSES) / n, 2 * (p - _CLASSES)),
        "You divided by 2. The loss is a mean over n rows, whatever n is.": (p - _CLASSES) / 2,
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
            -_CLASSES / p * p * (1 - p) / n,
            -_CLASSES / p * p * (1 - p),
        ),
        "You return z − y. The gradient is in the probabilities: p − y.": (
            (_LOGITS - _CLASSES) / n,
            _LOGITS - _CLASSES,
        ),
    }
    _name_the_slip(got, slips)
    if not np.allclose(got, (p - _CLASSES) / n, rtol=1e-5):
        _differs(got, (p - _CLASSES) / n, "backward()")
    says = "p − y: the slopes of log and softmax cancel. Notebook 8 shows what that is worth in training."
    with np.errstate(all="ignore"):
        large = layer(_LOGITS + 1000 * np.arange(5)[:, None], _CLASSES.copy())[0]
    if not np.isfinite(large):
        says += " (For z in the hundreds yours overflows: subtract each row's maximum first.)"
    return says


@exercise(
    "3.3",
    "central_differences gives you the right gradients. Subtract, array by array.",
    "Each function has one array that is off by far more than 1e-8. Its name is the answer.",
)
def three_suspects(answer):
    if not isinstance(answer, (list, tuple, np.ndarray)) or len(answer) != 3:
        raise Wrong('Give a list of three names, for A, B and C, such as ["W1", "W1", "W1"].')
    for letter, name in zip("ABC", answer, strict=True):
        if name is None or name is ...:
            raise Wrong(f"{letter} is not filled in yet.")
        if not isinstance(name, str) or name.strip().lower() not in ("w1", "b1", "w2", "b2"):
            raise Wrong(f'For {letter} give one of "W1", "b1", "W2", "b2"; you gave {name!r}.')
    found = [name.strip().lower() == right.lower() for name, right in zip(answer, _WRONG_ENTRIES, strict=True)]
    if not all(found):
        i = found.index(False)
        raise Wrong(
            f"{sum(found)} of 3 are right. In {'ABC'[i]} the gradient of {answer[i]} agrees with the central differences; "
            "another array does not."
        )
    return "All three trained, and all three were wrong. A falling loss does not say that the gradient is right."


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


def _forward(layer, names, *values):
    """The two things that a layer returns, or Wrong."""
    if not callable(layer):
        raise Wrong(f"Give a function of {names}; you gave {layer!r}.")
    result = layer(*(value.copy() for value in values))
    if result is None:
        raise Wrong("Your function returns nothing. Does it have a return?")
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise Wrong("Your function should return two things: the value, and the function backward.")
    if not callable(result[1]):
        raise Wrong("The second thing that you return should be the function backward itself, without calling it.")
    return result


def _gradient(value, shape, name):
    if value is None:
        raise Wrong("Your backward returns nothing. Does it have a return?")
    if isinstance(value, (tuple, list)) and len(value) == 1:
        value = value[0]
    try:
        value = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"Your backward should return one array; it returns a {type(value).__name__}.") from None
    if value.shape == shape[::-1]:
        raise Wrong(f"Your backward returns the transpose: {value.shape} where {name} has the shape {shape}.")
    if value.shape != shape:
        raise Wrong(f"Your backward returns the shape {value.shape}; a gradient has the shape of its {name}, {shape}.")
    return value


def _name_the_slip(got, slips):
    for says, values in slips.items():
        if any(np.allclose(got, value) for value in (values if isinstance(values, tuple) else (values,))):
            raise Wrong(says)


def _differs(got, wanted, what):
    i = np.unravel_index(int(np.argmax(~np.isclose(got, wanted, rtol=1e-5))), got.shape)
    raise Wrong(f"In row {i[0]}, column {i[1]} (from 0) {what} gives {got[i]:.4g} where {wanted[i]:.4g} is wanted.")


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _near(value, target, factor=4):
    return target / factor <= value <= target * factor
