"""The exercises of notebook 12."""

import math

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, words


@exercise(
    "12.1",
    "f(x + ih) = f(x) + i h f′(x) − …: which part of this number holds the slope, and what must it be divided by?",
    "f(x + 1e-30j).imag / 1e-30. Nothing is subtracted, so that h may be as small as you like.",
)
def complex_step(answer):
    slope = function(answer, "f and x")
    uneven = np.array([[-1.7, -0.31, 0.05], [0.9, 2.3, 4.1]])
    probes = (
        (np.sin, np.cos, uneven),
        (np.exp, np.exp, 0.8),
        (lambda x: x**3 / (1 + x**2), lambda x: (x**4 + 3 * x**2) / (1 + x**2) ** 2, uneven.ravel()),
        (lambda x: np.sin(50 * x) + 1e3, lambda x: 50 * np.cos(50 * x), np.array([0.3, 1.1])),
        (
            lambda x: np.log(x) * np.tanh(x),
            lambda x: np.tanh(x) / x + np.log(x) / np.cosh(x) ** 2,
            np.array([1e-3, 0.4, 7.0]),
        ),
    )
    for f, derivative, x in probes:
        given, wanted = slope(f, x), np.asarray(derivative(x))
        if np.iscomplexobj(given):
            part = "real" if np.allclose(np.real(given), wanted, rtol=1e-6) else "imaginary"
            raise Wrong(f"Your slope is a complex number. Give its {part} part only, a real number for each x.")
        given = array(given, wanted.shape, "The slope")
        worst = np.max(np.abs(given - wanted) / np.maximum(np.abs(wanted), 1e-3 * np.abs(wanted).max()))
        if worst < 1e-12:
            continue
        if np.allclose(given, np.asarray(f(x)), rtol=1e-6):
            raise Wrong("That is f(x) itself, the real part. The slope is in the imaginary part.")
        if np.allclose(given, 0, atol=1e-12 * np.abs(wanted).max()):
            raise Wrong("Your slope is 0 everywhere. The imaginary part is as small as h: divide it by h.")
        if np.allclose(given, -wanted, rtol=1e-6):
            raise Wrong("The sign is wrong: f(x + ih) = f(x) + ih f′(x), so take the imaginary part as it is.")
        if worst < 1e-2:
            raise Wrong(
                f"Your slope is right to about {math.floor(-math.log10(worst))} digits. Nothing should be subtracted, and h "
                "should be tiny, such as 1e-30: then it is right to twelve."
            )
        ratio = np.median(given / wanted)
        if wanted.size > 1 and np.allclose(given, ratio * wanted, rtol=1e-6):
            raise Wrong(
                f"Your slope is {ratio:.3g} times the right one: divide the imaginary part by the h that you added."
            )
        raise Wrong("Your slope is wrong. Give f the number x + ih, and divide the imaginary part by h.")
    return "Exact to the last digits with any tiny h: an imaginary step never has to subtract two numbers that are nearly equal."


@exercise(
    "12.2",
    "Write the two rates with the new terms, and put them to 0. Which of α, β, γ, δ have changed?",
    "αx − βxy − εx = (α − ε)x − βxy, and δxy − γy − εy = δxy − (γ + ε)y. So α becomes α − ε, and γ becomes γ + ε.",
)
def harvest(answer):
    given = real_numbers(answer, ["hares", "lynx"])
    α, β, γ, δ, ε = 0.54, 0.027, 0.80, 0.024, 0.2
    right = np.array([(γ + ε) / δ, (α - ε) / β])

    def like(*slip, places=0.006):
        return np.allclose(given, slip, rtol=places)

    if like(*right, places=0.035):  # whole thousands will do
        return "33 → 42 thousand hares, 20 → 13 thousand lynx: who hunts both kinds alike helps the prey."
    for slip, why in (
        (
            right[::-1],
            "The two are the wrong way round: hares first. Their equilibrium holds γ and δ, the rates of the lynx.",
        ),
        ((γ / δ, α / β), "That is the equilibrium without trappers. ε takes from both."),
        (((γ - ε) / δ, (α + ε) / β), "The signs of ε are wrong: it is subtracted from both rates."),
        ((γ / δ, (α - ε) / β), "The lynx are hunted too: δxy − γy − εy, so γ becomes γ + ε."),
        (((γ + ε) / δ, α / β), "The hares are hunted too: αx − βxy − εx, so α becomes α − ε."),
        (((γ - ε) / δ, (α - ε) / β), "For the lynx ε adds to the deaths: −γy − εy is −(γ + ε)y."),
        (((γ + ε) / δ, (α + ε) / β), "For the hares ε takes away from the births: αx − εx is (α − ε)x."),
        (
            (0.8 * γ / δ, 0.8 * α / β),
            "You took a fifth of the animals off the old equilibrium. They are taken every year: change the rates.",
        ),
        (((1 + ε) * γ / δ, (1 - ε) * α / β), "ε is a share of the animals and not of the rates: γ + ε and α − ε."),
        (((γ + ε) / β, (α - ε) / δ), "The right sums over the wrong rates: δxy = (γ + ε)y gives x, with δ below."),
        (((α - ε) / δ, (γ + ε) / β), "δxy = (γ + ε)y gives x, and βxy = (α − ε)x gives y."),
        (1e3 * right, "In thousands, as the rates are: 1000 times less."),
        ((0, 0), "Without any animals nothing changes either, but the equilibrium with both kinds is asked for."),
    ):
        if like(*slip):
            raise Wrong(why)
    for i, name in enumerate(("hares", "lynx")):
        if math.isclose(given[1 - i], right[1 - i], rel_tol=0.035):
            raise Wrong(
                f"One of the two is right. With {given[i]:.3g} thousand {name} the rate of the other kind is not 0."
            )
    x, y = given
    raise Wrong(
        f"There the hares change at the rate {x * (α - β * y - ε):.2g} and the lynx at {y * (δ * x - γ - ε):.2g} thousand "
        "a year, and not 0."
    )


