"""The exercises of notebook 6."""

import math

import keras
import numpy as np

from gates_to_flows.checks import Wrong, exercise, real_numbers, shown
from gates_to_flows.functions import sine

_FEWEST = 3  # two tanh units stay above 0.005, as far as a search tells


@exercise(
    "6.1",
    "A sine on [−π, π] falls, rises and falls. How many steps is that?",
    'Train three units with minimize(…, "Levenberg-Marquardt", 600), from several starts: about one in three misses no edge.',
)
def fewest_units(model):
    if not isinstance(model, keras.Model):
        raise Wrong(f"Give a trained Keras model; you gave {shown(model)}.")
    dense = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not all(isinstance(layer, keras.layers.Dense) for layer in dense) or len(dense) != 2:
        raise Wrong(
            f"The network should have one hidden Dense layer, with its activation inside, and an output; yours has the layers "
            f"{', '.join(type(layer).__name__ for layer in dense) or 'none'}."
        )
    if not model.built:
        raise Wrong("Your network has no weights yet: begin the model with keras.Input((1,)), and train it.")
    if model.input_shape[1:] != (1,) or model.output_shape[1:] != (1,):
        raise Wrong(
            f"The network should take one number and give one; yours maps {model.input_shape} to {model.output_shape}."
        )
    hidden, output = (layer.activation for layer in dense)
    some = np.linspace(-3, 3, 7)[:, None]
    if not np.allclose(hidden(keras.ops.convert_to_tensor(some)), np.tanh(some), atol=1e-6):
        raise Wrong(
            f"The hidden units should be tanh units; yours have the activation {getattr(hidden, '__name__', hidden)}."
        )
    if output is not keras.activations.linear:
        raise Wrong(f"Leave the output linear; yours has the activation {getattr(output, '__name__', output)}.")
    units, error = dense[0].units, sine.max_error(model)
    has = f"{units} unit{'s' * (units != 1)}: max error {error:.2g}"
    if not math.isfinite(error):
        raise Wrong(f"{units} unit{'s' * (units != 1)}, and the output is not a finite number everywhere.")
    if error < 1e-3 and units <= _FEWEST:
        return (
            f"{has}. Three steps, of which the outer two lie at the edges, are a sine to three digits. Two are "
            "not enough, so this is the fewest."
        )
    if error < 1e-3:
        raise Wrong(f"{has}. That is below 1e-3, and fewer units can do it.")
    if units < _FEWEST:
        raise Wrong(f"{has}. A sine falls, rises and falls: {units} step{'s' * (units != 1)} cannot follow it to 1e-3.")
    if error > 0.5:
        raise Wrong(f"{has}. This start misses an edge, or the network is not trained. Start again from another seed.")
    if error > 2e-3:
        raise Wrong(
            f"{has}. No edge is missed. If Adam made this, Levenberg–Marquardt goes on from there; if Levenberg–Marquardt "
            "did, start again from another seed."
        )
    raise Wrong(f"{has}. Close: 1e-3 is asked for.")


