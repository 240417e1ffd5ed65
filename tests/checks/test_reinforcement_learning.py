"""Answers to the exercises of `checks.reinforcement_learning`."""

import numpy as np
import pandas as pd
import tensorflow as tf
import verdicts

from gates_to_flows.checks.reinforcement_learning import advantages, at_the_mark, q_learning, what_it_does


def in_place(Q, s, a, r, s_next, ended):
    Q[s, a] += 0.1 * (r + 0.9 * (not ended) * Q[s_next].max() - Q[s, a])
    return Q


def with_if(Q, s, a, r, s_next, ended):
    target = r if ended else r + 0.9 * np.max(Q[s_next])
    new = Q.copy()
    new[s, a] = 0.9 * Q[s, a] + 0.1 * target
    return new


def as_lists(Q, s, a, r, s_next, ended):
    rows = [list(row) for row in Q]
    rows[s][a] += 0.1 * (r + 0.9 * (1 - ended) * max(rows[s_next]) - rows[s][a])
    return rows


def single_precision(Q, s, a, r, s_next, ended):
    return in_place(Q, s, a, r, s_next, ended).astype("float32")


def as_a_layer(Q, s, a, r, s_next, ended):
    W = tf.Variable(Q)
    with tf.GradientTape() as tape:
        target = r + 0.9 * (not ended) * tf.reduce_max(W[s_next])
        loss = (tf.stop_gradient(target) - W[s, a]) ** 2 / 2
    W.assign_sub(0.1 * tf.convert_to_tensor(tape.gradient(loss, W)))
    return W


def update(value):
    """A learner's function that puts value(old, r, after, ended, Q, s, a) into Q[s, a]."""

    def answer(Q, s, a, r, s_next, ended):
        Q[s, a] = value(Q[s, a], r, Q[s_next], ended, Q, s, a)
        return Q

    return answer


def td(best):
    return update(lambda old, r, after, ended, Q, s, a: old + 0.1 * (r + 0.9 * best(after, ended, Q, s, a) - old))


def no_return(Q, s, a, r, s_next, ended):
    Q[s, a] += 0.1 * (r + 0.9 * (not ended) * Q[s_next].max() - Q[s, a])


def whole_row(Q, s, a, r, s_next, ended):
    Q[s] += 0.1 * (r + 0.9 * (not ended) * Q[s_next].max() - Q[s])
    return Q


def full_gradient(Q, s, a, r, s_next, ended):
    δ = r + 0.9 * (not ended) * Q[s_next].max() - Q[s, a]
    b = Q[s_next].argmax()
    Q[s, a] += 0.1 * δ
    if not ended:
        Q[s_next, b] -= 0.09 * δ
    return Q


RIGHT = {
    advantages: [
        [-0.5, 1, 2],
        (-0.5, 1.0, 2.0),
        np.array([[-0.5, 1, 2]]),
        pd.Series([-0.5, 1, 2]),
        tf.constant([-0.5, 1, 2]),
        [[-0.5], [1], [2]],
    ],
    q_learning: [in_place, with_if, as_lists, single_precision, as_a_layer],
    what_it_does: [
        ["falls", "balances", "shuttles", "waits"],
        ("Falls", " balances", "SHUTTLES", "waits"),
        "falls, balances, shuttles, waits",
        np.array(["falls", "balances", "shuttles", "waits"]),
    ],
    at_the_mark: [
        [0.2, 0.4, 1, 1, -0.2],
        (1, 2, 5, 5, -1),
        np.array([0.2, 0.4, 1, 1, -0.2]),
        pd.Series([0.3, 0.5, 1.2, 1, -0.3]),
        tf.constant([0.2, 0.4, 1, 1, -0.2]),
        [0.4, 0.8, 2, 2, -0.36],
    ],
}

