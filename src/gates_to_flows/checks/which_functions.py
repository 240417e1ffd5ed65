"""The exercises of notebook 7."""

import inspect
import itertools
import math

import keras
import numpy as np

from gates_to_flows.checks import (
    Wrong,
    array,
    exercise,
    function,
    network,
    parts,
    playground,
    real_numbers,
    shown,
    words,
)
from gates_to_flows.functions import Target, absolute_value, exponential, fast_sine, runge, sine
from gates_to_flows.playground import named_data

_ROOT = Target("√x", np.sqrt, (0, 1), "an infinite slope at 0")
_SIX = {target.name: target for target in (absolute_value, exponential, sine, runge, fast_sine, _ROOT)}
_PLACES = ["first place", "second place", "third place", "fourth place", "fifth place", "sixth place"]
_FLOORS = {0: 1 / 2, 1: 1 / 2, 2: 1 / 8, 3: 1 / 8}  # how well polynomials of a degree fit |x|, at best
_SPANNED = {0: "constants", 1: "straight lines", 2: "quadratics", 3: "polynomials of degree 3"}
_MOST_WEIGHTS = 50
_FREQUENCIES = np.array([1, 2, 4, 8])
_LAYERS = (
    "InputLayer Dense Activation ReLU LeakyReLU PReLU ELU Dropout BatchNormalization LayerNormalization Normalization "
    "Rescaling Flatten Identity Add Concatenate Relu Elu Selu Gelu Silu Sigmoid Softplus Softsign Tanh"
).split()  # and, from Relu on, activations that a functional model calls without a layer


@exercise(
    "7.1",
    "A smooth target needs about L·√(|f″| / 0.08) pieces: L is the length of the domain, |f″| the largest second derivative.",
    "|x| is two straight pieces. √x bends without bound at 0, where its second derivative is infinite.",
)
def order_of_difficulty(order):
    if isinstance(order, (list, tuple)):
        order = [getattr(name, "name", name) for name in order]  # a Target will do for its name
    names = words(order, _PLACES, list(_SIX))
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Wrong(f"{name} is in the list twice.")
    pieces = [_pieces_needed(_SIX[name]) for name in names]
    if pieces == sorted(pieces, reverse=True):
        raise Wrong("That is the right order backwards: the easiest comes first.")
    for one, other, n, m in zip(names, names[1:], pieces, pieces[1:], strict=False):
        if n > m:
            raise Wrong(f"You put {one} before {other}, but {one} needs {n} pieces and {other} {m}.")
    return (
        f"They need {', '.join(map(str, pieces[:-1]))} and {pieces[-1]} pieces. A longer domain costs, and a sharp bend, "
        "unless a knot meets it, as with |x|."
    )


def _pieces_needed(target, tolerance=0.01):
    """The fewest equal pieces whose interpolant has a max error of at most `tolerance`."""
    return next(n for n in itertools.count(1) if _interpolation_error(target, n) <= tolerance)


def _interpolation_error(target, n):
    x, y = target.samples(n)
    return target.max_error(lambda q: np.interp(q, x[:, 0], y[:, 0]))


@exercise(
    "7.2",
    "An activation of which degree gives only straight lines, whatever the width?",
    "With h = z every network is a line. |x| is even, so the best line is level: half way between 0 and 1.",
)
def wall_for_the_kink(answer):
    activation, floor = parts(answer, ["the activation", "the floor"])
    if callable(floor) and not callable(activation):
        raise Wrong("The two are the wrong way round: the activation comes first, then its floor.")
    if isinstance(activation, str):
        activation = _by_name(activation)
    h = function(activation, of="one array, z")
    (floor,) = real_numbers(floor, ["the floor"])
    degree = _degree(h)
    if degree == 2:
        raise Wrong("That is a quadratic, the text's own wall. Find another.")
    if not math.isclose(floor, _FLOORS[degree], rel_tol=0.02):
        way, why = "lower" if floor > _FLOORS[degree] else "higher", "what is the best that such a network can do?"
        if degree == 3 and 0.187 < floor < 0.191:
            why = "least squares ends there, and that is not the best in the max error."
        if degree < 2 and math.isclose(floor, 1 / 8, rel_tol=0.02):
            why = "⅛ is the floor of quadratics."
        raise Wrong(f"That is a wall. But its floor is {way} than {floor:g}: {why}")
    return (
        f"Any width gives {_SPANNED[degree]} only, and the best of them misses |x| by {_FLOORS[degree]:g}. "
        "Width adds nothing to that."
    )


def _by_name(name):
    try:
        return keras.activations.get(name)
    except ValueError:
        raise Wrong(f"Keras has no activation called {shown(name)}: give a function of z.") from None