@exercise(
    "6.2",
    "What is the output nearest to ½ + sin x that is never negative?",
    "The loss is the mean of the squared negative part, np.mean(np.minimum(0.5 + np.sin(x), 0)**2) over even points.",
)
def level_of_the_loss(answer):
    loss, error = real_numbers(answer, ["the loss", "the max error"])
    level = 0.25 - 3 * math.sqrt(3) / (8 * math.pi)  # ∫ (½ + sin x)² where it is negative, over 2π
    if math.isclose(loss, 0.5, rel_tol=1e-3) and math.isclose(error, level, rel_tol=0.02):
        raise Wrong("The two are the wrong way round: the loss comes first, then the max error.")
    if math.isclose(loss, level, rel_tol=0.02):
        if math.isclose(error, 0.5, rel_tol=2e-3):
            return "A level that can be computed beforehand is a fingerprint: whoever sees 0.0433 knows what is wrong."
        if math.isclose(error, 1, rel_tol=2e-3):
            raise Wrong("The loss is right. The target's lowest value is ½ − 1; the output 0 is not 1 away from it.")
        if math.isclose(error, -0.5, rel_tol=2e-3):
            raise Wrong("The loss is right. −½ is the target's lowest value; an error is its distance from 0.")
        if math.isclose(error, math.sqrt(level), rel_tol=0.02):
            raise Wrong("The loss is right. Its root is the rms error; the max error is the worst single point.")
        raise Wrong(f"The loss is right. Where is ½ + sin x lowest, and how far from 0 is it there? Not {error:g}.")
    if math.isclose(loss, 0.25, rel_tol=0.01):
        raise Wrong("¼ is the level for sin x. With ½ added, a smaller part of the target lies below 0.")
    if math.isclose(loss, 3 * level, rel_tol=0.02):
        raise Wrong("That is the mean over the third where the target is negative. The loss averages over all samples.")
    if math.isclose(loss, 0.75, rel_tol=0.01):
        raise Wrong("¾ is the mean of (½ + sin x)² over all of the interval; only its negative part cannot be reached.")
    if math.isclose(loss, 0.75 - level, rel_tol=0.01):
        raise Wrong("You took the part of the target above 0. That part the network can follow; it misses the rest.")
    if math.isclose(abs(loss), math.sqrt(3) / (2 * math.pi) - 1 / 6, rel_tol=0.02):
        raise Wrong("You averaged the negative part itself. The loss is the mean of its square.")
    if math.isclose(loss, 2 * math.pi * level, rel_tol=0.02):
        raise Wrong("That is the integral. Divide by the length of the interval, 2π, to get the mean.")
    if loss < 0:
        raise Wrong(f"A mean squared error is never negative; you gave {loss:g}.")
    raise Wrong(f"{loss:g} is not the mean of the square of what lies below 0.")


@exercise(
    "6.3",
    "First bring x into [−π, π] as the notebook does. Then two symmetries are left: sin(−x) = −sin x, sin(π − x) = sin x.",
    "With r = fold(x): the sign is that of r, and u is |r| where |r| ≤ π/2, else π − |r|.",
)
def quarter(fold):
    if not callable(fold):
        raise Wrong(f"Give a function of x; you gave {shown(fold)}.")
    x = np.linspace(-20, 20, 4001)[:, None]
    answer = fold(x.copy())
    if answer is None:
        raise Wrong("Your function returns nothing.")
    if not isinstance(answer, (tuple, list, np.ndarray)) or len(answer) != 2:
        raise Wrong("Your function should return two things: u and the sign.")
    if any(part is None for part in answer):
        raise Wrong("One of the two things that your function returns is not filled in yet.")
    u, sign = (np.asarray(part, dtype=float) for part in answer)
    for name, part in (("u", u), ("the sign", sign)):
        if part.shape != x.shape:
            raise Wrong(f"For x of shape (4001, 1), {name} has the shape {part.shape}; it should have that of x.")
        if not np.isfinite(part).all():
            raise Wrong(f"At x = {x[np.argmin(np.isfinite(part))][0]:g}, {name} is {part[~np.isfinite(part)][0]}.")
    if (np.abs(np.abs(sign) - 1) > 1e-9)[np.abs(np.sin(x)) > 1e-9].any():
        raise Wrong(
            "The sign should be 1 or −1 everywhere; what is left of the sine is for the network. Is it u first, then the sign?"
        )
    low, high = u.min(), u.max()
    if low < -1e-9:
        raise Wrong(f"u = {u.ravel()[u.argmin()]:.3g} at x = {x.ravel()[u.argmin()]:g}: u should not be negative.")
    if high > math.pi / 2 + 1e-9:
        where = x.ravel()[u.argmax()]
        more = " Fold at π/2 too: sin(π − x) = sin x." if high <= math.pi + 1e-9 else ""
        raise Wrong(f"u = {high:.3g} at x = {where:g}, and the network knows [0, π/2] only.{more}")
    wrong = np.abs(sign * np.sin(u) - np.sin(x)).ravel()
    if wrong.max() > 1e-6:
        where = int(wrong.argmax())
        got, wanted = (sign * np.sin(u)).ravel()[where], np.sin(x).ravel()[where]
        if np.abs(np.sin(u) - np.abs(np.sin(x))).max() < 1e-6:
            raise Wrong(f"u is right, and the sign is not: at x = {x[where, 0]:g} the sine is {wanted:.3g}.")
        raise Wrong(f"At x = {x[where, 0]:g} sign · sin u is {got:.3g}, and sin x is {wanted:.3g}.")
    return "A quarter of a period is all that had to be learnt. The rest is knowledge, and it holds for every x."


