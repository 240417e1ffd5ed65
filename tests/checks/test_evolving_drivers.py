"""Answers to the exercises of `checks.evolving_drivers`."""

import numpy as np
import pytest
import tensorflow as tf
import verdicts

from gates_to_flows.checks.evolving_drivers import breaks_champions, count_weights, crossover, thrifty
from gates_to_flows.worlds import make_track


def with_a_loop(sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k] * (sizes[k - 1] + 1)
    return total


def by_keras(sizes):
    import keras

    model = keras.Sequential([keras.Input((sizes[0],)), *(keras.layers.Dense(n) for n in sizes[1:])])
    return model.count_params()


def per_child(a, b, rng):
    return np.where(rng.random((len(a), 1)) < 0.5, a, b)


def at_a_point(a, b, rng):
    point = rng.integers(a.shape[1] + 1, size=(len(a), 1))
    return np.where(np.arange(a.shape[1]) < point, a, b)


def in_place(a, b, rng):
    coins = rng.integers(2, size=a.shape).astype(bool)
    a[coins] = b[coins]
    return a


def one_by_one(a, b, rng):
    return [[rng.choice(pair) for pair in zip(x, y, strict=True)] for x, y in zip(a, b, strict=True)]


def swaps(coins):
    """A crossover that takes from a where coins(rng, shape) is true."""

    def cross(a, b, rng):
        return np.where(coins(rng, a.shape), a, b)

    return cross


def with_a_lapse(a, b, rng):
    rng = np.random.default_rng()
    return np.where(rng.random(a.shape) < 0.5, a, b)


def by_conditions(progress, fuel):
    score = progress.copy()
    score[progress >= 1] = 100 - fuel[progress >= 1]
    return score


def one_loop(progress, fuel):
    return [1000 - f if p >= 1 else p for p, f in zip(progress, fuel, strict=True)]


