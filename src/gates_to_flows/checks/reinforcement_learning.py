"""The exercises of notebook 17."""

import numpy as np
import tensorflow as tf

from gates_to_flows.checks import Wrong, array, exercise, function, real_numbers, words
from gates_to_flows.worlds import cart_pole_step, cart_pole_up


@exercise(
    "17.1",
    "First the returns to go, from the last step backwards: R = r + ½ · the next R. Do it for both episodes.",
    "The returns to go are 1, 2, 4 in A and 2, 0, 0 in B. The baseline of a step is the mean of its two.",
)
def advantages(answer):
    given = real_numbers(answer, ["the first action's", "the second action's", "the third action's"])
    right = np.array([-0.5, 1, 2])
    if np.allclose(given, right, atol=1e-6):
        return (
            "−½, 1 and 2. The first action is held against A, although A earned more in all: "
            "from there on, discounted, B had more to hope for."
        )
    for slip, why in (
        (-right, "These are B's advantages, or the baseline minus the return to go."),
        (right[::-1], "They are in the wrong order: the first action comes first."),
        ([1, 2, 4], "These are the returns to go. Subtract the baseline of each step."),
        ([1.5, 1, 2], "These are the baselines. Subtract them from A's returns to go."),
        ([0, 0, 4], "These are A's rewards. Take the returns to go, and subtract the baseline of each step."),
        ([4, 4, 4], "An action is thanked for what comes after it, discounted, and the baseline is subtracted."),
        ([2.5, 3, 2], "You subtracted the baselines from A's whole, undiscounted return. Take the return to go at each step."),
        ([-2, 0, 4], "You subtracted B's rewards from A's. The advantage is about what comes from then on: returns to go."),
        ([0.62, 1.8, 2], "You discounted with 0.9, as in section 2. Here γ = ½."),
        ([2, 0, 0], "These are B's rewards, which are its returns to go as well."),
        ([1, 2, 2], "You left out the discount: a reward k steps later counts ½ to the power of k."),
        ([1 - 7 / 3, 2 - 7 / 3, 4 - 7 / 3], "You subtracted A's own mean. The baseline is the mean of both at the *same* step."),
        ([-0.5, 0.5, 2.5], "You subtracted the mean over all steps and both episodes. Each step has a baseline of its own."),
        ([-1, 0, 2], "You subtracted the mean of the *rewards*. The advantage is about what comes from then on: returns to go."),
        ([0, 1, 3], "You took the baseline 1 for each step. It is the mean of the two returns to go at that step."),
        ([-1, 2, 4], "You subtracted B's return to go. The baseline is the mean of both, A itself included."),
        ([-0.5, -0.5, -0.5], "You gave all three the whole return of the episode. An action is thanked for what comes after it."),
        ([-1.5, 0, 2], "You discounted from the first step of the episode on; discount from each action on."),
    ):  # fmt: skip
        if np.allclose(given, slip, atol=0.01):
            raise Wrong(why)
    for i, which in enumerate(("first", "second", "third")):
        if not np.isclose(given[i], right[i], atol=1e-6):
            R, mean = (1, 2, 4)[i], (1.5, 1, 2)[i]
            raise Wrong(
                f"The {which} action: you gave {given[i]:g}. A's return to go is there {R}, and B's is {2 * mean - R:g}."
            )


def _tries():
    """Tables of several shapes, each with a try: square, move, reward, next square, whether the game ended."""
    rng = np.random.default_rng(172)
    for squares, moves, s, a, s_next, ended in (
        (11, 4, 5, 1, 6, False),
        (6, 3, 2, 2, 2, False),
        (9, 2, 8, 0, 3, True),
        (7, 5, 0, 4, 6, False),
        (5, 4, 1, 3, 0, True),
    ):
        yield rng.normal(size=(squares, moves)) - 0.4, s, a, round(float(rng.normal()), 3), s_next, ended


def _target(best):
    """The update with another value of the next square: best(next row, ended, table, square, move)."""
    return lambda old, r, after, ended, Q, s, a: old + 0.1 * (r + 0.9 * best(after, ended, Q, s, a) - old)


def _value(after, ended):
    return 0.0 if ended else after.max()


