"""What the functions in `training` and `second_order` ask of a model and its data, and the History they return."""

import operator

import keras
import numpy as np
import tensorflow as tf


def checked(model, x, y):
    """x and y as tensors of the model's type and shape, the model built; or an error that says what does not fit.

    Raises TypeError if x or y does not hold real numbers; ValueError for whatever else a full-batch loop cannot follow.
    """
    if not model.compiled or model.loss is None:
        raise ValueError("The model is not compiled with a loss: call model.compile(optimizer=…, loss=…) first.")
    x, y = numbers(x, "x"), numbers(y, "y")
    if len(x) != len(y):
        raise ValueError(f"x and y should have one row per sample, but x has {len(x)} rows and y has {len(y)}.")
    if not model.built:
        model.build((None, *x.shape[1:]))
    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    if len(inputs) != 1 or len(outputs) != 1:
        raise ValueError(
            "The model should be Sequential or functional with one input and one output, "
            f"but {model.name!r} has {len(inputs)} inputs and {len(outputs)} outputs."
        )
    if model.metrics[1:]:  # the first is the loss
        raise ValueError("Metrics are not followed here: compile without metrics, and call model.evaluate afterwards.")
    for layer in model.layers:
        if layer.trainable and layer.non_trainable_variables:
            raise ValueError(
                f"Layer {layer.name!r} ({type(layer).__name__}) is random or keeps a state besides its weights, "
                "which is not followed here: leave it out, or use model.fit."
            )
    if not model.trainable_variables:
        raise ValueError("The model has no trainable weights: set trainable = True for a layer that has some.")
    types = {"weights": model.trainable_variables[0].dtype, "input": inputs[0].dtype, "loss": model._compile_loss.dtype}
    types["loss object"] = getattr(model.loss, "dtype", types["loss"])
    if len(set(types.values())) > 1:  # Keras would round the finer ones, and say nothing
        raise ValueError(
            f"Weights, input and loss should have one type, not {types}: before the model is made and compiled, call "
            'keras.config.set_floatx("float64") as well as keras.config.set_dtype_policy("float64").'
        )
    x = shaped(x, model.input_shape, "x", "input")
    return tf.constant(x, types["weights"]), tf.constant(_like_outputs(model, y), types["weights"])


def numbers(values, name):
    """`values` as an array of finite real numbers with at least one row; TypeError or ValueError otherwise."""
    values = np.asarray(values)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{name} should hold real numbers, not values of type {values.dtype}.")
    if values.ndim == 0 or len(values) == 0:
        raise ValueError(f"{name} should have at least one row, but its shape is {values.shape}.")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} contains NaN or infinity: leave these samples out.")
    return values


def shaped(values, shape, name, end):
    """`values` as (n, *shape[1:]): as in `fit`, (n,) is (n, 1) and the reverse; nothing else is stretched to fit."""
    shape = (len(values), *shape[1:])
    if shape not in (values.shape, (*values.shape, 1)) and values.shape != (*shape, 1):
        raise ValueError(f"{name} has shape {values.shape}, but the model's {end} for as many samples has {shape}.")
    return values.reshape(shape)


def _like_outputs(model, y):
    sparse = "sparse" in str(getattr(model.loss, "name", getattr(model.loss, "__name__", model.loss)))
    return shaped(y, model.output_shape[:-1] if sparse else model.output_shape, "y", "output")


def penalised(model):
    """True if something else than the compiled loss is minimised, or held fixed, with this model."""
    return any(layer.activity_regularizer for layer in model.layers) or any(
        v.regularizer or v.constraint for v in model.trainable_variables
    )


def positive_integer(value, name):
    """`value` as an int of at least 1; ValueError otherwise."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or operator.index(value) < 1:
        raise ValueError(f"{name} should be a positive integer, not {value!r}.")
    return operator.index(value)


def history_of(losses, model=None):
    """The losses, one an epoch, as the History that `fit` would have returned."""
    history = keras.callbacks.History()
    history.set_model(model)
    history.epoch, history.history = list(range(len(losses))), {"loss": losses}
    return history
