"""The exercises of notebook 2b."""

import numpy as np

from gates_to_flows.checks import Wrong, exercise, real_numbers


@exercise("2b.1", "Each backward() adds the same slope once more.", "Five equal slopes, added up.")
def forgotten_zero_grad(answer):
    (factor,) = real_numbers(answer, ["the factor"])
    if np.isclose(factor, 1):
        raise Wrong("A factor of 1 would mean that backward() replaces the old slopes. It adds to them.")
    if np.isclose(factor, 4):
        raise Wrong("You gave 4. The first backward() counts too: it adds to slopes that are 0.")
    if np.isclose(factor, [16, 32]).any():
        raise Wrong(f"You gave {factor:g}. The slopes do not double; the same slope is added each time.")
    if not np.isclose(factor, 5, rtol=1e-3):
        raise Wrong(f"You gave {factor:g}. The weights do not move, so all slopes are equal: add up five of them.")
    return "Five times the slope. Adding up is useful when a batch is too large for the memory, and a bug otherwise."


@exercise(
    "2b.2",
    "What are the shapes in section 2, in Keras and in PyTorch?",
    "A kernel has one row per input; PyTorch has its transpose.",
)
def shape_of_the_weight(answer):
    shape = tuple(real_numbers(answer, ["rows", "columns"]).round(6))
    if shape == (5, 3):
        raise Wrong("(5, 3) is the shape of the kernel in Keras: one row per input. PyTorch has one row per unit.")
    if sorted(shape) == [3, 4] or sorted(shape) == [3, 6]:
        raise Wrong("The bias is not part of the matrix: PyTorch keeps it apart, as Keras does.")
    if shape in ((3, 3), (5, 5)):
        raise Wrong(f"({shape[0]:g}, {shape[1]:g}) is square; 5 inputs and 3 units make a matrix that is not.")
    if shape != (3, 5):
        raise Wrong(f"You gave ({shape[0]:g}, {shape[1]:g}). There are 5 inputs and 3 units: one number for each pair.")
    return "(3, 5): one row per unit, so a layer computes x Wᵀ + b."


@exercise(
    "2b.3",
    "Which of the two velocities has the old learning rate inside?",
    "With g = 0: Keras moves by μv, PyTorch by −ημv.",
)
def momentum_after_halving(answer):
    (ratio,) = real_numbers(answer, ["the ratio"])
    if np.isclose(ratio, 1):
        raise Wrong("They were equal while η stayed the same. Keras's velocity still holds the old η.")
    if np.isclose(ratio, 0.5):
        raise Wrong("The other way round: it is PyTorch that applies the new, halved η to its whole velocity.")
    if np.isclose(ratio, 0.9) or np.isclose(ratio, 1.8):
        raise Wrong(f"You gave {ratio:g}. The factor μ = 0.9 is in both moves and cancels.")
    if not np.isclose(ratio, 2, rtol=1e-3):
        raise Wrong(f"You gave {ratio:g}. With g = 0 Keras moves by μv, PyTorch by −ημv with the new η. Compare them.")
    return "Twice as far. A learning-rate schedule with momentum is therefore not the same schedule in both."
