"""The exercises of notebook 20."""

import math
from functools import cache

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, parts, real_numbers

_TERMS = ["1", "x", "y", "x²", "x·y", "y²", "x³", "x²·y", "x·y²", "y³"]
_LAW = np.zeros((10, 2))  # of van der Pol's oscillator, μ = 0.8, of exercise 20.2
_LAW[[2, 1, 2, 7], [0, 1, 1, 1]] = [1, -1, 0.8, -0.8]
_WORD = "c0c0c0c0c0c0ffff c3c3663c18181818 c3e3f3dbdbcfc7c3 c3663c18183c66c3"  # of exercise 20.4, a byte a line


@exercise(
    "20.1",
    "Where tree and network agree, both are right or both are wrong. Where they differ, exactly one of them is right.",
    "They differ on 6 % of the cases. Say that the tree is right on all of these: how often is the network right? And if it is "
    "wrong on all of these?",
)
def accuracy_of_the_network(answer):
    low, high = real_numbers(answer, ["the least", "the most"])
    if max(abs(low), abs(high)) > 1.5 and max(abs(low), abs(high)) <= 100:
        raise Wrong(
            f"Give shares between 0 and 1: {low / 100:.4g} and {high / 100:.4g} for your {low:.4g} and {high:.4g}."
        )
    if not (0 <= low <= 1 and 0 <= high <= 1):
        raise Wrong(f"An accuracy lies between 0 and 1; you gave {low:.4g} and {high:.4g}.")
    if math.isclose(low, 0.97, abs_tol=2e-3) and math.isclose(high, 0.85, abs_tol=2e-3):
        raise Wrong("The two are the wrong way round: the least comes first.")
    if low > high:
        raise Wrong("The least comes first, then the most.")
    for pair, why in (
        ((0.91, 0.94), "Those are the two numbers of the tree. The network's accuracy can lie on either side of 0.91."),
        ((0.85, 0.91), "The network can also be better than the tree: on the 6 % where they differ it may be right."),
        (
            (0.91, 0.97),
            "The network can also be worse than the tree: on the 6 % where they differ the tree may be right.",
        ),
        (
            (0.8554, 0.8554),
            "You multiplied: that is how often both hold if agreeing and being right had nothing to do with each other.",
        ),
        (
            (0.88, 0.94),
            "You shared out half of the 6 %. But the tree may be right on all the cases where they differ, or on none.",
        ),
        ((0.85, 1.0), "The network cannot always be right: where it agrees with a wrong tree it is wrong too."),
        ((0.85, 0.94), "The most is not the fidelity. Where they differ, the network may be right every time."),
        ((0.0, 1.0), "Agreement with the tree on 94 % leaves much less room than that."),
    ):
        if math.isclose(low, pair[0], abs_tol=2e-3) and math.isclose(high, pair[1], abs_tol=2e-3):
            raise Wrong(f"You gave {low:.4g} and {high:.4g}. {why}")
    for value, wanted, which in ((low, 0.85, "least"), (high, 0.97, "most")):
        if not math.isclose(value, wanted, abs_tol=2e-3):
            way = "all" if which == "least" else "none"
            raise Wrong(
                f"You gave {value:.4g} for the {which}. Let the tree be right on {way} of the 6 % where they differ, and count."
            )
    return "Fidelity and accuracy of a tree bound the network's accuracy, within twice what fidelity lacks, and do not give it."


def _terms(z):
    x, y = z[..., 0], z[..., 1]
    return np.stack([x**0, x, y, x**2, x * y, y**2, x**3, x**2 * y, x * y**2, y**3], axis=-1)


@cache
def _handed_network():
    """Weights (A, b, C) of tanh units for the law on |x|, |y| ≤ 2: the hidden ones at random, the last by least squares."""
    rng = np.random.default_rng(20)
    A, b = rng.normal(size=(2, 120)), rng.uniform(-2, 2, 120)
    side = np.linspace(-2, 2, 41)
    z = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    C = np.linalg.lstsq(np.tanh(z @ A + b), _terms(z) @ _LAW, rcond=1e-9)[0]
    return A, b, C


def handed_field(z):
    """The rates (…, 2) that the network of exercise 20.2 has learned, for states z (…, 2) with |x|, |y| ≤ 2."""
    A, b, C = _handed_network()
    return np.tanh(np.asarray(z, dtype=float) @ A + b) @ C