WRONG = {
    advantages: {
        "returns_to_go": ([1, 2, 4], "Subtract the baseline of each step"),
        "baselines": ([1.5, 1, 2], "These are the baselines"),
        "B": ([0.5, -1, -2], "B's advantages"),
        "backwards": ([2, 1, -0.5], "wrong order"),
        "B_rewards": ([2, 0, 0], "These are B's rewards"),
        "no_discount": ([1, 2, 2], "left out the discount"),
        "own_mean": ([1 - 7 / 3, 2 - 7 / 3, 4 - 7 / 3], "A's own mean"),
        "one_mean": ([-0.5, 0.5, 2.5], "Each step has a baseline of its own"),
        "rewards": ([-1, 0, 2], "mean of the *rewards*"),
        "minus_B": ([-1, 2, 4], "A itself included"),
        "total": ([-0.5, -0.5, -0.5], "whole return of the episode"),
        "from_the_start": ([-1.5, 0, 2], "from each action on"),
        "first_only": ([-0.5, 1, 3], "The third action: you gave 3. A's return to go is there 4, and B's is 0"),
        "sign_of_first": ([0.5, 1, 2], "The first action: you gave 0.5. A's return to go is there 1, and B's is 2"),
        "two": ([-0.5, 1], "Give 3 numbers"),
        "A_rewards": ([0, 0, 4], "These are A's rewards"),
        "whole_return": ([2.5, 3, 2], "whole, undiscounted return"),
        "rewards_minus_rewards": ([-2, 0, 4], "You subtracted B's rewards"),
        "discount_of_section_2": ([0.62, 1.8, 2], "Here γ = ½"),
        "all_returns": ([4, 4, 4], "thanked for what comes after it"),
        "half_filled": ([-0.5, None, 2], "the second action's is not filled in yet"),
        "words": ("all", "Give 3 numbers"),
    },
    q_learning: {
        "tilde": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (r + 0.9 * ~ended * after.max() - q)),
            "~False is −1",
        ),
        "argmax": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (r + 0.9 * (not ended) * after.argmax() - q)),
            "the *number* of the best next move",
        ),
        "sum_over_moves": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (r + 0.9 * (not ended) * after.sum() - q)),
            "the sum over the next moves",
        ),
        "one_number": (lambda Q, s, a, r, n, e: in_place(Q, s, a, r, n, e)[s, a], "return the whole table"),
        "nothing_at_the_end": (lambda Q, s, a, r, n, e: Q if e else in_place(Q, s, a, r, n, e), "you learn nothing"),
        "no_end": (td(lambda after, ended, Q, s, a: after.max()), "after it there is nothing more to hope for"),
        "end_upside_down": (td(lambda after, ended, Q, s, a: ended * after.max()), "wrong way round"),
        "mean": (td(lambda after, ended, Q, s, a: (not ended) * after.mean()), "The best one counts"),
        "worst": (td(lambda after, ended, Q, s, a: (not ended) * after.min()), "the worst of the next moves"),
        "whole_table": (td(lambda after, ended, Q, s, a: (not ended) * Q.max()), "best value of the whole table"),
        "same_move": (
            td(lambda after, ended, Q, s, a: (not ended) * after[a % len(after)]),
            "the same move again",
        ),
        "same_square": (td(lambda after, ended, Q, s, a: (not ended) * Q[s].max()), "best move of *this* square"),
        "absolute": (td(lambda after, ended, Q, s, a: (not ended) * np.abs(after).max()), "largest absolute value"),
        "cut": (td(lambda after, ended, Q, s, a: (not ended) * max(after.max(), 0)), "do not cut it at 0"),
        "myopic": (td(lambda after, ended, Q, s, a: 0), "The value of the next square is missing"),
        "no_discount": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (r + (not ended) * after.max() - q)),
            "The discount 0.9 is missing",
        ),
        "discounted_reward": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (0.9 * (r + (not ended) * after.max()) - q)),
            "The reward of this move is not discounted",
        ),
        "sum": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (r + 0.9 * (not ended) * after.max())),
            "Add a tenth of the *difference*",
        ),
        "whole_way": (
            update(lambda q, r, after, ended, Q, s, a: r + 0.9 * (not ended) * after.max()),
            "You replaced Q[s, a] by the target",
        ),
        "nine_tenths": (
            update(lambda q, r, after, ended, Q, s, a: 0.1 * q + 0.9 * (r + 0.9 * (not ended) * after.max())),
            "moved nine tenths",
        ),
        "exchanged": (
            update(lambda q, r, after, ended, Q, s, a: 0.1 * q + 0.9 * (r + 0.1 * (not ended) * after.max())),
            "are exchanged",
        ),
        "away": (
            update(lambda q, r, after, ended, Q, s, a: q - 0.1 * (r + 0.9 * (not ended) * after.max() - q)),
            "The sign is wrong",
        ),
        "no_reward": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.1 * (0.9 * (not ended) * after.max() - q)),
            "The reward is missing",
        ),
        "other_rate": (
            update(lambda q, r, after, ended, Q, s, a: q + 0.2 * (r + 0.9 * (not ended) * after.max() - q)),
            "should become",
        ),
        "whole_row": (whole_row, "Only Q[s, a] should change"),
        "full_gradient": (full_gradient, "Only Q[s, a] should change"),
        "unchanged": (lambda Q, s, a, r, s_next, ended: Q, "comes back as it was"),
        "number": (lambda Q, s, a, r, s_next, ended: Q[0], "The table after the update should have the shape"),
        "no_return": (no_return, "returns nothing"),
        "two_arguments": (lambda Q, s: Q, "Your function should take"),
        "no_function": (np.zeros((11, 4)), "Give a function"),
    },
    what_it_does: {
        "A_balances": (["balances", "balances", "shuttles", "waits"], "A: each step it balances costs 1"),
        "A_waits": (["waits", "balances", "shuttles", "waits"], "A: waiting costs 1"),
        "A_shuttles": (["shuttles", "balances", "shuttles", "waits"], "A: going to and fro costs"),
        "B_falls": (["falls", "falls", "shuttles", "waits"], "B: falling ends the income"),
        "B_waits": (["falls", "waits", "shuttles", "waits"], "B: nothing is put off"),
        "C_waits": (["falls", "balances", "waits", "waits"], "C: a cart that stands"),
        "C_balances": (["falls", "balances", "balances", "waits"], "C: there is no pole"),
        "D_falls": (["falls", "balances", "shuttles", "falls"], "D: leaving at once pays 10"),
        "D_shuttles": (["falls", "balances", "shuttles", "shuttles"], "D: moving to and fro pays as much"),
        "D_balances": (["falls", "balances", "shuttles", "balances"], "D: staying is worth"),
        "other_word": (["falls", "stands", "shuttles", "waits"], "For B give one of falls, shuttles, waits, balances"),
        "too_few": (["falls", "balances"], "Give 4 words"),
    },
    at_the_mark: {
        "too_weak": ([0.01, 0.3, 1, 1, -0.01], "too weak"),
        "another_mark": ([0.2, 0.4, 1, 1, -0.25], "x = 1.25"),
        "no_angle": ([0.2, 0.4, 0, 1, -0.2], "both needed"),
        "speed_turned_round": ([0.2, -0.4, 1, 1, -0.2], "weight of the speed is positive"),
        "too_strong": ([1, 1, 1, 1, -1], "counts too much beside the angle"),
        "huge": ([1e308, 1e308, 1e308, 1e308, -1e308], "50 of 50 carts are lost"),
        "no_offset": ([0.2, 0.4, 1, 1, 0], "around the middle, x = 0"),
        "other_side": ([0.2, 0.4, 1, 1, 0.2], "around x = −1"),
        "swings": ([0.1, 0.3, 1, 1, -0.1], "they swing as far as"),
        "half_way": ([0.2, 0.4, 1, 1, -0.1], "around x = 0."),
        "offset_1": ([0.2, 0.4, 1, 1, -1], "your sum treats x = 5.0 as the middle"),
        "pole_upside_down": ([0.2, 0.4, -1, -1, -0.2], "Push to where the pole falls"),
        "place_upside_down": ([-0.2, -0.4, 1, 1, 0.2], "The weight of the place is positive"),
        "no_place": ([0, 0, 1, 1, -0.2], "nothing keeps the cart on the track"),
        "nothing": ([0, 0, 0, 0, 0], "the push never changes"),
        "only_weights": ([0.2, 0.4, 1, 1], "Give 5 numbers"),
        "half_filled": ([0.2, 0.4, 1, 1, None], "c is not filled in yet"),
        "words": (["a", "b", "c", "d", "e"], "Give 5 numbers"),
    },
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
