"""The exercises of notebook 11."""

import math

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, shown
from gates_to_flows.diffusion import diffusion_paths

_QUADRATIC = np.array([0.3, -0.06, 0.008])
_NOISE = 0.01


def ten_paths():
    """Positions (500, 10) and averages (500,) for exercise 11.1."""
    x = diffusion_paths(10, 500, 100, 0.05, 0.2, seed=1101)
    k = _powers(x, (2, 3, 4)) @ _QUADRATIC
    return x, k * (1 + _NOISE * np.random.default_rng(1102).normal(size=len(k)))


def _powers(x, degrees):
    return np.stack([(x**d).mean(axis=1) for d in degrees], axis=1)


@exercise(
    "11.1",
    "Multiply λ(x) by x² and average over the paths. Which three averages do a, b and c stand in front of?",
    "Least squares on the second, third and fourth moments, with each row and each k divided by the average of squares.",
)
def quadratic_lambda(answer):
    given = real_numbers(answer, ["a", "b", "c"])
    x, k = ten_paths()
    moments, S = _powers(x, (2, 3, 4)), (x**2).mean(axis=1)
    scaled = moments / S[:, None]
    errors = _NOISE * np.median(k / S) * np.sqrt(np.diag(np.linalg.inv(scaled.T @ scaled)))
    off = np.abs(given - _QUADRATIC) / errors
    if off.max() <= 4:
        return "A quadratic λ(x) is linear in a, b and c. Nothing but three moments is asked of the paths."
    slips = (
        (given[::-1], "The three are the wrong way round: a, the constant, comes first."),
        (given / 10, "Each is ten times too large: k is an average over the ten paths, not a sum."),
        (given * 10, "Each is ten times too small: k is an average over the ten paths, not a sum."),
        (2 * given, "Each is half of what it should be."),
        (given / 2, "Each is twice what it should be."),
    )
    for changed, why in slips:
        if (np.abs(changed - _QUADRATIC) <= 4 * errors).all():
            raise Wrong(why)
    for name, one, right, error in zip("abc", given, _QUADRATIC, errors, strict=True):
        if abs(one + right) <= 4 * error and (np.delete(off, "abc".index(name)) <= 4).all():
            raise Wrong(f"{name} has the wrong sign.")
    mean = x.mean(axis=1)
    centred = np.stack([(x**2 * (x - x.mean()) ** d).mean(axis=1) for d in range(3)], axis=1)
    fits = (
        (moments, k / S, "You divided k by S, and the moments not. Divide both sides by S, or neither."),
        (scaled, k, "You divided the moments by S, and k not. Divide both sides by S, or neither."),
        (_powers(x, (0, 1, 2)), k, "You took the moments 0, 1 and 2. λ(x) is multiplied by x² before it is averaged."),
        (_powers(x, (0, 1, 2)) / S[:, None], k / S, "You took the moments 0, 1 and 2. λ(x) is multiplied by x² first."),
        (_powers(x, (0, 1, 2)), k / S, "The average of λ(x) x² over S is no plain average of λ(x): x² is its weight."),
        (_powers(x, (1, 2, 3)), k, "You took the moments 1, 2 and 3. λ(x) is multiplied by x², and not by x."),
        (
            _powers(x, (1, 2, 3)) / S[:, None],
            k / S,
            "You took the moments 1, 2 and 3. λ(x) is multiplied by x², not by x.",
        ),
        (mean[:, None] ** np.arange(3), k / S, "You put the average position into λ. λ(x) is averaged, not x."),
        (
            mean[:, None] ** np.arange(2, 5),
            k,
            "You took powers of the average position. Take the powers first, then average.",
        ),
        (centred, k, "These belong to powers of x minus its mean. The exercise asks for powers of x itself."),
        (
            centred / S[:, None],
            k / S,
            "These belong to powers of x minus its mean. The exercise asks for powers of x itself.",
        ),
        (
            centred / x.std() ** np.arange(3),
            k,
            "These belong to powers of the scaled x. The exercise asks for powers of x itself.",
        ),
        (
            centred / x.std() ** np.arange(3) / S[:, None],
            k / S,
            "These belong to powers of the scaled x. The exercise asks for powers of x itself.",
        ),
    )
    for features, target, why in fits:
        fitted = np.linalg.lstsq(features, target)[0]
        for order in (fitted, fitted[::-1]):  # np.polyfit gives the highest power first
            if np.allclose(given, order, rtol=0.02, atol=1e-6):
                raise Wrong(why)
    worst = int(np.argmax(off))
    raise Wrong(f"{'abc'[worst]} = {given[worst]:.4g} is {off[worst]:.0f} standard errors away; four are allowed.")