RIGHT = {
    count_weights: [
        with_a_loop,
        by_keras,
        lambda s: sum((a + 1) * b for a, b in zip(s, s[1:], strict=False)),
        lambda s: int(np.dot(np.array(s[:-1]) + 1, s[1:])),
        lambda s: np.sum(np.multiply(s[:-1], s[1:])) + sum(s[1:]),
        lambda s: np.array([sum((a + 1) * b for a, b in zip(s, s[1:], strict=False))]),
        lambda s: float(with_a_loop(s)),
        lambda s: with_a_loop(list(reversed(s))) + s[-1] * 0 + sum(s[1:]) - sum(s[:-1]),
        lambda s: sum(np.ones((a + 1, b)).size for a, b in zip(s, s[1:], strict=False)),
        lambda s: tf.constant(with_a_loop(s)),
    ],
    crossover: [
        in_place,
        one_by_one,
        lambda a, b, rng: np.where(rng.random(a.shape) < 0.5, a, b),
        lambda a, b, rng: np.where(rng.random(b.shape) > 0.5, a, b),
        lambda a, b, rng: np.where(rng.integers(0, 2, a.shape) == 1, b, a),
        lambda a, b, rng: np.where(rng.normal(size=a.shape) > 0, a, b),
        lambda a, b, rng: np.choose(rng.integers(2, size=a.shape), [a, b]),
        lambda a, b, rng: tf.where(rng.random(a.shape) < 0.5, a, b),
        lambda a, b, rng: np.where(rng.choice([True, False], a.shape), a, b),
        lambda a, b, rng: a + (rng.random(a.shape) < 0.5) * (b - a),
        lambda a, b, rng: b + rng.integers(2, size=a.shape) * (a - b),
        lambda a, b, rng: np.where(rng.random(a.shape) < 0.5, a, b).astype(np.float32),
        lambda a, b, rng: tf.where(rng.random(a.shape) < 0.5, tf.cast(a, tf.float32), tf.cast(b, tf.float32)),
        lambda a, b, rng: np.stack([np.where(rng.random(len(x)) < 0.5, x, y) for x, y in zip(a, b, strict=True)]),
    ],
    thrifty: [
        by_conditions,
        one_loop,
        lambda progress, fuel: np.where(progress >= 1, 2 - fuel / 30, progress),
        lambda progress, fuel: np.where(progress >= 1, 1e6 - fuel, progress),
        lambda progress, fuel: np.where(progress < 1, progress - 1, 1 / (1 + fuel)),
        lambda progress, fuel: np.where(progress >= 1, np.exp(-fuel / 30), progress - 10),
        lambda progress, fuel: progress * (progress < 1) + (100 - fuel) * (progress >= 1),
        lambda progress, fuel: np.minimum(progress, 1) + (progress >= 1) * (31 - fuel),
        lambda progress, fuel: tf.where(progress >= 1, 31 - fuel, progress - 1),
        lambda progress, fuel: np.where(progress >= 1, 40 - fuel, np.sqrt(progress)),
        lambda progress, fuel: np.where(progress >= 1, 1 + 1 / (1e-9 + fuel), progress),
        lambda progress, fuel: np.where(progress >= 1, 100 - fuel, progress).astype(np.float32),
        lambda progress, fuel: progress + (progress >= 1) * (100 - fuel - progress),
        lambda progress, fuel: np.argsort(np.argsort(np.where(progress >= 1, 1000 - fuel, progress))),
    ],
}
WRONG = {
    count_weights: {
        "no biases": (lambda s: sum(a * b for a, b in zip(s, s[1:], strict=False)), "counts no biases"),
        "biases of sensors": (lambda s: with_a_loop(s) + s[0], "sensors have no biases"),
        "one bias a layer": (
            lambda s: sum(a * b + 1 for a, b in zip(s, s[1:], strict=False)),
            "a bias of its own, not every layer",
        ),
        "biases below": (
            lambda s: sum(a * (b + 1) for a, b in zip(s, s[1:], strict=False)),
            "belongs to the unit that sums up",
        ),
        "only biases": (lambda s: sum(s[1:]), "What about the connections"),
        "one number": (lambda s: 47, "right for [5, 4, 3, 2]; for [3, 4, 3, 2]"),
        "product of all": (lambda s: int(np.prod(s)), "it should be 47"),
        "sum": (sum, "it should be 47"),
        "not a function": (47, "Give a function of sizes"),
        "four layers": (
            lambda s: (s[0] + 1) * s[1] + (s[1] + 1) * s[2] + (s[2] + 1) * s[3],
            "For [1, 1]: Your function stopped with an IndexError",
        ),
        "never runs": (lambda s: s.count_params(), "Your function stopped with an AttributeError"),
        "nothing": (lambda s: None, "returns nothing"),
        "a list": (lambda s: [(a + 1) * b for a, b in zip(s, s[1:], strict=False)], "be one number"),
    },
    crossover: {
        "never swaps": (lambda a, b, rng: a, "copies of a"),
        "only b": (lambda a, b, rng: b.copy(), "copies of b"),
        "the cited slip": (lambda a, b, rng: np.where(rng.integers(2**31, size=a.shape) < 0.6, b, a), "copies of a"),
        "a coin a child": (per_child, "100% of your children have all their numbers from one parent"),
        "six children in ten": (
            swaps(lambda rng, shape: (rng.random((shape[0], 1)) >= 0.6) | (rng.random(shape) < 0.5)),
            "of your children have all their numbers from one parent",
        ),
        **{
            f"a coin of {p}": (swaps(lambda rng, shape, p=p: rng.random(shape) < p), "it should be about half")
            for p in (0.02, 0.25, 0.75, 0.8, 0.9, 0.98)
        },
        "a chessboard": (
            swaps(lambda rng, shape: (rng.integers(2, size=(shape[0], 1)) + np.arange(shape[1])) % 2 == 0),
            "take turns",
        ),
        "two points": (
            swaps(
                lambda rng, shape: (np.arange(shape[1]) < rng.integers(shape[1] + 1, size=(2, shape[0], 1))).sum(0) == 1
            ),
            "Neighbouring numbers",
        ),
        "a coin a place": (lambda a, b, rng: np.where(rng.random(a.shape[1]) < 0.5, a, b), "each child anew"),
        "one point": (at_a_point, "Neighbouring numbers"),
        "mean": (lambda a, b, rng: (a + b) / 2, "mean of both parents"),
        "sum": (lambda a, b, rng: a + b, "sum of both parents"),
        "blend": (lambda a, b, rng: a + rng.random(a.shape) * (b - a), "lie between those of the parents"),
        "mutates": (
            lambda a, b, rng: np.where(rng.random(a.shape) < 0.5, a, b) + 0.1 * rng.normal(size=a.shape),
            "neither parent",
        ),
        "six in ten": (lambda a, b, rng: np.where(rng.random(a.shape) < 0.6, a, b), "it should be about half"),
        "uneven places": (
            lambda a, b, rng: np.where(rng.random(a.shape) < 0.5 + 0.4 * (-1.0) ** np.arange(a.shape[1]), a, b),
            "the numbers come from a in",
        ),
        "shuffled": (
            lambda a, b, rng: rng.permuted(np.where(rng.random(a.shape) < 0.5, a, b), axis=1),
            "from other places",
        ),
        "its own generator": (with_a_lapse, "Draw all coins from rng"),
        "a fixed generator": (
            lambda a, b, rng: np.where(np.random.default_rng(0).random(a.shape) < 0.5, a, b),
            "the same whatever rng is",
        ),
        "one child": (lambda a, b, rng: np.where(rng.random(a.shape[1]) < 0.5, a[0], b[0]), "have the shape"),
        "two arguments": (lambda a, b: a, "should take a, b and rng"),
    },
    thrifty: {
        "a sum": (lambda progress, fuel: progress - 0.01 * fuel, "A car that gets round should always win"),
        "a large price": (lambda progress, fuel: progress - fuel, "A car that gets round should always win"),
        "progress": (lambda progress, fuel: progress, "the one that has used less fuel should get more"),
        "fuel": (lambda progress, fuel: -fuel, "A car that gets round should always win"),
        "a small price": (lambda p, f: p - 1e-9 * f, "has used less fuel"),
        "a quotient": (lambda progress, fuel: progress / (1 + fuel), "A car that gets round should always win"),
        "more fuel is better": (lambda p, f: np.where(p >= 1, 2 + f, p), "has used less fuel"),
        "laps count too": (lambda p, f: np.where(p >= 1, p + 100 - f, p), "has used less fuel"),
        "no lap, no points": (lambda p, f: np.where(p >= 1, 40 - f, 0), "has come further"),
        "laps count a little": (lambda p, f: np.where(p >= 1, 100 - f + p / 1000, p), "Once round, only the fuel"),
        "laps count besides": (lambda p, f: np.where(p >= 1, 1e5 - 1000 * f + p, p), "Once round, only the fuel"),
        "fuel before the lap": (
            lambda p, f: np.where(p >= 1, 100 - f, p - 1e-6 * f),
            "Without a lap, only the progress",
        ),
        "a little fuel before": (
            lambda p, f: np.where(p >= 1, 100 - f, p - 1e-5 * f),
            "Without a lap, only the progress",
        ),
        "divides by fuel": (lambda p, f: np.where(p >= 1, 1 + 1 / f, p), "should be finite; yours holds inf"),
        "no fuel at all": (lambda p, f: np.minimum(p, 1), "has used less fuel"),
        "below zero": (lambda p, f: np.where(p >= 1, 1 - f, p), "A car that gets round should always win"),
        "saves before the lap": (lambda p, f: np.where(p >= 1, 100, p) - f, "has come further"),
        "more than a lap": (lambda p, f: np.where(p > 1, 40 - f, p), "(One lap is a lap.)"),
        "one number": (lambda p, f: np.sum(p - f), "The scores should have the shape"),
        "the wrong way round": (lambda p, f: np.where(p >= 1, f - 40, -p), "A car that gets round should always win"),
    },
}


