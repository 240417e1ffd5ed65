"""What the training functions ask of a model and its data, and the History they return."""

import inspect
import operator
import re

import keras
import numpy as np
import tensorflow as tf


def checked(model, x, y, sample_weight=None):
    """x, y and sample_weight (None stays None) as tensors of the model's type and shape, the model built.

    Raises TypeError for what is no model or holds no real numbers, ValueError for whatever else cannot be followed.
    """
    checked_model(model)
    x, y = numbers(x, "x"), numbers(y, "y")
    if not model.built:
        try:
            model.build((None, *x.shape[1:]))
        except Exception as error:
            raise ValueError(f"The model cannot be built for x of shape {x.shape}: {first_line(error)}") from error
    dtype = one_type(model)
    if any(isinstance(layer, keras.layers.Embedding) for layer in model.layers):
        try:
            model(x)  # compiled, it would not notice numbers out of range
        except Exception as error:
            raise ValueError(f"The model cannot take this x: {first_line(error)}") from error
    x = shaped(x, model.input_shape, "x", "input")
    y = like_outputs(model, y, len(x))
    if sample_weight is not None:
        sample_weight = tensor(weights_of(sample_weight, (len(x),)), dtype, "sample_weight")
    return tensor(x, dtype, "x"), tensor(y, dtype, "y"), sample_weight


def checked_model(model):
    """Raise TypeError or ValueError unless `model` is a compiled Keras model of one input, one output and one loss."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model should be a compiled Keras model, not {model!r}.")
    if not model.compiled or model.loss is None:
        raise ValueError("The model is not compiled with a loss: call model.compile(optimizer=…, loss=…) first.")
    if model.run_eagerly:
        raise ValueError("What run_eagerly=True lets Python do at each step is not followed here: compile without it.")
    if getattr(model.train_step, "__func__", None) is not keras.Model.train_step:
        raise ValueError("The model has a train_step of its own, which is not followed here: use model.fit.")
    if any(getattr(m, "_user_metrics", True) or m._user_weighted_metrics for m in model.metrics[1:]):
        raise ValueError("Metrics are not followed here: compile without metrics, and call model.evaluate afterwards.")


def one_type(model):
    """The one type of a built model's weights, arithmetic, input and loss; ValueError for several of them."""
    inputs, outputs = getattr(model, "inputs", None) or [], getattr(model, "outputs", None) or []
    if len(inputs) != 1 or len(outputs) != 1:
        raise ValueError(
            "The model should be Sequential or functional with one input and one output, "
            f"but {model.name!r} has {len(inputs)} inputs and {len(outputs)} outputs."
        )
    if not model.trainable_variables:
        raise ValueError("The model has no trainable weights: set trainable = True for a layer that has some.")
    types = {"weights": model.trainable_variables[0].dtype, "input": inputs[0].dtype, "loss": model._compile_loss.dtype}
    types["loss object"] = getattr(loss_of(model), "dtype", types["loss"])
    for layer in model.layers:
        if layer.weights and layer.compute_dtype != types["weights"]:
            types["layer " + layer.name] = layer.compute_dtype
    if types["weights"] not in ("float32", "float64"):
        raise ValueError(f"The model's weights should be float32 or float64, not {types['weights']}.")
    if len(set(types.values())) > 1:  # Keras would round the finer ones, and say nothing
        raise ValueError(
            f"Weights, input and loss should have one type, not {types}: before the model is made and compiled, call "
            'keras.config.set_floatx("float64") as well as keras.config.set_dtype_policy("float64").'
        )
    return types["weights"]


def loss_of(model):
    """The model's loss as Keras resolves it: a Loss object or a function."""
    losses = keras.tree.flatten(model.loss)
    if len(losses) != 1:
        raise ValueError(f"The model should be compiled with one loss, not with {len(losses)}.")
    return keras.losses.get(losses[0])


def numbers(values, name):
    """`values` as an array of finite real numbers with at least one row; TypeError or ValueError otherwise."""
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries: leave these samples out.")
    try:
        values = np.asarray(values)
    except (ValueError, TypeError):  # ragged, or no numbers at all
        raise TypeError(f"{name} should be an array of real numbers with rows of one length.") from None
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{name} should hold real numbers, not values of type {values.dtype}.")
    if values.ndim == 0 or len(values) == 0:
        raise ValueError(f"{name} should have at least one row, but its shape is {values.shape}.")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} contains NaN or infinity: leave these samples out.")
    return values


def tensor(values, dtype, name):
    """`values` as a tensor; ValueError where a number is too large for `dtype`."""
    with np.errstate(over="ignore"):
        cast = np.asarray(values).astype(dtype)
    if not np.isfinite(cast).all():
        raise ValueError(f"{name} holds {np.abs(values).max():.3g}, which is too large for {dtype}: scale it.")
    return tf.constant(cast)


