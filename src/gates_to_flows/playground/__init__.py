"""The playground: a small network that trains while one watches, in JupyterLab and on the course's site.

All that it does stands in the JavaScript beside this file. Python hands over settings, points and networks, and takes the
trained network back. `join.py` makes one module of the parts.
"""

from base64 import b64encode
from functools import cache
from io import BytesIO

import anywidget
import keras
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from PIL import Image

from gates_to_flows import functions, plots
from gates_to_flows.dynamics import lotka_volterra, oscillator, pendulum
from gates_to_flows.playground.join import MIME, module, point_sets
from gates_to_flows.plots.style import png_with_alt_text

MOST_UNITS, MOST_LAYERS = 32, 3
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
TABLES = {"XOR": "0110", "x₁ ↔ x₂": "1001", "x₁ AND x₂": "0001", "x₁ OR x₂": "0111", "x₁ → x₂": "1101"}
FOUR_SINES = functions.Target(
    "four sines", lambda x: sum(np.sin(k * x) for k in (1, 2, 4, 8)), (-np.pi, np.pi), "analytic"
)
TARGETS = {
    target.name: target
    for target in (
        functions.sine, functions.exponential, functions.absolute_value, functions.fast_sine, functions.runge,
        functions.step, FOUR_SINES,
    )
}  # fmt: skip
# Prey and predators in units of their equilibrium, with the rates of notebook 12.
FIELDS = {
    "oscillator": (oscillator(), 2, 2),
    "pendulum": (pendulum(), 3.5, 3),
    "Lotka–Volterra": (lotka_volterra(0.55, 0.55, 0.8, 0.8), None, None),
}
OWN = {(2, 1): "own points", (1, 1): "own function", (2, 2): "own field"}
ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "ReLU": "relu", "sine": "sin"}  # here and in Keras
LOSSES = {  # (activation of the output, loss) in Keras
    "squared error": ("linear", "mse"),
    "squared error, sigmoid output": ("sigmoid", "mse"),
    "cross-entropy": ("sigmoid", "binary_crossentropy"),
}
KERAS_LOSSES = {keras.losses.mean_squared_error: "mse", keras.losses.binary_crossentropy: "binary_crossentropy"}
OPTIMISERS = "SGD", "Adam"
INITIALISATIONS = (
    "GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal", "notebook 2: normal",
    "notebook 4: normal, biases ±1/√d", "notebook 6: Glorot, biases ±3", "notebook 7: all ±1/√d",
)  # fmt: skip


