"""Answers to the exercises of `checks.residual_networks`."""

import keras
import numpy as np
import tensorflow as tf
import verdicts

from gates_to_flows import dynamics
from gates_to_flows.checks.residual_networks import (
    closed_paths,
    fewest_layers,
    keeps_areas,
    longest_safe_step,
    midpoint_layer,
)
from gates_to_flows.playground import Playground


def f_of(A, B, b, σ=np.tanh):
    return lambda z: σ(z @ A.T + b) @ B


def by_hand(x, A, B, b, h):
    f = f_of(A, B, b)
    return x + h * f(x + h / 2 * f(x))


def one_by_one(x, A, B, b, h):
    def f(v):
        return B.T @ np.tanh(A @ v + b)

    return [v + h * f(v + 0.5 * h * f(v)) for v in x]


def by_step(x, A, B, b, h):
    return dynamics.step("midpoint", f_of(A, B, b), x, h)


def by_tensorflow(x, A, B, b, h):
    def f(z):
        return tf.tanh(z @ tf.transpose(A) + b) @ B

    return x + h * f(x + h / 2 * f(x))


def in_place(x, A, B, b, h):
    middle = x.copy()
    middle += h / 2 * f_of(A, B, b)(x)
    x += h * f_of(A, B, b)(middle)
    return x


def euler(x, A, B, b, h):
    return x + h * f_of(A, B, b)(x)


def layer(move, σ=np.tanh):
    def made(x, A, B, b, h):
        return move(x, f_of(A, B, b, σ), h)

    return made


def area(new_p_first=False, rounds=1):
    def block(q, p, f, g, h):
        if new_p_first:
            p = p + h * g(q)
            return q + h * f(p), p
        q = q + h * f(p)
        return q, p + h * g(q)

    return block


def verlet(q, p, f, g, h):
    p = p + h / 2 * g(q)
    q = q + h * f(p)
    return q, p + h / 2 * g(q)


def verlet_as_list(q, p, f, g, h):
    q = q + h / 2 * f(p)
    p = p + h * g(q)
    return [q + h / 2 * f(p), p]


def two_halves(q, p, f, g, h):
    for _ in range(2):
        q = q + h / 2 * f(p)
        p = p + h / 2 * g(q)
    return np.stack([q, p])


def midpoint_block(q, p, f, g, h):
    return q + h * f(p + h / 2 * g(q)), p + h * g(q + h / 2 * f(p))


def rk4_in_fifty(q, p, f, g, h):
    x, h = np.stack([q, p]), h / 50
    for _ in range(50):
        x = dynamics.step("RK4", lambda x: np.stack([f(x[1]), g(x[0])]), x, h)
    return x


RIGHT = {
    midpoint_layer: [by_hand, one_by_one, by_step, by_tensorflow, in_place],
    fewest_layers: [13, 13.0, [13], np.int64(13), np.array([[13]]), tf.constant(13)],
    keeps_areas: [area(), area(new_p_first=True), verlet, verlet_as_list, two_halves],
    longest_safe_step: [8 / 9, 0.889, 0.89, [0.8889], np.float32(8 / 9), np.array([[0.8889]]), tf.constant(0.8889)],
}

