"""Target functions to approximate, each with its domain, how smooth it is, and a name that prints well."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

GRID = 4096  # points of the dense grid, along the only axis or in all


@dataclass(frozen=True)
class Target:
    """A real function on an interval or a box, to be approximated.

    Parameters: name, as it should print; function of d arrays of one shape, elementwise, to an array of that shape; domain,
    (a, b) or one such pair per axis; smoothness, in words.
    Raises ValueError for an empty or unbounded domain, and where the function is NaN, infinite or of another shape.
    Taught in notebooks 6 and 7.
    """

    name: str
    function: Callable
    domain: tuple
    smoothness: str

    def __post_init__(self):
        try:
            shape = np.array(self.domain, dtype=float).shape
        except (TypeError, ValueError):  # ragged, or not numbers
            shape = None
        if shape != (2,) and (shape is None or len(shape) != 2 or shape[0] == 0 or shape[1] != 2):
            raise ValueError(
                f"The domain of {self.name} should be (a, b) or one such pair per axis, not {self.domain}."
            )
        for a, b in self._box:
            if not (np.isfinite([a, b]).all() and a < b):
                raise ValueError(
                    f"The domain of {self.name} should run from a number up to a larger one, not {a:g} to {b:g}."
                )
        self(self.dense_grid())
        self(self._lattice(3))  # the ends, the corners, the middle

    def __call__(self, x):
        """The values at x (n, d), also outside the domain: (n, 1)."""
        x = np.asarray(x, dtype=float)
        if x.ndim != 2 or x.shape[1] != len(self._box):
            raise ValueError(f"Points of {self.name} should have the shape (n, {len(self._box)}), not {x.shape}.")
        with np.errstate(all="ignore"):
            y = np.asarray(self.function(*x.T), dtype=float)
        if y.shape != (len(x),):
            raise ValueError(f"{self.name} should give one value per point: {len(x)} points gave the shape {y.shape}.")
        if not np.isfinite(y).all():
            bad = int(np.argmin(np.isfinite(y)))
            at = ", ".join(f"{c:.4g}" for c in x[bad])
            raise ValueError(f"{self.name} is {y[bad]} at {at}: choose a domain where it is finite.")
        return y[:, None]

    def samples(self, intervals=256):
        """Evenly spaced points to train on, ends included, and their values: (n, d) and (n, 1), n = (intervals + 1)^d."""
        if intervals < 1:
            raise ValueError(f"Between samples there should be at least 1 interval, not {intervals}.")
        x = self._lattice(intervals + 1)
        return x, self(x)

    def dense_grid(self):
        """The midpoints of 4096 equal cells, (4096, d).

        None is among the `samples` with at most 4096 intervals (d = 1) or 64 (d = 2), so training never saw them.
        """
        cells = round(GRID ** (1 / len(self._box)))
        return self._product([a + (b - a) * (np.arange(cells) + 0.5) / cells for a, b in self._box])

    def errors(self, model):
        """model(x) - target on the dense grid, (4096, 1), for a Keras model or any other function from (n, d) to (n, 1)."""
        x = self.dense_grid()
        y = np.asarray(model(x), dtype=float)
        if y.shape != (len(x), 1):
            raise ValueError(f"The model should give the shape {(len(x), 1)} for {len(x)} points, not {y.shape}.")
        return y - self(x)

    def max_error(self, model):
        """The largest |model(x) - target| on the dense grid: the sup norm, as far as a grid can tell."""
        return float(np.abs(self.errors(model)).max())

    def rms_error(self, model):
        """The root of the mean of (model(x) - target)² on the dense grid."""
        return float(np.sqrt(np.mean(self.errors(model) ** 2)))

    @property
    def _box(self):
        return np.array(self.domain, dtype=float).reshape(-1, 2)

    def _lattice(self, points):
        return self._product([np.linspace(a, b, points) for a, b in self._box])

    @staticmethod
    def _product(axes):
        return np.stack([c.ravel() for c in np.meshgrid(*axes, indexing="ij")], axis=1)


def brownian_path(seed):
    """A path of Brownian motion on [0, 1] as a Target: a random walk of 65 536 Gaussian steps, straight in between."""
    steps = np.random.default_rng(seed).normal(0, 2**-8, 2**16)
    path = np.concatenate([[0], np.cumsum(steps)])
    return Target(
        "Brownian path", lambda t: np.interp(t, np.linspace(0, 1, len(path)), path), (0, 1), "no slope anywhere"
    )


sine = Target("sin x", np.sin, (-np.pi, np.pi), "analytic")
exponential = Target("exp x", np.exp, (-1, 1), "analytic")
absolute_value = Target("|x|", np.abs, (-1, 1), "a kink at 0")
fast_sine = Target("sin 10x", lambda x: np.sin(10 * x), (-1, 1), "analytic")
runge = Target("1/(1 + 25x²)", lambda x: 1 / (1 + 25 * x**2), (-1, 1), "analytic, poles at ±i/5")
step = Target("step", lambda x: np.where(x < 0, 0.0, 1.0), (-1, 1), "a jump at 0")
ripples = Target(
    "sin πx₁ cos πx₂", lambda x1, x2: np.sin(np.pi * x1) * np.cos(np.pi * x2), ((-1, 1), (-1, 1)), "analytic"
)