class Playground(anywidget.AnyWidget):
    """A network with one to three hidden layers, to be trained by hand and eye; the last line of its cell shows it.

    Parameters: data, a name of TABLES, TARGETS, FIELDS or point_sets(); or instead x (n, d) and y (n, k), points of your own
    with d inputs and k outputs: 2 and 1, 1 and 1 or 2 and 2; y (n,) will do for one output. model, a trained keras.Sequential
    of Dense layers, shown as it is; or settings: seed, hidden (a tuple of widths), activation, loss, optimiser, rate,
    momentum, initialisation, speed (steps a frame). What is not given is that of the notebook which treats these data.
    `x` and `y` are the data; `weights` and `keras_model()` the network as it stands; `state` says step, loss, length of the
    gradient, verdict, whether it is solved, and the steps before which it was pushed; `share` that of ten thousand starts.
    Raises ValueError or TypeError for what cannot be shown. Used in notebooks 2, 4, 6, 7, 8 and 13.
    """

    _esm = module()
    settings = traitlets.Dict().tag(sync=True)
    points = traitlets.List().tag(sync=True)
    start = traitlets.List(allow_none=True, default_value=None).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    share = traitlets.Float(allow_none=True, default_value=None).tag(sync=True)

    def __init__(self, data=None, *, x=None, y=None, model=None, **settings):
        points = []
        if x is not None or y is not None:
            if data is not None or x is None or y is None:
                raise ValueError("Give the name of data, or x and y together.")
            x, y = _own_points(x, y)
            data, points = OWN[x.shape[1], y.shape[1]], np.hstack([x, y]).tolist()
        data = "XOR" if data is None else data
        if not points and (not isinstance(data, str) or data not in names()):
            raise ValueError(f"There are no data with the name {data!r}; there are: {', '.join(names())}.")
        for name, value in settings.items():
            _check_setting(name, value)
        settings = {name: list(value) if name == "hidden" else value for name, value in settings.items()}
        start = None
        if model is not None:
            if set(settings) & {"hidden", "activation", "loss", "seed", "initialisation"}:
                raise ValueError("A model brings its own layers, loss and weights: give either it or these settings.")
            shape = (x.shape[1], y.shape[1]) if points else tuple(values.shape[1] for values in named_data(data))
            settings = _settings_of(model, shape, "optimiser" in settings) | settings
            start = [array.astype(float).tolist() for array in model.get_weights()]
        if not points:
            y = named_data(data)[1]
        elif data == "own points" and not np.isin(y, [0, 1]).all():
            settings.setdefault("loss", "squared error")
        if settings.get("loss") == "cross-entropy" and not ((y >= 0) & (y <= 1)).all():
            raise ValueError("Cross-entropy is for outputs from 0 to 1: take the squared error for these data.")
        super().__init__(settings={"data": data, **settings}, points=points, start=start)

    @property
    def x(self):
        return self._data[0]

    @property
    def y(self):
        return self._data[1]

    @property
    def _data(self):
        """x and y as the form has them now."""
        name = self.settings["data"]
        if name in names():
            return named_data(name)
        inputs, outputs = next(shape for shape, own in OWN.items() if own == name)
        return np.split(np.array(self.points, dtype=float).reshape(-1, inputs + outputs), [inputs], axis=1)

    @property
    def weights(self):
        """The weights as they are now, a list of arrays as `model.set_weights` takes them. RuntimeError if there are none yet."""
        arrays = self.state.get("weights") or self.start
        if not arrays:
            raise RuntimeError("There is no network yet: JupyterLab makes it when it shows the playground.")
        return [np.array(array, dtype=float) for array in arrays]

    def keras_model(self):
        """The network as it stands, a compiled keras.Sequential. RuntimeError as for `weights`."""
        weights, settings = self.weights, self.settings
        activation = keras.ops.sin if settings["activation"] == "sine" else ACTIVATIONS[settings["activation"]]
        output, loss = LOSSES[settings["loss"]]
        widths = [len(bias) for bias in weights[1::2]]
        hidden = [keras.layers.Dense(units, activation=activation) for units in widths[:-1]]
        model = keras.Sequential(
            [keras.Input((len(weights[0]),)), *hidden, keras.layers.Dense(widths[-1], activation=output)]
        )
        model.compile(_optimiser({"optimiser": "Adam", "rate": 0.001} | settings), loss=loss)
        model.set_weights(weights)
        return model

    def __repr__(self):
        return f"Playground({self.settings['data']})"

    def _repr_mimebundle_(self, **kwargs):
        """The widget, and for where there is none a picture, and what the site needs to put a playground in its place."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        if not len(self.x):  # all points were taken away
            return data, metadata
        known = bool(self.state.get("weights") or self.start)
        plots.playground(*self._data, self.settings["data"], self.keras_model() if known else None)
        png, size = png_with_alt_text(plt.gcf())
        plt.close()
        site = {"settings": self.settings, "points": self.points, "start": self.start}
        few = BytesIO()  # colours: a notebook's picture takes a third of the space
        Image.open(BytesIO(png)).convert("RGB").quantize(32, dither=Image.Dither.NONE).save(few, "PNG", optimize=True)
        data |= {"image/png": b64encode(few.getvalue()).decode(), MIME: site}
        return data, metadata | {"image/png": size}


def names():
    """The names of all data but one's own."""
    return [*TABLES, *point_sets(), *TARGETS, *FIELDS]


@cache
def named_data(name):
    """x (n, d) and y (n, k) of these data."""
    if name in TABLES:
        return CORNERS, np.array([[float(bit)] for bit in TABLES[name]])
    if name in TARGETS:
        return TARGETS[name].samples(64)
    if name in FIELDS:
        system, right, top = FIELDS[name]
        axes = [np.linspace(-end if end else 0, end or 3, 11) for end in (right, top)]
        x = np.stack([c.ravel() for c in np.meshgrid(*axes, indexing="ij")], axis=1)
        return x, system.field(x)
    x = np.array(point_sets()[name])
    return x, (np.arange(len(x)) % 2.0)[:, None]


def _own_points(x, y):
    try:
        x, y = (np.array(values, dtype=float) for values in (x, y))
    except (TypeError, ValueError):
        raise TypeError("x and y should be arrays of numbers.") from None
    x, y = (values[:, None] if values.ndim == 1 else values for values in (x, y))
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or (x.shape[1], y.shape[1]) not in OWN:
        raise ValueError(
            "x and y should be rows of 2 inputs and 1 output, of 1 and 1, or of 2 and 2, as many in x as in y, "
            f"not the shapes {x.shape} and {y.shape}."
        )
    if not len(x):
        raise ValueError("There should be at least one point.")
    for name, values in (("x", x), ("y", y)):
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
            raise ValueError(f"All points should be finite numbers: row {row} of {name} is {values[row].tolist()}.")
    return x, y


