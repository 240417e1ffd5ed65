"""The exercises of notebook 16."""

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, words

_J = np.block([[np.zeros((2, 2)), np.eye(2)], [-np.eye(2), np.zeros((2, 2))]])


def _yes_or_no(answer, names):
    """The answer as a list of "yes" and "no", one for each name; True and False, of Python or NumPy, mean the same."""
    if isinstance(answer, np.ndarray) or hasattr(answer, "to_numpy"):
        answer = np.asarray(answer).tolist()
    if isinstance(answer, (list, tuple)):
        answer = [("no", "yes")[int(part)] if isinstance(part, (bool, np.bool_)) else part for part in answer]
    return words(answer, names, ["yes", "no"])


def _shape(value):
    """Its shape, or None for lists of unequal lengths."""
    try:
        return np.shape(value)
    except ValueError:
        return None


@exercise(
    "16.1",
    "In the plane a map is symplectic exactly if its Jacobian has determinant 1. For D write the four entries of MᵀJM.",
    "C stretches areas by 4, and Euler's step E by 1 + h². In D the matrix S is not symmetric, so S − Sᵀ stays.",
)
def which_are_symplectic(answer):
    given = _yes_or_no(answer, list("ABCDEF"))
    why = {
        "A": ("yes", "this is a shear: M = [[1, 0], [−cos q, 1]], with determinant 1."),
        "B": ("yes", "what q gains p loses: the determinant is 2 · ½ = 1. Areas are squeezed, and stay."),
        "C": ("no", "the determinant is 2 · 2 = 4. Every area grows to four times its size."),
        "D": ("no", "p is moved by S q with S = [[0, 1], [0, 0]], which is not symmetric: it is the ∇V of no V. Volumes stay "
                    "here, and yet MᵀJM is not J."),
        "E": ("no", "the determinant is 1 + h². This is Euler's step for a spring, and its energy grows."),
        "F": ("yes", "a turn by an angle: the determinant is cos² + sin² = 1. It is the spring's exact motion."),
    }  # fmt: skip
    for name, word in zip("ABCDEF", given, strict=True):
        right, reason = why[name]
        if word != right:
            raise Wrong(f"{name}: {reason}")
    return "D is the one to remember: with two degrees of freedom, to keep volumes is not enough."


@exercise(
    "16.2",
    "Four blocks: the new q by the old q and p, and the new p by the old q and p. S holds the second slopes of V.",
    "S = [[1 + 2q₂, 2q₁], [2q₁, 1 − 2q₂]], and M = [[I, 0], [−hS, I]].",
)
def jacobian_of_a_kick(answer):
    jacobian = function(answer, "q₁, q₂ and h, three numbers")
    for q1, q2, h in ((0.31, -0.17, 0.1), (-0.43, 0.29, 0.37), (0.08, 0.61, -0.23)):
        given = jacobian(q1, q2, h)
        if _shape(given) == (2, 2):
            raise Wrong("That is one block of four. The Jacobian of the whole kick is 4 × 4, for q₁, q₂, p₁, p₂.")
        M = array(given, (4, 4), "The Jacobian")
        S = np.array([[1 + 2 * q2, 2 * q1], [2 * q1, 1 - 2 * q2]])
        one, none = np.eye(2), np.zeros((2, 2))
        right = np.block([[one, none], [-h * S, one]])
        if np.allclose(M, right, atol=1e-6):
            continue
        for slip, reason in (
            (right.T, "It is transposed, or you put the momenta first. The order is q₁, q₂, p₁, p₂, and a row holds "
                     "the slopes of one *new* coordinate: the lower left block is −hS."),
            (np.block([[one, none], [h * S, one]]), "The sign of the lower left block: p loses h ∇V."),
            (np.block([[one, none], [-S, one]]), "Where is h? The kick is h times the force."),
            (np.block([[none, none], [-h * S, none]]), "Those are the slopes of the *change*. The new state is the old one "
                                                       "plus the change: add the identity."),
            (np.block([[one, none], [-h * S, none]]), "The new p holds the old p, too: the lower right block is I."),
            (np.block([[none, none], [-h * S, one]]), "The new q is the old q: the upper left block is I."),
            (np.block([[one, h * one], [-h * S, one]]), "In a kick q rests. With hI in the upper right block this is Euler's "
                                                        "step, which is not symplectic."),
            (np.block([[one, h * one], [none, one]]), "That is the *drift*, q + h p. Here p is kicked and q rests."),
            (np.block([[none, one], [-S, none]]), "That is the Jacobian of the field f. The kick is a map."),
            (np.block([[one, none], [-h * one, one]]), "That is the kick of a spring. V has terms of third degree, too."),
            (np.block([[one, none], [-h * np.diag(np.diag(S)), one]]), "The mixed second slopes ∂²V/∂q₁∂q₂ = 2q₁ are missing."),
        ):  # fmt: skip
            if np.allclose(M, slip, atol=1e-6):
                raise Wrong(reason)
        off = np.abs(M.T @ _J @ M - _J).max()
        r, c = np.unravel_index(np.argmax(np.abs(M - right)), (4, 4))
        raise Wrong(
            f"At q = ({q1}, {q2}) with h = {h} the entry in row {r + 1}, column {c + 1} should be {right[r, c]:.4g}; yours is "
            f"{M[r, c]:.4g}. (For your matrix the largest entry of MᵀJM − J is {off:.2g}.)"
        )
    return "With it MᵀJM = J, to the last digit: hS − hSᵀ is all that could be left, and S is symmetric."


