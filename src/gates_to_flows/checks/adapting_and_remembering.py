"""The exercises of notebook 19."""

import math

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, parts, real_numbers

_σ, _q = 0.5, 0.02  # of exercise 19.1


@exercise(
    "19.1",
    "Let v be how far m is off. First the temperature steps: v − step. Then the correction: (1 − η)(v − step) + η · noise. "
    "Square it, and take means.",
    "At rest the mean of v² is ((1 − η)² q² + η² σ²) / (1 − (1 − η)²). Try many η.",
)
def best_rate(answer):
    η, error = real_numbers(answer, ["η", "the mean squared error"])

    def off(rate):
        return ((1 - rate) ** 2 * _q**2 + rate**2 * _σ**2) / (1 - (1 - rate) ** 2)

    prior = (_q**2 + math.sqrt(_q**4 + 4 * _q**2 * _σ**2)) / 2
    wanted = prior / (prior + _σ**2)
    section_3 = (_q / _σ) * (math.sqrt(1 + (1.5 * _q / _σ) ** 2) - 1.5 * _q / _σ)
    its_error = (section_3 * _σ**2 + _q**2 / section_3) / (2 - 3 * section_3)
    if 0.037 <= η <= 0.0415 and math.isclose(error, its_error, rel_tol=0.01):
        raise Wrong(
            "You took section 3's formula with L = 1. Its 3η² holds for Gaussian inputs, and here the input is always 1: a step "
            "multiplies the error by 1 − η. And take the error just after a correction."
        )
    if 0.037 <= error <= 0.0415 and 0.0095 <= η <= 0.0105:
        raise Wrong("The two are the wrong way round: η comes first, then the error.")
    for slip, why in (
        (1 - wanted, "That is the forgetting factor 1 − η. Give η."),
        (
            (_q / _σ) ** 2,
            "That is q²/σ². The part from noise grows with η, and the part from lag with 1/η: take the root.",
        ),
        (_σ / _q, "That is σ/q, turned over: more noise asks for a smaller η, not for a larger one."),
        (_q, "That is q alone. How fast one should learn depends on the noise too."),
        (1 / wanted, "That is 1/η, about how many readings it remembers. Give η."),
    ):
        if math.isclose(η, slip, rel_tol=0.03):
            raise Wrong(f"You gave η = {η:.3g}. {why}")
    if not 0 < η < 2:
        raise Wrong(f"With η = {η:.3g} the running value does not follow at all: η lies between 0 and 2.")
    if not 0.037 <= η <= 0.0415:
        raise Wrong(
            f"η = {η:.3g} is too {'large' if η > wanted else 'small'}: the mean squared error would be {off(η):.4f}, and it "
            "can be less than 0.0099."
        )
    for slip, why, close in (
        (math.sqrt(off(wanted)), "That is its root. The mean *squared* error is asked for.", 0.03),
        (
            off(wanted) + _σ**2,
            "That is the error of predicting the next *reading*, with its noise. Leave σ² out.",
            0.005,
        ),
        (prior + _σ**2, "That is the error of predicting the next *reading*, with its noise. Leave σ² out.", 0.005),
        (_σ**2, "That is the error of one reading. The running value does much better.", 0.01),
        (_q**2, "That is one step of the drift, squared.", 0.02),
        (
            wanted * _σ**2 / 2,
            "That is one of the two parts. The noise and the lag give about as much each: add them.",
            0.03,
        ),
        (prior, "That is the error just *before* a correction. It is asked for just after one.", 0.008),
    ):
        if math.isclose(error, slip, rel_tol=close):
            raise Wrong(f"η is right. {why}")
    if not 0.0096 <= error <= 0.0101:
        raise Wrong(
            f"η is right. But ((1 − η)² q² + η² σ²) / (1 − (1 − η)²) is {off(η):.4f}, and you gave {error:.4g}."
        )
    return "About q/σ = 0.04, and an error of ησ². A single reading has 0.25: to remember 25 readings makes it 25 times better."