WRONG = {
    midpoint_layer: {
        "euler": (euler, "That is Euler's step"),
        "half_euler": (layer(lambda x, f, h: x + h / 2 * f(x)), "That is half an Euler step"),
        "two_halves": (
            layer(lambda x, f, h: (x + h / 2 * f(x)) + h / 2 * f(x + h / 2 * f(x))),
            "two Euler steps of half the length",
        ),
        "from_the_middle": (
            layer(lambda x, f, h: (x + h / 2 * f(x)) + h * f(x + h / 2 * f(x))),
            "should start at x, and not at the middle",
        ),
        "whole_first_move": (layer(lambda x, f, h: x + h * f(x + h * f(x))), "The first move is half a step"),
        "heun": (layer(lambda x, f, h: x + h / 2 * (f(x) + f(x + h * f(x)))), "That is Heun's step"),
        "half_step": (layer(lambda x, f, h: x + h / 2 * f(x + h / 2 * f(x))), "it has the length h, not h/2"),
        "move_alone": (layer(lambda x, f, h: h * f(x + h / 2 * f(x))), "A residual layer adds it to x"),
        "rate_alone": (layer(lambda x, f, h: f(x + h / 2 * f(x))), "That is the rate at the middle"),
        "no_h": (layer(lambda x, f, h: x + f(x + h / 2 * f(x))), "has to be multiplied by h"),
        "no_h_inside": (layer(lambda x, f, h: x + h * f(x + f(x) / 2)), "your h is missing"),
        "backwards": (layer(lambda x, f, h: x + h * f(x - h / 2 * f(x))), "The half step goes backwards"),
        "minus": (layer(lambda x, f, h: x - h * f(x + h / 2 * f(x))), "The sign is wrong"),
        "linear": (lambda x, A, B, b, h: by_step_of(x, A, B, b, h, np.asarray), "The activation is missing"),
        "relu": (lambda x, A, B, b, h: by_step_of(x, A, B, b, h, lambda z: np.maximum(z, 0)), "not ReLU"),
        "sigmoid": (lambda x, A, B, b, h: by_step_of(x, A, B, b, h, lambda z: 1 / (1 + np.exp(-z))), "not the sigmoid"),
        "no_b": (lambda x, A, B, b, h: by_step(x, A, B, 0 * b, h), "The biases b are missing"),
        "swapped": (lambda x, A, B, b, h: by_step(x, B, A, b, h), "A and B are the wrong way round"),
        "tied": (lambda x, A, B, b, h: by_step(x, A, A, b, h), "You used A twice"),
        "rk4": (
            lambda x, A, B, b, h: dynamics.step("RK4", f_of(A, B, b), x, h),
            "the output is off by",
        ),
        "no_transpose": (
            lambda x, A, B, b, h: x + h * np.tanh(x @ A + b) @ B,
            "Your function stopped with a ValueError",
        ),
        "one_argument": (lambda x: x, "Your function should take x, A, B, b and h"),
        "no_return": (lambda x, A, B, b, h: None, "returns nothing"),
        "first_row": (lambda x, A, B, b, h: by_hand(x, A, B, b, h)[0], "should have the shape (5, 2)"),
        "a_layer": (keras.layers.Dense(2), "it takes, or gives, something else"),
        "a_number": (3, "Give a function of x, A, B, b and h"),
    },
    fewest_layers: {
        "only_2": (4.2, "That is T · 2"),
        "only_3": (6.3, "That is T · 3"),
        "not_rounded": (12.6, "That is T · 6"),
        "rounded_down": (12, "Round up, not down"),
        "stability": (7, "the order asks for h ≤ 1/6"),
        "slope": (6, "6 is the steepest slope"),
        "without_3": (5, "the 3 counts too"),
        "step": (1 / 6, "That is the largest step"),
        "one_more": (14, "one fewer is too"),
        "one": (1, "One layer has h = 2.1"),
        "twice": (26, "twice too many"),
        "few": (10, "With 10 layers h = 0.210"),
        "many": (100, "fewer are enough"),
        "none": (0, "at least one layer"),
        "negative": (-13, "at least one layer"),
        "broken": (13.5, "Layers are whole"),
        "two_numbers": ([12, 13], "Give one number"),
        "word": ("thirteen", "Give one number"),
    },
    keeps_areas: {
        "many_RK4_steps": (rk4_in_fifty, "It multiplies a small area"),
        "euler": (lambda q, p, f, g, h: (q + h * f(p), p + h * g(q)), "That is the Euler step itself"),
        "order": (lambda q, p, f, g, h: area()(q, p, f, g, h)[::-1], "The new q comes first"),
        "own_coordinate": (lambda q, p, f, g, h: (q + h * f(q), p + h * g(p)), "q moves by f at p"),
        "f_and_g": (lambda q, p, f, g, h: (q + h * g(p), p + h * f(q)), "f and g are the wrong way round"),
        "sign": (lambda q, p, f, g, h: (q + h * f(p), p - h * g(q + h * f(p))), "The sign of g is wrong"),
        "only_q": (lambda q, p, f, g, h: (q + h * f(p), p), "p does not move at all"),
        "only_p": (lambda q, p, f, g, h: (q, p + h * g(q)), "q does not move at all"),
        "still": (lambda q, p, f, g, h: (q, p), "nothing moves"),
        "long": (lambda q, p, f, g, h: (q + f(p), p + g(q + f(p))), "not h"),
        "midpoint": (midpoint_block, "It multiplies a small area"),
        "half_the_way": (
            lambda q, p, f, g, h: (q + h * f(p), p + h * g(q + h / 2 * f(p))),
            "It multiplies a small area",
        ),
        "half_speed": (
            lambda q, p, f, g, h: (q + h / 2 * f(p), p + h / 2 * g(q + h / 2 * f(p))),
            "is no step of",
        ),
        "swapped_shears": (
            lambda q, p, f, g, h: (q + h * g(p), p + h * f(q + h * g(p))),
            "is no step of",
        ),
        "moved_at_rest": (lambda q, p, f, g, h: (q + h * f(p) + 1, p + h * g(q + h * f(p))), "For h = 0"),
        "one_value": (lambda q, p, f, g, h: q + h * f(p), "2 things in a list"),
        "no_return": (lambda q, p, f, g, h: None, "returns nothing"),
        "few_arguments": (lambda q, p, h: (q, p), "Your function should take q, p, f, g and h"),
        "pair": ((1, 2), "Give a function"),
    },
    longest_safe_step: {
        "upside_down": (18, "belongs below the line"),
        "twice": (16 / 9, "twice the bound"),
        "frobenius_unsquared": (2.5298, "You took √10"),
        "largest_entry": (2, "or the largest entry"),
        "relu": (2 / 9, "That is the bound for ReLU"),
        "half": (4 / 9, "That is half of it"),
        "one_over": (1 / 9, "That is 1 / ‖A‖²"),
        "frobenius": (0.8, "the sum of the squared entries, 10"),
        "frobenius_relu": (0.2, "and the slope 1"),
        "not_squared": (8 / 3, "the bound has its square"),
        "not_squared_relu": (2 / 3, "‖A‖ enters squared"),
        "smaller": (8, "the smaller stretch"),
        "slope_squared": (32 / 9, "once, not squared"),
        "slope_above": (1 / 18, "belongs below"),
        "inverse": (9 / 8, "1 over the bound"),
        "pull": (2.25, "The step is 2 over it"),
        "long": (1.0, "too long"),
        "short": (0.5, "too short"),
        "negative": (-8 / 9, "longer than 0"),
        "zero": (0, "longer than 0"),
        "word": ("8/9", "Give one number"),
        "two": ([8 / 9, 3], "Give one number"),
    },
}


