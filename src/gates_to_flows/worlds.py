"""Two worlds to act in, many episodes side by side: a pole on a cart, and cars on a closed track."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

_GRAVITY, _CART, _POLE, _HALF_LENGTH, _FORCE, _TIME_STEP = 9.8, 1.0, 0.1, 0.5, 10.0, 0.02  # Gymnasium's, in SI units


def cart_pole_step(state, action):
    """A fiftieth of a second of Gymnasium's `CartPole-v1`: the next states (…, 4), a tensor of the type of `state`.

    Parameters: state (…, 4), the cart's place x in m and its speed in m/s, the pole's angle from upright in rad and its speed
    in rad/s; action (…), from 0 (10 N to the left) to 1 (10 N to the right), numbers between them a smaller force. It holds
    for every angle, compiles, and has gradients. An action outside [0, 1] raises ValueError; in a compiled function, which
    cannot raise, the next state is NaN.
    Barto, Sutton and Anderson 1983, doi:10.1109/TSMC.1983.6313077. Taught in notebook 17.
    """
    state = tf.convert_to_tensor(state)
    action = tf.cast(action if tf.is_tensor(action) else np.asarray(action), state.dtype)
    valid = (action >= 0) & (action <= 1)
    if tf.executing_eagerly() and not tf.reduce_all(valid):
        raise ValueError("Actions should be between 0 (left) and 1 (right).")
    force = tf.where(valid, _FORCE * (2 * action - 1), np.nan)
    x, speed, angle, turning = tf.unstack(state, axis=-1)
    sine, cosine = tf.sin(angle), tf.cos(angle)
    push = (force + _POLE * _HALF_LENGTH * turning**2 * sine) / (_CART + _POLE)
    angular = (_GRAVITY * sine - cosine * push) / (_HALF_LENGTH * (4 / 3 - _POLE * cosine**2 / (_CART + _POLE)))
    linear = push - _POLE * _HALF_LENGTH * angular * cosine / (_CART + _POLE)
    rates = tf.stack([speed, linear, turning, angular], axis=-1)
    return state + _TIME_STEP * rates


def cart_pole_up(state):
    """Whether the episode goes on, booleans (…): |x| ≤ 2.4 m and the pole at most 12° from upright. Taught in notebook 17."""
    state = tf.convert_to_tensor(state)
    return (tf.abs(state[..., 0]) <= 2.4) & (tf.abs(state[..., 2]) <= 12 * 2 * np.pi / 360)


class Track:
    """A closed road around a centre line.

    Parameters: centre (n, 2), points of a closed curve in m, in the direction of travel; half_width, in m. Attributes:
    centre (4000, 2), at equal distances along the curve; half_width; length in m.
    Raises ValueError unless the points are finite, the width is positive, and the road keeps clear of itself.
    Taught in notebook 18.
    """

    _CELL = 0.1  # m, of the grid in which distances are looked up

    def __init__(self, centre, half_width=0.75):
        centre = np.asarray(centre, dtype=float)
        if centre.ndim != 2 or centre.shape[1] != 2 or len(centre) < 3 or not np.isfinite(centre).all():
            raise ValueError(f"centre should be at least three finite points (n, 2), not of shape {centre.shape}.")
        if not np.isfinite(half_width) or half_width <= 0:
            raise ValueError(f"half_width should be a positive length, not {half_width!r}.")
        closed = np.concatenate([centre, centre[:1]])
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
        self.half_width, self.length = half_width, along[-1]
        even = np.linspace(0, self.length, 4000, endpoint=False)
        self.centre = np.stack([np.interp(even, along, closed[:, i]) for i in (0, 1)], axis=1)
        self._tree = cKDTree(self.centre)
        self._refuse_a_road_that_meets_itself()
        margin = half_width + 2
        self._low = self.centre.min(axis=0) - margin
        cells = np.ceil((self.centre.max(axis=0) + margin - self._low) / self._CELL).astype(int) + 1
        grid = self._low + self._CELL * np.stack(np.meshgrid(*map(np.arange, cells), indexing="ij"), axis=-1)
        self._clearance = half_width - self._tree.query(grid)[0]

    def _refuse_a_road_that_meets_itself(self):
        # Two places closer than the road is wide, and the way between them much longer than the straight line: on a circle
        # as narrow as the road the way is π/2 times the line.
        pairs = self._tree.query_pairs(2 * self.half_width, output_type="ndarray")
        line = np.linalg.norm(self.centre[pairs[:, 0]] - self.centre[pairs[:, 1]], axis=1)
        apart = np.abs(pairs[:, 0] - pairs[:, 1])
        way = np.minimum(apart, len(self.centre) - apart) * self.length / len(self.centre)
        if (way > 1.5 * line).any():
            raise ValueError(
                f"The road meets itself: a half-width of {self.half_width:g} m is too much for the bends of this centre line."
            )

    def clearance(self, xy):
        """Distance in m from points (…, 2) to the nearest edge of the road: (…), negative beyond it; to about a centimetre."""
        return self._clearance_at(np.moveaxis((xy - self._low) / self._CELL, -1, 0))

    def _clearance_at(self, cells):
        return map_coordinates(self._clearance, cells, order=1, mode="nearest")

    def place(self, xy):
        """Where along the centre line the points (…, 2) are: numbers (…) from 0 to 1, a share of a lap."""
        nearest, n = self._tree.query(xy)[1], len(self.centre)
        forward = self.centre[(nearest + 1) % n] - self.centre[nearest - 1]
        beyond = np.sum((xy - self.centre[nearest]) * forward, axis=-1) / np.sum(forward**2, axis=-1) * 2
        return (nearest + beyond) / n % 1


def make_track(seed, half_width=0.75):
    """A `Track` about 70 m long, a circle bent by random waves; the same for the same seed. Taught in notebook 18."""
    rng, angle = np.random.default_rng(seed), np.linspace(0, 2 * np.pi, 600, endpoint=False)
    sizes, phases = rng.uniform(0.05, [0.25, 0.18, 0.12, 0.10]), rng.uniform(0, 2 * np.pi, 4)
    waves = (a * np.cos(k * angle + φ) for k, a, φ in zip((2, 3, 4, 5), sizes, phases, strict=True))
    radius = 10 * (1 + sum(waves))
    return Track(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), half_width)


class Drives(NamedTuple):
    """What became of n cars: progress (n,) in laps; lap_time (n,) in s, infinite without a lap; trail (steps + 1, n, 2) in m.

    A trail is NaN from the moment at which its car left the road or was taken off it.
    """

    progress: np.ndarray
    lap_time: np.ndarray
    trail: np.ndarray


SENSORS = (-90, -45, 0, 45, 90)
_REACH = 5.0  # m that a sensor sees
_TICK = 0.1  # s from one action to the next
_CAR = 0.15  # m from the middle of a car to its side
_GRIP = 8.0  # m/s², the largest sideways acceleration
_TOP_SPEED = 4.0  # m/s


def sense(track, xy, heading, sensors=SENSORS):
    """What distance sensors see: numbers (n, k) from 0 to 1, the way to the edge of the road over 5 m, to about 10 cm.

    Parameters: xy (n, 2) in m; heading (n,) in rad; sensors, k angles to the heading in degrees, left positive.
    Raises ValueError without sensors. Taught in notebook 18.
    """
    if len(sensors) == 0:
        raise ValueError("There should be at least one sensor.")
    angles = (heading[:, None] + np.deg2rad(sensors)).ravel()
    place = np.repeat((xy - track._low) / track._CELL, len(sensors), axis=0).T  # in cells of the track's grid
    ray = np.stack([np.cos(angles), np.sin(angles)]) / track._CELL
    way, going = np.zeros(len(angles)), np.arange(len(angles))
    while len(going):  # go as far as the nearest edge lies, at least a decimetre, and look again
        free = track._clearance_at(place)
        step = np.where(free > 0, np.maximum(free, 0.1), free)
        way[going] += step
        on = (free > 0) & (way[going] < _REACH)
        going, place, ray = going[on], (place + step * ray)[:, on], ray[:, on]
    return np.clip(way / _REACH, 0, 1).reshape(len(xy), len(sensors))


def drive(track, driver, cars, steps=500, *, sensors=SENSORS, noise=0.0, rng=None):
    """Let cars start side by side, each alone on the road, for `steps` tenths of a second: `Drives`.

    Parameters: driver(seen, car), a function from what k sensors of the cars still on the road see (m, k) and the numbers of
    these cars (m,) to actions (m, 2) between -1 and 1: to the right or left (a curvature of at most 1.5 per m), and brake or
    throttle (at most 3 m/s²); noise, standard deviation of what is added to each reading, drawn from rng.
    Cars start at 1 m/s, make at most 4 m/s and 8 m/s² sideways, and leave the road .15 m from its edge.
    A car that after 6 s has made less than .004 laps a second stands or goes in circles, and is taken off.
    Raises ValueError for numbers that cannot be, and for actions that are not between -1 and 1. Taught in notebook 18.
    """
    for name, number in (("cars", cars), ("steps", steps)):
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 1:
            raise ValueError(f"{name} should be a positive integer, not {number!r}.")
    if noise < 0 or (noise and rng is None):
        raise ValueError("noise should be at least 0, and needs rng=numpy.random.default_rng(…) to be drawn from.")
    forward = track.centre[20] - track.centre[0]
    car = np.arange(cars)
    xy, heading = np.tile(track.centre[0], (cars, 1)), np.full(cars, np.arctan2(forward[1], forward[0]))
    speed, laps, place = np.ones(cars), np.zeros(cars), np.zeros(cars)
    progress, lap_time, trail = np.zeros(cars), np.full(cars, np.inf), np.full((steps + 1, cars, 2), np.nan)
    trail[0] = xy
    for tick in range(1, steps + 1):
        seen = sense(track, xy, heading, sensors)
        turn, throttle = _actions(driver, seen + noise * rng.normal(size=seen.shape) if noise else seen, car)
        speed = np.clip(speed + 3 * throttle * _TICK, 0, _TOP_SPEED)
        most = _GRIP / np.maximum(speed, 0.3)
        heading = heading + np.clip(1.5 * turn * speed, -most, most) * _TICK
        xy = xy + speed[:, None] * np.stack([np.cos(heading), np.sin(heading)], axis=1) * _TICK
        before, place = place, track.place(xy)
        laps = laps + (place - before + 0.5) % 1 - 0.5
        progress[car] = np.maximum(progress[car], laps)
        lap_time[car[(laps >= 1) & np.isinf(lap_time[car])]] = tick * _TICK
        on = (track.clearance(xy) > _CAR) & ((tick < 60) | (laps > 0.004 * tick * _TICK))
        car, xy, heading, speed, laps, place = (a[on] for a in (car, xy, heading, speed, laps, place))
        trail[tick, car] = xy
        if not len(car):
            break
    return Drives(progress, lap_time, trail)


def _actions(driver, seen, car):
    actions = np.asarray(driver(seen, car), dtype=float)
    if actions.shape != (len(car), 2) or not (np.abs(actions) <= 1).all():
        raise ValueError(
            f"The driver should give two numbers between -1 and 1 for each of {len(car)} cars, not an array of shape "
            f"{actions.shape}" + (" with others." if actions.shape == (len(car), 2) else ".")
        )
    return actions.T