@exercise(
    "19.2",
    "Print the overlaps X @ X.T / 64 of your pictures, each as a row of 64. The pair furthest from 0 is the trouble.",
    "Pictures that fill different halves have small overlaps: left half black, upper half black, squares of four, and so on.",
)
def own_patterns(answer):
    answer = list(answer.values()) if isinstance(answer, dict) else answer
    pictures = [
        _picture(p, i) for i, p in enumerate(parts(answer, ["picture 1", "picture 2", "picture 3", "picture 4"]))
    ]
    X = np.array(pictures)
    for i, x in enumerate(X):
        for colour, count in (("black", (x > 0).sum()), ("white", (x < 0).sum())):
            if count < 8:
                raise Wrong(f"Picture {i + 1} has {count} {colour} pixels; draw it with eight or more.")
    overlaps = X @ X.T / 64
    np.fill_diagonal(overlaps, 0)
    i, j = sorted(np.unravel_index(np.abs(overlaps).argmax(), overlaps.shape))
    if abs(overlaps[i, j]) > 0.9:
        same = (
            "nearly the same"
            if overlaps[i, j] > 0
            else "nearly negatives of one another, which Hebb's rule cannot tell apart"
        )
        raise Wrong(f"Pictures {i + 1} and {j + 1} are {same}: their overlap is {overlaps[i, j]:.2f}.")
    W = X.T @ X
    np.fill_diagonal(W, 0)
    turning = (X * (X @ W) < 0).sum(axis=1)
    if turning.any():
        k = int(turning.argmax())
        with_whom = int(np.abs(overlaps[k]).argmax())
        raise Wrong(
            f"Picture {k + 1} is not kept: {turning[k]} of its units turn at once. It overlaps most with picture "
            f"{with_whom + 1}, by {overlaps[k, with_whom]:.2f}. Make these two less alike."
        )
    return (
        f"All four are kept; the largest overlap of two is {abs(overlaps[i, j]):.2f} in size. Hebb's rule asks for patterns "
        "that have little in common, and that is a lot to ask of pictures."
    )


@exercise(
    "19.3",
    "A unit turns with the chance Φ(−√(N/P)). For which P is that 0.001?",
    "Φ(−3.09) = 0.001, so N/P = 3.09².",
)
def how_many(answer):
    (P,) = real_numbers(answer, ["the number of patterns"])
    wanted = 1000 / 3.0902**2
    for slip, why in (
        (138, "That is the edge, 0.138 N. There about four units in a thousand turn at the first sums."),
        (wanted / 1000, "That is the load P/N. How many patterns are it for N = 1000?"),
        (1000 / 3.0902, "Square the 3.09: the signal is N, and the noise √(NP)."),
        (1000 / 3.2905**2, "You shared the 0.001 out to two sides. A unit turns on one side only: Φ(−√(N/P)) = 0.001."),
        (36.2, "With N/(4 ln N) no unit turns in any pattern. Here one in a thousand may."),
        (72.4, "With N/(2 ln N) hardly any unit turns. Here one in a thousand may."),
        (3.0902, "That is √(N/P). Square it, and solve for P."),
        (3.0902**2, "That is N/P. Solve for P."),
        (50, "That is a load of 0.05, which is safe. More are possible: solve Φ(−√(N/P)) = 0.001."),
    ):
        if math.isclose(P, slip, rel_tol=0.012):
            raise Wrong(f"You gave {P:.4g}. {why}")
    if P <= 0:
        raise Wrong("A number of patterns is positive.")
    if not 100 <= P <= 106:
        chance = 1000 * math.erfc(math.sqrt(1000 / P / 2)) / 2
        raise Wrong(
            f"With {P:.4g} patterns {chance:.3g} of a thousand units turn, and it should be 1 at most, and not much less."
        )
    return "A load of 0.105, well below the edge of 0.138: here the few wrong units mislead no others."