def by_step_of(x, A, B, b, h, σ):
    return dynamics.step("midpoint", f_of(A, B, b, σ), x, h)


def _pendulum(spoiled=0.0, twisted=0.0):
    """A playground whose field is that of the pendulum: sin q and p from sine units, plus some friction or a twist."""
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(4, activation=keras.ops.sin), keras.layers.Dense(2)]
    )
    small = 0.01  # sin(small · p) / small is p, nearly
    first = np.array([[1, 0, twisted, 0], [0, small, 0, small]])
    second = np.array([[0, -1], [1 / small, 0], [1, 0], [0, -spoiled / small]])
    model.set_weights([first, np.zeros(4), second, np.zeros(2)])
    return Playground("pendulum", model=model)


RIGHT[closed_paths] = [_pendulum()]
WRONG[closed_paths] = {
    "friction": (
        _pendulum(spoiled=0.05),
        "Every arrow is right within 5 per cent of the range, and yet the energy moves by",
    ),
    "much_friction": (_pendulum(spoiled=0.5), "The energy moves by"),
    "runs_away": (_pendulum(spoiled=-2.0), "leaves the picture"),
    "the_oscillator": (Playground("oscillator"), "holds other data now, 'oscillator'"),
    "a_field": (lambda x: x, "Give the playground itself"),
}

test_right, test_wrong = verdicts.tests(RIGHT, WRONG)