_SLIPS = [  # what Q[s, a] becomes, and why this is wrong
    (
        _target(lambda after, ended, Q, s, a: after.max()),
        "The game ended with this try: after it there is nothing more to hope for.",
    ),
    (
        _target(lambda after, ended, Q, s, a: after.max() * ended),
        "It is the wrong way round: the next square counts while the game has *not* ended.",
    ),
    (_target(lambda after, ended, Q, s, a: 0.0), "The value of the next square is missing."),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * after.mean()),
        "You took the mean over the next moves. The best one counts: max.",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * after.sum()),
        "You took the sum over the next moves. Only one will be made: the best, max.",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * after.argmax()),
        "argmax is the *number* of the best next move. Its value is wanted: max.",
    ),
    (
        _target(lambda after, ended, Q, s, a: ~int(ended) * after.max()),
        "~ turns the bits of a number round: ~False is −1. Write (not ended).",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old if ended else old + 0.1 * (r + 0.9 * after.max() - old),
        "With the try that ends the game you learn nothing. Its reward counts, too; only what comes after it is 0.",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * after.min()),
        "You took the worst of the next moves. The best one counts: max.",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * Q.max()),
        "You took the best value of the whole table. Only the next square's moves are to be had.",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * after[a]),
        "You took the same move again in the next square. The best one counts: max.",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * Q[s].max()),
        "You took the best move of *this* square. What comes after is in the next one, Q[s_next].",
    ),
    (
        _target(lambda after, ended, Q, s, a: (not ended) * np.abs(after).max()),
        "You took the largest absolute value. A value may be negative, and then it is not the best.",
    ),
    (
        _target(lambda after, ended, Q, s, a: max(_value(after, ended), 0.0)),
        "The best value of the next square may be negative: do not cut it at 0.",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old + 0.1 * (r + _value(after, ended) - old),
        "The discount 0.9 is missing in front of the next square's value.",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old + 0.1 * (0.9 * (r + _value(after, ended)) - old),
        "The reward of this move is not discounted; only what comes after it is.",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old + 0.1 * (r + 0.9 * _value(after, ended)),
        "You add a tenth of the target. Add a tenth of the *difference*, target minus Q[s, a].",
    ),
    (
        lambda old, r, after, ended, Q, s, a: r + 0.9 * _value(after, ended),
        "You replaced Q[s, a] by the target. Move it a tenth of the way only: one try is noisy.",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old + 0.9 * (r + 0.9 * _value(after, ended) - old),
        "You kept a tenth and moved nine tenths of the way: the learning rate is 0.1.",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old + 0.9 * (r + 0.1 * _value(after, ended) - old),
        "The learning rate and the discount are exchanged.",
    ),
    (
        lambda old, r, after, ended, Q, s, a: old - 0.1 * (r + 0.9 * _value(after, ended) - old),
        "The sign is wrong: Q[s, a] moves away from the target.",
    ),
    (lambda old, r, after, ended, Q, s, a: old + 0.1 * (0.9 * _value(after, ended) - old), "The reward is missing."),
]


@exercise(
    "17.2",
    "Only Q[s, a] changes: it moves by a tenth of the way to the target.",
    "Q[s, a] += 0.1 * (r + 0.9 * (not ended) * Q[s_next].max() - Q[s, a]), and then return Q.",
)
def q_learning(answer):
    call = function(answer, "a table, a square, a move, a reward, the next square and whether the game ended")
    tries, given = [], []
    for Q, s, a, r, s_next, ended in _tries():
        after = call(Q, s, a, r, s_next, ended)
        if np.size(after) == 1:
            raise Wrong("You returned one number. Put it into Q[s, a], and return the whole table Q.")
        after = array(after, Q.shape, "The table after the update")
        others = after.copy()
        others[s, a] = Q[s, a]
        if not np.allclose(others, Q, atol=1e-6):
            i, j = (int(k) for k in np.argwhere(~np.isclose(others, Q, atol=1e-6))[0])
            raise Wrong(f"Only Q[s, a] should change; for s = {s} and a = {a} yours changes Q[{i}, {j}] too.")
        tries.append((Q[s, a], r, Q[s_next], ended, Q, s, a))
        given.append(after[s, a])
    if np.allclose(given, [old for old, *_ in tries], atol=1e-6):
        raise Wrong("Your table comes back as it was. Does the update go into Q[s, a], and is that table returned?")
    right = [old + 0.1 * (r + 0.9 * _value(after, ended) - old) for old, r, after, ended, *_ in tries]
    if np.allclose(given, right, atol=1e-6):
        return "One line, and it is the whole of Q-learning. The end of the game is in it, too."
    for slip, why in _SLIPS:
        if np.allclose(given, [slip(*one) for one in tries], atol=1e-6):
            raise Wrong(why)
    k = int(np.argmin(np.isclose(given, right, atol=1e-6)))
    old, r, after, ended, *_ = tries[k]
    raise Wrong(
        f"With Q[s, a] = {old:.3f}, r = {r:.3f}, {'the game over' if ended else f'the best next value {after.max():.3f}'}, "
        f"Q[s, a] should become {right[k]:.3f}; yours becomes {given[k]:.3f}."
    )