def _each(activation, z):
    """The activation of each of z (n,), and the relative rounding to expect of its type."""
    column = activation(z[:, None])
    h = array(column, (len(z), 1), "The activation of a column of numbers")[:, 0]
    few = array(activation(z[None, :5]), (1, 5), "The activation of a row of numbers")[0]
    if not np.allclose(h[:5], few, rtol=1e-5, atol=0):
        raise Wrong("The activation should depend on each z alone; yours depends on the others, or on chance.")
    return h, 1e-4 if "32" in str(getattr(column, "dtype", "")) else 1e-9


def _degree(activation):
    """The degree of the polynomial that an activation is, near and far; or Wrong, if it is none of degree 3 or less."""
    rng, degree = np.random.default_rng(7), 0
    whole = np.arange(-20.0, 21)
    for scale in 10.0 ** np.arange(-6, 31):
        z = np.concatenate([rng.uniform(-scale, scale, 400), whole * scale / 20, whole[np.abs(whole) <= scale]])
        h, rounding = _each(activation, z)
        allowed = rounding * np.abs(h).max()
        while (off := _off(z / scale, h, degree)).max() > allowed and degree < 3:
            degree += 1
        if off.max() > allowed:
            if high := _higher_degree(activation):
                raise Wrong(
                    f"That is a polynomial of degree {high}, and a wall too low: from degree 4 on the best network comes "
                    "closer than 0.1, to within 0.068."
                )
            raise Wrong(
                f"Your activation is no polynomial of degree 3 or less, as one sees near z = {z[off.argmax()]:.2g}. Either it "
                "jumps, and a continuous one is asked for, or enough of its units come within 0.1 of |x|."
            )
        if rounding > 1e-9 and scale >= 1e9:  # the cube of more is too large for float32
            break
    return degree


def _higher_degree(activation):
    """The degree from 4 to 9 of the polynomial that an activation is, near and far; or None."""
    x, degree = np.append(np.random.default_rng(8).uniform(-1, 1, 400), np.linspace(-1, 1, 41)), 4
    for scale in (1, 1e3, 1e10, 1e20):
        try:
            h, rounding = _each(activation, x * scale)
        except Wrong:  # beyond the largest number
            return None
        while (off := _off(x, h, degree).max()) > rounding * np.abs(h).max() and degree < 9:
            degree += 1
        if off > rounding * np.abs(h).max():
            return None
    return degree


def _off(x, y, degree):
    """How far each y lies from the best polynomial, in the mean square."""
    powers = np.vander(x, degree + 1)
    return np.abs(y - powers @ np.linalg.lstsq(powers, y, rcond=None)[0])


@exercise(
    "7.3",
    "Sixteen tanh units have 49 weights. Levenberg–Marquardt needs far fewer iterations than Adam needs steps.",
    "Take 129 training points and 16 units, and give `minimize` 300 iterations; if it ends high, start again.",
)
def runge_to_a_thousandth(model):
    if isinstance(model, keras.Model):
        _made_of_units(model)
    model = network(model, 1, 1)
    weights = model.count_params()
    if weights > _MOST_WEIGHTS:
        raise Wrong(f"Your network has {weights} weights, and {_MOST_WEIGHTS} are allowed: make it narrower.")
    errors = np.abs(runge.errors(model))[:, 0]
    if not np.isfinite(errors).all():
        raise Wrong("Your network's output is not finite: training diverged.")
    worst, at = errors.max(), runge.dense_grid()[errors.argmax(), 0]
    if worst <= 1e-3:
        return (
            f"{weights} weights, and nowhere on the dense grid further off than 0.001. The loss could not have told you; "
            "the dense grid can."
        )
    found = f"The max error is {worst:.2g}, at x = {at:.2f}"
    if worst > 0.4:
        raise Wrong(f"{found}: the network has not found the peak. Train it, or start from steeper units.")
    if worst > 0.01:
        raise Wrong(f"{found}: still far from 0.001. Are there enough training points, and enough units near 0?")
    raise Wrong(f"{found}. Nearly: go on with the training, or start again from other weights.")


def _made_of_units(model):
    """Wrong, unless the network is made of layers and activations that Keras has, so that nothing in it is a formula."""
    if not _of_keras(type(model)) or type(model).__name__ not in ("Sequential", "Functional"):
        raise Wrong(
            "Build the network with keras.Sequential or keras.Model(inputs, outputs), not with a class of your own."
        )
    for layer in getattr(model, "operations", model.layers):
        if isinstance(layer, keras.Model):
            _made_of_units(layer)
        elif not _is_known(layer):
            raise Wrong(
                f"Use Dense layers and activations of Keras, to be trained; yours holds a {type(layer).__name__}."
            )
        elif not _is_known(getattr(layer, "activation", None)):
            raise Wrong("Use an activation that comes with Keras, such as tanh; yours holds one of your own.")


