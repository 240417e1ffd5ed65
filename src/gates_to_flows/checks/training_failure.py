"""The exercises of notebook 4."""

import math

import keras
import numpy as np

from gates_to_flows.checks import Wrong, exercise, parts, playground, real_numbers, words
from gates_to_flows.playground import named_data
from gates_to_flows.training import train_ensemble

_ROWS, _XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
_OPTIMISERS = {"SGD": lambda rate: keras.optimizers.SGD(rate, momentum=0.9), "Adam": keras.optimizers.Adam}
_MEMBERS, _STEPS, _WIDEST = 4000, 500, 8
_STUCK = 2000  # steps; of the plateau of seed 36 the playground's words speak from 2306 on
_BLOGS = {
    "activation": "sigmoid", "loss": "squared error", "optimiser": "SGD", "rate": 0.02, "momentum": 0.9,
    "initialisation": "notebook 4: normal, biases ±1/√d",
}  # fmt: skip


@exercise(
    "4.1",
    "Which line of the table did most for the blog's network? Which others were through early?",
    "Take the widest network that is allowed, and a hidden activation that is steep from the start.",
)
def reliable_setting(setting):
    width, activation, optimiser, rate = parts(setting, ["the width", "the activation", "the optimiser", "the rate"])
    (width,), (rate,) = real_numbers(width, ["the width"]), real_numbers(rate, ["the rate"])
    (activation,) = words(_name(activation), ["the activation"], ["sigmoid", "tanh", "relu"])
    (optimiser,) = words(_name(optimiser), ["the optimiser"], list(_OPTIMISERS))
    if width != int(width) or not 1 <= width <= _WIDEST:
        raise Wrong(f"The width is a whole number from 1 to {_WIDEST} here; you gave {width:g}.")
    if rate <= 0:
        raise Wrong(f"A learning rate is positive; you gave {rate:g}.")
    if width == 1:
        raise Wrong("With one hidden unit the output is a slope along one direction, and no such slope makes XOR.")
    share, rise, finite, moved = _trained(int(width), activation, optimiser, float(rate))
    measured = f"{100 * share:.2f} % of {_MEMBERS} fresh networks are right on all four rows after {_STEPS} steps"
    if share >= 0.999:
        return f"{measured}. A seed that fails is a property of the setting, and the setting is yours to choose."
    if finite < 0.5:
        raise Wrong(f"{measured}: most of the others diverged. The learning rate is too large.")
    if moved < 0.3:
        raise Wrong(f"{measured}. The weights have hardly moved: the learning rate is too small.")
    if activation == "relu":
        raise Wrong(f"{measured}. A smaller rate kills fewer ReLU units, but none that is dead comes back.")
    if share >= 0.98:
        raise Wrong(f"{measured}. Close is not enough here: 99.9 % are asked for.")
    if width < 4:
        quicker = ", and be quicker too: the share is still rising" if rise > 0.01 else ""
        raise Wrong(f"{measured}. The rest sit on plateaus: give the network more units{quicker}.")
    if _trained(int(width), activation, optimiser, float(rate) / 4)[0] > share:
        raise Wrong(
            f"{measured}: wide enough, and too hasty. A quarter of your learning rate gets further in as many steps."
        )
    if rise > 0.01:
        raise Wrong(f"{measured}, and the share is still rising: wide enough, and too slow. Which lines were quick?")
    raise Wrong(f"{measured}, and the share hardly rises. More units, or another activation, leave fewer on a plateau.")


def _name(choice):
    """A word, also of Keras's own function or class: keras.activations.tanh is "tanh"."""
    return getattr(choice, "__name__", choice)