@exercise(
    "17.3",
    "Do not ask what was meant. Ask which behaviour collects the most.",
    "A: which episode has the fewest −1? C: what does a parked cart earn? D: compare 10 with 1 + 0.99 + 0.99² + ….",
)
def what_it_does(answer):
    given = words(answer, list("ABCD"), ["falls", "shuttles", "waits", "balances"])
    right = ["falls", "balances", "shuttles", "waits"]
    why = {
        "A": {
            "balances": "each step it balances costs 1, so 500 steps pay −500. What pays least badly?",
            "shuttles": "going to and fro costs 1 a step like everything else. What ends the costs?",
            "waits": "waiting costs 1 a step. What ends the costs?",
        },
        "B": {
            "falls": "falling ends the income of 1 a step.",
            "shuttles": "it may, but nothing pays for it. What is paid is the pole being up, and that was wanted.",
            "waits": "nothing is put off here: each step with the pole up pays at once, and that was wanted.",
        },
        "C": {
            "falls": "there is no pole to fall, and no end to hasten.",
            "waits": "a cart that stands in the middle crosses nothing, and earns nothing.",
            "balances": "there is no pole. What was wanted is a cart that stays in the middle; does that cross it?",
        },
        "D": {
            "falls": "leaving at once pays 10 and ends the income of 1 a step. How much is that income in all?",
            "shuttles": "moving to and fro pays as much as standing still. What matters is that it never takes the exit.",
            "balances": "staying is worth 1/(1 − 0.99) = 100, the exit 10. Will it take the exit?",
        },
    }
    for case, word, wanted in zip("ABCD", given, right, strict=True):
        if word != wanted:
            raise Wrong(f"{case}: {why[case][word]}")
    return "A learner takes a reward at its word. Ask of each what the laziest and the most cunning way to it would be."


@exercise(
    "17.4",
    "(0.1, 0.3, 1, 1) brings the cart to x = 0 and swings around it. What is 0 at the mark as x is in the middle?",
    "x − 1: so c is minus the weight of the place. And pay more heed to the place than 0.1: the cart swings too widely.",
)
def at_the_mark(answer):
    *w, c = real_numbers(answer, _WEIGHTS)
    x, up = _fifty_carts(np.array(w), c)
    if not up.all():
        lost = f"{(~up[-1]).sum()} of 50 carts are lost"
        if not any(w):
            raise Wrong(f"{lost}: with four zeros the push never changes.")
        if w[2] < 0 or w[3] < 0:
            raise Wrong(f"{lost}. Push to where the pole falls: the third and fourth weight are positive.")
        if w[2] == 0 or w[3] == 0:
            raise Wrong(
                f"{lost}. The angle and how fast it turns are both needed: give the third and the fourth a weight."
            )
        if w[0] < 0:
            raise Wrong(f"{lost}. The weight of the place is positive: to come back, the cart first moves outwards.")
        if w[0] == 0:
            raise Wrong(f"{lost}: without a weight on the place nothing keeps the cart on the track.")
        if w[1] < 0:
            raise Wrong(f"{lost}. The weight of the speed is positive, like that of the place: it calms the swinging.")
        if abs(c) / 2 > w[0]:
            raise Wrong(f"{lost}: your sum treats x = {-c / w[0]:.1f} as the middle, and the track ends at 2.4.")
        if w[0] > 0.4 * w[2]:
            raise Wrong(
                f"{lost}. The place counts too much beside the angle: while the cart comes back, the pole falls."
            )
        raise Wrong(f"{lost}. All fifty should last for 500 steps.")
    last = x[400:]
    middle, farthest = last.mean(), np.abs(last - 1).max()
    if farthest <= 0.5:
        return f"All fifty are up, and within {farthest:.2f} m of the mark at the end. The offset moved the middle of the world."
    if abs(middle - 1) <= 0.3 and w[0] > 0 and abs(-c / w[0] - 1) > 0.1:
        raise Wrong(
            f"All are up, but your sum treats x = {-c / w[0]:.2f} as the middle, and some end {farthest:.2f} m from the mark."
        )
    if abs(middle - 1) <= 0.3:
        raise Wrong(
            f"All are up, and around the mark on average, but they swing as far as {farthest:.2f} m from it. "
            "Change the weight of the place, and the offset with it."
        )
    if abs(middle + 1) <= 0.5:
        raise Wrong("All are up, but around x = −1. The sign of the offset is wrong.")
    if c < 0 < w[0] and abs(middle) <= 0.3:
        raise Wrong(
            f"All are up, but after 400 steps they are still around x = {middle:.2f}. The weight of the place, {w[0]:g}, is too "
            "weak to bring the carts to the mark in time; a larger one needs a larger offset."
        )
    if abs(middle) <= 0.3:
        raise Wrong("All are up, but around the middle, x = 0. What does the offset do?")
    raise Wrong(f"All are up, but in the last hundred steps the carts are around x = {middle:.2f} and not 1.")


_WEIGHTS = ["w₁", "w₂", "w₃", "w₄", "c"]


_step = tf.function(cart_pole_step)


def _fifty_carts(w, c, steps=500):
    """Places (steps, 50) in m and whether all was well so far (steps, 50), for the policy w · state + c > 0."""
    state, up = tf.constant(np.random.default_rng(174).uniform(-0.05, 0.05, (50, 4))), np.full(50, True)
    places, well = [], []
    for _ in range(steps):
        with np.errstate(all="ignore"):  # weights may be huge
            right = state.numpy() @ w + c > 0
        state = _step(state, tf.constant(right))
        up = up & cart_pole_up(state).numpy()
        places.append(state[:, 0].numpy())
        well.append(up)
    return np.array(places), np.array(well)