@exercise(
    "11.2",
    "The positions are the same whatever λ is. So what can the answer depend on?",
    "Under squared error the best constant is the mean, and its rmse is the standard deviation of a uniform distribution.",
)
def from_x_alone(answer):
    given, rmse = real_numbers(answer, ["the answer", "its rmse"])
    if not math.isclose(given, 0.25, abs_tol=0.003):
        if math.isclose(given, 0.5 / math.sqrt(12), abs_tol=0.002) and math.isclose(rmse, 0.25, abs_tol=0.003):
            raise Wrong("The two are the wrong way round: the answer comes first, then its rmse.")
        if math.isclose(given, 0.5, abs_tol=0.003):
            raise Wrong("½ is the largest λ there is. The squared error is smallest at the mean.")
        if given == 0:
            raise Wrong("0 is the smallest λ there is. The squared error is smallest at the mean.")
        raise Wrong(f"λ is uniform between 0 and ½ and x says nothing about it; the mean of λ is not {given:g}.")
    if math.isclose(rmse, 0.5 / math.sqrt(12), abs_tol=0.0015):
        return "No network, however large, goes below the spread of λ. What is not in the input cannot be learned."
    for slip, why in (
        (0, "An rmse of 0 would mean that x tells λ exactly. It tells nothing."),
        (0.25 / 12, "That is the variance. The rmse is its square root."),
        (0.5 / 12, "The 12 divides the *variance*. The standard deviation is divided by its root."),
        (0.5, "That is the width of the range of λ, and not the root mean square of the errors."),
        (0.125, "That is the mean *absolute* error. Square before you average, and take the root."),
        (1 / math.sqrt(12), "That is the spread of a number between 0 and 1. λ lies between 0 and ½."),
        (0.25, "That is the largest error that can happen, at λ = 0 or ½, and not the root mean square."),
    ):
        if math.isclose(rmse, slip, abs_tol=0.0015):
            raise Wrong(f"The answer is right. {why}")
    raise Wrong(f"The answer is right. The standard deviation of a uniform λ between 0 and ½ is not {rmse:g}.")


@exercise(
    "11.3",
    "Write the density of a normal distribution with mean μt and variance σ²t, and look for the factor without t.",
    "exp(−μx/σ²) times an odd function, with μ/σ² = 0.1/0.25.",
)
def invisible_change(answer):
    δ = _at_many_positions(function(answer, "x"))
    half = np.cumsum(np.random.default_rng(1103).uniform(0, 0.008, 2000))  # uneven, up to 8
    x = np.concatenate([-half[::-1], half])  # each with its mirror image
    values, middle = δ(x), np.abs(x) <= 3
    if not np.abs(values[middle]).max() > 1e-12:
        raise Wrong("Your function is zero between −3 and 3, where most positions are. Give one that changes λ there.")
    if _grows_too_fast(δ):
        raise Wrong(
            "Your function grows faster than the density falls at late times, so that k itself would be infinite."
        )
    if (pole := _pole(δ, x, values)) is not None:
        raise Wrong(f"Near x = {pole:.3g} your function grows so fast that the integral for k does not exist.")
    if max(_visible(values, x, 0.4), _visible(δ(4 * x), 4 * x, 0.4)) <= 1e-5:
        return "k says nothing at all about this part of λ, and there are as many such parts as odd functions."
    for ratio, why in (
        (0, "Your function is odd, and so invisible *without* drift. Here the paths are more often at x than at −x."),
        (-0.4, "The sign in the exponent is wrong: the density holds exp(+μx/σ²), and your factor has to cancel it."),
        (0.2, "The exponent is μx/σ, and the density has σ² there."),
        (0.1, "The exponent is μx, and in the density it is divided by σ²."),
        (0.025, "The exponent is μxσ², and the density has σ² below the line."),
        (0.04, "The exponent is (μ/σ)² x, and in the density only σ is squared."),
        (2.5, "The exponent is upside down: it is μx/σ², and not σ²x/μ."),
        (0.8, "The exponent is twice too large: in the square (x − μt)² the middle term 2xμt is divided by 2σ²t."),
        (1.25, "That is the factor for μ = 0.05 and σ = 0.2, as in the text. Here μ/σ² is another number."),
    ):
        if _visible(values, x, ratio) <= 1e-5:
            raise Wrong(why)
    multiplied = (values * np.exp(0.4 * x))[middle]
    if np.allclose(multiplied, multiplied[::-1], rtol=1e-5, atol=1e-7 * np.abs(multiplied).max()):
        raise Wrong("The factor is right, and what it multiplies is even: its halves add up and do not cancel.")
    share = 100 * max(_visible(values, x, 0.4), _visible(δ(4 * x), 4 * x, 0.4))
    raise Wrong(f"It changes k(t): up to {share:.3g} % of the integral of |δ| x² p does not cancel.")


