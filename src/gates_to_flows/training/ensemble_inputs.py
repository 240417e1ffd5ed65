"""What `train_ensemble` asks of its data, weights, learning rates and optimiser."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from gates_to_flows.training.preconditions import like_outputs, numbers, shaped, tensor, weights_of

_ELEMENTWISE = {"SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Nadam", "Ftrl", "Lion"}


class Data(NamedTuple):
    """x, y and sample_weight as tensors (the last may be None), and whether each has an axis of members in front."""

    x: tf.Tensor
    y: tf.Tensor
    sample_weight: tf.Tensor | None
    own: tuple

    @classmethod
    def checked(cls, model, x, y, sample_weight, members):
        dtype, x, y = model.trainable_variables[0].dtype, numbers(x, "x"), numbers(y, "y")
        own_x = x.ndim == len(model.input_shape) + 1 and x.shape[-1] == model.input_shape[-1] and len(x) == members
        x = x if own_x else shaped(x, model.input_shape, "x", "input")
        rows = x.shape[1 if own_x else 0]
        own_y = y.ndim > len(model.output_shape) and y.shape[:2] == (members, rows)
        y = np.stack([like_outputs(model, one, rows) for one in y]) if own_y else like_outputs(model, y, rows)
        own_weight = False
        if sample_weight is not None:
            sample_weight = numbers(sample_weight, "sample_weight")
            own_weight = sample_weight.ndim == 2
            shape = (members, rows) if own_weight else (rows,)
            sample_weight = tensor(weights_of(sample_weight, shape), dtype, "sample_weight")
        return cls(tensor(x, dtype, "x"), tensor(y, dtype, "y"), sample_weight, (own_x, own_y, own_weight))

    @property
    def signature(self):
        return self.own, *(None if d is None else tuple(d.shape) for d in self[:3])

    def of(self, members):
        """x, y and sample_weight of these members, an index or an array of them."""
        return [tf.gather(d, members) if own else d for d, own in zip(self[:3], self.own, strict=True)]


def checked_rates(learning_rate, members, dtype):
    rates = tensor(numbers(learning_rate, "learning_rate"), dtype, "learning_rate").numpy()
    if rates.shape != (members,) or not (rates > 0).all():
        raise ValueError(f"learning_rate should hold {members} positive numbers, one a member, not {learning_rate!r}.")
    return rates


def checked_weights(model, weights):
    expected = [tuple(v.shape) for v in model.weights]
    weights = list(weights) if isinstance(weights, (list, tuple)) else []
    if any(isinstance(w, (list, tuple)) for w in weights):
        raise ValueError(
            "weights should be one list with an array for each weight, members on its first axis, not a list for each "
            "member: [np.stack(w) for w in zip(*weights)] turns one into the other."
        )
    weights = [numbers(w, f"weights[{i}]") for i, w in enumerate(weights)]
    members = len(weights[0]) if weights else "M"
    if [w.shape for w in weights] != [(members, *shape) for shape in expected]:
        raise ValueError(
            f"weights should have the shapes {[(members, *shape) for shape in expected]}, M members on the first axis, "
            f"not {[w.shape for w in weights]}."
        )
    return [
        tensor(w, v.dtype, f"weights[{i}]").numpy() for i, (w, v) in enumerate(zip(weights, model.weights, strict=True))
    ]


def refuse_mixing(model):
    """Raise ValueError if the optimiser could not treat the members of an ensemble independently of each other."""
    optimizer = model.optimizer
    if optimizer is None:
        raise ValueError("The model is compiled without an optimiser: call model.compile(optimizer=…, loss=…) first.")
    by_norm = getattr(optimizer, "clipnorm", None) or getattr(optimizer, "global_clipnorm", None)
    ours = type(optimizer).__module__.startswith("keras.") and type(optimizer).__name__ in _ELEMENTWISE
    if not ours or by_norm or optimizer.use_ema or optimizer.gradient_accumulation_steps:
        raise ValueError(
            f"An ensemble's optimiser should treat each weight by itself: one of {', '.join(sorted(_ELEMENTWISE))}, "
            "without clipnorm, global_clipnorm, use_ema and gradient_accumulation_steps."
        )