@pytest.mark.parametrize("slip", [lambda p, f: np.where(p >= 1, 2 + f, p), lambda p, f: np.minimum(p, 1)])
def test_one_lap_is_mentioned_only_where_it_is_the_slip(slip):
    assert "One lap is a lap" not in thrifty.verdict(slip)


test_right, test_wrong = verdicts.tests(RIGHT, WRONG)  # breaks_champions, which takes two things, follows


def waves(k, size, radius=12):
    angle = np.linspace(0, 2 * np.pi, 600, endpoint=False)
    r = radius * (1 + size * np.cos(k * angle))
    return np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1)


def rule(seen, car):
    return np.stack([np.clip(2 * (seen[:, 3] - seen[:, 1]), -1, 1), np.ones(len(seen))], axis=1)


def timid(seen, car):
    """Steers as the rule does, but turns right by half only: it fails where a road bends to the right and back."""
    steer = rule(seen, car)[:, 0]
    return np.stack([np.where(steer < 0, 0.15 * steer, steer), np.ones(len(seen))], axis=1)


RIGHT[breaks_champions] = [waves(8, 0.2), waves(8, 0.2)[::-1], waves(8, 0.2).tolist(), waves(6, 0.25)]
WRONG[breaks_champions] = {
    "a circle": (waves(1, 0), "so do 100% of the champions"),
    "their own road backwards": (make_track(9).centre[::-1], "% of the champions"),
    "too hard for the rule": (waves(12, 0.1), "The rule does not get round"),
    "meets itself": (waves(8, 0.6), "The road meets itself"),
    "too long": (waves(5, 0.1, 60), "keep it below 300 m"),
    "one column": (waves(2, 0.1)[:, 0], "an array (n, 2); yours has the shape (600,)"),
    "two rows": (waves(2, 0.1).T, "an array (n, 2); yours has the shape (2, 600)"),
    "two points": (waves(2, 0.1)[:2], "at least three finite points"),
    "one place": (np.zeros((10, 2)), "all its points are the same"),
    "not finite": (waves(2, np.nan), "at least three finite points"),
    "a number": (3, "an array (n, 2)"),
}


CHAMPIONS = np.zeros((20, 47))
CHAMPIONS[3] = np.nan  # a herd that has none


def as_all_drive(driver):
    def driver_of(rows):
        assert len(rows) == 19 and np.isfinite(rows).all()
        return driver

    return driver_of


@pytest.mark.parametrize("centre", RIGHT[breaks_champions])
def test_a_road_that_breaks_drivers(centre):
    verdict = breaks_champions.verdict(centre, [CHAMPIONS, as_all_drive(timid), rule])
    assert verdict.startswith("✓ 18.4 "), verdict


@pytest.mark.parametrize(("centre", "words"), WRONG[breaks_champions].values(), ids=list(WRONG[breaks_champions]))
def test_roads_that_do_not(centre, words):
    verdict = breaks_champions.verdict(centre, [CHAMPIONS, as_all_drive(rule), rule])
    assert verdict.startswith("✗ 18.4 ") and words in verdict, verdict