@exercise(
    "16.3",
    "The slope of sin(y) with respect to q is cos(y) times the slope of y = 2q₁ − q₂ + 3t.",
    "∇V(q, t) = 0.4 cos(2q₁ − q₂ + 3t) · (2, −1). Take off what it is at t = 0, and subtract the difference from p.",
)
def your_own_shear(answer):
    shear = function(answer, "q and p, arrays of two columns, and a time t")
    a = np.array([2.0, -1.0])

    def slope(q, t, of=np.cos):
        return 0.4 * of(q @ a + 3 * t)[:, None] * a

    rng = np.random.default_rng(163)
    for n, t in ((5, 0.7), (1, 0.23), (8, 1.9)):
        q, p = rng.normal(size=(n, 2)), rng.normal(size=(n, 2))
        moved = slope(q, t) - slope(q, 0)
        given = shear(q, p, t)
        if isinstance(given, (list, tuple)) and len(given) == 2 and all(_shape(part) == (n, 2) for part in given):
            raise Wrong("You gave two arrays. Give the new p alone: q is what it was.")
        given = array(given, (n, 2), "The new p")
        if np.allclose(given, p - moved, atol=1e-5):
            continue
        sine = slope(q, t, np.sin) - slope(q, 0, np.sin)
        value = 0.4 * (np.sin(q @ a + 3 * t) - np.sin(q @ a))[:, None]
        row = (0.4 * (np.cos(q[0] @ a + 3 * t) - np.cos(q[0] @ a))) * a
        plain = (0.4 * (np.cos(q @ a + 3 * t) - np.cos(q @ a)))[:, None]
        for slip, reason in (
            (p + moved, "The sign: p *loses* ∇V(q, t) − ∇V(q, 0). (It is q that gains.)"),
            (p - slope(q, t), "At t = 0 it should leave p alone. Take off ∇V(q, 0)."),
            (p + slope(q, t), "The sign, and at t = 0 it should leave p alone: take off ∇V(q, 0)."),
            (-moved, "That is the change of p. Give the new p, the old one plus the change."),
            (moved, "That is the difference of the two ∇V. Give the new p, from which it is taken off."),
            (p - sine, "You took V where its slope should stand: the slope of sin is cos."),
            (p + sine, "The slope of sin is cos, with the plus sign. You differentiated a cosine."),
            (p - plain, "By the chain rule the slope of 2q₁ − q₂ + 3t comes as a factor: 2 for q₁ and −1 for q₂."),
            (p - 2.5 * moved, "Where is the factor 0.4?"),
            (p - 3 * moved, "A factor of 3 too many. That comes with ∂V/∂t; here the slope is taken in q."),
            (p - t * slope(q, 0), "Not t times the push at the start: V itself depends on t, inside the sine."),
            (p - np.abs(a) * moved / a, "The slope of 2q₁ − q₂ with respect to q₂ is −1."),
            (
                p - value,
                "You took off V itself. Its slope belongs there: cos for sin, and a factor 2 for q₁ and −1 for q₂.",
            ),
            (q + moved, "That moves q. Here q rests, and p is moved."),
            (q - moved, "That moves q. Here q rests, and p is moved."),
            (p - (slope(p, t) - slope(p, 0)), "You took ∇V at p. V depends on q, so its slope is taken there."),
            (-slope(q, t), "That is −∇V(q, t) alone. Give the new p: the old one, less ∇V(q, t) − ∇V(q, 0)."),
            (slope(q, t), "That is ∇V(q, t) alone. Give the new p: the old one, less ∇V(q, t) − ∇V(q, 0)."),
            (p - (slope(q, t / 3) - slope(q, 0)), "The time comes as 3t, and you took t."),
            (
                p + np.array([1, -1]) * moved,
                "The factors are 2 for q₁ and −1 for q₂: the signs are the wrong way round.",
            ),
            (
                p - row,
                "Every state has its own push; you gave all of them that of the first. q₁ of all states is q[:, 0].",
            ),
            (p, "It does not move p at all."),
        ):
            if np.allclose(given, slip, atol=1e-5):
                raise Wrong(reason)
        raise Wrong(
            f"At q = ({q[0, 0]:.3f}, {q[0, 1]:.3f}), p = ({p[0, 0]:.3f}, {p[0, 1]:.3f}) and t = {t} the new p should be "
            f"({(p - moved)[0, 0]:.3f}, {(p - moved)[0, 1]:.3f}); yours is ({given[0, 0]:.3f}, {given[0, 1]:.3f})."
        )
    return "Any V(q, t) would do: tanh is a habit. Its Hamiltonian is ∂V/∂t = 1.2 cos(2q₁ − q₂ + 3t)."


