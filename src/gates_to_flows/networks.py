"""Keras layers that more than one notebook uses."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("gates_to_flows")
class SympFlow(keras.layers.Layer):
    """Symplectic flow: where states z = (q, p) are at the time t, made of shears.

    Each of `layers` pairs of shears has two potentials V(x, t) = Σ c tanh(x · A + w t + b) with `units` terms. First
    p ← p - ∇V(q, t) + ∇V(q, 0), then, with the other one, q ← q + ∇V(p, t) - ∇V(p, 0). So at t = 0 nothing moves, and
    the map z ↦ z(t) is symplectic for all weights.
    Call: z (…, 2d), the positions first, and t (…), a time for each state, or t=0.3, by name, for all; returns states
    (…, 2d). Raises ValueError for an odd or another number of coordinates and for times that are not one for each state,
    TypeError for layers or units that are no positive integers.
    Weights: A (layers, 2, d, units); w, b and c (layers, 2, units).
    Canizares, Murari, Schönlieb, Sherry and Shumaylov 2024, arXiv:2412.16787. Taught in notebook 16.
    """

    def __init__(self, layers, units, **kwargs):
        super().__init__(**kwargs)
        for name, number in (("layers", layers), ("units", units)):
            if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < 1:
                raise TypeError(f"{name} should be a positive integer, not {number!r}.")
        self.pairs, self.units = int(layers), int(units)

    def build(self, z_shape, t_shape=None):
        d, odd = divmod(z_shape[-1], 2)
        if odd:
            raise ValueError(f"States should have as many positions as momenta, not {z_shape[-1]} coordinates.")
        for name, shape, spread in (("A", (d,), 0.5), ("w", (), 0.5), ("b", (), 1.0), ("c", (), 0.1)):
            start = keras.initializers.RandomNormal(stddev=spread)
            weight = self.add_weight(shape=(self.pairs, 2, *shape, self.units), initializer=start, name=name)
            setattr(self, name, weight)

    def get_config(self):
        return super().get_config() | {"layers": self.pairs, "units": self.units}

    def call(self, z, t):
        q, p, t = self._checked(z, t)
        for i in range(self.pairs):
            p = p - self._moved(i, 0, q, t)
            q = q + self._moved(i, 1, p, t)
        return ops.concatenate([q, p], axis=-1)

    def with_rate(self, z, t):
        """The states z(t) (…, 2d), their rates ż(t) (…, 2d), and the Hamiltonian there (…) that generates them.

        The Hamiltonian belongs to the flow and not to any data. It depends on the time too: H(z, t), and with it
        q̇ = ∂H/∂p and ṗ = -∂H/∂q at z = z(t).
        """
        q, p, t = self._checked(z, t)
        dq, dp, energy = ops.zeros_like(q), ops.zeros_like(p), ops.zeros_like(q[..., 0])
        for i in range(self.pairs):
            moved, rate, part = self._moved_with_rate(i, 0, q, dq, t)
            p, dp, energy = p - moved, dp - rate, energy + part
            moved, rate, part = self._moved_with_rate(i, 1, p, dp, t)
            q, dq, energy = q + moved, dq + rate, energy + part
        return ops.concatenate([q, p], axis=-1), ops.concatenate([dq, dp], axis=-1), energy

    def _checked(self, z, t):
        """q and p (…, d) and the times (…, 1), as tensors of the layer's type."""
        z, t = (ops.convert_to_tensor(v, self.compute_dtype) for v in (z, t))
        if not self.built:
            self.build(z.shape)
        if z.shape[-1] != 2 * self.A.shape[2]:
            raise ValueError(f"States should have {2 * self.A.shape[2]} coordinates, not {z.shape[-1]}.")
        states = tuple(z.shape[:-1])
        own = states[len(states) - len(t.shape) :]
        if len(t.shape) > len(states) or any(n not in (1, None, m) for n, m in zip(t.shape, own, strict=True) if m):
            raise ValueError(f"t should be one time for each state, of the shape {states}, not {tuple(t.shape)}.")
        q, p = ops.split(z, 2, axis=-1)
        return q, p, ops.expand_dims(t, -1)

    def _moved(self, i, k, x, t):
        """∇V(x, t) - ∇V(x, 0) for the k-th potential of the i-th pair."""
        A, w, b, c = (weight[i, k] for weight in (self.A, self.w, self.b, self.c))
        y = ops.matmul(x, A) + b
        return ops.matmul(c * (ops.tanh(y) ** 2 - ops.tanh(y + w * t) ** 2), ops.transpose(A))

    def _moved_with_rate(self, i, k, x, dx, t):
        """The same, how fast it changes while x changes at the rate dx, and ∂V/∂t."""
        A, w, b, c = (weight[i, k] for weight in (self.A, self.w, self.b, self.c))
        y, dy = ops.matmul(x, A) + b, ops.matmul(dx, A)
        now, before = ops.tanh(y + w * t), ops.tanh(y)
        slope_now, slope_before = 1 - now**2, 1 - before**2
        bend = -2 * c * (now * slope_now * (dy + w) - before * slope_before * dy)
        back = ops.transpose(A)
        moved = ops.matmul(c * (slope_now - slope_before), back)
        return moved, ops.matmul(bend, back), ops.sum(c * w * slope_now, axis=-1)