def _trained(width, activation, optimiser, rate):
    """Of fresh networks: the share right by rounding, its rise in the last 100 steps, the share with a finite loss, and how
    far the weight moved that moved most, in the median."""
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((2,)), dense(width, activation=activation), dense(1)])
    model.compile(_OPTIMISERS[optimiser](rate), loss="mse")
    rng = np.random.default_rng(2024)
    weights = [
        rng.normal(size=(_MEMBERS, 2, width)),
        rng.uniform(-1, 1, (_MEMBERS, width)) / np.sqrt(2),
        rng.normal(size=(_MEMBERS, width, 1)),
        rng.uniform(-1, 1, (_MEMBERS, 1)) / np.sqrt(width),
    ]
    trained = train_ensemble(model, _ROWS, _XOR, _STEPS, weights, every=100)
    earlier, share = (np.round(trained.history_outputs[-2:]) == _XOR).all(axis=(2, 3)).mean(axis=1)
    moves = [np.abs(a - b).reshape(_MEMBERS, -1).max(axis=1) for a, b in zip(trained.weights, weights, strict=True)]
    return share, share - earlier, np.isfinite(trained.loss).mean(), np.median(np.max(moves, axis=0))


@exercise(
    "4.2",
    "The four rows get one common output. Which number is nearest to their targets in the mean square?",
    "The best common output is the mean of the targets. The other four rows have no error, and they count in the average.",
)
def plateau(answer):
    output, loss = real_numbers(answer, ["the output ŷ", "the loss"])
    if math.isclose(output, 3 / 32, abs_tol=5e-4) and math.isclose(loss, 0.25, abs_tol=1e-3):
        raise Wrong("The two are the wrong way round: the output comes first, then the loss.")
    if math.isclose(output, 0.75, abs_tol=1e-3):
        raise Wrong(
            "¾ would be the mean if three of the four targets were 1. The parity of 1 1 0 is 0: only 1 1 1 has 1."
        )
    if math.isclose(output, 0.5, abs_tol=1e-3):
        raise Wrong("½ is best for as many ones as zeros. Here one target is 1 and three are 0.")
    if math.isclose(output, 0, abs_tol=1e-3):
        raise Wrong(
            "0 is what most of the four rows want. The squared error is smallest at the mean, not at the majority."
        )
    if math.isclose(output, 1 / 8, abs_tol=1e-3):
        raise Wrong("⅛ is the one 1 over eight rows. Only the four merged rows share this output.")
    if math.isclose(output, 1 / 3, abs_tol=4e-3):
        raise Wrong("⅓ is the mean of three targets with one 1. Four rows are merged here.")
    if not math.isclose(output, 0.25, abs_tol=1e-3):
        raise Wrong(f"The four targets are 0, 0, 0 and 1. Their mean is not {output:g}.")
    if math.isclose(loss, 3 / 32, abs_tol=5e-4):
        return "The level of a plateau tells which rows the network cannot keep apart; you need not look inside."
    if math.isclose(loss, 3 / 16, abs_tol=2e-4):
        raise Wrong(
            "The output is right. 3/16 is the average over the four merged rows, or of errors without their squares; the "
            "loss averages the squares over all eight."
        )
    if math.isclose(loss, 3 / 4, abs_tol=1e-3):
        raise Wrong(
            "The output is right. ¾ is the sum of the squared errors; the loss is their average over eight rows."
        )
    if math.isclose(loss, math.sqrt(3 / 32), abs_tol=2e-3):
        raise Wrong("The output is right. You took the root; the mean squared error is the average itself.")
    if math.isclose(loss, 1 / 8, abs_tol=1e-3):
        raise Wrong("The output is right. 1/8 is what the output 0 or ½ would cost; with ¼ it is less.")
    if math.isclose(loss, 3 / 64, abs_tol=3e-4):
        raise Wrong("The output is right. You halved the loss: the mean squared error has no factor ½.")
    if math.isclose(loss, 9 / 128, abs_tol=5e-4):
        raise Wrong("The output is right. You left out the three rows that want 0: each of them misses by ¼.")
    if math.isclose(loss, 3 / 128, abs_tol=5e-4):
        raise Wrong("The output is right. You left out the row that wants 1: it misses by ¾.")
    if math.isclose(loss, 3 / 32, abs_tol=7e-3):
        raise Wrong("The output is right, and the loss is near: give it with three digits, or as a fraction.")
    raise Wrong(
        f"The output is right. Three rows miss by ¼ and one by ¾; {loss:g} is not the average of these squares."
    )


