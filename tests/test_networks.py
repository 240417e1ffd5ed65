"""SympFlow: against a motion with a known solution, its own slopes, finite differences in time, and Keras's saving."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import tensorflow as tf
from small_models import float64  # noqa: F401

from gates_to_flows.networks import SympFlow


def random_flow(d, layers=2, units=5):
    rng = np.random.default_rng(d)
    flow = SympFlow(layers, units)
    z, t = rng.normal(size=(7, 2 * d)), rng.uniform(0, 1, 7)
    flow(z, t)
    flow.set_weights([rng.normal(0, 0.7, w.shape) for w in flow.weights])
    return flow, z, t


def jacobian(flow, z, t):
    z = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        end = flow(z, t)
    return tape.batch_jacobian(end, z).numpy()


def symplectic_unit(d):
    return np.block([[np.zeros((d, d)), np.eye(d)], [-np.eye(d), np.zeros((d, d))]])


@pytest.mark.parametrize("d", [1, 2, 3])
def test_it_is_symplectic_and_its_own_hamiltonian_generates_it(d):
    flow, z, t = random_flow(d)
    J, M = symplectic_unit(d), jacobian(flow, z, t)
    assert np.abs(M - np.eye(2 * d)).max() > 0.1
    np.testing.assert_allclose(np.swapaxes(M, 1, 2) @ J @ M, np.broadcast_to(J, M.shape), atol=1e-12)
    at = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(at)
        _, rate, energy = flow.with_rate(at, t)
    along = tape.gradient(energy, at).numpy()  # Mᵀ ∇H
    slope = np.linalg.solve(np.swapaxes(M, 1, 2), along[..., None])[..., 0]
    np.testing.assert_allclose(rate, slope @ J.T, atol=1e-12)


def test_the_rate_is_the_slope_in_time_and_nothing_moves_at_time_0():
    flow, z, t = random_flow(2)
    end, rate, _ = flow.with_rate(z, t)
    np.testing.assert_allclose(end, flow(z, t), atol=1e-14)
    by_differences = (flow(z, t + 1e-5).numpy() - flow(z, t - 1e-5).numpy()) / 2e-5
    np.testing.assert_allclose(rate, by_differences, atol=1e-8)
    np.testing.assert_allclose(flow(z, 0.0 * t), z, atol=1e-15)


def test_one_shear_is_what_its_formula_says():
    flow, z, t = random_flow(2, layers=1, units=3)
    A, w, b, c = (weight[0] for weight in flow.get_weights())
    c[1] = 0  # the second potential of the pair
    flow.set_weights([A[None], w[None], b[None], c[None]])

    def slope(q, t):
        return sum(c[0, k] / np.cosh(q @ A[0, :, k] + w[0, k] * t + b[0, k]) ** 2 * A[0, :, k] for k in range(3))

    for state, time, end in zip(z, t, flow(z, t).numpy(), strict=True):
        np.testing.assert_allclose(end[:2], state[:2], atol=1e-15)
        np.testing.assert_allclose(end[2:], state[2:] - slope(state[:2], time) + slope(state[:2], 0), atol=1e-13)


def test_one_time_for_all_states_other_shapes_and_single_states():
    flow, z, _ = random_flow(2)
    together = flow(z, t=0.3).numpy()
    np.testing.assert_allclose(flow(z, np.full(7, 0.3)), together, atol=1e-14)
    np.testing.assert_allclose(flow(z[2], t=0.3), together[2], atol=1e-14)
    np.testing.assert_allclose(flow(z[:6].reshape(2, 3, 4), t=0.3), together[:6].reshape(2, 3, 4), atol=1e-14)


def test_it_can_be_saved_in_a_model_and_made_anew(tmp_path):
    z, t = keras.Input((4,)), keras.Input(())
    model = keras.Model([z, t], SympFlow(2, 5)(z, t))
    assert model.output_shape == (None, 4)
    model.save(tmp_path / "flow.keras")
    again = keras.saving.load_model(tmp_path / "flow.keras")
    states, times = np.random.default_rng(1).normal(size=(5, 4)), np.linspace(0, 1, 5)
    np.testing.assert_array_equal(again([states, times]), model([states, times]))
    config = SympFlow(2, 5).get_config()
    assert (config["layers"], config["units"]) == (2, 5)
    assert SympFlow.from_config(config).get_config() == config


def test_bad_input_gets_a_sentence():
    with pytest.raises(ValueError, match="as many positions as momenta, not 3 coordinates"):
        SympFlow(1, 4)(np.ones((2, 3)), np.ones(2))
    for layers, units in ((0, 4), (1, 2.0), (True, 4), (1, "4")):
        with pytest.raises(TypeError, match="should be a positive integer"):
            SympFlow(layers, units)
    flow, z, t = random_flow(2)
    for times in (t[:, None], t[:6], np.ones((1, 7))):
        for call in (flow, flow.with_rate):
            with pytest.raises(ValueError, match=r"one time for each state, of the shape \(7,\), not"):
                call(z, times)
    with pytest.raises(ValueError, match=r"one time for each state, of the shape \(None,\), not \(None, 1\)"):
        SympFlow(2, 5)(keras.Input((4,)), keras.Input((1,)))
    with pytest.raises(ValueError, match="should have 4 coordinates, not 6"):
        flow.with_rate(np.ones((7, 6)), t)


def test_lists_integers_and_float32_are_states_too():
    flow, z, t = random_flow(2)
    whole = np.array([[1, 0, 2, -1], [0, 1, 1, 0]])
    for given in (whole, whole.tolist(), whole.astype("float32")):
        np.testing.assert_array_equal(flow.with_rate(given, [0.2, 0.7])[0], flow.with_rate(whole * 1.0, [0.2, 0.7])[0])
    np.testing.assert_allclose(flow(whole, t=0.3), flow(whole * 1.0, t=0.3))
    fresh = SympFlow(np.int64(1), 4)
    assert fresh.with_rate(z, t)[2].shape == (7,) and fresh.get_config()["layers"] == 1