def shaped(values, shape, name, end):
    """`values` as (n, *shape[1:]): as in `fit`, (n,) is (n, 1) and the reverse; nothing else is stretched to fit."""
    wanted = tuple(len(values) if i == 0 else d for i, d in enumerate(shape))
    if not any(_fits(values.shape, w) for w in (wanted, (*wanted, 1))) and not _fits((*values.shape, 1), wanted):
        raise ValueError(f"{name} has shape {values.shape}, but the model's {end} for as many samples has {wanted}.")
    return values.reshape(wanted) if None not in wanted else values


def _fits(shape, wanted):
    return len(shape) == len(wanted) and all(w in (None, s) for s, w in zip(shape, wanted, strict=True))


def like_outputs(model, y, n):
    """Targets in the shape in which `fit` hands them to the loss: that of the output, unless the loss wants another one.

    Class numbers have no axis for the classes. A loss of your own may ask for any (n, …).
    """
    if len(y) != n:
        raise ValueError(f"x and y should have one row per sample, but x has {n} rows and y has {len(y)}.")
    loss = loss_of(model)
    kind = loss.fn if hasattr(loss, "fn") else loss
    if kind is keras.losses.sparse_categorical_crossentropy:
        y, classes = shaped(y, model.output_shape[:-1], "y", "output"), model.output_shape[-1]
        known = (y == np.round(y)) & (0 <= y) & (y < classes) | (y == getattr(loss, "ignore_class", None))
        if not known.all():
            raise ValueError(f"y should hold class numbers from 0 to {classes - 1}, not {y[~known][0]}.")
        return y
    source = kind if inspect.isroutine(kind) else type(kind)
    fits = any(_fits(s, (n, *model.output_shape[1:])) for s in (y.shape, (*y.shape, 1)))
    if not fits and (source.__module__ or "").partition(".")[0] != "keras":
        return y
    return shaped(y, model.output_shape, "y", "output")


def weights_of(values, shape):
    """Sample weights of this shape, none negative and not all zero; ValueError otherwise."""
    values = numbers(values, "sample_weight")
    if values.shape != shape:
        raise ValueError(f"sample_weight should have the shape {shape}, one number per sample, not {values.shape}.")
    if (values < 0).any() or not values.any():
        raise ValueError("sample_weight should hold numbers of at least 0, not all of them 0.")
    return values


def pair(validation_data):
    """`validation_data` as x and y; ValueError if it is something else."""
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) != 2:
        raise ValueError("validation_data should be a pair (x, y).")
    return validation_data


def precision(variable):
    """The relative rounding error of a variable's type."""
    return float(np.finfo(tf.as_dtype(variable.dtype).as_numpy_dtype).eps)


def positive_integer(value, name):
    """`value` as an int of at least 1; ValueError otherwise."""
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"{name} should be a positive integer, not {value!r}.")
    return number


def raw(variable):
    """The tf.Variable in a Keras variable, or itself: what TensorFlow's tapes and graphs know."""
    return variable.value if isinstance(variable, keras.Variable) else variable


def variable_list(variables, weights=()):
    """`variables` as a list of tf.Variable or Keras variables, each once and none of `weights`; an error otherwise."""
    if isinstance(variables, (tf.Variable, keras.Variable)):
        variables = [variables]
    variables = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    if not all(isinstance(v, (tf.Variable, keras.Variable)) for v in variables):
        raise TypeError("variables should be a list of tf.Variable or Keras variables.")
    ids = [id(raw(v)) for v in (*variables, *weights)]
    if len(set(ids)) < len(ids):
        raise ValueError("variables should hold each variable once, and no weight of the model.")
    return variables


def first_line(error):
    """What an error of Keras or TensorFlow says, in one line."""
    text = re.sub(r"\033\[\d+m", "", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    said = [line for line in lines if not line.startswith("Exception encountered")] or lines
    return f"{type(error).__name__}: {lines[-1] if lines[0] == 'in user code:' else said[0]}"


def slopes(tape, loss, variables):
    """The gradients of a loss, 0 for variables that it does not depend on."""
    gradients = tape.gradient(loss, variables)
    return [
        tf.zeros_like(v) if g is None else tf.convert_to_tensor(g) for g, v in zip(gradients, variables, strict=True)
    ]


def history_of(losses, model=None):
    """The losses, one an epoch, as the History that `fit` would have returned."""
    history = keras.callbacks.History()
    history.set_model(model)
    history.epoch, history.history = list(range(len(losses))), {"loss": losses}
    return history


def kept(model, name, objects, settings, make):
    """What `make()` returned when objects and settings were last as now: compiling is dear, so the model keeps it."""
    key = (*map(id, objects), *settings)
    kept_key, made, _ = model.__dict__.get(name, (None, None, None))
    if kept_key != key:
        made = make()
        # Past Keras's own __setattr__, which would look for layers in it. Objects that are kept do not lose their id.
        model.__dict__[name] = key, made, objects
    return made