@exercise(
    "6.4",
    "A shift in the first layer asks the network for sin x on [−π/2, 3π/2], and it knows only a part of that. The other layer?",
    "Keep the hidden layer and find the output weights for cos x by least squares, as with random steps.",
)
def cosine(change):
    if not callable(change):
        raise Wrong(f"Give a function of the four arrays of a sine network; you gave {shown(change)}.")
    before = _sine_network()
    given = [a.copy() for a in before]
    after = change(given)
    if after is None:
        raise Wrong("Your function returns nothing.")
    if not isinstance(after, (list, tuple)) or len(after) != 4:
        raise Wrong("Your function should return four arrays, as it gets them.")
    names = ("the first kernel", "the first bias", "the second kernel", "the second bias")
    for name, a in zip(names, after, strict=True):
        if a is None or a is ...:
            raise Wrong(f"{name[0].upper()}{name[1:]} is not filled in yet.")
    after = [np.asarray(a, dtype=float) for a in after]
    for name, a, b in zip(names, after, before, strict=True):
        if a.shape != b.shape:
            raise Wrong(f"The shape of {name} is {a.shape}; it should stay {b.shape}.")
        if not np.isfinite(a).all():
            raise Wrong(f"Not all numbers of {name} are finite.")
    changed = [not np.allclose(a, b, rtol=1e-6, atol=0) for a, b in zip(after, before, strict=True)]
    first, second = any(changed[:2]), any(changed[2:])
    if not first and not second:
        raise Wrong("Nothing is changed: this network still computes sin x.")
    if first and second:
        raise Wrong("You changed numbers in both layers. One layer has to stay as it is.")
    x = sine.dense_grid()
    w, b, v, c = after
    wrong = np.abs(np.tanh(x @ w + b) @ v + c - np.cos(x)).ravel()
    error = wrong.max()
    if error <= 1e-3:
        return (
            f"Max error {error:.1g}. The hidden steps do not know which function they were made for. Another sum of the "
            "same steps is another function."
        )
    where = x[int(wrong.argmax()), 0]
    if first and (wrong[x.ravel() < 1.5] < 1e-2).all():
        raise Wrong(
            f"Right up to x = π/2, and off by {error:.2g} at x = {where:.2f}: there the shift asks the network for the sine "
            "of a number above π, which it has never seen."
        )
    if first and (wrong[x.ravel() > -1.5] < 1e-2).all():
        raise Wrong(
            f"Right from x = −π/2 on, and off by {error:.2g} at x = {where:.2f}: there the shift asks the network for the "
            "sine of a number below −π, which it has never seen."
        )
    if first and np.median(np.abs(np.tanh(x @ w + b) @ v + c + np.cos(x))) < 1e-2:
        raise Wrong(f"Off by {error:.2g} at x = {where:.2f}. Is that sin(x − π/2), which is −cos x?")
    raise Wrong(f"One layer is changed, and the output is off by {error:.2g} at x = {where:.2f}; 1e-3 is asked for.")


def _sine_network():
    """Kernel, bias, kernel, bias of a 1-24-1 tanh network that is within 1e-5 of the sine on [−π, π]."""
    rng = np.random.default_rng(24)
    w, b = rng.normal(0, 1.5, (1, 24)), rng.uniform(-np.pi, np.pi, 24)
    x, y = sine.samples()
    steps = np.hstack([np.tanh(x @ w + b), np.ones_like(x)])
    v = np.linalg.lstsq(steps, y, rcond=None)[0]
    return w, b, v[:-1], v[-1]