def _is_known(thing):
    """Whether it is None, a layer of the list, or a function with the name of one of Keras's activations."""
    if inspect.isfunction(thing):
        return _of_keras(thing) and hasattr(keras.activations, thing.__name__)
    return thing is None or _of_keras(type(thing)) and type(thing).__name__ in _LAYERS


def _of_keras(thing):
    return thing.__module__.startswith(("keras.", "tensorflow."))


@exercise(
    "7.4",
    "By what factor does the error fall when the number of pieces is multiplied by 4?",
    "error = C·n^s. Two rows give s; one row gives C; then solve C·n^s = 0.001 for n.",
)
def read_the_slope(answer):
    slope, pieces = real_numbers(answer, ["the slope", "the number of pieces"])
    if math.isclose(abs(pieces), 0.5, abs_tol=0.02) and slope > 10:
        raise Wrong("The two are the wrong way round: the slope comes first, then the number of pieces.")
    if math.isclose(slope, 0.5, abs_tol=0.02):
        raise Wrong("The size of the slope is right and its sign is not: the error falls as n grows.")
    if math.isclose(slope, -2, abs_tol=0.05):
        raise Wrong("−2 is what a smooth target has. Here four times the pieces only halve the error.")
    if math.isclose(slope, -1, abs_tol=0.05):
        raise Wrong("With −1, twice the pieces would halve the error. Here it takes four times as many.")
    if any(math.isclose(-slope, log(2), abs_tol=0.005) for log in (math.log, math.log10)):
        raise Wrong("That is the logarithm of the error's ratio. Divide it by the logarithm of the pieces' ratio.")
    if not math.isclose(slope, -0.5, abs_tol=0.02):
        raise Wrong(f"The slope is log(error ratio) over log(piece ratio) of two rows, which is not {slope:g}.")
    if pieces <= 0:
        raise Wrong(f"A number of pieces is positive; you gave {pieces:g}.")
    wanted = 1 / (16 * 0.001**2)
    if math.isclose(pieces, wanted, rel_tol=0.05):  # what two rows give, rounded as they are
        return "62 500 equal pieces for three digits of a square root. The slope is the bill: each further digit costs 100 times."
    for n, error in ((8, 0.0884), (512, 0.0110)):  # the rows that one starts from
        if math.isclose(pieces, n * error / 0.001, rel_tol=0.04):
            raise Wrong("The slope is right. You scaled the pieces as the error: that would be a slope of −1.")
        if math.isclose(pieces, n * math.sqrt(error / 0.001), rel_tol=0.04):
            raise Wrong("The slope is right. You scaled as for a slope of −2, with the root of the error's ratio.")
    for factor, why in (
        (16, "You left out C: the error is n^(−½) / 4, and not n^(−½)."),
        (4, "C is squared too: n is (C / 0.001)², and not C / 0.001²."),
        (0.004, "You did not square: n is (C / 0.001)², and not C / 0.001."),
        (1e-2, "That is the number for an error of 0.01."),
    ):
        if math.isclose(pieces, wanted * factor, rel_tol=0.04):
            raise Wrong(f"The slope is right. {why}")
    raise Wrong(f"The slope is right. With {pieces:g} pieces the error is {0.25 / math.sqrt(pieces):.3g}, not 0.001.")


@exercise(
    "7.5",
    "The slow waves come first. Watch for the ripples: pause just before they appear.",
    "At one step a frame, pause between steps 450 and 550. “One step” goes on one by one, “Back to the same start” begins anew.",
)
def three_waves(answer):
    x, y = named_data("four sines")
    output = np.asarray(playground(answer, x, y).keras_model()(x))
    errors = np.abs(np.fft.rfft((output - y)[:-1, 0])[_FREQUENCIES]) / 32
    for k, error in zip(_FREQUENCIES[:3], errors, strict=False):
        if error >= 0.2:
            raise Wrong(f"Frequency {k} is not there yet: its mode error is {error:.2g}, not below 0.2. Train on.")
    if errors[3] <= 0.5:
        raise Wrong(
            f"Too late: the mode error of frequency 8 is down to {errors[3]:.2g}. Go back to the same start, and pause sooner."
        )
    return (
        "Three waves are there and the fourth is not: whoever stops early gets a smoother function than was asked for."
    )
