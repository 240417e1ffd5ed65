"""The exercises of notebook 1."""

import numpy as np

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, row_text, shown

_TWO = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
_THREE = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])


@exercise(
    "1.1",
    "NAND is AND turned round: it is 0 in the one row where AND is 1.",
    "One gate of the box does the turning. Feed it the output of another.",
)
def nand_from_the_box(nand):
    nand, outputs = function(nand, "two inputs"), []
    for a, b in _TWO:
        output = nand(int(a), int(b))
        if np.size(output) != 1 or array(output, (), "A gate's output") not in (0, 1):
            raise Wrong(f"For inputs {a} {b} your function returns {shown(output)}; a gate returns 0 or 1.")
        outputs.append(int(array(output, (), "A gate's output")))
    if outputs == [1, 1, 1, 0]:
        return "AND, OR and NOT build every gate; so does NAND alone, which is why chips are made of it."
    if outputs == [1, 0, 0, 0]:
        raise Wrong("That is NOR: it is 0 for inputs 0 1, and NAND is 1 there. Turn AND round, not OR.")
    if outputs == [0, 0, 0, 1]:
        raise Wrong("That is AND itself: all four rows are the wrong way round.")
    a, b = _TWO[np.argmax(np.array(outputs) != [1, 1, 1, 0])]
    raise Wrong(
        f"For inputs {a} {b} your function gives {1 - int(not (a and b))}, and NAND gives {int(not (a and b))}."
    )


@exercise(
    "1.2",
    "All three inputs count the same. What sum separates two ones from one?",
    "With weights 1, 1, 1 the sum is 0, 1, 2 or 3. Put the bias so that 2 fires and 1 does not.",
)
def majority_of_three(answer):
    *w, b = real_numbers(answer, ["w1", "w2", "w3", "b"])
    sums = _THREE @ w + b
    fires = sums >= 0
    wanted = _THREE.sum(axis=1) >= 2
    if (fires == wanted).all():
        return "A vote is one unit. Three equal weights w > 0 do, for instance, with −2w ≤ b < −w."
    edge = (np.abs(sums) < 1e-9) & (fires != wanted)
    if any(((sums + nudge >= 0) == wanted).all() for nudge in (1e-9, -1e-9)):
        raise Wrong(f"For inputs {row_text(_THREE[np.argmax(edge)])} the sum is 0, on the very edge. Move b a little.")
    if (fires != wanted).all():
        raise Wrong(
            "Every row is the wrong way round: your unit fires for the minority. Turn the signs of all four numbers"
            + (", and move b a little." if edge.any() else ".")
        )
    if fires.all():
        raise Wrong("Your unit fires for every input, also for 0 0 0, where the sum is b alone. Take a negative b.")
    smallest, middle, largest = sorted(w)
    if smallest > 0 and smallest + middle > largest:  # then some bias makes it the majority
        if (fires == (_THREE.sum(axis=1) >= 1)).all():
            raise Wrong("Your unit fires as soon as one input is 1. That is OR of three; move the bias down.")
        if (fires == (_THREE.sum(axis=1) >= 3)).all():
            raise Wrong("Your unit fires only when all three are 1. That is AND of three; move the bias up.")
        if not fires.any():
            raise Wrong("Your unit never fires, not even for 1 1 1. Move the bias up.")
    i = np.argmax(fires != wanted)
    does, should = ("fires", "should not") if fires[i] else ("does not fire", "should")
    raise Wrong(f"For inputs {row_text(_THREE[i])} the sum is {sums[i]:g}, so your unit {does}, and it {should}.")


@exercise(
    "1.3",
    "Add the two middle rows. Which multiples of b, w1 and w2 do you get? Which other rows cancel them?",
    "The first and the last row add up to w1 + w2 + 2b < 0.",
)
def why_no_line_makes_xor(answer):
    m = real_numbers(answer, ["m00", "m01", "m10", "m11"])
    if (m < 0).any():
        raise Wrong("A negative multiplier turns its inequality round, so the sum no longer follows. Use numbers ≥ 0.")
    if not m.any():
        raise Wrong("All four are 0, and 0 < 0 does not follow from nothing: use at least one row.")
    coefficients = m @ np.array([[0, 0, 1], [0, -1, -1], [-1, 0, -1], [1, 1, 1]])
    left = [
        f"{c:+g}·{name}" for c, name in zip(coefficients, ["w1", "w2", "b"], strict=True) if abs(c) > 1e-9 * m.max()
    ]
    if left:
        raise Wrong(f"With these multipliers {' '.join(left)} is left on the left-hand side. Everything must cancel.")
    return (
        "All four rows equally: everything cancels and 0 < 0 is left. No weights satisfy it, so no line makes XOR. "
        "Such a list of multipliers is a proof that anybody can check (Farkas, 1902)."
    )


@exercise(
    "1.4",
    "The error shrinks while every factor 1 − ηλ lies between −1 and 1. Which eigenvalue leaves that range first?",
    "np.linalg.eigvalsh(R) gives the eigenvalues of R = XᵀX / n in rising order; here n = 8.",
)
def largest_stable_step(answer):
    (step,) = real_numbers(answer, ["the step size η"])
    correlation = _correlation(np.column_stack([_THREE, np.ones(8)]))
    largest = np.linalg.eigvalsh(correlation)[-1]
    two_inputs = np.linalg.eigvalsh(_correlation(np.column_stack([_TWO, np.ones(4)])))[-1]
    without_bias = np.linalg.eigvalsh(_correlation(_THREE))[-1]
    if step <= 0:
        raise Wrong(f"You gave {step:g}. A step size is positive.")
    slips = {
        1 / largest: "1 / λmax. There the fastest direction is learned in one step; it stays stable up to twice that.",
        largest: "λmax itself. A larger λmax asks for a smaller step.",
        2
        / np.trace(
            correlation
        ): "2 / trace R. That is safe, since the trace is at least λmax, but it is not the limit.",
        8 * largest: "λmax of XᵀX, and here 2 / λmin of R as well. What counts is 2 over the largest eigenvalue of R.",
        2 / (8 * largest): "2 / λmax of XᵀX. The update divides by the number of rows, n = 8; so must R.",
        2 / without_bias: "the limit without the bias. Its constant 1 is an input too: add the column.",
        2 / two_inputs: "the limit for two inputs. With three inputs R is a 4 × 4 matrix.",
    }
    for slip, why in slips.items():
        if np.isclose(step, slip, rtol=5e-3):
            raise Wrong(f"You gave {step:.4g}, which is {why}")
    if not np.isclose(step, 2 / largest, rtol=1e-2):
        side = "diverges" if step > 2 / largest else "is stable, and so is a larger one"
        raise Wrong(
            f"You gave {step:.4g}. That step {side}. The limit is 2 / λmax of R = XᵀX / n, with the bias column in X."
        )
    return (
        f"2 / λmax = {2 / largest:.3f}, less than for two inputs: every further input that is often 1 raises λmax. "
        "Real data with a large mean make it tiny, which is why inputs are centred."
    )


def _correlation(inputs):
    return inputs.T @ inputs / len(inputs)
