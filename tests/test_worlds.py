"""The cart-pole against Gymnasium's own, step for step; the road against its geometry, the sensors against a slow walk."""

import gates_to_flows  # noqa: F401  isort: skip
import gymnasium
import numpy as np
import pytest
import tensorflow as tf

from gates_to_flows.worlds import Drives, Track, cart_pole_step, cart_pole_up, drive, make_track, sense


def circle(radius=10.0, n=200):
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def test_the_cart_pole_is_gymnasiums_step_for_step():
    env, rng = gymnasium.make("CartPole-v1"), np.random.default_rng(1)
    before, actions, after, ended = [], [], [], []
    for episode in range(40):
        env.reset(seed=episode)
        lean, terminated, truncated = rng.uniform(0.2, 0.8), False, False  # some fall quickly, some drift off the track
        while not terminated and not truncated:
            before.append(np.array(env.unwrapped.state))
            actions.append(int(rng.random() < lean if episode % 2 else before[-1][2] + before[-1][3] > 0.02))
            _, _, terminated, truncated, _ = env.step(actions[-1])
            after.append(np.array(env.unwrapped.state))
            ended.append(terminated)
    ours = cart_pole_step(np.array(before), np.array(actions)).numpy()
    np.testing.assert_allclose(ours, after, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(cart_pole_up(np.array(after)), ~np.array(ended))
    off = np.abs(np.array(after)[:, 0]) > 2.4
    assert 10 < sum(ended) and 0 < off.sum() < sum(ended)


@pytest.mark.parametrize(
    "place, angle, up", [(2.39, 0.2, True), (2.41, 0, False), (0, 0.2095, False), (0, -0.2093, True)]
)
def test_where_an_episode_ends(place, angle, up):
    assert bool(cart_pole_up(np.array([place, 0, angle, 0]))) == up


def test_side_by_side_compiled_and_differentiated():
    rng = np.random.default_rng(2)
    states, actions = rng.normal(size=(3, 5, 4)), rng.random((3, 5))
    together = tf.function(cart_pole_step, jit_compile=True)(tf.constant(states), tf.constant(actions)).numpy()
    for index in np.ndindex(3, 5):
        np.testing.assert_allclose(
            cart_pole_step(states[index], actions[index]).numpy(), together[index], rtol=1e-12, atol=1e-13
        )
    action = tf.constant(0.4, "float64")
    with tf.GradientTape() as tape:
        tape.watch(action)
        speed = cart_pole_step(states[0, 0], action)[1]
    ends = [float(cart_pole_step(states[0, 0], a)[1]) for a in (0.4 - 1e-6, 0.4 + 1e-6)]
    assert float(tape.gradient(speed, action)) == pytest.approx((ends[1] - ends[0]) / 2e-6, rel=1e-6)


def test_a_pole_without_a_push_keeps_its_energy_nearly():
    state = np.array([0.0, 0.0, 0.05, 0.0])

    def energy(s):
        x, v, θ, w = s
        height, across, down = 0.5 * np.cos(θ), v + 0.5 * w * np.cos(θ), -0.5 * w * np.sin(θ)
        return v**2 / 2 + 0.1 * (across**2 + down**2) / 2 + 0.1 * 0.5**2 * w**2 / 6 + 0.1 * 9.8 * height

    states = [state]
    for _ in range(60):
        states.append(cart_pole_step(states[-1], 0.5).numpy())
    assert abs(states[-1][2]) > 0.3 and abs(energy(states[-1]) - energy(state)) < 0.02


@pytest.mark.parametrize("action", [-0.01, 1.01, 2, np.nan])
def test_an_action_out_of_range_is_refused(action):
    with pytest.raises(ValueError, match="between 0 .left. and 1 .right."):
        cart_pole_step(np.zeros(4), action)
    assert np.isnan(tf.function(cart_pole_step)(tf.zeros(4), tf.constant(action, "float32"))[1])


def test_clearance_and_place_on_a_circle():
    track = Track(circle(n=2000), half_width=1.0)
    assert track.length == pytest.approx(20 * np.pi, rel=1e-3)
    angle = np.linspace(0.1, 6, 50)
    for radius in (8.5, 9.2, 10.4, 11.7):
        xy = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        np.testing.assert_allclose(track.clearance(xy), 1 - abs(radius - 10), atol=0.02)
        np.testing.assert_allclose(track.place(xy), angle / (2 * np.pi), atol=1e-4)


def test_sensors_see_what_a_slow_walk_meets():
    track, rng = make_track(3), np.random.default_rng(3)
    where = rng.integers(0, 4000, 20)
    xy, heading = track.centre[where] + rng.uniform(-0.4, 0.4, (20, 2)), rng.uniform(0, 2 * np.pi, 20)
    seen, angles = sense(track, xy, heading), np.deg2rad([-90, -45, 0, 45, 90])
    for car in range(20):
        for k, angle in enumerate(heading[car] + angles):
            ray = np.arange(0, 5, 0.002)[:, None] * [np.cos(angle), np.sin(angle)]
            nearest = np.linalg.norm(track.centre - (xy[car] + ray)[::25, None], axis=2).min(axis=1)
            beyond = np.flatnonzero(nearest > track.half_width)
            walk = 0.05 * beyond[0] / 5 if len(beyond) else 1.0
            # a ray that only just leaves the road may be followed on
            ahead = nearest[min(beyond[0] + 1, len(nearest) - 1)] - track.half_width if len(beyond) else 0
            assert abs(seen[car, k] - walk) < 0.025 or 0 < ahead < 0.05


def keep_to_the_middle(seen, car):
    return np.stack([np.clip(2 * (seen[:, 4] - seen[:, 0]), -1, 1), np.full(len(seen), 0.3)], axis=1)


def test_a_car_on_a_circle_drives_laps_at_top_speed():
    track = Track(circle(5.0), half_width=1.0)
    result = drive(track, keep_to_the_middle, 3, steps=400)
    assert isinstance(result, Drives) and result.trail.shape == (401, 3, 2)
    assert np.isfinite(result.trail).all()
    assert (np.abs(np.linalg.norm(result.trail, axis=2) - 5) < 0.85).all()
    # from 1 m/s at .9 m/s² to 4 m/s takes 3.3 s and 8.3 m; then 4 m/s along a circle of about 10 π metres
    np.testing.assert_allclose(result.lap_time, 3.3 + (10 * np.pi - 8.3) / 4, rtol=0.1)
    np.testing.assert_allclose(result.progress, (8.3 + 36.7 * 4) / (10 * np.pi), rtol=0.1)


def test_crashes_standing_cars_and_too_much_speed():
    track = Track(circle(5.0), half_width=1.0)

    def drivers(seen, car):
        turn = np.clip(2 * (seen[:, 4] - seen[:, 0]), -1, 1)
        return np.stack([np.where(car == 0, 0, turn), np.where(car == 1, -1, 0.3)], axis=1)

    result = drive(track, drivers, 3)
    gone = np.isnan(result.trail[..., 0]).argmax(axis=0)
    assert 10 < gone[0] < 30 and gone[1] == 60 and gone[2] == 0  # straight on; braked to a halt; still driving
    assert result.progress[0] < 0.2 and np.isinf(result.lap_time[:2]).all() and result.progress[2] > 1


def test_a_car_slips_where_a_bend_asks_for_more_than_its_grip():
    def lap_time(radius):
        def at_full_speed(seen, car):
            return np.tile([1 / (1.5 * radius), 1.0], (len(seen), 1))

        return drive(Track(circle(radius), half_width=0.6), at_full_speed, 1).lap_time[0]

    assert lap_time(2.5) < 10 and np.isinf(lap_time(1.6))  # 4 m/s ask for 6.4 and for 10 m/s²


def test_cars_do_not_meet_each_other_and_noise_is_drawn():
    track = make_track(0)
    alone, many = (drive(track, keep_to_the_middle, n, steps=80).trail for n in (1, 5))
    np.testing.assert_array_equal(many, np.repeat(alone, 5, axis=1))
    noisy = [drive(track, keep_to_the_middle, 2, 30, noise=0.05, rng=np.random.default_rng(s)).trail for s in (1, 1, 2)]
    np.testing.assert_array_equal(noisy[0], noisy[1])
    assert (noisy[0][2] != noisy[2][2]).any() and (noisy[0][2, 0] != noisy[0][2, 1]).any()


def test_tracks_differ_by_seed_and_are_wide_enough():
    lengths = [make_track(seed).length for seed in range(10)]
    assert len(set(np.round(lengths, 6))) == 10 and 60 < min(lengths) and max(lengths) < 100


track = Track(circle(), half_width=1.0)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: Track(circle() * [1, 0.05], 1.0), "The road meets itself: a half-width of 1 m"),
        (lambda: Track(circle(0.5), 1.0), "The road meets itself"),
        (lambda: Track([[0, 0], [1, 0]]), r"three finite points \(n, 2\), not of shape \(2, 2\)"),
        (lambda: Track(circle() * np.nan), "three finite points"),
        (lambda: Track(circle(), 0), "half_width should be a positive length, not 0"),
        (lambda: drive(track, keep_to_the_middle, 2, sensors=()), "at least one sensor"),
        (lambda: drive(track, keep_to_the_middle, 0), "cars should be a positive integer, not 0"),
        (lambda: drive(track, keep_to_the_middle, 2, steps=0.5), "steps should be a positive integer, not 0.5"),
        (lambda: drive(track, keep_to_the_middle, 2, noise=0.1), "needs rng"),
        (lambda: drive(track, lambda seen, car: 2 * np.ones((len(car), 2)), 2), "between -1 and 1 .* with others"),
        (lambda: drive(track, lambda seen, car: np.zeros(2), 2), r"each of 2 cars, not an array of shape \(2,\)"),
        (lambda: drive(track, lambda seen, car: seen[:, :2] * np.nan, 2), "between -1 and 1"),
    ],
)
def test_bad_input_gets_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