@exercise(
    "20.2",
    "Draw some hundred states with x and y between −2 and 2, ask for their rates, and hand terms and rates to `sparse`.",
    "sparse(terms(z), check.handed_field(z)), with z from rng.uniform(-2, 2, (1000, 2)).",
)
def law_of_the_handed_network(answer):
    if _shape(answer) == (2, 10):
        answer = np.transpose(answer)
    C = array(answer, (10, 2), "The array of coefficients")
    untouched = C.all()
    C = np.where(np.abs(C) < 1e-6, 0, C)  # rounding is no term
    present = C != 0
    if not present.any():
        raise Wrong("Nothing is left: every coefficient is 0. Is the threshold too high?")
    if np.allclose(C[:, ::-1], _LAW, atol=0.02):
        raise Wrong("The two columns are the wrong way round: ẋ comes first.")
    if np.allclose(C, -_LAW, atol=0.02):
        raise Wrong("All signs are turned: this law runs backwards in time.")
    if not np.allclose(C, _LAW, atol=0.1):
        for order, which in (
            ([0, 2, 1, 5, 4, 3, 9, 8, 7, 6], ": x and y have changed places"),
            ([0, 1, 2, 3, 4, 5, 6, 8, 7, 9], ": x²·y and x·y² have changed places"),
            (np.lexsort(np.round(C, 1).T)[np.argsort(np.lexsort(_LAW.T))], ""),  # any order
        ):
            if any(np.allclose(D[order], _LAW, atol=0.02) for D in (C, C[:, ::-1])):
                raise Wrong(f"The numbers are right, but the rows are in another order than `TERMS`{which}.")
    if untouched and present.sum() > 4:
        raise Wrong("All twenty coefficients are left, so no term was struck out. `sparse` does that.")
    wanted = _LAW != 0
    if (present & ~wanted).any():
        i, j = np.argwhere(present & ~wanted)[np.abs(C[present & ~wanted]).argmax()]
        beyond = " Did you ask beyond −2 to 2?" if abs(C[i, j]) > 0.1 else ""
        raise Wrong(
            f"Your {'ẏ' if j else 'ẋ'} holds {C[i, j]:.3g}·{_TERMS[i]}, which the network has not learned.{beyond}"
        )
    if (wanted & ~present).any():
        i, j = np.argwhere(wanted & ~present)[0]
        raise Wrong(f"A term with {_TERMS[i]} is missing in {'ẏ' if j else 'ẋ'}. Was the threshold too high?")
    if (np.sign(C) != np.sign(_LAW)).any():
        i, j = np.argwhere(np.sign(C) != np.sign(_LAW))[0]
        raise Wrong(f"The terms are right. The sign of {_TERMS[i]} in {'ẏ' if j else 'ẋ'} is not.")
    if not np.allclose(C, _LAW, atol=0.01):
        i, j = np.unravel_index(np.abs(C - _LAW).argmax(), C.shape)
        raise Wrong(
            f"The terms are right. But {C[i, j]:.3g} for {_TERMS[i]} in {'ẏ' if j else 'ẋ'} is off by more than 0.01. "
            "Did you ask beyond −2 to 2, or leave out the last fit?"
        )
    return (
        "Four terms: van der Pol's oscillator, ẋ = y and ẏ = 0.8·(1 − x²)·y − x. The friction pushes near the middle and brakes "
        "outside, so it never comes to rest."
    )


@exercise(
    "20.3",
    "A leaf that is always right has asked for all ten switches. How many ways to answer ten questions are there?",
    "Turn a switch that was not asked for: the leaf stays, and the answer changes. So how many of a leaf's rows are odd?",
)
def leaves_for_parity(answer):
    leaves, share = real_numbers(answer, ["leaves", "share"])
    if leaves <= 1 < share:
        raise Wrong("The leaves come first, then the share.")
    for slip, why in (
        (2**13, "The three idle switches need not be asked for."),
        (
            2**9,
            "With 512 leaves some way has asked for nine switches at most, and its leaf is wrong on half its rows.",
        ),
        (2**10 - 1, "That is the number of questions, one less than the leaves."),
        (2**11 - 1, "That counts the questions too. Only the ends of the tree are leaves."),
        (
            10,
            "That is the depth of the tree, and the number of hidden units of a network. Each question doubles the leaves.",
        ),
        (20, "Each question *doubles* the leaves; it does not add two."),
        (100, "Not the square: each question doubles the leaves."),
        (11, "That is enough for *counting*, but a tree cannot go back to the same leaf by another way."),
        (1, "One leaf says the same for all rows."),
        (2, "Two leaves have asked for one switch. The other nine decide as much."),
    ):
        if leaves == slip:
            raise Wrong(f"You gave {leaves:.0f} {'leaf' if leaves == 1 else 'leaves'}. {why}")
    if leaves != 2**10:
        raise Wrong(f"You gave {leaves:.6g} leaves. Each of ten questions doubles their number.")
    if not (0 <= share <= 1 or math.isclose(share, 50)):
        raise Wrong(f"The leaves are right. A share lies between 0 and 1; you gave {share:.6g}.")
    for slip, why in (
        (50, "Give a share between 0 and 1: 0.5 for your 50."),
        (0.9, "That is the share of the switches. What is left of the tenth decides every row."),
        (1.0, "Then a leaf would be right without the last switch. Turn that switch: what happens to its answer?"),
        (0.75, "You let every second leaf be right. No leaf that lacks a switch is better than a coin."),
        (0.0, "A leaf has to say yes or no, and cannot be wrong on all of its rows: they are half odd, half even."),
        (511 / 512, "Not one leaf is right by itself: each of them lacks a switch."),
    ):
        if math.isclose(share, slip, abs_tol=1e-3):
            raise Wrong(f"The leaves are right. For the share you gave {share:.4g}. {why}")
    if not math.isclose(share, 0.5, abs_tol=1e-6):
        raise Wrong(
            f"The leaves are right. For the share you gave {share:.4g}; count the odd and the even rows of one leaf that lacks a "
            "switch."
        )
    return "1024 leaves, and up to the last question no better than a coin. A network does it with 10 hidden units."