@exercise(
    "4.3",
    "All of k independent starts fail with probability (1 − p)ᵏ.",
    "Solve 0.19ᵏ ≤ 0.001 with logarithms and round up. The number of starts until the first success is 1/p on average.",
)
def restarts(answer):
    k, mean = real_numbers(answer, ["k", "the mean number of starts"])
    if math.isclose(k, 1 / 0.81, rel_tol=0.005) and mean == int(mean) > 1:
        raise Wrong("The two are the wrong way round: k comes first, then the mean.")
    if k == 1:
        raise Wrong("One start fails in 19 % of the cases, and 0.1 % is allowed.")
    if math.isclose(k, math.log(0.001) / math.log(0.19), abs_tol=0.05):
        raise Wrong("k = 4.16 solves the equation, but starts come whole: round up.")
    if k == 4:
        raise Wrong(
            f"Four starts all fail with probability 0.19⁴ = {0.19**4:.4f}, which is just above 0.001. Round up."
        )
    if math.isclose(k, math.log(0.001) / math.log(0.81), rel_tol=0.04):
        raise Wrong("You took 0.81ᵏ, the probability that all starts *succeed*. All fail with (1 − 0.81)ᵏ.")
    if k < 1 or k != int(k):
        raise Wrong(f"k is a whole number of starts, from 1 on; you gave {k:g}.")
    if k < 4:
        raise Wrong(f"{k:g} starts all fail with probability {0.19**k:.2g}. That is more than 0.001.")
    if k != 5:
        raise Wrong(f"{k:g} starts are enough, and so are fewer. What is the smallest k with 0.19ᵏ ≤ 0.001?")
    if math.isclose(mean, 1 / 0.81, rel_tol=0.005):
        return (
            "Five small runs in the worst of a thousand cases, 1.23 on average: 11 weights to update instead of 17. "
            "Restarts are no second best, if you can tell failure from the loss."
        )
    if math.isclose(mean, 0.81, rel_tol=0.01):
        raise Wrong("k is right. 0.81 is the share of successes; nobody needs less than one start.")
    if math.isclose(mean, 0.19 / 0.81, rel_tol=0.02):
        raise Wrong("k is right. That counts the failures alone; the start that succeeds is a start too.")
    if mean < 1:
        raise Wrong("k is right. The first start always happens, so the mean cannot be below 1.")
    if math.isclose(mean, 5, rel_tol=1e-6):
        raise Wrong("k is right. But whoever stops at the first success rarely needs all five starts.")
    if math.isclose(mean, 1 / 0.19, rel_tol=0.01):
        raise Wrong("k is right. 1/0.19 is the mean number of starts until the first *failure*.")
    if math.isclose(mean, 1.19, abs_tol=0.001):
        raise Wrong("k is right. The sum goes on: a third start happens with probability 0.19², and so forth.")
    if math.isclose(mean, 5 * 0.81, rel_tol=1e-3):
        raise Wrong("k is right. 5 · 0.81 is how many of five starts succeed; we stop at the first that does.")
    if math.isclose(mean, 1.81, abs_tol=0.001):
        raise Wrong("k is right. A second start happens if the first fails: with probability 0.19, not 0.81.")
    if math.isclose(mean, 1 + 0.19 + 0.19**2, abs_tol=0.001):
        raise Wrong("k is right. Your sum stops at the third start; the fourth adds 0.19³, and so forth.")
    if math.isclose(mean, 1.2, abs_tol=1e-6):
        raise Wrong("k is right, and the mean is near: give it with two digits after the point.")
    if math.isclose(mean, 1.25, abs_tol=1e-6):
        raise Wrong("k is right. 1.25 is 1/0.8: do not round p before you divide.")
    raise Wrong(f"k is right. One start always happens, a second with probability 0.19, …: the sum is not {mean:g}.")