@exercise(
    "12.3",
    "path wants six numbers: join four unknown ones and logs[0] by np.concatenate. The residuals are path(…) − logs.",
    "fixed = scipy.optimize.least_squares(lambda r: (path(np.concatenate([r, logs[0]])) - logs).ravel(), θ_best[:4]); "
    "then np.exp(fixed.x[2]) and rms(fixed.fun).",
)
def fixed_start(answer):
    γ, error = real_numbers(answer, ["γ", "the rms"])
    if math.isclose(error, 1.0312, rel_tol=0.01) and math.isclose(γ, 0.2932, rel_tol=0.01):
        raise Wrong("The two are the wrong way round: γ first.")
    for slip, why in (
        (0.7964, "That is γ with the start free. Here the start is 30 and 4 thousand, and only the four rates move."),
        (0.9260, "That is γ from the raw pelts with the start free."),
        (0.843, "That is γ from the raw pelts: compare logarithms, as `logs` holds them."),
        (0.6847, "That is γ by slopes, where the search should not end."),
        (0.80, "That is the published γ, from a fit with a free start."),
        (math.log(1.0312), "That is ln γ: take the exponential."),
        (0.4375, "That is α. The rates stand in the order α, β, γ, δ."),
        (0.0223, "That is β. The rates stand in the order α, β, γ, δ."),
        (0.0343, "That is δ. The rates stand in the order α, β, γ, δ."),
        (math.exp(0.7964), "That is the exponential of a γ that was one already, and of the fit with a free start."),
    ):
        if math.isclose(γ, slip, rel_tol=0.003, abs_tol=3e-4):
            raise Wrong(f"γ = {γ:.4g}? {why}")
    if not math.isclose(γ, 1.0312, rel_tol=0.006):
        raise Wrong(
            f"γ = {γ:.4g} is not where the mean square of path − logs, in logarithms, is smallest with logs[0] as the start."
        )
    if math.isclose(error, 0.29322, rel_tol=0.02):
        return "From 0.219 to 0.293, and γ from 0.80 to 1.03. To take one reading for exact bends four rates around its error."
    sum_of_squares = 0.29322**2 * 42
    for slip, why in (
        (0.21923, "That is the rms of the fit with a free start."),
        (0.29322**2, "That is the mean square: take its root."),
        (sum_of_squares, "That is the sum of the squares: divide by their number, 42, and take the root."),
        (sum_of_squares / 2, "That is SciPy's cost, half the sum of squares. Take rms(fixed.fun)."),
        (math.sqrt(sum_of_squares), "That is the root of the sum: divide by the number of residuals, 42, first."),
        (math.sqrt(sum_of_squares / 38), "That divides by 42 − 4. The rms divides by 42."),
        (math.sqrt(sum_of_squares / 21), "That divides by 21: each year has two residuals, 42 in all."),
        (math.exp(0.29322), "That is the factor in a typical year, the exponential of the rms."),
    ):
        if math.isclose(error, slip, rel_tol=0.01):
            raise Wrong(f"γ is right. {why}")
    raise Wrong(f"γ is right. The rms of the 42 residuals in logarithms is not {error:.4g}.")


@exercise(
    "12.4",
    "What does each of them care for: a number that stays constant over many rounds, a place after one, or a simple loss?",
    "Störmer–Verlet keeps areas. RK4 has the highest order. Euler is x + h f(x), linear in f.",
)
def which_step(answer):
    spellings = ["Störmer–Verlet", "Stormer–Verlet", "Stoermer–Verlet"]
    given = words(answer, list("ABCD"), ["Euler", "midpoint", "RK4", "Verlet", *spellings])
    given = ["Verlet" if word in spellings else word for word in given]
    right = ["Verlet", "RK4", "Euler", "Verlet"]
    why = {
        (
            "A",
            "RK4",
        ): "a little is lost in each round, always in the same direction; after a million rounds it is much.",
        ("A", "Euler"): "its paths spiral outwards within a few rounds.",
        ("B", "Euler"): "at order 1 each further digit costs ten times as many steps.",
        (
            "B",
            "Verlet",
        ): "it has order 2: each further digit costs three times as many steps, with RK4 not twice as many.",
        ("C", "RK4"): "it puts the field into the field, k₂ = f(x + h k₁ / 2), which is not linear in f.",
        (
            "C",
            "Verlet",
        ): "its second half step takes the field at a place that depends on the field: that is not linear in f.",
        ("D", "Euler"): "its paths spiral outwards: V grows in each cycle.",
        ("A", "midpoint"): "it loses or gains a little in each round, always in the same direction.",
        (
            "B",
            "midpoint",
        ): "it has order 2: each further digit costs three times as many steps, with RK4 not twice as many.",
        ("C", "midpoint"): "it puts the field into the field, f(x + h f(x) / 2), which is not linear in f.",
        ("D", "midpoint"): "it loses or gains a little in each cycle, always in the same direction.",
        ("D", "RK4"): "over a hundred cycles V drifts, as section 3 shows.",
    }
    for person, word, wanted in zip("ABCD", given, right, strict=True):
        if word != wanted:
            raise Wrong(f"{person}: {why[person, word]}")
    return "There is no best step, only one that is right about what you care for."