def handed_weights():
    """The matrix (64, 64) of exercise 20.4, made by Hebb's rule."""
    X = _pictures()
    W = X.T @ X / 64
    np.fill_diagonal(W, 0)
    return W


def _pictures(word=_WORD):
    """The stored pictures (4, 64) of ±1."""
    bits = [np.unpackbits(np.frombuffer(bytes.fromhex(letter), np.uint8)) for letter in word.split()]
    return 2.0 * np.array(bits) - 1


def _letters_of_section_8():
    return _pictures("c3c3c3dbdbffe7c3 183c66c3ffffc3c3 c3c3c366663c3c18 ffffc0fcfcc0ffff")


def _visits(states, visits):
    """Whether these two are states and how often each was visited, as `resting_places` gives them."""
    return len(_shape(states)) == 2 and _shape(states)[1:] == (64,) and _shape(visits) == _shape(states)[:1]


@exercise(
    "20.4",
    "Start in a thousand random states, let each come to rest, and count: `resting_places` does so. Which are visited most?",
    "states, visits = resting_places(W_handed, 1000, np.random.default_rng(1)); the first four.",
)
def memories_of_the_handed_weights(answer):
    if isinstance(answer, str):
        raise Wrong("The word is not enough: give the four pictures, as rows of 64 numbers, +1 or −1.")
    shape = _shape(answer)
    if shape == (64, 64):
        raise Wrong("That is a matrix of 64 × 64. Give four pictures, rows of 64 numbers.")
    if shape == (64, 4):
        raise Wrong("Your pictures are the columns. Give them as rows of 64 numbers: transpose.")
    if isinstance(answer, (list, tuple)) and len(answer) == 2 and _visits(*answer):
        raise Wrong("`resting_places` gives two things, states and visits. Take the first four of the states.")
    several = len(shape) == 2 and shape[1] == 64 or len(shape) == 3 and shape[1:] == (8, 8)
    if several and shape[0] != 4:
        some = "1 picture" if shape[0] == 1 else f"{shape[0]} pictures"
        more = " Which of yours are visited most?" if shape[0] > 4 else ""
        raise Wrong(f"You gave {some}; this matrix holds four.{more}")
    rows = parts(answer, ["picture 1", "picture 2", "picture 3", "picture 4"])
    S = np.array(
        [
            array(row, (8, 8) if _shape(row) == (8, 8) else (64,), f"Picture {i + 1}").ravel()
            for i, row in enumerate(rows)
        ]
    )
    if set(np.unique(S)) <= {0.0, 1.0}:
        S = 2 * S - 1
    signs = np.isclose(np.abs(S), 1, rtol=0, atol=1e-6)
    if not signs.all():
        i = int(np.argmin(signs.all(axis=1)))
        raise Wrong(
            f"Picture {i + 1} should hold +1 and −1 only; yours holds {S[i][~signs[i]][0]:.3g}. An eigenvector is not yet a "
            "picture."
        )
    S = np.sign(S)
    overlap = np.abs(S @ _pictures().T) / 64
    same = np.abs(S @ S.T) / 64 - np.eye(4)
    if same.max() == 1:
        i, j = np.unravel_index(same.argmax(), same.shape)
        raise Wrong(f"Pictures {min(i, j) + 1} and {max(i, j) + 1} are the same, or negatives of one another.")
    wrong = np.flatnonzero(overlap.max(axis=1) < 1)
    if wrong.size:
        i = int(wrong[0])
        if np.any(np.abs(_letters_of_section_8() @ S[i]) == 64):
            raise Wrong(f"Picture {i + 1} is a letter of section 8, which another matrix holds: settle `W_handed`.")
        closest = overlap[i].max()
        sums = S[i] * (handed_weights() @ S[i])
        rest = (sums > 0).all()
        if rest:
            raise Wrong(
                f"Picture {i + 1} is a place of rest, but was never stored: it is a mixture (its closest picture has the overlap "
                f"{closest:.2f}). Take the places that are visited most."
            )
        turning = np.sum(sums < 0)
        turns = "turns" if turning == 1 else "turn"
        raise Wrong(f"Picture {i + 1} is no place of rest: {turning} of its units {turns} at once. Let it settle.")
    return (
        "LYNX. The word stands nowhere but in the weights, and its smallest eigenvalue says that it has four letters."
    )


def _shape(answer):
    try:
        return np.shape(answer)
    except ValueError:  # ragged
        return ()