def _at_many_positions(f):
    """The learner's function over an array of positions, whether it takes arrays or one number at a time."""

    def δ(x):
        try:
            return array(f(x), x.shape, "δ")
        except Wrong:
            return np.array([_one_number(f, float(position)) for position in x])

    return δ


def _one_number(f, position):
    returned = f(position)
    try:
        return float(array(returned, (1,), "δ")[0])
    except Wrong:
        plain = shown(returned.item() if isinstance(returned, np.generic) else returned)
        raise Wrong(
            f"For one x your function should return one finite number; for x = {position:.3g} it returned {plain}."
        ) from None


def _grows_too_fast(δ):
    """Whether δ(x) exp(0.4 x) grows like exp(c x²): then the density of a late time does not make the integral finite."""
    logarithms = []
    for far in (16, 32, 64, 128, 256):
        x = np.linspace(-far, far, 80)
        try:
            logarithms.append(np.log(max(1, np.abs(δ(x) * np.exp(0.4 * x)).max())))
        except Wrong:  # beyond the largest number
            break
    return len(logarithms) < 2 or logarithms[-1] > max(5, 2.95 * logarithms[-2])


def _pole(δ, x, values):
    """Where the integral of |δ| x² does not exist: it does not shrink with the interval around that place. Or None."""
    beside = np.abs(values[:-40]) + np.abs(values[40:])
    steepest = 20 + int(np.argmax(np.abs(values[20:-20]) / (beside + 1e-300)))
    for at in (0.0, x[steepest]):
        width, integrals = 0.01, []
        for _ in range(8):
            points = at + width * (np.arange(-30, 30) + 0.47) / 30
            try:
                integrand = np.abs(δ(points)) * points**2
            except Wrong:  # infinity itself
                return round(at, 6) + 0.0
            integrals.append(integrand.mean() * width)
            at, width = points[np.argmax(integrand)], width / 20
        if integrals[-1] > 0.1 * integrals[0] > 0:
            return round(at, 6) + 0.0
    return None


def _visible(δ, x, ratio):
    """Largest share over times of ∫ |δ| x² p that does not cancel, if the density's factor without t is exp(ratio · x)."""
    shares = []
    for t in (0.2, 1, 5, 20, 100):
        part = δ * x**2 * np.exp(ratio * x - x**2 / (0.5 * t))
        shares.append(np.abs(part + part[::-1]).sum() / max(2 * np.abs(part).sum(), 1e-300))
    return max(shares)


@exercise(
    "11.4",
    "λ is 0 or more in all of the training. Can the 5 % quantile of such numbers be 0?",
    "The interval from 0 on holds λ = 0 in every case. Both are 90 % intervals when averaged over the prior.",
)
def coverage_at_the_edge(answer):
    central, one_sided, average = real_numbers(answer, ["a", "b", "b on average"])
    if max(central, one_sided, average) > 1 or min(central, one_sided, average) < 0:
        raise Wrong("Give shares from 0 to 1, and no per cent.")
    if math.isclose(central, 1, abs_tol=0.01) and math.isclose(one_sided, 0, abs_tol=0.01):
        raise Wrong("(a) and (b) are the wrong way round.")
    if math.isclose(central, 0.9, abs_tol=0.01):
        raise Wrong("(a) 90 % is the average over the prior. At λ = 0 the lower end would have to be 0 or less.")
    if math.isclose(central, 0.95, abs_tol=0.01):
        raise Wrong("(a) λ = 0 is never above the interval; but is it not always below?")
    if not math.isclose(central, 0, abs_tol=0.01):
        raise Wrong(f"(a) The lower end is a quantile of numbers that are all positive; {central:g} is too often.")
    if math.isclose(one_sided, 0.9, abs_tol=0.01):
        raise Wrong("(a) is right. (b) 90 % is the average over the prior; the interval begins at 0, where λ is.")
    if not math.isclose(one_sided, 1, abs_tol=0.01):
        raise Wrong(
            f"(a) is right. (b) The interval begins at 0, where λ is, and cannot miss it; a share of {one_sided:g} is too small."
        )
    if not math.isclose(average, 0.9, abs_tol=0.011):
        raise Wrong(
            f"(a) and (b) are right. On average λ lies below its 90 % quantile as often as the name says, not {average:g}."
        )
    return "Two intervals of 90 %, one that never and one that always holds λ = 0. Ask of each: on average over what?"