@exercise(
    "19.4",
    "At the edge two places of rest meet, and the slope of u(x) = artanh x − w x is 0. Where is that?",
    "At x = √(1 − 1/w) the edge is |u| = w x − artanh x. For which w is that 0.3?",
)
def latch_weight(answer):
    (w,) = real_numbers(answer, ["w"])

    def edge(w):
        x = math.sqrt(1 - 1 / w)
        return w * x - math.atanh(x)

    low, high = 1.0, 3.0
    for _ in range(60):
        low, high = ((low + high) / 2, high) if edge((low + high) / 2) < 0.3 else (low, (low + high) / 2)
    for slip, why in (
        (1.3, "An input of 0.3 is not a weight of 0.3 more: the edge grows more slowly at first."),
        (2, "With w = 2 the edge is at 0.533. A smaller weight will do."),
        (0.3, "That is the input. With a weight below 1 nothing is kept."),
        (edge(2), "That is the edge at w = 2. The weight is asked for."),
        (math.sqrt(1 - 1 / low), "That is the state x at the edge. Give the weight."),
        (
            math.atanh(0.3) / 0.3,
            "There x = 0.3 is a place of rest without input. The edge is another place: du/dx = 0.",
        ),
        (1 / (1 - 0.3**2), "You took 0.3 for the state x. It is the input u."),
    ):
        if math.isclose(w, slip, rel_tol=0.002):
            raise Wrong(f"You gave {w:.4g}. {why}")
    if w < 0:
        raise Wrong(f"With w = {w:.4g} the state changes its sign at every step. Give a positive w.")
    if w <= 1:
        raise Wrong(f"With w = {w:.4g} there is one place of rest only, and no bit is kept, not even without input.")
    if w > 100:
        raise Wrong(f"With w = {w:.4g} hardly anything can be written to the latch. A smaller one will do.")
    if abs(w - low) > 0.006:
        more = "It gives way too early." if w < low else "A smaller one will do."
        raise Wrong(f"With w = {w:.4g} the latch holds up to |u| = {edge(w):.3f}. {more}")
    return "From this weight on, no push of 0.3 gets through, however long it lasts; a stronger one writes the bit, if it lasts."


def _picture(picture, i):
    """A picture as 64 numbers of ±1, black +1; or Wrong."""
    lines = picture.tolist() if isinstance(picture, np.ndarray) and picture.dtype.kind in "UO" else picture
    if isinstance(lines, str):
        lines = [line.strip() for line in lines.strip().splitlines() if line.strip()]
        if len(lines) == 1 and len(lines[0]) == 64:
            lines = [lines[0][k : k + 8] for k in range(0, 64, 8)]
    if isinstance(lines, (list, tuple)):  # rows of single characters
        rows = [line.tolist() if isinstance(line, np.ndarray) else line for line in lines]
        if all(isinstance(row, (list, tuple)) and all(isinstance(mark, str) for mark in row) for row in rows):
            lines = ["".join(row) for row in rows]
    if isinstance(lines, (list, tuple)) and lines and all(isinstance(line, str) for line in lines):
        if len(lines) == 64 and all(len(mark) == 1 for mark in lines):
            lines = ["".join(lines[k : k + 8]) for k in range(0, 64, 8)]
        if [len(line) for line in lines] != [8] * 8:
            raise Wrong(
                f"Picture {i + 1} should have eight lines of eight; yours has {', '.join(str(len(s)) for s in lines)}."
            )
        if other := sorted(set("".join(lines)) - set("#.")):
            raise Wrong(f"Picture {i + 1} holds “{other[0]}”; use # for black and . for white.")
        return np.array([1.0 if mark == "#" else -1.0 for mark in "".join(lines)])
    size = np.size(picture) if not isinstance(picture, (str, bytes)) else 0
    flat = array(picture, np.shape(picture) if size == 64 else (8, 8), f"Picture {i + 1}").ravel()
    values = set(np.unique(flat))
    if values <= {0.0, 1.0}:
        return 2 * flat - 1
    if not values <= {-1.0, 1.0}:
        first = ", ".join(f"{value:g}" for value in sorted(values)[:3]).replace("-", "−")
        more = ", …" if len(values) > 3 else ""
        raise Wrong(f"Picture {i + 1} should hold +1 and −1, or 1 and 0; yours holds {first}{more}.")
    return flat