@exercise(
    "16.4",
    "The residual fixes the slopes of H_θ in q and p, at every time. What may still be added to H_θ?",
    "A function of time has no slopes in q and p. And what is true for all weights is true after any training.",
)
def without_matching(answer):
    given = _yes_or_no(answer, list("ABCDE"))
    why = {
        "A": ("no", "a residual of 0 fixes the slopes of H_θ in q and p. A function of time alone may be added, and it was: "
                    "section 6, in depth."),
        "B": ("yes", "equal slopes at the same time: the difference of the two does not depend on the state."),
        "C": ("yes", "where H_θ = H for all states, the slopes are equal too, and the velocity is J∇H_θ = J∇H = f."),
        "D": ("yes", "it is symplectic for *all* weights, trained well, badly or not at all."),
        "E": ("no", "symplectic says nothing about how near the map is to the motion of H. It says that areas are kept; how "
                    "near the energy is to ours, training decides."),
    }  # fmt: skip
    for name, word in zip("ABCDE", given, strict=True):
        right, reason = why[name]
        if word != right:
            raise Wrong(f"{name}: {reason}")
    return "Matching asks for what the residual asks for, and for a constant of each moment that no motion can feel."


@exercise(
    "16.5",
    "The three lengths must add up to one step, 2a + b = 1, and the errors, each a length cubed, must add up to 0.",
    "From 2a³ + b³ = 0 comes b = −2^(1/3) a, and with 2a + b = 1 then a = 1 / (2 − 2^(1/3)).",
)
def yoshidas_lengths(answer):
    a, b = real_numbers(answer, ["a", "b"])
    root = 2 ** (1 / 3)
    right = 1 / (2 - root), -root / (2 - root)
    if np.allclose((a, b), right, atol=0.003):
        return (
            "The step in the middle goes back by 1.7 steps, through time that the two others have to make good. Three pushes "
            "for two orders."
        )
    for slip, reason in (
        (right[::-1], "The two are the wrong way round: a is the first and the last step, b the one in the middle."),
        ((1 / 3, 1 / 3), "Three equal steps leave 3 · (1/3)³ = 1/9 of the error. One of them must go backwards."),
        ((1 / (2 + root), root / (2 + root)), "The cubes of positive numbers cannot add up to 0. Mind the sign of b."),
        (
            (1 / (2 - 2**0.5), -(2**0.5) / (2 - 2**0.5)),
            "You cancelled the squares. The error of one step goes with the cube.",
        ),
        ((1.0, -1.0), "They add up to 1, and 2 · 1³ − 1³ = 1: the error is what it was."),
        ((0.5, 0.0), "That is two half steps. They leave a quarter of the error."),
        ((1 / (2 - 2**0.2), -(2**0.2) / (2 - 2**0.2)), "That is the fifth root, which cancels the *next* error."),
    ):
        if np.allclose((a, b), slip, atol=0.002):
            raise Wrong(reason)
    if abs(2 * a + b - 1) > 0.003:
        raise Wrong(f"The three lengths add up to {2 * a + b:.4g} steps; they should make one.")
    raise Wrong(f"They add up to 1, but the errors to 2a³ + b³ = {2 * a**3 + b**3:.3g} instead of 0.")