def _check_setting(name, value):
    choices = {"activation": ACTIVATIONS, "loss": LOSSES, "optimiser": OPTIMISERS, "initialisation": INITIALISATIONS}
    whole = {"seed": (0, 999_999_999), "speed": (1, 500)}
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if name in choices:
        if value not in choices[name]:
            raise ValueError(f"{name} should be one of {', '.join(map(repr, choices[name]))}, not {value!r}.")
    elif name in whole:
        low, high = whole[name]
        if not (number and float(value).is_integer() and low <= value <= high):
            raise ValueError(f"{name} should be a whole number from {low} to {high}, not {value!r}.")
    elif name == "rate":
        if not (number and 0 <= value < np.inf):
            raise ValueError(f"rate should be a number of at least 0, not {value!r}.")
    elif name == "momentum":
        if not (number and 0 <= value < 1):
            raise ValueError(f"momentum should be a number from 0 up to, and without, 1, not {value!r}.")
    elif name == "hidden":
        fine = isinstance(value, (tuple, list)) and 1 <= len(value) <= MOST_LAYERS
        if not fine or not all(isinstance(n, int) and 1 <= n <= MOST_UNITS for n in value):
            raise ValueError(
                f"hidden should be one to three widths of 1 to {MOST_UNITS} units, as in (8, 8), not {value!r}."
            )
    else:
        raise TypeError(f"A playground has no setting {name!r}.")


def _settings_of(model, shape, own_optimiser):
    """The settings in which a Keras model can be shown, with as many inputs and outputs as the data have."""
    if not isinstance(model, keras.Sequential):
        raise TypeError(f"A playground shows a keras.Sequential of Dense layers, not {type(model).__name__}.")
    if not model.built:
        raise ValueError("The model is not built: give it a keras.Input, or call it once.")
    other = [layer.name for layer in model.layers if not isinstance(layer, keras.layers.Dense) or not layer.use_bias]
    if other:
        raise ValueError(f"A playground shows Dense layers with biases only, and {other[0]!r} is none.")
    terms = "kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"
    for layer in model.layers:
        if not layer.trainable or any(getattr(layer, term) for term in terms):
            raise ValueError(
                f"A playground trains all weights, without regularisers and constraints; {layer.name!r} differs."
            )
    *hidden, output = model.layers
    activations = {layer.activation.__name__ for layer in hidden}
    if not 1 <= len(hidden) <= MOST_LAYERS or max(layer.units for layer in hidden) > MOST_UNITS:
        raise ValueError(f"A playground shows one to three hidden layers of at most {MOST_UNITS} units.")
    if len(activations) > 1 or not activations <= set(ACTIVATIONS.values()):
        raise ValueError(
            "All hidden layers should have one activation, of sigmoid, tanh, relu and keras.ops.sin, "
            f"not {', '.join(sorted(activations))}."
        )
    if (model.input_shape[-1], output.units) != shape:
        raise ValueError(
            f"The data have {shape[0]} inputs and {shape[1]} outputs, and the model {model.input_shape[-1]} and {output.units}."
        )
    loss = keras.losses.get(model.loss if model.compiled else "mse")
    function = getattr(loss, "fn", loss)
    kind = output.activation.__name__, KERAS_LOSSES.get(function)
    if kind not in LOSSES.values():
        raise ValueError(f"A playground has no network whose output is {kind[0]} and whose loss is {_name(function)}.")
    if loss is not function and _config(loss) != _config(type(loss)()):
        raise ValueError(f"A playground has the loss {_name(function)} with Keras's own options only.")
    settings = {
        "hidden": [layer.units for layer in hidden],
        "activation": next(name for name, of in ACTIVATIONS.items() if of in activations),
        "loss": next(name for name, of in LOSSES.items() if of == kind),
    }
    if own_optimiser or not model.compiled:
        return settings
    optimiser = model.optimizer
    rate = float(f"{float(optimiser.learning_rate):.6g}")  # as it was written, before single precision
    settings |= {"optimiser": type(optimiser).__name__, "rate": rate}
    if settings["optimiser"] == "SGD":
        settings["momentum"] = float(optimiser.momentum)
    if settings["optimiser"] not in OPTIMISERS or _config(optimiser) != _config(_optimiser(settings)):
        raise ValueError(
            "A playground has SGD with momentum and Adam, at a fixed rate and with Keras's own options otherwise, and the "
            f'model has another {settings["optimiser"]}: name one for the playground, as in optimiser="Adam".'
        )
    return settings


def _optimiser(settings):
    if settings["optimiser"] == "SGD":
        return keras.optimizers.SGD(float(settings["rate"]), float(settings["momentum"]))
    return keras.optimizers.Adam(float(settings["rate"]))


def _config(of):
    """The options of a loss or an optimiser, but for its name and type, and the rate to six digits."""
    options = {name: value for name, value in of.get_config().items() if name not in ("name", "dtype")}
    if isinstance(rate := options.get("learning_rate"), float):
        options["learning_rate"] = f"{rate:.6g}"
    return options


def _name(function):
    return getattr(function, "__name__", type(function).__name__)
