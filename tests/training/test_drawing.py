"""Drawn weights against the laws of Keras's initialisers."""

import gates_to_flows  # noqa: F401  isort: skip
import keras
import numpy as np
import pytest
import scipy.stats
from small_models import float64, layers  # noqa: F401

from gates_to_flows.training import draw_weights


def built(*parts, shape=(6,)):
    return keras.Sequential([keras.Input(shape), *parts])


def test_the_default_of_dense_layers_is_glorots_uniform_law():
    kernels, biases, out, _ = draw_weights(built(layers.Dense(4), layers.Dense(2)), 4000, seed=1)
    assert kernels.shape == (4000, 6, 4) and kernels.dtype == np.float64 and not biases.any()
    for w, fans in ((kernels, 10), (out, 6)):
        limit = np.sqrt(6 / fans)
        for one_place in (w[:, 0, 0], w[:, -1, -1], w[7].ravel()):  # over members and within one
            assert scipy.stats.kstest(one_place, "uniform", (-limit, 2 * limit)).pvalue > 1e-3
    flat = kernels.reshape(4000, -1)
    assert np.abs(np.corrcoef(flat.T) - np.eye(24)).max() < 5 / np.sqrt(4000)  # no two weights go together
    assert np.abs(np.corrcoef(flat[:40]) - np.eye(40)).max() < 0.9  # nor two members


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.Dense(5, kernel_initializer="he_normal", bias_initializer="ones"),
        lambda: layers.Dense(5, kernel_initializer=keras.initializers.RandomNormal(1, 0.2, seed=3)),
        lambda: layers.Dense(6, kernel_initializer="orthogonal"),
        lambda: layers.Dense(6, kernel_initializer=keras.initializers.Identity(2.0)),
        lambda: layers.Reshape((3, 2)),
        lambda: keras.Sequential([layers.Reshape((3, 2)), layers.LSTM(3)]),
        lambda: keras.Sequential([layers.Reshape((3, 2)), layers.Conv1D(3, 2)]),
    ],
)
def test_moments_are_those_of_models_made_by_keras(layer):
    model = built(layer(), layers.Flatten(), layers.Dense(1))
    drawn = draw_weights(model, 600, seed=2)
    made = [built(layer(), layers.Flatten(), layers.Dense(1)).get_weights() for _ in range(60)]
    for k, w in enumerate(drawn):
        theirs = np.stack([m[k] for m in made])
        if not theirs.std(axis=0).any():  # constant, or drawn with a seed of its own: then members differ all the same
            assert w.shape[1:] == theirs.shape[1:] and (w[0] == theirs[0]).all() or abs(w.mean() - 1) < 0.2
        else:
            assert scipy.stats.ks_2samp(w[::10].ravel()[::7], theirs.ravel()[::7]).pvalue > 1e-4
    q = drawn[0][3]
    if isinstance(model.layers[0], layers.Dense) and "orthogonal" in str(model.layers[0].kernel_initializer).lower():
        np.testing.assert_allclose(q.T @ q, np.eye(6), atol=1e-10)


def test_a_seed_gives_the_same_draws_and_leaves_the_others_alone():
    model = built(layers.Dense(3), layers.Dense(1))
    keras.utils.set_random_seed(5)
    expected = np.random.normal(), built(layers.Dense(3)).get_weights()[0]
    keras.utils.set_random_seed(5)
    first = draw_weights(model, 3, seed=8)
    assert np.random.normal() == expected[0] and (built(layers.Dense(3)).get_weights()[0] == expected[1]).all()
    again, other = draw_weights(model, 3, seed=8), draw_weights(model, 3, seed=9)
    for a, b, c in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.std() == 0 or np.abs(a - c).min() > 0
    np.testing.assert_array_equal(draw_weights(model, 5, seed=8)[0][:3], first[0])


def test_weights_that_are_not_trained_keep_their_values():
    model = built(layers.Dense(2, trainable=False), layers.Dense(1))
    drawn = draw_weights(model, 3, seed=1)
    np.testing.assert_array_equal(drawn[0], np.repeat(model.get_weights()[0][None], 3, axis=0))
    assert drawn[2].std(axis=0).all()


def test_layers_that_hold_others():
    parts = [layers.Reshape((3, 2)), layers.Bidirectional(layers.LSTM(2, return_sequences=True)), layers.Flatten()]
    drawn = draw_weights(built(*parts, layers.Dense(1)), 20, seed=3)
    assert all(w[:, 0].std() > 0 for w in drawn if w.ndim == 3)


class Scale(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, x):
        return self.scale * x


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match="does not say how it is drawn: .* as scale_initializer"):
        draw_weights(built(Scale()), 2, seed=1)
    with pytest.raises(ValueError, match="not built: give it a keras.Input"):
        draw_weights(keras.Sequential([layers.Dense(1)]), 2, seed=1)
    with pytest.raises(TypeError, match="model should be a Keras model, not 3"):
        draw_weights(3, 2, seed=1)
    for members in (0, 2.5, None):
        with pytest.raises(ValueError, match="members should be a positive integer"):
            draw_weights(built(layers.Dense(1)), members, seed=1)
    for seed in (-1, 1.5, None, True):
        with pytest.raises(ValueError, match="seed should be an integer of at least 0"):
            draw_weights(built(layers.Dense(1)), 2, seed=seed)