@exercise(
    "4.4",
    "A slope of −λ·s moves s by the effective rate times λ·s in each step. So s grows like compound interest.",
    "s(t) = s(0)·exp(0.2·|λ|·t), with 0.2 = 0.02 / (1 − 0.9). Solve s(t) = 1000·s(0) for t.",
)
def steps_off_the_ridge(answer):
    (steps,) = real_numbers(answer, ["the number of steps"])
    wanted = math.log(1000) / (0.2 * 4e-5)
    for slip, why in (
        (1, None),
        (10, "You took the learning rate alone. Momentum 0.9 adds up the last steps and makes it ten times larger."),
        (0.2, "You left the learning rate out: 0.02, made ten times larger by momentum."),
        (
            1 / math.log(10),
            "A decimal logarithm: growth by a factor exp(0.2·|λ|) in each step asks for the natural one.",
        ),
        (10 / math.log(10), "A decimal logarithm, and the learning rate without what momentum adds."),
        (
            1000 / math.log(1000),
            "The distance multiplies in every step, it does not add up: take the logarithm of 1000.",
        ),
        (0.5, "Twice too few: the slope of ½ λ s² is λ s, so the growth rate is 0.2·|λ| and not twice that."),
        (2, "Twice too many: the slope of ½ λ s² is λ s, so the ½ is gone."),
        (
            1 / math.log(2),
            "A logarithm to the base 2: growth by a factor exp(0.2·|λ|) in each step asks for the natural one.",
        ),
        (0.1, "0.2 is the *effective* rate: it holds what momentum adds already."),
        (1 / 0.9, "Momentum 0.9 does not shrink the rate, 0.02 / (1 − 0.9) = 0.2: you took 0.9 times that."),
        (0.04, "You multiplied by the rate. Each step moves s by 0.2·|λ|·s: both belong under the fraction line."),
        (4e-5, "You left the curvature out: in each step s grows by the factor 1 + 0.2·|λ|."),
        (
            200 / math.log(1000),
            "Without the logarithm, and without the rate: in each step s grows by the factor 1 + 0.2·|λ|.",
        ),
        (1 / math.log(1000), "That is the time in which the distance grows e-fold. It has to grow a thousandfold."),
    ):
        if math.isclose(abs(steps), wanted * slip, rel_tol=0.02):
            if why:
                raise Wrong(why)
            if steps < 0:
                raise Wrong("The size is right and the sign is not: take |λ|; time runs forwards.")
            return "Almost a million steps, while the ridge gets flatter all the time. No plot of 2000 steps shows the end."
    if steps in (9e5, 1e6):
        raise Wrong(f"{steps:.0f} is near the right number: give it with two digits at least.")
    if steps <= 0:
        raise Wrong(f"A number of steps is positive; you gave {steps:g}.")
    way = "too few" if steps < wanted else "too many"
    raise Wrong(f"{steps:.0f} steps are {way}. How much larger is the distance s after one step?")


@exercise(
    "4.5",
    "Wait until the words below the buttons speak of a plateau and keep to it. Then push, and train on.",
    "One push in three or so frees this network. Train for some thousand steps after each, and push again if it is stuck.",
)
def freed(answer):
    played = playground(answer, *named_data("XOR"))
    widths, pushes = [len(bias) for bias in played.weights[1:-1:2]], played.state.get("pushes", [])
    if widths != [2]:
        raise Wrong("More units are the other cure. Here the network keeps its one hidden layer of two.")
    changed = [name for name, value in _BLOGS.items() if played.state and played.settings.get(name, value) != value]
    if changed:
        raise Wrong(
            f"The {changed[0]} is no longer the blog's. Run the cell that shows the playground again, and change nothing there."
        )
    right = int((np.abs(np.asarray(played.keras_model()(_ROWS)) - _XOR) < 0.5).sum())
    if right < 4 and not pushes:
        raise Wrong(f"{right} of 4 rows are right, and nobody has pushed yet.")
    if right < 4:
        raise Wrong(
            f"{right} of 4 rows are right. Train on for some thousand steps, and push again if it is still stuck; "
            "or go back to the same start, and push at another step."
        )
    if played.state and played.start is None and played.settings["seed"] != 36:
        raise Wrong(f"This is seed {played.settings['seed']}. Seed 36 gets stuck: go back to it.")
    if played.state and not pushes:
        raise Wrong("This start came through without a push. Go back to seed 36, which gets stuck.")
    if pushes and max(pushes) < _STUCK:
        raise Wrong(
            f"You pushed before step {_STUCK}, when the network was not stuck yet: that was only another start. "
            "Go back to the same start, and wait for the plateau."
        )
    return "Freed. A push in any direction often misses, and can be repeated; no one needs to know which weights are wrong."
