"""Weights of many networks, drawn by their own initialisers."""

import keras
import numpy as np
import tensorflow as tf

from gates_to_flows.training.agreement import owner
from gates_to_flows.training.preconditions import positive_integer


def draw_weights(model, members, seed):
    """The starts of M networks, each weight drawn by the initialiser of its layer, as if the model were made M times.

    Parameters: model, a built Keras model; members, M; seed, an integer of at least 0. The same seed gives the same draws,
    whatever else was drawn before; seeds given to the initialisers themselves are put aside.
    Returns: a list of arrays (M, …) in the order of `model.get_weights()`. Weights that are not trainable keep their values.
    Raises ValueError for a model that is not built and a layer that does not say how a weight is drawn.
    Taught in notebook 19; notebook 8 draws by the same law by hand.
    """
    members = positive_integer(members, "members")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed should be an integer of at least 0, not {seed!r}.")
    if not isinstance(model, keras.Model):
        raise TypeError(f"model should be a Keras model, not {model!r}.")
    if not model.built:
        raise ValueError("The model is not built: give it a keras.Input, or call it once.")
    seeds = np.random.SeedSequence(seed).generate_state(len(model.weights)) // 2
    return [
        _drawn(model, v, members, int(s)) if v.trainable else np.repeat(v.numpy()[None], members, axis=0)
        for v, s in zip(model.weights, seeds, strict=True)
    ]


def _drawn(model, variable, members, seed):
    layer = owner(model.layers, variable)
    names = variable.name, variable.name.removesuffix("_kernel")  # recurrent layers keep recurrent_initializer
    found = [getattr(layer, f"{name}_initializer") for name in names if hasattr(layer, f"{name}_initializer")]
    if not found or not type(found[0]).__module__.startswith("keras."):
        raise ValueError(
            f"The weight {variable.path!r} does not say how it is drawn: keep one of Keras's initialisers in its layer as "
            f"{variable.name}_initializer."
        )
    config = found[0].get_config()
    if "seed" not in config:
        value = np.array(found[0](variable.shape, dtype=variable.dtype))
        if variable.name == "bias" and getattr(layer, "unit_forget_bias", False):  # an LSTM's, which begin by keeping
            value[layer.units : 2 * layer.units] = 1
        return np.repeat(value[None], members, axis=0)
    initializer = type(found[0]).from_config(config | {"seed": keras.random.SeedGenerator(seed)})

    @tf.function(autograph=False)
    def draws():
        def one(_):
            return tf.convert_to_tensor(initializer(variable.shape, dtype=variable.dtype))

        # One after the other, so that the generator gives them the same seeds each time.
        return tf.map_fn(one, tf.range(members), parallel_iterations=1, fn_output_signature=variable.dtype)

    return draws.get_concrete_function()().numpy()
